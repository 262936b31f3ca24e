/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines and columns. */
#include "diag.h"

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void assert_place(struct place p, uint32_t line, uint32_t col, const char *text,
			 uint32_t len)
{
	assert_int_equal(p.kind, PLACE_TEXT);
	assert_int_equal(p.line, line);
	assert_int_equal(p.col, col);
	assert_string_equal(str_c(arena, p.text), text);
	assert_int_equal(p.off, col - 1);
	assert_int_equal(p.len, len);
	assert_int_equal(p.cell, -1);
}

/* Both ways to make a place give the same. */
static void assert_both(const char *whole, size_t off, size_t len, uint32_t line, uint32_t col,
			const char *text, uint32_t found_len)
{
	struct str s = str_of(whole);
	struct place p = place_text(STR("f"), s, off, len);

	assert_place(p, line, col, text, found_len);
	assert_int_equal(p.order, off < s.n ? off : s.n);
	p = place_in(lines_count(arena, STR("f"), s), off, len);
	assert_place(p, line, col, text, found_len);
	assert_int_equal(p.order, off < s.n ? off : s.n);
	assert_true(str_is(p.file, "f"));
}

static void lines_and_columns(void **state)
{
	(void)state;
	assert_both("ab\ncd\n\nef", 0, 2, 1, 1, "ab", 2);
	assert_both("ab\ncd\n\nef", 1, 1, 1, 2, "ab", 1);
	assert_both("ab\ncd\n\nef", 3, 1, 2, 1, "cd", 1);
	assert_both("ab\ncd\n\nef", 8, 1, 4, 2, "ef", 1);
	assert_both("\tab", 1, 2, 1, 2, "\tab", 2);
}

static void slice_is_clipped_to_its_line(void **state)
{
	(void)state;
	assert_both("ab\ncd\n", 1, 4, 1, 2, "ab", 1);
	assert_both("ab\ncd\n", 3, SIZE_MAX, 2, 1, "cd", 2);
}

static void end_of_line_keeps_a_column(void **state)
{
	(void)state;
	assert_both("ab\ncd\n", 2, 1, 1, 3, "ab", 1);
	assert_both("ab\ncd\n", 2, 0, 1, 3, "ab", 0);
	assert_both("ab\n\ncd", 3, 5, 2, 1, "", 1);
}

static void end_of_file(void **state)
{
	(void)state;
	assert_both("ab\n", 3, 1, 2, 1, "", 1);
	assert_both("ab", 2, 1, 1, 3, "ab", 1);
	assert_both("ab", 200, 1, 1, 3, "ab", 1);
	assert_both("", 0, 1, 1, 1, "", 1);
	assert_both("", 0, 0, 1, 1, "", 0);
}

static void carriage_return_stays_visible(void **state)
{
	(void)state;
	assert_both("ab\r\ncd\r\n", 5, 1, 2, 2, "cd\r", 1);
}

static void other_kinds(void **state)
{
	struct place p = place_says(place_file(STR("x.dtb")), STR("damaged"));

	(void)state;
	assert_int_equal(place_none().kind, PLACE_NONE);
	assert_int_equal(p.kind, PLACE_FILE);
	assert_true(str_is(p.file, "x.dtb"));
	assert_true(str_is(p.says, "damaged"));
	assert_int_equal(p.cell, -1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_and_columns),
		TEST(slice_is_clipped_to_its_line),
		TEST(end_of_line_keeps_a_column),
		TEST(end_of_file),
		TEST(carriage_return_stays_visible),
		TEST(other_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
