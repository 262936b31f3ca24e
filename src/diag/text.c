/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings for people: the source line, a caret below what is meant, words. */
#include "findings.h"

enum {
	SNIPPET_COLUMNS = 100, /* longer lines are cut, the caret stays visible   */
	SNIPPET_LEAD = 40,     /* what stays before the caret when the left is cut */
	SNIPPET_BYTES = 400,   /* some characters take no column at all           */
	GUTTER_LEAST = 2,      /* so that findings look alike up to line 99       */
};

#define PAINT_OFF    "\033[0m"
#define PAINT_BOLD   "\033[1m"
#define PAINT_GUTTER "\033[1;34m"

struct page {
	struct buf *out;
	bool colour;
	const char *paint; /* of this finding                                    */
	uint32_t gutter;   /* columns for line numbers                           */
};

static void paint(const struct page *p, const char *sequence)
{
	if (p->colour)
		buf_text(p->out, sequence);
}

static const char *paint_of(const struct finding *f)
{
	if (f->allowed)
		return "\033[1;32m";
	switch (f->level) {
	case LEVEL_ERROR:
		return "\033[1;31m";
	case LEVEL_WARNING:
		return "\033[1;33m";
	case LEVEL_NOTE:
		break;
	}
	return "\033[1;36m";
}

/* ---- One line of source -------------------------------------------------- */

/* The part of a line that is shown: bytes [start, end). */
struct window {
	size_t start, end;
};

/* Columns of bytes [from, to); stops counting once `limit` is passed. */
static uint32_t columns(struct str line, size_t from, size_t to, uint32_t limit)
{
	size_t stop = from + SNIPPET_BYTES;
	uint32_t n = 0;

	while (from < to && from < stop && n <= limit) {
		struct glyph g = glyph_at(str_from(line, from));

		n += glyph_width(g);
		from += g.nbytes;
	}
	return from < to ? limit + 1 : n;
}

/* Where the character starts that ends before `at`. */
static size_t step_back(struct str line, size_t at)
{
	size_t start = at - 1;
	struct glyph g;

	while (start > 0 && at - start < 4 && ((uint8_t)line.s[start] & 0xc0) == 0x80)
		start--;
	g = glyph_at(str_from(line, start));
	return start + g.nbytes == at ? start : at - 1;
}

static struct window window_around(struct str line, size_t off, size_t len)
{
	struct window w = { off, off };
	uint32_t used = 0, room = SNIPPET_COLUMNS;

	if (columns(line, 0, off + len, SNIPPET_COLUMNS) <= SNIPPET_COLUMNS)
		w.start = 0;
	while (w.start > 0 && off - w.start < SNIPPET_BYTES / 2 && used < SNIPPET_LEAD) {
		w.start = step_back(line, w.start);
		used += glyph_width(glyph_at(str_from(line, w.start)));
	}
	w.end = w.start;
	while (w.end < line.n && w.end - w.start < SNIPPET_BYTES) {
		struct glyph g = glyph_at(str_from(line, w.end));

		if (glyph_width(g) > room)
			break;
		room -= glyph_width(g);
		w.end += g.nbytes;
	}
	return w;
}

static void say_gutter(const struct page *p, uint32_t line)
{
	paint(p, PAINT_GUTTER);
	if (line)
		buf_format(p->out, "%*u |", (int)p->gutter, (unsigned)line);
	else
		buf_format(p->out, "%*s |", (int)p->gutter, "");
	paint(p, PAINT_OFF);
}

static void say_carets(const struct page *p, const struct place *at, struct window w, size_t off,
		       size_t end)
{
	uint32_t before = columns(at->text, w.start, off, UINT32_MAX - 1);
	uint32_t under = columns(at->text, off, end < w.end ? end : w.end, UINT32_MAX - 1);

	say_gutter(p, 0);
	buf_fill(p->out, ' ', 1 + before + (w.start ? 3 : 0));
	paint(p, p->paint);
	buf_fill(p->out, '^', under ? under : 1);
	if (at->says.n) {
		buf_char(p->out, ' ');
		text_show(at->says, p->out);
	}
	paint(p, PAINT_OFF);
	buf_char(p->out, '\n');
}

static void say_snippet(const struct page *p, const struct place *at)
{
	size_t off = at->off < at->text.n ? at->off : at->text.n;
	size_t len = at->len < at->text.n - off ? at->len : at->text.n - off;
	struct window w = window_around(at->text, off, len);

	say_gutter(p, 0);
	buf_char(p->out, '\n');
	say_gutter(p, at->kind == PLACE_TEXT ? at->line : 0);
	if (at->text.n)
		buf_char(p->out, ' ');
	if (w.start > 0)
		buf_text(p->out, "...");
	text_show(str_sub(at->text, w.start, w.end - w.start), p->out);
	if (w.end < at->text.n)
		buf_text(p->out, "...");
	buf_char(p->out, '\n');
	if (at->len)
		say_carets(p, at, w, off, off + len);
}

/* ---- One place ----------------------------------------------------------- */

static void say_tree_place(const struct page *p, const struct place *at)
{
	buf_char(p->out, ':');
	text_show(at->path, p->out);
	/* The drawing below names the property, if there is one. */
	if (!at->property.n || at->text.n)
		return;
	buf_char(p->out, ' ');
	text_show(at->property, p->out);
	if (at->cell >= 0)
		buf_format(p->out, "[%d]", (int)at->cell);
}

static void say_place(const struct page *p, const struct place *at)
{
	bool snippet = at->text.n || (at->kind == PLACE_TEXT && at->len);

	buf_fill(p->out, ' ', p->gutter);
	paint(p, PAINT_GUTTER);
	buf_text(p->out, "--> ");
	paint(p, PAINT_OFF);
	text_show(at->file, p->out);
	if (at->kind == PLACE_TEXT)
		buf_format(p->out, ":%u:%u", (unsigned)at->line, (unsigned)at->col);
	if (at->kind == PLACE_TREE)
		say_tree_place(p, at);
	if (at->says.n && !(snippet && at->len)) {
		buf_text(p->out, ": ");
		text_show(at->says, p->out);
	}
	buf_char(p->out, '\n');
	if (snippet)
		say_snippet(p, at);
}

/* ---- One finding --------------------------------------------------------- */

static void say_remark(const struct page *p, const char *label, struct str text)
{
	buf_fill(p->out, ' ', p->gutter + 1);
	paint(p, PAINT_GUTTER);
	buf_char(p->out, '=');
	paint(p, PAINT_OFF);
	buf_char(p->out, ' ');
	paint(p, PAINT_BOLD);
	buf_format(p->out, "%s:", label);
	paint(p, PAINT_OFF);
	buf_char(p->out, ' ');
	text_show(text, p->out);
	buf_char(p->out, '\n');
}

static void say_headline(const struct page *p, const struct finding *f)
{
	paint(p, p->paint);
	buf_text(p->out, f->allowed ? "allowed" : level_name(f->level));
	paint(p, PAINT_OFF);
	paint(p, PAINT_BOLD);
	buf_text(p->out, ": ");
	text_show(f->text, p->out);
	paint(p, PAINT_OFF);
	buf_format(p->out, " [%s]", rule_get(f->rule)->slug);
	if (f->allowed) {
		buf_text(p->out, " (");
		text_show(f->reason.n ? f->reason : STR("no reason given"), p->out);
		buf_char(p->out, ')');
	}
	buf_char(p->out, '\n');
}

/* Wide enough for the longest line number; whether a text names the guest. */
static uint32_t measure_gutter(const struct place *places, size_t n, bool *has_text)
{
	uint32_t width = GUTTER_LEAST;

	*has_text = false;
	for (size_t i = 0; i < n; i++) {
		uint32_t line = places[i].line, digits = 1;

		if (places[i].kind != PLACE_TEXT)
			continue;
		*has_text = true;
		for (; line > 9; line /= 10)
			digits++;
		if (digits > width)
			width = digits;
	}
	return width;
}

static void say_finding(struct page *p, const struct finding *f)
{
	bool has_text;

	p->paint = paint_of(f);
	p->gutter = measure_gutter(f->places.v, f->places.n, &has_text);
	say_headline(p, f);
	for (size_t i = 0; i < f->places.n; i++)
		say_place(p, &f->places.v[i]);
	if (f->guest.n && !has_text)
		say_remark(p, "guest", f->guest);
	for (size_t i = 0; i < f->notes.n; i++)
		say_remark(p, "note", f->notes.v[i]);
	/* What somebody took upon himself needs no advice. */
	for (size_t i = 0; i < f->helps.n && !f->allowed; i++)
		say_remark(p, "help", f->helps.v[i]);
	buf_char(p->out, '\n');
}

void account_text(const struct account *t, bool colour, struct buf *out)
{
	struct page p = { .out = out, .colour = colour, .paint = "\033[1;36m" };
	bool has_text;

	p.gutter = measure_gutter(t->places.v, t->places.n, &has_text);
	paint(&p, PAINT_BOLD);
	text_show(t->text, out);
	paint(&p, PAINT_OFF);
	buf_char(out, '\n');
	for (size_t i = 0; i < t->places.n; i++)
		say_place(&p, &t->places.v[i]);
	for (size_t i = 0; i < t->notes.n; i++)
		say_remark(&p, "note", t->notes.v[i]);
	buf_char(out, '\n');
}

void diag_text(const struct diag *d, bool colour, struct buf *out)
{
	struct page p = { .out = out, .colour = colour };

	BUG_ON(!d->settled);
	for (size_t i = 0; i < diag_count(d); i++)
		say_finding(&p, diag_get(d, i));
}

void diag_text_summary(const struct summary *s, struct buf *out)
{
	const struct {
		size_t n;
		const char *one, *many;
	} parts[] = {
		{ s->errors, "error", "errors" },
		{ s->warnings, "warning", "warnings" },
		{ s->notes, "note", "notes" },
		{ s->allowed, "allowed", "allowed" },
		{ s->known, "in the baseline", "in the baseline" },
	};
	const char *between = "";

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (parts[i].n == 0)
			continue;
		buf_format(out, "%s%zu %s", between, parts[i].n,
			   parts[i].n == 1 ? parts[i].one : parts[i].many);
		between = ", ";
	}
	buf_text(out, *between ? "\n" : "no findings\n");
}
