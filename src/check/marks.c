/* SPDX-License-Identifier: BSD-2-Clause */
/* Marks on what Xen drives itself. */
#include "judge.h"

/* What a mark on this node would break, or NULL. */
static const char *broken_by_mark(const struct judging *j, dt_id n)
{
	const struct platform *pl = j->p->platform;

	if (!dt_is_available(j->p->dt, n))
		return NULL;
	if (n == pl->board_gic)
		return "Xen finds no interrupt controller and stops at boot";
	if (n == pl->console_named)
		return "Xen has no console";
	if (facts_device(j->p->facts, n)->role == ROLE_IOMMU)
		return "Xen leaves this IOMMU alone: its clients reach all of memory, whoever "
		       "owns them";
	if (dt_is_compatible(j->p->dt, n, "arm,scmi-smc"))
		return "Xen does not mediate SCMI: the firmware hears nobody";
	return NULL;
}

static void judge_mark(struct judging *j, dt_id n, struct place at, const char *broken)
{
	struct finding *f =
		diag_judge(j->d, RULE_MARKED_INFRASTRUCTURE, STR_NONE, path_of(j, n), at,
			   "`%.*s` %s xen,passthrough, but Xen needs it", STR_ARG(path_of(j, n)),
			   j->p->platform->marked[n] ? "carries" : "would carry");

	finding_note(j->d, f, "device_init() passes over marked nodes: %s", broken);
	finding_help(j->d, f,
		     j->p->platform->marked[n]
			     ? "take xen,passthrough out of this node of the host tree"
			     : "take it out of withhold");
}

void judge_marked(struct judging *j)
{
	const struct withheld *w;

	for (dt_id n = 0; n < j->p->dt->nnodes; n++) {
		const char *broken = j->p->platform->marked[n] ? broken_by_mark(j, n) : NULL;

		if (broken)
			judge_mark(j, n, dt_place_prop(j->p->dt, n, "xen,passthrough"), broken);
	}
	/* What a guest may not be given has a finding that says so. */
	VEC_EACH (w, &j->p->withheld) {
		const char *broken =
			j->p->platform->marked[w->node] ? NULL : broken_by_mark(j, w->node);

		if (broken)
			judge_mark(j, w->node, w->at, broken);
	}
}
