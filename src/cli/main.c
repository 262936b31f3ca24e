/* SPDX-License-Identifier: BSD-2-Clause */
#include "run.h"

static int (*const commands[NCOMMANDS])(struct run *) = {
	[COMMAND_COMPILE] = command_compile,   [COMMAND_CHECK] = command_check,
	[COMMAND_LIST] = command_list,         [COMMAND_SHOW] = command_show,
	[COMMAND_IOMMU] = command_iommu,       [COMMAND_WHY] = command_why,
	[COMMAND_EXPLAIN] = command_explain,   [COMMAND_HELP] = command_help,
	[COMMAND_COMPLETE] = command_complete, [COMMAND_DIFF] = command_diff,
};

int main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct options o;
	struct run r;
	int status;

	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("dtassign " DTASSIGN_VERSION);
		return EXIT_ACCEPTED;
	}
	options_parse(a, argc, argv, &o);
	r = run_begin(a, &o);
	status = o.help ? command_help(&r) : commands[o.command](&r);
	arena_free(a);
	return status;
}
