/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words of a dom.cfg.  Facts: Xen tools/libs/util/libxlu_cfg_l.l.
 *
 * That scanner takes a byte that begins no word together with all that is not
 * blank behind it, complains and goes on.  Here a wrong word ends earlier, at
 * the next piece of punctuation, and swallows a key or number that it sticks
 * to: `0xFF` is one wrong word, not `0x` and an error.  Both refuse the file;
 * only the wording differs.
 */
#include "cfg_scan.h"

void scan_fault(struct scanner *s, size_t off, size_t len, const char *help, const char *fmt, ...)
{
	struct reading *r = s->reading;
	struct str text;
	va_list args;

	va_start(args, fmt);
	text = str_vformat(r->arena, fmt, args);
	va_end(args);
	r->cfg->broken = true;
	diag_fault(r->diag, RULE_CONFIG_SYNTAX, cfg_at(r->cfg, s->source, off, len), str_of(help),
		   "%.*s", STR_ARG(text));
}

struct str scan_slice(const struct scanner *s, struct token t)
{
	return str_sub(s->text, t.off, t.len);
}

/* ---- Start of a text ---------------------------------------------------------- */

struct scanner scan_start(struct reading *r, uint32_t source, struct str text, bool terminated)
{
	struct scanner s = {
		.reading = r,
		.source = source,
		.text = text,
		.terminated = terminated,
		.fresh = true,
	};

	if (str_starts(text, "\xef\xbb\xbf")) {
		scan_fault(&s, 0, 3, "save the file as UTF-8 without a byte order mark",
			   "expected a key, found a byte order mark");
		s.pos = 3;
	} else if (str_starts(text, "\xff\xfe") || str_starts(text, "\xfe\xff")) {
		scan_fault(&s, 0, 2, "save the file as UTF-8 or plain ASCII",
			   "expected text of single bytes, found UTF-16");
		s.pos = text.n; /* every word would be a fault */
	}
	return s;
}

/* ---- Bytes -------------------------------------------------------------------- */

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool in_ident(char c)
{
	return is_lower(c) || is_digit(c) || c == '.' || c == '_';
}

static bool in_number(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || c == 'x';
}

static bool at(const struct scanner *s, size_t pos, char c)
{
	return pos < s->text.n && s->text.s[pos] == c;
}

static size_t run(const struct scanner *s, size_t pos, bool (*in)(char))
{
	while (pos < s->text.n && in(s->text.s[pos]))
		pos++;
	return pos;
}

static size_t line_end(const struct scanner *s, size_t pos)
{
	size_t n = str_find(str_from(s->text, pos), '\n');

	return n == SIZE_MAX ? s->text.n : pos + n;
}

/* Where a wrong word stops at the latest. */
static bool ends_word(const struct scanner *s, size_t pos)
{
	static const char stops[] = " \t\r\n,[]=;'\"#";

	if (pos >= s->text.n || (s->text.s[pos] && strchr(stops, s->text.s[pos])))
		return true;
	return at(s, pos, '+') && at(s, pos + 1, '=');
}

/* A byte that begins no word is dropped by xl's scanner, without a message,
 * where it is the very last of the text. */
static bool is_dropped(const struct scanner *s, size_t pos)
{
	return pos + 1 == s->text.n && !s->terminated;
}

/* ---- Blanks, ends of lines, comments ------------------------------------------ */

static void crlf(struct scanner *s)
{
	if (s->crlf_said)
		return;
	s->crlf_said = true;
	scan_fault(s, s->pos, 1, "convert the file to LF, for example with `sed -i 's/\\r$//'`",
		   "expected the line to end in a newline, found a carriage return before it");
}

static void skip_blanks(struct scanner *s)
{
	for (; s->pos < s->text.n; s->pos++) {
		char c = s->text.s[s->pos];

		if (c == '\r' &&
		    (at(s, s->pos + 1, '\n') || (s->pos + 1 == s->text.n && s->terminated)))
			crlf(s);
		else if (c != ' ' && c != '\t')
			return;
	}
}

static struct token token(struct scanner *s, enum token_kind kind, size_t end)
{
	struct token t = {
		.kind = kind,
		.first = s->fresh,
		.off = (uint32_t)s->pos,
		.len = (uint32_t)(end - s->pos),
	};

	s->pos = end;
	s->fresh = kind == TOKEN_NEWLINE;
	return t;
}

static struct token comment(struct scanner *s)
{
	size_t end = line_end(s, s->pos);

	if (s->source == 0)
		VEC_PUSH(s->reading->arena, &s->reading->comments,
			 ((struct cfg_comment){
				 .off = (uint32_t)s->pos,
				 .len = (uint32_t)(end - s->pos),
				 .alone = s->fresh,
				 .in_list = s->in_list,
			 }));
	if (end < s->text.n)
		return token(s, TOKEN_NEWLINE, end + 1);
	if (!s->terminated && !is_dropped(s, s->pos))
		scan_fault(s, s->pos, end - s->pos, "end the last line of the file with a newline",
			   "expected a newline behind the comment, found the end of the file");
	return token(s, TOKEN_END, end);
}

/* ---- Words -------------------------------------------------------------------- */

/* A key or a number, or the wrong word that begins like one. */
static struct token word(struct scanner *s, enum token_kind kind, size_t end)
{
	if (ends_word(s, end) || is_dropped(s, end))
		return token(s, kind, end);
	while (!ends_word(s, end))
		end++;
	return token(s, TOKEN_WORD, end);
}

static void say_dropped(struct scanner *s)
{
	struct reading *r = s->reading;
	struct finding *f;

	if (s->text.s[s->pos] == '\r')
		return; /* was to be part of an end of line */
	f = diag_judge(r->diag, RULE_XL_IGNORES, STR_NONE, STR_NONE,
		       cfg_at(r->cfg, s->source, s->pos, 1),
		       "xl drops the last byte of this file without a message");
	finding_help(r->diag, f, "remove it, or complete what it was to begin");
}

static struct token wrong_byte(struct scanner *s)
{
	size_t end = s->pos + 1;

	if (is_dropped(s, s->pos)) {
		say_dropped(s);
		s->pos = end;
		return token(s, TOKEN_END, end);
	}
	while (!ends_word(s, end))
		end++;
	return token(s, TOKEN_WORD, end);
}

/* Either quote; a backslash takes the next byte along, a newline closes nothing. */
static struct token string(struct scanner *s)
{
	char quote = s->text.s[s->pos];

	for (size_t pos = s->pos + 1; pos < s->text.n && s->text.s[pos] != '\n'; pos++) {
		if (s->text.s[pos] == quote)
			return token(s, TOKEN_STRING, pos + 1);
		if (s->text.s[pos] == '\\' && pos + 1 < s->text.n && s->text.s[pos + 1] != '\n')
			pos++;
	}
	if (is_dropped(s, s->pos))
		return wrong_byte(s);
	return token(s, TOKEN_UNCLOSED, line_end(s, s->pos));
}

struct token scan_next(struct scanner *s)
{
	char c;

	skip_blanks(s);
	if (s->pos >= s->text.n)
		return token(s, TOKEN_END, s->pos);
	c = s->text.s[s->pos];
	switch (c) {
	case '\n':
		return token(s, TOKEN_NEWLINE, s->pos + 1);
	case '#':
		return comment(s);
	case '\'':
	case '"':
		return string(s);
	case ',':
		return token(s, TOKEN_COMMA, s->pos + 1);
	case '[':
		return token(s, TOKEN_OPEN, s->pos + 1);
	case ']':
		return token(s, TOKEN_CLOSE, s->pos + 1);
	case '=':
		return token(s, TOKEN_SET, s->pos + 1);
	case ';':
		return token(s, TOKEN_SEMICOLON, s->pos + 1);
	default:
		break;
	}
	if (c == '+' && at(s, s->pos + 1, '='))
		return token(s, TOKEN_ADD, s->pos + 2);
	if (is_lower(c))
		return word(s, TOKEN_IDENT, run(s, s->pos, in_ident));
	if (is_digit(c))
		return word(s, TOKEN_NUMBER, run(s, s->pos, in_number));
	return wrong_byte(s);
}

bool scan_before_assignment(const struct scanner *s)
{
	size_t pos = s->pos;

	while (at(s, pos, ' ') || at(s, pos, '\t'))
		pos++;
	return at(s, pos, '=') || (at(s, pos, '+') && at(s, pos + 1, '='));
}
