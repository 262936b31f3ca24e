/* SPDX-License-Identifier: BSD-2-Clause */
/* What people see: the expected texts below were read by a person. */
#include "diag.h"

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *arena;
static struct diag *diag;
static const char *page; /* what was rendered, or NULL */

static int set_up(void **state)
{
	(void)state;
	arena = arena_new();
	diag = diag_new(arena);
	page = NULL;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static const char *rendered(bool colour)
{
	struct buf out = buf_new(arena);

	if (!page) {
		diag_settle(diag, FAIL_ON_ERROR);
		diag_text(diag, colour, &out);
		page = str_c(arena, buf_get(&out));
	}
	return page;
}

/* The n-th line of what is rendered, counted from 0. */
static const char *rendered_line(unsigned n)
{
	struct str all = str_of(rendered(false));

	while (n--)
		all = str_from(all, str_find(all, '\n') + 1);
	return str_c(arena, str_sub(all, 0, str_find(all, '\n')));
}

static struct place in_text(const char *whole, const char *word)
{
	size_t off = str_find_sub(str_of(whole), str_of(word));

	assert_true(off != SIZE_MAX);
	return place_text(STR("dom.cfg"), str_of(whole), off, strlen(word));
}

static struct place in_tree(const char *path, const char *text, const char *word)
{
	size_t off = str_find_sub(str_of(text), str_of(word));

	assert_true(off != SIZE_MAX);
	return (struct place){
		.kind = PLACE_TREE,
		.file = STR("board.dtb"),
		.path = str_of(path),
		.property = str_sub(str_of(text), 0, str_find(str_of(text), ' ')),
		.cell = 1,
		.text = str_of(text),
		.off = (uint32_t)off,
		.len = (uint32_t)strlen(word),
	};
}

static void judge_at(struct place at)
{
	diag_judge(diag, RULE_SHARED_PAGE, STR_NONE, STR_NONE, at, "text");
}

/* ---- Whole findings ------------------------------------------------------- */

static void text_and_tree_places(void **state)
{
	const char *cfg = "name = \"domu\"\n\ndtdev = [ \"/soc/ethernet@fff51000\" ]\n";
	struct finding *f =
		diag_judge(diag, RULE_SHARED_STREAM_ID, STR("domu"), STR("/soc/ethernet@fff51000"),
			   place_says(in_text(cfg, "\"/soc/ethernet@fff51000\""),
				      STR("assigned to this guest")),
			   "`ethernet@fff51000` shares stream ID 0x14 with `dma@fff60000`");

	(void)state;
	finding_place(diag, f, in_tree("/soc/ethernet@fff51000", "iommus = <&smmu 0x14>;", "0x14"),
		      "this stream");
	finding_note(diag, f, "the IOMMU cannot tell their accesses apart");
	finding_help(diag, f, "assign both devices to the same guest, or neither");
	assert_string_equal(rendered(false),
			    "error: `ethernet@fff51000` shares stream ID 0x14 with `dma@fff60000` "
			    "[shared-stream-id]\n"
			    "  --> dom.cfg:3:11\n"
			    "   |\n"
			    " 3 | dtdev = [ \"/soc/ethernet@fff51000\" ]\n"
			    "   |           ^^^^^^^^^^^^^^^^^^^^^^^^ assigned to this guest\n"
			    "  --> board.dtb:/soc/ethernet@fff51000\n"
			    "   |\n"
			    "   | iommus = <&smmu 0x14>;\n"
			    "   |                 ^^^^ this stream\n"
			    "   = note: the IOMMU cannot tell their accesses apart\n"
			    "   = help: assign both devices to the same guest, or neither\n"
			    "\n");
}

static void places_without_a_line(void **state)
{
	struct place node = in_tree("/soc/uart@0", "", "");
	struct place cell = in_tree("/soc/uart@0", "", "");
	struct finding *f;

	(void)state;
	cell.property = STR("reg");
	f = diag_judge(diag, RULE_SHARED_PAGE, STR("domu"), STR_NONE, node, "one");
	finding_place(diag, f, cell, "this window");
	finding_place(diag, f, place_file(STR("host.marks")), "not marked here");
	diag_judge(diag, RULE_DEFAULT_RELEASE, STR_NONE, STR_NONE, place_none(), "two");
	assert_string_equal(rendered(false), "note: two [default-release]\n"
					     "\n"
					     "error: one [shared-page]\n"
					     "  --> board.dtb:/soc/uart@0\n"
					     "  --> board.dtb:/soc/uart@0 reg[1]: this window\n"
					     "  --> host.marks: not marked here\n"
					     "   = guest: domu\n"
					     "\n");
}

static void allowed_with_its_reason(void **state)
{
	(void)state;
	diag_judge(diag, RULE_SHARED_PAGE, STR("a"), STR("/x"), place_none(), "one");
	diag_judge(diag, RULE_SHARED_PAGE, STR("a"), STR("/y"), place_none(), "two");
	diag_allow(diag, (struct allowance){ .rule = RULE_SHARED_PAGE,
					     .guest = STR("a"),
					     .subject = STR("/x"),
					     .reason = STR("the other is a \033ROM") });
	diag_allow(diag, (struct allowance){ .rule = RULE_SHARED_PAGE,
					     .guest = STR("a"),
					     .subject = STR("/y") });
	assert_string_equal(rendered(false),
			    "allowed: one [shared-page] (the other is a \\x1bROM)\n"
			    "   = guest: a\n"
			    "\n"
			    "allowed: two [shared-page] (no reason given)\n"
			    "   = guest: a\n"
			    "\n");
}

static void gutter_fits_the_longest_number(void **state)
{
	struct place far = in_text("ab\n", "b");
	struct finding *f;

	(void)state;
	far.line = 12345;
	f = diag_judge(diag, RULE_SHARED_PAGE, STR_NONE, STR_NONE, in_text("ab\n", "a"), "text");
	finding_place(diag, f, far, NULL);
	finding_help(diag, f, "help");
	assert_string_equal(rendered(false), "error: text [shared-page]\n"
					     "     --> dom.cfg:1:1\n"
					     "      |\n"
					     "    1 | ab\n"
					     "      | ^\n"
					     "     --> dom.cfg:12345:2\n"
					     "      |\n"
					     "12345 | ab\n"
					     "      |  ^\n"
					     "      = help: help\n"
					     "\n");
}

static void colour_on_request(void **state)
{
	struct finding *f = diag_judge(diag, RULE_DEVICE_DISABLED, STR_NONE, STR_NONE,
				       place_says(in_text("ab\n", "b"), STR("here")), "text");

	(void)state;
	finding_note(diag, f, "note");
	assert_string_equal(rendered(true),
			    "\033[1;33mwarning\033[0m\033[1m: text\033[0m [device-disabled]\n"
			    "  \033[1;34m--> \033[0mdom.cfg:1:2\n"
			    "\033[1;34m   |\033[0m\n"
			    "\033[1;34m 1 |\033[0m ab\n"
			    "\033[1;34m   |\033[0m  \033[1;33m^ here\033[0m\n"
			    "   \033[1;34m=\033[0m \033[1mnote:\033[0m note\n"
			    "\n");
}

static void summary_counts(void **state)
{
	static const struct {
		struct summary s;
		const char *text;
	} cases[] = {
		{ { 0, 0, 0, 0, 0, false }, "no findings\n" },
		{ { 1, 0, 0, 0, 0, true }, "1 error\n" },
		{ { 2, 1, 0, 1, 0, true }, "2 errors, 1 warning, 1 allowed\n" },
		{ { 0, 1, 0, 0, 7, false }, "1 warning, 7 in the baseline\n" },
		{ { 0, 2, 1, 2, 0, false }, "2 warnings, 1 note, 2 allowed\n" },
		{ { 0, 0, 2, 0, 0, false }, "2 notes\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf out = buf_new(arena);

		diag_text_summary(&cases[i].s, &out);
		assert_string_equal(str_c(arena, buf_get(&out)), cases[i].text);
	}
}

/* ---- Carets, to the column ------------------------------------------------- */

static void caret_under_a_cell_among_strings_and_bytes(void **state)
{
	(void)state;
	judge_at(in_tree("/x", "p = \"a\\tb\", <&clk 3 0x14>, [de ad];", "3"));
	assert_string_equal(rendered(false), "error: text [shared-page]\n"
					     "  --> board.dtb:/x\n"
					     "   |\n"
					     "   | p = \"a\\tb\", <&clk 3 0x14>, [de ad];\n"
					     "   |                   ^\n"
					     "\n");
}

static void caret_after_tabs(void **state)
{
	(void)state;
	judge_at(in_text("\tx\t= 1\n", "1"));
	assert_string_equal(rendered(false), "error: text [shared-page]\n"
					     "  --> dom.cfg:1:6\n"
					     "   |\n"
					     " 1 |     x    = 1\n"
					     "   |            ^\n"
					     "\n");
}

static void caret_after_letters_of_other_widths(void **state)
{
	(void)state;
	/* One column, two columns, none (an accent drawn over the e). */
	judge_at(in_text("x = \"\u00e9\u6f22e\u0301\" 1\n", "1"));
	assert_string_equal(rendered(false), "error: text [shared-page]\n"
					     "  --> dom.cfg:1:16\n"
					     "   |\n"
					     " 1 | x = \"\u00e9\u6f22e\u0301\" 1\n"
					     "   |            ^\n"
					     "\n");
}

static void caret_at_the_end_of_a_line(void **state)
{
	(void)state;
	judge_at(place_says(place_text(STR("dom.cfg"), STR("x = \"a\n\n"), 6, 1), STR("quote")));
	judge_at(place_text(STR("dom.cfg"), STR("x = \"a\n\n"), 7, 1));
	assert_string_equal(rendered(false), "error: text [shared-page]\n"
					     "  --> dom.cfg:1:7\n"
					     "   |\n"
					     " 1 | x = \"a\n"
					     "   |       ^ quote\n"
					     "\n"
					     "error: text [shared-page]\n"
					     "  --> dom.cfg:2:1\n"
					     "   |\n"
					     " 2 |\n"
					     "   | ^\n"
					     "\n");
}

static void no_caret_without_a_length(void **state)
{
	struct place at = place_says(in_text("ab\n", "b"), STR("words"));

	(void)state;
	at.len = 0;
	judge_at(at);
	assert_string_equal(rendered(false), "error: text [shared-page]\n"
					     "  --> dom.cfg:1:2: words\n"
					     "   |\n"
					     " 1 | ab\n"
					     "\n");
}

static void underline_beyond_the_text_is_clipped(void **state)
{
	struct place at = in_tree("/x", "reg = <1>;", "1");

	(void)state;
	at.len = UINT32_MAX;
	judge_at(at);
	assert_string_equal(rendered_line(4), "   |        ^^^");
}

static void caret_beyond_the_text_is_clipped(void **state)
{
	struct place at = in_tree("/x", "reg = <1>;", "1");

	(void)state;
	at.off = UINT32_MAX;
	judge_at(at);
	assert_string_equal(rendered_line(4), "   |           ^");
}

/* ---- Long lines ------------------------------------------------------------ */

/* `before` letters a, the word, `after` letters z. */
static struct place long_line(size_t before, const char *word, size_t after)
{
	struct buf b = buf_new(arena);

	buf_fill(&b, 'a', before);
	buf_text(&b, word);
	buf_fill(&b, 'z', after);
	return place_text(STR("dom.cfg"), buf_get(&b), before, strlen(word));
}

static void line_of_100_columns_is_whole(void **state)
{
	struct place at = long_line(50, "WORD", 46);

	(void)state;
	judge_at(at);
	assert_string_equal(rendered_line(3),
			    str_c(arena, str_format(arena, " 1 | %.*s", STR_ARG(at.text))));
}

static void right_of_the_caret_is_cut(void **state)
{
	(void)state;
	judge_at(long_line(10, "WORD", 5000));
	assert_string_equal(
		rendered_line(3),
		" 1 | aaaaaaaaaaWORDzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
		"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz...");
	assert_string_equal(rendered_line(4), "   |           ^^^^");
}

static void left_of_the_caret_is_cut(void **state)
{
	(void)state;
	judge_at(long_line(5000, "WORD", 3));
	assert_string_equal(rendered_line(3),
			    " 1 | ...aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaWORDzzz");
	assert_string_equal(rendered_line(4),
			    "   |                                            ^^^^");
}

static void both_sides_of_the_caret_are_cut(void **state)
{
	(void)state;
	judge_at(long_line(5000, "WORD", 5000));
	assert_string_equal(
		rendered_line(3),
		" 1 | ...aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaWORDzzzzzzzzzzzzzzzzzzzzz"
		"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz...");
	assert_string_equal(rendered_line(4),
			    "   |                                            ^^^^");
}

static void a_long_word_is_cut_too(void **state)
{
	struct place at = long_line(2, "", 5000);

	(void)state;
	at.len = 5000;
	judge_at(at);
	assert_string_equal(
		rendered_line(4),
		"   |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
		"^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^");
}

static void a_cut_splits_no_character(void **state)
{
	struct buf b = buf_new(arena);
	struct place at;

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_text(&b, "\u00e9\u6f22");
	at = place_text(STR("dom.cfg"), buf_get(&b), 2500, 5);
	judge_at(at);
	assert_null(strstr(rendered(false), "\\x"));
}

static void a_million_accents_are_not_shown(void **state)
{
	struct buf b = buf_new(arena);

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_text(&b, "\u0301");
	judge_at(place_text(STR("dom.cfg"), buf_get(&b), 150000, 4));
	assert_true(strlen(rendered(false)) < 2000);
}

/* ---- Hostile bytes --------------------------------------------------------- */

static void hostile_bytes_are_spelt_out(void **state)
{
	/* Escape, delete, a C1 control, an invalid byte, an overlong slash, a
	 * surrogate, a reversal of direction, a byte order mark, a return. */
	static const char hostile[] = "\033[2J\x7f\xc2\x9b\xff\xc0\xaf\xed\xa0\x80\u202e\ufeff\r";
	static const char harmless[] = "\\x1b[2J\\x7f\\u{9b}\\xff\\xc0\\xaf\\xed\\xa0\\x80\\u{202e}"
				       "\\u{feff}\\r";
	struct place at = place_text(str_of(hostile), str_format(arena, "%s!\n", hostile), 20, 1);
	struct finding *f = diag_judge(diag, RULE_SHARED_PAGE, STR_NONE, STR_NONE,
				       place_says(at, str_of(hostile)), "%s\n", hostile);

	(void)state;
	assert_int_equal(strlen(hostile), 20);
	finding_note(diag, f, "%s", hostile);
	assert_string_equal(rendered(false), str_c(arena, str_format(arena,
								     "error: %s\\n [shared-page]\n"
								     "  --> %s:1:21\n"
								     "   |\n"
								     " 1 | %s!\n"
								     "   | %*s^ %s\n"
								     "   = note: %s\n"
								     "\n",
								     harmless, harmless, harmless,
								     (int)strlen(harmless), "",
								     harmless, harmless)));
}

static void a_nul_is_spelt_out(void **state)
{
	(void)state;
	judge_at(place_text(STR("dom.cfg"), (struct str){ "a\0b", 3 }, 2, 1));
	assert_string_equal(rendered_line(3), " 1 | a\\x00b");
	assert_string_equal(rendered_line(4), "   |      ^");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(text_and_tree_places),
		TEST(places_without_a_line),
		TEST(allowed_with_its_reason),
		TEST(gutter_fits_the_longest_number),
		TEST(colour_on_request),
		TEST(summary_counts),
		TEST(caret_under_a_cell_among_strings_and_bytes),
		TEST(caret_after_tabs),
		TEST(caret_after_letters_of_other_widths),
		TEST(caret_at_the_end_of_a_line),
		TEST(no_caret_without_a_length),
		TEST(underline_beyond_the_text_is_clipped),
		TEST(caret_beyond_the_text_is_clipped),
		TEST(line_of_100_columns_is_whole),
		TEST(right_of_the_caret_is_cut),
		TEST(left_of_the_caret_is_cut),
		TEST(both_sides_of_the_caret_are_cut),
		TEST(a_long_word_is_cut_too),
		TEST(a_cut_splits_no_character),
		TEST(a_million_accents_are_not_shown),
		TEST(hostile_bytes_are_spelt_out),
		TEST(a_nul_is_spelt_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
