/* SPDX-License-Identifier: BSD-2-Clause */
/* Nodes and properties: walking, cells, strings. */
#include "tree.h"

/* ---- Walking -------------------------------------------------------------- */

dt_id dt_child(const struct dt *t, dt_id n)
{
	return n + 1 < dt_node(t, n)->end ? n + 1 : DT_NONE;
}

dt_id dt_next(const struct dt *t, dt_id n)
{
	const struct dt_node *node = dt_node(t, n);

	if (node->parent == DT_NONE || node->end >= t->nodes[node->parent].end)
		return DT_NONE;
	return node->end;
}

bool dt_is_in(const struct dt *t, dt_id n, dt_id a)
{
	return n >= a && n < dt_node(t, a)->end;
}

struct str dt_base_name(const struct dt *t, dt_id n)
{
	struct str name = dt_node(t, n)->name;

	return str_sub(name, 0, str_find(name, '@'));
}

struct str dt_unit(const struct dt *t, dt_id n)
{
	struct str name = dt_node(t, n)->name;
	size_t at = str_find(name, '@');

	return at == SIZE_MAX ? STR("") : str_from(name, at + 1);
}

/* ---- Cells ---------------------------------------------------------------- */

bool dt_has(const struct dt *t, dt_id n, const char *name)
{
	return dt_prop(t, n, name) != NULL;
}

uint32_t dt_ncells(const struct dt_prop *p)
{
	return (uint32_t)(p->data.n / 4);
}

uint32_t dt_cell(const struct dt_prop *p, uint32_t i)
{
	BUG_ON(i >= dt_ncells(p));
	return be32(p->data.s + (size_t)i * 4);
}

bool dt_number(const struct dt_prop *p, uint32_t i, uint32_t ncells, uint64_t *out)
{
	uint64_t v = 0;

	BUG_ON(ncells > 4);
	for (uint32_t k = 0; k < ncells; k++) {
		if (v >> 32)
			return false;
		v = v << 32 | dt_cell(p, i + k);
	}
	*out = v;
	return true;
}

bool dt_u32(const struct dt *t, dt_id n, const char *name, uint32_t *out)
{
	const struct dt_prop *p = dt_prop(t, n, name);

	if (!p || p->data.n != 4)
		return false;
	*out = be32(p->data.s);
	return true;
}

/* ---- Strings -------------------------------------------------------------- */

/* Take the first NUL-terminated string off the front. */
static bool string_take(struct str *rest, struct str *out)
{
	size_t end = str_find(*rest, '\0');

	if (end == SIZE_MAX)
		return false;
	*out = str_sub(*rest, 0, end);
	*rest = str_from(*rest, end + 1);
	return true;
}

bool dt_string(const struct dt_prop *p, size_t i, struct str *out)
{
	struct str rest = p->data;

	do {
		if (!string_take(&rest, out))
			return false;
	} while (i-- > 0);
	return true;
}

size_t dt_nstrings(const struct dt_prop *p)
{
	struct str rest = p->data, s;
	size_t n = 0;

	while (rest.n) {
		if (!string_take(&rest, &s))
			return 0;
		n++;
	}
	return n;
}

struct str dt_text(const struct dt *t, dt_id n, const char *name)
{
	const struct dt_prop *p = dt_prop(t, n, name);
	struct str s;

	return p && dt_string(p, 0, &s) ? s : STR("");
}

bool dt_is_compatible(const struct dt *t, dt_id n, const char *compatible)
{
	const struct dt_prop *p = dt_prop(t, n, "compatible");
	struct str rest = p ? p->data : STR_NONE, s;

	while (string_take(&rest, &s))
		if (str_eq_nocase(s, str_of(compatible)))
			return true;
	return false;
}

bool dt_is_available(const struct dt *t, dt_id n)
{
	struct str status;

	if (!dt_has(t, n, "status"))
		return true;
	status = dt_text(t, n, "status");
	return str_is(status, "okay") || str_is(status, "ok");
}
