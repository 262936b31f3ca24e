/* SPDX-License-Identifier: BSD-2-Clause */
#include "dts.h"

#include "comment.h"

/* ---- The tree ---------------------------------------------------------------- */

struct cells {
	uint32_t address, size;
};

/* What the guest will read the children of this node's reg with (DTSpec 2.3.5:
 * not inherited). */
static struct cells cells_of(const struct gnode *node)
{
	struct cells c = { 2, 1 };
	const struct gprop *p;

	VEC_EACH (p, &node->props) {
		if (p->edit == EDIT_DROPPED || p->data.n != 4)
			continue;
		if (str_is(p->name, "#address-cells"))
			c.address = (unsigned char)p->data.s[3];
		else if (str_is(p->name, "#size-cells"))
			c.size = (unsigned char)p->data.s[3];
	}
	return c;
}

/* How many cells make one entry, for reading only. */
static uint32_t stride_of(const struct gprop *p, struct cells parent)
{
	if (str_is(p->name, "reg"))
		return parent.address + parent.size;
	if (str_is(p->name, "xen,reg"))
		return 2 * parent.address + parent.size;
	if (str_is(p->name, "interrupts"))
		return 3; /* the guest's GIC has three cells in every release */
	return 0;
}

static struct str host_of(struct dts *w, dt_id host)
{
	return host == DT_NONE ? STR_NONE : dt_node(w->host, host)->path;
}

static void add_host(struct dts *w, struct buf *text, dt_id host)
{
	struct str path = host_of(w, host);

	if (path.n)
		buf_format(text, " (host: %.*s)", STR_ARG(path));
}

/* Why the property is not what the host has.  Nothing for plain copies, nor
 * for what belongs to a node that is wholly ours; the comment before the node
 * says where its properties are from. */
static void put_reason(struct dts *w, const struct gnode *node, const struct gprop *p)
{
	struct buf text = buf_new(w->arena);
	bool usual = p->edit == EDIT_COPIED || (p->edit == EDIT_ADDED && node->host == DT_NONE);

	if (usual && !p->why.n)
		return;
	if (p->edit == EDIT_DROPPED)
		buf_format(&text, "%.*s%s: ", STR_ARG(p->name), p->is_node ? " { }" : "");
	buf_text(&text, edit_name(p->edit));
	if (p->why.n)
		buf_format(&text, ": %.*s", STR_ARG(p->why));
	if (p->host != node->host)
		add_host(w, &text, p->host);
	comment_put(w->out, w->depth, buf_get(&text));
}

static void put_node_comment(struct dts *w, const struct gnode *node)
{
	struct buf text = buf_new(w->arena);

	if (node->why.n)
		buf_str(&text, node->why);
	else if (node->host != DT_NONE)
		buf_text(&text, "copied");
	add_host(w, &text, node->host);
	if (text.n)
		comment_put(w->out, w->depth, buf_get(&text));
}

static void note_origin(struct dts *w, const struct gnode *node, const struct gprop *p)
{
	VEC_PUSH(w->arena, &w->origins, ((struct dts_origin){ w->out->n, { node, p } }));
}

static void put_props(struct dts *w, const struct gnode *node, struct cells parent)
{
	const struct gprop *p;

	VEC_EACH (p, &node->props) {
		note_origin(w, node, p);
		put_reason(w, node, p);
		if (p->edit != EDIT_DROPPED)
			dts_value(w, p, stride_of(p, parent));
	}
	note_origin(w, node, NULL);
}

static void put_node(struct dts *w, const struct gnode *node, struct cells parent)
{
	struct str label = w->labels.v[w->nwritten++];
	struct cells own = cells_of(node);
	struct gnode **child;

	note_origin(w, node, NULL);
	put_node_comment(w, node);
	buf_fill(w->out, '\t', w->depth);
	if (label.n)
		buf_format(w->out, "%.*s: ", STR_ARG(label));
	buf_format(w->out, "%.*s {\n", STR_ARG(node->name.n ? node->name : STR("/")));
	w->depth++;
	put_props(w, node, parent);
	if (node->phandle) {
		buf_fill(w->out, '\t', w->depth);
		buf_format(w->out, "phandle = <0x%x>;\n", node->phandle);
	}
	VEC_EACH (child, &node->children) {
		buf_char(w->out, '\n');
		put_node(w, *child, own);
	}
	note_origin(w, node, NULL);
	w->depth--;
	buf_fill(w->out, '\t', w->depth);
	buf_text(w->out, "};\n");
}

/* ---- The head of the file ------------------------------------------------------ */

static void put_line(struct dts *w, struct str text)
{
	buf_text(w->out, text.n ? " * " : " *");
	buf_str(w->out, comment_line(w->arena, text));
	buf_char(w->out, '\n');
}

static void put_map(struct dts *w, const struct guest_plan *g)
{
	const struct mapping *m;
	const struct irq_grant *irq;

	if (g->mappings.n) {
		put_line(w, STR_NONE);
		put_line(w, STR("guest address       host address        size        devices"));
	}
	VEC_EACH (m, &g->mappings)
		put_line(w,
			 str_format(w->arena, "0x%016llx  0x%016llx  0x%-8llx  %.*s",
				    (unsigned long long)m->guest.v,
				    (unsigned long long)m->host.first,
				    (unsigned long long)range_size(m->host), STR_ARG(m->devices)));
	if (g->irqs.n) {
		put_line(w, STR_NONE);
		put_line(w, STR("interrupt  devices"));
	}
	VEC_EACH (irq, &g->irqs)
		put_line(w, str_format(w->arena, "%-9lu  %.*s", (unsigned long)irq->intid,
				       STR_ARG(irq->devices)));
}

static void put_head(struct dts *w, const struct plan *plan, const struct guest_plan *g)
{
	struct arena *a = w->arena;
	struct str xen = releases_name(a, plan->platform->xen);
	struct str board = file_part(plan->dt->file);

	buf_text(w->out, "/dts-v1/;\n\n/*\n");
	put_line(w, str_format(a, "Partial device tree of guest `%.*s`, made by dtassign.",
			       STR_ARG(g->request->name)));
	put_line(w, STR_NONE);
	put_line(w, str_format(a, "board   %.*s", STR_ARG(board)));
	put_line(w, str_format(a, "target  %s", target_name(g->request->target)));
	put_line(w, str_format(a, "xen     %.*s", STR_ARG(xen)));
	put_map(w, g);
	buf_text(w->out, " */\n\n");
}

static void put_all(struct dts *w, const struct plan *plan, const struct guest_plan *g)
{
	dts_find_labels(w, g->tree);
	put_head(w, plan, g);
	put_node(w, g->tree, (struct cells){ 0, 0 });
}

struct str emit_dts(struct arena *a, const struct plan *plan, const struct guest_plan *g)
{
	struct buf out = buf_new(a);
	struct dts w = { .arena = a, .out = &out, .host = plan->dt };

	put_all(&w, plan, g);
	return buf_get(&out);
}

struct emit_item emit_dts_at(struct arena *a, const struct plan *plan, const struct guest_plan *g,
			     size_t off)
{
	struct buf out = buf_new(a);
	struct dts w = { .arena = a, .out = &out, .host = plan->dt };
	struct emit_item item = { NULL, NULL };

	put_all(&w, plan, g);
	for (size_t i = 0; i < w.origins.n && w.origins.v[i].off <= off; i++)
		item = w.origins.v[i].item;
	return item;
}
