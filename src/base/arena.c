/* SPDX-License-Identifier: BSD-2-Clause */
#include "base.h"

#include <stdlib.h>

enum { CHUNK_BYTES = 256 << 10 };

struct chunk {
	struct chunk *next;
	size_t used, room;
	max_align_t bytes[];
};

struct arena {
	struct chunk *chunks; /* the first one is being filled */
};

struct arena *arena_new(void)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (!a)
		die("out of memory");
	return a;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	while (a->chunks) {
		struct chunk *next = a->chunks->next;

		free(a->chunks);
		a->chunks = next;
	}
	free(a);
}

static struct chunk *chunk_new(size_t room)
{
	struct chunk *c;

	if (room > SIZE_MAX - sizeof(*c))
		die("out of memory");
	/* calloc, so that nothing an input can reach is ever uninitialised. */
	c = calloc(1, sizeof(*c) + room);
	if (!c)
		die("out of memory");
	c->room = room;
	return c;
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	struct chunk *c = a->chunks;
	void *p;

	if (size > SIZE_MAX - align)
		die("out of memory");
	size = (size + align - 1) & ~(align - 1);
	if (size == 0)
		size = align;
	if (!c || c->room - c->used < size) {
		if (size > CHUNK_BYTES / 4 && c) {
			/* A chunk of its own, behind the one being filled. */
			struct chunk *big = chunk_new(size);

			big->used = size;
			big->next = c->next;
			c->next = big;
			return big->bytes;
		}
		c = chunk_new(size > CHUNK_BYTES ? size : CHUNK_BYTES);
		c->next = a->chunks;
		a->chunks = c;
	}
	p = (char *)c->bytes + c->used;
	c->used += size;
	return p;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		die("out of memory");
	return arena_alloc(a, n * size);
}

void *arena_copy(struct arena *a, const void *src, size_t size)
{
	void *p = arena_alloc(a, size);

	if (size)
		memcpy(p, src, size);
	return p;
}

void *vec_grow(struct arena *a, void *v, size_t n, size_t *room, size_t size)
{
	void *bigger;

	if (n < *room) {
		memset((char *)v + n * size, 0, size);
		return v;
	}
	*room = *room ? *room * 2 : 8;
	bigger = arena_array(a, *room, size);
	if (n)
		memcpy(bigger, v, n * size);
	return bigger;
}
