/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader.h"

#include <limits.h>

static const struct key keys[] = {
#define KEY(name, shape, how, near) { name, read_##how, SHAPE_##shape, near },
#include "keys.def"
#undef KEY
};

void read_nothing(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	(void)r;
	(void)k;
	(void)v;
}

void keys_read(struct reader *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct cfg_setting s;
		struct cfg_value v;

		if (cfg_find(r->arena, r->cfg, str_of(keys[i].name), CFG_OUTSIDE, &s) &&
		    shape_take(r, &keys[i], &s, &v))
			keys[i].read(r, &keys[i], &v);
	}
}

/* ---- Keys that look like others ------------------------------------------------ */

/* In a short word one letter makes another word, but for one at its end. */
static unsigned reach(struct str name, struct str known)
{
	size_t n = name.n < known.n ? name.n : known.n;

	if (n < 4)
		return n == 3 && str_eq(str_sub(name, 0, n), str_sub(known, 0, n)) ? 1 : 0;
	return n < 8 ? 1 : 2;
}

static const struct key *nearest(struct str name)
{
	const struct key *best = NULL;
	unsigned least = UINT_MAX;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct str known = str_of(keys[i].name);
		unsigned limit = keys[i].near ? reach(name, known) : 0;
		unsigned distance = limit ? str_distance(name, known, limit) : 1;

		if (distance > limit || distance >= least)
			continue;
		best = &keys[i];
		least = distance;
	}
	return best;
}

static void judge_unknown(struct reader *r, const struct cfg_statement *s)
{
	const struct key *meant;
	struct finding *f;

	if (s->before != CFG_NO_STATEMENT)
		return; /* said when it stood there first */
	meant = nearest(s->key);
	if (!meant)
		return;
	f = diag_judge(r->diag, RULE_MISSPELT_KEY, r->guest->name, STR_NONE, cfg_key_at(r->cfg, s),
		       "nobody reads the key `%.*s`, which looks like `%s`", STR_ARG(s->key),
		       meant->name);
	finding_help(r->diag, f, "write `%s`, or remove the line", meant->name);
}

/* ---- Assignments that replace others -------------------------------------------- */

/* The last assignments to a key so far. */
struct seen {
	const struct cfg_statement *outside, *managed;
};

static void judge_override(struct reader *r, const struct cfg_statement *s,
			   const struct cfg_statement *managed)
{
	struct finding *f = diag_judge(r->diag, RULE_OVERRIDES_MANAGED_BLOCK, r->guest->name,
				       STR_NONE, cfg_key_at(r->cfg, s),
				       "this assignment %s `%.*s` of the managed block above it",
				       s->append ? "adds to" : "replaces", STR_ARG(s->key));

	finding_place(r->diag, f, cfg_key_at(r->cfg, managed), "written by dtassign");
	finding_help(r->diag, f, "move it before the block and compile again, or remove it");
}

static void judge_duplicate(struct reader *r, const struct cfg_statement *s,
			    const struct cfg_statement *before)
{
	struct finding *f = diag_judge(
		r->diag, RULE_DUPLICATE_KEY, r->guest->name, STR_NONE, cfg_key_at(r->cfg, s),
		"`%.*s` is set a second time: only this one counts", STR_ARG(s->key));

	finding_place(r->diag, f, cfg_key_at(r->cfg, before), "dropped without a word");
	finding_help(r->diag, f, "remove one of them, or write += to add to the first");
}

static void judge_known(struct reader *r, const struct cfg_statement *s, struct seen *seen)
{
	if (s->managed) {
		seen->managed = s;
		return;
	}
	if (r->cfg->has_block && seen->managed)
		judge_override(r, s, seen->managed);
	else if (seen->outside && !s->append && !s->source)
		judge_duplicate(r, s, seen->outside); /* the command line may replace */
	seen->outside = s;
}

void keys_judge(struct reader *r)
{
	struct map *known = map_new(r->arena, false, ARRAY_SIZE(keys));
	struct seen *seen = ARENA_ARRAY(r->arena, struct seen, ARRAY_SIZE(keys));

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		map_put(known, str_of(keys[i].name), (uint32_t)i);
	for (size_t i = 0; i < r->cfg->nstatements; i++) {
		const struct cfg_statement *s = &r->cfg->statements[i];
		uint32_t key;

		if (map_get(known, s->key, &key))
			judge_known(r, s, &seen[key]);
		else
			judge_unknown(r, s);
	}
}
