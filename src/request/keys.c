/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader.h"

static const struct key keys[] = {
#define KEY(name, shape, how, near) { name, SHAPE_##shape, read_##how, near },
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

static const struct key *find_key(struct map *known, struct str name)
{
	uint32_t i;

	return map_get(known, name, &i) ? &keys[i] : NULL;
}

/* In a short word a single letter makes another word. */
static unsigned reach(struct str name)
{
	return name.n < 4 ? 0 : name.n < 8 ? 1 : 2;
}

static const struct key *nearest(struct str name)
{
	const struct key *best = NULL;
	unsigned limit = reach(name);

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct str known = str_of(keys[i].name);
		unsigned distance;

		if (!keys[i].near)
			continue;
		distance = str_distance(name, known, limit);
		if (distance > limit || distance > reach(known))
			continue;
		best = &keys[i];
		if (distance == 1)
			break;
		limit = distance - 1;
	}
	return best;
}

static void judge_unknown(struct reader *r, const struct cfg_statement *s)
{
	const struct key *meant = nearest(s->key);
	struct finding *f;

	if (!meant)
		return;
	f = diag_judge(r->diag, RULE_MISSPELT_KEY, r->guest->name, STR_NONE, cfg_key_at(r->cfg, s),
		       "nobody reads the key `%.*s`, which looks like `%s`", STR_ARG(s->key),
		       meant->name);
	finding_help(r->diag, f, "write `%s`, or remove the line", meant->name);
}

/* ---- Assignments that replace others -------------------------------------------- */

static void judge_duplicate(struct reader *r, const struct cfg_statement *s)
{
	const struct cfg_statement *before;
	struct finding *f;
	size_t i = s->before;

	/* What the command line or the block replaces was meant to be replaced. */
	if (s->append || s->managed || s->source)
		return;
	while (i != CFG_NO_STATEMENT && r->cfg->statements[i].managed)
		i = r->cfg->statements[i].before;
	if (i == CFG_NO_STATEMENT)
		return;
	before = &r->cfg->statements[i];
	f = diag_judge(r->diag, RULE_DUPLICATE_KEY, r->guest->name, STR_NONE, cfg_key_at(r->cfg, s),
		       "`%.*s` is set a second time: only this one counts", STR_ARG(s->key));
	finding_place(r->diag, f, cfg_key_at(r->cfg, before), "dropped without a word");
	finding_help(r->diag, f, "remove one of them, or write += to add to the first");
}

/* The last assignment in the block to this key, or NULL. */
static const struct cfg_statement *managed_before(const struct cfg *c,
						  const struct cfg_statement *s)
{
	for (size_t i = s->before; i != CFG_NO_STATEMENT; i = c->statements[i].before)
		if (c->statements[i].managed)
			return &c->statements[i];
	return NULL;
}

static void judge_override(struct reader *r, const struct cfg_statement *s)
{
	const struct cfg_statement *managed;
	struct finding *f;

	if (!r->cfg->has_block || s->managed || (!s->source && s->off < r->cfg->block_off))
		return;
	managed = managed_before(r->cfg, s);
	if (!managed)
		return;
	f = diag_judge(r->diag, RULE_OVERRIDES_MANAGED_BLOCK, r->guest->name, STR_NONE,
		       cfg_key_at(r->cfg, s),
		       "this assignment %s `%.*s` of the managed block above it",
		       s->append ? "adds to" : "replaces", STR_ARG(s->key));
	finding_place(r->diag, f, cfg_key_at(r->cfg, managed), "written by dtassign");
	finding_help(r->diag, f, "move it before the block and compile again, or remove it");
}

void keys_judge(struct reader *r)
{
	struct map *known = map_new(r->arena, false, ARRAY_SIZE(keys));

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		map_put(known, str_of(keys[i].name), (uint32_t)i);
	for (size_t i = 0; i < r->cfg->nstatements; i++) {
		const struct cfg_statement *s = &r->cfg->statements[i];

		if (find_key(known, s->key)) {
			judge_duplicate(r, s);
			judge_override(r, s);
		} else {
			judge_unknown(r, s);
		}
	}
}
