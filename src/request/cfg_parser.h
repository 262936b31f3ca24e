/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to room request: the grammar of a dom.cfg, in two files. */
#ifndef DTASSIGN_CFG_PARSER_H
#define DTASSIGN_CFG_PARSER_H

#include "cfg_scan.h"

struct parser {
	struct scanner scan;
	struct token tok; /* to be looked at                                  */
	size_t last_end;  /* where the token before it ends                   */
	unsigned depth;   /* of lists                                         */
};

void parser_advance(struct parser *p);
/* One fault at the token that is to be looked at. */
void parser_expected(struct parser *p, const char *what, const char *help);
/* That token as a message shows it. */
struct str parser_shown(struct parser *p);
/* Whether that token looks like a key with its `=`. */
bool parser_opens_statement(const struct parser *p);
/* The first byte behind blanks and ends of lines: what was put on a new line. */
char parser_next_byte(const struct parser *p);

/* cfg_value.c: false, after a fault, where no value can be made out.  `where`:
 * "a value after `key =`". */
bool parser_value(struct parser *p, const char *where, struct cfg_value *v);

#endif
