/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of properties that carry phandles. */
#include "tree.h"

#include <stdlib.h>

/* Exact names first, sorted; then the patterns, the more special ones first. */
static const struct supplier rows[] = {
#define SUPPLIER(name, match, cells, property, nfixed, stride, class, action, strict, source) \
	{ name, match, cells, property, nfixed, stride, SUPPLY_##class, action, strict, source },
#include "suppliers.def"
#undef SUPPLIER
};

const char *supply_class_name(enum supply_class c)
{
	static const char *const names[] = {
#define SUPPLY_CLASS(id, name) name,
#include "supply_classes.def"
#undef SUPPLY_CLASS
	};

	BUG_ON((size_t)c >= ARRAY_SIZE(names));
	return names[c];
}

size_t dt_nsuppliers(void)
{
	return ARRAY_SIZE(rows);
}

const struct supplier *dt_supplier_row(size_t i)
{
	BUG_ON(i >= ARRAY_SIZE(rows));
	return &rows[i];
}

static int by_exact_name(const void *key, const void *row)
{
	const struct supplier *s = row;

	return s->match != MATCH_EXACT ? -1 : str_cmp(*(const struct str *)key, str_of(s->name));
}

static bool is_numbered(struct str name, const char *prefix)
{
	size_t start = strlen(prefix);

	if (!str_starts(name, prefix) || name.n == start)
		return false;
	for (size_t i = start; i < name.n; i++)
		if (name.s[i] < '0' || name.s[i] > '9')
			return false;
	return true;
}

static const struct supplier *row_find(struct str name)
{
	const struct supplier *row =
		bsearch(&name, rows, ARRAY_SIZE(rows), sizeof(*rows), by_exact_name);
	const struct supplier *pattern = rows + ARRAY_SIZE(rows);

	if (row)
		return row;
	while (pattern > rows && pattern[-1].match != MATCH_EXACT)
		pattern--;
	for (; pattern < rows + ARRAY_SIZE(rows); pattern++)
		if (pattern->match == MATCH_SUFFIX ? str_ends(name, pattern->name)
						   : is_numbered(name, pattern->name))
			return pattern;
	return NULL;
}

const struct supplier *dt_supplier(const struct dt *t, dt_id n, const struct dt_prop *p)
{
	/* By name first: faults of index_build() draw properties before there
	 * is an index to ask. */
	const struct supplier *row = row_find(p->name);

	if (!row || row->cells == CELLS_NONE || t->index->known[n].meta)
		return NULL;
	/* The lines of a hog are its parent's (Linux gpio.txt, gpio-hog). */
	if (row->class == SUPPLY_GPIO && row->match == MATCH_EXACT && dt_has(t, n, "gpio-hog"))
		return NULL;
	return row;
}
