/* SPDX-License-Identifier: BSD-2-Clause */
/* Can this node be given at all, to whom, and what may it reach? */
#include "check_fixture.h"

/* ---- What a node is ---------------------------------------------------------------- */

static void test_infrastructure(void **state)
{
	const struct judged rows[] = {
		{ DEV_A, GIVE("\"/gic@2c001000\""), NULL, "infrastructure",
		  "no guest may be given `/gic@2c001000`: it is a GIC" },
		{ DEV_A, GIVE("\"/iommu@2d000000\""), NULL, "infrastructure", "it is an IOMMU" },
		{ DEV_A, GIVE("\"/memory@80000000\""), NULL, "infrastructure", NULL },
		{ DEV_A, GIVE("\"/\""), NULL, "infrastructure", "it is the root of the tree" },
		{ DEV_A "timer { compatible = \"arm,armv8-timer\"; interrupts = <1 13 8>; }; ",
		  GIVE("\"/timer\""), NULL, "infrastructure", NULL },
		{ "chosen { stdout-path = \"/ethernet@5040000\"; }; " DEV_A, GIVE_A, NULL,
		  "infrastructure", "it is Xen's own console" },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

static void test_substance(void **state)
{
	const struct judged rows[] = {
		{ "empty { };", GIVE("\"/empty\""), NULL, "no-registers",
		  "`/empty` has no registers, interrupts or streams that Xen could give" },
		{ "soc { compatible = \"simple-bus\"; #address-cells = <2>; #size-cells = <2>; "
		  "ranges; " DEV_A "}; ",
		  GIVE("\"/soc\""), NULL, "no-registers", NULL },
		{ "i2c@5050000 { reg = <0 0x5050000 0 0x1000>; #address-cells = <1>; #size-cells = "
		  "<0>; "
		  "eeprom@50 { reg = <0x50>; }; }; ",
		  GIVE("\"/i2c@5050000/eeprom@50\""), NULL, "no-registers", NULL },
		{ "empty { };",
		  GIVE("\"/empty\"") "allow = [ \"no-registers /empty: a name only\" ]\n", NULL,
		  "no-registers(allowed)", NULL },
		/* An interrupt is something; nothing that could master memory, though. */
		{ "keys { interrupts = <0 4 4>; };", GIVE("\"/keys\""), NULL,
		  "unverified-non-master", NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

static void test_registers(void **state)
{
	const struct judged rows[] = {
		{ "bus { #address-cells = <2>; #size-cells = <2>; " DEV_A "};",
		  GIVE("\"/bus/ethernet@5040000\""), NULL, "address-unreachable",
		  "entry 0 of reg of `/bus/ethernet@5040000` has no CPU address" },
		{ ETH("5040000", "0 0x5040000 0 0x1000 0 0x5050000", "1", "1", ""), GIVE_A, NULL,
		  "address-unreachable", "entry 1 of reg" },
		/* Nothing is written there. */
		{ ETH("5040000", "0 0x5040000 0 0x1000 0 0x5050000 0 0", "1", "1", ""), GIVE_A,
		  NULL, "", NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

static void test_disabled(void **state)
{
	const struct judged rows[] = {
		{ ETH("5040000", "0 0x5040000 0 0x1000", "1", "1", "status = \"disabled\"; "),
		  GIVE_A, NULL, "device-disabled",
		  "`/ethernet@5040000` is disabled on this board" },
		/* By the bus above. */
		{ "bus { status = \"disabled\"; #address-cells = <2>; #size-cells = <2>; "
		  "ranges; " DEV_A "}; ",
		  GIVE("\"/bus/ethernet@5040000\""), NULL, "device-disabled", NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

/* ---- Parts ------------------------------------------------------------------------------- */

#define GLUE(core) \
	"glue@5030000 { compatible = \"cdns,gem\"; reg = <0 0x5030000 0 0x1000>; iommus = <&smmu " \
	"9>; " \
	"#address-cells = <2>; #size-cells = <2>; ranges; " core "}; "

static void test_children(void **state)
{
	const struct judged rows[] = {
		{ GLUE(DEV_A), GIVE("\"/glue@5030000\""), NULL, "child-left-behind",
		  "`/glue@5030000/ethernet@5040000` is a part of `/glue@5030000`, but stays with "
		  "dom0" },
		{ GLUE(DEV_A), GIVE("\"/glue@5030000\", \"/glue@5030000/ethernet@5040000\""), NULL,
		  "", NULL },
		{ GLUE(DEV_A),
		  GIVE("\"/glue@5030000\"") "withhold = [ \"/glue@5030000/ethernet@5040000: x\" "
					    "]\n",
		  NULL, "", NULL },
		{ GLUE(ETH("5040000", "0 0x5040000 0 0x1000", "1", "1", "status = \"disabled\"; ")),
		  GIVE("\"/glue@5030000\""), NULL, "", NULL },
		{ GLUE(DEV_A), GIVE("\"/glue@5030000\""),
		  GIVE("\"/glue@5030000/ethernet@5040000\""), "child-left-behind",
		  "but stays with guest `b`" },
		/* One finding for a part and what is below it. */
		{ GLUE(ETH("5040000", "0 0x5040000 0 0x1000", "1", "1",
			   "#address-cells = <2>; #size-cells = <2>; ranges; " DEV_B)),
		  GIVE("\"/glue@5030000\""), NULL, "child-left-behind", NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

/* ---- Owners and marks ----------------------------------------------------------------------- */

static void test_taken(void **state)
{
	const struct judged rows[] = {
		{ DEV_A, GIVE_A, GIVE_A, "device-taken",
		  "`/ethernet@5040000` is given to two guests" },
		{ DEV_A, GIVE_A, "irqs = [ 33 ]\niomem = [ \"5040,1\" ]\n",
		  "device-taken master-by-iomem shared-interrupt", NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

#define MARKED_C "c@5070000 { reg = <0 0x5070000 0 0x1000>; xen,passthrough; }; "

static void test_marks(void **state)
{
	const struct judged rows[] = {
		/* Somebody marks nodes of this board, and not this one. */
		{ MARKED_C DEV_A, GIVE_A, NULL, "not-marked",
		  "`/ethernet@5040000` does not carry xen,passthrough, so dom0 keeps it" },
		{ MARKED_C ETH("5040000", "0 0x5040000 0 0x1000", "1", "1", "xen,passthrough; "),
		  GIVE_A, NULL, "", NULL },
		/* A part with an interrupt needs one, too. */
		{ ETH("5040000", "0 0x5040000 0 0x1000", "1", "1",
		      "xen,passthrough; phy { interrupts = <0 5 4>; }; "),
		  GIVE_A, NULL, "not-marked", "`/ethernet@5040000/phy` does not carry" },
		{ MARKED_C DEV_A,
		  GIVE_A "allow = [ \"not-marked /ethernet@5040000: by the loader\" ]\n", NULL,
		  "not-marked(allowed)", NULL },
		/* What is withheld from dom0 has to be marked as well. */
		{ MARKED_C DEV_A, "withhold = [ \"/ethernet@5040000: x\" ]\n", NULL, "not-marked",
		  "`/ethernet@5040000` is withheld, but does not carry xen,passthrough, so dom0 "
		  "keeps it" },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
	{
		/* No dom0, nobody to keep it. */
		const struct judged without = { MARKED_C DEV_A, GIVE_A, NULL, "", NULL };

		assert_judged(&without, (struct world){ .no_dom0 = true });
	}
}

static void test_marks_assumed(void **state)
{
	(void)state;
	CHECK(.board = BOARD(DEV_A), .configs = { GIVE_A });
	assert_string_equal(slugs_text(), "marks-assumed");
	start_over();
	CHECK(.board = BOARD(DEV_A), .configs = { GIVE_A }, .no_dom0 = true);
	assert_string_equal(slugs_text(), "");
	start_over();
	CHECK(.board = BOARD(DEV_A), .configs = { "memory = 1\n" });
	assert_string_equal(slugs_text(), "");
}

/* ---- DMA ---------------------------------------------------------------------------------------
 */

#define RTC_A   RTC("5040000", "0 0x5040000 0 0x1000", "1", "")
#define GIVE_R  GIVE("\"/rtc@5040000\"")
#define MASTER  "m@5040000 { compatible = \"cdns,gem\"; reg = <0 0x5040000 0 0x1000>; }; "
#define UNKNOWN "m@5040000 { compatible = \"example,m\"; reg = <0 0x5040000 0 0x1000>; }; "
#define GIVE_M  GIVE("\"/m@5040000\"")
#define FORCE_M "force_assign = [ \"/m@5040000: x\" ]\n"

static void test_dma(void **state)
{
	const struct judged rows[] = {
		{ RTC_A, GIVE_R, NULL, "unverified-non-master", NULL },
		{ RTC_A, GIVE_R "allow = [ \"unverified-non-master /rtc@5040000: x\" ]\n", NULL,
		  "unverified-non-master(allowed)", NULL },
		{ RTC_A, GIVE_R "unprotected = \"refuse\"\n", NULL, "unprotected-device", NULL },
		{ RTC_A,
		  GIVE_R "unprotected = \"refuse\"\nforce_assign = [ \"/rtc@5040000: x\" ]\n", NULL,
		  "unverified-non-master", NULL },
		{ UNKNOWN, GIVE_M, NULL, "unknown-master", NULL },
		{ UNKNOWN, GIVE_M FORCE_M, NULL, "forced-unknown-master", NULL },
		{ UNKNOWN, GIVE_M "platform_iommu_safe = \"the manual\"\n", NULL,
		  "unverified-non-master", NULL },
		{ UNKNOWN,
		  GIVE_M "platform_iommu_safe = \"the manual\"\nunprotected = \"refuse\"\n", NULL,
		  "unprotected-device", NULL },
		{ MASTER, GIVE_M, NULL, "unprotected-master",
		  "`/m@5040000` masters memory, and no IOMMU confines it" },
		/* No policy makes a proven master safe, and no force an xl guest direct-mapped. */
		{ MASTER, GIVE_M "platform_iommu_safe = \"the manual\"\n", NULL,
		  "unprotected-master", NULL },
		{ MASTER, GIVE_M FORCE_M, NULL, "unprotected-master", NULL },
		{ MASTER, GIVE_M FORCE_M "direct_map = 1\n", NULL,
		  "unprotected-master direct-map-unsupported", NULL },
	};
	const struct judged less[] = {
		{ MASTER, GIVE_M FORCE_M "direct_map = 1\n", NULL, "unprotected-master-forced",
		  NULL },
		{ MASTER, GIVE_M FORCE_M, NULL, "unprotected-master", NULL },
		{ MASTER, GIVE_M "direct_map = 1\n", NULL, "unprotected-master", NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
	ASSERT_JUDGED(less, .target = TARGET_DOM0LESS);
}

static void test_broken(void **state)
{
	const struct judged rows[] = {
		{ "m@5040000 { compatible = \"example,m\"; reg = <0 0x5040000 0 0x1000>; iommus = "
		  "<999 1>; }; ",
		  GIVE_M, NULL, "broken-iommu-description", NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

/* ---- Groups
 * -------------------------------------------------------------------------------------- */

#define SAME_A ETH("5040000", "0 0x5040000 0 0x1000", "1", "7", "")
#define SAME_B ETH("5050000", "0 0x5050000 0 0x1000", "2", "7", "")

static void test_groups(void **state)
{
	const struct judged rows[] = {
		{ SAME_A SAME_B, GIVE_A, NULL, "split-group",
		  "`/ethernet@5040000` cannot be told apart from `/ethernet@5050000`, which "
		  "belongs to "
		  "dom0" },
		{ SAME_A SAME_B, GIVE_BOTH, NULL, "", NULL },
		{ SAME_A SAME_B, GIVE_A "withhold = [ \"/ethernet@5050000: x\" ]\n", NULL, "",
		  NULL },
		{ SAME_A SAME_B, GIVE_A, GIVE_B, "split-group", "guest `b`" },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

#define V3 \
	"v3: iommu@2e000000 { compatible = \"arm,smmu-v3\"; #iommu-cells = <1>; reg = <0 " \
	"0x2e000000 0 " \
	"0x20000>; interrupts = <0 60 1 0 61 1 0 62 1>; interrupt-names = \"eventq\", " \
	"\"gerror\", " \
	"\"cmdq-sync\"; }; "
#define V3_A \
	"ethernet@5040000 { compatible = \"cdns,gem\"; reg = <0 0x5040000 0 0x1000>; interrupts " \
	"= <0 1 " \
	"4>; iommus = <&v3 7>; }; "
#define V3_B \
	"ethernet@5050000 { compatible = \"cdns,gem\"; reg = <0 0x5050000 0 0x1000>; interrupts " \
	"= <0 2 " \
	"4>; iommus = <&v3 7>; }; "

/* Two devices of one stream and one owner: fine behind an SMMUv2, the end of Xen
 * behind an SMMUv3.  One of the two says so. */
static void test_shared_stream(void **state)
{
	const struct judged rows[] = {
		{ V3 V3_A V3_B, GIVE_BOTH, NULL, "shared-stream-id",
		  "`/ethernet@5040000` and `/ethernet@5050000` have one stream on an SMMUv3: Xen "
		  "stops" },
		{ V3 V3_A V3_B, GIVE_A "withhold = [ \"/ethernet@5050000: x\" ]\n", NULL, "",
		  NULL },
		{ V3 V3_A V3_B, GIVE_A, NULL, "split-group", NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, .drivers = XEN_DRIVER_SMMU_V3);
}

/* An entry inside another: the SMMU takes the wider one only if it comes first. */
#define WIDE_SMMU \
	"wide: iommu@2f000000 { compatible = \"arm,mmu-500\"; #iommu-cells = <2>; reg = <0 " \
	"0x2f000000 0 " \
	"0x20000>; #global-interrupts = <1>; interrupts = <0 110 4 0 111 4 0 111 4 0 111 4>; }; "
#define NARROW_A \
	"ethernet@5040000 { compatible = \"cdns,gem\"; reg = <0 0x5040000 0 0x1000>; interrupts " \
	"= <0 1 " \
	"4>; iommus = <&wide 0x15 0>; }; "
#define WIDE_B \
	"ethernet@5050000 { compatible = \"cdns,gem\"; reg = <0 0x5050000 0 0x1000>; interrupts " \
	"= <0 2 " \
	"4>; iommus = <&wide 0x10 0xf>; }; "

static void test_entry_order(void **state)
{
	const char *const reverse = GIVE("\"/ethernet@5050000\", \"/ethernet@5040000\"");
	const struct judged xl[] = {
		{ WIDE_SMMU NARROW_A WIDE_B, GIVE_BOTH, NULL, "broken-iommu-description",
		  "the SMMU takes only one of" },
		{ WIDE_SMMU NARROW_A WIDE_B, reverse, NULL, "", NULL },
		/* Of two owners something else is said. */
		{ WIDE_SMMU NARROW_A WIDE_B, GIVE_A, NULL, "split-group", NULL },
	};
	const struct judged less[] = {
		/* There the order is that of the board. */
		{ WIDE_SMMU NARROW_A WIDE_B, reverse, NULL, "broken-iommu-description", NULL },
		{ WIDE_SMMU WIDE_B NARROW_A, GIVE_BOTH, NULL, "", NULL },
	};

	(void)state;
	ASSERT_JUDGED(xl, 0);
	ASSERT_JUDGED(less, .target = TARGET_DOM0LESS);
}

#define ENGINE \
	"dma: dma@5060000 { compatible = \"arm,pl330\"; reg = <0 0x5060000 0 0x1000>; #dma-cells " \
	"= <1>; " \
	"interrupts = <0 8 4>; iommus = <&smmu 8>; }; "
#define CLIENT(rest) ETH("5050000", "0 0x5050000 0 0x1000", "2", "2", "dmas = <&dma 1>; " rest)

static void test_engine(void **state)
{
	const struct judged rows[] = {
		{ ENGINE CLIENT(""), GIVE("\"/dma@5060000\""), NULL, "shared-dma-engine",
		  "`/dma@5060000` moves data for `/ethernet@5050000`, which belongs to dom0" },
		{ ENGINE CLIENT(""), GIVE("\"/dma@5060000\", \"/ethernet@5050000\""), NULL, "",
		  NULL },
		{ ENGINE CLIENT("status = \"disabled\"; "), GIVE("\"/dma@5060000\""), NULL, "",
		  NULL },
		/* The client works without. */
		{ ENGINE CLIENT(""), GIVE_B, NULL, "", NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_infrastructure), TEST(test_substance),     TEST(test_registers),
		TEST(test_disabled),       TEST(test_children),      TEST(test_taken),
		TEST(test_marks),          TEST(test_marks_assumed), TEST(test_dma),
		TEST(test_broken),         TEST(test_groups),        TEST(test_engine),
		TEST(test_shared_stream),  TEST(test_entry_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
