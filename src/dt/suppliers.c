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

/* The first pattern that fits the name. */
static const struct supplier *pattern_find(const struct supplier *v, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].match == MATCH_SUFFIX ? str_ends(name, v[i].name)
					       : is_numbered(name, v[i].name))
			return &v[i];
	return NULL;
}

static const struct supplier *own_find(const struct own_rows *own, struct str name)
{
	uint32_t i;

	return map_get(own->by_name, name, &i)
		       ? &own->exact.v[i]
		       : pattern_find(own->patterns.v, own->patterns.n, name);
}

const struct supplier *row_find(const struct dt *t, struct str name)
{
	const struct own_rows *own = t->index ? t->index->own : NULL;
	const struct supplier *row = own ? own_find(own, name) : NULL;
	size_t npatterns = 0;

	if (!row)
		row = bsearch(&name, rows, ARRAY_SIZE(rows), sizeof(*rows), by_exact_name);
	if (row)
		return row;
	while (npatterns < ARRAY_SIZE(rows) &&
	       rows[ARRAY_SIZE(rows) - npatterns - 1].match != MATCH_EXACT)
		npatterns++;
	return pattern_find(rows + ARRAY_SIZE(rows) - npatterns, npatterns, name);
}

const struct supplier *dt_supplier(const struct dt *t, dt_id n, const struct dt_prop *p)
{
	/* By name first: faults of index_build() draw properties before there
	 * is an index to ask. */
	const struct supplier *row = row_find(t, p->name);

	if (!row || row->cells == CELLS_NONE || t->index->known[n].meta)
		return NULL;
	/* The lines of a hog are its parent's (Linux gpio.txt, gpio-hog). */
	if (row->class == SUPPLY_GPIO && row->match == MATCH_EXACT && dt_has(t, n, "gpio-hog"))
		return NULL;
	return row;
}
