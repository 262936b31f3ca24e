/* SPDX-License-Identifier: BSD-2-Clause */
/* What `list` and `show` both say of a device. */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include "run.h"
#include "table.h"

struct nodes {
	dt_id *v;
	size_t n;
};
/* Other nodes with a claim of this kind that meets one of this node's; each
 * once, in tree order.  A fault where the board has too many of them. */
struct nodes view_sharing(struct run *r, dt_id node, enum claim_kind kind);

/* Whether the node can be given to a guest: a word for a column, and why in one
 * clause (which may be empty). */
struct state {
	const char *word;
	struct str why;
	enum tone tone;
};
struct state view_state(const struct run *r, dt_id node);

struct str view_path(const struct run *r, dt_id node); /* or "(none)" */
/* First string of compatible, else device_type, else empty. */
struct str view_kind(const struct run *r, dt_id node);
/* "0xff0e0000-0xff0e0fff" or why there is none. */
struct str view_window(const struct run *r, const struct window *w);
/* "63" (the INTID) or where it ends. */
struct str view_line(const struct run *r, const struct line *l);

#endif
