/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory for the guest's stage-2 page tables.  Xen takes it from a pool of
 * fixed size; where that ends, mapping a device fails with -ENOMEM
 * (xen/arch/arm/mmu/p2m.c, p2m_alloc_page).
 */
#include "building.h"

#include <stdlib.h>

/* Pages of 4 KiB: libxl_create.c, libxl__get_required_paging_memory, and
 * dom0less-build.c, domain_p2m_pages. */
enum {
	POOL_PER_VCPU = 256,
	POOL_PER_MIB = 1,
	POOL_EXTENDED = 128, /* for foreign mappings in unused address space */
	PAGES_PER_MIB = 256,
};

/* What one table of each level spans. */
enum { SPAN_3 = 21, SPAN_2 = 30, SPAN_1 = 39 };

struct spans {
	VEC(struct range) v; /* gpa */
};

static int by_first(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return x->last < y->last ? -1 : x->last > y->last;
}

/* Different blocks of this size that the sorted ranges touch. */
static uint64_t blocks(const struct spans *s, unsigned shift)
{
	uint64_t n = 0, next = 0;

	for (size_t i = 0; i < s->v.n; i++) {
		uint64_t first = s->v.v[i].first >> shift, last = s->v.v[i].last >> shift;

		if (first < next)
			first = next;
		if (first > last)
			continue;
		n += last - first + 1;
		next = last + 1;
	}
	return n;
}

static struct range guest_range(const struct mapping *m)
{
	return (struct range){ m->guest.v, m->guest.v + (m->host.last - m->host.first) };
}

/* xl maps in pieces of at most 64 pages (xen/common/domctl.c, memory_mapping),
 * so always in pages.  Xen itself takes blocks of 2 MiB where both sides allow
 * it; then only the ends need a table. */
static void add_mapping(struct building *b, struct spans *s, const struct mapping *m, bool xl)
{
	uint64_t mask = ((uint64_t)1 << SPAN_3) - 1;
	struct range r = guest_range(m);

	if (xl || ((m->guest.v ^ m->host.first) & mask)) {
		VEC_PUSH(b->a, &s->v, r);
		return;
	}
	if (r.first & mask)
		VEC_PUSH(b->a, &s->v, ((struct range){ r.first, r.first }));
	if (~r.last & mask)
		VEC_PUSH(b->a, &s->v, ((struct range){ r.last, r.last }));
}

static void sort(struct spans *s)
{
	if (s->v.n)
		qsort(s->v.v, s->v.n, sizeof(*s->v.v), by_first);
}

/* RAM counts as if it were in single pages, as it is in the worst case. */
static uint64_t tables(struct building *b, const struct guest_plan *g)
{
	bool xl = g->request->target == TARGET_XL;
	struct spans pages = { 0 }, all = { 0 };
	const struct mapping *m;

	for (uint32_t i = 0; i < g->nram; i++) {
		VEC_PUSH(b->a, &pages.v, g->ram[i]);
		VEC_PUSH(b->a, &all.v, g->ram[i]);
	}
	VEC_EACH (m, &g->mappings) {
		add_mapping(b, &pages, m, xl);
		VEC_PUSH(b->a, &all.v, guest_range(m));
	}
	sort(&pages);
	sort(&all);
	return blocks(&pages, SPAN_3) + blocks(&all, SPAN_2) + blocks(&all, SPAN_1);
}

void plan_p2m(struct building *b, struct guest_plan *g)
{
	const struct guest_request *r = g->request;
	uint64_t mib = r->maxmem_mib > r->memory_mib ? r->maxmem_mib : r->memory_mib;
	uint64_t pool = (uint64_t)POOL_PER_VCPU * r->vcpus + POOL_PER_MIB * mib + POOL_EXTENDED;
	uint64_t need = tables(b, g) + POOL_EXTENDED;

	/* RAM of a direct-mapped guest is where the operator puts it. */
	if (!g->nram)
		need += mib / 2;
	if (r->target == TARGET_DOM0LESS)
		pool = (pool + PAGES_PER_MIB - 1) / PAGES_PER_MIB * PAGES_PER_MIB;
	else if (r->shadow_at.kind != PLACE_NONE)
		pool = r->shadow_mib * PAGES_PER_MIB;
	g->p2m_pool_kib = pool * (PAGE_SIZE >> 10);
	if (need > pool)
		g->p2m_mib = (need + PAGES_PER_MIB - 1) / PAGES_PER_MIB;
}
