/* SPDX-License-Identifier: BSD-2-Clause */
/* Blobs that somebody damaged, and blobs that somebody made to hurt. */
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

static bool load(struct diag *d, struct str blob)
{
	struct dt *t;

	return dt_load(arena, d, STR("board.dtb"), blob, &t);
}

static void assert_sound(struct str blob)
{
	struct diag *d = diag_new(arena);
	bool ok = load(d, blob);

	if (!ok)
		print_error("%s\n", str_c(arena, diag_last(d)->text));
	assert_true(ok);
	assert_int_equal(diag_nfaults(d), 0);
}

/* One fault of that rule, which says this. */
static void assert_fault(struct str blob, enum rule rule, const char *says)
{
	struct diag *d = diag_new(arena);
	const struct finding *f;

	assert_false(load(d, blob));
	assert_int_equal(diag_nfaults(d), 1);
	f = diag_last(d);
	if (str_find_sub(f->text, str_of(says)) == SIZE_MAX)
		print_error("expected `%s`, found `%s`\n", says, str_c(arena, f->text));
	assert_int_equal(f->rule, rule);
	assert_true(str_find_sub(f->text, str_of(says)) != SIZE_MAX);
	assert_true(f->helps.n > 0);
}

static void assert_bad(struct str blob, const char *says)
{
	assert_fault(blob, RULE_BAD_DEVICE_TREE, says);
}

/* A root and a child with a property. */
static struct blob small(void)
{
	struct blob b = blob_new(arena);

	blob_begin(&b, "");
	blob_begin(&b, "node");
	BLOB_CELLS(&b, "reg", 1, 2);
	blob_end(&b);
	return b;
}

static struct str poked(size_t at, uint32_t v)
{
	struct blob b = small();

	return blob_poke(arena, blob_finish(&b), at, v);
}

static void headers(void **state)
{
	struct blob b = small();
	struct str blob = blob_finish(&b);

	(void)state;
	assert_sound(blob);
	assert_bad(STR(""), "found 0 bytes");
	assert_bad(str_sub(blob, 0, 39), "found 39 bytes");
	assert_bad(poked(0, 0xd00dfeee), "found 0xd00dfeee");
	assert_bad(STR("/dts-v1/;\n/ { model = \"a tree, but as text\"; };\n"),
		   "device tree source");
	assert_bad(str_sub(blob, 0, blob.n - 1), "the header says");
	assert_bad(poked(BLOB_TOTAL, (uint32_t)blob.n + 1), "the header says");
	assert_bad(poked(BLOB_TOTAL, 39), "the header says 39 bytes");
	assert_bad(poked(BLOB_TOTAL, (uint32_t)blob.n - 1), "does not fit the total size");
	assert_bad(poked(BLOB_STRUCTURE, 0xfffffffc), "structure block");
	assert_bad(poked(BLOB_STRUCTURE, 57), "expected a multiple of 4");
	assert_bad(poked(BLOB_STRUCTURE_SIZE, 0xffffffff), "structure block");
	assert_bad(poked(BLOB_STRINGS, 0xffffffff), "strings block");
	assert_bad(poked(BLOB_STRINGS_SIZE, 0xffffffff), "strings block");
	assert_bad(poked(BLOB_RESERVES, 0xfffffff8), "memory reservation block");
	assert_bad(poked(BLOB_RESERVES, 44), "expected a multiple of 8");
	assert_bad(poked(BLOB_RESERVES, (uint32_t)(blob.n & ~(size_t)7)), "has no end");
}

static void versions(void **state)
{
	(void)state;
	assert_bad(poked(BLOB_VERSION, 15), "found 15");
	assert_bad(poked(BLOB_COMPATIBLE, 18), "readable since 18");
	assert_sound(poked(BLOB_VERSION, 18));
	assert_sound(poked(BLOB_VERSION, 16));
}

static void bytes_behind_the_blob(void **state)
{
	struct buf longer = buf_new(arena);
	struct blob b = small();
	struct str blob = blob_finish(&b);
	char *odd = arena_alloc(arena, blob.n + 1);

	(void)state;
	buf_str(&longer, blob);
	buf_text(&longer, "padding");
	assert_sound(buf_get(&longer));
	memcpy(odd + 1, blob.s, blob.n);
	assert_sound((struct str){ odd + 1, blob.n });
}

static void damaged_structure(void **state)
{
	struct blob b = blob_new(arena);

	(void)state;
	assert_bad(blob_raw(&b), "ends without an END token");
	blob_word(&b.structure, 9);
	assert_bad(blob_raw(&b), "before its root node");

	b = blob_new(arena);
	blob_begin(&b, "");
	blob_word(&b.structure, 9);
	assert_bad(blob_raw(&b), "before its root node");

	b = blob_new(arena);
	blob_begin(&b, "root");
	assert_bad(blob_finish(&b), "must have no name");

	b = small();
	blob_end(&b);
	blob_begin(&b, "");
	assert_bad(blob_finish(&b), "found a second");

	b = small();
	blob_end(&b);
	blob_end(&b);
	assert_bad(blob_finish(&b), "never began");

	b = blob_new(arena);
	blob_flag(&b, "early");
	blob_begin(&b, "");
	assert_bad(blob_finish(&b), "outside of all nodes");

	b = small();
	blob_flag(&b, "late");
	assert_bad(blob_finish(&b), "`late` stands after a child");

	b = small();
	blob_word(&b.structure, 5);
	assert_bad(blob_finish(&b), "found 0x00000005");

	b = small();
	blob_word(&b.structure, 4);
	assert_sound(blob_finish(&b));
}

static void cut_tokens(void **state)
{
	struct blob b;

	(void)state;
	b = blob_new(arena);
	blob_begin(&b, "");
	blob_word(&b.structure, 3);
	assert_bad(blob_raw(&b), "without an END");

	b = blob_new(arena);
	blob_begin(&b, "");
	blob_word(&b.structure, 3);
	blob_word(&b.structure, 0xfffffffd);
	blob_word(&b.structure, 0);
	buf_put(&b.strings, "name", 5);
	assert_bad(blob_raw(&b), "within a token");

	/* Its last word lacks a byte of padding. */
	b = blob_new(arena);
	blob_begin(&b, "");
	blob_bytes(&b, "name", "123", 3);
	b.structure.n--;
	assert_bad(blob_raw(&b), "within a token");

	b = blob_new(arena);
	blob_begin(&b, "");
	blob_word(&b.structure, 1);
	buf_text(&b.structure, "unending");
	assert_bad(blob_raw(&b), "has no end");
}

static struct str with_name_offset(uint32_t offset)
{
	struct blob b = blob_new(arena);

	blob_begin(&b, "");
	blob_word(&b.structure, 3);
	blob_word(&b.structure, 0);
	blob_word(&b.structure, offset);
	buf_put(&b.strings, "good\0open", 9);
	return blob_finish(&b);
}

static void names_of_properties(void **state)
{
	struct blob b = blob_new(arena);
	char *name = arena_alloc(arena, LIMIT_NAME + 2);

	(void)state;
	assert_sound(with_name_offset(0));
	assert_bad(with_name_offset(4), "is named ``");
	assert_bad(with_name_offset(5), "at 0x5");
	assert_bad(with_name_offset(9), "at 0x9");
	assert_bad(with_name_offset(0xffffffff), "at 0xffffffff");
	blob_begin(&b, "");
	blob_flag(&b, "a b");
	assert_bad(blob_finish(&b), "`a b`");
	b = blob_new(arena);
	blob_begin(&b, "");
	memset(name, 'n', LIMIT_NAME);
	blob_flag(&b, name);
	assert_sound(blob_finish(&b));
	b = blob_new(arena);
	blob_begin(&b, "");
	memset(name, 'n', LIMIT_NAME + 1);
	blob_flag(&b, name);
	assert_bad(blob_finish(&b), "has no end");
}

static void names_of_nodes(void **state)
{
	static const char *const bad[] = {
		"", "a/b", "a b", "a\"b", "a\nb", "\x80", "a\\b", "a;b"
	};
	static const char *const good[] = { "a", "A,b.c_d+e-f@0,1", "a#b*c?" };
	struct blob b;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		b = blob_new(arena);
		blob_begin(&b, "");
		blob_begin(&b, bad[i]);
		blob_end(&b);
		assert_bad(blob_finish(&b), "which no path can carry");
	}
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		b = blob_new(arena);
		blob_begin(&b, "");
		blob_begin(&b, good[i]);
		blob_end(&b);
		assert_sound(blob_finish(&b));
	}
}

static void doubles(void **state)
{
	struct blob b = blob_new(arena);

	(void)state;
	blob_begin(&b, "");
	blob_flag(&b, "one");
	blob_flag(&b, "two");
	blob_flag(&b, "one");
	assert_bad(blob_finish(&b), "two properties `one`");

	b = small();
	blob_begin(&b, "other");
	blob_end(&b);
	blob_begin(&b, "node");
	blob_end(&b);
	assert_bad(blob_finish(&b), "two nodes have the path `/node`");

	b = small();
	blob_begin(&b, "Node");
	blob_end(&b);
	assert_sound(blob_finish(&b));
}

static void phandles(void **state)
{
	struct blob b;

	(void)state;
	for (uint32_t v = UINT32_MAX; v + 1 < 2; v++) {
		b = blob_new(arena);
		blob_begin(&b, "");
		BLOB_CELLS(&b, "phandle", v);
		assert_bad(blob_finish(&b), "`phandle` must be one cell");
	}
	b = blob_new(arena);
	blob_begin(&b, "");
	BLOB_CELLS(&b, "linux,phandle", 1, 2);
	assert_bad(blob_finish(&b), "`linux,phandle` must be one cell");

	b = blob_new(arena);
	blob_begin(&b, "");
	BLOB_CELLS(&b, "phandle", 1);
	BLOB_CELLS(&b, "linux,phandle", 2);
	assert_bad(blob_finish(&b), "has the phandle 0x1 already");

	b = blob_new(arena);
	blob_begin(&b, "");
	BLOB_CELLS(&b, "phandle", 1);
	blob_begin(&b, "twin");
	BLOB_CELLS(&b, "phandle", 1);
	blob_end(&b);
	assert_bad(blob_finish(&b), "the phandle 0x1 belongs to `/` already");
}

static void cells_of_buses(void **state)
{
	struct blob b = blob_new(arena);

	(void)state;
	blob_begin(&b, "");
	BLOB_CELLS(&b, "#address-cells", 5);
	assert_bad(blob_finish(&b), "`#address-cells` must be one cell of 0 to 4");
	b = blob_new(arena);
	blob_begin(&b, "");
	blob_flag(&b, "#size-cells");
	assert_bad(blob_finish(&b), "`#size-cells` must be one cell of 0 to 4");
}

/* What leaves the rest readable is all told at once. */
static void all_doubles_are_told(void **state)
{
	struct diag *d = diag_new(arena);
	struct blob b = blob_new(arena);

	(void)state;
	blob_begin(&b, "");
	blob_flag(&b, "one");
	blob_flag(&b, "one");
	BLOB_CELLS(&b, "phandle", 0);
	for (int i = 0; i < 3; i++) {
		blob_begin(&b, "same");
		blob_end(&b);
	}
	assert_false(load(d, blob_finish(&b)));
	assert_int_equal(diag_nfaults(d), 4);
}

static struct str nested(uint32_t depth)
{
	struct blob b = blob_new(arena);

	blob_begin(&b, "");
	for (uint32_t i = 0; i < depth; i++)
		blob_begin(&b, "n");
	for (uint32_t i = 0; i < depth; i++)
		blob_end(&b);
	return blob_finish(&b);
}

static void depth(void **state)
{
	(void)state;
	assert_sound(nested(LIMIT_DEPTH));
	assert_fault(nested(LIMIT_DEPTH + 1), RULE_LIMIT_EXCEEDED, "nested more than 64");
	assert_fault(nested(100000), RULE_LIMIT_EXCEEDED, "nested more than 64");
}

static void long_paths(void **state)
{
	char *name = arena_alloc(arena, LIMIT_PATH);
	struct blob b = blob_new(arena);

	(void)state;
	memset(name, 'n', LIMIT_PATH - 2);
	blob_begin(&b, "");
	blob_begin(&b, name);
	blob_end(&b);
	assert_sound(blob_finish(&b));
	b = blob_new(arena);
	blob_begin(&b, "");
	blob_begin(&b, name);
	blob_begin(&b, "n");
	blob_end(&b);
	blob_end(&b);
	assert_fault(blob_finish(&b), RULE_LIMIT_EXCEEDED, "the limit is 4095");
}

static struct str with_properties(uint32_t n)
{
	struct blob b = blob_new(arena);

	blob_begin(&b, "");
	for (uint32_t i = 0; i < n; i++) {
		blob_word(&b.structure, 3);
		blob_word(&b.structure, 0);
		blob_word(&b.structure, i * 5);
		buf_format(&b.strings, "p%03x", i % 0x1000);
		buf_char(&b.strings, '\0');
	}
	return blob_finish(&b);
}

static void many_properties(void **state)
{
	(void)state;
	assert_sound(with_properties(LIMIT_PROPS_PER_NODE));
	assert_fault(with_properties(LIMIT_PROPS_PER_NODE + 1), RULE_LIMIT_EXCEEDED,
		     "more than 4096 properties");
}

static struct str compatible_of(size_t n)
{
	struct blob b = blob_new(arena);

	blob_begin(&b, "");
	blob_bytes(&b, "compatible", arena_alloc(arena, n), n);
	return blob_finish(&b);
}

static void long_compatible(void **state)
{
	(void)state;
	assert_sound(compatible_of(LIMIT_COMPATIBLE));
	assert_fault(compatible_of(LIMIT_COMPATIBLE + 1), RULE_LIMIT_EXCEEDED,
		     "`compatible` has 4097 bytes");
}

/* Many short names below one long path: bytes of paths are what counts. */
static void many_long_paths(void **state)
{
	char *name = arena_alloc(arena, 4001);
	struct blob b = blob_new(arena);

	(void)state;
	memset(name, 'n', 4000);
	blob_begin(&b, "");
	blob_begin(&b, name);
	for (uint32_t i = 0; i < (LIMIT_ALL_PATHS / 4000); i++) {
		blob_begin(&b, str_c(arena, str_format(arena, "%x", i)));
		blob_end(&b);
	}
	blob_end(&b);
	assert_fault(blob_finish(&b), RULE_LIMIT_EXCEEDED, "the paths of all nodes");
}

static void many_nodes(void **state)
{
	struct blob b = blob_new(arena);

	(void)state;
	blob_begin(&b, "");
	for (uint32_t i = 0; i < LIMIT_NODES; i++) {
		blob_begin(&b, "n");
		blob_end(&b);
	}
	assert_fault(blob_finish(&b), RULE_LIMIT_EXCEEDED, "more than 1048576 nodes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(headers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(versions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bytes_behind_the_blob, set_up, tear_down),
		cmocka_unit_test_setup_teardown(damaged_structure, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cut_tokens, set_up, tear_down),
		cmocka_unit_test_setup_teardown(names_of_properties, set_up, tear_down),
		cmocka_unit_test_setup_teardown(names_of_nodes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(doubles, set_up, tear_down),
		cmocka_unit_test_setup_teardown(phandles, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cells_of_buses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(all_doubles_are_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(depth, set_up, tear_down),
		cmocka_unit_test_setup_teardown(long_paths, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_properties, set_up, tear_down),
		cmocka_unit_test_setup_teardown(long_compatible, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_long_paths, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_nodes, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
