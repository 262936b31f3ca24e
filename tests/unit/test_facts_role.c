/* SPDX-License-Identifier: BSD-2-Clause */
/* Status and roles.  xen/arch/arm/domain_build.c, handle_node. */
#include "facts_fixture.h"

static void check_role(const struct fixture *f, const char *path, enum role role)
{
	assert_string_equal(role_name(device(f, path)->role), role_name(role));
	if (role != ROLE_DEVICE && role != ROLE_BUS)
		assert_non_null(device(f, path)->role_reason);
}

static void check_skipped(const struct fixture *f, const char *path, const char *by)
{
	assert_int_equal(device(f, path)->skipped_by, by ? tree_node(f->t, by) : DT_NONE);
}

/* dt_device_is_available looks at the node alone, Linux at ancestors too. */
static void test_status(void **state)
{
	struct fixture *f = *state;

	board(f,
	      "/ { a { status = \"disabled\"; b { status = \"okay\"; }; }; c { status = \"ok\"; };"
	      "d { status = \"reserved\"; }; e { status = \"\"; }; };");
	assert_false(device(f, "/a")->available);
	assert_false(device(f, "/a")->enabled);
	assert_true(device(f, "/a/b")->available);
	assert_false(device(f, "/a/b")->enabled);
	assert_true(device(f, "/a/b")->xen_disabled_ancestor);
	assert_true(device(f, "/c")->enabled);
	assert_false(device(f, "/c")->xen_disabled_ancestor);
	assert_false(device(f, "/d")->available);
	assert_false(device(f, "/e")->available);
}

static void test_infrastructure(void **state)
{
	struct fixture *f = *state;

	board(f, "/ { #address-cells = <1>; #size-cells = <1>; interrupt-parent = <&gic>;"
		 "aliases { }; chosen { framebuffer@0 { }; };"
		 "cpus { cpu@0 { }; idle-states { }; }; memory@0 { device_type = \"memory\"; reg = "
		 "<0 1>; };"
		 "Reserved-Memory { #address-cells = <1>; #size-cells = <1>; ranges; r@0 { reg = "
		 "<0 1>; }; };"
		 "psci { compatible = \"arm,psci-1.0\", \"arm,psci\"; }; firmware { scm { reg = <0 "
		 "1>; }; };"
		 "pmu { compatible = \"arm,cortex-a53-pmu\"; }; timer { compatible = "
		 "\"arm,armv8-timer\"; };"
		 "timer@1 { compatible = \"arm,armv7-timer-mem\"; reg = <1 1>; frame@2 { reg = <2 "
		 "1>; }; };"
		 "gic: gic { compatible = \"arm,gic-v3\"; interrupt-controller; #interrupt-cells = "
		 "<3>;"
		 "its { compatible = \"arm,gic-v3-its\"; }; };"
		 "gic2 { compatible = \"arm,gic-400\"; status = \"disabled\"; };"
		 "v2m { compatible = \"arm,gic-v2m-frame\"; };"
		 "smmu { compatible = \"arm,smmu-v2\"; }; mmu { #iommu-cells = <0>; };"
		 "old { mmu-masters = <0>; };"
		 "__symbols__ { }; __fixups__ { }; };");
	check_role(f, "/", ROLE_ROOT);
	check_role(f, "/aliases", ROLE_META);
	check_role(f, "/chosen/framebuffer@0", ROLE_META);
	check_role(f, "/cpus", ROLE_CPU);
	check_role(f, "/cpus/cpu@0", ROLE_CPU);
	check_role(f, "/cpus/idle-states", ROLE_CPU);
	check_role(f, "/memory@0", ROLE_MEMORY);
	check_role(f, "/Reserved-Memory", ROLE_MEMORY);
	check_role(f, "/Reserved-Memory/r@0", ROLE_MEMORY);
	check_role(f, "/psci", ROLE_CPU);
	check_role(f, "/firmware/scm", ROLE_META);
	check_role(f, "/pmu", ROLE_CPU);
	check_role(f, "/timer", ROLE_TIMER);
	check_role(f, "/timer@1/frame@2", ROLE_TIMER);
	check_role(f, "/gic", ROLE_INTC);
	check_role(f, "/gic/its", ROLE_INTC);
	check_role(f, "/gic2", ROLE_INTC);
	check_role(f, "/v2m", ROLE_INTC);
	check_role(f, "/smmu", ROLE_IOMMU);
	check_role(f, "/mmu", ROLE_IOMMU);
	check_role(f, "/old", ROLE_IOMMU);
	check_role(f, "/__symbols__", ROLE_META);
	/* Dom0 keeps it, but nobody else may have it. */
	board(f, "/ { dcfg { compatible = \"fsl,ls1043a-dcfg\", \"syscon\"; }; };");
	check_role(f, "/dcfg", ROLE_SYSTEM);
	check_skipped(f, "/dcfg", NULL);
}

static void test_devices(void **state)
{
	struct fixture *f = *state;

	/* An interrupt controller that is none of Xen's is a device. */
	board(f,
	      "/ { #address-cells = <1>; #size-cells = <1>;"
	      "soc { compatible = \"simple-bus\"; #address-cells = <1>; #size-cells = <1>; ranges;"
	      "gpio@0 { reg = <0 1>; interrupt-controller; #interrupt-cells = <2>; "
	      "gpio-controller; };"
	      "glue@1 { reg = <1 1>; #address-cells = <1>; #size-cells = <1>; ranges; usb@1 { reg "
	      "= <1 1>; }; };"
	      "wrap { #address-cells = <1>; #size-cells = <1>; ranges; d { }; }; leaf { ranges; }; "
	      "}; };");
	check_role(f, "/soc", ROLE_BUS);
	check_role(f, "/soc/gpio@0", ROLE_DEVICE);
	check_role(f, "/soc/glue@1", ROLE_DEVICE);
	check_role(f, "/soc/wrap", ROLE_BUS);
	check_role(f, "/soc/wrap/d", ROLE_DEVICE);
	check_role(f, "/soc/leaf", ROLE_DEVICE);
	check_skipped(f, "/soc/gpio@0", NULL);
}

static void test_skipped(void **state)
{
	struct fixture *f = *state;

	board(f, "/ { interrupt-parent = <&gic>;"
		 "gic: gic { compatible = \"arm,gic-v3\"; interrupt-controller; #interrupt-cells = "
		 "<3>; its { }; };"
		 "chosen { m { compatible = \"multiboot,module\"; }; d { compatible = "
		 "\"xen,domain\"; k { }; }; };"
		 "smmu { compatible = \"arm,mmu-500\"; }; smmu3 { compatible = \"arm,smmu-v3\"; };"
		 "ppi { interrupts = <1 9 4>; child { }; }; eppi { interrupts = <3 1 4>; };"
		 "espi { interrupts = <2 3 4>; }; spi { interrupts = <0 9 4>; };"
		 "CPUS { }; };");
	check_skipped(f, "/gic/its", "/gic");
	check_role(f, "/chosen/m", ROLE_XEN);
	check_role(f, "/chosen/d/k", ROLE_XEN);
	check_skipped(f, "/chosen/d/k", "/chosen/d");
	check_skipped(f, "/smmu", "/smmu");
	/* Without its driver Xen gives it to dom0 like any node. */
	check_skipped(f, "/smmu3", NULL);
	check_role(f, "/smmu3", ROLE_IOMMU);
	check_skipped(f, "/ppi", "/ppi");
	check_skipped(f, "/ppi/child", "/ppi");
	check_role(f, "/ppi/child", ROLE_DEVICE);
	check_skipped(f, "/eppi", "/eppi");
	/* Xen takes this extended SPI for PPI 19. */
	check_skipped(f, "/espi", "/espi");
	check_skipped(f, "/spi", NULL);
	check_skipped(f, "/CPUS", "/CPUS"); /* paths are compared without case */
	f->o.drivers = XEN_DRIVER_SMMU_V3;
	board(f, "/ { smmu3 { compatible = \"arm,smmu-v3\"; }; smmu { compatible = "
		 "\"arm,mmu-500\"; }; };");
	check_skipped(f, "/smmu3", "/smmu3");
	check_skipped(f, "/smmu", NULL);
}

static void test_console(void **state)
{
	struct fixture *f = *state;

	board(f, "/ { chosen { stdout-path = \"/uart@1\"; }; uart@1 { bt { }; }; uart@2 { }; };");
	check_role(f, "/uart@1", ROLE_CONSOLE);
	check_role(f, "/uart@1/bt", ROLE_CONSOLE);
	check_skipped(f, "/uart@1", "/uart@1");
	check_role(f, "/uart@2", ROLE_DEVICE);
	/* Marked, so Xen leaves it alone. */
	board(f, "/ { chosen { stdout-path = \"/uart@1\"; }; uart@1 { xen,passthrough; }; };");
	check_role(f, "/uart@1", ROLE_DEVICE);
}

/* platform_device_is_blacklisted */
static void test_blacklist(void **state)
{
	struct fixture *f = *state;
	const char *uarts = "a { compatible = \"snps,dw-apb-uart\"; }; pm { compatible = "
			    "\"brcm,bcm2835-pm\"; };";

	board(f, str_format(f->a, "/ { compatible = \"rockchip,rk3399\"; %s };", uarts).s);
	check_role(f, "/a", ROLE_DEVICE);
	check_role(f, "/pm", ROLE_DEVICE);
	board(f, str_format(f->a, "/ { compatible = \"x,y\", \"allwinner,sun50i-h6\"; %s };", uarts)
			 .s);
	check_role(f, "/a", ROLE_XEN);
	check_skipped(f, "/a", "/a");
	check_role(f, "/pm", ROLE_DEVICE);
	board(f, str_format(f->a, "/ { compatible = \"brcm,bcm2711\"; %s };", uarts).s);
	check_role(f, "/a", ROLE_DEVICE);
	check_role(f, "/pm", ROLE_XEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_status),  TEST(test_infrastructure), TEST(test_devices),
		TEST(test_skipped), TEST(test_console),        TEST(test_blacklist),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
