/* SPDX-License-Identifier: BSD-2-Clause */
/* decide = [ "PATH PROPERTY[INDEX] = VERB [VALUE]: REASON" ] */
#include "reader.h"

static const struct verb {
	const char *name;
	bool takes_value;
	const char *what;
} verbs[NDECIDE_VERBS] = {
#define DECIDE_VERB(id, verb, takes_value, what) [DECIDE_##id] = { verb, takes_value, what },
#include "decide_verbs.def"
#undef DECIDE_VERB
};

const char *decide_verb_name(enum decide_verb v)
{
	BUG_ON((unsigned)v >= NDECIDE_VERBS);
	return verbs[v].name;
}

static bool wrong(struct reader *r, const struct cfg_value *v, struct str part, const char *what)
{
	return read_fault(r, RULE_BAD_ENTRY, v, part,
			  STR("write \"PATH PROPERTY[INDEX] = VERB VALUE: REASON\"; [INDEX] and "
			      "VALUE only where there is a choice"),
			  "expected %s in `decide`, found `%.*s`", what,
			  STR_ARG(part.n ? part : v->text));
}

/* ---- PATH PROPERTY[INDEX] ------------------------------------------------------ */

/* DTSpec 2.2.4.1: the characters of a property's name. */
static bool is_property_name(struct str s)
{
	static const char bytes[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    ",._+?#-";

	for (size_t i = 0; i < s.n; i++)
		if (!s.s[i] || !strchr(bytes, s.s[i]))
			return false;
	return s.n > 0;
}

static bool read_property(struct str s, struct decision *d)
{
	size_t open = str_find(s, '[');
	uint64_t n;

	d->index = -1;
	d->property = str_sub(s, 0, open);
	if (!is_property_name(d->property))
		return false;
	if (open == SIZE_MAX)
		return true;
	if (!str_ends(s, "]") || !str_to_u64(str_sub(s, open + 1, s.n - open - 2), 10, &n) ||
	    n > INT32_MAX)
		return false;
	d->index = (int32_t)n;
	return true;
}

static bool read_reference(struct reader *r, const struct cfg_value *v, struct str s,
			   struct decision *d)
{
	size_t blank;

	s = str_trim(s);
	for (blank = s.n; blank > 0 && s.s[blank - 1] != ' ' && s.s[blank - 1] != '\t';)
		blank--;
	d->device.text = str_trim(str_sub(s, 0, blank));
	if (!d->device.text.n)
		return wrong(r, v, s, "a device and one of its properties");
	d->device.at = cfg_part_at(r->cfg, v, d->device.text);
	if (!read_property(str_from(s, blank), d))
		return wrong(r, v, str_from(s, blank), "PROPERTY or PROPERTY[INDEX]");
	return true;
}

/* ---- VERB [VALUE] -------------------------------------------------------------- */

static bool wrong_verb(struct reader *r, const struct cfg_value *v, struct str name)
{
	const char *nearest = NULL;
	struct finding *f;

	for (unsigned i = 0; i < NDECIDE_VERBS && !nearest; i++)
		if (str_distance(name, str_of(verbs[i].name), 1) <= 1)
			nearest = verbs[i].name;
	read_fault(r, RULE_BAD_ENTRY, v, name,
		   nearest ? str_format(r->arena, "did you mean `%s`?", nearest)
			   : STR("write one of these verbs"),
		   "expected a verb in `decide`, found `%.*s`", STR_ARG(name));
	f = diag_last(r->diag);
	for (unsigned i = 0; i < NDECIDE_VERBS; i++)
		finding_note(r->diag, f, "%s: %s", verbs[i].name, verbs[i].what);
	return false;
}

static bool find_verb(struct str name, enum decide_verb *out)
{
	for (unsigned i = 0; i < NDECIDE_VERBS; i++)
		if (str_is(name, verbs[i].name)) {
			*out = (enum decide_verb)i;
			return true;
		}
	return false;
}

static bool read_verb(struct reader *r, const struct cfg_value *v, struct str s, struct decision *d)
{
	struct str name, value;
	size_t n = 0;

	s = str_trim(s);
	while (n < s.n && s.s[n] != ' ' && s.s[n] != '\t')
		n++;
	name = str_sub(s, 0, n);
	value = str_trim(str_from(s, n));
	if (!find_verb(name, &d->verb))
		return wrong_verb(r, v, name);
	d->has_value = value.n > 0;
	if (value.n && !verbs[d->verb].takes_value)
		return read_fault(r, RULE_BAD_ENTRY, v, value, STR("remove it"),
				  "expected nothing behind `%s`, found `%.*s`", verbs[d->verb].name,
				  STR_ARG(value));
	if (value.n && !str_to_u64_any(value, &d->value))
		return read_fault(r, RULE_BAD_ENTRY, v, value,
				  STR("write Hz for a clock, microvolts for a supply, without a "
				      "unit"),
				  "expected a number behind `%s`, found `%.*s`",
				  verbs[d->verb].name, STR_ARG(value));
	return true;
}

static bool read_decision(struct reader *r, const struct cfg_value *v, struct decision *d)
{
	struct str head = str_sub(v->text, 0, str_find_sub(v->text, STR(": ")));
	size_t equals = str_find(head, '=');

	*d = (struct decision){ .index = -1 };
	if (str_ends(head, ":"))
		head.n--;
	if (equals == SIZE_MAX)
		return wrong(r, v, STR_NONE, "`=` and a verb");
	if (!read_reference(r, v, str_sub(head, 0, equals), d) ||
	    !read_verb(r, v, str_from(head, equals + 1), d))
		return false;
	d->reason = read_reason(r, v, &head);
	return true;
}

void read_decide(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	struct guest_request *g = r->guest;

	(void)k;
	g->decisions = ARENA_ARRAY(r->arena, struct decision, v->nitems);
	for (size_t i = 0; i < v->nitems; i++)
		g->ndecisions += read_decision(r, &v->items[i], &g->decisions[g->ndecisions]);
}
