/* SPDX-License-Identifier: BSD-2-Clause */
/* Verdicts of devices that have no streams, and the cost of large trees. */
#include "topo.h"

#define PL011(address, rest) NODE("uart", address, "\"arm,pl011\"", rest)

static void reviewed_kinds(void **state)
{
	(void)state;
	build(BOARD(PL011("20000000", "") NODE("ahci", "21000000", "\"snps,dwc-ahci\"", "")));
	assert_verdict("/uart@20000000", VERDICT_NON_MASTER, "no DMA of its own");
	assert_verdict("/ahci@21000000", VERDICT_UNPROTECTED, "`snps,dwc-ahci` masters memory");
}

static void unknown_kind(void **state)
{
	(void)state;
	build(BOARD(NODE("what", "20000000", "\"example,device\"", "")));
	assert_verdict("/what@20000000", VERDICT_UNKNOWN, "nothing is known");
}

static void evidence_on_the_node(void **state)
{
	(void)state;
	build(BOARD(NODE("a", "20000000", "\"example,device\"", "dma-coherent; ")
			    NODE("b", "21000000", "\"example,device\"", "#dma-cells = <1>; ")));
	assert_verdict("/a@20000000", VERDICT_UNPROTECTED, "dma-coherent");
	assert_verdict("/b@21000000", VERDICT_UNPROTECTED, "DMA engine");
}

/* Nothing with a CPU address can be handed out. */
static void nothing_to_hand_out(void **state)
{
	(void)state;
	build(BOARD("leds { compatible = \"example,leds\"; };"
		    "i2c@20000000 { compatible = \"example,i2c\"; reg = <0x20000000 0x1000>; "
		    "#address-cells = <1>; #size-cells = <0>; rtc@68 { compatible = "
		    "\"example,rtc\"; reg = <0x68>; }; };"));
	assert_verdict("/leds", VERDICT_NON_MASTER, "no registers");
	assert_verdict("/i2c@20000000/rtc@68", VERDICT_NON_MASTER, "no registers");
	assert_verdict("/", VERDICT_NON_MASTER, "no registers");
}

/* `iommus` says more than any table: the kind may be unknown. */
static void streams_prove_a_master(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "")
			    NODE("uart", "20000000", "\"arm,pl011\"", "iommus = <&smmu 1>; ")));
	assert_verdict("/uart@20000000", VERDICT_PROTECTED, "");
	build(BOARD(SMMU("smmu", "10000000", DISABLED)
			    NODE("uart", "20000000", "\"arm,pl011\"", "iommus = <&smmu 1>; ")));
	assert_verdict("/uart@20000000", VERDICT_UNPROTECTED, "disabled");
}

static void infrastructure(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "")));
	assert_verdict("/smmu@10000000", VERDICT_UNPROTECTED, "infrastructure");
	assert_verdict("/intc@f0000000", VERDICT_UNPROTECTED, "infrastructure");
}

/* ---- Carets ------------------------------------------------------------------------------ */

static void places_are_exact(void **state)
{
	struct place p;

	(void)state;
	build(BOARD(SMMU_2CELLS("smmu", "10000000", "")
			    DEVICE("nic", "20000000", "&smmu 1 0 99 2", "")));
	p = topology_place(topo, verdict_at("/nic@20000000")->at);
	assert_int_equal(p.kind, PLACE_TREE);
	assert_true(str_is(p.path, "/nic@20000000"));
	assert_true(str_is(p.property, "iommus"));
	assert_int_equal(p.cell, 3);
	assert_true(p.len > 0);
	assert_int_equal(topology_place(topo, (struct spot){ DT_NONE, NULL, -1 }).kind, PLACE_NONE);
}

/* ---- Large and hostile trees --------------------------------------------------------------- */

static struct buf head(void)
{
	struct buf b = buf_new(arena);

	buf_text(&b, "/ { #address-cells = <1>; #size-cells = <1>; interrupt-parent = <&gic>; "
		     "gic: intc@f0000000 { compatible = \"arm,gic-400\"; interrupt-controller; "
		     "#interrupt-cells = <3>; reg = <0xf0000000 0x1000>; };");
	return b;
}

static void build_buf(struct buf *b)
{
	buf_text(b, "};");
	build(str_dup(arena, buf_get(b)).s);
}

/* Every device on one stream. */
static void one_stream_for_all(void **state)
{
	struct buf b = head();

	(void)state;
	buf_text(&b, SMMU_2CELLS("smmu", "10000000", ""));
	for (unsigned i = 0; i < 20000; i++)
		buf_format(&b, "d%u { iommus = <&smmu 1 0>; };", i);
	build_buf(&b);
	assert_int_equal(topo->ngroups, 1);
	assert_int_equal(topo->groups[0].nmembers, 20000);
}

/* Masks of every width, so that nothing lies inside anything: whoever wrote
 * this gets a group, not an hour. */
static void masks_without_end(void **state)
{
	struct buf b = head();
	uint32_t random = 1;

	(void)state;
	buf_text(&b, SMMU_2CELLS("smmu", "10000000", ""));
	for (unsigned i = 0; i < 4000; i++) {
		random = random * 1103515245 + 12345;
		buf_format(&b, "d%u { iommus = <&smmu 0x%x 0x%x>; };", i, random >> 9 & 0x7fff,
			   random >> 16 & 0x7fff);
	}
	build_buf(&b);
	assert_int_equal(topo->ngroups, 1);
	assert_int_equal(topo->groups[0].nmembers, 4000);
}

/* More bridges over the same streams than the table has steps for. */
static void ranges_without_end(void **state)
{
	struct buf b = head();

	(void)state;
	buf_text(&b, SMMU_2CELLS("smmu", "10000000", ""));
	for (unsigned i = 0; i < 4000; i++)
		buf_format(&b,
			   "p%u { device_type = \"pci\"; #address-cells = <3>; #size-cells = <2>; "
			   "iommu-map = <0 &smmu 0 0x8000>; };",
			   i);
	buf_text(&b, DEVICE("d", "20000000", "&smmu 7 0x7ff8", ""));
	build_buf(&b);
	assert_int_equal(topo->ngroups, 1);
	assert_int_equal(topo->groups[0].nmembers, 4001);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reviewed_kinds),      TEST(unknown_kind),           TEST(evidence_on_the_node),
		TEST(nothing_to_hand_out), TEST(streams_prove_a_master), TEST(infrastructure),
		TEST(places_are_exact),    TEST(one_stream_for_all),     TEST(masks_without_end),
		TEST(ranges_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
