/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows.  The law is Xen's xen/common/device-tree/device-tree.c; each test
 * names the function it follows.
 */
#include "facts_fixture.h"

static const struct window *window(const struct fixture *f, const char *path, uint32_t i)
{
	const struct device *dev = device(f, path);

	assert_true(i < dev->nwindows);
	return &dev->windows[i];
}

static void check_ok(const struct fixture *f, const char *path, uint32_t i, uint64_t first,
		     uint64_t last)
{
	const struct window *w = window(f, path, i);

	assert_int_equal(w->health, WINDOW_OK);
	assert_null(w->reason);
	assert_int_equal(w->cpu.first, first);
	assert_int_equal(w->cpu.last, last);
}

static void check_not(const struct fixture *f, const char *path, uint32_t i,
		      enum window_health health)
{
	const struct window *w = window(f, path, i);

	assert_int_equal(w->health, health);
	assert_non_null(w->reason);
}

/* ---- Cells: dt_n_addr_cells, dt_n_size_cells, DT_CHECK_COUNTS ------------------ */

#define ROOT(na, ns) "#address-cells = <" #na ">; #size-cells = <" #ns ">;"

static void test_root_cells(void **state)
{
	struct fixture *f = *state;

	board(f, "/ {" ROOT(1, 1) "d { reg = <0x1000 0x100 0x2000 0x200>; }; };");
	assert_int_equal(device(f, "/d")->nwindows, 2);
	check_ok(f, "/d", 0, 0x1000, 0x10ff);
	check_ok(f, "/d", 1, 0x2000, 0x21ff);
	assert_int_equal(window(f, "/d", 1)->cell, 2);
	assert_int_equal(window(f, "/d", 1)->ncells, 2);
	assert_int_equal(window(f, "/d", 1)->index, 1);
	/* Neither is said: 2 and 1. */
	board(f, "/ { d { reg = <0x1 0x1000 0x100>; }; };");
	check_ok(f, "/d", 0, 0x100001000, 0x1000010ff);
	/* Sizes of two cells. */
	board(f, "/ {" ROOT(2, 2) "d { reg = <0 0 1 0>; }; };");
	check_ok(f, "/d", 0, 0, 0xffffffff);
	assert_int_equal(window(f, "/d", 0)->size, 0x100000000);
	/* dt_read_number keeps the low 64 bits of an address ... */
	board(f, "/ {" ROOT(4, 1) "d { reg = <7 8 1 2 0x10>; }; };");
	check_ok(f, "/d", 0, 0x100000002, 0x100000011);
	/* ... and of a size, where that would be wrong. */
	board(f, "/ {" ROOT(1, 3) "d { reg = <7 1 0 1>; }; e { reg = <7 0 0 1>; }; };");
	check_not(f, "/d", 0, WINDOW_MALFORMED);
	check_ok(f, "/e", 0, 7, 7);
	board(f, "/ {" ROOT(1, 4) "d { reg = <7 0 0 0 1>; }; };");
	check_ok(f, "/d", 0, 7, 7);
	board(f, "/ {" ROOT(0, 1) "d { reg = <7 7>; }; };");
	check_not(f, "/d", 0, WINDOW_MALFORMED);
	board(f, "/ {" ROOT(0, 0) "d { reg = <7 7>; }; };");
	assert_int_equal(device(f, "/d")->nwindows, 1);
	check_not(f, "/d", 0, WINDOW_MALFORMED);
}

static void test_size_cells_zero(void **state)
{
	struct fixture *f = *state;

	/* I2C, SPI, MDIO: no CPU address, and nothing wrong with it. */
	board(f, "/ {" ROOT(1, 1) "i2c { reg = <0x1000 0x1000>;" ROOT(
			 1, 0) "rtc { reg = <0x68 0x69>; }; }; };");
	assert_int_equal(device(f, "/i2c/rtc")->nwindows, 2);
	check_not(f, "/i2c/rtc", 0, WINDOW_NO_ADDRESS);
	assert_int_equal(window(f, "/i2c/rtc", 1)->bus_address, 0x69);
	/* A bus of addresses on such a bus: translation ends where it is crossed. */
	board(f, "/ {" ROOT(1, 1) "i2c { ranges;" ROOT(1, 0) "mux {" ROOT(
			 1, 1) "ranges; d { reg = <1 2>; }; }; }; };");
	check_not(f, "/i2c/mux/d", 0, WINDOW_NO_ADDRESS);
	assert_int_equal(window(f, "/i2c/mux/d", 0)->stop, tree_node(f->t, "/i2c"));
}

static void test_inherited_cells(void **state)
{
	struct fixture *f = *state;

	/* Xen and Linux climb; DTSpec 2.3.5 says that cells are not inherited. */
	board(f, "/ {" ROOT(1, 1) "soc { ranges; d { reg = <0x1000 0x10>; }; }; };");
	check_ok(f, "/soc/d", 0, 0x1000, 0x100f);
	assert_non_null(window(f, "/soc/d", 0)->differs);
	board(f, "/ {" ROOT(1, 1) "soc {" ROOT(1, 1) "ranges; d { reg = <0x1000 0x10>; }; }; };");
	assert_null(window(f, "/soc/d", 0)->differs);
	board(f, "/ {" ROOT(1, 1) "soc { #address-cells = <1>; ranges; d { reg = <1 1>; }; }; };");
	assert_non_null(window(f, "/soc/d", 0)->differs);
}

/* ---- Edges of one window ---------------------------------------------------------- */

static void test_window_edges(void **state)
{
	struct fixture *f = *state;

	board(f, "/ {" ROOT(2, 2) "d { reg = <0xffffffff 0xfffff000 0 0x1000"
				  " 0xffffffff 0xfffff000 0 0x1001"
				  " 0 0 0xffffffff 0xffffffff"
				  " 0 0x1000 0 0"
				  " 0xffffffff 0xffffffff 0 1>; }; };");
	check_ok(f, "/d", 0, 0xfffffffffffff000, UINT64_MAX);
	check_not(f, "/d", 1, WINDOW_MALFORMED);
	check_ok(f, "/d", 2, 0, UINT64_MAX - 1);
	check_not(f, "/d", 3, WINDOW_EMPTY);
	assert_int_equal(window(f, "/d", 3)->cpu.first, 0x1000);
	/* DT_BAD_ADDR is all ones: Xen cannot tell it from a failure. */
	check_not(f, "/d", 4, WINDOW_MALFORMED);
}

static void test_cut_short(void **state)
{
	struct fixture *f = *state;

	/* dt_number_of_address divides and drops the rest. */
	board(f, "/ {" ROOT(1, 1) "d { reg = <0x1000 0x10 0x2000>; }; e { reg = <1>; };"
				  "g { reg = <1 2>, [ 00 ]; }; h { reg; }; };");
	assert_int_equal(device(f, "/d")->nwindows, 2);
	check_ok(f, "/d", 0, 0x1000, 0x100f);
	check_not(f, "/d", 1, WINDOW_MALFORMED);
	assert_int_equal(window(f, "/d", 1)->ncells, 1);
	check_not(f, "/e", 0, WINDOW_MALFORMED);
	check_ok(f, "/g", 0, 1, 2);
	check_not(f, "/g", 1, WINDOW_MALFORMED);
	assert_int_equal(device(f, "/h")->nwindows, 0);
	/* Places of what has no cell of its own are those of the property. */
	assert_true(str_is(facts_place_window(f->f, tree_node(f->t, "/g"), 1).property, "reg"));
	assert_int_equal(facts_place_window(f->f, tree_node(f->t, "/d"), 1).cell, 2);
}

static void test_reg_names(void **state)
{
	struct fixture *f = *state;

	board(f, "/ {" ROOT(1, 1) "d { reg = <1 1 2 1 3 1>; reg-names = \"ctl\", \"\"; }; };");
	assert_true(str_is(window(f, "/d", 0)->name, "ctl"));
	assert_int_equal(window(f, "/d", 1)->name.n, 0);
	assert_int_equal(window(f, "/d", 2)->name.n, 0);
}

/* ---- ranges: dt_translate_one, dt_bus_default_map ----------------------------------- */

static void test_ranges(void **state)
{
	struct fixture *f = *state;

	board(f, "/ {" ROOT(2, 2) "soc {" ROOT(
			 1, 1) "ranges = <0x1000 0x8 0x0 0x1000"
			       " 0x5000 0x9 0x0 0x1000>;"
			       "a { reg = <0x1010 0x10>; }; b { reg = <0x5fff 1>; };"
			       "c { reg = <0x6000 1>; }; d { reg = <0xfff 1>; };"
			       "e { reg = <0x1fff 0x10>; }; }; };");
	check_ok(f, "/soc/a", 0, 0x800000010, 0x80000001f);
	check_ok(f, "/soc/b", 0, 0x900000fff, 0x900000fff);
	check_not(f, "/soc/c", 0, WINDOW_UNREACHABLE);
	assert_int_equal(window(f, "/soc/c", 0)->stop, tree_node(f->t, "/soc"));
	check_not(f, "/soc/d", 0, WINDOW_UNREACHABLE);
	/* Only the start is looked at. */
	check_ok(f, "/soc/e", 0, 0x800000fff, 0x80000100e);
	assert_non_null(window(f, "/soc/e", 0)->differs);
	assert_null(window(f, "/soc/a", 0)->differs);
}

static void test_ranges_order(void **state)
{
	struct fixture *f = *state;

	/* The first entry that covers an address wins. */
	board(f, "/ {" ROOT(1, 1) "soc {" ROOT(
			 1, 1) "ranges = <0x100 0x10000 0x100"
			       " 0x0 0x20000 0x1000 0x100 0x30000 0x100 0x180 0x40000 0x2000>;"
			       "a { reg = <0x100 1>; }; b { reg = <0xff 1>; };"
			       "c { reg = <0x200 1>; }; d { reg = <0x1000 1>; }; }; };");
	check_ok(f, "/soc/a", 0, 0x10000, 0x10000);
	check_ok(f, "/soc/b", 0, 0x200ff, 0x200ff);
	check_ok(f, "/soc/c", 0, 0x20200, 0x20200);
	check_ok(f, "/soc/d", 0, 0x40e80, 0x40e80);
}

static void test_ranges_empty_and_missing(void **state)
{
	struct fixture *f = *state;

	board(f, "/ {" ROOT(2, 2) "soc {" ROOT(
			 1, 1) "ranges; d { reg = <0x1000 0x10>; };"
			       "syscon {" ROOT(
				       1, 1) "clk { reg = <0x4 0x4>; };"
					     "bus { ranges;" ROOT(
						     1, 1) "d { reg = <0x8 0x4>; }; }; }; }; };");
	check_ok(f, "/soc/d", 0, 0x1000, 0x100f);
	check_not(f, "/soc/syscon/clk", 0, WINDOW_UNREACHABLE);
	assert_int_equal(window(f, "/soc/syscon/clk", 0)->stop, tree_node(f->t, "/soc/syscon"));
	check_not(f, "/soc/syscon/bus/d", 0, WINDOW_UNREACHABLE);
}

static void test_ranges_edges(void **state)
{
	struct fixture *f = *state;

	/* da < base + size: an entry up to the very top wraps to 0 and covers
	 * nothing; so does one of size 0. */
	board(f,
	      "/ {" ROOT(2, 2) "soc {" ROOT(
		      2,
		      2) "ranges = <0xffffffff 0 0 0 0x1 0  0x0 0x1000 0 0x1000 0 0>;"
			 "a { reg = <0xffffffff 0x10 0 1>; }; b { reg = <0 0x1000 0 1>; }; }; };");
	check_not(f, "/soc/a", 0, WINDOW_UNREACHABLE);
	check_not(f, "/soc/b", 0, WINDOW_UNREACHABLE);
	/* The sum does not fit 64 bits, or the one cell of the bus above. */
	board(f, "/ {" ROOT(2, 2) "soc {" ROOT(1, 1) "ranges = <0 0xffffffff 0xffffff00 0x1000>; d "
						     "{ reg = <0x200 1>; }; }; };");
	check_not(f, "/soc/d", 0, WINDOW_MALFORMED);
	board(f, "/ {" ROOT(1, 1) "soc {" ROOT(
			 1, 1) "ranges = <0 0xffffff00 0x1000>; d { reg = <0x200 1>; }; }; };");
	check_not(f, "/soc/d", 0, WINDOW_MALFORMED);
	board(f, "/ {" ROOT(1, 1) "soc {" ROOT(2, 1) "ranges; d { reg = <1 0 1>; }; }; };");
	check_not(f, "/soc/d", 0, WINDOW_MALFORMED);
	/* What is left over at the end of ranges is not read. */
	board(f,
	      "/ {" ROOT(1, 1) "soc {" ROOT(
		      1,
		      1) "ranges = <0 0x1000 0x100 0x100 0x2000>; d { reg = <0x100 1>; }; }; };");
	check_not(f, "/soc/d", 0, WINDOW_UNREACHABLE);
}

static void test_ranges_chain(void **state)
{
	struct fixture *f = *state;

	/* The motherboard of Juno: chip selects in the first of two cells. */
	board(f,
	      "/ {" ROOT(2, 2) "bus {" ROOT(
		      2, 1) "ranges = <0 0 0 0x08000000 0x04000000"
			    " 3 0 0 0x1c000000 0x04000000>;"
			    "mb {" ROOT(
				    2,
				    1) "ranges;"
				       "io {" ROOT(
					       1,
					       1) "ranges = <0 3 0 0x200000>;"
						  "rtc { reg = <0x170000 0x10000>; }; }; }; }; };");
	check_ok(f, "/bus/mb/io/rtc", 0, 0x1c170000, 0x1c17ffff);
}

static void test_three_cells(void **state)
{
	struct fixture *f = *state;

	/* dt_bus_default_map: over two cells, all must equal the base. */
	board(f, "/ {" ROOT(2, 2) "mc {" ROOT(
			 3, 1) "ranges = <0 0 0x100 0 0x8000 0x100"
			       " 1 0 0x100 0 0x9000 0x100>;"
			       "a { reg = <0 0 0x100 0x10>; }; b { reg = <1 0 0x100 0x10>; };"
			       "c { reg = <0 0 0x110 0x10>; }; }; };");
	check_ok(f, "/mc/a", 0, 0x8000, 0x800f);
	check_ok(f, "/mc/b", 0, 0x9000, 0x900f);
	check_not(f, "/mc/c", 0, WINDOW_UNREACHABLE);
	assert_non_null(window(f, "/mc/a", 0)->differs);
}

/* ---- PCI: dt_bus_pci_match, dt_bus_pci_map, dt_for_each_range -------------------------- */

#define BRIDGE(more) \
	"pcie@0 { device_type = \"pci\"; reg = <0 0x40000000 0 0x10000>;" ROOT( \
		3, 2) "ranges = <0x01000000 0 0 0 0x5f800000 0 0x800000" \
		      " 0x02000000 0 0x50000000 0 0x50000000 0 0x08000000" \
		      " 0x42000000 0x40 0 0x40 0 1 0>;" more "};"

static void test_pci(void **state)
{
	struct fixture *f = *state;

	board(f, "/ {" ROOT(2, 2) BRIDGE("ep@1,0 { reg = <0x800 0 0 0 0>;"
					 "assigned-addresses = <0x82000810 0 0x50001000 0 0x1000"
					 " 0x81000814 0 0x100 0 0x10"
					 " 0xc3000818 0x40 0x1000 0 0x1000"
					 " 0x8000081c 0 0x50001000 0 0x10>; };") "};");
	check_ok(f, "/pcie@0", 0, 0x40000000, 0x4000ffff);
	assert_true(device(f, "/pcie@0")->is_host_bridge);
	assert_false(device(f, "/pcie@0/ep@1,0")->is_host_bridge);
	assert_int_equal(device(f, "/pcie@0/ep@1,0")->nwindows, 5);
	check_not(f, "/pcie@0/ep@1,0", 0, WINDOW_NO_ADDRESS); /* configuration space */
	check_ok(f, "/pcie@0/ep@1,0", 1, 0x50001000, 0x50001fff);
	assert_true(window(f, "/pcie@0/ep@1,0", 1)->assigned);
	assert_int_equal(window(f, "/pcie@0/ep@1,0", 1)->index, 0);
	check_ok(f, "/pcie@0/ep@1,0", 2, 0x5f800100, 0x5f80010f); /* I/O */
	/* 64-bit, prefetchable: 32 and 64 bits are one space. */
	check_ok(f, "/pcie@0/ep@1,0", 3, 0x4000001000, 0x4000001fff);
	/* No entry of that space. */
	check_not(f, "/pcie@0/ep@1,0", 4, WINDOW_UNREACHABLE);
}

static void test_pci_apertures(void **state)
{
	struct fixture *f = *state;
	const struct device *dev;

	board(f, "/ {" ROOT(2, 2) BRIDGE("port@0 { device_type = \"pci\"; ranges; };") "};");
	dev = device(f, "/pcie@0");
	assert_int_equal(dev->napertures, 3);
	assert_int_equal(dev->apertures[0].health, WINDOW_OK);
	assert_int_equal(dev->apertures[0].cpu.first, 0x5f800000);
	assert_int_equal(dev->apertures[1].cpu.last, 0x57ffffff);
	assert_int_equal(dev->apertures[2].cpu.first, 0x4000000000);
	assert_int_equal(dev->apertures[2].cpu.last, 0x40ffffffff);
	assert_int_equal(dev->apertures[2].cell, 14);
	/* A port below a bridge is no host bridge and has no apertures. */
	assert_false(device(f, "/pcie@0/port@0")->is_host_bridge);
	assert_int_equal(device(f, "/pcie@0/port@0")->napertures, 0);
}

static void test_pci_by_name(void **state)
{
	struct fixture *f = *state;
	const char *tree = "/ {" ROOT(2, 2) "pcie@0 {" ROOT(
		3, 2) "ranges = <0x02000000 0 0x1000 0 0x8000 0 0x1000>;"
		      "d { assigned-addresses = <0x02000000 0 0x1010 0 0x10>; }; }; };";

	board(f, tree);
	check_ok(f, "/pcie@0/d", 0, 0x8010, 0x801f);
	assert_non_null(window(f, "/pcie@0/d", 0)->differs);
	/* Before 4.15 the name did not count: dt_bus_pci_match. */
	f->o.xen.first = f->o.xen.last = RELEASE(14, 0);
	board(f, tree);
	assert_int_equal(device(f, "/pcie@0/d")->nwindows, 0);
}

/* Xen has no ISA bus: such a node is an ordinary bus or none. */
static void test_isa(void **state)
{
	struct fixture *f = *state;

	board(f, "/ {" ROOT(2, 2) "isa@0 { device_type = \"isa\";" ROOT(
			 2, 1) "ranges = <1 0 0 0xa01b0000 0x1000>; bt@e4 { reg = <1 0xe4 4>; }; };"
			       "isa@1 {" ROOT(2, 1) "bt@e4 { reg = <1 0xe4 4>; }; }; };");
	check_ok(f, "/isa@0/bt@e4", 0, 0xa01b00e4, 0xa01b00e7);
	check_not(f, "/isa@1/bt@e4", 0, WINDOW_UNREACHABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_root_cells),
		TEST(test_size_cells_zero),
		TEST(test_inherited_cells),
		TEST(test_window_edges),
		TEST(test_cut_short),
		TEST(test_reg_names),
		TEST(test_ranges),
		TEST(test_ranges_order),
		TEST(test_ranges_empty_and_missing),
		TEST(test_ranges_edges),
		TEST(test_ranges_chain),
		TEST(test_three_cells),
		TEST(test_pci),
		TEST(test_pci_apertures),
		TEST(test_pci_by_name),
		TEST(test_isa),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
