/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes made harmless.  What we show was written by others: a control
 * character in a file name or a node name could move the cursor or retitle
 * the terminal, and an invisible one could make a line read differently from
 * what it is.
 */
#include "findings.h"

enum {
	TAB_WIDTH = 4,
};

struct span {
	uint32_t first, last;
};

/* Invisible, or changing how the text around them is laid out (Unicode
 * general categories Cc, Cf, Zl, Zp and the surrogates).  Sorted. */
static const struct span unsafe[] = {
	{ 0x00, 0x1f },       { 0x7f, 0x9f },     { 0xad, 0xad },     { 0x61c, 0x61c },
	{ 0x180e, 0x180e },   { 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f },
	{ 0xd800, 0xdfff },   { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0x1d173, 0x1d17a },
	{ 0xe0000, 0xe0fff },
};

/* Two columns wide on a terminal (Unicode Standard Annex 11, W and F, in
 * coarse blocks).  Sorted. */
static const struct span wide[] = {
	{ 0x1100, 0x115f },   { 0x2e80, 0x303e },   { 0x3041, 0xa4cf },   { 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },   { 0xffe0, 0xffe6 },
	{ 0x1f300, 0x1f64f }, { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
};

/* Drawn over the character before.  Sorted. */
static const struct span combining[] = {
	{ 0x300, 0x36f },   { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
	{ 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
};

static bool in_spans(const struct span *v, size_t n, uint32_t code)
{
	for (size_t i = 0; i < n && v[i].first <= code; i++)
		if (code <= v[i].last)
			return true;
	return false;
}
#define IN(table, code) in_spans((table), ARRAY_SIZE(table), (code))

/* Bytes that a lead byte announces; 0: it is no lead byte. */
static unsigned announced(uint8_t lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 0;
}

struct glyph glyph_at(struct str s)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const uint8_t *b = (const uint8_t *)s.s;
	struct glyph bad;
	unsigned n;
	uint32_t code;

	BUG_ON(s.n == 0);
	bad = (struct glyph){ b[0], 1, false };
	n = announced(b[0]);
	if (n == 0 || n > s.n)
		return bad;
	code = n == 1 ? b[0] : b[0] & (0x7fu >> n);
	for (unsigned i = 1; i < n; i++) {
		if ((b[i] & 0xc0) != 0x80)
			return bad;
		code = code << 6 | (b[i] & 0x3fu);
	}
	if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return bad;
	return (struct glyph){ code, (uint8_t)n, true };
}

/* How an unsafe one is spelt. */
static int spell(struct glyph g, char out[16])
{
	if (g.valid && g.code == '\n')
		return snprintf(out, 16, "\\n");
	if (g.valid && g.code == '\r')
		return snprintf(out, 16, "\\r");
	if (!g.valid || g.code < 0x80)
		return snprintf(out, 16, "\\x%02x", (unsigned)g.code);
	return snprintf(out, 16, "\\u{%x}", (unsigned)g.code);
}

uint32_t glyph_width(struct glyph g)
{
	char spelt[16];

	if (g.valid && g.code == '\t')
		return TAB_WIDTH;
	if (!g.valid || IN(unsafe, g.code))
		return (uint32_t)spell(g, spelt);
	if (g.code < 0x300 || !IN(combining, g.code))
		return IN(wide, g.code) ? 2 : 1;
	return 0;
}

void glyph_show(struct glyph g, struct str s, struct buf *out)
{
	char spelt[16];

	if (g.valid && g.code == '\t')
		buf_fill(out, ' ', TAB_WIDTH);
	else if (!g.valid || IN(unsafe, g.code))
		buf_put(out, spelt, (size_t)spell(g, spelt));
	else
		buf_put(out, s.s, g.nbytes);
}

void text_show(struct str s, struct buf *out)
{
	while (s.n) {
		struct glyph g = glyph_at(s);

		glyph_show(g, s, out);
		s = str_from(s, g.nbytes);
	}
}
