/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The properties that dom0less Xen reads and takes out again
 * (dom0less-build.c, handle_passthrough_prop): xen,reg says what to map,
 * xen,path whose interrupts and streams to give,
 * xen,force-assign-without-iommu that there is no IOMMU.
 */
#include "tree.h"

struct page_tuple {
	struct range host;
	uint64_t guest;
};

static const struct mapping *mapping_of(const struct guest_plan *g, uint64_t hpa)
{
	const struct mapping *m;

	VEC_EACH (m, &g->mappings)
		if (range_has(m->host, hpa))
			return m;
	return NULL;
}

/* Windows in one run of pages become one tuple; a later window may join what
 * were two. */
static void add_tuple(struct page_tuple *tuples, size_t *n, struct range pages, uint64_t guest)
{
	struct page_tuple joined = { pages, guest };
	size_t kept = 0;

	for (size_t i = 0; i < *n; i++) {
		struct page_tuple t = tuples[i];

		if (!range_meets(t.host, joined.host)) {
			tuples[kept++] = t;
			continue;
		}
		if (t.host.first < joined.host.first) {
			joined.host.first = t.host.first;
			joined.guest = t.guest;
		}
		if (t.host.last > joined.host.last)
			joined.host.last = t.host.last;
	}
	tuples[kept++] = joined;
	*n = kept;
}

static struct str xen_reg(struct growing *gr, dt_id host)
{
	const struct device *dev = &gr->b->p->facts->devices[host];
	struct page_tuple *tuples = ARENA_ARRAY(gr->b->a, struct page_tuple, dev->nwindows);
	struct buf cells = buf_new(gr->b->a);
	size_t n = 0;

	for (uint32_t i = 0; i < dev->nwindows; i++) {
		struct range pages = range_pages(dev->windows[i].cpu);
		const struct mapping *m;

		if (dev->windows[i].health != WINDOW_OK)
			continue;
		m = mapping_of(gr->g, pages.first);
		if (m)
			add_tuple(tuples, &n, pages, m->guest.v + (pages.first - m->host.first));
	}
	for (size_t i = 0; i < n; i++) {
		tree_put_u64(&cells, tuples[i].host.first);
		tree_put_u64(&cells, range_size(tuples[i].host));
		tree_put_u64(&cells, tuples[i].guest);
	}
	return buf_get(&cells);
}

static void add_assignment(struct growing *gr, struct gnode *n, dt_id host, bool force)
{
	struct str path = str_dup(gr->b->a, plan_path(gr->b->p, host));

	tree_prop(gr, n, STR("xen,reg"), xen_reg(gr, host), EDIT_ADDED,
		  STR("host pages, size, guest pages"));
	tree_prop(gr, n, STR("xen,path"), (struct str){ path.s, path.n + 1 }, EDIT_ADDED,
		  STR("whose interrupts and streams Xen gives"));
	if (force)
		tree_prop(gr, n, STR("xen,force-assign-without-iommu"), STR_NONE, EDIT_ADDED,
			  STR("no IOMMU stands before it"));
}

/* Only these are routed; of a node with a per-CPU line Xen would stop. */
static bool is_routable(const struct device *dev)
{
	bool any = false;

	for (uint32_t i = 0; i < dev->nlines; i++) {
		const struct line *l = &dev->lines[i];

		if (l->health != LINE_GIC)
			continue;
		if (l->type != LINE_SPI && l->type != LINE_ESPI)
			return false;
		any = true;
	}
	return any;
}

/* Xen routes the interrupts of the node that xen,path names, not those of its
 * children, and takes no xen,reg below a bus without sizes: such a child gets
 * a node of its own beside its device. */
static void route_parts(struct growing *gr, dt_id device)
{
	const struct plan *p = gr->b->p;

	for (dt_id n = device + 1; n < dt_node(p->dt, device)->end; n++) {
		struct gnode *router;
		struct str name;

		if (p->device_of[n] != device || !gr->of[n] || !is_routable(&p->facts->devices[n]))
			continue;
		name = str_format(gr->b->a, "%.*s-interrupts", STR_ARG(dt_base_name(p->dt, n)));
		router = tree_node(gr, gr->passthrough,
				   tree_free_name(gr, gr->passthrough, name, STR_NONE), DT_NONE);
		router->why = str_format(gr->b->a, "has Xen route the interrupts of %.*s",
					 STR_ARG(plan_path(p, n)));
		add_assignment(gr, router, n, true);
	}
}

void tree_dom0less(struct growing *gr)
{
	const struct plan *p = gr->b->p;

	for (dt_id n = 0; n < p->dt->nnodes; n++) {
		const struct plan_device *pd = plan_device_find(p, gr->g, n);

		if (!pd || !gr->of[n])
			continue;
		add_assignment(gr, gr->of[n], n, pd->needs_force);
		route_parts(gr, n);
	}
}
