/* SPDX-License-Identifier: BSD-2-Clause */
/* What the guest's driver needs, what stands in place of a reference, aliases, and what a
 * bus lets its devices reach. */
#include "plan_fixture.h"

#define HOST \
	"fixed: fixed { compatible = \"fixed-clock\"; #clock-cells = <0>; clock-frequency = " \
	"<24000000>; }; " \
	"clk: clk { #clock-cells = <1>; #reset-cells = <1>; }; " \
	"pins { gpio: gpio { gpio-controller; #gpio-cells = <2>; }; p0: p0 { }; }; " \
	"v3: v3 { regulator-min-microvolt = <3300000>; regulator-max-microvolt = <3300000>; }; " \
	"vx: vx { regulator-min-microvolt = <1800000>; regulator-max-microvolt = <3300000>; }; "

#define X(rest) "x: x@5040000 { reg = <0 0x5040000 0 0x1000>; interrupts = <0 1 4>; " rest "}; "
#define CFG     "dtdev = [ \"/x@5040000\" ]\n"
#define AT_X    P "/x@5040000"

static const struct gprop *prop(const char *path, const char *name)
{
	return find_prop(find_copy(guest(0), path), name);
}

#define PLAN_X(parts, config) \
	PLAN(.board = "/ { " ROOT_CELLS \
		      "interrupt-parent = <&gic>; " GIC_V2 SMMU HOST X(parts) "};", \
	     .configs = { CFG config })

static size_t nquestions(void)
{
	return guest(0)->questions.n;
}

static void test_switched_on(void **state)
{
	(void)state;
	assert_true(PLAN_X("compatible = \"fsl,imx21-wdt\"; clocks = <&clk 1>;", ""));
	assert_int_equal(nquestions(), 0);
	ASSERT_PROP(P "/clk-0hz", "clock-frequency", "<0>");
	start_over();
	/* A rate that is known is told all the same. */
	assert_true(PLAN_X("compatible = \"fsl,imx21-wdt\"; clocks = <&fixed>;", ""));
	ASSERT_PROP(P "/clk-24000000hz", "clock-frequency", "<16e3600>");
	start_over();
	/* Not for a guest that is no Linux. */
	PLAN_X("compatible = \"fsl,imx21-wdt\"; clocks = <&clk 1>;", "guest_os = \"other\"\n");
	assert_int_equal(nquestions(), 1);
}

static void test_rates(void **state)
{
	(void)state;
	PLAN_X("compatible = \"arm,pl011\"; clock-names = \"uartclk\", \"apb_pclk\";"
	       " clocks = <&clk 1 &clk 2>;",
	       "");
	assert_int_equal(nquestions(), 1);
	assert_int_equal(guest(0)->questions.v[0].index, 0);
	start_over();
	/* clock-frequency takes the place of a clock. */
	PLAN_X("compatible = \"ns16550a\"; clocks = <&clk 1>;",
	       "decide = [ \"/x@5040000 clocks = stub 1843200: x\" ]\n");
	assert_int_equal(nquestions(), 0);
	ASSERT_PROP(AT_X, "clock-frequency", "<1c2000>");
	start_over();
	PLAN_X("compatible = \"ns16550a\"; clocks = <&clk 1>; clock-frequency = <5>;", "");
	assert_int_equal(nquestions(), 0);
	ASSERT_PROP(AT_X, "clock-frequency", "<5>");
	start_over();
	/* A driver that names its clocks does not ask for others; unnamed ones are not known. */
	PLAN_X("compatible = \"arm,pl031\"; clock-names = \"x\"; clocks = <&clk 1>;", "");
	assert_int_equal(nquestions(), 0);
	start_over();
	PLAN_X("compatible = \"arm,pl031\"; clocks = <&clk 1>;", "");
	assert_int_equal(nquestions(), 1);
}

static void test_needed(void **state)
{
	(void)state;
	PLAN_X("compatible = \"renesas,rcar-gen3-i2c\"; clocks = <&fixed>; resets = <&clk 1>;", "");
	assert_int_equal(nquestions(), 1);
	start_over();
	PLAN_X("compatible = \"renesas,rcar-gen3-i2c\"; clocks = <&fixed>; resets = <&clk 1>;",
	       "decide = [ \"/x@5040000 resets = drop: x\" ]\n");
	assert_int_equal(nquestions(), 0);
	assert_int_equal(guest(0)->troubles.n, 1);
}

static void test_supplies(void **state)
{
	(void)state;
	PLAN_X("compatible = \"allwinner,sun50i-a64-mmc\"; vmmc-supply = <&v3>;", "");
	assert_int_equal(nquestions(), 0);
	ASSERT_PROP(P "/regulator-3300000uv", "regulator-min-microvolt", "<325aa0>");
	start_over();
	PLAN_X("compatible = \"allwinner,sun50i-a64-mmc\"; vmmc-supply = <&vx>;", "");
	assert_int_equal(nquestions(), 1);
	start_over();
	/* A signal voltage that nobody switches. */
	PLAN_X("compatible = \"fsl,imx7d-usdhc\"; vqmmc-supply = <&vx>; sd-uhs-sdr104; bus-width = "
	       "<4>;",
	       "");
	ASSERT_PROP(AT_X, "sd-uhs-sdr104", "-- goes with vqmmc-supply");
	assert_non_null(prop(AT_X, "no-1-8-v"));
	start_over();
	PLAN_X("compatible = \"fsl,imx7d-usdhc\"; vqmmc-supply = <&v3>; sd-uhs-sdr104;", "");
	assert_null(prop(AT_X, "no-1-8-v"));
}

static void test_instead(void **state)
{
	(void)state;
	PLAN_X("cd-gpios = <&gpio 1 0>;", "");
	assert_int_equal(nquestions(), 1);
	start_over();
	PLAN_X("cd-gpios = <&gpio 1 0>; non-removable;", "");
	assert_int_equal(nquestions(), 0);
	start_over();
	PLAN_X("cd-gpios = <&gpio 1 0>;", "decide = [ \"/x@5040000 cd-gpios = broken-cd: x\" ]\n");
	assert_non_null(prop(AT_X, "broken-cd"));
	start_over();
	PLAN_X("phy-handle = <&v3>;",
	       "decide = [ \"/x@5040000 phy-handle = fixed-link 100: x\" ]\n");
	ASSERT_PROP(AT_X "/fixed-link", "speed", "<64>");
	start_over();
	PLAN_X("nvmem-cells = <&v3>;",
	       "decide = [ \"/x@5040000 nvmem-cells = mac-address 0x020304050607: x\" ]\n");
	assert_int_equal(prop(AT_X, "local-mac-address")->data.n, 6);
	start_over();
	/* A group address is nobody's. */
	assert_false(PLAN_X(
		"nvmem-cells = <&v3>;",
		"decide = [ \"/x@5040000 nvmem-cells = mac-address 0x010304050607: x\" ]\n"));
}

static void test_pins(void **state)
{
	(void)state;
	PLAN_X("compatible = \"amlogic,meson-gx-mmc\"; pinctrl-names = \"default\"; pinctrl-0 = "
	       "<&p0>;",
	       "");
	assert_int_equal(prop(AT_X, "pinctrl-0")->edit, EDIT_STUBBED);
	assert_int_equal(prop(AT_X, "pinctrl-0")->data.n, 0);
	assert_int_equal(prop(AT_X, "pinctrl-names")->edit, EDIT_COPIED);
}

static void test_aliases(void **state)
{
	(void)state;
	PLAN_X("compatible = \"fsl,imx6q-uart\";", "");
	assert_non_null(prop("/aliases", "serial0"));
	start_over();
	PLAN_X("compatible = \"fsl,imx6q-uart\"; }; aliases { serial9 = \"/x@5040000\";", "");
	assert_non_null(prop("/aliases", "serial9"));
	assert_int_equal(guest(0)->troubles.n, 1);
}

#define BUS(ranges) \
	"/ { " ROOT_CELLS "interrupt-parent = <&gic>; " GIC_V2 \
	"bus { #address-cells = <2>; #size-cells = <2>; ranges; dma-ranges = <" ranges \
	">; x@5040000 { compatible = \"vivante,gc\"; reg = <0 0x5040000 0 0x1000>; }; }; };"
#define CFG_BUS "dtdev = [ \"/bus/x@5040000\" ]\n"

static void test_dma_ranges(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BUS("0 0x40000000 0 0x40000000 0 0xc0000000"),
			 .configs = { CFG_BUS }));
	ASSERT_PROP(P "/dma-bus", "dma-ranges", "<0 40000000 0 40000000 0 c0000000>");
	assert_int_equal(guest(0)->troubles.n, 0);
	start_over();
	/* All that a guest can have. */
	assert_true(PLAN(.board = BUS("0 0 0 0 0x100 0"), .configs = { CFG_BUS }));
	assert_null(find_copy(guest(0), P "/dma-bus"));
	start_over();
	assert_true(PLAN(.board = BUS("0 0xc0000000 0 0 0 0x40000000"), .configs = { CFG_BUS }));
	assert_int_equal(guest(0)->troubles.n, 1);
	start_over();
	/* Nobody built that. */
	assert_true(PLAN(.board = BUS("0xffffffff 0xffffffff 0 0 0xffffffff 0xffffffff"),
			 .configs = { CFG_BUS }));
	assert_null(find_copy(guest(0), P "/dma-bus"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_switched_on), TEST(test_rates), TEST(test_needed),  TEST(test_supplies),
		TEST(test_instead),     TEST(test_pins),  TEST(test_aliases), TEST(test_dma_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
