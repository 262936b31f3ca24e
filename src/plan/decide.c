/* SPDX-License-Identifier: BSD-2-Clause */
/* The operator's decisions, checked against the tree. */
#include "tree.h"

#include <stdlib.h>

static bool stub_fits(const struct supplier *row)
{
	return row->class == SUPPLY_CLOCK || row->class == SUPPLY_REGULATOR;
}

/* A decision about an entry that names nothing would change nothing. */
static bool entry_fits(struct building *b, const struct decision *d, dt_id node,
		       const struct dt_refs *refs)
{
	const struct dt_ref *ref = NULL;

	for (size_t i = 0; i < refs->n && !ref; i++)
		if (refs->v[i].index == (uint32_t)d->index)
			ref = &refs->v[i];
	if (!ref)
		return diag_fault(b->d, RULE_BAD_DECISION, d->device.at,
				  STR("entries are counted from 0"),
				  "`%.*s` of %.*s has %u entries, entry %d was decided",
				  STR_ARG(d->property), STR_ARG(plan_path(b->p, node)),
				  refs->n ? refs->v[refs->n - 1].index + 1 : 0, d->index);
	if (ref->health == REF_OK)
		return true;
	return diag_fault(b->d, RULE_BAD_DECISION, d->device.at,
			  STR("remove this decision; the guest gets no such entry"),
			  "entry %d of `%.*s` of %.*s %s", d->index, STR_ARG(d->property),
			  STR_ARG(plan_path(b->p, node)),
			  ref->health == REF_HOLE ? "is empty" : "cannot be read");
}

/* The entry exists and the verb means something for it. */
static bool decision_fits(struct building *b, const struct decision *d, dt_id node)
{
	const char *never = tree_never(d->property);
	const struct dt *t = b->p->dt;
	const char *name = str_c(b->a, d->property);
	const struct dt_prop *p = dt_prop(t, node, name);
	const struct supplier *row = p ? dt_supplier(t, node, p) : NULL;
	struct dt_refs refs;

	if (!row)
		return diag_fault(b->d, RULE_BAD_DECISION, d->device.at,
				  STR("`dtassign show -b BOARD PATH` prints the references"),
				  p ? "`%s` of %.*s holds no reference"
				    : "there is no property `%s` in %.*s",
				  name, STR_ARG(plan_path(b->p, node)));
	if (never)
		return diag_fault(b->d, RULE_BAD_DECISION, d->device.at,
				  STR("remove this decision"),
				  "`%s` of %.*s is not to be decided: %s", name,
				  STR_ARG(plan_path(b->p, node)), never);
	refs = dt_refs(b->a, t, node, p, row);
	if (d->index >= 0 && !entry_fits(b, d, node, &refs))
		return false;
	if (!instead_fits(d->verb, d->property))
		return diag_fault(b->d, RULE_BAD_DECISION, d->device.at,
				  STR("write one of the other verbs"),
				  "`%s` is for `%s`, not for `%.*s`", decide_verb_name(d->verb),
				  instead_of(d->verb), STR_ARG(d->property));
	if (instead_value_fault(d))
		return diag_fault(b->d, RULE_BAD_DECISION, d->device.at,
				  STR("write it behind the verb"), "`%s` needs %s",
				  decide_verb_name(d->verb), instead_value_fault(d));
	if (d->verb == DECIDE_STUB && !stub_fits(row))
		return diag_fault(
			b->d, RULE_BAD_DECISION, d->device.at,
			STR("decide `drop`, or give the guest the provider and decide `keep`"),
			"nothing can stand in for a %s, only for a clock or a supply",
			supply_class_name(row->class));
	if (d->verb == DECIDE_STUB && d->has_value && (d->value == 0 || d->value > UINT32_MAX))
		return diag_fault(b->d, RULE_BAD_DECISION, d->device.at,
				  STR("write Hz for a clock, microvolts for a supply"),
				  "expected a number from 1 to 4294967295, found %llu",
				  (unsigned long long)d->value);
	return true;
}

/* Of one node in the order of the config. */
static int by_node(const void *a, const void *b)
{
	const struct resolved_decision *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return x->decision < y->decision ? -1 : x->decision > y->decision;
}

void plan_decisions(struct building *b, struct guest_plan *g)
{
	const struct guest_request *r = g->request;

	for (size_t i = 0; i < r->ndecisions; i++) {
		const struct decision *d = &r->decisions[i];
		dt_id node = plan_resolve(b->d, b->p->dt, &d->device);
		dt_id device = node == DT_NONE ? DT_NONE : b->p->device_of[node];

		if (node == DT_NONE)
			continue;
		if (device == DT_NONE || !plan_device_find(b->p, g, device)) {
			/* Says what is wrong, in the words for all keys. */
			plan_named_device(b, g, &d->device, "decide");
			continue;
		}
		if (decision_fits(b, d, node))
			VEC_PUSH(b->a, &g->decisions, ((struct resolved_decision){ node, d }));
	}
	if (g->decisions.n)
		qsort(g->decisions.v, g->decisions.n, sizeof(*g->decisions.v), by_node);
}

/* One about this entry counts before one about every entry. */
const struct decision *plan_decision(const struct guest_plan *g, dt_id node, struct str property,
				     uint32_t index)
{
	size_t low = 0, high = g->decisions.n;
	const struct decision *every = NULL;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (g->decisions.v[middle].node < node)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < g->decisions.n && g->decisions.v[low].node == node; low++) {
		const struct decision *d = g->decisions.v[low].decision;

		if (!str_eq(d->property, property))
			continue;
		if (d->index >= 0 && (uint32_t)d->index == index)
			return d;
		if (d->index < 0 && !every)
			every = d;
	}
	return every;
}
