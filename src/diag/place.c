/* SPDX-License-Identifier: BSD-2-Clause */
#include "diag.h"

/* Where each line of a text starts. */
struct lines {
	struct str file, whole;
	VEC(size_t) starts;
};

struct place place_none(void)
{
	return (struct place){ .kind = PLACE_NONE, .cell = -1 };
}

struct place place_file(struct str file)
{
	return (struct place){ .kind = PLACE_FILE, .file = file, .cell = -1 };
}

/* A slice from `off` on, in a line of known number, start and text. */
static struct place place_on_line(struct str file, size_t line, size_t start, struct str text,
				  size_t off, size_t len)
{
	size_t col = off - start;
	size_t room = text.n > col ? text.n - col : 0;

	if (room == 0 && len > 0)
		len = 1;
	else if (len > room)
		len = room;
	return (struct place){
		.kind = PLACE_TEXT,
		.file = file,
		.line = (uint32_t)line,
		.col = (uint32_t)col + 1,
		.text = text,
		.off = (uint32_t)col,
		.len = (uint32_t)len,
		.cell = -1,
		.order = off,
	};
}

struct place place_text(struct str file, struct str whole, size_t off, size_t len)
{
	size_t line = 1, start = 0, end;

	BUG_ON(whole.n >= UINT32_MAX);
	if (off > whole.n)
		off = whole.n;
	while ((end = str_find(str_sub(whole, start, off - start), '\n')) != SIZE_MAX) {
		start += end + 1;
		line++;
	}
	end = str_find(str_from(whole, start), '\n');
	return place_on_line(file, line, start, str_sub(whole, start, end), off, len);
}

struct lines *lines_count(struct arena *a, struct str file, struct str whole)
{
	struct lines *l = ARENA_NEW(a, struct lines);

	BUG_ON(whole.n >= UINT32_MAX);
	l->file = file;
	l->whole = whole;
	VEC_PUSH(a, &l->starts, 0);
	for (size_t i = 0; i < whole.n; i++)
		if (whole.s[i] == '\n')
			VEC_PUSH(a, &l->starts, i + 1);
	return l;
}

struct place place_in(const struct lines *l, size_t off, size_t len)
{
	size_t low = 0, high = l->starts.n; /* the line is in [low, high) */
	size_t start, end;

	if (off > l->whole.n)
		off = l->whole.n;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (l->starts.v[middle] <= off)
			low = middle;
		else
			high = middle;
	}
	start = l->starts.v[low];
	end = high < l->starts.n ? l->starts.v[high] - 1 : l->whole.n;
	return place_on_line(l->file, low + 1, start, str_sub(l->whole, start, end - start), off,
			     len);
}

struct place place_says(struct place p, struct str says)
{
	p.says = says;
	return p;
}

void account_place(struct arena *a, struct account *t, struct place at, const char *says, ...)
{
	va_list args;

	if (at.kind == PLACE_NONE)
		return;
	va_start(args, says);
	at.says = str_vformat(a, says, args);
	va_end(args);
	VEC_PUSH(a, &t->places, at);
}

void account_note(struct arena *a, struct account *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	VEC_PUSH(a, &t->notes, str_vformat(a, fmt, args));
	va_end(args);
}
