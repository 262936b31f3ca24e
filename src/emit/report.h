/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EMIT_REPORT_H
#define EMIT_REPORT_H

#include "emit.h"

/* One file of the set, as it will stand on disk. */
struct output {
	struct str name, content;
};

/* NAME.json: schemas/plan.schema.json. */
struct str report_json(struct arena *a, const struct plan *plan, const struct guest_plan *g,
		       const struct diag *findings, const struct emit_options *options,
		       const struct output *outputs, size_t noutputs);

#endif
