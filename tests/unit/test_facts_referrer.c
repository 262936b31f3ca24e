/* SPDX-License-Identifier: BSD-2-Clause */
/* Who names a node, and what a node is a part of. */
#include "facts_fixture.h"

static const char tree[] =
	"/ { aliases { serial0 = \"/serial\"; none = \"/nowhere\"; };"
	"chosen { stdout-path = \"serial0:115200n8\"; bootargs = \"serial0\"; };"
	"osc: osc { #clock-cells = <0>; }; pll: pll { #clock-cells = <1>; };"
	"serial { compatible = \"u\"; clocks = <&osc>, <0>, <&pll 3>;"
	"  port { a: endpoint { remote-endpoint = <&b>; }; }; };"
	"glue { compatible = \"g\"; bus { compatible = \"simple-bus\"; ranges;"
	"  core { compatible = \"c\"; clocks = <&pll 1>, <&pll 2>; phys = <&gone>; };"
	"  x { b: endpoint { remote-endpoint = <&a>; }; }; }; };"
	"gone: gone { }; };";

static struct referrers all_of(struct fixture *f)
{
	struct referrers all;

	assert_true(facts_referrers(f->a, f->d, f->f, &all));
	return all;
}

/* "node property cell" of each, in one text. */
static struct str told(const struct fixture *f, struct referrers some)
{
	struct buf out = buf_new(f->a);

	for (size_t i = 0; i < some.n; i++)
		buf_format(&out, "%s%.*s %.*s %u", i ? ", " : "",
			   STR_ARG(dt_node(f->t, some.v[i].node)->path),
			   STR_ARG(some.v[i].prop->name), some.v[i].cell);
	buf_char(&out, '\0');
	return buf_get(&out);
}

static void check_named(struct fixture *f, const char *path, bool below, const char *expected)
{
	struct referrers all = all_of(f);
	dt_id n = tree_node(f->t, path);

	assert_string_equal(told(f, referrers_of(&all, f->t, n, below)).s, expected);
}

static void test_referrers(void **state)
{
	struct fixture *f = *state;

	board(f, tree);
	check_named(f, "/osc", false, "/serial clocks 0");
	check_named(f, "/pll", false,
		    "/serial clocks 2, /glue/bus/core clocks 0, /glue/bus/core clocks 2");
	check_named(f, "/serial", false, "/aliases serial0 0, /chosen stdout-path 0");
	check_named(f, "/serial", true,
		    "/aliases serial0 0, /chosen stdout-path 0, "
		    "/glue/bus/x/endpoint remote-endpoint 0");
	check_named(f, "/glue", true, "/serial/port/endpoint remote-endpoint 0");
	check_named(f, "/glue/bus/core", true, "");
	/* A provider without #phy-cells is named all the same. */
	check_named(f, "/gone", false, "/glue/bus/core phys 0");
}

static void test_nobody(void **state)
{
	struct fixture *f = *state;

	board(f, "/ { a { }; };");
	assert_int_equal(all_of(f).n, 0);
	check_named(f, "/a", true, "");
}

static void check_wrapper(const struct fixture *f, const char *path, const char *expected)
{
	dt_id up = facts_wrapper(f->f, tree_node(f->t, path));

	if (expected)
		assert_int_equal(up, tree_node(f->t, expected));
	else
		assert_int_equal(up, DT_NONE);
}

static void test_wrapper(void **state)
{
	struct fixture *f = *state;

	board(f, tree);
	check_wrapper(f, "/", NULL);
	check_wrapper(f, "/glue", NULL);
	check_wrapper(f, "/glue/bus", "/glue");
	check_wrapper(f, "/glue/bus/core", "/glue");
	check_wrapper(f, "/glue/bus/x/endpoint", "/glue");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_referrers),
		TEST(test_nobody),
		TEST(test_wrapper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
