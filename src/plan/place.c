/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows get guest addresses.
 *
 * Stage 2 maps whole 4 KiB pages, so what is placed are runs of host pages.
 * The order of choice: where the operator said; where a fragment has it; next to a chosen window of
 * the same device, at the host's distance; at the host's address where the guest leaves room; in a
 * hole.  Nothing goes into a hole before everything that can stay has stayed.  Whether a chosen
 * address is a good one is for check.
 */
#include "place.h"

#include <stdlib.h>

/* ---- Choosing ------------------------------------------------------------------- */

static void map(struct placing *p, struct run *r, uint64_t guest, enum place_how how)
{
	struct mapping *m;
	struct range range;

	r->placed = true;
	if (!place_guest_range(guest, r->host, &range)) {
		diag_fault(p->b->d, RULE_BAD_ENTRY, r->at,
			   STR("choose a guest page where all of them fit"),
			   "the %llu pages from host page 0x%llx on go together, and do not fit "
			   "from guest page 0x%llx on",
			   (unsigned long long)range_npages(r->host),
			   (unsigned long long)(r->host.first >> PAGE_SHIFT),
			   (unsigned long long)(guest >> PAGE_SHIFT));
		return;
	}
	room_take(&p->room, range);
	m = VEC_ADD(p->b->a, &p->g->mappings);
	m->host = r->host;
	m->guest.v = guest;
	m->how = how;
	m->at = r->at;
}

static bool is_free(const struct placing *p, uint64_t guest, struct range host)
{
	struct range range;

	return place_guest_range(guest, host, &range) && room_is_free(&p->room, range);
}

static void place_in_hole(struct placing *p, struct run *r)
{
	uint64_t at;

	for (size_t i = 0; i < p->nholes; i++) {
		if (!room_find(&p->room, p->holes[i], p->cursor[i], r->host, &at))
			continue;
		p->cursor[i] = at + (r->host.last - r->host.first) + 1;
		map(p, r, at, PLACED_AUTO);
		return;
	}
	p->g->too_full = true;
	diag_fault(p->b->d, RULE_NO_ROOM, r->at,
		   STR("place it with iomem_map where the guest leaves room, or give the device "
		       "to a direct-mapped guest"),
		   "no hole of the guest's address space takes %llu pages",
		   (unsigned long long)range_npages(r->host));
}

/* Runs for which this way is open; what is left is for the ways after it. */
static void place_as_said(struct placing *p, struct run *r)
{
	if (r->choice == CHOICE_FIXED)
		map(p, r, r->guest, r->how);
}

/* Nothing moves what a fragment describes; a collision is for check. */
static void place_as_described(struct placing *p, struct run *r)
{
	if (r->choice == CHOICE_HOST)
		map(p, r, r->host.first, r->how);
}

static void place_as_wished(struct placing *p, struct run *r)
{
	if (r->choice == CHOICE_WISHED && is_free(p, r->guest, r->host))
		map(p, r, r->guest, r->how);
}

static void place_as_on_host(struct placing *p, struct run *r)
{
	if (p->g->request->direct_map ||
	    (r->choice == CHOICE_FREE && is_free(p, r->host.first, r->host)))
		map(p, r, r->host.first, PLACED_ONE_TO_ONE);
}

static void place_all(struct placing *p)
{
	static void (*const ways[])(struct placing *, struct run *) = {
		place_as_said, place_as_described, place_as_wished, place_as_on_host, place_in_hole,
	};

	for (size_t w = 0; w < ARRAY_SIZE(ways); w++)
		for (size_t i = 0; i < p->runs.n; i++)
			if (!p->runs.v[i].placed)
				ways[w](p, &p->runs.v[i]);
}

/* ---- After placing ----------------------------------------------------------------- */

static int mapping_by_host(const void *a, const void *b)
{
	const struct mapping *x = a, *y = b;

	return x->host.first < y->host.first ? -1 : x->host.first > y->host.first;
}

static const struct mapping *mapping_of(const struct guest_plan *g, uint64_t hpa)
{
	size_t low = 0, high = g->mappings.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct mapping *m = &g->mappings.v[middle];

		if (range_has(m->host, hpa))
			return m;
		if (hpa < m->host.first)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

bool plan_guest_address(const struct guest_plan *g, uint64_t hpa, struct gpa *out)
{
	const struct mapping *m = mapping_of(g, hpa);

	if (!m)
		return false;
	out->v = m->guest.v + (hpa - m->host.first);
	return true;
}

/* Runs that ended up side by side on both sides are one line of iomem. */
static void join_mappings(struct guest_plan *g)
{
	size_t out = 0;

	for (size_t i = 1; i < g->mappings.n; i++) {
		struct mapping *a = &g->mappings.v[out], *m = &g->mappings.v[i];
		bool touch = a->host.last != UINT64_MAX && a->host.last + 1 == m->host.first &&
			     m->guest.v - a->guest.v == m->host.first - a->host.first;

		if (touch && a->how == m->how)
			a->host.last = m->host.last;
		else
			g->mappings.v[++out] = *m;
	}
	if (g->mappings.n)
		g->mappings.n = out + 1;
}

static void name_mapping(struct placing *p, dt_id node, const struct window *w)
{
	const struct mapping *found = mapping_of(p->g, w->cpu.first);
	struct mapping *m;
	struct str path = plan_path(p->b->p, node);

	if (!found)
		return;
	m = &p->g->mappings.v[found - p->g->mappings.v];
	plan_add_name(p->b->a, &m->devices, &m->ndevices,
		      str_format(p->b->a, "%.*s reg[%u]", STR_ARG(path), w->index));
}

static void place_windows(struct placing *p)
{
	const struct plan_device *pd;

	VEC_EACH (pd, &p->g->devices) {
		const struct device *dev = &p->b->p->facts->devices[pd->node];

		for (uint32_t i = 0; i < dev->nwindows; i++) {
			struct gpa guest;

			if (dev->windows[i].health != WINDOW_OK ||
			    !plan_guest_address(p->g, dev->windows[i].cpu.first, &guest))
				continue;
			VEC_PUSH(p->b->a, &p->g->windows,
				 ((struct placed_window){ pd->node, i, guest }));
			name_mapping(p, pd->node, &dev->windows[i]);
		}
	}
}

/* ---- All ---------------------------------------------------------------------------- */

/* What automatic placement leaves alone: whatever the guest may have there,
 * and page 0, which a driver may take for no address at all. */
static void take_layout(struct placing *p)
{
	const struct region *r;

	room_take(&p->room, (struct range){ 0, PAGE_SIZE - 1 });
	VEC_EACH (r, &p->g->layout)
		if (r->kind != REGION_BANK || p->g->banks_are_used)
			room_take(&p->room, r->range);
}

void plan_places(struct building *b, struct guest_plan *g)
{
	struct placing p = { .b = b, .g = g, .room.arena = b->a };

	if (!place_collect(&p))
		return;
	take_layout(&p);
	p.nholes = plan_holes(b, &p.holes);
	p.cursor = ARENA_ARRAY(b->a, uint64_t, p.nholes);
	for (size_t i = 0; i < p.nholes; i++)
		p.cursor[i] = p.holes[i].first;
	place_all(&p);
	if (g->mappings.n)
		qsort(g->mappings.v, g->mappings.n, sizeof(*g->mappings.v), mapping_by_host);
	join_mappings(g);
	place_windows(&p);
}
