/* SPDX-License-Identifier: BSD-2-Clause */
#include "base.h"

struct buf buf_new(struct arena *a)
{
	return (struct buf){ .arena = a };
}

/* Room for n more bytes and a NUL. */
static void buf_reserve(struct buf *b, size_t n)
{
	size_t room;
	char *bigger;

	if (n > SIZE_MAX / 4 || b->n > SIZE_MAX / 4)
		die("out of memory");
	if (b->room - b->n > n)
		return;
	room = (b->n + n + 1) * 2;
	bigger = arena_alloc(b->arena, room);
	if (b->n)
		memcpy(bigger, b->s, b->n);
	b->s = bigger;
	b->room = room;
}

void buf_put(struct buf *b, const void *bytes, size_t n)
{
	buf_reserve(b, n);
	if (n)
		memcpy(b->s + b->n, bytes, n);
	b->n += n;
	b->s[b->n] = '\0';
}

void buf_str(struct buf *b, struct str s)
{
	buf_put(b, s.s, s.n);
}

void buf_text(struct buf *b, const char *c)
{
	buf_str(b, str_of(c));
}

void buf_char(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void buf_fill(struct buf *b, char c, size_t n)
{
	buf_reserve(b, n);
	memset(b->s + b->n, c, n);
	b->n += n;
	b->s[b->n] = '\0';
}

void buf_format(struct buf *b, const char *fmt, ...)
{
	va_list args, again;
	int n;

	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	BUG_ON(n < 0);
	buf_reserve(b, (size_t)n);
	vsnprintf(b->s + b->n, (size_t)n + 1, fmt, args);
	va_end(args);
	b->n += (size_t)n;
}

struct str buf_get(const struct buf *b)
{
	return b->n ? (struct str){ b->s, b->n } : STR("");
}
