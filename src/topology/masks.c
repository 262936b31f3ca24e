/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stream match entries of one SMMUv1 or v2: which meet, and which cannot live
 * together (Linux and Xen, arm_smmu_find_sme: an entry that lies inside one
 * that is there shares it; any other overlap is -EINVAL).
 *
 * A stream has 16 bits, so a table with the owner of each stream answers
 * without comparing entry by entry.  Wide entries come first, so an entry that
 * lies inside another finds it at its first stream.
 */
#include <stdlib.h>

#include "building.h"

#define NSTREAMS 0x10000

/* Steps over the table in one compilation.  Real boards need some thousand;
 * beyond it all entries of an SMMU are taken to meet. */
#define TABLE_STEPS (1u << 24)

/* One table for all SMMUs: entries and ranges are numbered through, so what
 * an earlier SMMU left has a number below those of this one. */
struct stream_table {
	uint32_t owner[NSTREAMS]; /* entry                                   */
	uint32_t range[NSTREAMS];
};

struct masks {
	struct building *b;
	uint32_t first_entry, first_range;
	bool conflicts_count; /* Xen drives it, and compares masks           */
};

static uint32_t bits_set(uint32_t v)
{
	uint32_t n = 0;

	for (; v; v &= v - 1)
		n++;
	return n;
}

/* Ranges, then entries from wide to narrow, equal ones together. */
static int by_width(const void *x, const void *y)
{
	const struct point *a = x, *b = y;

	if ((a->kind == POINT_RANGE) != (b->kind == POINT_RANGE))
		return a->kind == POINT_RANGE ? -1 : 1;
	if (a->mask != b->mask) {
		uint32_t na = bits_set(a->mask), nb = bits_set(b->mask);

		if (na != nb)
			return na > nb ? -1 : 1;
		return a->mask < b->mask ? -1 : 1;
	}
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return a->rank < b->rank ? -1 : a->rank > b->rank;
}

static bool lies_inside(const struct point *inner, const struct point *outer)
{
	return !(inner->mask & ~outer->mask) && !((inner->id ^ outer->id) & ~outer->mask);
}

/* ---- The table -------------------------------------------------------------------- */

static bool step(struct building *b)
{
	if (b->table_steps >= TABLE_STEPS)
		return false;
	b->table_steps++;
	return true;
}

static struct mask_entry *owner_of(const struct masks *m, uint32_t stream)
{
	uint32_t owner = m->b->table->owner[stream];

	if (owner == UINT32_MAX || owner < m->first_entry)
		return NULL;
	return &m->b->entries.v[owner];
}

static const struct point *range_of(const struct masks *m, uint32_t stream)
{
	uint32_t range = m->b->table->range[stream];

	return range == UINT32_MAX || range < m->first_range ? NULL : m->b->ranges.v[range];
}

static uint32_t entry_index(const struct masks *m, const struct mask_entry *e)
{
	return (uint32_t)(e - m->b->entries.v);
}

/* `narrow` comes to the table where `wide` is. */
static void meet(struct masks *m, struct mask_entry *wide, struct mask_entry *narrow)
{
	struct mask_conflict *c;

	points_link(m->b, wide->first, narrow->first, LINK_OVERLAP);
	if (!m->conflicts_count)
		return;
	c = VEC_ADD(m->b->arena, &m->b->mask_conflicts);
	c->a = entry_index(m, narrow);
	c->b = entry_index(m, wide);
	c->either_order = !lies_inside(narrow->first, wide->first);
}

/* All streams of an entry: those with an owner are met, others taken. */
static bool take_streams(struct masks *m, struct mask_entry *self)
{
	const struct point *p = self->first, *last_range = NULL;
	uint32_t sub = 0;

	do {
		uint32_t stream = p->id | sub;
		struct mask_entry *owner = owner_of(m, stream);
		const struct point *range = range_of(m, stream);

		if (!step(m->b))
			return false;
		if (range && range != last_range && p->mask)
			points_link(m->b, range, p, LINK_MAPPED);
		last_range = range;
		if (!owner) {
			m->b->table->owner[stream] = entry_index(m, self);
		} else if (owner != self && owner->seen_by != entry_index(m, self)) {
			owner->seen_by = entry_index(m, self);
			meet(m, owner, self);
		}
		sub = (sub - p->mask) & p->mask;
	} while (sub != 0);
	return true;
}

/* Points first..first+n-1 are equal.  True in *shares: they need no register
 * of their own. */
static bool place_entry(struct masks *m, const struct point *first, uint32_t n, bool *shares)
{
	struct mask_entry *e = VEC_ADD(m->b->arena, &m->b->entries), *owner;

	e->first = first;
	e->n = n;
	e->seen_by = UINT32_MAX;
	for (uint32_t i = 1; i < n && first->mask; i++)
		points_link(m->b, first, &first[i], LINK_SAME_STREAM);
	owner = owner_of(m, first->id);
	*shares = owner && lies_inside(first, owner->first);
	if (!*shares)
		return take_streams(m, e);
	meet(m, owner, e);
	return true;
}

static bool place_range(struct masks *m, const struct point *p)
{
	uint32_t index = (uint32_t)m->b->ranges.n;

	VEC_PUSH(m->b->arena, &m->b->ranges, p);
	for (uint32_t s = p->id; s <= p->last; s++) {
		if (!step(m->b))
			return false;
		if (!range_of(m, s))
			m->b->table->range[s] = index;
	}
	return true;
}

/* Nobody has written such a tree by hand: no two are told apart. */
static void give_up(struct building *b, const struct point *v, size_t n)
{
	for (size_t i = 1; i < n; i++)
		points_link(b, &v[0], &v[i], LINK_OVERLAP);
}

static bool is_equal(const struct point *a, const struct point *b)
{
	return a->id == b->id && a->mask == b->mask;
}

/* The number of registers that the points need. */
uint32_t masks_collide(struct building *b, struct point *v, size_t n)
{
	const struct iommu *u = &b->iommus.v[v[0].iommu];
	struct masks m = { b, (uint32_t)b->entries.n, (uint32_t)b->ranges.n, false };
	uint32_t nregisters = 0, run;
	bool ok = true, shares;

	if (!b->table) {
		b->table = ARENA_NEW(b->arena, struct stream_table);
		memset(b->table, 0xff, sizeof(*b->table));
	}
	/* Until 4.19 masks are programmed as 0 and only equal ids meet. */
	m.conflicts_count = u->outcome == IOMMU_PROBES && b->platform->xen.last.minor >= 20;
	qsort(v, n, sizeof(*v), by_width);
	for (size_t i = 0; i < n && ok; i += run) {
		run = 1;
		if (v[i].kind == POINT_RANGE) {
			ok = place_range(&m, &v[i]);
			continue;
		}
		while (i + run < n && is_equal(&v[i], &v[i + run]))
			run++;
		ok = place_entry(&m, &v[i], run, &shares);
		nregisters += !shares;
	}
	if (!ok)
		give_up(b, v, n);
	return nregisters;
}

/* ---- What cannot live together ------------------------------------------------------ */

/* The first point of the device at `node` in the entry, or NULL. */
static const struct point *point_of(const struct mask_entry *e, dt_id node)
{
	uint32_t low = 0, high = e->n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (e->first[mid].node < node)
			low = mid + 1;
		else
			high = mid;
	}
	return low < e->n && e->first[low].node == node ? &e->first[low] : NULL;
}

static void break_client(struct building *b, const struct point *p, const struct point *other)
{
	uint32_t i = b->client_of[p->node];
	struct client *c = i == CLIENT_NONE ? NULL : &b->clients.v[i];

	if (!c || c->broken || p->kind != POINT_DEVICE)
		return;
	c->broken = true;
	c->at = p->at;
	c->reason = str_format(b->arena,
			       "its %.*s cannot be matched beside 0x%x with mask 0x%x of %.*s",
			       STR_ARG(point_text(b, p)), other->id, other->mask,
			       STR_ARG(path_text(b, other->node)));
}

static void break_all(struct building *b, struct mask_entry *e, const struct mask_entry *other)
{
	for (uint32_t i = 0; i < e->n && !e->broken; i++)
		break_client(b, &e->first[i], other->first);
	e->broken = true;
}

/* A device that lists the narrow entry before the wide one gets in its own
 * way. */
static void break_self(struct building *b, const struct mask_entry *narrow,
		       const struct mask_entry *wide)
{
	for (uint32_t i = 0; i < narrow->n; i++) {
		const struct point *p = &narrow->first[i], *own = point_of(wide, p->node);

		if (own && own->rank > p->rank)
			break_client(b, own, p);
	}
}

static struct str conflict_text(const struct building *b, const struct point *x,
				const struct point *y)
{
	return str_format(b->arena, "streams 0x%x with mask 0x%x and 0x%x with mask 0x%x of %.*s",
			  x->id, x->mask, y->id, y->mask,
			  STR_ARG(path_text(b, b->iommus.v[x->iommu].node)));
}

void masks_settle(struct building *b)
{
	const struct mask_conflict *c;

	VEC_EACH (c, &b->mask_conflicts) {
		struct mask_entry *x = &b->entries.v[c->a], *y = &b->entries.v[c->b];
		struct stream_conflict *out = VEC_ADD(b->arena, &b->conflicts);

		out->a = x->first->node;
		out->b = y->first->node;
		out->iommu = x->first->iommu;
		out->either_order = c->either_order;
		out->at_a = x->first->at;
		out->at_b = y->first->at;
		out->what = conflict_text(b, x->first, y->first);
		if (c->either_order) {
			break_all(b, x, y);
			break_all(b, y, x);
		} else {
			break_self(b, x, y);
		}
	}
}
