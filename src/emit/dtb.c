/* SPDX-License-Identifier: BSD-2-Clause */
#include "emit.h"

#include <libfdt.h>

/*
 * libfdt's sequential-write interface is the whole format knowledge here.  A
 * call that fails for want of space makes the caller begin again with twice
 * the room; any other failure is a tree that we should never have planned.
 */
static bool wrote(int error)
{
	BUG_ON(error && error != -FDT_ERR_NOSPACE);
	return error == 0;
}

static bool write_prop(struct arena *a, void *blob, const struct gprop *p)
{
	BUG_ON(p->data.n > LIMIT_BLOB_BYTES);
	return wrote(fdt_property(blob, str_c(a, p->name), p->data.s, (int)p->data.n));
}

static bool write_node(struct arena *a, void *blob, const struct gnode *node)
{
	const struct gprop *p;
	struct gnode **child;

	if (!wrote(fdt_begin_node(blob, str_c(a, node->name))))
		return false;
	VEC_EACH (p, &node->props)
		if (p->edit != EDIT_DROPPED && !write_prop(a, blob, p))
			return false;
	if (node->phandle && !wrote(fdt_property_u32(blob, "phandle", node->phandle)))
		return false;
	VEC_EACH (child, &node->children)
		if (!write_node(a, blob, *child))
			return false;
	return wrote(fdt_end_node(blob));
}

static bool write_tree(struct arena *a, void *blob, size_t room, const struct gnode *root)
{
	return wrote(fdt_create(blob, (int)room)) && wrote(fdt_finish_reservemap(blob)) &&
	       write_node(a, blob, root) && wrote(fdt_finish(blob));
}

/* ---- The proof: what our own reader makes of it -------------------------- */

static dt_id compare_node(const struct dt *t, dt_id id, const struct gnode *node)
{
	const struct dt_node *read;
	const struct gprop *p;
	struct gnode **child;
	uint32_t next, phandle;

	BUG_ON(id >= t->nnodes);
	read = dt_node(t, id);
	next = read->first_prop;
	BUG_ON(!str_eq(read->name, node->name));
	VEC_EACH (p, &node->props) {
		if (p->edit == EDIT_DROPPED)
			continue;
		BUG_ON(next == read->first_prop + read->nprops);
		BUG_ON(!str_eq(t->props[next].name, p->name));
		BUG_ON(!str_eq(t->props[next].data, p->data));
		next++;
	}
	BUG_ON(read->phandle != node->phandle);
	if (node->phandle) {
		BUG_ON(!dt_u32(t, id, "phandle", &phandle) || phandle != node->phandle);
		next++;
	}
	BUG_ON(next != read->first_prop + read->nprops);
	id++;
	VEC_EACH (child, &node->children)
		id = compare_node(t, id, *child);
	BUG_ON(id != read->end);
	return id;
}

static void prove(struct arena *a, struct str blob, const struct gnode *root)
{
	struct diag *d = diag_new(a);
	struct dt *t;

	if (!dt_load(a, d, STR("our own output"), blob, &t))
		BUG("our reader refuses the device tree that we made");
	BUG_ON(compare_node(t, DT_ROOT, root) != t->nnodes);
}

struct str emit_dtb(struct arena *a, const struct gnode *root)
{
	struct str blob;

	for (size_t room = 4096;; room *= 2) {
		void *bytes = arena_alloc(a, room);

		BUG_ON(room > LIMIT_BLOB_BYTES);
		if (!write_tree(a, bytes, room, root))
			continue;
		blob = (struct str){ bytes, fdt_totalsize(bytes) };
		prove(a, blob, root);
		return blob;
	}
}
