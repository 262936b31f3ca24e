/* SPDX-License-Identifier: BSD-2-Clause */
/* Does it fit the guest's address and interrupt space? */
#include "judge.h"

#include <stdlib.h>

static struct range guest_range(const struct mapping *m)
{
	return (struct range){ m->guest.v, m->guest.v + (m->host.last - m->host.first) };
}

static struct finding *begin(struct judging *j, enum rule rule, const struct guest_plan *g,
			     const struct mapping *m, const char *what)
{
	struct range r = guest_range(m);

	return diag_judge(j->d, rule, g->request->name, STR_NONE, m->at,
			  "guest addresses 0x%llx to 0x%llx lie on %s", (unsigned long long)r.first,
			  (unsigned long long)r.last, what);
}

static void add_help(struct judging *j, struct finding *f, const struct mapping *m)
{
	finding_help(j->d, f,
		     m->how == PLACED_HAND || m->how == PLACED_CHOSEN
			     ? "choose another guest address, e.g. from 0x4020000, 0x22001000, "
			       "0x33000000 or 0x3a000000 on, which no Xen release uses"
			     : "place it with iomem_map");
}

static void judge_region(struct judging *j, const struct guest_plan *g, const struct mapping *m,
			 const struct region *r)
{
	struct finding *f;

	if (r->kind == REGION_AVOID || (r->kind == REGION_BANK && !g->banks_are_used))
		return;
	if (r->kind == REGION_BANK) {
		f = begin(j, RULE_ADDRESS_IN_RAM_BANK, g, m,
			  str_format(j->a, "the unused part of %s", r->what).s);
		finding_note(j->d, f,
			     "before 4.21 Xen offers unused bank space for foreign mappings "
			     "and does not leave out what iomem and xen,reg take");
		add_help(j, f, m);
		return;
	}
	if (r->kind == REGION_GRANTS) {
		f = begin(j, RULE_ADDRESS_IN_GRANT_TABLE, g, m, r->what);
		finding_note(j->d, f,
			     "Xen puts it there in a guest whose domain node has xen,enhanced; "
			     "without that property there is none");
		add_help(j, f, m);
		return;
	}
	f = begin(j, RULE_ADDRESS_COLLISION, g, m, r->what);
	if (r->kind == REGION_RAM)
		finding_place(j->d, f, g->request->memory_at, "RAM of this size");
	finding_note(j->d, f,
		     r->kind == REGION_RAM
			     ? "the mapping replaces RAM pages of the guest without a word"
			     : "the guest would reach the device in place of it, or the other "
			       "way round");
	add_help(j, f, m);
}

/* ---- Two windows on one guest address ------------------------------------------------- */

static int by_guest(const void *a, const void *b)
{
	const struct mapping *x = *(const struct mapping *const *)a;
	const struct mapping *y = *(const struct mapping *const *)b;

	if (x->guest.v != y->guest.v)
		return x->guest.v < y->guest.v ? -1 : 1;
	return x->host.first < y->host.first ? -1 : x->host.first > y->host.first;
}

static void judge_overlap(struct judging *j, const struct guest_plan *g, const struct mapping *a,
			  const struct mapping *b)
{
	struct finding *f;

	if (!range_meets(guest_range(a), guest_range(b)) ||
	    a->guest.v - a->host.first == b->guest.v - b->host.first)
		return;
	f = begin(j, RULE_ADDRESS_COLLISION, g, b, "another window of this guest");
	finding_place(j->d, f, a->at, "the other one");
	finding_note(j->d, f, "the mapping made last wins, the other device cannot be reached");
	add_help(j, f, b);
}

static void judge_mappings(struct judging *j, const struct guest_plan *g)
{
	const struct mapping **sorted = ARENA_ARRAY(j->a, const struct mapping *, g->mappings.n);
	size_t widest = 0;

	for (size_t i = 0; i < g->mappings.n; i++)
		sorted[i] = &g->mappings.v[i];
	if (g->mappings.n)
		qsort(sorted, g->mappings.n, sizeof(*sorted), by_guest);
	for (size_t i = 0; i < g->mappings.n; i++) {
		const struct region *r;

		VEC_EACH (r, &g->layout)
			if (range_meets(r->range, guest_range(sorted[i])))
				judge_region(j, g, sorted[i], r);
		/* The one that reaches furthest so far is the one to meet. */
		if (i)
			judge_overlap(j, g, sorted[widest], sorted[i]);
		if (guest_range(sorted[i]).last > guest_range(sorted[widest]).last)
			widest = i;
	}
}

/* ---- Interrupts ------------------------------------------------------------------------ */

static void judge_reserved(struct judging *j, const struct guest_plan *g)
{
	struct reserved_line *reserved;
	size_t n = plan_reserved_lines(j->a, g, &reserved);
	const struct irq_grant *irq;

	VEC_EACH (irq, &g->irqs)
		for (size_t i = 0; i < n; i++) {
			struct finding *f;

			if (reserved[i].intid != irq->intid)
				continue;
			f = diag_judge(j->d, RULE_INTERRUPT_COLLISION, g->request->name,
				       irq->node == DT_NONE ? STR_NONE : path_of(j, irq->node),
				       irq->at, "interrupt %u is that of %s of this guest",
				       irq->intid, reserved[i].what);
			judge_add_word(j, f, g, irq->hand ? DT_NONE : irq->node);
			finding_place(j->d, f, reserved[i].at, "asked for here");
			finding_note(j->d, f,
				     "Xen cannot renumber interrupts: xl fails, dom0less lets "
				     "both use the line");
			finding_help(j->d, f, "do without %s, or give the device to another guest",
				     reserved[i].what);
		}
}

void judge_layout(struct judging *j)
{
	const struct guest_plan *g;

	EACH_GUEST(g, j->p)
	{
		judge_mappings(j, g);
		judge_reserved(j, g);
	}
}
