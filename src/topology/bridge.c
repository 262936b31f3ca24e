/* SPDX-License-Identifier: BSD-2-Clause */
/* Host bridges as a whole: which there are, and what their maps leave out. */
#include <stdlib.h>

#include "building.h"

#define NRIDS 0x10000u

static int by_domain(const void *x, const void *y)
{
	const struct host_bridge *a = x, *b = y;

	if (a->domain != b->domain)
		return a->domain < b->domain ? -1 : 1;
	return a->node < b->node ? -1 : a->node > b->node;
}

uint32_t topology_host_bridges(struct arena *a, const struct topology *t, struct host_bridge **out)
{
	VEC(struct host_bridge) v = { 0 };

	for (dt_id n = 0; n < t->facts->dt->nnodes; n++) {
		const struct device *dev = facts_device(t->facts, n);
		struct host_bridge b = { n, PCI_DOMAIN_NONE };

		if (!dev->is_host_bridge || !dev->enabled)
			continue;
		(void)dt_u32(t->facts->dt, n, "linux,pci-domain", &b.domain);
		VEC_PUSH(a, &v, b);
	}
	if (v.n)
		qsort(v.v, v.n, sizeof(*v.v), by_domain);
	*out = v.v;
	return (uint32_t)v.n;
}

dt_id topology_bridge_of_domain(const struct host_bridge *bridges, uint32_t n, uint32_t domain)
{
	uint32_t low = 0, high = n;

	if (n == 1 && bridges->domain == PCI_DOMAIN_NONE)
		return domain == 0 ? bridges->node : DT_NONE;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (bridges[middle].domain < domain)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && bridges[low].domain == domain ? bridges[low].node : DT_NONE;
}

bool topology_bridge_has(const struct topology *t, dt_id bridge, uint32_t rid)
{
	uint32_t first, last;

	rid_limits(t->facts->dt, bridge, &first, &last);
	return first <= rid && rid <= last;
}

/* How many entries take each masked id: +1 where one begins, -1 behind it. */
static void mark_entries(const struct rid_map *m, int32_t *change)
{
	for (uint32_t i = 0; i < m->classic.nentries; i++) {
		const struct rid_entry *e = &m->classic.entries[i];
		uint32_t end = e->first + e->length;

		/* A range that wraps takes nothing. */
		if (e->first >= NRIDS || end <= e->first || e->target == DT_NONE)
			continue;
		change[e->first]++;
		change[end < NRIDS ? end : NRIDS]--;
	}
}

static void find_runs(const struct rid_map *m, const bool *taken, uint32_t low, uint32_t high,
		      struct rid_holes *out)
{
	for (uint32_t rid = low; rid <= high; rid++) {
		if (taken[rid & m->mask & (NRIDS - 1)])
			continue;
		if (!out->count++)
			out->first = out->last = rid;
		else if (out->last == rid - 1)
			out->last = rid;
	}
}

struct rid_holes topology_map_holes(const struct topology *t, dt_id bridge)
{
	const struct rid_map *m = rid_map_find(t, bridge, MAP_IOMMU);
	struct rid_holes out = { 0 };
	struct arena *scratch;
	uint32_t low, high;
	int32_t *change, depth = 0;
	bool *taken;

	if (!m || m->classic.error.n)
		return out;
	scratch = arena_new();
	change = ARENA_ARRAY(scratch, int32_t, NRIDS + 1);
	taken = ARENA_ARRAY(scratch, bool, NRIDS);
	mark_entries(m, change);
	for (uint32_t id = 0; id < NRIDS; id++) {
		depth += change[id];
		taken[id] = depth > 0;
	}
	/* An IOMMU on the bus is right to be in a gap. */
	for (const struct own_iommu *own = m->own; own; own = own->next)
		if (m->mask == UINT32_MAX)
			taken[own->rid & (NRIDS - 1)] = true;
	rid_limits(t->facts->dt, bridge, &low, &high);
	find_runs(m, taken, low, high, &out);
	arena_free(scratch);
	return out;
}
