/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Private to topology: the topology while it is being built, and who builds
 * which part.  The parts run in the order of this file.
 */
#ifndef DTASSIGN_TOPOLOGY_BUILDING_H
#define DTASSIGN_TOPOLOGY_BUILDING_H

#include "deferral.h"
#include "rid_map.h"
#include "topology.h"

#define IOMMU_NONE  UINT32_MAX
#define CLIENT_NONE UINT32_MAX

/* A node with `iommus`, or named in mmu-masters. */
struct client {
	dt_id node;
	uint32_t first, nuses; /* in struct building, uses                    */
	bool generic;          /* has `iommus`                                */
	bool legacy;           /* a whole entry of mmu-masters names it       */
	bool broken;           /* then reason and at say why                  */
	struct str reason;
	struct spot at;
	uint32_t iommu; /* of its first entry that has one, or IOMMU_NONE      */
};

/* One entry of mmu-masters. */
struct legacy_entry {
	uint32_t iommu;
	dt_id node;
	uint32_t cell, nids; /* of the phandle; stream IDs follow it           */
	bool cut_off;        /* the list ends before it can be read            */
};

/* One thing that an IOMMU has to tell apart from others: an entry of a device,
 * the streams of a function of a bridge, or those of a whole bridge. */
enum point_kind {
	POINT_RANGE, /* id..last, of all functions of the bridge at node        */
	POINT_FUNCTION,
	POINT_DEVICE,
};
struct point {
	enum point_kind kind;
	uint32_t iommu;
	uint32_t id, last; /* id without the bits that mask ignores           */
	uint32_t mask;
	dt_id node;
	dt_id bridge; /* of a function                                       */
	struct spot at;
	uint32_t rank; /* order in the tree and in its list                   */
};

/* Equal points of an SMMUv1 or v2: one stream match register. */
struct mask_entry {
	const struct point *first; /* of n, by rank                          */
	uint32_t n;
	uint32_t seen_by; /* last entry that was compared with it              */
	bool broken;      /* its devices are known to be                       */
};
/* b cannot be added after a; nor a after b if either_order. */
struct mask_conflict {
	uint32_t a, b; /* entries                                              */
	bool either_order;
};
struct stream_table;

struct building {
	struct arena *arena;
	const struct facts *facts;
	const struct dt *dt;
	const struct platform *platform;
	struct topology *out;

	struct map *rows; /* compatible to row of iommus.def                  */
	VEC(struct iommu) iommus;
	VEC(struct legacy_entry) legacy; /* by IOMMU                           */
	uint32_t *legacy_of;             /* per node: entry that counts, or none */
	VEC(struct probe_step) steps;
	dt_id root; /* the IPMMU whose contexts count, or DT_NONE           */
	dt_id prr;  /* product register node, or DT_NONE                    */
	bool prr_known;
	bool has_ops; /* some IOMMU was probed                                */

	VEC(struct stream_use) uses; /* by client                              */
	VEC(struct client) clients;  /* ascending by node                      */
	uint32_t *client_of;         /* per node, or CLIENT_NONE               */
	VEC(struct rid_map *) maps;  /* ascending by node                      */
	bool *has_stuff;             /* per node: something to hand out        */
	dt_id *wrapper;              /* per node, or DT_NONE                   */
	uint32_t *set;               /* per node: union-find                   */
	VEC(struct group_link) links;
	struct stream_table *table;
	uint32_t table_steps;
	VEC(struct mask_entry) entries;
	VEC(struct mask_conflict) mask_conflicts;
	VEC(const struct point *) ranges;
	VEC(struct stream_conflict) conflicts;
	VEC(struct dom0_failure) failures;
	VEC(struct engine_use) engines;
	VEC(struct remark) remarks;
};

static inline struct spot spot_node(dt_id n)
{
	return (struct spot){ n, NULL, -1 };
}

static inline struct spot spot_prop(dt_id n, const char *property)
{
	return (struct spot){ n, property, -1 };
}

static inline struct spot spot_cell(dt_id n, const char *property, uint32_t cell)
{
	return (struct spot){ n, property, (int32_t)cell };
}

/* iommu.c: every IOMMU of the tree, and what a model of it can do. */
void iommus_find(struct building *b);

enum silicon {
	SILICON_ANY,
	SILICON_DEPENDS, /* on a revision that the tree does not tell         */
	SILICON_NEVER,   /* Xen's driver refuses every revision of it         */
};
/* A row of models.def. */
struct iommu_model {
	const char *compatible;
	uint8_t version;     /* of the SMMU architecture; 0: no SMMU         */
	uint8_t max_domains; /* 0: not by model                              */
	uint8_t max_ids;     /* ids are below it; 0: not by model            */
	enum silicon silicon;
	const char *source;
};
const struct iommu_model *iommu_model_find(const struct iommu *u); /* or NULL */
bool iommu_is_compiled(const struct building *b, const struct iommu *u);
struct str iommu_no_driver(const struct building *b, const struct iommu *u);
/* This Xen reads `iommus` for the family. */
bool iommu_reads_generic(const struct building *b, const struct iommu *u);
/* Something is told apart there, by Xen or by the owner of the IOMMU. */
bool iommu_is_live(const struct iommu *u);
struct str path_text(const struct building *b, dt_id n); /* `/path`           */

/* legacy.c: mmu-masters. */
void legacy_read(struct building *b);
bool legacy_register(struct building *b, uint32_t iommu, struct probe_try *try);
void legacy_settle(struct building *b);

/* conditions.c: one call of a driver's init function. */
struct probe_try condition_try(struct building *b, uint32_t iommu);

/* probe.c: the whole of iommu_hardware_setup. */
void probe_simulate(struct building *b);

/* client.c: streams of every device. */
void clients_read(struct building *b);
void clients_validate(struct building *b);

/* rid_map.c, rid_read.c: requester id maps. */
void rid_maps_read(struct building *b);
void rid_maps_remark(struct building *b);

/* wrapper.c: whose streams carry whose DMA. */
void wrappers_find(struct building *b);

/* points.c, streams.c, masks.c, groups.c: who meets whom at an IOMMU. */
struct point *points_gather(struct building *b, size_t *npoints);
void streams_collide(struct building *b);
void points_link(struct building *b, const struct point *a, const struct point *z,
		 enum link_kind kind);
struct str point_text(const struct building *b, const struct point *p);
uint32_t masks_collide(struct building *b, struct point *points, size_t n);
void masks_settle(struct building *b);
void group_link_add(struct building *b, struct group_link link);
void groups_start(struct building *b);
void groups_finish(struct building *b);

/* capacity.c: clients and contexts of each IOMMU. */
void capacity_derive(struct building *b);

/* dom0.c: what Xen does when it builds dom0. */
void dom0_simulate(struct building *b);

/* remark.c, engine.c */
void remark_add(struct building *b, enum remark_kind kind, struct spot at, struct str text);
void remarks_derive(struct building *b);
void engines_find(struct building *b);

/* verdict.c */
void verdicts_derive(struct building *b);

#endif
