/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trees that no board has.  Each would take minutes if anything in the room
 * were quadratic in it, or overrun something; all end at once, with the facts
 * right or with a fault.
 */
#include "blob.h"
#include "facts_fixture.h"

enum {
	MANY = 50000,
	DEEP = LIMIT_DEPTH - 2,
};

static struct blob begin(struct fixture *f)
{
	struct blob b = blob_new(f->a);

	blob_begin(&b, "");
	BLOB_CELLS(&b, "#address-cells", 1);
	BLOB_CELLS(&b, "#size-cells", 1);
	BLOB_CELLS(&b, "interrupt-parent", 1);
	blob_begin(&b, "gic");
	BLOB_CELLS(&b, "phandle", 1);
	BLOB_TEXT(&b, "compatible", "arm,gic-v3");
	BLOB_CELLS(&b, "#interrupt-cells", 3);
	blob_flag(&b, "interrupt-controller");
	blob_end(&b);
	return b;
}

static void begin_numbered(struct blob *b, const char *name, uint32_t i)
{
	char text[40];

	snprintf(text, sizeof(text), "%s@%x", name, i);
	blob_begin(b, text);
}

static bool derive_blob(struct fixture *f, struct blob *b)
{
	struct dt *t;

	assert_true(dt_load(f->a, f->d, STR("board.dtb"), blob_finish(b), &t));
	return derive(f, t);
}

static uint32_t *cells_new(struct fixture *f, size_t n)
{
	return ARENA_ARRAY(f->a, uint32_t, n);
}

static void test_many_ranges(void **state)
{
	struct fixture *f = *state;
	uint32_t *ranges = cells_new(f, MANY * 3);
	struct blob b = begin(f);

	blob_begin(&b, "soc");
	BLOB_CELLS(&b, "#address-cells", 1);
	BLOB_CELLS(&b, "#size-cells", 1);
	for (uint32_t i = 0; i < MANY; i++) {
		ranges[i * 3] = (MANY - 1 - i) * 0x1000;
		ranges[i * 3 + 1] = i * 0x1000;
		ranges[i * 3 + 2] = 0x1000;
	}
	blob_cell_array(&b, "ranges", ranges, MANY * 3);
	for (uint32_t i = 0; i < MANY; i++) {
		begin_numbered(&b, "d", i);
		BLOB_CELLS(&b, "reg", i * 0x1000, 0x10);
		blob_end(&b);
	}
	blob_end(&b);
	assert_true(derive_blob(f, &b));
	assert_int_equal(device(f, "/soc/d@0")->windows[0].cpu.first,
			 (uint64_t)(MANY - 1) * 0x1000);
	assert_int_equal(device(f, "/soc/d@c34f")->windows[0].cpu.first, 0);
}

/* Wide nodes above, many children below: nothing may climb for each child. */
static void test_deep_and_wide(void **state)
{
	struct fixture *f = *state;
	struct blob b = begin(f);

	for (uint32_t i = 0; i < DEEP; i++) {
		blob_begin(&b, "bus");
		blob_flag(&b, "ranges");
		for (uint32_t k = 0; k < 1000; k++) {
			char name[20];

			snprintf(name, sizeof(name), "p%u", k);
			blob_flag(&b, name);
		}
	}
	for (uint32_t i = 0; i < MANY / 2; i++) {
		begin_numbered(&b, "d", i);
		BLOB_CELLS(&b, "reg", i * 0x1000, 0x1000);
		BLOB_CELLS(&b, "interrupts", 0, i % 900, 4);
		blob_end(&b);
	}
	for (uint32_t i = 0; i < DEEP; i++)
		blob_end(&b);
	assert_true(derive_blob(f, &b));
	assert_int_equal(f->f->nlines_gic, MANY / 2);
}

static void test_many_map_entries(void **state)
{
	struct fixture *f = *state;
	uint32_t *map = cells_new(f, MANY * 5), *lines = cells_new(f, MANY);
	struct blob b = begin(f);

	blob_begin(&b, "bus");
	BLOB_CELLS(&b, "#address-cells", 0);
	BLOB_CELLS(&b, "#interrupt-cells", 1);
	for (uint32_t i = 0; i < MANY; i++) {
		map[i * 5] = i;
		map[i * 5 + 1] = 1;
		map[i * 5 + 3] = i % 900;
		map[i * 5 + 4] = 4;
		lines[i] = MANY - 1 - i;
	}
	blob_cell_array(&b, "interrupt-map", map, MANY * 5);
	blob_begin(&b, "d");
	blob_cell_array(&b, "interrupts", lines, MANY);
	blob_end(&b);
	blob_end(&b);
	assert_true(derive_blob(f, &b));
	assert_int_equal(device(f, "/bus/d")->nlines, MANY);
	assert_int_equal(device(f, "/bus/d")->lines[0].intid, 32 + (MANY - 1) % 900);
}

/* Controllers without a map in a row as long as the tree is. */
static void test_long_chain(void **state)
{
	struct fixture *f = *state;
	struct blob b = begin(f);

	for (uint32_t i = 2; i < MANY; i++) {
		begin_numbered(&b, "c", i);
		BLOB_CELLS(&b, "phandle", i);
		BLOB_CELLS(&b, "interrupt-parent", i - 1);
		if (i % 2)
			BLOB_CELLS(&b, "#interrupt-cells", 3);
		BLOB_CELLS(&b, "interrupts", 0, 1, 4);
		blob_end(&b);
	}
	assert_true(derive_blob(f, &b));
	assert_int_equal(device(f, "/c@2")->lines[0].health, LINE_GIC);
	assert_int_equal(device(f, "/c@20")->lines[0].health, LINE_GIC);
	/* Over LIMIT_INTERRUPT_HOPS. */
	assert_int_equal(device(f, "/c@c34f")->lines[0].health, LINE_BROKEN);
}

static void test_one_line_for_all(void **state)
{
	struct fixture *f = *state;
	struct blob b = begin(f);
	const struct claim **found;

	for (uint32_t i = 0; i < MANY; i++) {
		begin_numbered(&b, "d", i);
		BLOB_CELLS(&b, "interrupts", 0, 1, 4);
		BLOB_CELLS(&b, "reg", 0x1000, 0x1000);
		blob_end(&b);
	}
	assert_true(derive_blob(f, &b));
	assert_int_equal(ledger_line(f->a, f->f, 33, &found), MANY);
	assert_int_equal(
		ledger_meeting(f->a, f->f, CLAIM_PAGES, (struct range){ 0, 0xfff }, &found), 0);
}

/* One huge range must not make each query look at all that begin before it. */
static void test_many_queries(void **state)
{
	struct fixture *f = *state;
	struct blob b = begin(f);
	size_t sum = 0;

	blob_begin(&b, "all");
	BLOB_CELLS(&b, "reg", 0, 0xffffffff);
	blob_end(&b);
	for (uint32_t i = 0; i < MANY; i++) {
		begin_numbered(&b, "d", i);
		BLOB_CELLS(&b, "reg", i * 0x1000, 0x1000);
		blob_end(&b);
	}
	assert_true(derive_blob(f, &b));
	for (dt_id n = 3; n < f->t->nnodes; n++) {
		const struct claim *c, **found;

		assert_int_equal(ledger_of(f->f, n, &c), 2);
		sum += ledger_others(f->a, f->f, c, &found);
	}
	assert_int_equal(sum, MANY);
}

static void check_limit(struct fixture *f, struct blob *b)
{
	assert_false(derive_blob(f, b));
	assert_int_equal(diag_nfaults(f->d), 1);
	assert_int_equal(diag_last(f->d)->rule, RULE_LIMIT_EXCEEDED);
}

static void test_too_many_windows(void **state)
{
	struct fixture *f = *state;
	struct blob b = begin(f);

	blob_begin(&b, "d");
	blob_cell_array(&b, "reg", cells_new(f, (LIMIT_FACTS + 1) * 2), (LIMIT_FACTS + 1) * 2);
	blob_end(&b);
	check_limit(f, &b);
}

static void test_too_many_lines(void **state)
{
	struct fixture *f = *state;
	struct blob b = begin(f);

	blob_begin(&b, "d");
	blob_cell_array(&b, "interrupts", cells_new(f, LIMIT_FACTS + 3), LIMIT_FACTS + 3);
	blob_end(&b);
	check_limit(f, &b);
}

static void test_too_many_masks(void **state)
{
	struct fixture *f = *state;
	uint32_t n = (LIMIT_MASKED_STREAMS + 1) * 3, *cells = cells_new(f, n);
	struct blob b = begin(f);

	blob_begin(&b, "smmu");
	BLOB_CELLS(&b, "phandle", 2);
	BLOB_CELLS(&b, "#iommu-cells", 2);
	blob_end(&b);
	for (uint32_t i = 0; i < n; i += 3) {
		cells[i] = 2;
		cells[i + 1] = i;
		cells[i + 2] = 1 + i;
	}
	blob_begin(&b, "d");
	blob_cell_array(&b, "iommus", cells, n);
	blob_end(&b);
	check_limit(f, &b);
}

/* Walks that come with other counts read the same map anew; their sum has a
 * limit too. */
static void test_too_many_readings(void **state)
{
	struct fixture *f = *state;
	uint32_t n = LIMIT_FACTS, *map = cells_new(f, n);
	struct blob b = begin(f);

	for (uint32_t i = 0; i < n; i++)
		map[i] = 1;
	blob_begin(&b, "nexus");
	BLOB_CELLS(&b, "phandle", 2);
	BLOB_CELLS(&b, "#interrupt-cells", 1);
	blob_cell_array(&b, "interrupt-map", map, n);
	blob_end(&b);
	for (uint32_t i = 1; i <= 12; i++) {
		begin_numbered(&b, "c", i);
		BLOB_CELLS(&b, "phandle", 10 + i);
		BLOB_CELLS(&b, "interrupt-parent", 2);
		BLOB_CELLS(&b, "#interrupt-cells", i);
		BLOB_CELLS(&b, "#address-cells", 0);
		blob_end(&b);
		begin_numbered(&b, "d", i);
		BLOB_CELLS(&b, "interrupt-parent", 10 + i);
		BLOB_CELLS(&b, "interrupts", 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7);
		blob_end(&b);
	}
	check_limit(f, &b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_many_ranges),      TEST(test_deep_and_wide),
		TEST(test_many_map_entries), TEST(test_long_chain),
		TEST(test_one_line_for_all), TEST(test_many_queries),
		TEST(test_too_many_windows), TEST(test_too_many_lines),
		TEST(test_too_many_masks),   TEST(test_too_many_readings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
