/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EMIT_DTS_H
#define EMIT_DTS_H

#include "emit.h"

/* Bytes of the text from `off` on are about this. */
struct dts_origin {
	size_t off;
	struct emit_item item;
};

/* Who writes the source of one tree. */
struct dts {
	struct arena *arena;
	struct buf *out;
	const struct dt *host;
	unsigned depth; /* in tabs                                              */
	size_t column;  /* of the value being written                           */
	/* Of every node, in tree order; empty: none. */
	VEC(struct str) labels;
	size_t nwritten;        /* nodes so far: the next one's label           */
	struct map *by_phandle; /* to an index of labels                        */
	/* Where each node and property begins in the text, in order. */
	VEC(struct dts_origin) origins;
};

/* Reads the whole tree; before anything is written. */
void dts_find_labels(struct dts *w, const struct gnode *root);
/* Empty where no node of the guest tree has this phandle. */
struct str dts_label(const struct dts *w, uint32_t phandle);

/* `name = value;` on lines of its own; stride as cells of one entry, 0: of no
 * entry structure that we know. */
void dts_value(struct dts *w, const struct gprop *p, uint32_t stride);

#endif
