/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The grammar of a dom.cfg.  Facts: Xen tools/libs/util/libxlu_cfg_y.y.
 *
 * After an error xl goes on behind the next newline, in the middle of a list
 * too, and so says nonsense about the rest of the list.  Here an error costs
 * one item of a list or one statement.
 */
#include "cfg_scan.h"

struct parser {
	struct scanner scan;
	struct token tok; /* to be looked at                                  */
	size_t last_end;  /* where the token before it ends                   */
	unsigned depth;   /* of lists                                         */
};

static void advance(struct parser *p)
{
	p->last_end = (size_t)p->tok.off + p->tok.len;
	p->tok = scan_next(&p->scan);
}

/* ---- What was found ----------------------------------------------------------- */

enum { SHOWN_BYTES = 48 }; /* of a word in a message                             */

static struct str shown(struct parser *p)
{
	struct arena *a = p->scan.reading->arena;
	struct str text = scan_slice(&p->scan, p->tok);

	if (p->tok.kind == TOKEN_NEWLINE)
		return STR("the end of the line");
	if (p->tok.kind == TOKEN_END)
		return p->scan.source ? STR("the end of the argument") : STR("the end of the file");
	if (text.n <= SHOWN_BYTES)
		return str_format(a, "`%.*s`", STR_ARG(text));
	text = str_sub(text, 0, SHOWN_BYTES);
	while (text.n && ((unsigned char)text.s[text.n - 1] & 0xc0) == 0x80)
		text.n--; /* not in the middle of a character */
	return str_format(a, "`%.*s...`", STR_ARG(text));
}

/* One fault at the token that is to be looked at. */
static void expected(struct parser *p, const char *what, const char *help)
{
	size_t len = p->tok.kind == TOKEN_NEWLINE || p->tok.kind == TOKEN_END ? 1 : p->tok.len;

	scan_fault(&p->scan, p->tok.off, len, help, "expected %s, found %.*s", what,
		   STR_ARG(shown(p)));
}

static bool opens_statement(const struct parser *p)
{
	return (p->tok.kind == TOKEN_IDENT || p->tok.kind == TOKEN_WORD) &&
	       scan_before_assignment(&p->scan);
}

/* The first byte behind blanks and ends of lines: what was put on a new line. */
static char next_byte(const struct parser *p)
{
	struct str rest = str_from(p->scan.text, p->scan.pos);

	while (rest.n && rest.s[0] && strchr(" \t\r\n", rest.s[0]))
		rest = str_from(rest, 1);
	return rest.n ? rest.s[0] : '\0';
}

/* To the end of the statement, brackets respected; a line that begins like a
 * statement ends an open list too. */
static void skip_statement(struct parser *p)
{
	unsigned open = p->depth;

	p->depth = 0;
	for (;; advance(p)) {
		enum token_kind k = p->tok.kind;

		p->scan.in_list = open > 0;
		if (k == TOKEN_END || (open == 0 && (k == TOKEN_NEWLINE || k == TOKEN_SEMICOLON)))
			break;
		if (open > 0 && p->tok.first && opens_statement(p))
			break;
		if (k == TOKEN_OPEN)
			open++;
		else if (k == TOKEN_CLOSE && open > 0)
			open--;
	}
	p->scan.in_list = false;
}

/* ---- Values ------------------------------------------------------------------- */

static bool parse_value(struct parser *p, const char *where, struct cfg_value *v);

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
	expected(p, where, wrong.help);
	v->kind = wrong.kind;
	v->text = wrong.meant;
	v->len = p->tok.len;
	if (p->depth == 0 && scan_before_assignment(&p->scan))
		return false;
	advance(p);
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
	advance(p);
	return true;
}

static void unclosed_list(struct parser *p, struct token open)
{
	struct reading *r = p->scan.reading;
	struct place here = cfg_at(r->cfg, p->scan.source, p->tok.off, p->tok.len);

	scan_fault(&p->scan, open.off, 1, "close the list with `]` behind its last value",
		   "expected `]` at the end of this list, found %.*s", STR_ARG(shown(p)));
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
			expected(p, "a value", "remove the comma: each one stands behind a value");
		*need_comma = false;
		break;
	case TOKEN_SEMICOLON:
		expected(p, "`,` or `]`", "values of a list are separated by commas");
		*need_comma = false;
		break;
	case TOKEN_SET:
	case TOKEN_ADD:
		expected(p, *need_comma ? "`,` or `]`" : "a value", "put KEY=VALUE in quotes");
		break;
	case TOKEN_WORD:
		if (!wrong_is_noise(scan_slice(&p->scan, p->tok)))
			return false;
		expected(p, *need_comma ? "`,` or `]`" : "a value",
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
	advance(p);
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
		advance(p);
	} while (open > 0 && p->tok.kind != TOKEN_END && !(p->tok.first && opens_statement(p)));
}

static bool ends_list(const struct parser *p)
{
	return p->tok.kind == TOKEN_CLOSE || p->tok.kind == TOKEN_END ||
	       (p->tok.first && opens_statement(p));
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
			expected(p, "`,` or `]`",
				 bare ? "separate values by commas, and put strings in quotes"
				      : "put a comma between the values of a list");
			if (bare) {
				advance(p);
				continue;
			}
		}
		need_comma = true;
		if (!parse_value(p, "a value", &item))
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
	advance(p);
	v->kind = CFG_LIST;
	list_items(p, v);
	if (p->depth > depth && p->tok.kind == TOKEN_CLOSE) {
		leave_list(p, depth);
		advance(p);
	} else if (p->depth > depth) {
		unclosed_list(p, open);
		leave_list(p, 0); /* of the lists around it nothing more is said */
	}
	v->len = (uint32_t)(p->last_end - v->off);
	return true;
}

static bool no_value(struct parser *p, const char *where)
{
	const char *help = "write a value behind the `=`: a string in quotes, a number or a list";

	if (p->tok.kind == TOKEN_NEWLINE)
		help = "key, `=` and value stand on one line; only a list may span lines";
	expected(p, where, help);
	if (p->tok.kind != TOKEN_NEWLINE || !strchr("\"'[0123456789", next_byte(p)))
		return false;
	while (p->tok.kind == TOKEN_NEWLINE)
		advance(p);
	return true;
}

static bool parse_value(struct parser *p, const char *where, struct cfg_value *v)
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
		advance(p);
		return true;
	case TOKEN_NUMBER:
		v->kind = CFG_NUMBER;
		v->text = scan_slice(&p->scan, p->tok);
		advance(p);
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
	return no_value(p, where) && parse_value(p, where, v);
}

/* ---- Statements --------------------------------------------------------------- */

static bool parse_key(struct parser *p, struct str *key)
{
	struct str word = scan_slice(&p->scan, p->tok);
	struct wrong_word wrong;

	if (p->tok.kind == TOKEN_IDENT) {
		*key = word;
		advance(p);
		return true;
	}
	if (p->tok.kind != TOKEN_WORD) {
		expected(p, "a key",
			 p->tok.kind == TOKEN_CLOSE
				 ? "no list is open here: remove the bracket"
				 : "a statement is KEY = VALUE on one line; only a list may "
				   "span lines");
		return false;
	}
	wrong = wrong_key(p->scan.reading->arena, word);
	expected(p, "a key", wrong.help);
	if (!wrong.meant.n || !scan_before_assignment(&p->scan))
		return false;
	*key = wrong.meant;
	advance(p);
	return true;
}

static bool is_assignment(const struct parser *p)
{
	return p->tok.kind == TOKEN_SET || p->tok.kind == TOKEN_ADD;
}

static bool parse_operator(struct parser *p, struct str key, bool *append)
{
	struct arena *a = p->scan.reading->arena;
	const char *help = wrong_operator(scan_slice(&p->scan, p->tok));

	if (!is_assignment(p)) {
		if (p->tok.kind == TOKEN_NEWLINE || p->tok.kind == TOKEN_END)
			help = "key, `=` and value stand on one line";
		expected(p, str_c(a, str_format(a, "`=` or `+=` after `%.*s`", STR_ARG(key))),
			 help);
		if (p->tok.kind == TOKEN_NEWLINE && next_byte(p) == '=')
			while (p->tok.kind == TOKEN_NEWLINE)
				advance(p);
	}
	if (!is_assignment(p))
		return false;
	*append = p->tok.kind == TOKEN_ADD;
	advance(p);
	return true;
}

static void parse_end(struct parser *p)
{
	const char *help = wrong_end(scan_slice(&p->scan, p->tok));

	if (p->tok.kind == TOKEN_END || (p->tok.first && opens_statement(p)))
		return; /* the latter: a list that was not closed, said already */
	if (p->tok.kind == TOKEN_NEWLINE || p->tok.kind == TOKEN_SEMICOLON) {
		advance(p);
		return;
	}
	if (p->tok.kind == TOKEN_STRING)
		help = "strings side by side are not joined: write one string";
	else if (p->tok.kind == TOKEN_COMMA)
		help = "several values make a list, which stands in [ ]";
	else if (p->tok.kind == TOKEN_CLOSE)
		help = "no list is open here: remove the bracket";
	expected(p, "the end of the line behind the value", help);
	if (!opens_statement(p))
		skip_statement(p);
}

static bool same_shape(const struct cfg_value *a, const struct cfg_value *b)
{
	return (a->kind == CFG_LIST) == (b->kind == CFG_LIST);
}

static void check_append(struct parser *p, const struct cfg_statement *s)
{
	const struct cfg_statement *before;

	if (!s->append || s->before == CFG_NO_STATEMENT)
		return;
	before = &p->scan.reading->statements.v[s->before];
	if (same_shape(&before->value, &s->value))
		return;
	scan_fault(&p->scan, s->value.off, s->value.len,
		   "+= joins a list to a list, or a string to a string",
		   "expected %s to join to `%.*s`, found %s",
		   before->value.kind == CFG_LIST ? "a list" : "a string", STR_ARG(s->key),
		   s->value.kind == CFG_LIST ? "a list" : "a string");
	finding_place(p->scan.reading->diag, diag_last(p->scan.reading->diag),
		      cfg_key_at(p->scan.reading->cfg, before), "assigned here");
}

static void store(struct parser *p, struct cfg_statement s)
{
	struct reading *r = p->scan.reading;
	uint32_t slot;

	s.before = CFG_NO_STATEMENT;
	if (map_get(r->cfg->keys, s.key, &slot)) {
		s.before = r->latest.v[slot];
	} else {
		slot = (uint32_t)r->latest.n;
		map_put(r->cfg->keys, s.key, slot);
		VEC_PUSH(r->arena, &r->latest, 0);
	}
	r->latest.v[slot] = r->statements.n;
	check_append(p, &s);
	VEC_PUSH(r->arena, &r->statements, s);
}

static void parse_statement(struct parser *p)
{
	struct arena *a = p->scan.reading->arena;
	struct cfg_statement s = {
		.source = p->scan.source,
		.off = p->tok.off,
	};
	struct str where;

	if (!parse_key(p, &s.key) || !parse_operator(p, s.key, &s.append)) {
		skip_statement(p);
		return;
	}
	where = str_format(a, "a value after `%.*s %s`", STR_ARG(s.key), s.append ? "+=" : "=");
	if (!parse_value(p, where.s, &s.value)) {
		skip_statement(p);
		return;
	}
	s.len = (uint32_t)(p->last_end - s.off);
	store(p, s);
	parse_end(p);
}

void parse_text(struct reading *r, uint32_t source, struct str text, bool terminated)
{
	struct parser p = { .scan = scan_start(r, source, text, terminated) };

	advance(&p);
	while (p.tok.kind != TOKEN_END) {
		if (p.tok.kind == TOKEN_NEWLINE || p.tok.kind == TOKEN_SEMICOLON)
			advance(&p);
		else
			parse_statement(&p);
	}
}
