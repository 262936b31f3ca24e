/* SPDX-License-Identifier: BSD-2-Clause */
/* Everything that the IOMMUs of the board have to tell apart. */
#include "building.h"

struct gathering {
	struct building *b;
	VEC(struct point) points;
};

static struct point *add(struct gathering *g, enum point_kind kind, uint32_t iommu, dt_id node,
			 struct spot at)
{
	struct point *p = VEC_ADD(g->b->arena, &g->points);

	p->kind = kind;
	p->iommu = iommu;
	p->node = node;
	p->bridge = DT_NONE;
	p->at = at;
	p->rank = (uint32_t)g->points.n;
	return p;
}

/* Xen keeps 15 bits of an SMMU's stream IDs, Linux 16 (SMR.ID). */
static uint32_t id_bits(const struct iommu *u)
{
	if (u->family != IOMMU_SMMU)
		return UINT32_MAX;
	return u->outcome == IOMMU_PROBES ? 0x7fff : 0xffff;
}

/* Where a device has both bindings only the one that Xen takes counts. */
static void gather_client(struct gathering *g, const struct client *c)
{
	for (uint32_t i = 0; i < c->nuses; i++) {
		const struct stream_use *use = &g->b->uses.v[c->first + i];
		const struct iommu *u = &g->b->iommus.v[use->iommu];
		struct point *p;

		if (use->legacy != c->legacy || !iommu_is_live(u))
			continue;
		p = add(g, POINT_DEVICE, use->iommu, c->node, use->at);
		p->mask = use->mask & id_bits(u);
		p->id = p->last = use->id & id_bits(u) & ~p->mask;
	}
}

static uint32_t live_iommu(const struct building *b, dt_id target)
{
	uint32_t i = target == DT_NONE ? IOMMU_NONE : b->out->iommu_of[target];

	return i != IOMMU_NONE && iommu_is_live(&b->iommus.v[i]) ? i : IOMMU_NONE;
}

/* What functions of the bridge can come out as through one entry; a masked id
 * is not above the mask. */
static void gather_entry(struct gathering *g, const struct rid_map *m, const struct rid_entry *e)
{
	uint32_t iommu = live_iommu(g->b, e->target), first, last, bits;
	struct point *p;

	rid_limits(g->b->dt, m->node, &first, &last);
	if (m->mask != UINT32_MAX) {
		first = 0;
		last = last < m->mask ? last : m->mask;
	}
	if (iommu == IOMMU_NONE || e->length == 0 || e->first > last || (e->first & ~m->mask))
		return;
	if (last - e->first >= e->length)
		last = e->first + e->length - 1;
	if (first < e->first)
		first = e->first;
	if (first > last)
		return;
	bits = id_bits(&g->b->iommus.v[iommu]);
	p = add(g, POINT_RANGE, iommu, m->node, spot_cell(m->node, m->property, e->cell));
	p->id = (first - e->first + e->out) & bits;
	p->last = p->id + (last - first);
	if (p->last > bits || p->last < p->id)
		p->last = bits;
}

static void gather_map(struct gathering *g, const struct rid_map *m)
{
	if (m->kind != MAP_IOMMU || m->classic.error.n)
		return;
	for (uint32_t i = 0; i < m->classic.nentries; i++)
		gather_entry(g, m, &m->classic.entries[i]);
}

static void gather_function(struct gathering *g, dt_id n)
{
	struct rid_mapping found;
	uint32_t rid, iommu;
	struct point *p;
	dt_id bridge;

	if (!topology_rid_of(g->b->out, n, &bridge, &rid) ||
	    !rid_map_find(g->b->out, bridge, MAP_IOMMU))
		return;
	found = topology_map_rid(g->b->arena, g->b->out, bridge, MAP_IOMMU, rid);
	iommu = found.result == RID_HIT ? live_iommu(g->b, found.target) : IOMMU_NONE;
	if (iommu == IOMMU_NONE)
		return;
	p = add(g, POINT_FUNCTION, iommu, n, spot_prop(n, "reg"));
	p->bridge = bridge;
	p->id = p->last = found.out & id_bits(&g->b->iommus.v[iommu]);
}

struct point *points_gather(struct building *b, size_t *npoints)
{
	struct gathering g = { .b = b };

	for (size_t i = 0; i < b->clients.n; i++)
		gather_client(&g, &b->clients.v[i]);
	for (size_t i = 0; i < b->maps.n; i++)
		gather_map(&g, b->maps.v[i]);
	for (dt_id n = 0; b->maps.n && n < b->dt->nnodes; n++)
		gather_function(&g, n);
	*npoints = g.points.n;
	return g.points.v;
}
