/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a guest has a device, and what the reasons of all items share. */
#include "tell.h"

#include "building.h"

#include <stdlib.h>

struct account *tell_begin(struct why *w, const char *kind, const char *fmt, ...)
{
	struct account *t = VEC_ADD(w->arena, &w->accounts);
	va_list args;

	t->kind = kind;
	va_start(args, fmt);
	t->text = str_vformat(w->arena, fmt, args);
	va_end(args);
	return t;
}

bool tell_is_ours(const struct why *w, dt_id node)
{
	const struct owner o = w->plan->owners[node];

	return o.kind == OWNER_GUEST && o.guest == w->guest->index;
}

/* ---- Words of the config ---------------------------------------------------------- */

static void tell_device_word(struct why *w, struct account *t, const struct plan_device *pd)
{
	struct str path = plan_path(w->plan, pd->node);

	if (pd->by_hand)
		account_place(w->arena, t, pd->at, "hands out `%.*s`", STR_ARG(path));
	else if (pd->by_fragment)
		account_place(w->arena, t, pd->at, "stands for `%.*s`", STR_ARG(path));
	else
		account_place(w->arena, t, pd->at, "asks for `%.*s`", STR_ARG(path));
}

static dt_id device_of(const struct why *w, dt_id node)
{
	dt_id device = node == DT_NONE ? DT_NONE : w->plan->device_of[node];

	return device != DT_NONE && plan_device_find(w->plan, w->guest, device) ? device : DT_NONE;
}

void tell_word(struct why *w, struct account *t, dt_id node)
{
	dt_id device = device_of(w, node);

	if (device != DT_NONE)
		tell_device_word(w, t, plan_device_find(w->plan, w->guest, device));
}

void tell_remember(struct why *w, struct tell_devices *seen, dt_id node)
{
	dt_id device = device_of(w, node);

	if (device != DT_NONE)
		VEC_PUSH(w->arena, &seen->v, device);
}

static int by_id(const void *a, const void *b)
{
	dt_id x = *(const dt_id *)a, y = *(const dt_id *)b;

	return x < y ? -1 : x > y;
}

void tell_words(struct why *w, struct account *t, const struct tell_devices *seen)
{
	const struct plan_device *pd;

	if (!seen->v.n)
		return;
	qsort(seen->v.v, seen->v.n, sizeof(*seen->v.v), by_id);
	VEC_EACH (pd, &w->guest->devices)
		if (bsearch(&pd->node, seen->v.v, seen->v.n, sizeof(*seen->v.v), by_id))
			tell_device_word(w, t, pd);
}

/* ---- Cells of the host's tree -------------------------------------------------------- */

static bool has_ranges(const struct dt *t, dt_id n)
{
	const struct dt_prop *p = dt_prop(t, n, "ranges");

	return p && p->data.n;
}

void tell_window(struct why *w, struct account *t, dt_id node, uint32_t index)
{
	const struct dt *dt = w->plan->dt;
	const struct window *window = &facts_device(w->plan->facts, node)->windows[index];
	unsigned long long first = window->cpu.first;
	struct gpa guest;

	if (window->health != WINDOW_OK)
		return;
	if (!plan_guest_address(w->guest, first, &guest))
		account_place(w->arena, t, facts_place_window(w->plan->facts, node, index),
			      "host 0x%llx, which the guest is not given", first);
	else
		account_place(w->arena, t, facts_place_window(w->plan->facts, node, index),
			      "host 0x%llx, guest 0x%llx", first, (unsigned long long)guest.v);
	if (window->bus_address == first)
		return;
	for (dt_id bus = dt_node(dt, node)->parent; bus != DT_NONE; bus = dt_node(dt, bus)->parent)
		if (has_ranges(dt, bus))
			account_place(w->arena, t, dt_place_prop(dt, bus, "ranges"),
				      "translates addresses of this bus");
}

void tell_line(struct why *w, struct account *t, dt_id node, uint32_t index)
{
	const struct line *l = &facts_device(w->plan->facts, node)->lines[index];
	struct place at = facts_place_line(w->plan->facts, node, index);

	if (l->health == LINE_OTHER && l->controller != DT_NONE)
		account_place(w->arena, t, at, "ends at `%.*s`",
			      STR_ARG(plan_path(w->plan, l->controller)));
	if (l->health != LINE_GIC)
		return;
	account_place(w->arena, t, at, "interrupt %lu (%s), %s", (unsigned long)l->intid,
		      line_type_name(l->type), trigger_name(l->trigger));
	if (l->nexus != DT_NONE)
		account_place(w->arena, t, dt_place_prop(w->plan->dt, l->nexus, "interrupt-map"),
			      "leads it to the GIC");
}

static struct place place_of(const struct why *w, const struct claim *c)
{
	const struct facts *f = w->plan->facts;

	if (c->node == DT_NONE)
		return place_none();
	if (c->kind == CLAIM_LINE && c->mapped)
		return dt_place_prop(f->dt, c->node, "interrupt-map");
	if (c->kind == CLAIM_LINE)
		return facts_place_line(f, c->node, c->item);
	return facts_place_window(f, c->node, c->item);
}

enum { OTHERS_SHOWN = 8 };

void tell_others(struct why *w, struct account *t, const struct claim *const *claims, size_t n)
{
	size_t others = 0;

	for (size_t i = 0; i < n; i++) {
		if (claims[i]->node == DT_NONE || tell_is_ours(w, claims[i]->node))
			continue;
		if (others++ < OTHERS_SHOWN)
			account_place(
				w->arena, t, place_of(w, claims[i]), "belongs to %.*s",
				STR_ARG(owner_text(w->plan, w->plan->owners[claims[i]->node])));
	}
	if (others > OTHERS_SHOWN)
		account_note(w->arena, t, "and %zu more have it in the host's tree",
			     others - OTHERS_SHOWN);
}

/* ---- A device ---------------------------------------------------------------------------- */

static void tell_streams(struct why *w, struct account *t, dt_id node)
{
	const struct device *dev = facts_device(w->plan->facts, node);

	for (uint32_t i = 0; i < dev->nstreams; i++)
		if (dev->streams[i].health == STREAM_OK)
			account_place(w->arena, t, facts_place_stream(w->plan->facts, node, i),
				      "its DMA goes through `%.*s`",
				      STR_ARG(plan_path(w->plan, dev->streams[i].iommu)));
}

static void tell_marks(struct why *w, struct account *t, dt_id node)
{
	const struct mark *m;

	VEC_EACH (m, &w->plan->marks)
		if (m->node == node)
			account_note(w->arena, t, "on the host it %s xen,passthrough: %.*s",
				     m->present ? "has" : "has to be given", STR_ARG(m->reason));
}

static void tell_claims(struct why *w, struct account *t, dt_id node)
{
	const struct device *dev = facts_device(w->plan->facts, node);
	const struct dma_verdict *v = &w->plan->topology->verdicts[node];

	for (uint32_t i = 0; i < dev->nwindows; i++)
		tell_window(w, t, node, i);
	for (uint32_t i = 0; i < dev->nlines; i++)
		tell_line(w, t, node, i);
	tell_streams(w, t, node);
	account_note(w->arena, t, "DMA: %s%s%.*s", verdict_name(v->verdict),
		     v->reason.n ? ": " : "", STR_ARG(v->reason));
	tell_marks(w, t, node);
}

static void tell_own_device(struct why *w, const struct plan_device *pd)
{
	struct account *t =
		tell_begin(w, "device", "guest `%.*s` has `%.*s`", STR_ARG(w->guest->request->name),
			   STR_ARG(plan_path(w->plan, pd->node)));

	tell_device_word(w, t, pd);
	if (pd->forced)
		account_place(
			w->arena, t, pd->force_at, "given without an IOMMU: %.*s",
			STR_ARG(pd->force_reason.n ? pd->force_reason : STR("no reason given")));
	tell_claims(w, t, pd->node);
	if (!pd->in_dtdev && w->guest->request->target == TARGET_XL)
		account_note(w->arena, t, "this Xen takes no `dtdev` for it: no IOMMU has it");
}

static void tell_companion(struct why *w, dt_id node)
{
	dt_id device = w->plan->device_of[node];
	struct account *t =
		tell_begin(w, "device", "guest `%.*s` has `%.*s`: it comes along with `%.*s`",
			   STR_ARG(w->guest->request->name), STR_ARG(plan_path(w->plan, node)),
			   STR_ARG(device == DT_NONE ? STR_NONE : plan_path(w->plan, device)));

	account_place(w->arena, t, dt_place(w->plan->dt, node),
		      "has no registers or streams of its own");
	tell_claims(w, t, node);
	tell_word(w, t, node);
}

static void tell_strange(struct why *w, dt_id node)
{
	const struct plan *p = w->plan;
	const struct device *dev = facts_device(p->facts, node);
	struct account *t =
		tell_begin(w, "device", "guest `%.*s` does not have `%.*s`, which belongs to %.*s",
			   STR_ARG(w->guest->request->name), STR_ARG(plan_path(p, node)),
			   STR_ARG(owner_text(p, p->owners[node])));

	account_place(w->arena, t, dt_place(p->dt, node), "%s", role_name(dev->role));
	account_place(w->arena, t, p->owner_at[node], "this word takes it");
	if (dev->role_reason)
		account_note(w->arena, t, "%s", dev->role_reason);
}

void why_device(struct why *w, dt_id node)
{
	const struct plan_device *pd = plan_device_find(w->plan, w->guest, node);

	w->held |= tell_is_ours(w, node);
	if (pd)
		tell_own_device(w, pd);
	else if (tell_is_ours(w, node))
		tell_companion(w, node);
	else
		tell_strange(w, node);
}
