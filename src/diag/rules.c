/* SPDX-License-Identifier: BSD-2-Clause */
#include "diag.h"

/*
 * A reused id does not compile because the enum has it twice.  For a reused
 * slug C has no such means (a string literal cannot become a name), but the
 * assembler has: .equiv refuses a symbol that is already defined.
 */
#if defined(__GNUC__)
#define RULE(id, slug, since, level, category, relax, title) \
	__asm__(".equiv \"dtassign rule " slug "\", 0");
#include "rules.def"
#undef RULE
#endif

static const struct rule_info rules[NRULES] = {
#define RULE(id, slug, since, level, category, relax, title) \
	[RULE_##id] = { slug, since, level, category, relax, title },
#include "rules.def"
#undef RULE
};

const struct rule_info *rule_get(enum rule rule)
{
	BUG_ON((unsigned)rule >= NRULES);
	return &rules[rule];
}

bool rule_find(struct str slug, enum rule *out)
{
	for (unsigned i = 0; i < NRULES; i++)
		if (str_is(slug, rules[i].slug)) {
			*out = (enum rule)i;
			return true;
		}
	return false;
}

const char *rule_nearest(struct str slug)
{
	/* Beyond a third of the letters a likeness is an accident. */
	unsigned limit = slug.n < 6 ? 2 : slug.n > 24 ? 8 : (unsigned)slug.n / 3;
	const char *best = NULL;

	for (unsigned i = 0; i < NRULES; i++) {
		unsigned distance = str_distance(slug, str_of(rules[i].slug), limit);

		if (distance > limit)
			continue;
		best = rules[i].slug;
		if (distance == 0)
			break;
		limit = distance - 1;
	}
	return best;
}

const char *level_name(enum level level)
{
	static const char *const names[] = {
		[LEVEL_NOTE] = "note",
		[LEVEL_WARNING] = "warning",
		[LEVEL_ERROR] = "error",
	};

	BUG_ON((unsigned)level >= ARRAY_SIZE(names));
	return names[level];
}

const char *category_name(enum category category)
{
	static const char *const names[] = {
		[CATEGORY_INPUT] = "input",       [CATEGORY_REQUEST] = "request",
		[CATEGORY_DEVICE] = "device",     [CATEGORY_ISOLATION] = "isolation",
		[CATEGORY_LAYOUT] = "layout",     [CATEGORY_GUEST] = "guest",
		[CATEGORY_PLATFORM] = "platform",
	};

	BUG_ON((unsigned)category >= ARRAY_SIZE(names));
	return names[category];
}

const char *relax_name(enum relax relax)
{
	static const char *const names[] = {
		[RELAX_NEVER] = "never",
		[RELAX_REASON] = "reason",
		[RELAX_FREE] = "free",
	};

	BUG_ON((unsigned)relax >= ARRAY_SIZE(names));
	return names[relax];
}
