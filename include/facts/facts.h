/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * facts: what each device of the host really claims of the machine.
 *
 * Derived for every node, asked for or not, enabled or not, from the tree and
 * the platform only.  Each fact carries the property and cell it came from.
 * Nothing here is an opinion: facts that cannot be had are recorded as such
 * (a health and a reason), never guessed and never left out in silence.
 *
 * Addresses are CPU (host physical) addresses as Xen computes them
 * (xen/common/device-tree/device-tree.c, dt_device_get_address); INTIDs as
 * Linux and the GIC architecture number them (SPI n is INTID n + 32), with
 * what Xen makes of a specifier where it differs.
 */
#ifndef DTASSIGN_FACTS_H
#define DTASSIGN_FACTS_H

#include "platform.h"

/* ---- Windows: register ranges -------------------------------------------- */

enum window_health {
	WINDOW_OK,
	WINDOW_NO_ADDRESS,  /* on a bus without CPU addresses (#size-cells 0: I2C,
			     * SPI, MDIO; PCI configuration space): that is fine */
	WINDOW_UNREACHABLE, /* a bus above has no ranges, or none that covers it */
	WINDOW_EMPTY,       /* size 0                                            */
	WINDOW_MALFORMED,   /* cell counts, a truncated entry, wrap-around       */
};

/* One entry of reg, of assigned-addresses (child of a PCI bus) or, in
 * device.apertures, of the ranges of a PCI host bridge. */
struct window {
	enum window_health health;
	const char *reason;   /* why not WINDOW_OK, else NULL                  */
	const char *differs;  /* where Xen's reading is not that of DTSpec, and
			       * how; else NULL                                */
	dt_id stop;           /* bus at which translation ended, or DT_NONE    */
	uint32_t index;       /* of the entry in its property                  */
	uint32_t cell;        /* its first cell                                */
	uint32_t ncells;      /* all its cells: address and size               */
	struct str name;      /* from reg-names                                */
	uint64_t bus_address; /* as written (low 64 bits)                     */
	uint64_t size;
	struct range cpu; /* hpa; WINDOW_OK; of WINDOW_EMPTY only `first`     */
	bool assigned;    /* of assigned-addresses                            */
};

/* ---- Lines: interrupts ---------------------------------------------------- */

/*
 * One specifier.  Controllers and interrupt maps are followed as Linux does
 * (drivers/of/irq.c, of_irq_parse_raw); what Xen's dt_irq_map_raw makes of the
 * same specifier is xen_intid.  A property of which no specifier can be read
 * gives one LINE_BROKEN; so does what is left over at the end of one.
 */
enum line_health {
	LINE_GIC,    /* reaches the board's GIC (platform.board_gic)      */
	LINE_OTHER,  /* ends at another controller                        */
	LINE_BROKEN, /* cannot be resolved                                */
};

enum line_type {
	LINE_SPI,
	LINE_PPI, /* as written; with an INTID over 31 it is an SPI all the same */
	LINE_ESPI,
	LINE_EPPI,
};
const char *line_type_name(enum line_type t); /* "spi", "ppi", "espi", "eppi" */

enum trigger {
	TRIGGER_NONE,
	TRIGGER_EDGE_RISING,
	TRIGGER_EDGE_FALLING,
	TRIGGER_LEVEL_HIGH,
	TRIGGER_LEVEL_LOW,
	TRIGGER_INVALID,
};
const char *trigger_name(enum trigger t); /* "level-high", ...            */

struct line {
	enum line_health health;
	const char *reason;   /* why not LINE_GIC                              */
	uint32_t index;       /* of the specifier                              */
	const char *property; /* "interrupts" or "interrupts-extended"         */
	uint32_t cell;        /* first cell of the specifier in the property   */
	uint32_t ncells;
	struct str name;           /* from interrupt-names                          */
	dt_id controller;          /* where the walk ended, DT_NONE if broken       */
	dt_id nexus;               /* last interrupt-map passed, or DT_NONE         */
	const uint32_t *specifier; /* at the controller (after nexuses)           */
	uint32_t nspecifier;
	uint32_t behind;     /* LINE_OTHER: the INTID that its controller hands it on
			      * as, where stacked.def knows, or LINE_NONE      */
	uint32_t xen_intid;  /* what Xen decodes (eSPI, EPPI: something else;
			      * sometimes where we decode nothing), or
			      * LINE_NONE: Xen ignores this line            */
	enum line_type type; /* LINE_GIC only, like all below               */
	uint32_t intid;
	uint32_t flags; /* the third cell, raw                           */
	enum trigger trigger;
	dt_id partition; /* PPI partition (4th cell of a GICv3), or DT_NONE */
};
#define LINE_NONE UINT32_MAX

/* ---- Streams: what an IOMMU knows a device by ------------------------------ */

enum stream_health {
	STREAM_OK,
	STREAM_HOLE, /* phandle 0                                     */
	STREAM_DANGLING,
	STREAM_NO_CELLS, /* the IOMMU lacks #iommu-cells                  */
	STREAM_TRUNCATED,
};

/* One entry of iommus, or one ID of mmu-masters.  What cannot be read stays
 * here as such: malformed is never absent.  The reading ends at an entry of
 * unknown length, as Xen's does.  A broken entry of mmu-masters belongs to no
 * master that we could name, so it stands on the IOMMU that has the list. */
struct stream {
	enum stream_health health;
	uint32_t index, cell;
	dt_id iommu; /* DT_NONE unless found                          */
	const uint32_t *args;
	uint32_t nargs;
	uint32_t id, mask; /* first and second cell; of fewer than two, mask is
			    * the IOMMU's stream-match-mask                */
	bool legacy;       /* from mmu-masters on the IOMMU                 */
};

/* One entry of iommu-map: requester IDs first..first+length-1, after the mask,
 * become stream IDs from output on (Xen dt_map_id: four cells always). */
struct stream_map {
	enum stream_health health;
	uint32_t index, cell;
	dt_id iommu;
	uint32_t first, output, length;
	uint32_t mask; /* iommu-map-mask                                   */
};

/* ---- DMA evidence ---------------------------------------------------------- */

enum dma_class {
	DMA_UNKNOWN,
	DMA_MASTER,
	DMA_CLIENT, /* uses an engine, masters nothing itself        */
	DMA_ENGINE,
	DMA_INFRA, /* IOMMU, interrupt controller: nobody's         */
	DMA_NON_MASTER,
	DMA_GENERIC, /* says nothing; masters.def only                */
};
const char *dma_class_name(enum dma_class c);

enum dma_evidence {
	EVIDENCE_NONE,
	EVIDENCE_IOMMUS, /* this node has iommus                          */
	EVIDENCE_IOMMU_MAP,
	EVIDENCE_HOST_BRIDGE,
	EVIDENCE_DMA_CELLS,
	EVIDENCE_DMA_COHERENT, /* on the node itself                            */
	EVIDENCE_LEGACY,       /* named in some mmu-masters                     */
	EVIDENCE_TABLE,        /* masters.def                                   */
	EVIDENCE_NO_REGISTERS, /* nothing to hand out                           */
};

struct master_row {
	const char *compatible;
	enum dma_class class;
	const char *evidence; /* short: what was seen, and where               */
	const char *source;   /* binding and driver, or the survey             */
};
/* Exact, without regard to case; NULL: no row. */
const struct master_row *master_find(struct str compatible);
size_t master_nrows(void);
const struct master_row *master_row(size_t i);

/* ---- Devices: one per node ------------------------------------------------- */

/* What a node is for the machine; most are devices. */
enum role {
	ROLE_DEVICE,
	ROLE_ROOT,
	ROLE_META,   /* chosen, aliases, __symbols__, firmware nodes  */
	ROLE_BUS,    /* simple-bus and the like, no registers         */
	ROLE_CPU,    /* /cpus and below, PMUs, idle states, PSCI      */
	ROLE_MEMORY, /* device_type memory, reserved-memory           */
	ROLE_INTC,   /* the GIC, its frames, its ITS                  */
	ROLE_IOMMU,
	ROLE_TIMER,   /* the architected timers                        */
	ROLE_CONSOLE, /* Xen's own UART                                */
	ROLE_SYSTEM,  /* decides what others reach: coherence, stream IDs    */
	ROLE_XEN,     /* skipped for dom0: blacklisted, multiboot, ... */
};
const char *role_name(enum role r);

struct device {
	dt_id node;
	enum role role;
	const char *role_reason;    /* for infrastructure: why nobody may have it */
	bool enabled;               /* own and every ancestor's status           */
	bool available;             /* own status only: what Xen looks at        */
	bool xen_disabled_ancestor; /* available, but below a disabled node      */
	dt_id skipped_by;           /* self or the ancestor at which Xen stops when
				     * it builds dom0 (domain_build.c,
				     * handle_node): dom0 gets no permission for
				     * anything from there down; or DT_NONE      */
	struct window *windows;
	uint32_t nwindows;
	struct window *apertures; /* of a PCI host bridge                        */
	uint32_t napertures;
	struct line *lines;
	uint32_t nlines;
	struct stream *streams;
	uint32_t nstreams;
	struct stream_map *maps; /* iommu-map                                 */
	uint32_t nmaps;
	bool dma_coherent;       /* own or inherited, dma-noncoherent stops   */
	dt_id dma_coherent_from; /* node that says so, or DT_NONE             */
	dt_id dma_ranges_from;   /* the bus whose dma-ranges say what addresses
				  * DMA has (Linux of_dma_get_range), or
				  * DT_NONE: those of the CPU                 */
	enum dma_class dma;
	enum dma_evidence dma_evidence;
	const struct master_row *dma_row; /* EVIDENCE_TABLE                       */
	bool uses_engine;                 /* has dmas                                  */
	bool has_ppi;
	bool is_host_bridge;
};

/* ---- The ledger ------------------------------------------------------------ */

enum claim_kind {
	CLAIM_PAGES,       /* 4 KiB pages touched by a window: range        */
	CLAIM_WINDOW,      /* the exact bytes: range                        */
	CLAIM_LINE,        /* INTID: key; also the one that Xen decodes,
			    * where that is another, the one behind another
			    * controller, and those of a PCI bridge's
			    * interrupt-map                                 */
	CLAIM_STREAM,      /* masked id in the scope of an IOMMU            */
	CLAIM_DMA_CHANNEL, /* provider plus specifier: key                  */
	CLAIM_CLOCK,
	CLAIM_RESET,
	CLAIM_POWER_DOMAIN,
	CLAIM_SUPPLY,   /* regulators: provider plus specifier: key           */
	CLAIM_RAM,      /* memory nodes: range                           */
	CLAIM_RESERVED, /* reserved-memory, /memreserve/: range          */
	CLAIM_APERTURE, /* `ranges` of a PCI host bridge: range          */
	NCLAIM_KINDS,
};

enum claim_shape {
	SHAPE_RANGE,
	SHAPE_MASKED, /* two meet when ((a ^ b) & ~(ma | mb)) == 0                */
	SHAPE_KEY,
};

struct claim {
	enum claim_kind kind;
	enum claim_shape shape;
	dt_id node;  /* who claims; DT_NONE: /memreserve/             */
	dt_id scope; /* IOMMU or provider, DT_NONE                    */
	struct range range;
	uint32_t id, mask;
	const uint32_t *args; /* SHAPE_KEY: the INTID, or the specifier        */
	uint32_t nargs;
	bool mapped;   /* CLAIM_STREAM: of iommu-map, as aligned blocks;
			* CLAIM_LINE: of interrupt-map                      */
	uint32_t cell; /* of a reference: where its phandle stands      */
	uint32_t item; /* index of the window, aperture, line, stream or
			* stream map; of a reference, its property's index in
			* dt->props                                     */
};

struct ledger;

struct facts {
	struct arena *arena;
	const struct dt *dt;
	const struct platform *platform;
	struct device *devices; /* one per node, same index                      */
	const struct ledger *ledger;
	uint32_t nlines_gic;
};

/* Never fails on a node: what cannot be derived is in the facts.  Faults only
 * where the whole tree cannot be worked with (no GIC is not such a case). */
bool facts_build(struct arena *a, struct diag *d, const struct platform *platform,
		 struct facts **out);

static inline const struct device *facts_device(const struct facts *f, dt_id n)
{
	BUG_ON(n >= f->dt->nnodes);
	return &f->devices[n];
}

/* Claims of one node, of any kind, in a stable order. */
size_t ledger_of(const struct facts *f, dt_id node, const struct claim **first);
/*
 * Every other claim of the same kind that meets this one and belongs to
 * another node, in tree order.  The cost is that of the answer, not of the
 * ledger.  *out lives in the arena.
 */
size_t ledger_others(struct arena *a, const struct facts *f, const struct claim *c,
		     const struct claim ***out);
/* The same for a range or line that no node of the host claims (an iomem or
 * irqs word of a config): node may be DT_NONE. */
size_t ledger_meeting(struct arena *a, const struct facts *f, enum claim_kind kind,
		      struct range range, const struct claim ***out);
size_t ledger_line(struct arena *a, const struct facts *f, uint32_t intid,
		   const struct claim ***out);

/* ---- Neighbourhood ---------------------------------------------------------- */

/* A reference, seen from the one that is named: of a property of suppliers.def,
 * or a path in /aliases or /chosen. */
struct referrer {
	dt_id node; /* who                                            */
	const struct dt_prop *prop;
	uint32_t cell; /* where the phandle stands; of a path 0          */
	dt_id target;
	const struct supplier *row; /* NULL: a path                                   */
};
struct referrers {
	const struct referrer *v;
	size_t n;
};
/* All of the tree, by target and, for each, in tree order.  Made when asked
 * for: few have a use for it.  A fault if there are more than LIMIT_FACTS. */
bool facts_referrers(struct arena *a, struct diag *d, const struct facts *f, struct referrers *out);
/* Those that name `n` or, if `below`, what is below it; they may stand there
 * themselves. */
struct referrers referrers_of(const struct referrers *all, const struct dt *t, dt_id n, bool below);

/* The nearest node above that is a device itself and not only a bus on the way
 * (the glue around a core, the controller of a slow bus), or DT_NONE. */
dt_id facts_wrapper(const struct facts *f, dt_id n);

/* Where a fact stands in the host tree, with a caret. */
struct place facts_place_window(const struct facts *f, dt_id n, uint32_t index);
struct place facts_place_line(const struct facts *f, dt_id n, uint32_t index);
struct place facts_place_stream(const struct facts *f, dt_id n, uint32_t index);

#endif
