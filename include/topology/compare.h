/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * compare: what two trees of one board say differently of its devices.
 *
 * Only what decides about giving a device away: registers, interrupts, streams,
 * suppliers, status, verdicts, and names.  Changes are told as accounts with
 * the places in both trees; whether one matters is not said here.
 */
#ifndef DTASSIGN_COMPARE_H
#define DTASSIGN_COMPARE_H

#include "topology.h"

struct compare {
	struct arena *arena;
	const struct topology *old, *now;
	/* Per node of each tree: it is asked about.  NULL: every device is. */
	const bool *old_wanted, *now_wanted;
	VEC(struct account) changes; /* in the order of the old tree, new nodes last */
};

void compare_devices(struct compare *c);

#endif
