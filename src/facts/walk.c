/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a specifier to the controller where it ends: Linux drivers/of/irq.c,
 * of_irq_parse_raw, and Xen dt_irq_map_raw.  They part in three things: a
 * controller that has an interrupt-map ends Xen's walk, but Linux's only if it
 * is on a list of odd ones; Linux passes over map entries whose target is
 * disabled; and Linux takes zeros for the address of a device without reg,
 * where Xen gives up.
 */
#include "derive.h"

bool irq_parent_step(const struct derive *x, dt_id n, dt_id *out)
{
	uint32_t phandle;

	*out = get_u32(x, n, PROP_INTERRUPT_PARENT, &phandle) ? dt_find_phandle(x->t, phandle)
							      : dt_node(x->t, n)->parent;
	return *out == DT_NONE || has_prop(x, *out, PROP_INTERRUPT_CELLS);
}

static bool ends_here(const struct derive *x, enum walk how, dt_id n)
{
	if (!has_prop(x, n, PROP_INTERRUPT_CONTROLLER))
		return false;
	return how == WALK_XEN || !has_prop(x, n, PROP_INTERRUPT_MAP) || x->bus[n].odd_map;
}

/* Where a walk stands. */
struct cursor {
	dt_id device, at;
	uint32_t nunit, nspecifier;
	const uint32_t *specifier;
	const uint32_t *cells; /* unit address and specifier, as a map compares
				* them; NULL before the first map               */
};

/* The unit address of a device is the start of its reg, raw. */
static const uint32_t *first_cells(struct derive *x, const struct cursor *c)
{
	const struct dt_prop *reg = get_prop(x, c->device, PROP_REG);
	uint32_t *cells = ARENA_ARRAY(x->scratch, uint32_t, (size_t)c->nunit + c->nspecifier);

	for (uint32_t i = 0; i < c->nunit && reg && i < dt_ncells(reg); i++)
		cells[i] = dt_cell(reg, i);
	for (uint32_t i = 0; i < c->nspecifier; i++)
		cells[c->nunit + i] = c->specifier[i];
	return cells;
}

/* Through the interrupt-map of c->at; why not, or NULL. */
static const char *pass_map(struct derive *x, enum walk how, struct cursor *c)
{
	struct nexus_match m;

	if (!c->cells) {
		if (how == WALK_XEN && c->nunit && !has_prop(x, c->device, PROP_REG))
			return "an interrupt-map asks for an address that the device lacks";
		c->cells = first_cells(x, c);
	}
	nexus_match(x, how, c->at, c->cells, c->nunit, c->nspecifier, &m);
	if (m.broken)
		return m.broken;
	c->at = m.target;
	c->nunit = m.nunit;
	c->nspecifier = m.nspecifier;
	c->cells = m.cells;
	c->specifier = m.cells + m.nunit;
	return NULL;
}

static void finish(struct ending *out, const struct cursor *c)
{
	out->controller = c->at;
	out->specifier = c->specifier;
	out->n = c->nspecifier;
}

void walk_interrupts(struct derive *x, enum walk how, dt_id device, dt_id parent,
		     const uint32_t *specifier, uint32_t n, struct ending *out)
{
	/* The address cells of the first controller, inherited; of those behind
	 * a map, their own. */
	struct cursor c = { device, parent, x->bus[parent].plain_na, n, specifier, NULL };

	*out = (struct ending){ .controller = DT_NONE, .nexus = DT_NONE };
	for (uint32_t hop = 0; hop < LIMIT_INTERRUPT_HOPS; hop++) {
		dt_id here = c.at;

		if (ends_here(x, how, here)) {
			finish(out, &c);
			return;
		}
		if (!has_prop(x, here, PROP_INTERRUPT_MAP)) {
			c.at = x->irq_parent[here];
			if (c.at == DT_NONE || c.at == CHAIN_CYCLE) {
				out->broken = "the interrupt parents lead to no controller";
				return;
			}
			continue;
		}
		out->broken = pass_map(x, how, &c);
		if (out->broken)
			return;
		out->nexus = here;
		if (how == WALK_LINUX && c.at == here) {
			finish(out, &c); /* an entry that points back at its map */
			return;
		}
	}
	out->broken = "the interrupt parents run in a circle";
}
