/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The grammar of a dom.cfg.  Facts: Xen tools/libs/util/libxlu_cfg_y.y.
 *
 * After an error xl goes on behind the next newline, in the middle of a list
 * too, and so says nonsense about the rest of the list.  Here an error costs
 * one item of a list or one statement.
 */
#include "cfg_parser.h"

void parser_advance(struct parser *p)
{
	p->last_end = (size_t)p->tok.off + p->tok.len;
	p->tok = scan_next(&p->scan);
}

/* ---- What was found ----------------------------------------------------------- */

enum { SHOWN_BYTES = 48 }; /* of a word in a message                             */

struct str parser_shown(struct parser *p)
{
	struct arena *a = p->scan.reading->arena;
	struct str text = scan_slice(&p->scan, p->tok);
	size_t n = SHOWN_BYTES;

	if (p->tok.kind == TOKEN_NEWLINE)
		return STR("the end of the line");
	if (p->tok.kind == TOKEN_END)
		return p->scan.source ? STR("the end of the argument") : STR("the end of the file");
	if (text.n <= SHOWN_BYTES)
		return str_format(a, "`%.*s`", STR_ARG(text));
	while (n > 0 && ((unsigned char)text.s[n] & 0xc0) == 0x80)
		n--; /* not in the middle of a character */
	return str_format(a, "`%.*s...`", (int)n, text.s);
}

void parser_expected(struct parser *p, const char *what, const char *help)
{
	size_t len = p->tok.kind == TOKEN_NEWLINE || p->tok.kind == TOKEN_END ? 1 : p->tok.len;

	scan_fault(&p->scan, p->tok.off, len, help, "expected %s, found %.*s", what,
		   STR_ARG(parser_shown(p)));
}

bool parser_opens_statement(const struct parser *p)
{
	return (p->tok.kind == TOKEN_IDENT || p->tok.kind == TOKEN_WORD) &&
	       scan_before_assignment(&p->scan);
}

char parser_next_byte(const struct parser *p)
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
	unsigned open = 0;

	for (;; parser_advance(p)) {
		enum token_kind k = p->tok.kind;

		p->scan.in_list = open > 0;
		if (k == TOKEN_END || (open == 0 && (k == TOKEN_NEWLINE || k == TOKEN_SEMICOLON)))
			break;
		if (open > 0 && p->tok.first && parser_opens_statement(p))
			break;
		if (k == TOKEN_OPEN)
			open++;
		else if (k == TOKEN_CLOSE && open > 0)
			open--;
	}
	p->scan.in_list = false;
}

/* ---- Statements --------------------------------------------------------------- */

static bool parse_key(struct parser *p, struct str *key)
{
	struct str word = scan_slice(&p->scan, p->tok);
	struct wrong_word wrong;

	if (p->tok.kind == TOKEN_IDENT) {
		*key = word;
		parser_advance(p);
		return true;
	}
	if (p->tok.kind != TOKEN_WORD) {
		parser_expected(p, "a key",
				p->tok.kind == TOKEN_CLOSE
					? "no list is open here: remove the bracket"
					: "a statement is KEY = VALUE on one line; only a list may "
					  "span lines");
		return false;
	}
	wrong = wrong_key(p->scan.reading->arena, word);
	parser_expected(p, "a key", wrong.help);
	if (!wrong.meant.n || !scan_before_assignment(&p->scan))
		return false;
	*key = wrong.meant;
	parser_advance(p);
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
		parser_expected(
			p, str_c(a, str_format(a, "`=` or `+=` after `%.*s`", STR_ARG(key))), help);
		if (p->tok.kind == TOKEN_NEWLINE && parser_next_byte(p) == '=')
			while (p->tok.kind == TOKEN_NEWLINE)
				parser_advance(p);
	}
	if (!is_assignment(p))
		return false;
	*append = p->tok.kind == TOKEN_ADD;
	parser_advance(p);
	return true;
}

static void parse_end(struct parser *p)
{
	const char *help = wrong_end(scan_slice(&p->scan, p->tok));

	if (p->tok.kind == TOKEN_END || (p->tok.first && parser_opens_statement(p)))
		return; /* the latter: a list that was not closed, said already */
	if (p->tok.kind == TOKEN_NEWLINE || p->tok.kind == TOKEN_SEMICOLON) {
		parser_advance(p);
		return;
	}
	if (p->tok.kind == TOKEN_STRING)
		help = "strings side by side are not joined: write one string";
	else if (p->tok.kind == TOKEN_COMMA)
		help = "several values make a list, which stands in [ ]";
	else if (p->tok.kind == TOKEN_CLOSE)
		help = "no list is open here: remove the bracket";
	parser_expected(p, "the end of the line behind the value", help);
	if (!parser_opens_statement(p))
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
	if (!parser_value(p, where.s, &s.value)) {
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

	parser_advance(&p);
	while (p.tok.kind != TOKEN_END) {
		if (p.tok.kind == TOKEN_NEWLINE || p.tok.kind == TOKEN_SEMICOLON)
			parser_advance(&p);
		else
			parse_statement(&p);
	}
}
