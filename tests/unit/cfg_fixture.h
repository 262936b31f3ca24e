/* SPDX-License-Identifier: BSD-2-Clause */
/* For the tests of room request: a text is read, findings are looked at. */
#ifndef DTASSIGN_TEST_CFG_FIXTURE_H
#define DTASSIGN_TEST_CFG_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "request.h"

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

/* For the next row of a table. */
static inline void start_over(void)
{
	tear_down(NULL);
	set_up(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static inline void assert_str(struct str found, const char *expected)
{
	assert_string_equal(str_c(arena, found), expected);
}

/* What one finding has to be; NULL and 0: not looked at. */
struct expected {
	const char *slug;
	uint32_t line, col, len;
	const char *text, *help;
};

static inline void assert_finding(const struct finding *f, const struct expected *e)
{
	const struct place *at = f->places.v;

	assert_string_equal(rule_get(f->rule)->slug, e->slug);
	if (e->text)
		assert_str(f->text, e->text);
	assert_true(f->helps.n > 0);
	if (e->help && str_find_sub(f->helps.v[0], str_of(e->help)) == SIZE_MAX)
		assert_str(f->helps.v[0], e->help);
	if (!e->line)
		return;
	assert_true(f->places.n > 0);
	assert_int_equal(at->line, e->line);
	assert_int_equal(at->col, e->col);
	if (e->len)
		assert_int_equal(at->len, e->len);
}

static inline void assert_findings(const struct expected *expected, size_t n)
{
	diag_settle(diag, FAIL_ON_ERROR);
	for (size_t i = 0; i < n && i < diag_count(diag); i++)
		assert_finding(diag_get(diag, i), &expected[i]);
	for (size_t i = n; i < diag_count(diag); i++)
		print_message("too much: %s\n", str_c(arena, diag_get(diag, i)->text));
	assert_int_equal(diag_count(diag), n);
}

#define ASSERT_FINDINGS(...) \
	assert_findings((const struct expected[]){ __VA_ARGS__ }, \
			ARRAY_SIZE(((const struct expected[]){ __VA_ARGS__ })))
#define ASSERT_CLEAN() assert_findings(NULL, 0)

#endif
