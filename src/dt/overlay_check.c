/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libfdt takes on trust in an overlay: the offsets of phandles that it is
 * to patch.  libfdt 1.6.1 reads and writes wherever they point.  Source: dtc's
 * Documentation/dt-object-internal.txt.
 */
#include "tree.h"

struct check {
	struct diag *diag;
	const struct dt *overlay;
	dt_id fixups;      /* node being checked */
	const char *fixup; /* property there     */
};

static bool bad_fixup(const struct check *c, const char *what)
{
	return diag_fault(c->diag, RULE_BAD_OVERLAY, dt_place_prop(c->overlay, c->fixups, c->fixup),
			  STR("compile the overlay again with `dtc -@`"),
			  "the overlay asks to patch %s", what);
}

/* A phandle to patch at this offset of a property. */
static bool check_offset(const struct check *c, dt_id n, const char *name, uint64_t offset)
{
	const struct dt_prop *p = n == DT_NONE ? NULL : dt_prop(c->overlay, n, name);

	if (!p)
		return bad_fixup(c, "a property that it does not have");
	if (p->data.n < 4 || offset > p->data.n - 4)
		return bad_fixup(c, "a phandle beyond the end of its property");
	return true;
}

/* ---- /__fixups__: label = "path:property:offset", ... --------------------- */

static bool check_fixup(const struct check *c, struct arena *a, struct str fixup)
{
	size_t first = str_find(fixup, ':'), last = str_find_last(fixup, ':');
	uint64_t offset;
	struct str name;

	if (first == SIZE_MAX || first == last ||
	    !str_to_u64(str_from(fixup, last + 1), 10, &offset))
		return bad_fixup(c, "what is not written as PATH:PROPERTY:OFFSET");
	name = str_sub(fixup, first + 1, last - first - 1);
	return check_offset(c, dt_find_path(c->overlay, str_sub(fixup, 0, first)), str_c(a, name),
			    offset);
}

static bool check_label(struct check *c, struct arena *a, const struct dt_prop *label)
{
	struct str rest = label->data;

	c->fixup = str_c(a, label->name);
	while (rest.n) {
		size_t end = str_find(rest, '\0');

		if (end == SIZE_MAX)
			return bad_fixup(c, "what is not written as PATH:PROPERTY:OFFSET");
		if (!check_fixup(c, a, str_sub(rest, 0, end)))
			return false;
		rest = str_from(rest, end + 1);
	}
	return true;
}

/* ---- /__local_fixups__: the tree again, with offsets for values ----------- */

static bool check_local(struct check *c, struct arena *a, dt_id n, const struct dt_prop *offsets)
{
	const char *name = str_c(a, offsets->name);

	c->fixup = name;
	if (offsets->data.n % 4)
		return bad_fixup(c, "at offsets that are not whole cells");
	for (uint32_t i = 0; i < dt_ncells(offsets); i++)
		if (!check_offset(c, n, name, dt_cell(offsets, i)))
			return false;
	return true;
}

/* The node that a node below /__local_fixups__ stands for. */
static dt_id original(const struct dt *t, dt_id locals, dt_id n)
{
	struct str path = str_from(dt_node(t, n)->path, dt_node(t, locals)->path.n);

	return dt_find_path(t, path.n ? path : STR("/"));
}

static bool check_fixups(struct check *c, const struct dt *t)
{
	const struct dt_node *node;

	c->fixups = dt_find_child(t, DT_ROOT, STR("__fixups__"));
	if (c->fixups == DT_NONE)
		return true;
	node = dt_node(t, c->fixups);
	for (uint32_t i = 0; i < node->nprops; i++)
		if (!check_label(c, t->arena, &t->props[node->first_prop + i]))
			return false;
	return true;
}

static bool check_local_fixups(struct check *c, const struct dt *t)
{
	dt_id locals = dt_find_child(t, DT_ROOT, STR("__local_fixups__"));

	if (locals == DT_NONE)
		return true;
	for (c->fixups = locals; c->fixups < dt_node(t, locals)->end; c->fixups++) {
		const struct dt_node *node = dt_node(t, c->fixups);
		dt_id patched = original(t, locals, c->fixups);

		for (uint32_t i = 0; i < node->nprops; i++)
			if (!check_local(c, t->arena, patched, &t->props[node->first_prop + i]))
				return false;
	}
	return true;
}

bool overlay_check(struct diag *d, const struct dt *overlay)
{
	struct check c = { .diag = d, .overlay = overlay };

	return check_fixups(&c, overlay) && check_local_fixups(&c, overlay);
}
