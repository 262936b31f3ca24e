/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cfg: a dom.cfg as xl's own parser takes it.
 *
 * Grammar and lexical rules of libxlu_cfg_l.l and libxlu_cfg_y.y (Xen 4.13 to
 * master; they did not change), with the place of every word kept.  After an
 * error reading resumes at the next statement.
 */
#ifndef DTASSIGN_CFG_H
#define DTASSIGN_CFG_H

#include "diag.h"

enum cfg_kind {
	CFG_STRING,
	CFG_NUMBER,
	CFG_LIST,
};

struct cfg_value {
	enum cfg_kind kind;
	struct str text;         /* escapes resolved; number as written          */
	struct cfg_value *items; /* CFG_LIST                                     */
	size_t nitems;
	size_t off, len; /* in the source, quotes included               */
	struct place at; /* the word itself, quotes excluded             */
};

struct cfg_statement {
	struct str key;
	bool append; /* +=                                           */
	struct cfg_value value;
	size_t off, len; /* from the key to the end of the value         */
	struct place key_at;
	bool managed; /* inside our managed block                     */
	bool overlay; /* a KEY=VALUE of the command line              */
};

struct cfg_comment {
	size_t off, len; /* with '#', without the newline                */
	uint32_t line;
	bool alone; /* nothing but blanks before it on its line     */
};

struct cfg {
	struct str file, source;
	struct cfg_statement *statements;
	size_t nstatements;
	struct cfg_comment *comments;
	size_t ncomments;
	bool has_block;
	size_t block_off, block_len; /* whole lines, markers included             */
	bool broken;                 /* a syntax fault was reported: xl refuses it   */
};

#define BLOCK_BEGIN "# >>> dtassign"
#define BLOCK_END   "# <<< dtassign"

/*
 * Always gives what could be read; false when something was a fault (already
 * reported).  overrides: "KEY=VALUE" words that xl would append.
 */
bool cfg_read(struct arena *a, struct diag *d, struct str file, struct str source,
	      const struct str *overrides, size_t noverrides, struct cfg **out);

#endif
