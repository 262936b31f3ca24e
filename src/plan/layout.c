/* SPDX-License-Identifier: BSD-2-Clause */
/* What is not free in a guest's address space. */
#include "building.h"

#include <stdlib.h>

enum { LAYOUT_OPEN = 0xff };

enum layout_condition {
	LAYOUT_ALWAYS,
	LAYOUT_GIC_V2,
	LAYOUT_GIC_V3,
	LAYOUT_VIRTIO,
	LAYOUT_PCI,
	LAYOUT_VUART,
	LAYOUT_GRANTS,
	LAYOUT_AVOID,
	LAYOUT_RAM0,
	LAYOUT_RAM1,
};

struct layout_row {
	uint8_t since, until;
	enum layout_condition condition;
	uint64_t base, size;
	const char *what, *source;
};

static const struct layout_row rows[] = {
#define LAYOUT(since, until, condition, base, size, what, source) \
	{ since, until, LAYOUT_##condition, base, size, what, source },
#include "layouts.def"
};

struct hole_row {
	uint64_t base, size;
};

static const struct hole_row holes[] = {
#define HOLE(base, size, why) { base, size },
#include "layouts.def"
};

/* Some release of the range has the row. */
static bool row_applies(const struct layout_row *row, struct releases xen)
{
	return xen.last.minor >= row->since &&
	       (row->until == LAYOUT_OPEN || xen.first.minor <= row->until);
}

/* Releases whose guests may get foreign mappings in unused bank space: xl from
 * 4.16 on, dom0less from 4.17 on, until 4.21 learnt to leave out what iomem
 * and xen,reg take (libxl_arm.c, finalise_ext_region; domain_build.c,
 * find_domU_holes). */
static bool has_extended_regions(const struct building *b, const struct guest_plan *g)
{
	struct releases xen = b->p->platform->xen;
	unsigned since = g->request->target == TARGET_XL ? 16 : 17;

	return !(xen.last.minor < since) && release_some_before(xen, 21, 0);
}

static void add(struct building *b, struct guest_plan *g, enum region_kind kind, struct range r,
		const char *what, const char *source)
{
	VEC_PUSH(b->a, &g->layout, ((struct region){ kind, r, what, source }));
}

/* Xen fills the banks in order, from their start (libxl_arm.c,
 * libxl__arch_build_dom...; dom0less-build.c, allocate_memory). */
static void add_bank(struct building *b, struct guest_plan *g, const struct layout_row *row,
		     uint64_t *left)
{
	uint64_t used = *left < row->size ? *left : row->size;
	struct range r;

	*left -= used;
	if (range_from_size(row->base, used, &r)) {
		add(b, g, REGION_RAM, r, "the guest's RAM", row->source);
		g->ram[g->nram++] = r;
	}
	if (range_from_size(row->base + used, row->size - used, &r))
		add(b, g, REGION_BANK, r, row->what, row->source);
}

static bool guest_has(const struct building *b, const struct guest_plan *g,
		      enum layout_condition condition)
{
	const struct guest_request *r = g->request;
	uint32_t gic = r->gic_version ? r->gic_version : b->p->platform->gic_version;

	switch (condition) {
	case LAYOUT_GIC_V2:
		return gic != 3;
	case LAYOUT_GIC_V3:
		return gic != 2;
	case LAYOUT_VIRTIO:
		return r->nvirtio > 0;
	case LAYOUT_PCI:
		return r->npci > 0;
	case LAYOUT_VUART:
		return r->vuart;
	case LAYOUT_ALWAYS:
	case LAYOUT_GRANTS:
	case LAYOUT_AVOID:
	case LAYOUT_RAM0:
	case LAYOUT_RAM1:
		return true;
	}
	return true;
}

/* A direct-mapped guest sees the host's GIC and, with a vUART, Xen's console
 * (dom0less-build.c, domain_vpl011_init; gic-v2.c and gic-v3.c, is_domain_direct_mapped);
 * its RAM is where the operator puts xen,static-mem. */
static void add_direct_map(struct building *b, struct guest_plan *g)
{
	const struct platform *pl = b->p->platform;
	const struct device *dev;

	if (pl->gic != DT_NONE) {
		dev = &b->p->facts->devices[pl->gic];
		for (uint32_t i = 0; i < dev->nwindows; i++)
			if (dev->windows[i].health == WINDOW_OK)
				add(b, g, REGION_TAKEN, range_pages(dev->windows[i].cpu),
				    "the virtual GIC, at the host's address", "direct-map");
	}
	if (pl->console != DT_NONE && g->request->vuart) {
		dev = &b->p->facts->devices[pl->console];
		if (dev->nwindows && dev->windows[0].health == WINDOW_OK)
			add(b, g, REGION_TAKEN, range_pages(dev->windows[0].cpu),
			    "the virtual PL011, at the address of Xen's console", "direct-map");
	}
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].condition == LAYOUT_GRANTS)
			add(b, g, REGION_GRANTS,
			    (struct range){ rows[i].base, rows[i].base + rows[i].size - 1 },
			    rows[i].what, rows[i].source);
}

static int by_address(const void *a, const void *b)
{
	const struct region *x = a, *y = b;

	if (x->range.first != y->range.first)
		return x->range.first < y->range.first ? -1 : 1;
	return x->range.last < y->range.last ? -1 : x->range.last > y->range.last;
}

/* xl guests always have a grant table; dom0less ones only with xen,enhanced
 * (dom0less-build.c, make_hypervisor_node). */
static enum region_kind kind_of(const struct guest_plan *g, enum layout_condition condition)
{
	if (condition == LAYOUT_GRANTS && g->request->target == TARGET_DOM0LESS)
		return REGION_GRANTS;
	return condition == LAYOUT_AVOID ? REGION_AVOID : REGION_TAKEN;
}

static void add_layout(struct building *b, struct guest_plan *g)
{
	uint64_t left = g->ram_bytes;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct layout_row *row = &rows[i];

		if (!row_applies(row, b->p->platform->xen) || !guest_has(b, g, row->condition))
			continue;
		if (row->condition == LAYOUT_RAM0 || row->condition == LAYOUT_RAM1)
			add_bank(b, g, row, &left);
		else
			add(b, g, kind_of(g, row->condition),
			    (struct range){ row->base, row->base + row->size - 1 }, row->what,
			    row->source);
	}
}

void plan_layout(struct building *b, struct guest_plan *g)
{
	uint64_t mib = g->request->maxmem_mib > g->request->memory_mib ? g->request->maxmem_mib
								       : g->request->memory_mib;

	if (!u64_mul(mib, (uint64_t)1 << 20, &g->ram_bytes))
		g->ram_bytes = UINT64_MAX;
	if (g->request->direct_map)
		add_direct_map(b, g);
	else
		add_layout(b, g);
	if (g->layout.n)
		qsort(g->layout.v, g->layout.n, sizeof(*g->layout.v), by_address);
	g->banks_are_used = !g->request->direct_map && has_extended_regions(b, g);
}

size_t plan_holes(struct building *b, struct range **out)
{
	*out = ARENA_ARRAY(b->a, struct range, ARRAY_SIZE(holes) + 1);
	for (size_t i = 0; i < ARRAY_SIZE(holes); i++)
		(*out)[i] = (struct range){ holes[i].base, holes[i].base + holes[i].size - 1 };
	/* Last resort for what is too large for any hole: the windows of a virtual
	 * PCI host bridge that this guest does not have (the layout says so). */
	(*out)[ARRAY_SIZE(holes)] = (struct range){ 0x100000000, 0x1ffffffff };
	return ARRAY_SIZE(holes) + 1;
}
