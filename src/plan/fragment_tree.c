/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fragment that somebody wrote, completed: its nodes are kept as they are,
 * and what Xen needs and they do not say is added.  What they say wrongly is
 * for check, and nothing is written then.
 */
#include "tree.h"

struct completing {
	struct building *b;
	struct guest_plan *g;
	struct fragment *f;
};

static bool is_phandle(struct str name)
{
	return str_is(name, "phandle") || str_is(name, "linux,phandle");
}

/* ---- What is kept -------------------------------------------------------------------- */

/* Where its references stand, so that they can be drawn as labels. */
static void find_phandles(struct completing *c, dt_id n, const struct dt_prop *p,
			  struct gprop *copy)
{
	const struct supplier *row = dt_supplier(c->f->dt, n, p);
	struct dt_refs refs;
	uint32_t *cells;

	if (!row)
		return;
	refs = dt_refs(c->b->a, c->f->dt, n, p, row);
	cells = ARENA_ARRAY(c->b->a, uint32_t, refs.n);
	for (size_t i = 0; i < refs.n; i++)
		if (refs.v[i].health == REF_OK || refs.v[i].phandle == c->f->gic_phandle)
			cells[copy->nphandles++] = refs.v[i].cell;
	copy->phandles = cells;
}

static struct gprop *add(struct completing *c, struct gnode *n, const char *name, struct str data,
			 enum edit edit, const char *why)
{
	struct gprop *p = VEC_ADD(c->b->a, &n->props);

	*p = (struct gprop){ .name = str_of(name),
			     .data = data,
			     .edit = edit,
			     .why = str_of(why),
			     .host = n->host };
	c->f->changed = true;
	return p;
}

static void keep_prop(struct completing *c, struct gnode *copy, dt_id n, const struct dt_prop *p)
{
	struct gprop *kept;

	if (is_phandle(p->name))
		return;
	if (c->g->request->target == TARGET_XL && str_starts(p->name, "xen,")) {
		kept = add(c, copy, NULL, STR_NONE, EDIT_DROPPED,
			   "xl hands it on to the guest, and nobody reads it");
		kept->name = p->name;
		return;
	}
	kept = VEC_ADD(c->b->a, &copy->props);
	*kept = (struct gprop){ .name = p->name, .data = p->data, .host = copy->host };
	find_phandles(c, n, p, kept);
}

/* ---- What is added --------------------------------------------------------------------- */

static void put_number(struct buf *b, uint64_t v, uint32_t cells)
{
	for (uint32_t left = cells; left-- > 0;)
		tree_put_cell(b, left == 1 ? (uint32_t)(v >> 32) : left ? 0 : (uint32_t)v);
}

/* Host pages, size and guest pages of the registers that its reg shows. */
static struct str xen_reg(struct completing *c, const struct fragment_node *node)
{
	const struct placed_window *w;
	struct buf b = buf_new(c->b->a);
	struct range last = { UINT64_MAX, UINT64_MAX };

	VEC_EACH (w, &c->g->windows) {
		struct range pages;

		if (w->node != node->host)
			continue;
		pages = range_pages(c->b->p->facts->devices[w->node].windows[w->window].cpu);
		if (pages.first == last.first && pages.last == last.last)
			continue;
		last = pages;
		put_number(&b, pages.first, node->address_cells);
		put_number(&b, range_size(pages), node->size_cells);
		put_number(&b, w->guest.v & ~(uint64_t)(PAGE_SIZE - 1), node->address_cells);
	}
	return buf_get(&b);
}

/* What Xen wants of a node that is to be a device, and does not find. */
static void complete_device(struct completing *c, struct gnode *copy, dt_id n)
{
	const struct fragment_node *node = &c->f->nodes[n];
	const struct plan_device *pd = plan_device_find(c->b->p, c->g, node->host);
	bool has_reg = dt_has(c->f->dt, n, "xen,reg"), has_path = dt_has(c->f->dt, n, "xen,path");
	bool has_force = dt_has(c->f->dt, n, "xen,force-assign-without-iommu");
	struct str path = str_dup(c->b->a, plan_path(c->b->p, node->host));

	/* xen,reg alone, with force, is how to map registers and no more. */
	if (!pd || c->f->of[node->host] != n || (has_reg && !has_path && has_force))
		return;
	if (!has_reg)
		add(c, copy, "xen,reg", xen_reg(c, node), EDIT_ADDED,
		    "host pages, size, guest pages");
	if (!has_path)
		add(c, copy, "xen,path", (struct str){ path.s, path.n + 1 }, EDIT_ADDED,
		    "whose interrupts and streams Xen gives");
	if (pd->needs_force && !has_force)
		add(c, copy, "xen,force-assign-without-iommu", STR_NONE, EDIT_ADDED,
		    "no IOMMU stands before it");
}

/* The guest's root has none under dom0less. */
static void complete_bus(struct completing *c, struct gnode *copy)
{
	static const uint32_t first_cell[] = { 0 };
	struct gprop *p;

	if (dt_has(c->f->dt, c->f->passthrough, "interrupt-parent"))
		return;
	p = add(c, copy, "interrupt-parent", tree_cells(c->b->a, &c->f->gic_phandle, 1), EDIT_ADDED,
		"the GIC that Xen gives to every guest");
	p->phandles = first_cell;
	p->nphandles = 1;
}

/* ---- All ---------------------------------------------------------------------------------- */

static struct gnode *keep_node(struct completing *c, dt_id n)
{
	const struct dt_node *node = dt_node(c->f->dt, n);
	const struct fragment_node *read = &c->f->nodes[n];
	struct gnode *copy = ARENA_NEW(c->b->a, struct gnode);
	bool dom0less = c->g->request->target == TARGET_DOM0LESS;
	dt_id child;

	copy->name = node->name;
	copy->host = read->host;
	copy->phandle = node->phandle;
	if (read->host != DT_NONE)
		copy->why = STR("kept");
	for (uint32_t i = 0; i < node->nprops; i++)
		keep_prop(c, copy, n, &c->f->dt->props[node->first_prop + i]);
	if (dom0less && read->host != DT_NONE && read->match != FRAGMENT_BY_PARENT)
		complete_device(c, copy, n);
	if (dom0less && n == c->f->passthrough)
		complete_bus(c, copy);
	DT_EACH_CHILD (c->f->dt, child, n)
		VEC_PUSH(c->b->a, &copy->children, keep_node(c, child));
	return copy;
}

void plan_fragment_tree(struct building *b, struct guest_plan *g)
{
	struct completing c = { .b = b, .g = g, .f = g->fragment };

	g->model = g->tree;
	g->model_questions.v = g->questions.v;
	g->model_questions.n = g->questions.n;
	g->questions.v = NULL;
	g->questions.n = g->questions.room = 0;
	g->troubles.n = 0;
	g->tree = keep_node(&c, DT_ROOT);
}
