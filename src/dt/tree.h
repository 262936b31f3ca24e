/* SPDX-License-Identifier: BSD-2-Clause */
/* Private furniture of room dt. */
#ifndef DTASSIGN_TREE_H
#define DTASSIGN_TREE_H

#include "dt.h"

static inline uint32_t be32(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Where a node stands in its input; room behind it for its properties. */
static inline uint64_t dt_order(dt_id n)
{
	return (uint64_t)n << 16;
}

/* A node among its siblings.  Nodes whose paths differ only by case count as
 * one family, named by its first member in tree order. */
struct child {
	dt_id family; /* of the parent */
	dt_id parent, id;
	struct str name;
};

struct handle {
	uint32_t phandle;
	dt_id id;
};

/* A label or an alias. */
struct name {
	struct str name;
	dt_id id; /* DT_NONE: it names no node */
};

/* What is asked of a node again and again. */
struct known {
	uint8_t address, size;  /* cells for its children */
	bool enabled;           /* it and every ancestor */
	bool meta;              /* in /aliases, /__symbols__ and the like, where names of
				 * properties are words of the board */
	bool partitions;        /* interrupts that come here may name a partition */
	bool mailbox;           /* specifiers begin with a phandle of its own */
	dt_id interrupt_parent; /* or DT_NONE */
};

/* Rows of the operator (table.c). */
struct own_rows {
	struct map *by_name; /* index of an exact row                          */
	VEC(struct supplier) exact;
	VEC(struct supplier) patterns;
};

struct dt_index {
	struct child *children;          /* by depth, then family, name, parent          */
	uint32_t level[LIMIT_DEPTH + 2]; /* where each depth begins             */
	dt_id *family;                   /* of each node                                 */
	const struct dt_prop **by_name;  /* each node's properties, sorted       */
	struct handle *handles;          /* by phandle                                   */
	uint32_t nhandles;
	struct name *labels, *aliases; /* by name                               */
	uint32_t nlabels, naliases;
	struct str *alias_of; /* of each node                                 */
	struct known *known;
	const struct own_rows *own; /* or NULL                                  */
};

/* The row of a name, whatever the node; the operator's come first. */
const struct supplier *row_find(const struct dt *t, struct str name);

/* Build t->index and what follows from it; faults are reported. */
bool index_build(struct diag *d, struct dt *t);

/* The parts of that, in this order. */
struct builder {
	struct diag *diag;
	struct dt *t;
	struct dt_index *x;
	bool sound;
};
void index_children(struct builder *b);
void index_known(struct builder *b);
/* These faults leave the rest readable, so all of them are told. */
void index_bad(struct builder *b, struct place at, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Whether libfdt can be trusted with this overlay; a fault is reported. */
bool overlay_check(struct diag *d, const struct dt *overlay);

/* What suppliers.def leaves to the provider; answered in struct known. */
bool ref_has_partitions(const struct dt *t, dt_id n);
bool ref_is_phandle_mailbox(const struct dt *t, dt_id n);

/* Decode one property entry by entry, without allocating. */
struct ref_walk {
	const struct dt *t;
	dt_id n;
	const struct dt_prop *p;
	const struct supplier *row;
	uint32_t ncells, at, index;
	uint32_t child_cells;    /* interrupt-map: before the phandle           */
	bool parent_has_address; /* interrupt-map: address cells after it       */
	bool inner;              /* the next one stands in the last one         */
	bool whole;
	struct dt_ref last;
};
struct ref_walk ref_walk(const struct dt *t, dt_id n, const struct dt_prop *p,
			 const struct supplier *row);
bool ref_next(struct ref_walk *w, struct dt_ref *out);

#endif
