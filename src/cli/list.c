/* SPDX-License-Identifier: BSD-2-Clause */
/* `dtassign list`: the devices of a board, one a line. */
#include "show.h"

/* What decides comes first: a narrow terminal cuts the rest. */
enum {
	COLUMN_PATH,
	COLUMN_STATE,
	COLUMN_DMA,
	COLUMN_KIND,
	COLUMN_LINES,
	COLUMN_ADDRESSES,
	COLUMN_IOMMU,
	COLUMN_REMARKS,
	NCOLUMNS,
};

enum { NEIGHBOURS_SHOWN = 3 };

/* Something that an owner could hold, or that stands in the way of one.  What
 * has no compatible is no device by itself: a part of another node, at a place
 * that only that node's driver knows. */
static bool is_listed(const struct run *r, dt_id node)
{
	const struct device *d = facts_device(r->facts, node);
	bool whole = dt_has(r->dt, node, "compatible");

	if (d->role == ROLE_ROOT || d->role == ROLE_META || d->role == ROLE_CPU ||
	    d->role == ROLE_MEMORY)
		return false;
	for (uint32_t i = 0; i < d->nwindows; i++)
		if (d->windows[i].health == WINDOW_OK ||
		    (whole && d->windows[i].health != WINDOW_NO_ADDRESS))
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

/* A device that names one line several times has it once. */
static struct str lines(const struct run *r, const struct device *d)
{
	struct buf b = buf_new(r->arena);
	uint32_t before = LINE_NONE;

	for (uint32_t i = 0; i < d->nlines; i++) {
		const struct line *l = &d->lines[i];

		if (l->health != LINE_GIC)
			add_word(&b, STR("?"));
		else if (l->intid != before)
			add_word(&b, view_line(r, l));
		before = l->health == LINE_GIC ? l->intid : LINE_NONE;
	}
	return b.n ? buf_get(&b) : STR("-");
}

static void add_remark(struct buf *b, struct str text)
{
	if (text.n)
		buf_format(b, "%s%.*s", b->n ? "; " : "", STR_ARG(text));
}

static struct str sharing(struct run *r, const char *what, dt_id node, enum claim_kind kind)
{
	struct nodes others = view_sharing(r, node, kind);
	struct buf b = buf_new(r->arena);

	for (size_t i = 0; i < others.n && i < NEIGHBOURS_SHOWN; i++)
		buf_format(&b, "%s%s%.*s", i ? ", " : what, i ? "" : " shared with ",
			   STR_ARG(view_path(r, others.v[i])));
	if (others.n > NEIGHBOURS_SHOWN)
		buf_format(&b, " and %zu more", others.n - NEIGHBOURS_SHOWN);
	return buf_get(&b);
}

static struct str remarks(struct run *r, dt_id node, struct str why)
{
	const struct device *d = facts_device(r->facts, node);
	struct buf b = buf_new(r->arena);

	if (!d->enabled)
		add_remark(&b, STR("disabled"));
	add_remark(&b, why);
	add_remark(&b, sharing(r, "page", node, CLAIM_PAGES));
	add_remark(&b, sharing(r, "interrupt", node, CLAIM_LINE));
	return buf_get(&b);
}

static void add_device(struct run *r, struct table *t, dt_id node)
{
	const struct device *d = facts_device(r->facts, node);
	const struct dma_verdict *v = &r->topology->verdicts[node];
	struct table_row *row = VEC_ADD(r->arena, &t->rows);
	struct state state = view_state(r, node);

	row->cells[COLUMN_PATH] = view_path(r, node);
	row->tone[COLUMN_PATH] = d->enabled ? TONE_STRONG : TONE_PLAIN;
	row->cells[COLUMN_STATE] = str_of(state.word);
	row->tone[COLUMN_STATE] = state.tone;
	row->cells[COLUMN_DMA] =
		d->role == ROLE_DEVICE ? str_of(verdict_name(v->verdict)) : STR("-");
	row->cells[COLUMN_KIND] = view_kind(r, node);
	row->cells[COLUMN_LINES] = lines(r, d);
	row->cells[COLUMN_ADDRESSES] = addresses(r, d);
	row->cells[COLUMN_IOMMU] = v->iommu == DT_NONE ? STR("-") : view_path(r, v->iommu);
	row->cells[COLUMN_REMARKS] = remarks(r, node, state.why);
	row->tone[COLUMN_REMARKS] = TONE_CARE;
}

static void draw(struct run *r, struct nodes nodes, struct buf *out)
{
	struct table t = { .arena = r->arena, .ncolumns = NCOLUMNS };
	struct table_row *head = VEC_ADD(r->arena, &t.rows);

	head->cells[COLUMN_PATH] = STR("PATH");
	head->cells[COLUMN_STATE] = STR("GUEST");
	head->cells[COLUMN_DMA] = STR("DMA");
	head->cells[COLUMN_KIND] = STR("KIND");
	head->cells[COLUMN_LINES] = STR("INTERRUPTS");
	head->cells[COLUMN_ADDRESSES] = STR("ADDRESSES");
	head->cells[COLUMN_IOMMU] = STR("IOMMU");
	head->cells[COLUMN_REMARKS] = STR("REMARKS");
	for (size_t i = 0; i < nodes.n; i++)
		add_device(r, &t, nodes.v[i]);
	table_draw(&t, terminal_width(stdout), terminal_has_colour(stdout), out);
}

static void draw_paths(const struct run *r, struct nodes nodes, struct buf *out)
{
	for (size_t i = 0; i < nodes.n; i++)
		buf_format(out, "%.*s\n", STR_ARG(dt_node(r->dt, nodes.v[i])->path));
}

static bool has_compatible(const struct run *r, dt_id node, struct str text)
{
	const struct dt_prop *p = dt_prop(r->dt, node, "compatible");
	struct str one;

	for (size_t i = 0; p && dt_string(p, i, &one); i++)
		if (str_find_sub(one, text) != SIZE_MAX)
			return true;
	return false;
}

static bool has_state(const struct run *r, dt_id node, struct str state)
{
	bool enabled = facts_device(r->facts, node)->enabled;

	if (str_is(state, "enabled") || str_is(state, "disabled"))
		return enabled == str_is(state, "enabled");
	return str_is(state, view_state(r, node).word);
}

/* A role, or the name that says what it is (DTSpec 2.2.2). */
static bool has_class(const struct run *r, dt_id node, struct str class)
{
	return str_is(class, role_name(facts_device(r->facts, node)->role)) ||
	       str_eq(class, dt_base_name(r->dt, node));
}

static bool passes(const struct run *r, const struct filter *f, dt_id bus, dt_id node)
{
	return (!f->state.n || has_state(r, node, f->state)) &&
	       (!f->class.n || has_class(r, node, f->class)) &&
	       (bus == DT_NONE || (node != bus && dt_is_in(r->dt, node, bus))) &&
	       (!f->compatible.n || has_compatible(r, node, f->compatible));
}

/* What is asked for; false: there is no such bus, and that was said. */
static bool choose_nodes(struct run *r, struct nodes *out)
{
	const struct filter *f = &r->options->filter;
	struct word word = { f->bus, place_none() };
	dt_id bus = f->bus.n ? plan_resolve(r->diag, r->dt, &word) : DT_NONE;

	if (f->bus.n && bus == DT_NONE)
		return false;
	out->v = ARENA_ARRAY(r->arena, dt_id, r->dt->nnodes);
	for (dt_id n = 0; n < r->dt->nnodes; n++)
		if (is_listed(r, n) && passes(r, f, bus, n))
			out->v[out->n++] = n;
	return true;
}

static void say(struct run *r, struct nodes nodes, struct buf *out)
{
	if (r->options->paths)
		draw_paths(r, nodes, out);
	else if (r->options->json)
		show_json(r, nodes, out);
	else
		draw(r, nodes, out);
}

int command_list(struct run *r)
{
	struct buf out = buf_new(r->arena);
	struct nodes nodes = { 0 };

	if (!r->options->paths)
		run_say_release(r);
	if (run_read_board(r) && run_derive(r) && choose_nodes(r, &nodes) &&
	    (!r->options->json || run_referrers(r)))
		say(r, nodes, &out);
	run_settle(r);
	if (!r->summary.refused)
		put_out(&out);
	run_say(r, stderr, false);
	return r->summary.refused ? EXIT_REFUSED : EXIT_ACCEPTED;
}
