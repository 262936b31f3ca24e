/* SPDX-License-Identifier: BSD-2-Clause */
/* `dtassign list`: the devices of a board, one a line. */
#include "view.h"

enum {
	COLUMN_PATH,
	COLUMN_KIND,
	COLUMN_ADDRESSES,
	COLUMN_LINES,
	COLUMN_DMA,
	COLUMN_STATE,
	COLUMN_SHARES,
	NCOLUMNS,
};

enum { NEIGHBOURS_SHOWN = 3 };

/* Something that an owner could hold, or that stands in the way of one. */
static bool is_listed(const struct device *d)
{
	if (d->role == ROLE_ROOT || d->role == ROLE_META || d->role == ROLE_CPU ||
	    d->role == ROLE_MEMORY)
		return false;
	for (uint32_t i = 0; i < d->nwindows; i++)
		if (d->windows[i].health != WINDOW_NO_ADDRESS)
			return true;
	for (uint32_t i = 0; i < d->nlines; i++)
		if (d->lines[i].health == LINE_GIC)
			return true;
	return d->nstreams > 0 || d->nmaps > 0;
}

static void add_word(struct buf *b, struct str word)
{
	if (b->n)
		buf_char(b, ',');
	buf_str(b, word);
}

static struct str addresses(const struct run *r, const struct device *d)
{
	struct buf b = buf_new(r->arena);

	for (uint32_t i = 0; i < d->nwindows; i++)
		add_word(&b, d->windows[i].health == WINDOW_OK ? view_window(r, &d->windows[i])
							       : STR("?"));
	return b.n ? buf_get(&b) : STR("-");
}

static struct str lines(const struct run *r, const struct device *d)
{
	struct buf b = buf_new(r->arena);

	for (uint32_t i = 0; i < d->nlines; i++)
		add_word(&b,
			 d->lines[i].health == LINE_GIC ? view_line(r, &d->lines[i]) : STR("?"));
	return b.n ? buf_get(&b) : STR("-");
}

static struct str dma(const struct run *r, dt_id node)
{
	const struct dma_verdict *v = &r->topology->verdicts[node];

	if (v->verdict == VERDICT_PROTECTED && v->iommu != DT_NONE)
		return str_format(r->arena, "%s by %.*s", verdict_name(v->verdict),
				  STR_ARG(view_path(r, v->iommu)));
	return str_of(verdict_name(v->verdict));
}

static void add_sharing(const struct run *r, struct buf *b, const char *what, dt_id node,
			enum claim_kind kind)
{
	struct nodes others = view_sharing(r, node, kind);

	for (size_t i = 0; i < others.n && i < NEIGHBOURS_SHOWN; i++) {
		buf_text(b, i ? ", " : b->n ? "; " : "");
		if (!i)
			buf_format(b, "%s with ", what);
		buf_str(b, view_path(r, others.v[i]));
	}
	if (others.n > NEIGHBOURS_SHOWN)
		buf_format(b, " and %zu more", others.n - NEIGHBOURS_SHOWN);
}

static struct str shares(const struct run *r, dt_id node)
{
	struct buf b = buf_new(r->arena);

	add_sharing(r, &b, "page", node, CLAIM_PAGES);
	add_sharing(r, &b, "interrupt", node, CLAIM_LINE);
	return buf_get(&b);
}

static void add_device(const struct run *r, struct table *t, dt_id node)
{
	const struct device *d = facts_device(r->facts, node);
	struct table_row *row = VEC_ADD(r->arena, &t->rows);
	struct str state = view_state(r, node, &row->tone[COLUMN_STATE]);

	row->cells[COLUMN_PATH] = view_path(r, node);
	row->cells[COLUMN_KIND] = view_kind(r, node);
	row->cells[COLUMN_ADDRESSES] = addresses(r, d);
	row->cells[COLUMN_LINES] = lines(r, d);
	row->cells[COLUMN_DMA] = dma(r, node);
	row->cells[COLUMN_STATE] =
		d->enabled ? state : str_format(r->arena, "disabled; %.*s", STR_ARG(state));
	row->cells[COLUMN_SHARES] = shares(r, node);
	row->tone[COLUMN_SHARES] = TONE_CARE;
	row->tone[COLUMN_PATH] = d->enabled ? TONE_STRONG : TONE_PLAIN;
}

static void draw(const struct run *r, struct buf *out)
{
	struct table t = { .arena = r->arena, .ncolumns = NCOLUMNS };

	*VEC_ADD(r->arena, &t.rows) = (struct table_row){
		.cells = { STR("PATH"), STR("KIND"), STR("ADDRESSES"), STR("INTERRUPTS"),
			   STR("DMA"), STR("ASSIGNABLE"), STR("SHARES") },
		.tone = { TONE_FAINT, TONE_FAINT, TONE_FAINT, TONE_FAINT, TONE_FAINT, TONE_FAINT,
			  TONE_FAINT },
	};
	for (dt_id n = 0; n < r->dt->nnodes; n++)
		if (is_listed(facts_device(r->facts, n)))
			add_device(r, &t, n);
	table_draw(&t, terminal_width(stdout), terminal_has_colour(stdout), out);
}

static void draw_paths(const struct run *r, struct buf *out)
{
	for (dt_id n = 0; n < r->dt->nnodes; n++)
		if (is_listed(facts_device(r->facts, n)))
			buf_format(out, "%.*s\n", STR_ARG(dt_node(r->dt, n)->path));
}

int command_list(struct run *r)
{
	struct buf out = buf_new(r->arena);

	if (!r->options->paths)
		run_say_release(r);
	if (run_read_board(r) && run_derive(r)) {
		if (r->options->paths)
			draw_paths(r, &out);
		else
			draw(r, &out);
	}
	run_settle(r);
	if (!r->summary.refused)
		put_out(&out);
	run_say(r, stderr, false);
	return r->summary.refused ? EXIT_REFUSED : EXIT_ACCEPTED;
}
