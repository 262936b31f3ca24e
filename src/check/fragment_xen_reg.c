/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xen,reg of a node of a fragment: what Xen maps, without a question.  It is
 * written by hand, with 64-bit numbers in two cells.
 */
#include "fragment.h"

#define HEX(v) (unsigned long long)(v)

static struct place tuple_place(const struct fragment_judging *v, dt_id n, uint32_t cell,
				uint32_t cells)
{
	/* The low cell of a number is the one that people look at. */
	return dt_place_cell(v->t, n, "xen,reg", cell + cells - 1);
}

/* ---- xen,reg as such ------------------------------------------------------------------- */

static void note_cells(struct fragment_judging *v, struct finding *f, dt_id n)
{
	const struct fragment_node *node = fragment_node(v, n);
	dt_id parent = dt_node(v->t, n)->parent;

	if (!dt_has(v->t, parent, "#address-cells") || !dt_has(v->t, parent, "#size-cells"))
		finding_note(v->j->d, f,
			     "Xen takes the cells of the very parent, `%.*s`, and where it has "
			     "none 2 and 1: here %u and %u",
			     STR_ARG(dt_node(v->t, parent)->path), node->address_cells,
			     node->size_cells);
}

static bool cells_are_good(const struct fragment_node *node)
{
	return node->address_cells >= 1 && node->address_cells <= 2 && node->size_cells >= 1 &&
	       node->size_cells <= 2;
}

static void judge_cells(struct fragment_judging *v, dt_id n)
{
	const struct fragment_node *node = fragment_node(v, n);
	dt_id parent = dt_node(v->t, n)->parent;
	struct finding *f = judge_fragment_at(
		v, RULE_MALFORMED_XEN_REG, n, dt_place_prop(v->t, n, "xen,reg"),
		"xen,reg stands below %u address and %u size cells, expected 1 or 2 of each",
		node->address_cells, node->size_cells);

	finding_place(v->j->d, f, dt_place_prop(v->t, parent, "#size-cells"), "its parent");
	finding_note(v->j->d, f,
		     release_all_since(v->j->p->platform->xen, 22, 0)
			     ? "Xen stops at boot, also where xen,reg is empty"
			     : "Xen stops at boot from 4.22, 4.21.2 and 4.20.4 on, also where "
			       "xen,reg is empty; older ones map nothing, and may hang at 0 and 0");
	finding_help(v->j->d, f,
		     "give the node beside the bus, directly below /passthrough, a xen,path to "
		     "this device and an empty xen,reg");
}

static void judge_rest(struct fragment_judging *v, dt_id n)
{
	const struct fragment_node *node = fragment_node(v, n);
	const struct dt_prop *p = dt_prop(v->t, n, "xen,reg");
	uint32_t stride = 2 * node->address_cells + node->size_cells;
	uint32_t rest = dt_ncells(p) % stride;
	struct finding *f;

	if (!rest && p->data.n % 4 == 0)
		return;
	f = judge_fragment_at(v, RULE_MALFORMED_XEN_REG, n,
			      rest ? dt_place_cell(v->t, n, "xen,reg", dt_ncells(p) - rest)
				   : dt_place_prop(v->t, n, "xen,reg"),
			      "xen,reg has %u cells, expected a multiple of %u", dt_ncells(p),
			      stride);
	note_cells(v, f, n);
	finding_note(v->j->d, f, "Xen leaves out what is over, without a word: it is not mapped");
	finding_help(
		v->j->d, f,
		"each entry is a host address of %u cells, a size of %u, a guest address of %u",
		node->address_cells, node->size_cells, node->address_cells);
}

static void judge_number(struct fragment_judging *v, dt_id n, const struct fragment_tuple *t,
			 uint32_t first, uint32_t cells, const char *what, uint64_t value,
			 uint64_t right)
{
	struct finding *f = judge_fragment_at(
		v, RULE_MALFORMED_XEN_REG, n, tuple_place(v, n, first, cells),
		"the %s 0x%llx in xen,reg is no number of whole pages", what, HEX(value));

	(void)t;
	note_cells(v, f, n);
	finding_note(v->j->d, f,
		     "Xen: \"DomU passthrough config has not page aligned addresses/sizes\"");
	note_fragment_error(v, f);
	finding_help(v->j->d, f,
		     "write 0x%llx; `reg` keeps the address within the page and the exact size",
		     HEX(right));
}

static void judge_unsound(struct fragment_judging *v, dt_id n, const struct fragment_tuple *t)
{
	const struct fragment_node *node = fragment_node(v, n);
	uint32_t size = t->cell + node->address_cells, guest = size + node->size_cells;
	uint64_t mask = PAGE_SIZE - 1;

	if (t->host & mask)
		judge_number(v, n, t, t->cell, node->address_cells, "host address", t->host,
			     t->host & ~mask);
	if (t->size == 0 || t->size & mask)
		judge_number(v, n, t, size, node->size_cells, "size", t->size,
			     t->size > UINT64_MAX - mask ? t->size & ~mask
			     : t->size                   ? (t->size + mask) & ~mask
							 : PAGE_SIZE);
	if (t->guest & mask)
		judge_number(v, n, t, guest, node->address_cells, "guest address", t->guest,
			     t->guest & ~mask);
	if (t->size && !((t->host | t->size | t->guest) & mask)) {
		struct finding *f = judge_fragment_at(
			v, RULE_MALFORMED_XEN_REG, n, dt_place_cell(v->t, n, "xen,reg", t->cell),
			"0x%llx bytes from 0x%llx on, for the guest 0x%llx, do not fit 64 bits",
			HEX(t->size), HEX(t->host), HEX(t->guest));

		finding_help(v->j->d, f, "the order is host address, size, guest address");
	}
}

static void judge_swapped(struct fragment_judging *v, dt_id n, const struct fragment_tuple *t)
{
	const struct fragment_node *node = fragment_node(v, n);
	struct finding *f = judge_fragment_at(
		v, RULE_MALFORMED_XEN_REG, n,
		tuple_place(v, n, t->cell + node->address_cells, node->size_cells),
		"xen,reg has the guest address 0x%llx where the size belongs", HEX(t->size));

	finding_note(v->j->d, f, "the order is host address, size, guest address");
	finding_help(v->j->d, f, "host 0x%llx, size 0x%llx, guest 0x%llx", HEX(t->host),
		     HEX(t->guest), HEX(t->size));
}

/* ---- xen,reg and the device ---------------------------------------------------------------- */

static bool meets(const struct device *dev, struct range pages)
{
	for (uint32_t i = 0; i < dev->nwindows; i++)
		if (dev->windows[i].health == WINDOW_OK &&
		    range_meets(range_pages(dev->windows[i].cpu), pages))
			return true;
	return false;
}

/* Another device like the node whose registers these are, or DT_NONE. */
static dt_id other_like_it(struct fragment_judging *v, dt_id n, struct range pages)
{
	const struct claim **claims;
	size_t nclaims;

	if (!judge_goes_on(v->j, 0))
		return DT_NONE;
	nclaims = ledger_meeting(v->j->a, v->j->p->facts, CLAIM_PAGES, pages, &claims);
	if (!judge_goes_on(v->j, nclaims))
		return DT_NONE;
	for (size_t i = 0; i < nclaims; i++)
		if (claims[i]->node != DT_NONE && plan_alike(v->t, n, v->j->p->dt, claims[i]->node))
			return claims[i]->node;
	return DT_NONE;
}

static void judge_wrong_path(struct fragment_judging *v, dt_id n, const struct fragment_tuple *t,
			     dt_id other)
{
	dt_id host = fragment_node(v, n)->host;
	struct finding *f =
		judge_fragment_at(v, RULE_WRONG_XEN_PATH, n, dt_place_prop(v->t, n, "xen,path"),
				  "xen,path names `%.*s`, but xen,reg maps `%.*s`",
				  STR_ARG(path_of(v->j, host)), STR_ARG(path_of(v->j, other)));

	finding_place(v->j->d, f, dt_place_cell(v->t, n, "xen,reg", t->cell), "its registers");
	finding_place(v->j->d, f, dt_place(v->j->p->dt, other), "this device");
	finding_note(v->j->d, f,
		     "the guest would get the registers of one device and the interrupts and "
		     "streams of another");
	finding_help(v->j->d, f, "write xen,path = \"%.*s\", or mend xen,reg",
		     STR_ARG(path_of(v->j, other)));
}

static void judge_range(struct fragment_judging *v, dt_id n, uint32_t entry, struct range pages,
			uint64_t foreign)
{
	const struct fragment_node *node = fragment_node(v, n);
	const struct fragment_tuple *t = &node->tuples[entry];
	const struct device *dev = fragment_device(v, n);
	const struct window *w = fragment_meant_window(dev, entry);
	bool off = !meets(dev, pages);
	uint32_t cell = off ? t->cell : t->cell + node->address_cells;
	struct finding *f = judge_fragment_at(
		v, RULE_WRONG_XEN_REG, n,
		tuple_place(v, n, cell, off ? node->address_cells : node->size_cells),
		"xen,reg maps 0x%llx, where `%.*s` has no registers", HEX(foreign),
		STR_ARG(path_of(v->j, node->host)));

	if (!w) {
		finding_help(v->j->d, f, "the device has no registers: write an empty xen,reg");
		return;
	}
	finding_place(v->j->d, f,
		      facts_place_window(v->j->p->facts, node->host, (uint32_t)(w - dev->windows)),
		      "they are at 0x%llx", HEX(w->cpu.first));
	finding_note(v->j->d, f,
		     "Xen maps what it is told to, whoever has it: RAM, Xen's own devices, those "
		     "of other owners");
	finding_help(v->j->d, f, "write the host address 0x%llx and the size 0x%llx",
		     HEX(range_pages(w->cpu).first), HEX(range_size(range_pages(w->cpu))));
}

static void judge_nobodys(struct fragment_judging *v, dt_id n, const struct fragment_tuple *t,
			  struct range pages)
{
	const struct claim **claims;
	struct finding *f;

	if (!judge_goes_on(v->j, 0) ||
	    ledger_meeting(v->j->a, v->j->p->facts, CLAIM_PAGES, pages, &claims) ||
	    ledger_meeting(v->j->a, v->j->p->facts, CLAIM_RAM, pages, &claims) ||
	    ledger_meeting(v->j->a, v->j->p->facts, CLAIM_RESERVED, pages, &claims))
		return; /* judged with the pages */
	f = judge_fragment_at(v, RULE_WRONG_XEN_REG, n,
			      tuple_place(v, n, t->cell, fragment_node(v, n)->address_cells),
			      "xen,reg maps 0x%llx, where the board has nothing", HEX(t->host));
	finding_help(v->j->d, f, "`dtassign list -b BOARD` prints the addresses of the devices");
}

static void judge_tuple(struct fragment_judging *v, dt_id n, uint32_t entry)
{
	const struct fragment_tuple *t = &fragment_node(v, n)->tuples[entry];
	const struct device *dev = fragment_device(v, n);
	struct range pages;
	uint64_t foreign;
	dt_id other;

	if (t->swapped) {
		judge_swapped(v, n, t);
		return;
	}
	if (!t->sound || !range_from_size(t->host, t->size, &pages)) {
		judge_unsound(v, n, t);
		return;
	}
	if (!dev) {
		judge_nobodys(v, n, t, pages);
		return;
	}
	if (!judge_foreign_page(dev, pages, &foreign))
		return;
	other = meets(dev, pages) ? DT_NONE : other_like_it(v, n, pages);
	if (other != DT_NONE && fragment_node(v, n)->match == FRAGMENT_BY_PATH)
		judge_wrong_path(v, n, t, other);
	else
		judge_range(v, n, entry, pages, foreign);
}

/* ---- One node --------------------------------------------------------------------------- */

void judge_fragment_xen_reg(struct fragment_judging *v, dt_id n)
{
	const struct fragment_node *node = fragment_node(v, n);

	if (!dt_has(v->t, n, "xen,reg"))
		return;
	if (!cells_are_good(node)) {
		if (v->dom0less)
			judge_cells(v, n);
		return;
	}
	judge_rest(v, n);
	for (uint32_t i = 0; i < node->ntuples; i++)
		judge_tuple(v, n, i);
}
