/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "twig.h"
#include "view.h"

/* What is said of one node. */
struct tree {
	struct run *run;
	dt_id node;
	struct twigs twigs;
};

static inline void tree_add(struct tree *t, unsigned depth, struct str name, struct str value,
			    struct str from)
{
	twigs_add(&t->twigs, depth, name, value, from);
}

/* near.c */
void tree_add_neighbours(struct tree *t);

/* schemas/show.schema.json */
void show_json(struct run *r, struct nodes nodes, struct buf *out);

#endif
