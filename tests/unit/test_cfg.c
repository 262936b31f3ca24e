/* SPDX-License-Identifier: BSD-2-Clause */
#include "cfg_read.h"

#include <time.h>

/* ---- Values ------------------------------------------------------------------- */

static void scalars(void **state)
{
	(void)state;
	assert_true(read_text("a = \"x\"\nb='y' # c\n\tc.d_9\t=\t0x1f;e=5"));
	assert_int_equal(cfg->nstatements, 4);
	assert_str(setting("a").value.text, "x");
	assert_int_equal(setting("a").value.kind, CFG_STRING);
	assert_str(setting("b").value.text, "y");
	assert_str(setting("c.d_9").value.text, "0x1f");
	assert_int_equal(setting("c.d_9").value.kind, CFG_NUMBER);
	assert_str(setting("e").value.text, "5");
	ASSERT_CLEAN();
}

static void lists(void **state)
{
	struct cfg_value v;

	(void)state;
	assert_true(read_text("a = [\n 1, # one\n\n 'two'\n ,\n]\nb=[]\nc=[[1,[]],'x']\n"));
	v = setting("a").value;
	assert_int_equal(v.kind, CFG_LIST);
	assert_int_equal(v.nitems, 2);
	assert_str(v.items[0].text, "1");
	assert_str(v.items[1].text, "two");
	assert_int_equal(setting("b").value.nitems, 0);
	v = setting("c").value;
	assert_int_equal(v.nitems, 2);
	assert_int_equal(v.items[0].nitems, 2);
	assert_int_equal(v.items[0].items[1].kind, CFG_LIST);
	ASSERT_CLEAN();
}

static void strings(void **state)
{
	(void)state;
	assert_true(read_text("a = \"\\\"\\'\\\\\\a\\b\\f\\n\\r\\t\\v\"\n"
			      "b = 'it\\'s \"#\" ; [ ] ,='\n"
			      "c = \"\"\n"
			      "d = \"caf\xc3\xa9\"\n"));
	assert_str(setting("a").value.text, "\"'\\\a\b\f\n\r\t\v");
	assert_str(setting("b").value.text, "it's \"#\" ; [ ] ,=");
	assert_str(setting("c").value.text, "");
	assert_str(setting("d").value.text, "caf\xc3\xa9");
	ASSERT_CLEAN();
}

static void last_assignment_counts(void **state)
{
	(void)state;
	assert_true(read_text("a = 1\na = 2\nb += 'x'\nb += 'y'\nc = [1]\nc += [2, 3]\n"
			      "d = 'x'\nd += 'y'\nd = 'z'\n"));
	assert_str(setting("a").value.text, "2");
	assert_false(setting("a").append);
	assert_str(setting("b").value.text, "xy");
	assert_true(setting("b").append);
	assert_int_equal(setting("c").value.nitems, 3);
	assert_str(setting("c").value.items[2].text, "3");
	assert_str(setting("d").value.text, "z");
	assert_false(cfg_find(arena, cfg, STR("e"), CFG_ALL, &(struct cfg_setting){ 0 }));
	ASSERT_CLEAN();
}

static void numbers(void **state)
{
	static const struct {
		const char *text;
		enum cfg_number how;
		int64_t value;
	} rows[] = {
		{ "512", CFG_NUMBER_GOOD, 512 },
		{ "0x1f", CFG_NUMBER_GOOD, 31 },
		{ "0XfF", CFG_NUMBER_GOOD, 255 },
		{ "0", CFG_NUMBER_GOOD, 0 },
		{ "007", CFG_NUMBER_GOOD, 7 },
		{ "0512", CFG_NUMBER_OCTAL, 330 },
		{ " +5", CFG_NUMBER_GOOD, 5 },
		{ "-5", CFG_NUMBER_GOOD, -5 },
		{ "08", CFG_NUMBER_NONE, 0 },
		{ "5 ", CFG_NUMBER_NONE, 0 },
		{ "", CFG_NUMBER_NONE, 0 },
		{ "0x", CFG_NUMBER_NONE, 0 },
		{ "12g", CFG_NUMBER_NONE, 0 },
		{ "9223372036854775807", CFG_NUMBER_GOOD, INT64_MAX },
		{ "9223372036854775808", CFG_NUMBER_TOO_LARGE, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int64_t n = 0;

		assert_int_equal(cfg_number(arena, str_of(rows[i].text), &n), rows[i].how);
		if (rows[i].how <= CFG_NUMBER_OCTAL)
			assert_int_equal(n, rows[i].value);
	}
}

static void places(void **state)
{
	const struct cfg_value *item;
	struct place at;

	(void)state;
	assert_true(read_text("# x\n  key = [ 12,\n\t\"a\\tb c\", \"\" ]\n"));
	at = cfg_key_at(cfg, &cfg->statements[0]);
	assert_int_equal(at.line, 2);
	assert_int_equal(at.col, 3);
	assert_int_equal(at.len, 3);
	item = cfg->statements[0].value.items;
	at = cfg_value_at(cfg, &item[0]);
	assert_int_equal(at.col, 11);
	assert_int_equal(at.len, 2);
	at = cfg_value_at(cfg, &item[1]); /* without its quotes */
	assert_int_equal(at.line, 3);
	assert_int_equal(at.col, 3);
	assert_int_equal(at.len, 6);
	at = cfg_value_at(cfg, &item[2]); /* nothing but quotes */
	assert_int_equal(at.len, 2);
	/* An escape before a part: no place of its own. */
	at = cfg_part_at(cfg, &item[1], str_from(item[1].text, 4));
	assert_int_equal(at.col, 3);
	at = cfg_part_at(cfg, &item[0], str_from(item[0].text, 1));
	assert_int_equal(at.col, 12);
	assert_int_equal(at.len, 1);
	at = cfg_value_at(cfg, &cfg->statements[0].value); /* clipped to its line */
	assert_int_equal(at.line, 2);
	assert_int_equal(at.col, 9);
	assert_int_equal(at.len, 5);
	ASSERT_CLEAN();
}

/* ---- Faults ------------------------------------------------------------------- */

static void every_error_has_its_words(void **state)
{
	static const struct {
		const char *cfg;
		struct expected e;
	} rows[] = {
#define FAULT(cfg, line, col, len, text, help) \
	{ \
		cfg, \
		{ \
			"config-syntax", line, col, len, text, help \
		} \
	}
		FAULT("a = 1\r\nb = 2\r\n", 1, 6, 1,
		      "expected the line to end in a newline, found a carriage return before it",
		      "LF"),
		FAULT("\xef\xbb\xbf"
		      "a = 1\n",
		      1, 1, 3, "expected a key, found a byte order mark", "UTF-8"),
		FAULT("\xff\xfe"
		      "a",
		      1, 1, 2, "expected text of single bytes, found UTF-16", "UTF-8"),
		FAULT("a = 1\n# end", 2, 1, 5,
		      "expected a newline behind the comment, found the end of the file",
		      "newline"),
		FAULT("Memory = 5\n", 1, 1, 6, "expected a key, found `Memory`", "write `memory`"),
		FAULT("device-tree = ''\n", 1, 1, 11, "expected a key, found `device-tree`",
		      "write `device_tree`"),
		FAULT("_a = 1\n", 1, 1, 2, "expected a key, found `_a`", "begins with a letter"),
		FAULT("5 = 1\n", 1, 1, 1, "expected a key, found `5`", "KEY = VALUE"),
		FAULT("name: x\n", 1, 1, 5, "expected a key, found `name:`", "YAML"),
		FAULT("name : x\n", 1, 6, 1, "expected `=` or `+=` after `name`, found `:`",
		      "YAML"),
		FAULT("import os\n", 1, 8, 2, "expected `=` or `+=` after `import`, found `os`",
		      "not Python"),
		FAULT("a\n", 1, 2, 1, "expected `=` or `+=` after `a`, found the end of the line",
		      "one line"),
		FAULT("a\n= 1\n", 1, 2, 1,
		      "expected `=` or `+=` after `a`, found the end of the line", "one line"),
		FAULT("a =\n'x'\n", 1, 4, 1,
		      "expected a value after `a =`, found the end of the line", "one line"),
		FAULT("a =\n", 1, 4, 1, "expected a value after `a =`, found the end of the line",
		      "one line"),
		FAULT("a =\n\nb = 1\n", 1, 4, 1, NULL, "one line"),
		FAULT("a = ", 1, 5, 1, "expected a value after `a =`, found the end of the file",
		      "behind the `=`"),
		FAULT("a += True\n", 1, 6, 4, "expected a value after `a +=`, found `True`",
		      "write 1"),
		FAULT("a = None\n", 1, 5, 4, "expected a value after `a =`, found `None`",
		      "write 0"),
		FAULT("a = -1\n", 1, 5, 2, "expected a value after `a =`, found `-1`", "no sign"),
		FAULT("a = 0xFF\n", 1, 5, 4, "expected a value after `a =`, found `0xFF`",
		      "lower case"),
		FAULT("a = 512M\n", 1, 5, 4, "expected a value after `a =`, found `512M`",
		      "no unit"),
		FAULT("a = 1.5\n", 1, 5, 3, "expected a value after `a =`, found `1.5`",
		      "no fraction"),
		FAULT("a = (1)\n", 1, 5, 3, "expected a value after `a =`, found `(1)`", "[ ]"),
		FAULT("a = /dev/x\n", 1, 5, 6, "expected a value after `a =`, found `/dev/x`",
		      "quotes"),
		FAULT("a = word\n", 1, 5, 4, "expected a value after `a =`, found `word`",
		      "quotes"),
		FAULT("a = \xe2\x80\x9cx\xe2\x80\x9d\n", 1, 5, 7, NULL, "plain quote"),
		FAULT("a\xc2\xa0= 1\n", 1, 1, 3, NULL, "no-break space"),
		FAULT("// x\n", 1, 1, 2, "expected a key, found `//`", "comment begins with #"),
		FAULT("a = 1 // x\n", 1, 7, 2,
		      "expected the end of the line behind the value, found `//`",
		      "comment begins with #"),
		FAULT("a = 1 b = 2\n", 1, 7, 1,
		      "expected the end of the line behind the value, found `b`", "`;`"),
		FAULT("a = 'x' 'y'\n", 1, 9, 3,
		      "expected the end of the line behind the value, found `'y'`", "not joined"),
		FAULT("a = 'x' + 'y'\n", 1, 9, 1,
		      "expected the end of the line behind the value, found `+`", "not added"),
		FAULT("a = 1, 2\n", 1, 6, 1,
		      "expected the end of the line behind the value, found `,`", "list"),
		FAULT("a = 1 ]\n", 1, 7, 1,
		      "expected the end of the line behind the value, found `]`",
		      "no list is open"),
		FAULT("a = \"x\n", 1, 5, 2, "expected a closing \", found the end of the line",
		      "close the string with \""),
		FAULT("a = 'x\ny'\n", 1, 5, 2, "expected a closing ', found the end of the line",
		      "no string spans lines"),
		FAULT("a = 'x\\\ny'\n", 1, 5, 3, "expected a closing ', found the end of the line",
		      "no string spans lines"),
		FAULT("a = [ 1 2 ]\n", 1, 9, 1, "expected `,` or `]`, found `2`", "comma"),
		FAULT("a = [ 1,, 2 ]\n", 1, 9, 1, "expected a value, found `,`", "comma"),
		FAULT("a = [ , 2 ]\n", 1, 7, 1, "expected a value, found `,`", "comma"),
		FAULT("a = [ 1; 2 ]\n", 1, 8, 1, "expected `,` or `]`, found `;`", "commas"),
		FAULT("a = [ x=1, 'y' ]\n", 1, 7, 3, "expected a value, found `x=1`", "quotes"),
		FAULT("a = [ 1 b ]\n", 1, 9, 1, "expected `,` or `]`, found `b`", "quotes"),
		FAULT("a = [ 'x\n, 'y' ]\n", 1, 7, 2,
		      "expected a closing ', found the end of the line", "close the string with '"),
		FAULT("a = [ 1, 2\n\nb = 1\n", 1, 5, 1,
		      "expected `]` at the end of this list, found `b`", "close the list"),
		FAULT("a = [ 1, [ 2\n", 1, 10, 1,
		      "expected `]` at the end of this list, found the end of the file",
		      "close the list"),
		FAULT("a = \"\\x41\"\n", 1, 6, 2, "expected an escape that xl knows, found `\\x`",
		      "no numeric escapes"),
		FAULT("a = \"\\12\"\n", 1, 6, 2, "expected an escape that xl knows, found `\\1`",
		      "no numeric escapes"),
		FAULT("a = \"C:\\Win\"\n", 1, 8, 2, "expected an escape that xl knows, found `\\W`",
		      "`\\\\`"),
		FAULT("a = 1\na += [ 2 ]\n", 2, 6, 5,
		      "expected a string to join to `a`, found a list", "a list to a list"),
		FAULT("a = b = 5\n", 1, 5, 1, "expected a value after `a =`, found `b`", "quotes"),
		FAULT("a = [ 1 = 2 ]\n", 1, 9, 1, "expected `,` or `]`, found `=`", "quotes"),
		FAULT("a 5 [ 1\n, [ 2 ] ]\n", 1, 3, 1, "expected `=` or `+=` after `a`, found `5`",
		      "KEY = VALUE"),
		FAULT("a 5 [\nb = 1\n", 1, 3, 1, NULL, NULL),
		FAULT("a = '5 \t\n", 1, 5, 2, "expected a closing ', found the end of the line",
		      NULL),
		FAULT("a = 12345678901234567890123456789012345678901234567\xc3\xa9_\n", 1, 5, 50,
		      "expected a value after `a =`, found "
		      "`12345678901234567890123456789012345678901234567...`",
		      NULL),
		FAULT("a = \x01\n", 1, 5, 1, NULL, "control character"),
		FAULT("a = [ \\\n 1 ]\n", 1, 7, 1, NULL, "not continued"),
#undef FAULT
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		start_over();
		assert_false(read_text(rows[i].cfg));
		assert_true(cfg->broken);
		assert_findings(&rows[i].e, 1);
	}
}

static void reading_goes_on_behind_an_error(void **state)
{
	(void)state;
	assert_false(read_text("a = True\nB = 2\nc = [ 1 2, 0xFF, /x, [ 3 ]\nd = 'x\ne = 5 f = 6\n"
			       "g = = 1\nh = 7\n"));
	assert_str(setting("a").value.text, "1");
	assert_str(setting("b").value.text, "2");
	assert_int_equal(setting("c").value.nitems, 5);
	assert_str(setting("c").value.items[3].text, "/x");
	assert_str(setting("d").value.text, "x");
	assert_str(setting("f").value.text, "6");
	assert_str(setting("h").value.text, "7");
	assert_false(cfg_find(arena, cfg, STR("g"), CFG_ALL, &(struct cfg_setting){ 0 }));
	ASSERT_FINDINGS(
		{ "config-syntax", 1, 5, 4, NULL, NULL }, { "config-syntax", 2, 1, 1, NULL, NULL },
		{ "config-syntax", 3, 5, 1, NULL, "close the list" },
		{ "config-syntax", 3, 9, 1, NULL, "comma" },
		{ "config-syntax", 3, 12, 4, NULL, "lower case" },
		{ "config-syntax", 3, 18, 2, NULL, "quotes" },
		{ "config-syntax", 4, 5, 2, NULL, NULL }, { "config-syntax", 5, 7, 1, NULL, NULL },
		{ "config-syntax", 6, 5, 1, NULL, NULL }, );
}

static void an_open_list_shows_what_follows(void **state)
{
	const struct finding *f;

	(void)state;
	assert_false(read_text("a = [ 1,\n2\nb = 3\n"));
	diag_settle(diag, FAIL_ON_ERROR);
	f = diag_get(diag, 0);
	assert_int_equal(f->places.n, 2);
	assert_int_equal(f->places.v[1].line, 3);
	assert_str(f->places.v[1].says, "the next statement begins here");
}

/* libxlu_cfg.c:xlu__cfgl_dequote forgets to store them. */
static void octal_escapes_vanish(void **state)
{
	(void)state;
	assert_true(read_text("a = \"x\\101y\\0123z\"\n"));
	assert_str(setting("a").value.text, "xyz");
	ASSERT_FINDINGS({ "xl-ignores", 1, 7, 4,
			  "xl drops the octal escape `\\101` from the string", NULL },
			{ "xl-ignores", 1, 12, 5, NULL, NULL }, );
}

static void nothing_joins_to_another_shape(void **state)
{
	(void)state;
	assert_false(read_text("a = 'x'\na += [ 1 ]\na += [ 2 ]\n"));
	assert_int_equal(setting("a").value.nitems, 2);
}

/* A byte that begins no word is dropped where it is the very last. */
static void last_byte_is_dropped(void **state)
{
	(void)state;
	assert_true(read_text("a = 1\n'"));
	start_over();
	assert_true(read_text("a = 12-"));
	assert_str(setting("a").value.text, "12");
	ASSERT_FINDINGS({ "xl-ignores", 1, 7, 1, NULL, NULL }, );
}

static void last_byte_that_ends_a_line(void **state)
{
	(void)state;
	assert_true(read_text("a = 12\r"));
	assert_true(read_text("a = 12\n#"));
	ASSERT_CLEAN();
}

static void nul_bytes(void **state)
{
	(void)state;
	assert_false(read_str(STR("a = \"x\0y\"\n# \0\nb = \0\nc = 1\n")));
	assert_str(setting("a").value.text, "x");
	assert_str(setting("c").value.text, "1");
	ASSERT_FINDINGS(
		{ "config-syntax", 1, 7, 1, "expected text, found a NUL byte in a string", NULL },
		{ "config-syntax", 3, 5, 1, NULL, NULL }, );
}

/* ---- Limits ------------------------------------------------------------------- */

static struct str repeated(const char *head, const char *body, size_t n, const char *tail)
{
	struct buf b = buf_new(arena);

	buf_text(&b, head);
	for (size_t i = 0; i < n; i++)
		buf_text(&b, body);
	buf_text(&b, tail);
	return buf_get(&b);
}

static void deep_lists(void **state)
{
	(void)state;
	assert_true(read_str(str_format(arena, "a = %.*s%.*s\n",
					STR_ARG(repeated("", "[", LIMIT_DEPTH, "")),
					STR_ARG(repeated("", "]", LIMIT_DEPTH, "")))));
	ASSERT_CLEAN();
	start_over();
	assert_false(read_str(repeated("a = ", "[", 100000, "\nb = 1\n")));
	assert_str(setting("b").value.text, "1");
	ASSERT_FINDINGS({ "config-syntax", 1, 68, 1, NULL, "close the list" },
			{ "limit-exceeded", 1, 69, 1, NULL, NULL }, );
}

static void long_lists(void **state)
{
	(void)state;
	assert_true(read_str(repeated("a = [", "1,", LIMIT_LIST, "]\n")));
	assert_int_equal(setting("a").value.nitems, LIMIT_LIST);
	assert_false(read_str(repeated("a = [", "1,", LIMIT_LIST + 2, "]\nb = 1\n")));
	assert_int_equal(setting("a").value.nitems, LIMIT_LIST);
	ASSERT_FINDINGS({ "limit-exceeded", 1, 131078, 1, NULL, NULL }, );
}

static void large_files(void **state)
{
	(void)state;
	assert_false(read_str(repeated("", "a = 1\n", LIMIT_CONFIG_BYTES / 6 + 1, "")));
	assert_int_equal(cfg->nstatements, 0);
	ASSERT_FINDINGS({ "limit-exceeded", 0, 0, 0, NULL, NULL }, );
}

static double seconds_for(struct str text)
{
	struct timespec from, to;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	read_str(text);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* A MiB of the worst: none of it may cost more than its length. */
static void reading_is_linear(void **state)
{
	static const char *const worst[] = {
		"a=1\n",  "a+=''\n", "a+=[1]\n", "[",     "]",        "\"",    "\"\n",
		"'x' ",   "\\",      "# x\n",    "a=[\n", "a=[[[",    "a=[1,", "a=-1\n",
		"a=\"\n", "\r\n",    "\r",       "-",     "a=\"x ",   "a",     " ",
		",",      "a=\n",    "a='\\1",   "#\n",   "a=[\"x\n", "a=[b=", "# >>> dtassign\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(worst); i++) {
		struct str text =
			repeated("", worst[i], LIMIT_CONFIG_BYTES / 4 / strlen(worst[i]), "");

		if (seconds_for(text) > 20)
			fail_msg("too slow: %s", worst[i]);
		start_over();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(scalars),
		TEST(lists),
		TEST(strings),
		TEST(last_assignment_counts),
		TEST(numbers),
		TEST(places),
		TEST(every_error_has_its_words),
		TEST(reading_goes_on_behind_an_error),
		TEST(an_open_list_shows_what_follows),
		TEST(octal_escapes_vanish),
		TEST(nothing_joins_to_another_shape),
		TEST(last_byte_is_dropped),
		TEST(last_byte_that_ends_a_line),
		TEST(nul_bytes),
		TEST(deep_lists),
		TEST(long_lists),
		TEST(large_files),
		TEST(reading_is_linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
