/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#include <stdlib.h>

const struct command_row command_rows[NCOMMANDS] = {
#define COMMAND(id, name, words, title, text) { name, words, title, text },
#include "commands.def"
#undef COMMAND
};

const struct option_row option_rows[NOPTIONS] = {
#define OPTION(id, letter, name, argument, commands, help) \
	{ letter, name, argument, help, commands },
#include "options.def"
#undef OPTION
};

void usage(const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	fputs("dtassign: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputs("\n", stderr);
	exit(EXIT_USAGE);
}

/* ---- Words ------------------------------------------------------------------ */

bool command_find(struct str word, enum command *out)
{
	for (int i = 0; i < NCOMMANDS; i++) {
		if (str_is(word, command_rows[i].name)) {
			*out = (enum command)i;
			return true;
		}
	}
	return false;
}

static bool find_long(struct str name, enum option *out)
{
	for (int i = 0; i < NOPTIONS; i++) {
		if (str_is(name, option_rows[i].name)) {
			*out = (enum option)i;
			return true;
		}
	}
	return false;
}

bool option_find(struct str word, enum option *out, struct str *value)
{
	*value = STR_NONE;
	if (!str_starts(word, "-"))
		return false;
	if (str_starts(word, "--")) {
		size_t equals = str_find(word, '=');

		if (equals != SIZE_MAX)
			*value = str_from(word, equals + 1);
		return find_long(str_sub(word, 2, (equals == SIZE_MAX ? word.n : equals) - 2), out);
	}
	if (word.n > 2)
		*value = str_from(word, 2);
	for (int i = 0; i < NOPTIONS; i++) {
		if (word.n > 1 && option_rows[i].letter == word.s[1]) {
			*out = (enum option)i;
			return true;
		}
	}
	return false;
}

bool is_override(struct str word)
{
	size_t i = 0;

	/* A key as xl's lexer has it (libxlu_cfg_l.l, IDENT), then = or +=. */
	if (!word.n || word.s[0] < 'a' || word.s[0] > 'z')
		return false;
	while (i < word.n && (strchr("._", word.s[i]) || (word.s[i] >= '0' && word.s[i] <= '9') ||
			      (word.s[i] >= 'a' && word.s[i] <= 'z')))
		i++;
	while (i < word.n && (word.s[i] == ' ' || word.s[i] == '\t'))
		i++;
	return str_starts(str_from(word, i), "=") || str_starts(str_from(word, i), "+=");
}

/* ---- Values ------------------------------------------------------------------ */

/* Which of "a|b|c" the value is. */
static unsigned choose(enum option option, struct str value)
{
	const struct option_row *row = &option_rows[option];
	struct str rest = str_of(row->argument);

	for (unsigned i = 0;; i++) {
		size_t bar = str_find(rest, '|');

		if (str_eq(value, str_sub(rest, 0, bar)))
			return i;
		if (bar == SIZE_MAX)
			usage("--%s takes %s, not `%.*s'", row->name, row->argument,
			      STR_ARG(value));
		rest = str_from(rest, bar + 1);
	}
}

static void set_platform(struct platform_options *p, enum option option, struct str value)
{
	if (option == OPTION_XEN) {
		p->xen_given = release_parse(value, &p->xen);
		if (!p->xen_given)
			usage("no Xen release that is known: `%.*s' (4.13 to 4.%d, or master)",
			      STR_ARG(value), release_newest().last.minor);
	} else if (option == OPTION_XEN_DRIVERS) {
		if (!xen_drivers_parse(value, &p->drivers))
			usage("--xen-drivers takes a list of smmu, smmuv3 and ipmmu, or none, not "
			      "`%.*s'",
			      STR_ARG(value));
	} else if (option == OPTION_XEN_ARGS) {
		p->args = value;
		p->args_given = true;
	} else {
		p->dom0 = choose(option, value) ? DOM0_ABSENT : DOM0_PRESENT;
		p->dom0_given = true;
	}
}

static void set_request(struct request_options *r, enum option option, struct str value)
{
	if (option == OPTION_TARGET) {
		if (!target_parse(value, &r->target))
			usage("--target takes %s, not `%.*s'", option_rows[option].argument,
			      STR_ARG(value));
		r->target_given = true;
	} else if (option == OPTION_AS) {
		r->as = choose(option, value) ? FORM_FINAL : FORM_REQUEST;
		r->as_given = true;
	} else {
		r->unprotected = choose(option, value) ? UNPROTECTED_REFUSE : UNPROTECTED_WARN;
		r->unprotected_given = true;
	}
}

static void set_rid(struct options *o, struct str value)
{
	struct str rest = value;

	o->has_rid = request_parse_bdf(&rest, &o->rid) && !rest.n && !o->rid.all_functions;
	if (!o->has_rid)
		usage("--rid takes [SEGMENT:]BUS:DEVICE.FUNCTION in hex, not `%.*s'",
		      STR_ARG(value));
}

static void set_filter(struct filter *f, enum option option, struct str value)
{
	if (option == OPTION_STATE) {
		(void)choose(option, value);
		f->state = value;
	} else if (option == OPTION_CLASS) {
		f->class = value;
	} else if (option == OPTION_BUS) {
		f->bus = value;
	} else {
		f->compatible = value;
	}
}

static void set(struct arena *a, struct options *o, enum option option, struct str value)
{
	switch (option) {
	case OPTION_BOARD:
		if (o->board.n)
			usage("-b is given twice; overlays go with --overlay");
		o->board = value;
		return;
	case OPTION_OVERLAY:
		VEC_PUSH(a, &o->overlays, value);
		return;
	case OPTION_TABLES:
		o->tables = value;
		return;
	case OPTION_TRUST_DTS:
		o->trust_dts = true;
		return;
	case OPTION_XEN:
	case OPTION_XEN_DRIVERS:
	case OPTION_XEN_ARGS:
	case OPTION_DOM0:
		set_platform(&o->platform, option, value);
		return;
	case OPTION_TARGET:
	case OPTION_AS:
	case OPTION_UNPROTECTED:
		set_request(&o->request, option, value);
		return;
	case OPTION_LEVEL:
		VEC_PUSH(a, &o->levels, value);
		return;
	case OPTION_FORMAT:
		o->format = (enum format)choose(option, value);
		o->json = o->format == FORMAT_JSON;
		return;
	case OPTION_FAIL_ON:
		o->fail_on = choose(option, value) ? FAIL_ON_WARNING : FAIL_ON_ERROR;
		return;
	case OPTION_BASELINE:
		o->baseline = str_c(a, value);
		return;
	case OPTION_WRITE_BASELINE:
		o->write_baseline = str_c(a, value);
		return;
	case OPTION_OUTPUT:
		o->output = str_c(a, value);
		return;
	case OPTION_GUEST_DIR:
		o->plan.guest_dir = value;
		return;
	case OPTION_FRAGMENT:
		VEC_PUSH(a, &o->fragments, value);
		return;
	case OPTION_PATHS:
		o->paths = true;
		return;
	case OPTION_STATE:
	case OPTION_CLASS:
	case OPTION_BUS:
	case OPTION_COMPATIBLE:
		set_filter(&o->filter, option, value);
		return;
	case OPTION_ALL:
		o->all = true;
		return;
	case OPTION_RID:
		set_rid(o, value);
		return;
	case OPTION_HELP:
		o->help = true;
		return;
	case NOPTIONS:
		break;
	}
	BUG("option");
}

/* ---- The command line --------------------------------------------------------- */

NORETURN static void unknown_option(struct str word)
{
	struct str name = str_from(word, 2);
	const char *nearest = NULL;
	unsigned best = 3;

	for (int i = 0; i < NOPTIONS; i++) {
		unsigned distance = str_distance(name, str_of(option_rows[i].name), best);

		if (str_starts(word, "--") && distance < best) {
			best = distance;
			nearest = option_rows[i].name;
		}
	}
	if (nearest)
		usage("no such option: %.*s (did you mean --%s?)", STR_ARG(word), nearest);
	usage("no such option: %.*s", STR_ARG(word));
}

NORETURN static void unknown_command(struct str word)
{
	const char *nearest = NULL;
	unsigned best = 3;

	for (int i = 0; i < NCOMMANDS; i++) {
		unsigned distance = str_distance(word, str_of(command_rows[i].name), best);

		if (command_rows[i].title && distance < best) {
			best = distance;
			nearest = command_rows[i].name;
		}
	}
	if (nearest)
		usage("no such command: %.*s (did you mean %s?)", STR_ARG(word), nearest);
	usage("no such command: %.*s (try `dtassign help')", STR_ARG(word));
}

/* One option of the words at argv[*i], which moves on over a separate value. */
static void take_option(struct arena *a, struct options *o, int argc, char **argv, int *i)
{
	struct str word = str_of(argv[*i]), value;
	const struct option_row *row;
	enum option option;

	if (!option_find(word, &option, &value))
		unknown_option(word);
	row = &option_rows[option];
	if (!(row->commands & 1u << o->command))
		usage("%s does not take --%s", command_rows[o->command].name, row->name);
	if (!row->argument && value.s)
		usage("--%s takes no value", row->name);
	if (row->argument && !value.s) {
		if (*i + 1 == argc)
			usage("--%s wants a value: %s", row->name, row->argument);
		value = str_of(argv[++*i]);
	}
	set(a, o, option, value);
}

static void take_word(struct arena *a, struct options *o, struct str word)
{
	unsigned on = 1u << o->command;

	/* The first words of `why` and `diff` are no configs. */
	if (!(on & ON_CONFIG) || (on & (ON(WHY) | ON(DIFF)) && o->words.n < 2)) {
		VEC_PUSH(a, &o->words, word);
	} else if (!is_override(word)) {
		VEC_ADD(a, &o->configs)->file = word;
	} else if (o->configs.n) {
		VEC_PUSH(a, &o->configs.v[o->configs.n - 1].overrides, word);
	} else {
		usage("`%.*s' overrides a key, but no config comes before it (a file of that name: "
		      "./%.*s)",
		      STR_ARG(word), STR_ARG(word));
	}
}

static unsigned count_stdin(const struct options *o)
{
	unsigned n = str_is(o->board, "-");

	for (size_t i = 0; i < o->overlays.n; i++)
		n += str_is(o->overlays.v[i], "-");
	for (size_t i = 0; i < o->configs.n; i++)
		n += str_is(o->configs.v[i].file, "-");
	return n;
}

/* What no single word shows. */
static void check_whole(const struct options *o)
{
	const char *name = command_rows[o->command].name;
	unsigned on = 1u << o->command;

	if (o->help)
		return;
	if (o->command == COMMAND_DIFF && o->words.n < 2)
		usage("diff wants two boards (`dtassign help diff')");
	/* It reads configs and overlays once for each board. */
	if (o->command == COMMAND_DIFF &&
	    (count_stdin(o) || str_is(o->words.v[0], "-") || str_is(o->words.v[1], "-")))
		usage("diff does not read the standard input");
	if (on & ON_BOARD & ~ON(DIFF) && !o->board.n)
		usage("%s wants a board: -b FILE", name);
	if (o->command == COMMAND_WHY && o->words.n < 2)
		usage("why wants a guest, an item and a config (`dtassign help why')");
	if (on & ON_CONFIG & ~ON(DIFF) && !o->configs.n)
		usage("%s wants at least one config", name);
	if (!(on & ON_JUDGED) && o->format > FORMAT_JSON)
		usage("%s has no such --format; it takes text and json", name);
	if (count_stdin(o) > 1)
		usage("the standard input can be read once only: one `-'");
	if (o->configs.n > LIMIT_GUESTS)
		usage("%zu configs; at most %d are taken", o->configs.n, LIMIT_GUESTS);
	if (o->command == COMMAND_COMPILE && (!o->output || !*o->output))
		usage("compile wants a directory for its outputs: -o DIR");
	if (o->command == COMMAND_LIST && o->words.n)
		usage("list takes no `%.*s' (one device: dtassign show)", STR_ARG(o->words.v[0]));
	if (o->command == COMMAND_SHOW && !o->words.n && !o->all)
		usage("show wants a device, or --all");
	if (o->command == COMMAND_SHOW && o->words.n && o->all)
		usage("show takes a device or --all, not both");
	if (o->command == COMMAND_IOMMU && o->words.n > (o->has_rid ? 1 : 0))
		usage("iommu takes no `%.*s'", STR_ARG(o->words.v[o->words.n - 1]));
	if (on & (ON(EXPLAIN) | ON(HELP)) && o->words.n > 1)
		usage("%s takes one word", name);
}

void options_parse(struct arena *a, int argc, char **argv, struct options *out)
{
	bool only_words = false;

	*out = (struct options){
		.platform = { .xen = release_newest(), .drivers = XEN_DRIVER_SMMU },
	};
	if (argc < 2)
		usage("no command (try `dtassign help')");
	if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0)
		out->command = COMMAND_HELP;
	else if (!command_find(str_of(argv[1]), &out->command))
		unknown_command(str_of(argv[1]));
	for (int i = 2; i < argc; i++) {
		struct str word = str_of(argv[i]);

		if (out->command == COMMAND_COMPLETE)
			VEC_PUSH(a, &out->words, word); /* half-typed: anything may stand there */
		else if (!only_words && str_is(word, "--"))
			only_words = true;
		else if (!only_words && word.n > 1 && word.s[0] == '-')
			take_option(a, out, argc, argv, &i);
		else
			take_word(a, out, word);
	}
	check_whole(out);
}
