/* SPDX-License-Identifier: BSD-2-Clause */
/* The transitive closure of "cannot be told apart". */
#include "building.h"

const char *link_kind_name(enum link_kind k)
{
	static const char *const names[] = {
		[LINK_SAME_STREAM] = "same stream",
		[LINK_OVERLAP] = "overlapping masks",
		[LINK_MAPPED] = "mapped requester ids",
		[LINK_WRAPPER] = "wrapper",
	};

	return names[k];
}

void groups_start(struct building *b)
{
	b->set = ARENA_ARRAY(b->arena, uint32_t, b->dt->nnodes);
	for (uint32_t n = 0; n < b->dt->nnodes; n++)
		b->set[n] = n;
}

/* Path halving: almost linear without ranks when the smaller root wins. */
static uint32_t set_of(struct building *b, uint32_t n)
{
	while (b->set[n] != n) {
		b->set[n] = b->set[b->set[n]];
		n = b->set[n];
	}
	return n;
}

void group_link_add(struct building *b, struct group_link link)
{
	uint32_t x, y;

	if (link.a == link.b)
		return;
	x = set_of(b, link.a);
	y = set_of(b, link.b);
	if (x < y)
		b->set[y] = x;
	else
		b->set[x] = y;
	VEC_PUSH(b->arena, &b->links, link);
}

/* Index of the group of each set, by its root; fills members in tree order. */
static void collect_members(struct building *b)
{
	struct topology *t = b->out;
	uint32_t *size = ARENA_ARRAY(b->arena, uint32_t, b->dt->nnodes);
	VEC(struct group) groups = { 0 };

	for (uint32_t n = 0; n < b->dt->nnodes; n++)
		size[set_of(b, n)]++;
	for (uint32_t n = 0; n < b->dt->nnodes; n++) {
		uint32_t root = set_of(b, n);
		struct group *g;

		t->group_of[n] = GROUP_NONE;
		if (size[root] < 2)
			continue;
		if (root == n) {
			g = VEC_ADD(b->arena, &groups);
			g->members = ARENA_ARRAY(b->arena, dt_id, size[root]);
			t->group_of[n] = (uint32_t)(groups.n - 1);
		}
		t->group_of[n] = t->group_of[root];
		g = &groups.v[t->group_of[n]];
		g->members[g->nmembers++] = n;
	}
	t->groups = groups.v;
	t->ngroups = (uint32_t)groups.n;
}

static void collect_links(struct building *b)
{
	struct topology *t = b->out;
	struct group_link *link;

	VEC_EACH (link, &b->links)
		t->groups[t->group_of[link->a]].nlinks++;
	for (uint32_t i = 0; i < t->ngroups; i++) {
		struct group *g = &t->groups[i];

		g->links = ARENA_ARRAY(b->arena, struct group_link, g->nlinks);
		g->nlinks = 0;
	}
	VEC_EACH (link, &b->links) {
		struct group *g = &t->groups[t->group_of[link->a]];

		g->links[g->nlinks++] = *link;
	}
}

/* By path, not by position: the name stays when nodes change places. */
static void name_group(const struct dt *dt, struct group *g)
{
	g->name = dt_node(dt, g->members[0])->path;
	for (uint32_t i = 1; i < g->nmembers; i++) {
		struct str path = dt_node(dt, g->members[i])->path;

		if (str_cmp_natural(path, g->name) < 0)
			g->name = path;
	}
}

void groups_finish(struct building *b)
{
	b->out->group_of = ARENA_ARRAY(b->arena, uint32_t, b->dt->nnodes);
	collect_members(b);
	collect_links(b);
	for (uint32_t i = 0; i < b->out->ngroups; i++)
		name_group(b->dt, &b->out->groups[i]);
}
