/* SPDX-License-Identifier: BSD-2-Clause */
/* Overlays, applied by libfdt; what it cannot say about a failure is found
 * out here. */
#include "tree.h"

#include <libfdt.h>

struct merge {
	struct arena *arena;
	struct diag *diag;
	struct dt_source base; /* what was merged so far */
	struct dt *board;      /* the same, read         */
};

enum {
	/* libfdt moves the rest of the board for each property and walks it for
	 * each label: board times overlay bytes is what a merge costs. */
	LIMIT_WORK_SHIFT = 35,
	ROOM = 64 << 10, /* for paths and names that a merge makes longer */
};

static bool is_affordable(const struct merge *m, const struct dt_source *overlay)
{
	uint64_t work = (uint64_t)m->base.blob.n * overlay->blob.n;

	if (overlay->blob.n <= LIMIT_OVERLAY_BYTES && work >> LIMIT_WORK_SHIFT == 0)
		return true;
	return diag_fault(m->diag, RULE_LIMIT_EXCEEDED, place_file(overlay->file),
			  STR("apply the overlay beforehand, with fdtoverlay"),
			  "an overlay of %zu bytes is too large for a board of %zu",
			  overlay->blob.n, m->base.blob.n);
}

static bool is_overlay(const struct merge *m, const struct dt *overlay)
{
	dt_id fragment;

	DT_EACH_CHILD (overlay, fragment, DT_ROOT)
		if (dt_find_child(overlay, fragment, STR("__overlay__")) != DT_NONE)
			return true;
	return diag_fault(m->diag, RULE_BAD_OVERLAY, place_file(overlay->file),
			  STR("an overlay is compiled with `dtc -@` from source with /plugin/"),
			  "expected an overlay, found a tree without an __overlay__ node");
}

/* ---- Why it failed -------------------------------------------------------- */

static bool lacks_symbols(const struct merge *m, const struct dt *overlay, struct str label)
{
	return diag_fault(m->diag, RULE_NO_SYMBOLS, place_file(overlay->file),
			  STR("compile the board with `dtc -@`, so that it keeps its labels"),
			  "the overlay refers to the label `%.*s`, but `%.*s` has no /__symbols__",
			  STR_ARG(label), STR_ARG(m->base.file));
}

/* The first label of /__fixups__ that the board does not have. */
static bool explain_labels(const struct merge *m, const struct dt *overlay)
{
	dt_id fixups = dt_find_child(overlay, DT_ROOT, STR("__fixups__"));
	const struct dt_node *node = fixups == DT_NONE ? NULL : dt_node(overlay, fixups);

	for (uint32_t i = 0; node && i < node->nprops; i++) {
		struct str label = overlay->props[node->first_prop + i].name;

		if (!m->board->has_symbols)
			return lacks_symbols(m, overlay, label);
		if (dt_find_label(m->board, label) == DT_NONE)
			return diag_fault(m->diag, RULE_BAD_OVERLAY, place_file(overlay->file),
					  STR("compare the labels with /__symbols__ of the board"),
					  "the overlay refers to the label `%.*s`, which `%.*s` "
					  "does not have",
					  STR_ARG(label), STR_ARG(m->base.file));
	}
	return true;
}

static bool explain_targets(const struct merge *m, const struct dt *overlay)
{
	dt_id fragment;

	DT_EACH_CHILD (overlay, fragment, DT_ROOT) {
		struct str path = dt_text(overlay, fragment, "target-path");

		if (path.n && dt_find_path(m->board, path) == DT_NONE)
			return diag_fault(m->diag, RULE_BAD_OVERLAY,
					  dt_place_prop(overlay, fragment, "target-path"),
					  STR("name a node of the board by its full path"),
					  "the overlay changes `%.*s`, which `%.*s` does not have",
					  STR_ARG(path), STR_ARG(m->base.file));
	}
	return true;
}

static bool explain(const struct merge *m, const struct dt *overlay, int why)
{
	if (!explain_labels(m, overlay) || !explain_targets(m, overlay))
		return false;
	return diag_fault(m->diag, RULE_BAD_OVERLAY, place_file(overlay->file),
			  STR("try fdtoverlay; an overlay is made with `dtc -@` and /plugin/"),
			  "the overlay does not apply to `%.*s`: %s", STR_ARG(m->base.file),
			  fdt_strerror(why));
}

/* ---- Merging -------------------------------------------------------------- */

/* libfdt leaves both damaged when it fails, so each try begins with copies. */
static int merge_try(const struct merge *m, const struct dt *overlay, size_t room, struct str *out)
{
	void *fdt = arena_alloc(m->arena, room);
	void *fdto = arena_copy(m->arena, overlay->blob.s, overlay->blob.n);
	int why = fdt_open_into(m->base.blob.s, fdt, (int)room);

	if (!why)
		why = fdt_overlay_apply(fdt, fdto);
	if (!why)
		why = fdt_pack(fdt);
	if (!why)
		*out = (struct str){ fdt, fdt_totalsize(fdt) };
	return why;
}

static bool merge_one(struct merge *m, const struct dt_source *source)
{
	size_t room = m->base.blob.n + 2 * source->blob.n + ROOM;
	struct dt *overlay;
	struct str merged;
	int why;

	if (!is_affordable(m, source) ||
	    !dt_load(m->arena, m->diag, source->file, source->blob, &overlay) ||
	    !is_overlay(m, overlay) || !overlay_check(m->diag, overlay))
		return false;
	/* Paths grow by the path of their target, so the sum is not known. */
	do {
		why = merge_try(m, overlay, room, &merged);
		room *= 2;
	} while (why == -FDT_ERR_NOSPACE && room <= 2 * (size_t)LIMIT_BLOB_BYTES);
	if (why)
		return explain(m, overlay, why);
	m->base.blob = merged;
	return dt_load(m->arena, m->diag, m->base.file, merged, &m->board);
}

bool dt_apply_overlays(struct arena *a, struct diag *d, struct dt_source base,
		       const struct dt_source *overlays, size_t noverlays, struct str *merged)
{
	struct merge m = { .arena = a, .diag = d, .base = base };

	*merged = base.blob;
	if (noverlays == 0)
		return true;
	if (!dt_load(a, d, base.file, base.blob, &m.board))
		return false;
	m.base.blob = m.board->blob;
	for (size_t i = 0; i < noverlays; i++)
		if (!merge_one(&m, &overlays[i]))
			return false;
	*merged = m.base.blob;
	return true;
}
