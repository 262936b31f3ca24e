/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "json.h"

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void assert_text(struct buf *out, const char *want)
{
	assert_string_equal(str_c(arena, buf_get(out)), want);
}

static void test_nesting(void **state)
{
	struct buf out = buf_new(arena);
	struct json j = json_to(&out);

	(void)state;
	json_put_object(&j, NULL);
	json_put_number(&j, "n", UINT64_MAX);
	json_put_hex(&j, "h", UINT64_MAX);
	json_put_array(&j, "empty");
	json_put_end(&j);
	json_put_array(&j, "list");
	json_put_bool(&j, NULL, true);
	json_put_null(&j, NULL);
	json_put_object(&j, NULL);
	json_put_end(&j);
	json_put_end(&j);
	json_put_str_or_null(&j, "s", STR(""));
	json_put_end(&j);
	assert_text(&out, "{\n"
			  "  \"n\": 18446744073709551615,\n"
			  "  \"h\": \"0xffffffffffffffff\",\n"
			  "  \"empty\": [],\n"
			  "  \"list\": [\n"
			  "    true,\n"
			  "    null,\n"
			  "    {}\n"
			  "  ],\n"
			  "  \"s\": null\n"
			  "}\n");
}

static void assert_quoted(struct str s, const char *want)
{
	struct buf out = buf_new(arena);
	struct json j = json_to(&out);

	json_put_str(&j, NULL, s);
	assert_text(&out, want);
}

static void test_strings(void **state)
{
	(void)state;
	assert_quoted(STR("a\"b\\c/"), "\"a\\\"b\\\\c/\"");
	assert_quoted(STR("\n\t\x1b\x7f"), "\"\\n\\u0009\\u001b\\u007f\"");
	assert_quoted((struct str){ "a\0b", 3 }, "\"a\\u0000b\"");
	assert_quoted(STR("\xc3\xa9"), "\"\\u00e9\"");
	assert_quoted(STR("\xf0\x9f\x98\x80"), "\"\\ud83d\\ude00\"");
	assert_quoted(STR("\xf4\x8f\xbf\xbf"), "\"\\udbff\\udfff\"");
}

/* Overlong, surrogate, beyond Unicode, cut off, a lone continuation. */
static void test_bad_utf8(void **state)
{
	(void)state;
	assert_quoted(STR("\xc0\x80"), "\"\\ufffd\\ufffd\"");
	assert_quoted(STR("\xe0\x80\x80"), "\"\\ufffd\\ufffd\\ufffd\"");
	assert_quoted(STR("\xed\xa0\x80"), "\"\\ufffd\\ufffd\\ufffd\"");
	assert_quoted(STR("\xf4\x90\x80\x80"), "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
	assert_quoted(STR("a\xe2\x82"), "\"a\\ufffd\\ufffd\"");
	assert_quoted(STR("\x80x"), "\"\\ufffdx\"");
	assert_quoted(STR("\xff\xfe"), "\"\\ufffd\\ufffd\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nesting, setup, teardown),
		cmocka_unit_test_setup_teardown(test_strings, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_utf8, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
