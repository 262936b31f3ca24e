/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows: reg, assigned-addresses and the apertures of PCI host bridges.
 * xen/common/device-tree/device-tree.c, dt_get_address, dt_number_of_address
 * and dt_for_each_range.
 */
#include "derive.h"

/* How the entries of one property are cut. */
struct layout {
	const struct dt_prop *prop;
	uint32_t na, ns;
	uint32_t skip; /* cells between address and size: the address on the bus
			* above, in ranges                                      */
};

static uint32_t entry_cells(const struct layout *l)
{
	return l->na + l->skip + l->ns;
}

/* Xen divides and drops the rest (dt_number_of_address). */
static uint32_t nwhole(const struct layout *l)
{
	return entry_cells(l) ? dt_ncells(l->prop) / entry_cells(l) : 0;
}

/* Whole entries, and one more for what is left over. */
static uint32_t nentries(const struct layout *l)
{
	if (!l->prop)
		return 0;
	return nwhole(l) + ((uint64_t)nwhole(l) * entry_cells(l) * 4 != l->prop->data.n);
}

static bool malformed(struct window *w, const char *reason)
{
	w->health = WINDOW_MALFORMED;
	w->reason = reason;
	return false;
}

/* Address and size as written; false where they cannot be read. */
static bool read_entry(const struct layout *l, struct window *w)
{
	uint32_t low = l->na > 2 ? 2 : l->na; /* cells that make up the number */

	w->cell = w->index * entry_cells(l);
	w->ncells = dt_ncells(l->prop) - w->cell;
	if (l->na == 0 || l->na > 4)
		return malformed(w, "the bus has no #address-cells of 1 to 4");
	if (w->index >= nwhole(l))
		return malformed(w, "the entry is cut short");
	w->ncells = entry_cells(l);
	if (!dt_number(l->prop, w->cell + l->na + l->skip, l->ns, &w->size))
		return malformed(w, "the size does not fit 64 bits");
	return dt_number(l->prop, w->cell + l->na - low, low, &w->bus_address);
}

static bool no_address(struct window *w, enum window_health health, dt_id bus, const char *reason)
{
	w->health = health;
	w->reason = reason;
	w->stop = bus;
	return false;
}

static void settle(struct window *w, const struct address *at)
{
	w->health = at->health;
	w->reason = at->reason;
	w->stop = at->stop;
	if (!w->differs)
		w->differs = at->differs;
	if (at->health != WINDOW_OK)
		return;
	if (range_from_size(at->cpu, w->size, &w->cpu))
		return;
	w->cpu = (struct range){ at->cpu, at->cpu };
	if (w->size == 0) {
		w->health = WINDOW_EMPTY;
		w->reason = "its size is 0";
	} else {
		malformed(w, "its end does not fit 64 bits");
	}
}

static const char *how_bus_differs(const struct bus *b, dt_id bus)
{
	if (b->pci_by_name)
		return "the bus has no device_type; Xen takes it for PCI by its name";
	if (b->inherited && b->kind == BUS_DEFAULT)
		return "the bus lacks #address-cells or #size-cells; Xen takes those of a node "
		       "above, the specification 2 and 1";
	if (b->kind == BUS_DEFAULT && b->na > 2 && bus != DT_ROOT)
		return "the bus has more than two address cells; Xen wants the start of a "
		       "`ranges` entry exactly";
	return NULL;
}

/* Whether the bus of an entry that was read has CPU addresses at all. */
static bool has_address(const struct bus *b, dt_id bus, const struct layout *l, struct window *w)
{
	/* DT_CHECK_COUNTS: no address, and nothing wrong with it. */
	if (l->ns == 0)
		return no_address(w, WINDOW_NO_ADDRESS, bus, "the bus has a #size-cells of 0");
	if (b->kind == BUS_PCI && !w->assigned)
		return no_address(w, WINDOW_NO_ADDRESS, bus, "PCI configuration space");
	if (b->kind == BUS_NONE)
		return no_address(w, WINDOW_UNREACHABLE, bus, "the bus has no `ranges`");
	return true;
}

static void derive_window(struct derive *x, dt_id bus, const struct layout *l, struct window *w)
{
	const struct bus *b = &x->bus[bus];
	struct address at = { .stop = DT_NONE };

	w->stop = DT_NONE;
	if (!read_entry(l, w) || !has_address(b, bus, l, w))
		return;
	w->differs = how_bus_differs(b, bus);
	for (uint32_t i = 0; i < l->na; i++)
		at.cell[i] = dt_cell(l->prop, w->cell + i);
	translate(x, bus, w->size, &at);
	settle(w, &at);
}

static void derive_registers(struct derive *x, dt_id n, const struct layout *reg,
			     const struct layout *assigned, struct device *dev)
{
	uint32_t nreg = nentries(reg);
	struct strings names = strings_of(get_prop(x, n, PROP_REG_NAMES));
	dt_id bus = dt_node(x->t, n)->parent;

	dev->nwindows = nreg + nentries(assigned);
	dev->windows = ARENA_ARRAY(x->a, struct window, dev->nwindows);
	for (uint32_t i = 0; i < dev->nwindows; i++) {
		struct window *w = &dev->windows[i];

		w->assigned = i >= nreg;
		w->index = w->assigned ? i - nreg : i;
		if (!w->assigned)
			w->name = strings_next(&names);
		derive_window(x, bus, w->assigned ? assigned : reg, w);
	}
}

/* dt_for_each_range: the address on the bus above of each entry, translated on;
 * I/O and memory alike, since Xen grants dom0 both. */
static void derive_aperture(struct derive *x, dt_id n, const struct layout *l, struct window *w)
{
	dt_id bus = dt_node(x->t, n)->parent;
	struct address at = { .stop = DT_NONE };

	w->stop = DT_NONE;
	if (!read_entry(l, w))
		return;
	if (x->bus[bus].kind == BUS_NONE) {
		no_address(w, WINDOW_UNREACHABLE, bus, "the bus has no `ranges`");
		return;
	}
	for (uint32_t i = 0; i < l->skip; i++)
		at.cell[i] = dt_cell(l->prop, w->cell + l->na + i);
	translate(x, bus, w->size, &at);
	settle(w, &at);
}

static void derive_apertures(struct derive *x, dt_id n, const struct layout *ranges,
			     struct device *dev)
{
	dev->napertures = nentries(ranges);
	dev->apertures = ARENA_ARRAY(x->a, struct window, dev->napertures);
	for (uint32_t i = 0; i < dev->napertures; i++) {
		dev->apertures[i].index = i;
		derive_aperture(x, n, ranges, &dev->apertures[i]);
	}
}

static bool derive_node(struct derive *x, dt_id n)
{
	struct device *dev = &x->f->devices[n];
	struct layout reg, assigned = { 0 }, ranges = { 0 };
	const struct bus *up;

	up = &x->bus[dt_node(x->t, n)->parent];
	reg = (struct layout){ get_prop(x, n, PROP_REG), up->na, up->ns, 0 };
	if (up->kind == BUS_PCI)
		assigned = (struct layout){ get_prop(x, n, PROP_ASSIGNED_ADDRESSES), 3, 2, 0 };
	dev->is_host_bridge = x->bus[n].kind == BUS_PCI && up->kind != BUS_PCI;
	if (dev->is_host_bridge)
		ranges = (struct layout){ get_prop(x, n, PROP_RANGES), 3, 2, up->na };
	if (!count_facts(x, &x->nwindows,
			 (uint64_t)nentries(&reg) + nentries(&assigned) + nentries(&ranges), n,
			 "register windows"))
		return false;
	derive_registers(x, n, &reg, &assigned, dev);
	derive_apertures(x, n, &ranges, dev);
	return true;
}

bool windows_derive(struct derive *x)
{
	/* The root is on no bus. */
	for (dt_id n = DT_ROOT + 1; n < x->t->nnodes; n++)
		if (!derive_node(x, n))
			return false;
	return true;
}
