/* SPDX-License-Identifier: BSD-2-Clause */
#include "diag.h"

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

static int setup(void **state)
{
	*state = arena_new();
	return 0;
}

static int teardown(void **state)
{
	arena_free(*state);
	return 0;
}

/* Two that differ by their line only, one with bytes that are not text. */
static struct diag *judged(struct arena *a, size_t off)
{
	struct diag *d = diag_new(a);
	struct str text = STR("x\nx\nx\n");

	for (size_t i = 0; i < 2; i++)
		diag_judge(d, RULE_SHARED_PAGE, STR("domu"), STR("/x"),
			   place_text(STR("dom.cfg"), text, off + 2 * i, 1), "twice");
	diag_judge(d, RULE_XL_IGNORES, STR_NONE, STR_NONE, place_none(), "\xff \033[2J");
	return d;
}

static void know(struct diag *d, const char *text)
{
	diag_know(d, (struct baseline_entry){ STR("shared-page"), STR("domu"), STR("/x"),
					      str_of(text) });
}

static void one_entry_is_one_finding(void **state)
{
	struct diag *d = judged(*state, 2);
	struct summary s;

	know(d, "twice");
	diag_know(d, (struct baseline_entry){ STR("xl-ignores"), STR_NONE, STR_NONE,
					      STR("\\xff \\x1b[2J") });
	diag_judge_baseline(d, place_file(STR("base.json")));
	s = diag_settle(d, FAIL_ON_ERROR);
	assert_int_equal(s.known, 2);
	assert_int_equal(s.errors, 1);
	assert_true(s.refused);
	assert_int_equal(diag_count(d), 1);
	assert_int_equal(diag_get(d, 0)->places.v[0].line, 3);
}

static void all_known_is_accepted(void **state)
{
	struct diag *d = judged(*state, 0);
	struct str before, after;
	struct buf one = buf_new(*state), two = buf_new(*state);
	struct summary s;

	diag_settle(d, FAIL_ON_ERROR);
	diag_baseline(d, &one);
	d = judged(*state, 2);
	know(d, "twice");
	know(d, "twice");
	diag_know(d, (struct baseline_entry){ STR("xl-ignores"), STR_NONE, STR_NONE,
					      STR("\\xff \\x1b[2J") });
	diag_judge_baseline(d, place_none());
	s = diag_settle(d, FAIL_ON_WARNING);
	diag_baseline(d, &two);
	before = buf_get(&one);
	after = buf_get(&two);
	assert_false(s.refused);
	assert_int_equal(diag_count(d), 0);
	assert_true(str_eq(before, after));
	assert_true(str_find_sub(before, STR("\"text\": \"\\\\xff \\\\x1b[2J\"")) != SIZE_MAX);
}

static void what_is_gone_is_a_note(void **state)
{
	struct diag *d = judged(*state, 0);

	know(d, "mended");
	diag_judge_baseline(d, place_none());
	assert_int_equal(diag_settle(d, FAIL_ON_ERROR).notes, 1);
	d = judged(*state, 0);
	know(d, "mended");
	diag_fault(d, RULE_BAD_VALUE, place_none(), STR_NONE, "cut short");
	diag_judge_baseline(d, place_none());
	assert_int_equal(diag_settle(d, FAIL_ON_ERROR).notes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_entry_is_one_finding, setup, teardown),
		cmocka_unit_test_setup_teardown(all_known_is_accepted, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_gone_is_a_note, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
