/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nodes by path.  One array, sorted by depth, parent and name without regard
 * to case, serves both the exact look-up and Xen's.
 */
#include "tree.h"

#include <stdlib.h>

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int cmp_nocase(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;

	for (size_t i = 0; i < n; i++) {
		char x = lower(a.s[i]), y = lower(b.s[i]);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return (a.n > b.n) - (a.n < b.n);
}

static int cmp_family(const struct child *x, const struct child *y)
{
	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	return cmp_nocase(x->name, y->name);
}

static int cmp_child(const struct child *x, const struct child *y)
{
	int order = cmp_family(x, y);

	if (order == 0)
		order = str_cmp(x->name, y->name);
	return order ? order : (x->parent > y->parent) - (x->parent < y->parent);
}

static int by_child(const void *a, const void *b)
{
	const struct child *x = a, *y = b;
	int order = cmp_child(x, y);

	return order ? order : (x->id > y->id) - (x->id < y->id);
}

/* Sort the nodes of one depth and found their families. */
static void index_level(struct builder *b, struct child *v, uint32_t n)
{
	const struct dt *t = b->t;

	for (uint32_t i = 0; i < n; i++)
		v[i].family = b->x->family[v[i].parent];
	qsort(v, n, sizeof(*v), by_child);
	for (uint32_t i = 0, end; i < n; i = end) {
		dt_id first = v[i].id;

		for (end = i + 1; end < n && cmp_family(&v[i], &v[end]) == 0; end++) {
			if (v[end].id < first)
				first = v[end].id;
			if (cmp_child(&v[end - 1], &v[end]) == 0)
				index_bad(b, dt_place(t, v[end].id),
					  "two nodes have the path `%.*s`",
					  STR_ARG(t->nodes[v[end].id].path));
		}
		for (uint32_t j = i; j < end; j++)
			b->x->family[v[j].id] = first;
	}
}

void index_children(struct builder *b)
{
	const struct dt *t = b->t;
	struct dt_index *x = b->x;
	uint32_t fill[LIMIT_DEPTH + 1];

	x->children = ARENA_ARRAY(t->arena, struct child, t->nnodes);
	x->family = ARENA_ARRAY(t->arena, dt_id, t->nnodes);
	for (dt_id i = 0; i < t->nnodes; i++)
		x->level[t->nodes[i].depth + 1]++;
	for (uint32_t depth = 0; depth <= LIMIT_DEPTH; depth++) {
		fill[depth] = x->level[depth];
		x->level[depth + 1] += x->level[depth];
	}
	for (dt_id i = 0; i < t->nnodes; i++) {
		const struct dt_node *node = &t->nodes[i];

		x->children[fill[node->depth]++] =
			(struct child){ .parent = node->parent, .id = i, .name = node->name };
	}
	x->family[DT_ROOT] = DT_ROOT;
	for (uint32_t depth = 1; depth <= LIMIT_DEPTH; depth++)
		index_level(b, x->children + x->level[depth],
			    x->level[depth + 1] - x->level[depth]);
}

static dt_id find_child(const struct dt *t, const struct child *key, uint32_t depth,
			int (*cmp)(const struct child *, const struct child *))
{
	const struct dt_index *x = t->index;
	uint32_t low = x->level[depth], high = x->level[depth + 1];

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = cmp(key, &x->children[middle]);

		if (order == 0)
			return x->children[middle].id;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return DT_NONE;
}

dt_id dt_find_child(const struct dt *t, dt_id parent, struct str name)
{
	uint32_t depth = dt_node(t, parent)->depth + 1;
	struct child key = { t->index->family[parent], parent, DT_NONE, name };

	return depth > LIMIT_DEPTH ? DT_NONE : find_child(t, &key, depth, cmp_child);
}

/* The first member of the family below `parent` that has this name. */
static dt_id find_child_nocase(const struct dt *t, dt_id parent, struct str name)
{
	uint32_t depth = dt_node(t, parent)->depth + 1;
	struct child key = { t->index->family[parent], parent, DT_NONE, name };
	dt_id found = depth > LIMIT_DEPTH ? DT_NONE : find_child(t, &key, depth, cmp_family);

	return found == DT_NONE ? DT_NONE : t->index->family[found];
}

static dt_id find_path(const struct dt *t, struct str path,
		       dt_id (*step)(const struct dt *, dt_id, struct str))
{
	dt_id n = DT_ROOT;

	if (path.n == 0 || path.s[0] != '/')
		return DT_NONE;
	if (path.n == 1)
		return DT_ROOT;
	while (path.n && n != DT_NONE) {
		struct str name;

		path = str_from(path, 1);
		name = str_sub(path, 0, str_find(path, '/'));
		if (name.n == 0)
			return DT_NONE;
		n = step(t, n, name);
		path = str_from(path, name.n);
	}
	return n;
}

dt_id dt_find_path(const struct dt *t, struct str path)
{
	return find_path(t, path, dt_find_child);
}

dt_id dt_find_path_nocase(const struct dt *t, struct str path)
{
	return find_path(t, path, find_child_nocase);
}
