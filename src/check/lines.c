/* SPDX-License-Identifier: BSD-2-Clause */
/* Can Xen route an interrupt, and does it cross a border? */
#include "judge.h"

enum {
	INTID_FIRST_SPI = 32,
	/* nr_spis is rounded up to a multiple of 32 and may not pass 960, so no
	 * guest gets the last SPIs (xen/arch/arm/vgic.c, domain_vgic_init). */
	INTID_LAST_GIVEN = 991,
	INTID_FIRST_ESPI = 4096,
};

static bool controller_is_ours(const struct judging *j, const struct guest_plan *g,
			       const struct line *l)
{
	return l->health == LINE_OTHER && l->controller != DT_NONE && owned_by(j, g, l->controller);
}

/* A part that waits for an interrupt that is left out: many drivers poll. */
static void judge_lost(struct judging *j, const struct guest_plan *g, const struct plan_device *pd,
		       dt_id n, uint32_t i)
{
	const struct line *l = &facts_device(j->p->facts, n)->lines[i];
	struct finding *f = judge_device(j, RULE_PART_INTERRUPT_LOST, g, pd,
					 "interrupt %u of `%.*s`, a part of it, is left out",
					 l->index, STR_ARG(path_of(j, n)));

	finding_place(j->d, f, facts_place_line(j->p->facts, n, i), "%s",
		      l->reason ? l->reason : "ends at another controller");
	finding_note(j->d, f,
		     "Xen routes only interrupts of the GIC; PHYs are polled without "
		     "theirs, other parts may not work");
	if (l->health == LINE_OTHER && l->controller != DT_NONE)
		finding_help(j->d, f, "if the part needs it, assign the controller too: \"%.*s\"",
			     STR_ARG(path_of(j, l->controller)));
	else
		finding_help(j->d, f, "mend the interrupt in the board if the part needs it");
}

static void judge_unroutable(struct judging *j, const struct guest_plan *g,
			     const struct plan_device *pd, dt_id n, uint32_t i)
{
	const struct line *l = &facts_device(j->p->facts, n)->lines[i];
	struct finding *f;

	if (controller_is_ours(j, g, l))
		return;
	if (n != pd->node) {
		judge_lost(j, g, pd, n, i);
		return;
	}
	f = judge_device(j, RULE_INTERRUPT_NOT_ROUTABLE, g, pd,
			 "interrupt %u of `%.*s` does not reach the GIC", l->index,
			 STR_ARG(path_of(j, n)));
	finding_place(j->d, f, facts_place_line(j->p->facts, n, i), "%s",
		      l->reason ? l->reason : "ends at another controller");
	if (l->controller != DT_NONE)
		finding_place(j->d, f, dt_place(j->p->dt, l->controller), "it ends here");
	finding_note(j->d, f,
		     "Xen routes only interrupts of the GIC, and skips others silently: "
		     "the guest's driver would wait for ever");
	if (l->health == LINE_OTHER && l->controller != DT_NONE)
		finding_help(j->d, f,
			     "assign the controller too, if the guest may own it: \"%.*s\"; or "
			     "allow it if the driver works without this interrupt",
			     STR_ARG(path_of(j, l->controller)));
	else
		finding_help(j->d, f,
			     "mend the interrupt in the board, or allow it if the driver works "
			     "without");
}

static void judge_private(struct judging *j, const struct guest_plan *g,
			  const struct plan_device *pd, dt_id n, uint32_t i)
{
	const struct line *l = &facts_device(j->p->facts, n)->lines[i];
	struct finding *f = judge_device(j, RULE_PRIVATE_INTERRUPT, g, pd,
					 "`%.*s` uses the per-CPU interrupt %u",
					 STR_ARG(path_of(j, n)), l->intid);

	finding_place(j->d, f, facts_place_line(j->p->facts, n, i), "a PPI");
	finding_note(j->d, f,
		     "Xen answers \"IRQ can only be routed to an SPI\": dom0less stops at "
		     "boot, xl fails");
	finding_help(j->d, f, "the device cannot be given");
}

static const char *number_help(uint32_t intid)
{
	if (intid < INTID_FIRST_SPI)
		return "irqs takes interrupt numbers: SPI n of the tree is n + 32";
	if (intid >= INTID_FIRST_ESPI)
		return "use Xen 4.21 or newer: older ones know no extended SPIs";
	return "the device cannot be given: Xen counts the interrupts of a guest in steps of 32, "
	       "and "
	       "the step behind 991 is one too many for it";
}

static void judge_number(struct judging *j, const struct guest_plan *g, const struct irq_grant *irq)
{
	const struct line *l = irq->node == DT_NONE
				       ? NULL
				       : &facts_device(j->p->facts, irq->node)->lines[irq->line];
	struct str subject = irq->node == DT_NONE ? STR_NONE : path_of(j, irq->node);
	struct finding *f;

	/* Without a GIC Xen reads no specifier at all; no-gic says so. */
	if (l && j->p->platform->gic == DT_NONE)
		return;
	if (l && l->xen_intid != l->intid) {
		f = diag_judge(j->d, RULE_INTERRUPT_OUT_OF_RANGE, g->request->name, subject,
			       irq->at, "Xen reads this specifier as interrupt %u, it means %u",
			       l->xen_intid, l->intid);
		judge_add_word(j, f, g, irq->hand ? DT_NONE : irq->node);
		finding_note(j->d, f, "a wrong interrupt would be routed, and nothing says so");
		finding_help(j->d, f, "write extended SPIs of the host tree as <0 %u FLAGS>",
			     l->intid - INTID_FIRST_SPI);
		return;
	}
	if (irq->intid >= INTID_FIRST_SPI && irq->intid <= INTID_LAST_GIVEN)
		return;
	if (irq->intid >= INTID_FIRST_ESPI && !release_some_before(j->p->platform->xen, 21, 0))
		return;
	f = diag_judge(j->d, RULE_INTERRUPT_OUT_OF_RANGE, g->request->name, subject, irq->at,
		       "Xen can give guests the interrupts %d to %d, this is %u", INTID_FIRST_SPI,
		       INTID_LAST_GIVEN, irq->intid);
	judge_add_word(j, f, g, irq->hand ? DT_NONE : irq->node);
	finding_help(j->d, f, "%s", number_help(irq->intid));
}

/* ---- Sharing ----------------------------------------------------------------------------- */

static bool is_handled(const struct judging *j, dt_id n)
{
	return j->p->owners[n].kind != OWNER_NOBODY;
}

static struct finding *begin(struct judging *j, enum rule rule, const struct guest_plan *g,
			     const struct irq_grant *irq, dt_id other, const char *how)
{
	return diag_judge(j->d, rule, g->request->name,
			  irq->node == DT_NONE ? STR_NONE : path_of(j, irq->node), irq->at,
			  "interrupt %u %s `%.*s`, which belongs to %.*s", irq->intid, how,
			  STR_ARG(path_of(j, other)), STR_ARG(owner_of(j, other)));
}

static void judge_sharing(struct judging *j, const struct guest_plan *g,
			  const struct irq_grant *irq, const struct claim *c)
{
	struct finding *f;

	/* Of two guests the first one speaks. */
	if (j->p->owners[c->node].kind == OWNER_GUEST && j->p->owners[c->node].guest < g->index)
		return;
	f = begin(j, RULE_SHARED_INTERRUPT, g, irq, c->node,
		  irq->node == DT_NONE ? "is that of" : "is also that of");
	judge_add_word(j, f, g, irq->hand ? DT_NONE : irq->node);
	finding_place(j->d, f,
		      c->mapped ? dt_place_prop(j->p->dt, c->node, "interrupt-map")
				: facts_place_line(j->p->facts, c->node, c->item),
		      "the same line");
	finding_note(j->d, f, "Xen gives a line to one owner only and answers EBUSY");
	finding_help(j->d, f,
		     "give both devices to one guest, or withhold the other: withhold = [ "
		     "\"%.*s: REASON\" ]",
		     STR_ARG(path_of(j, c->node)));
}

/* One end of a shared line. */
struct line_end {
	dt_id node;
	uint32_t index;
};

static const struct line *line_of(const struct judging *j, struct line_end e)
{
	return &facts_device(j->p->facts, e.node)->lines[e.index];
}

static void judge_trigger(struct judging *j, const struct guest_plan *g,
			  const struct irq_grant *irq, const struct claim *c)
{
	struct line_end here = { irq->node, irq->line }, there = { c->node, c->item };
	const struct line *mine, *theirs;
	struct finding *f;
	dt_id device;

	/* What a map leads to is nobody's specifier. */
	if (irq->node == DT_NONE || c->mapped)
		return;
	/* Of two devices of one guest the one whose path comes first speaks. */
	if (owned_by(j, g, c->node) &&
	    str_cmp_natural(path_of(j, c->node), path_of(j, irq->node)) < 0) {
		struct line_end swap = here;

		here = there;
		there = swap;
	}
	mine = line_of(j, here);
	theirs = line_of(j, there);
	if (theirs->health != LINE_GIC || theirs->intid != mine->intid ||
	    mine->trigger == theirs->trigger || theirs->trigger == TRIGGER_NONE ||
	    mine->trigger == TRIGGER_NONE)
		return;
	device = j->p->device_of[here.node];
	f = diag_judge(j->d, RULE_TRIGGER_CONFLICT, g->request->name,
		       path_of(j, device == DT_NONE ? here.node : device),
		       facts_place_line(j->p->facts, here.node, here.index),
		       "interrupt %u is %s here, but %s in `%.*s`", irq->intid,
		       trigger_name(mine->trigger), trigger_name(theirs->trigger),
		       STR_ARG(path_of(j, there.node)));
	finding_place(j->d, f, facts_place_line(j->p->facts, there.node, there.index), NULL);
	judge_add_word(j, f, g, here.node);
	finding_note(j->d, f, "the first user sets the trigger, and Xen refuses the second");
	finding_help(j->d, f, "mend one of the two in the board");
}

static void judge_irq(struct judging *j, const struct guest_plan *g, const struct irq_grant *irq)
{
	const struct claim **claims;
	struct finding *f;
	size_t n;

	judge_number(j, g, irq);
	if (!judge_goes_on(j, 0))
		return;
	n = ledger_line(j->a, j->p->facts, irq->intid, &claims);
	if (!judge_goes_on(j, n))
		return;
	for (size_t i = 0; i < n; i++) {
		if (claims[i]->node == DT_NONE || claims[i]->node == irq->node)
			continue;
		judge_trigger(j, g, irq, claims[i]);
		if (is_handled(j, claims[i]->node) && !owned_by(j, g, claims[i]->node))
			judge_sharing(j, g, irq, claims[i]);
	}
	if (n || !irq->hand || irq->intid < INTID_FIRST_SPI)
		return;
	f = diag_judge(j->d, RULE_WRONG_LINE, g->request->name, STR_NONE, irq->at,
		       "no device of this board has the interrupt %u", irq->intid);
	finding_note(j->d, f, "%s",
		     g->request->target == TARGET_XL
			     ? "dom0 holds no permission for it, so xl fails with EPERM"
			     : "nothing of it would be in the guest: it gets what nodes of the "
			       "board have");
	finding_help(j->d, f, "irqs takes decimal interrupt numbers: SPI n of the tree is n + 32");
}

/* A line that two guests name by hand is in no ledger. */
static void judge_guests(struct judging *j, const struct guest_plan *a)
{
	for (const struct guest_plan *b = a + 1; b < j->p->guests + j->p->nguests; b++) {
		size_t k = 0;

		for (size_t i = 0; i < a->irqs.n; i++) {
			struct finding *f;

			while (k < b->irqs.n && b->irqs.v[k].intid < a->irqs.v[i].intid)
				k++;
			if (k == b->irqs.n || b->irqs.v[k].intid != a->irqs.v[i].intid ||
			    (!a->irqs.v[i].hand && !b->irqs.v[k].hand))
				continue;
			f = diag_judge(j->d, RULE_SHARED_INTERRUPT, a->request->name, STR_NONE,
				       a->irqs.v[i].at, "interrupt %u is given to two guests",
				       a->irqs.v[i].intid);
			finding_place(j->d, f, b->irqs.v[k].at, "also given to guest `%.*s`",
				      STR_ARG(b->request->name));
			finding_note(j->d, f,
				     "Xen gives a line to one owner only and answers EBUSY");
			finding_help(j->d, f, "remove it from one of them");
		}
	}
}

static void judge_lines_of(struct judging *j, const struct guest_plan *g,
			   const struct plan_device *pd, dt_id n)
{
	const struct device *dev = facts_device(j->p->facts, n);

	for (uint32_t i = 0; i < dev->nlines; i++) {
		const struct line *l = &dev->lines[i];

		if (l->health != LINE_GIC)
			judge_unroutable(j, g, pd, n, i);
		else if (l->type == LINE_PPI || l->type == LINE_EPPI)
			judge_private(j, g, pd, n, i);
	}
}

/* The device and all of it that comes to the guest. */
static void judge_device_lines(struct judging *j, const struct guest_plan *g,
			       const struct plan_device *pd)
{
	const struct dt *t = j->p->dt;

	/* Without a GIC no line reaches one; no-gic says so. */
	if (!judge_is_device(facts_device(j->p->facts, pd->node)) ||
	    j->p->platform->board_gic == DT_NONE)
		return;
	judge_lines_of(j, g, pd, pd->node);
	for (dt_id n = pd->node + 1; n < dt_node(t, pd->node)->end;) {
		if (j->p->device_of[n] != pd->node || !dt_is_available(t, n)) {
			n = dt_node(t, n)->end;
			continue;
		}
		judge_lines_of(j, g, pd, n);
		n++;
	}
}

void judge_lines(struct judging *j)
{
	const struct guest_plan *g;
	const struct plan_device *pd;
	const struct irq_grant *irq;

	EACH_GUEST(g, j->p)
	{
		VEC_EACH (pd, &g->devices)
			judge_device_lines(j, g, pd);
		VEC_EACH (irq, &g->irqs)
			judge_irq(j, g, irq);
		judge_guests(j, g);
	}
}
