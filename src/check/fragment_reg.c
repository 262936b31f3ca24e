/* SPDX-License-Identifier: BSD-2-Clause */
/* reg of a node of a fragment: where the guest looks for the registers. */
#include "fragment.h"

#define HEX(v) (unsigned long long)(v)

const struct device *fragment_device(const struct fragment_judging *v, dt_id n)
{
	dt_id host = fragment_node(v, n)->host;

	return host == DT_NONE ? NULL : facts_device(v->j->p->facts, host);
}

/* The window that this entry should have been for: the one as far down. */
const struct window *fragment_meant_window(const struct device *dev, uint32_t entry)
{
	const struct window *found = NULL;

	for (uint32_t i = 0; i < dev->nwindows; i++) {
		if (dev->windows[i].health != WINDOW_OK)
			continue;
		if (!found || i <= entry)
			found = &dev->windows[i];
	}
	return found;
}

/* ---- reg ------------------------------------------------------------------------------------- */

/* The mapping that holds a guest address. */
static const struct mapping *mapping_at(const struct fragment_judging *v, uint64_t gpa)
{
	size_t low = 0, high = v->g->mappings.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (v->by_guest[middle]->guest.v <= gpa)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return NULL;
	low--;
	return gpa - v->by_guest[low]->guest.v <=
			       v->by_guest[low]->host.last - v->by_guest[low]->host.first
		       ? v->by_guest[low]
		       : NULL;
}

/* Up to where the mappings reach without a hole, from a guest address on. */
static bool is_mapped(const struct fragment_judging *v, struct range guest, uint64_t *hole)
{
	for (*hole = guest.first;;) {
		const struct mapping *m = mapping_at(v, *hole);
		uint64_t last;

		if (!m)
			return false;
		last = m->guest.v + (m->host.last - m->host.first);
		if (last >= guest.last)
			return true;
		*hole = last + 1;
	}
}

static struct place reg_place(const struct fragment_judging *v, dt_id n,
			      const struct fragment_window *w)
{
	return dt_place_cell(v->t, n, "reg", w->cell);
}

/* Where this entry should be: where the window of the same number is mapped,
 * else where the host has it. */
static void help_reg(struct fragment_judging *v, struct finding *f, dt_id n, uint32_t entry)
{
	const struct device *dev = fragment_device(v, n);
	const struct window *w = dev ? fragment_meant_window(dev, entry) : NULL;
	uint32_t index;
	struct gpa guest;

	if (!w) {
		finding_help(v->j->d, f, "map it with %s, or leave the node out",
			     v->dom0less ? "xen,reg" : "iomem");
		return;
	}
	index = (uint32_t)(w - dev->windows);
	finding_place(v->j->d, f,
		      facts_place_window(v->j->p->facts, fragment_node(v, n)->host, index),
		      "the host has it at 0x%llx", HEX(w->cpu.first));
	for (size_t i = 0; i < v->g->windows.n; i++) {
		const struct placed_window *p = &v->g->windows.v[i];

		if (p->node != fragment_node(v, n)->host || p->window != index)
			continue;
		finding_help(v->j->d, f, "write 0x%llx with the size 0x%llx", HEX(p->guest.v),
			     HEX(w->size));
		return;
	}
	guest.v = w->cpu.first;
	finding_help(v->j->d, f, "write 0x%llx with the size 0x%llx, or map it with %s",
		     HEX(guest.v), HEX(w->size), v->dom0less ? "xen,reg" : "iomem");
}

static void judge_unmapped(struct fragment_judging *v, dt_id n, const struct fragment_window *w,
			   uint64_t hole)
{
	struct finding *f = judge_fragment_at(
		v, RULE_UNMAPPED_REG, n, reg_place(v, n, w),
		"nothing is mapped at 0x%llx, where `%.*s` of the fragment has registers",
		HEX(hole), STR_ARG(dt_node(v->t, n)->path));

	finding_note(v->j->d, f, "the guest's driver ends with a data abort");
	help_reg(v, f, n, w->index);
}

/* The window of the device that is seen at a host address, or near it. */
static const struct window *window_at(const struct device *dev, uint64_t hpa, bool whole_page)
{
	for (uint32_t i = 0; i < dev->nwindows; i++) {
		const struct window *w = &dev->windows[i];

		if (w->health == WINDOW_OK &&
		    (whole_page ? range_has(range_pages(w->cpu), hpa) : w->cpu.first == hpa))
			return w;
	}
	return NULL;
}

static void judge_place(struct fragment_judging *v, dt_id n, const struct fragment_window *w)
{
	const struct device *dev = fragment_device(v, n);
	const struct mapping *m = mapping_at(v, w->guest.first);
	uint64_t hpa = m->host.first + (w->guest.first - m->guest.v);
	const struct window *exact, *near;
	struct finding *f;

	if (!dev || fragment_node(v, n)->match == FRAGMENT_BY_PARENT)
		return;
	exact = window_at(dev, hpa, false);
	near = window_at(dev, hpa, true);
	if (exact && exact->size != w->guest.last - w->guest.first + 1) {
		f = judge_fragment_at(v, RULE_INEXACT_REG, n, reg_place(v, n, w),
				      "reg has 0x%llx bytes, the device has 0x%llx",
				      HEX(range_size(w->guest)), HEX(exact->size));
		finding_place(v->j->d, f,
			      facts_place_window(v->j->p->facts, fragment_node(v, n)->host,
						 (uint32_t)(exact - dev->windows)),
			      "its registers");
		finding_note(v->j->d, f,
			     "drivers go by the size: an AMBA PrimeCell has its id in the last "
			     "bytes. Only xen,reg and iomem are in whole pages");
		finding_help(v->j->d, f, "write the size 0x%llx", HEX(exact->size));
	}
	if (exact || !near || near->cpu.first <= hpa)
		return; /* a part of the registers may be shown alone */
	f = judge_fragment_at(v, RULE_UNMAPPED_REG, n, reg_place(v, n, w),
			      "reg 0x%llx shows the host's 0x%llx, the registers begin at 0x%llx",
			      HEX(w->guest.first), HEX(hpa), HEX(near->cpu.first));
	finding_place(v->j->d, f,
		      facts_place_window(v->j->p->facts, fragment_node(v, n)->host,
					 (uint32_t)(near - dev->windows)),
		      "its registers");
	finding_note(v->j->d, f,
		     "mappings are in whole pages; reg keeps the address within the page");
	finding_help(v->j->d, f, "write 0x%llx", HEX(w->guest.first + (near->cpu.first - hpa)));
}

/* ---- One node ----------------------------------------------------------------------------------
 */

/* What its xen,reg maps cannot be told, which was reported. */
static bool has_bad_tuple(const struct fragment_judging *v, dt_id n)
{
	const struct fragment_node *node = fragment_node(v, n);
	const struct dt_prop *p = dt_prop(v->t, n, "xen,reg");
	uint32_t stride = 2 * node->address_cells + node->size_cells;

	if (p && stride && dt_ncells(p) % stride)
		return true;
	for (uint32_t i = 0; i < node->ntuples; i++)
		if (!node->tuples[i].sound)
			return true;
	return false;
}

void judge_fragment_reg(struct fragment_judging *v, dt_id n)
{
	const struct fragment_node *node = fragment_node(v, n);

	if (!dt_is_available(v->t, n) || has_bad_tuple(v, n))
		return;
	for (uint32_t i = 0; i < node->nwindows && judge_goes_on(v->j, 1); i++) {
		uint64_t hole;

		if (!node->windows[i].sound)
			continue;
		if (is_mapped(v, node->windows[i].guest, &hole))
			judge_place(v, n, &node->windows[i]);
		else
			judge_unmapped(v, n, &node->windows[i], hole);
	}
}
