/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Can the IOMMU tell the owners apart?  A group never spans two owners; no
 * allowance overrides that.
 */
#include "judge.h"

#include <stdlib.h>

/* The owner of a member counts unless the member is withheld: then nobody
 * programs it. */
static bool is_other_side(const struct judging *j, const struct guest_plan *g, dt_id member)
{
	enum owner_kind kind = j->p->owners[member].kind;

	return (kind == OWNER_DOM0 || kind == OWNER_GUEST) && !owned_by(j, g, member);
}

/* The link that ties the member to the rest, for the places to show. */
static const struct group_link *link_of(const struct group *group, dt_id n, dt_id member)
{
	const struct group_link *any = NULL;

	for (uint32_t i = 0; i < group->nlinks; i++) {
		const struct group_link *l = &group->links[i];

		if ((l->a == n && l->b == member) || (l->a == member && l->b == n))
			return l;
		if (l->a == member || l->b == member)
			any = l;
	}
	return any;
}

struct member {
	dt_id node;
	struct owner owner;
	struct str path;
};

/* By owner, then by path: whatever the order of nodes. */
static int by_owner(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->owner.kind != y->owner.kind)
		return x->owner.kind < y->owner.kind ? -1 : 1;
	if (x->owner.guest != y->owner.guest)
		return x->owner.guest < y->owner.guest ? -1 : 1;
	return str_cmp_natural(x->path, y->path);
}

/* "`/a`, `/b` and 21 others" */
static struct str name_members(struct judging *j, const struct member *m, size_t n)
{
	enum { NAMED = 3 };
	struct buf b = buf_new(j->a);

	for (size_t i = 0; i < n && i < NAMED; i++)
		buf_format(&b, "%s`%.*s`",
			   i == 0       ? ""
			   : i + 1 == n ? " and "
					: ", ",
			   STR_ARG(m[i].path));
	if (n > NAMED)
		buf_format(&b, " and %zu others", n - NAMED);
	return buf_get(&b);
}

/* "withhold = [ "/a: REASON", ... ]", all of them, to be pasted. */
static struct str withhold_members(struct judging *j, const struct member *m, size_t n)
{
	struct buf b = buf_new(j->a);

	for (size_t i = 0; i < n; i++)
		buf_format(&b, "%s\"%.*s: REASON\"", i ? ", " : "", STR_ARG(m[i].path));
	return buf_get(&b);
}

static void judge_split(struct judging *j, const struct guest_plan *g, const struct plan_device *pd,
			const struct group *group, const struct member *m, size_t n)
{
	const struct group_link *l = link_of(group, pd->node, m->node);
	struct finding *f =
		judge_device(j, RULE_SPLIT_GROUP, g, pd,
			     "`%.*s` cannot be told apart from %.*s, which belong%s to %.*s",
			     STR_ARG(path_of(j, pd->node)), STR_ARG(name_members(j, m, n)),
			     n == 1 ? "s" : "", STR_ARG(owner_text(j->p, m->owner)));

	if (l) {
		finding_place(j->d, f, topology_place(j->p->topology, l->at_a), NULL);
		finding_place(j->d, f, topology_place(j->p->topology, l->at_b), NULL);
		finding_note(j->d, f, "they share %.*s", STR_ARG(l->what));
	}
	finding_note(j->d, f,
		     "each owner could read and write the other's memory through its device");
	finding_help(j->d, f,
		     "assign all of them to one guest, or withhold the others: withhold = [ "
		     "%.*s ]",
		     STR_ARG(withhold_members(j, m, n)));
}

/* One finding for each owner on the other side. */
static void judge_group_of(struct judging *j, const struct guest_plan *g,
			   const struct plan_device *pd)
{
	const struct topology *t = j->p->topology;
	uint32_t index = t->group_of[pd->node];
	const struct group *group;
	struct member *m;
	size_t n = 0;

	if (index == GROUP_NONE || !judge_goes_on(j, t->groups[index].nmembers))
		return;
	group = &t->groups[index];
	m = ARENA_ARRAY(j->a, struct member, group->nmembers);
	for (uint32_t i = 0; i < group->nmembers; i++) {
		dt_id node = group->members[i];

		/* Between two guests the one that comes first speaks. */
		if (is_other_side(j, g, node) && !(j->p->owners[node].kind == OWNER_GUEST &&
						   j->p->owners[node].guest < g->index))
			m[n++] = (struct member){ node, j->p->owners[node], path_of(j, node) };
	}
	if (n)
		qsort(m, n, sizeof(*m), by_owner);
	for (size_t i = 0, same; i < n; i += same) {
		for (same = 1; i + same < n && owner_eq(m[i].owner, m[i + same].owner); same++)
			;
		judge_split(j, g, pd, group, &m[i], same);
	}
}

/* Xen writes the stream table entry of a live stream a second time and stops
 * (smmu-v3.c, arm_smmu_write_strtab_ent: BUG_ON). */
static void judge_shared_stream(struct judging *j, const struct guest_plan *g,
				const struct plan_device *pd)
{
	const struct topology *t = j->p->topology;
	uint32_t index = t->group_of[pd->node];

	if (index == GROUP_NONE || t->active != IOMMU_SMMU_V3 ||
	    t->iommu_platform != PLATFORM_IOMMU_ON)
		return;
	for (uint32_t i = 0; i < t->groups[index].nlinks; i++) {
		const struct group_link *l = &t->groups[index].links[i];
		dt_id other = l->a == pd->node ? l->b : l->a;
		struct finding *f;

		/* Of the two the one whose path comes first speaks. */
		if ((l->a != pd->node && l->b != pd->node) || l->kind != LINK_SAME_STREAM ||
		    !owned_by(j, g, other) ||
		    str_cmp_natural(path_of(j, other), path_of(j, pd->node)) < 0)
			continue;
		f = judge_device(j, RULE_SHARED_STREAM_ID, g, pd,
				 "`%.*s` and `%.*s` have one stream on an SMMUv3: Xen stops",
				 STR_ARG(path_of(j, pd->node)), STR_ARG(path_of(j, other)));
		finding_place(j->d, f, topology_place(t, l->at_a), NULL);
		finding_place(j->d, f, topology_place(t, l->at_b), NULL);
		finding_help(j->d, f, "assign only one of them and withhold the other");
	}
}

/* The engine reaches whatever its streams reach, on behalf of any client. */
static void judge_engine(struct judging *j, const struct guest_plan *g,
			 const struct plan_device *pd)
{
	const struct engine_use *uses;
	uint32_t n = topology_engine_clients(j->p->topology, pd->node, &uses);

	for (uint32_t i = 0; i < n; i++) {
		dt_id client = uses[i].client;
		struct finding *f;

		if (!is_other_side(j, g, client) || !facts_device(j->p->facts, client)->enabled)
			continue;
		f = judge_device(j, RULE_SHARED_DMA_ENGINE, g, pd,
				 "`%.*s` moves data for `%.*s`, which belongs to %.*s",
				 STR_ARG(path_of(j, pd->node)), STR_ARG(path_of(j, client)),
				 STR_ARG(owner_of(j, client)));
		finding_place(j->d, f, topology_place(j->p->topology, uses[i].at),
			      "uses the engine");
		finding_note(j->d, f,
			     "who owns the engine can drive the registers of every device that "
			     "it serves");
		finding_help(j->d, f,
			     "give all its clients to this guest, or leave the engine alone: "
			     "the clients work without it");
	}
}

/* Guests register when they are built: xl in the order of dtdev, dom0less in
 * the order of the fragment, which is that of the tree. */
static bool may_come_first(const struct judging *j, const struct guest_plan *g, dt_id a, dt_id b)
{
	if (g->request->target == TARGET_XL)
		return j->p->slot[a] < j->p->slot[b];
	return a < b;
}

/* Entries of which the SMMU takes only one.  Of two owners split-group speaks,
 * and of entries that never fit the verdict of each device. */
static void judge_conflict(struct judging *j, const struct stream_conflict *c)
{
	const struct topology *t = j->p->topology;
	struct owner o = j->p->owners[c->a];
	const struct plan_device *pd;
	const struct guest_plan *g;
	struct finding *f;

	if (o.kind != OWNER_GUEST || !owner_eq(o, j->p->owners[c->b]))
		return;
	g = &j->p->guests[o.guest];
	pd = plan_device_find(j->p, g, c->a);
	if (!pd || t->verdicts[c->a].verdict == VERDICT_BROKEN ||
	    (!c->either_order && !may_come_first(j, g, c->a, c->b)))
		return;
	f = judge_device(j, RULE_BROKEN_IOMMU_DESCRIPTION, g, pd, "the SMMU takes only one of %.*s",
			 STR_ARG(c->what));
	finding_place(j->d, f, topology_place(t, c->at_a), NULL);
	finding_place(j->d, f, topology_place(t, c->at_b), NULL);
	if (!c->either_order && g->request->target == TARGET_XL)
		finding_help(j->d, f, "name `%.*s`, whose mask is wider, first in dtdev",
			     STR_ARG(path_of(j, c->b)));
	else
		finding_help(j->d, f, "mend the ids and masks in the board: equal or apart");
}

void judge_groups(struct judging *j)
{
	const struct guest_plan *g;
	const struct plan_device *pd;

	EACH_GUEST(g, j->p)
	VEC_EACH (pd, &g->devices) {
		if (!owned_by(j, g, pd->node))
			continue;
		judge_group_of(j, g, pd);
		judge_shared_stream(j, g, pd);
		judge_engine(j, g, pd);
	}
	for (uint32_t i = 0; i < j->p->topology->nconflicts; i++)
		judge_conflict(j, &j->p->topology->conflicts[i]);
}
