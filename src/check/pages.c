/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does a page cross a border?  Stage 2 maps whole pages, so whoever is given
 * one register is given all registers of its page.
 */
#include "judge.h"

#include <stdlib.h>

/* What a guest was given and by which word. */
struct given {
	const struct guest_plan *guest;
	const struct plan_device *device; /* NULL: an iomem word              */
	struct range pages;
	struct place at;
};

/* A bus that spans its children is no neighbour of theirs. */
static bool is_bus_above(const struct judging *j, const struct given *x, dt_id other)
{
	return x->device && dt_is_in(j->p->dt, x->device->node, other) &&
	       (dt_is_compatible(j->p->dt, other, "simple-bus") ||
		dt_is_compatible(j->p->dt, other, "simple-pm-bus"));
}

static struct finding *begin(struct judging *j, enum rule rule, const struct given *x, dt_id other,
			     const char *how)
{
	struct range first = { x->pages.first, x->pages.first };
	struct str what = x->device ? str_format(j->a, "`%.*s` shares the page 0x%llx with",
						 STR_ARG(path_of(j, x->device->node)),
						 (unsigned long long)(first.first >> PAGE_SHIFT))
				    : STR("the pages given here hold registers of");

	return diag_judge(j->d, rule, x->guest->request->name,
			  x->device ? path_of(j, x->device->node) : STR_NONE,
			  place_says(x->at, x->device ? STR("assigned to this guest")
						      : STR("given to this guest")),
			  "%.*s `%.*s`, %s", STR_ARG(what), STR_ARG(path_of(j, other)), how);
}

static struct place window_place(const struct judging *j, const struct claim *c)
{
	return facts_place_window(j->p->facts, c->node, c->item);
}

/* A neighbour that nobody drives: what it could do decides. */
static void judge_unowned(struct judging *j, const struct given *x, const struct claim *c)
{
	enum verdict v = j->p->topology->verdicts[c->node].verdict;
	bool harmless = v == VERDICT_PROTECTED || v == VERDICT_NON_MASTER;
	struct finding *f =
		begin(j, harmless ? RULE_SHARED_PAGE_UNOWNED : RULE_SHARED_PAGE_MASTER, x, c->node,
		      harmless ? "which nobody else uses"
			       : "which may master memory and has no IOMMU before it");

	finding_place(j->d, f, window_place(j, c), "in the same page");
	finding_note(j->d, f, "the guest can program it");
	if (harmless)
		finding_help(j->d, f, "add it to dtdev if the guest may have it");
	else if (x->device)
		finding_help(j->d, f,
			     "leave both alone; or, if `%.*s` is known to master no memory, write "
			     "allow = [ \"shared-page-master %.*s: REASON\" ]",
			     STR_ARG(path_of(j, c->node)), STR_ARG(path_of(j, x->device->node)));
	else
		finding_help(j->d, f, "check the address; iomem takes page frame numbers in hex");
}

static void judge_owned(struct judging *j, const struct given *x, const struct claim *c)
{
	enum owner_kind kind = j->p->owners[c->node].kind;
	struct str owner = owner_of(j, c->node);
	struct finding *f;

	if (kind == OWNER_XEN) {
		f = begin(j, RULE_SHARED_PAGE_XEN, x, c->node, "which no guest may reach");
		finding_place(j->d, f, window_place(j, c), "in the same page");
		if (facts_device(j->p->facts, c->node)->role_reason)
			finding_note(j->d, f, "%s",
				     facts_device(j->p->facts, c->node)->role_reason);
		finding_note(j->d, f, "the guest could reprogram what keeps the owners apart");
		finding_help(j->d, f, "the device cannot be given on this board");
		return;
	}
	f = begin(j, RULE_SHARED_PAGE, x, c->node,
		  str_format(j->a, "which belongs to %.*s", STR_ARG(owner)).s);
	finding_place(j->d, f, window_place(j, c), "in the same page");
	finding_note(j->d, f, "Xen maps whole pages: both owners can program both devices");
	finding_help(j->d, f,
		     "give both to one guest, or withhold the other: withhold = [ \"%.*s: "
		     "REASON\" ]",
		     STR_ARG(path_of(j, c->node)));
}

static void judge_memory(struct judging *j, const struct given *x, const struct claim *c)
{
	bool ram = c->kind == CLAIM_RAM;
	struct finding *f = diag_judge(j->d, ram ? RULE_MEMORY_GIVEN : RULE_RESERVED_MEMORY_GIVEN,
				       x->guest->request->name,
				       x->device ? path_of(j, x->device->node) : STR_NONE, x->at,
				       ram ? "the pages given here are RAM of the board"
					   : "the pages given here are reserved memory");

	if (c->node != DT_NONE)
		finding_place(j->d, f, dt_place_prop(j->p->dt, c->node, "reg"),
			      ram ? "the RAM" : "reserved here");
	finding_note(j->d, f, "Xen maps what it is told to, whoever uses that memory");
	finding_help(j->d, f, "check the address; iomem takes page frame numbers in hex");
}

/* What is behind a host bridge is in no `reg`; only numbers reach it. */
static void judge_aperture(struct judging *j, const struct given *x, const struct claim *c)
{
	struct finding *f = diag_judge(
		j->d, RULE_SHARED_PAGE, x->guest->request->name, STR_NONE,
		place_says(x->at, STR("given to this guest")),
		"the pages given here belong to the PCI devices behind `%.*s`, which belongs to "
		"%.*s",
		STR_ARG(path_of(j, c->node)), STR_ARG(owner_of(j, c->node)));

	finding_place(j->d, f, dt_place_prop(j->p->dt, c->node, "ranges"), "in this window");
	finding_note(j->d, f,
		     "dom0 holds permission for the whole window, so xl maps whatever function has "
		     "its registers there");
	finding_help(j->d, f, "check the address; iomem takes page frame numbers in hex");
}

static void judge_apertures(struct judging *j, const struct given *x)
{
	const struct claim **bridges;
	size_t n = ledger_meeting(j->a, j->p->facts, CLAIM_APERTURE, x->pages, &bridges);

	if (!judge_goes_on(j, n))
		return;
	for (size_t i = 0; i < n; i++) {
		if (owned_by(j, x->guest, bridges[i]->node))
			continue;
		judge_aperture(j, x, bridges[i]);
		return;
	}
}

/* Nodes that one device or word has met: those stamped with its number. */
struct seen {
	uint32_t *stamps;
	uint32_t now;
};

static bool seen_before(struct seen *seen, dt_id node)
{
	if (seen->stamps[node] == seen->now)
		return true;
	seen->stamps[node] = seen->now;
	return false;
}

/* Everybody else in these pages, each once. */
static void judge_given(struct judging *j, const struct given *x, struct seen *seen)
{
	const struct claim **others;
	size_t n;

	if (!judge_goes_on(j, 0))
		return;
	n = ledger_meeting(j->a, j->p->facts, CLAIM_PAGES, x->pages, &others);
	if (!judge_goes_on(j, n))
		return;
	for (size_t i = 0; i < n; i++) {
		dt_id other = others[i]->node;

		if (other == DT_NONE || owned_by(j, x->guest, other) || is_bus_above(j, x, other) ||
		    seen_before(seen, other))
			continue;
		/* Two guests that both ask for one device have a finding of their own. */
		if (plan_device_find(j->p, x->guest, other))
			continue;
		if (j->p->owners[other].kind == OWNER_NOBODY)
			judge_unowned(j, x, others[i]);
		else
			judge_owned(j, x, others[i]);
	}
	for (enum claim_kind kind = CLAIM_RAM; kind <= CLAIM_RESERVED; kind++) {
		n = ledger_meeting(j->a, j->p->facts, kind, x->pages, &others);
		if (n)
			judge_memory(j, x, others[0]);
	}
}

static void judge_device_pages(struct judging *j, const struct guest_plan *g,
			       const struct plan_device *pd, struct seen *seen)
{
	const struct device *dev = facts_device(j->p->facts, pd->node);

	/* Infrastructure has a finding of its own. */
	if (!judge_is_device(dev))
		return;
	seen->now++;
	for (uint32_t i = 0; i < dev->nwindows; i++) {
		struct given x = { g, pd, { 0, 0 }, pd->at };

		if (dev->windows[i].health != WINDOW_OK)
			continue;
		x.pages = range_pages(dev->windows[i].cpu);
		judge_given(j, &x, seen);
	}
}

/* ---- Numbers written by hand --------------------------------------------------------- */

static int by_first(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* All that dom0 may hand on, and what has findings of its own. */
static struct range *claimed(struct judging *j, struct range pages, size_t *n)
{
	static const enum claim_kind kinds[] = {
		CLAIM_PAGES,
		CLAIM_APERTURE,
		CLAIM_RAM,
		CLAIM_RESERVED,
	};
	VEC(struct range) all = { 0 };

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		const struct claim **claims;
		size_t nclaims = ledger_meeting(j->a, j->p->facts, kinds[k], pages, &claims);

		if (!judge_goes_on(j, nclaims))
			break;
		for (size_t i = 0; i < nclaims; i++)
			VEC_PUSH(j->a, &all, range_pages(claims[i]->range));
	}
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), by_first);
	*n = all.n;
	return all.v;
}

/* The first pages of a word that no device of the board has. */
static bool find_gap(struct judging *j, struct range pages, struct range *gap)
{
	size_t n;
	const struct range *have = claimed(j, pages, &n);

	*gap = pages;
	for (size_t i = 0; i < n; i++) {
		if (have[i].first > gap->first) {
			gap->last = have[i].first - 1;
			return true;
		}
		if (have[i].last >= pages.last)
			return false;
		if (have[i].last >= gap->first)
			gap->first = have[i].last + 1;
	}
	return true;
}

static void judge_gap(struct judging *j, const struct guest_plan *g, const struct iomem_word *w,
		      struct range gap)
{
	struct finding *f =
		diag_judge(j->d, RULE_WRONG_LINE, g->request->name, STR_NONE, w->word.at,
			   "no device of this board has registers at 0x%llx to 0x%llx",
			   (unsigned long long)gap.first, (unsigned long long)gap.last);

	finding_note(j->d, f, "%s",
		     g->request->target == TARGET_XL
			     ? "dom0 holds no permission for these pages, so xl fails with EPERM"
			     : "nothing of it would be in the guest: it gets what nodes of the "
			       "board have");
	finding_help(j->d, f,
		     "iomem is \"MFN,COUNT\", a page frame number and a number of pages, both in "
		     "hex; `dtassign list -b BOARD` prints the addresses");
}

static void judge_iomem_word(struct judging *j, const struct guest_plan *g,
			     const struct iomem_word *w, struct seen *seen)
{
	struct given x = { g, NULL, { 0, 0 }, w->word.at };
	struct range gap;
	uint64_t first, size;

	if (!u64_mul(w->mfn, PAGE_SIZE, &first) || !u64_mul(w->count, PAGE_SIZE, &size) ||
	    !range_from_size(first, size, &x.pages) || !judge_goes_on(j, 0))
		return;
	seen->now++;
	if (find_gap(j, x.pages, &gap))
		judge_gap(j, g, w, gap);
	judge_given(j, &x, seen);
	judge_apertures(j, &x);
}

/* No device has more; a board that says so is not to take for ever. */
enum { MOST_WINDOWS = 1024 };

bool judge_foreign_page(const struct device *dev, struct range pages, uint64_t *page)
{
	uint64_t at = pages.first;

	if (dev->nwindows > MOST_WINDOWS)
		return false;
	for (uint32_t i = 0; i < dev->nwindows + dev->napertures;) {
		const struct window *w =
			i < dev->nwindows ? &dev->windows[i] : &dev->apertures[i - dev->nwindows];
		struct range own = range_pages(w->cpu);

		i++;
		if (w->health != WINDOW_OK || !range_has(own, at))
			continue;
		if (own.last >= pages.last)
			return false;
		at = own.last + 1;
		i = 0; /* the next one may come before it in reg */
	}
	*page = at;
	return true;
}

/* Xen maps what xen,reg says without a question.  Pages of the node's own device
 * were judged with it; whether they are the right ones is judged with the
 * fragment. */
static void judge_tuples(struct judging *j, const struct guest_plan *g, struct seen *seen)
{
	const struct fragment *f = g->fragment;

	for (dt_id n = 0; f && n < f->dt->nnodes; n++)
		for (uint32_t i = 0; i < f->nodes[n].ntuples && judge_goes_on(j, 0); i++) {
			const struct fragment_tuple *t = &f->nodes[n].tuples[i];
			dt_id host = f->nodes[n].host;
			struct given x = {
				g, NULL, { 0, 0 }, dt_place_cell(f->dt, n, "xen,reg", t->cell)
			};
			uint64_t page;

			if (!t->sound || !range_from_size(t->host, t->size, &x.pages) ||
			    (host != DT_NONE &&
			     !judge_foreign_page(facts_device(j->p->facts, host), x.pages, &page)))
				continue;
			seen->now++;
			judge_given(j, &x, seen);
			judge_apertures(j, &x);
		}
}

/* ---- Between guests -------------------------------------------------------------------- */

static bool is_by_number(const struct mapping *m)
{
	return m->how == PLACED_HAND || m->how == PLACED_FRAGMENT;
}

static void judge_pair(struct judging *j, const struct guest_plan *a, const struct mapping *m,
		       const struct guest_plan *b, const struct mapping *o)
{
	struct range both = { m->host.first > o->host.first ? m->host.first : o->host.first,
			      m->host.last < o->host.last ? m->host.last : o->host.last };
	const struct claim **claims;
	struct finding *f;

	/* Whose registers they are was said already. */
	if ((!is_by_number(m) && !is_by_number(o)) || !judge_goes_on(j, 1) ||
	    ledger_meeting(j->a, j->p->facts, CLAIM_PAGES, both, &claims))
		return;
	f = diag_judge(j->d, RULE_SHARED_PAGE, a->request->name, STR_NONE, m->at,
		       "the page 0x%llx is given to two guests",
		       (unsigned long long)(both.first >> PAGE_SHIFT));
	finding_place(j->d, f, o->at, "also given to guest `%.*s`", STR_ARG(b->request->name));
	finding_note(j->d, f, "Xen does not keep pages exclusive: both can program what is there");
	finding_help(j->d, f, "remove it from one of them");
}

/* Devices are compared through the ledger; this is about pages of nobody.
 * Mappings are in the order of the host and meet no other of their guest. */
static void judge_guests(struct judging *j, const struct guest_plan *a, const struct guest_plan *b)
{
	size_t i = 0, k = 0;

	while (i < a->mappings.n && k < b->mappings.n) {
		const struct mapping *m = &a->mappings.v[i], *o = &b->mappings.v[k];

		if (range_meets(m->host, o->host))
			judge_pair(j, a, m, b, o);
		if (m->host.last < o->host.last)
			i++;
		else
			k++;
	}
}

void judge_pages(struct judging *j)
{
	struct seen seen = { ARENA_ARRAY(j->a, uint32_t, j->p->dt->nnodes), 0 };
	const struct guest_plan *g, *other;
	const struct plan_device *pd;

	EACH_GUEST(g, j->p)
	{
		VEC_EACH (pd, &g->devices)
			judge_device_pages(j, g, pd, &seen);
		for (size_t i = 0; i < g->request->niomem; i++)
			judge_iomem_word(j, g, &g->request->iomem[i], &seen);
		judge_tuples(j, g, &seen);
		for (other = g + 1; other < j->p->guests + j->p->nguests; other++)
			judge_guests(j, g, other);
	}
}
