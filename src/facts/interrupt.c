/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines: interrupts and interrupts-extended.  Xen
 * xen/common/device-tree/device-tree.c, dt_number_of_irq and
 * dt_device_get_raw_irq; Linux of_irq_parse_one; DTSpec 2.4.1.
 */
#include "derive.h"

struct lines {
	VEC(struct line) v; /* of the node at hand */
	struct strings names;
};

static struct line *add(struct derive *x, struct lines *l, const char *property, uint32_t index,
			uint32_t cell)
{
	struct line *line = VEC_ADD(x->scratch, &l->v);

	*line = (struct line){ 0 }; /* the array is used again for each node */
	line->property = property;
	line->index = index;
	line->cell = cell;
	line->ncells = 1;
	line->name = strings_next(&l->names);
	line->controller = line->nexus = line->partition = DT_NONE;
	line->xen_intid = line->behind = LINE_NONE;
	return line;
}

static void broken(struct line *line, const char *reason)
{
	line->health = LINE_BROKEN;
	line->reason = reason;
}

/* Both walks agree where the first node is a controller without a map; only
 * else is the second one worth its time. */
static void ask_xen(struct derive *x, dt_id n, dt_id parent, const uint32_t *specifier,
		    uint32_t ncells, struct line *line)
{
	struct ending end = { NULL, parent, DT_NONE, specifier, ncells };

	if (!has_prop(x, parent, PROP_INTERRUPT_CONTROLLER))
		walk_interrupts(x, WALK_XEN, n, parent, specifier, ncells, &end);
	if (!end.broken && x->p->gic != DT_NONE && end.controller == x->p->gic)
		line->xen_intid = gic_xen_decode(end.specifier, end.n);
}

static void resolve(struct derive *x, dt_id n, const struct dt_prop *p, uint32_t first,
		    dt_id parent, struct line *line)
{
	const uint32_t *specifier = cells_copy(x->a, p, first, line->ncells);
	struct ending end;

	ask_xen(x, n, parent, specifier, line->ncells, line);
	walk_interrupts(x, WALK_LINUX, n, parent, specifier, line->ncells, &end);
	line->nexus = end.nexus;
	line->specifier = specifier;
	line->nspecifier = line->ncells;
	if (end.broken) {
		broken(line, end.broken);
		return;
	}
	line->controller = end.controller;
	if (end.nexus != DT_NONE) {
		line->specifier = arena_copy(x->a, end.specifier, end.n * sizeof(*end.specifier));
		line->nspecifier = end.n;
	}
	if (end.controller == x->p->board_gic) {
		gic_decode(x, line);
	} else {
		line->health = LINE_OTHER;
		line->reason = "it ends at another controller than the GIC";
		line->behind = stacked_intid(x, line);
	}
}

/* dt_count_phandle_with_args; false where the list cannot be read to its end,
 * so that Xen and Linux turn to `interrupts`. */
static bool read_extended(struct derive *x, dt_id n, const struct dt_prop *p, struct lines *l)
{
	uint32_t ncells = dt_ncells(p), cell = 0;

	for (uint32_t index = 0; cell < ncells; index++) {
		uint32_t phandle = dt_cell(p, cell), size;
		dt_id parent = dt_find_phandle(x->t, phandle);
		struct line *line = add(x, l, "interrupts-extended", index, cell++);

		if (phandle == 0) {
			broken(line, "phandle 0: no interrupt");
			continue;
		}
		if (parent == DT_NONE) {
			broken(line, "no node has this phandle");
			return false;
		}
		line->controller = parent;
		if (!get_u32(x, parent, PROP_INTERRUPT_CELLS, &size)) {
			broken(line, "the controller lacks #interrupt-cells");
			return false;
		}
		if (size > ncells - cell) {
			broken(line, "the specifier is cut short");
			return false;
		}
		line->cell = cell;
		line->ncells = size;
		resolve(x, n, p, cell, parent, line);
		cell += size;
	}
	return ncells > 0;
}

static void read_interrupts(struct derive *x, dt_id n, const struct dt_prop *p, struct lines *l)
{
	dt_id parent = x->irq_parent[n];
	uint32_t ncells = dt_ncells(p), size = 0, index = 0;
	bool found = parent != DT_NONE && parent != CHAIN_CYCLE;

	if (found)
		get_u32(x, parent, PROP_INTERRUPT_CELLS, &size);
	if (size == 0) {
		struct line *line = add(x, l, "interrupts", 0, 0);

		line->ncells = ncells;
		line->controller = found ? parent : DT_NONE;
		broken(line, found ? "the controller has no #interrupt-cells over 0"
			     : parent == CHAIN_CYCLE ? "the interrupt parents run in a circle"
						     : "it has no interrupt parent");
		return;
	}
	for (; (index + (uint64_t)1) * size <= ncells; index++) {
		struct line *line = add(x, l, "interrupts", index, index * size);

		line->ncells = size;
		resolve(x, n, p, index * size, parent, line);
	}
	if ((uint64_t)index * size * 4 < p->data.n) {
		struct line *line = add(x, l, "interrupts", index, index * size);

		line->ncells = ncells - index * size;
		line->controller = parent;
		broken(line, "the specifier is cut short");
	}
}

/* The properties of one node, which has one of them. */
static void read_lines(struct derive *x, dt_id n, const struct dt_prop *extended,
		       const struct dt_prop *interrupts, struct lines *l)
{
	const struct dt_prop *names = get_prop(x, n, PROP_INTERRUPT_NAMES);

	l->v.n = 0;
	l->names = strings_of(names);
	if (extended && read_extended(x, n, extended, l))
		return;
	l->names = strings_of(names);
	if (interrupts && interrupts->data.n)
		read_interrupts(x, n, interrupts, l);
}

static void keep_lines(struct derive *x, struct device *dev, const struct lines *l)
{
	dev->nlines = (uint32_t)l->v.n;
	dev->lines = arena_copy(x->a, l->v.v, l->v.n * sizeof(*l->v.v));
	for (uint32_t i = 0; i < dev->nlines; i++) {
		const struct line *line = &dev->lines[i];

		x->f->nlines_gic += line->health == LINE_GIC;
		/* handle_node looks at what it decodes, not at what is meant. */
		dev->has_ppi |= line->xen_intid >= 16 && line->xen_intid < 32;
		dev->has_ppi |=
			line->health == LINE_GIC && (line->intid < 32 || line->type == LINE_EPPI);
	}
}

bool lines_derive(struct derive *x)
{
	struct lines l = { 0 };

	for (dt_id n = 0; n < x->t->nnodes; n++) {
		const struct dt_prop *extended = get_prop(x, n, PROP_INTERRUPTS_EXTENDED);
		const struct dt_prop *interrupts = get_prop(x, n, PROP_INTERRUPTS);
		uint64_t cells = (extended ? dt_ncells(extended) : 0) +
				 (uint64_t)(interrupts ? dt_ncells(interrupts) : 0);

		if (!extended && !interrupts)
			continue;
		if (!count_facts(x, &x->nlines, cells, n, "cells of interrupts"))
			return false;
		read_lines(x, n, extended, interrupts, &l);
		keep_lines(x, &x->f->devices[n], &l);
		if (x->failed)
			return false;
	}
	return true;
}
