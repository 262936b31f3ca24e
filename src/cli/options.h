/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line as a noun: what was asked of the program. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "emit.h"

enum command {
#define COMMAND(id, name, words, title, text) COMMAND_##id,
#include "commands.def"
#undef COMMAND
	NCOMMANDS,
};

struct command_row {
	const char *name, *words, *title, *text;
};
extern const struct command_row command_rows[NCOMMANDS];

/* Sets of commands. */
#define ON(id)      (1u << COMMAND_##id)
#define ON_JUDGED   (ON(COMPILE) | ON(CHECK))
#define ON_CONFIG   (ON_JUDGED | ON(WHY) | ON(DIFF))
#define ON_BOARD    (ON_CONFIG | ON(LIST) | ON(SHOW) | ON(IOMMU))
#define ON_FINDINGS ON_BOARD
#define ON_ANY      (~0u)

enum option {
#define OPTION(id, letter, name, argument, commands, help) OPTION_##id,
#include "options.def"
#undef OPTION
	NOPTIONS,
};

struct option_row {
	char letter; /* 0: none */
	const char *name, *argument, *help;
	unsigned commands;
};
extern const struct option_row option_rows[NOPTIONS];

/* A config and the KEY=VALUE words behind it. */
struct config_words {
	struct str file;
	VEC(struct str) overrides;
};

/* What `list` is narrowed to; empty: to nothing. */
struct filter {
	struct str state, class, bus, compatible;
};

/* In the order of the words of --format. */
enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_SARIF,
	FORMAT_GITHUB,
};

struct options {
	enum command command;
	bool help; /* --help: of the command                                */
	struct str board;
	VEC(struct str) overlays;
	struct str tables; /* a directory, or empty                          */
	bool trust_dts;
	struct platform_options platform;
	struct request_options request;
	struct plan_options plan;
	VEC(struct str) fragments; /* --fragment, in order                       */
	VEC(struct str) levels;    /* -W, in order                                 */
	enum format format;        /* of findings                                 */
	bool json;                 /* of products                                 */
	enum fail_on fail_on;
	const char *baseline, *write_baseline; /* files; NULL: none */
	const char *output;
	bool paths, all;
	struct filter filter;
	bool has_rid;
	struct pci_word rid;              /* --rid; only segment and rid count              */
	VEC(struct config_words) configs; /* compile, check, why                  */
	VEC(struct str) words;            /* the others; why: GUEST and ITEM      */
};

/* Ends the program with status 2 where the words make no sense. */
void options_parse(struct arena *a, int argc, char **argv, struct options *out);

/* What a first word names; false: no command. */
bool command_find(struct str word, enum command *out);
/* `--name`, `--name=value`, `-x`, `-xvalue`; the value that is part of the
 * word, with s NULL where there is none.  false: no option of any command. */
bool option_find(struct str word, enum option *out, struct str *value);
/* A word after a config that overrides a key of it, as xl takes it. */
bool is_override(struct str word);

/* Say what is wrong with the command line and leave with status 2. */
NORETURN void usage(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
