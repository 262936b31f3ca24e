/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What topology found remarkable.  A word about an IOMMU is a warning where an
 * assigned device depends on it; the rest of the board is one note a run.
 */
#include "judge.h"

enum {
	SAYINGS_SHOWN = 8,
	PATHS_SHOWN = 3,
};

/* Per node: whether an assigned device is behind the IOMMU there. */
static bool *concerned_iommus(struct judging *j)
{
	bool *is = ARENA_ARRAY(j->a, bool, j->p->dt->nnodes);
	const struct guest_plan *g;
	const struct plan_device *pd;

	EACH_GUEST(g, j->p)
	VEC_EACH (pd, &g->devices) {
		const struct dma_verdict *v = &j->p->topology->verdicts[pd->node];

		if (v->verdict == VERDICT_PROTECTED && v->iommu != DT_NONE)
			is[v->iommu] = true;
	}
	return is;
}

static bool makes_doubtful(enum remark_kind kind)
{
	return kind == REMARK_FALLBACK_DRIVER || kind == REMARK_BUS_DISABLED;
}

static bool is_about_iommu(enum remark_kind kind)
{
	return makes_doubtful(kind) || kind == REMARK_POWERED_IOMMU || kind == REMARK_SILICON ||
	       kind == REMARK_BOTH_BINDINGS;
}

static void judge_quirk(struct judging *j, const struct remark *r)
{
	struct finding *f = diag_judge(j->d, RULE_IOMMU_QUIRKS, STR_NONE, path_of(j, r->node),
				       topology_place(j->p->topology, r->at),
				       "`%.*s` confines assigned "
				       "devices, but %.*s",
				       STR_ARG(path_of(j, r->node)), STR_ARG(r->text));

	finding_note(j->d, f,
		     "if it does not do what Xen programs, a guest's DMA faults or goes anywhere");
	finding_help(j->d, f,
		     "try on this board that a device of a guest cannot write outside of it, then "
		     "-W iommu-quirks=note");
}

static void judge_mask(struct judging *j, const struct remark *r)
{
	struct owner o = j->p->owners[r->node];
	const struct guest_plan *g;
	const struct plan_device *pd;
	struct finding *f;

	if (o.kind != OWNER_GUEST)
		return;
	g = &j->p->guests[o.guest];
	pd = plan_device_find(j->p, g, r->node);
	if (!pd)
		return;
	f = judge_device(j, RULE_STREAM_MASK_IGNORED, g, pd, "`%.*s` needs the mask of a stream ID",
			 STR_ARG(path_of(j, r->node)));
	finding_place(j->d, f, topology_place(j->p->topology, r->at), NULL);
	finding_note(j->d, f, "%.*s", STR_ARG(r->text));
	finding_help(j->d, f, "use Xen 4.20 or newer");
}

/* Remarks of the same words: one line for all of them. */
struct saying {
	const struct remark *first;
	struct str paths;
	uint32_t n;
};

static struct saying *saying_of(struct saying *v, uint32_t *n, const struct remark *r)
{
	for (uint32_t i = 0; i < *n; i++)
		if (str_eq(v[i].first->text, r->text))
			return &v[i];
	if (*n == SAYINGS_SHOWN)
		return NULL;
	v[*n] = (struct saying){ .first = r };
	return &v[(*n)++];
}

static void add_path(struct judging *j, struct saying *s, dt_id node)
{
	if (s->n++ < PATHS_SHOWN)
		s->paths = str_format(j->a, "%.*s%s`%.*s`", STR_ARG(s->paths),
				      s->paths.n ? ", " : "", STR_ARG(path_of(j, node)));
}

static void judge_rest(struct judging *j, const bool *concerned)
{
	const struct topology *t = j->p->topology;
	struct saying v[SAYINGS_SHOWN];
	uint32_t n = 0;
	struct finding *f;

	for (uint32_t i = 0; i < t->nremarks; i++) {
		const struct remark *r = &t->remarks[i];
		struct saying *s = NULL;

		if (is_about_iommu(r->kind) && !(makes_doubtful(r->kind) && concerned[r->node]))
			s = saying_of(v, &n, r);
		if (s)
			add_path(j, s, r->node);
	}
	if (!n)
		return;
	f = diag_judge(j->d, RULE_IOMMU_ASSUMPTIONS, STR_NONE, STR_NONE, place_file(j->p->dt->file),
		       "the IOMMUs of this board work for Xen only under assumptions");
	for (uint32_t i = 0; i < n; i++) {
		struct str more = v[i].n > PATHS_SHOWN
					  ? str_format(j->a, " and %u more", v[i].n - PATHS_SHOWN)
					  : STR_NONE;

		finding_note(j->d, f, "%.*s%.*s: %.*s", STR_ARG(v[i].paths), STR_ARG(more),
			     STR_ARG(v[i].first->text));
	}
	finding_help(j->d, f,
		     "`dtassign iommu -b BOARD` shows each IOMMU and what Xen makes of it");
}

void judge_remarks(struct judging *j)
{
	const struct topology *t = j->p->topology;
	bool *concerned;

	if (!judge_any_given(j) || t->iommu_platform != PLATFORM_IOMMU_ON)
		return;
	concerned = concerned_iommus(j);
	for (uint32_t i = 0; i < t->nremarks; i++) {
		const struct remark *r = &t->remarks[i];

		if (makes_doubtful(r->kind) && concerned[r->node])
			judge_quirk(j, r);
		else if (r->kind == REMARK_MASK_IGNORED)
			judge_mask(j, r);
	}
	judge_rest(j, concerned);
}
