/* SPDX-License-Identifier: BSD-2-Clause */
/* Properties of vendors that look like references and that no row knows. */
#include "tree.h"

#include <stdlib.h>

static const char *const numbers[] = {
#define NUMBER(name) name,
#include "numbers.def"
#undef NUMBER
};

static int by_name(const void *key, const void *name)
{
	return str_cmp(*(const struct str *)key, str_of(*(const char *const *)name));
}

/* linux,* is no vendor's: its bindings have no reference that no row reads. */
static bool is_vendors(struct str name)
{
	return str_find(name, ',') != SIZE_MAX && name.s[0] != '#' && !str_starts(name, "linux,");
}

bool dt_guess(const struct dt *t, dt_id n, const struct dt_prop *p, dt_id *target)
{
	if (p->data.n != 4 || !is_vendors(p->name) || t->index->known[n].meta ||
	    row_find(t, p->name) ||
	    bsearch(&p->name, numbers, ARRAY_SIZE(numbers), sizeof(*numbers), by_name))
		return false;
	*target = dt_find_phandle(t, dt_cell(p, 0));
	return *target != DT_NONE;
}
