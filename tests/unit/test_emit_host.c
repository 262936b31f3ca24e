/* SPDX-License-Identifier: BSD-2-Clause */
/* What is written for the host: the marks in three forms, and what to keep. */
#include "plan_fixture.h"

#include "emit.h"

static void assert_has(struct str text, const char *part)
{
	if (str_find_sub(text, str_of(part)) == SIZE_MAX)
		assert_string_equal(str_c(arena, text), part);
}

static void assert_lacks(struct str text, const char *part)
{
	if (str_find_sub(text, str_of(part)) != SIZE_MAX)
		assert_string_not_equal(str_c(arena, text), str_c(arena, text));
}

#define ASSERT_LINES(text, lines) assert_string_equal(str_c(arena, (text)), (lines))

/* ---- Marks ------------------------------------------------------------------------ */

static struct dt *with_overlay(struct str overlay)
{
	const struct dt_source board = { plan->dt->file, plan->dt->blob };
	const struct dt_source source = { STR("host.dtbo"), overlay };
	struct diag *d = diag_new(arena);
	struct str merged;
	struct dt *t;

	assert_true(dt_apply_overlays(arena, d, board, &source, 1, &merged));
	assert_true(dt_load(arena, d, STR("merged.dtb"), merged, &t));
	return t;
}

/* The board with our overlay has every mark of the plan and no other node. */
static void assert_marks_all(void)
{
	struct dt *t = with_overlay(emit_host_dtbo(arena, plan));
	const struct mark *m;
	uint32_t nmarks = 0;

	assert_int_equal(t->nnodes, plan->dt->nnodes);
	for (dt_id n = 0; n < t->nnodes; n++)
		nmarks += dt_has(t, n, "xen,passthrough");
	assert_int_equal(nmarks, plan->marks.n);
	VEC_EACH (m, &plan->marks)
		assert_true(dt_has(t, dt_find_path(t, dt_node(plan->dt, m->node)->path),
				   "xen,passthrough"));
}

static void test_marks(void **state)
{
	(void)state;
	PLAN(.board = BOARD(RTC("1000", "0 0x1000 0 0x1000", "1",
				"") ETH("2000", "0 0x2000 0 0x1000", "2", "1",
					"#address-cells = <2>; #size-cells = <2>; ranges; "
					"wrapper@3000 { reg = <0 0x3000 0 0x1000>; };")
				    RTC("4000", "0 0x4000 0 0x1000", "3", "xen,passthrough; ")),
	     .configs = { "dtdev = [ '/ethernet@2000', '/ethernet@2000/wrapper@3000', "
			  "'/rtc@4000' ] name = 'net' "
			  "withhold = [ '/rtc@1000: the debugger */ has it' ]" });
	assert_string_equal(marks_text(),
			    "/rtc@1000 /ethernet@2000 /ethernet@2000/wrapper@3000 /rtc@4000");
	assert_marks_all();
	ASSERT_LINES(emit_host_cmd(arena, plan),
		     "# U-Boot: marks for the tree that Xen reads, made by dtassign\n"
		     "# First comes `fdt addr ADDRESS` with the address of that tree.\n"
		     "fdt resize 0x1000\n"
		     "# withheld\n"
		     "fdt set /rtc@1000 xen,passthrough\n"
		     "# given to guest `net`\n"
		     "fdt set /ethernet@2000 xen,passthrough\n"
		     "# given to guest `net`\n"
		     "fdt set /ethernet@2000/wrapper@3000 xen,passthrough\n");
	assert_has(emit_host_dtso(arena, plan), "/* withheld: the debugger * / has it */\n"
						"\tfragment@0 {\n"
						"\t\ttarget-path = \"/rtc@1000\";\n");
	assert_has(emit_host_dtso(arena, plan), "fragment@2 {");
	assert_lacks(emit_host_dtso(arena, plan), "/rtc@4000");
}

/* A part of a withheld device that Xen would map to dom0. */
static void test_descendants(void **state)
{
	(void)state;
	PLAN(.board = BOARD("glue@1000 { compatible = \"example,glue\"; reg = <0 0x1000 0 0x1000>; "
			    "#address-cells = <2>; #size-cells = <2>; ranges; "
			    "core@2000 { reg = <0 0x2000 0 0x1000>; }; };"),
	     .configs = { "withhold = [ '/glue@1000: broken' ]" });
	assert_string_equal(marks_text(), "/glue@1000 /glue@1000/core@2000");
	assert_marks_all();
	assert_has(emit_host_cmd(arena, plan), "# withheld, a part of /glue@1000\n"
					       "fdt set /glue@1000/core@2000 xen,passthrough\n");
}

static void test_nothing_to_mark(void **state)
{
	(void)state;
	PLAN(.board = BOARD(RTC("1000", "0 0x1000 0 0x1000", "1", "xen,passthrough; ")),
	     .configs = { "dtdev = [ '/rtc@1000' ]" });
	assert_marks_all();
	assert_has(emit_host_dtso(arena, plan), "No node lacks its mark.");
	assert_lacks(emit_host_dtso(arena, plan), "xen,passthrough");
	assert_lacks(emit_host_cmd(arena, plan), "\nfdt ");
}

/* Whatever a name may hold, it stays one word of the shell and of dtc. */
static void test_hostile_names(void **state)
{
	(void)state;
	PLAN(.board = BOARD(RTC("1000", "0 0x1000 0 0x1000", "1",
				"") "a#*?+-._,@2000 { "
				    "compatible = \"arm,pl031\"; reg = <0 0x2000 0 0x1000>; };"),
	     .configs = { "dtdev = [ '/a#*?+-._,@2000', '/rtc@1000' ]" });
	assert_marks_all();
	assert_has(emit_host_cmd(arena, plan), "\nfdt set '/a#*?+-._,@2000' xen,passthrough\n");
	assert_has(emit_host_cmd(arena, plan), "\nfdt set /rtc@1000 xen,passthrough\n");
}

/* ---- What to keep -------------------------------------------------------------------- */

#define PROVIDERS \
	"osc: osc { compatible = \"fixed-clock\"; #clock-cells = <0>; clock-frequency = " \
	"<24000000>; };" \
	"double: double { compatible = \"fixed-factor-clock\"; #clock-cells = <0>;" \
	" clocks = <&osc>; clock-mult = <2>; clock-div = <1>; };" \
	"ccu: ccu { #clock-cells = <1>; #reset-cells = <1>; };" \
	"pd: pd { #power-domain-cells = <1>; };" \
	"rail: rail { compatible = \"regulator-fixed\"; };" \
	"switched: switched { compatible = \"regulator-fixed\"; gpio = <&gic 1>; };" \
	"always: always { regulator-always-on; };" \
	"serdes: serdes { #phy-cells = <2>; };" \
	"pins: pins { state: state { }; };"

#define CONSUMER \
	"clocks = <&ccu 7>, <&osc>, <&double>; clock-names = \"core\", \"ref\", \"twice\"; " \
	"assigned-clocks = <&ccu 8>, <&ccu 9>; assigned-clock-rates = <0>, <1000000>; " \
	"power-domains = <&pd 3>; resets = <&ccu 5>; reset-names = \"rst\"; " \
	"vcc-supply = <&switched>; vdd-supply = <&rail>; vio-supply = <&always>; " \
	"phys = <&serdes 1 2>; pinctrl-names = \"idle\", \"default\"; pinctrl-1 = " \
	"<&state>; "

static void test_keep(void **state)
{
	(void)state;
	PLAN(.board = BOARD(PROVIDERS ETH("2000", "0 0x2000 0 0x1000", "2", "1", CONSUMER)),
	     .configs = { "name = 'net' dtdev = [ '/ethernet@2000' ] "
			  "decide = [ '/ethernet@2000 clocks[0] = stub 1000000: as measured' ]",
			  "name = 'none' dtdev = [ ]" });
	ASSERT_LINES(emit_keep(arena, plan),
		     "What the host must keep for the devices of guests, made by dtassign.\n"
		     "\n"
		     "Arguments for the Linux of dom0:\n"
		     "    clk_ignore_unused\n"
		     "    pd_ignore_unused\n"
		     "    regulator_ignore_unused  (from Linux 6.8 on; before, regulator-always-on "
		     "in the host's tree)\n"
		     "\n"
		     "/ethernet@2000, given to guest net\n"
		     "  clocks that run\n"
		     "    /ccu 7  (clocks[0], core)\n"
		     "  clocks as assigned\n"
		     "    /ccu 8  (assigned-clocks[0])\n"
		     "    /ccu 9 at 1000000 Hz  (assigned-clocks[1])\n"
		     "  power domains that are on\n"
		     "    /pd 3  (power-domains[0])\n"
		     "  supplies that are on\n"
		     "    /switched  (vcc-supply[0])\n"
		     "  resets that are released\n"
		     "    /ccu 5  (resets[0], rst)\n"
		     "  PHYs that are set up\n"
		     "    /serdes 1 2  (phys[0])\n"
		     "  pins that are routed\n"
		     "    /pins/state  (pinctrl-1[0], default)\n"
		     "\n"
		     "Guests cannot reach any of this. The boot loader sets it up, and nobody on "
		     "the\nhost may switch it off or change it while the guest runs.\n");
}

/* What comes along with the device needs nobody on the host. */
static void test_keep_inside(void **state)
{
	(void)state;
	PLAN(.board = BOARD("ccu: ccu@3000 { compatible = \"example,ccu\"; #clock-cells = <1>; "
			    "reg = <0 0x3000 0 0x1000>; };" RTC("1000", "0 0x1000 0 0x1000", "1",
								"clocks = <&ccu 1>; ")),
	     .configs = { "dtdev = [ '/rtc@1000', '/ccu@3000' ]" });
	assert_has(emit_keep(arena, plan), "\nNothing: ");
	assert_lacks(emit_keep(arena, plan), "_ignore_unused");
}

/* Nobody switches anything off where there is no dom0. */
static void test_keep_without_dom0(void **state)
{
	(void)state;
	PLAN(.board = BOARD("pd: pd { #power-domain-cells = <0>; };" RTC(
		     "1000", "0 0x1000 0 0x1000", "1", "power-domains = <&pd>; ")),
	     .configs = { "dtdev = [ '/rtc@1000' ]" }, .target = TARGET_DOM0LESS, .no_dom0 = true);
	assert_has(emit_keep(arena, plan), "    /pd  (power-domains[0])\n");
	assert_lacks(emit_keep(arena, plan), "_ignore_unused");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_marks),
		TEST(test_descendants),
		TEST(test_nothing_to_mark),
		TEST(test_hostile_names),
		TEST(test_keep),
		TEST(test_keep_inside),
		TEST(test_keep_without_dom0),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
