/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON for machines, written as it goes: nothing is built in memory first, so
 * a board of a million nodes costs its text.
 *
 * The text is ASCII (no terminal can take it for anything else), indented by
 * two blanks, keys in the order in which they are put.  Bytes that are not
 * UTF-8 become U+FFFD, since JSON has only Unicode.
 */
#ifndef DTASSIGN_JSON_H
#define DTASSIGN_JSON_H

#include "base.h"

enum { JSON_DEPTH = 32 };

struct json {
	struct buf *out;
	unsigned depth;
	bool filled[JSON_DEPTH + 1]; /* something stands at this depth          */
	char close[JSON_DEPTH + 1];
};

struct json json_to(struct buf *out);

/* key: of a member of an object; NULL in an array and for the whole. */
void json_put_object(struct json *j, const char *key);
void json_put_array(struct json *j, const char *key);
void json_put_end(struct json *j); /* of the object or array begun last       */

void json_put_str(struct json *j, const char *key, struct str value);
void json_put_str_or_null(struct json *j, const char *key, struct str value); /* empty: null */
void json_put_text(struct json *j, const char *key, const char *value);
void json_put_number(struct json *j, const char *key, uint64_t value);
void json_put_hex(struct json *j, const char *key, uint64_t value); /* "0x1f", a string */
void json_put_bool(struct json *j, const char *key, bool value);
void json_put_null(struct json *j, const char *key);

#endif
