/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a value has the shape that its key takes, and what xl makes of it
 * if not.  Facts: Xen tools/libs/util/libxlu_cfg.c (find_atom,
 * xlu_cfg_get_bounded_long, xlu_cfg_get_list, xlu_cfg_get_listitem).
 */
#include "reader.h"

static bool is_own(enum shape s)
{
	return s == SHAPE_OWN_TEXT || s == SHAPE_OWN_NUMBER || s == SHAPE_OWN_LIST;
}

static bool takes_list(enum shape s)
{
	return s == SHAPE_LIST_STOPS || s == SHAPE_LIST_EXITS || s == SHAPE_OWN_LIST;
}

static bool takes_number(enum shape s)
{
	return s == SHAPE_NUMBER || s == SHAPE_OWN_NUMBER;
}

static const char *kind_name(enum cfg_kind k)
{
	return k == CFG_LIST ? "a list" : k == CFG_NUMBER ? "a number" : "a string";
}

static struct finding *ignored(struct reader *r, const struct key *k, const struct cfg_value *v,
			       const char *expected, const char *found)
{
	struct finding *f =
		read_judge(r, RULE_XL_IGNORES, v, "xl ignores `%s`: expected %s, found %s", k->name,
			   expected, found);

	finding_note(r->diag, f,
		     k->shape == SHAPE_TEXT_MUTE
			     ? "xl goes on without it and says nothing"
			     : "xl goes on without it; all that it says is one warning");
	return f;
}

static const char *source_text(struct reader *r, const struct cfg_value *v)
{
	struct place at = cfg_at(r->cfg, v->source, v->off, v->len);

	return str_c(r->arena, str_sub(at.text, at.off, at.len));
}

/* A single value where a list belongs: what was meant is plain. */
static bool single_for_list(struct reader *r, const struct key *k, struct cfg_value *v)
{
	struct cfg_value *item = arena_copy(r->arena, v, sizeof(*v));
	const char *text = source_text(r, v);

	v->kind = CFG_LIST;
	v->items = item;
	v->nitems = 1;
	if (is_own(k->shape)) {
		read_fault(r, RULE_BAD_VALUE, item, STR_NONE,
			   str_format(r->arena, "write `%s = [ %s ]`", k->name, text),
			   "expected a list for `%s`, found %s", k->name, kind_name(item->kind));
		return true;
	}
	finding_help(r->diag, ignored(r, k, item, "a list", kind_name(item->kind)),
		     "write `%s = [ %s ]`", k->name, text);
	return r->guest->form == FORM_REQUEST;
}

static bool list_for_single(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	const char *expected = takes_number(k->shape) ? "a number" : "a string";

	if (is_own(k->shape))
		return read_fault(r, RULE_BAD_VALUE, v, STR_NONE,
				  str_format(r->arena, "write `%s =` and %s, without brackets",
					     k->name, expected),
				  "expected %s for `%s`, found a list", expected, k->name);
	finding_help(r->diag, ignored(r, k, v, expected, "a list"),
		     "write `%s =` and %s, without brackets", k->name, expected);
	return false;
}

/* ---- Numbers ------------------------------------------------------------------- */

static bool take_number(struct reader *r, const struct key *k, const struct cfg_setting *s)
{
	const struct cfg_value *v = &s->value;
	int64_t n;
	enum cfg_number how = cfg_number(r->arena, v->text, &n);
	struct finding *f;

	if (is_own(k->shape) && (s->append || how != CFG_NUMBER_GOOD))
		return read_fault(r, RULE_BAD_VALUE, v, STR_NONE,
				  str_format(r->arena, "write `%s =` and a number", k->name),
				  "expected a number for `%s`, found `%.*s`", k->name,
				  STR_ARG(v->text));
	if (s->append) {
		finding_help(r->diag, ignored(r, k, v, "a number", "what += makes of it, a string"),
			     "write `%s =` and the whole number", k->name);
		return false;
	}
	if (how == CFG_NUMBER_NONE || how == CFG_NUMBER_TOO_LARGE) {
		finding_help(r->diag,
			     ignored(r, k, v,
				     how == CFG_NUMBER_NONE ? "a number" : "a number of 64 bits",
				     str_format(r->arena, "`%.*s`", STR_ARG(v->text)).s),
			     "write a plain number, without unit, fraction or leading zeros");
		return false;
	}
	if (how == CFG_NUMBER_OCTAL) {
		f = read_judge(r, RULE_XL_IGNORES, v, "xl reads `%.*s` as octal, that is %lld",
			       STR_ARG(v->text), (long long)n);
		finding_help(r->diag, f, "write the number without its leading zero");
	}
	return true;
}

/* ---- Lists --------------------------------------------------------------------- */

static void list_stops(struct reader *r, const struct key *k, struct cfg_value *v, size_t at)
{
	struct finding *f = read_judge(
		r, RULE_XL_IGNORES, &v->items[at],
		"xl stops reading `%s` at this list in the list, without a word", k->name);
	size_t lost = v->nitems - at - 1;

	if (lost)
		finding_note(r->diag, f, "%zu more %s behind it %s lost", lost,
			     lost == 1 ? "entry" : "entries", lost == 1 ? "is" : "are");
	finding_help(r->diag, f, "remove the inner brackets");
	v->nitems = at;
}

static bool take_list(struct reader *r, const struct key *k, struct cfg_value *v)
{
	struct cfg_value *items = ARENA_ARRAY(r->arena, struct cfg_value, v->nitems);
	size_t n = 0;

	for (size_t i = 0; i < v->nitems; i++) {
		if (v->items[i].kind != CFG_LIST) {
			items[n++] = v->items[i];
			continue;
		}
		if (k->shape == SHAPE_LIST_STOPS) {
			list_stops(r, k, v, i);
			break;
		}
		read_fault(r, RULE_BAD_ENTRY, &v->items[i], STR_NONE,
			   STR("remove the inner brackets"),
			   "expected a string in `%s`, found a list", k->name);
	}
	v->items = items;
	v->nitems = n;
	return true;
}

bool shape_take(struct reader *r, const struct key *k, const struct cfg_setting *s,
		struct cfg_value *v)
{
	*v = s->value;
	if (k->shape == SHAPE_ANY)
		return true;
	if (takes_list(k->shape))
		return (v->kind == CFG_LIST || single_for_list(r, k, v)) && take_list(r, k, v);
	if (v->kind == CFG_LIST)
		return list_for_single(r, k, v);
	if (takes_number(k->shape))
		return take_number(r, k, s);
	if (k->shape == SHAPE_OWN_TEXT && v->kind == CFG_NUMBER)
		return read_fault(
			r, RULE_BAD_VALUE, v, STR_NONE,
			str_format(r->arena, "write `%s =` and a string in quotes", k->name),
			"expected a string for `%s`, found the number `%.*s`", k->name,
			STR_ARG(v->text));
	return true;
}
