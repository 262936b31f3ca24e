/* SPDX-License-Identifier: BSD-2-Clause */
/* Which host nodes have to carry xen,passthrough. */
#include "building.h"

static bool needs_mark(const struct device *dev)
{
	for (uint32_t i = 0; i < dev->nwindows; i++)
		if (dev->windows[i].health == WINDOW_OK)
			return true;
	return dev->nlines > 0 || dev->nstreams > 0;
}

/*
 * The mark is not inherited (xen/arch/arm/domain_build.c, handle_node): dom0
 * keeps every child with registers, interrupts or streams that is not marked
 * itself.  A mark on what Xen itself drives would take it away from Xen.
 */
static void mark_below(struct building *b, dt_id node, struct str reason, bool whole, bool *done)
{
	struct plan *p = b->p;

	for (dt_id n = node; n < dt_node(p->dt, node)->end; n++) {
		if (n != node && !needs_mark(&p->facts->devices[n]))
			continue;
		if (n != node && (whole ? p->owners[n].kind == OWNER_XEN : p->device_of[n] != node))
			continue;
		if (done[n])
			continue;
		done[n] = true;
		VEC_PUSH(b->a, &p->marks,
			 ((struct mark){ n, node, reason, p->platform->marked[n] }));
	}
}

static void sort_marks(struct plan *p, struct arena *a, const bool *done)
{
	struct mark *sorted = ARENA_ARRAY(a, struct mark, p->marks.n);
	uint32_t *at = ARENA_ARRAY(a, uint32_t, p->dt->nnodes);
	size_t n = 0;

	for (size_t i = 0; i < p->marks.n; i++)
		at[p->marks.v[i].node] = (uint32_t)i;
	for (dt_id node = 0; node < p->dt->nnodes; node++)
		if (done[node])
			sorted[n++] = p->marks.v[at[node]];
	p->marks.v = sorted;
}

void plan_marks(struct building *b)
{
	struct plan *p = b->p;
	bool *done = ARENA_ARRAY(b->a, bool, p->dt->nnodes);

	for (uint32_t i = 0; i < p->nguests; i++) {
		const struct plan_device *dev;

		VEC_EACH (dev, &p->guests[i].devices)
			mark_below(b, dev->node,
				   str_format(b->a, "given to guest `%.*s`",
					      STR_ARG(p->guests[i].request->name)),
				   false, done);
	}
	for (size_t i = 0; i < p->withheld.n; i++)
		mark_below(b, p->withheld.v[i].node, STR("withheld"), true, done);
	sort_marks(p, b->a, done);
}
