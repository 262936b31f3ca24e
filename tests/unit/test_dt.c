/* SPDX-License-Identifier: BSD-2-Clause */
/* What a sound tree says: nodes, look-ups, properties. */
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

static struct dt *load(struct blob *b)
{
	struct diag *d = diag_new(arena);
	struct dt *t = NULL;
	bool ok = dt_load(arena, d, STR("board.dtb"), blob_finish(b), &t);

	if (!ok)
		print_error("%s\n", str_c(arena, diag_last(d)->text));
	assert_true(ok);
	return t;
}

static dt_id at(const struct dt *t, const char *path)
{
	dt_id n = dt_find_path(t, str_of(path));

	assert_int_not_equal(n, DT_NONE);
	return n;
}

static const char *path_of(const struct dt *t, dt_id n)
{
	return n == DT_NONE ? "none" : str_c(arena, dt_node(t, n)->path);
}

/* Two UARTs on a bus, a clock, an alias, a label. */
static struct blob board(void)
{
	struct blob b = blob_new(arena);

	blob_begin(&b, "");
	BLOB_CELLS(&b, "#address-cells", 2);
	blob_begin(&b, "aliases");
	BLOB_TEXT(&b, "serial0", "/soc/uart@1000");
	BLOB_TEXT(&b, "console", "/soc/uart@1000");
	BLOB_TEXT(&b, "lost", "/nowhere");
	blob_end(&b);
	blob_begin(&b, "soc");
	BLOB_CELLS(&b, "#size-cells", 2);
	blob_begin(&b, "uart@1000");
	BLOB_CELLS(&b, "phandle", 7);
	BLOB_CELLS(&b, "reg", 0x1000, 0x100);
	blob_end(&b);
	blob_begin(&b, "uart@2000");
	blob_begin(&b, "device");
	blob_end(&b);
	blob_end(&b);
	blob_end(&b);
	blob_begin(&b, "clock");
	BLOB_CELLS(&b, "linux,phandle", 0x10);
	BLOB_CELLS(&b, "phandle", 0x10);
	blob_end(&b);
	blob_begin(&b, "__symbols__");
	BLOB_TEXT(&b, "uart_a", "/soc/uart@1000");
	BLOB_TEXT(&b, "uart_b", "/soc/uart@1000");
	BLOB_TEXT(&b, "gone", "/soc/gone");
	blob_end(&b);
	return b;
}

static void nodes_in_preorder(void **state)
{
	static const char *const paths[] = {
		"/",
		"/aliases",
		"/soc",
		"/soc/uart@1000",
		"/soc/uart@2000",
		"/soc/uart@2000/device",
		"/clock",
		"/__symbols__",
	};
	struct blob b = board();
	struct dt *t = load(&b);

	(void)state;
	assert_int_equal(t->nnodes, ARRAY_SIZE(paths));
	for (dt_id n = 0; n < t->nnodes; n++) {
		assert_string_equal(path_of(t, n), paths[n]);
		assert_int_equal(dt_find_path(t, str_of(paths[n])), n);
		assert_int_equal(dt_find_path_nocase(t, str_of(paths[n])), n);
	}
	assert_int_equal(dt_node(t, DT_ROOT)->parent, DT_NONE);
	assert_int_equal(dt_node(t, 2)->end, 6);
	assert_int_equal(dt_node(t, 5)->depth, 3);
	assert_int_equal(dt_node(t, 5)->parent, 4);
	assert_true(dt_is_in(t, 5, 2));
	assert_true(dt_is_in(t, 2, 2));
	assert_false(dt_is_in(t, 6, 2));
	assert_int_equal(t->max_phandle, 0x10);
}

static void children_one_by_one(void **state)
{
	struct blob b = board();
	struct dt *t = load(&b);
	dt_id n;
	size_t count = 0;

	(void)state;
	DT_EACH_CHILD (t, n, DT_ROOT)
		count++;
	assert_int_equal(count, 4);
	n = dt_child(t, at(t, "/soc"));
	assert_string_equal(path_of(t, n), "/soc/uart@1000");
	n = dt_next(t, n);
	assert_string_equal(path_of(t, n), "/soc/uart@2000");
	assert_int_equal(dt_next(t, n), DT_NONE);
	assert_int_equal(dt_child(t, at(t, "/clock")), DT_NONE);
	assert_int_equal(dt_next(t, DT_ROOT), DT_NONE);
}

static void look_ups(void **state)
{
	struct blob b = board();
	struct dt *t = load(&b);
	dt_id uart = at(t, "/soc/uart@1000");

	(void)state;
	assert_int_equal(dt_find_phandle(t, 7), uart);
	assert_int_equal(dt_find_phandle(t, 0x10), at(t, "/clock"));
	assert_int_equal(dt_find_phandle(t, 8), DT_NONE);
	assert_int_equal(dt_find_phandle(t, 0), DT_NONE);
	assert_int_equal(dt_find_label(t, STR("uart_b")), uart);
	assert_int_equal(dt_find_label(t, STR("gone")), DT_NONE);
	assert_int_equal(dt_find_label(t, STR("uart")), DT_NONE);
	assert_true(str_is(dt_node(t, uart)->label, "uart_a"));
	assert_true(t->has_symbols);
	assert_int_equal(dt_find_alias(t, STR("serial0")), uart);
	assert_int_equal(dt_find_alias(t, STR("lost")), DT_NONE);
	assert_true(str_is(dt_alias_of(t, uart), "serial0"));
	assert_true(str_is(dt_alias_of(t, at(t, "/soc")), ""));
	assert_int_equal(dt_find_child(t, at(t, "/soc"), STR("uart@1000")), uart);
	assert_int_equal(dt_find_child(t, DT_ROOT, STR("uart@1000")), DT_NONE);
}

static void paths_that_are_none(void **state)
{
	static const char *const paths[] = {
		"",          "soc",  "//",  "//soc", "/soc/", "/soc//uart@1000",
		"/soc/uart", "/Soc", "/so", "/soc1",
	};
	struct blob b = board();
	struct dt *t = load(&b);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		assert_int_equal(dt_find_path(t, str_of(paths[i])), DT_NONE);
	assert_string_equal(path_of(t, dt_find_path_nocase(t, STR("/SOC/Uart@1000"))),
			    "/soc/uart@1000");
	assert_int_equal(dt_find_path_nocase(t, STR("/SOC/")), DT_NONE);
}

/* Xen walks all nodes and takes the first whose whole path agrees. */
static void first_in_tree_order_without_case(void **state)
{
	struct blob b = blob_new(arena);
	struct dt *t;

	(void)state;
	blob_begin(&b, "");
	blob_begin(&b, "SOC");
	blob_begin(&b, "b");
	blob_end(&b);
	blob_end(&b);
	blob_begin(&b, "soc");
	blob_begin(&b, "a");
	blob_end(&b);
	blob_begin(&b, "B");
	blob_end(&b);
	blob_end(&b);
	t = load(&b);
	assert_string_equal(path_of(t, dt_find_path_nocase(t, STR("/soc"))), "/SOC");
	/* Only the second one has it. */
	assert_string_equal(path_of(t, dt_find_path_nocase(t, STR("/SOC/A"))), "/soc/a");
	assert_string_equal(path_of(t, dt_find_path_nocase(t, STR("/soc/B"))), "/SOC/b");
	assert_string_equal(path_of(t, dt_find_path(t, STR("/soc/B"))), "/soc/B");
	assert_int_equal(dt_find_path(t, STR("/SOC/a")), DT_NONE);
}

static void numbers_of_cells(void **state)
{
	struct blob b = blob_new(arena);
	const struct dt_prop *p;
	struct dt *t;
	uint64_t v = 1;
	uint32_t one;

	(void)state;
	blob_begin(&b, "");
	BLOB_CELLS(&b, "n", 0, 0, 1, 2, 0x80000000);
	blob_bytes(&b, "odd", "\1\2\3\4\5", 5);
	blob_flag(&b, "none");
	t = load(&b);
	p = dt_prop(t, DT_ROOT, "n");
	assert_int_equal(dt_ncells(p), 5);
	assert_int_equal(dt_cell(p, 4), 0x80000000);
	assert_true(dt_number(p, 0, 0, &v) && v == 0);
	assert_true(dt_number(p, 4, 1, &v) && v == 0x80000000);
	assert_true(dt_number(p, 2, 2, &v) && v == 0x100000002);
	assert_true(dt_number(p, 3, 2, &v) && v == 0x280000000);
	assert_true(dt_number(p, 1, 3, &v) && v == 0x100000002);
	assert_true(dt_number(p, 0, 4, &v) && v == 0x100000002);
	assert_false(dt_number(p, 2, 3, &v));
	assert_false(dt_number(p, 1, 4, &v));
	assert_true(dt_number(p, 0, 3, &v) && v == 1);
	assert_int_equal(dt_ncells(dt_prop(t, DT_ROOT, "odd")), 1);
	assert_false(dt_u32(t, DT_ROOT, "odd", &one));
	assert_false(dt_u32(t, DT_ROOT, "none", &one));
	assert_false(dt_u32(t, DT_ROOT, "absent", &one));
	assert_true(dt_has(t, DT_ROOT, "none"));
	assert_null(dt_prop(t, DT_ROOT, "absent"));
}

static void strings(void **state)
{
	struct blob b = blob_new(arena);
	const struct dt_prop *p;
	struct str s;
	struct dt *t;

	(void)state;
	blob_begin(&b, "");
	BLOB_TEXT(&b, "compatible", "Vendor,One\0vendor,two");
	blob_bytes(&b, "cut", "one\0tw", 6);
	blob_flag(&b, "none");
	blob_begin(&b, "dev@10@20");
	blob_end(&b);
	t = load(&b);
	p = dt_prop(t, DT_ROOT, "compatible");
	assert_int_equal(dt_nstrings(p), 2);
	assert_true(dt_string(p, 1, &s) && str_is(s, "vendor,two"));
	assert_false(dt_string(p, 2, &s));
	assert_true(dt_is_compatible(t, DT_ROOT, "vendor,one"));
	assert_true(dt_is_compatible(t, DT_ROOT, "vendor,TWO"));
	assert_false(dt_is_compatible(t, DT_ROOT, "vendor,three"));
	assert_false(dt_is_compatible(t, 1, "vendor,one"));
	p = dt_prop(t, DT_ROOT, "cut");
	assert_int_equal(dt_nstrings(p), 0);
	assert_true(dt_string(p, 0, &s) && str_is(s, "one"));
	assert_false(dt_string(p, 1, &s));
	assert_int_equal(dt_nstrings(dt_prop(t, DT_ROOT, "none")), 0);
	assert_true(str_is(dt_text(t, DT_ROOT, "cut"), "one"));
	assert_true(str_is(dt_text(t, DT_ROOT, "absent"), ""));
	assert_true(str_is(dt_base_name(t, 1), "dev"));
	assert_true(str_is(dt_unit(t, 1), "10@20"));
	assert_true(str_is(dt_unit(t, DT_ROOT), ""));
}

static void status(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		bool available;
	} cases[] = {
		{ "okay", 5, true },      { "ok", 3, true },    { "disabled", 9, false },
		{ "reserved", 9, false }, { "OKAY", 5, false }, { "", 0, false },
		{ "okay", 4, false },
	};
	struct blob b = blob_new(arena);
	struct dt *t;

	(void)state;
	blob_begin(&b, "");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		blob_begin(&b, str_c(arena, str_format(arena, "bus%zu", i)));
		blob_bytes(&b, "status", cases[i].text, cases[i].n);
		blob_begin(&b, "device");
		blob_end(&b);
		blob_end(&b);
	}
	t = load(&b);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		dt_id bus = (dt_id)(1 + 2 * i);

		assert_int_equal(dt_is_available(t, bus), cases[i].available);
		assert_int_equal(dt_is_enabled(t, bus), cases[i].available);
		assert_true(dt_is_available(t, bus + 1));
		assert_int_equal(dt_is_enabled(t, bus + 1), cases[i].available);
	}
}

static void cells_of_a_bus(void **state)
{
	struct blob b = blob_new(arena), empty = blob_new(arena);
	uint32_t address, size;
	struct dt *t;

	(void)state;
	blob_begin(&b, "");
	BLOB_CELLS(&b, "#address-cells", 3);
	blob_begin(&b, "soc");
	BLOB_CELLS(&b, "#size-cells", 0);
	blob_begin(&b, "bus");
	blob_end(&b);
	blob_end(&b);
	t = load(&b);
	dt_bus_cells(t, DT_ROOT, &address, &size);
	assert_true(address == 3 && size == 1);
	dt_bus_cells(t, at(t, "/soc/bus"), &address, &size);
	assert_true(address == 3 && size == 0);
	blob_begin(&empty, "");
	dt_bus_cells(load(&empty), DT_ROOT, &address, &size);
	assert_true(address == 2 && size == 1);
}

static void assert_nearest(const struct dt *t, const char *wrong, const char *first)
{
	dt_id out[3];
	size_t n = dt_nearest_paths(t, str_of(wrong), out, ARRAY_SIZE(out));

	assert_string_equal(n ? path_of(t, out[0]) : "none", first);
}

static void nearest_paths(void **state)
{
	struct blob b = board();
	struct dt *t = load(&b);
	dt_id out[1];

	(void)state;
	assert_nearest(t, "/soc/uart@1001", "/soc/uart@1000");
	assert_nearest(t, "/uart@2000", "/soc/uart@2000");
	assert_nearest(t, "/amba/uart@2000", "/soc/uart@2000");
	assert_nearest(t, "uart@1000", "/soc/uart@1000");
	assert_nearest(t, "/soc/serial@2000", "/soc/uart@2000");
	assert_nearest(t, "/soc/uart", "/soc/uart@1000");
	assert_nearest(t, "/soc/gpu@9990000", "none");
	assert_nearest(t, "/", "none");
	assert_nearest(t, "", "none");
	assert_int_equal(dt_nearest_paths(t, STR("/soc/uart@1001"), out, 1), 1);
	assert_int_equal(dt_nearest_paths(t, STR("/soc/uart@1001"), out, 0), 0);
}

static void reservations(void **state)
{
	struct blob b = blob_new(arena);
	struct dt *t;

	(void)state;
	blob_word(&b.reserves, 1);
	blob_word(&b.reserves, 2);
	blob_word(&b.reserves, 0);
	blob_word(&b.reserves, 0x1000);
	blob_begin(&b, "");
	t = load(&b);
	assert_int_equal(t->nreserves, 1);
	assert_true(t->reserves[0].address == 0x100000002);
	assert_true(t->reserves[0].size == 0x1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nodes_in_preorder, set_up, tear_down),
		cmocka_unit_test_setup_teardown(children_one_by_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(look_ups, set_up, tear_down),
		cmocka_unit_test_setup_teardown(paths_that_are_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(first_in_tree_order_without_case, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(numbers_of_cells, set_up, tear_down),
		cmocka_unit_test_setup_teardown(strings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(status, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cells_of_a_bus, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nearest_paths, set_up, tear_down),
		cmocka_unit_test_setup_teardown(reservations, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
