/* SPDX-License-Identifier: BSD-2-Clause */
/* Stand-ins for providers that stay on the host, and what the tree knows of
 * clock rates. */
#include "tree.h"

enum { CLOCK_HOPS = 16 }; /* fixed factors between a consumer and a fixed clock */

static void put_text(struct growing *gr, struct gnode *n, const char *name, const char *text)
{
	tree_prop(gr, n, str_of(name), (struct str){ text, strlen(text) + 1 }, EDIT_ADDED,
		  STR_NONE);
}

static void put_number(struct growing *gr, struct gnode *n, const char *name, uint32_t v)
{
	tree_prop(gr, n, str_of(name), tree_cells(gr->b->a, &v, 1), EDIT_ADDED, STR_NONE);
}

/* fixed-clock needs no driver to be probed (CLK_OF_DECLARE in
 * drivers/clk/clk-fixed-rate.c): the safest stand-in there is. */
static void fill_clock(struct growing *gr, struct gnode *n, uint32_t hz)
{
	put_text(gr, n, "compatible", "fixed-clock");
	put_number(gr, n, "#clock-cells", 0);
	put_number(gr, n, "clock-frequency", hz);
}

static void fill_regulator(struct growing *gr, struct gnode *n, uint32_t microvolts)
{
	put_text(gr, n, "compatible", "regulator-fixed");
	put_text(gr, n, "regulator-name", str_c(gr->b->a, n->name));
	put_number(gr, n, "regulator-min-microvolt", microvolts);
	put_number(gr, n, "regulator-max-microvolt", microvolts);
	tree_prop(gr, n, STR("regulator-always-on"), STR_NONE, EDIT_ADDED, STR_NONE);
}

/* The driver of a PHY that needs nothing (usb/usb-nop-xceiv.yaml). */
static void fill_phy(struct growing *gr, struct gnode *n)
{
	put_text(gr, n, "compatible", "usb-nop-xceiv");
	put_number(gr, n, "#phy-cells", 0);
}

static struct str stub_name(struct arena *a, enum supply_class class, uint64_t value)
{
	if (class == SUPPLY_PHY)
		return STR("usb-phy");
	return str_format(a, class == SUPPLY_CLOCK ? "clk-%lluhz" : "regulator-%lluuv",
			  (unsigned long long)value);
}

struct gnode *tree_stub(struct growing *gr, enum supply_class class, uint64_t value)
{
	struct gnode *n;

	for (size_t i = 0; i < gr->stubs.n; i++)
		if (gr->stubs.v[i].class == class && gr->stubs.v[i].value == value)
			return gr->stubs.v[i].node;
	n = tree_node(
		gr, gr->passthrough,
		tree_free_name(gr, gr->passthrough, stub_name(gr->b->a, class, value), STR_NONE),
		DT_NONE);
	if (class == SUPPLY_CLOCK) {
		n->why = value ? STR("stands in for clocks that stay on the host")
			       : STR("stands in for clocks that are only switched on");
		fill_clock(gr, n, (uint32_t)value);
	} else if (class == SUPPLY_PHY) {
		n->why = STR("stands in for PHYs that stay on the host");
		fill_phy(gr, n);
	} else {
		n->why = STR("stands in for supplies that stay on the host");
		fill_regulator(gr, n, (uint32_t)value);
	}
	VEC_PUSH(gr->b->a, &gr->stubs, ((struct stub){ class, value, n }));
	return n;
}

bool tree_fixed_voltage(const struct dt *t, dt_id supply, uint32_t *microvolts)
{
	uint32_t most;

	return dt_u32(t, supply, "regulator-min-microvolt", microvolts) &&
	       dt_u32(t, supply, "regulator-max-microvolt", &most) && *microvolts == most &&
	       most > 0;
}

/* ---- Rates -------------------------------------------------------------------------- */

/* clock/fixed-clock.yaml, clock/fixed-factor-clock.yaml */
static bool fixed_rate(const struct growing *gr, dt_id clock, uint64_t *hz)
{
	const struct dt *t = gr->b->p->dt;
	uint64_t mult = 1, div = 1;

	for (int hop = 0; hop < CLOCK_HOPS; hop++) {
		uint32_t rate, m, d, parent;

		if (dt_is_compatible(t, clock, "fixed-clock")) {
			if (!dt_u32(t, clock, "clock-frequency", &rate) || !u64_mul(rate, mult, hz))
				return false;
			*hz /= div;
			return *hz > 0 && *hz <= UINT32_MAX;
		}
		if (!dt_is_compatible(t, clock, "fixed-factor-clock") ||
		    !dt_u32(t, clock, "clock-mult", &m) || !dt_u32(t, clock, "clock-div", &d) ||
		    d == 0 || !u64_mul(mult, m, &mult) || !u64_mul(div, d, &div) ||
		    mult > UINT32_MAX || div > UINT32_MAX)
			return false;
		/* A parent without arguments only: others have no fixed rate. */
		if (!dt_u32(t, clock, "clocks", &parent))
			return false;
		clock = dt_find_phandle(t, parent);
		if (clock == DT_NONE)
			return false;
	}
	return false;
}

static bool same_specifier(const struct dt_prop *p, const struct dt_ref *a, const struct dt_prop *q,
			   const struct dt_ref *b)
{
	if (b->health != REF_OK || a->provider != b->provider || a->nargs != b->nargs)
		return false;
	for (uint32_t i = 0; i < a->nargs; i++)
		if (dt_cell(p, a->first_arg + i) != dt_cell(q, b->first_arg + i))
			return false;
	return true;
}

/* assigned-clock-rates of `holder` for this very clock (clock/clock.yaml). */
static bool assigned_rate(const struct growing *gr, dt_id holder, const struct dt_prop *p,
			  const struct dt_ref *ref, uint64_t *hz)
{
	const struct dt *t = gr->b->p->dt;
	const struct dt_prop *assigned = dt_prop(t, holder, "assigned-clocks");
	const struct dt_prop *rates = dt_prop(t, holder, "assigned-clock-rates");
	const struct supplier *row = assigned ? dt_supplier(t, holder, assigned) : NULL;
	struct dt_refs refs;

	if (!assigned || !rates || !row)
		return false;
	refs = dt_refs(gr->b->a, t, holder, assigned, row);
	for (size_t i = 0; i < refs.n; i++) {
		if (!same_specifier(p, ref, assigned, &refs.v[i]) || i >= dt_ncells(rates))
			continue;
		*hz = dt_cell(rates, (uint32_t)i);
		return *hz > 0;
	}
	return false;
}

bool tree_clock_rate(struct growing *gr, dt_id consumer, const struct dt_prop *p,
		     const struct dt_ref *ref, uint64_t *hz, struct str *from)
{
	struct str provider = plan_path(gr->b->p, ref->provider);

	if (ref->nargs == 0 && fixed_rate(gr, ref->provider, hz)) {
		*from = str_format(gr->b->a, "the fixed rate of %.*s", STR_ARG(provider));
		return true;
	}
	if (assigned_rate(gr, consumer, p, ref, hz)) {
		*from = STR("the rate in assigned-clock-rates");
		return true;
	}
	if (assigned_rate(gr, ref->provider, p, ref, hz)) {
		*from = str_format(gr->b->a, "the rate in assigned-clock-rates of %.*s",
				   STR_ARG(provider));
		return true;
	}
	return false;
}
