/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * topology: who can reach memory through what.
 *
 * From facts and platform: which IOMMUs this Xen will drive and how their
 * probing ends, which devices are inseparable (groups), and the DMA verdict of
 * every device.  Still no opinion about who gets what.
 * Sources: xen/drivers/passthrough/{device_tree.c,arm/}; each rule in the
 * code names its function.
 */
#ifndef DTASSIGN_TOPOLOGY_H
#define DTASSIGN_TOPOLOGY_H

#include "facts.h"

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
	uint8_t since_minor; /* release that drives it first (generic binding) */
	const char *source;
};
const struct iommu_row *iommu_row_find(const struct dt *t, dt_id n);

enum iommu_outcome {
	IOMMU_PROBES,
	IOMMU_DISABLED,     /* its own status                                */
	IOMMU_MARKED,       /* xen,passthrough: Xen leaves it alone          */
	IOMMU_NO_DRIVER,    /* not in Xen, or not in this build or release   */
	IOMMU_SKIPPED,      /* Xen ignores the failure: its streams bypass   */
	IOMMU_STALLS,       /* deferred for ever                             */
	IOMMU_PANICS,       /* Xen stops at boot                             */
	IOMMU_WRONG_OPS,    /* probes, but another family came first         */
	IOMMU_SWITCHED_OFF, /* iommu=no                                      */
};
const char *iommu_outcome_name(enum iommu_outcome o);

struct iommu {
	dt_id node;
	const struct iommu_row *row; /* NULL: of no kind that we know            */
	enum iommu_family family;
	enum iommu_outcome outcome;
	struct str reason;    /* one clause, why                          */
	uint32_t cells;       /* #iommu-cells; UINT32_MAX: absent         */
	uint32_t pass;        /* of probing in which it was settled       */
	uint32_t max_domains; /* that fit; 0: unknown                     */
};

/* What becomes of the platform as a whole. */
enum iommu_platform {
	PLATFORM_IOMMU_ON,
	PLATFORM_IOMMU_OFF,   /* none, or switched off: Xen runs without       */
	PLATFORM_IOMMU_PANIC, /* Xen stops: "Couldn't configure correctly ..." */
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

struct dma_verdict {
	enum verdict verdict;
	struct str reason; /* one clause, with the names it needs           */
	struct place at;   /* the cell or property that decides             */
	dt_id iommu;       /* DT_NONE                                       */
	dt_id wrapper;     /* a node above or below whose streams it uses,
			    * or DT_NONE                                    */
};

/* ---- Groups -------------------------------------------------------------------- */

/* Why two devices are inseparable. */
enum link_kind {
	LINK_SAME_STREAM,
	LINK_OVERLAP, /* masks meet                                    */
	LINK_MAPPED,  /* a requester id maps to the same stream        */
	LINK_WRAPPER, /* DMA under the wrapper's stream                */
	LINK_ENGINE,  /* shared DMA engine                             */
};

struct group_link {
	dt_id a, b;
	enum link_kind kind;
	struct place at_a, at_b;
	struct str what; /* "stream ID 0x14 of /smmu@..."                 */
};

struct group {
	dt_id *members; /* ascending                                     */
	uint32_t nmembers;
	struct group_link *links;
	uint32_t nlinks;
	struct str name; /* stable: derived from the first member's path  */
};
#define GROUP_NONE UINT32_MAX

struct topology {
	const struct facts *facts;
	struct iommu *iommus;
	uint32_t niommus;
	enum iommu_platform iommu_platform;
	struct str iommu_platform_reason;
	struct group *groups; /* with two members or more                      */
	uint32_t ngroups;
	uint32_t *group_of;           /* per node, or GROUP_NONE                       */
	struct dma_verdict *verdicts; /* per node                                 */
};

bool topology_build(struct arena *a, struct diag *d, const struct facts *facts,
		    struct topology **out);
const struct iommu *topology_iommu(const struct topology *t, dt_id node); /* or NULL */

#endif
