/* SPDX-License-Identifier: BSD-2-Clause */
#include "pages.h"
#include "run.h"

static const struct page *page_find(const char *slug)
{
	for (const struct page *p = pages; p->slug; p++)
		if (strcmp(p->slug, slug) == 0)
			return p;
	return NULL;
}

static void put_rule(struct buf *out, const struct rule_info *rule)
{
	const struct page *page = page_find(rule->slug);

	if (page)
		buf_put(out, page->text, page->size);
	else
		buf_format(out, "%s: %s\n", rule->slug, rule->title);
}

static void put_all(struct buf *out)
{
	for (int i = 0; i < NRULES; i++) {
		const struct rule_info *rule = rule_get((enum rule)i);

		buf_format(out, "%-28s %s\n", rule->slug, rule->title);
	}
}

int command_explain(struct run *r)
{
	struct buf out = buf_new(r->arena);
	enum rule rule;

	if (!r->options->words.n) {
		put_all(&out);
	} else if (rule_find(r->options->words.v[0], &rule)) {
		put_rule(&out, rule_get(rule));
	} else {
		struct str word = r->options->words.v[0];
		const char *nearest = rule_nearest(word);

		if (nearest)
			usage("no such rule: %.*s (did you mean %s?)", STR_ARG(word), nearest);
		usage("no such rule: %.*s (try `dtassign explain')", STR_ARG(word));
	}
	put_out(&out);
	return EXIT_ACCEPTED;
}
