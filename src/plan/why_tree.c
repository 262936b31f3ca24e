/* SPDX-License-Identifier: BSD-2-Clause */
/* Why the guest's tree has a node or a property, and has it as it is. */
#include "tell.h"

#include "building.h"

/* ---- Finding ------------------------------------------------------------------------ */

static const struct gnode *child_of(const struct gnode *n, struct str name)
{
	for (size_t i = 0; i < n->children.n; i++)
		if (str_eq(n->children.v[i]->name, name))
			return n->children.v[i];
	return NULL;
}

const struct gnode *why_find_path(const struct guest_plan *g, struct str path)
{
	const struct gnode *n = g->tree;
	struct str rest = str_from(path, 1);

	while (n && rest.n) {
		size_t slash = str_find(rest, '/');

		n = child_of(n, str_sub(rest, 0, slash == SIZE_MAX ? rest.n : slash));
		rest = slash == SIZE_MAX ? STR_NONE : str_from(rest, slash + 1);
	}
	return n;
}

static const struct gnode *find_host(struct arena *a, const struct gnode *n, struct str above,
				     dt_id host, struct str *path)
{
	const struct gnode *found = NULL;

	if (n->host == host) {
		*path = above.n ? above : STR("/");
		return n;
	}
	for (size_t i = 0; !found && i < n->children.n; i++)
		found = find_host(
			a, n->children.v[i],
			str_format(a, "%.*s/%.*s", STR_ARG(above), STR_ARG(n->children.v[i]->name)),
			host, path);
	return found;
}

const struct gnode *why_find_host(struct arena *a, const struct guest_plan *g, dt_id host,
				  struct str *path)
{
	return find_host(a, g->tree, STR_NONE, host, path);
}

/* ---- A node ---------------------------------------------------------------------------- */

static void tell_fragment(struct why *w, struct account *t, dt_id host, const char *property)
{
	const struct fragment *f = w->guest->fragment;
	dt_id n = host == DT_NONE ? DT_NONE : plan_fragment_of(w->guest, host);

	if (n != DT_NONE && property && dt_has(f->dt, n, property))
		account_place(w->arena, t, dt_place_prop(f->dt, n, property), "in the fragment");
	else if (n != DT_NONE)
		account_place(w->arena, t, dt_place(f->dt, n), "stands for it in the fragment");
}

void why_guest_node(struct why *w, const struct gnode *n, struct str path)
{
	struct account *t;
	struct str why = n->why;

	if (!why.n)
		why = n->host == DT_NONE ? STR("made for the guest") : STR("copied from the host");
	t = tell_begin(w, "node", "`%.*s` in the tree of guest `%.*s`: %.*s", STR_ARG(path),
		       STR_ARG(w->guest->request->name), STR_ARG(why));
	w->held = true;
	tell_fragment(w, t, n->host, NULL);
	if (n->host == DT_NONE)
		return;
	account_place(w->arena, t, dt_place(w->plan->dt, n->host), "on the host");
	tell_word(w, t, n->host);
}

/* ---- A property ------------------------------------------------------------------------- */

static void tell_decisions(struct why *w, struct account *t, dt_id node, struct str property)
{
	const struct resolved_decision *r;

	VEC_EACH (r, &w->guest->decisions)
		if (r->node == node && str_eq(r->decision->property, property))
			account_place(w->arena, t, r->decision->device.at, "decided: %s%s%.*s",
				      decide_verb_name(r->decision->verb),
				      r->decision->reason.n ? ", " : "",
				      STR_ARG(r->decision->reason));
}

static void tell_questions(struct why *w, struct account *t, dt_id node, struct str property)
{
	const struct open_question *q;

	VEC_EACH (q, &w->guest->questions)
		if (q->node == node && str_eq(q->property, property))
			account_note(w->arena, t, "open: %.*s", STR_ARG(q->question));
}

static void tell_keeps(struct why *w, struct account *t, dt_id node, struct str property)
{
	const struct keep *k;

	VEC_EACH (k, &w->guest->keeps)
		if (k->node == node && str_eq(k->property->name, property))
			account_note(w->arena, t, "entry %lu: `%.*s` has to stay switched on",
				     (unsigned long)k->index,
				     STR_ARG(plan_path(w->plan, k->provider)));
}

static void tell_facts(struct why *w, struct account *t, dt_id host, struct str name)
{
	const struct device *dev = facts_device(w->plan->facts, host);
	bool reg = str_is(name, "reg") || str_is(name, "xen,reg");
	bool lines = str_is(name, "interrupts") || str_is(name, "interrupts-extended");

	for (uint32_t i = 0; reg && i < dev->nwindows; i++)
		tell_window(w, t, host, i);
	for (uint32_t i = 0; lines && i < dev->nlines; i++)
		tell_line(w, t, host, i);
}

static void tell_origin(struct why *w, struct account *t, dt_id host, struct str name)
{
	const char *property = str_c(w->arena, name);
	size_t before = t->places.n;

	tell_fragment(w, t, host, property);
	if (host == DT_NONE)
		return;
	tell_facts(w, t, host, name);
	if (t->places.n == before && dt_has(w->plan->dt, host, property))
		account_place(w->arena, t, dt_place_prop(w->plan->dt, host, property),
			      "on the host");
	tell_decisions(w, t, host, name);
	tell_word(w, t, host);
	tell_questions(w, t, host, name);
	tell_keeps(w, t, host, name);
}

static const struct gprop *find_prop(const struct gnode *n, struct str name)
{
	const struct gprop *p;

	VEC_EACH (p, &n->props)
		if (str_eq(p->name, name))
			return p;
	return NULL;
}

void why_property(struct why *w, const struct gnode *n, struct str path, struct str name)
{
	const struct gprop *p = find_prop(n, name);
	struct account *t;

	if (!p && n->phandle && str_is(name, "phandle")) {
		t = tell_begin(w, "property", "phandle of `%.*s`: numbered anew for the guest",
			       STR_ARG(path));
		w->held = true;
		return;
	}
	if (!p) {
		t = tell_begin(w, "property", "`%.*s` of guest `%.*s` has no property `%.*s`",
			       STR_ARG(path), STR_ARG(w->guest->request->name), STR_ARG(name));
		tell_origin(w, t, n->host, name);
		return;
	}
	t = tell_begin(w, "property", "`%.*s` of `%.*s` in the tree of guest `%.*s`: %s%s%.*s",
		       STR_ARG(name), STR_ARG(path), STR_ARG(w->guest->request->name),
		       edit_name(p->edit), p->why.n ? ": " : "", STR_ARG(p->why));
	w->held = true;
	if (p->is_node) {
		account_place(w->arena, t, dt_place(w->plan->dt, p->host), "on the host");
		tell_word(w, t, n->host);
		return;
	}
	tell_origin(w, t, p->host != DT_NONE ? p->host : n->host, name);
}
