/* SPDX-License-Identifier: BSD-2-Clause */
/* `iommus`: what each entry says, and what cannot be right. */
#include "topo.h"

#define GOOD SMMU("good", "1f000000", "")

/* The only use of the device at this path. */
static const struct stream_use *use_of(const char *path)
{
	const struct stream_use *found = NULL;

	for (uint32_t i = 0; i < topo->nuses; i++) {
		if (topo->uses[i].node != at(path))
			continue;
		assert_null(found);
		found = &topo->uses[i];
	}
	assert_non_null(found);
	return found;
}

static void assert_use(const char *path, uint32_t id, uint32_t mask)
{
	assert_int_equal(use_of(path)->id, id);
	assert_int_equal(use_of(path)->mask, mask);
}

/* ---- Cells ------------------------------------------------------------------------- */

static void one_cell(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "") DEVICE("nic", "20000000", "&smmu 5", "")));
	assert_use("/nic@20000000", 5, 0);
	assert_verdict("/nic@20000000", VERDICT_PROTECTED, "/smmu@10000000");
	assert_int_equal(verdict_at("/nic@20000000")->iommu, at("/smmu@10000000"));
	assert_int_equal(iommu_at("/smmu@10000000")->nclients, 1);
	assert_int_equal(iommu_at("/smmu@10000000")->clients[0], at("/nic@20000000"));
}

/* id 0x4a0 with mask 0x20 stands for 0x480 and 0x4a0.  Xen before 4.20 lets
 * the mask go. */
static void two_cells(void **state)
{
	static const char source[] =
		BOARD(SMMU_2CELLS("smmu", "10000000", "")
			      DEVICE("nic", "20000000", "&smmu 0x4a0 0x20", "")
				      DEVICE("dma", "21000000", "&smmu 0x480 0", ""));

	(void)state;
	build(source);
	assert_use("/nic@20000000", 0x4a0, 0x20);
	assert_verdict("/nic@20000000", VERDICT_PROTECTED, "");
	assert_true(share_group("/nic@20000000", "/dma@21000000"));
	assert_false(has_remark("/nic@20000000", REMARK_MASK_IGNORED));
	build_board((struct board){ .source = source, .release = "4.19" });
	assert_verdict("/nic@20000000", VERDICT_PROTECTED, "");
	assert_true(has_remark("/nic@20000000", REMARK_MASK_IGNORED));
	assert_false(has_remark("/dma@21000000", REMARK_MASK_IGNORED));
}

/* stream-match-mask stands in where the specifier has no mask. */
static void mask_of_the_smmu(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "stream-match-mask = <0x7c00>; ")
			    DEVICE("nic", "20000000", "&smmu 0x17", "")));
	assert_use("/nic@20000000", 0x17, 0x7c00);
	build(BOARD(SMMU_2CELLS("smmu", "10000000", "stream-match-mask = <0x7c00>; ")
			    DEVICE("nic", "20000000", "&smmu 0x17 0x3", "")));
	assert_use("/nic@20000000", 0x17, 0x3);
}

static void cells_that_no_smmu_takes(void **state)
{
	(void)state;
	build(BOARD(NODE("smmu", "10000000", "\"arm,mmu-500\"", SMMU_LINES "#iommu-cells = <0>; ")
			    DEVICE("nic", "20000000", "&smmu", "")));
	assert_verdict("/nic@20000000", VERDICT_BROKEN, "#iommu-cells 0");
	build(BOARD(NODE("smmu", "10000000", "\"arm,mmu-500\"", SMMU_LINES "#iommu-cells = <3>; ")
			    DEVICE("nic", "20000000", "&smmu 1 2 3", "")));
	assert_verdict("/nic@20000000", VERDICT_BROKEN, "an SMMU takes 1 or 2");
}

/* Xen keeps 15 bits: 0x8005 would become somebody else's 5. */
static void fifteen_bits(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "") DEVICE("nic", "20000000", "&smmu 0x8005", "")));
	assert_verdict("/nic@20000000", VERDICT_BROKEN, "0x8005");
	build(BOARD(SMMU_2CELLS("smmu", "10000000", "")
			    DEVICE("nic", "20000000", "&smmu 5 0x8000", "")));
	assert_verdict("/nic@20000000", VERDICT_BROKEN, "mask 0x8000");
	build(BOARD(SMMU("smmu", "10000000", "") DEVICE("nic", "20000000", "&smmu 0x7fff", "")));
	assert_verdict("/nic@20000000", VERDICT_PROTECTED, "");
	build(BOARD(SMMU_V3("v3", "10000000", "") DEVICE("nic", "20000000", "&v3 0x80005", "")));
	assert_verdict("/nic@20000000", VERDICT_PROTECTED, "");
}

/* ---- Entries ------------------------------------------------------------------------ */

#define FOUR(a) "&smmu " a "0 &smmu " a "1 &smmu " a "2 &smmu " a "3 "
#define SIXTEEN FOUR("0x1") FOUR("0x2") FOUR("0x3") FOUR("0x4")

/* The seventeenth lands behind the end of an array in Xen. */
static void sixteen_ids(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "") DEVICE("nic", "20000000", SIXTEEN, "")));
	assert_verdict("/nic@20000000", VERDICT_PROTECTED, "");
	assert_int_equal(topo->nfailures, 0);
	assert_int_equal(iommu_at("/smmu@10000000")->nentries, 16);
	build(BOARD(SMMU("smmu", "10000000", "") DEVICE("nic", "20000000", SIXTEEN "&smmu 9", "")));
	assert_verdict("/nic@20000000", VERDICT_BROKEN, "17 stream IDs");
	assert_int_equal(verdict_at("/nic@20000000")->at.cell, 32);
	assert_dom0_fails("/nic@20000000", "heap overrun", 1);
	build(BOARD(SMMU_V3("smmu", "10000000", "")
			    DEVICE("nic", "20000000", SIXTEEN "&smmu 9", "")));
	assert_verdict("/nic@20000000", VERDICT_PROTECTED, "");
}

static void two_iommus(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "")
			    GOOD DEVICE("nic", "20000000", "&smmu 1 &good 1", "")));
	assert_verdict("/nic@20000000", VERDICT_BROKEN, "one IOMMU only");
	assert_int_equal(verdict_at("/nic@20000000")->at.cell, 2);
	assert_dom0_fails("/nic@20000000", "-EINVAL", 1);
	build(BOARD(SMMU("smmu", "10000000", "")
			    GOOD DEVICE("nic", "20000000", "&smmu 1 &smmu 2", "")));
	assert_verdict("/nic@20000000", VERDICT_PROTECTED, "");
}

/* Xen would take the device for one without IOMMU, or protect half of it. */
static void dangling_phandle(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "") DEVICE("nic", "20000000", "99 1 &smmu 1", "")));
	assert_verdict("/nic@20000000", VERDICT_BROKEN, "entry 0 of `iommus` points at no node");
	build(BOARD(SMMU("smmu", "10000000", "") DEVICE("nic", "20000000", "&smmu 1 99 1", "")));
	assert_verdict("/nic@20000000", VERDICT_BROKEN, "entry 1 of `iommus` points at no node");
	assert_int_equal(verdict_at("/nic@20000000")->at.cell, 2);
	assert_int_equal(topo->nfailures, 0);
}

static void target_without_cells(void **state)
{
	(void)state;
	build(BOARD(NODE("smmu", "10000000", "\"arm,mmu-500\"", SMMU_LINES)
			    DEVICE("nic", "20000000", "&smmu 1", "")));
	assert_verdict("/nic@20000000", VERDICT_BROKEN, "without #iommu-cells");
}

static void cells_run_out(void **state)
{
	(void)state;
	build(BOARD(SMMU_2CELLS("smmu", "10000000", "")
			    DEVICE("nic", "20000000", "&smmu 1 0 &smmu 2", "")));
	assert_verdict("/nic@20000000", VERDICT_BROKEN, "entry 1 of `iommus` ends inside");
	build(BOARD(SMMU("smmu", "10000000", "")
			    NODE("nic", "20000000", "\"example,device\"", "iommus; ")));
	assert_verdict("/nic@20000000", VERDICT_BROKEN, "is empty");
	build(BOARD(SMMU("smmu", "10000000", "")
			    NODE("nic", "20000000", "\"example,device\"", "iommus = [00 01]; ")));
	assert_verdict("/nic@20000000", VERDICT_BROKEN, "2 bytes");
}

static void empty_slot(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "") DEVICE("nic", "20000000", "0 &smmu 1", "")));
	assert_verdict("/nic@20000000", VERDICT_BROKEN, "entry 0 of `iommus` is an empty slot");
}

/* A disabled device is registered for dom0 like any other. */
static void disabled_device(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "") DEVICE("nic", "20000000", "&smmu 5", DISABLED)
			    DEVICE("dma", "21000000", "&smmu 5", "")));
	assert_verdict("/nic@20000000", VERDICT_PROTECTED, "");
	assert_true(share_group("/nic@20000000", "/dma@21000000"));
}

/* Before 4.21 an entry whose target is off merely ended the list. */
static void second_target_is_off(void **state)
{
	static const char source[] = BOARD(SMMU("smmu", "10000000", "") SMMU_V3(
		"off", "11000000", DISABLED) DEVICE("nic", "20000000", "&smmu 1 &off 1", ""));

	(void)state;
	build(source);
	assert_verdict("/nic@20000000", VERDICT_BROKEN, "one IOMMU only");
	assert_int_equal(topo->nfailures, 0);
	build_board((struct board){ .source = source, .release = "4.20" });
	assert_verdict("/nic@20000000", VERDICT_BROKEN, "one IOMMU only");
	assert_int_equal(topo->nfailures, 0);
}

/* With a first target that no driver has, the difference is one between a
 * device without IOMMU and a dom0 that is not built. */
static void first_target_is_not_driven(void **state)
{
	static const char source[] = BOARD(GOOD SMMU_QCOM("qcom", "10000000", "") SMMU_V3(
		"off", "11000000", DISABLED) DEVICE("nic", "20000000", "&qcom 1 &off 1", ""));

	(void)state;
	build(source);
	assert_int_equal(topo->nfailures, 0);
	build_board((struct board){ .source = source, .release = "4.20" });
	assert_dom0_fails("/nic@20000000", "-ENXIO", 1);
}

/* ---- Micro-TLBs ----------------------------------------------------------------------- */

#define IPMMU IPMMU_ROOT("root", "10000000", "r8a77965", "") PRR

static void micro_tlbs_that_exist(void **state)
{
	(void)state;
	build(BOARD(IPMMU DEVICE("mmc", "20000000", "&root 47", "")));
	assert_verdict("/mmc@20000000", VERDICT_PROTECTED, "");
	build(BOARD(IPMMU DEVICE("mmc", "20000000", "&root 48", "")));
	assert_verdict("/mmc@20000000", VERDICT_BROKEN, "the IPMMU has 48");
	assert_int_equal(topo->nfailures, 0);
	build(BOARD(IPMMU DEVICE("mmc", "20000000", "&root 64", "")));
	assert_dom0_fails("/mmc@20000000", "-EINVAL", 1);
	build(BOARD(IPMMU_ROOT("root", "10000000", "r8a779f0", "")
			    PRR DEVICE("mmc", "20000000", "&root 48", "")));
	assert_verdict("/mmc@20000000", VERDICT_PROTECTED, "");
}

/* ---- Match entries that get in each other's way ------------------------------------------ */

#define PAIR(a, b) \
	BOARD(SMMU_2CELLS("smmu", "10000000", "") DEVICE("a", "20000000", "&smmu " a, "") \
		      DEVICE("b", "21000000", "&smmu " b, ""))

/* One entry inside the other shares its register, if the wide one comes first:
 * dom0 takes them in the order of the tree. */
static void one_inside_the_other(void **state)
{
	(void)state;
	build(PAIR("0x100 0x0f", "0x105 0"));
	assert_true(share_group("/a@20000000", "/b@21000000"));
	assert_verdict("/a@20000000", VERDICT_PROTECTED, "");
	assert_verdict("/b@21000000", VERDICT_PROTECTED, "");
	assert_int_equal(topo->nfailures, 0);
	assert_int_equal(topo->nconflicts, 1);
	assert_false(topo->conflicts[0].either_order);
	assert_int_equal(topo->conflicts[0].a, at("/b@21000000"));
	assert_int_equal(iommu_at("/smmu@10000000")->nentries, 1);
	build(PAIR("0x105 0", "0x100 0x0f"));
	assert_true(share_group("/a@20000000", "/b@21000000"));
	assert_dom0_fails("/b@21000000", "-EINVAL", 1);
	assert_int_equal(topo->failures[0].other, at("/a@20000000"));
}

static void overlap_in_part(void **state)
{
	(void)state;
	build(PAIR("0x100 0x0f", "0x108 0x70"));
	assert_true(share_group("/a@20000000", "/b@21000000"));
	assert_verdict("/a@20000000", VERDICT_BROKEN, "cannot be matched beside");
	assert_verdict("/b@21000000", VERDICT_BROKEN, "cannot be matched beside");
	assert_dom0_fails("/b@21000000", "-EINVAL", 1);
	assert_true(topo->conflicts[0].either_order);
	build(PAIR("0x100 0x0f", "0x110 0x0f"));
	assert_false(share_group("/a@20000000", "/b@21000000"));
	assert_verdict("/a@20000000", VERDICT_PROTECTED, "");
	assert_int_equal(topo->nconflicts, 0);
	assert_int_equal(iommu_at("/smmu@10000000")->nentries, 2);
}

/* Domains play no part, so one device can be in its own way. */
static void overlap_in_one_device(void **state)
{
	(void)state;
	build(BOARD(SMMU_2CELLS("smmu", "10000000", "")
			    DEVICE("a", "20000000", "&smmu 0x100 0x0f &smmu 0x108 0x70", "")));
	assert_verdict("/a@20000000", VERDICT_BROKEN, "cannot be matched beside");
	assert_dom0_fails("/a@20000000", "-EINVAL", 1);
	build(BOARD(SMMU_2CELLS("smmu", "10000000", "")
			    DEVICE("a", "20000000", "&smmu 0x105 0 &smmu 0x100 0x0f", "")));
	assert_verdict("/a@20000000", VERDICT_BROKEN, "cannot be matched beside");
	build(BOARD(SMMU_2CELLS("smmu", "10000000", "")
			    DEVICE("a", "20000000", "&smmu 0x100 0x0f &smmu 0x105 0", "")));
	assert_verdict("/a@20000000", VERDICT_PROTECTED, "");
	assert_int_equal(topo->nfailures, 0);
}

/* Until 4.19 masks are programmed as 0, and only equal ids meet. */
static void masks_that_old_xen_ignores(void **state)
{
	(void)state;
	build_board(
		(struct board){ .source = PAIR("0x100 0x0f", "0x108 0x70"), .release = "4.19" });
	assert_int_equal(topo->nconflicts, 0);
	assert_verdict("/a@20000000", VERDICT_PROTECTED, "");
	assert_true(share_group("/a@20000000", "/b@21000000"));
	assert_int_equal(topo->nfailures, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_cell),
		TEST(two_cells),
		TEST(mask_of_the_smmu),
		TEST(cells_that_no_smmu_takes),
		TEST(fifteen_bits),
		TEST(sixteen_ids),
		TEST(two_iommus),
		TEST(dangling_phandle),
		TEST(target_without_cells),
		TEST(cells_run_out),
		TEST(empty_slot),
		TEST(disabled_device),
		TEST(second_target_is_off),
		TEST(first_target_is_not_driven),
		TEST(micro_tlbs_that_exist),
		TEST(one_inside_the_other),
		TEST(overlap_in_part),
		TEST(overlap_in_one_device),
		TEST(masks_that_old_xen_ignores),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
