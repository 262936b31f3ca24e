/* SPDX-License-Identifier: BSD-2-Clause */
/* Which devices cannot be told apart, and how many domains can be. */
#include "topo.h"

static const struct group *group_at(const char *path)
{
	uint32_t i = topo->group_of[at(path)];

	assert_int_not_equal(i, GROUP_NONE);
	return &topo->groups[i];
}

/* ---- Equal streams -------------------------------------------------------------------- */

/* The two halves of a USB controller, as on Juno: one stream. */
static void one_stream_two_devices(void **state)
{
	const struct group *g;

	(void)state;
	build(BOARD(SMMU_V1("smmu", "10000000", "") DEVICE("ehci", "20000000", "&smmu 0", "")
			    DEVICE("ohci", "21000000", "&smmu 0", "")
				    DEVICE("nic", "22000000", "&smmu 1", "")));
	g = group_at("/ehci@20000000");
	assert_int_equal(g->nmembers, 2);
	assert_int_equal(g->members[0], at("/ehci@20000000"));
	assert_int_equal(g->members[1], at("/ohci@21000000"));
	assert_true(str_is(g->name, "/ehci@20000000"));
	assert_int_equal(g->nlinks, 1);
	assert_int_equal(g->links[0].kind, LINK_SAME_STREAM);
	assert_int_equal(g->links[0].iommu, at("/smmu@10000000"));
	assert_true(text_has(g->links[0].what, "stream ID 0x0 of `/smmu@10000000`"));
	assert_int_equal(topo->group_of[at("/nic@22000000")], GROUP_NONE);
	assert_verdict("/ehci@20000000", VERDICT_PROTECTED, "");
}

/* Equal ids at different IOMMUs are different streams. */
static void one_id_two_iommus(void **state)
{
	(void)state;
	build(BOARD(SMMU_V1("m0", "10000000", "") SMMU_V1("m1", "11000000", "") DEVICE(
		"d0", "20000000", "&m0 0", "") DEVICE("d1", "21000000", "&m1 0", "")));
	assert_int_equal(topo->ngroups, 0);
	build(BOARD(SMMU_V3("m0", "10000000", "") SMMU_V3("m1", "11000000", "") DEVICE(
		"d0", "20000000", "&m0 0x600", "") DEVICE("d1", "21000000", "&m1 0x600", "")));
	assert_int_equal(topo->ngroups, 0);
	assert_int_equal(topo->nfailures, 0);
}

static void one_mask_two_iommus(void **state)
{
	(void)state;
	build(BOARD(SMMU_2CELLS("m0", "10000000", "") SMMU_2CELLS("m1", "11000000", "") DEVICE(
		"d0", "20000000", "&m0 0x10 0xf", "") DEVICE("d1", "21000000", "&m1 0x14 0x3", "")
			    DEVICE("d2", "22000000", "&m1 0x15 0", "")));
	assert_false(share_group("/d0@20000000", "/d1@21000000"));
	assert_true(share_group("/d1@21000000", "/d2@22000000"));
	assert_int_equal(topo->nconflicts, 1);
}

/* A stream table entry in use is a BUG of the SMMUv3 driver, so two nodes with
 * one stream cannot both be assigned, not even both to dom0. */
static void one_stream_on_smmu_v3(void **state)
{
	(void)state;
	build(BOARD(SMMU_V3("v3", "10000000", "") DEVICE("d0", "20000000", "&v3 7", "")
			    DEVICE("d1", "21000000", "&v3 7", "")));
	assert_true(share_group("/d0@20000000", "/d1@21000000"));
	assert_dom0_fails("/d1@21000000", "BUG", 1);
	assert_int_equal(topo->failures[0].other, at("/d0@20000000"));
	build(BOARD(SMMU_V3("v3", "10000000", "") DEVICE("d0", "20000000", "&v3 7", MARKED)
			    DEVICE("d1", "21000000", "&v3 7", "")));
	assert_int_equal(topo->nfailures, 0);
	build(BOARD(SMMU_V3("v3", "10000000", "") DEVICE("d0", "20000000", "&v3 7 &v3 7", "")));
	assert_int_equal(topo->nfailures, 0);
	assert_int_equal(topo->ngroups, 0);
}

/* A crypto engine and the DMA engine that feeds it, with masks. */
static void equal_ids_and_masks(void **state)
{
	(void)state;
	build(BOARD(SMMU_2CELLS("smmu", "10000000", "") DEVICE("bam", "20000000",
							       "&smmu 0x704 1 &smmu 0x714 1", "")
			    DEVICE("crypto", "21000000", "&smmu 0x714 1 &smmu 0x704 1", "")));
	assert_true(share_group("/bam@20000000", "/crypto@21000000"));
	assert_int_equal(group_at("/bam@20000000")->links[0].kind, LINK_SAME_STREAM);
	assert_verdict("/crypto@21000000", VERDICT_PROTECTED, "");
	build(BOARD(SMMU_2CELLS("smmu", "10000000", "")
			    DEVICE("bam", "20000000", "&smmu 0x704 1", "")
				    DEVICE("crypto", "21000000", "&smmu 0x714 1", "")));
	assert_int_equal(topo->ngroups, 0);
}

static void one_micro_tlb(void **state)
{
	(void)state;
	build(BOARD(IPMMU_ROOT("root", "10000000", "r8a77965", "") PRR DEVICE(
		"m0", "20000000", "&root 3", "") DEVICE("m1", "21000000", "&root 3", "")
			    DEVICE("m2", "22000000", "&root 4", "")));
	assert_true(share_group("/m0@20000000", "/m1@21000000"));
	assert_false(share_group("/m0@20000000", "/m2@22000000"));
	assert_int_equal(topo->nfailures, 0);
}

/* First and second share one stream, second and third another. */
static void closure(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "") DEVICE("a", "20000000", "&smmu 1", "") DEVICE(
		"b", "21000000", "&smmu 1 &smmu 2", "") DEVICE("c", "22000000", "&smmu 2", "")
			    DEVICE("d", "23000000", "&smmu 3", "")));
	assert_true(share_group("/a@20000000", "/c@22000000"));
	assert_int_equal(group_at("/a@20000000")->nmembers, 3);
	assert_false(share_group("/a@20000000", "/d@23000000"));
}

/* What a group is called does not depend on where its members stand. */
static void name_is_stable(void **state)
{
	static const char *const sources[] = {
		BOARD(SMMU("smmu", "10000000", "") DEVICE("a", "20000000", "&smmu 1", "")
			      DEVICE("b", "21000000", "&smmu 1", "")),
		BOARD(DEVICE("b", "21000000", "&smmu 1", "") DEVICE("a", "20000000", "&smmu 1", "")
			      SMMU("smmu", "10000000", "")),
		BOARD(DEVICE("b", "21000000", "&smmu 1", MARKED) SMMU("smmu", "10000000", "")
			      DEVICE("a", "20000000", "&smmu 1", DISABLED)),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		build(sources[i]);
		assert_int_equal(topo->ngroups, 1);
		assert_true(str_is(topo->groups[0].name, "/a@20000000"));
	}
}

/* Where no IOMMU is on nothing is told apart, and no group is claimed; an
 * IOMMU that only Linux drives still ties its clients together. */
static void iommus_that_are_off(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", DISABLED) DEVICE("a", "20000000", "&smmu 1", "")
			    DEVICE("b", "21000000", "&smmu 1", "")));
	assert_int_equal(topo->ngroups, 0);
	build(BOARD(SMMU_QCOM("smmu", "10000000", "") DEVICE("a", "20000000", "&smmu 1", "")
			    DEVICE("b", "21000000", "&smmu 1", "")));
	assert_int_equal(topo->ngroups, 1);
	build(BOARD(ROCKCHIP("mmu", "10000000", "") DEVICE("a", "20000000", "&mmu", "")
			    DEVICE("b", "21000000", "&mmu", "")));
	assert_int_equal(topo->ngroups, 1);
	assert_true(text_has(topo->groups[0].links[0].what, "the one stream"));
}

/* ---- Wrappers -------------------------------------------------------------------------- */

#define UART(label, address, rest) NODE(label, address, "\"arm,pl011\"", rest)
#define BUS                        "#address-cells = <1>; #size-cells = <1>; ranges; "

/* UARTs, I2C and SPI of a Qualcomm QUP issue DMA under the QUP's streams. */
static void parts_of_a_wrapper(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "") NODE(
		"qup", "20000000", "\"qcom,geni-se-qup\"",
		BUS "iommus = <&smmu 0x43>; " NODE("i2c", "21000000", "\"qcom,geni-i2c\"", "")
			NODE("uart", "22000000", "\"qcom,geni-uart\"", DISABLED))));
	assert_verdict("/qup@20000000", VERDICT_PROTECTED, "");
	assert_verdict("/qup@20000000/i2c@21000000", VERDICT_UNPROTECTED,
		       "under the streams of `/qup@20000000`");
	assert_int_equal(verdict_at("/qup@20000000/i2c@21000000")->wrapper, at("/qup@20000000"));
	assert_int_equal(group_at("/qup@20000000")->nmembers, 3);
	assert_int_equal(group_at("/qup@20000000")->links[0].kind, LINK_WRAPPER);
	assert_int_equal(topology_effective(topo, at("/qup@20000000/i2c@21000000"), true),
			 VERDICT_PROTECTED);
	assert_int_equal(topology_effective(topo, at("/qup@20000000/i2c@21000000"), false),
			 VERDICT_UNPROTECTED);
}

/* Any node with `iommus` can be a wrapper: its parts are no proven
 * non-masters, whatever their kind. */
static void parts_of_an_unknown_wrapper(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "") DEVICE("wrap", "20000000", "&smmu 1",
							BUS UART("uart", "21000000", ""))));
	assert_verdict("/wrap@20000000/uart@21000000", VERDICT_UNPROTECTED, "/wrap@20000000");
	assert_true(share_group("/wrap@20000000", "/wrap@20000000/uart@21000000"));
	build(BOARD(
		NODE("wrap", "20000000", "\"example,device\"", BUS UART("uart", "21000000", ""))));
	assert_verdict("/wrap@20000000/uart@21000000", VERDICT_NON_MASTER, "");
	assert_int_equal(topo->ngroups, 0);
}

/* A part with streams of its own is told apart. */
static void part_with_streams(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "") DEVICE(
		"wrap", "20000000", "&smmu 1", BUS DEVICE("part", "21000000", "&smmu 2", ""))));
	assert_verdict("/wrap@20000000/part@21000000", VERDICT_PROTECTED, "");
	assert_int_equal(topo->ngroups, 0);
}

/* The core has the streams, the glue around it has registers too. */
static void glue_of_a_core(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "") NODE(
		"glue", "20000000", "\"xlnx,zynqmp-dwc3\"",
		BUS NODE("usb", "21000000", "\"snps,dwc3\"", "iommus = <&smmu 0x860>; "))));
	assert_verdict("/glue@20000000/usb@21000000", VERDICT_PROTECTED, "");
	assert_verdict("/glue@20000000", VERDICT_UNPROTECTED, "/glue@20000000/usb@21000000");
	assert_true(share_group("/glue@20000000", "/glue@20000000/usb@21000000"));
	assert_int_equal(topology_effective(topo, at("/glue@20000000"), true), VERDICT_PROTECTED);
	build(BOARD(SMMU("smmu", "10000000", "")
			    NODE("bus", "20000000", "\"example,bus\"",
				 BUS DEVICE("nic", "21000000", "&smmu 0x860", ""))));
	assert_int_equal(topo->ngroups, 0);
}

/* A node without registers that stands for the traffic of the one above. */
static void streams_of_firmware(void **state)
{
	(void)state;
	build(BOARD(SMMU_2CELLS("smmu", "10000000", "")
			    DEVICE("venus", "20000000", "&smmu 0x10a0 0x60",
				   "video-firmware { iommus = <&smmu 0x10b2 0>; };")));
	assert_true(share_group("/venus@20000000", "/venus@20000000/video-firmware"));
	assert_verdict("/venus@20000000/video-firmware", VERDICT_PROTECTED, "");
	assert_verdict("/venus@20000000", VERDICT_PROTECTED, "");
}

/* `reg` of such a node may be a number without an address; the edge in between
 * has an interrupt, the processor above it has the registers.  The processor
 * is no better protected by having streams of one of its contexts. */
static void streams_of_a_context(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "") NODE(
		"dsp", "20000000", "\"qcom,sdm845-adsp-pas\"",
		"edge { interrupts = <0 20 1>; rpc { #address-cells = <1>; #size-cells = <0>; "
		"context@1 { reg = <1>; iommus = <&smmu 0x5a1>; }; }; };")));
	assert_true(share_group("/dsp@20000000", "/dsp@20000000/edge/rpc/context@1"));
	assert_true(share_group("/dsp@20000000/edge", "/dsp@20000000/edge/rpc/context@1"));
	assert_verdict("/dsp@20000000", VERDICT_UNPROTECTED, "qcom,sdm845-adsp-pas");
	assert_int_equal(topology_effective(topo, at("/dsp@20000000"), true), VERDICT_UNPROTECTED);
}

/* ---- DMA engines ------------------------------------------------------------------------- */

/* Two UARTs of one engine can have different owners, since neither guest gets
 * the engine; who wants the engine is told of both. */
static void clients_of_an_engine(void **state)
{
	const struct engine_use *use;

	(void)state;
	build(BOARD("dma: dma@20000000 { compatible = \"arm,pl330\"; reg = <0x20000000 0x1000>; "
		    "#dma-cells = <1>; };" UART("u0", "21000000", "dmas = <&dma 0 &dma 1>; ") UART(
			    "u1", "22000000", "dmas = <&dma 2>; ") UART("u2", "23000000", "")));
	assert_int_equal(topo->ngroups, 0);
	assert_int_equal(topology_engine_clients(topo, at("/dma@20000000"), &use), 2);
	assert_int_equal(use[0].client, at("/u0@21000000"));
	assert_int_equal(use[1].client, at("/u1@22000000"));
	assert_int_equal(topology_engine_clients(topo, at("/u2@23000000"), &use), 0);
	assert_verdict("/dma@20000000", VERDICT_UNPROTECTED, "DMA engine");
	assert_verdict("/u0@21000000", VERDICT_NON_MASTER, "");
	assert_verdict("/u2@23000000", VERDICT_NON_MASTER, "");
}

/* ---- Room for domains --------------------------------------------------------------------- */

static void contexts_of_an_ipmmu(void **state)
{
	(void)state;
	build(BOARD(IPMMU_ROOT("root", "10000000", "r8a77965", "")
			    IPMMU_CACHE("c0", "11000000", "r8a77965", "&root", "") PRR));
	assert_int_equal(iommu_at("/root@10000000")->max_domains, 7);
	assert_int_equal(iommu_at("/c0@11000000")->max_domains, 7);
	assert_int_equal(iommu_at("/c0@11000000")->pool, at("/root@10000000"));
	build(BOARD(IPMMU_ROOT("root", "10000000", "r8a779g0", "") PRR));
	assert_int_equal(iommu_at("/root@10000000")->max_domains, 15);
}

/* SMMUv2: one context per context interrupt.  SMMUv1 shares them, so the tree
 * does not say. */
static void contexts_of_an_smmu(void **state)
{
	(void)state;
	build(BOARD(SMMU("v2", "10000000", "") SMMU_V1("v1", "11000000", "")
			    SMMU_V3("v3", "12000000", "")));
	assert_int_equal(iommu_at("/v2@10000000")->max_domains, 4);
	assert_int_equal(iommu_at("/v2@10000000")->pool, at("/v2@10000000"));
	assert_int_equal(iommu_at("/v1@11000000")->max_domains, 0);
	assert_int_equal(iommu_at("/v3@12000000")->max_domains, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_stream_two_devices),
		TEST(one_id_two_iommus),
		TEST(one_mask_two_iommus),
		TEST(one_stream_on_smmu_v3),
		TEST(equal_ids_and_masks),
		TEST(one_micro_tlb),
		TEST(closure),
		TEST(name_is_stable),
		TEST(iommus_that_are_off),
		TEST(parts_of_a_wrapper),
		TEST(parts_of_an_unknown_wrapper),
		TEST(part_with_streams),
		TEST(glue_of_a_core),
		TEST(streams_of_firmware),
		TEST(streams_of_a_context),
		TEST(clients_of_an_engine),
		TEST(contexts_of_an_ipmmu),
		TEST(contexts_of_an_smmu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
