/* SPDX-License-Identifier: BSD-2-Clause */
#include "table.h"

enum {
	GAP = 2,
	/* Beyond this a column is not made wider for its longest cell. */
	COLUMN_MAX = 64,
};

static const char *const escapes[] = {
	[TONE_PLAIN] = "",       [TONE_GOOD] = "\x1b[32m", [TONE_CARE] = "\x1b[33m",
	[TONE_BAD] = "\x1b[31m", [TONE_FAINT] = "\x1b[2m", [TONE_STRONG] = "\x1b[1m",
};

struct str plain(struct arena *a, struct str s)
{
	struct buf b = buf_new(a);

	for (size_t i = 0; i < s.n; i++)
		buf_char(&b, s.s[i] >= 0x20 && s.s[i] < 0x7f ? s.s[i] : '?');
	return buf_get(&b);
}

void put_tone(struct buf *out, enum tone tone, bool colour)
{
	if (colour)
		buf_text(out, escapes[tone]);
}

void put_tone_end(struct buf *out, enum tone tone, bool colour)
{
	if (colour && tone != TONE_PLAIN)
		buf_text(out, "\x1b[0m");
}

static void measure(const struct table *t, size_t widths[TABLE_COLUMNS])
{
	const struct table_row *row;

	memset(widths, 0, sizeof(*widths) * TABLE_COLUMNS);
	VEC_EACH (row, &t->rows)
		for (unsigned i = 0; i < t->ncolumns; i++)
			if (row->cells[i].n > widths[i] && row->cells[i].n <= COLUMN_MAX)
				widths[i] = row->cells[i].n;
}

/* The last column that has anything, so that no line ends in blanks. */
static unsigned columns_of(const struct table *t, const struct table_row *row)
{
	unsigned n = t->ncolumns;

	while (n && !row->cells[n - 1].n)
		n--;
	return n;
}

static void draw_row(const struct table *t, const struct table_row *row, const size_t *widths,
		     size_t width, bool colour, struct buf *out)
{
	unsigned n = columns_of(t, row);
	size_t column = 0;

	for (unsigned i = 0; i < n && (!width || column < width); i++) {
		struct str cell = row->cells[i];
		size_t pad = i + 1 == n ? 0 : cell.n < widths[i] ? widths[i] - cell.n + GAP : GAP;

		if (width)
			cell = str_sub(cell, 0, width - column);
		put_tone(out, row->tone[i], colour);
		buf_str(out, cell);
		put_tone_end(out, row->tone[i], colour);
		column += cell.n + pad;
		if (!width || column < width)
			buf_fill(out, ' ', pad);
	}
	buf_char(out, '\n');
}

void table_draw(const struct table *t, size_t width, bool colour, struct buf *out)
{
	size_t widths[TABLE_COLUMNS];
	const struct table_row *row;

	measure(t, widths);
	VEC_EACH (row, &t->rows)
		draw_row(t, row, widths, width, colour, out);
}
