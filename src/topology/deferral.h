/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Private to topology: the loop of Xen's iommu_hardware_setup
 * (xen/drivers/passthrough/arm/iommu.c), without its drivers.  A unit test
 * drives it with dependencies that no driver of Xen has today.
 */
#ifndef DTASSIGN_TOPOLOGY_DEFERRAL_H
#define DTASSIGN_TOPOLOGY_DEFERRAL_H

#include "topology.h"

enum probe_code {
	PROBE_OK,
	PROBE_AGAIN,  /* -EAGAIN: deferred                                    */
	PROBE_NODEV,  /* -ENODEV: ignored in the first pass                   */
	PROBE_BADF,   /* -EBADF: no driver; ignored in the first pass         */
	PROBE_FAILED, /* anything else: the whole set-up ends at once         */
};

/* What one call of a driver's init function gives. */
struct probe_try {
	enum probe_code code;
	const char *error; /* "-EINVAL"; "ok"                                 */
	struct str reason; /* one clause; empty with PROBE_OK                 */
	struct spot at;
};

struct deferral {
	enum probe_code code; /* PROBE_OK: enabled; PROBE_NODEV: off; others panic */
	uint32_t npasses;
	uint32_t nreached; /* items of the first pass that were tried         */
};

/* `init` is called for items 0..nitems-1 in pass 1 and for deferred ones
 * after that.  Ends after at most nitems + 1 passes. */
typedef enum probe_code probe_init(void *arg, uint32_t item, uint32_t pass);
struct deferral deferral_run(struct arena *a, uint32_t nitems, probe_init *init, void *arg);

#endif
