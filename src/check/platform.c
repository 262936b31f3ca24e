/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen, its release and its options, as far as they concern this run. */
#include "judge.h"

static bool any_serial(const struct plan *p)
{
	const struct guest_plan *g;
	const struct plan_device *pd;

	EACH_GUEST(g, p)
	VEC_EACH (pd, &g->devices) {
		struct str base = dt_base_name(p->dt, pd->node);

		if (str_is(base, "serial") || str_is(base, "uart"))
			return true;
	}
	return false;
}

static void judge_console(struct judging *j)
{
	const struct platform *pl = j->p->platform;
	struct finding *f;

	/* Not knowing the console matters when a UART is given away. */
	if (pl->console != DT_NONE || !any_serial(j->p) ||
	    (pl->console_source != CONSOLE_NONE && pl->console_source != CONSOLE_UNKNOWN))
		return;
	f = diag_judge(j->d, RULE_CONSOLE_UNKNOWN, STR_NONE, STR_NONE, pl->console_at,
		       pl->console_source == CONSOLE_UNKNOWN
			       ? "the name of Xen's console leads to no node of the board"
			       : "neither dtuart= nor stdout-path names Xen's console");
	finding_note(j->d, f, "a UART is given to a guest, and Xen may use the same one");
	finding_help(j->d, f,
		     "give Xen's arguments with --xen-args, e.g. --xen-args dtuart=serial0");
}

static void judge_direct_map(struct judging *j, const struct guest_plan *g)
{
	const struct guest_request *r = g->request;
	struct finding *f;

	if (!r->direct_map)
		return;
	if (r->target == TARGET_XL) {
		f = diag_judge(j->d, RULE_DIRECT_MAP_UNSUPPORTED, r->name, STR_NONE,
			       r->direct_map_at, "xl guests are never direct-mapped");
		finding_help(j->d, f,
			     "build it for dom0less (xen_target = \"dom0less\"), or remove "
			     "direct_map");
		return;
	}
	if (!release_some_before(j->p->platform->xen, 17, 0))
		return;
	f = diag_judge(j->d, RULE_DIRECT_MAP_UNSUPPORTED, r->name, STR_NONE, r->direct_map_at,
		       "Xen %.*s has no direct-mapped guests, they came with 4.17",
		       STR_ARG(releases_name(j->a, j->p->platform->xen)));
	finding_help(j->d, f, "use Xen 4.17 or newer, or remove direct_map");
}

/* Xen with some IOMMUs on and some off is worse than Xen without any: what the
 * latter would refuse, the former lets through. */
static void judge_iommus(struct judging *j)
{
	const struct topology *t = j->p->topology;
	struct finding *f;

	if (t->iommu_platform == PLATFORM_IOMMU_PANIC) {
		f = diag_judge(j->d, RULE_HALF_INITIALISED_IOMMUS, STR_NONE, STR_NONE,
			       topology_place(t, t->iommu_platform_at), "%.*s",
			       STR_ARG(t->iommu_platform_reason));
		finding_help(j->d, f,
			     "mend the IOMMU nodes, or boot Xen with iommu=no and give away "
			     "only devices that need none");
	}
	for (uint32_t i = 0; i < t->niommus; i++) {
		const struct iommu *iommu = &t->iommus[i];

		if (iommu->outcome != IOMMU_SKIPPED || iommu->nclients == 0)
			continue;
		f = diag_judge(j->d, RULE_HALF_INITIALISED_IOMMUS, STR_NONE,
			       path_of(j, iommu->node), topology_place(t, iommu->at),
			       "Xen gives up %.*s without stopping: %.*s",
			       STR_ARG(path_of(j, iommu->node)), STR_ARG(iommu->reason));
		finding_note(j->d, f, "%s reach%s all of memory, whoever owns %s",
			     iommu->nclients == 1
				     ? "its one client"
				     : str_format(j->a, "its %u clients", iommu->nclients).s,
			     iommu->nclients == 1 ? "es" : "",
			     iommu->nclients == 1 ? "it" : "them");
		finding_help(j->d, f,
			     "mend the node so that the driver accepts it, or disable it with "
			     "status = \"disabled\"");
	}
}

/* One remark about the whole board, where it explains refusals. */
static void judge_no_iommu(struct judging *j)
{
	const struct topology *t = j->p->topology;
	const struct guest_plan *g;
	const struct plan_device *pd;

	if (t->iommu_platform != PLATFORM_IOMMU_OFF)
		return;
	EACH_GUEST(g, j->p)
	VEC_EACH (pd, &g->devices) {
		struct finding *f;

		if (t->verdicts[pd->node].verdict != VERDICT_UNPROTECTED)
			continue;
		f = diag_judge(j->d, RULE_NO_IOMMU_PLATFORM, STR_NONE, STR_NONE,
			       topology_place(t, t->iommu_platform_at),
			       "Xen runs without any IOMMU on this board: %.*s",
			       STR_ARG(t->iommu_platform_reason));
		finding_help(j->d, f,
			     "enable an IOMMU that this Xen drives, or give away "
			     "only devices that master no memory");
		return;
	}
}

/* What would stop Xen while it builds dom0, unless the plan takes one of the
 * nodes away from dom0. */
static void judge_dom0(struct judging *j)
{
	const struct topology *t = j->p->topology;

	for (uint32_t i = 0; i < t->nfailures; i++) {
		const struct dom0_failure *x = &t->failures[i];
		struct finding *f;

		if (j->p->owners[x->node].kind != OWNER_DOM0)
			continue;
		if (x->other != DT_NONE && j->p->owners[x->other].kind != OWNER_DOM0)
			continue;
		f = diag_judge(j->d, RULE_DOM0_FAILS, STR_NONE, path_of(j, x->node),
			       topology_place(t, x->at),
			       "Xen cannot build dom0 on this board: %.*s", STR_ARG(x->text));
		if (x->other != DT_NONE)
			finding_place(j->d, f, topology_place(t, x->other_at), "and this");
		finding_note(j->d, f,
			     "dom0 gets every node without xen,passthrough, disabled ones too; "
			     "here that ends in %s and Xen stops",
			     x->error);
		finding_help(j->d, f, "withhold %.*s, or boot Xen with iommu=no",
			     STR_ARG(path_of(j, x->node)));
	}
}

void judge_platform(struct judging *j)
{
	const struct guest_plan *g;

	if (!judge_any_given(j))
		return;
	if (j->p->platform->gic == DT_NONE) {
		struct finding *f = diag_judge(
			j->d, RULE_NO_GIC, STR_NONE, STR_NONE, place_file(j->p->dt->file),
			"no interrupt controller of this board is one that Xen "
			"drives");
		finding_help(j->d, f,
			     "Xen needs a GICv2 or GICv3 that is enabled and carries no "
			     "xen,passthrough");
	}
	judge_console(j);
	judge_iommus(j);
	judge_no_iommu(j);
	judge_dom0(j);
	EACH_GUEST(g, j->p)
	judge_direct_map(j, g);
}
