/* SPDX-License-Identifier: BSD-2-Clause */
/* What has to be placed: the windows of the guest's devices and the words of
 * iomem, as runs of whole host pages, with what iomem_map says of them. */
#include "place.h"

#include <stdlib.h>

static void add_run(struct placing *p, struct range host, enum choice choice, enum place_how how,
		    uint64_t guest, struct place at)
{
	struct run *r = VEC_ADD(p->b->a, &p->runs);

	*r = (struct run){ range_pages(host), choice, how, guest, at, false };
}

static bool too_many(const struct placing *p)
{
	return p->runs.n > LIMIT_WINDOWS;
}

static void add_hand_written(struct placing *p)
{
	const struct guest_request *r = p->g->request;

	for (size_t i = 0; i < r->niomem && !too_many(p); i++) {
		const struct iomem_word *w = &r->iomem[i];
		uint64_t first, size, guest;
		struct range host;

		if (!u64_mul(w->mfn, PAGE_SIZE, &first) || !u64_mul(w->count, PAGE_SIZE, &size) ||
		    !u64_mul(w->has_gfn ? w->gfn : w->mfn, PAGE_SIZE, &guest) ||
		    !range_from_size(first, size, &host))
			continue; /* reported when it was read */
		add_run(p, host, CHOICE_FIXED, PLACED_HAND, guest, w->word.at);
	}
}

/* ---- xen,reg of a fragment ------------------------------------------------------ */

static void add_fragment(struct placing *p)
{
	const struct fragment *f = p->g->fragment;

	for (dt_id n = 0; f && n < f->dt->nnodes && !too_many(p); n++)
		for (uint32_t i = 0; i < f->nodes[n].ntuples && !too_many(p); i++) {
			const struct fragment_tuple *t = &f->nodes[n].tuples[i];
			struct range host;

			if (t->sound && range_from_size(t->host, t->size, &host))
				add_run(p, host, CHOICE_FIXED, PLACED_FRAGMENT, t->guest,
					dt_place_cell(f->dt, n, "xen,reg", t->cell));
		}
}

/* What a fragment says of this window. */
enum description {
	NOT_DESCRIBED, /* no node stands for the device                        */
	IS_AS_ON_HOST, /* a reg entry has it where the host has it             */
	IS_LEFT_OUT,   /* or xen,reg says all                                  */
};

static enum description described(const struct placing *p, dt_id node, const struct window *w,
				  struct place *at)
{
	dt_id n = plan_fragment_of(p->g, node);
	const struct fragment_node *f;

	if (n == DT_NONE)
		return NOT_DESCRIBED;
	f = &p->g->fragment->nodes[n];
	if (dt_has(p->g->fragment->dt, n, "xen,reg"))
		return IS_LEFT_OUT;
	for (uint32_t i = 0; i < f->nwindows; i++) {
		if (!f->windows[i].sound || f->windows[i].guest.first != w->cpu.first)
			continue;
		*at = dt_place_cell(p->g->fragment->dt, n, "reg", f->windows[i].cell);
		return IS_AS_ON_HOST;
	}
	return IS_LEFT_OUT;
}

/* ---- Words of iomem_map ------------------------------------------------------ */

/* A word with the node that it names, and whether it placed anything. */
struct aimed {
	const struct iomem_map_word *word;
	dt_id node;
	bool used;
};

static struct aimed *aim(struct placing *p)
{
	const struct guest_request *r = p->g->request;
	struct aimed *aimed = ARENA_ARRAY(p->b->a, struct aimed, r->nmaps);

	for (size_t i = 0; i < r->nmaps; i++) {
		const struct iomem_map_word *m = &r->maps[i];
		const struct plan_device *dev = NULL;

		if (m->by_path)
			dev = plan_named_device(p->b, p->g, &(struct word){ m->path, m->word.at },
						"iomem_map");
		aimed[i] = (struct aimed){ m, dev ? dev->node : DT_NONE, false };
	}
	return aimed;
}

static struct str pages_help(void)
{
	return STR("iomem_map takes page frame numbers in hex, of the first page of a window; or "
		   "name the window as PATH[i]");
}

/* A word that placed nothing would be an error that nobody notices. */
static void check_used(struct placing *p, const struct aimed *aimed)
{
	const struct str help = STR("`dtassign show -b BOARD PATH` prints the windows");

	for (size_t i = 0; i < p->g->request->nmaps; i++) {
		const struct iomem_map_word *m = aimed[i].word;
		dt_id node = aimed[i].node;
		uint32_t n;

		if (aimed[i].used || (m->by_path && node == DT_NONE))
			continue;
		if (!m->by_path) {
			diag_fault(p->b->d, RULE_NOT_IN_DTDEV, m->word.at, pages_help(),
				   "no window of this guest's devices begins at page 0x%llx",
				   (unsigned long long)m->mfn);
			continue;
		}
		n = p->b->p->facts->devices[node].nwindows;
		if (m->index < 0)
			diag_fault(p->b->d, RULE_BAD_ENTRY, m->word.at, help,
				   "%.*s has no window with an address",
				   STR_ARG(plan_path(p->b->p, node)));
		else if ((uint32_t)m->index >= n)
			diag_fault(p->b->d, RULE_BAD_ENTRY, m->word.at, help,
				   "window %d was asked for, but %.*s has %u", m->index,
				   STR_ARG(plan_path(p->b->p, node)), n);
		else
			diag_fault(p->b->d, RULE_BAD_ENTRY, m->word.at, help,
				   "window %d of %.*s has no address", m->index,
				   STR_ARG(plan_path(p->b->p, node)));
	}
}

/* ---- Windows -------------------------------------------------------------------- */

static uint64_t page_of(const struct window *w)
{
	return w->cpu.first >> PAGE_SHIFT;
}

/* At the host's distance from the first window; 0, where nothing is put
 * unasked, if there is no such address. */
static uint64_t wished_page(const struct iomem_map_word *m, const struct window *first,
			    const struct window *w)
{
	uint64_t up = page_of(w) - page_of(first), down = page_of(first) - page_of(w);

	if (page_of(w) >= page_of(first))
		return m->gfn <= (UINT64_MAX >> PAGE_SHIFT) - up ? m->gfn + up : 0;
	return m->gfn >= down ? m->gfn - down : 0;
}

enum aim {
	AIM_ELSEWHERE,
	AIM_HERE,
	AIM_SIBLING, /* at the first window, which this one follows */
};

static enum aim aim_of(const struct aimed *a, dt_id node, uint32_t index, const struct window *w,
		       const struct window *first)
{
	const struct iomem_map_word *m = a->word;

	if (!m->by_path)
		return m->mfn == page_of(w) ? AIM_HERE : AIM_ELSEWHERE;
	if (a->node != node)
		return AIM_ELSEWHERE;
	if (m->index >= 0)
		return (uint32_t)m->index == index ? AIM_HERE : AIM_ELSEWHERE;
	return w == first ? AIM_HERE : AIM_SIBLING;
}

/* Every word that names the window places it, so that two that disagree are
 * seen.  "The first window" is the first that has an address. */
static void add_window(struct placing *p, struct aimed *aimed, dt_id node, uint32_t index,
		       const struct window *first)
{
	const struct window *w = &p->b->p->facts->devices[node].windows[index];
	const struct iomem_map_word *sibling = NULL;
	struct place at = facts_place_window(p->b->p->facts, node, index);
	enum description how = described(p, node, w, &at);
	bool chosen = false;

	for (size_t i = 0; i < p->g->request->nmaps && !too_many(p); i++) {
		const struct iomem_map_word *m = aimed[i].word;
		enum aim aim = aim_of(&aimed[i], node, index, w, first);

		if (aim == AIM_SIBLING)
			sibling = m;
		if (aim != AIM_HERE)
			continue;
		aimed[i].used = chosen = true;
		add_run(p, w->cpu, CHOICE_FIXED, PLACED_CHOSEN, m->gfn * PAGE_SIZE, m->word.at);
	}
	if (!chosen && sibling)
		add_run(p, w->cpu, CHOICE_WISHED, PLACED_HOST_GAP,
			wished_page(sibling, first, w) * PAGE_SIZE, sibling->word.at);
	else if (!chosen && how == IS_AS_ON_HOST)
		add_run(p, w->cpu, CHOICE_HOST, PLACED_ONE_TO_ONE, range_pages(w->cpu).first, at);
	else if (!chosen && how == NOT_DESCRIBED)
		add_run(p, w->cpu, CHOICE_FREE, PLACED_AUTO, 0, at);
}

static void add_device(struct placing *p, struct aimed *aimed, dt_id node)
{
	const struct device *dev = &p->b->p->facts->devices[node];
	const struct window *first = NULL;

	for (uint32_t i = 0; i < dev->nwindows && !too_many(p); i++) {
		if (dev->windows[i].health != WINDOW_OK)
			continue;
		if (!first)
			first = &dev->windows[i];
		add_window(p, aimed, node, i, first);
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
	if (x->host.last != y->host.last)
		return x->host.last > y->host.last ? -1 : 1;
	return x->guest < y->guest ? -1 : x->guest > y->guest;
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

bool place_collect(struct placing *p)
{
	struct aimed *aimed = aim(p);
	const struct plan_device *pd;

	add_hand_written(p);
	add_fragment(p);
	VEC_EACH (pd, &p->g->devices)
		add_device(p, aimed, pd->node);
	if (too_many(p))
		return diag_fault(p->b->d, RULE_LIMIT_EXCEEDED, p->g->request->at,
				  STR("split the guest"),
				  "the guest has more than %d windows, which is all that are "
				  "planned",
				  LIMIT_WINDOWS);
	check_used(p, aimed);
	join_runs(p);
	return true;
}
