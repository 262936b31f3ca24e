/* SPDX-License-Identifier: BSD-2-Clause */
#include "emit.h"

struct str emit_marks(struct arena *a, const struct plan *plan)
{
	struct buf out = buf_new(a);
	const struct mark *m;

	VEC_EACH (m, &plan->marks)
		buf_format(&out, "%.*s\n", STR_ARG(dt_node(plan->dt, m->node)->path));
	return buf_get(&out);
}
