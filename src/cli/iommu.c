/* SPDX-License-Identifier: BSD-2-Clause */
/* `dtassign iommu`: the IOMMUs of a board, what Xen makes of each, who is behind
 * them and who cannot be told apart; with --rid, what a requester id becomes. */
#include "iommu.h"

enum {
	COLUMN_PATH,
	COLUMN_KIND,
	COLUMN_OUTCOME,
	COLUMN_PASS,
	COLUMN_CLIENTS,
	COLUMN_DOMAINS,
	COLUMN_WHY,
	NCOLUMNS,
};

/* ---- What both forms say --------------------------------------------------------- */

struct str iommu_state(const struct run *r)
{
	const struct topology *t = r->topology;

	switch (t->iommu_platform) {
	case PLATFORM_IOMMU_ON:
		return str_format(r->arena, "on, %s", iommu_family_name(t->active));
	case PLATFORM_IOMMU_OFF:
		return STR("off");
	case PLATFORM_IOMMU_PANIC:
		return STR("stops Xen");
	}
	BUG("platform");
}

struct str iommu_stream(const struct run *r, const struct stream_use *use)
{
	struct buf b = buf_new(r->arena);

	if (use->mask)
		buf_format(&b, "0x%lx mask 0x%lx", (unsigned long)use->id,
			   (unsigned long)use->mask);
	else if (use->nargs <= 1 || use->legacy)
		buf_format(&b, use->nargs ? "0x%lx" : "all", (unsigned long)use->id);
	else
		for (uint32_t i = 0; i < use->nargs; i++)
			buf_format(&b, "%s0x%lx", i ? " " : "", (unsigned long)use->args[i]);
	return buf_get(&b);
}

/* Uses lie in the order of their IOMMUs. */
uint32_t iommu_uses(const struct run *r, uint32_t iommu, const struct stream_use **first)
{
	const struct topology *t = r->topology;
	uint32_t low = 0, high = t->nuses, n = 0;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (t->uses[middle].iommu < iommu)
			low = middle + 1;
		else
			high = middle;
	}
	*first = t->uses + low;
	while (low + n < t->nuses && t->uses[low + n].iommu == iommu)
		n++;
	return n;
}

/* ---- Tables ------------------------------------------------------------------------- */

static struct str number(const struct run *r, uint32_t n, const char *none)
{
	return n ? str_format(r->arena, "%lu", (unsigned long)n) : str_of(none);
}

static enum tone outcome_tone(enum iommu_outcome o)
{
	switch (o) {
	case IOMMU_PROBES:
		return TONE_GOOD;
	case IOMMU_DISABLED:
	case IOMMU_MARKED:
	case IOMMU_NO_DRIVER:
	case IOMMU_NOT_REACHED:
	case IOMMU_SWITCHED_OFF:
		return TONE_CARE;
	case IOMMU_SKIPPED:
	case IOMMU_STALLS:
	case IOMMU_PANICS:
	case IOMMU_WRONG_OPS:
		return TONE_BAD;
	}
	BUG("outcome");
}

static struct str domains(const struct run *r, const struct iommu *u)
{
	if (u->pool != u->node)
		return STR("of root");
	return number(r, u->max_domains, "?");
}

static void add_iommu(struct run *r, struct table *t, const struct iommu *u)
{
	struct table_row *row = VEC_ADD(r->arena, &t->rows);

	row->cells[COLUMN_PATH] = view_path(r, u->node);
	row->tone[COLUMN_PATH] = TONE_STRONG;
	row->cells[COLUMN_KIND] = str_of(iommu_family_name(u->family));
	row->cells[COLUMN_OUTCOME] = str_of(iommu_outcome_name(u->outcome));
	row->tone[COLUMN_OUTCOME] = outcome_tone(u->outcome);
	row->cells[COLUMN_PASS] = number(r, u->pass, "-");
	row->cells[COLUMN_CLIENTS] = str_format(r->arena, "%lu", (unsigned long)u->nclients);
	row->cells[COLUMN_DOMAINS] = domains(r, u);
	row->cells[COLUMN_WHY] = plain(r->arena, u->reason);
	row->tone[COLUMN_WHY] = TONE_CARE;
}

static void draw_table(const struct table *t, struct buf *out)
{
	table_draw(t, terminal_width(stdout), terminal_has_colour(stdout), out);
}

static void draw_iommus(struct run *r, struct buf *out)
{
	static const char *const heads[NCOLUMNS] = { "IOMMU",   "KIND",    "OUTCOME", "PASS",
						     "CLIENTS", "DOMAINS", "WHY" };
	struct table t = { .arena = r->arena, .ncolumns = NCOLUMNS };
	struct table_row *head = VEC_ADD(r->arena, &t.rows);

	for (unsigned i = 0; i < NCOLUMNS; i++)
		head->cells[i] = str_of(heads[i]);
	for (uint32_t i = 0; i < r->topology->niommus; i++)
		add_iommu(r, &t, &r->topology->iommus[i]);
	draw_table(&t, out);
}

static void title(struct buf *out, const char *text)
{
	bool colour = terminal_has_colour(stdout);

	buf_char(out, '\n');
	put_tone(out, TONE_STRONG, colour);
	buf_text(out, text);
	put_tone_end(out, TONE_STRONG, colour);
	buf_char(out, '\n');
}

static void draw_steps(struct run *r, struct buf *out)
{
	const struct topology *topology = r->topology;
	struct table t = { .arena = r->arena, .ncolumns = 4 };

	if (!topology->nsteps)
		return;
	title(out, "Probing, try by try");
	for (uint32_t i = 0; i < topology->nsteps; i++) {
		const struct probe_step *s = &topology->steps[i];
		struct table_row *row = VEC_ADD(r->arena, &t.rows);

		row->cells[0] = str_format(r->arena, "  pass %lu", (unsigned long)s->pass);
		row->cells[1] = view_path(r, topology->iommus[s->iommu].node);
		row->cells[2] = str_of(s->result);
		row->tone[2] = strcmp(s->result, "ok") ? TONE_CARE : TONE_GOOD;
		row->cells[3] = plain(r->arena, s->reason);
	}
	draw_table(&t, out);
}

static struct str client_streams(const struct run *r, const struct stream_use **use,
				 const struct stream_use *end)
{
	dt_id node = (*use)->node;
	struct buf b = buf_new(r->arena);

	for (; *use < end && (*use)->node == node; (*use)++)
		buf_format(&b, "%s%.*s", b.n ? ", " : "", STR_ARG(iommu_stream(r, *use)));
	return buf_get(&b);
}

static void draw_clients(struct run *r, uint32_t iommu, struct buf *out)
{
	const struct stream_use *use;
	uint32_t n = iommu_uses(r, iommu, &use);
	const struct stream_use *end = use + n;
	struct table t = { .arena = r->arena, .ncolumns = 4 };

	if (!n)
		return;
	title(out, str_format(r->arena, "Behind %.*s",
			      STR_ARG(view_path(r, r->topology->iommus[iommu].node)))
			   .s);
	while (use < end) {
		const struct dma_verdict *v = &r->topology->verdicts[use->node];
		struct table_row *row = VEC_ADD(r->arena, &t.rows);

		row->cells[0] = str_format(r->arena, "  %.*s", STR_ARG(view_path(r, use->node)));
		row->cells[2] = str_of(verdict_name(v->verdict));
		row->tone[2] = v->verdict == VERDICT_PROTECTED ? TONE_GOOD : TONE_BAD;
		if (v->verdict != VERDICT_PROTECTED)
			row->cells[3] = plain(r->arena, v->reason);
		else if (!facts_device(r->facts, use->node)->enabled)
			row->cells[3] = STR("disabled");
		row->cells[1] = client_streams(r, &use, end);
	}
	draw_table(&t, out);
}

/* ---- Lists --------------------------------------------------------------------------- */

static void draw_link(struct run *r, const struct group_link *l, struct buf *out)
{
	buf_format(out, "    %.*s and %.*s: %.*s\n", STR_ARG(view_path(r, l->a)),
		   STR_ARG(view_path(r, l->b)), STR_ARG(plain(r->arena, l->what)));
}

static void draw_groups(struct run *r, struct buf *out)
{
	const struct topology *t = r->topology;

	if (!t->ngroups)
		return;
	title(out, "Cannot be told apart, so one owner for all of each");
	for (uint32_t i = 0; i < t->ngroups; i++) {
		const struct group *g = &t->groups[i];

		buf_format(out, "  %.*s: %lu devices\n", STR_ARG(plain(r->arena, g->name)),
			   (unsigned long)g->nmembers);
		for (uint32_t k = 0; k < g->nlinks; k++)
			draw_link(r, &g->links[k], out);
	}
}

static void draw_failures(struct run *r, struct buf *out)
{
	const struct topology *t = r->topology;

	if (!t->nfailures)
		return;
	title(out, "Stops Xen when it builds dom0, unless withheld from it");
	for (uint32_t i = 0; i < t->nfailures; i++)
		buf_format(out, "  %.*s: %s: %.*s\n", STR_ARG(view_path(r, t->failures[i].node)),
			   t->failures[i].error, STR_ARG(plain(r->arena, t->failures[i].text)));
}

static void draw_remarks(struct run *r, struct buf *out)
{
	const struct topology *t = r->topology;

	if (!t->nremarks)
		return;
	title(out, "Remarks");
	for (uint32_t i = 0; i < t->nremarks; i++)
		buf_format(out, "  %.*s: %.*s\n", STR_ARG(view_path(r, t->remarks[i].node)),
			   STR_ARG(plain(r->arena, t->remarks[i].text)));
}

static void draw(struct run *r, struct buf *out)
{
	const struct topology *t = r->topology;

	buf_format(out, "Xen's IOMMU: %.*s%s%.*s\n", STR_ARG(iommu_state(r)),
		   t->iommu_platform_reason.n ? ": " : "",
		   STR_ARG(plain(r->arena, t->iommu_platform_reason)));
	if (!t->niommus)
		return;
	buf_char(out, '\n');
	draw_iommus(r, out);
	draw_steps(r, out);
	for (uint32_t i = 0; i < t->niommus; i++)
		draw_clients(r, i, out);
	draw_groups(r, out);
	draw_failures(r, out);
	draw_remarks(r, out);
}

/* ---- One requester id ------------------------------------------------------------------ */

static struct str mapping_text(const struct run *r, const struct rid_mapping *m, const char *what)
{
	const char *own = m->own_iommu ? ", and that is right: an IOMMU is there itself" : "";

	if (m->result == RID_HIT)
		return str_format(r->arena, "%s 0x%lx of %.*s, by entry %lu", what,
				  (unsigned long)m->out, STR_ARG(view_path(r, m->target)),
				  (unsigned long)m->entry);
	return str_format(r->arena, "%s: %.*s%s", rid_result_name(m->result),
			  STR_ARG(plain(r->arena, m->reason)), own);
}

static void draw_lookup(const struct run *r, const struct lookup *l, struct buf *out)
{
	buf_format(out, "%.*s is requester id 0x%lx of %.*s\n", STR_ARG(l->function),
		   (unsigned long)l->rid, STR_ARG(view_path(r, l->bridge)));
	buf_format(out, "iommu-map  %.*s\n", STR_ARG(mapping_text(r, &l->iommu, "stream ID")));
	buf_format(out, "msi-map    %.*s\n", STR_ARG(mapping_text(r, &l->msi, "device ID")));
}

static bool no_bridge(struct run *r, const struct host_bridge *bridges, uint32_t n)
{
	struct str help = STR("name the node that has iommu-map behind the id");

	if (n)
		help = str_format(r->arena, "name the host bridge: --rid BDF %.*s",
				  STR_ARG(dt_node(r->dt, bridges[0].node)->path));
	return diag_fault(r->diag, RULE_UNKNOWN_DEVICE, place_none(), help,
			  "the board has %lu enabled host bridges, and none is known to be meant",
			  (unsigned long)n);
}

static bool find_lookup(struct run *r, struct lookup *l)
{
	const struct options *o = r->options;
	const struct pci_word *w = &o->rid;
	struct host_bridge *bridges;
	uint32_t n;

	*l = (struct lookup){ .rid = w->rid };
	if (o->words.n) {
		struct word word = { o->words.v[0], place_none() };

		l->bridge = plan_resolve(r->diag, r->dt, &word);
		if (l->bridge == DT_NONE)
			return false;
	} else {
		n = topology_host_bridges(r->arena, r->topology, &bridges);
		l->bridge = topology_bridge_of_domain(bridges, n, w->segment);
		if (l->bridge == DT_NONE)
			return no_bridge(r, bridges, n);
	}
	l->function = str_format(r->arena, "%04x:%02x:%02x.%x", w->segment, w->rid >> 8,
				 w->rid >> 3 & 0x1f, w->rid & 7);
	l->iommu = topology_map_rid(r->arena, r->topology, l->bridge, MAP_IOMMU, w->rid);
	l->msi = topology_map_rid(r->arena, r->topology, l->bridge, MAP_MSI, w->rid);
	return true;
}

int command_iommu(struct run *r)
{
	struct buf out = buf_new(r->arena);
	struct lookup l;

	run_say_release(r);
	if (run_read_board(r) && run_derive(r)) {
		if (!r->options->has_rid && r->options->json)
			iommu_json(r, &out);
		else if (!r->options->has_rid)
			draw(r, &out);
		else if (find_lookup(r, &l) && r->options->json)
			iommu_lookup_json(r, &l, &out);
		else if (!diag_nfaults(r->diag))
			draw_lookup(r, &l, &out);
	}
	run_settle(r);
	if (!r->summary.refused)
		put_out(&out);
	run_say(r, stderr, false);
	return r->summary.refused ? EXIT_REFUSED : EXIT_ACCEPTED;
}
