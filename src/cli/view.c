/* SPDX-License-Identifier: BSD-2-Clause */
#include "view.h"

#include <stdlib.h>

static int by_id(const void *a, const void *b)
{
	dt_id x = *(const dt_id *)a, y = *(const dt_id *)b;

	return x < y ? -1 : x > y;
}

/* A tree in which everybody shares one page would make a list of the square of
 * its size. */
static size_t ask(struct run *r, const struct claim *c, const struct claim ***others)
{
	size_t n;

	if (r->nshared > LIMIT_SHARED)
		return 0;
	n = ledger_others(r->arena, r->facts, c, others);
	r->nshared += n;
	if (r->nshared > LIMIT_SHARED)
		diag_fault(r->diag, RULE_LIMIT_EXCEEDED, place_file(r->dt->file),
			   STR("no real board comes near this number"),
			   "more than %d pairs of nodes share a page or an interrupt",
			   LIMIT_SHARED);
	return n;
}

struct nodes view_sharing(struct run *r, dt_id node, enum claim_kind kind)
{
	const struct claim *own, **others;
	size_t nown = ledger_of(r->facts, node, &own);
	VEC(dt_id) found = { 0 };
	struct nodes out = { 0 };

	for (size_t i = 0; i < nown; i++) {
		size_t n = own[i].kind == kind ? ask(r, &own[i], &others) : 0;

		for (size_t k = 0; k < n; k++)
			if (others[k]->node != DT_NONE)
				VEC_PUSH(r->arena, &found, others[k]->node);
	}
	if (found.n)
		qsort(found.v, found.n, sizeof(*found.v), by_id);
	for (size_t i = 0; i < found.n; i++)
		if (!out.n || found.v[out.n - 1] != found.v[i])
			found.v[out.n++] = found.v[i];
	out.v = found.v;
	return out;
}

struct str view_path(const struct run *r, dt_id node)
{
	return node == DT_NONE ? STR("(none)") : plain(r->arena, dt_node(r->dt, node)->path);
}

struct str view_kind(const struct run *r, dt_id node)
{
	struct str kind = dt_text(r->dt, node, "compatible");

	return plain(r->arena, kind.n ? kind : dt_text(r->dt, node, "device_type"));
}

struct str view_window(const struct run *r, const struct window *w)
{
	if (w->health == WINDOW_OK)
		return str_format(r->arena, "0x%llx-0x%llx", (unsigned long long)w->cpu.first,
				  (unsigned long long)w->cpu.last);
	return str_of(w->reason);
}

struct str view_line(const struct run *r, const struct line *l)
{
	if (l->health == LINE_GIC)
		return str_format(r->arena, "%lu", (unsigned long)l->intid);
	if (l->health == LINE_OTHER)
		return str_format(r->arena, "at %.*s", STR_ARG(view_path(r, l->controller)));
	return str_of(l->reason);
}

/* ---- May a guest have it? ------------------------------------------------------- */

static bool has_something(const struct device *d)
{
	for (uint32_t i = 0; i < d->nwindows; i++)
		if (d->windows[i].health == WINDOW_OK)
			return true;
	for (uint32_t i = 0; i < d->nlines; i++)
		if (d->lines[i].health == LINE_GIC)
			return true;
	return d->nstreams > 0;
}

static struct state by_verdict(const struct run *r, const struct dma_verdict *v)
{
	struct str why = plain(r->arena, v->reason);

	switch (v->verdict) {
	case VERDICT_PROTECTED:
	case VERDICT_NON_MASTER:
		return (struct state){ "yes", STR_NONE, TONE_GOOD };
	case VERDICT_UNKNOWN:
		return (struct state){ "forced", why, TONE_CARE };
	case VERDICT_UNPROTECTED:
		if (v->wrapper != DT_NONE)
			why = str_format(r->arena, "together with %.*s",
					 STR_ARG(view_path(r, v->wrapper)));
		return (struct state){ v->wrapper == DT_NONE ? "forced" : "together", why,
				       TONE_CARE };
	case VERDICT_BROKEN:
		return (struct state){ "no", why, TONE_BAD };
	}
	BUG("verdict");
}

struct state view_state(const struct run *r, dt_id node)
{
	const struct device *d = facts_device(r->facts, node);

	if (d->role != ROLE_DEVICE)
		return (struct state){ "no",
				       str_of(d->role_reason ? d->role_reason : role_name(d->role)),
				       TONE_FAINT };
	if (!has_something(d))
		return (struct state){ "no", STR("nothing that a guest could be given"),
				       TONE_FAINT };
	if (d->has_ppi)
		return (struct state){ "no", STR("it uses a per-CPU interrupt"), TONE_BAD };
	return by_verdict(r, &r->topology->verdicts[node]);
}
