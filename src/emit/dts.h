/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EMIT_DTS_H
#define EMIT_DTS_H

#include "emit.h"

/* Who writes the source of one tree. */
struct dts {
	struct arena *arena;
	struct buf *out;
	const struct dt *host;
	unsigned depth; /* in tabs                                              */
	size_t column;  /* of the value being written                           */
	VEC(struct str)
	labels;                 /* of every node that is written, in tree order;
				 * empty: none                              */
	size_t nwritten;        /* nodes so far: the next one's label           */
	struct map *by_phandle; /* to an index of labels                        */
};

/* Reads the whole tree; before anything is written. */
void dts_find_labels(struct dts *w, const struct gnode *root);
/* Empty where no written node of the guest tree has this phandle. */
struct str dts_label(const struct dts *w, uint32_t phandle);

/* Whether dtc can read this as a name of a node or property; a blob may hold
 * names that source cannot spell. */
bool dts_can_spell(struct str name);

/* `name = value;` on lines of its own; stride as cells of one entry, 0: of no
 * entry structure that we know. */
void dts_value(struct dts *w, const struct gprop *p, uint32_t stride);

#endif
