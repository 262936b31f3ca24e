/* SPDX-License-Identifier: BSD-2-Clause */
#include "platform.h"

struct series {
	uint8_t minor, newest;
	bool open;
};

static const struct series all_series[] = {
#define RELEASE_ROW(minor, newest, open) { (minor), (newest), (open) },
#include "releases.def"
#undef RELEASE_ROW
};

#define NEWEST_SERIES (all_series[ARRAY_SIZE(all_series) - 1].minor)

static struct releases just(struct release r)
{
	return (struct releases){ r, r, XEN_FEATURE_NONE };
}

static const struct series *series_find(uint64_t minor)
{
	for (size_t i = 0; i < ARRAY_SIZE(all_series); i++)
		if (all_series[i].minor == minor)
			return &all_series[i];
	return NULL;
}

/* A number as people write it in a release: no leading zero. */
static bool component(struct str s, uint64_t *out)
{
	if (s.n > 1 && s.s[0] == '0')
		return false;
	return str_to_u64(s, 10, out);
}

bool release_parse(struct str text, struct releases *out)
{
	const struct series *series;
	struct str rest;
	uint64_t minor, patch = RELEASE_SERIES;
	size_t dot;

	if (str_is(text, "master")) {
		*out = just((struct release){ NEWEST_SERIES + 1, 0, true });
		return true;
	}
	if (!str_starts(text, "4."))
		return false;
	rest = str_from(text, 2);
	dot = str_find(rest, '.');
	if (!component(str_sub(rest, 0, dot), &minor))
		return false;
	series = series_find(minor);
	if (!series)
		return false;
	if (dot != SIZE_MAX) {
		if (!component(str_from(rest, dot + 1), &patch) || patch >= RELEASE_SERIES)
			return false;
		if (patch > series->newest && !series->open)
			return false;
	}
	*out = just((struct release){ series->minor, (uint8_t)patch, false });
	return true;
}

struct releases release_newest(void)
{
	return just((struct release){ NEWEST_SERIES, RELEASE_SERIES, false });
}

struct str release_name(struct arena *a, struct release r)
{
	if (r.master)
		return STR("master");
	if (r.patch == RELEASE_SERIES)
		return str_format(a, "4.%u", r.minor);
	return str_format(a, "4.%u.%u", r.minor, r.patch);
}

struct str releases_name(struct arena *a, struct releases r)
{
	struct str first = release_name(a, r.first), last = release_name(a, r.last);

	if (str_eq(first, last))
		return first;
	return str_format(a, "%.*s..%.*s", STR_ARG(first), STR_ARG(last));
}

bool release_all_since(struct releases r, unsigned minor, unsigned patch)
{
	unsigned worst = r.first.patch == RELEASE_SERIES ? 0 : r.first.patch;

	if (r.first.minor != minor)
		return r.first.minor > minor;
	return worst >= patch;
}

bool release_some_before(struct releases r, unsigned minor, unsigned patch)
{
	return !release_all_since(r, minor, patch);
}
