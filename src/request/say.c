/* SPDX-License-Identifier: BSD-2-Clause */
/* What all readers of values need: places, reasons, words for values. */
#include "reader.h"

bool read_fault(struct reader *r, enum rule rule, const struct cfg_value *v, struct str part,
		struct str help, const char *fmt, ...)
{
	struct place at = part.n ? cfg_part_at(r->cfg, v, part) : cfg_value_at(r->cfg, v);
	struct str text;
	va_list args;

	va_start(args, fmt);
	text = str_vformat(r->arena, fmt, args);
	va_end(args);
	diag_fault(r->diag, rule, at, help, "%.*s", STR_ARG(text));
	diag_last(r->diag)->guest = r->guest->name;
	return false;
}

struct finding *read_judge(struct reader *r, enum rule rule, const struct cfg_value *v,
			   const char *fmt, ...)
{
	struct str text;
	va_list args;

	va_start(args, fmt);
	text = str_vformat(r->arena, fmt, args);
	va_end(args);
	return diag_judge(r->diag, rule, r->guest->name, STR_NONE, cfg_value_at(r->cfg, v), "%.*s",
			  STR_ARG(text));
}

struct word read_word(struct reader *r, const struct cfg_value *v)
{
	return (struct word){ v->text, cfg_value_at(r->cfg, v) };
}

/* ---- Reasons ------------------------------------------------------------------- */

void missing_reason(struct reader *r, struct place at, const char *help)
{
	struct finding *f = diag_judge(r->diag, RULE_MISSING_REASON, r->guest->name, STR_NONE, at,
				       "expected a reason, found none");

	finding_help(r->diag, f, "%s", help);
}

struct str read_reason(struct reader *r, const struct cfg_value *v, struct str *head)
{
	size_t colon = str_find_sub(v->text, STR(": "));
	struct str reason = STR_NONE;

	*head = str_trim(str_sub(v->text, 0, colon));
	if (colon != SIZE_MAX)
		reason = str_trim(str_from(v->text, colon + 2));
	else if (str_ends(*head, ":"))
		head->n--;
	if (!reason.n)
		missing_reason(r, cfg_value_at(r->cfg, v),
			       "append `: ` and the reason; the outputs repeat it");
	return reason;
}

/* ---- Words for values ---------------------------------------------------------- */

static struct str choice_list(struct arena *a, const struct choice *choices)
{
	struct buf out = buf_new(a);

	for (const struct choice *c = choices; c->word; c++)
		buf_format(&out, "%s`%s`", c == choices ? "" : c[1].word ? ", " : " or ", c->word);
	return buf_get(&out);
}

static const char *nearest_choice(const struct choice *choices, struct str word)
{
	for (const struct choice *c = choices; c->word; c++)
		if (str_distance(word, str_of(c->word), 2) <= 2 && strlen(c->word) > 2)
			return c->word;
	return NULL;
}

bool read_choice(struct reader *r, const struct key *k, const struct cfg_value *v,
		 const struct choice *choices, bool nocase, int *out)
{
	const char *nearest = nearest_choice(choices, v->text);
	struct str list = choice_list(r->arena, choices);
	struct str help = str_format(r->arena, "write one of %.*s", STR_ARG(list));

	for (const struct choice *c = choices; c->word; c++)
		if (nocase ? str_eq_nocase(v->text, str_of(c->word)) : str_is(v->text, c->word)) {
			*out = c->value;
			return true;
		}
	if (nearest)
		help = str_format(r->arena, "did you mean `%s`?", nearest);
	return read_fault(r, RULE_BAD_VALUE, v, STR_NONE, help,
			  "expected %.*s for `%s`, found `%.*s`", STR_ARG(list), k->name,
			  STR_ARG(v->text));
}
