/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What makes look-ups fast, and the checks that need the whole tree.
 *
 * Sorted arrays rather than hash tables: an input cannot be chosen so that
 * they degrade.
 */
#include "tree.h"

#include <stdlib.h>

void index_bad(struct builder *b, struct place at, const char *fmt, ...)
{
	struct str text;
	va_list args;

	va_start(args, fmt);
	text = str_vformat(b->t->arena, fmt, args);
	va_end(args);
	diag_fault(b->diag, RULE_BAD_DEVICE_TREE, at,
		   STR("mend the source of the tree and compile it again with dtc"), "%.*s",
		   STR_ARG(text));
	b->sound = false;
}

/* ---- Properties by name --------------------------------------------------- */

static int by_prop_name(const void *a, const void *b)
{
	const struct dt_prop *const *x = a, *const *y = b;
	int order = str_cmp((*x)->name, (*y)->name);

	return order ? order : (*x > *y) - (*x < *y);
}

static void index_props(struct builder *b, dt_id n)
{
	const struct dt_node *node = &b->t->nodes[n];
	const struct dt_prop **v = b->x->by_name + node->first_prop;

	for (uint32_t i = 0; i < node->nprops; i++)
		v[i] = &b->t->props[node->first_prop + i];
	qsort(v, node->nprops, sizeof(*v), by_prop_name);
	for (uint32_t i = 1; i < node->nprops; i++)
		if (str_eq(v[i - 1]->name, v[i]->name))
			index_bad(b, dt_place(b->t, n), "`%.*s` has two properties `%.*s`",
				  STR_ARG(node->path), STR_ARG(v[i]->name));
}

const struct dt_prop *dt_prop(const struct dt *t, dt_id n, const char *name)
{
	const struct dt_node *node = dt_node(t, n);
	const struct dt_prop **v = t->index->by_name + node->first_prop;
	uint32_t low = 0, high = node->nprops;
	struct str key = str_of(name);

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = str_cmp(key, v[middle]->name);

		if (order == 0)
			return v[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* ---- Phandles ------------------------------------------------------------- */

static uint32_t phandle_of(struct builder *b, dt_id n)
{
	static const char *const names[] = { "phandle", "linux,phandle" };
	uint32_t found = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct dt_prop *p = dt_prop(b->t, n, names[i]);
		uint32_t value;

		if (!p)
			continue;
		if (!dt_u32(b->t, n, names[i], &value) || value == 0 || value == UINT32_MAX)
			index_bad(b, dt_place_prop(b->t, n, names[i]),
				  "`%s` must be one cell of 1 to 0xfffffffe", names[i]);
		else if (found && value != found)
			index_bad(b, dt_place_prop(b->t, n, names[i]),
				  "`%s` is 0x%x, but the node has the phandle 0x%x already",
				  names[i], value, found);
		else
			found = value;
	}
	return found;
}

static int by_phandle(const void *a, const void *b)
{
	const struct handle *x = a, *y = b;

	if (x->phandle != y->phandle)
		return x->phandle < y->phandle ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static void index_phandles(struct builder *b)
{
	struct dt *t = b->t;
	struct handle *v = ARENA_ARRAY(t->arena, struct handle, t->nnodes);
	uint32_t n = 0;

	for (dt_id i = 0; i < t->nnodes; i++) {
		t->nodes[i].phandle = phandle_of(b, i);
		if (t->nodes[i].phandle)
			v[n++] = (struct handle){ t->nodes[i].phandle, i };
	}
	qsort(v, n, sizeof(*v), by_phandle);
	for (uint32_t i = 1; i < n; i++)
		if (v[i - 1].phandle == v[i].phandle)
			index_bad(b, dt_place(t, v[i].id),
				  "the phandle 0x%x belongs to `%.*s` already", v[i].phandle,
				  STR_ARG(t->nodes[v[i - 1].id].path));
	t->max_phandle = n ? v[n - 1].phandle : 0;
	b->x->handles = v;
	b->x->nhandles = n;
}

dt_id dt_find_phandle(const struct dt *t, uint32_t phandle)
{
	const struct handle *v = t->index->handles;
	uint32_t low = 0, high = t->index->nhandles;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (v[middle].phandle == phandle)
			return v[middle].id;
		if (phandle < v[middle].phandle)
			high = middle;
		else
			low = middle + 1;
	}
	return DT_NONE;
}

/* ---- Labels and aliases --------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	return str_cmp(x->name, y->name);
}

/* The properties of /__symbols__ or /aliases: names of paths. */
static struct name *index_names(struct dt *t, dt_id n, uint32_t *count)
{
	const struct dt_node *node = n == DT_NONE ? NULL : dt_node(t, n);
	struct name *v;

	*count = node ? node->nprops : 0;
	v = ARENA_ARRAY(t->arena, struct name, *count);
	for (uint32_t i = 0; i < *count; i++) {
		const struct dt_prop *p = &t->props[node->first_prop + i];
		struct str path = STR("");

		(void)dt_string(p, 0, &path);
		v[i] = (struct name){ p->name, dt_find_path(t, path) };
	}
	return v;
}

static void index_labels(struct builder *b)
{
	struct dt *t = b->t;
	struct dt_index *x = b->x;
	dt_id symbols = dt_find_child(t, DT_ROOT, STR("__symbols__"));
	dt_id aliases = dt_find_child(t, DT_ROOT, STR("aliases"));

	t->has_symbols = symbols != DT_NONE;
	x->labels = index_names(t, symbols, &x->nlabels);
	for (uint32_t i = 0; i < x->nlabels; i++)
		if (x->labels[i].id != DT_NONE && t->nodes[x->labels[i].id].label.n == 0)
			t->nodes[x->labels[i].id].label = x->labels[i].name;
	x->aliases = index_names(t, aliases, &x->naliases);
	x->alias_of = ARENA_ARRAY(t->arena, struct str, t->nnodes);
	for (uint32_t i = 0; i < x->naliases; i++)
		if (x->aliases[i].id != DT_NONE && x->alias_of[x->aliases[i].id].n == 0)
			x->alias_of[x->aliases[i].id] = x->aliases[i].name;
	qsort(x->labels, x->nlabels, sizeof(*x->labels), by_name);
	qsort(x->aliases, x->naliases, sizeof(*x->aliases), by_name);
}

static dt_id find_name(const struct name *v, uint32_t n, struct str name)
{
	struct name key = { name, DT_NONE };
	const struct name *found = n ? bsearch(&key, v, n, sizeof(*v), by_name) : NULL;

	return found ? found->id : DT_NONE;
}

dt_id dt_find_label(const struct dt *t, struct str label)
{
	return find_name(t->index->labels, t->index->nlabels, label);
}

dt_id dt_find_alias(const struct dt *t, struct str alias)
{
	return find_name(t->index->aliases, t->index->naliases, alias);
}

struct str dt_alias_of(const struct dt *t, dt_id n)
{
	BUG_ON(n >= t->nnodes);
	return t->index->alias_of[n];
}

/* ---- All of it ------------------------------------------------------------- */

bool index_build(struct diag *d, struct dt *t)
{
	struct builder b = { d, t, ARENA_NEW(t->arena, struct dt_index), true };

	t->index = b.x;
	b.x->by_name = ARENA_ARRAY(t->arena, const struct dt_prop *, t->nprops);
	for (dt_id n = 0; n < t->nnodes; n++)
		index_props(&b, n);
	index_phandles(&b);
	index_children(&b);
	index_labels(&b);
	index_known(&b);
	return b.sound;
}
