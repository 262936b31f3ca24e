/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device tree blobs for tests, token by token, so that wrong ones can be made
 * as easily as right ones.
 */
#ifndef DTASSIGN_TEST_BLOB_H
#define DTASSIGN_TEST_BLOB_H

#include "base.h"

struct blob {
	struct arena *arena;
	struct buf reserves, structure, strings;
};

static inline void blob_word(struct buf *b, uint32_t v)
{
	buf_char(b, (char)(v >> 24));
	buf_char(b, (char)(v >> 16));
	buf_char(b, (char)(v >> 8));
	buf_char(b, (char)v);
}

static inline void blob_pad(struct buf *b)
{
	buf_fill(b, '\0', -b->n % 4);
}

static inline struct blob blob_new(struct arena *a)
{
	return (struct blob){ a, buf_new(a), buf_new(a), buf_new(a) };
}

static inline void blob_begin(struct blob *b, const char *name)
{
	blob_word(&b->structure, 1);
	buf_put(&b->structure, name, strlen(name) + 1);
	blob_pad(&b->structure);
}

static inline void blob_end(struct blob *b)
{
	blob_word(&b->structure, 2);
}

static inline void blob_bytes(struct blob *b, const char *name, const void *data, size_t n)
{
	size_t at = str_find_sub(buf_get(&b->strings), (struct str){ name, strlen(name) + 1 });

	if (at == SIZE_MAX) {
		at = b->strings.n;
		buf_put(&b->strings, name, strlen(name) + 1);
	}
	blob_word(&b->structure, 3);
	blob_word(&b->structure, (uint32_t)n);
	blob_word(&b->structure, (uint32_t)at);
	buf_put(&b->structure, data, n);
	blob_pad(&b->structure);
}

static inline void blob_cell_array(struct blob *b, const char *name, const uint32_t *v, size_t n)
{
	struct buf data = buf_new(b->arena);

	for (size_t i = 0; i < n; i++)
		blob_word(&data, v[i]);
	blob_bytes(b, name, data.s, data.n);
}

#define BLOB_CELLS(b, name, ...) \
	blob_cell_array((b), (name), (const uint32_t[]){ __VA_ARGS__ }, \
			sizeof((const uint32_t[]){ __VA_ARGS__ }) / 4)

/* A string literal, its inner and last NULs included. */
#define BLOB_TEXT(b, name, literal) blob_bytes((b), (name), "" literal, sizeof(literal))

static inline void blob_flag(struct blob *b, const char *name)
{
	blob_bytes(b, name, "", 0);
}

enum {
	BLOB_HEADER = 40,
	BLOB_TOTAL = 4, /* offsets of header fields */
	BLOB_STRUCTURE = 8,
	BLOB_STRINGS = 12,
	BLOB_RESERVES = 16,
	BLOB_VERSION = 20,
	BLOB_COMPATIBLE = 24,
	BLOB_STRINGS_SIZE = 32,
	BLOB_STRUCTURE_SIZE = 36,
};

/* As it stands: tokens, an end only where one was put. */
static inline struct str blob_raw(struct blob *b)
{
	uint32_t reserves = BLOB_HEADER + (uint32_t)b->reserves.n + 16;
	uint32_t structure = (uint32_t)b->structure.n, strings = (uint32_t)b->strings.n;
	struct buf out = buf_new(b->arena);
	const uint32_t header[] = {
		0xd00dfeed,  reserves + structure + strings,
		reserves,    reserves + structure,
		BLOB_HEADER, 17,
		16,          0,
		strings,     structure,
	};

	for (size_t i = 0; i < ARRAY_SIZE(header); i++)
		blob_word(&out, header[i]);
	buf_str(&out, buf_get(&b->reserves));
	buf_fill(&out, '\0', 16);
	buf_str(&out, buf_get(&b->structure));
	buf_str(&out, buf_get(&b->strings));
	return buf_get(&out);
}

/* The root is still open. */
static inline struct str blob_finish(struct blob *b)
{
	blob_end(b);
	blob_word(&b->structure, 9);
	return blob_raw(b);
}

/* Overwrite a word of a finished blob. */
static inline struct str blob_poke(struct arena *a, struct str blob, size_t at, uint32_t v)
{
	char *copy = arena_copy(a, blob.s, blob.n);

	for (size_t i = 0; i < 4; i++)
		copy[at + i] = (char)(v >> (24 - 8 * i));
	return (struct str){ copy, blob.n };
}

#endif
