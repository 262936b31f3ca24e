/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Private to topology: iommu-map and msi-map, read twice.
 *
 * The classic reading (Linux up to 7.1, Xen since 4.21): entries of four cells
 * each, whatever the target is.  The counted reading (Linux of 2026): entries
 * of three cells and as many as the target's #...-cells says.
 */
#ifndef DTASSIGN_TOPOLOGY_RID_MAP_H
#define DTASSIGN_TOPOLOGY_RID_MAP_H

#include "topology.h"

struct rid_entry {
	uint32_t cell; /* of its first cell                                  */
	uint32_t first, length, out;
	uint32_t phandle;
	dt_id target;    /* DT_NONE: no node has the phandle                 */
	uint32_t ncells; /* of the output, as this reading counts them       */
};

struct rid_reading {
	struct rid_entry *entries;
	uint32_t nentries;
	/* Why the reading ended early: an id that no entry before takes is then
	 * an error.  Empty: all of the property was read. */
	struct str error;
	uint32_t error_cell;
	bool wide; /* some target does not take one cell                     */
};

/* An IOMMU that is itself a function on the bus of the map. */
struct own_iommu {
	dt_id node;
	uint32_t rid;
	struct own_iommu *next;
};

struct rid_map {
	dt_id node;
	enum map_kind kind;
	const char *property;
	uint32_t mask;
	struct rid_reading classic, counted;
	struct own_iommu *own;
};

struct rid_map *rid_map_find(const struct topology *t, dt_id node, enum map_kind kind);
/* The requester ids of a bridge: those of bus-range, else of all 256 buses. */
void rid_limits(const struct dt *dt, dt_id bridge, uint32_t *first, uint32_t *last);

#endif
