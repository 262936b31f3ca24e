/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What machines see.  Run with the word `print` this only prints the sample,
 * for tests/tools/schema.py to check against schemas/findings.schema.json.
 */
#include "diag.h"

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

static const char sample_text[] =
	"{\n"
	"  \"findings\": [\n"
	"    {\n"
	"      \"rule\": \"default-release\",\n"
	"      \"level\": \"note\",\n"
	"      \"message\": \"two\",\n"
	"      \"guest\": null,\n"
	"      \"places\": [],\n"
	"      \"notes\": [],\n"
	"      \"help\": null,\n"
	"      \"allowed\": null\n"
	"    },\n"
	"    {\n"
	"      \"rule\": \"wrong-line\",\n"
	"      \"level\": \"error\",\n"
	"      \"message\": \"three\",\n"
	"      \"guest\": \"domu\",\n"
	"      \"places\": [\n"
	"        {\n"
	"          \"file\": \"a.cfg\",\n"
	"          \"line\": null,\n"
	"          \"column\": null\n"
	"        }\n"
	"      ],\n"
	"      \"notes\": [],\n"
	"      \"help\": null,\n"
	"      \"allowed\": \"\"\n"
	"    },\n"
	"    {\n"
	"      \"rule\": \"shared-page\",\n"
	"      \"level\": \"error\",\n"
	"      \"message\": \"\\\"one\\\" \\u001b[2J \\ufffd \\u00e9 \\u202e\",\n"
	"      \"guest\": \"domu\",\n"
	"      \"places\": [\n"
	"        {\n"
	"          \"file\": \"dom.cfg\",\n"
	"          \"line\": 2,\n"
	"          \"column\": 5\n"
	"        },\n"
	"        {\n"
	"          \"file\": \"board.dtb\",\n"
	"          \"path\": \"/soc/x\",\n"
	"          \"property\": \"reg\",\n"
	"          \"cell\": 0\n"
	"        },\n"
	"        {\n"
	"          \"file\": \"board.dtb\",\n"
	"          \"path\": \"/soc/x\",\n"
	"          \"property\": null,\n"
	"          \"cell\": null\n"
	"        }\n"
	"      ],\n"
	"      \"notes\": [\n"
	"        \"first\",\n"
	"        \"second\"\n"
	"      ],\n"
	"      \"help\": \"do this\\nor that\",\n"
	"      \"allowed\": null\n"
	"    }\n"
	"  ],\n"
	"  \"summary\": {\n"
	"    \"errors\": 1,\n"
	"    \"warnings\": 0,\n"
	"    \"notes\": 1,\n"
	"    \"allowed\": 1,\n"
	"    \"baseline\": 0\n"
	"  }\n"
	"}\n";

static struct place in_tree(const char *property, int32_t cell)
{
	return (struct place){
		.kind = PLACE_TREE,
		.file = STR("board.dtb"),
		.path = STR("/soc/x"),
		.property = str_of(property),
		.cell = cell,
	};
}

static const char *sample(struct arena *a)
{
	struct diag *d = diag_new(a);
	struct buf out = buf_new(a);
	struct finding *f = diag_judge(d, RULE_SHARED_PAGE, STR("domu"), STR("/soc/x"),
				       place_text(STR("dom.cfg"), STR("\nx = 1\n"), 5, 1),
				       "\"one\" \033[2J \xff \u00e9 \u202e");

	finding_place(d, f, in_tree("reg", 0), "says is not for machines");
	finding_place(d, f, in_tree("", -1), NULL);
	finding_note(d, f, "first");
	finding_note(d, f, "second");
	finding_help(d, f, "do this");
	finding_help(d, f, "or that");
	diag_judge(d, RULE_DEFAULT_RELEASE, STR_NONE, STR_NONE, place_none(), "two");
	diag_judge(d, RULE_WRONG_LINE, STR("domu"), STR("/soc/x"), place_file(STR("a.cfg")),
		   "three");
	diag_allow(d, (struct allowance){ .rule = RULE_WRONG_LINE,
					  .guest = STR("domu"),
					  .subject = STR("/soc/x") });
	diag_settle(d, FAIL_ON_ERROR);
	diag_json(d, &out);
	return str_c(a, buf_get(&out));
}

static void every_shape(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(sample(a), sample_text);
	arena_free(a);
}

static void nothing_found(void **state)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new(a);
	struct buf out = buf_new(a);

	(void)state;
	diag_settle(d, FAIL_ON_ERROR);
	diag_json(d, &out);
	assert_string_equal(str_c(a, buf_get(&out)), "{\n"
						     "  \"findings\": [],\n"
						     "  \"summary\": {\n"
						     "    \"errors\": 0,\n"
						     "    \"warnings\": 0,\n"
						     "    \"notes\": 0,\n"
						     "    \"allowed\": 0,\n"
						     "    \"baseline\": 0\n"
						     "  }\n"
						     "}\n");
	arena_free(a);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shape),
		cmocka_unit_test(nothing_found),
	};

	if (argc == 2 && strcmp(argv[1], "print") == 0) {
		struct arena *a = arena_new();

		fputs(sample(a), stdout);
		arena_free(a);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
