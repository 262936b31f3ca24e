/* SPDX-License-Identifier: BSD-2-Clause */
#include "dts.h"

/* The labels of one tree while they are handed out. */
struct labeller {
	struct dts *w;
	struct map *taken;  /* label to its place in `next`                      */
	VEC(unsigned) next; /* suffix to try for the next of the same name      */
};

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* Whatever stands there, as a word that dtc takes for a label. */
static struct str label_from(struct arena *a, struct str text)
{
	struct buf b = buf_new(a);

	if (text.n && text.s[0] >= '0' && text.s[0] <= '9')
		buf_char(&b, '_');
	for (size_t i = 0; i < text.n; i++)
		buf_char(&b, is_word_char(text.s[i]) ? text.s[i] : '_');
	return buf_get(&b);
}

static struct str make_unique(struct labeller *l, struct str wanted)
{
	struct arena *a = l->w->arena;
	struct str label = wanted;
	uint32_t first, other;

	if (map_get(l->taken, wanted, &first)) {
		do
			label = str_format(a, "%.*s_%u", STR_ARG(wanted), l->next.v[first]++);
		while (map_get(l->taken, label, &other));
	}
	map_put(l->taken, label, (uint32_t)l->next.n);
	VEC_PUSH(a, &l->next, 2);
	return label;
}

/* A node has a label if the host gave it one or somebody may refer to it. */
static void label_node(struct labeller *l, const struct gnode *node)
{
	struct dts *w = l->w;
	struct str host = node->host == DT_NONE ? STR_NONE : dt_node(w->host, node->host)->label;
	struct str label = STR_NONE;
	struct gnode **child;

	if (host.n || (node->phandle && node->name.n))
		label = make_unique(l, label_from(w->arena, host.n ? host : node->name));
	if (node->phandle)
		map_put(w->by_phandle,
			(struct str){ arena_copy(w->arena, &node->phandle, sizeof(node->phandle)),
				      sizeof(node->phandle) },
			(uint32_t)w->labels.n);
	VEC_PUSH(w->arena, &w->labels, label);
	VEC_EACH (child, &node->children)
		label_node(l, *child);
}

void dts_find_labels(struct dts *w, const struct gnode *root)
{
	struct labeller l = { .w = w, .taken = map_new(w->arena, false, 64) };

	w->by_phandle = map_new(w->arena, false, 64);
	label_node(&l, root);
}

struct str dts_label(const struct dts *w, uint32_t phandle)
{
	uint32_t i;

	if (!map_get(w->by_phandle, (struct str){ (const char *)&phandle, sizeof(phandle) }, &i))
		return STR_NONE;
	return w->labels.v[i];
}
