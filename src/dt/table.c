/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows that the operator wrote, for properties that suppliers.def does not
 * know or knows otherwise:
 *
 *     acme,hub       0             related-device
 *     *-rail         0             regulator       stub
 *     acme,link-N    #acme-cells?  network
 *     acme,mode      none
 */
#include "tree.h"

enum {
	WORDS = 4,
	LIMIT_ROWS = 4096,
	LIMIT_PATTERNS = 64, /* each is tried on every property of a board       */
	LIMIT_CELLS = 64,
};

struct table {
	struct arena *a;
	struct diag *d;
	struct lines *lines;
	struct str text;
	struct own_rows *rows;
	bool sound, row_sound;
};

static void bad(struct table *t, struct str at, const char *help, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

static void bad(struct table *t, struct str at, const char *help, const char *fmt, ...)
{
	struct str text;
	va_list args;

	va_start(args, fmt);
	text = str_vformat(t->a, fmt, args);
	va_end(args);
	t->sound = t->row_sound = false;
	diag_fault(t->d, RULE_BAD_TABLE, place_in(t->lines, (size_t)(at.s - t->text.s), at.n),
		   str_of(help), "%.*s", STR_ARG(text));
}

/* ---- Words ------------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* A cells property begins with a # as well, but is never the first word. */
static bool is_remark(struct str line, unsigned nwords)
{
	return line.s[0] == '#' && (nwords == 0 || line.n == 1 || is_blank(line.s[1]));
}

/* Up to one word more than a row has; the count. */
static unsigned split(struct str line, struct str words[WORDS + 1])
{
	unsigned n = 0;

	while (n <= WORDS) {
		size_t end = 0;

		while (line.n && is_blank(line.s[0]))
			line = str_from(line, 1);
		if (!line.n || is_remark(line, n))
			return n;
		while (end < line.n && !is_blank(line.s[end]))
			end++;
		words[n++] = str_sub(line, 0, end);
		line = str_from(line, end);
	}
	return n;
}

/* DTSpec 2.2.4.1, and what boards have besides: any visible letter. */
static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.s[i] <= 0x20 || s.s[i] >= 0x7f || s.s[i] == '*' || s.s[i] == '/')
			return false;
	return s.n > 0 && s.n <= LIMIT_NAME;
}

static void read_name(struct table *t, struct supplier *row, struct str word)
{
	struct str name = word;

	if (str_starts(word, "*")) {
		row->match = MATCH_SUFFIX;
		name = str_from(word, 1);
	} else if (str_ends(word, "-N")) {
		row->match = MATCH_NUMBERED;
		name = str_sub(word, 0, word.n - 1);
	}
	if (!is_name(name))
		bad(t, word, "write acme,hub, *-rail or acme,link-N",
		    "expected the name of a property, found `%.*s`", STR_ARG(word));
	row->name = str_c(t->a, name);
}

static void read_cells(struct table *t, struct supplier *row, struct str word)
{
	struct str property = str_ends(word, "?") ? str_sub(word, 0, word.n - 1) : word;
	uint64_t n;

	if (str_is(word, "none")) {
		row->cells = CELLS_NONE;
	} else if (str_is(word, "rest")) {
		row->cells = CELLS_REST;
	} else if (str_starts(word, "#") && str_ends(property, "-cells") && is_name(property)) {
		row->cells = property.n < word.n ? CELLS_OPTIONAL : CELLS_PROPERTY;
		row->cells_property = str_c(t->a, property);
	} else if (str_to_u64(word, 10, &n) && n <= LIMIT_CELLS) {
		row->cells = CELLS_FIXED;
		row->nfixed = (uint32_t)n;
	} else {
		bad(t, word, "write 0, 1, ..., #acme-cells, #acme-cells?, rest or none",
		    "expected what follows the phandle, found `%.*s`", STR_ARG(word));
	}
}

/* The name of a class as one word. */
static struct str class_word(struct arena *a, enum supply_class class)
{
	struct buf out = buf_new(a);

	for (const char *c = supply_class_name(class); *c; c++)
		buf_char(&out, *c == ' ' ? '-' : *c);
	return buf_get(&out);
}

static void read_class(struct table *t, struct supplier *row, struct str word)
{
	struct buf help = buf_new(t->a);

	for (int c = 0; c < NSUPPLY_CLASSES; c++) {
		struct str one = class_word(t->a, (enum supply_class)c);

		if (str_eq(word, one)) {
			row->class = (enum supply_class)c;
			return;
		}
		buf_format(&help, "%s%.*s", c ? ", " : "the classes are ", STR_ARG(one));
	}
	bad(t, word, str_c(t->a, buf_get(&help)), "no class of suppliers is called `%.*s`",
	    STR_ARG(word));
}

static void read_action(struct table *t, struct supplier *row, struct str word)
{
	static const struct {
		const char *word;
		enum supply_action action;
	} actions[] = {
		{ "ask", ACTION_ASK },   { "drop", ACTION_DROP }, { "keep", ACTION_KEEP },
		{ "pull", ACTION_PULL }, { "stub", ACTION_STUB },
	};

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (str_is(word, actions[i].word)) {
			row->action = actions[i].action;
			return;
		}
	}
	bad(t, word, "write ask, drop, keep, pull or stub",
	    "expected what a guest's tree does with it, found `%.*s`", STR_ARG(word));
}

/* ---- Rows -------------------------------------------------------------------- */

static void add_row(struct table *t, const struct supplier *row, struct str at)
{
	struct own_rows *own = t->rows;
	uint32_t before;

	if (own->exact.n + own->patterns.n == LIMIT_ROWS) {
		bad(t, at, "is it the right file?", "more than %d rows", LIMIT_ROWS);
	} else if (row->match != MATCH_EXACT) {
		if (own->patterns.n == LIMIT_PATTERNS)
			bad(t, at, "write whole names", "more than %d patterns", LIMIT_PATTERNS);
		else
			VEC_PUSH(t->a, &own->patterns, *row);
	} else if (map_get(own->by_name, str_of(row->name), &before)) {
		bad(t, at, "leave one of them out", "`%s` has a row already", row->name);
	} else {
		map_put(own->by_name, str_of(row->name), (uint32_t)own->exact.n);
		VEC_PUSH(t->a, &own->exact, *row);
	}
}

static void read_row(struct table *t, const struct str *words, unsigned n)
{
	struct supplier row = {
		.match = MATCH_EXACT,
		.class = SUPPLY_OTHER,
		.action = ACTION_ASK,
		.source = "the table of the operator",
	};

	t->row_sound = true;
	read_name(t, &row, words[0]);
	if (n > 1)
		read_cells(t, &row, words[1]);
	if (n < 3 && (n < 2 || row.cells != CELLS_NONE))
		bad(t, words[n - 1], "PROPERTY CELLS CLASS [ACTION]",
		    "expected %s behind this, found the end of the line",
		    n < 2 ? "what follows the phandle" : "a class");
	if (n > 2)
		read_class(t, &row, words[2]);
	if (n > 3)
		read_action(t, &row, words[3]);
	if (n > WORDS)
		bad(t, words[WORDS], "PROPERTY CELLS CLASS [ACTION]",
		    "expected the end of the line, found `%.*s`", STR_ARG(words[WORDS]));
	if (t->row_sound)
		add_row(t, &row, words[0]);
}

bool dt_read_suppliers(struct arena *a, struct diag *d, struct str file, struct str text,
		       struct dt *dt)
{
	struct table t = { .a = a, .d = d, .text = text, .sound = true };
	struct str rest = text;

	t.lines = lines_count(a, file, text);
	t.rows = ARENA_NEW(a, struct own_rows);
	t.rows->by_name = map_new(a, false, 64);
	while (rest.n) {
		size_t end = str_find(rest, '\n');
		struct str words[WORDS + 1];
		unsigned n = split(str_sub(rest, 0, end), words);

		if (n)
			read_row(&t, words, n);
		rest = end == SIZE_MAX ? STR_NONE : str_from(rest, end + 1);
	}
	if (t.sound)
		dt->index->own = t.rows;
	return t.sound;
}
