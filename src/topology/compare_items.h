/* SPDX-License-Identifier: BSD-2-Clause */
/* What a node has several of, as words that can be compared across trees. */
#ifndef TOPOLOGY_COMPARE_ITEMS_H
#define TOPOLOGY_COMPARE_ITEMS_H

#include "topology.h"

enum item_kind {
	ITEM_REGISTERS,
	ITEM_INTERRUPT,
	ITEM_STREAM,
	ITEM_SUPPLIER,
	NITEM_KINDS,
};
const char *item_kind_name(enum item_kind kind);

struct item {
	struct str key; /* for people, too                                       */
	struct spot at;
};

struct items {
	VEC(struct item) v; /* in the order of the tree */
};

struct items items_of(struct arena *a, const struct topology *t, dt_id n, enum item_kind kind);
struct place item_place(const struct topology *t, const struct item *item);

#endif
