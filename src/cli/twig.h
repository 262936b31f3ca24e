/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts drawn as a short tree: a name, what it is, and where that stands.
 */
#ifndef CLI_TWIG_H
#define CLI_TWIG_H

#include "table.h"

enum { TWIG_DEPTHS = 2 };

struct twig {
	unsigned depth;
	bool goes_on[TWIG_DEPTHS]; /* another one of this depth hangs below     */
	struct str name, value;
	struct str from; /* property and cell; empty: derived from several     */
};

struct twigs {
	struct arena *arena;
	VEC(struct twig) list;
};

void twigs_add(struct twigs *t, unsigned depth, struct str name, struct str value, struct str from);
/* width: of the terminal, 0: lines are as long as they are. */
void twigs_draw(struct twigs *t, struct str root, size_t width, bool colour, struct buf *out);

#endif
