/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts of a copied node, anew from facts.
 *
 * Virtual and physical INTID are always equal under Xen, so only the encoding
 * changes: three cells of the guest's GIC, SPIs and extended SPIs as
 * <0 INTID-32 flags> (the one encoding of an extended SPI that Xen reads
 * right: xen/arch/arm/gic.c, gic_irq_xlate).
 */
#include "tree.h"

enum kept {
	KEPT_NOT,
	KEPT_GIC,
	KEPT_OTHER, /* its controller is in the fragment */
};

static enum kept kept(const struct growing *gr, const struct line *l)
{
	if (l->health == LINE_GIC && (l->type == LINE_SPI || l->type == LINE_ESPI))
		return KEPT_GIC;
	if (l->health == LINE_OTHER && l->nexus == DT_NONE && gr->of[l->controller])
		return KEPT_OTHER;
	return KEPT_NOT;
}

static size_t count(const struct growing *gr, const struct device *dev, enum kept which)
{
	size_t n = 0;

	for (uint32_t i = 0; i < dev->nlines; i++)
		n += kept(gr, &dev->lines[i]) == which;
	return n;
}

static void put_gic(struct buf *b, const struct line *l)
{
	tree_put_cell(b, 0);
	tree_put_cell(b, l->intid - 32);
	tree_put_cell(b, l->flags & 0xf);
}

/* "interrupts[0] is 100, through interrupt-map of /bus@8000000" */
static void tell(struct growing *gr, struct buf *story, const struct line *l)
{
	buf_format(story, "%s%s[%u] is INTID %u", story->n ? "; " : "", l->property, l->index,
		   l->intid);
	if (l->nexus != DT_NONE)
		buf_format(story, ", through interrupt-map of %.*s",
			   STR_ARG(plan_path(gr->b->p, l->nexus)));
}

static void put_plain(struct growing *gr, struct gnode *n, const struct device *dev)
{
	struct buf cells = buf_new(gr->b->a), story = buf_new(gr->b->a);

	for (uint32_t i = 0; i < dev->nlines; i++) {
		if (kept(gr, &dev->lines[i]) != KEPT_GIC)
			continue;
		put_gic(&cells, &dev->lines[i]);
		tell(gr, &story, &dev->lines[i]);
	}
	tree_prop(gr, n, STR("interrupts"), buf_get(&cells), EDIT_CHANGED, buf_get(&story));
}

static void put_extended(struct growing *gr, struct gnode *n, const struct device *dev)
{
	struct buf cells = buf_new(gr->b->a);
	uint32_t *phandles = ARENA_ARRAY(gr->b->a, uint32_t, dev->nlines);
	uint32_t nphandles = 0;
	struct gprop *p;

	for (uint32_t i = 0; i < dev->nlines; i++) {
		const struct line *l = &dev->lines[i];
		enum kept how = kept(gr, l);

		if (how == KEPT_NOT)
			continue;
		phandles[nphandles++] = (uint32_t)(cells.n / 4);
		if (how == KEPT_GIC) {
			tree_put_cell(&cells, GUEST_PHANDLE_GIC);
			put_gic(&cells, l);
			continue;
		}
		tree_put_cell(&cells, tree_phandle(gr, gr->of[l->controller]));
		for (uint32_t j = 0; j < l->nspecifier; j++)
			tree_put_cell(&cells, l->specifier[j]);
	}
	p = tree_prop(gr, n, STR("interrupts-extended"), buf_get(&cells), EDIT_CHANGED,
		      STR("the controllers that the guest has"));
	p->phandles = phandles;
	p->nphandles = nphandles;
}

/* Linux climbs from the node to the first ancestor with #interrupt-cells
 * (drivers/of/irq.c, of_irq_find_parent): below a GPIO bank that is not the
 * GIC unless the node says so. */
static bool needs_parent(const struct growing *gr, const struct gnode *n)
{
	const struct dt *t = gr->b->p->dt;

	for (dt_id up = dt_node(t, n->host)->parent; up != DT_NONE && gr->of[up];
	     up = dt_node(t, up)->parent)
		if (dt_has(t, up, "#interrupt-cells"))
			return true;
	return false;
}

void tree_interrupts(struct growing *gr, struct gnode *n, const struct dt_prop *p)
{
	const struct device *dev = &gr->b->p->facts->devices[n->host];
	size_t gic = count(gr, dev, KEPT_GIC), other = count(gr, dev, KEPT_OTHER);

	if (dev->nlines == 0 || !str_is(p->name, dev->lines[0].property)) {
		tree_prop(gr, n, p->name, STR_NONE, EDIT_DROPPED,
			  dev->nlines ? STR("interrupts-extended takes its place")
				      : STR("it cannot be read"));
		return;
	}
	if (gic + other == 0) {
		tree_prop(gr, n, p->name, STR_NONE, EDIT_DROPPED,
			  STR("no entry reaches a controller that the guest has"));
		return;
	}
	if (other) {
		put_extended(gr, n, dev);
		return;
	}
	if (needs_parent(gr, n)) {
		const uint32_t parent = GUEST_PHANDLE_GIC;
		static const uint32_t first_cell[] = { 0 };
		struct gprop *added =
			tree_prop(gr, n, STR("interrupt-parent"), tree_cells(gr->b->a, &parent, 1),
				  EDIT_ADDED, STR("an ancestor is a controller of its own"));

		added->phandles = first_cell;
		added->nphandles = 1;
	}
	put_plain(gr, n, dev);
}

void tree_interrupt_names(struct growing *gr, struct gnode *n, const struct dt_prop *p)
{
	const struct device *dev = &gr->b->p->facts->devices[n->host];
	struct buf names = buf_new(gr->b->a);
	bool all = true;

	for (uint32_t i = 0; i < dev->nlines; i++) {
		struct str name;

		if (kept(gr, &dev->lines[i]) == KEPT_NOT) {
			all = false;
			continue;
		}
		if (dt_string(p, i, &name)) {
			buf_str(&names, name);
			buf_char(&names, '\0');
		}
	}
	if (all && dev->nlines)
		tree_prop(gr, n, p->name, p->data, EDIT_COPIED, STR_NONE);
	else if (names.n)
		tree_prop(gr, n, p->name, buf_get(&names), EDIT_CHANGED,
			  STR("in step with the interrupts"));
	else
		tree_prop(gr, n, p->name, STR_NONE, EDIT_DROPPED, STR("goes with the interrupts"));
}
