/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's device tree: nodes, and properties that are no references. */
#include "plan_fixture.h"

#define GUEST(...) "dtdev = [ " __VA_ARGS__ " ]\n"

/* ---- The frame --------------------------------------------------------------------- */

static void test_frame(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD(""), .configs = { "memory = 1\n" }));
	assert_string_equal(children_text(guest(0), "/"), "passthrough");
	ASSERT_PROP("/", "#address-cells", "<2>");
	ASSERT_PROP("/", "#size-cells", "<2>");
	ASSERT_PROP(P, "compatible", "simple-bus|");
	ASSERT_PROP(P, "ranges", "<>");
	ASSERT_PROP(P, "#address-cells", "<2>");
	ASSERT_PROP(P, "#size-cells", "<2>");
	ASSERT_PROP(P, "interrupt-parent", "<&GIC>");
	assert_string_equal(children_text(guest(0), P), "");
}

/* ---- Every row of copy.def ----------------------------------------------------------- */

#define SEEN \
	"clk: clock { compatible = \"fixed-clock\"; #clock-cells = <0>; clock-frequency = <100>; " \
	"}; " \
	"x@5040000 { compatible = \"example,x\"; reg = <0 0x5040000 0 0x1000>; reg-names = " \
	"\"regs\";" \
	" phandle = <0x77>; name = \"x\"; assigned-addresses = <1 2 3 4 5>;" \
	" #address-cells = <1>; #size-cells = <0>; ranges; dma-ranges = <0 0 0 0 0 1 0>;" \
	" interrupts = <0 1 4>; interrupt-names = \"irq\"; interrupt-parent = <&gic>;" \
	" interrupt-map = <0>; interrupt-map-mask = <0>; status = \"okay\";" \
	" iommus = <&smmu 1>; iommu-map = <0>; iommu-map-mask = <0>; mmu-masters = <0>;" \
	" #stream-id-cells = <1>; stream-match-mask = <0>; msi-parent = <0>; msi-map = <0>;" \
	" msi-map-mask = <0>; xen,passthrough; xen,reg = <1>; u-boot,dm-pre-reloc; bootph-all;" \
	" assigned-clock-rates = <1>; assigned-clock-rates-u64 = <0 1>; clock-names = \"x\";" \
	" reset-names = \"x\"; linux,usable = <7>; example,text = \"some\", \"text\";" \
	" example,bytes = [01 02 03]; dma-coherent; snps,nr-gpios = <8>; };"

static void test_copied(void **state)
{
	static const struct {
		const char *name, *text;
	} rows[] = {
		{ "compatible", "example,x|" },
		{ "reg", "<0 5040000 0 1000>" },
		{ "reg-names", "regs|" },
		{ "name", "-" },
		{ "assigned-addresses", "-- the host's PCI addresses" },
		{ "#address-cells", "-- no child is left" },
		{ "#size-cells", "-- no child is left" },
		{ "ranges", "-- no child needs a translation" },
		{ "dma-ranges", "-- the bus of the guest has no offset" },
		{ "interrupts", "<0 1 4>" },
		{ "interrupt-names", "irq|" },
		{ "interrupt-parent", "-" },
		{ "interrupt-map", "-- the guest's GIC is described without it" },
		{ "interrupt-map-mask", "-- goes with interrupt-map" },
		{ "status", "-" },
		{ "iommus", "-- Xen programs the IOMMU, the guest has none" },
		{ "iommu-map", "-- Xen programs the IOMMU, the guest has none" },
		{ "iommu-map-mask", "-- Xen programs the IOMMU, the guest has none" },
		{ "mmu-masters", "-- Xen programs the IOMMU, the guest has none" },
		{ "#stream-id-cells", "-- Xen programs the IOMMU, the guest has none" },
		{ "stream-match-mask", "-- Xen programs the IOMMU, the guest has none" },
		{ "msi-parent", "-- Xen gives no ITS to guests" },
		{ "msi-map", "-- Xen gives no ITS to guests" },
		{ "msi-map-mask", "-- Xen gives no ITS to guests" },
		{ "xen,passthrough", "-- meant for Xen on the host" },
		{ "xen,reg", "-- meant for Xen on the host" },
		{ "u-boot,dm-pre-reloc", "-- meant for the boot loader" },
		{ "bootph-all", "-- meant for the boot loader" },
		{ "assigned-clock-rates", "-- the host keeps the clocks as they are" },
		{ "assigned-clock-rates-u64", "-- the host keeps the clocks as they are" },
		/* Without what they name they stay as they are. */
		{ "clock-names", "x|" },
		{ "reset-names", "x|" },
		/* No row. */
		{ "linux,usable", "<7>" },
		{ "example,text", "some|text|" },
		{ "example,bytes", "\1\2\3" },
		{ "dma-coherent", "<>" },
		/* Named like references, but none. */
		{ "snps,nr-gpios", "<8>" },
	};

	(void)state;
	PLAN(.board = BOARD(SEEN), .configs = { GUEST("\"/x@5040000\"") });
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		ASSERT_PROP(P "/x@5040000", rows[i].name, rows[i].text);
	assert_int_equal(edit_of(guest(0), P "/x@5040000", "linux,usable"), EDIT_COPIED);
	assert_int_equal(edit_of(guest(0), P "/x@5040000", "reg"), EDIT_CHANGED);
	assert_int_equal(edit_of(guest(0), P "/x@5040000", "iommus"), EDIT_DROPPED);
}

/* ---- Names and places ------------------------------------------------------------------- */

/* In the order of the board, whatever that of dtdev; named by guest address. */
static void test_names(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD(RTC("5040000", "0 0x5040000 0 0x1000", "1", "")
						RTC("3001100", "0 0x3001100 0 0x100", "2", "")
							RTC("wrong", "0 0x5042000 0 0x1000", "3",
							    "") "keys { interrupts = <0 4 4>; }; "),
			 .configs = { GUEST("\"/keys\", \"/rtc@wrong\", \"/rtc@3001100\","
					    " \"/rtc@5040000\"") }));
	assert_string_equal(children_text(guest(0), P), "rtc@5040000 rtc@4020100 rtc@5042000 keys");
	ASSERT_PROP(P "/rtc@4020100", "reg", "<0 4020100 0 100>");
}

/* One name on two buses. */
static void test_same_names(void **state)
{
	struct buf parts = buf_new(arena);

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		buf_format(
			&parts,
			"bus%u { #address-cells = <2>; #size-cells = <2>; ranges;"
			" keys { interrupts = <0 %u 4>; }; keys-2 { interrupts = <0 %u 4>; }; }; ",
			i, 2 * i, 2 * i + 1);
	}
	assert_true(PLAN(.board = str_format(arena,
					     "/ { " ROOT_CELLS "interrupt-parent = <&gic>; " GIC_V2
					     "%s };",
					     text_of(&parts))
					  .s,
			 .configs = { GUEST("\"/bus0/keys\", \"/bus0/keys-2\", \"/bus1/keys\","
					    " \"/bus1/keys-2\", \"/bus2/keys\"") }));
	assert_string_equal(children_text(guest(0), P), "keys keys-2 keys-3 keys-2-2 keys-4");
}

static void test_aliases(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD("aliases { rtc1 = \"/rtc@a\"; rtc0 = \"/rtc@b\"; part = "
					"\"/rtc@a/part\"; };" RTC("a", "0 0x3001000 0 0x1000", "1",
								  "part { }; ")
						RTC("b", "0 0x5041000 0 0x1000", "2", "")),
			 .configs = { GUEST("\"/rtc@a\"") }));
	assert_string_equal(children_text(guest(0), "/"), "aliases passthrough");
	ASSERT_PROP("/aliases", "rtc1", "/passthrough/rtc@4020000|");
	ASSERT_PROP("/aliases", "part", "/passthrough/rtc@4020000/part|");
	ASSERT_PROP("/aliases", "rtc0", "-");
}

/* ---- Addresses ----------------------------------------------------------------------------- */

static void test_reg(void **state)
{
	const struct gprop *reg;

	(void)state;
	/* Through ranges, one window remapped, one without a size left out. */
	assert_true(PLAN(.board = BOARD("bus { #address-cells = <1>; #size-cells = <1>;"
					" ranges = <0x1000 0 0x5040000 0x3000>;"
					" x@1ff0 { reg = <0x1ff0 0x20 0x2100 0 0x2000 0x14>;"
					" reg-names = \"one\", \"two\", \"three\"; }; };"),
			 .configs = { GUEST(
				 "\"/bus/x@1ff0\"") "iomem_map = [ \"/bus/x@1ff0:33000\" ]\n" }));
	ASSERT_PROP(P "/x@33000ff0", "reg", "<0 33000ff0 0 20 0 33001000 0 14>");
	ASSERT_PROP(P "/x@33000ff0", "reg-names", "one|three|");
	reg = find_prop(find_copy(guest(0), P "/x@33000ff0"), "reg");
	assert_string_equal(
		str_c(arena, reg->why),
		"entry 0: 0x1ff0, through `ranges` 0x5040ff0, for the guest 0x33000ff0; "
		"entry 2: 0x2000, through `ranges` 0x5041000, for the guest 0x33001000");
	start_over();
	/* Above 4 GiB, in one cell of address on the host. */
	assert_true(PLAN(.board = BOARD("bus { #address-cells = <1>; #size-cells = <1>;"
					" ranges = <0 1 0 0x1000>; x@0 { reg = <0 0x1000>; }; };"),
			 .configs = { GUEST("\"/bus/x@0\"") }));
	ASSERT_PROP(P "/x@100000000", "reg", "<1 0 0 1000>");
	start_over();
	/* Nothing that the guest could reach. */
	assert_true(PLAN(.board = BOARD("bus { #address-cells = <1>; #size-cells = <1>;"
					" x@0 { reg = <0 0x1000>; reg-names = \"a\"; interrupts = "
					"<0 1 4>; }; };"),
			 .configs = { GUEST("\"/bus/x@0\"") }));
	ASSERT_PROP(P "/x@0", "reg", "-- no entry has a CPU address");
	ASSERT_PROP(P "/x@0", "reg-names", "-- goes with reg");
}

/* Children on a bus of another kind keep its cells and their addresses. */
static void test_other_bus(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD("i2c@5040000 { reg = <0 0x5040000 0 0x1000>;"
					" #address-cells = <1>; #size-cells = <0>;"
					" a@50 { reg = <0x50>; reg-names = \"x\"; };"
					" b@51 { reg = <0x51>; status = \"disabled\"; }; };"),
			 .configs = { GUEST("\"/i2c@5040000\"") }));
	ASSERT_PROP(P "/i2c@5040000", "#address-cells", "<1>");
	ASSERT_PROP(P "/i2c@5040000", "#size-cells", "<0>");
	ASSERT_PROP(P "/i2c@5040000/a@50", "reg", "<50>");
	ASSERT_PROP(P "/i2c@5040000/a@50", "reg-names", "x|");
	/* A child that is off is not there. */
	assert_string_equal(children_text(guest(0), P "/i2c@5040000"), "a@50");
	ASSERT_PROP(P "/i2c@5040000", "b@51", "-- disabled on the host");
	assert_true(find_prop(find_copy(guest(0), P "/i2c@5040000"), "b@51")->is_node);
}

/* dtc warns of an interrupt controller without #address-cells. */
static void test_controller_cells(void **state)
{
	static const struct {
		const char *cells, *address, *size;
	} rows[] = {
		{ "", "<0>", "-" },
		{ "#address-cells = <0>; ", "<0>", "-" },
		{ "#address-cells = <1>; #size-cells = <0>; ", "<1>", "-- no child is left" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_true(PLAN(.board = str_format(arena,
						     "/ { " ROOT_CELLS
						     "interrupt-parent = <&gic>; " GIC_V2
						     "g@5040000 { reg = <0 0x5040000 0 0x1000>; "
						     "interrupts = "
						     "<0 1 4>; interrupt-controller; "
						     "#interrupt-cells = <2>; "
						     "%s }; };",
						     rows[i].cells)
						  .s,
				 .configs = { GUEST("\"/g@5040000\"") }));
		ASSERT_PROP(P "/g@5040000", "#address-cells", rows[i].address);
		ASSERT_PROP(P "/g@5040000", "#size-cells", rows[i].size);
		start_over();
	}
}

/* What the guest is given it is to use. */
static void test_disabled_device(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD(
				 RTC("a", "0 0x5040000 0 0x1000", "1", "status = \"disabled\"; ")),
			 .configs = { GUEST("\"/rtc@a\"") }));
	ASSERT_PROP(P "/rtc@5040000", "status",
		    "-- the guest uses it, although the host's tree disables it");
}

/* ---- Glue ------------------------------------------------------------------------------------ */

#define GLUE(cells, parts) \
	"glue@5040000 { reg = <0 0x5040000 0 0x1000>; compatible = \"example,glue\"; " cells \
	" ranges; " parts "}; "
#define CORE      "core@5050000 { reg = <0 0x5050000 0 0x1000>; compatible = \"example,core\"; }; "
#define CELLS_2_2 "#address-cells = <2>; #size-cells = <2>;"
#define CELLS_1_1 "#address-cells = <1>; #size-cells = <1>;"
#define BOTH      GUEST("\"/glue@5040000\", \"/glue@5040000/core@5050000\"")

/* A core below its glue stays there, with guest addresses. */
static void test_glue(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD(GLUE(CELLS_2_2, CORE)), .configs = { BOTH }));
	assert_string_equal(children_text(guest(0), P), "glue@5040000");
	assert_string_equal(children_text(guest(0), P "/glue@5040000"), "core@5050000");
	ASSERT_PROP(P "/glue@5040000", "ranges", "<>");
	ASSERT_PROP(P "/glue@5040000", "#address-cells", "<2>");
	start_over();
	/* Narrower on the host. */
	assert_true(
		PLAN(.board = BOARD(
			     "glue@5040000 { reg = <0 0x5040000 0 0x1000>;" CELLS_1_1
			     " ranges = <0 0 0x5050000 0x1000>; core@0 { reg = <0 0x1000>; }; };"),
		     .configs = { GUEST("\"/glue@5040000\", \"/glue@5040000/core@0\"") }));
	ASSERT_PROP(P "/glue@5040000", "#address-cells", "<2>");
	ASSERT_PROP(P "/glue@5040000", "#size-cells", "<2>");
	ASSERT_PROP(P "/glue@5040000", "ranges", "<>");
	ASSERT_PROP(P "/glue@5040000/core@5050000", "reg", "<0 5050000 0 1000>");
	start_over();
	/* Alone, without the glue. */
	assert_true(PLAN(.board = BOARD(GLUE(CELLS_2_2, CORE)),
			 .configs = { GUEST("\"/glue@5040000/core@5050000\"") }));
	assert_string_equal(children_text(guest(0), P), "core@5050000");
	start_over();
	/* The glue alone: the core is not the guest's. */
	assert_true(PLAN(.board = BOARD(GLUE(CELLS_2_2, CORE)),
			 .configs = { GUEST("\"/glue@5040000\"") }));
	assert_string_equal(children_text(guest(0), P "/glue@5040000"), "");
	ASSERT_PROP(P "/glue@5040000", "core@5050000",
		    "-- a device of its own, not given to this guest");
}

/* Xen takes cells from above where the glue has none; Linux and what Xen makes
 * of xen,reg do not. */
static void test_glue_without_cells(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD(GLUE("", CORE)), .configs = { BOTH },
			 .target = TARGET_DOM0LESS));
	ASSERT_PROP(P "/glue@5040000", "#address-cells", "<2>");
	ASSERT_PROP(P "/glue@5040000", "#size-cells", "<2>");
	ASSERT_PROP(P "/glue@5040000/core@5050000", "xen,reg", "<0 5050000 0 1000 0 5050000>");
}

/* Below a bus whose other children have addresses of another kind a device
 * cannot keep its place. */
static void test_glue_of_two_kinds(void **state)
{
	(void)state;
	PLAN(.board =
		     BOARD("pcie@5040000 { device_type = \"pci\"; compatible = \"example,pcie\";"
			   " reg = <0 0x5040000 0 0x1000>; #address-cells = <3>; #size-cells = <2>;"
			   " ranges = <0x82000000 0 0x6000000 0 0x6000000 0 0x1000000>;"
			   " port@0,0 { reg = <0 0 0 0 0>; };"
			   " card@1,0 { reg = <0x800 0 0 0 0>; interrupts = <1>;"
			   " assigned-addresses = <0x82000810 0 0x6000000 0 0x1000>; }; };"),
	     .configs = { GUEST("\"/pcie@5040000\", \"/pcie@5040000/card@1,0\"") });
	assert_string_equal(children_text(guest(0), P), "pcie@5040000 card@6000000");
	assert_string_equal(children_text(guest(0), P "/pcie@5040000"), "port@0,0");
}

/* ---- Coherence --------------------------------------------------------------------------------
 */

static void test_coherence(void **state)
{
	const struct gprop *p;

	(void)state;
	assert_true(PLAN(.board = BOARD("bus { " CELLS_2_2 " ranges; dma-coherent; " RTC(
				 "a", "0 0x5040000 0 0x1000", "1", "part { }; ")
						RTC("b", "0 0x5041000 0 0x1000", "2",
						    "dma-noncoherent; ") "}; "),
			 .configs = { GUEST("\"/bus/rtc@a\", \"/bus/rtc@b\"") }));
	p = find_prop(find_copy(guest(0), P "/rtc@5040000"), "dma-coherent");
	assert_non_null(p);
	assert_int_equal(p->edit, EDIT_ADDED);
	assert_string_equal(str_c(arena, p->why), "inherited on the host from /bus");
	ASSERT_PROP(P "/rtc@5040000/part", "dma-coherent", "-");
	ASSERT_PROP(P "/rtc@5041000", "dma-coherent", "-");
	ASSERT_PROP(P "/rtc@5041000", "dma-noncoherent", "<>");
}

/* ---- Graphs -------------------------------------------------------------------------------------
 */

/* The other end of a graph that is not in the guest takes its port along. */
static void test_endpoints(void **state)
{
	const char *const board = BOARD(
		"camera@5040000 { reg = <0 0x5040000 0 0x1000>; ports { #address-cells = <1>; "
		"#size-cells = <0>; port@0 { reg = <0>; a: endpoint { remote-endpoint = <&b>; }; };"
		" port@1 { reg = <1>; c: endpoint { remote-endpoint = <&d>; }; }; }; };"
		"sink@5041000 { reg = <0 0x5041000 0 0x1000>; port { b: endpoint { remote-endpoint "
		"= "
		"<&a>; }; }; };"
		"screen@5042000 { reg = <0 0x5042000 0 0x1000>; port { d: endpoint { "
		"remote-endpoint "
		"= <&c>; }; }; };");

	(void)state;
	assert_true(PLAN(.board = board,
			 .configs = { GUEST("\"/camera@5040000\", \"/sink@5041000\"") }));
	assert_string_equal(children_text(guest(0), P "/camera@5040000/ports"), "port@0");
	ASSERT_PROP(P "/camera@5040000/ports/port@0/endpoint", "remote-endpoint", "<&endpoint>");
	ASSERT_PROP(P "/sink@5041000/port/endpoint", "remote-endpoint", "<&endpoint>");
	ASSERT_PROP(P "/camera@5040000/ports", "port@1", "-- no endpoint is left in it");
	start_over();
	/* No end at all. */
	assert_true(PLAN(.board = board, .configs = { GUEST("\"/camera@5040000\"") }));
	assert_string_equal(children_text(guest(0), P "/camera@5040000"), "");
	ASSERT_PROP(P "/camera@5040000", "ports", "-- no endpoint is left in it");
	start_over();
	/* The other end is off, and so not there. */
	assert_true(
		PLAN(.board = BOARD("x@5040000 { reg = <0 0x5040000 0 0x1000>; port { a: endpoint {"
				    " remote-endpoint = <&b>; }; }; };"
				    "y@5041000 { reg = <0 0x5041000 0 0x1000>; port { status = "
				    "\"disabled\";"
				    " b: endpoint { remote-endpoint = <&a>; }; }; };"),
		     .configs = { GUEST("\"/x@5040000\", \"/y@5041000\"") }));
	assert_string_equal(children_text(guest(0), P "/x@5040000"), "");
}

/* ---- Many guests
 * ---------------------------------------------------------------------------------- */

/* Each guest's tree is its own. */
static void test_two_guests(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD(RTC("a", "0 0x5040000 0 0x1000", "1", "")
						RTC("b", "0 0x5041000 0 0x1000", "2", "")),
			 .configs = { GUEST("\"/rtc@b\""), GUEST("\"/rtc@a\"") }));
	assert_string_equal(children_text(guest(0), P), "rtc@5041000");
	assert_string_equal(children_text(guest(1), P), "rtc@5040000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_frame),
		TEST(test_copied),
		TEST(test_names),
		TEST(test_same_names),
		TEST(test_aliases),
		TEST(test_reg),
		TEST(test_other_bus),
		TEST(test_controller_cells),
		TEST(test_disabled_device),
		TEST(test_glue),
		TEST(test_glue_without_cells),
		TEST(test_glue_of_two_kinds),
		TEST(test_coherence),
		TEST(test_endpoints),
		TEST(test_two_guests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
