/* SPDX-License-Identifier: BSD-2-Clause */
/* The interrupt lines of a guest, each once. */
#include "building.h"

#include <stdlib.h>

static bool is_shared_type(const struct line *l)
{
	return l->health == LINE_GIC && (l->type == LINE_SPI || l->type == LINE_ESPI);
}

/* xl gives what irqs says, so a guest of xl gets the lines that its fragment
 * shows; Xen itself routes all of a device's. */
static bool is_wanted(const struct guest_plan *g, dt_id n, uint32_t intid)
{
	dt_id stand_in = plan_fragment_of(g, n);
	const struct fragment_node *f;
	bool any = false;

	if (stand_in == DT_NONE || g->request->target != TARGET_XL)
		return true;
	f = &g->fragment->nodes[stand_in];
	for (uint32_t i = 0; i < f->nlines; i++) {
		if (f->lines[i].end != FRAGMENT_AT_GIC)
			continue;
		if (f->lines[i].intid == intid)
			return true;
		any = true;
	}
	return !any;
}

static void add_lines_of(struct building *b, struct guest_plan *g, dt_id n)
{
	const struct device *dev = &b->p->facts->devices[n];

	for (uint32_t i = 0; i < dev->nlines; i++) {
		struct irq_grant *grant;

		if (!is_shared_type(&dev->lines[i]) || !is_wanted(g, n, dev->lines[i].intid))
			continue;
		grant = VEC_ADD(b->a, &g->irqs);
		grant->intid = dev->lines[i].intid;
		grant->node = n;
		grant->line = i;
		grant->at = facts_place_line(b->p->facts, n, i);
		plan_add_name(b->a, &grant->devices, &grant->ndevices,
			      str_format(b->a, "%.*s %s[%u]", STR_ARG(plan_path(b->p, n)),
					 dev->lines[i].property, dev->lines[i].index));
	}
}

static void add_hand_written(struct building *b, struct guest_plan *g)
{
	const struct guest_request *r = g->request;

	for (size_t i = 0; i < r->nirqs; i++) {
		struct irq_grant *grant;

		if (r->irqs[i].intid > UINT32_MAX)
			continue; /* reported when it was read */
		grant = VEC_ADD(b->a, &g->irqs);
		grant->intid = (uint32_t)r->irqs[i].intid;
		grant->node = DT_NONE;
		grant->at = r->irqs[i].word.at;
		grant->hand = true;
	}
}

/* By INTID; a hand-written one before a derived one. */
static int by_intid(const void *a, const void *b)
{
	const struct irq_grant *x = a, *y = b;

	if (x->intid != y->intid)
		return x->intid < y->intid ? -1 : 1;
	if (x->hand != y->hand)
		return x->hand ? -1 : 1;
	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static void join_lines(struct building *b, struct guest_plan *g)
{
	size_t out = 0;

	if (g->irqs.n == 0)
		return;
	qsort(g->irqs.v, g->irqs.n, sizeof(*g->irqs.v), by_intid);
	for (size_t i = 1; i < g->irqs.n; i++) {
		struct irq_grant *kept = &g->irqs.v[out], *more = &g->irqs.v[i];

		if (kept->intid != more->intid) {
			g->irqs.v[++out] = *more;
			continue;
		}
		if (kept->node == DT_NONE) {
			kept->node = more->node;
			kept->line = more->line;
		}
		if (more->devices.n)
			plan_add_name(b->a, &kept->devices, &kept->ndevices, more->devices);
	}
	g->irqs.n = out + 1;
}

void plan_lines(struct building *b, struct guest_plan *g)
{
	const struct plan_device *pd;

	add_hand_written(b, g);
	VEC_EACH (pd, &g->devices)
		for (dt_id n = pd->node; n < dt_node(b->p->dt, pd->node)->end; n++)
			if (b->p->device_of[n] == pd->node)
				add_lines_of(b, g, n);
	join_lines(b, g);
}

/* GUEST_VPL011_SPI, GUEST_VIRTIO_MMIO_SPI_FIRST and LAST of
 * xen/include/public/arch-arm.h. */
enum {
	VPL011_INTID = 32,
	VIRTIO_FIRST_INTID = 33,
	VIRTIO_MAX = 11,
};

size_t plan_reserved_lines(struct arena *a, const struct guest_plan *g, struct reserved_line **out)
{
	const struct guest_request *r = g->request;
	uint32_t nvirtio = r->nvirtio < VIRTIO_MAX ? r->nvirtio : VIRTIO_MAX;
	size_t n = 0;

	*out = ARENA_ARRAY(a, struct reserved_line, 1 + (size_t)nvirtio);
	/* A direct-mapped guest's has the line of Xen's console, which is Xen's
	 * (dom0less-build.c, domain_vpl011_init). */
	if (r->vuart && !r->direct_map)
		(*out)[n++] =
			(struct reserved_line){ VPL011_INTID, "the virtual UART", r->vuart_at };
	for (uint32_t i = 0; i < nvirtio; i++)
		(*out)[n++] = (struct reserved_line){ VIRTIO_FIRST_INTID + i,
						      "a virtio-mmio device", r->virtio_at };
	return n;
}
