/* SPDX-License-Identifier: BSD-2-Clause */
/* Pairs the nodes of two trees and compares what is known of each pair. */
#include "compare.h"

#include "compare_items.h"

static const struct dt *tree_of(const struct topology *t)
{
	return t->facts->dt;
}

/* ---- Nodes that have another name now ------------------------------------------------ */

/* "COMPATIBLE\0ADDRESS" and "COMPATIBLE\0NAME": what a renamed node keeps. */
static struct str by_address(struct arena *a, const struct topology *t, dt_id n)
{
	const struct device *dev = facts_device(t->facts, n);

	if (!dev->nwindows || dev->windows[0].health != WINDOW_OK)
		return STR_NONE;
	return str_format(a, "%.*s@0x%llx", STR_ARG(dt_text(tree_of(t), n, "compatible")),
			  (unsigned long long)dev->windows[0].cpu.first);
}

static struct str by_name(struct arena *a, const struct topology *t, dt_id n)
{
	return str_format(a, "%.*s/%.*s", STR_ARG(dt_text(tree_of(t), n, "compatible")),
			  STR_ARG(dt_node(tree_of(t), n)->name));
}

/* Nodes that only the new tree has, by what they may have kept. */
struct strangers {
	struct map *addresses, *names;
};

static struct strangers find_strangers(const struct compare *c)
{
	const struct dt *now = tree_of(c->now), *old = tree_of(c->old);
	struct strangers s = { map_new(c->arena, true, 0), map_new(c->arena, true, 0) };

	for (dt_id n = 0; n < now->nnodes; n++) {
		struct str key;

		if (!dt_has(now, n, "compatible") ||
		    dt_find_path(old, dt_node(now, n)->path) != DT_NONE)
			continue;
		key = by_address(c->arena, c->now, n);
		if (key.n)
			map_put(s.addresses, key, n);
		map_put(s.names, by_name(c->arena, c->now, n), n);
	}
	return s;
}

static dt_id successor(const struct compare *c, const struct strangers *s, dt_id old,
		       const char **kept)
{
	struct str key = by_address(c->arena, c->old, old);
	uint32_t n;

	if (!dt_has(tree_of(c->old), old, "compatible"))
		return DT_NONE;
	*kept = "compatible and address are the same";
	if (key.n && map_get(s->addresses, key, &n))
		return n;
	*kept = "compatible and name are the same";
	return map_get(s->names, by_name(c->arena, c->old, old), &n) ? n : DT_NONE;
}

static struct account *begin(struct compare *c, const char *kind, struct str text)
{
	struct account *t = VEC_ADD(c->arena, &c->changes);

	t->kind = kind;
	t->text = text;
	return t;
}

static dt_id tell_missing(struct compare *c, const struct strangers *s, dt_id old)
{
	const char *kept = NULL;
	dt_id now = successor(c, s, old, &kept);
	struct str path = dt_node(tree_of(c->old), old)->path;
	struct account *t;

	if (now == DT_NONE) {
		t = begin(c, "gone", str_format(c->arena, "`%.*s` is gone", STR_ARG(path)));
		account_place(c->arena, t, dt_place(tree_of(c->old), old), "was here");
		return now;
	}
	t = begin(c, "renamed",
		  str_format(c->arena, "`%.*s` seems to be `%.*s` now", STR_ARG(path),
			     STR_ARG(dt_node(tree_of(c->now), now)->path)));
	account_place(c->arena, t, dt_place(tree_of(c->old), old), "was here");
	account_place(c->arena, t, dt_place(tree_of(c->now), now), "%s", kept);
	return now;
}

static bool is_device(const struct topology *t, dt_id n)
{
	const struct device *dev = facts_device(t->facts, n);

	return dev->role == ROLE_DEVICE && (dev->nwindows || dev->nlines || dev->nstreams);
}

static bool is_wanted(const struct topology *t, const bool *wanted, dt_id n)
{
	return wanted ? wanted[n] : is_device(t, n);
}

/* ---- A pair ---------------------------------------------------------------------------- */

static bool is_switched(const struct compare *c, dt_id old, dt_id now)
{
	return facts_device(c->old->facts, old)->enabled !=
	       facts_device(c->now->facts, now)->enabled;
}

/* Of a device and its parts the device is told of. */
static void tell_status(struct compare *c, dt_id old, dt_id now)
{
	dt_id was_above = dt_node(tree_of(c->old), old)->parent;
	dt_id is_above = dt_node(tree_of(c->now), now)->parent;
	bool is = facts_device(c->now->facts, now)->enabled;
	struct account *t;

	if (!is_switched(c, old, now))
		return;
	if (was_above != DT_NONE && is_above != DT_NONE &&
	    is_wanted(c->old, c->old_wanted, was_above) && is_switched(c, was_above, is_above))
		return;
	t = begin(c, "status",
		  str_format(c->arena, "`%.*s` is now %s",
			     STR_ARG(dt_node(tree_of(c->now), now)->path),
			     is ? "enabled" : "disabled"));
	account_place(c->arena, t, dt_place_prop(tree_of(c->old), old, "status"), "before");
	account_place(c->arena, t, dt_place_prop(tree_of(c->now), now, "status"), "now");
}

static void tell_verdict(struct compare *c, dt_id old, dt_id now)
{
	const struct dma_verdict *was = &c->old->verdicts[old], *is = &c->now->verdicts[now];
	struct account *t;

	if (was->verdict == is->verdict)
		return;
	t = begin(c, "verdict",
		  str_format(c->arena, "the DMA of `%.*s` was %s and is now %s",
			     STR_ARG(dt_node(tree_of(c->now), now)->path),
			     verdict_name(was->verdict), verdict_name(is->verdict)));
	account_place(c->arena, t, topology_place(c->old, was->at), "before: %.*s",
		      STR_ARG(was->reason));
	account_place(c->arena, t, topology_place(c->now, is->at), "now: %.*s",
		      STR_ARG(is->reason));
}

/* An entry that stands where another one stood has changed; the rest is gone or
 * new.  Entries that only changed their order are the same. */
static void tell_items(struct compare *c, dt_id now, const struct items *was,
		       const struct items *is, const char *kind)
{
	struct map *before = map_new(c->arena, false, was->v.n);
	struct map *after = map_new(c->arena, false, is->v.n);
	struct str path = dt_node(tree_of(c->now), now)->path;
	uint32_t ignored;

	for (size_t i = 0; i < was->v.n; i++)
		map_put(before, was->v.v[i].key, 0);
	for (size_t i = 0; i < is->v.n; i++)
		map_put(after, is->v.v[i].key, 0);
	for (size_t i = 0; i < was->v.n || i < is->v.n; i++) {
		bool lost = i < was->v.n && !map_get(after, was->v.v[i].key, &ignored);
		bool won = i < is->v.n && !map_get(before, is->v.v[i].key, &ignored);
		struct account *t;

		if (!lost && !won)
			continue;
		t = begin(c, kind,
			  str_format(c->arena, "`%.*s`: %s %.*s%s%.*s", STR_ARG(path), kind,
				     STR_ARG(lost ? was->v.v[i].key : is->v.v[i].key),
				     lost && won ? " is now "
				     : lost      ? " is gone"
						 : " is new",
				     STR_ARG(lost && won ? is->v.v[i].key : STR_NONE)));
		if (lost)
			account_place(c->arena, t, item_place(c->old, &was->v.v[i]), "before");
		if (won)
			account_place(c->arena, t, item_place(c->now, &is->v.v[i]), "now");
	}
}

static void compare_pair(struct compare *c, dt_id old, dt_id now)
{
	for (int kind = 0; kind < NITEM_KINDS; kind++) {
		struct items was = items_of(c->arena, c->old, old, (enum item_kind)kind);
		struct items is = items_of(c->arena, c->now, now, (enum item_kind)kind);

		tell_items(c, now, &was, &is, item_kind_name((enum item_kind)kind));
	}
	tell_status(c, old, now);
	tell_verdict(c, old, now);
}

/* ---- All ------------------------------------------------------------------------------- */

void compare_devices(struct compare *c)
{
	const struct dt *old = tree_of(c->old), *now = tree_of(c->now);
	struct strangers strangers = find_strangers(c);
	bool *met = ARENA_ARRAY(c->arena, bool, now->nnodes);

	for (dt_id n = 0; n < old->nnodes; n++) {
		dt_id same = dt_find_path(now, dt_node(old, n)->path);
		bool wanted = is_wanted(c->old, c->old_wanted, n) ||
			      (same != DT_NONE && is_wanted(c->now, c->now_wanted, same));

		if (!wanted)
			continue;
		if (same == DT_NONE)
			same = tell_missing(c, &strangers, n);
		if (same == DT_NONE)
			continue;
		met[same] = true;
		compare_pair(c, n, same);
	}
	for (dt_id n = 0; n < now->nnodes; n++) {
		struct account *t;

		if (met[n] || !is_wanted(c->now, c->now_wanted, n))
			continue;
		t = begin(c, "new",
			  str_format(c->arena, "`%.*s` is new", STR_ARG(dt_node(now, n)->path)));
		account_place(c->arena, t, dt_place(now, n), "here");
	}
}
