/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EMIT_SUM_H
#define EMIT_SUM_H

#include "base.h"

/* SHA-256 in hex. */
struct str sum_of(struct arena *a, struct str bytes);

#endif
