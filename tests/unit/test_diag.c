/* SPDX-License-Identifier: BSD-2-Clause */
/* The collection: registry, faults, levels, allowances, order, doubles. */
#include "diag.h"

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *arena;
static struct diag *diag;

static int set_up(void **state)
{
	(void)state;
	arena = arena_new();
	diag = diag_new(arena);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void assert_str(struct str found, const char *expected)
{
	assert_string_equal(str_c(arena, found), expected);
}

static struct place at_line(const char *file, uint32_t line)
{
	return (struct place){
		.kind = PLACE_TEXT,
		.file = str_of(file),
		.line = line,
		.col = 1,
		.cell = -1,
		.order = line * 100,
	};
}

static struct place at_node(const char *file, const char *path, uint64_t order)
{
	return (struct place){
		.kind = PLACE_TREE,
		.file = str_of(file),
		.path = str_of(path),
		.cell = -1,
		.order = order,
	};
}

static struct finding *judge(enum rule rule, const char *guest, const char *subject,
			     struct place at)
{
	return diag_judge(diag, rule, str_of(guest), str_of(subject), at, "%s",
			  rule_get(rule)->slug);
}

/* ---- Registry ------------------------------------------------------------ */

static void registry_is_sound(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NRULES; i++) {
		const struct rule_info *info = rule_get((enum rule)i);
		enum rule found;

		assert_true(rule_find(str_of(info->slug), &found));
		assert_int_equal(found, i);
		assert_string_equal(rule_nearest(str_of(info->slug)), info->slug);
		for (const char *c = info->slug; *c; c++)
			assert_true((*c >= 'a' && *c <= 'z') || *c == '-' ||
				    (*c >= '0' && *c <= '9'));
		assert_true(info->since[0] != '\0');
		assert_true(info->title[0] != '\0');
		assert_true(info->title[strlen(info->title) - 1] != '.');
		assert_non_null(level_name(info->level));
		assert_non_null(category_name(info->category));
		assert_non_null(relax_name(info->relax));
		/* What nothing can lower would be noise if it were no error. */
		if (info->relax == RELAX_NEVER)
			assert_int_equal(info->level, LEVEL_ERROR);
	}
}

static void registry_is_in_order(void **state)
{
	(void)state;
	for (unsigned i = 1; i < NRULES; i++) {
		const struct rule_info *before = rule_get((enum rule)(i - 1));
		const struct rule_info *info = rule_get((enum rule)i);

		assert_true(before->category <= info->category);
		if (before->category == info->category)
			assert_true(strcmp(before->slug, info->slug) < 0);
	}
}

static void nearest_slug(void **state)
{
	enum rule rule;

	(void)state;
	assert_false(rule_find(STR("shared-pages"), &rule));
	assert_false(rule_find(STR(""), &rule));
	assert_string_equal(rule_nearest(STR("shared-pages")), "shared-page");
	assert_string_equal(rule_nearest(STR("sharde-page")), "shared-page");
	assert_null(rule_nearest(STR("zzz")));
	assert_null(rule_nearest(STR("")));
	assert_null(rule_nearest(STR("this is a long sentence and no rule at all")));
}

/* ---- Collection ---------------------------------------------------------- */

static void fault_is_an_error(void **state)
{
	const struct finding *f;

	(void)state;
	assert_null(diag_last(diag));
	assert_false(diag_fault(diag, RULE_UNKNOWN_DEVICE, at_line("dom.cfg", 3), STR("look it up"),
				"no node `%s`", "/soc/x"));
	diag_last(diag)->guest = STR("domu");
	finding_note(diag, diag_last(diag), "there are %d", 2);
	assert_int_equal(diag_nfaults(diag), 1);
	assert_true(diag_settle(diag, FAIL_ON_ERROR).refused);
	f = diag_get(diag, 0);
	assert_true(f->fault);
	assert_int_equal(f->level, LEVEL_ERROR);
	assert_str(f->text, "no node `/soc/x`");
	assert_str(f->guest, "domu");
	assert_str(f->helps.v[0], "look it up");
	assert_str(f->notes.v[0], "there are 2");
	assert_int_equal(f->places.n, 1);
}

static void findings_keep_their_address(void **state)
{
	struct finding *first = judge(RULE_SHARED_PAGE, "a", "/a", place_none());

	(void)state;
	for (int i = 0; i < 1000; i++)
		judge(RULE_SHARED_PAGE, "a", "/b", place_none());
	finding_help(diag, first, "still here");
	finding_place(diag, first, at_line("dom.cfg", 1), "line %d", 1);
	diag_settle(diag, FAIL_ON_ERROR);
	assert_int_equal(diag_count(diag), 2);
	/* With its place, it is sorted after the one without. */
	assert_str(diag_get(diag, 1)->helps.v[0], "still here");
	assert_str(diag_get(diag, 1)->places.v[0].says, "line 1");
}

static void limit_stops_with_a_fault(void **state)
{
	const struct finding *last;
	struct summary s;

	(void)state;
	for (uint32_t i = 0; i < LIMIT_FINDINGS + 10; i++) {
		struct finding *f =
			judge(RULE_SHARED_PAGE_UNOWNED, "a", "/a", at_line("dom.cfg", i + 1));

		finding_note(diag, f, "a note");
		finding_help(diag, f, "a help");
		finding_place(diag, f, place_file(STR("x")), NULL);
	}
	assert_int_equal(diag_nfaults(diag), 1);
	assert_false(diag_fault(diag, RULE_BAD_VALUE, place_none(), STR("help"), "late"));
	assert_int_equal(diag_nfaults(diag), 2);
	s = diag_settle(diag, FAIL_ON_ERROR);
	assert_int_equal(diag_count(diag), LIMIT_FINDINGS);
	assert_int_equal(s.errors, 1);
	assert_int_equal(s.warnings, LIMIT_FINDINGS - 1);
	assert_true(s.refused);
	last = diag_get(diag, 0); /* it has no place, so it comes first */
	assert_int_equal(last->rule, RULE_LIMIT_EXCEEDED);
	assert_str(last->text, "more than 99999 findings: the rest is not shown");
}

/* ---- Levels --------------------------------------------------------------- */

static void assert_refused_level(const char *spec, const char *reason)
{
	struct str why = STR_NONE;

	assert_false(diag_set_level(diag, str_of(spec), &why));
	assert_str(why, reason);
}

static void level_option_has_limits(void **state)
{
	struct str why;

	(void)state;
	assert_refused_level("shared-page", "-W: expected SLUG=note, SLUG=warning or SLUG=error, "
					    "found `shared-page`");
	assert_refused_level("shared-page=off", "-W: expected SLUG=note, SLUG=warning or "
						"SLUG=error, found `shared-page=off`");
	assert_refused_level("=error", "-W: there is no rule ``");
	assert_refused_level("shared-pages=error",
			     "-W: there is no rule `shared-pages`; did you mean `shared-page`?");
	assert_refused_level("shared-page=warning",
			     "-W: `shared-page` cannot be lowered from error to warning; a config "
			     "can allow it for one device, with a reason");
	assert_refused_level("split-group=note",
			     "-W: `split-group` cannot be lowered from error to note");
	assert_true(diag_set_level(diag, STR("shared-page=error"), &why));
	assert_true(diag_set_level(diag, STR("device-disabled=note"), &why));
	assert_true(diag_set_level(diag, STR("marks-assumed=error"), &why));
	assert_true(diag_set_level(diag, STR("device-disabled=error"), &why));
}

static void levels_apply_to_judgements_only(void **state)
{
	struct str why;
	struct summary s;

	(void)state;
	assert_true(diag_set_level(diag, STR("xl-ignores=note"), &why));
	assert_true(diag_set_level(diag, STR("marks-assumed=warning"), &why));
	judge(RULE_XL_IGNORES, "a", "", at_line("dom.cfg", 1));
	judge(RULE_MARKS_ASSUMED, "", "", at_line("dom.cfg", 2));
	diag_fault(diag, RULE_XL_IGNORES, at_line("dom.cfg", 3), STR_NONE, "a fault");
	s = diag_settle(diag, FAIL_ON_WARNING);
	assert_int_equal(diag_get(diag, 0)->level, LEVEL_NOTE);
	assert_int_equal(diag_get(diag, 1)->level, LEVEL_WARNING);
	assert_int_equal(diag_get(diag, 2)->level, LEVEL_ERROR);
	assert_int_equal(s.notes, 1);
	assert_int_equal(s.warnings, 1);
	assert_int_equal(s.errors, 1);
}

static void fail_on_decides_what_refuses(void **state)
{
	(void)state;
	judge(RULE_DEVICE_DISABLED, "a", "/a", place_none());
	assert_true(diag_settle(diag, FAIL_ON_WARNING).refused);
	diag = diag_new(arena);
	judge(RULE_DEVICE_DISABLED, "a", "/a", place_none());
	assert_false(diag_settle(diag, FAIL_ON_ERROR).refused);
	diag = diag_new(arena);
	judge(RULE_MARKS_ASSUMED, "a", "/a", place_none());
	assert_false(diag_settle(diag, FAIL_ON_WARNING).refused);
}

/* ---- Allowances ------------------------------------------------------------ */

static void allow_subject(enum rule rule, const char *guest, const char *subject,
			  const char *reason)
{
	diag_allow(diag, (struct allowance){
				 .rule = rule,
				 .guest = str_of(guest),
				 .subject = str_of(subject),
				 .reason = str_of(reason),
			 });
}

static void allow_line(enum rule rule, const char *file, uint32_t line, const char *reason)
{
	diag_allow(diag, (struct allowance){
				 .rule = rule,
				 .guest = STR("a"),
				 .file = str_of(file),
				 .line = line,
				 .reason = str_of(reason),
			 });
}

static void allowance_by_subject(void **state)
{
	struct summary s;

	(void)state;
	judge(RULE_SHARED_PAGE, "a", "/soc/x", at_line("dom.cfg", 1));
	judge(RULE_SHARED_PAGE, "b", "/soc/x", at_line("dom.cfg", 2));
	judge(RULE_SHARED_PAGE, "a", "/soc/y", at_line("dom.cfg", 3));
	judge(RULE_WRONG_LINE, "a", "/soc/x", at_line("dom.cfg", 4));
	judge(RULE_SHARED_PAGE, "a", "", at_line("dom.cfg", 5));
	allow_subject(RULE_SHARED_PAGE, "a", "/soc/x", "one driver");
	allow_subject(RULE_SHARED_PAGE, "a", "/soc/x", "a second reason");
	allow_subject(RULE_SHARED_PAGE, "a", "/soc/z", "nothing there");
	s = diag_settle(diag, FAIL_ON_ERROR);
	assert_true(diag_get(diag, 0)->allowed);
	assert_str(diag_get(diag, 0)->reason, "one driver");
	assert_int_equal(diag_get(diag, 0)->level, LEVEL_ERROR);
	for (size_t i = 1; i < 5; i++)
		assert_false(diag_get(diag, i)->allowed);
	assert_int_equal(s.allowed, 1);
	assert_int_equal(s.errors, 4);
}

static void unused_allowances(void **state)
{
	(void)state;
	judge(RULE_SHARED_PAGE, "a", "/soc/x", at_line("dom.cfg", 1));
	allow_subject(RULE_SHARED_PAGE, "a", "/soc/x", "used");
	allow_subject(RULE_SHARED_PAGE, "a", "/soc/x", "the same again");
	allow_line(RULE_SHARED_PAGE, "dom.cfg", 1, "used as well");
	allow_subject(RULE_SHARED_PAGE, "a", "/soc/y", "unused, which is allowed");
	allow_subject(RULE_UNUSED_ALLOWANCE, "a", "/soc/y", "of another board");
	allow_line(RULE_UNUSED_ALLOWANCE, "dom.cfg", 9, "unused");
	diag_judge_allowances(diag);
	diag_settle(diag, FAIL_ON_ERROR);
	assert_int_equal(diag_count(diag), 3);
	assert_str(diag_get(diag, 0)->text,
		   "`shared-page` is allowed for `/soc/y`, but not found there");
	assert_true(diag_get(diag, 0)->allowed);
	assert_str(diag_get(diag, 1)->text,
		   "`unused-allowance` is allowed on line 9, but not found there");
	assert_false(diag_get(diag, 1)->allowed);
}

static void after_a_fault_nothing_is_unused(void **state)
{
	(void)state;
	diag_fault(diag, RULE_BAD_VALUE, place_none(), STR_NONE, "cut short");
	allow_subject(RULE_SHARED_PAGE, "a", "/soc/x", "who knows");
	diag_judge_allowances(diag);
	diag_settle(diag, FAIL_ON_ERROR);
	assert_int_equal(diag_count(diag), 1);
}

static void allowance_by_line(void **state)
{
	struct finding *f;

	(void)state;
	for (uint32_t line = 3; line <= 6; line++)
		judge(RULE_SHARED_PAGE, "a", "/soc/x", at_line("dom.cfg", line));
	judge(RULE_SHARED_PAGE, "a", "/soc/x", at_line("else.cfg", 4));
	/* The main place is in the tree; the first text place counts. */
	f = judge(RULE_SHARED_PAGE, "a", "/soc/x", at_node("z.dtb", "/soc/x", 1));
	finding_place(diag, f, at_line("dom.cfg", 5), "asked for here");
	f = judge(RULE_SHARED_PAGE, "a", "/soc/x", at_node("z.dtb", "/soc/x", 2));
	finding_place(diag, f, at_line("dom.cfg", 9), NULL);
	finding_place(diag, f, at_line("dom.cfg", 5), NULL);
	allow_line(RULE_SHARED_PAGE, "dom.cfg", 5, "");
	diag_settle(diag, FAIL_ON_ERROR);
	assert_false(diag_get(diag, 0)->allowed);
	assert_false(diag_get(diag, 1)->allowed);
	assert_true(diag_get(diag, 2)->allowed);
	assert_str(diag_get(diag, 2)->reason, "");
	assert_false(diag_get(diag, 3)->allowed);
	assert_false(diag_get(diag, 4)->allowed);
	assert_true(diag_get(diag, 5)->allowed);
	assert_false(diag_get(diag, 6)->allowed);
}

static void allowance_has_limits(void **state)
{
	struct summary s;

	(void)state;
	judge(RULE_SPLIT_GROUP, "a", "/soc/x", at_line("dom.cfg", 1));
	diag_fault(diag, RULE_SHARED_PAGE, at_line("dom.cfg", 2), STR_NONE, "a fault");
	judge(RULE_DEVICE_DISABLED, "a", "/soc/x", at_line("dom.cfg", 3));
	allow_subject(RULE_SPLIT_GROUP, "a", "/soc/x", "please");
	allow_line(RULE_SPLIT_GROUP, "dom.cfg", 1, "please");
	allow_line(RULE_SHARED_PAGE, "dom.cfg", 2, "please");
	allow_line(RULE_DEVICE_DISABLED, "dom.cfg", 3, "the firmware enables it");
	s = diag_settle(diag, FAIL_ON_ERROR);
	assert_int_equal(s.errors, 2);
	assert_int_equal(s.allowed, 1);
	assert_true(diag_get(diag, 2)->allowed);
}

/* ---- Order and doubles ------------------------------------------------------ */

static void sorted_in_input_order(void **state)
{
	static const char *const expected[] = {
		"default-release", "shared-page", "device-disabled", "xl-ignores",
		"shared-page",     "wrong-line",  "marks-assumed",   "not-marked",
	};

	(void)state;
	diag_file_order(diag, STR("z.dtb"));
	diag_file_order(diag, STR("b.cfg"));
	diag_file_order(diag, STR("a.cfg"));
	diag_file_order(diag, STR("b.cfg"));
	judge(RULE_NOT_MARKED, "a", "", at_line("unknown-2", 1));
	judge(RULE_MARKS_ASSUMED, "a", "", at_line("unknown-1", 9));
	judge(RULE_WRONG_LINE, "a", "", at_line("a.cfg", 1));
	judge(RULE_SHARED_PAGE, "a", "", at_line("b.cfg", 20));
	judge(RULE_XL_IGNORES, "a", "", at_line("b.cfg", 3));
	judge(RULE_DEVICE_DISABLED, "a", "", at_node("z.dtb", "/soc/x", 10));
	judge(RULE_SHARED_PAGE, "a", "", at_node("z.dtb", "/soc/a", 9));
	judge(RULE_DEFAULT_RELEASE, "", "", place_none());
	diag_settle(diag, FAIL_ON_ERROR);
	assert_int_equal(diag_count(diag), ARRAY_SIZE(expected));
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
		assert_str(diag_get(diag, i)->text, expected[i]);
}

static void same_position_sorted_by_rule_cell_text(void **state)
{
	static const char *const expected[] = { "reg 2", "reg 10", "cell 4", "cell 12", "zz" };
	struct place node = at_node("z.dtb", "/soc/x", 1);
	struct place four = node, twelve = node;

	(void)state;
	four.property = STR("reg");
	four.cell = 4;
	twelve.property = STR("reg");
	twelve.cell = 12;
	diag_judge(diag, RULE_UNVERIFIED_NON_MASTER, STR_NONE, STR_NONE, node, "zz");
	diag_judge(diag, RULE_SHARED_PAGE, STR_NONE, STR_NONE, twelve, "cell 12");
	diag_judge(diag, RULE_SHARED_PAGE, STR_NONE, STR_NONE, four, "cell 4");
	diag_judge(diag, RULE_SHARED_PAGE, STR_NONE, STR_NONE, node, "reg 10");
	diag_judge(diag, RULE_SHARED_PAGE, STR_NONE, STR_NONE, node, "reg 2");
	diag_settle(diag, FAIL_ON_ERROR);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
		assert_str(diag_get(diag, i)->text, expected[i]);
}

static void doubles_are_dropped(void **state)
{
	struct summary s;

	(void)state;
	judge(RULE_SHARED_PAGE, "a", "/soc/x", at_line("dom.cfg", 1));
	finding_note(diag, judge(RULE_SHARED_PAGE, "a", "/soc/x", at_line("dom.cfg", 1)), "later");
	judge(RULE_SHARED_PAGE, "b", "/soc/x", at_line("dom.cfg", 1));
	judge(RULE_SHARED_PAGE, "a", "/soc/y", at_line("dom.cfg", 1));
	judge(RULE_SHARED_PAGE, "a", "/soc/x", at_line("dom.cfg", 2));
	diag_judge(diag, RULE_SHARED_PAGE, STR("a"), STR("/soc/x"), at_line("dom.cfg", 1), "else");
	judge(RULE_DEVICE_DISABLED, "a", "/soc/x", at_line("dom.cfg", 1));
	s = diag_settle(diag, FAIL_ON_ERROR);
	assert_int_equal(diag_count(diag), 6);
	assert_int_equal(s.errors, 5);
	assert_int_equal(s.warnings, 1);
	for (size_t i = 0; i < diag_count(diag); i++)
		assert_int_equal(diag_get(diag, i)->notes.n, 0);
}

static void a_double_keeps_the_fault(void **state)
{
	(void)state;
	diag_judge(diag, RULE_BAD_VALUE, STR_NONE, STR_NONE, place_none(), "same");
	diag_fault(diag, RULE_BAD_VALUE, place_none(), STR_NONE, "same");
	diag_settle(diag, FAIL_ON_ERROR);
	assert_int_equal(diag_count(diag), 1);
	assert_true(diag_get(diag, 0)->fault);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(registry_is_sound),
		TEST(registry_is_in_order),
		TEST(nearest_slug),
		TEST(fault_is_an_error),
		TEST(findings_keep_their_address),
		TEST(limit_stops_with_a_fault),
		TEST(level_option_has_limits),
		TEST(levels_apply_to_judgements_only),
		TEST(fail_on_decides_what_refuses),
		TEST(allowance_by_subject),
		TEST(allowance_by_line),
		TEST(unused_allowances),
		TEST(after_a_fault_nothing_is_unused),
		TEST(allowance_has_limits),
		TEST(sorted_in_input_order),
		TEST(same_position_sorted_by_rule_cell_text),
		TEST(doubles_are_dropped),
		TEST(a_double_keeps_the_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
