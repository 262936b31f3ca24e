/* SPDX-License-Identifier: BSD-2-Clause */
#include "base.h"

struct str str_of(const char *c)
{
	return c ? (struct str){ c, strlen(c) } : STR_NONE;
}

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.s, b.s, a.n) == 0);
}

bool str_is(struct str a, const char *b)
{
	return str_eq(a, str_of(b));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_eq_nocase(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.s[i]) != lower(b.s[i]))
			return false;
	return true;
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.s, b.s, n) : 0;

	if (order)
		return order;
	return a.n < b.n ? -1 : a.n > b.n;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Length of the digit run at i, and where its first non-zero digit stands. */
static size_t digit_run(struct str s, size_t i, size_t *significant)
{
	size_t end = i;

	while (end < s.n && is_digit(s.s[end]))
		end++;
	while (i < end && s.s[i] == '0')
		i++;
	*significant = i;
	return end;
}

int str_cmp_natural(struct str a, struct str b)
{
	size_t i = 0, j = 0;

	while (i < a.n && j < b.n) {
		if (is_digit(a.s[i]) && is_digit(b.s[j])) {
			size_t from_a, from_b;
			size_t end_a = digit_run(a, i, &from_a);
			size_t end_b = digit_run(b, j, &from_b);
			int order;

			if (end_a - from_a != end_b - from_b)
				return end_a - from_a < end_b - from_b ? -1 : 1;
			order = str_cmp(str_sub(a, from_a, end_a - from_a),
					str_sub(b, from_b, end_b - from_b));
			if (order)
				return order;
			i = end_a;
			j = end_b;
			continue;
		}
		if (a.s[i] != b.s[j])
			return (unsigned char)a.s[i] < (unsigned char)b.s[j] ? -1 : 1;
		i++;
		j++;
	}
	if (i < a.n || j < b.n)
		return i < a.n ? 1 : -1;
	/* Equal but for leading zeros: any fixed order will do. */
	return str_cmp(a, b);
}

bool str_starts(struct str a, const char *prefix)
{
	struct str p = str_of(prefix);

	return a.n >= p.n && str_eq(str_sub(a, 0, p.n), p);
}

bool str_ends(struct str a, const char *suffix)
{
	struct str p = str_of(suffix);

	return a.n >= p.n && str_eq(str_from(a, a.n - p.n), p);
}

struct str str_from(struct str a, size_t start)
{
	return str_sub(a, start, SIZE_MAX);
}

struct str str_sub(struct str a, size_t start, size_t n)
{
	if (start >= a.n)
		return (struct str){ a.s ? a.s + a.n : NULL, 0 };
	if (n > a.n - start)
		n = a.n - start;
	return (struct str){ a.s + start, n };
}

struct str str_trim(struct str a)
{
	while (a.n && (a.s[0] == ' ' || a.s[0] == '\t'))
		a = str_from(a, 1);
	while (a.n && (a.s[a.n - 1] == ' ' || a.s[a.n - 1] == '\t'))
		a.n--;
	return a;
}

size_t str_find(struct str a, char c)
{
	const char *p = a.n ? memchr(a.s, c, a.n) : NULL;

	return p ? (size_t)(p - a.s) : SIZE_MAX;
}

size_t str_find_last(struct str a, char c)
{
	for (size_t i = a.n; i > 0; i--)
		if (a.s[i - 1] == c)
			return i - 1;
	return SIZE_MAX;
}

size_t str_find_sub(struct str a, struct str what)
{
	for (size_t i = 0; i + what.n <= a.n; i++)
		if (str_eq(str_sub(a, i, what.n), what))
			return i;
	return SIZE_MAX;
}

struct str str_dup(struct arena *a, struct str s)
{
	return (struct str){ str_c(a, s), s.n };
}

const char *str_c(struct arena *a, struct str s)
{
	char *c = arena_alloc(a, s.n + 1);

	if (s.n)
		memcpy(c, s.s, s.n);
	c[s.n] = '\0';
	return c;
}

struct str str_vformat(struct arena *a, const char *fmt, va_list args)
{
	va_list again;
	char *c;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	BUG_ON(n < 0);
	c = arena_alloc(a, (size_t)n + 1);
	vsnprintf(c, (size_t)n + 1, fmt, args);
	return (struct str){ c, (size_t)n };
}

struct str str_format(struct arena *a, const char *fmt, ...)
{
	struct str s;
	va_list args;

	va_start(args, fmt);
	s = str_vformat(a, fmt, args);
	va_end(args);
	return s;
}

/* FNV-1a, 32 bits. */
static uint32_t hash(struct str s, bool nocase)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.n; i++) {
		h ^= (unsigned char)(nocase ? lower(s.s[i]) : s.s[i]);
		h *= 16777619u;
	}
	return h;
}

uint32_t str_hash(struct str s)
{
	return hash(s, false);
}

uint32_t str_hash_nocase(struct str s)
{
	return hash(s, true);
}

enum { DISTANCE_MAX = 128 }; /* longer words are cut: only used for hints */

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

unsigned str_distance(struct str a, struct str b, unsigned limit)
{
	unsigned rows[3][DISTANCE_MAX + 1];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2];

	a = str_sub(a, 0, DISTANCE_MAX);
	b = str_sub(b, 0, DISTANCE_MAX);
	if ((a.n > b.n ? a.n - b.n : b.n - a.n) > limit)
		return limit + 1;
	for (size_t j = 0; j <= b.n; j++)
		above[j] = (unsigned)j;
	memcpy(before, above, sizeof(rows[0]));
	for (size_t i = 1; i <= a.n; i++) {
		unsigned best = row[0] = (unsigned)i;
		unsigned *reuse = before;

		for (size_t j = 1; j <= b.n; j++) {
			unsigned same = lower(a.s[i - 1]) == lower(b.s[j - 1]) ? 0 : 1;

			row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + same);
			if (i > 1 && j > 1 && lower(a.s[i - 1]) == lower(b.s[j - 2]) &&
			    lower(a.s[i - 2]) == lower(b.s[j - 1]) && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
			if (row[j] < best)
				best = row[j];
		}
		if (best > limit)
			return limit + 1;
		before = above;
		above = row;
		row = reuse;
	}
	return above[b.n] > limit ? limit + 1 : above[b.n];
}

static int digit_value(char c)
{
	if (is_digit(c))
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

bool str_to_u64(struct str s, unsigned base, uint64_t *out)
{
	uint64_t v = 0;

	if (base == 16 && s.n > 2 && s.s[0] == '0' && lower(s.s[1]) == 'x')
		s = str_from(s, 2);
	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned digit = (unsigned)digit_value(s.s[i]);

		if (digit >= base || !u64_mul(v, base, &v) || !u64_add(v, digit, &v))
			return false;
	}
	*out = v;
	return true;
}

bool str_to_u64_any(struct str s, uint64_t *out)
{
	bool hex = s.n > 2 && s.s[0] == '0' && lower(s.s[1]) == 'x';

	return str_to_u64(s, hex ? 16 : 10, out);
}
