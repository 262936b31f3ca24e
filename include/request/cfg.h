/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cfg: a dom.cfg as xl's own parser takes it.
 *
 * Grammar and lexical rules are those of Xen tools/libs/util/libxlu_cfg_l.l
 * and libxlu_cfg_y.y (4.13 to master; they did not change), with the place of
 * every word kept.  Each error is one fault, and reading resumes behind it, so
 * that all errors of a file are found.  Where the meaning of a wrong word is
 * plain (an unquoted path, 0xFF) the word is kept as it was meant, so that
 * what is judged later does not stumble over it a second time.
 *
 * What the words mean is not known here: see request.h.
 */
#ifndef DTASSIGN_CFG_H
#define DTASSIGN_CFG_H

#include "diag.h"

enum cfg_kind {
	CFG_STRING,
	CFG_NUMBER, /* to xl a string like any other: see cfg_number             */
	CFG_LIST,
};

struct cfg_value {
	enum cfg_kind kind;
	uint32_t source;         /* 0: the file; N: the N-th override, from 1    */
	uint32_t off, len;       /* in that source, quotes included              */
	struct str text;         /* escapes resolved; number as written          */
	struct cfg_value *items; /* CFG_LIST                                     */
	size_t nitems;
};

#define CFG_NO_STATEMENT SIZE_MAX

struct cfg_statement {
	struct str key;
	bool append;       /* +=                                           */
	bool managed;      /* inside our managed block                     */
	uint32_t source;   /* as in struct cfg_value: not 0 for a KEY=VALUE
			    * of the command line                          */
	uint32_t off, len; /* from the key to the end of the value         */
	struct cfg_value value;
	size_t before; /* index of the statement that assigned to the
			* same key before, or CFG_NO_STATEMENT         */
};

/* Only those of the file, not of overrides. */
struct cfg_comment {
	uint32_t off, len; /* with '#', without the newline                */
	bool alone;        /* nothing but blanks before it on its line     */
	bool in_list;      /* between the brackets of a list               */
};

struct cfg {
	struct str file, source;
	const struct lines *lines;
	const struct str *overrides;
	size_t noverrides;
	struct cfg_statement *statements; /* those of overrides come last         */
	size_t nstatements;
	struct cfg_comment *comments;
	size_t ncomments;
	struct map *keys;            /* key: index in latest                         */
	size_t *latest;              /* the statement that was read last             */
	bool has_block;              /* a sound one                                  */
	size_t block_off, block_len; /* whole lines, markers included             */
	bool broken;                 /* a syntax fault was reported: xl refuses it   */
};

/* A line that starts so, alone or followed by a blank and anything. */
#define BLOCK_BEGIN "# >>> dtassign"
#define BLOCK_END   "# <<< dtassign"

/*
 * Always gives what could be read; false when something was a fault (already
 * reported).  overrides: "KEY=VALUE" words; they are read as if each stood on
 * a line of its own behind the file, as xl does (xl_vmcontrol.c:create_domain).
 */
bool cfg_read(struct arena *a, struct diag *d, struct str file, struct str source,
	      const struct str *overrides, size_t noverrides, struct cfg **out);

/* ---- What xl finds under a key ------------------------------------------------ */

enum cfg_scope {
	CFG_ALL,
	CFG_BLOCK,   /* only what stands in the managed block                     */
	CFG_OUTSIDE, /* only what does not                                        */
};

/* The last assignment, joined with those that its += goes back to. */
struct cfg_setting {
	struct cfg_value value; /* place: that of the last assignment   */
	const struct cfg_statement *last;
	bool append; /* += : xl takes no number from it      */
};

bool cfg_find(struct arena *a, const struct cfg *c, struct str key, enum cfg_scope scope,
	      struct cfg_setting *out);

/* How xlu_cfg_get_long takes a word: strtol with base 0, the whole of it, so a
 * leading 0 means octal, and blanks and a sign may come first. */
enum cfg_number {
	CFG_NUMBER_GOOD,
	CFG_NUMBER_OCTAL, /* good, but differs from the decimal that it looks  */
	CFG_NUMBER_NONE,  /* not a number: xl warns and goes on without it     */
	CFG_NUMBER_TOO_LARGE,
};
enum cfg_number cfg_number(struct arena *a, struct str text, int64_t *out);

/* ---- Places ------------------------------------------------------------------- */

struct place cfg_at(const struct cfg *c, uint32_t source, size_t off, size_t len);
/* The word itself, quotes excluded unless it is empty; a list: its bracket. */
struct place cfg_value_at(const struct cfg *c, const struct cfg_value *v);
struct place cfg_key_at(const struct cfg *c, const struct cfg_statement *s);
/* A part of a word: `part` is a slice of v->text.  The whole word where
 * escapes stand between the two. */
struct place cfg_part_at(const struct cfg *c, const struct cfg_value *v, struct str part);

#endif
