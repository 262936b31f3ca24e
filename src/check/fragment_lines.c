/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts of a node of a fragment.  Xen cannot renumber them: the guest sees
 * the number of the host, and the trigger stays as the host has it
 * (dom0less-build.c, handle_passthrough_prop; domctl.c, bind_pt_irq).
 */
#include "fragment.h"

enum { GIC_CELLS = 3, PARTITION_CELLS = 4, TRIGGER_MASK = 0xf };

static struct place line_place(const struct fragment_judging *v, dt_id n,
			       const struct fragment_line *l, uint32_t cell)
{
	uint32_t phandle = l->ncells > GIC_CELLS && str_is(str_of(l->property), "interrupts")
				   ? 0
				   : l->ncells - GIC_CELLS;

	return dt_place_cell(v->t, n, l->property, l->cell + phandle + cell);
}

/* ---- Whose they are ------------------------------------------------------------------- */

static void judge_parent(struct fragment_judging *v, dt_id n, const struct fragment_line *l)
{
	bool plain = str_is(str_of(l->property), "interrupts");
	struct place at = plain && l->parent_from != DT_NONE
				  ? dt_place_cell(v->t, l->parent_from, "interrupt-parent", 0)
				  : dt_place_cell(v->t, n, l->property, l->cell);
	struct finding *f = judge_fragment_at(
		v, RULE_WRONG_INTERRUPT_PARENT, n, at, "the interrupt parent %u is %s", l->parent,
		l->end == FRAGMENT_AT_NO_NODE ? "no node of the guest" : "no interrupt controller");
	dt_id node = dt_find_phandle(v->t, l->parent);

	if (node != DT_NONE)
		finding_place(v->j->d, f, dt_place(v->t, node), "the node of this phandle");
	if (node != DT_NONE && !v->dom0less && l->end == FRAGMENT_AT_NO_NODE)
		finding_note(v->j->d, f, "xl copies nothing but /passthrough and /aliases");
	finding_note(v->j->d, f, "the guest's driver gets no interrupt");
	finding_help(v->j->d, f, "the GIC of the guest is %u: interrupt-parent = <%u>",
		     v->f->gic_phandle, v->f->gic_phandle);
}

static void judge_no_parent(struct fragment_judging *v, dt_id n)
{
	struct finding *f =
		judge_fragment_at(v, RULE_NO_INTERRUPT_PARENT, n, dt_place(v->t, v->f->passthrough),
				  "nothing in the fragment says whose the interrupts are");

	finding_place(v->j->d, f, dt_place_prop(v->t, n, "interrupts"), "these, for one");
	finding_note(v->j->d, f,
		     "the root that Xen makes for dom0less has no interrupt-parent: the guest's "
		     "drivers get no interrupt");
	finding_help(v->j->d, f, "`dtassign compile` adds interrupt-parent = <%u> to /passthrough",
		     v->f->gic_phandle);
}

static void judge_entry(struct fragment_judging *v, dt_id n, const struct fragment_line *l)
{
	const struct dt_prop *p = dt_prop(v->t, n, l->property);
	struct finding *f = judge_fragment_at(
		v, RULE_WRONG_INTERRUPT, n, dt_place_cell(v->t, n, l->property, l->cell),
		"`%s` has %u cells, which are no whole specifiers", l->property, dt_ncells(p));

	if (dt_ncells(p) % PARTITION_CELLS == 0)
		finding_note(
			v->j->d, f,
			"a host whose GIC has four cells is copied unchanged here; the guest's "
			"GIC has three");
	finding_help(v->j->d, f, "write three cells for each: 0, the SPI, the trigger");
}

/* ---- Against the host ---------------------------------------------------------------------- */

static const struct line *host_line(const struct device *dev, const struct fragment_line *l)
{
	for (uint32_t i = 0; i < dev->nlines; i++)
		if (dev->lines[i].health == LINE_GIC && dev->lines[i].intid == l->intid)
			return &dev->lines[i];
	return NULL;
}

/* The one that stands where this one does, else the first. */
static const struct line *meant_line(const struct device *dev, const struct fragment_line *l)
{
	const struct line *first = NULL;

	for (uint32_t i = 0; i < dev->nlines; i++) {
		if (dev->lines[i].health != LINE_GIC)
			continue;
		if (dev->lines[i].index == l->index)
			return &dev->lines[i];
		if (!first)
			first = &dev->lines[i];
	}
	return first;
}

static void judge_stale(struct fragment_judging *v, dt_id n, const struct device *dev,
			const struct fragment_line *l)
{
	const struct line *right = meant_line(dev, l);
	struct finding *f = judge_fragment_at(v, RULE_WRONG_INTERRUPT, n, line_place(v, n, l, 1),
					      "%s %u (interrupt %u) is none of `%.*s`",
					      l->spi ? "SPI" : "the per-CPU interrupt",
					      l->spi ? l->intid - 32 : l->intid - 16, l->intid,
					      STR_ARG(path_of(v->j, dev->node)));

	if (right)
		finding_place(
			v->j->d, f,
			facts_place_line(v->j->p->facts, dev->node, (uint32_t)(right - dev->lines)),
			"interrupt %u", right->intid);
	finding_note(v->j->d, f,
		     "Xen gives the interrupt under the number of the host: the guest's "
		     "driver would wait for one that never comes");
	if (right && right->type == LINE_SPI)
		finding_help(v->j->d, f, "write <0 %u %u>", right->intid - 32,
			     right->flags & TRIGGER_MASK);
	else
		finding_help(v->j->d, f, "the device has no interrupt at the GIC: leave it out");
}

static void judge_trigger(struct fragment_judging *v, dt_id n, const struct device *dev,
			  const struct fragment_line *l, const struct line *host)
{
	struct finding *f;

	if ((l->flags & TRIGGER_MASK) == (host->flags & TRIGGER_MASK) || !l->spi)
		return;
	f = judge_fragment_at(v, RULE_WRONG_INTERRUPT, n, line_place(v, n, l, 2),
			      "the trigger of interrupt %u is %u here, the host has %s (%u)",
			      l->intid, l->flags & TRIGGER_MASK, trigger_name(host->trigger),
			      host->flags & TRIGGER_MASK);
	finding_place(v->j->d, f,
		      facts_place_line(v->j->p->facts, dev->node, (uint32_t)(host - dev->lines)),
		      "the same interrupt");
	finding_note(v->j->d, f, "Xen goes by the host's, and the guest cannot change it");
	finding_help(v->j->d, f, "write %u", host->flags & TRIGGER_MASK);
}

static void judge_nobodys(struct fragment_judging *v, dt_id n, const struct fragment_line *l)
{
	const struct irq_grant *irq;
	struct finding *f;

	if (!l->spi)
		return; /* those of the virtual timer and the like are there */
	VEC_EACH (irq, &v->g->irqs)
		if (irq->intid == l->intid)
			return;
	f = judge_fragment_at(v, RULE_WRONG_INTERRUPT, n, line_place(v, n, l, 1),
			      "the guest is not given SPI %u (interrupt %u)", l->intid - 32,
			      l->intid);
	finding_note(v->j->d, f, "the node stands for no device of the board");
	finding_help(v->j->d, f,
		     v->dom0less ? "say with xen,path which device of the host it is"
				 : "write %u into irqs if a device of the guest has it",
		     l->intid);
}

static void judge_line(struct fragment_judging *v, dt_id n, const struct fragment_line *l)
{
	dt_id host = fragment_node(v, n)->host;
	const struct device *dev = host == DT_NONE ? NULL : facts_device(v->j->p->facts, host);
	const struct line *same = dev ? host_line(dev, l) : NULL;

	if (!dev)
		judge_nobodys(v, n, l);
	else if (!same)
		judge_stale(v, n, dev, l);
	else
		judge_trigger(v, n, dev, l, same);
}

void judge_fragment_lines(struct fragment_judging *v, dt_id n)
{
	const struct fragment_node *node = fragment_node(v, n);
	bool said = false;

	/* A controller of the guest's own has the rest of the cells. */
	for (uint32_t i = 0; i < node->nlines && judge_goes_on(v->j, 1); i++) {
		const struct fragment_line *l = &node->lines[i];

		switch (l->end) {
		case FRAGMENT_AT_NO_PARENT:
			if (!said)
				judge_no_parent(v, n);
			said = true;
			judge_line(v, n, l);
			break;
		case FRAGMENT_AT_GIC:
			judge_line(v, n, l);
			break;
		case FRAGMENT_AT_NO_NODE:
		case FRAGMENT_AT_NO_CONTROLLER:
			if (!said)
				judge_parent(v, n, l);
			said = true;
			break;
		case FRAGMENT_AT_NO_ENTRY:
			judge_entry(v, n, l);
			break;
		case FRAGMENT_AT_CONTROLLER:
			break;
		}
	}
}
