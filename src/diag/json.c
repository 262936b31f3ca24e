/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings for machines: schemas/findings.schema.json. */
#include "findings.h"

#include <jansson.h>

static json_t *have(json_t *j)
{
	if (!j)
		die("out of memory");
	return j;
}

static void set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, have(value)) != 0)
		die("out of memory");
}

static void append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, have(value)) != 0)
		die("out of memory");
}

/* Invalid bytes become U+FFFD: JSON has only Unicode. */
static json_t *say_str(struct arena *a, struct str s)
{
	struct buf b = buf_new(a);
	struct str clean;

	for (size_t done = 0; done < s.n;) {
		struct str rest = str_from(s, done);
		struct glyph g = glyph_at(rest);

		if (g.valid)
			buf_put(&b, rest.s, g.nbytes);
		else
			buf_text(&b, "\xef\xbf\xbd");
		done += g.nbytes;
	}
	clean = buf_get(&b);
	return json_stringn(clean.s, clean.n);
}

static json_t *say_str_or_null(struct arena *a, struct str s)
{
	return s.n ? say_str(a, s) : json_null();
}

static json_t *say_place(struct arena *a, const struct place *at)
{
	json_t *j = have(json_object());
	bool text = at->kind == PLACE_TEXT;

	set(j, "file", say_str(a, at->file));
	if (at->kind == PLACE_TREE) {
		set(j, "path", say_str(a, at->path));
		set(j, "property", say_str_or_null(a, at->property));
		set(j, "cell", at->cell >= 0 ? json_integer(at->cell) : json_null());
	} else {
		set(j, "line", text ? json_integer(at->line) : json_null());
		set(j, "column", text ? json_integer(at->col) : json_null());
	}
	return j;
}

/* One string, a line for each; they are sentences and hold no newline. */
static json_t *say_helps(struct arena *a, const struct finding *f)
{
	struct buf b = buf_new(a);

	for (size_t i = 0; i < f->helps.n; i++) {
		if (i)
			buf_char(&b, '\n');
		buf_str(&b, f->helps.v[i]);
	}
	return say_str_or_null(a, buf_get(&b));
}

static json_t *say_finding(struct arena *a, const struct finding *f)
{
	json_t *j = have(json_object());
	json_t *places = have(json_array());
	json_t *notes = have(json_array());

	for (size_t i = 0; i < f->places.n; i++)
		append(places, say_place(a, &f->places.v[i]));
	for (size_t i = 0; i < f->notes.n; i++)
		append(notes, say_str(a, f->notes.v[i]));
	set(j, "rule", json_string(rule_get(f->rule)->slug));
	set(j, "level", json_string(level_name(f->level)));
	set(j, "message", say_str(a, f->text));
	set(j, "guest", say_str_or_null(a, f->guest));
	set(j, "places", places);
	set(j, "notes", notes);
	set(j, "help", say_helps(a, f));
	set(j, "allowed", f->allowed ? say_str(a, f->reason) : json_null());
	return j;
}

static json_t *say_summary(const struct diag *d)
{
	const struct summary *s = &d->summary;
	json_t *j = have(json_object());

	set(j, "errors", json_integer((json_int_t)s->errors));
	set(j, "warnings", json_integer((json_int_t)s->warnings));
	set(j, "notes", json_integer((json_int_t)s->notes));
	set(j, "allowed", json_integer((json_int_t)s->allowed));
	return j;
}

static int take(const char *bytes, size_t n, void *out)
{
	buf_put(out, bytes, n);
	return 0;
}

void diag_json(const struct diag *d, struct buf *out)
{
	json_t *j = have(json_object());
	json_t *findings = have(json_array());

	BUG_ON(!d->settled);
	for (size_t i = 0; i < diag_count(d); i++)
		append(findings, say_finding(d->arena, diag_get(d, i)));
	set(j, "findings", findings);
	set(j, "summary", say_summary(d));
	/* ASCII only, so that no terminal can take it for anything else. */
	if (json_dump_callback(j, take, out, JSON_INDENT(2) | JSON_ENSURE_ASCII) != 0)
		die("out of memory");
	buf_char(out, '\n');
	json_decref(j);
}
