/* SPDX-License-Identifier: BSD-2-Clause */
/* The neighbourhood of a device: what it is a part of, what is a part of it,
 * with whom it shares what, who names it. */
#include "show.h"

enum { SHOWN = 8 }; /* of a kind; the rest is counted                        */

static void add_rest(struct tree *t, const char *what, size_t n)
{
	if (n > SHOWN)
		tree_add(t, 0, str_of(what), str_format(t->run->arena, "%zu more", n - SHOWN),
			 STR_NONE);
}

static void add_some(struct tree *t, const char *what, struct nodes nodes)
{
	for (size_t i = 0; i < nodes.n && i < SHOWN; i++)
		tree_add(t, 0, str_of(what), view_path(t->run, nodes.v[i]), STR_NONE);
	add_rest(t, what, nodes.n);
}

static void add_family(struct tree *t)
{
	const struct dt *dt = t->run->dt;
	dt_id wrapper = facts_wrapper(t->run->facts, t->node), child;
	struct nodes children = { 0 };

	if (wrapper != DT_NONE)
		tree_add(t, 0, STR("part of"), view_path(t->run, wrapper), STR_NONE);
	DT_EACH_CHILD (dt, child, t->node)
		children.n++;
	children.v = ARENA_ARRAY(t->run->arena, dt_id, children.n);
	children.n = 0;
	DT_EACH_CHILD (dt, child, t->node)
		children.v[children.n++] = child;
	add_some(t, "child", children);
}

static void add_sharing(struct tree *t)
{
	static const struct {
		enum claim_kind kind;
		const char *what;
	} kinds[] = {
		{ CLAIM_STREAM, "stream shared with" },
		{ CLAIM_DMA_CHANNEL, "channel shared with" },
		{ CLAIM_CLOCK, "clock shared with" },
		{ CLAIM_RESET, "reset shared with" },
		{ CLAIM_POWER_DOMAIN, "domain shared with" },
		{ CLAIM_SUPPLY, "supply shared with" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		add_some(t, kinds[i].what, view_sharing(t->run, t->node, kinds[i].kind));
}

/* ---- Who names it ---------------------------------------------------------------- */

/* "/display/port/endpoint to port@1/endpoint" where it is a part that is named. */
static struct str referrer_value(const struct tree *t, const struct referrer *one)
{
	const struct dt *dt = t->run->dt;
	struct str who = view_path(t->run, one->node), part;

	if (one->target == t->node)
		return who;
	part = str_from(dt_node(dt, one->target)->path, dt_node(dt, t->node)->path.n + 1);
	return str_format(t->run->arena, "%.*s to %.*s", STR_ARG(who),
			  STR_ARG(plain(t->run->arena, part)));
}

static struct str referrer_from(const struct tree *t, const struct referrer *one)
{
	struct str name = plain(t->run->arena, one->prop->name);

	if (!one->row)
		return name;
	return str_format(t->run->arena, "%.*s, cell %lu", STR_ARG(name), (unsigned long)one->cell);
}

/* From outside only; of the whole tree nobody is outside. */
static void add_referrers(struct tree *t)
{
	const struct run *r = t->run;
	struct referrers some = referrers_of(&r->referrers, r->dt, t->node, t->node != DT_ROOT);
	size_t n = 0;

	for (size_t i = 0; i < some.n; i++) {
		const struct referrer *one = &some.v[i];

		if (dt_is_in(r->dt, one->node, t->node) || n++ >= SHOWN)
			continue;
		tree_add(t, 0, STR("named by"), referrer_value(t, one), referrer_from(t, one));
	}
	add_rest(t, "named by", n);
}

/* ---- What may be a reference ------------------------------------------------------ */

static void add_guesses(struct tree *t)
{
	const struct dt *dt = t->run->dt;
	const struct dt_node *node = dt_node(dt, t->node);
	dt_id target;

	for (uint32_t i = 0; i < node->nprops; i++) {
		const struct dt_prop *p = &dt->props[node->first_prop + i];

		if (dt_guess(dt, t->node, p, &target))
			tree_add(t, 0, STR("guess"),
				 str_format(t->run->arena, "perhaps %.*s",
					    STR_ARG(view_path(t->run, target))),
				 plain(t->run->arena, p->name));
	}
}

void tree_add_neighbours(struct tree *t)
{
	add_guesses(t);
	add_family(t);
	add_sharing(t);
	add_referrers(t);
}
