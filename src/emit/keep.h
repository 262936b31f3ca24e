/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EMIT_KEEP_H
#define EMIT_KEEP_H

#include "emit.h"
#include "json.h"

/* Member host_must_keep of a guest's report. */
void keep_json(struct json *j, const struct plan *plan, const struct guest_plan *g);

#endif
