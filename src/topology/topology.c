/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "building.h"

static int by_iommu(const void *x, const void *y)
{
	const struct stream_use *a = x, *b = y;

	if (a->iommu != b->iommu)
		return a->iommu < b->iommu ? -1 : 1;
	if (a->node != b->node)
		return a->node < b->node ? -1 : 1;
	return a->at.cell < b->at.cell ? -1 : a->at.cell > b->at.cell;
}

/* The door's order; the builders want them by client. */
static void publish_uses(struct building *b)
{
	struct topology *t = b->out;

	t->nuses = (uint32_t)b->uses.n;
	t->uses = arena_copy(b->arena, b->uses.v, b->uses.n * sizeof(*b->uses.v));
	if (t->nuses)
		qsort(t->uses, t->nuses, sizeof(*t->uses), by_iommu);
}

static void publish(struct building *b)
{
	struct topology *t = b->out;

	t->iommus = b->iommus.v;
	t->niommus = (uint32_t)b->iommus.n;
	t->steps = b->steps.v;
	t->nsteps = (uint32_t)b->steps.n;
	t->conflicts = b->conflicts.v;
	t->nconflicts = (uint32_t)b->conflicts.n;
	t->failures = b->failures.v;
	t->nfailures = (uint32_t)b->failures.n;
	publish_uses(b);
}

bool topology_build(struct arena *a, struct diag *d, const struct facts *facts,
		    struct topology **out)
{
	struct building b = {
		.arena = a,
		.facts = facts,
		.dt = facts->dt,
		.platform = facts->platform,
		.out = ARENA_NEW(a, struct topology),
	};

	(void)d; /* nothing here can go wrong: what cannot be right is derived */
	b.out->arena = a;
	b.out->facts = facts;
	iommus_find(&b);
	legacy_read(&b);
	probe_simulate(&b);
	clients_read(&b);
	clients_validate(&b);
	rid_maps_read(&b);
	groups_start(&b);
	wrappers_find(&b);
	streams_collide(&b);
	groups_finish(&b);
	engines_find(&b);
	capacity_derive(&b);
	dom0_simulate(&b);
	remarks_derive(&b);
	publish(&b);
	verdicts_derive(&b);
	*out = b.out;
	return true;
}

const struct iommu *topology_iommu(const struct topology *t, dt_id node)
{
	return t->iommu_of[node] == IOMMU_NONE ? NULL : &t->iommus[t->iommu_of[node]];
}

const struct iommu *topology_half_initialised(const struct topology *t)
{
	for (uint32_t i = 0; t->iommu_platform == PLATFORM_IOMMU_ON && i < t->niommus; i++)
		if (t->iommus[i].outcome == IOMMU_SKIPPED && t->iommus[i].nclients)
			return &t->iommus[i];
	return NULL;
}

struct place topology_place(const struct topology *t, struct spot s)
{
	if (s.node == DT_NONE)
		return place_none();
	if (!s.property || !dt_has(t->facts->dt, s.node, s.property))
		return dt_place(t->facts->dt, s.node);
	if (s.cell < 0)
		return dt_place_prop(t->facts->dt, s.node, s.property);
	return dt_place_cell(t->facts->dt, s.node, s.property, (uint32_t)s.cell);
}
