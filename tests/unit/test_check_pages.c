/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a page cross a border? */
#include "check_fixture.h"

/* One page, two devices: the second half of DEV_A's page. */
#define HALF ETH("5040000", "0 0x5040000 0 0x800", "1", "1", "")
#define OTHER(rest) \
	"other@5040800 { compatible = \"example,other\"; reg = <0 0x5040800 0 0x100>; " rest "}; "
#define HARMLESS "other@5040800 { compatible = \"arm,pl031\"; reg = <0 0x5040800 0 0x100>; }; "

static void test_neighbours(void **state)
{
	const struct judged rows[] = {
		{ DEV_A, GIVE_A, NULL, "", NULL },
		{ DEV_A DEV_B, GIVE_A, NULL, "", NULL },
		{ HALF OTHER(""), GIVE_A, NULL, "shared-page",
		  "`/ethernet@5040000` shares the page 0x5040 with `/other@5040800`, which belongs "
		  "to "
		  "dom0" },
		/* dom0 gets what is disabled, too. */
		{ HALF OTHER("status = \"disabled\"; "), GIVE_A, NULL, "shared-page", "dom0" },
		/* Nobody has it: what could it do? */
		{ HALF OTHER("xen,passthrough; "), GIVE_A, NULL, "not-marked shared-page-master",
		  NULL },
		{ HALF HARMLESS, GIVE_A "withhold = [ \"/other@5040800: wired to nothing\" ]\n",
		  NULL, "shared-page-unowned", "which nobody else uses" },
		{ HALF OTHER(""), GIVE_A "withhold = [ \"/other@5040800: wired to nothing\" ]\n",
		  NULL, "shared-page-master",
		  "which may master memory and has no IOMMU before it" },
		/* Xen's own. */
		{ "chosen { stdout-path = \"/other@5040800\"; }; " HALF OTHER(""), GIVE_A, NULL,
		  "shared-page-xen", "which no guest may reach" },
		/* The guest has both. */
		{ HALF ETH("5040800", "0 0x5040800 0 0x800", "2", "2", ""),
		  GIVE("\"/ethernet@5040000\", \"/ethernet@5040800\""), NULL, "", NULL },
		/* Another guest has it: both hear of it. */
		{ HALF ETH("5040800", "0 0x5040800 0 0x800", "2", "2", ""), GIVE_A,
		  GIVE("\"/ethernet@5040800\""), "shared-page shared-page",
		  "which belongs to guest `b`" },
		/* Once, however many windows meet. */
		{ ETH("5040000", "0 0x5040000 0 0x100 0 0x5040100 0 0x100", "1", "1", "") OTHER(""),
		  GIVE_A, NULL, "shared-page", NULL },
		/* The bus above is no neighbour, whatever its reg says. */
		{ "bus@5040000 { compatible = \"simple-bus\"; reg = <0 0x5040000 0 0x10000>; "
		  "#address-cells = <2>; #size-cells = <2>; ranges; " DEV_A "};",
		  GIVE("\"/bus@5040000/ethernet@5040000\""), NULL, "", NULL },
		/* A parent that is a device is. */
		{ "mfd@5040000 { compatible = \"simple-mfd\"; reg = <0 0x5040000 0 0x10000>; "
		  "#address-cells = <2>; #size-cells = <2>; ranges; " DEV_A "};",
		  GIVE("\"/mfd@5040000/ethernet@5040000\""), NULL, "shared-page",
		  "`/mfd@5040000`" },
		/* With a reason. */
		{ HALF OTHER(""),
		  GIVE_A "allow = [ \"shared-page /ethernet@5040000: it is a ROM\" ]\n", NULL,
		  "shared-page(allowed)", NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

static void test_memory(void **state)
{
	const struct judged rows[] = {
		{ ETH("80000000", "0 0x80000000 0 0x1000", "1", "1", ""),
		  GIVE("\"/ethernet@80000000\""), NULL, "memory-given",
		  "the pages given here are RAM of the board" },
		{ "reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges; "
		  "buffer@6000000 { "
		  "reg = <0 0x6000000 0 0x10000>; }; }; " ETH("6000000", "0 0x6000000 0 0x1000",
							      "1", "1", ""),
		  GIVE("\"/ethernet@6000000\""), NULL, "reserved-memory-given",
		  "the pages given here are reserved memory" },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

/* ---- Numbers written by hand ------------------------------------------------------ */

#define HAND(words) "irqs = [ 33 ]\niomem = [ " words " ]\n"
#define WIDE_B      ETH("5050000", "0 0x5050000 0 0x2000", "2", "2", "")
#define BRIDGE \
	"pcie@7000000 { device_type = \"pci\"; compatible = \"pci-host-ecam-generic\"; " \
	"reg = <0 0x7000000 0 0x1000>; #address-cells = <3>; #size-cells = <2>; " \
	"ranges = <0x82000000 0 0x8000000 0 0x8000000 0 0x100000>; }; "

static void test_by_hand(void **state)
{
	const struct judged rows[] = {
		{ DEV_A, GIVE_A HAND("\"5040,1\""), NULL, "", NULL },
		{ DEV_A, GIVE_A HAND("\"5041,1\""), NULL, "wrong-line",
		  "no device of this board has registers at 0x5041000 to 0x5041fff" },
		/* The first page is the device's, the second is nobody's. */
		{ DEV_A, GIVE_A HAND("\"5040,2\""), NULL, "wrong-line",
		  "registers at 0x5041000 to 0x5041fff" },
		{ DEV_A DEV_B, GIVE_BOTH HAND("\"5040,11\""), NULL, "wrong-line",
		  "registers at 0x5041000 to 0x504ffff" },
		{ DEV_A, GIVE_A HAND("\"503f,2\""), NULL, "wrong-line",
		  "registers at 0x503f000 to 0x503ffff" },
		/* Pages of others, who are not given as a whole. */
		{ DEV_A WIDE_B, GIVE_A HAND("\"5040,1\", \"5050,1\""), NULL, "shared-page",
		  "the pages given here hold registers of `/ethernet@5050000`, which belongs to "
		  "dom0" },
		{ DEV_A, GIVE_A HAND("\"5040,1\", \"2c001,1\""), NULL, "shared-page-xen",
		  "`/gic@2c001000`, which no guest may reach" },
		{ DEV_A, GIVE_A HAND("\"5040,1\", \"80000,1@33000\""), NULL, "memory-given",
		  "the pages given here are RAM of the board" },
		{ DEV_A BRIDGE, GIVE_A HAND("\"5040,1\", \"8010,1\""), NULL, "shared-page",
		  "belong to the PCI devices behind `/pcie@7000000`, which belongs to dom0" },
		/* By its own line. */
		{ DEV_A WIDE_B,
		  GIVE_A HAND("\"5040,1\",\n# dtassign: allow shared-page: a ROM\n\"5050,1\""),
		  NULL, "shared-page(allowed)", NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

/* The same numbers in two configs. */
static void test_two_by_hand(void **state)
{
	const struct judged rows[] = {
		{ DEV_A DEV_B, GIVE_A HAND("\"5040,1\""),
		  GIVE_B "irqs = [ 34 ]\niomem = [ \"5050,1\" ]\n", "", NULL },
		/* By hand on both sides: the ledger and the numbers both say it. */
		{ DEV_A BRIDGE, GIVE_A HAND("\"5040,1\", \"8010,2\""),
		  "irqs = [ ]\niomem = [ \"8011,1\" ]\n", "shared-page shared-page shared-page",
		  NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
	start_over();
	CHECK(.board = BOARD(DEV_A BRIDGE),
	      .configs = { HAND("\"8010,2\""),
			   "irqs = [ ]\niomem = [ \"8000,1\", \"8011,1\" ]\n" });
	settle();
	for (size_t i = 0; i < diag_count(diag); i++)
		if (str_find_sub(diag_get(diag, i)->text, STR("given to two guests")) != SIZE_MAX) {
			assert_string_equal(str_c(arena, diag_get(diag, i)->text),
					    "the page 0x8011 is given to two guests");
			return;
		}
	fail();
}

/* One device over everything: each neighbour once, and soon. */
static void test_many_neighbours(void **state)
{
	enum { N = 20000 };
	struct buf board = buf_new(arena);

	(void)state;
	buf_text(&board, "/ { " ROOT_CELLS "big { reg = <0 0x10000000 0 0x30000000 0 0x40000000 0 "
			 "0x10000000>; }; ");
	for (unsigned i = 0; i < N; i++)
		buf_format(&board, "n%u { reg = <0 0x%x 0 0x1000 0 0x%x 0 0x10>; }; ", i,
			   0x10000000 + i * 0x2000, 0x40000000 + i * 0x10);
	buf_text(&board, "};");
	CHECK(.board = text_of(&board), .configs = { GIVE("\"/big\"") });
	assert_int_equal(count_of("shared-page"), N);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_neighbours),  TEST(test_memory),          TEST(test_by_hand),
		TEST(test_two_by_hand), TEST(test_many_neighbours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
