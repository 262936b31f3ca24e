/* SPDX-License-Identifier: BSD-2-Clause */
/* The ledger: who else claims this. */
#include <stdlib.h>

#include "claims.h"

struct ledger {
	const struct claim *claims;
	const uint32_t *first; /* claims of a node; see struct claims */
	struct range_set *ranges[NCLAIM_KINDS];
	const struct claim **keyed; /* by kind, scope and cells */
	uint32_t nkeyed;
	const struct claim **exact; /* streams without a mask, by IOMMU and id */
	uint32_t nexact;
	const struct claim **masked; /* streams with one, by IOMMU */
	uint32_t nmasked;
};

/* ---- Order ------------------------------------------------------------------ */

static int by_number(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_keys(const struct claim *a, const struct claim *b)
{
	int order = by_number(a->kind, b->kind);

	if (!order)
		order = by_number(a->scope, b->scope);
	if (!order)
		order = by_number(a->nargs, b->nargs);
	if (!order && a->nargs)
		order = memcmp(a->args, b->args, a->nargs * sizeof(*a->args));
	return order;
}

/* Streams of one IOMMU; without a mask also of one id. */
static int compare_streams(const struct claim *a, const struct claim *b)
{
	int order = by_number(a->scope, b->scope);

	return order || a->mask || b->mask ? order : by_number(a->id, b->id);
}

static int in_tree_order(const void *a, const void *b)
{
	const struct claim *x = *(const struct claim *const *)a;
	const struct claim *y = *(const struct claim *const *)b;

	return x < y ? -1 : x > y;
}

static int keys_sorted(const void *a, const void *b)
{
	int order = compare_keys(*(const struct claim *const *)a, *(const struct claim *const *)b);

	return order ? order : in_tree_order(a, b);
}

static int streams_sorted(const void *a, const void *b)
{
	int order =
		compare_streams(*(const struct claim *const *)a, *(const struct claim *const *)b);

	return order ? order : in_tree_order(a, b);
}

/* First of a sorted list that is not before c. */
static uint32_t lower_bound(const struct claim **v, uint32_t n, const struct claim *c,
			    int (*compare)(const struct claim *a, const struct claim *b))
{
	uint32_t low = 0, high = n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (compare(v[middle], c) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* ---- Building ----------------------------------------------------------------- */

static void sort(const struct claim **v, uint32_t n, int (*compare)(const void *a, const void *b))
{
	if (n)
		qsort(v, n, sizeof(*v), compare);
}

/* Lists that claims are put on: one for each kind of range, three others. */
enum list {
	LIST_KEYED = NCLAIM_KINDS,
	LIST_EXACT,
	LIST_MASKED,
	NLISTS,
};

static unsigned list_of(const struct claim *c)
{
	switch (c->shape) {
	case SHAPE_RANGE:
		return c->kind;
	case SHAPE_KEY:
		return LIST_KEYED;
	case SHAPE_MASKED:
		return c->mask ? LIST_MASKED : LIST_EXACT;
	}
	BUG("a claim without a shape");
}

bool ledger_build(struct derive *x)
{
	struct ledger *l = ARENA_NEW(x->a, struct ledger);
	struct claims all = { .x = x };
	const struct claim **list[NLISTS];
	uint32_t n[NLISTS] = { 0 };

	if (!claims_collect(&all))
		return false;
	l->claims = claims_join(&all);
	l->first = all.first;
	for (uint32_t i = 0; i < all.n; i++)
		n[list_of(&l->claims[i])]++;
	for (unsigned k = 0; k < NLISTS; k++) {
		list[k] = ARENA_ARRAY(x->a, const struct claim *, n[k]);
		n[k] = 0;
	}
	for (uint32_t i = 0; i < all.n; i++) {
		unsigned k = list_of(&l->claims[i]);

		list[k][n[k]++] = &l->claims[i];
	}
	for (unsigned k = 0; k < NCLAIM_KINDS; k++)
		l->ranges[k] = range_set_build(x->a, list[k], n[k]);
	l->keyed = list[LIST_KEYED];
	l->nkeyed = n[LIST_KEYED];
	sort(l->keyed, l->nkeyed, keys_sorted);
	l->exact = list[LIST_EXACT];
	l->nexact = n[LIST_EXACT];
	sort(l->exact, l->nexact, streams_sorted);
	l->masked = list[LIST_MASKED];
	l->nmasked = n[LIST_MASKED];
	sort(l->masked, l->nmasked, streams_sorted);
	x->f->ledger = l;
	return true;
}

/* ---- Asking ---------------------------------------------------------------------- */

struct answer {
	struct arena *a;
	dt_id not_of; /* the asker; DT_NONE: nobody of the tree */
	bool all;
	VEC(const struct claim *) v;
};

static void take(void *context, const struct claim *c)
{
	struct answer *answer = context;

	if (answer->all || c->node != answer->not_of)
		VEC_PUSH(answer->a, &answer->v, c);
}

static size_t finish(struct answer *answer, const struct claim ***out)
{
	sort(answer->v.v, (uint32_t)answer->v.n, in_tree_order);
	*out = answer->v.v;
	return answer->v.n;
}

static void ask_keys(const struct ledger *l, const struct claim *c, struct answer *answer)
{
	for (uint32_t i = lower_bound(l->keyed, l->nkeyed, c, compare_keys);
	     i < l->nkeyed && compare_keys(l->keyed[i], c) == 0; i++)
		take(answer, l->keyed[i]);
}

static bool streams_meet(const struct claim *a, const struct claim *b)
{
	return ((a->id ^ b->id) & ~(a->mask | b->mask)) == 0;
}

/* Claims with a mask are few (LIMIT_MASKED_STREAMS) and looked at one by one;
 * so are those without when the asker has one. */
static void ask_streams(const struct ledger *l, const struct claim *c, struct answer *answer)
{
	for (uint32_t i = lower_bound(l->exact, l->nexact, c, compare_streams);
	     i < l->nexact && compare_streams(l->exact[i], c) == 0; i++)
		if (streams_meet(l->exact[i], c))
			take(answer, l->exact[i]);
	for (uint32_t i = lower_bound(l->masked, l->nmasked, c, compare_streams);
	     i < l->nmasked && compare_streams(l->masked[i], c) == 0; i++)
		if (streams_meet(l->masked[i], c))
			take(answer, l->masked[i]);
}

size_t ledger_of(const struct facts *f, dt_id node, const struct claim **first)
{
	const struct ledger *l = f->ledger;
	uint32_t i = node == DT_NONE ? f->dt->nnodes : node;

	BUG_ON(i > f->dt->nnodes);
	*first = l->claims + l->first[i];
	return l->first[i + 1] - l->first[i];
}

size_t ledger_others(struct arena *a, const struct facts *f, const struct claim *c,
		     const struct claim ***out)
{
	struct answer answer = { .a = a, .not_of = c->node };

	switch (c->shape) {
	case SHAPE_RANGE:
		range_set_meeting(f->ledger->ranges[c->kind], c->range, take, &answer);
		break;
	case SHAPE_MASKED:
		ask_streams(f->ledger, c, &answer);
		break;
	case SHAPE_KEY:
		ask_keys(f->ledger, c, &answer);
		break;
	}
	return finish(&answer, out);
}

size_t ledger_meeting(struct arena *a, const struct facts *f, enum claim_kind kind,
		      struct range range, const struct claim ***out)
{
	struct answer answer = { .a = a, .all = true };

	range_set_meeting(f->ledger->ranges[kind], range, take, &answer);
	return finish(&answer, out);
}

size_t ledger_line(struct arena *a, const struct facts *f, uint32_t intid,
		   const struct claim ***out)
{
	struct answer answer = { .a = a, .all = true };
	struct claim c = { .kind = CLAIM_LINE, .shape = SHAPE_KEY, .scope = DT_NONE };

	c.args = &intid;
	c.nargs = 1;
	ask_keys(f->ledger, &c, &answer);
	return finish(&answer, out);
}
