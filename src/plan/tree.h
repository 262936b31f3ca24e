/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files that lay out one guest's device tree share. */
#ifndef DTASSIGN_PLAN_TREE_H
#define DTASSIGN_PLAN_TREE_H

#include "building.h"
#include "drivers.h"

/* GUEST_PHANDLE_GIC of xen/include/public/arch-arm.h: a reference to it needs
 * no /gic node, under xl and dom0less, in every release since 4.13. */
enum { GUEST_PHANDLE_GIC = 65000 };

struct stub {
	enum supply_class class;
	uint64_t value; /* Hz, microvolts */
	struct gnode *node;
};

/* A bus that limits what the devices on it reach of memory. */
struct dma_bus {
	struct str ranges;
	struct gnode *node;
};

struct growing {
	struct building *b;
	struct guest_plan *g;
	struct gnode *passthrough;
	struct gnode **of;           /* per host node: its copy, or NULL */
	const struct driver *driver; /* of the node that is being filled, or NULL */
	uint32_t next_phandle;
	VEC(struct stub) stubs;
	VEC(struct dma_bus) buses;
	VEC(const struct decision *) instead; /* of this node: what stands in for a reference */
	struct map *names;                    /* parent and name: index in `tries` */
	VEC(uint32_t) tries;                  /* the last number put behind a name */
};

/* ---- tree.c ---- */
struct gnode *tree_node(struct growing *gr, struct gnode *parent, struct str name, dt_id host);
/* A name that no child of the parent has: BASE@UNIT, else BASE-2@UNIT, ... */
struct str tree_free_name(struct growing *gr, const struct gnode *parent, struct str base,
			  struct str unit);
struct gprop *tree_prop(struct growing *gr, struct gnode *n, struct str name, struct str data,
			enum edit edit, struct str why);
/* The phandle of a node of the fragment, given to it on first use. */
uint32_t tree_phandle(struct growing *gr, struct gnode *n);
/* What is known of the guest's driver for a node of the host; NULL: nothing. */
const struct driver *tree_driver(const struct growing *gr, dt_id host);
/* A reason why the guest's driver will not run the device. */
void tree_trouble(struct growing *gr, dt_id node, struct str property, struct str text);
/* Cells, big-endian. */
struct str tree_cells(struct arena *a, const uint32_t *cells, size_t n);
void tree_put_cell(struct buf *b, uint32_t cell);
void tree_put_u64(struct buf *b, uint64_t v);

/* ---- props.c: what becomes of each property of a copied node ---- */
void tree_fill(struct growing *gr, struct gnode *n);
/* Why a property is never as on the host, whatever it refers to; else NULL. */
const char *tree_never(struct str property);

/* ---- lines_of.c: interrupts and interrupts-extended anew ---- */
void tree_interrupts(struct growing *gr, struct gnode *n, const struct dt_prop *p);
void tree_interrupt_names(struct growing *gr, struct gnode *n, const struct dt_prop *p);

/* ---- refs.c: properties that hold phandles ---- */
void tree_references(struct growing *gr, struct gnode *n, const struct dt_prop *p,
		     const struct supplier *row);

/* ---- stub.c: stand-ins for providers that stay on the host ---- */
/* A clock of so many Hz, a supply of so many microvolts, a USB PHY. */
struct gnode *tree_stub(struct growing *gr, enum supply_class class, uint64_t value);
/* regulator/regulator.yaml: a supply that can have one voltage only. */
bool tree_fixed_voltage(const struct dt *t, dt_id supply, uint32_t *microvolts);
/* The rate of a clock, if the host tree says it; *from tells where. */
bool tree_clock_rate(struct growing *gr, dt_id consumer, const struct dt_prop *p,
		     const struct dt_ref *ref, uint64_t *hz, struct str *from);

/* ---- instead.c: what stands in a node in place of a reference ---- */
bool instead_fits(enum decide_verb verb, struct str property);
/* The property that a verb is about. */
const char *instead_of(enum decide_verb verb);
/* What its value should be, or NULL: it is. */
const char *instead_value_fault(const struct decision *d);
/* When all properties of a node are there. */
void instead_finish(struct growing *gr, struct gnode *n);

/* ---- probe.c: what else the guest's driver looks at ---- */
void probe_check(struct growing *gr, struct gnode *n, const struct gnode *parent);
/* The aliases of the guest, those that drivers insist on among them. */
void probe_aliases(struct growing *gr, struct gnode *aliases);

/* ---- dma_ranges.c ---- */
/* Where a device that stands below no other one has to stand. */
struct gnode *dma_parent(struct growing *gr, dt_id device);

/* ---- dom0less.c: what Xen reads and takes out again ---- */
void tree_dom0less(struct growing *gr);

/* ---- keep.c: what the host must leave as it is ---- */
void tree_keeps(struct growing *gr);

#endif
