/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words that break the rules of a dom.cfg: what stands inside a string, and
 * what the writer of a wrong word probably had in mind.
 */
#include "cfg_scan.h"

#include <errno.h>
#include <stdlib.h>

/* ---- Strings ------------------------------------------------------------------ */

/* Xen libxlu_cfg.c:xlu__cfgl_dequote */
static char escape_value(char c)
{
	static const char named[][2] = {
		{ '"', '"' },  { '\'', '\'' }, { '\\', '\\' }, { 'a', '\a' }, { 'b', '\b' },
		{ 'f', '\f' }, { 'n', '\n' },  { 'r', '\r' },  { 't', '\t' }, { 'v', '\v' },
	};

	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		if (named[i][0] == c)
			return named[i][1];
	return '\0';
}

/*
 * How many bytes behind "\N" (an octal digit) xl swallows.  It takes up to
 * three, reads them with strtoul in base 10, blanks and a sign included, needs
 * two of them to be part of the number, and then forgets to store a character.
 */
static size_t octal_swallows(struct str rest)
{
	char word[4] = { 0 };
	char *end;

	for (size_t i = 0; i < 3 && i < rest.n; i++)
		word[i] = rest.s[i];
	errno = 0;
	(void)strtoul(word, &end, 10);
	return end <= word + 1 ? 0 : (size_t)(end - word);
}

static void vanishes(struct scanner *s, size_t off, size_t len)
{
	struct reading *r = s->reading;
	struct finding *f;

	f = diag_judge(r->diag, RULE_XL_IGNORES, STR_NONE, STR_NONE,
		       cfg_at(r->cfg, s->source, off, len),
		       "xl drops the octal escape `%.*s` from the string",
		       STR_ARG(str_sub(s->text, off, len)));
	finding_help(r->diag, f, "write the character itself");
}

/* The escape at `off` (its backslash); gives how many bytes it takes. */
static size_t unescape(struct scanner *s, size_t off, size_t end, struct buf *out)
{
	char c = s->text.s[off + 1];
	size_t swallowed;

	if (escape_value(c)) {
		buf_char(out, escape_value(c));
		return 2;
	}
	if (c >= '0' && c <= '7') {
		swallowed = octal_swallows(str_sub(s->text, off + 2, end - off - 2));
		if (swallowed > 0) {
			vanishes(s, off, 2 + swallowed);
			return 2 + swallowed;
		}
	}
	scan_fault(s, off, 2,
		   c == 'x' || (c >= '0' && c <= '9')
			   ? "xl has no numeric escapes: write the character itself"
			   : "for a backslash write `\\\\`; the other escapes are "
			     "\\\" \\' \\a \\b \\f \\n \\r \\t \\v",
		   "expected an escape that xl knows, found `%.*s`",
		   STR_ARG(str_sub(s->text, off, 2)));
	buf_put(out, s->text.s + off, 2);
	return 2;
}

static struct str unquote_slowly(struct scanner *s, size_t first, size_t end)
{
	struct buf out = buf_new(s->reading->arena);

	for (size_t off = first; off < end;) {
		if (s->text.s[off] == '\\') {
			off += unescape(s, off, end, &out);
			continue;
		}
		buf_char(&out, s->text.s[off++]);
	}
	return buf_get(&out);
}

struct str scan_unquote(struct scanner *s, struct token t)
{
	struct str inner = str_sub(s->text, t.off + 1, t.len - 2);
	size_t nul = str_find(inner, '\0');

	if (nul != SIZE_MAX) {
		scan_fault(s, t.off + 1 + nul, 1, "remove the byte; is this a text file?",
			   "expected text, found a NUL byte in a string");
		inner = str_sub(inner, 0, nul);
	}
	if (str_find(inner, '\\') == SIZE_MAX)
		return inner;
	return unquote_slowly(s, t.off + 1, t.off + 1 + inner.n);
}

/* ---- Wrong words -------------------------------------------------------------- */

static bool is_made_of(struct str s, const char *bytes)
{
	for (size_t i = 0; i < s.n; i++)
		if (!s.s[i] || !strchr(bytes, s.s[i]))
			return false;
	return s.n > 0;
}

#define LETTERS     "abcdefghijklmnopqrstuvwxyz"
#define DECIMAL     "0123456789"
#define HEXADECIMAL DECIMAL "abcdefABCDEF"

static bool is_python_yes(struct str w)
{
	return str_eq_nocase(w, STR("true")) || str_eq_nocase(w, STR("yes")) ||
	       str_eq_nocase(w, STR("on"));
}

static bool is_python_no(struct str w)
{
	return str_eq_nocase(w, STR("false")) || str_eq_nocase(w, STR("no")) ||
	       str_eq_nocase(w, STR("off")) || str_eq_nocase(w, STR("none"));
}

static bool is_signed(struct str w)
{
	return w.n > 1 && (w.s[0] == '-' || w.s[0] == '+') && is_made_of(str_from(w, 1), DECIMAL);
}

static bool is_upper_hex(struct str w)
{
	return (str_starts(w, "0x") || str_starts(w, "0X")) &&
	       is_made_of(str_from(w, 2), HEXADECIMAL);
}

static bool is_size(struct str w)
{
	size_t n = 0;

	while (n < w.n && w.s[n] >= '0' && w.s[n] <= '9')
		n++;
	return n > 0 && n < w.n && w.n - n <= 3 && strchr("kKmMgG", w.s[n]);
}

static bool is_fraction(struct str w)
{
	size_t dot = str_find(w, '.');

	return dot != SIZE_MAX && is_made_of(str_sub(w, 0, dot), DECIMAL) &&
	       is_made_of(str_from(w, dot + 1), DECIMAL);
}

static bool is_tuple(struct str w)
{
	return str_starts(w, "(") || str_starts(w, ")") || str_starts(w, "{") || str_starts(w, "}");
}

static bool has_any(struct str w, const char *const *bytes)
{
	for (; *bytes; bytes++)
		if (str_find_sub(w, str_of(*bytes)) != SIZE_MAX)
			return true;
	return false;
}

static bool is_curly_quote(struct str w)
{
	/* U+2018, U+2019, U+201A, U+201C, U+201D, U+201E, U+00AB, U+00BB */
	static const char *const quotes[] = {
		"\xe2\x80\x98", "\xe2\x80\x99", "\xe2\x80\x9a", "\xe2\x80\x9c", "\xe2\x80\x9d",
		"\xe2\x80\x9e", "\xc2\xab",     "\xc2\xbb",     NULL,
	};

	return has_any(w, quotes);
}

static bool is_wide_blank(struct str w)
{
	/* U+00A0, U+202F, U+3000, U+200B */
	static const char *const blanks[] = {
		"\xc2\xa0", "\xe2\x80\xaf", "\xe3\x80\x80", "\xe2\x80\x8b", NULL,
	};

	return has_any(w, blanks);
}

static bool is_foreign_comment(struct str w)
{
	return str_starts(w, "//") || str_starts(w, "/*") || str_starts(w, "--");
}

static bool is_control(struct str w)
{
	return w.n > 0 && (unsigned char)w.s[0] < ' ';
}

static bool is_backslash(struct str w)
{
	return str_is(w, "\\");
}

static bool is_plus(struct str w)
{
	return str_starts(w, "+");
}

static bool is_yaml_key(struct str w)
{
	return str_ends(w, ":");
}

static bool is_colon(struct str w)
{
	return str_starts(w, ":");
}

static bool is_beyond_ascii(struct str w)
{
	for (size_t i = 0; i < w.n; i++)
		if ((unsigned char)w.s[i] >= 0x80)
			return true;
	return false;
}

static bool is_anything(struct str w)
{
	(void)w;
	return true;
}

enum meant { MEANT_UNKNOWN, MEANT_STRING, MEANT_NUMBER, MEANT_ONE, MEANT_ZERO };

/* The first row that fits counts. */
struct cause {
	bool (*fits)(struct str word);
	enum meant meant;
	const char *help;
};

static const struct cause value_causes[] = {
	{ is_python_yes, MEANT_ONE, "a dom.cfg has no words for yes and no: write 1" },
	{ is_python_no, MEANT_ZERO, "a dom.cfg has no words for yes and no: write 0" },
	{ is_signed, MEANT_NUMBER, "a number takes no sign; quote it if the key takes one" },
	{ is_upper_hex, MEANT_NUMBER, "write the hexadecimal digits and the x in lower case" },
	{ is_size, MEANT_UNKNOWN, "a number takes no unit; memory is given in MiB" },
	{ is_fraction, MEANT_UNKNOWN, "a number has no fraction; quote it if it is text" },
	{ is_tuple, MEANT_UNKNOWN, "a dom.cfg is not Python: a list stands in [ ]" },
	{ is_curly_quote, MEANT_UNKNOWN, "write the plain quote \" or '" },
	{ is_wide_blank, MEANT_UNKNOWN, "replace the wide or no-break space by a plain one" },
	{ is_foreign_comment, MEANT_UNKNOWN, "a comment begins with #; a path stands in quotes" },
	{ is_backslash, MEANT_UNKNOWN,
	  "a line is not continued with a backslash; a list may span lines as it is" },
	{ is_control, MEANT_UNKNOWN, "remove the control character" },
	{ is_beyond_ascii, MEANT_STRING,
	  "bytes beyond ASCII may stand only in quotes and in comments" },
	{ is_anything, MEANT_STRING, "put it in quotes" },
};

#define NO_KEY_CAUSES \
	{ is_tuple, MEANT_UNKNOWN, "a dom.cfg is not Python: only KEY = VALUE stands here" }, \
		{ is_curly_quote, MEANT_UNKNOWN, "write the plain quote \" or '" }, \
		{ is_wide_blank, MEANT_UNKNOWN, \
		  "replace the wide or no-break space by a plain one" }, \
		{ is_foreign_comment, MEANT_UNKNOWN, "a comment begins with #" }, \
		{ is_backslash, MEANT_UNKNOWN, \
		  "a line is not continued with a backslash; a list may span lines as it is" }, \
	{ \
		is_control, MEANT_UNKNOWN, "remove the control character" \
	}

static const struct cause key_causes[] = {
	NO_KEY_CAUSES,
	{ is_yaml_key, MEANT_UNKNOWN, "write KEY = VALUE: `=` stands where YAML has a colon" },
	{ is_beyond_ascii, MEANT_UNKNOWN,
	  "bytes beyond ASCII may stand only in quotes and in comments" },
	{ is_anything, MEANT_UNKNOWN,
	  "a statement is KEY = VALUE; a key begins with a letter and is of a-z, 0-9, _ and ." },
};

static const struct cause operator_causes[] = {
	{ is_colon, MEANT_UNKNOWN, "write KEY = VALUE: `=` stands where YAML has a colon" },
	NO_KEY_CAUSES,
	{ is_anything, MEANT_UNKNOWN, "a statement is KEY = VALUE; a dom.cfg is not Python" },
};

static const struct cause end_causes[] = {
	{ is_plus, MEANT_UNKNOWN, "strings are not added up: write one string" },
	NO_KEY_CAUSES,
	{ is_anything, MEANT_UNKNOWN, "one statement stands on a line; `;` separates several" },
};

static const struct cause *find_cause(const struct cause *causes, struct str word)
{
	while (!causes->fits(word))
		causes++;
	return causes;
}

struct wrong_word wrong_value(struct str word)
{
	const struct cause *c = find_cause(value_causes, word);

	switch (c->meant) {
	case MEANT_STRING:
		return (struct wrong_word){ c->help, word, CFG_STRING };
	case MEANT_NUMBER:
		return (struct wrong_word){ c->help, word, CFG_NUMBER };
	case MEANT_ONE:
		return (struct wrong_word){ c->help, STR("1"), CFG_NUMBER };
	case MEANT_ZERO:
		return (struct wrong_word){ c->help, STR("0"), CFG_NUMBER };
	case MEANT_UNKNOWN:
		break;
	}
	return (struct wrong_word){ c->help, STR_NONE, CFG_STRING };
}

/* Capitals and hyphens only: then it is plain which key was meant. */
static struct str meant_key(struct arena *a, struct str word)
{
	char *key = arena_copy(a, word.s, word.n);

	for (size_t i = 0; i < word.n; i++) {
		if (key[i] >= 'A' && key[i] <= 'Z')
			key[i] = (char)(key[i] - 'A' + 'a');
		else if (key[i] == '-')
			key[i] = '_';
	}
	if (!is_made_of((struct str){ key, word.n }, LETTERS DECIMAL "_.") ||
	    !is_made_of((struct str){ key, 1 }, LETTERS))
		return STR_NONE;
	return (struct str){ key, word.n };
}

struct wrong_word wrong_key(struct arena *a, struct str word)
{
	struct str meant = meant_key(a, word);
	struct str help = str_of(find_cause(key_causes, word)->help);

	if (meant.n)
		help = str_format(a, "write `%.*s`: a key is of a-z, 0-9, _ and . only",
				  STR_ARG(meant));
	return (struct wrong_word){ str_c(a, help), meant, CFG_STRING };
}

bool wrong_is_noise(struct str word)
{
	return is_backslash(word) || is_control(word);
}

const char *wrong_operator(struct str word)
{
	return find_cause(operator_causes, word)->help;
}

const char *wrong_end(struct str word)
{
	return find_cause(end_causes, word)->help;
}
