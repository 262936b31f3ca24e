/* SPDX-License-Identifier: BSD-2-Clause */
/* iommu-map and msi-map from the tree.  Bindings: dt-schema pci-iommu.yaml and
 * msi-consumer.yaml; Linux drivers/of/base.c (of_map_id). */
#include "building.h"

struct reader {
	struct building *b;
	const struct dt_prop *p;
	const char *cells_name;
	VEC(struct rid_entry) entries;
	bool wide;
};

/* 28 boards of Debian's arm64 kernel have an ITS without #msi-cells as target,
 * and readers take that for one cell. */
static uint32_t target_cells(const struct reader *r, dt_id target)
{
	uint32_t n;

	return target != DT_NONE && dt_u32(r->b->dt, target, r->cells_name, &n) ? n : 1;
}

static struct rid_entry *add_entry(struct reader *r, uint32_t cell, uint32_t ncells)
{
	struct rid_entry *e = VEC_ADD(r->b->arena, &r->entries);

	e->cell = cell;
	e->ncells = ncells;
	e->first = dt_cell(r->p, cell);
	e->phandle = dt_cell(r->p, cell + 1);
	e->target = dt_find_phandle(r->b->dt, e->phandle);
	e->out = ncells ? dt_cell(r->p, cell + 2) : 0;
	e->length = dt_cell(r->p, cell + 2 + ncells);
	return e;
}

static struct rid_reading stop(const struct reader *r, uint32_t cell, struct str error)
{
	return (struct rid_reading){ r->entries.v, (uint32_t)r->entries.n, error, cell, r->wide };
}

/* xen/common/device-tree/device-tree.c, dt_map_id */
static struct rid_reading read_classic(struct reader *r)
{
	uint32_t n = dt_ncells(r->p);

	r->entries.v = NULL;
	r->entries.n = r->entries.room = 0;
	if (r->p->data.n == 0 || r->p->data.n % 16 != 0)
		return stop(r, 0,
			    str_format(r->b->arena,
				       "it has %zu bytes, and Xen takes entries of 16 only",
				       r->p->data.n));
	for (uint32_t cell = 0; cell < n; cell += 4)
		add_entry(r, cell, 1);
	return stop(r, n, STR_NONE);
}

/* Trees written for the classic reading, to a target of two cells. */
static bool written_classic(const struct reader *r)
{
	uint32_t n = dt_ncells(r->p);

	if (n < 4 || n % 4 != 0 ||
	    target_cells(r, dt_find_phandle(r->b->dt, dt_cell(r->p, 1))) != 2)
		return false;
	for (uint32_t cell = 0; cell < n; cell += 4)
		if (dt_cell(r->p, cell + 1) != dt_cell(r->p, 1) || dt_cell(r->p, cell + 3) != 1)
			return false;
	return true;
}

/* Linux drivers/of/base.c, of_map_id since the series "of: Respect
 * #{iommu,msi}-cells in maps" (2026). */
static struct rid_reading read_counted(struct reader *r)
{
	uint32_t n = dt_ncells(r->p), cell = 0;
	bool classic = written_classic(r);

	r->entries.v = NULL;
	r->entries.n = r->entries.room = 0;
	if (n == 0 || r->p->data.n % 4 != 0)
		return stop(r, 0,
			    str_format(r->b->arena, "it has %zu bytes, which is no number of cells",
				       r->p->data.n));
	while (cell < n) {
		dt_id target;
		uint32_t ncells;

		target =
			cell + 1 < n ? dt_find_phandle(r->b->dt, dt_cell(r->p, cell + 1)) : DT_NONE;
		if (target == DT_NONE)
			return stop(r, cell,
				    str_format(r->b->arena, "entry %zu points at no node",
					       r->entries.n));
		ncells = classic ? 1 : target_cells(r, target);
		r->wide |= ncells != 1;
		if (n - cell < 3 || n - cell - 3 < ncells)
			return stop(r, cell,
				    str_format(r->b->arena,
					       "entry %zu is cut off: expected %u "
					       "cells, found %u",
					       r->entries.n, 3 + ncells, n - cell));
		add_entry(r, cell, ncells);
		cell += 3 + ncells;
	}
	return stop(r, n, STR_NONE);
}

static void read_map(struct building *b, dt_id n, enum map_kind kind)
{
	bool iommu = kind == MAP_IOMMU;
	const char *name = iommu ? "iommu-map" : "msi-map";
	const struct dt_prop *p = dt_prop(b->dt, n, name);
	const struct dt_prop *mask;
	struct reader r = { .b = b, .p = p, .cells_name = iommu ? "#iommu-cells" : "#msi-cells" };
	struct rid_map *m;

	if (!p)
		return;
	m = ARENA_NEW(b->arena, struct rid_map);
	m->node = n;
	m->kind = kind;
	m->property = name;
	mask = dt_prop(b->dt, n, iommu ? "iommu-map-mask" : "msi-map-mask");
	m->mask = mask && dt_ncells(mask) ? dt_cell(mask, 0) : UINT32_MAX;
	m->classic = read_classic(&r);
	m->counted = read_counted(&r);
	VEC_PUSH(b->arena, &b->maps, m);
}

/* IOMMUs that are functions of a bridge with a map. */
static void find_own_iommus(struct building *b)
{
	const struct iommu *u;
	dt_id bridge;
	uint32_t rid;

	VEC_EACH (u, &b->iommus) {
		struct own_iommu *own;
		struct rid_map *m;

		if (!topology_rid_of(b->out, u->node, &bridge, &rid))
			continue;
		m = rid_map_find(b->out, bridge, MAP_IOMMU);
		if (!m)
			continue;
		own = ARENA_NEW(b->arena, struct own_iommu);
		*own = (struct own_iommu){ u->node, rid, m->own };
		m->own = own;
	}
}

void rid_maps_read(struct building *b)
{
	for (dt_id n = 0; n < b->dt->nnodes; n++) {
		read_map(b, n, MAP_IOMMU);
		read_map(b, n, MAP_MSI);
	}
	b->out->maps = b->maps.v;
	b->out->nmaps = (uint32_t)b->maps.n;
	find_own_iommus(b);
}
