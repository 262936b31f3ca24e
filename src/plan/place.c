/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows get guest addresses.
 *
 * Stage 2 maps whole 4 KiB pages, so what is placed are runs of host pages.
 * The order of choice: where the operator said; next to a chosen window of the
 * same device, at the host's distance; at the host's address where the guest
 * leaves room; in a hole.  Whether a chosen address is a good one is for check.
 */
#include "building.h"

#include <stdlib.h>

enum choice {
	CHOICE_FIXED,  /* iomem or iomem_map says where   */
	CHOICE_WISHED, /* there, if nothing is in the way */
	CHOICE_FREE,
};

struct run {
	struct range host;
	enum choice choice;
	enum place_how how;
	uint64_t guest; /* unless CHOICE_FREE */
	struct place at;
	bool in_block;
};

struct placing {
	struct building *b;
	struct guest_plan *g;
	VEC(struct run) runs;
	struct range *holes;
	uint64_t *cursor; /* per hole: what lies below is full */
	size_t nholes;
};

/* ---- What has to be placed ------------------------------------------------ */

static void add_run(struct placing *p, struct range host, enum choice choice, enum place_how how,
		    uint64_t guest, struct place at)
{
	struct run *r = VEC_ADD(p->b->a, &p->runs);

	*r = (struct run){ range_pages(host), choice, how, guest, at, true };
}

static void add_hand_written(struct placing *p)
{
	const struct guest_request *r = p->g->request;

	for (size_t i = 0; i < r->niomem; i++) {
		const struct iomem_word *w = &r->iomem[i];
		uint64_t first, size, guest;
		struct range host;

		if (!u64_mul(w->mfn, PAGE_SIZE, &first) || !u64_mul(w->count, PAGE_SIZE, &size) ||
		    !u64_mul(w->has_gfn ? w->gfn : w->mfn, PAGE_SIZE, &guest) ||
		    !range_from_size(first, size, &host))
			continue; /* reported when it was read */
		add_run(p, host, CHOICE_FIXED, PLACED_HAND, guest, w->word.at);
		p->runs.v[p->runs.n - 1].in_block = r->form == FORM_REQUEST;
	}
}

/* The word of iomem_map for a window, if any; `*wished` when it only places a
 * sibling of this window. */
static const struct iomem_map_word *chosen(const struct placing *p, const dt_id *targets,
					   dt_id node, uint32_t window, bool *wished)
{
	const struct guest_request *r = p->g->request;
	const struct window *w = &p->b->p->facts->devices[node].windows[window];
	const struct iomem_map_word *sibling = NULL;

	for (size_t i = 0; i < r->nmaps; i++) {
		const struct iomem_map_word *m = &r->maps[i];

		*wished = false;
		if (!m->by_path && m->mfn == w->cpu.first >> PAGE_SHIFT)
			return m;
		if (!m->by_path || targets[i] != node)
			continue;
		if (m->index == (int32_t)window || (m->index < 0 && window == 0))
			return m;
		if (m->index < 0)
			sibling = m;
	}
	*wished = sibling != NULL;
	return sibling;
}

/* First window of a device that has a CPU address, or NULL. */
static const struct window *first_window(const struct device *dev)
{
	for (uint32_t i = 0; i < dev->nwindows; i++)
		if (dev->windows[i].health == WINDOW_OK)
			return &dev->windows[i];
	return NULL;
}

static void add_window(struct placing *p, const dt_id *targets, const struct plan_device *pd,
		       uint32_t index)
{
	const struct device *dev = &p->b->p->facts->devices[pd->node];
	const struct window *w = &dev->windows[index], *first = first_window(dev);
	struct place at = facts_place_window(p->b->p->facts, pd->node, index);
	const struct iomem_map_word *m;
	uint64_t guest;
	bool wished;

	/* "The first window" is the first that has an address. */
	m = chosen(p, targets, pd->node, w == first ? 0 : index, &wished);
	if (!m) {
		add_run(p, w->cpu, CHOICE_FREE, PLACED_AUTO, 0, at);
		return;
	}
	guest = m->gfn * PAGE_SIZE;
	if (!wished) {
		add_run(p, w->cpu, CHOICE_FIXED, PLACED_CHOSEN, guest, m->word.at);
		return;
	}
	/* Wraps when the sibling lies below; the sum is right all the same. */
	guest += (w->cpu.first & ~(PAGE_SIZE - 1)) - (first->cpu.first & ~(PAGE_SIZE - 1));
	add_run(p, w->cpu, CHOICE_WISHED, PLACED_HOST_GAP, guest, m->word.at);
}

static dt_id *resolve_maps(struct placing *p)
{
	const struct guest_request *r = p->g->request;
	dt_id *targets = ARENA_ARRAY(p->b->a, dt_id, r->nmaps);

	for (size_t i = 0; i < r->nmaps; i++) {
		const struct iomem_map_word *m = &r->maps[i];
		struct plan_device *dev;

		targets[i] = DT_NONE;
		if (!m->by_path)
			continue;
		dev = plan_named_device(p->b, p->g, &(struct word){ m->path, m->word.at },
					"iomem_map");
		if (!dev)
			continue;
		targets[i] = dev->node;
		if (m->index >= 0 &&
		    (uint32_t)m->index >= p->b->p->facts->devices[dev->node].nwindows)
			diag_fault(p->b->d, RULE_BAD_ENTRY, m->word.at,
				   STR("`dtassign show -b BOARD PATH` prints the windows"),
				   "window %d was asked for, but %.*s has %u", m->index,
				   STR_ARG(plan_path(p->b->p, dev->node)),
				   p->b->p->facts->devices[dev->node].nwindows);
	}
	return targets;
}

/* A word that placed nothing would be an error nobody notices. */
static void check_mfn_words(struct placing *p)
{
	const struct guest_request *r = p->g->request;

	for (size_t i = 0; i < r->nmaps; i++) {
		bool used = r->maps[i].by_path;

		for (size_t j = 0; !used && j < p->runs.n; j++)
			used = p->runs.v[j].host.first >> PAGE_SHIFT == r->maps[i].mfn;
		if (!used)
			diag_fault(p->b->d, RULE_NOT_IN_DTDEV, r->maps[i].word.at,
				   STR("iomem_map takes page frame numbers in hex, of the first "
				       "page of "
				       "a window; or name the window as PATH[i]"),
				   "no window of this guest's devices begins at page 0x%llx",
				   (unsigned long long)r->maps[i].mfn);
	}
}

/* ---- Overlapping runs become one ---------------------------------------------- */

static int by_host(const void *a, const void *b)
{
	const struct run *x = a, *y = b;

	if (x->host.first != y->host.first)
		return x->host.first < y->host.first ? -1 : 1;
	if (x->choice != y->choice)
		return x->choice < y->choice ? -1 : 1;
	return x->host.last > y->host.last ? -1 : x->host.last < y->host.last;
}

static bool same_shift(const struct run *a, const struct run *b)
{
	return a->guest - a->host.first == b->guest - b->host.first;
}

/* Join b into a, which begins no later. */
static void join(struct placing *p, struct run *a, const struct run *b)
{
	if (b->choice < a->choice) {
		uint64_t shift = b->guest - b->host.first;

		a->choice = b->choice;
		a->how = b->how;
		a->at = b->at;
		a->guest = a->host.first + shift;
	} else if (a->choice == CHOICE_FIXED && b->choice == CHOICE_FIXED && !same_shift(a, b)) {
		diag_fault(p->b->d, RULE_BAD_ENTRY, b->at,
			   STR("one host page has one guest address: give both places the same "
			       "distance, or place only one of them"),
			   "the host page 0x%llx is placed at two guest addresses",
			   (unsigned long long)(b->host.first >> PAGE_SHIFT));
	}
	if (b->host.last > a->host.last)
		a->host.last = b->host.last;
	a->in_block |= b->in_block;
}

static bool joins(const struct run *a, const struct run *b)
{
	if (range_meets(a->host, b->host))
		return true;
	/* Neighbours that may go anywhere stay neighbours. */
	return a->choice == CHOICE_FREE && b->choice == CHOICE_FREE && a->host.last != UINT64_MAX &&
	       a->host.last + 1 == b->host.first;
}

static void join_runs(struct placing *p)
{
	size_t out = 0;

	if (p->runs.n == 0)
		return;
	qsort(p->runs.v, p->runs.n, sizeof(*p->runs.v), by_host);
	for (size_t i = 1; i < p->runs.n; i++) {
		if (joins(&p->runs.v[out], &p->runs.v[i]))
			join(p, &p->runs.v[out], &p->runs.v[i]);
		else
			p->runs.v[++out] = p->runs.v[i];
	}
	p->runs.n = out + 1;
}

/* ---- Choosing ------------------------------------------------------------------- */

static struct range guest_range(uint64_t guest, struct range host)
{
	return (struct range){ guest, guest + (host.last - host.first) };
}

/* The first mapping in the way, or NULL. */
static const struct mapping *mapping_meets(const struct guest_plan *g, struct range r)
{
	const struct mapping *m;

	VEC_EACH (m, &g->mappings)
		if (range_meets(guest_range(m->guest.v, m->host), r))
			return m;
	return NULL;
}

static bool is_free(const struct guest_plan *g, struct range r)
{
	return r.last >= r.first && !plan_layout_meets(g, r, true) && !mapping_meets(g, r);
}

static void map(struct placing *p, const struct run *r, uint64_t guest, enum place_how how)
{
	struct mapping *m = VEC_ADD(p->b->a, &p->g->mappings);

	m->host = r->host;
	m->guest.v = guest;
	m->how = how;
	m->at = r->at;
	m->in_block = r->in_block;
}

/* Congruent to the host modulo 2 MiB where that gives superpages. */
static uint64_t align_like(uint64_t at, struct range host)
{
	const uint64_t super = (uint64_t)2 << 20;
	uint64_t size = range_size(host);

	if (size != 0 && size < super)
		return at;
	return at + ((host.first - at) & (super - 1));
}

static bool find_in_hole(struct placing *p, size_t hole, struct range host, uint64_t *out)
{
	uint64_t at = align_like(p->cursor[hole], host);

	for (;;) {
		struct range r = guest_range(at, host);
		const struct mapping *m;
		const struct region *region;

		if (at < p->cursor[hole] || r.last < r.first || !range_holds(p->holes[hole], r))
			return false;
		region = plan_layout_meets(p->g, r, true);
		m = mapping_meets(p->g, r);
		if (!region && !m) {
			*out = at;
			return true;
		}
		at = region ? region->range.last + 1 : guest_range(m->guest.v, m->host).last + 1;
		at = align_like(at, host);
	}
}

static void place_in_hole(struct placing *p, const struct run *r)
{
	uint64_t at;

	for (size_t i = 0; i < p->nholes; i++) {
		if (!find_in_hole(p, i, r->host, &at))
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

static void place_run(struct placing *p, const struct run *r)
{
	bool wish = r->choice == CHOICE_WISHED && is_free(p->g, guest_range(r->guest, r->host));

	if (r->choice == CHOICE_FIXED || wish)
		map(p, r, r->guest, r->how);
	else if (p->g->request->direct_map)
		map(p, r, r->host.first, PLACED_ONE_TO_ONE);
	else if (r->choice == CHOICE_FREE && r->host.first != 0 && is_free(p->g, r->host))
		map(p, r, r->host.first, PLACED_ONE_TO_ONE);
	else
		place_in_hole(p, r);
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
			     guest_range(a->guest.v, a->host).last + 1 == m->guest.v;

		if (touch && a->in_block == m->in_block && a->how == m->how)
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

static void place_all(struct placing *p)
{
	for (enum choice c = CHOICE_FIXED; c <= CHOICE_FREE; c++)
		for (size_t i = 0; i < p->runs.n; i++)
			if (p->runs.v[i].choice == c)
				place_run(p, &p->runs.v[i]);
}

void plan_places(struct building *b, struct guest_plan *g)
{
	struct placing p = { .b = b, .g = g };
	dt_id *targets = resolve_maps(&p);
	const struct plan_device *pd;

	add_hand_written(&p);
	VEC_EACH (pd, &g->devices) {
		const struct device *dev = &b->p->facts->devices[pd->node];

		for (uint32_t i = 0; i < dev->nwindows; i++)
			if (dev->windows[i].health == WINDOW_OK)
				add_window(&p, targets, pd, i);
	}
	if (p.runs.n > LIMIT_WINDOWS) {
		diag_fault(b->d, RULE_LIMIT_EXCEEDED, g->request->at, STR("split the guest"),
			   "the guest has %zu windows, at most %d are planned", p.runs.n,
			   LIMIT_WINDOWS);
		return;
	}
	check_mfn_words(&p);
	join_runs(&p);
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
