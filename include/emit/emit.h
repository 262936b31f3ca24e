/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * emit: what is approved becomes bytes.
 *
 * Transcribes, never decides.  Output is deterministic: no times, no absolute
 * paths, no order that depends on memory.  The emitted tree is read back with
 * our own reader and compared with the plan; a mismatch is a bug in us.
 */
#ifndef DTASSIGN_EMIT_H
#define DTASSIGN_EMIT_H

#include "check.h"

struct emit_options {
	struct str board_file; /* as the operator named it, last part only      */
	struct str board_blob; /* what was read, for the checksum               */
};

/* Adds every output of every guest and of the host to `files`; NAME.json last. */
void emit_all(struct arena *a, const struct approved *approved, const struct emit_options *options,
	      struct fileset *files);

/* The parts, for tests and for `check`. */
struct str emit_dtb(struct arena *a, const struct gnode *root);
struct str emit_dts(struct arena *a, const struct plan *plan, const struct guest_plan *g);
/* The managed block, markers included, newline at the end. */
struct str emit_block(struct arena *a, const struct plan *plan, const struct guest_plan *g);
struct str emit_cfg(struct arena *a, const struct plan *plan, const struct guest_plan *g);
struct str emit_marks(struct arena *a, const struct plan *plan);

#endif
