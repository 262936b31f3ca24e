/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of phandle-bearing properties, and every encoding in it. */
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

/* ---- The table ------------------------------------------------------------ */

static bool is_exact(size_t i)
{
	return dt_supplier_row(i)->match == MATCH_EXACT;
}

static void table_is_sorted(void **state)
{
	(void)state;
	assert_true(dt_nsuppliers() > 400);
	for (size_t i = 1; i < dt_nsuppliers(); i++) {
		const struct supplier *a = dt_supplier_row(i - 1), *b = dt_supplier_row(i);

		if (is_exact(i)) {
			assert_true(is_exact(i - 1));
			if (strcmp(a->name, b->name) >= 0)
				print_error("`%s` before `%s`\n", a->name, b->name);
			assert_true(strcmp(a->name, b->name) < 0);
		} else if (!is_exact(i - 1)) {
			assert_true(strlen(a->name) >= strlen(b->name));
			assert_string_not_equal(a->name, b->name);
		}
	}
}

static void rows_make_sense(void **state)
{
	(void)state;
	for (size_t i = 0; i < dt_nsuppliers(); i++) {
		const struct supplier *r = dt_supplier_row(i);
		bool counts = r->cells == CELLS_PROPERTY || r->cells == CELLS_OPTIONAL ||
			      r->cells == CELLS_MAILBOX;

		assert_true(r->name[0] && r->source[0]);
		assert_int_equal(counts, r->cells_property != NULL);
		if (counts)
			assert_true(r->cells_property[0] == '#');
		if (r->cells == CELLS_GROUPS)
			assert_true(r->nfixed < r->stride);
		else
			assert_int_equal(r->stride, 0);
		assert_true(supply_class_name(r->class)[0]);
	}
}

/* ---- Which row reads a property ------------------------------------------- */

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

static void assert_row(const struct dt *t, dt_id n, const char *name, const char *row)
{
	const struct supplier *found = dt_supplier(t, n, dt_prop(t, n, name));

	assert_string_equal(found ? found->name : "none", row ? row : "none");
}

static void rows_by_name(void **state)
{
	static const char *const cases[][2] = {
		{ "clocks", "clocks" },
		{ "clock", NULL },
		{ "clocksx", NULL },
		{ "power-supply", "power-supply" },
		{ "vmmc-supply", "-supply" },
		{ "supply", NULL },
		{ "cs-gpios", "-gpios" },
		{ "reset-gpio", "-gpio" },
		{ "snps,nr-gpios", NULL },
		{ "snps,nr-gpio", NULL },
		{ "gpios", "gpios" },
		{ "gpio", "gpio" },
		{ "pinctrl-0", "pinctrl-" },
		{ "pinctrl-10", "pinctrl-" },
		{ "pinctrl-", NULL },
		{ "pinctrl-names", NULL },
		{ "pinctrl-0x", NULL },
		{ "phandle", NULL },
		{ "acc-syscon", "acc-syscon" },
		{ "wlf,reset", "wlf,reset" },
		{ "", NULL },
	};
	struct blob b = blob_new(arena);
	struct dt *t;

	(void)state;
	blob_begin(&b, "");
	blob_begin(&b, "node");
	for (size_t i = 0; i + 1 < ARRAY_SIZE(cases); i++)
		BLOB_CELLS(&b, cases[i][0], 1);
	blob_end(&b);
	t = load(&b);
	for (size_t i = 0; i + 1 < ARRAY_SIZE(cases); i++)
		assert_row(t, 1, cases[i][0], cases[i][1]);
}

static void names_that_are_words(void **state)
{
	struct blob b = blob_new(arena);
	struct dt *t;

	(void)state;
	blob_begin(&b, "");
	blob_begin(&b, "aliases");
	BLOB_TEXT(&b, "panel", "/panel");
	blob_end(&b);
	blob_begin(&b, "__fixups__");
	blob_begin(&b, "fragment@0");
	BLOB_CELLS(&b, "clocks", 0);
	blob_end(&b);
	blob_end(&b);
	blob_begin(&b, "gpio");
	blob_begin(&b, "hog");
	blob_flag(&b, "gpio-hog");
	BLOB_CELLS(&b, "gpios", 1, 0);
	BLOB_CELLS(&b, "gpio", 1, 0);
	BLOB_CELLS(&b, "reset-gpios", 1, 0);
	blob_end(&b);
	blob_end(&b);
	t = load(&b);
	assert_row(t, dt_find_path(t, STR("/aliases")), "panel", NULL);
	assert_row(t, dt_find_path(t, STR("/__fixups__/fragment@0")), "clocks", NULL);
	assert_row(t, dt_find_path(t, STR("/gpio/hog")), "gpios", NULL);
	assert_row(t, dt_find_path(t, STR("/gpio/hog")), "gpio", NULL);
	assert_row(t, dt_find_path(t, STR("/gpio/hog")), "reset-gpios", "-gpios");
}

/* ---- Encodings ------------------------------------------------------------ */

enum {
	TWO = 2,     /* phandles: a provider whose cells properties say 2 */
	NONE = 3,    /* one that has none */
	ZERO = 4,    /* one whose cells properties say 0 */
	GIC = 5,     /* 3 interrupt cells, 1 address cell */
	GIC4 = 6,    /* a GICv3 with 4 interrupt cells, no address cells */
	MAILBOX = 7, /* of TI */
	FIFO = 8,    /* in it */
	LOST = 99,
};

static void provider(struct blob *b, const char *name, uint32_t phandle, uint32_t cells)
{
	static const char *const properties[] = {
		"#clock-cells", "#gpio-cells", "#mbox-cells", "#msi-cells", "#sound-dai-cells",
	};

	blob_begin(b, name);
	BLOB_CELLS(b, "phandle", phandle);
	for (size_t i = 0; i < ARRAY_SIZE(properties); i++)
		BLOB_CELLS(b, properties[i], cells);
	blob_end(b);
}

/* The root is left open. */
static struct blob providers(void)
{
	struct blob b = blob_new(arena);

	blob_begin(&b, "");
	provider(&b, "two", TWO, 2);
	blob_begin(&b, "none");
	BLOB_CELLS(&b, "phandle", NONE);
	blob_end(&b);
	provider(&b, "zero", ZERO, 0);
	blob_begin(&b, "gic");
	BLOB_CELLS(&b, "phandle", GIC);
	BLOB_CELLS(&b, "#interrupt-cells", 3);
	BLOB_CELLS(&b, "#address-cells", 1);
	blob_end(&b);
	blob_begin(&b, "gic4");
	BLOB_TEXT(&b, "compatible", "vendor,gic\0arm,gic-v3");
	BLOB_CELLS(&b, "phandle", GIC4);
	BLOB_CELLS(&b, "#interrupt-cells", 4);
	blob_end(&b);
	blob_begin(&b, "mailbox");
	BLOB_TEXT(&b, "compatible", "ti,am654-mailbox\0ti,omap4-mailbox");
	BLOB_CELLS(&b, "phandle", MAILBOX);
	BLOB_CELLS(&b, "#mbox-cells", 1);
	blob_begin(&b, "fifo");
	BLOB_CELLS(&b, "phandle", FIFO);
	blob_end(&b);
	blob_end(&b);
	return b;
}

/* What is expected of one reference. */
struct want {
	enum ref_health health;
	uint32_t index, first, ncells, cell, phandle, nargs;
	bool inner;
};

/* `uses` decodes to these and accounts for all cells or not. */
static void assert_refs(const struct dt *t, dt_id n, const char *name, bool whole,
			const struct want *want, size_t nwant)
{
	const struct dt_prop *p = dt_prop(t, n, name);
	const struct supplier *row = dt_supplier(t, n, p);
	struct dt_refs refs;

	assert_non_null(row);
	refs = dt_refs(arena, t, n, p, row);
	assert_int_equal(refs.n, nwant);
	assert_int_equal(refs.whole, whole);
	for (size_t i = 0; i < nwant; i++) {
		const struct dt_ref *r = &refs.v[i];
		bool found = r->health == REF_OK || r->health == REF_NO_CELLS;

		assert_int_equal(r->health, want[i].health);
		assert_int_equal(r->index, want[i].index);
		assert_int_equal(r->first, want[i].first);
		assert_int_equal(r->ncells, want[i].ncells);
		assert_int_equal(r->cell, want[i].cell);
		assert_int_equal(r->phandle, want[i].phandle);
		assert_int_equal(r->nargs, want[i].nargs);
		assert_int_equal(r->inner, want[i].inner);
		assert_int_equal(r->provider, found ? dt_find_phandle(t, r->phandle) : DT_NONE);
		if (r->nargs)
			assert_int_equal(r->first_arg, r->cell + 1);
	}
}

/* A consumer with one property of these cells. */
static struct dt *consumer(const char *name, const uint32_t *cells, size_t n)
{
	struct blob b = providers();

	blob_begin(&b, "consumer");
	blob_cell_array(&b, name, cells, n);
	blob_end(&b);
	return load(&b);
}

#define CELLS(...) (const uint32_t[]){ __VA_ARGS__ }, sizeof((const uint32_t[]){ __VA_ARGS__ }) / 4
#define WANT(...) \
	(const struct want[]){ __VA_ARGS__ }, \
		sizeof((const struct want[]){ __VA_ARGS__ }) / sizeof(struct want)
#define NOTHING NULL, 0
#define ASSERT_DECODES(name, cells, whole, want) \
	do { \
		struct dt *tree = consumer(name, cells); \
		assert_refs(tree, dt_find_path(tree, STR("/consumer")), name, whole, want); \
	} while (0)

static void cells_of_the_provider(void **state)
{
	(void)state;
	ASSERT_DECODES("clocks", CELLS(TWO, 8, 9, ZERO, TWO, 1, 1), true,
		       WANT({ REF_OK, 0, 0, 3, 0, TWO, 2, false },
			    { REF_OK, 1, 3, 1, 3, ZERO, 0, false },
			    { REF_OK, 2, 4, 3, 4, TWO, 2, false }));
	/* A hole takes one cell. */
	ASSERT_DECODES("clocks", CELLS(0, ZERO, 0), true,
		       WANT({ REF_HOLE, 0, 0, 1, 0, 0, 0, false },
			    { REF_OK, 1, 1, 1, 1, ZERO, 0, false },
			    { REF_HOLE, 2, 2, 1, 2, 0, 0, false }));
	/* Behind an entry of unknown length nothing can be read. */
	ASSERT_DECODES("clocks", CELLS(ZERO, LOST, ZERO), false,
		       WANT({ REF_OK, 0, 0, 1, 0, ZERO, 0, false },
			    { REF_DANGLING, 1, 1, 2, 1, LOST, 0, false }));
	ASSERT_DECODES("clocks", CELLS(NONE, ZERO), false,
		       WANT({ REF_NO_CELLS, 0, 0, 2, 0, NONE, 0, false }));
	ASSERT_DECODES("clocks", CELLS(TWO, 1), false,
		       WANT({ REF_TRUNCATED, 0, 0, 2, 0, TWO, 0, false }));
}

static void cells_that_may_be_absent(void **state)
{
	(void)state;
	ASSERT_DECODES("msi-parent", CELLS(NONE, TWO, 1, 2), true,
		       WANT({ REF_OK, 0, 0, 1, 0, NONE, 0, false },
			    { REF_OK, 1, 1, 3, 1, TWO, 2, false }));
}

static void fixed_cells(void **state)
{
	(void)state;
	ASSERT_DECODES("pinctrl-0", CELLS(TWO, 0, LOST, NONE), true,
		       WANT({ REF_OK, 0, 0, 1, 0, TWO, 0, false },
			    { REF_HOLE, 1, 1, 1, 1, 0, 0, false },
			    { REF_DANGLING, 2, 2, 1, 2, LOST, 0, false },
			    { REF_OK, 3, 3, 1, 3, NONE, 0, false }));
	ASSERT_DECODES("gpio-ranges", CELLS(TWO, 0, 1, 2, LOST, 4, 5, 6, TWO, 8), false,
		       WANT({ REF_OK, 0, 0, 4, 0, TWO, 3, false },
			    { REF_DANGLING, 1, 4, 4, 4, LOST, 3, false },
			    { REF_TRUNCATED, 2, 8, 2, 8, TWO, 0, false }));
}

static void one_and_the_rest(void **state)
{
	(void)state;
	ASSERT_DECODES("syscon", CELLS(TWO, ZERO, 0), true,
		       WANT({ REF_OK, 0, 0, 3, 0, TWO, 2, false }));
	ASSERT_DECODES("syscon", CELLS(TWO), true, WANT({ REF_OK, 0, 0, 1, 0, TWO, 0, false }));
	ASSERT_DECODES("syscon", CELLS(0, TWO), true, WANT({ REF_HOLE, 0, 0, 2, 0, 0, 1, false }));
}

static void maps_of_four(void **state)
{
	(void)state;
	ASSERT_DECODES("iommu-map", CELLS(0, TWO, 0x400, 8, 8, LOST, 0, 1, 9, 0, 0, 1, 5, TWO, 1),
		       false,
		       WANT({ REF_OK, 0, 0, 4, 1, TWO, 2, false },
			    { REF_DANGLING, 1, 4, 4, 5, LOST, 2, false },
			    { REF_HOLE, 2, 8, 4, 9, 0, 2, false },
			    { REF_TRUNCATED, 3, 12, 3, 13, TWO, 0, false }));
	ASSERT_DECODES("msi-map", CELLS(7), false,
		       WANT({ REF_TRUNCATED, 0, 0, 1, 0, 0, 0, false }));
}

static void groups(void **state)
{
	(void)state;
	ASSERT_DECODES("rockchip,pins", CELLS(TWO, TWO, 1, NONE, 1, 2, 3, ZERO), true,
		       WANT({ REF_OK, 0, 0, 4, 3, NONE, 0, false },
			    { REF_OK, 1, 4, 4, 7, ZERO, 0, false }));
	ASSERT_DECODES("rockchip,pins", CELLS(TWO, 1, 1), false,
		       WANT({ REF_TRUNCATED, 0, 0, 3, 0, 0, 0, false }));
}

static void specifier_and_more(void **state)
{
	(void)state;
	ASSERT_DECODES(
		"msi-ranges", CELLS(GIC, 0, 1, 4, 32, GIC, 0, 2, 4, 1), true,
		WANT({ REF_OK, 0, 0, 5, 0, GIC, 4, false }, { REF_OK, 1, 5, 5, 5, GIC, 4, false }));
}

static void mailboxes(void **state)
{
	(void)state;
	ASSERT_DECODES("mboxes", CELLS(MAILBOX, FIFO, TWO, FIFO, 1), true,
		       WANT({ REF_OK, 0, 0, 2, 0, MAILBOX, 1, false },
			    { REF_OK, 0, 0, 2, 1, FIFO, 0, true },
			    { REF_OK, 1, 2, 3, 2, TWO, 2, false }));
	ASSERT_DECODES("mboxes", CELLS(MAILBOX, LOST), true,
		       WANT({ REF_OK, 0, 0, 2, 0, MAILBOX, 1, false },
			    { REF_DANGLING, 0, 0, 2, 1, LOST, 0, true }));
}

static void windows(void **state)
{
	(void)state;
	/* The root has neither, so 2 and 1. */
	ASSERT_DECODES("iommu-addresses", CELLS(TWO, 0, 0x1000, 0x100, ZERO, 1, 2, 3), true,
		       WANT({ REF_OK, 0, 0, 4, 0, TWO, 3, false },
			    { REF_OK, 1, 4, 4, 4, ZERO, 3, false }));
}

static void bytes_left_over(void **state)
{
	struct blob b = providers();
	struct dt *t;

	(void)state;
	blob_begin(&b, "consumer");
	blob_bytes(&b, "clocks", "\0\0\0\4\0\0", 6);
	blob_flag(&b, "resets");
	blob_end(&b);
	t = load(&b);
	assert_refs(t, dt_find_path(t, STR("/consumer")), "clocks", false,
		    WANT({ REF_OK, 0, 0, 1, 0, ZERO, 0, false }));
	assert_refs(t, dt_find_path(t, STR("/consumer")), "resets", true, NULL, 0);
}

/* ---- Interrupts ----------------------------------------------------------- */

static struct dt *nexus(const char *compatible, uint32_t address, uint32_t interrupt,
			const uint32_t *cells, size_t n)
{
	struct blob b = providers();

	blob_begin(&b, "nexus");
	blob_bytes(&b, "compatible", compatible, strlen(compatible) + 1);
	BLOB_CELLS(&b, "#address-cells", address);
	BLOB_CELLS(&b, "#interrupt-cells", interrupt);
	blob_cell_array(&b, "interrupt-map", cells, n);
	blob_end(&b);
	return load(&b);
}

#define ASSERT_MAPS(compatible, address, interrupt, cells, whole, want) \
	do { \
		struct dt *tree = nexus(compatible, address, interrupt, cells); \
		assert_refs(tree, dt_find_path(tree, STR("/nexus")), "interrupt-map", whole, \
			    want); \
	} while (0)

static void interrupt_maps(void **state)
{
	(void)state;
	/* Parents with one address cell, and with none. */
	ASSERT_MAPS("pci-host", 3, 1,
		    CELLS(0, 0, 0, 1, GIC, 0, 0, 76, 4, 0, 0, 0, 2, GIC4, 0, 77, 4, 0), true,
		    WANT({ REF_OK, 0, 0, 9, 4, GIC, 4, false },
			 { REF_OK, 1, 9, 9, 13, GIC4, 4, false }));
	ASSERT_MAPS("pci-host", 0, 1, CELLS(1, NONE, 1), false,
		    WANT({ REF_NO_CELLS, 0, 0, 3, 1, NONE, 0, false }));
	ASSERT_MAPS("pci-host", 0, 1, CELLS(1, 0, 1), false,
		    WANT({ REF_DANGLING, 0, 0, 3, 1, 0, 0, false }));
	ASSERT_MAPS("pci-host", 3, 1, CELLS(0, 0, 0, 1, GIC, 0, 0, 76), false,
		    WANT({ REF_TRUNCATED, 0, 0, 8, 4, GIC, 0, false }));
	ASSERT_MAPS("pci-host", 4, 0xffffffff, CELLS(1, GIC, 1), false, NOTHING);
}

/* Some controllers leave out all address cells, their own and the parent's. */
static void interrupt_maps_of_their_own(void **state)
{
	(void)state;
	ASSERT_MAPS(
		"fsl,ls1043a-extirq", 2, 2, CELLS(0, 0, GIC, 0, 131, 4, 1, 0, GIC, 0, 132, 4), true,
		WANT({ REF_OK, 0, 0, 6, 2, GIC, 3, false }, { REF_OK, 1, 6, 6, 8, GIC, 3, false }));
	ASSERT_MAPS("fsl,ls9999a-extirq", 0, 2, CELLS(0, 0, GIC, 9, 0, 131, 4), true,
		    WANT({ REF_OK, 0, 0, 7, 2, GIC, 4, false }));
}

static void interrupt_partitions(void **state)
{
	static const char *const parents[] = { "here", "above", "none" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parents); i++) {
		struct blob b = providers();
		struct dt *t;
		dt_id n;

		blob_begin(&b, "bus");
		if (i == 1)
			BLOB_CELLS(&b, "interrupt-parent", GIC4);
		blob_begin(&b, "pmu");
		if (i == 0)
			BLOB_CELLS(&b, "interrupt-parent", GIC4);
		BLOB_CELLS(&b, "interrupts", 1, 7, 4, TWO, 1, 8, 4, 0);
		blob_end(&b);
		blob_end(&b);
		t = load(&b);
		n = dt_find_path(t, STR("/bus/pmu"));
		if (i == 2)
			assert_refs(t, n, "interrupts", true, NULL, 0);
		else
			assert_refs(t, n, "interrupts", true,
				    WANT({ REF_OK, 0, 0, 4, 3, TWO, 0, false },
					 { REF_HOLE, 1, 4, 4, 7, 0, 0, false }));
	}
}

/* A parent that takes interrupts is the controller of its children. */
static void interrupt_parent_by_nesting(void **state)
{
	struct blob b = blob_new(arena);
	struct dt *t;

	(void)state;
	blob_begin(&b, "");
	blob_begin(&b, "gic");
	BLOB_TEXT(&b, "compatible", "arm,gic-v3");
	BLOB_CELLS(&b, "#interrupt-cells", 4);
	BLOB_CELLS(&b, "phandle", 1);
	blob_begin(&b, "its");
	BLOB_CELLS(&b, "interrupts", 1, 7, 4, 1);
	blob_end(&b);
	blob_end(&b);
	t = load(&b);
	assert_refs(t, dt_find_path(t, STR("/gic/its")), "interrupts", true,
		    WANT({ REF_OK, 0, 0, 4, 3, 1, 0, false }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(table_is_sorted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rows_make_sense, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rows_by_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(names_that_are_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cells_of_the_provider, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cells_that_may_be_absent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(fixed_cells, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_and_the_rest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(maps_of_four, set_up, tear_down),
		cmocka_unit_test_setup_teardown(groups, set_up, tear_down),
		cmocka_unit_test_setup_teardown(specifier_and_more, set_up, tear_down),
		cmocka_unit_test_setup_teardown(mailboxes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(windows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bytes_left_over, set_up, tear_down),
		cmocka_unit_test_setup_teardown(interrupt_maps, set_up, tear_down),
		cmocka_unit_test_setup_teardown(interrupt_maps_of_their_own, set_up, tear_down),
		cmocka_unit_test_setup_teardown(interrupt_partitions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(interrupt_parent_by_nesting, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
