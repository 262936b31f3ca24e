/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first of several spans that covers a number.
 *
 * `ranges` is searched in order and the first entry that covers an address
 * wins, even where entries overlap.  To answer that without a scan for each
 * address, the spans are painted in order onto the pieces between their ends;
 * paint that is there already stays.  Pieces painted are skipped by following
 * `next`, with the paths halved, so that painting is nearly linear.
 */
#include <stdlib.h>

#include "derive.h"

struct span_index {
	uint64_t *edge; /* where pieces begin, ascending */
	uint32_t *owner;
	uint32_t n;
};

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint32_t collect_edges(uint64_t *edge, const struct range *spans, uint32_t n)
{
	uint32_t nedges = 0, kept = 0;

	for (uint32_t i = 0; i < n; i++) {
		edge[nedges++] = spans[i].first;
		if (spans[i].last != UINT64_MAX)
			edge[nedges++] = spans[i].last + 1;
	}
	if (nedges)
		qsort(edge, nedges, sizeof(*edge), by_value);
	for (uint32_t i = 0; i < nedges; i++)
		if (!kept || edge[kept - 1] != edge[i])
			edge[kept++] = edge[i];
	return kept;
}

/* Index of the last piece that begins at or before v, or SPAN_NONE. */
static uint32_t piece_of(const struct span_index *s, uint64_t v)
{
	uint32_t low = 0, high = s->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (s->edge[middle] <= v)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? low - 1 : SPAN_NONE;
}

static uint32_t unpainted(uint32_t *next, uint32_t i)
{
	while (next[i] != i) {
		next[i] = next[next[i]];
		i = next[i];
	}
	return i;
}

struct span_index *span_build(struct arena *a, const struct range *spans, uint32_t n)
{
	struct span_index *s = ARENA_NEW(a, struct span_index);
	uint32_t *next;

	s->edge = ARENA_ARRAY(a, uint64_t, (size_t)n * 2);
	s->n = collect_edges(s->edge, spans, n);
	s->owner = ARENA_ARRAY(a, uint32_t, s->n);
	next = ARENA_ARRAY(a, uint32_t, (size_t)s->n + 1);
	for (uint32_t i = 0; i <= s->n; i++)
		next[i] = i;
	for (uint32_t i = 0; i < s->n; i++)
		s->owner[i] = SPAN_NONE;
	for (uint32_t k = 0; k < n; k++) {
		uint32_t last = piece_of(s, spans[k].last);

		for (uint32_t i = unpainted(next, piece_of(s, spans[k].first)); i <= last;
		     i = unpainted(next, i)) {
			s->owner[i] = k;
			next[i] = i + 1;
		}
	}
	return s;
}

uint32_t span_find(const struct span_index *s, uint64_t v)
{
	uint32_t piece = piece_of(s, v);

	return piece == SPAN_NONE ? SPAN_NONE : s->owner[piece];
}
