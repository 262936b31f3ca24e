/* SPDX-License-Identifier: BSD-2-Clause */
/* iommu-map and msi-map: what a requester id becomes. */
#include "topo.h"

/* A host bridge on 256 buses. */
#define BRIDGE(label, address, rest) \
	label ": " label "@" address " { compatible = \"pci-host-ecam-generic\"; " \
	      "device_type = \"pci\"; reg = <0x" address " 0x100000>; #address-cells = <3>; " \
	      "#size-cells = <2>; ranges = <0x02000000 0 0x60000000 0x60000000 0 " \
	      "0x1000000>; " rest "};"
#define FUNCTION(name, phys_hi, rest) \
	name " { reg = <" phys_hi " 0 0 0 0>; compatible = \"pci1234,5678\"; " rest "};"

static struct rid_mapping map(const char *bridge, uint32_t rid)
{
	return topology_map_rid(arena, topo, at(bridge), MAP_IOMMU, rid);
}

static struct rid_mapping map_msi(const char *bridge, uint32_t rid)
{
	return topology_map_rid(arena, topo, at(bridge), MAP_MSI, rid);
}

static void assert_hit(struct rid_mapping m, const char *target, uint32_t out)
{
	if (m.result != RID_HIT)
		print_error("%s: %.*s\n", rid_result_name(m.result), STR_ARG(m.reason));
	assert_int_equal(m.result, RID_HIT);
	assert_int_equal(m.target, at(target));
	assert_int_equal(m.out, out);
}

static void assert_no_hit(struct rid_mapping m, enum rid_result result, const char *reason)
{
	assert_int_equal(m.result, result);
	assert_int_equal(m.target, DT_NONE);
	assert_true(text_has(m.reason, reason));
}

/* ---- One IOMMU ---------------------------------------------------------------------- */

static void full_cover(void **state)
{
	(void)state;
	build(BOARD(SMMU_V3("v3", "10000000", "")
			    BRIDGE("pci", "20000000", "iommu-map = <0 &v3 0 0x10000>; ")));
	assert_hit(map("/pci@20000000", 0x108), "/v3@10000000", 0x108);
	assert_hit(map("/pci@20000000", 0xffff), "/v3@10000000", 0xffff);
}

/* The eight functions of a slot are one stream. */
static void mask_of_the_function_number(void **state)
{
	(void)state;
	build(BOARD(SMMU_V3("v3", "10000000", "") BRIDGE(
		"pci", "20000000",
		"iommu-map = <0 &v3 0 0x10000>; iommu-map-mask = <0xfff8>; " FUNCTION("net@1,0",
										      "0x800", "")
			FUNCTION("net@1,1", "0x900", "") FUNCTION("net@2,0", "0x1000", ""))));
	assert_hit(map("/pci@20000000", 0x8), "/v3@10000000", 8);
	assert_hit(map("/pci@20000000", 0xf), "/v3@10000000", 8);
	assert_hit(map("/pci@20000000", 0x10), "/v3@10000000", 0x10);
	assert_true(share_group("/pci@20000000/net@1,0", "/pci@20000000/net@1,1"));
	assert_false(share_group("/pci@20000000/net@1,0", "/pci@20000000/net@2,0"));
	assert_false(share_group("/pci@20000000/net@1,0", "/pci@20000000"));
}

/* As on Juno: whatever the function, stream 0. */
static void mask_of_nothing(void **state)
{
	(void)state;
	build(BOARD(SMMU_V1("v1", "10000000", "") BRIDGE(
		"pci", "20000000",
		"iommu-map = <0 &v1 0 1>; iommu-map-mask = <0>; " FUNCTION("net@1,0", "0x10800", "")
			FUNCTION("disk@2,0", "0x21000", ""))));
	assert_hit(map("/pci@20000000", 0x0), "/v1@10000000", 0);
	assert_hit(map("/pci@20000000", 0x1234), "/v1@10000000", 0);
	assert_true(share_group("/pci@20000000/net@1,0", "/pci@20000000/disk@2,0"));
}

static void two_iommus_behind_one_bridge(void **state)
{
	(void)state;
	build(BOARD(SMMU_V3("a", "10000000", "") SMMU_V3("b", "11000000", "") BRIDGE(
		"pci", "20000000", "iommu-map = <0x0 &a 0x0 0x8000>, <0x8000 &b 0x0 0x8000>; ")));
	assert_hit(map("/pci@20000000", 0x8001), "/b@11000000", 1);
	assert_hit(map("/pci@20000000", 0x0001), "/a@10000000", 1);
	assert_int_equal(topo->ngroups, 0);
}

/* ---- Gaps ----------------------------------------------------------------------------- */

/* The IOMMU is itself a function of the bus: it must not map itself. */
static void iommu_on_its_own_bus(void **state)
{
	struct rid_mapping m;

	(void)state;
	build(BOARD(BRIDGE("pci", "20000000",
			   "iommu-map = <0 &v 0 8>, <9 &v 9 0xfff7>; "
			   "v: iommu@1,0 { compatible = \"pci1af4,1057\"; reg = <0x800 0 0 0 0>; "
			   "#iommu-cells = <1>; };")));
	m = map("/pci@20000000", 8);
	assert_no_hit(m, RID_GAP, "no entry of iommu-map takes requester id 0x8");
	assert_true(m.own_iommu);
	assert_hit(map("/pci@20000000", 0x18), "/pci@20000000/iommu@1,0", 0x18);
	build(BOARD(BRIDGE("pci", "20000000",
			   "iommu-map = <0 &v 0 0x10000>; "
			   "v: iommu@1,0 { compatible = \"pci1af4,1057\"; reg = <0x800 0 0 0 0>; "
			   "#iommu-cells = <1>; };")));
	assert_no_hit(map("/pci@20000000", 8), RID_ERROR, "behind itself");
	assert_hit(map("/pci@20000000", 9), "/pci@20000000/iommu@1,0", 9);
}

/* A length with one nought too few leaves bus 1 out. */
static void gap_at_a_function(void **state)
{
	(void)state;
	build(BOARD(SMMU_V3("v3", "10000000", "") BRIDGE(
		"pci", "20000000",
		"iommu-map = <0 &v3 0 0x100>; " FUNCTION("net@0,0", "0x10000", ""))));
	assert_no_hit(map("/pci@20000000", 0x100), RID_GAP, "0x100");
	assert_false(map("/pci@20000000", 0x100).own_iommu);
	assert_verdict("/pci@20000000/net@0,0", VERDICT_UNPROTECTED, "0x100");
	build(BOARD(SMMU_V3("v3", "10000000", "") BRIDGE(
		"pci", "20000000",
		"iommu-map = <0 &v3 0 0x1000>; " FUNCTION("net@0,0", "0x10000", ""))));
	assert_hit(map("/pci@20000000", 0x100), "/v3@10000000", 0x100);
	assert_verdict("/pci@20000000/net@0,0", VERDICT_UNPROTECTED, "for PCI passthrough only");
}

/* ---- Maps that cannot be right ------------------------------------------------------------ */

static void base_that_the_mask_hides(void **state)
{
	(void)state;
	build(BOARD(SMMU_V3("v3", "10000000", "") BRIDGE(
		"pci", "20000000", "iommu-map = <1 &v3 0 0x100>; iommu-map-mask = <0xfff8>; ")));
	assert_no_hit(map("/pci@20000000", 9), RID_ERROR, "mask 0xfff8");
	build(BOARD(SMMU_V3("v3", "10000000", "") BRIDGE(
		"pci", "20000000", "iommu-map = <8 &v3 0 0x100>; iommu-map-mask = <0xfff8>; ")));
	assert_hit(map("/pci@20000000", 9), "/v3@10000000", 0);
}

/* Five cells: no reading takes them for a target of one cell; for one of two
 * the kernels of 2026 do, and Xen does not. */
static void five_cells(void **state)
{
	(void)state;
	build(BOARD(SMMU_V3("v3", "10000000", "")
			    BRIDGE("pci", "20000000", "iommu-map = <0 &v3 0 0x100 1>; ")));
	assert_no_hit(map("/pci@20000000", 0), RID_ERROR, "20 bytes");
	build(BOARD(SMMU_2CELLS("smmu", "10000000", "")
			    BRIDGE("pci", "20000000", "iommu-map = <0 &smmu 0x10 0 1>; ")));
	assert_no_hit(map("/pci@20000000", 0), RID_ERROR, "only kernels of mid-2026");
}

/* As Qualcomm writes them: four cells though the SMMU takes two. */
static void four_cells_to_a_target_of_two(void **state)
{
	(void)state;
	build(BOARD(SMMU_2CELLS("smmu", "10000000", "") BRIDGE(
		"pci", "20000000", "iommu-map = <0 &smmu 0x1c00 1>, <0x100 &smmu 0x1c01 1>; ")));
	assert_hit(map("/pci@20000000", 0x0), "/smmu@10000000", 0x1c00);
	assert_hit(map("/pci@20000000", 0x100), "/smmu@10000000", 0x1c01);
	assert_no_hit(map("/pci@20000000", 0x1), RID_GAP, "0x1");
	build(BOARD(SMMU_2CELLS("smmu", "10000000", "")
			    BRIDGE("pci", "20000000", "iommu-map = <0 &smmu 0x10 8>; ")));
	assert_no_hit(map("/pci@20000000", 3), RID_ERROR, "do not agree");
}

static void entries_that_overlap(void **state)
{
	(void)state;
	build(BOARD(SMMU_V3("a", "10000000", "") SMMU_V3("b", "11000000", "")
			    BRIDGE("pci", "20000000",
				   "iommu-map = <0 &a 0 0x100>, <0 &b 0 0x100>; "
				   "msi-map = <0 &a 0 0x100>, <0 &b 0 0x100>; ")));
	assert_hit(map("/pci@20000000", 5), "/a@10000000", 5);
	assert_true(has_remark("/pci@20000000", REMARK_MAP_OVERLAP));
	assert_int_equal(topo->nremarks, 2);
	build(BOARD(SMMU_V3("a", "10000000", "") BRIDGE(
		"pci", "20000000", "iommu-map = <0 &a 0 0x100>, <0x80 &a 0x80 0x100>; ")));
	assert_false(has_remark("/pci@20000000", REMARK_MAP_OVERLAP));
}

/* Entries that are hit must have a target; others are only remarked upon. */
static void dangling_phandles(void **state)
{
	(void)state;
	build(BOARD(SMMU_V3("v3", "10000000", "")
			    BRIDGE("pci", "20000000",
				   "iommu-map = <0 &v3 0 0x100>, <0x100 99 0 0x100>, "
				   "<0x200 0 0 0x100>; ")));
	assert_hit(map("/pci@20000000", 5), "/v3@10000000", 5);
	assert_no_hit(map("/pci@20000000", 0x105), RID_ERROR, "points at no node");
	assert_no_hit(map("/pci@20000000", 0x205), RID_ERROR, "has no target");
	assert_true(has_remark("/pci@20000000", REMARK_MAP_DANGLING));
	assert_true(has_remark("/pci@20000000", REMARK_EMPTY_SLOT));
}

static void target_is_disabled(void **state)
{
	(void)state;
	build(BOARD(SMMU_V3("v3", "10000000", DISABLED) BRIDGE(
		"pci", "20000000",
		"iommu-map = <0 &v3 0 0x10000>; " FUNCTION("net@1,0", "0x800", ""))));
	assert_hit(map("/pci@20000000", 8), "/v3@10000000", 8);
	assert_verdict("/pci@20000000/net@1,0", VERDICT_UNPROTECTED, "it is disabled");
}

/* ---- Placeholders --------------------------------------------------------------------------- */

/* Layerscape: the boot loader writes the real map. */
static void maps_for_the_boot_loader(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "")
			    BRIDGE("pci", "20000000", "iommu-map = <0 &smmu 0 0>; ")));
	assert_no_hit(map("/pci@20000000", 0), RID_GAP, "0x0");
	assert_true(has_remark("/pci@20000000", REMARK_MAP_PLACEHOLDER));
	build(BOARD(SMMU("smmu", "10000000", "")
			    BRIDGE("p0", "20000000", "iommu-map = <0 &smmu 0 1>; ")
				    BRIDGE("p1", "21000000", "iommu-map = <0 &smmu 0 1>; ")));
	assert_true(has_remark("/p0@20000000", REMARK_MAP_PLACEHOLDER));
	assert_true(has_remark("/p1@21000000", REMARK_MAP_PLACEHOLDER));
	assert_true(share_group("/p0@20000000", "/p1@21000000"));
	build(BOARD(SMMU("smmu", "10000000", "")
			    BRIDGE("p0", "20000000", "iommu-map = <0 &smmu 0 1>; ")
				    BRIDGE("p1", "21000000", "iommu-map = <0 &smmu 1 1>; ")));
	assert_false(has_remark("/p0@20000000", REMARK_MAP_PLACEHOLDER));
	assert_int_equal(topo->ngroups, 0);
}

/* ---- Bridges and others at one IOMMU ----------------------------------------------------------
 */

static void bridge_and_device_share_a_stream(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "")
			    BRIDGE("pci", "20000000", "iommu-map = <0 &smmu 0x100 0x100>; ")
				    DEVICE("in", "21000000", "&smmu 0x180", "")
					    DEVICE("out", "22000000", "&smmu 0x200", "")));
	assert_true(share_group("/pci@20000000", "/in@21000000"));
	assert_false(share_group("/pci@20000000", "/out@22000000"));
	assert_int_equal(topo->groups[0].links[0].kind, LINK_MAPPED);
	build(BOARD(SMMU_2CELLS("smmu", "10000000", "")
			    BRIDGE("pci", "20000000", "iommu-map = <0 &smmu 0x100 1>; ")
				    DEVICE("in", "21000000", "&smmu 0x8 0x7100", "")
					    DEVICE("out", "22000000", "&smmu 0x8 0x7000", "")));
	assert_false(share_group("/pci@20000000", "/out@22000000"));
	build(BOARD(SMMU_2CELLS("smmu", "10000000", "")
			    BRIDGE("pci", "20000000", "iommu-map = <0 &smmu 0x108 1>; ")
				    DEVICE("in", "21000000", "&smmu 0x8 0x7100", "")));
	assert_true(share_group("/pci@20000000", "/in@21000000"));
}

/* Buses that the bridge does not have need no streams. */
static void bus_range_counts(void **state)
{
	static const char source[] = BOARD(SMMU("smmu", "10000000", "") BRIDGE(
		"pci", "20000000", "bus-range = <0 %s>; iommu-map = <0 &smmu 0 0x1000>; ")
						   DEVICE("nic", "21000000", "&smmu 0x180", ""));

	(void)state;
	build(str_format(arena, source, "0").s);
	assert_int_equal(topo->ngroups, 0);
	build(str_format(arena, source, "1").s);
	assert_true(share_group("/pci@20000000", "/nic@21000000"));
}

/* Nor do requester ids that the mask cannot give. */
static void mask_counts(void **state)
{
	static const char source[] = BOARD(SMMU("smmu", "10000000", "") BRIDGE(
		"pci", "20000000", "iommu-map = <0 &smmu 0 0x1000>; iommu-map-mask = <%s>; ")
						   DEVICE("nic", "21000000", "&smmu 0x180", ""));

	(void)state;
	build(str_format(arena, source, "0xff").s);
	assert_int_equal(topo->ngroups, 0);
	build(str_format(arena, source, "0x1ff").s);
	assert_true(share_group("/pci@20000000", "/nic@21000000"));
}

/* The bridge itself has a stream, its functions have none. */
static void bridge_with_iommus_only(void **state)
{
	(void)state;
	build(BOARD(SMMU("smmu", "10000000", "") BRIDGE(
		"pci", "20000000", "iommus = <&smmu 0x4d0>; " FUNCTION("net@1,0", "0x800", ""))));
	assert_verdict("/pci@20000000", VERDICT_PROTECTED, "");
	assert_no_hit(map("/pci@20000000", 8), RID_NO_MAP, "no streams of their own");
	assert_verdict("/pci@20000000/net@1,0", VERDICT_UNPROTECTED, "no streams of their own");
	build(BOARD(SMMU("smmu", "10000000", "") BRIDGE("pci", "20000000", "")));
	assert_verdict("/pci@20000000", VERDICT_UNPROTECTED, "has no `iommus`");
	assert_no_hit(map("/pci@20000000", 8), RID_NO_MAP, "has no iommu-map");
}

/* Without PCI support Xen drives the SMMU and registers no function. */
static void bridge_that_starves(void **state)
{
	static const char source[] = BOARD(SMMU("smmu", "10000000", "") BRIDGE(
		"pci", "20000000", "iommu-map = <0 &smmu 0 0x1000>; "));

	(void)state;
	build(source);
	assert_true(has_remark("/pci@20000000", REMARK_BRIDGE_STARVED));
	build_board((struct board){ .source = source, .args = "pci-passthrough=on" });
	assert_false(has_remark("/pci@20000000", REMARK_BRIDGE_STARVED));
}

/* ---- MSI
 * ------------------------------------------------------------------------------------------ */

#define ITS(cells) "its: its@18000000 { msi-controller; " cells "};"

static void msi_map(void **state)
{
	(void)state;
	build(BOARD(ITS("#msi-cells = <1>; ") BRIDGE(
		"pci", "20000000", "bus-range = <0 31>; msi-map = <0 &its 0x10 0x1000>; ")));
	assert_hit(map_msi("/pci@20000000", 0x108), "/its@18000000", 0x118);
	assert_no_hit(map_msi("/pci@20000000", 0x1000), RID_GAP, "no entry of msi-map");
	assert_no_hit(map("/pci@20000000", 0x1000), RID_NO_MAP, "no iommu-map");
}

/* Many trees leave #msi-cells out: one cell is meant. */
static void msi_controller_without_cells(void **state)
{
	(void)state;
	build(BOARD(ITS("") BRIDGE("pci", "20000000", "msi-map = <0 &its 0 0x10000>; ")));
	assert_hit(map_msi("/pci@20000000", 0x108), "/its@18000000", 0x108);
}

/* ---- Which function a node is
 * ------------------------------------------------------------------------ */

static void requester_ids_of_nodes(void **state)
{
	uint32_t rid;
	dt_id bridge;

	(void)state;
	build(BOARD(BRIDGE(
		"pci", "20000000",
		FUNCTION("net@2,1", "0x1100",
			 "") "pcie@1 { device_type = \"pci\"; reg = <0x800 0 0 0 0>; "
			     "#address-cells = <3>; #size-cells = <2>; ranges; " FUNCTION(
				     "a@0,0", "0x10000", "") FUNCTION("b@1,0", "0x800", "") "};")));
	assert_true(topology_rid_of(topo, at("/pci@20000000/net@2,1"), &bridge, &rid));
	assert_int_equal(rid, 0x11);
	assert_int_equal(bridge, at("/pci@20000000"));
	assert_true(topology_rid_of(topo, at("/pci@20000000/pcie@1/a@0,0"), &bridge, &rid));
	assert_int_equal(rid, 0x100);
	assert_false(topology_rid_of(topo, at("/pci@20000000/pcie@1/b@1,0"), &bridge, &rid));
	assert_false(topology_rid_of(topo, at("/pci@20000000"), &bridge, &rid));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(full_cover),
		TEST(mask_of_the_function_number),
		TEST(mask_of_nothing),
		TEST(two_iommus_behind_one_bridge),
		TEST(iommu_on_its_own_bus),
		TEST(gap_at_a_function),
		TEST(base_that_the_mask_hides),
		TEST(five_cells),
		TEST(four_cells_to_a_target_of_two),
		TEST(entries_that_overlap),
		TEST(dangling_phandles),
		TEST(target_is_disabled),
		TEST(maps_for_the_boot_loader),
		TEST(bridge_and_device_share_a_stream),
		TEST(bus_range_counts),
		TEST(mask_counts),
		TEST(bridge_with_iommus_only),
		TEST(bridge_that_starves),
		TEST(msi_map),
		TEST(msi_controller_without_cells),
		TEST(requester_ids_of_nodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
