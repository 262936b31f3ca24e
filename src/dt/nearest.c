/* SPDX-License-Identifier: BSD-2-Clause */
/* "Did you mean": the paths most like one that does not exist. */
#include "tree.h"

enum {
	TYPOS = 3,     /* in the last name, beside nodes that exist */
	FAR_TYPOS = 1, /* in the last name, anywhere               */
	MISS = 100,
};

struct wrong {
	struct str last, unit;
	dt_id parent; /* the node that all but the last name leads to, or DT_NONE */
};

static struct wrong wrong_path(const struct dt *t, struct str path)
{
	size_t slash = str_find_last(path, '/');
	struct wrong w = { .last = slash == SIZE_MAX ? path : str_from(path, slash + 1) };
	size_t at = str_find(w.last, '@');

	w.unit = at == SIZE_MAX ? STR("") : str_from(w.last, at + 1);
	w.parent =
		slash == 0
			? DT_ROOT
			: dt_find_path_nocase(t, str_sub(path, 0, slash == SIZE_MAX ? 0 : slash));
	return w;
}

/* How far a node is from what was meant; MISS: too far. */
static unsigned miss(const struct dt *t, dt_id n, const struct wrong *w)
{
	const struct dt_node *node = dt_node(t, n);
	unsigned limit = node->parent == w->parent ? TYPOS : FAR_TYPOS;
	unsigned distance = str_distance(w->last, node->name, limit);

	if (distance <= limit)
		return node->parent == w->parent ? distance : 1 + distance;
	if (w->unit.n && str_eq_nocase(w->unit, dt_unit(t, n)))
		return TYPOS + 2;
	if (node->parent == w->parent && str_eq_nocase(w->last, dt_base_name(t, n)))
		return TYPOS + 3;
	return MISS;
}

size_t dt_nearest_paths(const struct dt *t, struct str path, dt_id *out, size_t max)
{
	struct wrong w = wrong_path(t, path);
	unsigned score[16];
	size_t count = 0;

	if (max > ARRAY_SIZE(score))
		max = ARRAY_SIZE(score);
	if (w.last.n == 0 || max == 0)
		return 0;
	for (dt_id n = 1; n < t->nnodes; n++) {
		unsigned s = miss(t, n, &w);
		size_t at = count < max ? count : max;

		if (s >= MISS || (count == max && s >= score[max - 1]))
			continue;
		if (count == max)
			at--;
		else
			count++;
		for (; at > 0 && score[at - 1] > s; at--) {
			score[at] = score[at - 1];
			out[at] = out[at - 1];
		}
		score[at] = s;
		out[at] = n;
	}
	return count;
}
