/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files that decide about references share. */
#ifndef DTASSIGN_PLAN_REFS_H
#define DTASSIGN_PLAN_REFS_H

#include "tree.h"

enum fate {
	FATE_KEEP, /* points at `to`, arguments as on the host */
	FATE_STUB, /* points at `to`, which takes no arguments */
	FATE_HOLE,
	FATE_DROP,
	FATE_ASK,
};

struct entry_plan {
	enum fate fate;
	struct gnode *to;
	struct str why;
};

struct referring {
	struct growing *gr;
	struct gnode *n;
	const struct dt_prop *p;
	const struct supplier *row;
	struct dt_refs refs;
	struct entry_plan *plans;
	/* Per entry; NULL: nothing is known of the guest's driver. */
	const struct need_row **needs;
	uint64_t frequency; /* 0, or what clock-frequency shall say */
	bool empty;         /* the property stays, without entries  */
	enum { RATES_NOT_TRIED, RATES_ALL_KNOWN, RATES_NOT_ALL_KNOWN } rates;
};

/* ---- refs.c ---- */
void refs_ask(struct referring *r, const struct dt_ref *ref, struct str question,
	      const char *answer);
struct str refs_provider(const struct referring *r, const struct dt_ref *ref);

/* ---- needs.c: what the guest's driver needs ---- */
/* A provider that stays on the host. */
struct entry_plan needs_default(struct referring *r, const struct dt_ref *ref,
				const struct need_row *need);
/* A stand-in of this value, in the form that the driver takes. */
struct entry_plan needs_stub(struct referring *r, const struct need_row *need, uint64_t value,
			     struct str why);
/* The operator dropped it. */
void needs_dropped(struct referring *r, const struct need_row *need);

/* ---- instead.c ---- */
/* Of a property with a row in instead.def; false: none, or it does not matter. */
bool instead_default(struct referring *r, const struct dt_ref *ref, struct entry_plan *out);

#endif
