/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The managed block of a dom.cfg: what stands between two lines of comment.
 * A block that cannot be told for sure is a fault, because what stands in it
 * is neither kept nor judged.
 */
#include "cfg_scan.h"

enum marker { MARKER_NONE, MARKER_BEGIN, MARKER_END, MARKER_BENT };

static bool says(struct str comment, const char *marker)
{
	struct str rest = str_from(comment, strlen(marker));

	return str_starts(comment, marker) &&
	       (rest.n == 0 || (rest.s[0] && strchr(" \t\r", rest.s[0])));
}

/* What is left of a marker that somebody indented, moved or reflowed. */
static bool resembles(struct str comment)
{
	while (comment.n && (comment.s[0] == '#' || comment.s[0] == ' ' || comment.s[0] == '\t'))
		comment = str_from(comment, 1);
	return says(comment, ">>> dtassign") || says(comment, "<<< dtassign");
}

static bool at_line_start(struct str source, size_t off)
{
	return off == 0 || source.s[off - 1] == '\n';
}

static enum marker marker_of(const struct cfg *c, const struct cfg_comment *k)
{
	struct str text = str_sub(c->source, k->off, k->len);

	if (at_line_start(c->source, k->off) && !k->in_list) {
		if (says(text, BLOCK_BEGIN))
			return MARKER_BEGIN;
		if (says(text, BLOCK_END))
			return MARKER_END;
	}
	return resembles(text) ? MARKER_BENT : MARKER_NONE;
}

static bool damaged(struct reading *r, const struct cfg_comment *at, const char *what)
{
	return diag_fault(r->diag, RULE_DAMAGED_MANAGED_BLOCK, cfg_at(r->cfg, 0, at->off, at->len),
			  STR("restore the block from the last output, or remove both markers and "
			      "all that is between them: it will be written anew"),
			  "%s", what);
}

struct markers {
	const struct cfg_comment *begin, *end;
	bool sound;
};

static void take_marker(struct reading *r, struct markers *m, const struct cfg_comment *k)
{
	switch (marker_of(r->cfg, k)) {
	case MARKER_NONE:
		break;
	case MARKER_BENT:
		m->sound = damaged(r, k,
				   "expected the marker of the managed block at the start of a "
				   "line, outside of any list");
		break;
	case MARKER_BEGIN:
		if (m->begin)
			m->sound = damaged(r, k,
					   m->end ? "expected one managed block, found a second"
						  : "expected the end of the managed block, "
						    "found a second beginning");
		else
			m->begin = k;
		break;
	case MARKER_END:
		if (!m->begin)
			m->sound = damaged(r, k,
					   "expected the beginning of the managed block before its "
					   "end, found none");
		else if (m->end)
			m->sound = damaged(r, k,
					   "expected one end of the managed block, found a "
					   "second");
		else
			m->end = k;
		break;
	}
}

static void mark_statements(struct cfg *c, size_t from, size_t to)
{
	for (size_t i = 0; i < c->nstatements; i++) {
		struct cfg_statement *s = &c->statements[i];

		s->managed = s->source == 0 && s->off > from && s->off < to;
	}
}

void block_find(struct reading *r)
{
	struct markers m = { .sound = true };
	struct cfg *c = r->cfg;
	size_t end;

	for (size_t i = 0; i < c->ncomments; i++)
		take_marker(r, &m, &c->comments[i]);
	if (m.begin && !m.end)
		m.sound = damaged(r, m.begin, "expected an end of the managed block, found none");
	if (!m.begin)
		return;
	/* Without an end: to the end of the file, where the block is written. */
	end = m.end ? (size_t)m.end->off + m.end->len : c->source.n;
	mark_statements(c, m.begin->off, end);
	c->has_block = m.sound;
	c->block_off = m.begin->off;
	c->block_len = end - c->block_off;
	if (end < c->source.n)
		c->block_len++; /* its newline */
}
