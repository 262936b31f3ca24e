/* SPDX-License-Identifier: BSD-2-Clause */
/* Can Xen route an interrupt, does it cross a border, does the guest have it? */
#include "check_fixture.h"

#define LINES(lines, rest) \
	"ethernet@5040000 { compatible = \"cdns,gem\"; reg = <0 0x5040000 0 0x1000>; iommus = " \
	"<&smmu " \
	"1>; " lines "; " rest "}; "
#define LINES_PART(lines) \
	"mac@5070000 { compatible = \"cdns,gem\"; reg = <0 0x5070000 0 0x1000>; iommus = <&smmu " \
	"3>; " \
	"phy { " lines "; }; }; "
#define GIVE_PART GIVE("\"/mac@5070000\"")
#define GPIO \
	"gpio: gpio@5060000 { compatible = \"arm,pl061\"; reg = <0 0x5060000 0 0x1000>; " \
	"interrupts = <0 " \
	"9 4>; gpio-controller; #gpio-cells = <2>; interrupt-controller; #interrupt-cells = <2>; " \
	"}; "
#define ALLOW_GPIO "allow = [ \"unverified-non-master /gpio@5060000: x\" ]\n"

static void test_routable(void **state)
{
	const struct judged rows[] = {
		{ DEV_A, GIVE_A, NULL, "", NULL },
		{ LINES("interrupts = <1 5 4>", ""), GIVE_A, NULL, "private-interrupt",
		  "`/ethernet@5040000` uses the per-CPU interrupt 21" },
		{ GPIO LINES("interrupts-extended = <&gpio 1 1>", ""), GIVE_A, NULL,
		  "interrupt-not-routable",
		  "interrupt 0 of `/ethernet@5040000` does not reach the GIC" },
		/* With its controller, which is a device like any other. */
		{ GPIO LINES("interrupts-extended = <&gpio 1 1>", ""),
		  GIVE("\"/ethernet@5040000\", \"/gpio@5060000\"") ALLOW_GPIO, NULL,
		  "unverified-non-master(allowed)", NULL },
		{ LINES("interrupts-extended = <999 1 1>", ""), GIVE_A, NULL,
		  "interrupt-not-routable", NULL },
		{ LINES("interrupts-extended = <999 1 1>", ""),
		  GIVE_A "allow = [ \"interrupt-not-routable /ethernet@5040000: polled\" ]\n", NULL,
		  "interrupt-not-routable(allowed)", NULL },
		/* Of a part of the device. */
		{ GPIO DEV_A LINES_PART("interrupts-extended = <&gpio 1 1>"), GIVE_PART, NULL,
		  "part-interrupt-lost",
		  "interrupt 0 of `/mac@5070000/phy`, a part of it, is left out" },
		{ LINES_PART("interrupts = <1 5 4>"), GIVE_PART, NULL, "private-interrupt",
		  "`/mac@5070000/phy` uses the per-CPU interrupt 21" },
		/* One that is off is not in the guest. */
		{ LINES_PART("status = \"disabled\"; interrupts = <1 5 4>"), GIVE_PART, NULL, "",
		  NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

static void test_numbers(void **state)
{
	const struct judged rows[] = {
		{ LINES("interrupts = <0 959 4>", ""), GIVE_A, NULL, "", NULL },
		{ LINES("interrupts = <0 960 4>", ""), GIVE_A, NULL, "interrupt-out-of-range",
		  "Xen can give guests the interrupts 32 to 991, this is 992" },
		{ DEV_A, GIVE_A "irqs = [ 33, 31 ]\n", NULL, "interrupt-out-of-range",
		  "this is 31" },
		/* By hand: somebody must have it. */
		{ DEV_A, GIVE_A "irqs = [ 33, 77 ]\n", NULL, "wrong-line",
		  "no device of this board has the interrupt 77" },
		{ DEV_A,
		  GIVE_A "irqs = [ 33,\n77 ] # dtassign: allow wrong-line: the FPGA has it\n", NULL,
		  "wrong-line(allowed)", NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

/* Extended SPIs, and what Xen makes of their encoding. */
static void test_espi(void **state)
{
	static const struct {
		const char *release, *lines, *found;
	} rows[] = {
		{ "4.20", "<0 4064 4>", "interrupt-out-of-range" },
		{ "4.21", "<0 4064 4>", "" },
		/* <2 n f>: Xen reads a PPI, or another SPI. */
		{ "4.21", "<2 20 4>", "interrupt-out-of-range" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CHECK(.release = rows[i].release, .configs = { GIVE_A },
		      .board =
			      str_format(arena,
					 "/ { " ROOT_CELLS "interrupt-parent = <&gic>; " GIC_V3 SMMU
					 "ethernet@5040000 { compatible = \"cdns,gem\"; reg = <0 "
					 "0x5040000 0 0x1000>; iommus = <&smmu 1>; interrupts = "
					 "%s; }; "
					 "};",
					 rows[i].lines)
				      .s);
		assert_string_equal(found_text(), rows[i].found);
		start_over();
	}
}

/* ---- Sharing ------------------------------------------------------------------------ */

#define SHARED_A ETH("5040000", "0 0x5040000 0 0x1000", "7", "1", "")
#define SHARED_B ETH("5050000", "0 0x5050000 0 0x1000", "7", "2", "")
#define EDGE_A \
	"ethernet@5040000 { compatible = \"cdns,gem\"; reg = <0 0x5040000 0 0x1000>; iommus = " \
	"<&smmu 1>;" \
	" interrupts = <0 7 1>; }; "
#define EDGE_B \
	"ethernet@5050000 { compatible = \"cdns,gem\"; reg = <0 0x5050000 0 0x1000>; iommus = " \
	"<&smmu 2>;" \
	" interrupts = <0 7 1>; }; "

static void test_sharing(void **state)
{
	const struct judged rows[] = {
		{ SHARED_A SHARED_B, GIVE_A, NULL, "shared-interrupt",
		  "interrupt 39 is also that of `/ethernet@5050000`, which belongs to dom0" },
		{ SHARED_A SHARED_B, GIVE_A GIVE_B, NULL, "duplicate-key shared-interrupt", NULL },
		{ SHARED_A SHARED_B, GIVE_BOTH, NULL, "", NULL },
		{ SHARED_A SHARED_B, GIVE_A, GIVE_B, "shared-interrupt", "guest `b`" },
		{ SHARED_A SHARED_B, GIVE_A "withhold = [ \"/ethernet@5050000: x\" ]\n", NULL, "",
		  NULL },
		/* Xen's own. */
		{ "chosen { stdout-path = \"/ethernet@5050000\"; }; " SHARED_A SHARED_B, GIVE_A,
		  NULL, "shared-interrupt", "which belongs to Xen" },
		/* By hand. */
		{ DEV_A SHARED_B, GIVE_A "irqs = [ 33, 39 ]\n", NULL, "shared-interrupt",
		  "interrupt 39 is that of `/ethernet@5050000`, which belongs to dom0" },
		{ DEV_A DEV_B, GIVE_A "irqs = [ 33, 77 ]\n", GIVE_B "irqs = [ 34, 77 ]\n",
		  "wrong-line shared-interrupt wrong-line", NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

static void test_trigger(void **state)
{
	const struct judged rows[] = {
		{ SHARED_A EDGE_B, GIVE_BOTH, NULL, "trigger-conflict",
		  "interrupt 39 is level-high here, but edge-rising in `/ethernet@5050000`" },
		{ SHARED_A EDGE_B,
		  GIVE_BOTH "allow = [ \"trigger-conflict /ethernet@5040000: x\" ]\n", NULL,
		  "trigger-conflict(allowed)", NULL },
		/* The line of a part is allowed with its device. */
		{ SHARED_B
		  "mac@5070000 { compatible = \"cdns,gem\"; reg = <0 0x5070000 0 0x1000>; iommus = "
		  "<&smmu 3>; phy { interrupts = <0 7 1>; }; };",
		  GIVE("\"/ethernet@5050000\", \"/mac@5070000\"") "allow = [ \"trigger-conflict "
								  "/ethernet@5050000: x\" ]\n",
		  NULL, "trigger-conflict(allowed)", NULL },
		{ EDGE_A
		  "aux@5030000 { compatible = \"cdns,gem\"; reg = <0 0x5030000 0 0x1000>; iommus = "
		  "<&smmu 3>; phy { interrupts = <0 7 4>; }; };",
		  GIVE("\"/ethernet@5040000\", \"/aux@5030000\"") "allow = [ \"trigger-conflict "
								  "/aux@5030000: x\" ]\n",
		  NULL, "trigger-conflict(allowed)", NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

/* A bridge claims the lines of its interrupt-map, of which it has no specifier
 * itself. */
static void test_mapped_lines(void **state)
{
	const struct judged rows[] = {
		{ "pcie@7000000 { device_type = \"pci\"; compatible = \"pci-host-ecam-generic\"; "
		  "reg = <0 0x7000000 0 0x1000>; #address-cells = <3>; #size-cells = <2>; "
		  "#interrupt-cells = <1>; interrupt-map-mask = <0 0 0 7>; interrupt-map = "
		  "<0 0 0 1 &gic 0 20 4>, <0 0 0 2 &gic 0 21 4>, <0 0 0 3 &gic 0 7 4>; "
		  "ranges = <0x82000000 0 0x8000000 0 0x8000000 0 0x100000>; }; " SHARED_A,
		  GIVE_A, NULL, "shared-interrupt",
		  "interrupt 39 is also that of `/pcie@7000000`, which belongs to dom0" },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

/* ---- The guest's own ------------------------------------------------------------------ */

static void test_reserved(void **state)
{
	const struct judged rows[] = {
		{ ETH("5040000", "0 0x5040000 0 0x1000", "0", "1", ""), GIVE_A, NULL, "", NULL },
		{ ETH("5040000", "0 0x5040000 0 0x1000", "0", "1", ""),
		  GIVE_A "vuart = \"sbsa_uart\"\n", NULL, "interrupt-collision",
		  "interrupt 32 is that of the virtual UART of this guest" },
		{ DEV_A, GIVE_A "virtio = [ \"type=virtio,device22,transport=mmio\" ]\n", NULL,
		  "interrupt-collision", "interrupt 33 is that of a virtio-mmio device" },
		{ DEV_B, GIVE_B "virtio = [ \"type=virtio,device22,transport=mmio\" ]\n", NULL, "",
		  NULL },
		{ DEV_A, GIVE_A "vuart = \"sbsa_uart\"\nirqs = [ 32, 33 ]\n", NULL,
		  "wrong-line interrupt-collision", NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_routable), TEST(test_numbers), TEST(test_espi),
		TEST(test_sharing),  TEST(test_trigger), TEST(test_mapped_lines),
		TEST(test_reserved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
