/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Properties that hold phandles: no reference may dangle in the guest.
 *
 * For each entry: the operator's decision; else the provider, if it is in the
 * fragment; else what the guest's driver needs (drivers.def), if that is known;
 * else what suppliers.def says for the property.  Entries that are neither kept
 * nor replaced make holes where the class has holes, and take the property with
 * them where it has not.
 */
#include "refs.h"

/* ---- Questions ------------------------------------------------------------------- */

void refs_ask(struct referring *r, const struct dt_ref *ref, struct str question,
	      const char *answer)
{
	struct growing *gr = r->gr;
	struct open_question *q = VEC_ADD(gr->b->a, &gr->g->questions);

	q->node = r->n->host;
	q->property = r->p->name;
	q->cell = ref->cell;
	q->index = ref->index;
	q->class = r->row->class;
	q->provider = ref->provider;
	q->question = question;
	q->answer = str_format(gr->b->a, "\"%.*s %.*s[%u] = %s: REASON\"",
			       STR_ARG(plan_path(gr->b->p, r->n->host)), STR_ARG(r->p->name),
			       ref->index, answer);
}

struct str refs_provider(const struct referring *r, const struct dt_ref *ref)
{
	return ref->provider == DT_NONE ? STR("a missing node")
					: plan_path(r->gr->b->p, ref->provider);
}

/* ---- Defaults ---------------------------------------------------------------------- */

static struct entry_plan stub_clock(struct referring *r, const struct dt_ref *ref)
{
	struct growing *gr = r->gr;
	struct str from;
	uint64_t hz;

	if (tree_clock_rate(gr, r->n->host, r->p, ref, &hz, &from))
		return (struct entry_plan){ FATE_STUB, tree_stub(gr, SUPPLY_CLOCK, hz), from };
	refs_ask(r, ref,
		 str_format(gr->b->a, "the rate of a clock of %.*s is not in the host tree",
			    STR_ARG(refs_provider(r, ref))),
		 "stub HZ");
	return (struct entry_plan){ FATE_ASK, NULL, STR("its rate has to be decided") };
}

static struct entry_plan ask_for_provider(struct referring *r, const struct dt_ref *ref)
{
	struct str path = refs_provider(r, ref);

	refs_ask(r, ref,
		 str_format(r->gr->b->a, "the %s it needs, %.*s, is not given to this guest",
			    supply_class_name(r->row->class), STR_ARG(path)),
		 "drop");
	return (struct entry_plan){ FATE_ASK, NULL,
				    STR("what stands in for it has to be decided") };
}

static struct entry_plan by_default(struct referring *r, const struct dt_ref *ref,
				    const struct need_row *need)
{
	struct gnode *copy = r->gr->of[ref->provider];
	struct entry_plan instead;
	struct str stays =
		str_format(r->gr->b->a, "%.*s stays on the host", STR_ARG(refs_provider(r, ref)));

	if (copy && r->row->action != ACTION_NONE)
		return (struct entry_plan){ FATE_KEEP, copy, STR_NONE };
	if (instead_default(r, ref, &instead))
		return instead;
	if (need)
		return needs_default(r, ref, need);
	switch (r->row->action) {
	case ACTION_STUB:
		if (r->row->class == SUPPLY_CLOCK)
			return stub_clock(r, ref);
		/* Without the property Linux uses a dummy regulator. */
		return (struct entry_plan){ FATE_DROP, NULL, stays };
	case ACTION_PULL:
	case ACTION_ASK:
		return ask_for_provider(r, ref);
	case ACTION_NONE:
	case ACTION_KEEP:
	case ACTION_DROP:
	case ACTION_REWRITE:
		break;
	}
	return (struct entry_plan){ FATE_DROP, NULL, stays };
}

/* ---- Decisions ------------------------------------------------------------------------ */

static struct entry_plan stub_decided(struct referring *r, const struct decision *d,
				      const struct dt_ref *ref, const struct need_row *need,
				      struct str why)
{
	uint64_t value = d->value;
	struct str from;

	if (d->has_value || (r->row->class == SUPPLY_CLOCK &&
			     tree_clock_rate(r->gr, r->n->host, r->p, ref, &value, &from)))
		return needs_stub(r, need, value, why);
	diag_fault(r->gr->b->d, RULE_BAD_DECISION, d->device.at,
		   STR("write the number after stub: Hz for a clock, microvolts for a supply"),
		   "`stub` has no value here, and the host tree does not say it");
	return (struct entry_plan){ FATE_DROP, NULL, why };
}

static struct entry_plan as_decided(struct referring *r, const struct decision *d,
				    const struct dt_ref *ref, const struct need_row *need)
{
	struct gnode *copy = r->gr->of[ref->provider];
	struct str why = str_format(r->gr->b->a, "decided%s%.*s", d->reason.n ? ": " : "",
				    STR_ARG(d->reason));

	switch (d->verb) {
	case DECIDE_STUB:
		return stub_decided(r, d, ref, need, why);
	case DECIDE_KEEP:
	case DECIDE_PULL:
		if (copy)
			return (struct entry_plan){ FATE_KEEP, copy, why };
		diag_fault(r->gr->b->d, RULE_BAD_DECISION, d->device.at,
			   str_format(r->gr->b->a, "add \"%.*s\" to dtdev, or decide otherwise",
				      STR_ARG(refs_provider(r, ref))),
			   "`%s` needs %.*s in this guest, and dtdev does not give it",
			   decide_verb_name(d->verb), STR_ARG(refs_provider(r, ref)));
		break;
	case DECIDE_DROP:
		if (need)
			needs_dropped(r, need);
		break;
	case DECIDE_BROKEN_CD:
	case DECIDE_NON_REMOVABLE:
	case DECIDE_FIXED_LINK:
	case DECIDE_MAC_ADDRESS:
		VEC_PUSH(r->gr->b->a, &r->gr->instead, d);
		break;
	case NDECIDE_VERBS:
		break;
	}
	return (struct entry_plan){ FATE_DROP, NULL, why };
}

static struct entry_plan plan_entry(struct referring *r, size_t i)
{
	const struct dt_ref *ref = &r->refs.v[i];
	const struct need_row *need = r->needs ? r->needs[ref->index] : NULL;
	const struct decision *d;

	/* An inner reference goes with its entry. */
	if (ref->health == REF_HOLE || (ref->inner && r->plans[i - 1].fate != FATE_KEEP))
		return (struct entry_plan){ FATE_HOLE, NULL, STR_NONE };
	if (ref->health != REF_OK)
		return (struct entry_plan){ FATE_DROP, NULL, STR("it is malformed on the host") };
	d = plan_decision(r->gr->g, r->n->host, r->p->name, ref->index);
	return d ? as_decided(r, d, ref, need) : by_default(r, ref, need);
}

/* ---- The property ------------------------------------------------------------------------ */

static size_t count(const struct referring *r, enum fate fate)
{
	size_t n = 0;

	for (size_t i = 0; i < r->refs.n; i++)
		n += r->plans[i].fate == fate;
	return n;
}

/* Linux reads phandle 0 as an absent entry and goes on
 * (drivers/of/base.c, __of_parse_phandle_with_args). */
static bool has_holes(const struct supplier *row)
{
	return row->cells == CELLS_PROPERTY || row->cells == CELLS_OPTIONAL;
}

/* Every different reason, in the order of the entries. */
static struct str reasons(const struct referring *r)
{
	struct buf b = buf_new(r->gr->b->a);
	struct str last = STR_NONE;

	for (size_t i = 0; i < r->refs.n; i++) {
		if (!r->plans[i].why.n || str_eq(r->plans[i].why, last))
			continue;
		buf_format(&b, "%s%.*s", b.n ? "; " : "", STR_ARG(r->plans[i].why));
		last = r->plans[i].why;
	}
	return buf_get(&b);
}

static void drop(struct referring *r)
{
	struct str why = reasons(r);

	if (!why.n)
		why = r->refs.n && r->refs.whole ? STR("every entry is empty")
						 : STR("it cannot be read");
	tree_prop(r->gr, r->n, r->p->name, STR_NONE, EDIT_DROPPED, why);
}

/* The property as it grows. */
struct rewritten {
	struct buf cells;
	uint32_t *phandles;
	uint32_t n;
};

static void put_phandle(struct referring *r, struct rewritten *w, struct gnode *to)
{
	w->phandles[w->n++] = (uint32_t)(w->cells.n / 4);
	tree_put_cell(&w->cells, tree_phandle(r->gr, to));
}

/* Entry i as on the host, with phandles of this tree: its own and that of an
 * inner reference. */
static void put_kept(struct referring *r, struct rewritten *w, size_t i)
{
	const struct dt_ref *ref = &r->refs.v[i], *inner = NULL;

	if (i + 1 < r->refs.n && ref[1].inner)
		inner = &ref[1];
	for (uint32_t at = ref->first; at < ref->first + ref->ncells; at++) {
		if (at == ref->cell && r->plans[i].to)
			put_phandle(r, w, r->plans[i].to);
		else if (inner && at == inner->cell && r->plans[i + 1].to)
			put_phandle(r, w, r->plans[i + 1].to);
		else
			tree_put_cell(&w->cells, dt_cell(r->p, at));
	}
}

static void put_entry(struct referring *r, struct rewritten *w, size_t i)
{
	const struct entry_plan *plan = &r->plans[i];

	if (r->refs.v[i].inner)
		return;
	switch (plan->fate) {
	case FATE_KEEP:
	case FATE_HOLE:
		put_kept(r, w, i);
		break;
	case FATE_STUB:
		put_phandle(r, w, plan->to);
		break;
	case FATE_DROP:
	case FATE_ASK:
		tree_put_cell(&w->cells, 0);
		break;
	}
}

static void rewrite(struct referring *r)
{
	struct rewritten w = {
		.cells = buf_new(r->gr->b->a),
		.phandles = ARENA_ARRAY(r->gr->b->a, uint32_t, r->refs.n),
	};
	bool stubbed = count(r, FATE_STUB) > 0;
	struct gprop *p;

	for (size_t i = 0; i < r->refs.n; i++)
		put_entry(r, &w, i);
	p = tree_prop(r->gr, r->n, r->p->name, buf_get(&w.cells),
		      stubbed ? EDIT_STUBBED : EDIT_CHANGED,
		      stubbed ? reasons(r) : STR("phandles of this tree"));
	p->phandles = w.phandles;
	p->nphandles = w.n;
}

static void put_empty(struct referring *r)
{
	tree_prop(r->gr, r->n, r->p->name, STR_NONE, EDIT_STUBBED, reasons(r));
}

static void put_frequency(struct referring *r)
{
	uint32_t hz = (uint32_t)r->frequency;

	if (!dt_has(r->gr->b->p->dt, r->n->host, "clock-frequency"))
		tree_prop(r->gr, r->n, STR("clock-frequency"), tree_cells(r->gr->b->a, &hz, 1),
			  EDIT_ADDED, STR("in place of the clock"));
}

static void write_down(struct referring *r)
{
	size_t alive = count(r, FATE_KEEP) + count(r, FATE_STUB);
	size_t lost = count(r, FATE_DROP) + count(r, FATE_ASK);

	if (r->p->data.n == 0)
		tree_prop(r->gr, r->n, r->p->name, r->p->data, EDIT_COPIED, STR_NONE);
	else if (alive == 0 && r->empty)
		put_empty(r);
	else if (alive == 0 || (lost && !has_holes(r->row)) || !r->refs.whole)
		drop(r);
	else
		rewrite(r);
	if (r->frequency)
		put_frequency(r);
}

void tree_references(struct growing *gr, struct gnode *n, const struct dt_prop *p,
		     const struct supplier *row)
{
	struct arena *a = gr->b->a;
	struct referring r = { .gr = gr, .n = n, .p = p, .row = row };
	const struct dt *t = gr->b->p->dt;

	r.refs = dt_refs(a, t, n->host, p, row);
	r.plans = ARENA_ARRAY(a, struct entry_plan, r.refs.n);
	if (gr->driver && r.refs.n)
		r.needs = driver_needs(a, gr->driver, t, n->host, p->name,
				       r.refs.v[r.refs.n - 1].index + 1);
	for (size_t i = 0; i < r.refs.n; i++)
		r.plans[i] = plan_entry(&r, i);
	write_down(&r);
}
