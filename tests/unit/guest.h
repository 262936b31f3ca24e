/* SPDX-License-Identifier: BSD-2-Clause */
/* Guest trees for tests, made by hand. */
#ifndef DTASSIGN_TEST_GUEST_H
#define DTASSIGN_TEST_GUEST_H

#include "plan.h"

static inline struct gnode *guest_node(struct arena *a, struct gnode *parent, const char *name)
{
	struct gnode *n = ARENA_NEW(a, struct gnode);

	n->name = str_of(name);
	n->host = DT_NONE;
	if (parent)
		VEC_PUSH(a, &parent->children, n);
	return n;
}

static inline struct gprop *guest_bytes(struct arena *a, struct gnode *n, const char *name,
					const void *data, size_t size)
{
	struct gprop *p = VEC_ADD(a, &n->props);

	*p = (struct gprop){
		.name = str_of(name),
		.data = { size ? arena_copy(a, data, size) : NULL, size },
		.host = DT_NONE,
	};
	return p;
}

static inline struct gprop *guest_cell_array(struct arena *a, struct gnode *n, const char *name,
					     const uint32_t *v, size_t count)
{
	unsigned char *bytes = arena_alloc(a, count * 4);

	for (size_t i = 0; i < count * 4; i++)
		bytes[i] = (unsigned char)(v[i / 4] >> (24 - 8 * (i % 4)));
	return guest_bytes(a, n, name, bytes, count * 4);
}

#define GUEST_CELLS(a, n, name, ...) \
	guest_cell_array((a), (n), (name), (const uint32_t[]){ __VA_ARGS__ }, \
			 sizeof((const uint32_t[]){ __VA_ARGS__ }) / 4)

/* A string literal, its inner and last NULs included. */
#define GUEST_TEXT(a, n, name, literal) guest_bytes((a), (n), (name), "" literal, sizeof(literal))

#endif
