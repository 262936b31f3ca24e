/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows that the operator wrote, and guesses where there is none. */
#include "tree.h"

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

struct fixture {
	struct arena *a;
	struct diag *d;
	struct dt *t;
};

static int set_up(void **state)
{
	struct arena *a = arena_new();
	struct fixture *f = ARENA_NEW(a, struct fixture);

	*f = (struct fixture){ .a = a, .d = diag_new(a) };
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	arena_free(((struct fixture *)*state)->a);
	return 0;
}

static const char board[] =
	"/ { hub: hub { #acme-cells = <1>; };"
	"d { acme,hub = <&hub 7 8>; acme,link-3 = <&hub 1 0>; acme,link-x = <&hub>;"
	"  core-rail = <&hub>; clocks = <&hub 5>; acme,lone = <&hub>; acme,two = <&hub 2>;"
	"  #acme,lone-cells = <&hub>; linux,code = <&hub>; brcm,function = <&hub>;"
	"  plain = <&hub>; acme,nobody = <77>; };"
	"aliases { acme,lone = <&hub>; }; };";

static bool read_table(struct fixture *f, const char *text)
{
	f->t = tree_load(f->a, f->d, board);
	return dt_read_suppliers(f->a, f->d, STR("suppliers.txt"), str_of(text), f->t);
}

/* "provider/nargs" of each reference, or "-" where nothing is read. */
static void check_refs(const struct fixture *f, const char *property, const char *expected)
{
	dt_id n = tree_node(f->t, "/d");
	const struct dt_prop *p = dt_prop(f->t, n, property);
	const struct supplier *row = dt_supplier(f->t, n, p);
	struct buf out = buf_new(f->a);

	if (!row)
		buf_char(&out, '-');
	for (size_t i = 0; row && i < dt_refs(f->a, f->t, n, p, row).n; i++) {
		struct dt_ref ref = dt_refs(f->a, f->t, n, p, row).v[i];

		buf_format(&out, "%s%s/%u", i ? " " : "", ref.provider == DT_NONE ? "none" : "hub",
			   ref.nargs);
	}
	buf_char(&out, '\0');
	assert_string_equal(buf_get(&out).s, expected);
}

static const struct supplier *row_of(const struct fixture *f, const char *property)
{
	dt_id n = tree_node(f->t, "/d");

	return dt_supplier(f->t, n, dt_prop(f->t, n, property));
}

static void test_rows(void **state)
{
	struct fixture *f = *state;

	assert_true(read_table(f, "# ours\n\n"
				  "acme,hub 2 related-device\r\n"
				  "\tacme,link-N  #acme-cells  network drop  # of the board\n"
				  "*-rail 0 power-domain stub\n"
				  "acme,two rest syscon keep\n"
				  "clocks none"));
	check_refs(f, "acme,hub", "hub/2");
	check_refs(f, "acme,link-3", "hub/1 none/0");
	check_refs(f, "acme,link-x", "-");
	check_refs(f, "core-rail", "hub/0");
	check_refs(f, "acme,two", "hub/1");
	check_refs(f, "clocks", "-");
	assert_int_equal(row_of(f, "acme,hub")->class, SUPPLY_DEVICE);
	assert_int_equal(row_of(f, "acme,hub")->action, ACTION_ASK);
	assert_int_equal(row_of(f, "acme,link-3")->action, ACTION_DROP);
	assert_int_equal(row_of(f, "core-rail")->class, SUPPLY_POWER_DOMAIN);
	assert_int_equal(row_of(f, "core-rail")->action, ACTION_STUB);
	assert_int_equal(row_of(f, "acme,two")->action, ACTION_KEEP);
}

static void test_without(void **state)
{
	struct fixture *f = *state;

	assert_true(read_table(f, ""));
	check_refs(f, "acme,hub", "-");
	check_refs(f, "core-rail", "-");
	check_refs(f, "clocks", "hub/0");
}

/* The cells of a provider that lacks them count as none where that is said. */
static void test_optional(void **state)
{
	struct fixture *f = *state;

	assert_true(read_table(f, "acme,lone #other-cells? clock\nacme,two #other-cells clock\n"));
	check_refs(f, "acme,lone", "hub/0");
	check_refs(f, "acme,two", "hub/0");
	assert_int_equal(dt_refs(f->a, f->t, tree_node(f->t, "/d"),
				 dt_prop(f->t, tree_node(f->t, "/d"), "acme,two"),
				 row_of(f, "acme,two"))
				 .v[0]
				 .health,
			 REF_NO_CELLS);
}

static void check_bad(void **state, const char *text, uint32_t line, uint32_t col)
{
	struct fixture *f = *state;
	const struct finding *found;

	f->d = diag_new(f->a);
	assert_false(read_table(f, text));
	diag_settle(f->d, FAIL_ON_ERROR);
	found = diag_get(f->d, 0);
	assert_int_equal(found->rule, RULE_BAD_TABLE);
	assert_int_equal(found->places.v[0].line, line);
	assert_int_equal(found->places.v[0].col, col);
}

static void test_bad(void **state)
{
	check_bad(state, "acme,hub", 1, 1);
	check_bad(state, "\n acme,hub 0\n", 2, 11);
	check_bad(state, "acme,hub 65 clock", 1, 10);
	check_bad(state, "acme,hub -1 clock", 1, 10);
	check_bad(state, "acme,hub #clock clock", 1, 10);
	check_bad(state, "acme,hub 0 clocks", 1, 12);
	check_bad(state, "acme,hub 0 clock mend", 1, 18);
	check_bad(state, "acme,hub 0 clock ask more", 1, 22);
	check_bad(state, "* 0 clock", 1, 1);
	check_bad(state, "a*b 0 clock", 1, 1);
	check_bad(state, "-N 0 clock\na/b 0 clock", 2, 1);
	check_bad(state, "acme,hub 0 clock\nacme,hub 0 clock", 2, 1);
}

/* All lines are looked at. */
static void test_all_faults(void **state)
{
	struct fixture *f = *state;

	assert_false(read_table(f, "a x clock\n*-rail 0 clock\nc 0 nothing\n"));
	diag_settle(f->d, FAIL_ON_ERROR);
	assert_int_equal(diag_count(f->d), 2);
	/* A table with a fault is not used. */
	check_refs(f, "core-rail", "-");
}

static void test_patterns_are_few(void **state)
{
	struct fixture *f = *state;
	struct buf text = buf_new(f->a);

	for (int i = 0; i < 64; i++)
		buf_format(&text, "*-rail%d 0 clock\n", i);
	assert_true(read_table(f, str_c(f->a, buf_get(&text))));
	buf_text(&text, "*-more 0 clock\n");
	assert_false(read_table(f, str_c(f->a, buf_get(&text))));
}

static void check_guess(const struct fixture *f, const char *path, const char *name, bool expected)
{
	dt_id n = tree_node(f->t, path), target = DT_NONE;

	assert_int_equal(dt_guess(f->t, n, dt_prop(f->t, n, name), &target), expected);
	if (expected)
		assert_int_equal(target, tree_node(f->t, "/hub"));
}

static void test_guesses(void **state)
{
	struct fixture *f = *state;

	assert_true(read_table(f, ""));
	check_guess(f, "/d", "acme,lone", true);
	check_guess(f, "/d", "acme,link-x", true);
	/* Two cells, no vendor, a count, a known number, no such phandle, a row. */
	check_guess(f, "/d", "acme,two", false);
	check_guess(f, "/d", "plain", false);
	check_guess(f, "/d", "#acme,lone-cells", false);
	check_guess(f, "/d", "linux,code", false);
	check_guess(f, "/d", "brcm,function", false);
	check_guess(f, "/d", "acme,nobody", false);
	check_guess(f, "/d", "core-rail", false);
	check_guess(f, "/aliases", "acme,lone", false);
	assert_true(read_table(f, "acme,lone none\n"));
	check_guess(f, "/d", "acme,lone", false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rows),    TEST(test_without),    TEST(test_optional),
		TEST(test_bad),     TEST(test_all_faults), TEST(test_patterns_are_few),
		TEST(test_guesses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
