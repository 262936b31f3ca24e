/* SPDX-License-Identifier: BSD-2-Clause */
/* What is not free in a guest's address space. */
#include "plan_fixture.h"

/* The regions of one kind, "3001000+1000 ..." in hex. */
static const char *regions(enum region_kind kind)
{
	struct buf b = buf_new(arena);
	const struct region *r;

	VEC_EACH (r, &guest(0)->layout)
		if (r->kind == kind)
			buf_format(&b, "%s%llx+%llx", b.n ? " " : "",
				   (unsigned long long)r->range.first,
				   (unsigned long long)range_size(r->range));
	return text_of(&b);
}

struct row {
	const char *board, *release, *cfg;
	enum target target;
	const char *taken, *ram, *bank;
};

#define BOARD_V2 BOARD("")
#define BOARD_V3 BOARD_WITH(GIC_V3, "")
#define V2       "3001000+1000 3002000+2000"
#define V3       "3001000+10000 3020000+1000000"
#define FIXED    "38000000+1000000 39000000+1000000"

static void assert_row(const struct row *row)
{
	assert_true(PLAN(.board = row->board, .release = row->release, .configs = { row->cfg },
			 .target = row->target));
	assert_string_equal(regions(REGION_TAKEN), row->taken);
	assert_string_equal(regions(REGION_RAM), row->ram);
	assert_string_equal(regions(REGION_BANK), row->bank);
	/* Rare, but nothing to be put there unasked. */
	assert_string_equal(regions(REGION_AVOID), "20000000+2000000");
	start_over();
}

static void assert_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_row(&rows[i]);
}

#define ALL_RAM1 "200000000+fe00000000"

/* The GIC is the host's unless the config says which. */
static void test_gic_version(void **state)
{
	const struct row rows[] = {
		{ BOARD_V2, NULL, "memory = 1024\n", TARGET_XL, V2 " " FIXED, "40000000+40000000",
		  "80000000+80000000 " ALL_RAM1 },
		{ BOARD_V3, NULL, "memory = 1024\n", TARGET_XL, V3 " " FIXED, "40000000+40000000",
		  "80000000+80000000 " ALL_RAM1 },
		{ BOARD_V3, NULL, "memory = 1024\ngic_version = \"v2\"\n", TARGET_XL, V2 " " FIXED,
		  "40000000+40000000", "80000000+80000000 " ALL_RAM1 },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

/* 3 GiB at 1 GiB, all else from 8 GiB on. */
static void test_memory(void **state)
{
	const struct row rows[] = {
		{ BOARD_V2, NULL, "name = \"g\"\n", TARGET_XL, V2 " " FIXED, "",
		  "40000000+c0000000 " ALL_RAM1 },
		{ BOARD_V2, NULL, "memory = 3071\n", TARGET_XL, V2 " " FIXED, "40000000+bff00000",
		  "fff00000+100000 " ALL_RAM1 },
		{ BOARD_V2, NULL, "memory = 3072\n", TARGET_XL, V2 " " FIXED, "40000000+c0000000",
		  ALL_RAM1 },
		{ BOARD_V2, NULL, "memory = 4096\n", TARGET_XL, V2 " " FIXED,
		  "40000000+c0000000 200000000+40000000", "240000000+fdc0000000" },
		{ BOARD_V2, NULL, "memory = 256\nmaxmem = 4096\n", TARGET_XL, V2 " " FIXED,
		  "40000000+c0000000 200000000+40000000", "240000000+fdc0000000" },
		/* More than there can be. */
		{ BOARD_V2, NULL, "memory = 2097152\n", TARGET_XL, V2 " " FIXED,
		  "40000000+c0000000 " ALL_RAM1, "" },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

#define REST "", "40000000+c0000000 " ALL_RAM1
#define DISK "disk = [ \"format=raw, vdev=xvda, specification=virtio, target=/x\" ]\n"

/* What a guest has only if asked for, and only from the release on that
 * brought it. */
static void test_features(void **state)
{
	const struct row rows[] = {
		{ BOARD_V2, "4.13", "vuart = \"sbsa_uart\"\n", TARGET_XL,
		  V2 " 22000000+1000 " FIXED, REST },
		{ BOARD_V2, "4.16", DISK, TARGET_XL, V2 " " FIXED, REST },
		{ BOARD_V2, "4.17", DISK, TARGET_XL, "2000000+100000 " V2 " " FIXED, REST },
		{ BOARD_V2, "4.15", "pci = [ \"00:01.0\" ]\n", TARGET_XL, V2 " " FIXED, REST },
		{ BOARD_V2, "4.16", "pci = [ \"00:01.0\" ]\n", TARGET_XL,
		  V2 " 10000000+10000000 23000000+10000000 " FIXED " 100000000+100000000", REST },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

/* Xen offers unused bank space for foreign mappings from 4.16 on (xl) or 4.17
 * (dom0less), and leaves devices out of it from 4.21 on. */
static void test_unused_banks(void **state)
{
	static const struct {
		const char *release;
		enum target target;
		bool used;
	} rows[] = {
		{ "4.15", TARGET_XL, false },       { "4.16", TARGET_XL, true },
		{ "4.20", TARGET_XL, true },        { "4.21", TARGET_XL, false },
		{ "master", TARGET_XL, false },     { "4.16", TARGET_DOM0LESS, false },
		{ "4.17", TARGET_DOM0LESS, true },  { "4.20.2", TARGET_DOM0LESS, true },
		{ "4.22", TARGET_DOM0LESS, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_true(PLAN(.board = BOARD_V2, .release = rows[i].release,
				 .configs = { "memory = 256\n" }, .target = rows[i].target));
		assert_int_equal(guest(0)->banks_are_used, rows[i].used);
		start_over();
	}
}

#define CONSOLE \
	"chosen { stdout-path = \"/serial@1c090000\"; };" \
	"serial@1c090000 { compatible = \"arm,pl011\"; reg = <0 0x1c090000 0 0x1000>;" \
	" interrupts = <0 5 4>; }; "
#define DIRECT "memory = 256\ndirect_map = 1\n"

/* A direct-mapped guest sees the GIC and the virtual UART where the host has
 * the GIC and Xen's console; only the grant table stays. */
static void test_direct_map(void **state)
{
	(void)state;
	assert_true(
		PLAN(.board = BOARD(CONSOLE), .configs = { DIRECT }, .target = TARGET_DOM0LESS));
	assert_string_equal(regions(REGION_TAKEN), "2c001000+1000 2c002000+2000");
	/* only with xen,enhanced, which a config does not tell */
	assert_string_equal(regions(REGION_GRANTS), "38000000+1000000");
	assert_string_equal(regions(REGION_RAM), "");
	assert_string_equal(regions(REGION_BANK), "");
	start_over();
	assert_true(PLAN(.board = BOARD(CONSOLE), .configs = { DIRECT "vuart = \"sbsa_uart\"\n" },
			 .target = TARGET_DOM0LESS));
	assert_string_equal(regions(REGION_TAKEN), "1c090000+1000 2c001000+1000 2c002000+2000");
}

/* A board without a GIC that Xen drives: both kinds of room are kept. */
static void test_unknown_gic(void **state)
{
	(void)state;
	assert_true(PLAN(.board = "/ { " ROOT_CELLS "};", .configs = { "memory = 256\n" }));
	assert_string_equal(regions(REGION_TAKEN),
			    "3001000+1000 3001000+10000 3002000+2000 3020000+1000000 " FIXED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_gic_version),  TEST(test_memory),     TEST(test_features),
		TEST(test_unused_banks), TEST(test_direct_map), TEST(test_unknown_gic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
