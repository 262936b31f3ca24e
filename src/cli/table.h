/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text in columns.  What was written by others is shown as plain letters: no
 * name of a node can move the cursor.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "base.h"

enum tone {
	TONE_PLAIN,
	TONE_GOOD,
	TONE_CARE,
	TONE_BAD,
	TONE_FAINT,
	TONE_STRONG,
};

enum { TABLE_COLUMNS = 8 };

struct table_row {
	struct str cells[TABLE_COLUMNS];
	enum tone tone[TABLE_COLUMNS];
};

struct table {
	struct arena *arena;
	unsigned ncolumns;
	VEC(struct table_row) rows; /* the first is the head                   */
};

/* width: of the terminal, 0: do not cut. */
void table_draw(const struct table *t, size_t width, bool colour, struct buf *out);

/* Only printable ASCII; other bytes become '?'. */
struct str plain(struct arena *a, struct str s);
void put_tone(struct buf *out, enum tone tone, bool colour);
void put_tone_end(struct buf *out, enum tone tone, bool colour);

#endif
