/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "platform.h"
#include "tree.h"

struct fixture {
	struct arena *a;
	struct diag *d;
	struct platform *p;
	struct platform_options o;
};

static int set_up(void **state)
{
	struct arena *a = arena_new();
	struct fixture *f = ARENA_NEW(a, struct fixture);

	f->a = a;
	f->d = diag_new(a);
	f->o = (struct platform_options){ .xen = release_newest(), .drivers = XEN_DRIVER_SMMU };
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	arena_free(((struct fixture *)*state)->a);
	return 0;
}

static bool build(struct fixture *f, const char *source)
{
	return platform_build(f->a, f->d, tree_load(f->a, f->d, source), &f->o, &f->p);
}

/* ---- Releases ----------------------------------------------------------- */

static bool parses(const char *text)
{
	struct releases r;

	return release_parse(str_of(text), &r);
}

static void test_release_parse(void **state)
{
	struct fixture *f = *state;
	struct releases r;

	assert_true(release_parse(STR("4.17"), &r));
	assert_int_equal(r.first.minor, 17);
	assert_int_equal(r.first.patch, RELEASE_SERIES);
	assert_false(r.first.master);
	assert_true(str_is(releases_name(f->a, r), "4.17"));
	assert_true(release_parse(STR("4.13.0"), &r));
	assert_true(str_is(releases_name(f->a, r), "4.13.0"));
	assert_true(release_parse(STR("master"), &r));
	assert_true(r.first.master);
	assert_int_equal(r.first.minor, 23);
	assert_true(str_is(releases_name(f->a, r), "master"));
	assert_int_equal(release_newest().first.minor, 22);
	/* A closed series has no level that we do not know; an open one will. */
	assert_true(parses("4.17.7"));
	assert_false(parses("4.17.8"));
	assert_true(parses("4.22.9"));
	assert_false(parses("4.22.255"));
	assert_false(parses("4.12"));
	assert_false(parses("4.23"));
	assert_false(parses("4."));
	assert_false(parses("4.17."));
	assert_false(parses("4.17.1.1"));
	assert_false(parses("4.017"));
	assert_false(parses("4.17.01"));
	assert_false(parses("5.17"));
	assert_false(parses("4.-17"));
	assert_false(parses(""));
}

static void test_release_order(void **state)
{
	struct releases series, fixed, master, range;

	(void)state;
	assert_true(release_parse(STR("4.20"), &series));
	assert_true(release_parse(STR("4.20.4"), &fixed));
	assert_true(release_parse(STR("master"), &master));
	/* A series counts as its worst member. */
	assert_true(release_all_since(series, 20, 0));
	assert_false(release_all_since(series, 20, 4));
	assert_true(release_some_before(series, 20, 4));
	assert_true(release_all_since(fixed, 20, 4));
	assert_false(release_all_since(fixed, 21, 0));
	assert_true(release_all_since(fixed, 19, 9));
	assert_true(release_all_since(master, 22, 9));
	range = (struct releases){ RELEASE(17, RELEASE_SERIES), RELEASE(22, 0), 0 };
	assert_true(release_all_since(range, 17, 0));
	assert_true(release_some_before(range, 18, 0));
}

static void test_drivers(void **state)
{
	uint32_t drivers;

	(void)state;
	assert_true(xen_drivers_parse(STR("smmuv3,smmu"), &drivers));
	assert_int_equal(drivers, XEN_DRIVER_SMMU | XEN_DRIVER_SMMU_V3);
	assert_true(xen_drivers_parse(STR("none"), &drivers));
	assert_int_equal(drivers, 0);
	assert_false(xen_drivers_parse(STR("smmu,"), &drivers));
	assert_false(xen_drivers_parse(STR(""), &drivers));
	assert_false(xen_drivers_parse(STR("smmuv2"), &drivers));
	assert_string_equal(xen_driver_name(XEN_DRIVER_IPMMU), "ipmmu");
}

/* ---- Xen's arguments ------------------------------------------------------ */

static const struct platform *with_args(struct fixture *f, const char *args)
{
	f->o.args = str_of(args);
	f->o.args_given = true;
	assert_true(build(f, "/ { };"));
	return f->p;
}

/* xen/drivers/passthrough/iommu.c, parse_iommu_param; xen/common/kernel.c,
 * parse_params. */
static void test_iommu_argument(void **state)
{
	struct fixture *f = *state;

	assert_true(with_args(f, "")->iommu);
	assert_false(f->p->iommu_required);
	assert_false(with_args(f, "iommu=no")->iommu);
	assert_false(with_args(f, "iommu=0")->iommu);
	assert_false(with_args(f, "iommu=false")->iommu);
	assert_false(with_args(f, "iommu=disable")->iommu);
	assert_false(with_args(f, "no-iommu")->iommu);
	assert_true(with_args(f, "no-iommu=no")->iommu);
	assert_true(with_args(f, "iommu=off iommu=on")->iommu);
	assert_false(with_args(f, "iommu=on,verbose,off")->iommu);
	assert_true(with_args(f, "iommu=verbose,force")->iommu_required);
	assert_true(with_args(f, "iommu=required=yes")->iommu_required);
	assert_false(with_args(f, "iommu=force,no-force")->iommu_required);
	assert_false(with_args(f, "iommu=forced")->iommu_required);
	assert_true(with_args(f, "iommu=No")->iommu);
	/* Only spaces divide words. */
	assert_true(with_args(f, "x\tiommu=no")->iommu);
	assert_true(with_args(f, "\"iommu=no\"")->iommu);
	/* char opt[128] */
	assert_true(with_args(f,
			      "iommu=verbose,verbose,verbose,verbose,verbose,verbose,verbose,"
			      "verbose,verbose,verbose,verbose,verbose,verbose,verbose,verbose,no")
			    ->iommu);
}

static void test_boolean_arguments(void **state)
{
	struct fixture *f = *state;

	assert_false(with_args(f, "")->pci_passthrough);
	assert_true(with_args(f, "pci-passthrough")->pci_passthrough);
	assert_true(with_args(f, "pci-passthrough=on")->pci_passthrough);
	assert_false(with_args(f, "pci-passthrough=on pci-passthrough=off")->pci_passthrough);
	assert_false(with_args(f, "pci-passthrough no-pci-passthrough")->pci_passthrough);
	assert_true(with_args(f, "no-pci-passthrough=off")->pci_passthrough);
	assert_true(with_args(f, "pci-passthrough pci-passthrough=perhaps")->pci_passthrough);
	assert_true(with_args(f, "scmi-smc-passthrough=1")->scmi_passthrough);
	/* A release that does not know the word ignores it. */
	f->o.xen.first = f->o.xen.last = RELEASE(20, 0);
	assert_false(with_args(f, "scmi-smc-passthrough=1")->scmi_passthrough);
	f->o.xen.first = f->o.xen.last = RELEASE(15, 0);
	assert_false(with_args(f, "pci-passthrough=1")->pci_passthrough);
}

/* xen/common/device-tree/bootinfo-fdt.c, boot_fdt_cmdline. */
static void test_where_arguments_stand(void **state)
{
	struct fixture *f = *state;

	assert_true(build(f, "/ { chosen { xen,xen-bootargs = \"iommu=no\"; }; };"));
	assert_false(f->p->iommu);
	assert_int_equal(f->p->args_at.kind, PLACE_TREE);
	assert_true(str_is(f->p->args_at.property, "xen,xen-bootargs"));
	assert_true(build(f, "/ { chosen { bootargs = \"iommu=no\"; }; };"));
	assert_true(f->p->iommu); /* dom0's */
	assert_true(
		build(f, "/ { chosen { bootargs = \"iommu=no\"; xen,dom0-bootargs = \"\"; }; };"));
	assert_false(f->p->iommu);
	assert_true(
		build(f, "/ { chosen { bootargs = \"iommu=no\"; m { bootargs = \"x\"; compatible = "
			 "\"multiboot,kernel\", \"multiboot,module\"; }; }; };"));
	assert_false(f->p->iommu);
	f->o.args_given = true; /* and empty */
	assert_true(build(f, "/ { chosen { xen,xen-bootargs = \"iommu=no\"; }; };"));
	assert_true(f->p->iommu);
}

/* ---- Console ----------------------------------------------------------------- */

#define UARTS \
	"aliases { serial0 = \"/uart@1\"; serial1 = \"/uart@2\"; lost = \"/uart@9\"; };" \
	"uart@1 { }; uart@2 { }; uart@3 { status = \"disabled\"; };" \
	"uart@4 { xen,passthrough; };"

static void check_console(struct fixture *f, const char *args, const char *chosen,
			  enum console_source source, const char *path)
{
	struct str tree = str_format(f->a, "/ { chosen { %s }; " UARTS " };", chosen);

	f->o.args = str_of(args);
	f->o.args_given = true;
	assert_true(build(f, tree.s));
	assert_int_equal(f->p->console_source, source);
	if (path)
		assert_int_equal(f->p->console, dt_find_path(f->p->dt, str_of(path)));
	else
		assert_int_equal(f->p->console, DT_NONE);
}

/* xen/drivers/char/uart-init.c, dt_uart_init; xen/drivers/char/console.c,
 * console_has. */
static void test_console(void **state)
{
	struct fixture *f = *state;

	check_console(f, "dtuart=serial1", "", CONSOLE_DTUART_ALIAS, "/uart@2");
	check_console(f, "dtuart=serial1:115200n8", "", CONSOLE_DTUART_ALIAS, "/uart@2");
	check_console(f, "dtuart=/uart@1", "", CONSOLE_DTUART_PATH, "/uart@1");
	check_console(f, "dtuart=/UART@1:opt", "", CONSOLE_DTUART_PATH, "/uart@1");
	check_console(f, "dtuart=serial0 dtuart=serial1", "", CONSOLE_DTUART_ALIAS, "/uart@2");
	check_console(f, "dtuart=serial9", "", CONSOLE_UNKNOWN, NULL);
	check_console(f, "dtuart=lost", "", CONSOLE_UNKNOWN, NULL);
	check_console(f, "dtuart=SERIAL0", "", CONSOLE_UNKNOWN, NULL);
	check_console(f, "dtuart=:115200", "", CONSOLE_UNKNOWN, NULL);
	check_console(f, "", "", CONSOLE_NONE, NULL);
	check_console(f, "", "stdout-path = \"serial0:115200n8\";", CONSOLE_STDOUT_PATH, "/uart@1");
	check_console(f, "", "stdout-path = \"/uart@2\";", CONSOLE_STDOUT_PATH, "/uart@2");
	check_console(f, "dtuart=serial1", "stdout-path = \"serial0\";", CONSOLE_DTUART_ALIAS,
		      "/uart@2");
	/* no-dtuart takes the empty value, which is as good as none. */
	check_console(f, "dtuart=serial1 no-dtuart", "stdout-path = \"serial0\";",
		      CONSOLE_STDOUT_PATH, "/uart@1");
	check_console(f, "", "stdout-path = [ 2f 75 ];", CONSOLE_NONE, NULL);
	check_console(f, "console=none", "stdout-path = \"serial0\";", CONSOLE_NONE, NULL);
	check_console(f, "console=vga,dtuart", "stdout-path = \"serial0\";", CONSOLE_STDOUT_PATH,
		      "/uart@1");
	check_console(f, "dtuart=/uart@3", "", CONSOLE_UNUSABLE, NULL);
	check_console(f, "dtuart=/uart@4", "", CONSOLE_UNUSABLE, NULL);
	assert_int_equal(f->p->console_named, dt_find_path(f->p->dt, STR("/uart@4")));
}

static void test_console_place(void **state)
{
	struct fixture *f = *state;

	f->o.args = STR("iommu=no dtuart=serial1");
	f->o.args_given = true;
	assert_true(build(f, "/ { " UARTS " };"));
	assert_int_equal(f->p->console_at.kind, PLACE_TEXT);
	assert_int_equal(f->p->console_at.col, 10);
	f->o.args_given = false;
	assert_true(build(f, "/ { chosen { xen,xen-bootargs = \"sync dtuart=serial1\"; }; " UARTS
			     " };"));
	assert_int_equal(f->p->console_at.kind, PLACE_TREE);
	assert_true(
		str_is(str_sub(f->p->console_at.text, f->p->console_at.off, f->p->console_at.len),
		       "dtuart=serial1"));
}

/* ---- dom0 ------------------------------------------------------------------------ */

#define KERNEL         "compatible = \"multiboot,kernel\", \"multiboot,module\"; reg = <0 0>;"
#define UNKNOWN        "compatible = \"multiboot,module\"; reg = <0 0>;"
#define DOMAIN(inside) "d1 { compatible = \"xen,domain\"; " inside " };"

static enum dom0 dom0_of(struct fixture *f, const char *chosen)
{
	assert_true(build(f, str_format(f->a, "/ { chosen { %s }; };", chosen).s));
	return f->p->dom0;
}

/* xen/common/device-tree/dom0less-build.c, is_dom0less_mode. */
static void test_dom0(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(dom0_of(f, ""), DOM0_PRESENT);
	assert_int_equal(dom0_of(f, DOMAIN("k {" KERNEL "};")), DOM0_ABSENT);
	assert_int_equal(dom0_of(f, DOMAIN("k {" KERNEL "};") "k {" KERNEL "};"), DOM0_PRESENT);
	assert_true(f->p->dom0_module && f->p->domu_module);
	/* A module of no stated kind: the first is a kernel, the second is not. */
	assert_int_equal(dom0_of(f, "m {" UNKNOWN "};" DOMAIN("k {" KERNEL "};")), DOM0_PRESENT);
	assert_int_equal(dom0_of(f, DOMAIN("k {" UNKNOWN "};") "m {" UNKNOWN "};"), DOM0_ABSENT);
	assert_false(f->p->dom0_module);
	/* A kernel deeper down is not looked at. */
	assert_int_equal(dom0_of(f, DOMAIN("a { k {" KERNEL "}; };")), DOM0_PRESENT);
	assert_false(f->p->dom0_module || f->p->domu_module);
	/* Modules that the boot loader has yet to bring. */
	f->o.dom0less = true;
	assert_int_equal(dom0_of(f, ""), DOM0_ABSENT);
	assert_int_equal(dom0_of(f, "k {" KERNEL "};"), DOM0_PRESENT);
	f->o.dom0_given = true;
	f->o.dom0 = DOM0_PRESENT;
	assert_int_equal(dom0_of(f, DOMAIN("k {" KERNEL "};")), DOM0_PRESENT);
}

/* ---- Marks, GIC, dom0's tree ------------------------------------------------------- */

static void test_marks(void **state)
{
	struct fixture *f = *state;

	assert_true(build(f, "/ { a { }; };"));
	assert_false(f->p->any_mark);
	assert_true(build(f, "/ { a { xen,passthrough; b { }; }; };"));
	assert_true(f->p->any_mark);
	assert_true(f->p->marked[tree_node(f->p->dt, "/a")]);
	assert_false(f->p->marked[tree_node(f->p->dt, "/a/b")]); /* not inherited */
}

#define GIC(name, more, compatible) \
	name " { interrupt-controller; #interrupt-cells = <3>; " more \
	     " compatible = \"" compatible "\"; };"

/* xen/common/device-tree/intc.c, intc_dt_preinit; xen/common/device.c,
 * device_init. */
static void test_gic(void **state)
{
	struct fixture *f = *state;

	assert_true(build(f, "/ { };"));
	assert_int_equal(f->p->gic, DT_NONE);
	assert_int_equal(f->p->gic_version, 0);
	assert_true(
		build(f, "/ { gpio { interrupt-controller; };" GIC("g", "", "ARM,GIC-V3") " };"));
	assert_int_equal(f->p->gic, tree_node(f->p->dt, "/g"));
	assert_int_equal(f->p->gic_version, 3);
	assert_true(build(
		f, "/ {" GIC("a", "status = \"disabled\";", "arm,gic-400") GIC(
			   "b", "xen,passthrough;",
			   "arm,gic-400") "c { compatible = \"arm,gic-400\"; };" GIC("d", "",
										     "arm,gic-400")
			   GIC("e", "", "arm,gic-v3") " };"));
	assert_int_equal(f->p->gic, tree_node(f->p->dt, "/d"));
	assert_int_equal(f->p->gic_version, 2);
	/* A GIC, but none that Xen drives. */
	assert_true(build(f, "/ {" GIC("g", "", "qcom,msm-qgic2") " };"));
	assert_int_equal(f->p->gic, DT_NONE);
	assert_int_equal(f->p->board_gic, tree_node(f->p->dt, "/g"));
	assert_int_equal(f->p->board_gic_version, 2);
}

static void test_tree_made_by_xen(void **state)
{
	struct fixture *f = *state;
	const struct finding *finding;

	assert_false(
		build(f, "/ { hypervisor { compatible = \"xen,xen-4.17\", \"xen,xen\"; }; };"));
	assert_int_equal(diag_nfaults(f->d), 1);
	finding = diag_last(f->d);
	assert_int_equal(finding->rule, RULE_TREE_MADE_BY_XEN);
	assert_true(str_find_sub(finding->helps.v[0], STR("docs/host-dtb.md")) != SIZE_MAX);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_release_parse),
		TEST(test_release_order),
		TEST(test_drivers),
		TEST(test_iommu_argument),
		TEST(test_boolean_arguments),
		TEST(test_where_arguments_stand),
		TEST(test_console),
		TEST(test_console_place),
		TEST(test_dom0),
		TEST(test_marks),
		TEST(test_gic),
		TEST(test_tree_made_by_xen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
