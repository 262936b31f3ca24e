/* SPDX-License-Identifier: BSD-2-Clause */
/* What the drivers of a Linux guest need; rows: drivers.def. */
#ifndef DTASSIGN_PLAN_DRIVERS_H
#define DTASSIGN_PLAN_DRIVERS_H

#include "plan.h"

enum need {
	NEED_RATE,
	NEED_ON,
	NEED_MUST,
	NEED_MAY,
	NEED_FREQUENCY,
	NEED_VOLTAGE,
	NEED_EMPTY,
	NEED_NOP,
};

struct need_row {
	unsigned driver;
	const char *property;
	const char *entry; /* a name, "#N", or NULL for all */
	enum need need;
	const char *what;
};

struct driver {
	const char *file;
	const char *alias; /* stem, or NULL */
	uint32_t alias_limit;
	const char *parent; /* what it has to be, or NULL */
	const char *root, *root_what;
};

/* The driver that Linux 6.1 binds to a node, or NULL: not known here. */
const struct driver *driver_of(const struct dt *t, dt_id n);
/* What it does with each of n entries of a property; NULL, or an element that is
 * NULL: nothing is known. */
const struct need_row **driver_needs(struct arena *a, const struct driver *driver,
				     const struct dt *t, dt_id node, struct str property, size_t n);

#endif
