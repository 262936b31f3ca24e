/* SPDX-License-Identifier: BSD-2-Clause */
/* Is the managed block what would be written now? */
#include "judge.h"

static struct map *index_words(struct arena *a, const struct word *words, size_t n)
{
	struct map *m = map_new(a, true, n);

	for (size_t i = 0; i < n; i++)
		map_put(m, words[i].text, (uint32_t)i);
	return m;
}

static struct finding *stale(struct judging *j, const struct guest_plan *g, struct place at,
			     struct str text)
{
	struct finding *f = diag_judge(j->d, RULE_STALE_MANAGED_BLOCK, g->request->name, STR_NONE,
				       at, "%.*s", STR_ARG(text));

	finding_note(j->d, f,
		     "the board, the config or an option changed since the block was written");
	finding_help(j->d, f, "run `dtassign compile` again");
	return f;
}

static void compare(struct judging *j, const struct guest_plan *g, const char *key,
		    const struct word *have, size_t nhave, const struct entry *want, size_t nwant)
{
	struct map *wanted = map_new(j->a, true, nwant);
	struct map *had = index_words(j->a, have, nhave);
	struct place at = nhave ? have[0].at : g->request->at;
	uint32_t ignored;

	for (size_t i = 0; i < nwant; i++) {
		map_put(wanted, want[i].text, (uint32_t)i);
		if (!map_get(had, want[i].text, &ignored))
			stale(j, g, at,
			      str_format(
				      j->a, "the managed block lacks %.*s in %s, for %.*s",
				      STR_ARG(want[i].text), key,
				      STR_ARG(want[i].comment.n ? want[i].comment : want[i].text)));
	}
	for (size_t i = 0; i < nhave; i++)
		if (!map_get(wanted, have[i].text, &ignored))
			stale(j, g, have[i].at,
			      str_format(j->a,
					 "%s of the managed block has %.*s, which would not be "
					 "written now",
					 key, STR_ARG(have[i].text)));
}

static struct str last_part(struct str path)
{
	size_t slash = str_find_last(path, '/');

	return slash == SIZE_MAX ? path : str_from(path, slash + 1);
}

/* Where the guest's files lie is no fact of the board: --guest-dir may differ. */
static void compare_tree(struct judging *j, const struct guest_plan *g)
{
	const struct word *have = &g->request->block.device_tree;

	if (str_eq(last_part(have->text), last_part(g->block_device_tree)))
		return;
	stale(j, g, have->text.n ? have->at : g->request->at,
	      have->text.n ? str_format(j->a,
					"device_tree of the managed block is %.*s, %.*s would "
					"be written now",
					STR_ARG(have->text), STR_ARG(g->block_device_tree))
			   : STR("the managed block lacks device_tree"));
}

static void compare_shadow(struct judging *j, const struct guest_plan *g)
{
	const struct word *have = &g->request->block.shadow_memory;

	if (str_eq(have->text, g->block_shadow_memory))
		return;
	stale(j, g, have->text.n ? have->at : g->request->at,
	      !have->text.n ? STR("the managed block lacks shadow_memory")
			    : str_format(j->a,
					 "shadow_memory of the managed block is %.*s, %.*s would "
					 "be written now",
					 STR_ARG(have->text),
					 STR_ARG(g->block_shadow_memory.n ? g->block_shadow_memory
									  : STR("none"))));
}

/* With an assignment behind the block that replaces part of it there is nothing
 * to compare; that has a finding of its own. */
static bool is_overridden(const struct cfg *c)
{
	static const char *const keys[] = { "dtdev", "irqs", "iomem", "device_tree",
					    "shadow_memory" };

	for (size_t i = 0; i < c->nstatements; i++) {
		const struct cfg_statement *s = &c->statements[i];

		if (s->managed || (s->source == 0 && s->off < c->block_off))
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(keys); k++)
			if (str_is(s->key, keys[k]))
				return true;
	}
	return false;
}

void judge_block(struct judging *j)
{
	const struct guest_plan *g;

	EACH_GUEST(g, j->p)
	{
		const struct block_entries *b = &g->request->block;

		if (!g->request->cfg->has_block || g->request->target != TARGET_XL ||
		    is_overridden(g->request->cfg))
			continue;
		compare(j, g, "dtdev", b->dtdev, b->ndtdev, g->block_dtdev.v, g->block_dtdev.n);
		compare(j, g, "irqs", b->irqs, b->nirqs, g->block_irqs.v, g->block_irqs.n);
		compare(j, g, "iomem", b->iomem, b->niomem, g->block_iomem.v, g->block_iomem.n);
		compare_tree(j, g);
		compare_shadow(j, g);
	}
}
