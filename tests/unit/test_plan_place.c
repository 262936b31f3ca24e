/* SPDX-License-Identifier: BSD-2-Clause */
/* Windows get guest addresses. */
#include "plan_fixture.h"

/* One config on one board and where its windows come to lie. */
struct row {
	const char *parts;
	const char *cfg;
	const char *mappings;
};

static void assert_row(const struct row *row, enum target target)
{
	if (!PLAN(.board = str_format(arena,
				      "/ { " ROOT_CELLS "interrupt-parent = <&gic>; " GIC_V2 SMMU
				      "%s };",
				      row->parts)
				   .s,
		  .configs = { row->cfg }, .target = target))
		print_error("%s: %s\n", row->cfg, slugs_text());
	assert_int_equal(diag_nfaults(diag), 0);
	assert_string_equal(mappings_text(guest(0)), row->mappings);
}

static void assert_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert_row(&rows[i], TARGET_XL);
		start_over();
	}
}

#define A  "dtdev = [ \"/rtc@a\" ]\n"
#define AB "dtdev = [ \"/rtc@a\", \"/rtc@b\" ]\n"

/* At the host's address where the guest has room, else in the best hole. */
static void test_same_or_hole(void **state)
{
	const struct row rows[] = {
		{ RTC("a", "0 0x5040000 0 0x1000", "1", ""), A, "5040,1@5040 same" },
		/* The virtual GIC, RAM, the grant table. */
		{ RTC("a", "0 0x3001000 0 0x1000", "1", ""), A, "3001,1@4020 hole" },
		{ RTC("a", "0 0x40000000 0 0x1000", "1", ""), A "memory = 1\n",
		  "40000,1@4020 hole" },
		{ RTC("a", "0 0x38abc000 0 0x1000", "1", ""), A, "38abc,1@4020 hole" },
		/* Bank space that this guest does not use. */
		{ RTC("a", "0 0xff000000 0 0x1000", "1", ""), A "memory = 2048\n",
		  "ff000,1@ff000 same" },
		{ RTC("a", "0 0xff000000 0 0x1000", "1", ""), A "memory = 3072\n",
		  "ff000,1@4020 hole" },
		/* Above 4 GiB; in the second bank. */
		{ RTC("a", "1 0x0 0 0x1000", "1", ""), A, "100000,1@100000 same" },
		{ RTC("a", "2 0x0 0 0x1000", "1", ""), A "memory = 4096\n", "200000,1@4020 hole" },
		{ RTC("a", "2 0x0 0 0x1000", "1", ""), A "memory = 3072\n",
		  "200000,1@200000 same" },
		/* Address 0 is no good place for a device. */
		{ RTC("a", "0 0x0 0 0x1000", "1", ""), A, "0,1@4020 hole" },
		/* ACPI tables: free in this guest, but left alone all the same. */
		{ RTC("a", "0 0x20000000 0 0x1000", "1", ""), A, "20000,1@4020 hole" },
		/* Partly on something is on it. */
		{ RTC("a", "0 0x2fff000 0 0x3000", "1", ""), A, "2fff,3@4020 hole" },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

/* Bank space in which Xen may put foreign mappings is no place to choose. */
static void test_used_banks(void **state)
{
	const char *const board = BOARD(RTC("a", "0 0xff000000 0 0x1000", "1", ""));

	(void)state;
	assert_true(PLAN(.board = board, .release = "4.17", .configs = { A "memory = 256\n" }));
	assert_string_equal(mappings_text(guest(0)), "ff000,1@4020 hole");
	start_over();
	assert_true(PLAN(.board = board, .release = "4.15", .configs = { A "memory = 256\n" }));
	assert_string_equal(mappings_text(guest(0)), "ff000,1@ff000 same");
	start_over();
	assert_true(PLAN(.board = board, .release = "4.21", .configs = { A "memory = 256\n" }));
	assert_string_equal(mappings_text(guest(0)), "ff000,1@ff000 same");
}

/* Whole pages, each once, neighbours together. */
static void test_pages(void **state)
{
	const struct row rows[] = {
		/* The rest of a page comes along. */
		{ RTC("a", "0 0x5040100 0 0x20", "1", ""), A, "5040,1@5040 same" },
		{ RTC("a", "0 0x5040ff0 0 0x20", "1", ""), A, "5040,2@5040 same" },
		/* Two devices in one page. */
		{ RTC("a", "0 0x5040000 0 0x100", "1", "") RTC("b", "0 0x5040100 0 0x100", "2", ""),
		  AB, "5040,1@5040 same" },
		{ RTC("a", "0 0x3001000 0 0x100", "1", "") RTC("b", "0 0x3001100 0 0x100", "2", ""),
		  AB, "3001,1@4020 hole" },
		/* One window in another. */
		{ RTC("a", "0 0x5040000 0 0x4000", "1", "")
			  RTC("b", "0 0x5041000 0 0x1000", "2", ""),
		  AB, "5040,4@5040 same" },
		{ RTC("a", "0 0x5040000 0 0x2000", "1", "")
			  RTC("b", "0 0x5041000 0 0x2000", "2", ""),
		  AB, "5040,3@5040 same" },
		/* Neighbours; where one cannot stay, neither does. */
		{ RTC("a", "0 0x5040000 0 0x1000", "1", "")
			  RTC("b", "0 0x5041000 0 0x1000", "2", ""),
		  AB, "5040,2@5040 same" },
		{ RTC("a", "0 0x3000000 0 0x1000", "1", "")
			  RTC("b", "0 0x3001000 0 0x1000", "2", ""),
		  AB, "3000,2@4020 hole" },
		/* The order of dtdev says nothing. */
		{ RTC("a", "0 0x39000000 0 0x1000", "1", "")
			  RTC("b", "0 0x38000000 0 0x1000", "2", ""),
		  AB, "38000,1@4020 hole; 39000,1@4021 hole" },
		/* Several windows of one device. */
		{ RTC("a", "0 0x5040000 0 0x1000 0 0x3001000 0 0x1000", "1", ""), A,
		  "3001,1@4020 hole; 5040,1@5040 same" },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

/* Who can stay does, whoever else needs a hole. */
static void test_same_before_hole(void **state)
{
	const struct row rows[] = {
		{ RTC("a", "0 0x3001000 0 0x1000", "1", "")
			  RTC("b", "0 0x4020000 0 0x1000", "2", ""),
		  AB, "3001,1@4021 hole; 4020,1@4020 same" },
		/* Around what is there already. */
		{ RTC("a", "0 0x3001000 0 0x2000", "1", "")
			  RTC("b", "0 0x4021000 0 0x1000", "2", ""),
		  AB, "3001,2@4022 hole; 4021,1@4021 same" },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

/* Superpages: the same offset in 2 MiB as on the host, once it pays. */
static void test_alignment(void **state)
{
	const struct row rows[] = {
		{ RTC("a", "0 0x40155000 0 0x1ff000", "1", ""), A "memory = 64\n",
		  "40155,1ff@4020 hole" },
		{ RTC("a", "0 0x40155000 0 0x200000", "1", ""), A "memory = 64\n",
		  "40155,200@4155 hole" },
		{ RTC("a", "0 0x40000000 0 0x400000", "1", ""), A "memory = 64\n",
		  "40000,400@4200 hole" },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

/* What the first hole is too small for goes into the next that takes it. */
static void test_large(void **state)
{
	const struct row rows[] = {
		{ RTC("a", "0 0x40000000 0 0x0bc00000", "1", ""), A "memory = 512\n",
		  "40000,bc00@4200 hole" },
		{ RTC("a", "0 0x40000000 0 0x10000000", "1", ""), A "memory = 512\n",
		  "40000,10000@100000 hole" },
		{ RTC("a", "0 0x40000000 0 0x0bc00000", "1", "")
			  RTC("b", "0 0x50000000 0 0x3000000", "2", ""),
		  AB "memory = 512\n", "40000,bc00@4200 hole; 50000,3000@33000 hole" },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

static void test_no_room(void **state)
{
	(void)state;
	assert_false(PLAN(.board = BOARD(RTC("a", "0 0x40000000 1 0x1000", "1", "")),
			  .configs = { A "memory = 512\n" }));
	assert_true(guest(0)->too_full);
	assert_says("no-room", "no hole of the guest's address space takes 1048577 pages");
	start_over();
	/* The window of a virtual PCI bridge is no hole for a guest with one. */
	assert_false(PLAN(.board = BOARD(RTC("a", "0 0x40000000 0 0x10000000", "1", "")),
			  .configs = { A "memory = 512\npci = [ \"00:01.0\" ]\n" }));
	assert_says("no-room", "65536 pages");
}

/* ---- iomem_map ---------------------------------------------------------------------- */

#define MAP(word)   "iomem_map = [ \"" word "\" ]\n"
#define TWO_WINDOWS RTC("a", "0 0x5040000 0 0x1000 0 0x5048000 0 0x2000", "1", "")

static void test_map_by_number(void **state)
{
	const struct row rows[] = {
		{ RTC("a", "0 0x5040000 0 0x1000", "1", ""), A MAP("5040:33000"),
		  "5040,1@33000 chosen" },
		{ RTC("a", "0 0x5040100 0 0x20", "1", ""), A MAP("5040:33000"),
		  "5040,1@33000 chosen" },
		{ TWO_WINDOWS, A MAP("5048:33000"), "5040,1@5040 same; 5048,2@33000 chosen" },
		{ TWO_WINDOWS, A "iomem_map = [ \"5048:33000\", \"5040:33002\" ]\n",
		  "5040,1@33002 chosen; 5048,2@33000 chosen" },
		/* Nobody is kept from a bad place; that is for check. */
		{ RTC("a", "0 0x5040000 0 0x1000", "1", ""), A MAP("5040:3001"),
		  "5040,1@3001 chosen" },
		/* Both windows that begin in the page. */
		{ RTC("a", "0 0x5040000 0 0x100", "1", "")
			  RTC("b", "0 0x5040800 0 0x1000", "2", ""),
		  AB MAP("5040:33000"), "5040,2@33000 chosen" },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

/* The first window there, the others at their host distance if that is free,
 * else in holes. */
static void test_map_by_path(void **state)
{
	const struct row rows[] = {
		{ TWO_WINDOWS, A MAP("/rtc@a:33000"), "5040,1@33000 chosen; 5048,2@33008 gap" },
		{ TWO_WINDOWS, A MAP("/rtc@a:2ff7"), "5040,1@2ff7 chosen; 5048,2@2fff gap" },
		{ TWO_WINDOWS, A MAP("/rtc@a:2ff8"), "5040,1@2ff8 chosen; 5048,2@4020 hole" },
		/* The other one lies below. */
		{ RTC("a", "0 0x5048000 0 0x1000 0 0x5040000 0 0x1000", "1", ""),
		  A MAP("/rtc@a:33008"), "5040,1@33000 gap; 5048,1@33008 chosen" },
		/* ... so far below that there is no such address. */
		{ RTC("a", "0 0x5048000 0 0x1000 0 0x5040000 0 0x1000", "1", ""), A MAP("/rtc@a:1"),
		  "5040,1@4020 hole; 5048,1@1 chosen" },
		/* Both in one page. */
		{ RTC("a", "0 0x5040000 0 0x100 0 0x5040100 0 0x100", "1", ""),
		  A MAP("/rtc@a:33000"), "5040,1@33000 chosen" },
		/* Two chosen devices: what is chosen comes before what is near. */
		{ TWO_WINDOWS RTC("b", "0 0x5060000 0 0x1000", "2", ""),
		  AB "iomem_map = [ \"/rtc@a:33000\", \"/rtc@b:33008\" ]\n",
		  "5040,1@33000 chosen; 5048,2@4020 hole; 5060,1@33008 chosen" },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

static void test_map_by_index(void **state)
{
	const struct row rows[] = {
		{ TWO_WINDOWS, A MAP("/rtc@a[0]:33000"), "5040,1@33000 chosen; 5048,2@5048 same" },
		{ TWO_WINDOWS, A MAP("/rtc@a[1]:33000"), "5040,1@5040 same; 5048,2@33000 chosen" },
		{ TWO_WINDOWS, A "iomem_map = [ \"/rtc@a:33000\", \"/rtc@a[1]:3a000\" ]\n",
		  "5040,1@33000 chosen; 5048,2@3a000 chosen" },
		{ TWO_WINDOWS, A "iomem_map = [ \"/rtc@a[1]:3a000\", \"/rtc@a:33000\" ]\n",
		  "5040,1@33000 chosen; 5048,2@3a000 chosen" },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

/* The first window is the first that has an address; an index counts all. */
static void test_map_after_empty_window(void **state)
{
	const struct row rows[] = {
		{ RTC("a", "0 0x5030000 0 0 0 0x5040000 0 0x1000", "1", ""), A MAP("/rtc@a:33000"),
		  "5040,1@33000 chosen" },
		{ RTC("a", "0 0x5030000 0 0 0 0x5040000 0 0x1000", "1", ""),
		  A MAP("/rtc@a[1]:33000"), "5040,1@33000 chosen" },
		{ RTC("a", "0 0x5030000 0 0 0 0x5040000 0 0x1000", "1", ""), A MAP("5040:33000"),
		  "5040,1@33000 chosen" },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

struct wrong {
	const char *parts, *cfg, *slug, *text;
};

/* A word that places nothing, or two things at once, is an error. */
static void test_map_faults(void **state)
{
	const struct wrong rows[] = {
		{ TWO_WINDOWS, A MAP("/rtc@a[2]:33000"), "bad-entry",
		  "window 2 was asked for, but /rtc@a has 2" },
		{ RTC("a", "0 0x5030000 0 0 0 0x5040000 0 0x1000", "1", ""),
		  A MAP("/rtc@a[0]:33000"), "bad-entry", "window 0 of /rtc@a has no address" },
		{ "rtc@a { interrupts = <0 1 4>; };", A MAP("/rtc@a:33000"), "bad-entry",
		  "/rtc@a has no window with an address" },
		{ TWO_WINDOWS, A MAP("5041:33000"), "not-in-dtdev",
		  "no window of this guest's devices begins at page 0x5041" },
		{ TWO_WINDOWS, A MAP("/nowhere:33000"), "unknown-device", "`/nowhere`" },
		{ TWO_WINDOWS, A MAP("/iommu@2d000000:33000"), "not-in-dtdev",
		  "iomem_map speaks of /iommu@2d000000" },
		/* One page, two places. */
		{ RTC("a", "0 0x5040000 0 0x100", "1", "") RTC("b", "0 0x5040100 0 0x100", "2", ""),
		  AB "iomem_map = [ \"/rtc@a:33000\", \"/rtc@b:33001\" ]\n", "bad-entry",
		  "the host page 0x5040 is placed at two guest addresses" },
		{ TWO_WINDOWS, A "iomem_map = [ \"/rtc@a:33000\", \"/rtc@a[0]:3a000\" ]\n",
		  "bad-entry", "the host page 0x5040 is placed at two guest addresses" },
		/* Over the end of all addresses, and before their beginning. */
		{ TWO_WINDOWS, A MAP("/rtc@a[1]:fffffffffffff"), "bad-entry",
		  "the 2 pages from host page 0x5048 on go together, and do not fit from guest "
		  "page 0xfffffffffffff on" },
		{ RTC("a", "0 0x5040000 0 0x2000", "1", "")
			  RTC("b", "0 0x5041000 0 0x100", "2", ""),
		  AB MAP("/rtc@b:0"), "bad-entry", "the 2 pages from host page 0x5040 on" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_false(
			PLAN(.board = str_format(arena,
						 "/ { " ROOT_CELLS
						 "interrupt-parent = <&gic>; " GIC_V2 SMMU "%s };",
						 rows[i].parts)
					      .s,
			     .configs = { rows[i].cfg }));
		assert_says(rows[i].slug, rows[i].text);
		start_over();
	}
}

/* ---- Windows --------------------------------------------------------------------------- */

/* The place in the page is kept. */
static void test_offset_in_page(void **state)
{
	const struct placed_window *w;

	(void)state;
	assert_true(PLAN(.board = BOARD(RTC("a", "0 0x3001104 0 0x20 0 0x5040ff0 0 0x20", "1", "")),
			 .configs = { A MAP("5040:33000") }));
	assert_int_equal(guest(0)->windows.n, 2);
	w = guest(0)->windows.v;
	assert_int_equal(w[0].window, 0);
	assert_int_equal(w[0].guest.v, 0x4020104);
	assert_int_equal(w[1].window, 1);
	assert_int_equal(w[1].guest.v, 0x33000ff0);
}

/* Names of all devices of a page, in the order of dtdev; some, if many. */
static void test_comments(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD(RTC("a", "0 0x5040000 0 0x100", "1", "")
						RTC("b", "0 0x5040100 0 0x100", "2", "")),
			 .configs = { "dtdev = [ \"/rtc@b\", \"/rtc@a\" ]\n" }));
	assert_string_equal(str_c(arena, guest(0)->mappings.v[0].devices),
			    "/rtc@b reg[0], /rtc@a reg[0]");
	start_over();
	assert_true(PLAN(.board = BOARD(RTC("a",
					    "0 0x5040000 0 4 0 0x5040010 0 4 0 0x5040020 0 4"
					    " 0 0x5040030 0 4 0 0x5040040 0 4",
					    "1", "")),
			 .configs = { A }));
	assert_string_equal(
		str_c(arena, guest(0)->mappings.v[0].devices),
		"/rtc@a reg[0], /rtc@a reg[1], /rtc@a reg[2], /rtc@a reg[3] and others");
}

/* Windows of one guest that lie side by side on both sides are one line. */
static void test_joined_afterwards(void **state)
{
	const struct row row = { RTC("a", "0 0x5040000 0 0x1000", "1", "")
					 RTC("b", "0 0x5041000 0 0x1000", "2", ""),
				 AB "iomem_map = [ \"5040:33000\", \"5041:33001\" ]\n",
				 "5040,2@33000 chosen" };

	(void)state;
	assert_row(&row, TARGET_XL);
}

/* Guest address = host address, wherever that is. */
static void test_direct_map(void **state)
{
	const struct row rows[] = {
		{ RTC("a", "0 0x3001000 0 0x1000", "1", ""), A "direct_map = 1\n",
		  "3001,1@3001 same" },
		{ RTC("a", "0 0x40000000 0 0x1000", "1", ""), A "direct_map = 1\nmemory = 64\n",
		  "40000,1@40000 same" },
		{ RTC("a", "0 0x0 0 0x1000", "1", ""), A "direct_map = 1\n", "0,1@0 same" },
		/* Unless the operator says otherwise. */
		{ TWO_WINDOWS, A "direct_map = 1\n" MAP("/rtc@a[1]:33000"),
		  "5040,1@5040 same; 5048,2@33000 chosen" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_row(&rows[i], TARGET_DOM0LESS);
		start_over();
	}
}

/* ---- iomem by hand ----------------------------------------------------------------------- */

#define HAND(words) "iomem = [ " words " ]\n"

/* In a request it is a claim of its own; pages of a device are where it says. */
static void test_hand_written(void **state)
{
	const struct row rows[] = {
		{ TWO_WINDOWS, HAND("\"6000,2\"") "name = \"g\"\n", "6000,2@6000 hand" },
		{ TWO_WINDOWS, HAND("\"6000,2@33000\"") "name = \"g\"\n", "6000,2@33000 hand" },
		{ TWO_WINDOWS, A HAND("\"5040,1@33000\""), "5040,1@33000 hand; 5048,2@5048 same" },
		/* Part of a window: the rest has to go with it. */
		{ TWO_WINDOWS, A HAND("\"5049,1@33001\""), "5040,1@5040 same; 5048,2@33000 hand" },
		/* Two words that agree. */
		{ TWO_WINDOWS, A HAND("\"5048,1@33000\", \"5049,1@33001\""),
		  "5040,1@5040 same; 5048,2@33000 hand" },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

static void test_hand_written_fault(void **state)
{
	(void)state;
	assert_false(PLAN(.board = BOARD(TWO_WINDOWS),
			  .configs = { A HAND("\"5048,1@33000\", \"5049,1@3a000\"") }));
	assert_says("bad-entry", "the host page 0x5049 is placed at two guest addresses");
}

/* ---- Limits ------------------------------------------------------------------------------- */

/* Every other page of the holes is taken, and windows of two pages look for
 * room: neither slow nor a crash. */
static void test_scattered(void **state)
{
	enum { N = 2000 };
	struct buf reg = buf_new(arena), cfg = buf_new(arena);

	(void)state;
	for (unsigned i = 0; i < N; i++)
		buf_format(&reg, "0 0x%x 0 0x1000 ", 0x50000000 + i * 0x2000);
	for (unsigned i = 0; i < N; i++)
		buf_format(&reg, "0 0x%x 0 0x2000 ", 0x60000000 + i * 0x3000);
	buf_text(&cfg, A "memory = 2048\niomem_map = [ ");
	for (unsigned i = 0; i < N; i++)
		buf_format(&cfg, "\"%x:%x\", ", 0x50000 + i * 2, 0x4020 + i * 2);
	buf_text(&cfg, "]\n");
	assert_true(
		PLAN(.board = str_format(arena,
					 "/ { " ROOT_CELLS
					 "rtc@a { compatible = \"arm,pl031\"; reg = <%s>; }; };",
					 text_of(&reg))
				      .s,
		     .configs = { text_of(&cfg) }));
	assert_int_equal(guest(0)->mappings.n, 2 * N);
	assert_int_equal(guest(0)->mappings.v[N].guest.v >> PAGE_SHIFT, 0x4020 + 2 * N - 1);
}

static void test_too_many(void **state)
{
	struct buf reg = buf_new(arena);

	(void)state;
	for (unsigned i = 0; i <= LIMIT_WINDOWS; i++)
		buf_format(&reg, "0 0x%x 0 0x1000 ", 0x50000000 + i * 0x2000);
	assert_false(
		PLAN(.board = str_format(arena,
					 "/ { " ROOT_CELLS
					 "rtc@a { compatible = \"arm,pl031\"; reg = <%s>; }; };",
					 text_of(&reg))
				      .s,
		     .configs = { A }));
	assert_says("limit-exceeded", "more than 8192 windows");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_same_or_hole),
		TEST(test_used_banks),
		TEST(test_pages),
		TEST(test_same_before_hole),
		TEST(test_alignment),
		TEST(test_large),
		TEST(test_no_room),
		TEST(test_map_by_number),
		TEST(test_map_by_path),
		TEST(test_map_by_index),
		TEST(test_map_after_empty_window),
		TEST(test_map_faults),
		TEST(test_offset_in_page),
		TEST(test_comments),
		TEST(test_joined_afterwards),
		TEST(test_direct_map),
		TEST(test_hand_written),
		TEST(test_hand_written_fault),
		TEST(test_scattered),
		TEST(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
