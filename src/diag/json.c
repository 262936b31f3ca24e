/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings for machines: schemas/findings.schema.json. */
#include "json.h"
#include "findings.h"

/* The members of a place; of an account also what the caret says. */
static void say_members(struct json *j, const struct place *at)
{
	json_put_str(j, "file", at->file);
	if (at->kind == PLACE_TREE) {
		json_put_str(j, "path", at->path);
		json_put_str_or_null(j, "property", at->property);
		if (at->cell >= 0)
			json_put_number(j, "cell", (uint64_t)at->cell);
		else
			json_put_null(j, "cell");
	} else if (at->kind == PLACE_TEXT) {
		json_put_number(j, "line", at->line);
		json_put_number(j, "column", at->col);
	} else {
		json_put_null(j, "line");
		json_put_null(j, "column");
	}
}

static void say_place(struct json *j, const struct place *at)
{
	json_put_object(j, NULL);
	say_members(j, at);
	json_put_end(j);
}

/* One string, a line for each; they are sentences and hold no newline. */
static struct str join_helps(struct arena *a, const struct finding *f)
{
	struct buf b = buf_new(a);

	for (size_t i = 0; i < f->helps.n; i++) {
		if (i)
			buf_char(&b, '\n');
		buf_str(&b, f->helps.v[i]);
	}
	return buf_get(&b);
}

static void say_finding(struct json *j, struct arena *a, const struct finding *f)
{
	json_put_object(j, NULL);
	json_put_text(j, "rule", rule_get(f->rule)->slug);
	json_put_text(j, "level", level_name(f->level));
	json_put_str(j, "message", f->text);
	json_put_str_or_null(j, "guest", f->guest);
	json_put_array(j, "places");
	for (size_t i = 0; i < f->places.n; i++)
		say_place(j, &f->places.v[i]);
	json_put_end(j);
	json_put_array(j, "notes");
	for (size_t i = 0; i < f->notes.n; i++)
		json_put_str(j, NULL, f->notes.v[i]);
	json_put_end(j);
	json_put_str_or_null(j, "help", join_helps(a, f));
	if (f->allowed)
		json_put_str(j, "allowed", f->reason);
	else
		json_put_null(j, "allowed");
	json_put_end(j);
}

static void say_summary(struct json *j, const struct summary *s)
{
	json_put_object(j, "summary");
	json_put_number(j, "errors", s->errors);
	json_put_number(j, "warnings", s->warnings);
	json_put_number(j, "notes", s->notes);
	json_put_number(j, "allowed", s->allowed);
	json_put_number(j, "baseline", s->known);
	json_put_end(j);
}

void diag_json(const struct diag *d, struct buf *out)
{
	struct json j = json_to(out);

	BUG_ON(!d->settled);
	json_put_object(&j, NULL);
	json_put_array(&j, "findings");
	for (size_t i = 0; i < diag_count(d); i++)
		say_finding(&j, d->arena, diag_get(d, i));
	json_put_end(&j);
	say_summary(&j, &d->summary);
	json_put_end(&j);
}

void account_json(const struct account *t, struct json *j)
{
	json_put_text(j, "kind", t->kind);
	json_put_str(j, "text", t->text);
	json_put_array(j, "places");
	for (size_t i = 0; i < t->places.n; i++) {
		json_put_object(j, NULL);
		say_members(j, &t->places.v[i]);
		json_put_str(j, "says", t->places.v[i].says);
		json_put_end(j);
	}
	json_put_end(j);
	json_put_array(j, "notes");
	for (size_t i = 0; i < t->notes.n; i++)
		json_put_str(j, NULL, t->notes.v[i]);
	json_put_end(j);
}
