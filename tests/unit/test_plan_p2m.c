/* SPDX-License-Identifier: BSD-2-Clause */
/* Is there memory for the page tables of what is mapped? */
#include "plan_fixture.h"

#define WINDOW(size) \
	BOARD("fpga@100000000 { compatible = \"vendor,window\"; reg = <1 0 " size ">; };")

struct row {
	const char *size, *rest;
	enum target target;
	uint64_t pool_kib, mib;
};

/* The pool: 1024 KiB for each processor, 4 KiB for each MiB, 512 KiB.  Needed:
 * a table for each 2 MiB of RAM and of the window, one for each 1 GiB and
 * 512 GiB, and the 512 KiB. */
static void test_pool(void **state)
{
	static const struct row rows[] = {
		/* 128 + 376 + 2 + 1 + 128 = 635 of 640 */
		{ "0 0x2f000000", "iomem_map = '/fpga@100000000:100000'", TARGET_XL, 2560, 0 },
		/* 128 + 381 + 2 + 1 + 128 = 640: just fits */
		{ "0 0x2fa00000", "iomem_map = '/fpga@100000000:100000'", TARGET_XL, 2560, 0 },
		/* one page across a border is one table more */
		{ "0 0x2fa01000", "iomem_map = '/fpga@100000000:100000'", TARGET_XL, 2560, 3 },
		{ "0 0x2fa01000", "vcpus = 2 iomem_map = '/fpga@100000000:100000'", TARGET_XL, 3584,
		  0 },
		{ "0 0x2fa01000", "maxmem = 512 iomem_map = '/fpga@100000000:100000'", TARGET_XL,
		  3584, 0 },
		/* what the operator says takes the place of libxl's number */
		{ "0 0x1000", "shadow_memory = 1 iomem_map = '/fpga@100000000:100000'", TARGET_XL,
		  1024, 2 },
		{ "1 0", "shadow_memory = 10 iomem_map = '/fpga@100000000:100000'", TARGET_XL,
		  10240, 0 },
		{ "1 0", "iomem_map = '/fpga@100000000:100000'", TARGET_XL, 2560, 10 },
		/* Xen itself rounds to MiB, and maps 2 MiB at once where it can */
		{ "1 0", "iomem_map = '/fpga@100000000:100000'", TARGET_DOM0LESS, 3072, 0 },
		{ "1 0", "iomem_map = '/fpga@100000000:100001'", TARGET_DOM0LESS, 3072, 10 },
		{ "1 0x1000", "iomem_map = '/fpga@100000000:100000'", TARGET_DOM0LESS, 3072, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct guest_plan *g;

		start_over();
		PLAN(.board = str_format(arena, WINDOW("%s"), rows[i].size).s,
		     .target = rows[i].target,
		     .configs = { str_format(arena, "memory = 256 dtdev = [ '/fpga@100000000' ] %s",
					     rows[i].rest)
					  .s });
		g = guest(0);
		if (g->p2m_pool_kib != rows[i].pool_kib || g->p2m_mib != rows[i].mib)
			print_error("row %zu\n", i);
		assert_int_equal(g->p2m_pool_kib, rows[i].pool_kib);
		assert_int_equal(g->p2m_mib, rows[i].mib);
		assert_int_equal(g->block_shadow_memory.n > 0,
				 rows[i].mib && rows[i].target == TARGET_XL);
	}
}

/* Windows that share a table count once; no number is too large. */
static void test_extremes(void **state)
{
	(void)state;
	PLAN(.board = BOARD("a@100000000 { compatible = \"vendor,a\"; reg = <1 0 0 0x1000>, "
			    "<1 0x1000 0 0x1000>, <1 0x3000 0 0x1000>; };"),
	     .configs = { "shadow_memory = 1 memory = 200 dtdev = [ '/a@100000000' ]" });
	/* 100 + 1 + 2 + 1 + 128 = 232 */
	assert_int_equal(guest(0)->p2m_mib, 0);
	start_over();
	PLAN(.board = BOARD(""), .configs = { "memory = 1099511627776 vcpus = 4096" });
	assert_int_equal(guest(0)->p2m_mib, 0);
	start_over();
	PLAN(.board = BOARD(""), .configs = { "memory = 256 direct_map = 1 shadow_memory = 0" },
	     .target = TARGET_DOM0LESS);
	assert_int_equal(guest(0)->p2m_mib, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_pool), TEST(test_extremes) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
