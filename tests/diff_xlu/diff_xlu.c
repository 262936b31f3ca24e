/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Our reader of dom.cfg against xl's own, libxlutil.
 *
 *     diff_xlu MUTATIONS FILE...
 *
 * Each file, and as many mutations of it, is given to both: they have to agree
 * whether it is accepted and, if it is, on every value: strings, lists at any
 * depth, numbers, the last of several assignments, what += joins.  The seed is
 * fixed, so a difference shows again.
 *
 * Where we differ on purpose, and what is therefore not tried:
 *
 *   NUL      in a string: libxlutil stops with an assertion, we with a fault.
 *   depth    lists nested deeper than LIMIT_DEPTH: libxlutil goes on until
 *            bison's stack is full; nothing that xl reads nests deeper than 2.
 *   LIMIT_LIST, LIMIT_CONFIG_BYTES: more than any machine has devices.
 *   KEY=VALUE of the command line that closes what the file left open: xl
 *            reads all as one text, we read each for itself.
 */
#include "cfg.h"

#include <errno.h>
#include <libxlutil.h>
#include <limits.h>
#include <stdlib.h>

/* libxlutil leaks what it had read when it refuses a text. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

/* ---- Comparison --------------------------------------------------------------- */

struct both {
	struct arena *arena;
	const struct cfg *ours;
	XLU_Config *theirs;
	const char *why; /* of the first difference                             */
};

static bool differ(struct both *b, const char *why)
{
	b->why = why;
	return false;
}

static bool same_value(struct both *b, const struct cfg_value *ours, XLU_ConfigValue *theirs);

static bool same_list(struct both *b, const struct cfg_value *ours, const XLU_ConfigList *theirs)
{
	for (size_t i = 0; i < ours->nitems; i++) {
		XLU_ConfigValue *v = xlu_cfg_get_listitem2(theirs, (int)i);

		if (!v)
			return differ(b, "their list is shorter");
		if (!same_value(b, &ours->items[i], v))
			return false;
	}
	if (xlu_cfg_get_listitem2(theirs, (int)ours->nitems))
		return differ(b, "our list is shorter");
	return true;
}

static bool same_text(struct both *b, struct str ours, const char *theirs)
{
	return str_is(ours, theirs) || differ(b, "another string");
}

static bool same_value(struct both *b, const struct cfg_value *ours, XLU_ConfigValue *theirs)
{
	XLU_ConfigList *list;
	char *text;

	if ((ours->kind == CFG_LIST) != (xlu_cfg_value_type(theirs) == XLU_LIST))
		return differ(b, "string and list in a list");
	if (ours->kind != CFG_LIST)
		return !xlu_cfg_value_get_string(b->theirs, theirs, &text, 1) &&
		       same_text(b, ours->text, text);
	return !xlu_cfg_value_get_list(b->theirs, theirs, &list, 1) && same_list(b, ours, list);
}

static bool same_number(struct both *b, const struct cfg_setting *ours, const char *key)
{
	long theirs = 0;
	int64_t n = 0;
	int error = xlu_cfg_get_long(b->theirs, key, &theirs, 1);
	enum cfg_number how = cfg_number(b->arena, ours->value.text, &n);

	if (ours->append)
		return error == EINVAL || differ(b, "a number from +=");
	if (how == CFG_NUMBER_NONE)
		return error == EINVAL || differ(b, "not a number for us only");
	if (how == CFG_NUMBER_TOO_LARGE)
		return error == ERANGE || differ(b, "out of range for us only");
	return (!error && theirs == n) || differ(b, "another number");
}

static bool same_setting(struct both *b, struct str word)
{
	const char *key = str_c(b->arena, word);
	const char *text = NULL;
	XLU_ConfigList *list = NULL;
	struct cfg_setting ours;
	bool found = cfg_find(b->arena, b->ours, word, CFG_ALL, &ours);
	int as_string = xlu_cfg_get_string(b->theirs, key, &text, 1);
	int as_list = xlu_cfg_get_list(b->theirs, key, &list, NULL, 1);

	if (found != (as_string != ESRCH))
		return differ(b, "a key that only one has");
	if (!found)
		return true;
	if ((ours.value.kind == CFG_LIST) != !as_list)
		return differ(b, "a list that is one only for one");
	if (!as_list)
		return same_list(b, &ours.value, list);
	return !as_string && same_text(b, ours.value.text, text) && same_number(b, &ours, key);
}

static bool in_key(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
}

/* libxlutil cannot list its keys: ask for whatever looks like one. */
static bool same_settings(struct both *b, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		size_t n = 0;

		while (i + n < text.n && in_key(text.s[i + n]))
			n++;
		if (n && !same_setting(b, str_sub(text, i, n)))
			return false;
		i += n;
	}
	return true;
}

/* Gives why they differ, or NULL. */
static const char *compare(struct str text, FILE *nowhere, long *naccepted)
{
	struct both b = { .arena = arena_new() };
	struct diag *d = diag_new(b.arena);
	struct cfg *ours;
	int error;

	(void)cfg_read(b.arena, d, STR("x.cfg"), text, NULL, 0, &ours);
	b.ours = ours;
	b.theirs = xlu_cfg_init(nowhere, "x.cfg");
	error = xlu_cfg_readdata(b.theirs, text.s, (int)text.n);
	if (ours->broken != (error != 0))
		b.why = ours->broken ? "only we refuse it" : "only libxlutil refuses it";
	else if (!error)
		*naccepted += same_settings(&b, text);
	xlu_cfg_destroy(b.theirs);
	arena_free(b.arena);
	return b.why;
}

/* ---- Mutation ----------------------------------------------------------------- */

static uint32_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

static const char *const pieces[] = {
	"\"",
	"'",
	"[",
	"]",
	",",
	"=",
	"+=",
	"+",
	";",
	"\n",
	"\r",
	"\r\n",
	"#",
	"# x\n",
	" ",
	"\t",
	"\\",
	"\\n",
	"\\\\",
	"\\x41",
	"\\101",
	"\\12",
	"\\0 1",
	"\\08",
	"\\1-2",
	"-",
	"-1",
	".",
	":",
	"(",
	")",
	"@",
	"/",
	"&",
	"_",
	"A",
	"0xff",
	"0xFF",
	"08",
	"0x",
	"512",
	"a",
	"z=1\n",
	"z+=\"b\"\n",
	"z+=[1]\n",
	"[]",
	"[[1],]",
	"\xc3\xa9",
	"\xef\xbb\xbf",
	"\x7f",
	"\x01",
	"True",
	"99999999999999999999",
	"+5",
	" 7",
	"\v",
	"\f",
};

static void mutate(struct str from, uint64_t *state, struct buf *out)
{
	size_t at = next_random(state) % (from.n + 1);
	size_t n = next_random(state) % 4 ? 1 : next_random(state) % 40;
	const char *piece = pieces[next_random(state) % ARRAY_SIZE(pieces)];

	buf_str(out, str_sub(from, 0, at));
	switch (next_random(state) % 6) {
	case 0: /* cut out */
		buf_str(out, str_from(from, at + n));
		break;
	case 1: /* put in */
		buf_text(out, piece);
		buf_str(out, str_from(from, at));
		break;
	case 2: /* replace */
		buf_text(out, piece);
		buf_str(out, str_from(from, at + n));
		break;
	case 3: /* end here */
		break;
	case 4: /* end with a piece */
		buf_text(out, piece);
		break;
	default: /* say something twice */
		buf_str(out, str_sub(from, at, n));
		buf_str(out, str_from(from, at));
		break;
	}
}

static struct str mutant(struct arena *a, struct str text, uint64_t *state)
{
	for (uint32_t i = next_random(state) % 3 + 1; i > 0; i--) {
		struct buf out = buf_new(a);

		mutate(text, state, &out);
		text = buf_get(&out);
	}
	return text;
}

/* ---- Main --------------------------------------------------------------------- */

static void show(const char *file, long mutation, struct str text, const char *why)
{
	printf("%s, mutation %ld: %s\n----\n", file, mutation, why);
	fwrite(text.s ? text.s : "", 1, text.n, stdout);
	printf("\n----\n");
}

struct tally {
	long tried, accepted, differences;
};

static void try_file(const char *file, long mutations, FILE *nowhere, struct tally *t)
{
	struct arena *a = arena_new();
	struct str text;
	uint64_t state = 20101;
	long shown = 0;

	if (!file_read(a, file, LIMIT_CONFIG_BYTES, &text))
		die("%s: too large", file);
	for (long i = 0; i <= mutations; i++) {
		struct arena *once = arena_new();
		struct str now = i ? mutant(once, text, &state) : text;
		const char *why = compare(now, nowhere, &t->accepted);

		t->tried++;
		t->differences += why != NULL;
		if (why && shown++ < 5)
			show(file, i, now, why);
		arena_free(once);
	}
	arena_free(a);
}

int main(int argc, char **argv)
{
	FILE *nowhere = fopen("/dev/null", "w");
	struct tally t = { 0 };

	if (argc < 3 || !nowhere)
		die("usage: diff_xlu MUTATIONS FILE...");
	for (int i = 2; i < argc; i++)
		try_file(argv[i], atol(argv[1]), nowhere, &t);
	printf("%ld texts, %ld of them accepted with the same values, %ld differences\n", t.tried,
	       t.accepted, t.differences);
	fclose(nowhere);
	return t.differences ? 1 : 0;
}
