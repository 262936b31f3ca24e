/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A property's bytes as device tree source.  dtc reads back exactly the same
 * bytes, whichever of the three ways is taken; which one is a matter of
 * reading.
 */
#include "dts.h"

enum {
	PAGE_WIDTH = 100,
	TAB_WIDTH = 8,
};

enum radix {
	RADIX_UNKNOWN, /* not known to be numbers at all                        */
	RADIX_HEX,
	RADIX_DECIMAL,
};

/* Numbers by definition, even where the bytes happen to look like text
 * (DTSpec 0.4 chapter 2; xen,reg: Xen docs/misc/arm/passthrough.txt), in the
 * radix in which people write them. */
static const struct {
	const char *name;
	enum radix radix;
} numbers[] = {
	{ "reg", RADIX_HEX },
	{ "ranges", RADIX_HEX },
	{ "dma-ranges", RADIX_HEX },
	{ "xen,reg", RADIX_HEX },
	{ "interrupts", RADIX_DECIMAL },
	{ "interrupts-extended", RADIX_DECIMAL },
	{ "interrupt-parent", RADIX_DECIMAL },
	{ "interrupt-map", RADIX_HEX },
	{ "interrupt-map-mask", RADIX_HEX },
	{ "clock-frequency", RADIX_DECIMAL },
};

static enum radix radix_of(const struct gprop *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (str_is(p->name, numbers[i].name))
			return numbers[i].radix;
	if (str_starts(p->name, "#"))
		return RADIX_DECIMAL;
	return p->nphandles ? RADIX_HEX : RADIX_UNKNOWN;
}

static bool is_text(struct str data)
{
	char before = '\0';

	for (size_t i = 0; i < data.n; i++) {
		char c = data.s[i];

		if (c == '\0' ? before == '\0' : c < 0x20 || c >= 0x7f)
			return false;
		before = c;
	}
	return data.n > 0 && before == '\0';
}

/* The place of one value of a list, on a line of its own where this one is
 * full; the caller writes it, `width` bytes. */
static void begin_item(struct dts *w, size_t width, const char *separator, bool first)
{
	if (!first) {
		buf_text(w->out, separator);
		w->column += strlen(separator) + 1;
		if (w->column + width + 2 > PAGE_WIDTH) {
			buf_char(w->out, '\n');
			buf_fill(w->out, '\t', w->depth + 1);
			w->column = (size_t)(w->depth + 1) * TAB_WIDTH;
		} else {
			buf_char(w->out, ' ');
		}
	}
	w->column += width;
}

static void put_strings(struct dts *w, struct str data)
{
	for (size_t at = 0; at < data.n;) {
		struct str s = str_sub(data, at, str_find(str_from(data, at), '\0'));

		begin_item(w, s.n + 2, ",", at == 0);
		buf_char(w->out, '"');
		for (size_t i = 0; i < s.n; i++) {
			if (s.s[i] == '"' || s.s[i] == '\\')
				buf_char(w->out, '\\');
			buf_char(w->out, s.s[i]);
		}
		buf_char(w->out, '"');
		at += s.n + 1;
	}
}

static uint32_t cell_of(struct str data, uint32_t i)
{
	const unsigned char *b = (const unsigned char *)data.s + (size_t)i * 4;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Per cell: does it hold a phandle? */
static const bool *phandle_cells(struct arena *a, const struct gprop *p, uint32_t n)
{
	bool *is = ARENA_ARRAY(a, bool, n);

	for (uint32_t i = 0; i < p->nphandles; i++) {
		BUG_ON(p->phandles[i] >= n);
		is[p->phandles[i]] = true;
	}
	return is;
}

/* An entry begins at every stride, or else at every phandle. */
static bool begins_entry(uint32_t i, uint32_t stride, const bool *is_phandle)
{
	return i == 0 || (stride ? i % stride == 0 : is_phandle[i]);
}

static void put_cells(struct dts *w, const struct gprop *p, uint32_t stride)
{
	uint32_t n = (uint32_t)(p->data.n / 4);
	const bool *is_phandle = phandle_cells(w->arena, p, n);
	bool decimal = radix_of(p) == RADIX_DECIMAL;

	for (uint32_t i = 0; i < n; i++) {
		bool first = begins_entry(i, stride, is_phandle);
		uint32_t cell = cell_of(p->data, i);
		struct str label = is_phandle[i] ? dts_label(w, cell) : STR_NONE;
		char text[16];
		int length = decimal ? snprintf(text, sizeof(text), "%lu", (unsigned long)cell)
				     : snprintf(text, sizeof(text), "0x%lx", (unsigned long)cell);

		begin_item(w, first + (label.n ? label.n + 1 : (size_t)length), first ? "," : "",
			   i == 0);
		buf_text(w->out, first ? "<" : "");
		if (label.n)
			buf_format(w->out, "&%.*s", STR_ARG(label));
		else
			buf_text(w->out, text);
		if (i + 1 == n || begins_entry(i + 1, stride, is_phandle))
			buf_char(w->out, '>');
	}
}

static void put_bytes(struct dts *w, struct str data)
{
	for (size_t i = 0; i < data.n; i++) {
		begin_item(w, 2, "", i == 0);
		buf_format(w->out, "%s%02x%s", i ? "" : "[", (unsigned char)data.s[i],
			   i + 1 == data.n ? "]" : "");
	}
}

void dts_value(struct dts *w, const struct gprop *p, uint32_t stride)
{
	struct buf *out = w->out;

	w->column = (size_t)w->depth * TAB_WIDTH + p->name.n + 3;
	buf_fill(out, '\t', w->depth);
	buf_str(out, p->name);
	if (p->data.n)
		buf_text(out, " = ");
	if (p->data.n % 4 == 0 && (radix_of(p) || !is_text(p->data)))
		put_cells(w, p, stride && p->data.n / 4 % stride == 0 ? stride : 0);
	else if (is_text(p->data))
		put_strings(w, p->data);
	else
		put_bytes(w, p->data);
	buf_text(out, ";\n");
}
