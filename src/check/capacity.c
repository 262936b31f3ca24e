/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Has an IOMMU room for everybody who has a device behind it?  Each owner needs
 * a translation context, dom0 too if it has any device there.
 */
#include "judge.h"

/* SMMUv3: VMIDs have 8 bits unless the implementation has 16, and 0 is Xen's. */
#define VMIDS_OF_ANY 255
/* SMMUv2 architecture, SMMU_IDR0.NUMSMRG. */
#define STREAM_REGISTERS_MAX 128

/* The owners behind one pool of contexts. */
struct crowd {
	const struct iommu *pool;
	bool dom0;
	uint32_t nowners, nguests;
	/* Of the guest that comes last: the one too many. */
	const struct guest_plan *last;
	const struct plan_device *device;
};

struct crowds {
	VEC(struct crowd) v;
	uint32_t *of_node; /* per node: one past its index in v, 0: none        */
};

static dt_id pool_of(const struct judging *j, dt_id n)
{
	const struct dma_verdict *v = &j->p->topology->verdicts[n];
	const struct iommu *u =
		v->verdict == VERDICT_PROTECTED ? topology_iommu(j->p->topology, v->iommu) : NULL;

	return u ? u->pool : DT_NONE;
}

static void add_guest(struct judging *j, struct crowds *all, const struct guest_plan *g,
		      const struct plan_device *pd)
{
	dt_id pool = pool_of(j, pd->node);
	struct crowd *c;

	if (pool == DT_NONE || !owned_by(j, g, pd->node))
		return;
	if (!all->of_node[pool]) {
		VEC_PUSH(j->a, &all->v,
			 ((struct crowd){ .pool = topology_iommu(j->p->topology, pool) }));
		all->of_node[pool] = (uint32_t)all->v.n;
	}
	c = &all->v.v[all->of_node[pool] - 1];
	if (c->last == g)
		return;
	c->last = g;
	c->device = pd;
	c->nowners++;
	c->nguests++;
}

/* Disabled devices count as well: Xen assigns them to dom0 all the same. */
static void add_dom0(struct judging *j, struct crowds *all, dt_id n)
{
	dt_id pool = pool_of(j, n);
	struct crowd *c;

	if (pool == DT_NONE || !all->of_node[pool] || j->p->owners[n].kind != OWNER_DOM0 ||
	    facts_device(j->p->facts, n)->skipped_by != DT_NONE)
		return;
	c = &all->v.v[all->of_node[pool] - 1];
	if (!c->dom0)
		c->nowners++;
	c->dom0 = true;
}

static struct crowds crowds_gather(struct judging *j)
{
	const struct topology *t = j->p->topology;
	struct crowds all = { .of_node = ARENA_ARRAY(j->a, uint32_t, j->p->dt->nnodes) };
	const struct guest_plan *g;
	const struct plan_device *pd;

	EACH_GUEST(g, j->p)
	VEC_EACH (pd, &g->devices)
		add_guest(j, &all, g, pd);
	for (uint32_t i = 0; all.v.n && i < t->niommus; i++)
		for (uint32_t k = 0; k < t->iommus[i].nclients; k++)
			add_dom0(j, &all, t->iommus[i].clients[k]);
	return all;
}

static struct finding *begin(struct judging *j, enum rule rule, const struct crowd *c,
			     struct str text)
{
	struct finding *f = diag_judge(
		j->d, rule, c->last->request->name, path_of(j, c->device->node),
		place_says(c->device->at, STR("behind that IOMMU")), "%.*s", STR_ARG(text));

	finding_place(j->d, f, dt_place(j->p->dt, c->pool->node), NULL);
	return f;
}

static void judge_full(struct judging *j, const struct crowd *c)
{
	struct finding *f = begin(
		j, RULE_IOMMU_OVERCOMMITTED, c,
		str_format(j->a,
			   "`%.*s` has contexts for %u domain%s, and devices behind it have %u "
			   "owners",
			   STR_ARG(path_of(j, c->pool->node)), c->pool->max_domains,
			   c->pool->max_domains == 1 ? "" : "s", c->nowners));

	finding_note(j->d, f, "they belong to %u guest%s%s", c->nguests, c->nguests == 1 ? "" : "s",
		     c->dom0 ? " and to dom0" : "");
	finding_note(j->d, f,
		     "Xen refuses the assignment that finds no free context, so the guest that is "
		     "built last fails");
	finding_help(j->d, f,
		     c->dom0 ? "give fewer guests a device behind it, or withhold all of dom0's "
			       "devices there"
			     : "give fewer guests a device behind it");
}

static void judge_unknown(struct judging *j, const struct crowd *c)
{
	struct finding *f =
		begin(j, RULE_IOMMU_LIMIT_UNKNOWN, c,
		      str_format(j->a,
				 "devices behind `%.*s` have %u owners, and the tree does not tell "
				 "for how many it has contexts",
				 STR_ARG(path_of(j, c->pool->node)), c->nowners));

	finding_note(j->d, f,
		     c->pool->family == IOMMU_SMMU_V3
			     ? "an SMMUv3 tells 255 domains apart, or 65535 with 16-bit VMIDs"
			     : "an SMMUv1 has up to 8 contexts and shares its interrupts among "
			       "them");
	finding_help(j->d, f, "see how many context banks Xen finds when it probes the IOMMU");
}

/* Xen answers -ENOSPC to the entry that finds no register (arm_smmu_find_sme). */
static void judge_entries(struct judging *j, const struct crowd *c)
{
	struct finding *f =
		begin(j, RULE_IOMMU_OVERCOMMITTED, c,
		      str_format(j->a,
				 "the clients of `%.*s` need %u stream match registers, and no "
				 "SMMU has more than %d",
				 STR_ARG(path_of(j, c->pool->node)), c->pool->nentries,
				 STREAM_REGISTERS_MAX));

	finding_note(j->d, f, "Xen registers what comes first and refuses the rest");
	finding_help(j->d, f, "is this the tree of the board?");
}

/* Where the tree does not tell: so many owners are no reason for a word. */
static uint32_t few_of(const struct iommu *u)
{
	return u->family == IOMMU_SMMU_V3 ? VMIDS_OF_ANY : 2;
}

void judge_capacity(struct judging *j)
{
	struct crowds all = crowds_gather(j);
	const struct crowd *c;

	VEC_EACH (c, &all.v) {
		const struct iommu *u = c->pool;

		if (u->max_domains && c->nowners > u->max_domains)
			judge_full(j, c);
		else if (!u->max_domains && c->nowners > few_of(u))
			judge_unknown(j, c);
		if (u->family == IOMMU_SMMU && u->nentries > STREAM_REGISTERS_MAX)
			judge_entries(j, c);
	}
}
