/* SPDX-License-Identifier: BSD-2-Clause */
/* What the guest's driver looks at beside the references of a device: the node
 * above, the root, its alias. */
#include "tree.h"

void probe_check(struct growing *gr, struct gnode *n, const struct gnode *parent)
{
	const struct driver *driver = gr->driver;
	dt_id above = dt_node(gr->b->p->dt, n->host)->parent;

	if (!driver)
		return;
	if (driver->parent && above != DT_NONE && parent->host != above)
		tree_trouble(gr, n->host, STR_NONE,
			     str_format(gr->b->a, "it has to stand below %.*s, %s",
					STR_ARG(plan_path(gr->b->p, above)), driver->parent));
	if (driver->root)
		tree_trouble(gr, n->host, STR_NONE,
			     str_format(gr->b->a,
					"it asks the root whether the machine is a %s, which no "
					"guest of Xen is: it %s",
					driver->root, driver->root_what));
}

/* ---- Aliases ------------------------------------------------------------------ */

struct naming {
	struct growing *gr;
	struct gnode *aliases;
	struct map *taken; /* names of aliases */
	struct str *paths; /* per host node; empty: not in the fragment */
	uint64_t *numbers; /* per host node: of the alias that its driver wants, from 1 */
	uint64_t next;     /* numbers below it are not tried again */
};

static void put_alias(struct naming *w, struct str alias, dt_id host, enum edit edit,
		      struct str why)
{
	struct str path = w->paths[host];

	map_put(w->taken, alias, 1);
	/* The NUL behind it is part of the value. */
	tree_prop(w->gr, w->aliases, alias, (struct str){ path.s, path.n + 1 }, edit, why);
}

static void find_paths(struct naming *w, const struct gnode *n, struct str above)
{
	struct str path = str_format(w->gr->b->a, "%.*s/%.*s", STR_ARG(above), STR_ARG(n->name));

	if (n->host != DT_NONE)
		w->paths[n->host] = path;
	for (size_t i = 0; i < n->children.n; i++)
		find_paths(w, n->children.v[i], path);
}

static bool alias_number(struct str alias, const char *stem, uint64_t *number)
{
	return str_starts(alias, stem) && str_to_u64(str_from(alias, strlen(stem)), 10, number) &&
	       *number < UINT64_MAX;
}

static const struct driver *wants_alias(const struct naming *w, dt_id host)
{
	const struct driver *driver = tree_driver(w->gr, host);

	return driver && driver->alias ? driver : NULL;
}

static struct str free_alias(struct naming *w, const char *stem)
{
	uint32_t ignored;
	struct str name;

	do
		name = str_format(w->gr->b->a, "%s%llu", stem, (unsigned long long)w->next++);
	while (map_get(w->taken, name, &ignored));
	return name;
}

static void need_alias(struct naming *w, dt_id host, const struct driver *driver)
{
	struct growing *gr = w->gr;

	if (!w->numbers[host]) {
		put_alias(w, free_alias(w, driver->alias), host, EDIT_ADDED,
			  str_format(gr->b->a, "%s does not probe without one", driver->file));
		w->numbers[host] = w->next;
	}
	if (!driver->alias_limit || w->numbers[host] <= driver->alias_limit)
		return;
	gr->driver = driver;
	tree_trouble(gr, host, STR_NONE,
		     str_format(gr->b->a, "its alias is %s%llu, and the driver ends at %s%u",
				driver->alias, (unsigned long long)w->numbers[host] - 1,
				driver->alias, driver->alias_limit - 1));
}

static void copy_alias(struct naming *w, struct str alias)
{
	dt_id node = dt_find_alias(w->gr->b->p->dt, alias);
	const struct driver *driver;
	uint64_t number;

	if (node == DT_NONE || !w->paths[node].n)
		return;
	put_alias(w, alias, node, EDIT_CHANGED, STR("as on the host, at the guest's path"));
	driver = wants_alias(w, node);
	if (driver && !w->numbers[node] && alias_number(alias, driver->alias, &number))
		w->numbers[node] = number + 1;
}

void probe_aliases(struct growing *gr, struct gnode *aliases)
{
	const struct dt *t = gr->b->p->dt;
	dt_id all = dt_find_child(t, DT_ROOT, STR("aliases"));
	struct naming w = {
		.gr = gr,
		.aliases = aliases,
		.taken = map_new(gr->b->a, false, 0),
		.paths = ARENA_ARRAY(gr->b->a, struct str, t->nnodes),
		.numbers = ARENA_ARRAY(gr->b->a, uint64_t, t->nnodes),
	};

	find_paths(&w, gr->passthrough, STR(""));
	for (uint32_t i = 0; all != DT_NONE && i < dt_node(t, all)->nprops; i++)
		copy_alias(&w, t->props[dt_node(t, all)->first_prop + i].name);
	for (dt_id n = 0; n < t->nnodes; n++)
		if (gr->of[n] && wants_alias(&w, n))
			need_alias(&w, n, wants_alias(&w, n));
}
