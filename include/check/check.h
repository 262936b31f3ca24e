/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check: the judges.
 *
 * Reads a plan, reports every judgement, alters nothing.  The only room that
 * makes a struct approved, and only when nothing was refused.
 */
#ifndef DTASSIGN_CHECK_H
#define DTASSIGN_CHECK_H

#include "plan.h"

struct check_options {
	bool compare_block; /* a managed block must be what would be written now */
};

/* Every judge, on as much of the plan as there is. */
void check_plan(struct arena *a, struct diag *d, const struct plan *plan,
		const struct check_options *options);

/* Opaque on purpose: nothing unjudged can be written. */
struct approved;

/* NULL when refused or when planning was not complete.  After diag_settle. */
const struct approved *check_approve(struct arena *a, const struct plan *plan, const struct diag *d,
				     struct summary summary);

const struct plan *approved_plan(const struct approved *a);
const struct diag *approved_findings(const struct approved *a);

#endif
