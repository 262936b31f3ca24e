/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * topology: who can reach memory through what.
 *
 * From facts and platform: which IOMMUs this Xen will drive and how their
 * probing ends, what Xen does with the clients of each, which devices are
 * inseparable (groups), and the DMA verdict of every device.  Everything here
 * is derived; still no opinion about who gets what, and no finding.
 *
 * Promises: derived for every node, enabled or not.  Linear or n log n in the
 * size of the tree.  Node order changes what Xen does (and so the outcomes),
 * never who shares a group with whom or what a group is called.
 *
 * Where a release range or a series was asked for, the worst of it counts.
 * Sources: xen/drivers/passthrough/{device_tree.c,arm/}; each function in the
 * code names the function of Xen whose behaviour it reproduces.
 */
#ifndef DTASSIGN_TOPOLOGY_H
#define DTASSIGN_TOPOLOGY_H

#include "facts.h"

/* A place of the host tree that nobody has drawn yet: cheap enough to keep one
 * for every node. */
struct spot {
	dt_id node;           /* DT_NONE: nowhere                              */
	const char *property; /* NULL: the node itself                         */
	int32_t cell;         /* -1: the whole property                        */
};

/* ---- IOMMUs ------------------------------------------------------------------ */

enum iommu_family {
	IOMMU_SMMU, /* SMMUv1 and v2: stream matching or indexing            */
	IOMMU_SMMU_V3,
	IOMMU_IPMMU,
	IOMMU_VIRTIO,
	IOMMU_OTHER,  /* stream IDs of a kind of its own                       */
	IOMMU_SINGLE, /* no ids: one master (#iommu-cells 0)                   */
};
const char *iommu_family_name(enum iommu_family f);

/* A row of iommus.def. */
struct iommu_row {
	const char *compatible;
	enum iommu_family family;
	uint32_t driver;     /* enum xen_driver, 0: no Xen driver at all      */
	uint8_t since_minor; /* release that drives it first; for SMMUv1 and v2
			      * the one that first reads `iommus` (before it the
			      * driver knows only mmu-masters)               */
	const char *source;
};
/* The row by which Xen recognises the node: a row with a driver wherever its
 * string stands in `compatible`, else the first row that matches. */
const struct iommu_row *iommu_row_find(const struct dt *t, dt_id n);

enum iommu_outcome {
	IOMMU_PROBES,
	IOMMU_DISABLED,     /* its own status                                */
	IOMMU_MARKED,       /* xen,passthrough: Xen leaves it alone          */
	IOMMU_NO_DRIVER,    /* not in Xen, or not in this build or release   */
	IOMMU_SKIPPED,      /* Xen ignores the failure: its streams bypass   */
	IOMMU_STALLS,       /* deferred for ever                             */
	IOMMU_PANICS,       /* Xen stops at boot                             */
	IOMMU_NOT_REACHED,  /* Xen stopped before it came to this one        */
	IOMMU_WRONG_OPS,    /* probes, but another family came first         */
	IOMMU_SWITCHED_OFF, /* iommu=no                                      */
};
const char *iommu_outcome_name(enum iommu_outcome o);

struct iommu {
	dt_id node;
	const struct iommu_row *row; /* NULL: of no kind that we know            */
	enum iommu_family family;
	enum iommu_outcome outcome;
	struct str reason; /* one clause, why; empty: it probes           */
	struct spot at;    /* what decides                                */
	uint32_t cells;    /* #iommu-cells; UINT32_MAX: absent            */
	uint32_t pass;     /* of probing in which it was settled; 0: none */

	/* Contexts: how many domains fit.  IOMMUs of one pool share them. */
	uint32_t max_domains; /* 0: the tree does not say                      */
	dt_id pool;           /* node whose contexts are used: itself, or the
			       * root IPMMU                                    */
	uint32_t nentries;    /* distinct stream entries that its clients need:
			       * stream mapping registers, micro-TLBs          */

	dt_id *clients; /* ascending; by iommus or mmu-masters             */
	uint32_t nclients;
};

/* One try of Xen at one IOMMU, in the order of events. */
struct probe_step {
	uint32_t pass; /* 1: the walk over the tree; then the retries         */
	uint32_t iommu;
	const char *result; /* "ok", "-EAGAIN", "-ENODEV", ...              */
	struct str reason;  /* one clause; empty with ok                    */
};

/* What becomes of the platform as a whole. */
enum iommu_platform {
	PLATFORM_IOMMU_ON,
	PLATFORM_IOMMU_OFF,   /* none, or switched off: Xen runs without       */
	PLATFORM_IOMMU_PANIC, /* Xen stops: "Couldn't configure correctly ..." */
};

/*
 * Something that makes the build of dom0 fail, and so stops Xen, if dom0 gets
 * `node` (and `other` with it, where there is one): a plan that gives one of
 * them to somebody else is free of it.  Nodes that carry xen,passthrough are
 * not listed.  Empty without a dom0 or without an active IOMMU.
 */
struct dom0_failure {
	dt_id node;
	dt_id other; /* DT_NONE                                      */
	struct spot at;
	struct spot other_at;
	const char *error; /* "-ENXIO", ..., "BUG", "heap overrun"         */
	struct str text;   /* one clause                                   */
};

/* ---- Verdicts ------------------------------------------------------------------ */

enum verdict {
	VERDICT_PROTECTED,   /* behind an IOMMU that will work for it         */
	VERDICT_NON_MASTER,  /* reviewed: no DMA of its own                   */
	VERDICT_UNKNOWN,     /* nothing known either way                      */
	VERDICT_UNPROTECTED, /* a master without a working IOMMU              */
	VERDICT_BROKEN,      /* its IOMMU description cannot be right         */
};
const char *verdict_name(enum verdict v);

/*
 * An UNPROTECTED verdict with a wrapper is about the node alone: its DMA is
 * issued under the streams of the wrapper.  An owner of both is as well
 * protected as the verdict of the wrapper says (topology_effective).
 */
struct dma_verdict {
	enum verdict verdict;
	struct str reason; /* one clause, with the names it needs           */
	struct spot at;    /* the cell or property that decides             */
	dt_id iommu;       /* DT_NONE                                       */
	dt_id wrapper;     /* a node above or below whose streams it uses,
			    * or DT_NONE                                    */
};

/* ---- Streams -------------------------------------------------------------------- */

/*
 * One entry of one device, as the IOMMU sees it.  For SMMUv1 and v2 `mask` is
 * the SMR mask (a 1 bit is not compared; stream-match-mask counted in) and
 * `id` is as written.  Families of several cells keep them in args.
 */
struct stream_use {
	dt_id node;
	uint32_t iommu;
	uint32_t id, mask;
	const uint32_t *args;
	uint32_t nargs;
	struct spot at;
	bool legacy; /* of mmu-masters                                    */
};

/* Two entries of which an SMMUv1 or v2 takes only one (arm_smmu_find_sme). */
struct stream_conflict {
	dt_id a, b; /* a == b: both of one device                          */
	uint32_t iommu;
	/* They overlap in part, so whichever comes second is refused.  Else a's
	 * entry lies inside b's, and b is refused only if a came first. */
	bool either_order;
	struct spot at_a, at_b;
	struct str what; /* "streams 0x100/0xf and 0x108/0x70 of `/smmu`"   */
};

/* ---- Groups -------------------------------------------------------------------- */

/* Why two devices are inseparable. */
enum link_kind {
	LINK_SAME_STREAM,
	LINK_OVERLAP, /* masks meet                                    */
	LINK_MAPPED,  /* a requester id maps to the same stream        */
	LINK_WRAPPER, /* DMA under the wrapper's stream                */
};
const char *link_kind_name(enum link_kind k);

struct group_link {
	dt_id a, b;
	enum link_kind kind;
	dt_id iommu; /* whose streams are meant                        */
	struct spot at_a, at_b;
	struct str what; /* "stream ID 0x14 of `/smmu@...`"                */
};

/*
 * Devices that no IOMMU of this board can tell apart.  IOMMUs that are off
 * (disabled, marked, iommu=no) make no groups: nothing is told apart there,
 * and the verdicts say so.
 */
struct group {
	dt_id *members; /* ascending                                     */
	uint32_t nmembers;
	struct group_link *links;
	uint32_t nlinks;
	struct str name; /* the path of the member that sorts first       */
};
#define GROUP_NONE UINT32_MAX

/*
 * A device that takes channels of a DMA engine.  This is no group: a guest
 * never gets the engine's channels with the client (`dmas` is dropped), so
 * clients of one engine may have different owners.  The engine itself must not
 * have an owner other than all of its clients.
 */
struct engine_use {
	dt_id engine, client;
	struct spot at;
};

/* ---- Remarks -------------------------------------------------------------------- */

/* Things that change no verdict but that somebody should be told. */
enum remark_kind {
	REMARK_MASK_IGNORED,    /* this Xen programs SMR masks as 0              */
	REMARK_BOTH_BINDINGS,   /* iommus and mmu-masters agree; legacy is used  */
	REMARK_FALLBACK_DRIVER, /* driven by a fallback string, without quirks   */
	REMARK_POWERED_IOMMU,   /* Xen turns on neither its clocks nor its power */
	REMARK_BUS_DISABLED,    /* an IOMMU that Xen drives below a disabled bus */
	REMARK_SILICON,         /* depends on a revision the tree does not say   */
	REMARK_EMPTY_SLOT,      /* an entry without a target in iommu-map        */
	REMARK_MAP_PLACEHOLDER, /* the boot loader is expected to fill it in     */
	REMARK_MAP_OVERLAP,     /* two entries take one requester id             */
	REMARK_MAP_DANGLING,    /* an entry that no known function hits          */
	REMARK_BRIDGE_STARVED,  /* Xen without PCI leaves its functions faulting */
	NREMARK_KINDS,
};
const char *remark_kind_name(enum remark_kind k);

struct remark {
	enum remark_kind kind;
	dt_id node;
	struct spot at;
	struct str text; /* one clause                                         */
};

/* ---- The whole -------------------------------------------------------------------- */

struct rid_map;

struct topology {
	struct arena *arena;
	const struct facts *facts;
	struct iommu *iommus; /* in tree order                                 */
	uint32_t niommus;
	struct probe_step *steps;
	uint32_t nsteps;
	enum iommu_platform iommu_platform;
	struct str iommu_platform_reason; /* one clause; empty with ON         */
	struct spot iommu_platform_at;
	enum iommu_family active; /* whose ops Xen uses; valid with ON          */

	struct stream_use *uses; /* by IOMMU, then by node                      */
	uint32_t nuses;
	struct stream_conflict *conflicts;
	uint32_t nconflicts;
	struct dom0_failure *failures; /* in tree order                        */
	uint32_t nfailures;
	struct group *groups; /* with two members or more                      */
	uint32_t ngroups;
	uint32_t *group_of;         /* per node, or GROUP_NONE                       */
	struct engine_use *engines; /* by engine, then by client               */
	uint32_t nengines;
	struct remark *remarks; /* in tree order                               */
	uint32_t nremarks;
	struct dma_verdict *verdicts; /* per node                              */

	uint32_t *iommu_of;    /* private: per node, index of the IOMMU there  */
	struct rid_map **maps; /* private                                      */
	uint32_t nmaps;
};

bool topology_build(struct arena *a, struct diag *d, const struct facts *facts,
		    struct topology **out);
const struct iommu *topology_iommu(const struct topology *t, dt_id node); /* or NULL */
struct place topology_place(const struct topology *t, struct spot s);
/* The verdict of a device with its wrapper in the same hands, or without. */
enum verdict topology_effective(const struct topology *t, dt_id n, bool with_wrapper);
/* An IOMMU with clients that Xen gives up without stopping: the worst state,
 * since those streams bypass.  NULL: none. */
const struct iommu *topology_half_initialised(const struct topology *t);
/* Clients of an engine, by client; the count. */
uint32_t topology_engine_clients(const struct topology *t, dt_id engine,
				 const struct engine_use **first);

/* ---- Requester ids ------------------------------------------------------------------ */

enum map_kind {
	MAP_IOMMU, /* iommu-map, iommu-map-mask                              */
	MAP_MSI,   /* msi-map, msi-map-mask                                  */
};

enum rid_result {
	RID_HIT,
	RID_GAP,    /* the map exists and no entry takes this id              */
	RID_NO_MAP, /* the property is absent                                 */
	RID_ERROR,  /* the map cannot be right                                */
};
const char *rid_result_name(enum rid_result r);

struct rid_mapping {
	enum rid_result result;
	dt_id target;      /* RID_HIT                                         */
	uint32_t out;      /* first cell; RID_HIT                             */
	uint32_t entry;    /* RID_HIT: which one, from 0                      */
	bool own_iommu;    /* RID_GAP at the requester id of a PCI IOMMU: right */
	struct spot at;    /* the entry, or the property                      */
	struct str reason; /* one clause, unless RID_HIT                      */
};

/*
 * What Xen (4.21 and later: dt_map_id) and Linux make of a requester id.
 * Entries are four cells whatever the target's #iommu-cells is; Linux of 2026
 * counts the target's cells.  Both readings are made; where they differ over
 * a target of two cells or more the answer is RID_ERROR.
 * `bridge` is the node with the map.
 */
struct rid_mapping topology_map_rid(struct arena *a, const struct topology *t, dt_id bridge,
				    enum map_kind kind, uint32_t rid);
/* How many requester ids of the bridge's bus-range no entry of iommu-map takes,
 * and the first run of them; none where there is no map, or none to be read.
 * Costs a walk over all 65536 ids. */
struct rid_holes {
	uint32_t count;
	uint32_t first, last;
};
struct rid_holes topology_map_holes(const struct topology *t, dt_id bridge);
bool topology_bridge_has(const struct topology *t, dt_id bridge, uint32_t rid); /* bus-range */

/* Enabled host bridges, by domain, then in tree order; the count.  The domain is
 * linux,pci-domain (Linux of_get_pci_domain_nr, xen pci-host-common.c). */
struct host_bridge {
	dt_id node;
	uint32_t domain; /* PCI_DOMAIN_NONE: the tree does not say               */
};
#define PCI_DOMAIN_NONE UINT32_MAX
uint32_t topology_host_bridges(struct arena *a, const struct topology *t, struct host_bridge **out);
/* The bridge of a domain; an only one without a number is that of domain 0.
 * DT_NONE: the tree does not tell. */
dt_id topology_bridge_of_domain(const struct host_bridge *bridges, uint32_t n, uint32_t domain);

/* The requester id of a described PCI function and its host bridge; false: the
 * node is none, or its bus number is not in the tree. */
bool topology_rid_of(const struct topology *t, dt_id n, dt_id *bridge, uint32_t *rid);

#endif
