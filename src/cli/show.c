/* SPDX-License-Identifier: BSD-2-Clause */
/* `dtassign show`: everything that is known of a device, drawn as a short tree
 * with the property and cell that each fact came from. */
#include "show.h"

static struct str cell_of(const struct tree *t, const char *property, uint32_t cell)
{
	return str_format(t->run->arena, "%s, cell %lu", property, (unsigned long)cell);
}

static struct str named(const struct tree *t, const char *what, uint32_t index, struct str name)
{
	struct str shown = plain(t->run->arena, name);

	return str_format(t->run->arena, "%s %lu%s%.*s", what, (unsigned long)index,
			  name.n ? " " : "", STR_ARG(shown));
}

/* ---- Facts, kind by kind ----------------------------------------------------- */

static void add_strings(struct tree *t, const char *property)
{
	const struct dt_prop *p = dt_prop(t->run->dt, t->node, property);
	struct buf b = buf_new(t->run->arena);
	struct str s;

	if (!p)
		return;
	for (size_t i = 0; dt_string(p, i, &s); i++)
		buf_format(&b, "%s%.*s", i ? ", " : "", STR_ARG(s));
	tree_add(t, 0, str_of(property), plain(t->run->arena, buf_get(&b)), STR_NONE);
}

static void add_names(struct tree *t)
{
	struct str label = dt_node(t->run->dt, t->node)->label;
	struct str alias = dt_alias_of(t->run->dt, t->node);

	if (label.n)
		tree_add(t, 0, STR("label"), plain(t->run->arena, label), STR_NONE);
	if (alias.n)
		tree_add(t, 0, STR("alias"), plain(t->run->arena, alias), STR_NONE);
}

static void add_owner(struct tree *t)
{
	struct run *r = t->run;
	const struct device *d = facts_device(r->facts, t->node);
	struct state state = view_state(r, t->node);

	tree_add(t, 0, STR("status"),
		 d->enabled     ? STR("enabled")
		 : d->available ? STR("below a disabled node")
				: STR("disabled"),
		 d->available ? STR_NONE : STR("status"));
	tree_add(t, 0, STR("role"), str_of(role_name(d->role)), STR_NONE);
	tree_add(t, 0, STR("assignable"),
		 str_format(r->arena, "%s%s%.*s", state.word, state.why.n ? ": " : "",
			    STR_ARG(state.why)),
		 STR_NONE);
	if (r->platform->marked[t->node])
		tree_add(t, 0, STR("mark"), STR("for passthrough"), STR("xen,passthrough"));
}

static void add_sharing(struct tree *t, const char *what, enum claim_kind kind)
{
	struct nodes others = view_sharing(t->run, t->node, kind);

	for (size_t i = 0; i < others.n; i++)
		tree_add(t, 1, str_of(what), view_path(t->run, others.v[i]), STR_NONE);
}

/* Two names for the same bytes. */
static void add_overlaps(struct tree *t, const struct device *d, uint32_t i)
{
	enum { LOOKED_AT = 64 }; /* no board has so many windows in one node        */

	for (uint32_t k = 0; k < i && k < LOOKED_AT; k++) {
		const struct window *a = &d->windows[i], *b = &d->windows[k];

		if (a->health == WINDOW_OK && b->health == WINDOW_OK && range_meets(a->cpu, b->cpu))
			tree_add(t, 1, STR("overlaps"), named(t, "window", b->index, b->name),
				 STR_NONE);
	}
}

static void add_windows(struct tree *t)
{
	const struct device *d = facts_device(t->run->facts, t->node);

	for (uint32_t i = 0; i < d->nwindows; i++) {
		const struct window *w = &d->windows[i];

		tree_add(t, 0, named(t, "window", w->index, w->name), view_window(t->run, w),
			 cell_of(t, w->assigned ? "assigned-addresses" : "reg", w->cell));
		if (w->differs)
			tree_add(t, 1, STR("beware"), str_of(w->differs), STR_NONE);
		add_overlaps(t, d, i);
	}
	add_sharing(t, "page shared with", CLAIM_PAGES);
	for (uint32_t i = 0; i < d->napertures; i++)
		tree_add(t, 0, named(t, "aperture", d->apertures[i].index, STR_NONE),
			 view_window(t->run, &d->apertures[i]),
			 cell_of(t, "ranges", d->apertures[i].cell));
}

static struct str line_value(const struct tree *t, const struct line *l)
{
	struct str where = view_line(t->run, l);
	struct arena *a = t->run->arena;

	if (l->health != LINE_GIC)
		return l->health == LINE_OTHER && l->reason
			       ? str_format(a, "%.*s: %s", STR_ARG(where), l->reason)
			       : where;
	return str_format(a, "%.*s, %s, %s%s%.*s", STR_ARG(where), line_type_name(l->type),
			  trigger_name(l->trigger), l->nexus == DT_NONE ? "" : ", through ",
			  STR_ARG(l->nexus == DT_NONE ? STR_NONE : view_path(t->run, l->nexus)));
}

/* What Xen takes another line for, it routes wrongly. */
static void add_xen_line(struct tree *t, const struct line *l)
{
	if (l->xen_intid == LINE_NONE && l->health == LINE_GIC)
		tree_add(t, 1, STR("Xen"), STR("ignores this line"), STR_NONE);
	else if (l->xen_intid != LINE_NONE && (l->health != LINE_GIC || l->xen_intid != l->intid))
		tree_add(t, 1, STR("Xen takes it for"),
			 str_format(t->run->arena, "%lu", (unsigned long)l->xen_intid), STR_NONE);
}

static void add_lines(struct tree *t)
{
	const struct device *d = facts_device(t->run->facts, t->node);

	for (uint32_t i = 0; i < d->nlines; i++) {
		const struct line *l = &d->lines[i];

		tree_add(t, 0, named(t, "interrupt", l->index, l->name), line_value(t, l),
			 cell_of(t, l->property, l->cell));
		add_xen_line(t, l);
	}
	add_sharing(t, "line shared with", CLAIM_LINE);
}

static struct str stream_value(const struct tree *t, const struct stream *s)
{
	static const char *const troubles[] = {
		[STREAM_HOLE] = "an empty slot",
		[STREAM_DANGLING] = "no node has this phandle",
		[STREAM_NO_CELLS] = "the IOMMU has no #iommu-cells",
		[STREAM_TRUNCATED] = "ends inside the entry",
	};
	struct buf b = buf_new(t->run->arena);

	if (s->health != STREAM_OK)
		return str_of(troubles[s->health]);
	for (uint32_t i = 0; i < s->nargs; i++)
		buf_format(&b, "%s0x%lx", i ? " " : "", (unsigned long)s->args[i]);
	buf_format(&b, "%sof %.*s", s->nargs ? " " : "", STR_ARG(view_path(t->run, s->iommu)));
	return buf_get(&b);
}

static void add_streams(struct tree *t)
{
	const struct device *d = facts_device(t->run->facts, t->node);
	const struct dma_verdict *v = &t->run->topology->verdicts[t->node];
	uint32_t group = t->run->topology->group_of[t->node];
	struct str why = plain(t->run->arena, v->reason);

	for (uint32_t i = 0; i < d->nstreams; i++)
		tree_add(t, 0, named(t, "stream", d->streams[i].index, STR_NONE),
			 stream_value(t, &d->streams[i]),
			 d->streams[i].legacy ? STR("mmu-masters of the IOMMU")
					      : cell_of(t, "iommus", d->streams[i].cell));
	tree_add(t, 0, STR("dma"),
		 str_format(t->run->arena, "%s%s%.*s", verdict_name(v->verdict), why.n ? ": " : "",
			    STR_ARG(why)),
		 v->at.node == t->node && v->at.property ? str_of(v->at.property) : STR_NONE);
	if (d->dma_coherent)
		tree_add(t, 1, STR("coherent"), view_path(t->run, d->dma_coherent_from),
			 STR("dma-coherent"));
	if (d->dma_ranges_from != DT_NONE)
		tree_add(t, 1, STR("addresses as of"), view_path(t->run, d->dma_ranges_from),
			 STR("dma-ranges"));
	for (uint32_t i = 0; group != GROUP_NONE && i < t->run->topology->groups[group].nmembers;
	     i++)
		tree_add(t, 1, STR("inseparable from"),
			 view_path(t->run, t->run->topology->groups[group].members[i]), STR_NONE);
}

/* Of an IOMMU: what this Xen makes of it. */
static void add_iommu(struct tree *t)
{
	const struct iommu *u = topology_iommu(t->run->topology, t->node);
	struct str why;

	if (!u)
		return;
	why = plain(t->run->arena, u->reason);
	tree_add(t, 0, STR("iommu"),
		 str_format(t->run->arena, "%s, %s%s%.*s", iommu_family_name(u->family),
			    iommu_outcome_name(u->outcome), why.n ? ": " : "", STR_ARG(why)),
		 u->at.node == t->node && u->at.property ? str_of(u->at.property) : STR_NONE);
	for (uint32_t i = 0; i < u->nclients; i++)
		tree_add(t, 1, STR("client"), view_path(t->run, u->clients[i]), STR_NONE);
}

static void add_reference(struct tree *t, const struct dt_prop *p, const struct supplier *row,
			  const struct dt_ref *ref)
{
	struct buf b = buf_new(t->run->arena);

	if (ref->provider != DT_NONE)
		buf_str(&b, view_path(t->run, ref->provider));
	else
		buf_text(&b, ref->health == REF_HOLE ? "(empty)" : "(cannot be read)");
	for (uint32_t i = 0; i < ref->nargs; i++)
		buf_format(&b, " 0x%lx", (unsigned long)dt_cell(p, ref->first_arg + i));
	tree_add(t, 0, str_of(supply_class_name(row->class)), buf_get(&b),
		 cell_of(t, str_c(t->run->arena, p->name), ref->cell));
}

static void add_references(struct tree *t)
{
	const struct dt *dt = t->run->dt;
	const struct dt_node *node = dt_node(dt, t->node);

	for (uint32_t i = 0; i < node->nprops; i++) {
		const struct dt_prop *p = &dt->props[node->first_prop + i];
		const struct supplier *row = dt_supplier(dt, t->node, p);
		struct dt_refs refs;

		if (!row || row->class == SUPPLY_IOMMU || row->class == SUPPLY_INTERRUPT)
			continue;
		refs = dt_refs(t->run->arena, dt, t->node, p, row);
		for (size_t k = 0; k < refs.n; k++)
			add_reference(t, p, row, &refs.v[k]);
	}
}

/* ---- One node after the other ------------------------------------------------------ */

static void show_node(struct run *r, dt_id node, struct buf *out)
{
	struct tree t = { .run = r, .node = node, .twigs = { .arena = r->arena } };

	add_strings(&t, "compatible");
	add_names(&t);
	add_owner(&t);
	add_windows(&t);
	add_lines(&t);
	add_streams(&t);
	add_iommu(&t);
	add_references(&t);
	tree_add_neighbours(&t);
	twigs_draw(&t.twigs, view_path(r, node), terminal_width(stdout),
		   terminal_has_colour(stdout), out);
}

/* ---- The command ----------------------------------------------------------------- */

/* The nodes that were named; a word that names none is a fault. */
static struct nodes chosen(struct run *r)
{
	const struct options *o = r->options;
	size_t room = o->all ? r->dt->nnodes : o->words.n;
	struct nodes nodes = { .v = ARENA_ARRAY(r->arena, dt_id, room) };

	for (dt_id n = 0; o->all && n < r->dt->nnodes; n++)
		nodes.v[nodes.n++] = n;
	for (size_t i = 0; i < o->words.n; i++) {
		struct word word = { o->words.v[i], place_none() };
		dt_id n = plan_resolve(r->diag, r->dt, &word);

		if (n != DT_NONE)
			nodes.v[nodes.n++] = n;
	}
	return nodes;
}

int command_show(struct run *r)
{
	struct buf out = buf_new(r->arena);
	struct nodes nodes;

	if (run_read_board(r) && run_derive(r) && run_referrers(r)) {
		nodes = chosen(r);
		if (r->options->json)
			show_json(r, nodes, &out);
		for (size_t i = 0; !r->options->json && i < nodes.n; i++) {
			if (i)
				buf_char(&out, '\n');
			show_node(r, nodes.v[i], &out);
		}
	}
	run_settle(r);
	/* People can use what could be shown, programs cannot. */
	if (!r->options->json || !r->summary.refused)
		put_out(&out);
	run_say(r, stderr, false);
	return r->summary.refused ? EXIT_REFUSED : EXIT_ACCEPTED;
}
