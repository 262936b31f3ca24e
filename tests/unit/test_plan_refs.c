/* SPDX-License-Identifier: BSD-2-Clause */
/* Properties that hold phandles: kept, stubbed, dropped, asked about, decided. */
#include "plan_fixture.h"

/* Providers that stay on the host. */
#define HOST \
	"fixed: fixed { compatible = \"fixed-clock\"; #clock-cells = <0>; clock-frequency = " \
	"<24000000>; }; " \
	"half: half { compatible = \"fixed-factor-clock\"; #clock-cells = <0>; clocks = <&fixed>;" \
	" clock-mult = <1>; clock-div = <2>; }; " \
	"third: third { compatible = \"fixed-factor-clock\"; #clock-cells = <0>; clocks = " \
	"<&half>;" \
	" clock-mult = <1>; clock-div = <3>; }; " \
	"clk: clk { #clock-cells = <1>; #reset-cells = <1>; #power-domain-cells = <1>; }; " \
	"gpio: gpio { gpio-controller; #gpio-cells = <2>; }; " \
	"vcc: vcc { compatible = \"regulator-fixed\"; }; " \
	"pins { p0: p0 { }; p1: p1 { }; }; " \
	"phy: phy { #phy-cells = <0>; }; " \
	"mbox: mbox { #mbox-cells = <1>; }; "

#define X(rest) "x: x@5040000 { reg = <0 0x5040000 0 0x1000>; interrupts = <0 1 4>; " rest "}; "
/* A device of the same guest that provides everything. */
#define OWN(rest) \
	"own: own@5050000 { reg = <0 0x5050000 0 0x1000>; gpio-controller; #gpio-cells = <2>;" \
	" #clock-cells = <1>; #reset-cells = <1>; #dma-cells = <1>; #phy-cells = <0>; " rest "}; "
#define CFG_X     "dtdev = [ \"/x@5040000\" ]\n"
#define CFG_BOTH  "dtdev = [ \"/x@5040000\", \"/own@5050000\" ]\n"
#define AT_X      P "/x@5040000"
#define DECIDE(w) "decide = [ " w " ]\n"

struct row {
	const char *parts; /* properties of x */
	const char *cfg;
	const char *name, *text;
};

static void assert_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *board =
			str_format(arena,
				   "/ { " ROOT_CELLS
				   "interrupt-parent = <&gic>; " GIC_V2 SMMU HOST OWN("")
					   X("%s") "};",
				   rows[i].parts)
				.s;

		if (!PLAN(.board = board, .configs = { rows[i].cfg }))
			print_error("%s %s: %s\n", rows[i].parts, rows[i].cfg, slugs_text());
		assert_int_equal(diag_nfaults(diag), 0);
		ASSERT_PROP(AT_X, rows[i].name, rows[i].text);
		start_over();
	}
}

/* ---- Defaults ----------------------------------------------------------------------- */

static void test_dropped(void **state)
{
	const struct row rows[] = {
		{ "resets = <&clk 1>;", CFG_X, "resets", "-- /clk stays on the host" },
		{ "power-domains = <&clk 1>;", CFG_X, "power-domains",
		  "-- /clk stays on the host" },
		{ "pinctrl-0 = <&p0 &p1>;", CFG_X, "pinctrl-0",
		  "-- /pins/p0 stays on the host; /pins/p1 stays on the host" },
		{ "vcc-supply = <&vcc>;", CFG_X, "vcc-supply", "-- /vcc stays on the host" },
		{ "dmas = <&own 1>;", CFG_X, "dmas", "-- /own@5050000 stays on the host" },
		/* Names go with them. */
		{ "resets = <&clk 1>; reset-names = \"a\";", CFG_X, "reset-names",
		  "-- goes with resets" },
		{ "pinctrl-names = \"default\"; pinctrl-0 = <&p0>;", CFG_X, "pinctrl-names",
		  "-- goes with pinctrl-0" },
		{ "dma-names = \"tx\"; dmas = <&own 1>;", CFG_X, "dma-names", "-- goes with dmas" },
		{ "power-domains = <&clk 1>; power-domain-names = \"a\";", CFG_X,
		  "power-domain-names", "-- goes with power-domains" },
		/* What leads nowhere on the host, and what ends too early. */
		{ "resets = <999 1>;", CFG_X, "resets", "-- it is malformed on the host" },
		{ "resets = <&own>;", CFG_X, "resets", "-- it is malformed on the host" },
		{ "resets = <&vcc 1>;", CFG_X, "resets", "-- it is malformed on the host" },
		{ "resets = [01 02];", CFG_X, "resets", "-- it cannot be read" },
		{ "resets = <0>;", CFG_X, "resets", "-- every entry is empty" },
		/* Nothing was said, and nothing is. */
		{ "resets;", CFG_X, "resets", "<>" },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

/* A provider that the guest has stays, whatever the default is. */
static void test_kept(void **state)
{
	const struct row rows[] = {
		{ "resets = <&own 7>;", CFG_BOTH, "resets", "<&own@5050000 7>" },
		{ "clocks = <&own 3>; clock-names = \"a\";", CFG_BOTH, "clocks",
		  "<&own@5050000 3>" },
		{ "clocks = <&own 3>; clock-names = \"a\";", CFG_BOTH, "clock-names", "a|" },
		{ "phys = <&own>;", CFG_BOTH, "phys", "<&own@5050000>" },
		{ "cd-gpios = <&own 1 2>, <&own 3 4>;", CFG_BOTH, "cd-gpios",
		  "<&own@5050000 1 2 &own@5050000 3 4>" },
		/* An empty slot stays one; so does what stood in the way of the others. */
		{ "cs-gpios = <0>, <&own 3 4>;", CFG_BOTH, "cs-gpios", "<0 &own@5050000 3 4>" },
		{ "resets = <&clk 1 &own 2>;", CFG_BOTH, "resets", "<0 &own@5050000 2>" },
		{ "resets = <&own 2 &clk 1>;", CFG_BOTH, "resets", "<&own@5050000 2 0>" },
		/* A list without room for holes goes as a whole. */
		{ "pinctrl-0 = <&part &p0>; part: part { };", CFG_X, "pinctrl-0",
		  "-- /pins/p0 stays on the host" },
		{ "pinctrl-0 = <&part>; part: part { };", CFG_X, "pinctrl-0", "<&part>" },
		/* One that cannot be read to its end. */
		{ "resets = <&own 2 &clk>;", CFG_BOTH, "resets", "-- it is malformed on the host" },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

/* A phandle behind other cells. */
static void test_groups(void **state)
{
	(void)state;
	assert_true(
		PLAN(.board = BOARD(X("pins { rockchip,pins = <1 2 3 &part 4 5 6 &part>; };"
				      " part: part { };")),
		     .configs = { CFG_X DECIDE("\"/x@5040000/pins rockchip,pins = keep: x\"") }));
	ASSERT_PROP(AT_X "/pins", "rockchip,pins", "<1 2 3 &part 4 5 6 &part>");
}

#define TI_MAILBOX \
	"omap: mailbox@5060000 { compatible = \"ti,omap4-mailbox\"; reg = <0 0x5060000 0 0x1000>;" \
	" #mbox-cells = <1>; sub: sub { }; }; "

/* A mailbox of TI takes a phandle as argument. */
static void test_inner_phandle(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD(TI_MAILBOX X("mboxes = <&omap &sub>; mbox-names = \"m\";")),
			 .configs = { "dtdev = [ \"/x@5040000\", \"/mailbox@5060000\" ]\n" }));
	ASSERT_PROP(AT_X, "mboxes", "<&mailbox@5060000 &sub>");
	start_over();
	/* Asked about once. */
	assert_true(PLAN(.board = BOARD(TI_MAILBOX X("mboxes = <&omap &sub>; mbox-names = \"m\";")),
			 .configs = { CFG_X }));
	assert_int_equal(guest(0)->questions.n, 1);
	ASSERT_PROP(AT_X, "mbox-names", "-- goes with mboxes");
}

/* ---- Clocks --------------------------------------------------------------------------- */

static void test_clock_rates(void **state)
{
	const struct row rows[] = {
		{ "clocks = <&fixed>;", CFG_X, "clocks", "<&clk-24000000hz>" },
		{ "clocks = <&third>;", CFG_X, "clocks", "<&clk-4000000hz>" },
		/* One stand-in a rate; order and count are what the binding says. */
		{ "clocks = <&fixed &half &fixed>;", CFG_X, "clocks",
		  "<&clk-24000000hz &clk-12000000hz &clk-24000000hz>" },
		{ "clocks = <&fixed>; clock-names = \"a\";", CFG_X, "clock-names", "a|" },
		/* From what the device asks of its own clock, */
		{ "clocks = <&clk 7>; assigned-clocks = <&clk 7>; assigned-clock-rates = <1000>;",
		  CFG_X, "clocks", "<&clk-1000hz>" },
		{ "clocks = <&clk 7>; assigned-clocks = <&clk 8 &clk 7>; assigned-clock-rates = <5 "
		  "6>;",
		  CFG_X, "clocks", "<&clk-6hz>" },
		/* of two clocks, one of which the guest has. */
		{ "clocks = <&fixed &own 1>;", CFG_BOTH, "clocks",
		  "<&clk-24000000hz &own@5050000 1>" },
		{ "clocks = <0 &fixed>;", CFG_X, "clocks", "<0 &clk-24000000hz>" },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

static void test_clock_story(void **state)
{
	const struct gprop *p;

	(void)state;
	assert_true(PLAN(.board = BOARD(HOST X("clocks = <&half &half>;")), .configs = { CFG_X }));
	p = find_prop(find_copy(guest(0), AT_X), "clocks");
	assert_int_equal(p->edit, EDIT_STUBBED);
	assert_string_equal(str_c(arena, p->why), "the fixed rate of /half");
	ASSERT_PROP(P "/clk-12000000hz", "compatible", "fixed-clock|");
	ASSERT_PROP(P "/clk-12000000hz", "#clock-cells", "<0>");
	ASSERT_PROP(P "/clk-12000000hz", "clock-frequency", "<b71b00>");
	assert_string_equal(str_c(arena, find_copy(guest(0), P "/clk-12000000hz")->why),
			    "stands in for clocks that stay on the host");
}

/* The provider sets its clocks itself. */
static void test_rate_of_provider(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD("c: c { #clock-cells = <1>; assigned-clocks = <&c 3>;"
					" assigned-clock-rates = <77>; };" X("clocks = <&c 3>;")),
			 .configs = { CFG_X }));
	ASSERT_PROP(AT_X, "clocks", "<&clk-77hz>");
	start_over();
	/* Another one of its clocks. */
	assert_true(PLAN(.board = BOARD("c: c { #clock-cells = <1>; assigned-clocks = <&c 3>;"
					" assigned-clock-rates = <77>; };" X("clocks = <&c 4>;")),
			 .configs = { CFG_X }));
	assert_int_equal(guest(0)->questions.n, 1);
}

/* Rates that are none: nothing is made up. */
static void test_no_rate(void **state)
{
	static const char *const clocks[] = {
		"compatible = \"fixed-clock\";",
		"compatible = \"fixed-clock\"; clock-frequency = <0>;",
		"compatible = \"fixed-clock\"; clock-frequency = <0 5>;",
		"compatible = \"fixed-factor-clock\"; clocks = <&c>; clock-mult = <1>; clock-div = "
		"<1>;",
		"compatible = \"fixed-factor-clock\"; clocks = <&f>; clock-mult = <1>; clock-div = "
		"<0>;",
		"compatible = \"fixed-factor-clock\"; clocks = <&f>; clock-mult = <1>;",
		"compatible = \"fixed-factor-clock\"; clocks = <&f>; clock-mult = <1>; clock-div = "
		"<101>;",
		"compatible = \"fixed-factor-clock\"; clocks = <&f>; clock-mult = <0x80000000>;"
		" clock-div = <1>;",
		"compatible = \"fixed-factor-clock\"; clocks = <&g 1>; clock-mult = <1>; clock-div "
		"= <1>;",
		"compatible = \"fixed-factor-clock\"; clocks = <999>; clock-mult = <1>; clock-div "
		"= <1>;",
		"compatible = \"example,pll\"; clock-frequency = <7>;",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(clocks); i++) {
		const char *board =
			str_format(
				arena,
				"/ { " ROOT_CELLS "interrupt-parent = <&gic>; " GIC_V2
				"f: f { compatible = \"fixed-clock\"; clock-frequency = <100>; };"
				"g: g { #clock-cells = <1>; };"
				"c: c { #clock-cells = <0>; %s }; " X("clocks = <&c>;") "};",
				clocks[i])
				.s;

		assert_true(PLAN(.board = board, .configs = { CFG_X }));
		assert_int_equal(guest(0)->questions.n, 1);
		ASSERT_PROP(AT_X, "clocks", "-- its rate has to be decided");
		start_over();
	}
}

/* A node of the board may be called like a stand-in. */
static void test_stub_name(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD(HOST "clk-12000000hz { interrupts = <0 9 4>; };" X(
				 "clocks = <&half>;")),
			 .configs = { "dtdev = [ \"/x@5040000\", \"/clk-12000000hz\" ]\n" }));
	ASSERT_PROP(AT_X, "clocks", "<&clk-12000000hz-2>");
}

/* ---- Questions ------------------------------------------------------------------------------ */

static void test_questions(void **state)
{
	static const struct {
		const char *parts, *property, *question, *answer;
		uint32_t index, cell;
	} rows[] = {
		{ "clocks = <&fixed &clk 3>;", "clocks",
		  "the rate of a clock of /clk is not in the host tree",
		  "\"/x@5040000 clocks[1] = stub HZ: REASON\"", 1, 1 },
		{ "mboxes = <0>, <&mbox 2>;", "mboxes",
		  "the mailbox it needs, /mbox, is not given to this guest",
		  "\"/x@5040000 mboxes[1] = drop: REASON\"", 1, 1 },
		{ "memory-region = <&gpio &gpio>;", "memory-region",
		  "the memory region it needs, /gpio, is not given to this guest",
		  "\"/x@5040000 memory-region[0] = drop: REASON\"", 0, 0 },
		{ "part { mboxes = <&mbox 1>; };", "mboxes",
		  "the mailbox it needs, /mbox, is not given to this guest",
		  "\"/x@5040000/part mboxes[0] = drop: REASON\"", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct open_question *q;

		assert_true(PLAN(.board = str_format(arena,
						     "/ { " ROOT_CELLS
						     "interrupt-parent = <&gic>; " GIC_V2 HOST X(
							     "%s") "};",
						     rows[i].parts)
						  .s,
				 .configs = { CFG_X }));
		assert_true(guest(0)->questions.n > 0);
		q = guest(0)->questions.v;
		assert_string_equal(str_c(arena, q->property), rows[i].property);
		assert_string_equal(str_c(arena, q->question), rows[i].question);
		assert_string_equal(str_c(arena, q->answer), rows[i].answer);
		assert_int_equal(q->index, rows[i].index);
		assert_int_equal(q->cell, rows[i].cell);
		start_over();
	}
}

/* ---- Decisions ---------------------------------------------------------------------------------
 */

static void test_decided(void **state)
{
	const struct row rows[] = {
		{ "clocks = <&clk 1>;", CFG_X DECIDE("\"/x@5040000 clocks = drop: x\""), "clocks",
		  "-- decided: x" },
		{ "clocks = <&clk 1>;", CFG_X DECIDE("\"/x@5040000 clocks = stub 5: x\""), "clocks",
		  "<&clk-5hz>" },
		{ "clocks = <&clk 1>;", CFG_X DECIDE("\"/x@5040000 clocks[0] = stub 0x10: x\""),
		  "clocks", "<&clk-16hz>" },
		/* Every entry, or one. */
		{ "clocks = <&clk 1 &clk 2>;", CFG_X DECIDE("\"/x@5040000 clocks = stub 5: x\""),
		  "clocks", "<&clk-5hz &clk-5hz>" },
		{ "clocks = <&clk 1 &clk 2>;",
		  CFG_X DECIDE("\"/x@5040000 clocks[1] = stub 6: x\", \"/x@5040000 clocks[0] = "
			       "drop: y\""),
		  "clocks", "<0 &clk-6hz>" },
		/* One entry is meant more than every entry, wherever it stands. */
		{ "clocks = <&clk 1 &clk 2>;",
		  CFG_X DECIDE("\"/x@5040000 clocks = stub 5: x\", \"/x@5040000 clocks[1] = stub "
			       "6: y\""),
		  "clocks", "<&clk-5hz &clk-6hz>" },
		/* A stand-in at the host's own rate, even if the guest has the clock. */
		{ "clocks = <&half>;", CFG_X DECIDE("\"/x@5040000 clocks = stub: x\""), "clocks",
		  "<&clk-12000000hz>" },
		{ "clocks = <&own 1>;", CFG_BOTH DECIDE("\"/x@5040000 clocks = stub 8: x\""),
		  "clocks", "<&clk-8hz>" },
		{ "clocks = <&own 1>;", CFG_BOTH DECIDE("\"/x@5040000 clocks = drop: x\""),
		  "clocks", "-- decided: x" },
		{ "vcc-supply = <&vcc>;",
		  CFG_X DECIDE("\"/x@5040000 vcc-supply = stub 3300000: x\""), "vcc-supply",
		  "<&regulator-3300000uv>" },
		{ "cd-gpios = <&gpio 1 2>;", CFG_X DECIDE("\"/x@5040000 cd-gpios = drop\""),
		  "cd-gpios", "-- decided" },
		{ "cd-gpios = <&own 1 2>;", CFG_BOTH DECIDE("\"/x@5040000 cd-gpios = keep: x\""),
		  "cd-gpios", "<&own@5050000 1 2>" },
		{ "cd-gpios = <&own 1 2>;", CFG_BOTH DECIDE("\"/x@5040000 cd-gpios = pull: x\""),
		  "cd-gpios", "<&own@5050000 1 2>" },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

static void test_regulator(void **state)
{
	(void)state;
	assert_true(
		PLAN(.board = BOARD(HOST X("vcc-supply = <&vcc>;")),
		     .configs = { CFG_X DECIDE("\"/x@5040000 vcc-supply = stub 3300000: x\"") }));
	ASSERT_PROP(P "/regulator-3300000uv", "compatible", "regulator-fixed|");
	ASSERT_PROP(P "/regulator-3300000uv", "regulator-name", "regulator-3300000uv|");
	ASSERT_PROP(P "/regulator-3300000uv", "regulator-min-microvolt", "<325aa0>");
	ASSERT_PROP(P "/regulator-3300000uv", "regulator-max-microvolt", "<325aa0>");
	ASSERT_PROP(P "/regulator-3300000uv", "regulator-always-on", "<>");
}

/* Part of a device. */
static void test_decided_below(void **state)
{
	(void)state;
	assert_true(
		PLAN(.board = BOARD(HOST X("part { resets = <&clk 1>; phys = <&phy>; };")),
		     .configs = { CFG_X DECIDE("\"/x@5040000/part phys = drop: not wired\"") }));
	ASSERT_PROP(AT_X "/part", "phys", "-- decided: not wired");
	assert_int_equal(guest(0)->questions.n, 0);
}

static void test_bad_decisions(void **state)
{
	static const struct {
		const char *parts, *cfg, *text;
	} rows[] = {
		{ "clocks = <&clk 1>;", CFG_X DECIDE("\"/x@5040000 resets = drop: x\""),
		  "there is no property `resets` in /x@5040000" },
		{ "clocks = <&clk 1>;", CFG_X DECIDE("\"/x@5040000 reg = drop: x\""),
		  "`reg` of /x@5040000 holds no reference" },
		{ "clocks = <&clk 1>;", CFG_X DECIDE("\"/x@5040000 clocks[1] = drop: x\""),
		  "`clocks` of /x@5040000 has 1 entries, entry 1 was decided" },
		{ "resets = <&clk 1>;", CFG_X DECIDE("\"/x@5040000 resets = stub 5: x\""),
		  "nothing can stand in for a reset, only for a clock or a supply" },
		{ "clocks = <&clk 1>;", CFG_X DECIDE("\"/x@5040000 clocks = stub 0: x\""),
		  "expected a number from 1 to 4294967295, found 0" },
		{ "clocks = <&clk 1>;", CFG_X DECIDE("\"/x@5040000 clocks = stub 4294967296: x\""),
		  "expected a number from 1 to 4294967295, found 4294967296" },
		{ "clocks = <&clk 1>;", CFG_X DECIDE("\"/x@5040000 clocks = stub: x\""),
		  "`stub` has no value here, and the host tree does not say it" },
		{ "vcc-supply = <&vcc>;", CFG_X DECIDE("\"/x@5040000 vcc-supply = stub: x\""),
		  "`stub` has no value here" },
		{ "clocks = <&clk 1>;", CFG_X DECIDE("\"/x@5040000 clocks = keep: x\""),
		  "`keep` needs /clk in this guest, and dtdev does not give it" },
		{ "cd-gpios = <&gpio 1 2>;", CFG_X DECIDE("\"/x@5040000 cd-gpios = pull: x\""),
		  "`pull` needs /gpio in this guest, and dtdev does not give it" },
		/* Words that would do nothing. */
		{ "iommus = <&smmu 1>;", CFG_X DECIDE("\"/x@5040000 iommus = keep: x\""),
		  "`iommus` of /x@5040000 is not to be decided: Xen programs the IOMMU" },
		{ "clocks = <999 1>;", CFG_X DECIDE("\"/x@5040000 clocks[0] = stub 5: x\""),
		  "entry 0 of `clocks` of /x@5040000 cannot be read" },
		{ "clocks = <0 &fixed>;", CFG_X DECIDE("\"/x@5040000 clocks[0] = stub 5: x\""),
		  "entry 0 of `clocks` of /x@5040000 is empty" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *board =
			str_format(arena,
				   "/ { " ROOT_CELLS
				   "interrupt-parent = <&gic>; " GIC_V2 SMMU HOST X("%s") "};",
				   rows[i].parts)
				.s;

		if (PLAN(.board = board, .configs = { rows[i].cfg }))
			print_error("accepted: %s\n", rows[i].cfg);
		assert_says("bad-decision", rows[i].text);
		start_over();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_dropped),          TEST(test_kept),          TEST(test_groups),
		TEST(test_inner_phandle),    TEST(test_clock_rates),   TEST(test_clock_story),
		TEST(test_rate_of_provider), TEST(test_no_rate),       TEST(test_stub_name),
		TEST(test_questions),        TEST(test_decided),       TEST(test_regulator),
		TEST(test_decided_below),    TEST(test_bad_decisions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
