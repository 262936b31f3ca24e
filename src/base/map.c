/* SPDX-License-Identifier: BSD-2-Clause */
#include "base.h"

/* Open addressing with linear probing, at most half full. */
struct slot {
	struct str key;
	uint32_t hash, value;
	bool used;
};

struct map {
	struct arena *arena;
	struct slot *slots;
	size_t room, n; /* room is a power of two */
	bool nocase;
};

static size_t room_for(size_t expected)
{
	size_t room = 16;

	while (room / 2 < expected)
		room *= 2;
	return room;
}

struct map *map_new(struct arena *a, bool nocase, size_t expected)
{
	struct map *m = ARENA_NEW(a, struct map);

	m->arena = a;
	m->nocase = nocase;
	m->room = room_for(expected);
	m->slots = ARENA_ARRAY(a, struct slot, m->room);
	return m;
}

/* The slot that holds the key, or the free one where it belongs. */
static struct slot *find(const struct map *m, struct str key, uint32_t hash)
{
	for (size_t i = hash;; i++) {
		struct slot *s = &m->slots[i & (m->room - 1)];

		if (!s->used)
			return s;
		if (s->hash == hash &&
		    (m->nocase ? str_eq_nocase(s->key, key) : str_eq(s->key, key)))
			return s;
	}
}

static void grow(struct map *m)
{
	struct slot *old = m->slots;
	size_t n = m->room;

	m->room *= 2;
	m->slots = ARENA_ARRAY(m->arena, struct slot, m->room);
	for (size_t i = 0; i < n; i++)
		if (old[i].used)
			*find(m, old[i].key, old[i].hash) = old[i];
}

static uint32_t hash_of(const struct map *m, struct str key)
{
	return m->nocase ? str_hash_nocase(key) : str_hash(key);
}

void map_put(struct map *m, struct str key, uint32_t value)
{
	uint32_t hash = hash_of(m, key);
	struct slot *s = find(m, key, hash);

	if (s->used)
		return;
	*s = (struct slot){ key, hash, value, true };
	if (++m->n > m->room / 2)
		grow(m);
}

bool map_get(const struct map *m, struct str key, uint32_t *out)
{
	const struct slot *s = find(m, key, hash_of(m, key));

	if (!s->used)
		return false;
	*out = s->value;
	return true;
}
