/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The deferred list of iommu_hardware_setup, with dependencies that no driver
 * of Xen has today: hence the look into the room.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/topology/deferral.h"

#define MAX_ITEMS 300
#define FREE      UINT32_MAX

struct plan {
	uint32_t needs[MAX_ITEMS]; /* FREE, or the item that comes first      */
	enum probe_code at_last;   /* what an item gives that needs nothing    */
	bool done[MAX_ITEMS];
	uint32_t log[4 * MAX_ITEMS * MAX_ITEMS / 2];
	uint32_t nlog;
};

static struct plan plan;
static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = arena_new();
	memset(&plan, 0, sizeof(plan));
	memset(plan.needs, 0xff, sizeof(plan.needs));
	plan.at_last = PROBE_OK;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static enum probe_code init(void *arg, uint32_t item, uint32_t pass)
{
	struct plan *p = arg;

	p->log[p->nlog++] = pass << 16 | item;
	if (p->needs[item] != FREE && !p->done[p->needs[item]])
		return PROBE_AGAIN;
	p->done[item] = true;
	return p->needs[item] == FREE ? PROBE_OK : p->at_last;
}

static struct deferral run(uint32_t n)
{
	return deferral_run(arena, n, init, &plan);
}

static void assert_log(const uint32_t *expected, uint32_t n)
{
	assert_int_equal(plan.nlog, n);
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(plan.log[i], expected[i]);
}

#define STEP(pass, item) ((pass) << 16 | (item))

/* First needs second needs third.  The list is prepended to, so the retry
 * begins with the second and one pass does both. */
static void chain_against_the_order(void **state)
{
	static const uint32_t expected[] = { STEP(1, 0), STEP(1, 1), STEP(1, 2), STEP(2, 1),
					     STEP(2, 0) };
	struct deferral d;

	(void)state;
	plan.needs[0] = 1;
	plan.needs[1] = 2;
	d = run(3);
	assert_int_equal(d.code, PROBE_OK);
	assert_int_equal(d.npasses, 2);
	assert_log(expected, 5);
}

/* The same three, the middle one first in the tree: its turn in the retry
 * comes too late, so a third pass is needed. */
static void chain_with_the_order(void **state)
{
	static const uint32_t expected[] = { STEP(1, 0), STEP(1, 1), STEP(1, 2),
					     STEP(2, 1), STEP(2, 0), STEP(3, 1) };
	struct deferral d;

	(void)state;
	plan.needs[0] = 2;
	plan.needs[1] = 0;
	d = run(3);
	assert_int_equal(d.code, PROBE_OK);
	assert_int_equal(d.npasses, 3);
	assert_log(expected, 6);
}

/* Two that wait for each other beside a good one: one pass without progress
 * and Xen gives up. */
static void circle_ends(void **state)
{
	struct deferral d;

	(void)state;
	plan.needs[0] = 1;
	plan.needs[1] = 0;
	d = run(3);
	assert_int_equal(d.code, PROBE_AGAIN);
	assert_int_equal(d.npasses, 2);
	assert_int_equal(plan.nlog, 5);
}

/* With nothing initialised the first pass is the last. */
static void nothing_but_deferred(void **state)
{
	struct deferral d;

	(void)state;
	plan.needs[0] = 1;
	plan.needs[1] = 0;
	d = run(2);
	assert_int_equal(d.code, PROBE_AGAIN);
	assert_int_equal(d.npasses, 1);
}

static void nothing_at_all(void **state)
{
	(void)state;
	assert_int_equal(run(0).code, PROBE_NODEV);
}

/* -ENODEV is ignored in the first pass; in a retry it ends the set-up, and so
 * turns the IOMMU off without a panic. */
static void nodev_in_a_retry(void **state)
{
	struct deferral d;

	(void)state;
	plan.needs[0] = 2;
	plan.needs[1] = 2;
	plan.at_last = PROBE_NODEV;
	d = run(3);
	assert_int_equal(d.code, PROBE_NODEV);
	assert_int_equal(plan.nlog, 4);
}

static void failure_in_a_retry(void **state)
{
	(void)state;
	plan.needs[0] = 1;
	plan.at_last = PROBE_FAILED;
	assert_int_equal(run(2).code, PROBE_FAILED);
}

/* The worst order for the list: the loop ends after as many passes as there
 * are items, and one more. */
static void passes_are_bounded(void **state)
{
	struct deferral d;

	(void)state;
	for (uint32_t i = 0; i + 1 < MAX_ITEMS; i++)
		plan.needs[i] = i ? i - 1 : MAX_ITEMS - 1;
	d = run(MAX_ITEMS);
	assert_int_equal(d.code, PROBE_OK);
	assert_true(d.npasses > 2 && d.npasses <= MAX_ITEMS + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(chain_against_the_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(chain_with_the_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(circle_ends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_but_deferred, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_at_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nodev_in_a_retry, set_up, tear_down),
		cmocka_unit_test_setup_teardown(failure_in_a_retry, set_up, tear_down),
		cmocka_unit_test_setup_teardown(passes_are_bounded, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
