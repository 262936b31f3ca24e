/* SPDX-License-Identifier: BSD-2-Clause */
/* What stands around a config: overrides of the command line, our own block. */
#include "cfg_read.h"

/* ---- The command line --------------------------------------------------------- */

static void overrides_come_last(void **state)
{
	struct str words[] = { STR("a=2"), STR("b=[ 'x' ]"), STR("c='y';a+='z' # end") };
	struct place at;

	(void)state;
	assert_true(
		cfg_read(arena, diag, STR("dom.cfg"), STR("a = 1\n# no newline"), words, 3, &cfg));
	assert_str(setting("a").value.text, "2z");
	assert_int_equal(setting("b").value.nitems, 1);
	assert_int_equal(setting("c").last->source, 3);
	at = cfg_value_at(cfg, &setting("b").value.items[0]);
	assert_str(at.file, "command line");
	assert_int_equal(at.col, 6);
	assert_str(at.text, "b=[ 'x' ]");
	ASSERT_CLEAN();
}

static void overrides_have_faults(void **state)
{
	struct str words[] = { STR("name=x"), STR("memory") };

	(void)state;
	/* A newline follows the file: what was dropped as its last byte is not. */
	assert_false(cfg_read(arena, diag, STR("dom.cfg"), STR("a = 1-"), words, 2, &cfg));
	assert_str(setting("name").value.text, "x");
	ASSERT_FINDINGS({ "config-syntax", 1, 6, 1, "expected a value after `name =`, found `x`",
			  "quotes" },
			{ "config-syntax", 1, 7, 1, NULL, "one line" },
			{ "config-syntax", 1, 5, 2, NULL, NULL }, );
}

/* ---- The managed block -------------------------------------------------------- */

#define BLOCK "# >>> dtassign\nirqs = [ 1 ]\n# comment\n# <<< dtassign\n"

static void block(void **state)
{
	(void)state;
	assert_true(read_text("a = 1\nirqs = [ 2 ]\n" BLOCK "b = 2\n"));
	assert_true(cfg->has_block);
	assert_int_equal(cfg->block_off, 19);
	assert_int_equal(cfg->block_len, strlen(BLOCK));
	assert_str(setting_in("irqs", CFG_ALL).value.items[0].text, "1");
	assert_str(setting_in("irqs", CFG_BLOCK).value.items[0].text, "1");
	assert_str(setting_in("irqs", CFG_OUTSIDE).value.items[0].text, "2");
	assert_false(cfg_find(arena, cfg, STR("b"), CFG_BLOCK, &(struct cfg_setting){ 0 }));
	ASSERT_CLEAN();
}

static void block_at_the_end(void **state)
{
	struct str words[] = { STR("x=1") };

	(void)state;
	assert_true(cfg_read(arena, diag, STR("x"),
			     STR("# >>> dtassign 0.1: do not edit\na = 1\n# <<< dtassign"), words,
			     1, &cfg));
	assert_true(cfg->has_block);
	assert_int_equal(cfg->block_off, 0);
	assert_int_equal(cfg->block_len, cfg->source.n);
	assert_false(setting("x").last->managed);
	ASSERT_CLEAN();
}

static void block_joins_only_its_own(void **state)
{
	(void)state;
	assert_true(
		read_text("a = [ 1 ]\n# >>> dtassign\na += [ 2 ]\n# <<< dtassign\na += [ 3 ]\n"));
	assert_int_equal(setting_in("a", CFG_ALL).value.nitems, 3);
	assert_int_equal(setting_in("a", CFG_BLOCK).value.nitems, 1);
	assert_int_equal(setting_in("a", CFG_OUTSIDE).value.nitems, 2);
	assert_str(setting_in("a", CFG_OUTSIDE).value.items[1].text, "3");
	ASSERT_CLEAN();
}

static void damaged_blocks(void **state)
{
	static const struct {
		const char *cfg;
		uint32_t line;
		const char *text;
	} rows[] = {
		{ "# >>> dtassign\na = 1\n", 1,
		  "expected an end of the managed block, found none" },
		{ "a = 1\n# <<< dtassign\n", 2,
		  "expected the beginning of the managed block before its end, found none" },
		{ BLOCK BLOCK, 5, "expected one managed block, found a second" },
		{ "# >>> dtassign\n# >>> dtassign\n# <<< dtassign\n", 2,
		  "expected the end of the managed block, found a second beginning" },
		{ BLOCK "# <<< dtassign\n", 5,
		  "expected one end of the managed block, found a second" },
		{ " # >>> dtassign\n# <<< dtassign\n", 1, NULL },
		{ "#>>> dtassign\n", 1, NULL },
		{ "a = 1 # <<< dtassign\n", 1, NULL },
		{ "a = [\n# >>> dtassign\n]\n# <<< dtassign\n", 2, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		start_over();
		assert_false(read_text(rows[i].cfg));
		assert_false(cfg->broken); /* xl does not mind */
		assert_false(cfg->has_block);
		diag_settle(diag, FAIL_ON_ERROR);
		assert_finding(diag_get(diag, 0),
			       &(struct expected){ "damaged-managed-block", rows[i].line,
						   diag_get(diag, 0)->places.v[0].col, 0,
						   rows[i].text, "remove both markers" });
	}
}

static void talk_about_markers_is_none(void **state)
{
	(void)state;
	assert_true(read_text("# see # >>> dtassign\n# >>> dtassigned\na = '# >>> dtassign'\n"));
	assert_false(cfg->has_block);
	ASSERT_CLEAN();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(overrides_come_last),
		TEST(overrides_have_faults),
		TEST(block),
		TEST(block_at_the_end),
		TEST(block_joins_only_its_own),
		TEST(damaged_blocks),
		TEST(talk_about_markers_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
