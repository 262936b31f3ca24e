/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Can a device reach memory that is not its owner's?  Topology derived the
 * verdict of each device; here policy meets it.
 */
#include "judge.h"

static void add_verdict_place(struct judging *j, struct finding *f, dt_id n)
{
	const struct dma_verdict *v = &j->p->topology->verdicts[n];

	if (v->at.node != DT_NONE)
		finding_place(j->d, f, topology_place(j->p->topology, v->at), NULL);
	if (v->reason.n)
		finding_note(j->d, f, "%.*s", STR_ARG(v->reason));
}

static void judge_broken(struct judging *j, const struct guest_plan *g,
			 const struct plan_device *pd)
{
	struct finding *f = judge_device(j, RULE_BROKEN_IOMMU_DESCRIPTION, g, pd,
					 "the IOMMU description of `%.*s` cannot be right",
					 STR_ARG(path_of(j, pd->node)));

	add_verdict_place(j, f, pd->node);
	finding_help(j->d, f,
		     "mend it in the board; which streams the device uses decides who is "
		     "safe from it");
}

static void say_consequence(struct judging *j, struct finding *f, const struct guest_plan *g)
{
	if (g->request->direct_map)
		finding_note(j->d, f,
			     "it would read and write all of memory, not only the guest's");
	else
		finding_note(j->d, f,
			     "the guest would program it with guest addresses, and it would "
			     "use them as host addresses: Xen, dom0 and every other guest "
			     "are within its reach");
}

static void judge_unprotected(struct judging *j, const struct guest_plan *g,
			      const struct plan_device *pd)
{
	dt_id wrapper = j->p->topology->verdicts[pd->node].wrapper;
	struct str path = path_of(j, pd->node);
	struct finding *f;

	if (pd->forced && g->request->direct_map && g->request->target != TARGET_XL) {
		f = judge_device(
			j, RULE_UNPROTECTED_MASTER_FORCED, g, pd,
			"`%.*s` masters memory without an IOMMU and was forced into this guest",
			STR_ARG(path));
		add_verdict_place(j, f, pd->node);
		finding_place(j->d, f, pd->force_at, "forced here");
		say_consequence(j, f, g);
		finding_help(j->d, f, "trust this guest as much as Xen itself");
		return;
	}
	f = judge_device(j, RULE_UNPROTECTED_MASTER, g, pd,
			 "`%.*s` masters memory, and no IOMMU confines it", STR_ARG(path));
	add_verdict_place(j, f, pd->node);
	say_consequence(j, f, g);
	if (pd->forced)
		finding_place(j->d, f, pd->force_at, "force alone does not make it work");
	if (wrapper != DT_NONE) {
		finding_help(j->d, f, "assign `%.*s` to this guest as well",
			     STR_ARG(path_of(j, wrapper)));
		return;
	}
	finding_help(j->d, f,
		     pd->forced ? "a forced DMA master needs direct_map = 1 and dom0less; xl "
				  "guests are never direct-mapped"
				: "leave it to dom0, or use a board (or a Xen build) whose "
				  "IOMMU covers it; only a guest with direct_map = 1 for "
				  "dom0less may be forced to take it (force_assign)");
}

static void judge_non_master(struct judging *j, const struct guest_plan *g,
			     const struct plan_device *pd)
{
	const struct master_row *row = facts_device(j->p->facts, pd->node)->dma_row;
	bool refuse = g->request->unprotected == UNPROTECTED_REFUSE && !pd->forced;
	struct finding *f = judge_device(
		j, refuse ? RULE_UNPROTECTED_DEVICE : RULE_UNVERIFIED_NON_MASTER, g, pd,
		refuse ? "`%.*s` has no IOMMU before it, and the policy refuses such devices"
		       : "`%.*s` has no IOMMU before it: make sure that it is not a DMA master",
		STR_ARG(path_of(j, pd->node)));

	add_verdict_place(j, f, pd->node);
	if (row && row->source)
		finding_note(j->d, f, "reviewed: %s", row->source);
	if (refuse)
		finding_help(j->d, f,
			     "force it: force_assign = [ \"%.*s: REASON\" ], or choose "
			     "unprotected = \"warn\"",
			     STR_ARG(path_of(j, pd->node)));
	else
		finding_help(j->d, f,
			     "if its manual says so, write allow = [ \"unverified-non-master "
			     "%.*s: REASON\" ]",
			     STR_ARG(path_of(j, pd->node)));
}

static void judge_unknown(struct judging *j, const struct guest_plan *g,
			  const struct plan_device *pd)
{
	struct str path = path_of(j, pd->node);
	struct finding *f;

	if (g->request->platform_safe && !pd->forced) {
		judge_non_master(j, g, pd);
		return;
	}
	f = judge_device(j, pd->forced ? RULE_FORCED_UNKNOWN_MASTER : RULE_UNKNOWN_MASTER, g, pd,
			 "whether `%.*s` masters memory is not known, and no IOMMU confines it",
			 STR_ARG(path));
	add_verdict_place(j, f, pd->node);
	if (pd->forced) {
		finding_place(j->d, f, pd->force_at, "forced here");
		finding_help(j->d, f,
			     "make sure that it is no DMA master; if it is one, it reaches all "
			     "of memory");
		return;
	}
	finding_note(j->d, f, "if it masters memory, all of memory is within its reach");
	finding_help(j->d, f, "find out, then write force_assign = [ \"%.*s: REASON\" ]",
		     STR_ARG(path));
}

/* The IOMMU could confine it, but nobody tells Xen to: iomem and irqs move no
 * streams (xen/arch/arm/domctl.c; only XEN_DOMCTL_assign_device does). */
static void judge_by_hand(struct judging *j, const struct guest_plan *g,
			  const struct plan_device *pd)
{
	const struct dma_verdict *v = &j->p->topology->verdicts[pd->node];
	const struct iommu *u;
	struct finding *f;

	/* A part of a wrapper has its streams moved with the wrapper. */
	if (!pd->by_hand || g->request->target != TARGET_XL || v->verdict != VERDICT_PROTECTED)
		return;
	u = topology_iommu(j->p->topology, v->iommu);
	f = judge_device(j, RULE_MASTER_BY_IOMEM, g, pd,
			 "`%.*s` masters memory and is given by iomem, but not by dtdev",
			 STR_ARG(path_of(j, pd->node)));
	add_verdict_place(j, f, pd->node);
	finding_note(j->d, f,
		     u && u->family == IOMMU_IPMMU
			     ? "dtdev alone moves its streams: while dom0 has them its DMA ends in "
			       "dom0's memory, and while nobody has them it goes anywhere"
			     : "dtdev alone moves its streams: while dom0 has them its DMA ends in "
			       "dom0's memory, and while nobody has them it faults");
	finding_help(j->d, f, "write dtdev = [ \"%.*s\" ] as well", STR_ARG(path_of(j, pd->node)));
}

/* Streams of a wrapper protect only together with the wrapper. */
static bool wrapper_is_ours(const struct judging *j, const struct guest_plan *g, dt_id n)
{
	dt_id wrapper = j->p->topology->verdicts[n].wrapper;

	return wrapper != DT_NONE && owned_by(j, g, wrapper);
}

static void judge_one(struct judging *j, const struct guest_plan *g, const struct plan_device *pd)
{
	const struct device *dev = facts_device(j->p->facts, pd->node);

	/* Infrastructure and empty nodes have findings of their own. */
	if (dev->role != ROLE_DEVICE || !judge_has_substance(dev))
		return;
	switch (topology_effective(j->p->topology, pd->node, wrapper_is_ours(j, g, pd->node))) {
	case VERDICT_PROTECTED:
		judge_by_hand(j, g, pd);
		break;
	case VERDICT_BROKEN:
		judge_broken(j, g, pd);
		break;
	case VERDICT_UNPROTECTED:
		judge_unprotected(j, g, pd);
		break;
	case VERDICT_UNKNOWN:
		judge_unknown(j, g, pd);
		break;
	case VERDICT_NON_MASTER:
		judge_non_master(j, g, pd);
		break;
	}
}

void judge_dma(struct judging *j)
{
	const struct guest_plan *g;
	const struct plan_device *pd;

	EACH_GUEST(g, j->p)
	VEC_EACH (pd, &g->devices)
		judge_one(j, g, pd);
}
