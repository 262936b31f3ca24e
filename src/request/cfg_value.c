/* SPDX-License-Identifier: BSD-2-Clause */
/* The values of a dom.cfg: what stands behind `=`, and what was meant there. */
#include "cfg_parser.h"

/* ---- Words that are no values --------------------------------------------------- */

/* A word without quotes. */
static bool bare_word(struct parser *p, const char *where, struct cfg_value *v)
{
	struct wrong_word wrong;

	if (p->depth > 0 && scan_before_assignment(&p->scan)) {
		/* `format=raw` is one word to whoever forgot the quotes. */
		while (p->scan.pos < p->scan.text.n &&
		       !strchr(",]\r\n", p->scan.text.s[p->scan.pos]))
			p->scan.pos++;
		p->tok.len = (uint32_t)(p->scan.pos - p->tok.off);
	}
	wrong = wrong_value(scan_slice(&p->scan, p->tok));
	parser_expected(p, where, wrong.help);
	v->kind = wrong.kind;
	v->text = wrong.meant;
	v->len = p->tok.len;
	if (p->depth == 0 && scan_before_assignment(&p->scan))
		return false;
	parser_advance(p);
	return wrong.meant.n > 0;
}

/* As much of the line as was probably meant to stand in the quotes. */
static size_t unclosed_length(const struct parser *p)
{
	struct str line = str_from(scan_slice(&p->scan, p->tok), 1);
	size_t comment = str_find_sub(line, STR(" #"));
	const char *tail = p->depth > 0 ? " \t\r,]" : " \t\r";

	line = str_sub(line, 0, comment);
	while (line.n && line.s[line.n - 1] && strchr(tail, line.s[line.n - 1]))
		line.n--;
	return line.n;
}

enum { SPAN_LINES = 8 }; /* how far to look for the end of such a string         */

/* Where a string that was meant to span lines ends, behind its quote; 0: it
 * was not, its quote was forgotten. */
static size_t span_end(const struct parser *p, char quote)
{
	size_t pos = (size_t)p->tok.off + p->tok.len;

	for (unsigned i = 0; i < SPAN_LINES && pos < p->scan.text.n; i++) {
		struct str line = str_from(p->scan.text, pos + 1);
		size_t nquotes = 0;

		line = str_sub(line, 0, str_find(line, '\n'));
		if (str_find(line, '=') != SIZE_MAX)
			return 0;
		for (size_t j = 0; j < line.n; j++)
			nquotes += line.s[j] == quote;
		if (nquotes > 0)
			return nquotes % 2 ? pos + 1 + str_find(line, quote) + 1 : 0;
		pos += 1 + line.n;
	}
	return 0;
}

static bool unclosed(struct parser *p, struct cfg_value *v)
{
	struct arena *a = p->scan.reading->arena;
	struct str line = scan_slice(&p->scan, p->tok);
	char quote = line.s[0];
	size_t n = unclosed_length(p);
	size_t end = span_end(p, quote);

	scan_fault(&p->scan, p->tok.off, n + 1,
		   str_format(a, "close the string with %c on the same line; no string spans lines",
			      quote)
			   .s,
		   "expected a closing %c, found the end of the line", quote);
	v->kind = CFG_STRING;
	v->text = str_sub(line, 1, n);
	v->len = (uint32_t)n + 1;
	p->tok.len = (uint32_t)n + 1;
	p->scan.pos = end ? end : (size_t)p->tok.off + n + 1;
	parser_advance(p);
	return true;
}

/* ---- Lists ---------------------------------------------------------------------- */

static void unclosed_list(struct parser *p, struct token open)
{
	struct reading *r = p->scan.reading;
	struct place here = cfg_at(r->cfg, p->scan.source, p->tok.off, p->tok.len);

	scan_fault(&p->scan, open.off, 1, "close the list with `]` behind its last value",
		   "expected `]` at the end of this list, found %.*s", STR_ARG(parser_shown(p)));
	if (p->tok.kind != TOKEN_END)
		finding_place(r->diag, diag_last(r->diag), here, "the next statement begins here");
}

static void too_many(struct parser *p, size_t off, const char *what, int limit)
{
	struct reading *r = p->scan.reading;

	diag_fault(r->diag, RULE_LIMIT_EXCEEDED, cfg_at(r->cfg, p->scan.source, off, 1),
		   STR("nothing that xl reads is that large: is this a dom.cfg?"),
		   "expected at most %d %s", limit, what);
}

/* Punctuation between values; false where a value begins or the list ends. */
static bool between_values(struct parser *p, bool *need_comma)
{
	switch (p->tok.kind) {
	case TOKEN_NEWLINE:
		break;
	case TOKEN_COMMA:
		if (!*need_comma)
			parser_expected(p, "a value",
					"remove the comma: each one stands behind a value");
		*need_comma = false;
		break;
	case TOKEN_SEMICOLON:
		parser_expected(p, "`,` or `]`", "values of a list are separated by commas");
		*need_comma = false;
		break;
	case TOKEN_SET:
	case TOKEN_ADD:
		parser_expected(p, *need_comma ? "`,` or `]`" : "a value",
				"put KEY=VALUE in quotes");
		*need_comma = false;
		break;
	case TOKEN_WORD:
		if (!wrong_is_noise(scan_slice(&p->scan, p->tok)))
			return false;
		parser_expected(p, *need_comma ? "`,` or `]`" : "a value",
				wrong_value(scan_slice(&p->scan, p->tok)).help);
		break;
	case TOKEN_IDENT:
	case TOKEN_NUMBER:
	case TOKEN_STRING:
	case TOKEN_UNCLOSED:
	case TOKEN_OPEN:
	case TOKEN_CLOSE:
	case TOKEN_END:
		return false;
	}
	parser_advance(p);
	return true;
}

static void leave_list(struct parser *p, unsigned depth)
{
	p->depth = depth;
	p->scan.in_list = depth > 0;
}

/* Too deep to be taken: to behind the bracket that closes it. */
static void skip_list(struct parser *p)
{
	unsigned open = 0;

	do {
		if (p->tok.kind == TOKEN_OPEN)
			open++;
		else if (p->tok.kind == TOKEN_CLOSE)
			open--;
		parser_advance(p);
	} while (open > 0 && p->tok.kind != TOKEN_END &&
		 !(p->tok.first && parser_opens_statement(p)));
}

static bool ends_list(const struct parser *p)
{
	return p->tok.kind == TOKEN_CLOSE || p->tok.kind == TOKEN_END ||
	       (p->tok.first && parser_opens_statement(p));
}

/* Behind the opening bracket, up to what ends the list. */
static void list_items(struct parser *p, struct cfg_value *list)
{
	VEC(struct cfg_value) items = { 0 };
	unsigned depth = p->depth;
	bool need_comma = false;
	size_t nmore = 0;

	while (p->depth == depth && !ends_list(p)) {
		bool bare = p->tok.kind == TOKEN_IDENT || p->tok.kind == TOKEN_WORD;
		struct cfg_value item;

		if (between_values(p, &need_comma))
			continue;
		if (need_comma) {
			parser_expected(
				p, "`,` or `]`",
				bare ? "separate values by commas, and put strings in quotes"
				     : "put a comma between the values of a list");
			if (bare) {
				parser_advance(p);
				continue;
			}
		}
		need_comma = true;
		if (!parser_value(p, "a value", &item))
			continue;
		if (items.n < LIMIT_LIST)
			VEC_PUSH(p->scan.reading->arena, &items, item);
		else if (nmore++ == 0)
			too_many(p, item.off, "values in a list", LIMIT_LIST);
	}
	list->items = items.v;
	list->nitems = items.n;
}

static bool parse_list(struct parser *p, struct cfg_value *v)
{
	struct token open = p->tok;
	unsigned depth = p->depth;

	if (depth == LIMIT_DEPTH) {
		too_many(p, open.off, "lists in one another", LIMIT_DEPTH);
		skip_list(p);
		return false;
	}
	leave_list(p, depth + 1);
	parser_advance(p);
	v->kind = CFG_LIST;
	list_items(p, v);
	if (p->depth > depth && p->tok.kind == TOKEN_CLOSE) {
		leave_list(p, depth);
		parser_advance(p);
	} else if (p->depth > depth) {
		unclosed_list(p, open);
		leave_list(p, 0); /* of the lists around it nothing more is said */
	}
	v->len = (uint32_t)(p->last_end - v->off);
	return true;
}

/* ---- Values --------------------------------------------------------------------- */

/* A value that stands on a line below its key is taken all the same. */
static bool value_follows(const struct parser *p)
{
	char c = parser_next_byte(p);

	return p->tok.kind == TOKEN_NEWLINE && c && strchr("\"'[0123456789", c);
}

static bool no_value(struct parser *p, const char *where)
{
	const char *help = "write a value behind the `=`: a string in quotes, a number or a list";

	if (p->tok.kind == TOKEN_NEWLINE)
		help = "key, `=` and value stand on one line; only a list may span lines";
	parser_expected(p, where, help);
	if (!value_follows(p))
		return false;
	while (p->tok.kind == TOKEN_NEWLINE)
		parser_advance(p);
	return true;
}

bool parser_value(struct parser *p, const char *where, struct cfg_value *v)
{
	*v = (struct cfg_value){
		.source = p->scan.source,
		.off = p->tok.off,
		.len = p->tok.len,
	};
	switch (p->tok.kind) {
	case TOKEN_STRING:
		v->kind = CFG_STRING;
		v->text = scan_unquote(&p->scan, p->tok);
		parser_advance(p);
		return true;
	case TOKEN_NUMBER:
		v->kind = CFG_NUMBER;
		v->text = scan_slice(&p->scan, p->tok);
		parser_advance(p);
		return true;
	case TOKEN_OPEN:
		return parse_list(p, v);
	case TOKEN_IDENT:
	case TOKEN_WORD:
		return bare_word(p, where, v);
	case TOKEN_UNCLOSED:
		return unclosed(p, v);
	case TOKEN_COMMA:
	case TOKEN_CLOSE:
	case TOKEN_SET:
	case TOKEN_ADD:
	case TOKEN_SEMICOLON:
	case TOKEN_NEWLINE:
	case TOKEN_END:
		break;
	}
	return no_value(p, where) && parser_value(p, where, v);
}
