/* SPDX-License-Identifier: BSD-2-Clause */
/* What the configs say, as xl will take it. */
#include "judge.h"

static void judge_fragment(struct judging *j, const struct guest_plan *g)
{
	const struct word *w = &g->request->device_tree;
	struct finding *f;

	if (w->text.n == 0)
		return;
	f = diag_judge(j->d, RULE_FRAGMENT_NOT_READ, g->request->name, STR_NONE, w->at,
		       "the device tree `%.*s` was not read", STR_ARG(w->text));
	finding_note(j->d, f, "whether it fits the board, and the numbers here, was not judged");
	finding_help(j->d, f, "remove the line to have the tree made, or look at it yourself");
}

/* xl's dtdev takes only what an IOMMU protects (libxl_create.c,
 * libxl__add_dtdevs; iommu_assign_dt_device answers -EINVAL). */
static void judge_final_dtdev(struct judging *j, const struct guest_plan *g)
{
	const struct plan_device *pd;

	if (g->request->form != FORM_FINAL || g->request->target != TARGET_XL)
		return;
	VEC_EACH (pd, &g->devices) {
		struct finding *f;

		if (pd->by_hand || pd->in_dtdev)
			continue;
		f = judge_device(j, RULE_WRONG_LINE, g, pd,
				 "xl's dtdev does not take `%.*s`: no IOMMU protects it",
				 STR_ARG(path_of(j, pd->node)));
		finding_note(j->d, f, "Xen answers EINVAL and xl destroys the guest");
		finding_help(j->d, f, "take it out of dtdev; irqs and iomem give it to the guest");
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

void judge_words(struct judging *j)
{
	const struct guest_plan *g;

	EACH_GUEST(g, j->p)
	{
		judge_fragment(j, g);
		judge_final_dtdev(j, g);
		judge_final_paths(j, g);
	}
}
