/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files that place windows share. */
#ifndef DTASSIGN_PLAN_PLACE_H
#define DTASSIGN_PLAN_PLACE_H

#include "building.h"

enum choice {
	CHOICE_FIXED,  /* iomem, iomem_map or a fragment's xen,reg says where */
	CHOICE_HOST,   /* where the host has it: the fragment's reg says so   */
	CHOICE_WISHED, /* there, if nothing is in the way */
	CHOICE_FREE,
};

/* Host pages that have to stay together. */
struct run {
	struct range host;
	enum choice choice;
	enum place_how how;
	uint64_t guest; /* unless CHOICE_FREE */
	struct place at;
	bool placed;
};

/* Guest addresses that are taken: sorted, disjoint, not touching. */
struct room {
	struct arena *arena;
	VEC(struct range) taken;
};

struct placing {
	struct building *b;
	struct guest_plan *g;
	VEC(struct run) runs;
	struct room room;
	struct range *holes;
	uint64_t *cursor; /* per hole: what lies below is full */
	size_t nholes;
};

/* ---- runs.c: what has to be placed, and where the operator wants it ---- */
/* false: too much, which was reported. */
bool place_collect(struct placing *p);

/* ---- room.c ---- */
void room_take(struct room *room, struct range r);
bool room_is_free(const struct room *room, struct range r);
/* The first place in the hole, from `from` on, for these host pages. */
bool room_find(const struct room *room, struct range hole, uint64_t from, struct range host,
	       uint64_t *out);

/* The guest's side of host pages; false where it would wrap. */
MUST_USE bool place_guest_range(uint64_t guest, struct range host, struct range *out);

#endif
