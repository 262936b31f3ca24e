/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the devices of a guest use and the guest cannot reach.  dom0 has no
 * driver for them any more and takes their clocks and supplies for unused, so
 * somebody has to leave them as the boot loader set them up.
 */
#include "tree.h"

static const struct keep_kind kinds[] = {
#define KEEP(class, what, names, argument, remark) \
	{ SUPPLY_##class, what, names, argument, remark },
#include "keep.def"
};

const struct keep_kind *plan_keep_kind(enum supply_class class)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].class == class)
			return &kinds[i];
	return NULL;
}

size_t plan_keep_kinds(const struct keep_kind **out)
{
	*out = kinds;
	return ARRAY_SIZE(kinds);
}

bool plan_needs_argument(const struct plan *p, const struct guest_plan *g,
			 const struct keep_kind *kind)
{
	const struct keep *k;

	if (p->platform->dom0 == DOM0_ABSENT || !kind->argument)
		return false;
	VEC_EACH (k, &g->keeps)
		if (k->kind == kind)
			return true;
	return false;
}

enum { CLOCK_HOPS = 16 }; /* fixed factors between a consumer and an oscillator */

/* An oscillator, also behind fixed factors: nobody can stop it
 * (clock/fixed-clock.yaml, clock/fixed-factor-clock.yaml). */
static bool is_oscillator(const struct dt *t, dt_id clock)
{
	for (int hop = 0; hop < CLOCK_HOPS; hop++) {
		const struct dt_prop *p;

		if (dt_is_compatible(t, clock, "fixed-clock"))
			return true;
		p = dt_prop(t, clock, "clocks");
		if (!dt_is_compatible(t, clock, "fixed-factor-clock") || !p || !dt_ncells(p))
			return false;
		clock = dt_find_phandle(t, dt_cell(p, 0));
		if (clock == DT_NONE)
			return false;
	}
	return false;
}

/* Or a supply that no driver can switch (regulator/fixed-regulator.yaml,
 * regulator/regulator.yaml). */
static bool cannot_be_cut(const struct dt *t, enum supply_class class, dt_id provider)
{
	if (class == SUPPLY_CLOCK)
		return is_oscillator(t, provider);
	if (class != SUPPLY_REGULATOR)
		return false;
	return dt_has(t, provider, "regulator-always-on") ||
	       (dt_is_compatible(t, provider, "regulator-fixed") && !dt_has(t, provider, "gpio") &&
		!dt_has(t, provider, "gpios"));
}

/* The state of `pinctrl-N` is name N of pinctrl-names (pinctrl-consumer.yaml). */
static struct str name_of(const struct dt *t, dt_id n, const struct dt_prop *p,
			  const struct keep_kind *kind, const struct dt_ref *ref)
{
	const struct dt_prop *names = kind->names ? dt_prop(t, n, kind->names) : NULL;
	uint64_t state = ref->index;
	struct str name;

	if (kind->class == SUPPLY_PINCTRL) {
		names = dt_prop(t, n, "pinctrl-names");
		if (!str_to_u64(str_from(p->name, strlen("pinctrl-")), 10, &state))
			return STR_NONE;
	}
	return names && dt_string(names, (size_t)state, &name) ? name : STR_NONE;
}

/* assigned-clock-rates, a cell an entry (clock.yaml); 0: as it is. */
static uint64_t rate_of(const struct dt *t, dt_id n, const struct dt_prop *p,
			const struct dt_ref *ref)
{
	const struct dt_prop *rates = dt_prop(t, n, "assigned-clock-rates");

	if (!str_is(p->name, "assigned-clocks") || !rates || ref->index >= dt_ncells(rates))
		return 0;
	return dt_cell(rates, ref->index);
}

static void keep_property(struct growing *gr, dt_id device, const struct gprop *copy,
			  const struct dt_prop *p, const struct supplier *row)
{
	const struct dt *t = gr->b->p->dt;
	const struct keep_kind *kind = plan_keep_kind(row->class);
	struct dt_refs refs;

	if (!kind)
		return;
	refs = dt_refs(gr->b->a, t, copy->host, p, row);
	for (size_t i = 0; i < refs.n; i++) {
		const struct dt_ref *ref = &refs.v[i];
		struct keep *k;

		if (ref->health != REF_OK || ref->inner || gr->of[ref->provider] ||
		    cannot_be_cut(t, row->class, ref->provider))
			continue;
		k = VEC_ADD(gr->b->a, &gr->g->keeps);
		k->device = device;
		k->node = copy->host;
		k->kind = kind;
		k->property = p;
		k->index = ref->index;
		k->provider = ref->provider;
		k->first_arg = ref->first_arg;
		k->nargs = ref->nargs;
		k->name = name_of(t, copy->host, p, kind, ref);
		k->rate = rate_of(t, copy->host, p, ref);
		k->edit = copy->edit;
	}
}

static void keep_node(struct growing *gr, dt_id device, const struct gnode *n)
{
	const struct dt *t = gr->b->p->dt;
	const struct gprop *copy;

	VEC_EACH (copy, &n->props) {
		const struct dt_prop *p = NULL;
		const struct supplier *row;

		if (copy->host == n->host && !copy->is_node && copy->edit != EDIT_COPIED)
			p = dt_prop(t, n->host, str_c(gr->b->a, copy->name));
		row = p ? dt_supplier(t, n->host, p) : NULL;
		if (row)
			keep_property(gr, device, copy, p, row);
	}
}

void tree_keeps(struct growing *gr)
{
	const struct plan *p = gr->b->p;
	const struct plan_device *pd;

	VEC_EACH (pd, &gr->g->devices)
		for (dt_id n = pd->node; n < dt_node(p->dt, pd->node)->end; n++)
			if (gr->of[n] && p->device_of[n] == pd->node)
				keep_node(gr, pd->node, gr->of[n]);
}
