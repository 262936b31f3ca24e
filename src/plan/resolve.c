/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of a config as nodes of the board. */
#include "building.h"

enum {
	NEAREST = 3,
	/* Each look for a near name walks the tree; a config that is wrong all over
	 * needs no more of them. */
	LOOKS = 64,
};

/* "/soc/a, /soc/b" or empty. */
static struct str nearest_paths(struct diag *d, const struct dt *dt, struct str word)
{
	struct buf b = buf_new(diag_arena(d));
	dt_id near[NEAREST];
	size_t n = dt_nearest_paths(dt, word, near, NEAREST);

	for (size_t i = 0; i < n; i++)
		buf_format(&b, "%s`%.*s`", i ? ", " : "", STR_ARG(dt_node(dt, near[i])->path));
	return buf_get(&b);
}

static void no_such_path(struct diag *d, const struct dt *dt, const struct word *w)
{
	struct str near = diag_nfaults(d) < LOOKS ? nearest_paths(d, dt, w->text) : STR_NONE;
	struct str help = STR("`dtassign list --paths -b BOARD` prints every path");

	if (near.n)
		help = str_format(diag_arena(d), "did you mean %.*s?", STR_ARG(near));
	diag_fault(d, RULE_UNKNOWN_DEVICE, w->at, help, "no node of %.*s has the path `%.*s`",
		   STR_ARG(dt->file), STR_ARG(w->text));
}

static dt_id by_label(struct diag *d, const struct dt *dt, const struct word *w)
{
	dt_id n = dt_find_label(dt, str_from(w->text, 1));

	if (n != DT_NONE)
		return n;
	if (!dt->has_symbols)
		diag_fault(d, RULE_NO_SYMBOLS, w->at,
			   STR("build the board with `dtc -@`, or give the full path"),
			   "`%.*s` is a label, but %.*s has no /__symbols__", STR_ARG(w->text),
			   STR_ARG(dt->file));
	else
		diag_fault(d, RULE_UNKNOWN_DEVICE, w->at,
			   STR("`dtassign list -b BOARD` prints the paths; labels are in "
			       "/__symbols__ of the board"),
			   "no node of %.*s has the label `%.*s`", STR_ARG(dt->file),
			   STR_ARG(w->text));
	return DT_NONE;
}

static dt_id by_path(struct diag *d, const struct dt *dt, const struct word *w)
{
	dt_id n = dt_find_path(dt, w->text);

	if (n == DT_NONE)
		n = dt_find_path_nocase(dt, w->text);
	if (n == DT_NONE)
		no_such_path(d, dt, w);
	return n;
}

dt_id plan_resolve(struct diag *d, const struct dt *dt, const struct word *w)
{
	dt_id n;

	if (w->text.n && w->text.s[0] == '/')
		return by_path(d, dt, w);
	if (w->text.n && w->text.s[0] == '&')
		return by_label(d, dt, w);
	n = dt_find_alias(dt, w->text);
	if (n == DT_NONE)
		diag_fault(d, RULE_UNKNOWN_DEVICE, w->at,
			   STR("name a device by its full path (it begins with `/`), by `&label`, "
			       "or by an alias from /aliases"),
			   "no alias of %.*s is called `%.*s`", STR_ARG(dt->file),
			   STR_ARG(w->text));
	return n;
}
