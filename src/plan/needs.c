/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What becomes of a reference whose provider stays on the host, where it is
 * known what the guest's driver does with it (drivers.def).
 */
#include "refs.h"

struct entry_plan needs_stub(struct referring *r, const struct need_row *need, uint64_t value,
			     struct str why)
{
	if (!need || need->need != NEED_FREQUENCY)
		return (struct entry_plan){ FATE_STUB, tree_stub(r->gr, r->row->class, value),
					    why };
	r->frequency = value;
	return (struct entry_plan){ FATE_DROP, NULL,
				    str_format(r->gr->b->a, "%.*s: clock-frequency says it",
					       STR_ARG(why)) };
}

static struct str about(const struct referring *r, const struct need_row *need)
{
	return str_format(r->gr->b->a, "%s (%s)", need->what, r->gr->driver->file);
}

static bool has_frequency(const struct referring *r)
{
	return dt_has(r->gr->b->p->dt, r->n->host, "clock-frequency");
}

static struct entry_plan clock_with_rate(struct referring *r, const struct dt_ref *ref,
					 const struct need_row *need)
{
	struct str from;
	uint64_t hz;

	if (need->need == NEED_FREQUENCY && has_frequency(r))
		return (struct entry_plan){ FATE_DROP, NULL, STR("clock-frequency says it") };
	if (tree_clock_rate(r->gr, r->n->host, r->p, ref, &hz, &from))
		return needs_stub(r, need, hz, from);
	refs_ask(r, ref,
		 str_format(r->gr->b->a,
			    "the rate of a clock of %.*s is not in the host tree, and %.*s",
			    STR_ARG(refs_provider(r, ref)), STR_ARG(about(r, need))),
		 "stub HZ");
	return (struct entry_plan){ FATE_ASK, NULL, STR("its rate has to be decided") };
}

/* A rate of 0 says that nobody knows it; who asked for it would stumble. */
static struct entry_plan clock_switched_on(struct referring *r, const struct dt_ref *ref,
					   const struct need_row *need)
{
	struct str from;
	uint64_t hz;

	if (tree_clock_rate(r->gr, r->n->host, r->p, ref, &hz, &from))
		return needs_stub(r, need, hz, from);
	return needs_stub(r, need, 0,
			  str_format(r->gr->b->a, "%s, its rate is not used", need->what));
}

/* Without the property Linux takes a dummy, which has no voltage. */
static struct entry_plan supply_with_voltage(struct referring *r, const struct dt_ref *ref,
					     const struct need_row *need)
{
	uint32_t microvolts;

	if (tree_fixed_voltage(r->gr->b->p->dt, ref->provider, &microvolts))
		return needs_stub(r, need, microvolts,
				  str_format(r->gr->b->a, "the fixed voltage of %.*s",
					     STR_ARG(refs_provider(r, ref))));
	refs_ask(r, ref,
		 str_format(r->gr->b->a, "the voltage of %.*s is not fixed, and %.*s",
			    STR_ARG(refs_provider(r, ref)), STR_ARG(about(r, need))),
		 "stub MICROVOLTS");
	return (struct entry_plan){ FATE_ASK, NULL, STR("its voltage has to be decided") };
}

static struct entry_plan must(struct referring *r, const struct dt_ref *ref,
			      const struct need_row *need)
{
	refs_ask(r, ref,
		 str_format(r->gr->b->a,
			    "the %s it needs, %.*s, is not given to this guest, and nothing can "
			    "stand in: %.*s",
			    supply_class_name(r->row->class), STR_ARG(refs_provider(r, ref)),
			    STR_ARG(about(r, need))),
		 "pull");
	return (struct entry_plan){ FATE_ASK, NULL,
				    STR("what stands in for it has to be decided") };
}

static bool all_rates_known(struct referring *r)
{
	struct str from;
	uint64_t hz;

	for (size_t i = 0; r->rates == RATES_NOT_TRIED && i < r->refs.n; i++)
		if (r->refs.v[i].health != REF_OK ||
		    !tree_clock_rate(r->gr, r->n->host, r->p, &r->refs.v[i], &hz, &from))
			r->rates = RATES_NOT_ALL_KNOWN;
	if (r->rates == RATES_NOT_TRIED)
		r->rates = RATES_ALL_KNOWN;
	return r->rates == RATES_ALL_KNOWN;
}

/* A rate that the tree knows does no harm; but drivers that do not name their
 * clocks take all or none, and a hole is an error (drivers/clk/clk-bulk.c). */
static struct entry_plan may(struct referring *r, const struct dt_ref *ref,
			     const struct need_row *need)
{
	struct str from;
	uint64_t hz;

	if (r->row->class == SUPPLY_CLOCK && (need->entry || all_rates_known(r)) &&
	    tree_clock_rate(r->gr, r->n->host, r->p, ref, &hz, &from))
		return needs_stub(r, need, hz, from);
	return (struct entry_plan){ FATE_DROP, NULL,
				    str_format(r->gr->b->a, "%.*s stays on the host; %s",
					       STR_ARG(refs_provider(r, ref)), need->what) };
}

struct entry_plan needs_default(struct referring *r, const struct dt_ref *ref,
				const struct need_row *need)
{
	switch (need->need) {
	case NEED_RATE:
	case NEED_FREQUENCY:
		return clock_with_rate(r, ref, need);
	case NEED_ON:
		return clock_switched_on(r, ref, need);
	case NEED_VOLTAGE:
		return supply_with_voltage(r, ref, need);
	case NEED_MUST:
		return must(r, ref, need);
	case NEED_MAY:
		return may(r, ref, need);
	case NEED_EMPTY:
		r->empty = true;
		return (struct entry_plan){ FATE_DROP, NULL,
					    str_format(r->gr->b->a, "the host sets the pins; %s",
						       need->what) };
	case NEED_NOP:
		break;
	}
	return (struct entry_plan){ FATE_STUB, tree_stub(r->gr, SUPPLY_PHY, 0),
				    str_format(r->gr->b->a, "%.*s stays on the host; %s",
					       STR_ARG(refs_provider(r, ref)), need->what) };
}

void needs_dropped(struct referring *r, const struct need_row *need)
{
	if (need->need == NEED_MAY || (need->need == NEED_FREQUENCY && has_frequency(r)))
		return;
	tree_trouble(r->gr, r->n->host, r->p->name,
		     str_format(r->gr->b->a, "`%.*s` was decided to be dropped, and %s",
				STR_ARG(r->p->name), need->what));
}
