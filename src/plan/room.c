/* SPDX-License-Identifier: BSD-2-Clause */
/* Where there is room in a guest's address space. */
#include "place.h"

/* The first taken range that ends at `at` or later; the count if none does. */
static size_t first_from(const struct room *room, uint64_t at)
{
	size_t low = 0, high = room->taken.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (room->taken.v[middle].last < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What it meets or touches becomes one with it. */
void room_take(struct room *room, struct range r)
{
	size_t i = first_from(room, r.first ? r.first - 1 : 0), end = i, rest;

	while (end < room->taken.n &&
	       (r.last == UINT64_MAX || room->taken.v[end].first <= r.last + 1)) {
		if (room->taken.v[end].first < r.first)
			r.first = room->taken.v[end].first;
		if (room->taken.v[end].last > r.last)
			r.last = room->taken.v[end].last;
		end++;
	}
	if (end == i) {
		(void)VEC_ADD(room->arena, &room->taken);
		rest = room->taken.n - 1 - i;
		memmove(&room->taken.v[i + 1], &room->taken.v[i], rest * sizeof(r));
	} else {
		rest = room->taken.n - end;
		memmove(&room->taken.v[i + 1], &room->taken.v[end], rest * sizeof(r));
		room->taken.n -= end - i - 1;
	}
	room->taken.v[i] = r;
}

bool room_is_free(const struct room *room, struct range r)
{
	size_t i = first_from(room, r.first);

	return i == room->taken.n || room->taken.v[i].first > r.last;
}

/* Congruent to the host modulo 2 MiB where that gives superpages. */
static uint64_t align_like(uint64_t at, struct range host)
{
	const uint64_t super = (uint64_t)2 << 20;
	uint64_t size = range_size(host);

	if (size != 0 && size < super)
		return at;
	return at + ((host.first - at) & (super - 1));
}

bool room_find(const struct room *room, struct range hole, uint64_t from, struct range host,
	       uint64_t *out)
{
	uint64_t at = align_like(from, host);
	struct range r;

	for (size_t i = first_from(room, from);; i++) {
		if (at < from || !place_guest_range(at, host, &r) || !range_holds(hole, r))
			return false;
		while (i < room->taken.n && room->taken.v[i].last < at)
			i++;
		if (i == room->taken.n || room->taken.v[i].first > r.last)
			break;
		at = align_like(room->taken.v[i].last + 1, host);
	}
	*out = at;
	return true;
}

bool place_guest_range(uint64_t guest, struct range host, struct range *out)
{
	out->first = guest;
	return u64_add(guest, host.last - host.first, &out->last);
}
