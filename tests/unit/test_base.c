/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* after the headers that it needs */
#include <cmocka.h>

#include "base.h"

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void arena_memory_is_zero_and_apart(void **state)
{
	(void)state;
	char *before = NULL;

	for (size_t size = 0; size < 100000; size = size * 2 + 1) {
		char *p = arena_alloc(arena, size);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		assert_ptr_not_equal(p, before);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, size);
		before = p;
	}
}

struct pair {
	int a, b;
};

static void vectors_grow_and_stay_zeroed(void **state)
{
	(void)state;
	VEC(struct pair) vec = { 0 };

	for (int i = 0; i < 1000; i++) {
		assert_int_equal(VEC_ADD(arena, &vec)->b, 0);
		vec.v[i].a = i;
		vec.v[i].b = -1;
	}
	assert_int_equal(vec.n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(vec.v[i].a, i);
}

static void slices_are_clipped(void **state)
{
	(void)state;
	struct str s = STR("ethernet@ff0e0000");

	assert_true(str_is(str_sub(s, 0, 8), "ethernet"));
	assert_true(str_is(str_from(s, 9), "ff0e0000"));
	assert_int_equal(str_from(s, 99).n, 0);
	assert_int_equal(str_sub(s, 16, 99).n, 1);
	assert_int_equal(str_sub(STR_NONE, 0, 5).n, 0);
	assert_true(str_is(str_trim(STR(" \t a b \t")), "a b"));
	assert_int_equal(str_find(s, '@'), 8);
	assert_true(str_find(s, '#') == SIZE_MAX);
	assert_int_equal(str_find_last(STR("/a/b"), '/'), 2);
	assert_int_equal(str_find_sub(STR("a: b: c"), STR(": ")), 1);
	assert_true(str_find_sub(STR("ab"), STR("abc")) == SIZE_MAX);
	assert_true(str_starts(s, "eth") && !str_starts(STR("et"), "eth"));
	assert_true(str_ends(s, "0000") && !str_ends(STR("00"), "000"));
	assert_true(str_eq_nocase(STR("FF0E"), STR("ff0e")));
	assert_false(str_eq_nocase(STR("ff0e"), STR("ff0f")));
}

static void natural_order_counts(void **state)
{
	(void)state;
	assert_true(str_cmp_natural(STR("gem2"), STR("gem10")) < 0);
	assert_true(str_cmp_natural(STR("gem10"), STR("gem2")) > 0);
	assert_true(str_cmp_natural(STR("a1b2"), STR("a1b10")) < 0);
	assert_int_equal(str_cmp_natural(STR("a7"), STR("a7")), 0);
	assert_true(str_cmp_natural(STR("a"), STR("a0")) < 0);
	assert_true(str_cmp_natural(STR("a00000000000000000000000000001"), STR("a2")) < 0);
	/* equal numbers, different spelling: some order, but a fixed one */
	assert_true(str_cmp_natural(STR("a01"), STR("a1")) ==
		    -str_cmp_natural(STR("a1"), STR("a01")));
}

static void distances_find_slips(void **state)
{
	(void)state;
	assert_int_equal(str_distance(STR("dtdev"), STR("dtdev"), 3), 0);
	assert_int_equal(str_distance(STR("dtdevs"), STR("dtdev"), 3), 1);
	assert_int_equal(str_distance(STR("dtedv"), STR("dtdev"), 3), 1);
	assert_int_equal(str_distance(STR("irq"), STR("irqs"), 3), 1);
	assert_int_equal(str_distance(STR("DTDEV"), STR("dtdev"), 3), 0);
	assert_int_equal(str_distance(STR("iomem"), STR("kernel"), 3), 4);
	assert_int_equal(str_distance(STR(""), STR("ab"), 3), 2);
	assert_int_equal(str_distance(STR(""), STR("abcdefg"), 3), 4);
}

static void numbers_take_all_or_nothing(void **state)
{
	(void)state;
	uint64_t v = 0;

	assert_true(str_to_u64(STR("18446744073709551615"), 10, &v));
	assert_true(v == UINT64_MAX);
	assert_false(str_to_u64(STR("18446744073709551616"), 10, &v));
	assert_true(str_to_u64(STR("ffffffffffffffff"), 16, &v));
	assert_false(str_to_u64(STR("10000000000000000"), 16, &v));
	assert_true(str_to_u64(STR("0xFf"), 16, &v) && v == 255);
	assert_false(str_to_u64(STR("0xff"), 10, &v));
	assert_false(str_to_u64(STR(""), 10, &v));
	assert_false(str_to_u64(STR("0x"), 16, &v));
	assert_false(str_to_u64(STR("-1"), 10, &v));
	assert_false(str_to_u64(STR("1 "), 10, &v));
	assert_false(str_to_u64(STR("12a"), 10, &v));
	assert_true(str_to_u64_any(STR("0x10"), &v) && v == 16);
	assert_true(str_to_u64_any(STR("010"), &v) && v == 10);
}

static void ranges_do_not_wrap(void **state)
{
	(void)state;
	struct range r;

	assert_false(range_from_size(0x1000, 0, &r));
	assert_true(range_from_size(UINT64_MAX, 1, &r) && r.last == UINT64_MAX);
	assert_false(range_from_size(UINT64_MAX, 2, &r));
	assert_true(range_from_size(0, UINT64_MAX, &r) && r.last == UINT64_MAX - 1);
	assert_true(range_from_size(0xff0a0800, 0x900, &r));
	assert_int_equal(range_npages(r), 2);
	assert_true(range_pages(r).first == 0xff0a0000 && range_pages(r).last == 0xff0a1fff);
	assert_true(range_meets((struct range){ 0, 9 }, (struct range){ 9, 20 }));
	assert_false(range_meets((struct range){ 0, 9 }, (struct range){ 10, 20 }));
	assert_true(range_holds((struct range){ 0, 9 }, (struct range){ 3, 9 }));
	assert_false(range_holds((struct range){ 0, 9 }, (struct range){ 3, 10 }));
}

static void maps_keep_the_first(void **state)
{
	(void)state;
	struct map *m = map_new(arena, false, 1), *n = map_new(arena, true, 1);
	uint32_t v = 0;

	for (uint32_t i = 0; i < 5000; i++)
		map_put(m, str_format(arena, "/soc/device@%x", i), i);
	map_put(m, STR("/soc/device@0"), 77);
	for (uint32_t i = 0; i < 5000; i++) {
		assert_true(map_get(m, str_format(arena, "/soc/device@%x", i), &v));
		assert_int_equal(v, i);
	}
	assert_false(map_get(m, STR("/soc/device@A"), &v));
	map_put(n, STR("/soc/device@ff"), 3);
	assert_true(map_get(n, STR("/SOC/device@FF"), &v));
	assert_int_equal(v, 3);
}

static void text_grows(void **state)
{
	(void)state;
	struct buf b = buf_new(arena);

	assert_int_equal(buf_get(&b).n, 0);
	for (int i = 0; i < 1000; i++)
		buf_format(&b, "%d,", i);
	buf_fill(&b, '-', 3);
	buf_char(&b, '\0');
	assert_true(str_starts(buf_get(&b), "0,1,2,"));
	assert_int_equal(b.n, 10 * 2 + 90 * 3 + 900 * 4 + 4);
}

/* ---- Files --------------------------------------------------------------------- */

static const char *scratch(void)
{
	char *dir =
		arena_copy(arena, "/tmp/dtassign-test-XXXXXX", sizeof("/tmp/dtassign-test-XXXXXX"));

	assert_non_null(mkdtemp(dir));
	return dir;
}

static void file_sets_appear_whole(void **state)
{
	(void)state;
	const char *dir = scratch();
	const char *deep = str_format(arena, "%s/a/b", dir).s;
	struct fileset *f = fileset_new(arena, deep);
	struct str content;

	fileset_add(f, STR("one"), STR("1\n"));
	fileset_add(f, STR("two"), STR(""));
	assert_false(file_exists(str_format(arena, "%s/one", deep).s));
	fileset_commit(f);
	assert_true(file_read(arena, str_format(arena, "%s/one", deep).s, 10, &content));
	assert_true(str_is(content, "1\n"));
	assert_true(file_exists(str_format(arena, "%s/two", deep).s));
	assert_false(file_read(arena, str_format(arena, "%s/one", deep).s, 1, &content));
}

/* A member that cannot be written leaves nothing of the others. */
static void file_sets_fail_whole(void **state)
{
	(void)state;
	const char *dir = scratch();
	const char *one = str_format(arena, "%s/one", dir).s;
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct fileset *f = fileset_new(arena, dir);

		fclose(stderr);
		fileset_add(f, STR("one"), STR("1\n"));
		fileset_add(f, STR("no/such/folder"), STR("2\n"));
		fileset_commit(f);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EXIT_ENVIRONMENT);
	assert_false(file_exists(one));
	assert_int_equal(rmdir(dir), 0); /* empty: no temporary file is left */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(arena_memory_is_zero_and_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(vectors_grow_and_stay_zeroed, setup, teardown),
		cmocka_unit_test_setup_teardown(slices_are_clipped, setup, teardown),
		cmocka_unit_test_setup_teardown(natural_order_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(distances_find_slips, setup, teardown),
		cmocka_unit_test_setup_teardown(numbers_take_all_or_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(ranges_do_not_wrap, setup, teardown),
		cmocka_unit_test_setup_teardown(maps_keep_the_first, setup, teardown),
		cmocka_unit_test_setup_teardown(text_grows, setup, teardown),
		cmocka_unit_test_setup_teardown(file_sets_appear_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(file_sets_fail_whole, setup, teardown),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
