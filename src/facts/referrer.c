/* SPDX-License-Identifier: BSD-2-Clause */
/* Who names whom: the references of a whole tree, turned around. */
#include "facts.h"

#include <stdlib.h>

#define NODES_PER_BRIEF 1024

struct gathering {
	struct arena *a;     /* for what is found                             */
	struct arena *brief; /* for one node after the other                  */
	struct diag *d;
	const struct dt *t;
	VEC(struct referrer) all;
};

static bool add(struct gathering *g, const struct referrer *one)
{
	if (g->all.n == LIMIT_FACTS)
		return diag_fault(g->d, RULE_LIMIT_EXCEEDED, dt_place(g->t, one->node),
				  STR("no real board comes near this number"),
				  "more than %d references in the tree", LIMIT_FACTS);
	VEC_PUSH(g->a, &g->all, *one);
	return true;
}

/* Parts of a specifier that are references are the same entry's. */
static bool add_refs(struct gathering *g, dt_id n, const struct dt_prop *p,
		     const struct supplier *row)
{
	struct dt_refs refs = dt_refs(g->brief, g->t, n, p, row);

	for (size_t i = 0; i < refs.n; i++) {
		struct referrer one = { n, p, refs.v[i].cell, refs.v[i].provider, row };

		if (refs.v[i].provider != DT_NONE && !add(g, &one))
			return false;
	}
	return true;
}

/* `serial0:115200n8`, `/soc/serial@0` or `serial0` (DTSpec 3.3 and 3.6). */
static bool add_path(struct gathering *g, dt_id n, const struct dt_prop *p)
{
	struct referrer one = { .node = n, .prop = p, .target = DT_NONE };
	struct str text;

	if (!dt_string(p, 0, &text))
		return true;
	text = str_sub(text, 0, str_find(text, ':'));
	if (str_starts(text, "/"))
		one.target = dt_find_path(g->t, text);
	else if (text.n && str_ends(p->name, "-path"))
		one.target = dt_find_alias(g->t, text);
	return one.target == DT_NONE || one.target == DT_ROOT || add(g, &one);
}

static bool add_node(struct gathering *g, dt_id n)
{
	const struct dt_node *node = dt_node(g->t, n);
	bool names_paths =
		node->depth == 1 && (str_is(node->name, "aliases") || str_is(node->name, "chosen"));

	for (uint32_t i = 0; i < node->nprops; i++) {
		const struct dt_prop *p = &g->t->props[node->first_prop + i];
		const struct supplier *row = dt_supplier(g->t, n, p);

		if (row ? !add_refs(g, n, p, row) : names_paths && !add_path(g, n, p))
			return false;
	}
	return true;
}

/* The properties of a tree stand in the order of its nodes. */
static int by_target(const void *a, const void *b)
{
	const struct referrer *x = a, *y = b;

	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	if (x->prop != y->prop)
		return x->prop < y->prop ? -1 : 1;
	return (x->cell > y->cell) - (x->cell < y->cell);
}

bool facts_referrers(struct arena *a, struct diag *d, const struct facts *f, struct referrers *out)
{
	struct gathering g = { .a = a, .brief = arena_new(), .d = d, .t = f->dt };
	bool done = true;

	for (dt_id n = 0; done && n < f->dt->nnodes; n++) {
		if (n % NODES_PER_BRIEF == 0) {
			arena_free(g.brief);
			g.brief = arena_new();
		}
		done = add_node(&g, n);
	}
	arena_free(g.brief);
	if (g.all.n)
		qsort(g.all.v, g.all.n, sizeof(*g.all.v), by_target);
	*out = (struct referrers){ g.all.v, g.all.n };
	return done;
}

/* The first whose target is not before `n`. */
static size_t first_of(const struct referrers *all, dt_id n)
{
	size_t low = 0, high = all->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (all->v[middle].target < n)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct referrers referrers_of(const struct referrers *all, const struct dt *t, dt_id n, bool below)
{
	size_t first = first_of(all, n), last = first_of(all, below ? dt_node(t, n)->end : n + 1);

	return (struct referrers){ all->n ? all->v + first : NULL, last - first };
}

dt_id facts_wrapper(const struct facts *f, dt_id n)
{
	for (dt_id up = dt_node(f->dt, n)->parent; up != DT_NONE; up = dt_node(f->dt, up)->parent)
		if (facts_device(f, up)->role == ROLE_DEVICE && dt_has(f->dt, up, "compatible"))
			return up;
	return DT_NONE;
}
