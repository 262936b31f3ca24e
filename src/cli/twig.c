/* SPDX-License-Identifier: BSD-2-Clause */
#include "twig.h"

enum { NAME_WIDTH = 18 };

void twigs_add(struct twigs *t, unsigned depth, struct str name, struct str value, struct str from)
{
	struct twig *twig = VEC_ADD(t->arena, &t->list);

	*twig = (struct twig){ .depth = depth, .name = name, .value = value, .from = from };
}

/* From the last one up, so that each is looked at once. */
static void join(struct twigs *t)
{
	bool seen[TWIG_DEPTHS] = { false };

	for (size_t i = t->list.n; i > 0; i--) {
		struct twig *twig = &t->list.v[i - 1];

		memcpy(twig->goes_on, seen, sizeof(seen));
		seen[twig->depth] = true;
		for (unsigned depth = twig->depth + 1; depth < TWIG_DEPTHS; depth++)
			seen[depth] = false;
	}
}

/* ---- Words that fit ----------------------------------------------------------- */

/* Where the next letter stands.  Words that do not fit go to the next line,
 * below the first one. */
struct pen {
	struct buf *out;
	const struct twig *twig;
	size_t column, left, width;
	bool has_twigs, colour;
};

static void put_stems(struct pen *p, unsigned ndepths)
{
	for (unsigned i = 0; i < ndepths; i++)
		buf_text(p->out, p->twig->goes_on[i] ? "|  " : "   ");
	p->column = 3 * (size_t)ndepths;
}

static void break_line(struct pen *p)
{
	buf_char(p->out, '\n');
	put_tone(p->out, TONE_FAINT, p->colour);
	put_stems(p, p->twig->depth + 1);
	if (p->has_twigs) {
		buf_char(p->out, '|');
		p->column++;
	}
	put_tone_end(p->out, TONE_FAINT, p->colour);
	buf_fill(p->out, ' ', p->left - p->column);
	p->column = p->left;
}

static void put_word(struct pen *p, size_t gap, struct str word, enum tone tone)
{
	if (p->column > p->left && p->width && p->column + gap + word.n > p->width)
		break_line(p);
	if (p->column > p->left) {
		buf_fill(p->out, ' ', gap);
		p->column += gap;
	}
	/* A path can be longer than any line. */
	do {
		size_t room = p->width ? p->width - p->column : word.n;
		struct str piece = str_sub(word, 0, room);

		put_tone(p->out, tone, p->colour);
		buf_str(p->out, piece);
		put_tone_end(p->out, tone, p->colour);
		p->column += piece.n;
		word = str_from(word, piece.n);
		if (word.n)
			break_line(p);
	} while (word.n);
}

static void put_words(struct pen *p, size_t gap, struct str text, enum tone tone)
{
	while (text.n) {
		size_t end = str_find(text, ' ');

		put_word(p, gap, str_sub(text, 0, end), tone);
		text = end == SIZE_MAX ? STR_NONE : str_from(text, end + 1);
		gap = 1;
	}
}

/* ---- The tree ----------------------------------------------------------------- */

/* Where the values begin, one under the other. */
static size_t left_of(const struct twig *twig, size_t width)
{
	size_t stem = 3 * ((size_t)twig->depth + 1);
	size_t own = stem + twig->name.n + 1;
	size_t left = own < NAME_WIDTH + 3 ? NAME_WIDTH + 3 : own;

	/* On a narrow terminal the names take half of it at most. */
	return width && left > width / 2 ? stem + 2 : left;
}

static void draw_twig(const struct twigs *t, size_t i, size_t width, bool colour, struct buf *out)
{
	const struct twig *twig = &t->list.v[i];
	struct pen p = { .out = out, .twig = twig, .width = width, .colour = colour };

	p.has_twigs = i + 1 < t->list.n && twig[1].depth > twig->depth;
	p.left = left_of(twig, width);
	put_tone(out, TONE_FAINT, colour);
	put_stems(&p, twig->depth);
	buf_text(out, twig->goes_on[twig->depth] ? "|- " : "`- ");
	p.column += 3;
	put_tone_end(out, TONE_FAINT, colour);
	buf_str(out, twig->name);
	p.column += twig->name.n;
	if (p.column < p.left) {
		buf_fill(out, ' ', p.left - p.column);
		p.column = p.left;
	} else {
		break_line(&p);
	}
	put_words(&p, 1, twig->value, TONE_PLAIN);
	if (twig->from.n)
		put_words(&p, 2, str_format(t->arena, "(%.*s)", STR_ARG(twig->from)), TONE_FAINT);
	buf_char(out, '\n');
}

void twigs_draw(struct twigs *t, struct str root, size_t width, bool colour, struct buf *out)
{
	enum { LEAST = 24 }; /* narrower than that nothing can be read          */

	join(t);
	put_tone(out, TONE_STRONG, colour);
	buf_str(out, root);
	put_tone_end(out, TONE_STRONG, colour);
	buf_char(out, '\n');
	for (size_t i = 0; i < t->list.n; i++)
		draw_twig(t, i, width && width < LEAST ? LEAST : width, colour, out);
}
