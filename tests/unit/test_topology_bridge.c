/* SPDX-License-Identifier: BSD-2-Clause */
/* Host bridges as a whole: which there are, and what their maps leave out. */
#include "topo.h"

#define BRIDGE(label, address, rest) \
	label ": " label "@" address " { compatible = \"pci-host-ecam-generic\"; " \
	      "device_type = \"pci\"; reg = <0x" address " 0x100000>; #address-cells = <3>; " \
	      "#size-cells = <2>; ranges = <0x02000000 0 0x60000000 0x60000000 0 " \
	      "0x1000000>; " rest "};"
#define BUSES(first, last) "bus-range = <" #first " " #last ">; "
#define MAP(entries)       "iommu-map = <" entries ">; "

static void assert_holes(const char *bridge, uint32_t count, uint32_t first, uint32_t last)
{
	struct rid_holes holes = topology_map_holes(topo, at(bridge));

	assert_int_equal(holes.count, count);
	assert_int_equal(holes.first, first);
	assert_int_equal(holes.last, last);
}

/* What follows the first hole is counted, not told. */
static void holes_of_a_map(void **state)
{
	(void)state;
	build(BOARD(SMMU_V3("smmu", "10000000", "") BRIDGE("full", "20000000",
							   BUSES(0, 1) MAP("0 &smmu 0 0x200"))
			    BRIDGE("tail", "30000000", BUSES(0, 1) MAP("0 &smmu 0 0x1f0"))
				    BRIDGE("two", "40000000",
					   BUSES(0, 0) MAP("0x10 &smmu 0 0x10 0x30 &smmu 0 0xc0"))
					    BRIDGE("none", "50000000", BUSES(0, 1))));
	assert_holes("/full@20000000", 0, 0, 0);
	assert_holes("/tail@30000000", 0x10, 0x1f0, 0x1ff);
	assert_holes("/two@40000000", 0x10 + 0x10 + 0x10, 0, 0xf);
	assert_holes("/none@50000000", 0, 0, 0);
}

/* An entry that wraps takes nothing (xen dt_map_id), one of length 0 neither. */
static void entries_that_take_nothing(void **state)
{
	(void)state;
	build(BOARD(SMMU_V3("smmu", "10000000", "") BRIDGE("wraps", "20000000",
							   BUSES(0, 0) MAP("1 &smmu 0 0xffffffff"))
			    BRIDGE("empty", "30000000", BUSES(0, 0) MAP("0 &smmu 0 0")) BRIDGE(
				    "lost", "40000000", BUSES(0, 0) MAP("0 0x7777 0 0x100"))));
	assert_holes("/wraps@20000000", 0x100, 0, 0xff);
	assert_holes("/empty@30000000", 0x100, 0, 0xff);
	assert_holes("/lost@40000000", 0x100, 0, 0xff);
}

static void mask_folds(void **state)
{
	(void)state;
	build(BOARD(SMMU_V3("smmu", "10000000", "") BRIDGE(
		"all", "20000000", "iommu-map-mask = <0>; " MAP("0 &smmu 0 1"))
			    BRIDGE("fn", "30000000",
				   "iommu-map-mask = <7>; " BUSES(0, 0) MAP("0 &smmu 0 4"))));
	assert_holes("/all@20000000", 0, 0, 0);
	assert_holes("/fn@30000000", 0x80, 4, 7);
}

/* Linux binding virtio/pci-iommu.yaml: the IOMMU is not behind itself. */
static void own_iommu_is_no_hole(void **state)
{
	(void)state;
	build(BOARD(BRIDGE(
		"pcie", "20000000",
		BUSES(0, 0) MAP("0 &viommu 0 8 9 &viommu 9 0xf7") "viommu: viommu@1,0 { compatible "
								  "= \"pci1af4,1057\"; "
								  "reg = <0x800 0 0 0 0>; "
								  "#iommu-cells = <1>; };")));
	assert_holes("/pcie@20000000", 0, 0, 0);
}

static void bridges_by_domain(void **state)
{
	struct host_bridge *v;

	(void)state;
	build(BOARD(BRIDGE("b", "20000000", "linux,pci-domain = <1>; ")
			    BRIDGE("off", "30000000", "linux,pci-domain = <2>; " DISABLED)
				    BRIDGE("a", "40000000", "linux,pci-domain = <0>; " BUSES(4, 7))
					    BRIDGE("c", "50000000", "")));
	assert_int_equal(topology_host_bridges(arena, topo, &v), 3);
	assert_int_equal(topology_bridge_of_domain(v, 3, 0), at("/a@40000000"));
	assert_int_equal(topology_bridge_of_domain(v, 3, 1), at("/b@20000000"));
	assert_int_equal(topology_bridge_of_domain(v, 3, 2), DT_NONE);
	assert_int_equal(topology_bridge_of_domain(v, 3, PCI_DOMAIN_NONE), at("/c@50000000"));
	assert_true(topology_bridge_has(topo, at("/a@40000000"), 0x7ff));
	assert_false(topology_bridge_has(topo, at("/a@40000000"), 0x3ff));
}

static void only_bridge(void **state)
{
	struct host_bridge *v;

	(void)state;
	build(BOARD(BRIDGE("pcie", "20000000", "")));
	assert_int_equal(topology_host_bridges(arena, topo, &v), 1);
	assert_int_equal(topology_bridge_of_domain(v, 1, 0), at("/pcie@20000000"));
	assert_int_equal(topology_bridge_of_domain(v, 1, 1), DT_NONE);
	assert_int_equal(topology_bridge_of_domain(NULL, 0, 0), DT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(holes_of_a_map, set_up, tear_down),
		cmocka_unit_test_setup_teardown(entries_that_take_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(mask_folds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(own_iommu_is_no_hole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bridges_by_domain, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_bridge, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
