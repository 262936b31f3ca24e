/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_IOMMU_H
#define CLI_IOMMU_H

#include "view.h"

/* A requester id and what its host bridge makes of it. */
struct lookup {
	struct str function; /* "0000:01:00.0"                                 */
	dt_id bridge;
	uint32_t rid;
	struct rid_mapping iommu, msi;
};

/* schemas/iommu.schema.json */
void iommu_json(struct run *r, struct buf *out);
void iommu_lookup_json(struct run *r, const struct lookup *l, struct buf *out);

/* "on, SMMUv1/v2", "off", "stops Xen". */
struct str iommu_state(const struct run *r);
/* "0x14", "0x480 mask 0x20", "<1 2 3>". */
struct str iommu_stream(const struct run *r, const struct stream_use *use);
/* The uses of one IOMMU; their number. */
uint32_t iommu_uses(const struct run *r, uint32_t iommu, const struct stream_use **first);

#endif
