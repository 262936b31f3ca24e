/* SPDX-License-Identifier: BSD-2-Clause */
/* What stands in a node in place of a reference, whatever the driver. */
#include "refs.h"

enum form {
	FORM_FLAG,
	FORM_LINK,
	FORM_MAC,
};

static const struct asked {
	const char *property, *unless[2], *answer, *question;
} asked[] = {
#define ASKED(property, unless, unless2, answer, question) \
	{ property, { unless, unless2 }, answer, question },
#include "instead.def"
};

static const struct stubbed {
	const char *property, *why;
} stubbed[] = {
#define STUBBED(property, why) { property, why },
#include "instead.def"
};

static const struct lost {
	const char *property, *prefix;
} lost[] = {
#define LOST(property, prefix) { property, prefix },
#include "instead.def"
};

static const struct gained {
	const char *property, *name, *why;
} gained[] = {
#define GAINED(property, name, why) { property, name, why },
#include "instead.def"
};

static const struct verb_row {
	const char *property;
	enum decide_verb verb;
	enum form form;
	const char *name;
} verbs[] = {
#define VERB(property, verb, form, name) { property, DECIDE_##verb, FORM_##form, name },
#include "instead.def"
};

/* ---- Defaults ---------------------------------------------------------------------- */

static bool has_either(const struct dt *t, dt_id n, const char *const names[2])
{
	return (names[0] && dt_has(t, n, names[0])) || (names[1] && dt_has(t, n, names[1]));
}

static const struct asked *asked_of(const struct referring *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(asked); i++)
		if (str_is(r->p->name, asked[i].property) &&
		    !has_either(r->gr->b->p->dt, r->n->host, asked[i].unless))
			return &asked[i];
	return NULL;
}

static const struct stubbed *stubbed_of(const struct referring *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(stubbed); i++)
		if (str_is(r->p->name, stubbed[i].property))
			return &stubbed[i];
	return NULL;
}

bool instead_default(struct referring *r, const struct dt_ref *ref, struct entry_plan *out)
{
	const struct asked *question = asked_of(r);
	const struct stubbed *stub = stubbed_of(r);
	struct arena *a = r->gr->b->a;
	uint32_t microvolts;

	if (question) {
		refs_ask(r, ref,
			 str_format(a, "%.*s stays on the host, and %s",
				    STR_ARG(refs_provider(r, ref)), question->question),
			 question->answer);
		*out = (struct entry_plan){ FATE_ASK, NULL,
					    STR("what stands in for it has to be decided") };
		return true;
	}
	if (!stub || !tree_fixed_voltage(r->gr->b->p->dt, ref->provider, &microvolts))
		return false;
	*out = (struct entry_plan){ FATE_STUB, tree_stub(r->gr, r->row->class, microvolts),
				    str_format(a, "%s, the fixed one of %.*s", stub->why,
					       STR_ARG(refs_provider(r, ref))) };
	return true;
}

/* ---- Decisions ------------------------------------------------------------------------ */

static const struct verb_row *verb_of(enum decide_verb verb)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (verbs[i].verb == verb)
			return &verbs[i];
	return NULL;
}

bool instead_fits(enum decide_verb verb, struct str property)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (verbs[i].verb == verb && str_is(property, verbs[i].property))
			return true;
	return !verb_of(verb);
}

const char *instead_of(enum decide_verb verb)
{
	const struct verb_row *row = verb_of(verb);

	return row ? row->property : "every property";
}

const char *instead_value_fault(const struct decision *d)
{
	const struct verb_row *row = verb_of(d->verb);

	if (!row || row->form == FORM_FLAG)
		return NULL;
	if (row->form == FORM_LINK)
		return d->has_value && d->value >= 10 && d->value <= 100000
			       ? NULL
			       : "a speed in Mbit/s, from 10 to 100000";
	/* Of one station: not all zero, the group bit clear. */
	return d->has_value && d->value && !(d->value >> 48) && !(d->value >> 40 & 1)
		       ? NULL
		       : "the address of one station: 0x and 12 hexadecimal digits";
}

/* net/ethernet-controller.yaml, fixed-link */
static void add_link(struct growing *gr, struct gnode *n, uint64_t speed, struct str why)
{
	struct gnode *link = tree_node(gr, n, STR("fixed-link"), DT_NONE);
	uint32_t cell = (uint32_t)speed;

	link->why = why;
	tree_prop(gr, link, STR("speed"), tree_cells(gr->b->a, &cell, 1), EDIT_ADDED, STR_NONE);
	tree_prop(gr, link, STR("full-duplex"), STR_NONE, EDIT_ADDED, STR_NONE);
}

static void add_mac(struct growing *gr, struct gnode *n, const char *name, uint64_t mac,
		    struct str why)
{
	struct buf b = buf_new(gr->b->a);

	for (int shift = 40; shift >= 0; shift -= 8)
		buf_char(&b, (char)(mac >> shift & 0xff));
	tree_prop(gr, n, str_of(name), buf_get(&b), EDIT_ADDED, why);
}

static bool is_there(const struct gnode *n, const char *name)
{
	for (size_t i = 0; i < n->props.n; i++)
		if (str_is(n->props.v[i].name, name) && n->props.v[i].edit != EDIT_DROPPED)
			return true;
	for (size_t i = 0; i < n->children.n; i++)
		if (str_is(n->children.v[i]->name, name))
			return true;
	return false;
}

static void add_decided(struct growing *gr, struct gnode *n, const struct decision *d)
{
	const struct verb_row *row = verb_of(d->verb);
	struct str why =
		str_format(gr->b->a, "decided%s%.*s", d->reason.n ? ": " : "", STR_ARG(d->reason));

	if (!row || is_there(n, row->name))
		return;
	if (row->form == FORM_FLAG)
		tree_prop(gr, n, str_of(row->name), STR_NONE, EDIT_ADDED, why);
	else if (row->form == FORM_LINK)
		add_link(gr, n, d->value, why);
	else
		add_mac(gr, n, row->name, d->value, why);
}

/* ---- The whole node --------------------------------------------------------------------- */

static bool went(const struct gnode *n, const char *name)
{
	for (size_t i = 0; i < n->props.n; i++)
		if (str_is(n->props.v[i].name, name))
			return n->props.v[i].edit == EDIT_DROPPED;
	return false;
}

static void lose(struct growing *gr, struct gnode *n, const char *prefix, const char *with)
{
	for (size_t i = 0; i < n->props.n; i++) {
		struct gprop *p = &n->props.v[i];

		if (!str_starts(p->name, prefix) || p->edit == EDIT_DROPPED)
			continue;
		p->data = STR_NONE;
		p->edit = EDIT_DROPPED;
		p->why = str_format(gr->b->a, "goes with %s", with);
	}
}

void instead_finish(struct growing *gr, struct gnode *n)
{
	for (size_t i = 0; i < ARRAY_SIZE(lost); i++)
		if (went(n, lost[i].property))
			lose(gr, n, lost[i].prefix, lost[i].property);
	for (size_t i = 0; i < ARRAY_SIZE(gained); i++)
		if (went(n, gained[i].property) && !is_there(n, gained[i].name))
			tree_prop(gr, n, str_of(gained[i].name), STR_NONE, EDIT_ADDED,
				  str_of(gained[i].why));
	for (size_t i = 0; i < gr->instead.n; i++)
		add_decided(gr, n, gr->instead.v[i]);
	gr->instead.n = 0;
}
