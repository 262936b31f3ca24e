/* SPDX-License-Identifier: BSD-2-Clause */
/* Probing: what becomes of each IOMMU, of the platform, and of dom0. */
#include "topo.h"

/* ---- Deferred probing --------------------------------------------------------------- */

/* Two caches come before their root, as on every R-Car: both wait once. */
static void caches_before_root(void **state)
{
	(void)state;
	build(BOARD(IPMMU_CACHE("c0", "10000000", "r8a77965", "&root", "")
			    IPMMU_CACHE("c1", "11000000", "r8a77965", "&root", "")
				    IPMMU_ROOT("root", "12000000", "r8a77965", "") PRR));
	assert_platform(PLATFORM_IOMMU_ON, "");
	assert_outcome("/root@12000000", IOMMU_PROBES, 1, "");
	assert_outcome("/c0@10000000", IOMMU_PROBES, 2, "");
	assert_outcome("/c1@11000000", IOMMU_PROBES, 2, "");
	assert_int_equal(topo->nsteps, 5);
	assert_int_equal(topo->active, IOMMU_IPMMU);
}

static void root_before_caches(void **state)
{
	(void)state;
	build(BOARD(IPMMU_ROOT("root", "10000000", "r8a77965", "")
			    IPMMU_CACHE("c0", "11000000", "r8a77965", "&root", "") PRR));
	assert_platform(PLATFORM_IOMMU_ON, "");
	assert_outcome("/c0@11000000", IOMMU_PROBES, 1, "");
}

/* No node is the root, or it is disabled: the cache waits for ever. */
static void cache_without_root(void **state)
{
	(void)state;
	build(BOARD(IPMMU_CACHE("c0", "10000000", "r8a77965", "0", "") PRR));
	assert_platform(PLATFORM_IOMMU_PANIC, "no root IPMMU is registered");
	assert_outcome("/c0@10000000", IOMMU_STALLS, 1, "no root IPMMU");
	build(BOARD(IPMMU_CACHE("c0", "10000000", "r8a77965", "&root", "")
			    IPMMU_ROOT("root", "12000000", "r8a77965", DISABLED) PRR));
	assert_platform(PLATFORM_IOMMU_PANIC, "no root IPMMU is registered");
	assert_outcome("/root@12000000", IOMMU_DISABLED, 1, "disabled");
}

/* Another IOMMU is good, so there is a second pass; it brings nothing. */
static void cache_stalls_beside_a_good_smmu(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "") IPMMU_CACHE("c0", "11000000", "r8a77965", "0", "")
			    PRR));
	assert_platform(PLATFORM_IOMMU_PANIC, "/c0@11000000");
	assert_outcome("/c0@11000000", IOMMU_STALLS, 2, "no root IPMMU");
	assert_int_equal(topo->nsteps, 3);
}

/* ---- SMMUv1 and v2 ------------------------------------------------------------------- */

#define GOOD      SMMU("good", "1f000000", "")
#define NIC(rest) DEVICE("nic", "20000000", "&smmu 5", rest)

/* Failures that Xen ignores leave the streams of the SMMU in bypass, and, with
 * another SMMU active, stop the build of dom0. */
static void smmu_without_global_interrupts(void **state)
{
	(void)state;
	build(BOARD(NODE("smmu", "10000000", "\"arm,mmu-500\"",
			 "interrupts = <0 1 4 0 2 4>; #iommu-cells = <1>; ") NIC("") GOOD));
	assert_platform(PLATFORM_IOMMU_ON, "");
	assert_outcome("/smmu@10000000", IOMMU_SKIPPED, 1, "#global-interrupts");
	assert_verdict("/nic@20000000", VERDICT_UNPROTECTED, "#global-interrupts");
	assert_dom0_fails("/nic@20000000", "-ENXIO", 1);
	assert_ptr_equal(topology_half_initialised(topo), iommu_at("/smmu@10000000"));
}

static void smmu_without_context_interrupts(void **state)
{
	(void)state;
	build(BOARD(
		NODE("smmu", "10000000", "\"arm,mmu-500\"",
		     "#global-interrupts = <2>; interrupts = <0 1 4 0 2 4>; #iommu-cells = <1>;")
			NIC(MARKED) GOOD));
	assert_outcome("/smmu@10000000", IOMMU_SKIPPED, 1, "found 2");
	assert_verdict("/nic@20000000", VERDICT_UNPROTECTED, "none of its interrupts");
	assert_int_equal(topo->nfailures, 0);
	build(BOARD(
		NODE("smmu", "10000000", "\"arm,mmu-500\"",
		     "#global-interrupts = <1>; interrupts = <0 1 4 0 2 4>; #iommu-cells = <1>;")
			NIC("") GOOD));
	assert_outcome("/smmu@10000000", IOMMU_PROBES, 1, "");
	assert_verdict("/nic@20000000", VERDICT_PROTECTED, "/smmu@10000000");
	assert_int_equal(topo->nfailures, 0);
	assert_null(topology_half_initialised(topo));
}

/* The count of interrupts stops at the first that Xen cannot translate. */
static void smmu_line_that_leads_nowhere(void **state)
{
	(void)state;
	build(BOARD("other: pic@18000000 { interrupt-controller; #interrupt-cells = <1>; };" NODE(
		"smmu", "10000000", "\"arm,mmu-500\"",
		"#global-interrupts = <1>; #iommu-cells = <1>; "
		"interrupts-extended = <&gic 0 1 4>, <&other 7>, <&gic 0 2 4>;")));
	assert_outcome("/smmu@10000000", IOMMU_SKIPPED, 1, "found 1");
}

/* Sixteen context interrupts need registers for as many context banks. */
static void smmu_registers_too_small(void **state)
{
	(void)state;
	build(BOARD("smmu@10000000 { compatible = \"arm,mmu-500\"; reg = <0x10000000 0x4000>; "
		    "#iommu-cells = <1>; " SMMU_LINES "};"));
	assert_outcome("/smmu@10000000", IOMMU_SKIPPED, 1, "room for 2");
	build(BOARD("smmu@10000000 { compatible = \"arm,mmu-500\"; reg = <0x10000000 0x8000>; "
		    "#iommu-cells = <1>; " SMMU_LINES "};"));
	assert_outcome("/smmu@10000000", IOMMU_PROBES, 1, "");
}

static void smmu_without_reg(void **state)
{
	(void)state;
	build(BOARD("smmu { compatible = \"arm,mmu-500\"; #iommu-cells = <1>; " SMMU_LINES
		    "};" GOOD));
	assert_platform(PLATFORM_IOMMU_PANIC, "no `reg`");
	assert_outcome("/smmu", IOMMU_PANICS, 1, "no `reg`");
	assert_outcome("/good@1f000000", IOMMU_NOT_REACHED, 0, "Xen stops before");
}

/* ---- SMMUv3 ---------------------------------------------------------------------------- */

static void smmu_v3_cells(void **state)
{
	(void)state;
	build(BOARD(NODE("v3", "10000000", "\"arm,smmu-v3\"", "#iommu-cells = <2>; ")));
	assert_platform(PLATFORM_IOMMU_PANIC, "#iommu-cells is 2, expected 1");
	build(BOARD(NODE("v3", "10000000", "\"arm,smmu-v3\"", "")));
	assert_platform(PLATFORM_IOMMU_PANIC, "lacks #iommu-cells");
	build(BOARD(SMMU_V3("v3", "10000000", "")));
	assert_platform(PLATFORM_IOMMU_ON, "");
	assert_int_equal(topo->active, IOMMU_SMMU_V3);
}

static void smmu_v3_size(void **state)
{
	(void)state;
	build(BOARD("v3 { compatible = \"arm,smmu-v3\"; reg = <0x10000000 0x10000>; "
		    "#iommu-cells = <1>; };"));
	assert_platform(PLATFORM_IOMMU_PANIC, "0x10000 bytes, expected 0x20000");
	build(BOARD("v3 { compatible = \"arm,smmu-v3\"; reg = <0x10000000 0x10000>; "
		    "#iommu-cells = <1>; cavium,cn9900-broken-page1-regspace; };"));
	assert_platform(PLATFORM_IOMMU_ON, "");
}

/* ---- IPMMU ------------------------------------------------------------------------------ */

static void ipmmu_interrupts(void **state)
{
	(void)state;
	build(BOARD(NODE("root", "10000000", "\"renesas,ipmmu-r8a77965\"", "#iommu-cells = <1>; ")
			    PRR));
	assert_platform(PLATFORM_IOMMU_PANIC, "no interrupt");
	build(BOARD(IPMMU_ROOT("root", "10000000", "r8a77965", "")
			    IPMMU_CACHE("c0", "11000000", "r8a77965", "&root", "") PRR));
	assert_platform(PLATFORM_IOMMU_ON, "");
}

/* An M3-W of the first revision: the root is refused and the caches wait. */
static void ipmmu_of_old_silicon(void **state)
{
	static const char source[] =
		BOARD(IPMMU_CACHE("c0", "10000000", "r8a7796", "&root", "")
			      IPMMU_ROOT("root", "11000000", "r8a7796", "") PRR);

	(void)state;
	build(source);
	assert_platform(PLATFORM_IOMMU_PANIC, "no root IPMMU");
	assert_outcome("/root@11000000", IOMMU_SKIPPED, 1, "r8a7796");
	build_board((struct board){ .source = source, .args = "iommu=no" });
	assert_platform(PLATFORM_IOMMU_OFF, "iommu=no");
	assert_outcome("/root@11000000", IOMMU_SWITCHED_OFF, 0, "iommu=no");
}

static void ipmmu_knows_the_soc_by_its_product_register(void **state)
{
	(void)state;
	build(BOARD(IPMMU_ROOT("root", "10000000", "r8a77965", "")));
	assert_platform(PLATFORM_IOMMU_OFF, "renesas,prr");
	build(BOARD(IPMMU_ROOT("root", "10000000", "r8a7795", "") PRR));
	assert_platform(PLATFORM_IOMMU_ON, "");
	assert_true(has_remark("/root@10000000", REMARK_SILICON));
}

/* ---- Kinds that this Xen does not drive ---------------------------------------------------- */

static void soc_without_driver(void **state)
{
	(void)state;
	build(BOARD(IPMMU_ROOT("root", "10000000", "r8a774a1", "")
			    DEVICE("mmc", "20000000", "&root 32", "") PRR));
	assert_platform(PLATFORM_IOMMU_OFF, "no Xen has a driver");
	assert_verdict("/mmc@20000000", VERDICT_UNPROTECTED, "no Xen has a driver");
	assert_int_equal(topo->nfailures, 0);
}

/* As ZynqMP trees are shipped. */
static void the_only_iommu_is_disabled(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", DISABLED) NIC("")));
	assert_platform(PLATFORM_IOMMU_OFF, "`/smmu@10000000`: it is disabled");
	assert_verdict("/nic@20000000", VERDICT_UNPROTECTED,
		       "its IOMMU `/smmu@10000000` is disabled");
	build(BOARD(SMMU("smmu", "10000000", "") NIC("")));
	assert_platform(PLATFORM_IOMMU_ON, "");
	assert_verdict("/nic@20000000", VERDICT_PROTECTED, "/smmu@10000000");
}

/* xen,passthrough on an IOMMU: Xen leaves it alone, its clients do not know. */
static void iommu_that_is_marked(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", MARKED) NIC("")));
	assert_platform(PLATFORM_IOMMU_OFF, "xen,passthrough");
	assert_verdict("/nic@20000000", VERDICT_UNPROTECTED, "xen,passthrough");
	assert_int_equal(topo->nfailures, 0);
	build(BOARD(SMMU("smmu", "10000000", MARKED) NIC("") GOOD));
	assert_dom0_fails("/nic@20000000", "-ENXIO", 1);
	build(BOARD(SMMU("smmu", "10000000", MARKED) NIC(MARKED) GOOD));
	assert_int_equal(topo->nfailures, 0);
}

/* The family that comes first in the tree is the one that Xen uses. */
static void two_families(void **state)
{
	static const char source[] = BOARD(SMMU("smmu", "10000000", "") NIC("") SMMU_V3(
		"v3", "11000000", "") DEVICE("gpu", "21000000", "&v3 7", ""));

	(void)state;
	build(source);
	assert_platform(PLATFORM_IOMMU_ON, "");
	assert_outcome("/v3@11000000", IOMMU_WRONG_OPS, 1, "one family");
	assert_verdict("/nic@20000000", VERDICT_PROTECTED, "");
	assert_verdict("/gpu@21000000", VERDICT_UNPROTECTED, "one family");
	assert_dom0_fails("/gpu@21000000", "-ENXIO", 1);
	build_board((struct board){ .source = source, .no_dom0 = true });
	assert_int_equal(topo->nfailures, 0);
	build(BOARD(SMMU_V3("v3", "10000000", "") DEVICE("gpu", "20000000", "&v3 7", "")
			    SMMU("smmu", "11000000", "") DEVICE("nic", "21000000", "&smmu 5", "")));
	assert_dom0_fails("/nic@21000000", "-ENODEV", 1);
}

static void driver_not_built_in(void **state)
{
	static const char source[] =
		BOARD(SMMU_V3("v3", "10000000", "") DEVICE("gpu", "20000000", "&v3 7", ""));

	(void)state;
	build_board((struct board){ .source = source, .drivers = XEN_DRIVER_SMMU });
	assert_platform(PLATFORM_IOMMU_OFF, "built without");
	assert_outcome("/v3@10000000", IOMMU_NO_DRIVER, 1, "smmuv3");
	assert_verdict("/gpu@20000000", VERDICT_UNPROTECTED, "built without");
}

/* Drivers and bindings came one by one. */
static void release_is_too_old(void **state)
{
	static const char s4[] = BOARD(IPMMU_ROOT("root", "10000000", "r8a779f0", "") PRR);
	static const char smmu[] = BOARD(SMMU("smmu", "10000000", "") NIC(""));

	(void)state;
	build_board((struct board){ .source = s4, .release = "4.16" });
	assert_platform(PLATFORM_IOMMU_OFF, "since 4.17");
	build_board((struct board){ .source = s4, .release = "4.17" });
	assert_platform(PLATFORM_IOMMU_ON, "");
	build_board((struct board){ .source = smmu, .release = "4.15" });
	assert_outcome("/smmu@10000000", IOMMU_PROBES, 1, "");
	assert_verdict("/nic@20000000", VERDICT_UNPROTECTED, "mmu-masters");
	assert_dom0_fails("/nic@20000000", "-EINVAL", 1);
	build_board((struct board){ .source = smmu, .release = "4.16" });
	assert_verdict("/nic@20000000", VERDICT_PROTECTED, "");
	assert_int_equal(topo->nfailures, 0);
}

/* A 0-cell IOMMU is parsed like any other; beside an active SMMU its clients
 * stop dom0. */
static void single_master_iommu(void **state)
{
	(void)state;
	build(BOARD(ROCKCHIP("mmu", "10000000", "") DEVICE("vpu", "20000000", "&mmu", "")));
	assert_platform(PLATFORM_IOMMU_OFF, "no Xen has a driver");
	assert_verdict("/vpu@20000000", VERDICT_UNPROTECTED, "no Xen has a driver");
	assert_int_equal(iommu_at("/mmu@10000000")->family, IOMMU_SINGLE);
	build(BOARD(ROCKCHIP("mmu", "10000000", "") DEVICE("vpu", "20000000", "&mmu", "") GOOD));
	assert_dom0_fails("/vpu@20000000", "-ENXIO", 1);
	build(BOARD(ROCKCHIP("mmu", "10000000", DISABLED) DEVICE("vpu", "20000000", "&mmu", "")
			    GOOD));
	assert_int_equal(topo->nfailures, 0);
}

/* Xen does not come to nodes below one that it skips, here for its PPI. */
static void node_that_dom0_never_sees(void **state)
{
	(void)state;
	build(BOARD(
		GOOD ROCKCHIP("mmu", "10000000",
			      "") "timer { compatible = \"example,timer\"; interrupts = <1 9 4>; "
				  "#address-cells = <1>; #size-cells = <1>; ranges; " DEVICE(
					  "vpu", "20000000", "&mmu", "") "};"));
	assert_int_equal(topo->nfailures, 0);
	build(BOARD(
		GOOD ROCKCHIP("mmu", "10000000",
			      "") "timer { compatible = \"example,timer\"; interrupts = <0 9 4>; "
				  "#address-cells = <1>; #size-cells = <1>; ranges; " DEVICE(
					  "vpu", "20000000", "&mmu", "") "};"));
	assert_dom0_fails("/timer/vpu@20000000", "-ENXIO", 1);
}

/* ---- Availability ----------------------------------------------------------------------- */

static void status_words(void **state)
{
	static const char *const off[] = { "", "reserved", "fail", "disable", "disabled" };

	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "status = \"ok\"; ") NIC("")));
	assert_verdict("/nic@20000000", VERDICT_PROTECTED, "");
	build(BOARD(SMMU("smmu", "10000000", "status = \"okay\"; ") NIC("")));
	assert_verdict("/nic@20000000", VERDICT_PROTECTED, "");
	for (size_t i = 0; i < ARRAY_SIZE(off); i++) {
		struct str source = str_format(
			arena, BOARD(SMMU("smmu", "10000000", "status = \"%s\"; ") NIC("")),
			off[i]);

		build(source.s);
		assert_outcome("/smmu@10000000", IOMMU_DISABLED, 1, "disabled");
		assert_verdict("/nic@20000000", VERDICT_UNPROTECTED, "disabled");
	}
}

/* Xen looks at the node's own status only. */
static void bus_above_is_disabled(void **state)
{
	(void)state;
	build(BOARD("bus { compatible = \"simple-bus\"; #address-cells = <1>; #size-cells = <1>; "
		    "ranges; " DISABLED SMMU("smmu", "10000000", "") "};" NIC("")));
	assert_outcome("/bus/smmu@10000000", IOMMU_PROBES, 1, "");
	assert_verdict("/nic@20000000", VERDICT_PROTECTED, "");
	assert_true(has_remark("/bus/smmu@10000000", REMARK_BUS_DISABLED));
	build(BOARD(SMMU("smmu", "10000000", "") NIC("")));
	assert_false(has_remark("/smmu@10000000", REMARK_BUS_DISABLED));
}

static void arguments_of_xen(void **state)
{
	(void)state;
	build_board((struct board){ .source = BOARD(SMMU("smmu", "10000000", "") NIC("")),
				    .args = "iommu=no" });
	assert_platform(PLATFORM_IOMMU_OFF, "iommu=no");
	assert_verdict("/nic@20000000", VERDICT_UNPROTECTED, "iommu=no");
	build_board((struct board){ .source = BOARD(SMMU("smmu", "10000000", DISABLED) NIC("")),
				    .args = "iommu=force" });
	assert_platform(PLATFORM_IOMMU_PANIC, "require an IOMMU");
	build_board((struct board){ .source = BOARD(SMMU("smmu", "10000000", "") NIC("")),
				    .args = "iommu=force" });
	assert_platform(PLATFORM_IOMMU_ON, "");
}

/* A compatible that Xen matches only by its second string: no quirks. */
static void driven_by_fallback(void **state)
{
	(void)state;
	build(BOARD(NODE("smmu", "10000000", "\"qcom,sdm845-smmu-500\", \"arm,mmu-500\"",
			 SMMU_LINES "#iommu-cells = <1>; ") NIC("")));
	assert_outcome("/smmu@10000000", IOMMU_PROBES, 1, "");
	assert_true(has_remark("/smmu@10000000", REMARK_FALLBACK_DRIVER));
	build(BOARD(SMMU("smmu", "10000000", "clocks = <&smmu>; ") NIC("")));
	assert_false(has_remark("/smmu@10000000", REMARK_FALLBACK_DRIVER));
	assert_true(has_remark("/smmu@10000000", REMARK_POWERED_IOMMU));
}

static void no_iommu_at_all(void **state)
{
	(void)state;
	build(BOARD(""));
	assert_platform(PLATFORM_IOMMU_OFF, "no IOMMU");
	assert_int_equal(topo->niommus, 0);
	assert_null(topology_iommu(topo, DT_ROOT));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(caches_before_root),
		TEST(root_before_caches),
		TEST(cache_without_root),
		TEST(cache_stalls_beside_a_good_smmu),
		TEST(smmu_without_global_interrupts),
		TEST(smmu_without_context_interrupts),
		TEST(smmu_line_that_leads_nowhere),
		TEST(smmu_registers_too_small),
		TEST(smmu_without_reg),
		TEST(smmu_v3_cells),
		TEST(smmu_v3_size),
		TEST(ipmmu_interrupts),
		TEST(ipmmu_of_old_silicon),
		TEST(ipmmu_knows_the_soc_by_its_product_register),
		TEST(soc_without_driver),
		TEST(the_only_iommu_is_disabled),
		TEST(iommu_that_is_marked),
		TEST(two_families),
		TEST(driver_not_built_in),
		TEST(release_is_too_old),
		TEST(single_master_iommu),
		TEST(node_that_dom0_never_sees),
		TEST(status_words),
		TEST(bus_above_is_disabled),
		TEST(arguments_of_xen),
		TEST(driven_by_fallback),
		TEST(no_iommu_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
