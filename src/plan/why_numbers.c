/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a guest has an interrupt or a page. */
#include "tell.h"

#include "building.h"

/* ---- Interrupts -------------------------------------------------------------------- */

enum {
	SPI_FIRST = 32, /* GICv2 and v3, section 2.2.1: INTIDs of SPIs             */
	SPI_LAST = 1019,
};

static const struct irq_grant *grant_of(const struct guest_plan *g, uint32_t intid)
{
	const struct irq_grant *irq;

	VEC_EACH (irq, &g->irqs)
		if (irq->intid == intid)
			return irq;
	return NULL;
}

/* Everybody who names this line: first the guest's own, then the others. */
static void tell_claimants(struct why *w, struct account *t, uint32_t intid)
{
	const struct claim **claims;
	size_t n = ledger_line(w->arena, w->plan->facts, intid, &claims);
	struct tell_devices seen = { 0 };

	for (size_t i = 0; i < n; i++) {
		dt_id node = claims[i]->node;

		if (!tell_is_ours(w, node))
			continue;
		if (claims[i]->mapped)
			account_place(w->arena, t,
				      dt_place_prop(w->plan->dt, node, "interrupt-map"),
				      "a line of the PCI bus");
		else
			tell_line(w, t, node, claims[i]->item);
		tell_remember(w, &seen, node);
	}
	tell_words(w, t, &seen);
	tell_others(w, t, claims, n);
	if (!n)
		account_note(w->arena, t, "no node of the board has it");
}

static void tell_grant(struct why *w, const struct irq_grant *irq)
{
	struct account *t = tell_begin(w, "interrupt", "guest `%.*s` has interrupt %lu",
				       STR_ARG(w->guest->request->name), (unsigned long)irq->intid);

	w->held = true;
	if (irq->hand)
		account_place(w->arena, t, irq->at, "written by hand");
	tell_claimants(w, t, irq->intid);
	if (irq->intid >= SPI_FIRST && irq->intid <= SPI_LAST)
		account_note(w->arena, t, "it is SPI %lu: the first SPI has the number %d",
			     (unsigned long)irq->intid - SPI_FIRST, SPI_FIRST);
}

static void tell_reserved(struct why *w, uint32_t intid)
{
	struct reserved_line *lines;
	size_t n = plan_reserved_lines(w->arena, w->guest, &lines);

	for (size_t i = 0; i < n; i++) {
		struct account *t;

		if (lines[i].intid != intid)
			continue;
		t = tell_begin(w, "interrupt", "interrupt %lu of guest `%.*s` is %s",
			       (unsigned long)intid, STR_ARG(w->guest->request->name),
			       lines[i].what);
		account_place(w->arena, t, lines[i].at, "asks for it");
		w->held = true;
	}
}

void why_interrupt(struct why *w, uint32_t intid)
{
	const struct irq_grant *irq = grant_of(w->guest, intid);

	if (irq)
		tell_grant(w, irq);
	tell_reserved(w, intid);
	if (!w->held)
		tell_claimants(w,
			       tell_begin(w, "interrupt",
					  "guest `%.*s` does not have interrupt %lu",
					  STR_ARG(w->guest->request->name), (unsigned long)intid),
			       intid);
}

/* ---- Pages --------------------------------------------------------------------------- */

static struct range guest_range(const struct mapping *m)
{
	return (struct range){ m->guest.v, m->guest.v + (m->host.last - m->host.first) };
}

static const char *how_text(enum place_how how)
{
	switch (how) {
	case PLACED_ONE_TO_ONE:
		return "the guest sees it where the host does: nothing of the guest is there";
	case PLACED_CHOSEN:
		return "the place was chosen with iomem_map";
	case PLACED_AUTO:
		return "at the host's address the guest has something else, so a hole was taken";
	case PLACED_HAND:
		return "the place was written by hand";
	case PLACED_HOST_GAP:
		return "it keeps its distance to a page whose place was chosen";
	case PLACED_FRAGMENT:
		return "the place is that of xen,reg in the fragment";
	}
	BUG("place_how");
}

/* The host's windows on the page: first the guest's own, then the others. */
static void tell_page(struct why *w, struct account *t, struct range page)
{
	const struct claim **claims;
	size_t n = ledger_meeting(w->arena, w->plan->facts, CLAIM_PAGES, page, &claims);
	struct tell_devices seen = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (claims[i]->node == DT_NONE || !tell_is_ours(w, claims[i]->node))
			continue;
		tell_window(w, t, claims[i]->node, claims[i]->item);
		tell_remember(w, &seen, claims[i]->node);
	}
	tell_words(w, t, &seen);
	tell_others(w, t, claims, n);
	if (!n)
		account_note(w->arena, t, "no register of the board is in it");
}

static void tell_mapping(struct why *w, const struct mapping *m, uint64_t host)
{
	uint64_t guest = m->guest.v + (host - m->host.first);
	struct account *t = tell_begin(
		w, "page", "guest `%.*s` has host page 0x%llx as page 0x%llx",
		STR_ARG(w->guest->request->name), (unsigned long long)(host >> PAGE_SHIFT),
		(unsigned long long)(guest >> PAGE_SHIFT));

	w->held = true;
	if (m->how == PLACED_CHOSEN || m->how == PLACED_HAND || m->how == PLACED_FRAGMENT)
		account_place(w->arena, t, m->at, "%s",
			      m->how == PLACED_HAND ? "gives the page" : "places it");
	tell_page(w, t, range_pages((struct range){ host, host }));
	account_note(w->arena, t, "%s", how_text(m->how));
}

static const char *region_text(enum region_kind kind)
{
	switch (kind) {
	case REGION_TAKEN:
		return "taken in the guest's address space";
	case REGION_RAM:
		return "RAM of the guest";
	case REGION_BANK:
		return "the rest of a RAM bank, where Xen may map foreign pages";
	case REGION_GRANTS:
		return "where the grant table may be";
	case REGION_AVOID:
		return "free as configured, but not in every configuration";
	}
	BUG("region_kind");
}

/* What is only kept free says nothing of a page that is mapped. */
static void tell_layout(struct why *w, uint64_t address)
{
	bool mapped = w->held;
	const struct region *r;

	VEC_EACH (r, &w->guest->layout) {
		bool used = r->kind == REGION_TAKEN || r->kind == REGION_RAM;
		struct account *t;

		if (!range_has(r->range, address) || (mapped && !used))
			continue;
		t = tell_begin(w, "layout", "0x%llx of guest `%.*s` is in %s",
			       (unsigned long long)address, STR_ARG(w->guest->request->name),
			       r->what);
		account_note(w->arena, t, "0x%llx-0x%llx is %s", (unsigned long long)r->range.first,
			     (unsigned long long)r->range.last, region_text(r->kind));
		if (r->source)
			account_note(w->arena, t, "source: %s", r->source);
		w->held |= used;
	}
}

void why_address(struct why *w, uint64_t address)
{
	const struct mapping *m;
	struct account *t;

	VEC_EACH (m, &w->guest->mappings) {
		bool host = range_has(m->host, address);
		uint64_t seen = m->host.first + (address - m->guest.v);

		if (host)
			tell_mapping(w, m, address);
		if (range_has(guest_range(m), address) && !(host && seen == address))
			tell_mapping(w, m, seen);
	}
	tell_layout(w, address);
	if (w->held)
		return;
	t = tell_begin(w, "page", "guest `%.*s` is not given page 0x%llx",
		       STR_ARG(w->guest->request->name),
		       (unsigned long long)(address >> PAGE_SHIFT));
	tell_page(w, t, range_pages((struct range){ address, address }));
}
