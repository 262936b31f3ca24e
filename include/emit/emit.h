/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * emit: what is approved becomes bytes.
 *
 * Transcribes, never decides.  Output is deterministic: no times, no absolute
 * paths, no order that depends on memory.  The emitted tree is read back with
 * our own reader and compared with the plan; a mismatch is a bug in us.
 *
 * Words of the inputs (names of nodes, reasons) are hostile: in what we write
 * they can neither end a comment nor begin a line.
 */
#ifndef DTASSIGN_EMIT_H
#define DTASSIGN_EMIT_H

#include "check.h"

/* What was read of the board, for the checksums. */
struct emit_options {
	struct dt_source board;
	const struct dt_source *overlays;
	size_t noverlays;
};

/* Adds every output of every guest and of the host to `files`; the NAME.json
 * of all guests last, each with the checksums of its others and of the host's. */
void emit_all(struct arena *a, const struct approved *approved, const struct emit_options *options,
	      struct fileset *files);

/* The names of a guest's outputs, NAME.json last. */
enum { EMIT_NAMES = 4 };
size_t emit_names(struct arena *a, const struct guest_request *r, struct str names[EMIT_NAMES]);
/* The names of what concerns the host and all guests of a run: the nodes to
 * mark as a list, as an overlay (source and binary) and as commands of a boot
 * loader, and what the host must keep for the devices. */
enum { EMIT_HOST_NAMES = 5 };
void emit_host_names(struct str names[EMIT_HOST_NAMES]);

/* ---- The parts, for tests -------------------------------------------------------- */

struct str emit_dtb(struct arena *a, const struct gnode *root);
/* Source from which dtc makes exactly the tree of emit_dtb. */
struct str emit_dts(struct arena *a, const struct plan *plan, const struct guest_plan *g);
/* What of the plan the byte at `off` of that source is about: a node, or one of
 * its properties; nothing (NULL) in the head of the file. */
struct emit_item {
	const struct gnode *node;
	const struct gprop *property;
};
struct emit_item emit_dts_at(struct arena *a, const struct plan *plan, const struct guest_plan *g,
			     size_t off);
/* The managed block, markers included, newline at the end. */
struct str emit_block(struct arena *a, const struct guest_plan *g);
struct str emit_cfg(struct arena *a, const struct guest_plan *g);
struct str emit_marks(struct arena *a, const struct plan *plan);
/* An overlay that adds xen,passthrough where the board lacks it; without such
 * a node, one without fragments. */
struct str emit_host_dtbo(struct arena *a, const struct plan *plan);
/* Source from which dtc makes exactly that overlay. */
struct str emit_host_dtso(struct arena *a, const struct plan *plan);
/* The same as commands of U-Boot's shell. */
struct str emit_host_cmd(struct arena *a, const struct plan *plan);
/* For people: what the devices of guests need and cannot ask for. */
struct str emit_keep(struct arena *a, const struct plan *plan);

/* ---- An earlier run --------------------------------------------------------------- */

/* An output that is not the one that NAME.json was written with. */
struct stale {
	struct str file; /* its name in the directory                             */
	const char *why; /* one clause                                            */
};
/* Compares the files of a directory with the NAME.json that stands in it; the
 * count.  Files that are not there, and the config, which its owner may edit,
 * are not compared.  A text that is no such report is one entry of its own. */
size_t emit_stale(struct arena *a, struct str directory, struct str name, struct stale **out);

#endif
