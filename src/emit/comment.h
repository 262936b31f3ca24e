/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words of other people inside our outputs.  A node's name, a reason or a file
 * name is hostile until shown otherwise: none may end a comment, begin a line
 * of its own or carry an escape sequence to somebody's terminal.
 */
#ifndef EMIT_COMMENT_H
#define EMIT_COMMENT_H

#include "emit.h"

/* One line of plain ASCII; other bytes become '?', and the marks that open and
 * close a C comment are pulled apart. */
struct str comment_line(struct arena *a, struct str text);

/* A C comment at this depth of tabs, broken between words where it would run
 * past the page. */
void comment_put(struct buf *out, unsigned depth, struct str text);

/* The last part of a path; for standard input, what it is. */
struct str file_part(struct str path);

#endif
