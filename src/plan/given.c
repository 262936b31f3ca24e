/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices that a final config hands out by numbers alone.
 *
 * xl's dtdev takes only what an IOMMU protects, so in a config that is ready
 * for xl the other devices show only as iomem and irqs.  A node is taken for
 * given when iomem covers all its pages and irqs has one of its lines (or it
 * has no line).  Where a page is given but no node there qualifies, every node
 * of the page counts: the safe reading of numbers alone.
 */
#include "building.h"

#include <stdlib.h>

/* A word of iomem and, of those up to it, the one that reaches furthest. */
struct reach {
	const struct iomem_word *word, *furthest;
};

struct given {
	struct range *pages; /* sorted, disjoint, not touching */
	size_t npages;
	struct reach *words; /* by first page */
	size_t nwords;
	uint64_t *intids; /* sorted */
	size_t nintids;
};

static int by_first(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static size_t merge(struct range *r, size_t n)
{
	size_t out = 0;

	qsort(r, n, sizeof(*r), by_first);
	for (size_t i = 1; i < n; i++) {
		bool touches = r[out].last == UINT64_MAX || r[i].first <= r[out].last + 1;

		if (!touches)
			r[++out] = r[i];
		else if (r[i].last > r[out].last)
			r[out].last = r[i].last;
	}
	return n ? out + 1 : 0;
}

struct range *plan_iomem_pages(struct arena *a, const struct guest_request *r, size_t *n)
{
	struct range *pages = ARENA_ARRAY(a, struct range, r->niomem);

	*n = 0;
	for (size_t i = 0; i < r->niomem; i++) {
		uint64_t first, size;

		if (u64_mul(r->iomem[i].mfn, PAGE_SIZE, &first) &&
		    u64_mul(r->iomem[i].count, PAGE_SIZE, &size) &&
		    range_from_size(first, size, &pages[*n]))
			(*n)++;
	}
	*n = merge(pages, *n);
	return pages;
}

static int by_page(const void *a, const void *b)
{
	const struct reach *x = a, *y = b;

	if (x->word->mfn != y->word->mfn)
		return x->word->mfn < y->word->mfn ? -1 : 1;
	return x->word < y->word ? -1 : x->word > y->word;
}

static struct reach *sort_words(struct arena *a, const struct guest_request *r)
{
	struct reach *words = ARENA_ARRAY(a, struct reach, r->niomem);
	const struct iomem_word *furthest = r->iomem;

	for (size_t i = 0; i < r->niomem; i++)
		words[i].word = &r->iomem[i];
	qsort(words, r->niomem, sizeof(*words), by_page);
	for (size_t i = 0; i < r->niomem; i++) {
		const struct iomem_word *w = words[i].word;

		if (i == 0 || w->mfn + w->count > furthest->mfn + furthest->count)
			furthest = w;
		words[i].furthest = furthest;
	}
	return words;
}

static struct given given_words(struct arena *a, const struct guest_request *r)
{
	struct given g = { 0 };

	g.pages = plan_iomem_pages(a, r, &g.npages);
	g.words = sort_words(a, r);
	g.nwords = r->niomem;
	g.intids = ARENA_ARRAY(a, uint64_t, r->nirqs);
	for (size_t i = 0; i < r->nirqs; i++)
		g.intids[g.nintids++] = r->irqs[i].intid;
	if (g.nintids)
		qsort(g.intids, g.nintids, sizeof(*g.intids), by_value);
	return g;
}

static int compare_cover(const void *key, const void *item)
{
	const struct range *k = key, *r = item;

	return k->last < r->first ? -1 : k->first > r->last;
}

static bool pages_given(const struct given *g, struct range window)
{
	struct range pages = range_pages(window);
	const struct range *found =
		bsearch(&pages, g->pages, g->npages, sizeof(*g->pages), compare_cover);

	return found && range_holds(*found, pages);
}

static bool line_given(const struct given *g, uint64_t intid)
{
	return bsearch(&intid, g->intids, g->nintids, sizeof(*g->intids), by_value) != NULL;
}

enum certainty {
	GIVEN_NOT,
	GIVEN_PAGES,     /* all windows, but none of its lines */
	GIVEN_CERTAINLY, /* all windows, and a line, or it has none */
};

static enum certainty how_certain(const struct plan *p, const struct given *g, dt_id n)
{
	const struct device *dev = &p->facts->devices[n];
	bool pages = false, lines = false, line = false;

	if (dev->role != ROLE_DEVICE)
		return GIVEN_NOT;
	for (uint32_t i = 0; i < dev->nwindows; i++) {
		if (dev->windows[i].health != WINDOW_OK)
			continue;
		if (!pages_given(g, dev->windows[i].cpu))
			return GIVEN_NOT;
		pages = true;
	}
	for (uint32_t i = 0; i < dev->nlines; i++) {
		if (dev->lines[i].health != LINE_GIC)
			continue;
		lines = true;
		line |= line_given(g, dev->lines[i].intid);
	}
	if (!pages)
		return GIVEN_NOT;
	return line || !lines ? GIVEN_CERTAINLY : GIVEN_PAGES;
}

/* A board on which everybody shares a page would take for ever. */
static bool goes_on(struct building *b, size_t nanswers)
{
	bool was_within = b->nanswers <= LIMIT_SHARED;

	b->nanswers += nanswers;
	if (b->nanswers > LIMIT_SHARED && was_within)
		diag_fault(b->d, RULE_LIMIT_EXCEEDED, place_file(b->p->dt->file),
			   STR("no real board is like that; is the file damaged?"),
			   "more than %d pages are shared", LIMIT_SHARED);
	return b->nanswers <= LIMIT_SHARED;
}

static bool shares_pages_with_given(struct building *b, const struct guest_plan *g, dt_id n)
{
	const struct claim *claims;
	size_t nclaims = ledger_of(b->p->facts, n, &claims);

	for (size_t i = 0; i < nclaims; i++) {
		const struct claim **others;
		size_t nothers;

		if (claims[i].kind != CLAIM_PAGES || !goes_on(b, 0))
			continue;
		nothers = ledger_others(b->a, b->p->facts, &claims[i], &others);
		if (!goes_on(b, nothers))
			continue;
		for (size_t j = 0; j < nothers; j++)
			if (others[j]->node != DT_NONE &&
			    plan_device_find(b->p, g, others[j]->node))
				return true;
	}
	return false;
}

static bool covers(const struct iomem_word *w, uint64_t mfn)
{
	return w->mfn <= mfn && mfn - w->mfn < w->count;
}

/* The word that gives a page: that which begins nearest, else a wider one. */
static struct place word_of(const struct given *g, uint64_t mfn)
{
	size_t low = 0, high = g->nwords;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (g->words[middle].word->mfn <= mfn)
			low = middle + 1;
		else
			high = middle;
	}
	BUG_ON(low == 0);
	if (covers(g->words[low - 1].word, mfn))
		return g->words[low - 1].word->word.at;
	return g->words[low - 1].furthest->word.at;
}

static void add(struct building *b, struct guest_plan *guest, const struct given *g, dt_id n)
{
	const struct device *dev = &b->p->facts->devices[n];
	uint32_t i = 0;

	while (dev->windows[i].health != WINDOW_OK)
		i++;
	plan_device_add(b, guest, n, word_of(g, dev->windows[i].cpu.first >> PAGE_SHIFT), true);
}

void plan_given(struct building *b, struct guest_plan *guest)
{
	struct plan *p = b->p;
	VEC(dt_id) rest = { 0 };
	struct given g;

	if (guest->request->form != FORM_FINAL || guest->request->niomem == 0)
		return;
	g = given_words(b->a, guest->request);
	for (dt_id n = 0; n < p->dt->nnodes; n++)
		if (how_certain(p, &g, n) == GIVEN_CERTAINLY && !plan_device_find(p, guest, n))
			add(b, guest, &g, n);
	/* All of the rest are found before any is added: they do not vouch for each
	 * other. */
	for (dt_id n = 0; n < p->dt->nnodes; n++)
		if (how_certain(p, &g, n) == GIVEN_PAGES && !plan_device_find(p, guest, n) &&
		    !shares_pages_with_given(b, guest, n))
			VEC_PUSH(b->a, &rest, n);
	for (size_t i = 0; i < rest.n; i++)
		add(b, guest, &g, rest.v[i]);
}
