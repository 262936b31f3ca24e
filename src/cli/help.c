/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tables of commands and options say of themselves. */
#include "run.h"

static void put_commands(struct buf *out)
{
	buf_text(out,
		 "usage: dtassign COMMAND ...\n\n"
		 "Give devices of an Arm board to Xen guests, or hear why that is not safe.\n\n");
	for (int i = 0; i < NCOMMANDS; i++)
		if (command_rows[i].title)
			buf_format(out, "  %-9s %s\n", command_rows[i].name, command_rows[i].title);
	buf_text(out,
		 "\n`dtassign help COMMAND' shows its options; `dtassign --version' the version.\n"
		 "\nExit status: 0 accepted, 1 refused, 2 usage, 3 a file or the system failed.\n");
}

static void put_option(struct buf *out, const struct option_row *row)
{
	struct str name = str_format(out->arena, "--%s%s%s", row->name, row->argument ? " " : "",
				     row->argument ? row->argument : "");

	if (row->letter)
		buf_format(out, "  -%c, ", row->letter);
	else
		buf_text(out, "      ");
	buf_format(out, "%-24.*s %s\n", STR_ARG(name), row->help);
}

static void put_command(struct buf *out, enum command command)
{
	const struct command_row *row = &command_rows[command];

	buf_format(out, "usage: dtassign %s %s\n\n", row->name, row->words);
	if (row->title)
		buf_format(out, "%c%s.\n%s", row->title[0] - 'a' + 'A', row->title + 1, row->text);
	buf_char(out, '\n');
	for (int i = 0; i < NOPTIONS; i++)
		if (option_rows[i].commands & 1u << command)
			put_option(out, &option_rows[i]);
}

int command_help(struct run *r)
{
	const struct options *o = r->options;
	struct buf out = buf_new(r->arena);
	enum command command = o->command;

	if (command == COMMAND_HELP && o->words.n && !command_find(o->words.v[0], &command))
		usage("no such command: %.*s (try `dtassign help')", STR_ARG(o->words.v[0]));
	if (command == COMMAND_HELP && !o->words.n)
		put_commands(&out);
	else
		put_command(&out, command);
	put_out(&out);
	return EXIT_ACCEPTED;
}
