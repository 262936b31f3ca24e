/* SPDX-License-Identifier: BSD-2-Clause */
/* The other properties of a node of a fragment: what is left over from the
 * host, what leads nowhere, what is missing. */
#include "fragment.h"

static dt_id host_of(const struct fragment_judging *v, dt_id n)
{
	return fragment_node(v, n)->host;
}

/* What we would have written for the device; NULL: nothing. */
static const struct gprop *model_prop(const struct fragment_judging *v, dt_id n, const char *name)
{
	dt_id host = host_of(v, n);
	const struct gnode *model = host == DT_NONE ? NULL : v->model[host];

	for (size_t i = 0; model && i < model->props.n; i++)
		if (str_is(model->props.v[i].name, name))
			return &model->props.v[i];
	return NULL;
}

/* ---- Left over ------------------------------------------------------------------------- */

struct leftover {
	const char *name, *why;
};

static const struct leftover leftovers[] = {
#define LEFTOVER(name, why) { name, why },
#include "leftovers.def"
};

static const struct leftover *leftover(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(leftovers); i++)
		if (str_is(name, leftovers[i].name))
			return &leftovers[i];
	return NULL;
}

static void judge_leftover(struct fragment_judging *v, dt_id n, const struct dt_prop *p,
			   const struct leftover *row)
{
	struct finding *f =
		judge_fragment_at(v, RULE_LEFTOVER_HOST_PROPERTY, n,
				  p->data.n >= 4 ? dt_place_cell(v->t, n, row->name, 0)
						 : dt_place_prop(v->t, n, row->name),
				  "`%s` of the host is left over in the fragment", row->name);

	if (host_of(v, n) != DT_NONE && dt_has(v->j->p->dt, host_of(v, n), row->name))
		finding_place(v->j->d, f, dt_place_prop(v->j->p->dt, host_of(v, n), row->name),
			      "Xen reads it here");
	finding_note(v->j->d, f, "%s", row->why);
	finding_help(v->j->d, f, "remove `%s` from the fragment", row->name);
}

/* ---- References ---------------------------------------------------------------------------- */

/* What Linux 6.1 makes of a phandle without a node. */
static const char *effect(enum supply_class class)
{
	if (class == SUPPLY_CLOCK)
		return "Linux takes the clock for absent, and all that follow in the list";
	if (class == SUPPLY_RESET || class == SUPPLY_GPIO || class == SUPPLY_PINCTRL)
		return "the probe of a Linux driver fails with EINVAL, also where it could do "
		       "without";
	return "what the driver does then is not what it does without the property";
}

static bool is_interrupt(struct str name)
{
	return str_is(name, "interrupt-parent") || str_is(name, "interrupts") ||
	       str_is(name, "interrupts-extended");
}

static void judge_dangling(struct fragment_judging *v, dt_id n, const struct dt_prop *p,
			   const struct supplier *row, const struct dt_ref *ref)
{
	const char *name = str_c(v->j->a, p->name);
	const struct gprop *model = model_prop(v, n, name);
	struct finding *f = judge_fragment_at(
		v, RULE_DANGLING_PHANDLE, n, dt_place_cell(v->t, n, name, ref->cell),
		"`%s` refers to the phandle %u, which the guest's tree does not have", name,
		ref->phandle);

	if (ref->provider != DT_NONE)
		finding_place(v->j->d, f, dt_place(v->t, ref->provider),
			      "only what is below /passthrough reaches the guest");
	finding_note(v->j->d, f, "%s", effect(row->class));
	if (model && model->edit == EDIT_DROPPED)
		finding_help(v->j->d, f, "leave `%s` out: %.*s", name, STR_ARG(model->why));
	else if (model && model->edit == EDIT_STUBBED)
		finding_help(v->j->d, f, "refer to a stand-in below /passthrough: %.*s",
			     STR_ARG(model->why));
	else
		finding_help(v->j->d, f,
			     "put the provider below /passthrough, or leave the reference out");
}

static bool is_there(const struct fragment_judging *v, const struct dt_ref *ref)
{
	return ref->health == REF_HOLE || ref->phandle == v->f->gic_phandle ||
	       (ref->health == REF_OK && dt_is_in(v->t, ref->provider, v->f->passthrough));
}

static void judge_references(struct fragment_judging *v, dt_id n, const struct dt_prop *p)
{
	const struct supplier *row = is_interrupt(p->name) ? NULL : dt_supplier(v->t, n, p);
	struct dt_refs refs;

	if (!row)
		return;
	refs = dt_refs(v->j->a, v->t, n, p, row);
	for (size_t i = 0; i < refs.n; i++)
		if (refs.v[i].health != REF_TRUNCATED && !is_there(v, &refs.v[i])) {
			judge_dangling(v, n, p, row, &refs.v[i]);
			return; /* one a property: those behind it cannot be told */
		}
}

/* ---- Misspelt -------------------------------------------------------------------------------- */

enum { SHORTEST_SLIP = 5 };

static bool is_numbered_sibling(struct str a, struct str b)
{
	return a.n == b.n && a.n && a.s[a.n - 1] >= '0' && a.s[a.n - 1] <= '9';
}

static const char *near_xen(struct str name)
{
	static const char *const names[] = { "xen,reg", "xen,path",
					     "xen,force-assign-without-iommu" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!str_is(name, names[i]) && str_distance(name, str_of(names[i]), 2) <= 2)
			return names[i];
	return NULL;
}

/* A property that the host's node has and the fragment's has not. */
static const char *near_host(const struct fragment_judging *v, dt_id n, struct str name)
{
	const struct dt *host = v->j->p->dt;
	dt_id h = host_of(v, n);

	if (h == DT_NONE || name.n < SHORTEST_SLIP || dt_has(host, h, str_c(v->j->a, name)))
		return NULL;
	for (uint32_t i = 0; i < dt_node(host, h)->nprops; i++) {
		struct str other = host->props[dt_node(host, h)->first_prop + i].name;

		if (other.n >= SHORTEST_SLIP && !is_numbered_sibling(name, other) &&
		    str_distance(name, other, 2) <= 2 && !dt_has(v->t, n, str_c(v->j->a, other)))
			return str_c(v->j->a, other);
	}
	return NULL;
}

static void judge_spelling(struct fragment_judging *v, dt_id n, const struct dt_prop *p)
{
	const char *near = near_xen(p->name);
	struct finding *f;

	if (!near)
		near = near_host(v, n, p->name);
	if (!near)
		return;
	f = judge_fragment_at(v, RULE_MISSPELT_PROPERTY, n,
			      dt_place_prop(v->t, n, str_c(v->j->a, p->name)),
			      "nobody reads `%.*s`", STR_ARG(p->name));
	if (host_of(v, n) != DT_NONE && dt_has(v->j->p->dt, host_of(v, n), near))
		finding_place(v->j->d, f, dt_place_prop(v->j->p->dt, host_of(v, n), near),
			      "the host has this");
	finding_help(v->j->d, f, "did you mean `%s`?", near);
}

/* ---- Missing ----------------------------------------------------------------------------------
 */

static size_t count_clocks(const struct fragment_judging *v, dt_id n)
{
	const struct dt_prop *p = dt_prop(v->t, n, "clocks");
	const struct supplier *row = p ? dt_supplier(v->t, n, p) : NULL;

	return row ? dt_refs(v->j->a, v->t, n, p, row).n : 0;
}

static bool lists(const struct dt_prop *p, struct str name)
{
	struct str s;

	for (size_t i = 0; p && i < dt_nstrings(p); i++)
		if (dt_string(p, i, &s) && str_eq(s, name))
			return true;
	return false;
}

/* The first clock that the model names and the fragment does not. */
static struct str missing_name(const struct fragment_judging *v, dt_id n)
{
	const struct gprop *names = model_prop(v, n, "clock-names");
	struct dt_prop p;
	struct str s;

	if (!names || names->edit == EDIT_DROPPED)
		return STR_NONE;
	p = (struct dt_prop){ names->name, names->data };
	for (size_t i = 0; i < dt_nstrings(&p); i++)
		if (dt_string(&p, i, &s) && s.n && !lists(dt_prop(v->t, n, "clock-names"), s))
			return s;
	return STR_NONE;
}

/* Asked of the operator where a generated tree would need the clock. */
static const struct open_question *clock_question(const struct fragment_judging *v, dt_id host)
{
	for (size_t i = 0; i < v->g->model_questions.n; i++)
		if (v->g->model_questions.v[i].node == host &&
		    str_is(v->g->model_questions.v[i].property, "clocks"))
			return &v->g->model_questions.v[i];
	return NULL;
}

static const struct gnode *find_phandle(const struct gnode *n, uint32_t phandle)
{
	const struct gnode *found = n->phandle == phandle ? n : NULL;

	for (size_t i = 0; !found && i < n->children.n; i++)
		found = find_phandle(n->children.v[i], phandle);
	return found;
}

/* The rates that we would give it, "24000000 Hz, 8000000 Hz". */
static struct str rates(const struct fragment_judging *v, const struct gprop *clocks)
{
	const struct dt_prop cells = { clocks->name, clocks->data };
	struct buf b = buf_new(v->j->a);

	for (uint32_t i = 0; i < clocks->nphandles; i++) {
		const struct gnode *stub =
			find_phandle(v->g->model, dt_cell(&cells, clocks->phandles[i]));

		for (size_t k = 0; stub && k < stub->props.n; k++) {
			const struct gprop *p = &stub->props.v[k];
			const struct dt_prop rate = { p->name, p->data };

			if (str_is(p->name, "clock-frequency") && dt_ncells(&rate) == 1)
				buf_format(&b, "%s%u Hz", b.n ? ", " : "", dt_cell(&rate, 0));
		}
	}
	return buf_get(&b);
}

static void judge_clocks(struct fragment_judging *v, dt_id n)
{
	dt_id host = host_of(v, n);
	const struct gprop *model = model_prop(v, n, "clocks");
	const struct open_question *question = clock_question(v, host);
	size_t have = count_clocks(v, n), want = model ? model->nphandles : 0;
	bool kept = model && model->edit != EDIT_DROPPED;
	struct str name = missing_name(v, n);
	struct finding *f;

	/* clock-frequency gives the rate to drivers that take it. */
	if ((!kept && !question) || (!have && dt_has(v->t, n, "clock-frequency")) ||
	    (have && have >= want && !name.n) || (have && !kept))
		return;
	f = judge_fragment_at(v, RULE_MISSING_CLOCK, n,
			      have ? dt_place_prop(v->t, n, "clocks") : dt_place(v->t, n),
			      "`%.*s` of the fragment lacks %s%.*s%s",
			      STR_ARG(dt_node(v->t, n)->path), name.n ? "the clock `" : "`clocks",
			      STR_ARG(name), "`");
	finding_place(v->j->d, f, dt_place_prop(v->j->p->dt, host, "clocks"), "the host's");
	finding_note(v->j->d, f, "the guest's driver asks for it and does not probe without");
	if (kept)
		finding_help(
			v->j->d, f,
			"refer to a fixed-clock below /passthrough, in this order: %.*s (%.*s); "
			"or decide = [ \"%.*s clocks = drop: REASON\" ] if the driver does "
			"without",
			STR_ARG(rates(v, model)), STR_ARG(model->why),
			STR_ARG(path_of(v->j, host)));
	else
		finding_help(v->j->d, f,
			     "%.*s; refer to a fixed-clock of its rate below /passthrough, or "
			     "decide = [ \"%.*s clocks = drop: REASON\" ]",
			     STR_ARG(question->question), STR_ARG(path_of(v->j, host)));
}

static bool says_coherent(const struct fragment_judging *v, dt_id n)
{
	for (; n != DT_ROOT; n = dt_node(v->t, n)->parent)
		if (dt_has(v->t, n, "dma-coherent"))
			return true;
	return false;
}

static void judge_coherence(struct fragment_judging *v, dt_id n)
{
	const struct device *dev = facts_device(v->j->p->facts, host_of(v, n));
	bool masters = dev->dma == DMA_MASTER || dev->dma == DMA_ENGINE || dev->nstreams;
	struct finding *f;

	if (!dev->dma_coherent || !masters || says_coherent(v, n))
		return;
	f = judge_fragment_at(v, RULE_LOST_COHERENCE, n, dt_place(v->t, n),
			      "`%.*s` of the fragment lacks `dma-coherent`",
			      STR_ARG(dt_node(v->t, n)->path));
	if (dev->dma_coherent_from != DT_NONE)
		finding_place(v->j->d, f,
			      dt_place_prop(v->j->p->dt, dev->dma_coherent_from, "dma-coherent"),
			      dev->dma_coherent_from == dev->node ? "the host's"
								  : "inherited from here");
	finding_note(v->j->d, f,
		     "the guest flushes and invalidates caches around transfers that go through "
		     "them: data is lost now and then");
	finding_help(v->j->d, f, "add `dma-coherent;`");
}

static void judge_status(struct fragment_judging *v, dt_id n)
{
	struct finding *f;

	if (dt_is_available(v->t, n))
		return;
	f = judge_fragment_at(v, RULE_DISABLED_IN_FRAGMENT, n, dt_place_prop(v->t, n, "status"),
			      "the fragment disables `%.*s`", STR_ARG(dt_node(v->t, n)->path));
	finding_note(v->j->d, f,
		     "the guest's drivers leave it alone; a status of the host is often copied so");
	finding_help(v->j->d, f, "remove `status`, or leave the node out");
}

/* ---- Of no use
 * ----------------------------------------------------------------------------------- */

static bool provides(const struct dt *t, dt_id n)
{
	for (uint32_t i = 0; i < dt_node(t, n)->nprops; i++) {
		struct str name = t->props[dt_node(t, n)->first_prop + i].name;

		if (str_starts(name, "#") && str_ends(name, "-cells") &&
		    !str_is(name, "#address-cells") && !str_is(name, "#size-cells"))
			return true;
	}
	return false;
}

static void judge_use(struct fragment_judging *v, dt_id n)
{
	struct finding *f;

	if (host_of(v, n) != DT_NONE || v->referred[n] || !provides(v->t, n) ||
	    fragment_node(v, n)->nwindows)
		return;
	f = judge_fragment_at(v, RULE_UNREFERENCED_PROVIDER, n, dt_place(v->t, n),
			      "nothing refers to `%.*s` of the fragment",
			      STR_ARG(dt_node(v->t, n)->path));
	finding_help(v->j->d, f, "remove it, or refer to it");
}

void judge_fragment_props(struct fragment_judging *v, dt_id n)
{
	const struct dt_node *node = dt_node(v->t, n);
	bool is_device =
		host_of(v, n) != DT_NONE && fragment_node(v, n)->match != FRAGMENT_BY_PARENT;

	for (uint32_t i = 0; i < node->nprops; i++) {
		const struct dt_prop *p = &v->t->props[node->first_prop + i];
		const struct leftover *row = leftover(p->name);

		if (row)
			judge_leftover(v, n, p, row);
		else
			judge_references(v, n, p);
		judge_spelling(v, n, p);
	}
	if (is_device || fragment_node(v, n)->nwindows)
		judge_status(v, n);
	judge_use(v, n);
	/* Without one it is no device of the guest, only one that Xen reads. */
	if (!is_device || !dt_is_available(v->t, n) || !dt_has(v->t, n, "compatible"))
		return;
	judge_coherence(v, n);
	if (v->g->request->os == GUEST_OS_LINUX)
		judge_clocks(v, n);
}
