/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Claims of address ranges, sorted by their start and read as a balanced tree:
 * the middle of a piece is its root, and each root knows the furthest end
 * below it.  Neither one huge range (the memory of the machine) nor many equal
 * ones make a query look at more than its answer and the way there.
 */
#include <stdlib.h>

#include "claims.h"

struct range_set {
	const struct claim **claims; /* by start */
	uint64_t *furthest;          /* end at or below this root */
	uint32_t n;
};

static int by_start(const void *a, const void *b)
{
	const struct claim *x = *(const struct claim *const *)a;
	const struct claim *y = *(const struct claim *const *)b;

	if (x->range.first != y->range.first)
		return x->range.first < y->range.first ? -1 : 1;
	return x < y ? -1 : x > y;
}

static uint32_t middle_of(uint32_t low, uint32_t high)
{
	return low + (high - low) / 2;
}

/* Not deeper than the logarithm of n. */
static uint64_t find_furthest(struct range_set *s, uint32_t low, uint32_t high)
{
	uint32_t middle = middle_of(low, high);
	uint64_t far, side;

	if (low >= high)
		return 0;
	far = s->claims[middle]->range.last;
	side = find_furthest(s, low, middle);
	far = side > far ? side : far;
	side = find_furthest(s, middle + 1, high);
	far = side > far ? side : far;
	s->furthest[middle] = far;
	return far;
}

struct range_set *range_set_build(struct arena *a, const struct claim **claims, uint32_t n)
{
	struct range_set *s = ARENA_NEW(a, struct range_set);

	s->claims = claims;
	s->n = n;
	s->furthest = ARENA_ARRAY(a, uint64_t, n);
	if (n)
		qsort(s->claims, n, sizeof(*s->claims), by_start);
	find_furthest(s, 0, n);
	return s;
}

void range_set_meeting(const struct range_set *s, struct range range,
		       void (*visit)(void *context, const struct claim *c), void *context)
{
	/* Pieces still to look at: one on each level at most. */
	struct {
		uint32_t low, high;
	} todo[64];
	uint32_t n = 0;

	todo[n].low = 0;
	todo[n++].high = s->n;
	while (n) {
		uint32_t low = todo[--n].low, high = todo[n].high;
		uint32_t middle = middle_of(low, high);

		if (low >= high || s->furthest[middle] < range.first)
			continue;
		todo[n].low = low;
		todo[n++].high = middle;
		if (s->claims[middle]->range.first > range.last)
			continue;
		if (s->claims[middle]->range.last >= range.first)
			visit(context, s->claims[middle]);
		todo[n].low = middle + 1;
		todo[n++].high = high;
	}
}
