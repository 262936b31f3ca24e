/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trees for tests, written as they are read: a small part of the device tree
 * source format.  Nodes, labels, `name;`, and values of <cells>, "strings" and
 * [bytes] divided by commas; in cells numbers and &labels.  Labels become
 * phandles, 1 for the first one that stands in the text.  No /dts-v1/, no
 * expressions, no comments.  What cannot be read is a BUG.
 */
#ifndef DTASSIGN_TEST_TREE_H
#define DTASSIGN_TEST_TREE_H

#include <ctype.h>
#include <stdlib.h>

#include "blob.h"
#include "dt.h"

struct tree_source {
	const char *at;
	struct blob blob;
	struct map *labels;
	uint32_t nlabels;
};

static inline void tree_blank(struct tree_source *s)
{
	while (isspace((unsigned char)*s->at))
		s->at++;
}

static inline bool tree_take(struct tree_source *s, char c)
{
	tree_blank(s);
	if (*s->at != c)
		return false;
	s->at++;
	return true;
}

static inline void tree_want(struct tree_source *s, char c)
{
	if (!tree_take(s, c))
		BUG(s->at);
}

static inline struct str tree_word(struct tree_source *s)
{
	const char *start;

	tree_blank(s);
	start = s->at;
	while (*s->at && !isspace((unsigned char)*s->at) && !strchr("{}<>[]=;:&\"", *s->at) &&
	       !(*s->at == ',' && isspace((unsigned char)s->at[1])))
		s->at++;
	return (struct str){ start, (size_t)(s->at - start) };
}

static inline uint32_t tree_label(struct tree_source *s, struct str name)
{
	uint32_t phandle;

	if (map_get(s->labels, name, &phandle))
		return phandle;
	map_put(s->labels, name, ++s->nlabels);
	return s->nlabels;
}

static inline void tree_cells(struct tree_source *s, struct buf *out)
{
	while (!tree_take(s, '>')) {
		char *end;

		if (tree_take(s, '&')) {
			blob_word(out, tree_label(s, tree_word(s)));
			continue;
		}
		blob_word(out, (uint32_t)strtoull(s->at, &end, 0));
		if (end == s->at)
			BUG(s->at);
		s->at = end;
	}
}

static inline void tree_value(struct tree_source *s, struct buf *out)
{
	do {
		if (tree_take(s, '<')) {
			tree_cells(s, out);
		} else if (tree_take(s, '[')) {
			while (!tree_take(s, ']')) {
				struct str two = tree_word(s);
				uint64_t v;

				if (!str_to_u64(two, 16, &v))
					BUG(s->at);
				buf_char(out, (char)v);
			}
		} else {
			tree_want(s, '"');
			while (*s->at != '"')
				buf_char(out, *s->at++);
			s->at++;
			buf_char(out, '\0');
		}
	} while (tree_take(s, ','));
}

static inline void tree_item(struct tree_source *s)
{
	struct str name = tree_word(s), label = STR_NONE;
	struct buf value = buf_new(s->blob.arena);

	if (tree_take(s, ':')) {
		label = name;
		name = tree_word(s);
	}
	if (tree_take(s, '{')) {
		blob_begin(&s->blob, str_is(name, "/") ? "" : str_c(s->blob.arena, name));
		if (label.n)
			BLOB_CELLS(&s->blob, "phandle", tree_label(s, label));
		while (!tree_take(s, '}'))
			tree_item(s);
		blob_end(&s->blob);
	} else {
		if (tree_take(s, '='))
			tree_value(s, &value);
		blob_bytes(&s->blob, str_c(s->blob.arena, name), value.s, value.n);
	}
	tree_want(s, ';');
}

/* "/ { ... };" */
static inline struct str tree_blob(struct arena *a, const char *source)
{
	struct tree_source s = { source, blob_new(a), map_new(a, false, 16), 0 };

	tree_item(&s);
	blob_word(&s.blob.structure, 9);
	return blob_raw(&s.blob);
}

/* The tree must be sound. */
static inline struct dt *tree_load(struct arena *a, struct diag *d, const char *source)
{
	struct dt *t;

	if (!dt_load(a, d, STR("board.dtb"), tree_blob(a, source), &t))
		BUG(source);
	return t;
}

/* The node of this path must be there. */
static inline dt_id tree_node(const struct dt *t, const char *path)
{
	dt_id n = dt_find_path(t, str_of(path));

	if (n == DT_NONE)
		BUG(path);
	return n;
}

#endif
