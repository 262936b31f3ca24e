/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Private furniture of room facts: what the derivers share.
 *
 * Everything that a deriver asks of a node more than once is worked out for
 * all nodes beforehand, in one pass each, so that no deriver climbs the tree:
 * a hostile tree is deep and has wide nodes.
 */
#ifndef DTASSIGN_FACTS_DERIVE_H
#define DTASSIGN_FACTS_DERIVE_H

#include "facts.h"

enum prop_id {
#define PROP(id, name) PROP_##id,
#include "props.def"
#undef PROP
	NPROPS,
};

/* How addresses of a node's children are read (Xen dt_match_bus). */
enum bus_kind {
	BUS_NONE, /* they have none that the CPU knows */
	BUS_DEFAULT,
	BUS_PCI,
};

struct bus {
	uint8_t kind;
	uint8_t na, ns;   /* cells of its children's addresses and sizes      */
	uint8_t plain_na; /* the same for any bus but PCI: what a walk of the */
	uint8_t plain_ns; /* interrupt tree starts with                       */
	bool inherited;   /* it lacks one of the two; an ancestor's counts    */
	bool pci_by_name; /* PCI only because Xen goes by the name            */
	bool odd_map;     /* its interrupt-map is for its driver only         */
};

struct digest; /* digest.c */
struct span_index;
struct bus_map;
struct nexuses;

struct derive {
	struct arena *a;       /* for facts                                      */
	struct arena *scratch; /* gone when the facts are made                   */
	struct diag *d;
	const struct dt *t;
	const struct platform *p;
	struct facts *f;
	struct digest *digest;
	struct bus *bus;           /* per node                                   */
	struct bus_map **bus_maps; /* per node, built when first needed          */
	dt_id *irq_parent;         /* per node: Xen dt_irq_find_parent           */
	uint8_t *stacking;         /* per node: stacked.c                        */
	struct nexuses *nexuses;
	/* Against LIMIT_FACTS. */
	uint64_t nwindows, nlines, nstreams, nmapped, nrefs;
	bool failed; /* one of them was too many                             */
};

/* ---- digest.c: properties by number, buses, chains ----------------------- */

void digest_build(struct derive *x);
bool has_prop(const struct derive *x, dt_id n, enum prop_id id);
const struct dt_prop *get_prop(const struct derive *x, dt_id n, enum prop_id id); /* or NULL */
/* The first cell, as Xen's dt_property_read_u32: trailing bytes are ignored. */
bool get_u32(const struct derive *x, dt_id n, enum prop_id id, uint32_t *out);
void buses_build(struct derive *x);

/*
 * Per node the end of a chain of nodes.  `step` gives either the end (true) or
 * the next node.  Chains that run in circles end at CHAIN_CYCLE.  Linear in
 * the tree, however the chains run.
 */
#define CHAIN_CYCLE (DT_NONE - 1)
dt_id *chains_build(struct derive *x, bool (*step)(const struct derive *x, dt_id n, dt_id *out));

/* One string of a list after the other. */
struct strings {
	struct str rest;
};
struct strings strings_of(const struct dt_prop *p); /* NULL: none */
struct str strings_next(struct strings *s);         /* empty at the end */

/* Cells [first, first + n) in the machine's order. */
const uint32_t *cells_copy(struct arena *a, const struct dt_prop *p, uint32_t first, uint32_t n);

/* A fault once a whole tree has more than LIMIT_FACTS of a kind. */
MUST_USE bool count_facts(struct derive *x, uint64_t *sum, uint64_t n, dt_id node,
			  const char *what);

/* ---- span.c: the first of several spans that covers a number -------------- */

#define SPAN_NONE UINT32_MAX
/* Spans in order of precedence; the index of the first that covers v is had in
 * logarithmic time. */
struct span_index *span_build(struct arena *a, const struct range *spans, uint32_t n);
uint32_t span_find(const struct span_index *s, uint64_t v);

/* ---- address.c, translate.c ------------------------------------------------ */

/* An address on its way from a bus to the CPU. */
struct address {
	uint32_t cell[4];
	enum window_health health;
	const char *reason, *differs;
	dt_id stop;
	uint64_t cpu; /* WINDOW_OK */
};
/* Translate what stands in at->cell, an address of a child of `bus`. */
void translate(struct derive *x, dt_id bus, uint64_t size, struct address *at);

bool windows_derive(struct derive *x); /* of all nodes */

/* ---- interrupt.c, walk.c, nexus.c ------------------------------------------- */

bool irq_parent_step(const struct derive *x, dt_id n, dt_id *out);
bool lines_derive(struct derive *x); /* of all nodes */

/* Where a specifier ends. */
struct ending {
	const char *broken; /* why nowhere, else NULL */
	dt_id controller;
	dt_id nexus;
	const uint32_t *specifier;
	uint32_t n;
};
enum walk {
	WALK_LINUX,
	WALK_XEN,
};
void walk_interrupts(struct derive *x, enum walk how, dt_id device, dt_id parent,
		     const uint32_t *specifier, uint32_t n, struct ending *out);

/* What an interrupt-map makes of a unit address and a specifier, which stand
 * behind each other in `cells`. */
struct nexus_match {
	const char *broken; /* why nothing matches, else NULL */
	dt_id target;
	const uint32_t *cells; /* the target's unit address and specifier */
	uint32_t nunit, nspecifier;
};
void nexus_match(struct derive *x, enum walk how, dt_id nexus, const uint32_t *cells,
		 uint32_t nunit, uint32_t nspecifier, struct nexus_match *out);

/* INTIDs in the interrupt-map of a PCI bridge, which Xen routes to dom0 with it
 * (dt_for_each_irq_map).  Neighbours that are equal are given once. */
uint32_t nexus_intids(struct derive *x, dt_id node, const uint32_t **out);

/* ---- gic.c, stacked.c: what a specifier says of the GIC ----------------------- */

#define FIRST_SPI 32
#define LAST_SPI  1019

void gic_decode(struct derive *x, struct line *line);
/* xen/arch/arm/gic.c, gic_irq_xlate; LINE_NONE where it fails. */
uint32_t gic_xen_decode(const uint32_t *specifier, uint32_t n);
void stacking_build(struct derive *x);
/* The GIC line behind another controller, or LINE_NONE. */
uint32_t stacked_intid(const struct derive *x, const struct line *line);

/* ---- stream.c, role.c, dma.c: all nodes at once ---------------------------------- */

bool streams_derive(struct derive *x);
void roles_derive(struct derive *x); /* asks for lines and windows */
void dma_derive(struct derive *x);   /* asks for roles and streams */

/* ---- claim.c, ledger.c ---------------------------------------------------------- */

bool ledger_build(struct derive *x);

#endif
