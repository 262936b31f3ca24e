/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `dtassign complete WORD...`: what the last, half-typed WORD could become, one
 * candidate a line; for shells.  The lines "FILE" and "DIR" stand for the
 * shell's own completion of such names.
 */
#include "run.h"

static void offer(struct buf *out, struct str typed, struct str candidate)
{
	if (typed.n <= candidate.n && str_eq(str_sub(candidate, 0, typed.n), typed))
		buf_format(out, "%.*s\n", STR_ARG(candidate));
}

static void offer_rules(struct buf *out, struct str typed, const char *ending)
{
	for (int i = 0; i < NRULES; i++)
		offer(out, typed,
		      str_format(out->arena, "%s%s", rule_get((enum rule)i)->slug, ending));
}

static void offer_level(struct buf *out, struct str typed)
{
	struct str slug = str_sub(typed, 0, str_find(typed, '='));

	if (slug.n == typed.n)
		offer_rules(out, typed, "=");
	for (int i = LEVEL_NOTE; slug.n < typed.n && i <= LEVEL_ERROR; i++)
		offer(out, typed,
		      str_format(out->arena, "%.*s=%s", STR_ARG(slug), level_name((enum level)i)));
}

static void offer_releases(struct buf *out, struct str typed)
{
	struct releases known;

	for (unsigned i = 0; i <= release_newest().last.minor; i++) {
		struct str name = str_format(out->arena, "4.%u", i);

		if (release_parse(name, &known))
			offer(out, typed, name);
	}
	offer(out, typed, STR("master"));
}

/* The values of an option. */
static void offer_values(struct buf *out, const struct option_row *row, struct str typed)
{
	struct str rest = str_of(row->argument);

	if (str_is(rest, "SLUG=LEVEL"))
		offer_level(out, typed);
	else if (str_is(rest, "RELEASE"))
		offer_releases(out, typed);
	else if (str_is(rest, "FILE") || str_is(rest, "DIR"))
		buf_format(out, "%s\n", row->argument);
	while (str_find(rest, '|') != SIZE_MAX || rest.s != row->argument) {
		size_t bar = str_find(rest, '|');

		offer(out, typed, str_sub(rest, 0, bar));
		if (bar == SIZE_MAX)
			return;
		rest = str_from(rest, bar + 1);
	}
}

static void offer_commands(struct buf *out, struct str typed)
{
	for (int i = 0; i < NCOMMANDS; i++)
		if (command_rows[i].title)
			offer(out, typed, str_of(command_rows[i].name));
}

static void offer_options(struct buf *out, struct str typed, enum command command)
{
	for (int i = 0; i < NOPTIONS; i++)
		if (option_rows[i].commands & 1u << command)
			offer(out, typed, str_format(out->arena, "--%s", option_rows[i].name));
}

/* The paths of the board that the words name. */
static void offer_paths(struct run *r, struct buf *out, struct str typed)
{
	const struct options *o = r->options;
	struct options board = *o;
	struct run look;

	for (size_t i = 1; i + 2 < o->words.n; i++) {
		struct str value;
		enum option option;

		if (str_starts(o->words.v[i], "-") && option_find(o->words.v[i], &option, &value) &&
		    option == OPTION_BOARD)
			board.board = value.s ? value : o->words.v[i + 1];
	}
	if (!board.board.n || !file_exists(str_c(r->arena, board.board)))
		return;
	look = run_begin(r->arena, &board);
	if (!run_read_board(&look))
		return;
	for (dt_id n = 1; n < look.dt->nnodes; n++)
		offer(out, typed, dt_node(look.dt, n)->path);
}

static void offer_argument(struct run *r, struct buf *out, const struct option_row *row,
			   struct str typed)
{
	if (strcmp(row->argument, "NODE") == 0)
		offer_paths(r, out, typed);
	else
		offer_values(out, row, typed);
}

static void offer_words(struct run *r, struct buf *out, struct str typed, enum command command)
{
	switch (command) {
	case COMMAND_COMPILE:
	case COMMAND_CHECK:
	case COMMAND_DIFF:
		buf_text(out, "FILE\n");
		return;
	case COMMAND_WHY:
		offer_paths(r, out, typed);
		buf_text(out, "FILE\n");
		return;
	case COMMAND_SHOW:
	case COMMAND_IOMMU:
		offer_paths(r, out, typed);
		return;
	case COMMAND_EXPLAIN:
		offer_rules(out, typed, "");
		return;
	case COMMAND_HELP:
		offer_commands(out, typed);
		return;
	case COMMAND_LIST:
	case COMMAND_COMPLETE:
	case NCOMMANDS:
		return;
	}
}

int command_complete(struct run *r)
{
	const struct options *o = r->options;
	struct buf out = buf_new(r->arena);
	struct str typed = o->words.n ? o->words.v[o->words.n - 1] : STR_NONE;
	struct str before = o->words.n > 1 ? o->words.v[o->words.n - 2] : STR_NONE;
	struct str value;
	enum command command;
	enum option option;

	if (o->words.n < 2)
		offer_commands(&out, typed);
	else if (!command_find(o->words.v[0], &command))
		return EXIT_ACCEPTED;
	else if (str_starts(before, "-") && option_find(before, &option, &value) && !value.s &&
		 option_rows[option].argument)
		offer_argument(r, &out, &option_rows[option], typed);
	else if (option_find(typed, &option, &value) && value.s && option_rows[option].argument)
		offer_argument(r, &out, &option_rows[option], value);
	else if (str_starts(typed, "-"))
		offer_options(&out, typed, command);
	else
		offer_words(r, &out, typed, command);
	put_out(&out);
	return EXIT_ACCEPTED;
}
