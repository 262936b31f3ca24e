/* SPDX-License-Identifier: BSD-2-Clause */
#include "diag.h"

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *arena;
static struct diag *diag;

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	diag = diag_new(arena);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static const char *rendered(void)
{
	struct buf out = buf_new(arena);

	diag_settle(diag, FAIL_ON_ERROR);
	diag_github(diag, &out);
	return str_c(arena, buf_get(&out));
}

static struct place in_tree(const char *property)
{
	return (struct place){
		.kind = PLACE_TREE,
		.file = STR("board.dtb"),
		.path = STR("/soc/x"),
		.property = str_of(property),
		.cell = -1,
	};
}

static void every_part(void **state)
{
	struct finding *f =
		diag_judge(diag, RULE_SHARED_PAGE, STR("domu"), STR("/soc/x"),
			   place_text(STR("dom.cfg"), STR("\n\u00e9\u00e9 xx\n"), 6, 2), "text");

	(void)state;
	finding_place(diag, f, in_tree("reg"), "100 %% here");
	finding_note(diag, f, "a note");
	finding_help(diag, f, "a way: out, of it");
	assert_string_equal(rendered(),
			    "::error file=dom.cfg,line=2,endLine=2,col=4,endColumn=6,"
			    "title=shared-page::text%0Aat board.dtb:/soc/x reg: 100 %25 here"
			    "%0Aguest: domu%0Anote: a note%0Ahelp: a way: out, of it\n");
}

static void every_level(void **state)
{
	(void)state;
	diag_judge(diag, RULE_DEFAULT_RELEASE, STR_NONE, STR_NONE, place_none(), "one");
	diag_judge(diag, RULE_DUPLICATE_KEY, STR_NONE, STR_NONE, place_file(STR("b")), "two");
	diag_judge(diag, RULE_SHARED_PAGE, STR_NONE, STR_NONE, in_tree(""), "three");
	assert_string_equal(rendered(), "::notice title=default-release::one\n"
					"::warning file=b,title=duplicate-key::two\n"
					"::error file=board.dtb,title=shared-page::three%0Aat "
					"board.dtb:/soc/x\n");
}

static void no_input_gives_commands(void **state)
{
	struct finding *f = diag_judge(diag, RULE_SHARED_PAGE, STR_NONE, STR_NONE,
				       place_file(STR("a,line=1::b%\r\n::set-env x")), "%s",
				       "\r\n::add-mask::x %0A \033[2J \xff");

	(void)state;
	finding_note(diag, f, "\n::stop-commands::");
	assert_string_equal(rendered(),
			    "::error file=a%2Cline=1%3A%3Ab%25\\r\\n%3A%3Aset-env x,"
			    "title=shared-page::\\r\\n::add-mask::x %250A \\x1b[2J \\xff"
			    "%0Anote: \\n::stop-commands::\n");
}

static void allowed_is_left_out(void **state)
{
	(void)state;
	diag_judge(diag, RULE_SHARED_PAGE, STR("a"), STR("/x"), place_none(), "one");
	diag_allow(diag, (struct allowance){ .rule = RULE_SHARED_PAGE,
					     .guest = STR("a"),
					     .subject = STR("/x") });
	assert_string_equal(rendered(), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_part, setup, teardown),
		cmocka_unit_test_setup_teardown(every_level, setup, teardown),
		cmocka_unit_test_setup_teardown(no_input_gives_commands, setup, teardown),
		cmocka_unit_test_setup_teardown(allowed_is_left_out, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
