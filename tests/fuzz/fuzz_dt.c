/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a board: all that can be asked of a tree is asked of it. */
#include "dt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask_refs(struct arena *a, const struct dt *t, dt_id n, const struct dt_prop *p)
{
	const struct supplier *row = dt_supplier(t, n, p);
	uint32_t ncells = dt_ncells(p), at = 0;
	struct dt_refs refs;

	if (!row)
		return;
	refs = dt_refs(a, t, n, p, row);
	for (size_t i = 0; i < refs.n; i++) {
		const struct dt_ref *r = &refs.v[i];

		BUG_ON(!r->inner && r->first != at);
		BUG_ON(r->ncells == 0 || r->ncells > ncells - r->first);
		BUG_ON(r->cell < r->first || r->cell - r->first >= r->ncells);
		BUG_ON(r->nargs && r->first_arg + r->nargs > r->first + r->ncells);
		BUG_ON(r->health == REF_OK && dt_node(t, r->provider)->phandle != r->phandle);
		at = r->first + r->ncells;
	}
	BUG_ON(refs.whole && refs.n && at != ncells);
}

static void ask_prop(struct arena *a, const struct dt *t, dt_id n, const struct dt_prop *p)
{
	const char *name = str_c(a, p->name);
	uint32_t ncells = dt_ncells(p), width, off, len;
	uint64_t number;
	struct str s;

	BUG_ON(dt_prop(t, n, name) != p);
	for (uint32_t i = 0; i < ncells; i += 1 + ncells / 8) {
		struct place at = dt_place_cell(t, n, name, i);

		BUG_ON((uint64_t)at.off + at.len > at.text.n);
		width = ncells - i < 4 ? ncells - i : 4;
		if (dt_number(p, i, width, &number))
			BUG_ON((uint32_t)number != dt_cell(p, i + width - 1));
	}
	s = dt_draw(a, t, n, p, -1, &off, &len);
	BUG_ON(len == 0 || (uint64_t)off + len > s.n);
	for (size_t i = 0, count = dt_nstrings(p); i < count && i < 16; i++)
		BUG_ON(!dt_string(p, i, &s));
	ask_refs(a, t, n, p);
}

static void ask_node(struct arena *a, const struct dt *t, dt_id n)
{
	const struct dt_node *node = dt_node(t, n);
	uint32_t address, size;
	dt_id child, first, near[2];

	BUG_ON(dt_find_path(t, node->path) != n);
	first = dt_find_path_nocase(t, node->path);
	BUG_ON(first > n || !str_eq_nocase(dt_node(t, first)->path, node->path));
	BUG_ON(node->phandle && dt_find_phandle(t, node->phandle) != n);
	BUG_ON(node->label.n && dt_find_label(t, node->label) != n);
	DT_EACH_CHILD (t, child, n)
		BUG_ON(dt_node(t, child)->parent != n || !dt_is_in(t, child, n));
	dt_bus_cells(t, n, &address, &size);
	BUG_ON(address > 4 || size > 4);
	(void)dt_is_enabled(t, n);
	(void)dt_is_compatible(t, n, "arm,gic-v3");
	if (n < 8)
		(void)dt_nearest_paths(t, str_from(node->path, 1), near, ARRAY_SIZE(near));
	for (uint32_t i = 0; i < node->nprops; i++)
		ask_prop(a, t, n, &t->props[node->first_prop + i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str blob = { (const char *)data, size };
	struct arena *a = arena_new();
	struct diag *d = diag_new(a);
	struct buf said = buf_new(a);
	struct dt *t;

	if (dt_load(a, d, STR("fuzz.dtb"), blob, &t))
		for (dt_id n = 0; n < t->nnodes; n++)
			ask_node(a, t, n);
	else
		BUG_ON(diag_nfaults(d) == 0);
	(void)diag_settle(d, FAIL_ON_ERROR);
	diag_text(d, false, &said);
	arena_free(a);
	return 0;
}
