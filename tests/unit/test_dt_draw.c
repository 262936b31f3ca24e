/* SPDX-License-Identifier: BSD-2-Clause */
/* Properties as people read them, and the caret under one cell. */
#include "blob.h"
#include "dt.h"

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

/* A labelled clock and an anonymous one; the root is left open. */
static struct blob clocks(void)
{
	struct blob b = blob_new(arena);

	blob_begin(&b, "");
	blob_begin(&b, "clock-a");
	BLOB_CELLS(&b, "phandle", 1);
	BLOB_CELLS(&b, "#clock-cells", 1);
	BLOB_CELLS(&b, "#mbox-cells", 1);
	BLOB_TEXT(&b, "compatible", "ti,am64-mailbox");
	blob_end(&b);
	blob_begin(&b, "clock-b");
	BLOB_CELLS(&b, "phandle", 2);
	BLOB_CELLS(&b, "#clock-cells", 0);
	blob_end(&b);
	blob_begin(&b, "clock-c");
	BLOB_CELLS(&b, "phandle", 3);
	blob_end(&b);
	blob_begin(&b, "__symbols__");
	BLOB_TEXT(&b, "clka", "/clock-a");
	blob_end(&b);
	blob_begin(&b, "dev");
	return b;
}

static struct dt *finish(struct blob *b)
{
	struct diag *d = diag_new(arena);
	struct dt *t = NULL;
	bool ok;

	blob_end(b);
	ok = dt_load(arena, d, STR("board.dtb"), blob_finish(b), &t);
	if (!ok)
		print_error("%s\n", str_c(arena, diag_last(d)->text));
	assert_true(ok);
	return t;
}

/* The drawing of `p` with the caret under a cell (-1: under the value). */
static void assert_drawn(const struct dt *t, int32_t cell, const char *text, const char *caret)
{
	dt_id n = dt_find_path(t, STR("/dev"));
	uint32_t off, len;
	struct str s = dt_draw(arena, t, n, &t->props[dt_node(t, n)->first_prop], cell, &off, &len);
	struct buf under = buf_new(arena);

	assert_string_equal(str_c(arena, s), text);
	buf_fill(&under, ' ', off);
	buf_fill(&under, '^', len);
	assert_string_equal(str_c(arena, buf_get(&under)), caret);
}

static struct dt *with_bytes(const char *name, const char *bytes, size_t n)
{
	struct blob b = clocks();

	blob_bytes(&b, name, bytes, n);
	return finish(&b);
}

#define WITH_CELLS(name, ...) \
	with_cells((name), (const uint32_t[]){ __VA_ARGS__ }, \
		   sizeof((const uint32_t[]){ __VA_ARGS__ }) / 4)

static struct dt *with_cells(const char *name, const uint32_t *cells, size_t n)
{
	struct blob b = clocks();

	blob_cell_array(&b, name, cells, n);
	return finish(&b);
}

static void caret_under_cells(void **state)
{
	const char *text = "clocks = <&clka 0x14>, <&{/clock-b}>, <0x0>;";
	struct dt *t = WITH_CELLS("clocks", 1, 0x14, 2, 0);

	(void)state;
	/*                    clocks = <&clka 0x14>, <&{/clock-b}>, <0x0>; */
	assert_drawn(t, 0, text, "          ^^^^^");
	assert_drawn(t, 1, text, "                ^^^^");
	assert_drawn(t, 2, text, "                        ^^^^^^^^^^^");
	assert_drawn(t, 3, text, "                                       ^^^");
	assert_drawn(t, -1, text, "         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^");
}

static void caret_under_plain_cells(void **state)
{
	const char *text = "reg = <0x0 0xff0e0000 0x0 0x1000>;";
	struct dt *t = WITH_CELLS("reg", 0, 0xff0e0000, 0, 0x1000);

	(void)state;
	assert_drawn(t, 0, text, "       ^^^");
	assert_drawn(t, 1, text, "           ^^^^^^^^^^");
	assert_drawn(t, 3, text, "                          ^^^^^^");
}

static void caret_under_strings(void **state)
{
	struct dt *t = with_bytes("compatible", "a,b\0c\0", 6);

	(void)state;
	assert_drawn(t, -1, "compatible = \"a,b\", \"c\";", "             ^^^^^^^^^^");
	t = with_bytes("model", "say \"hi\"\n\\", 11);
	assert_drawn(t, -1, "model = \"say \\\"hi\\\"\\n\\\\\";", "        ^^^^^^^^^^^^^^^^");
	/* Text of whole cells is drawn as cells when one of them is meant. */
	t = with_bytes("reg", "abcdefg", 8);
	assert_drawn(t, -1, "reg = \"abcdefg\";", "      ^^^^^^^^^");
	assert_drawn(t, 1, "reg = <0x61626364 0x65666700>;", "                  ^^^^^^^^^^");
}

static void caret_under_bytes(void **state)
{
	struct dt *t = with_bytes("mac", "\x02\xab\x00\x04\x05\xff", 6);

	(void)state;
	assert_drawn(t, -1, "mac = [02 ab 00 04 05 ff];", "      ^^^^^^^^^^^^^^^^^^^");
	/* There is a cell in it, but not to be seen. */
	assert_drawn(t, 0, "mac = [02 ab 00 04 05 ff];", "");
}

static void caret_under_a_name(void **state)
{
	(void)state;
	assert_drawn(with_bytes("dma-coherent", "", 0), -1, "dma-coherent;", "^^^^^^^^^^^^");
}

/* dtc's rule: text unless it cannot be printed or most of it is NUL. */
static void what_is_text(void **state)
{
	(void)state;
	assert_drawn(with_bytes("a", "\0\0\0\0", 4), -1, "a = <0x0>;", "    ^^^^^");
	assert_drawn(with_bytes("a", "a\0\0\0", 4), -1, "a = <0x61000000>;", "    ^^^^^^^^^^^^");
	assert_drawn(with_bytes("a", "ab\0\0", 4), -1, "a = \"ab\", \"\";", "    ^^^^^^^^");
	assert_drawn(with_bytes("a", "abcd", 4), -1, "a = <0x61626364>;", "    ^^^^^^^^^^^^");
	assert_drawn(with_bytes("a", "ab\x80", 4), -1, "a = <0x61628000>;", "    ^^^^^^^^^^^^");
	assert_drawn(with_bytes("a", "abcde", 5), -1, "a = [61 62 63 64 65];",
		     "    ^^^^^^^^^^^^^^^^");
	/* What is known to carry phandles is never text. */
	assert_drawn(with_bytes("x-supply", "abc", 4), -1, "x-supply = <0x61626300>;",
		     "           ^^^^^^^^^^^^");
	assert_drawn(with_bytes("x-supply", "abcd", 5), -1, "x-supply = \"abcd\";",
		     "           ^^^^^^");
}

static void references_that_fail(void **state)
{
	(void)state;
	assert_drawn(WITH_CELLS("clocks", 2, 9, 1), 1, "clocks = <&{/clock-b}>, <0x9 0x1>;",
		     "                         ^^^");
	assert_drawn(WITH_CELLS("clocks", 3, 2), 0, "clocks = <&{/clock-c} 0x2>;",
		     "          ^^^^^^^^^^^");
	assert_drawn(WITH_CELLS("mboxes", 1, 2), 1, "mboxes = <&clka &{/clock-b}>;",
		     "                ^^^^^^^^^^^");
}

/* A part around the cell, so that a line stays a line. */
static void long_properties(void **state)
{
	struct blob b = clocks();
	uint32_t cells[5000];
	uint32_t off, len;
	struct str s;
	struct dt *t;
	dt_id n;

	(void)state;
	for (uint32_t i = 0; i < ARRAY_SIZE(cells); i++)
		cells[i] = 0x10000 + i;
	blob_cell_array(&b, "ranges", cells, ARRAY_SIZE(cells));
	for (uint32_t i = 0; i < ARRAY_SIZE(cells); i++)
		cells[i] = 2;
	blob_cell_array(&b, "clocks", cells, 4096);
	blob_cell_array(&b, "resets", cells, ARRAY_SIZE(cells));
	t = finish(&b);
	n = dt_find_path(t, STR("/dev"));
	for (uint32_t i = 0; i < ARRAY_SIZE(cells); i += 7) {
		s = dt_draw(arena, t, n, dt_prop(t, n, "ranges"), (int32_t)i, &off, &len);
		assert_true(s.n < 800);
		assert_true(str_eq(str_sub(s, off, len), str_format(arena, "0x%x", 0x10000 + i)));
	}
	s = dt_draw(arena, t, n, dt_prop(t, n, "ranges"), -1, &off, &len);
	assert_true(str_starts(s, "ranges = <0x10000 0x10001 "));
	assert_true(str_ends(s, " ...>;"));
	s = dt_draw(arena, t, n, dt_prop(t, n, "ranges"), 4999, &off, &len);
	assert_true(str_starts(s, "ranges = <... 0x"));
	assert_true(str_ends(s, " 0x11387>;"));
	s = dt_draw(arena, t, n, dt_prop(t, n, "clocks"), 4095, &off, &len);
	assert_true(str_ends(s, ">, <&{/clock-b}>;"));
	s = dt_draw(arena, t, n, dt_prop(t, n, "resets"), 4999, &off, &len);
	assert_true(str_ends(s, " 0x2 0x2>;"));
}

static void long_texts(void **state)
{
	char *text = arena_alloc(arena, 100000);
	uint32_t off, len;
	struct dt *t;
	struct str s;
	dt_id n;

	(void)state;
	memset(text, 't', 99998);
	t = with_bytes("text", text, 99999);
	n = dt_find_path(t, STR("/dev"));
	s = dt_draw(arena, t, n, dt_prop(t, n, "text"), -1, &off, &len);
	assert_true(s.n < 600 && str_ends(s, "t\" ...;"));
	text[5] = '\x80';
	t = with_bytes("text", text, 99999);
	s = dt_draw(arena, t, n, dt_prop(t, n, "text"), -1, &off, &len);
	assert_true(s.n < 1600 && str_ends(s, " 74 ...];"));
}

static void places(void **state)
{
	struct dt *t = WITH_CELLS("clocks", 1, 0x14);
	dt_id n = dt_find_path(t, STR("/dev"));
	struct place p = dt_place(t, n), q;

	(void)state;
	assert_int_equal(p.kind, PLACE_TREE);
	assert_true(str_is(p.file, "board.dtb") && str_is(p.path, "/dev"));
	assert_true(p.property.n == 0 && p.text.n == 0);
	assert_int_equal(p.cell, -1);
	q = dt_place_prop(t, n, "clocks");
	assert_true(str_is(q.property, "clocks") && str_is(q.text, "clocks = <&clka 0x14>;"));
	assert_int_equal(q.cell, -1);
	assert_true(q.off == 9 && q.len == 12);
	assert_true(q.order > p.order &&
		    q.order < dt_place(t, 0).order + ((uint64_t)n + 1) * 65536);
	q = dt_place_cell(t, n, "clocks", 1);
	assert_int_equal(q.cell, 1);
	assert_true(q.off == 16 && q.len == 4);
	q = dt_place_cell(t, n, "clocks", 2);
	assert_int_equal(q.cell, -1);
	q = dt_place_cell(t, n, "clocks", UINT32_MAX);
	assert_int_equal(q.cell, -1);
	q = dt_place_prop(t, n, "absent");
	assert_true(q.property.n == 0 && q.order == p.order);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(caret_under_cells, set_up, tear_down),
		cmocka_unit_test_setup_teardown(caret_under_plain_cells, set_up, tear_down),
		cmocka_unit_test_setup_teardown(caret_under_strings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(caret_under_bytes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(caret_under_a_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(references_that_fail, set_up, tear_down),
		cmocka_unit_test_setup_teardown(long_properties, set_up, tear_down),
		cmocka_unit_test_setup_teardown(long_texts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(places, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
