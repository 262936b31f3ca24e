/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Allowances in comments: `# dtassign: allow SLUG: REASON`.
 *
 * Behind a statement or an entry the comment means its own line.  On a line of
 * its own it means the next line that is more than a comment, so that several
 * may be stacked.
 */
#include "reader.h"

static struct str comment_text(const struct cfg *c, const struct cfg_comment *k)
{
	return str_sub(c->source, k->off, k->len);
}

/* What stands behind "dtassign:", or nothing. */
static bool is_directive(struct str comment, struct str *rest)
{
	while (str_starts(comment, "#"))
		comment = str_from(comment, 1);
	comment = str_trim(comment);
	if (str_ends(comment, "\r"))
		comment.n--;
	if (!str_starts(comment, "dtassign:"))
		return false;
	*rest = str_trim(str_from(comment, strlen("dtassign:")));
	return true;
}

static bool in_block(const struct cfg *c, const struct cfg_comment *k)
{
	return c->has_block && k->off >= c->block_off && k->off < c->block_off + c->block_len;
}

/* Whether the second comment stands alone on the line behind the first. */
static bool follows(const struct cfg *c, const struct cfg_comment *first,
		    const struct cfg_comment *second)
{
	size_t end = (size_t)first->off + first->len;
	struct str between = str_sub(c->source, end, second->off - end);

	return second->alone && str_starts(between, "\n") &&
	       str_find(str_from(between, 1), '\n') == SIZE_MAX;
}

static struct place part_at(const struct reader *r, struct str part)
{
	return cfg_at(r->cfg, 0, (size_t)(part.s - r->cfg->source.s), part.n);
}

static void wrong(struct reader *r, struct str rest)
{
	diag_fault(r->diag, RULE_BAD_ENTRY, part_at(r, rest),
		   STR("write `# dtassign: allow SLUG: REASON`, on the line or above it; to name a "
		       "device use the key `allow`"),
		   "expected `allow SLUG: REASON` behind `dtassign:`, found `%.*s`", STR_ARG(rest));
	diag_last(r->diag)->guest = r->guest->name;
}

static void directive(struct reader *r, struct str rest, uint32_t line)
{
	struct str slug, reason = STR_NONE;
	size_t colon = str_find(rest, ':');
	enum rule rule;

	slug = str_trim(str_from(str_sub(rest, 0, colon), strlen("allow")));
	if (colon != SIZE_MAX)
		reason = str_trim(str_from(rest, colon + 1));
	if (!str_starts(rest, "allow ") || !slug.n || str_find(slug, ' ') != SIZE_MAX) {
		wrong(r, rest);
		return;
	}
	if (!read_rule(r, part_at(r, slug), slug, &rule))
		return;
	if (!reason.n)
		missing_reason(r, part_at(r, rest),
			       "append `: ` and the reason; the outputs repeat it");
	diag_allow(r->diag, (struct allowance){
				    .rule = rule,
				    .guest = r->guest->name,
				    .file = r->cfg->file,
				    .line = line,
				    .reason = reason,
				    .at = part_at(r, rest),
			    });
}

void read_inline(struct reader *r)
{
	const struct cfg *c = r->cfg;
	uint32_t below = 0; /* the line that a stack of comments stands on */

	/* Backwards, because that line is known only at the end of a stack. */
	for (size_t i = c->ncomments; i > 0; i--) {
		const struct cfg_comment *k = &c->comments[i - 1];
		uint32_t line = cfg_at(c, 0, k->off, k->len).line;
		struct str rest;

		if (!k->alone)
			below = line;
		else if (i == c->ncomments || !follows(c, k, k + 1))
			below = line + 1;
		if (is_directive(comment_text(c, k), &rest) && !in_block(c, k))
			directive(r, rest, below);
	}
}
