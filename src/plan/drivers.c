/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers.h"

enum driver_id {
#define DRIVER(id, file) DRIVER_##id,
#include "drivers.def"
	NDRIVERS,
};

static const struct binding {
	enum driver_id driver;
	bool first_only;
	const char *compatible;
} bindings[] = {
#define BINDS(id, compatible)   { DRIVER_##id, false, compatible },
#define GENERIC(id, compatible) { DRIVER_##id, true, compatible },
#include "drivers.def"
};

static const struct need_row needs[] = {
#define NEED(id, property, entry, need, what) { DRIVER_##id, property, entry, NEED_##need, what },
#include "drivers.def"
};

static const struct driver drivers[NDRIVERS] = {
#define DRIVER(id, path)       [DRIVER_##id].file = "drivers/" path,
#define ALIAS(id, stem, limit) [DRIVER_##id].alias = stem, [DRIVER_##id].alias_limit = limit,
#define PARENT(id, what)       [DRIVER_##id].parent = what,
#define ROOT(id, compatible, action) \
	[DRIVER_##id].root = compatible, [DRIVER_##id].root_what = action,
#include "drivers.def"
};

/* A driver does without an entry that it never asks for. */
static const struct need_row not_asked_for = { NDRIVERS, "", "", NEED_MAY,
					       "its driver does not ask for it" };

enum { COMPATIBLES_READ = 16 }; /* longer lists are made to be slow */

const struct driver *driver_of(const struct dt *t, dt_id n)
{
	const struct dt_prop *p = dt_prop(t, n, "compatible");
	struct str compatible;

	for (size_t i = 0; p && i < COMPATIBLES_READ && dt_string(p, i, &compatible); i++)
		for (size_t j = 0; j < ARRAY_SIZE(bindings); j++)
			if ((i == 0 || !bindings[j].first_only) &&
			    str_eq_nocase(compatible, str_of(bindings[j].compatible)))
				return &drivers[bindings[j].driver];
	return NULL;
}

static const struct need_row *first_need(const struct driver *driver, struct str property)
{
	for (size_t i = 0; i < ARRAY_SIZE(needs); i++)
		if (&drivers[needs[i].driver] == driver && str_is(property, needs[i].property))
			return &needs[i];
	return NULL;
}

/* "clocks" are named in "clock-names", "resets" in "reset-names". */
static const struct dt_prop *names_of(struct arena *a, const struct dt *t, dt_id n,
				      struct str property)
{
	if (!str_ends(property, "s"))
		return NULL;
	property.n--;
	return dt_prop(t, n, str_format(a, "%.*s-names", STR_ARG(property)).s);
}

static bool entry_is(const struct need_row *row, size_t index, struct str name)
{
	uint64_t wanted;

	if (!row->entry)
		return true;
	if (row->entry[0] == '#')
		return str_to_u64(str_of(row->entry + 1), 10, &wanted) && wanted == index;
	return str_is(name, row->entry);
}

/* The rows of one driver stand together. */
static const struct need_row *need_of(const struct need_row *first, size_t index, struct str name)
{
	const struct need_row *end = needs + ARRAY_SIZE(needs);

	for (const struct need_row *row = first; row < end && row->driver == first->driver; row++)
		if (!strcmp(row->property, first->property) && entry_is(row, index, name))
			return row;
	return NULL;
}

const struct need_row **driver_needs(struct arena *a, const struct driver *driver,
				     const struct dt *t, dt_id node, struct str property, size_t n)
{
	const struct need_row *first = driver ? first_need(driver, property) : NULL;
	const struct dt_prop *names = first ? names_of(a, t, node, property) : NULL;
	struct str rest = names ? names->data : STR_NONE;
	const struct need_row **out;

	if (!first)
		return NULL;
	out = ARENA_ARRAY(a, const struct need_row *, n);
	for (size_t i = 0; i < n; i++) {
		size_t end = str_find(rest, '\0');

		out[i] = need_of(first, i, str_sub(rest, 0, end));
		if (!out[i] && names)
			out[i] = &not_asked_for;
		rest = end == SIZE_MAX ? STR_NONE : str_from(rest, end + 1);
	}
	return out;
}
