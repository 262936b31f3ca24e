/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dt: bytes become a tree.
 *
 * Reads a flattened device tree (Devicetree Specification v0.4, chapter 5),
 * validates all of it, and gives one immutable, indexed model: an array of
 * nodes in preorder, so that a subtree is an interval of indexes and ancestry
 * two comparisons.  Reading is linear in the size of the blob; no look-up
 * walks it.
 *
 * What this room knows of meaning is only how references are encoded
 * (suppliers.def) and how a property is drawn as DTS.  It never looks at Xen,
 * at guests or at what was asked.
 *
 * Ownership: everything lives in the arena given to dt_load; properties are
 * slices of the blob, which must live as long.
 */
#ifndef DTASSIGN_DT_H
#define DTASSIGN_DT_H

#include "diag.h"

/* Index into dt->nodes; DT_NONE where there is none. */
typedef uint32_t dt_id;
#define DT_NONE UINT32_MAX
#define DT_ROOT 0

struct dt_prop {
	struct str name;
	struct str data; /* raw bytes, big-endian cells                        */
};

struct dt_node {
	struct str name;  /* with unit address; empty for the root              */
	struct str path;  /* full path, as the blob spells it                   */
	dt_id parent;     /* DT_NONE for the root                               */
	dt_id end;        /* one past the last descendant                       */
	uint32_t depth;   /* root 0                                             */
	uint32_t phandle; /* 0: none (first of phandle, linux,phandle)          */
	uint32_t first_prop, nprops;
	struct str label; /* first in /__symbols__, or empty                    */
};

struct dt_reserve {
	uint64_t address, size;
};

struct dt {
	struct arena *arena;
	struct str file;       /* as the operator named it                  */
	struct str blob;       /* after overlays                            */
	struct dt_node *nodes; /* preorder; nodes[0] is the root            */
	uint32_t nnodes;
	struct dt_prop *props;
	uint32_t nprops;
	struct dt_reserve *reserves; /* /memreserve/                             */
	uint32_t nreserves;
	uint32_t max_phandle;
	bool has_symbols;
	struct dt_index *index; /* private                                   */
};

/*
 * Read and validate.  Faults: anything libfdt would refuse, duplicate paths or
 * properties, phandles that are 0, 0xffffffff or used twice, names with bytes
 * that dtc does not take, #address-cells and #size-cells that are not one cell
 * of 0 to 4, limits of base.h.  Bytes behind the total size are left alone.
 * Source: DTSpec 0.4, 2.2, 2.3, 5.
 */
bool dt_load(struct arena *a, struct diag *d, struct str file, struct str blob, struct dt **out);

/*
 * Overlays, in order, through libfdt (fdt_overlay_apply); gives the merged
 * blob.  A fault names the overlay, libfdt's reason, and what the board lacks.
 */
struct dt_source {
	struct str file, blob;
};
bool dt_apply_overlays(struct arena *a, struct diag *d, struct dt_source base,
		       const struct dt_source *overlays, size_t noverlays, struct str *merged);

/* ---- Walking ------------------------------------------------------------ */

static inline const struct dt_node *dt_node(const struct dt *t, dt_id n)
{
	BUG_ON(n >= t->nnodes);
	return &t->nodes[n];
}
/* First child and next sibling, or DT_NONE. */
dt_id dt_child(const struct dt *t, dt_id n);
dt_id dt_next(const struct dt *t, dt_id n);
#define DT_EACH_CHILD(t, child, parent) \
	for ((child) = dt_child((t), (parent)); (child) != DT_NONE; (child) = dt_next((t), (child)))
/* a is n or one of n's ancestors. */
bool dt_is_in(const struct dt *t, dt_id n, dt_id a);

/* ---- Look-ups, none of which walks the tree ------------------------------ */

dt_id dt_find_path(const struct dt *t, struct str path);
/* Xen compares with strcasecmp (xen/common/device-tree/device-tree.c,
 * dt_find_node_by_path): the first in tree order wins. */
dt_id dt_find_path_nocase(const struct dt *t, struct str path);
dt_id dt_find_child(const struct dt *t, dt_id parent, struct str name); /* exact */
dt_id dt_find_phandle(const struct dt *t, uint32_t phandle);
dt_id dt_find_label(const struct dt *t, struct str label); /* without '&'   */
dt_id dt_find_alias(const struct dt *t, struct str alias); /* /aliases      */
/* First alias that names this node, or empty. */
struct str dt_alias_of(const struct dt *t, dt_id n);
/* Up to `max` existing paths most like a wrong one, best first; the count.
 * The one look-up that walks all nodes: for findings, not for deciding. */
size_t dt_nearest_paths(const struct dt *t, struct str path, dt_id *out, size_t max);

/* ---- Properties ---------------------------------------------------------- */

const struct dt_prop *dt_prop(const struct dt *t, dt_id n, const char *name); /* or NULL */
bool dt_has(const struct dt *t, dt_id n, const char *name);
/* 32-bit cells: count of whole cells, one cell (BUG beyond the count). */
uint32_t dt_ncells(const struct dt_prop *p);
uint32_t dt_cell(const struct dt_prop *p, uint32_t i);
/* A number of ncells (0..4) cells from cell i on.  false: it does not fit
 * 64 bits.  The cells must exist. */
MUST_USE bool dt_number(const struct dt_prop *p, uint32_t i, uint32_t ncells, uint64_t *out);
/* The one cell of a property of exactly one cell. */
bool dt_u32(const struct dt *t, dt_id n, const char *name, uint32_t *out);
/* i-th NUL-terminated string; false where the property has none such. */
bool dt_string(const struct dt_prop *p, size_t i, struct str *out);
size_t dt_nstrings(const struct dt_prop *p); /* 0 if it is no string list    */
struct str dt_text(const struct dt *t, dt_id n, const char *name); /* first string or empty */
/* Any entry of `compatible`, compared without regard to case as Xen does. */
bool dt_is_compatible(const struct dt *t, dt_id n, const char *compatible);
/* The part of a name before '@', and after it (empty if none). */
struct str dt_base_name(const struct dt *t, dt_id n);
struct str dt_unit(const struct dt *t, dt_id n);

/* `status` of this node alone: absent, "okay" or "ok" is available
 * (xen dt_device_is_available; Linux of_device_is_available agrees). */
bool dt_is_available(const struct dt *t, dt_id n);
bool dt_is_enabled(const struct dt *t, dt_id n); /* and every ancestor       */

/* ---- Cells of a bus ------------------------------------------------------ */

/* #address-cells, #size-cells as Xen reads them for children of `bus`: from
 * the nearest ancestor-or-self that has them, else 2 and 1
 * (xen dt_n_addr_cells; facts differ from DTSpec 2.3.5, which does not
 * inherit). */
void dt_bus_cells(const struct dt *t, dt_id bus, uint32_t *address, uint32_t *size);

/* ---- References ---------------------------------------------------------- */

/* What a property's provider is good for.  Rows: suppliers.def. */
enum supply_class {
#define SUPPLY_CLASS(id, name) SUPPLY_##id,
#include "supply_classes.def"
#undef SUPPLY_CLASS
	NSUPPLY_CLASSES,
};
const char *supply_class_name(enum supply_class c);

/* What the guest tree does with such a reference unless something better is
 * known. */
enum supply_action {
	ACTION_NONE, /* has no meaning in a guest tree                        */
	ACTION_KEEP,
	ACTION_DROP,
	ACTION_STUB,
	ACTION_PULL,
	ACTION_ASK,
	ACTION_REWRITE, /* made anew from facts (interrupts)                     */
};

/* How the cells after a phandle are counted. */
enum supply_cells {
	CELLS_NONE,     /* named like a reference, but is none */
	CELLS_PROPERTY, /* the provider's #...-cells and `nfixed` more; must be there */
	CELLS_OPTIONAL, /* the same; absent counts as 0 */
	CELLS_FIXED,    /* always `nfixed` */
	CELLS_REST,     /* one phandle, all other cells belong to it */
	CELLS_MAP4,     /* iommu-map, msi-map: <id &target out length> */
	CELLS_INTERRUPT_MAP,
	CELLS_GROUPS,     /* groups of `stride` cells, phandle at `nfixed` */
	CELLS_INTERRUPTS, /* 4th cell of a 4-cell GICv3 specifier, or none */
	CELLS_MAILBOX,    /* as CELLS_PROPERTY; a TI mailbox takes a phandle as argument */
	CELLS_WINDOW,     /* an address and a size, as wide as the provider's bus has them */
};

enum supply_match {
	MATCH_EXACT,
	MATCH_SUFFIX,
	MATCH_NUMBERED, /* the name followed by decimal digits: pinctrl-0        */
};

struct supplier {
	const char *name;
	enum supply_match match;
	enum supply_cells cells;
	const char *cells_property; /* or NULL                                   */
	uint32_t nfixed, stride;
	enum supply_class class;
	enum supply_action action;
	bool strict; /* Linux 6.1 fw_devlink waits for it         */
	const char *source;
};

/* The row that reads this property of this node, or NULL: it has no
 * references.  (`gpios` of a gpio-hog is not a phandle list.) */
const struct supplier *dt_supplier(const struct dt *t, dt_id n, const struct dt_prop *p);
size_t dt_nsuppliers(void);
const struct supplier *dt_supplier_row(size_t i);

/*
 * Whether a vendor's property that no row reads looks like a reference: one
 * cell that is the phandle of a node.  A guess and no more: phandles are small
 * numbers, and so is most of what properties hold.  Names that are known to
 * hold numbers (numbers.def) are no guesses.
 */
bool dt_guess(const struct dt *t, dt_id n, const struct dt_prop *p, dt_id *target);

enum ref_health {
	REF_OK,
	/* Phandle 0: a slot left empty.  It takes one cell, except where entries
	 * have a length of their own. */
	REF_HOLE,
	/* No node has this phandle.  The walk ends here unless the length of the
	 * entry is known without it. */
	REF_DANGLING,
	REF_NO_CELLS,  /* the provider lacks its #...-cells; the walk ends */
	REF_TRUNCATED, /* the property ends inside the entry; so does the walk */
};

struct dt_ref {
	enum ref_health health;
	uint32_t index;         /* of the entry in its property */
	uint32_t first, ncells; /* the whole entry */
	uint32_t cell;          /* where the phandle stands */
	uint32_t phandle;
	dt_id provider;            /* DT_NONE unless REF_OK or REF_NO_CELLS */
	uint32_t first_arg, nargs; /* cells after the phandle */
	/* It stands in the specifier of the reference before it: same index,
	 * same entry. */
	bool inner;
};

/*
 * Rows of the operator, which come before those of suppliers.def: one in a
 * line, PROPERTY CELLS CLASS [ACTION], # in front of a remark.  PROPERTY is a
 * name, *SUFFIX or PREFIX-N; CELLS a number, #...-cells, the same with ? where
 * it may be absent, `rest`, or `none` for what is no reference; CLASS that of
 * supply_class_name() with - for blanks; ACTION `ask` unless said otherwise.
 * To be read before anything is derived.  Faults: bad-table.
 */
bool dt_read_suppliers(struct arena *a, struct diag *d, struct str file, struct str text,
		       struct dt *t);

/* All references of one property, in order.  Entries after one whose length
 * is unknown cannot be read and are not given. */
struct dt_refs {
	struct dt_ref *v;
	size_t n;
	bool whole; /* every cell was accounted for */
};
struct dt_refs dt_refs(struct arena *a, const struct dt *t, dt_id n, const struct dt_prop *p,
		       const struct supplier *row);

/* ---- Drawing ------------------------------------------------------------- */

/* `name = <&label 0x14>, "text", [ab cd];` in one line, phandles as labels
 * (or &{/path}) where suppliers.def says a cell is one, else what `dtc -O dts`
 * would guess.  With cell >= 0 a whole number of cells is drawn as cells, and
 * the offset and length of that cell in the drawing are given; with -1 those
 * of the value, or of the name if there is none.  Of a long property only the
 * part around the cell is drawn, `...` standing for the rest. */
struct str dt_draw(struct arena *a, const struct dt *t, dt_id n, const struct dt_prop *p,
		   int32_t cell, uint32_t *off, uint32_t *len);

struct place dt_place(const struct dt *t, dt_id n);
/* property may be absent: then the place is the node. */
struct place dt_place_prop(const struct dt *t, dt_id n, const char *property);
struct place dt_place_cell(const struct dt *t, dt_id n, const char *property, uint32_t cell);

#endif
