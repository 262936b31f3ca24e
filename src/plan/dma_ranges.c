/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What memory a device reaches, and at which addresses: `dma-ranges` of the
 * buses above it (DTSpec 2.3.9).
 *
 * Linux looks for them above the device only (drivers/of/address.c,
 * of_dma_get_range), so that devices with such ranges stand on a bus of their
 * own in the guest, those with the same ones together.
 */
#include "tree.h"

enum { DMA_RANGES = 32 }; /* more of them are no bus that anybody built */

struct dma_range {
	uint64_t bus, cpu, size;
};

struct dma_map {
	struct dma_range v[DMA_RANGES];
	size_t n;
};

/* The entries of one bus; false: they cannot be read, or have flags (PCI). */
static bool read_ranges(const struct dt *t, dt_id bus, struct dma_map *map)
{
	const struct dt_prop *p = dt_prop(t, bus, "dma-ranges");
	uint32_t child, size, parent, ignored, entry;

	dt_bus_cells(t, bus, &child, &size);
	dt_bus_cells(t, dt_node(t, bus)->parent, &parent, &ignored);
	entry = child + parent + size;
	map->n = 0;
	if (child > 2 || parent > 2 || size > 2 || entry == 0 || dt_ncells(p) % entry ||
	    dt_ncells(p) / entry > DMA_RANGES)
		return false;
	for (uint32_t i = 0; i < dt_ncells(p); i += entry) {
		struct dma_range *r = &map->v[map->n++];
		uint64_t end;

		if (!dt_number(p, i, child, &r->bus) || !dt_number(p, i + child, parent, &r->cpu) ||
		    !dt_number(p, i + child + parent, size, &r->size) || r->size == 0 ||
		    !u64_add(r->bus, r->size - 1, &end) || !u64_add(r->cpu, r->size - 1, &end))
			return false;
	}
	return true;
}

/* What is left of a range behind one of the bus above; false: nothing. */
static bool narrow(const struct dma_range *below, const struct dma_range *above,
		   struct dma_range *out)
{
	uint64_t first = below->cpu > above->bus ? below->cpu : above->bus;
	uint64_t last_below = below->cpu + (below->size - 1);
	uint64_t last_above = above->bus + (above->size - 1);
	uint64_t last = last_below < last_above ? last_below : last_above;

	if (first > last)
		return false;
	out->bus = below->bus + (first - below->cpu);
	out->cpu = above->cpu + (first - above->bus);
	out->size = last - first + 1;
	return true;
}

static bool compose(struct dma_map *map, const struct dma_map *above)
{
	struct dma_map out = { .n = 0 };

	for (size_t i = 0; i < map->n; i++)
		for (size_t j = 0; j < above->n; j++) {
			if (out.n == DMA_RANGES)
				return false;
			out.n += narrow(&map->v[i], &above->v[j], &out.v[out.n]);
		}
	*map = out;
	return out.n > 0;
}

static bool whole_map(const struct dt *t, dt_id from, struct dma_map *map)
{
	struct dma_map above;

	if (!read_ranges(t, from, map))
		return false;
	for (dt_id bus = dt_node(t, from)->parent; bus != DT_NONE && bus != DT_ROOT;
	     bus = dt_node(t, bus)->parent) {
		const struct dt_prop *p = dt_prop(t, bus, "dma-ranges");

		if (p && p->data.n && (!read_ranges(t, bus, &above) || !compose(map, &above)))
			return false;
	}
	return true;
}

/* Both banks of a guest's RAM end below it (public/arch-arm.h, GUEST_RAM1). */
static bool limits_nothing(const struct dma_map *map)
{
	const uint64_t all = UINT64_C(1) << 40;

	for (size_t i = 0; i < map->n; i++)
		if (map->v[i].bus == map->v[i].cpu && map->v[i].bus <= 0x40000000 &&
		    map->v[i].bus + (map->v[i].size - 1) >= all - 1)
			return true;
	return false;
}

static bool has_offset(const struct dma_map *map)
{
	for (size_t i = 0; i < map->n; i++)
		if (map->v[i].bus != map->v[i].cpu)
			return true;
	return false;
}

/* Whoever masters no memory has no use for it. */
static bool may_master(const struct device *dev)
{
	return dev->dma != DMA_NON_MASTER && dev->dma != DMA_CLIENT;
}

static struct gnode *bus_with(struct growing *gr, struct str ranges, dt_id from)
{
	struct arena *a = gr->b->a;
	const uint32_t two = 2;
	struct gnode *bus;

	for (size_t i = 0; i < gr->buses.n; i++)
		if (str_eq(gr->buses.v[i].ranges, ranges))
			return gr->buses.v[i].node;
	bus = tree_node(gr, gr->passthrough,
			tree_free_name(gr, gr->passthrough, STR("dma-bus"), STR_NONE), DT_NONE);
	bus->why = str_format(a, "the memory that devices below %.*s reach",
			      STR_ARG(plan_path(gr->b->p, from)));
	tree_prop(gr, bus, STR("compatible"), STR("simple-bus\0"), EDIT_ADDED, STR_NONE);
	tree_prop(gr, bus, STR("#address-cells"), tree_cells(a, &two, 1), EDIT_ADDED, STR_NONE);
	tree_prop(gr, bus, STR("#size-cells"), tree_cells(a, &two, 1), EDIT_ADDED, STR_NONE);
	tree_prop(gr, bus, STR("ranges"), STR_NONE, EDIT_ADDED, STR_NONE);
	tree_prop(gr, bus, STR("dma-ranges"), ranges, EDIT_ADDED,
		  STR("addresses of the device, of memory, size"));
	VEC_PUSH(a, &gr->buses, ((struct dma_bus){ ranges, bus }));
	return bus;
}

struct gnode *dma_parent(struct growing *gr, dt_id device)
{
	const struct device *dev = &gr->b->p->facts->devices[device];
	struct buf cells = buf_new(gr->b->a);
	struct dma_map map;

	if (dev->dma_ranges_from == DT_NONE || !may_master(dev) ||
	    !whole_map(gr->b->p->dt, dev->dma_ranges_from, &map) || limits_nothing(&map))
		return gr->passthrough;
	for (size_t i = 0; i < map.n; i++) {
		tree_put_u64(&cells, map.v[i].bus);
		tree_put_u64(&cells, map.v[i].cpu);
		tree_put_u64(&cells, map.v[i].size);
	}
	if (has_offset(&map) && !gr->g->request->direct_map)
		VEC_PUSH(gr->b->a, &gr->g->troubles,
			 ((struct probe_trouble){
				 device, STR_NONE, NULL,
				 STR("its addresses of memory are not those of the CPU, and the "
				     "memory of this guest is not where the host has it; say "
				     "direct_map = 1, or be sure that an IOMMU stands behind the "
				     "offset") }));
	return bus_with(gr, buf_get(&cells), dev->dma_ranges_from);
}
