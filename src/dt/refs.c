/* SPDX-License-Identifier: BSD-2-Clause */
/* Decoding the phandles in a property, entry by entry. */
#include "tree.h"

/*
 * Interrupt controllers whose interrupt-map names neither its own address
 * cells nor those of the parent: Linux drivers/of/irq.c, of_irq_imap_abusers,
 * and the drivers that read the maps (drivers/irqchip/irq-ls-extirq.c,
 * irq-renesas-rza1.c).
 */
static const char *const map_abusers[] = {
	"fsl,ls1021a-extirq", "fsl,ls1043a-extirq", "fsl,ls1088a-extirq",
	"realtek,rtl-intc",   "renesas,rza1-irqc",
};

/* Mailboxes whose specifier is the phandle of a child: Linux
 * drivers/mailbox/omap-mailbox.c, omap_mbox_of_xlate. */
static const char *const phandle_mailboxes[] = {
	"ti,am64-mailbox",  "ti,am654-mailbox", "ti,omap2-mailbox",
	"ti,omap3-mailbox", "ti,omap4-mailbox",
};

static bool is_one_of(const struct dt *t, dt_id n, const char *const *compatibles, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (dt_is_compatible(t, n, compatibles[i]))
			return true;
	return false;
}

/* Linux drivers/of/irq.c, of_irq_parse_raw: address cells are inherited on the
 * child's side, but not on the parent's. */
static void interrupt_map_begin(struct ref_walk *w)
{
	bool abuser = is_one_of(w->t, w->n, map_abusers, ARRAY_SIZE(map_abusers));
	uint32_t address, size, interrupt = 0;

	dt_bus_cells(w->t, w->n, &address, &size);
	w->parent_has_address = !abuser;
	if (!dt_u32(w->t, w->n, "#interrupt-cells", &interrupt) || interrupt > w->ncells)
		w->at = w->ncells + 1; /* unreadable */
	else
		w->child_cells = interrupt + (abuser ? 0 : address);
}

/* Only a GICv3 with four cells takes phandles in `interrupts` (Linux binding
 * interrupt-controller/arm,gic-v3.yaml, ppi-partitions). */
bool ref_has_partitions(const struct dt *t, dt_id n)
{
	uint32_t cells;

	return dt_u32(t, n, "#interrupt-cells", &cells) && cells == 4 &&
	       dt_is_compatible(t, n, "arm,gic-v3");
}

bool ref_is_phandle_mailbox(const struct dt *t, dt_id n)
{
	return dt_has(t, n, "#mbox-cells") &&
	       is_one_of(t, n, phandle_mailboxes, ARRAY_SIZE(phandle_mailboxes));
}

static bool has_partitions(const struct dt *t, dt_id n)
{
	dt_id parent = t->index->known[n].interrupt_parent;

	return parent != DT_NONE && t->index->known[parent].partitions;
}

struct ref_walk ref_walk(const struct dt *t, dt_id n, const struct dt_prop *p,
			 const struct supplier *row)
{
	struct ref_walk w = { .t = t, .n = n, .p = p, .row = row, .ncells = dt_ncells(p) };

	w.whole = p->data.n % 4 == 0;
	if (row->cells == CELLS_INTERRUPT_MAP)
		interrupt_map_begin(&w);
	else if (row->cells == CELLS_INTERRUPTS && !has_partitions(t, n))
		w.at = w.ncells;
	if (w.at > w.ncells) {
		w.at = w.ncells;
		w.whole = false;
	}
	return w;
}

/* Cells before the phandle of each entry. */
static uint32_t cells_before(const struct ref_walk *w)
{
	switch (w->row->cells) {
	case CELLS_MAP4:
		return 1;
	case CELLS_INTERRUPTS:
		return 3;
	case CELLS_GROUPS:
		return w->row->nfixed;
	case CELLS_INTERRUPT_MAP:
		return w->child_cells;
	case CELLS_NONE:
	case CELLS_PROPERTY:
	case CELLS_OPTIONAL:
	case CELLS_FIXED:
	case CELLS_REST:
	case CELLS_MAILBOX:
	case CELLS_WINDOW:
		return 0;
	}
	BUG("an encoding without a length");
}

/* Cells after it, where that does not depend on the provider. */
static bool cells_after_known(const struct ref_walk *w, uint32_t rest, uint64_t *out)
{
	switch (w->row->cells) {
	case CELLS_FIXED:
		*out = w->row->nfixed;
		return true;
	case CELLS_REST:
		*out = rest;
		return true;
	case CELLS_MAP4:
		*out = 2;
		return true;
	case CELLS_GROUPS:
		*out = w->row->stride - w->row->nfixed - 1;
		return true;
	case CELLS_INTERRUPTS:
		*out = 0;
		return true;
	case CELLS_NONE:
	case CELLS_PROPERTY:
	case CELLS_OPTIONAL:
	case CELLS_INTERRUPT_MAP:
	case CELLS_MAILBOX:
	case CELLS_WINDOW:
		return false;
	}
	BUG("an encoding without a length");
}

static bool cells_of_map_parent(const struct ref_walk *w, dt_id parent, uint64_t *out)
{
	uint32_t interrupt, address = 0;

	if (!dt_u32(w->t, parent, "#interrupt-cells", &interrupt))
		return false;
	if (w->parent_has_address && dt_has(w->t, parent, "#address-cells"))
		(void)dt_u32(w->t, parent, "#address-cells", &address);
	*out = (uint64_t)address + interrupt;
	return true;
}

/* Cells after it, as the provider says; false: it does not. */
static bool cells_of_provider(const struct ref_walk *w, dt_id provider, uint64_t *out)
{
	uint32_t cells = 0, size;

	if (w->row->cells == CELLS_INTERRUPT_MAP)
		return cells_of_map_parent(w, provider, out);
	if (w->row->cells == CELLS_WINDOW) {
		dt_id bus = dt_node(w->t, provider)->parent;

		dt_bus_cells(w->t, bus == DT_NONE ? DT_ROOT : bus, &cells, &size);
		*out = (uint64_t)cells + size;
		return true;
	}
	if (!dt_u32(w->t, provider, w->row->cells_property, &cells) &&
	    w->row->cells != CELLS_OPTIONAL)
		return false;
	*out = (uint64_t)cells + w->row->nfixed;
	return true;
}

/* The phandle and what it names; how many cells follow if that can be told. */
static bool provider_read(const struct ref_walk *w, struct dt_ref *r, uint32_t rest,
			  uint64_t *nargs)
{
	bool known = cells_after_known(w, rest, nargs);

	r->phandle = dt_cell(w->p, r->cell);
	r->provider = dt_find_phandle(w->t, r->phandle);
	if (r->phandle == 0 && w->row->cells != CELLS_INTERRUPT_MAP) {
		r->health = REF_HOLE;
		if (!known || w->row->cells == CELLS_FIXED)
			*nargs = 0;
		return true;
	}
	if (r->provider == DT_NONE) {
		r->health = REF_DANGLING;
		return known;
	}
	if (known || cells_of_provider(w, r->provider, nargs))
		return true;
	r->health = REF_NO_CELLS;
	return false;
}

/* The phandle in the specifier of a TI mailbox. */
static bool inner_next(struct ref_walk *w, struct dt_ref *out)
{
	struct dt_ref r = w->last;

	w->inner = false;
	r.inner = true;
	r.cell = r.first_arg;
	r.phandle = dt_cell(w->p, r.cell);
	r.provider = dt_find_phandle(w->t, r.phandle);
	r.health = r.provider != DT_NONE ? REF_OK : r.phandle ? REF_DANGLING : REF_HOLE;
	r.first_arg++;
	r.nargs--;
	*out = r;
	return true;
}

bool ref_next(struct ref_walk *w, struct dt_ref *out)
{
	uint32_t before = cells_before(w), rest;
	struct dt_ref r = { .index = w->index, .first = w->at, .provider = DT_NONE };
	uint64_t nargs = 0;
	bool goes_on;

	if (w->inner)
		return inner_next(w, out);
	if (w->at >= w->ncells)
		return false;
	if (w->ncells - w->at <= before) {
		r.health = REF_TRUNCATED;
		r.cell = w->at;
		goes_on = false;
	} else {
		r.cell = w->at + before;
		r.first_arg = r.cell + 1;
		rest = w->ncells - r.cell - 1;
		goes_on = provider_read(w, &r, rest, &nargs);
		if (goes_on && nargs > rest) {
			r.health = REF_TRUNCATED;
			r.provider = DT_NONE;
			goes_on = false;
		}
	}
	if (goes_on) {
		r.nargs = (uint32_t)nargs;
		r.ncells = before + 1 + r.nargs;
		w->at += r.ncells;
	} else {
		r.ncells = w->ncells - w->at;
		w->at = w->ncells;
		w->whole = false;
	}
	w->index++;
	w->last = r;
	w->inner = w->row->cells == CELLS_MAILBOX && r.health == REF_OK && r.nargs > 0 &&
		   w->t->index->known[r.provider].mailbox;
	*out = r;
	return true;
}

struct dt_refs dt_refs(struct arena *a, const struct dt *t, dt_id n, const struct dt_prop *p,
		       const struct supplier *row)
{
	struct ref_walk w = ref_walk(t, n, p, row);
	VEC(struct dt_ref) refs = { 0 };
	struct dt_ref r;

	while (ref_next(&w, &r))
		VEC_PUSH(a, &refs, r);
	return (struct dt_refs){ refs.v, refs.n, w.whole };
}
