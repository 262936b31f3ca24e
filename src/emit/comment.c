/* SPDX-License-Identifier: BSD-2-Clause */
#include "comment.h"

enum {
	PAGE_WIDTH = 100,
	TAB_WIDTH = 8,
};

struct str comment_line(struct arena *a, struct str text)
{
	struct buf b = buf_new(a);

	for (size_t i = 0; i < text.n; i++) {
		char c = text.s[i];
		char before = b.n ? b.s[b.n - 1] : '\0';

		if ((before == '*' && c == '/') || (before == '/' && c == '*'))
			buf_char(&b, ' ');
		buf_char(&b, c >= 0x20 && c < 0x7f ? c : '?');
	}
	return buf_get(&b);
}

static struct str next_word(struct str *rest)
{
	struct str word;
	size_t n;

	*rest = str_trim(*rest);
	n = str_find(*rest, ' ');
	word = n == SIZE_MAX ? *rest : str_sub(*rest, 0, n);
	*rest = str_from(*rest, word.n);
	return word;
}

void comment_put(struct buf *out, unsigned depth, struct str text)
{
	struct str rest = comment_line(out->arena, text);
	size_t start = (size_t)depth * TAB_WIDTH + 3;
	size_t column = start;

	buf_fill(out, '\t', depth);
	buf_text(out, "/*");
	while (rest.n) {
		struct str word = next_word(&rest);

		/* Room for a blank before the word and for the end after it. */
		if (column > start && column + word.n + 4 > PAGE_WIDTH) {
			buf_char(out, '\n');
			buf_fill(out, '\t', depth);
			buf_text(out, " *");
			column = start;
		}
		buf_char(out, ' ');
		buf_str(out, word);
		column += word.n + 1;
	}
	buf_text(out, " */\n");
}

struct str file_part(struct str path)
{
	size_t slash = str_find_last(path, '/');

	if (str_is(path, "-"))
		return STR("standard input");
	return slash == SIZE_MAX ? path : str_from(path, slash + 1);
}
