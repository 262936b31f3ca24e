/* SPDX-License-Identifier: BSD-2-Clause */
/* Properties as DTS, for people: one line, with the place of a cell. */
#include "tree.h"

enum {
	CELLS_SHOWN = 64,     /* of a longer property                            */
	CELLS_AHEAD = 24,     /* of the cell asked for                           */
	CELLS_DECODED = 4096, /* beyond this, references are drawn as numbers    */
	BYTES_SHOWN = 512,    /* of strings and of bytes                         */
};

/* What is known of the cells that are drawn: from `first` on. */
struct window {
	uint32_t first, n;
	dt_id target[CELLS_SHOWN]; /* the node that a cell names, or DT_NONE */
	bool starts[CELLS_SHOWN];  /* a new entry begins here                */
};

/* ---- What a value is ------------------------------------------------------ */

static bool is_printable(char c)
{
	return (c >= ' ' && c <= '~') || (c >= '\a' && c <= '\r');
}

/* dtc's guess (guess_value_type in its treesource.c): text if all of it can
 * be printed and not most of it is NUL. */
static bool looks_like_strings(struct str data)
{
	size_t nul = 0;

	if (data.n == 0 || data.s[data.n - 1] != '\0')
		return false;
	for (size_t i = 0; i < data.n; i++) {
		if (data.s[i] == '\0')
			nul++;
		else if (!is_printable(data.s[i]))
			return false;
	}
	return nul <= data.n - nul;
}

/* ---- Strings and bytes ---------------------------------------------------- */

static void draw_char(struct buf *b, char c)
{
	static const char escapes[] = "abtnvfr";

	if (c >= '\a' && c <= '\r')
		buf_format(b, "\\%c", escapes[c - '\a']);
	else if (c == '"' || c == '\\')
		buf_format(b, "\\%c", c);
	else
		buf_char(b, c);
}

static void draw_strings(struct buf *b, struct str data)
{
	bool cut = data.n > BYTES_SHOWN;

	data = str_sub(data, 0, BYTES_SHOWN);
	buf_char(b, '"');
	for (size_t i = 0; i < data.n; i++) {
		if (data.s[i] != '\0')
			draw_char(b, data.s[i]);
		else if (i + 1 < data.n)
			buf_text(b, "\", \"");
	}
	buf_text(b, cut ? "\" ..." : "\"");
}

static void draw_bytes(struct buf *b, struct str data)
{
	bool cut = data.n > BYTES_SHOWN;

	data = str_sub(data, 0, BYTES_SHOWN);
	buf_char(b, '[');
	for (size_t i = 0; i < data.n; i++)
		buf_format(b, i ? " %02x" : "%02x", (unsigned char)data.s[i]);
	buf_text(b, cut ? " ...]" : "]");
}

/* ---- Cells ---------------------------------------------------------------- */

static void note_entry(struct window *w, const struct dt_ref *r)
{
	if (r->first >= w->first && r->first - w->first < w->n)
		w->starts[r->first - w->first] = true;
	if (r->provider != DT_NONE && r->cell >= w->first && r->cell - w->first < w->n)
		w->target[r->cell - w->first] = r->provider;
}

static void look_at(struct window *w, const struct dt *t, dt_id n, const struct dt_prop *p,
		    const struct supplier *row, int32_t cell)
{
	uint32_t ncells = dt_ncells(p);
	struct dt_ref r;

	w->first = 0;
	w->n = ncells;
	if (ncells > CELLS_SHOWN) {
		if (cell > CELLS_AHEAD)
			w->first = (uint32_t)cell - CELLS_AHEAD;
		if (w->first > ncells - CELLS_SHOWN)
			w->first = ncells - CELLS_SHOWN;
		w->n = CELLS_SHOWN;
	}
	for (uint32_t i = 0; i < w->n; i++) {
		w->target[i] = DT_NONE;
		w->starts[i] = false;
	}
	if (!row || ncells > CELLS_DECODED)
		return;
	for (struct ref_walk walk = ref_walk(t, n, p, row); ref_next(&walk, &r);) {
		if (r.first >= w->first + w->n)
			return;
		note_entry(w, &r);
	}
}

static void draw_cell(struct buf *b, const struct dt *t, dt_id target, uint32_t value)
{
	if (target == DT_NONE)
		buf_format(b, "0x%x", value);
	else if (t->nodes[target].label.n)
		buf_format(b, "&%.*s", STR_ARG(t->nodes[target].label));
	else
		buf_format(b, "&{%.*s}", STR_ARG(t->nodes[target].path));
}

static void draw_cells(struct buf *b, const struct dt *t, const struct window *w,
		       const struct dt_prop *p, int32_t cell, size_t *off, size_t *len)
{
	buf_text(b, w->first > 0 ? "<... " : "<");
	for (uint32_t i = 0; i < w->n; i++) {
		size_t start;

		if (i > 0)
			buf_text(b, w->starts[i] ? ">, <" : " ");
		start = b->n;
		draw_cell(b, t, w->target[i], dt_cell(p, w->first + i));
		if (cell >= 0 && w->first + i == (uint32_t)cell) {
			*off = start;
			*len = b->n - start;
		}
	}
	buf_text(b, w->first + w->n < dt_ncells(p) ? " ...>" : ">");
}

struct str dt_draw(struct arena *a, const struct dt *t, dt_id n, const struct dt_prop *p,
		   int32_t cell, uint32_t *off, uint32_t *len)
{
	const struct supplier *row = dt_supplier(t, n, p);
	struct buf b = buf_new(a);
	size_t start = 0, length, value;
	struct window w;

	buf_str(&b, p->name);
	length = b.n;
	if (p->data.n) {
		buf_text(&b, " = ");
		value = b.n;
		start = length = 0;
		if (p->data.n % 4 == 0 && (row || cell >= 0 || !looks_like_strings(p->data))) {
			look_at(&w, t, n, p, row, cell);
			draw_cells(&b, t, &w, p, cell, &start, &length);
		} else if (looks_like_strings(p->data)) {
			draw_strings(&b, p->data);
		} else {
			draw_bytes(&b, p->data);
		}
		if (cell < 0) {
			start = value;
			length = b.n - value;
		}
	}
	buf_char(&b, ';');
	*off = (uint32_t)start;
	*len = (uint32_t)length;
	return buf_get(&b);
}

/* ---- Places --------------------------------------------------------------- */

struct place dt_place(const struct dt *t, dt_id n)
{
	return (struct place){
		.kind = PLACE_TREE,
		.file = t->file,
		.path = dt_node(t, n)->path,
		.cell = -1,
		.order = dt_order(n),
	};
}

static struct place place_of(const struct dt *t, dt_id n, const char *property, int32_t cell)
{
	const struct dt_prop *p = dt_prop(t, n, property);
	struct place at = dt_place(t, n);

	if (!p)
		return at;
	at.property = p->name;
	/* A node has at most LIMIT_PROPS_PER_NODE of them. */
	at.order += (uint64_t)(p - t->props - t->nodes[n].first_prop) + 1;
	if (cell >= 0 && (uint32_t)cell < dt_ncells(p))
		at.cell = cell;
	at.text = dt_draw(t->arena, t, n, p, at.cell, &at.off, &at.len);
	return at;
}

struct place dt_place_prop(const struct dt *t, dt_id n, const char *property)
{
	return place_of(t, n, property, -1);
}

struct place dt_place_cell(const struct dt *t, dt_id n, const char *property, uint32_t cell)
{
	return place_of(t, n, property, cell > INT32_MAX ? -1 : (int32_t)cell);
}
