/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SARIF of every shape of finding.  Run with the word `print` this only prints
 * the sample, for tests/tools/sarif.py.
 */
#include "diag.h"

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

static struct place in_tree(const char *property, int32_t cell)
{
	return (struct place){
		.kind = PLACE_TREE,
		.file = STR("b//o%a:r\nd?.dtb"),
		.path = STR("/soc/x"),
		.property = str_of(property),
		.cell = cell,
	};
}

static struct str sarif_of(struct diag *d)
{
	struct buf out = buf_new(diag_arena(d));

	diag_settle(d, FAIL_ON_ERROR);
	diag_sarif(d, &out);
	return buf_get(&out);
}

static struct str sample(struct arena *a)
{
	struct diag *d = diag_new(a);
	struct finding *f;

	diag_file_order(d, STR("/a/dom.cfg"));
	f = diag_judge(d, RULE_SHARED_PAGE, STR("domu"), STR("/soc/x"),
		       place_text(STR("/a/dom.cfg"), STR("\n\u00e9\u00e9 = \xff 1\n"), 8, 1),
		       "\"one\" {0} [x](http://y) \033[2J \xff \u00e9 \u202e");
	finding_place(d, f, in_tree("reg", 0), "[this](1) {window}");
	finding_place(d, f, in_tree("", -1), NULL);
	finding_note(d, f, "first");
	finding_help(d, f, "do this");
	diag_judge(d, RULE_DEFAULT_RELEASE, STR_NONE, STR_NONE, place_none(), "two");
	diag_judge(d, RULE_WRONG_LINE, STR("domu"), STR("/soc/x"), place_file(STR("a.cfg")),
		   "three");
	diag_allow(d, (struct allowance){ .rule = RULE_WRONG_LINE,
					  .guest = STR("domu"),
					  .subject = STR("/soc/x"),
					  .reason = STR("as \"agreed\"") });
	return sarif_of(d);
}

static bool says(struct str all, const char *part)
{
	return str_find_sub(all, str_of(part)) != SIZE_MAX;
}

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

static void places(void **state)
{
	struct str s = sample(*state);

	assert_true(says(s, "\"uri\": \"file:///a/dom.cfg\"\n                },\n"
			    "                \"region\": {\n"
			    "                  \"startLine\": 2,\n"
			    "                  \"startColumn\": 6,\n"
			    "                  \"endColumn\": 7,\n"
			    "                  \"byteOffset\": 8,\n"
			    "                  \"byteLength\": 1\n"));
	assert_true(says(s, "\"uri\": \"b//o%25a%3Ar%0Ad%3F.dtb\""));
	assert_true(says(s, "\"fullyQualifiedName\": \"/soc/x:reg[0]\""));
	assert_true(says(s, "\"name\": \"x\",\n                  \"fullyQualifiedName\": "
			    "\"/soc/x\",\n                  \"kind\": \"object\""));
	assert_true(says(s, "\"text\": \"the command line\""));
}

static void words_are_only_words(void **state)
{
	struct str s = sample(*state);

	assert_true(says(s, "\"\\\"one\\\" {{0}} [x] (http://y) \\\\x1b[2J \\\\xff \\u00e9 "
			    "\\\\u{{202e}}\\nnote: first\\nhelp: do this\""));
	assert_true(says(s, "\"[this] (1) {{window}}\""));
}

static void allowed_is_suppressed(void **state)
{
	assert_true(says(sample(*state),
			 "\"kind\": \"inSource\",\n"
			 "              \"status\": \"accepted\",\n"
			 "              \"justification\": \"as \\\"agreed\\\"\"\n"));
}

static void every_rule_is_described(void **state)
{
	struct str s = sample(*state);

	for (unsigned i = 0; i < NRULES; i++) {
		const struct rule_info *info = rule_get((enum rule)i);

		assert_true(says(s, str_format(*state, "\"id\": \"%s\"", info->slug).s));
		assert_true(says(s, str_format(*state, "docs/rules/%s.md", info->slug).s));
	}
}

/* The fingerprint of the only finding, whose word stands on some line. */
static struct str fingerprint(struct arena *a, const char *text, const char *message)
{
	struct diag *d = diag_new(a);
	size_t at = str_find(str_of(text), 'x');
	struct str s;

	diag_judge(d, RULE_SHARED_PAGE, STR("domu"), STR("/soc/x"),
		   place_text(STR("dom.cfg"), str_of(text), at, 1), "%s", message);
	s = sarif_of(d);
	return str_sub(str_from(s, str_find_sub(s, STR("finding/v1"))), 14, 16);
}

static void fingerprints_outlive_moves(void **state)
{
	struct str one = fingerprint(*state, "x\n", "same");

	assert_true(str_eq(one, fingerprint(*state, "\n\n  x\n", "same")));
	assert_false(str_eq(one, fingerprint(*state, "x\n", "other")));
}

static void far_columns_are_left_out(void **state)
{
	struct buf text = buf_new(*state);
	struct diag *d = diag_new(*state);
	struct str s;

	buf_fill(&text, ' ', 100000);
	diag_judge(d, RULE_SHARED_PAGE, STR_NONE, STR_NONE,
		   place_text(STR("dom.cfg"), buf_get(&text), 90000, 1), "far");
	s = sarif_of(d);
	assert_true(says(s, "\"region\": {\n                  \"startLine\": 1\n"));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(places, setup, teardown),
		cmocka_unit_test_setup_teardown(words_are_only_words, setup, teardown),
		cmocka_unit_test_setup_teardown(allowed_is_suppressed, setup, teardown),
		cmocka_unit_test_setup_teardown(every_rule_is_described, setup, teardown),
		cmocka_unit_test_setup_teardown(fingerprints_outlive_moves, setup, teardown),
		cmocka_unit_test_setup_teardown(far_columns_are_left_out, setup, teardown),
	};

	if (argc == 2 && strcmp(argv[1], "print") == 0) {
		struct arena *a = arena_new();
		struct str s = sample(a);

		fwrite(s.s, 1, s.n, stdout);
		arena_free(a);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
