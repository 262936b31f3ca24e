/* SPDX-License-Identifier: BSD-2-Clause */
/* Overlays, and what is said of those that do not apply. */
#include "blob.h"
#include "dt.h"

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct str board(bool symbols)
{
	struct blob b = blob_new(arena);

	blob_begin(&b, "");
	blob_begin(&b, "uart");
	BLOB_CELLS(&b, "phandle", 1);
	BLOB_TEXT(&b, "status", "disabled");
	blob_end(&b);
	if (symbols) {
		blob_begin(&b, "__symbols__");
		BLOB_TEXT(&b, "uart0", "/uart");
		blob_end(&b);
	}
	return blob_finish(&b);
}

/* Enables a node found by its path, and adds a child to it. */
static struct str by_path(const char *path)
{
	struct blob b = blob_new(arena);

	blob_begin(&b, "");
	blob_begin(&b, "fragment@0");
	blob_bytes(&b, "target-path", path, strlen(path) + 1);
	blob_begin(&b, "__overlay__");
	BLOB_TEXT(&b, "status", "okay");
	blob_begin(&b, "device");
	blob_end(&b);
	blob_end(&b);
	blob_end(&b);
	return blob_finish(&b);
}

/* Gives the node behind a label a property. */
static struct str by_label(const char *label, const char *property)
{
	struct blob b = blob_new(arena);

	blob_begin(&b, "");
	blob_begin(&b, "fragment@0");
	BLOB_CELLS(&b, "target", 0xffffffff);
	blob_begin(&b, "__overlay__");
	blob_flag(&b, property);
	blob_end(&b);
	blob_end(&b);
	blob_begin(&b, "__fixups__");
	BLOB_TEXT(&b, label, "/fragment@0:target:0");
	blob_end(&b);
	return blob_finish(&b);
}

static bool apply(struct diag *d, struct str base, const struct str *overlays, size_t n,
		  struct dt **out)
{
	struct dt_source sources[4];
	struct str merged;

	for (size_t i = 0; i < n; i++)
		sources[i] = (struct dt_source){ STR("x.dtbo"), overlays[i] };
	return dt_apply_overlays(arena, d, (struct dt_source){ STR("board.dtb"), base }, sources, n,
				 &merged) &&
	       dt_load(arena, d, STR("board.dtb"), merged, out);
}

static void assert_fault(struct str base, struct str overlay, enum rule rule, const char *says)
{
	struct diag *d = diag_new(arena);
	struct dt *t;

	assert_false(apply(d, base, &overlay, 1, &t));
	assert_int_equal(diag_nfaults(d), 1);
	if (str_find_sub(diag_last(d)->text, str_of(says)) == SIZE_MAX)
		print_error("found `%s`\n", str_c(arena, diag_last(d)->text));
	assert_int_equal(diag_last(d)->rule, rule);
	assert_true(str_find_sub(diag_last(d)->text, str_of(says)) != SIZE_MAX);
	assert_true(str_is(diag_last(d)->places.v[0].file, "x.dtbo"));
}

static void in_order(void **state)
{
	const struct str overlays[] = { by_path("/uart"), by_label("uart0", "one"),
					by_path("/uart/device") };
	struct diag *d = diag_new(arena);
	struct dt *t;
	dt_id uart;

	(void)state;
	assert_true(apply(d, board(true), overlays, ARRAY_SIZE(overlays), &t));
	uart = dt_find_path(t, STR("/uart"));
	assert_true(str_is(dt_text(t, uart, "status"), "okay"));
	assert_true(dt_has(t, uart, "one"));
	assert_int_not_equal(dt_find_path(t, STR("/uart/device/device")), DT_NONE);
	assert_int_equal(diag_nfaults(d), 0);
}

static void none(void **state)
{
	struct str base = board(false);
	struct diag *d = diag_new(arena);
	struct dt *t;

	(void)state;
	assert_true(apply(d, base, NULL, 0, &t));
	assert_true(str_eq(t->blob, base));
}

static void labels_that_are_missing(void **state)
{
	(void)state;
	assert_fault(board(false), by_label("uart0", "one"), RULE_NO_SYMBOLS,
		     "the label `uart0`, but `board.dtb` has no /__symbols__");
	assert_fault(board(true), by_label("uart1", "one"), RULE_BAD_OVERLAY,
		     "the label `uart1`, which `board.dtb` does not have");
}

static void paths_that_are_missing(void **state)
{
	struct diag *d = diag_new(arena);
	struct str overlay = by_path("/uart");
	struct dt *t;

	(void)state;
	assert_fault(board(true), by_path("/spi"), RULE_BAD_OVERLAY,
		     "changes `/spi`, which `board.dtb` does not have");
	/* No label, so no symbols needed. */
	assert_true(apply(d, board(false), &overlay, 1, &t));
}

static void what_is_no_overlay(void **state)
{
	struct blob b = blob_new(arena);

	(void)state;
	assert_fault(board(true), board(true), RULE_BAD_OVERLAY, "without an __overlay__");
	assert_fault(board(true), STR("not at all"), RULE_BAD_DEVICE_TREE, "found 10 bytes");
	blob_begin(&b, "");
	blob_begin(&b, "fragment@0");
	blob_begin(&b, "__overlay__");
	blob_end(&b);
	blob_end(&b);
	assert_fault(board(true), blob_finish(&b), RULE_BAD_OVERLAY, "does not apply");
}

/* An overlay whose fixups say this; its `target` has four bytes. */
static struct str patching(const char *local, uint32_t offset, const char *fixup, size_t n)
{
	struct blob b = blob_new(arena);

	blob_begin(&b, "");
	blob_begin(&b, "f");
	BLOB_CELLS(&b, "target", 0xffffffff);
	blob_begin(&b, "__overlay__");
	blob_end(&b);
	blob_end(&b);
	if (local) {
		blob_begin(&b, "__local_fixups__");
		blob_begin(&b, "f");
		BLOB_CELLS(&b, local, offset);
		blob_end(&b);
		blob_end(&b);
	}
	blob_begin(&b, "__fixups__");
	blob_bytes(&b, "uart0", fixup, n);
	blob_end(&b);
	return blob_finish(&b);
}

/* libfdt 1.6.1 would read and write there. */
static void patches_outside(void **state)
{
	static const char *const malformed[] = {
		"", "/f", "/f:target", "/f:target:", "/f:target:x", "/f:target:-4", "/f:target: 0"
	};
	static const char *const beyond[] = { "/f:target:1", "/f:target:4294967292",
					      "/f:target:18446744073709551615" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(malformed); i++)
		assert_fault(board(true), patching(NULL, 0, malformed[i], strlen(malformed[i]) + 1),
			     RULE_BAD_OVERLAY, "PATH:PROPERTY:OFFSET");
	for (size_t i = 0; i < ARRAY_SIZE(beyond); i++)
		assert_fault(board(true), patching(NULL, 0, beyond[i], strlen(beyond[i]) + 1),
			     RULE_BAD_OVERLAY, "beyond the end");
	assert_fault(board(true), patching(NULL, 0, "/f:target:0", 11), RULE_BAD_OVERLAY,
		     "PATH:PROPERTY:OFFSET");
	assert_fault(board(true), patching(NULL, 0, "/f:other:0", 11), RULE_BAD_OVERLAY,
		     "does not have");
	assert_fault(board(true), patching(NULL, 0, "/g:target:0", 12), RULE_BAD_OVERLAY,
		     "does not have");
	assert_fault(board(true), patching("target", 1, "/f:target:0", 12), RULE_BAD_OVERLAY,
		     "beyond the end");
	assert_fault(board(true), patching("target", 0x80000000, "/f:target:0", 12),
		     RULE_BAD_OVERLAY, "beyond the end");
	assert_fault(board(true), patching("other", 0, "/f:target:0", 12), RULE_BAD_OVERLAY,
		     "does not have");
}

static void too_large(void **state)
{
	struct blob b = blob_new(arena);
	char *filler = arena_alloc(arena, LIMIT_OVERLAY_BYTES);

	(void)state;
	blob_begin(&b, "");
	blob_bytes(&b, "filler", filler, LIMIT_OVERLAY_BYTES);
	assert_fault(board(true), blob_finish(&b), RULE_LIMIT_EXCEEDED, "too large for a board");
}

/* Paths of symbols grow by the path of their target, more than twice here. */
static void room_for_symbols(void **state)
{
	struct blob base = blob_new(arena), b = blob_new(arena);
	const size_t deep = 30, wide = 3000;
	struct buf path = buf_new(arena);
	struct diag *d = diag_new(arena);
	struct str overlay;
	struct dt *t;

	(void)state;
	blob_begin(&base, "");
	for (size_t i = 0; i < deep; i++) {
		blob_begin(&base, "a-rather-long-name-of-a-node");
		buf_text(&path, "/a-rather-long-name-of-a-node");
	}
	for (size_t i = 0; i < deep; i++)
		blob_end(&base);
	blob_begin(&base, "__symbols__");
	blob_end(&base);
	blob_begin(&b, "");
	blob_begin(&b, "f");
	blob_bytes(&b, "target-path", str_c(arena, buf_get(&path)), path.n + 1);
	blob_begin(&b, "__overlay__");
	blob_begin(&b, "d");
	blob_end(&b);
	blob_end(&b);
	blob_end(&b);
	blob_begin(&b, "__symbols__");
	for (size_t i = 0; i < wide; i++)
		BLOB_TEXT(&b, str_c(arena, str_format(arena, "l%zx", i)), "/f/__overlay__/d");
	blob_end(&b);
	overlay = blob_finish(&b);
	assert_true(apply(d, blob_finish(&base), &overlay, 1, &t));
	assert_int_equal(dt_node(t, dt_find_label(t, STR("l1")))->depth, deep + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(labels_that_are_missing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(paths_that_are_missing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_overlay, set_up, tear_down),
		cmocka_unit_test_setup_teardown(patches_outside, set_up, tear_down),
		cmocka_unit_test_setup_teardown(too_large, set_up, tear_down),
		cmocka_unit_test_setup_teardown(room_for_symbols, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
