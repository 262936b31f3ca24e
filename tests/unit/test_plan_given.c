/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices that a final config hands out by numbers alone, and what the managed
 * block adds to such a config. */
#include "plan_fixture.h"

#define ONE  RTC("5040000", "0 0x5040000 0 0x1000", "1", "")
#define WIDE RTC("5040000", "0 0x5040000 0 0x3000", "1", "")
/* Three in one page. */
#define THREE \
	RTC("5040000", "0 0x5040000 0 0x100", "1", "") \
	RTC("5040100", "0 0x5040100 0 0x100", "2", "") \
	RTC("5040200", "0 0x5040200 0 0x100", "3", "")
#define R0 "/rtc@5040000h"
#define R1 "/rtc@5040100h"
#define R2 "/rtc@5040200h"

struct row {
	const char *parts, *cfg;
	const char *devices;
};

static void test_inferred(void **state)
{
	const struct row rows[] = {
		{ ONE, "iomem = [ \"5040,1\" ]\nirqs = [ 33 ]\n", R0 },
		{ ONE, "iomem = [ \"5040,1@33000\" ]\nirqs = [ 33 ]\n", R0 },
		/* Its pages alone are enough where nobody else has them. */
		{ ONE, "iomem = [ \"5040,1\" ]\n", R0 },
		{ ONE, "irqs = [ 33 ]\n", "" },
		/* All its pages, in however many words. */
		{ WIDE, "iomem = [ \"5040,2\" ]\nirqs = [ 33 ]\n", "" },
		{ WIDE, "iomem = [ \"5042,1\", \"5040,2\" ]\nirqs = [ 33 ]\n", R0 },
		{ WIDE, "iomem = [ \"5041,2\", \"5040,2\" ]\nirqs = [ 33 ]\n", R0 },
		{ WIDE, "iomem = [ \"5000,100\" ]\nirqs = [ 33 ]\n", R0 },
		/* The line tells which one of the page is meant, */
		{ THREE, "iomem = [ \"5040,1\" ]\nirqs = [ 34 ]\n", R1 },
		{ THREE, "iomem = [ \"5040,1\" ]\nirqs = [ 33, 35 ]\n", R0 " " R2 },
		/* or none does: all of them are. */
		{ THREE, "iomem = [ \"5040,1\" ]\n", R0 " " R1 " " R2 },
		{ THREE, "iomem = [ \"5040,1\" ]\nirqs = [ 40 ]\n", R0 " " R1 " " R2 },
		/* One of them was named; the page comes with it. */
		{ THREE, "dtdev = [ \"/rtc@5040200\" ]\niomem = [ \"5040,1\" ]\nirqs = [ 35 ]\n",
		  "/rtc@5040200" },
		{ THREE,
		  "dtdev = [ \"/rtc@5040200\" ]\niomem = [ \"5040,1\" ]\nirqs = [ 35, 33 ]\n",
		  "/rtc@5040200 " R0 },
		/* No interrupt: nothing to ask for. */
		{ "x@5040000 { reg = <0 0x5040000 0 0x1000>; }; ", "iomem = [ \"5040,1\" ]\n",
		  "/x@5040000h" },
		/* Infrastructure and memory are nobody's device. */
		{ "", "iomem = [ \"2c001,1\", \"2c002,2\", \"80000,1\" ]\n", "" },
		/* A request says itself what it wants. */
		{ ONE, "dtdev = [ ]\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_true(
			PLAN(.board = str_format(
					      arena,
					      "/ { " ROOT_CELLS "interrupt-parent = <&gic>; " GIC_V2
					      "memory@80000000 { device_type = \"memory\"; reg = "
					      "<0 0x80000000 0 0x1000000>; }; %s };",
					      rows[i].parts)
					      .s,
			     .configs = { rows[i].cfg }));
		if (strcmp(devices_text(guest(0)), rows[i].devices) != 0)
			print_error("%s\n", rows[i].cfg);
		assert_string_equal(devices_text(guest(0)), rows[i].devices);
		start_over();
	}
}

/* The word that gives it is where findings about it point. */
static void test_place(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD(THREE),
			 .configs = { "irqs = [ 33 ]\niomem = [ \"6000,1\",\n \"5040,1\" ]\n" }));
	assert_int_equal(guest(0)->devices.v[0].at.line, 3);
	start_over();
	/* Within a wide word, behind a narrow one that begins later. */
	assert_true(PLAN(.board = BOARD(THREE),
			 .configs = { "irqs = [ 33 ]\niomem = [ \"5038,2\",\n \"5030,20\",\n "
				      "\"6000,1\" ]\n" }));
	assert_int_equal(guest(0)->devices.v[0].at.line, 3);
}

/* ---- What is missing ----------------------------------------------------------------------- */

/* What is there stays; the block adds the rest, and nothing twice. */
static void test_block(void **state)
{
	static const struct {
		const char *parts, *cfg, *irqs, *iomem;
	} rows[] = {
		/* Complete. */
		{ ONE, "iomem = [ \"5040,1\" ]\nirqs = [ 33 ]\n", "", "" },
		{ ONE,
		  "dtdev = [ \"/rtc@5040000\" ]\niomem = [ \"5040,1@33000\" ]\nirqs = [ 33 ]\n", "",
		  "" },
		/* Lines, or pages. */
		{ ONE, "iomem = [ \"5040,1\" ]\n", "33", "" },
		{ ONE, "dtdev = [ \"/rtc@5040000\" ]\nirqs = [ 33 ]\n", "", "0x5040,0x1@0x5040" },
		/* Some pages: those that are missing, at the same distance. */
		{ WIDE, "dtdev = [ \"/rtc@5040000\" ]\niomem = [ \"5040,1@33000\" ]\n", "33",
		  "0x5041,0x2@0x33001" },
		{ WIDE, "dtdev = [ \"/rtc@5040000\" ]\niomem = [ \"5042,1@33002\" ]\n", "33",
		  "0x5040,0x2@0x33000" },
		{ WIDE, "dtdev = [ \"/rtc@5040000\" ]\niomem = [ \"5041,1@33001\" ]\n", "33",
		  "0x5040,0x1@0x33000 0x5042,0x1@0x33002" },
		{ WIDE,
		  "dtdev = [ \"/rtc@5040000\" ]\niomem = [ \"5042,1@33002\", \"5040,1@33000\" ]\n",
		  "33", "0x5041,0x1@0x33001" },
		/* More than the device has is the operator's. */
		{ WIDE, "dtdev = [ \"/rtc@5040000\" ]\niomem = [ \"5030,11\" ]\nirqs = [ 33 ]\n",
		  "", "0x5041,0x2@0x5041" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_true(PLAN(.board = str_format(arena,
						     "/ { " ROOT_CELLS
						     "interrupt-parent = <&gic>; " GIC_V2 "%s };",
						     rows[i].parts)
						  .s,
				 .configs = { rows[i].cfg }));
		assert_string_equal(ENTRIES(guest(0)->block_irqs), rows[i].irqs);
		assert_string_equal(ENTRIES(guest(0)->block_iomem), rows[i].iomem);
		/* dtdev is the operator's. */
		assert_int_equal(guest(0)->block_dtdev.n, 0);
		start_over();
	}
}

/* A request's lists are made whole, by hand or not. */
static void test_block_of_request(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD(THREE ETH("5050000", "0 0x5050000 0 0x1000", "9", "7", "")),
			 .configs = { "dtdev = [ \"/ethernet@5050000\", \"/rtc@5040100\" ]\n"
				      "iomem_map = [ \"/ethernet@5050000:33000\" ]\n" }));
	assert_string_equal(ENTRIES(guest(0)->block_dtdev), "/ethernet@5050000");
	assert_string_equal(ENTRIES(guest(0)->block_irqs), "34 41");
	assert_string_equal(ENTRIES(guest(0)->block_iomem), "0x5040,0x1@0x5040 0x5050,0x1@0x33000");
	assert_string_equal(str_c(arena, guest(0)->block_iomem.v[0].comment),
			    "/rtc@5040100 reg[0]");
	assert_string_equal(str_c(arena, guest(0)->block_irqs.v[0].comment),
			    "/rtc@5040100 interrupts[0]");
	assert_true(guest(0)->block_iomem.v[0].quoted);
	assert_false(guest(0)->block_irqs.v[0].quoted);
}

static void test_device_tree(void **state)
{
	static const struct {
		const char *cfg, *dir, *line;
	} rows[] = {
		{ "name = \"net\"\ndtdev = [ \"/rtc@5040000\" ]\n", NULL, "net.dtb" },
		{ "dtdev = [ \"/rtc@5040000\" ]\n", "/boot/xen", "/boot/xen/a.dtb" },
		{ "dtdev = [ \"/rtc@5040000\" ]\n", "/boot/", "/boot/a.dtb" },
		/* The operator has one; there is nothing to describe. */
		{ "dtdev = [ \"/rtc@5040000\" ]\ndevice_tree = \"mine.dtb\"\n", NULL, "" },
		{ "memory = 1\n", NULL, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_true(PLAN(.board = BOARD(ONE), .configs = { rows[i].cfg },
				 .guest_dir = rows[i].dir));
		assert_string_equal(str_c(arena, guest(0)->block_device_tree), rows[i].line);
		start_over();
	}
}

/* Many words, many devices: each found among the others, not by trying all. */
static void test_many(void **state)
{
	enum { N = 4000 };
	struct buf board = buf_new(arena), cfg = buf_new(arena);

	(void)state;
	buf_text(&board, "/ { " ROOT_CELLS);
	buf_text(&cfg, "iomem = [ ");
	for (unsigned i = 0; i < N; i++) {
		buf_format(&board, "n%u { reg = <0 0x%x 0 0x1000>; }; ", i,
			   0x50000000 + i * 0x2000);
		buf_format(&cfg, "\"%x,1\", ", 0x50000 + i * 2);
	}
	buf_text(&board, "};");
	buf_text(&cfg, "]\n");
	assert_true(PLAN(.board = text_of(&board), .configs = { text_of(&cfg) }));
	assert_int_equal(guest(0)->devices.n, N);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_inferred),         TEST(test_place),       TEST(test_block),
		TEST(test_block_of_request), TEST(test_device_tree), TEST(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
