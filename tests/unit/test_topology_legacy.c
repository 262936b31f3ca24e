/* SPDX-License-Identifier: BSD-2-Clause */
/* mmu-masters, the binding from before `iommus`. */
#include "topo.h"

/* An SMMU of the old binding, and its masters with so many stream IDs. */
#define OLD_SMMU(label, address, masters, rest) \
	NODE(label, address, "\"arm,mmu-500\"", SMMU_LINES "mmu-masters = <" masters ">; " rest)
#define MASTER(label, address, rest) NODE(label, address, "\"example,device\"", rest)

#define GOOD                         SMMU("good", "1f000000", "")

static void ids_as_the_master_counts(void **state)
{
	(void)state;
	build(BOARD(OLD_SMMU("smmu", "10000000", "&d 1 2", "")
			    MASTER("d", "20000000", "#stream-id-cells = <2>; ")));
	assert_verdict("/d@20000000", VERDICT_PROTECTED, "/smmu@10000000");
	assert_int_equal(topo->nuses, 2);
	assert_int_equal(topo->uses[0].id, 1);
	assert_int_equal(topo->uses[1].id, 2);
	assert_true(topo->uses[0].legacy);
	assert_int_equal(iommu_at("/smmu@10000000")->nclients, 1);
}

/* Xen's reading ends at the master that does not say how many it has, and so
 * never comes to the second. */
static void count_is_missing(void **state)
{
	(void)state;
	build(BOARD(OLD_SMMU("smmu", "10000000", "&d 1 &e 2", "") MASTER("d", "20000000", "")
			    MASTER("e", "21000000", "#stream-id-cells = <1>; ")));
	assert_verdict("/d@20000000", VERDICT_BROKEN, "#stream-id-cells");
	assert_verdict("/e@21000000", VERDICT_BROKEN, "#stream-id-cells");
	build(BOARD(OLD_SMMU("smmu", "10000000", "&d 1 &e 2", "")
			    MASTER("d", "20000000", "#stream-id-cells = <1>; ")
				    MASTER("e", "21000000", "#stream-id-cells = <1>; ")));
	assert_verdict("/d@20000000", VERDICT_PROTECTED, "");
	assert_verdict("/e@21000000", VERDICT_PROTECTED, "");
}

static void master_named_twice(void **state)
{
	(void)state;
	build(BOARD(OLD_SMMU("smmu", "10000000", "&d 1 &d 2", "")
			    MASTER("d", "20000000", "#stream-id-cells = <1>; ")));
	assert_platform(PLATFORM_IOMMU_PANIC, "twice");
	build(BOARD(OLD_SMMU("smmu", "10000000", "&d 1", "")
			    OLD_SMMU("more", "11000000", "&d 2", "")
				    MASTER("d", "20000000", "#stream-id-cells = <1>; ")));
	assert_platform(PLATFORM_IOMMU_PANIC, "another SMMU");
	assert_outcome("/smmu@10000000", IOMMU_PROBES, 1, "");
	assert_outcome("/more@11000000", IOMMU_PANICS, 1, "/d@20000000");
	build(BOARD(OLD_SMMU("smmu", "10000000", "&d 1", DISABLED)
			    OLD_SMMU("more", "11000000", "&d 2", "")
				    MASTER("d", "20000000", "#stream-id-cells = <1>; ")));
	assert_platform(PLATFORM_IOMMU_ON, "");
	assert_verdict("/d@20000000", VERDICT_PROTECTED, "/more@11000000");
}

#define BOTH(ids) \
	BOARD(NODE("smmu", "10000000", "\"arm,mmu-500\"", \
		   SMMU_LINES "#iommu-cells = <1>; mmu-masters = <&d 1 2>; ") \
		      MASTER("d", "20000000", "#stream-id-cells = <2>; iommus = <" ids ">; "))

/* Xen takes the old list and compares nothing. */
static void both_bindings(void **state)
{
	(void)state;
	build(BOTH("&smmu 2 &smmu 1"));
	assert_verdict("/d@20000000", VERDICT_PROTECTED, "");
	assert_true(has_remark("/d@20000000", REMARK_BOTH_BINDINGS));
	assert_int_equal(topo->ngroups, 0);
	build(BOTH("&smmu 2 &smmu 3"));
	assert_verdict("/d@20000000", VERDICT_BROKEN, "different streams");
	build(BOTH("&smmu 2"));
	assert_verdict("/d@20000000", VERDICT_BROKEN, "different streams");
	assert_int_equal(topo->nfailures, 0);
}

/* The SMMU is given up before its list is read. */
static void smmu_that_is_skipped(void **state)
{
	(void)state;
	build(BOARD(NODE("smmu", "10000000", "\"arm,mmu-500\"",
			 "interrupts = <0 1 4 0 2 4>; mmu-masters = <&d 1>; ")
			    MASTER("d", "20000000", "#stream-id-cells = <1>; ") GOOD));
	assert_outcome("/smmu@10000000", IOMMU_SKIPPED, 1, "#global-interrupts");
	assert_verdict("/d@20000000", VERDICT_UNPROTECTED, "#global-interrupts");
	assert_int_equal(topo->nfailures, 0);
}

/* Before 4.16 the SMMU driver knows this binding only. */
static void the_only_binding_of_old_xen(void **state)
{
	static const char source[] = BOARD(
		NODE("smmu", "10000000", "\"arm,mmu-500\"",
		     SMMU_LINES "#iommu-cells = <1>; mmu-masters = <&d 1>; ")
			MASTER("d", "20000000", "#stream-id-cells = <1>; iommus = <&smmu 1>; ")
				DEVICE("e", "21000000", "&smmu 2", MARKED));

	(void)state;
	build_board((struct board){ .source = source, .release = "4.15" });
	assert_verdict("/d@20000000", VERDICT_PROTECTED, "");
	assert_verdict("/e@21000000", VERDICT_UNPROTECTED, "mmu-masters");
	assert_int_equal(topo->nfailures, 0);
	build(source);
	assert_verdict("/e@21000000", VERDICT_PROTECTED, "");
}

/* Bits 30..16 act as a mask, bit 15 is lost: no such id is meant. */
static void ids_that_are_no_ids(void **state)
{
	(void)state;
	build(BOARD(OLD_SMMU("smmu", "10000000", "&d 0x8001", "")
			    MASTER("d", "20000000", "#stream-id-cells = <1>; ")));
	assert_verdict("/d@20000000", VERDICT_BROKEN, "0x8001");
}

static void shared_stream(void **state)
{
	(void)state;
	build(BOARD(OLD_SMMU("smmu", "10000000", "&d 1 &e 1", "")
			    MASTER("d", "20000000", "#stream-id-cells = <1>; ")
				    MASTER("e", "21000000", "#stream-id-cells = <1>; ")));
	assert_true(share_group("/d@20000000", "/e@21000000"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ids_as_the_master_counts), TEST(count_is_missing),
		TEST(master_named_twice),       TEST(both_bindings),
		TEST(smmu_that_is_skipped),     TEST(the_only_binding_of_old_xen),
		TEST(ids_that_are_no_ids),      TEST(shared_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
