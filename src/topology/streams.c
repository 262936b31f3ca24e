/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which devices come to their IOMMU with the same stream: equal ids, ids that
 * a requester id maps to, and, in masks.c, masks that meet.
 */
#include <stdlib.h>

#include "building.h"

/* Ranges before the points that they may cover. */
static int by_id(const void *x, const void *y)
{
	const struct point *a = x, *b = y;

	if (a->iommu != b->iommu)
		return a->iommu < b->iommu ? -1 : 1;
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	if ((a->kind == POINT_RANGE) != (b->kind == POINT_RANGE))
		return a->kind == POINT_RANGE ? -1 : 1;
	return a->rank < b->rank ? -1 : a->rank > b->rank;
}

struct str point_text(const struct building *b, const struct point *p)
{
	if (b->iommus.v[p->iommu].cells == 0)
		return str_format(b->arena, "the one stream of %.*s",
				  STR_ARG(path_text(b, b->iommus.v[p->iommu].node)));
	if (p->kind == POINT_RANGE && p->last != p->id)
		return str_format(b->arena, "stream IDs 0x%x to 0x%x of %.*s", p->id, p->last,
				  STR_ARG(path_text(b, b->iommus.v[p->iommu].node)));
	if (p->mask)
		return str_format(b->arena, "stream ID 0x%x with mask 0x%x of %.*s", p->id, p->mask,
				  STR_ARG(path_text(b, b->iommus.v[p->iommu].node)));
	return str_format(b->arena, "stream ID 0x%x of %.*s", p->id,
			  STR_ARG(path_text(b, b->iommus.v[p->iommu].node)));
}

/* `z` is the narrower of the two: its stream is what both use. */
void points_link(struct building *b, const struct point *a, const struct point *z,
		 enum link_kind kind)
{
	bool mapped = a->kind != POINT_DEVICE || z->kind != POINT_DEVICE;

	if (a->node == z->node)
		return;
	group_link_add(b, (struct group_link){
				  .a = a->node,
				  .b = z->node,
				  .kind = mapped ? LINK_MAPPED : kind,
				  .iommu = b->iommus.v[a->iommu].node,
				  .at_a = a->at,
				  .at_b = z->at,
				  .what = point_text(b, z),
			  });
}

/*
 * The ranges that reach furthest so far: one, and one of another bridge, for
 * a function is not tied to its own bridge by the map that both are in.
 */
struct reach {
	const struct point *first, *second;
};

static void reach_add(struct reach *r, const struct point *range)
{
	if (!r->first || range->last >= r->first->last) {
		if (r->first && r->first->node != range->node)
			r->second = r->first;
		r->first = range;
	} else if (range->node != r->first->node && (!r->second || range->last > r->second->last)) {
		r->second = range;
	}
}

static const struct point *covered_by(const struct reach *r, const struct point *p)
{
	const struct point *range = r->first;

	if (range && range->node == p->bridge)
		range = r->second;
	return range && p->id <= range->last ? range : NULL;
}

/* Points of one IOMMU, sorted by id.  Those with a mask are left to masks.c. */
static uint32_t collide_ids(struct building *b, const struct point *v, size_t n)
{
	struct reach reach = { NULL, NULL };
	const struct point *last = NULL;
	uint32_t nids = 0;

	for (size_t i = 0; i < n; i++) {
		const struct point *p = &v[i], *cover = covered_by(&reach, p);

		if (p->mask)
			continue;
		if (cover)
			points_link(b, cover, p, LINK_MAPPED);
		if (p->kind == POINT_RANGE) {
			reach_add(&reach, p);
			continue;
		}
		if (last && last->id == p->id)
			points_link(b, last, p, LINK_SAME_STREAM);
		else
			nids++;
		last = p;
	}
	return nids;
}

static bool any_mask(const struct point *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].mask)
			return true;
	return false;
}

void streams_collide(struct building *b)
{
	size_t n, end;
	struct point *v = points_gather(b, &n);

	if (n)
		qsort(v, n, sizeof(*v), by_id);
	for (size_t i = 0; i < n; i = end) {
		struct iommu *u = &b->iommus.v[v[i].iommu];

		for (end = i; end < n && v[end].iommu == v[i].iommu; end++)
			;
		u->nentries = collide_ids(b, v + i, end - i);
		if (any_mask(v + i, end - i))
			u->nentries = masks_collide(b, v + i, end - i);
	}
	masks_settle(b);
}
