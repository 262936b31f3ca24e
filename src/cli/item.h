/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ITEM_H
#define CLI_ITEM_H

#include "run.h"
#include "why.h"

/* Tells of what the word names; false: the word makes no sense or names nothing,
 * which was reported. */
bool why_item(struct run *r, struct why *w, struct str item);

#endif
