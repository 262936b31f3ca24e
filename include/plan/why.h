/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * why: the chain from something that a guest has back to the cell of the host's
 * tree and the words of the configs.
 *
 * Read from a finished plan and nothing else: what the plan does not know is
 * not told.  What a guest does not have is answered too: by who has it.
 */
#ifndef DTASSIGN_WHY_H
#define DTASSIGN_WHY_H

#include "plan.h"

struct why {
	struct arena *arena;
	const struct plan *plan;
	const struct guest_plan *guest;
	VEC(struct account) accounts;
	bool held; /* the guest has what was asked for                           */
};

void why_interrupt(struct why *w, uint32_t intid);
/* A byte's address, of the host, of the guest, or both. */
void why_address(struct why *w, uint64_t address);
/* A node of the host. */
void why_device(struct why *w, dt_id node);
/* A node of the guest's tree, or a property of one.  `path` is the node's. */
void why_guest_node(struct why *w, const struct gnode *n, struct str path);
void why_property(struct why *w, const struct gnode *n, struct str path, struct str name);

/* The node of the guest's tree at a path of it, and the one that was made of a
 * node of the host; NULL: none.  The second gives its path, too. */
const struct gnode *why_find_path(const struct guest_plan *g, struct str path);
const struct gnode *why_find_host(struct arena *a, const struct guest_plan *g, dt_id host,
				  struct str *path);

#endif
