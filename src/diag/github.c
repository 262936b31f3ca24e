/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Findings as workflow commands of GitHub Actions, one a line, which become
 * annotations of a change:
 *   ::error file=NAME,line=N,endLine=N,col=N,endColumn=N,title=TITLE::MESSAGE
 */
#include "findings.h"

/* The escapes of a message and, in a property, of what ends a property. */
static void put_escaped(struct buf *out, struct str s, bool property)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.s[i];

		if (c == '%' || (property && (c == ':' || c == ',')))
			buf_format(out, "%%%02X", (unsigned)(uint8_t)c);
		else
			buf_char(out, c);
	}
}

/* No line end is left after this, so each finding keeps to its command. */
static void put_text(struct buf *out, struct str s, bool property)
{
	struct buf shown = buf_new(out->arena);

	text_show(s, &shown);
	put_escaped(out, buf_get(&shown), property);
}

static const char *command_of(const struct finding *f)
{
	switch (f->level) {
	case LEVEL_ERROR:
		return "error";
	case LEVEL_WARNING:
		return "warning";
	case LEVEL_NOTE:
		break;
	}
	return "notice";
}

static void put_properties(struct buf *out, const struct finding *f)
{
	struct place at = finding_at(f);
	struct columns c;

	if (at.kind != PLACE_NONE) {
		buf_text(out, "file=");
		put_text(out, at.file, true);
		buf_char(out, ',');
	}
	if (at.kind == PLACE_TEXT)
		buf_format(out, "line=%u,endLine=%u,", (unsigned)at.line, (unsigned)at.line);
	if (at.kind == PLACE_TEXT && place_columns(&at, &c))
		buf_format(out, "col=%u,endColumn=%u,", (unsigned)c.first, (unsigned)c.end);
	buf_format(out, "title=%s", rule_get(f->rule)->slug);
}

static void put_line(struct buf *out, const char *label, struct str s)
{
	buf_format(out, "%%0A%s", label);
	put_text(out, s, false);
}

/* What the properties could not say of it. */
static void put_place(struct buf *out, const struct place *at, bool main)
{
	if (main && at->kind != PLACE_TREE && !at->says.n)
		return;
	put_line(out, "at ", at->file);
	if (at->kind == PLACE_TEXT)
		buf_format(out, ":%u", (unsigned)at->line);
	if (at->kind == PLACE_TREE) {
		buf_char(out, ':');
		put_text(out, at->path, false);
	}
	if (at->property.n) {
		buf_char(out, ' ');
		put_text(out, at->property, false);
	}
	if (at->says.n) {
		buf_text(out, ": ");
		put_text(out, at->says, false);
	}
}

static void put_finding(struct buf *out, const struct finding *f)
{
	buf_format(out, "::%s ", command_of(f));
	put_properties(out, f);
	buf_text(out, "::");
	put_text(out, f->text, false);
	for (size_t i = 0; i < f->places.n; i++)
		put_place(out, &f->places.v[i], i == 0);
	if (f->guest.n)
		put_line(out, "guest: ", f->guest);
	for (size_t i = 0; i < f->notes.n; i++)
		put_line(out, "note: ", f->notes.v[i]);
	for (size_t i = 0; i < f->helps.n; i++)
		put_line(out, "help: ", f->helps.v[i]);
	buf_char(out, '\n');
}

void diag_github(const struct diag *d, struct buf *out)
{
	BUG_ON(!d->settled);
	/* What somebody took upon himself needs no mark on every change. */
	for (size_t i = 0; i < diag_count(d); i++)
		if (!diag_get(d, i)->allowed)
			put_finding(out, diag_get(d, i));
}
