/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to room request: a dom.cfg while it is read, and its words. */
#ifndef DTASSIGN_CFG_SCAN_H
#define DTASSIGN_CFG_SCAN_H

#include "cfg.h"

struct reading {
	struct arena *arena;
	struct diag *diag;
	struct cfg *cfg; /* its arrays are set at the end                       */
	VEC(struct cfg_statement) statements;
	VEC(struct cfg_comment) comments;
	VEC(size_t) latest;
};

enum token_kind {
	TOKEN_IDENT,
	TOKEN_NUMBER,
	TOKEN_STRING,
	TOKEN_WORD,     /* no word of the grammar                               */
	TOKEN_UNCLOSED, /* a quote that nothing closes, to the end of its line  */
	TOKEN_COMMA,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_SET, /* =                                                   */
	TOKEN_ADD, /* +=                                                  */
	TOKEN_SEMICOLON,
	TOKEN_NEWLINE, /* with the comment before it                          */
	TOKEN_END,
};

struct token {
	enum token_kind kind;
	bool first; /* nothing but blanks before it on its line                 */
	uint32_t off, len;
};

/* One text: the file, or one KEY=VALUE. */
struct scanner {
	struct reading *reading;
	uint32_t source; /* as in struct cfg_value                              */
	struct str text;
	size_t pos;
	bool terminated; /* for xl a newline stands behind the last byte        */
	bool fresh;      /* nothing but blanks since the start of the line      */
	bool in_list;    /* set by the parser, for comments                     */
	bool crlf_said;
};

struct scanner scan_start(struct reading *r, uint32_t source, struct str text, bool terminated);
struct token scan_next(struct scanner *s);
/* Whether `=` or `+=` comes next on this line. */
bool scan_before_assignment(const struct scanner *s);
struct str scan_slice(const struct scanner *s, struct token t);
/* The text of a string, escapes resolved as xl does; faults where xl has one. */
struct str scan_unquote(struct scanner *s, struct token t);

/* A syntax fault at a slice of the text; help may be NULL. */
void scan_fault(struct scanner *s, size_t off, size_t len, const char *help, const char *fmt, ...)
	PRINTF_LIKE(5, 6);

/* cfg_words.c: what the writer of a wrong word probably had in mind. */
struct wrong_word {
	const char *help;
	struct str meant;   /* as it was meant, or empty: nobody knows     */
	enum cfg_kind kind; /* of what was meant                           */
};
struct wrong_word wrong_value(struct str word);
struct wrong_word wrong_key(struct arena *a, struct str word);
/* Whether it stands for nothing: the value is still to come. */
bool wrong_is_noise(struct str word);
const char *wrong_operator(struct str word); /* found instead of `=`          */
const char *wrong_end(struct str word);      /* found behind a value          */

/* cfg_parse.c: one text, its statements added to the reading. */
void parse_text(struct reading *r, uint32_t source, struct str text, bool terminated);

/* cfg_block.c: after the parse: marks the statements of our block. */
void block_find(struct reading *r);

#endif
