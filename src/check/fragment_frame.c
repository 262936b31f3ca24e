/* SPDX-License-Identifier: BSD-2-Clause */
/* The top of a fragment: what of it reaches the guest, and how it is called. */
#include "fragment.h"

enum {
	GUEST_PHANDLE_GIC = 65000,   /* xen/include/public/arch-arm.h */
	GUEST_PHANDLE_IOMMU = 65001, /* the same */
	LETTERS_A_SLIP = 4,          /* one wrong letter in so many is a slip */
};

/* ---- /passthrough and what stands beside it ------------------------------------------ */

static bool is_near(struct str name, const char *wanted)
{
	size_t at = str_find(name, '@');
	struct str base = at == SIZE_MAX ? name : str_sub(name, 0, at);
	unsigned slips = (unsigned)strlen(wanted) / LETTERS_A_SLIP;

	return str_eq_nocase(base, str_of(wanted)) ||
	       str_distance(base, str_of(wanted), slips) <= slips;
}

static dt_id nearest_top(const struct fragment_judging *v, const char *wanted)
{
	dt_id child;

	DT_EACH_CHILD (v->t, child, DT_ROOT)
		if (is_near(dt_node(v->t, child)->name, wanted))
			return child;
	return DT_NONE;
}

static void judge_no_passthrough(struct fragment_judging *v)
{
	dt_id near = nearest_top(v, "passthrough");
	struct place at = near == DT_NONE ? place_file(v->t->file) : dt_place(v->t, near);
	struct finding *f = judge_fragment_at(v, RULE_NO_PASSTHROUGH_NODE, DT_NONE, at,
					      "the fragment has no node `/passthrough`");

	finding_note(v->j->d, f,
		     v->dom0less ? "Xen looks for this name, without a unit address, and gives "
				   "nothing where it is not; it says nothing"
				 : "xl fails: \"Can't copy the node \"/passthrough\" from the "
				   "partial FDT\"");
	if (near != DT_NONE)
		finding_help(v->j->d, f, "call the node `passthrough`, not `%.*s`",
			     STR_ARG(dt_node(v->t, near)->name));
	else
		finding_help(v->j->d, f, "put the devices below a node `passthrough` of the root");
}

static bool is_bookkeeping(struct str name)
{
	return str_is(name, "__symbols__") || str_is(name, "__fixups__") ||
	       str_is(name, "__local_fixups__");
}

static bool is_taken(const struct fragment_judging *v, dt_id n)
{
	struct str name = dt_node(v->t, n)->name;

	if (n == v->f->passthrough)
		return true;
	if (v->dom0less)
		return str_eq_nocase(name, STR("aliases")) || str_eq_nocase(name, STR("gic"));
	/* A /gic is of no use under xl, and does no harm: one fragment for both. */
	return str_is(name, "aliases") || str_is(name, "gic");
}

static void judge_top(struct fragment_judging *v, dt_id n)
{
	static const char *const names[] = { "passthrough", "aliases", "gic" };
	struct str name = dt_node(v->t, n)->name;
	struct finding *f;

	if (is_taken(v, n) || is_bookkeeping(name))
		return;
	f = judge_fragment_at(v, RULE_DROPPED_NODE, DT_NONE, dt_place(v->t, n),
			      "`/%.*s` of the fragment does not reach the guest", STR_ARG(name));
	finding_note(v->j->d, f,
		     v->dom0less
			     ? "Xen takes nothing but /passthrough, /aliases and the phandle of "
			       "/gic, without a word"
			     : "xl takes nothing but /passthrough and /aliases, without a word");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (is_near(name, names[i]) && !str_is(name, names[i])) {
			finding_help(v->j->d, f, "`%s` would be taken", names[i]);
			return;
		}
	finding_help(v->j->d, f, "move what the guest needs below /passthrough");
}

/* of_default_bus_match_table, drivers/of/platform.c */
static bool is_bus(const struct dt *t, dt_id n)
{
	static const char *const buses[] = { "simple-bus", "simple-mfd", "isa", "arm,amba-bus" };

	for (size_t i = 0; i < ARRAY_SIZE(buses); i++)
		if (dt_is_compatible(t, n, buses[i]))
			return true;
	return false;
}

static void judge_bus(struct fragment_judging *v)
{
	dt_id n = v->f->passthrough;
	bool bus = is_bus(v->t, n), ranges = dt_has(v->t, n, "ranges");
	struct finding *f;

	if ((bus && ranges) || v->g->request->os != GUEST_OS_LINUX || dt_child(v->t, n) == DT_NONE)
		return;
	f = judge_fragment_at(v, RULE_PASSTHROUGH_NOT_A_BUS, DT_NONE,
			      dt_place_prop(v->t, n, bus ? "ranges" : "compatible"),
			      "`/passthrough` has no %s", bus ? "`ranges`" : "bus in `compatible`");
	finding_note(v->j->d, f,
		     bus ? "Linux cannot translate the addresses below it"
			 : "Linux makes no devices of the nodes below it");
	finding_help(v->j->d, f, bus ? "add `ranges;`" : "add compatible = \"simple-bus\"");
}

/* ---- Phandles ---------------------------------------------------------------------------- */

/* Xen 4.22 counts on from the highest one, and its own GIC is 65000
 * (dom0less-build.c, domain_handle_dtb_boot_module). */
static const char *phandle_trouble(const struct fragment_judging *v, dt_id n)
{
	uint32_t phandle = dt_node(v->t, n)->phandle;
	bool is_gic = dt_node(v->t, n)->parent == DT_ROOT &&
		      str_eq_nocase(dt_node(v->t, n)->name, STR("gic"));
	struct releases xen = v->j->p->platform->xen;

	if (!v->dom0less) {
		if (!dt_is_in(v->t, n, v->f->passthrough) || phandle < GUEST_PHANDLE_GIC ||
		    phandle > GUEST_PHANDLE_IOMMU)
			return NULL;
		return "the guest has it twice: Xen's GIC is 65000, its IOMMU for grants 65001";
	}
	if (phandle >= GUEST_PHANDLE_GIC - 1 && (xen.last.master || xen.last.minor >= 22))
		return "Xen 4.22 and newer stop at boot (\"Device tree generation failed (-75)\"): "
		       "there is no number left below 65000";
	if (phandle == v->f->gic_phandle && !is_gic)
		return "it is that of the guest's GIC, which Xen makes: up to 4.21 both have it";
	return NULL;
}

static void judge_phandle(struct fragment_judging *v, dt_id n)
{
	const char *trouble = phandle_trouble(v, n);
	const char *name = dt_has(v->t, n, "phandle") ? "phandle" : "linux,phandle";
	struct finding *f;

	if (!trouble)
		return;
	f = judge_fragment_at(v, RULE_RESERVED_PHANDLE, n, dt_place_cell(v->t, n, name, 0),
			      "the phandle %u of the fragment is taken", dt_node(v->t, n)->phandle);
	finding_note(v->j->d, f, "%s", trouble);
	finding_help(v->j->d, f, "number phandles from 1 up; a reference to 65000 needs no node");
}

/* ---- Aliases -------------------------------------------------------------------------------- */

static void judge_alias(struct fragment_judging *v, dt_id aliases, const struct dt_prop *p)
{
	struct str path = STR_NONE;
	struct finding *f;
	dt_id n = DT_NONE;

	if (is_bookkeeping(p->name) || str_is(p->name, "phandle"))
		return;
	if (dt_string(p, 0, &path))
		n = dt_find_path(v->t, path);
	if (n != DT_NONE && dt_is_in(v->t, n, v->f->passthrough))
		return;
	f = judge_fragment_at(v, RULE_DANGLING_ALIAS, DT_NONE,
			      dt_place_prop(v->t, aliases, str_c(v->j->a, p->name)),
			      "the alias `%.*s` names `%.*s`, which the guest does not have",
			      STR_ARG(p->name), STR_ARG(path));
	finding_note(v->j->d, f, "/aliases is copied as it is");
	finding_help(v->j->d, f, "name the node by its path in the guest, /passthrough/...");
}

static void judge_aliases(struct fragment_judging *v)
{
	dt_id n = dt_find_child(v->t, DT_ROOT, STR("aliases"));

	if (n == DT_NONE)
		return;
	for (uint32_t i = 0; i < dt_node(v->t, n)->nprops; i++)
		judge_alias(v, n, &v->t->props[dt_node(v->t, n)->first_prop + i]);
}

void judge_fragment_frame(struct fragment_judging *v)
{
	dt_id child;

	if (v->f->passthrough == DT_NONE) {
		judge_no_passthrough(v);
		return;
	}
	DT_EACH_CHILD (v->t, child, DT_ROOT)
		judge_top(v, child);
	judge_bus(v);
	judge_aliases(v);
	for (dt_id n = 0; n < v->t->nnodes; n++)
		if (dt_node(v->t, n)->phandle)
			judge_phandle(v, n);
}
