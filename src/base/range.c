/* SPDX-License-Identifier: BSD-2-Clause */
#include "base.h"

bool u64_add(uint64_t a, uint64_t b, uint64_t *out)
{
	if (b > UINT64_MAX - a)
		return false;
	*out = a + b;
	return true;
}

bool u64_mul(uint64_t a, uint64_t b, uint64_t *out)
{
	if (a && b > UINT64_MAX / a)
		return false;
	*out = a * b;
	return true;
}

bool range_from_size(uint64_t first, uint64_t size, struct range *out)
{
	if (size == 0 || size - 1 > UINT64_MAX - first)
		return false;
	*out = (struct range){ first, first + (size - 1) };
	return true;
}

bool range_meets(struct range a, struct range b)
{
	return a.first <= b.last && b.first <= a.last;
}

bool range_holds(struct range outer, struct range inner)
{
	return outer.first <= inner.first && inner.last <= outer.last;
}

bool range_has(struct range r, uint64_t v)
{
	return r.first <= v && v <= r.last;
}

struct range range_pages(struct range r)
{
	return (struct range){ r.first & ~(PAGE_SIZE - 1), r.last | (PAGE_SIZE - 1) };
}

uint64_t range_npages(struct range r)
{
	return (r.last >> PAGE_SHIFT) - (r.first >> PAGE_SHIFT) + 1;
}

uint64_t range_size(struct range r)
{
	return r.last - r.first + 1;
}
