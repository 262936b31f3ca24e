/* SPDX-License-Identifier: BSD-2-Clause */
/* Private furniture of room facts: claims on their way into the ledger. */
#ifndef DTASSIGN_FACTS_CLAIMS_H
#define DTASSIGN_FACTS_CLAIMS_H

#include "derive.h"

struct claims {
	struct derive *x;
	struct arena *brief; /* for the node at hand; renewed now and then        */
	struct map *kinds;   /* name of a property to NOT_CLAIMED or a claim_kind */
	/* Claims of one node behind each other, in tree order; in pieces, since an
	 * array that grows leaves its outgrown selves in the arena. */
	VEC(struct claim *) pieces;
	uint32_t n;
	uint32_t *first; /* per node; then those of /memreserve/, then n    */
	dt_id reserved;  /* /reserved-memory                                */
	uint32_t nmasked;
};
bool claims_collect(struct claims *all);
struct claim *claims_join(const struct claims *all); /* in one array */

/* Ranges that answer which of them meet another, at the cost of the answer. */
struct range_set;
struct range_set *range_set_build(struct arena *a, const struct claim **claims, uint32_t n);

void range_set_meeting(const struct range_set *s, struct range range,
		       void (*visit)(void *context, const struct claim *c), void *context);

#endif
