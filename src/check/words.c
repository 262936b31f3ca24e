/* SPDX-License-Identifier: BSD-2-Clause */
/* What the configs say, as xl will take it. */
#include "judge.h"

#include <stdlib.h>

/* xl's dtdev takes only what an IOMMU protects (libxl_create.c,
 * libxl__add_dtdevs; iommu_assign_dt_device answers -EINVAL). */
static void judge_final_dtdev(struct judging *j, const struct guest_plan *g)
{
	const struct plan_device *pd;

	if (g->request->form != FORM_FINAL || g->request->target != TARGET_XL)
		return;
	VEC_EACH (pd, &g->devices) {
		struct finding *f;

		if (pd->by_hand || pd->by_fragment || pd->in_dtdev)
			continue;
		f = judge_device(j, RULE_WRONG_LINE, g, pd,
				 "xl's dtdev does not take `%.*s`: no IOMMU protects it",
				 STR_ARG(path_of(j, pd->node)));
		finding_note(j->d, f, "Xen answers EINVAL and xl destroys the guest");
		finding_help(j->d, f,
			     j->p->topology->verdicts[pd->node].verdict == VERDICT_UNPROTECTED
				     ? "leave it to dom0: this guest cannot have it on this board"
				     : "take it out of dtdev; irqs and iomem give it to the guest");
	}
}

/* In a final config the words go to xl as they are. */
static void judge_final_paths(struct judging *j, const struct guest_plan *g)
{
	const struct guest_request *r = g->request;

	if (r->form != FORM_FINAL || r->target != TARGET_XL)
		return;
	for (size_t i = 0; i < r->ndevices; i++) {
		const struct word *w = &r->devices[i];
		struct finding *f;

		if (w->text.n == 0 || w->text.s[0] == '/')
			continue;
		f = diag_judge(j->d, RULE_WRONG_LINE, r->name, STR_NONE, w->at,
			       "xl takes full paths only, `%.*s` is a label or an alias",
			       STR_ARG(w->text));
		finding_note(j->d, f, "Xen answers ESRCH and xl destroys the guest");
		finding_help(j->d, f, "write the full path of the host tree");
	}
}

static int by_number(const void *a, const void *b)
{
	const struct irq_word *x = *(const struct irq_word *const *)a;
	const struct irq_word *y = *(const struct irq_word *const *)b;

	if (x->intid != y->intid)
		return x->intid < y->intid ? -1 : 1;
	return x->word.at.order < y->word.at.order ? -1 : x->word.at.order > y->word.at.order;
}

/* vgic_reserve_virq answers -EBUSY to the second one (xen/arch/arm/domctl.c). */
static void judge_doubles(struct judging *j, const struct guest_plan *g)
{
	const struct guest_request *r = g->request;
	const struct irq_word **sorted = ARENA_ARRAY(j->a, const struct irq_word *, r->nirqs);

	if (r->form != FORM_FINAL || r->target != TARGET_XL || r->nirqs == 0)
		return;
	for (size_t i = 0; i < r->nirqs; i++)
		sorted[i] = &r->irqs[i];
	qsort(sorted, r->nirqs, sizeof(*sorted), by_number);
	for (size_t i = 1; i < r->nirqs; i++) {
		struct finding *f;

		if (sorted[i]->intid != sorted[i - 1]->intid)
			continue;
		f = diag_judge(j->d, RULE_WRONG_LINE, r->name, STR_NONE, sorted[i]->word.at,
			       "irqs lists the interrupt %llu twice",
			       (unsigned long long)sorted[i]->intid);
		finding_place(j->d, f, sorted[i - 1]->word.at, "the first one");
		finding_note(j->d, f,
			     "Xen answers EBUSY to the second one and xl destroys the guest");
		finding_help(j->d, f, "list it once, also where several devices share the line");
	}
}

void judge_words(struct judging *j)
{
	const struct guest_plan *g;

	EACH_GUEST(g, j->p)
	{

		judge_final_dtdev(j, g);
		judge_final_paths(j, g);
		judge_doubles(j, g);
	}
}
