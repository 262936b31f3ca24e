/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupt maps.  Xen dt_irq_map_raw and Linux of_irq_parse_raw compare a
 * specifier with one entry after the other, under the mask; the first that
 * matches wins.  Since both sides are masked, equal is equal bytes, and an
 * index by the masked cells answers at once.
 *
 * How many cells an entry has depends on the walk that comes to the map, not
 * only on the map, so an index belongs to a map and two counts.
 */
#include "derive.h"

#define MAX_CELLS 16 /* MAX_PHANDLE_ARGS of Linux and Xen */

struct nexus_entry {
	dt_id target;
	uint32_t cell; /* of the target's unit address in interrupt-map */
	uint32_t nunit, nspecifier;
};

struct nexus {
	const struct dt_prop *map;
	const struct dt_prop *mask; /* NULL: all bits count                  */
	const char *broken;         /* why reading ended before the end      */
	struct nexus_entry *entries;
	uint32_t n;
	struct map *any;       /* masked cells to entry: what Xen takes          */
	struct map *available; /* the same, targets that are available: Linux    */
};

struct nexuses {
	struct map *index; /* of node and counts */
	VEC(struct nexus *) all;
};

/* One entry that begins at `cell`; false, with n->broken set, at its first
 * mistake: whoever walks the map goes no further than there. */
static bool read_entry(struct derive *x, struct nexus *n, uint32_t cell, uint32_t width,
		       struct nexus_entry *e)
{
	uint32_t left = dt_ncells(n->map) - cell - width - 1;

	e->target = dt_find_phandle(x->t, dt_cell(n->map, cell + width));
	if (e->target == DT_NONE) {
		n->broken = "an entry of the interrupt-map names a phandle that no node has";
		return false;
	}
	if (!get_u32(x, e->target, PROP_INTERRUPT_CELLS, &e->nspecifier)) {
		n->broken = "an entry of the interrupt-map names a node without #interrupt-cells";
		return false;
	}
	if (!get_u32(x, e->target, PROP_ADDRESS_CELLS, &e->nunit))
		e->nunit = 0;
	if ((uint64_t)e->nunit + e->nspecifier > MAX_CELLS || e->nunit + e->nspecifier > left) {
		n->broken = "an entry of the interrupt-map is cut short";
		return false;
	}
	e->cell = cell + width + 1;
	return true;
}

/* The bytes by which an entry is found. */
static struct str masked(struct derive *x, const struct nexus *n, const uint32_t *cells,
			 uint32_t width)
{
	uint32_t *key = ARENA_ARRAY(x->scratch, uint32_t, width);

	for (uint32_t i = 0; i < width; i++)
		key[i] = cells[i] & (n->mask ? dt_cell(n->mask, i) : UINT32_MAX);
	return (struct str){ (const char *)key, (size_t)width * 4 };
}

static void index_entry(struct derive *x, struct nexus *n, uint32_t i, uint32_t cell,
			uint32_t width)
{
	uint32_t cells[MAX_CELLS];
	struct str key;

	for (uint32_t k = 0; k < width; k++)
		cells[k] = dt_cell(n->map, cell + k);
	key = masked(x, n, cells, width);
	map_put(n->any, key, i);
	if (x->f->devices[n->entries[i].target].available)
		map_put(n->available, key, i);
}

static void read_entries(struct derive *x, struct nexus *n, dt_id node, uint32_t width)
{
	uint32_t ncells = dt_ncells(n->map), cell = 0;
	uint32_t most = ncells / (width + 1);

	if (n->mask && dt_ncells(n->mask) < width) {
		n->broken = "the interrupt-map-mask is too short";
		return;
	}
	if (!count_facts(x, &x->nmapped, most, node, "interrupt map entries"))
		return;
	n->entries = ARENA_ARRAY(x->scratch, struct nexus_entry, most);
	/* Both walks ask for more than an entry without anything behind its
	 * phandle: `imaplen > (addrsize + intsize + 1)`. */
	while (ncells - cell > width + 1) {
		struct nexus_entry *e = &n->entries[n->n];

		if (!read_entry(x, n, cell, width, e))
			return;
		index_entry(x, n, n->n++, cell, width);
		cell = e->cell + e->nunit + e->nspecifier;
	}
}

static struct nexus *nexus_get(struct derive *x, dt_id node, uint32_t nunit, uint32_t nspecifier)
{
	const uint32_t counts[3] = { node, nunit, nspecifier };
	struct str key = { (const char *)counts, sizeof(counts) };
	struct nexuses *all = x->nexuses;
	struct nexus *n;
	uint32_t i;

	if (!all) {
		all = x->nexuses = ARENA_NEW(x->scratch, struct nexuses);
		all->index = map_new(x->scratch, false, 16);
	}
	if (map_get(all->index, key, &i))
		return all->all.v[i];
	n = ARENA_NEW(x->scratch, struct nexus);
	n->map = get_prop(x, node, PROP_INTERRUPT_MAP);
	n->mask = get_prop(x, node, PROP_INTERRUPT_MAP_MASK);
	n->any = map_new(x->scratch, false, 8);
	n->available = map_new(x->scratch, false, 8);
	read_entries(x, n, node, nunit + nspecifier);
	key.s = arena_copy(x->scratch, counts, sizeof(counts));
	map_put(all->index, key, (uint32_t)all->all.n);
	VEC_PUSH(x->scratch, &all->all, n);
	return n;
}

void nexus_match(struct derive *x, enum walk how, dt_id nexus, const uint32_t *cells,
		 uint32_t nunit, uint32_t nspecifier, struct nexus_match *out)
{
	const struct nexus_entry *e;
	const struct nexus *n;
	uint32_t i;

	*out = (struct nexus_match){ .target = DT_NONE };
	if (nunit + nspecifier > MAX_CELLS) {
		out->broken = "the interrupt-map takes more than 16 cells";
		return;
	}
	n = nexus_get(x, nexus, nunit, nspecifier);
	if (n->n == 0 || !map_get(how == WALK_XEN ? n->any : n->available,
				  masked(x, n, cells, nunit + nspecifier), &i)) {
		out->broken = n->broken ? n->broken : "no entry of the interrupt-map matches";
		return;
	}
	e = &n->entries[i];
	out->target = e->target;
	out->nunit = e->nunit;
	out->nspecifier = e->nspecifier;
	out->cells = cells_copy(x->scratch, n->map, e->cell, e->nunit + e->nspecifier);
}

uint32_t nexus_intids(struct derive *x, dt_id node, const uint32_t **out)
{
	const struct nexus *n;
	uint32_t *intids, nspecifier, count = 0;

	if (!has_prop(x, node, PROP_INTERRUPT_MAP) ||
	    !get_u32(x, node, PROP_INTERRUPT_CELLS, &nspecifier) ||
	    x->bus[node].plain_na + (uint64_t)nspecifier > MAX_CELLS)
		return 0;
	n = nexus_get(x, node, x->bus[node].plain_na, nspecifier);
	intids = ARENA_ARRAY(x->a, uint32_t, n->n);
	for (uint32_t i = 0; i < n->n; i++) {
		const struct nexus_entry *e = &n->entries[i];
		uint32_t intid;

		if (e->target != x->p->gic)
			continue;
		intid = gic_xen_decode(
			cells_copy(x->scratch, n->map, e->cell + e->nunit, e->nspecifier),
			e->nspecifier);
		if (intid != LINE_NONE && (count == 0 || intids[count - 1] != intid))
			intids[count++] = intid;
	}
	*out = intids;
	return count;
}
