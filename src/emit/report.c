/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

#include "comment.h"
#include "json.h"
#include "keep.h"
#include "sum.h"

/* Who writes the report of one guest. */
struct report {
	struct arena *arena;
	struct json *json;
	const struct plan *plan;
	const struct guest_plan *guest;
};

static struct str path_of(const struct report *r, dt_id node)
{
	return node == DT_NONE ? STR_NONE : dt_node(r->plan->dt, node)->path;
}

static size_t count_lines(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.s[i] == '\n';
	return n;
}

/* A word of the config, by its line in the config that we write: so that a
 * second run, which reads that one, reports the same. */
static void put_at(const struct report *r, const struct place *at)
{
	const struct guest_request *q = r->guest->request;
	const struct cfg *c = q->cfg;
	bool written = q->target == TARGET_XL && str_eq(at->file, c->file);
	uint32_t line = at->line;

	if (at->kind != PLACE_TEXT) {
		json_put_null(r->json, "at");
		return;
	}
	if (written && c->has_block && line > count_lines(str_sub(c->source, 0, c->block_off)))
		line -= (uint32_t)count_lines(str_sub(c->source, c->block_off, c->block_len));
	json_put_object(r->json, "at");
	json_put_str(r->json, "file",
		     written ? str_format(r->arena, "%.*s.cfg", STR_ARG(q->name))
			     : file_part(at->file));
	json_put_number(r->json, "line", line);
	json_put_end(r->json);
}

static void put_device(const struct report *r, const struct plan_device *device)
{
	const struct dma_verdict *v = &r->plan->topology->verdicts[device->node];
	struct json *j = r->json;

	json_put_object(j, NULL);
	json_put_str(j, "path", path_of(r, device->node));
	json_put_text(j, "verdict", verdict_name(v->verdict));
	json_put_str(j, "reason", v->reason);
	if (device->forced) {
		json_put_object(j, "forced");
		json_put_str(j, "reason", device->force_reason);
		json_put_end(j);
	} else {
		json_put_null(j, "forced");
	}
	json_put_bool(j, "in_dtdev", device->in_dtdev);
	put_at(r, &device->at);
	json_put_end(j);
}

static const char *how_name(enum place_how how)
{
	switch (how) {
	case PLACED_ONE_TO_ONE:
		return "one-to-one";
	case PLACED_CHOSEN:
		return "chosen";
	case PLACED_AUTO:
		return "automatic";
	case PLACED_HAND:
		return "by-hand";
	case PLACED_HOST_GAP:
		return "follows";
	case PLACED_FRAGMENT:
		return "fragment";
	}
	BUG("place_how");
}

static void put_map(const struct report *r)
{
	struct json *j = r->json;
	const struct mapping *m;
	const struct placed_window *w;

	json_put_array(j, "address_map");
	VEC_EACH (m, &r->guest->mappings) {
		json_put_object(j, NULL);
		json_put_hex(j, "guest", m->guest.v);
		json_put_hex(j, "host", m->host.first);
		json_put_hex(j, "size", range_size(m->host));
		json_put_text(j, "how", how_name(m->how));
		json_put_str(j, "devices", m->devices);
		json_put_end(j);
	}
	json_put_end(j);
	json_put_array(j, "windows");
	VEC_EACH (w, &r->guest->windows) {
		const struct window *host =
			&facts_device(r->plan->facts, w->node)->windows[w->window];

		json_put_object(j, NULL);
		json_put_str(j, "path", path_of(r, w->node));
		json_put_number(j, "index", host->index);
		json_put_hex(j, "guest", w->guest.v);
		json_put_hex(j, "host", host->cpu.first);
		json_put_hex(j, "size", host->size);
		json_put_end(j);
	}
	json_put_end(j);
}

static void put_interrupts(const struct report *r)
{
	struct json *j = r->json;
	const struct irq_grant *irq;

	json_put_array(j, "interrupts");
	VEC_EACH (irq, &r->guest->irqs) {
		json_put_object(j, NULL);
		json_put_number(j, "intid", irq->intid);
		json_put_str_or_null(j, "path", path_of(r, irq->node));
		json_put_bool(j, "by_hand", irq->hand);
		json_put_str(j, "devices", irq->devices);
		json_put_end(j);
	}
	json_put_end(j);
}

/* ---- What was done to the tree -------------------------------------------------- */

static void put_edit(const struct report *r, struct str node, struct str property, enum edit edit,
		     struct str why, dt_id host)
{
	struct json *j = r->json;

	json_put_object(j, NULL);
	json_put_str(j, "node", node);
	json_put_str_or_null(j, "property", property);
	json_put_text(j, "edit", edit_name(edit));
	json_put_str(j, "why", why);
	json_put_str_or_null(j, "host", path_of(r, host));
	json_put_end(j);
}

static struct str path_below(const struct report *r, struct str parent, struct str name)
{
	return str_format(r->arena, "%.*s/%.*s", STR_ARG(parent), STR_ARG(name));
}

/* Of a node that is wholly ours, nothing is edited. */
static bool is_edited(const struct gnode *node, const struct gprop *p)
{
	return p->edit != EDIT_COPIED && (p->edit != EDIT_ADDED || node->host != DT_NONE);
}

/* path: of the node in the guest's tree, empty for the root. */
static void put_edits(const struct report *r, const struct gnode *node, struct str path)
{
	struct str shown = path.n ? path : STR("/");
	const struct gprop *p;
	struct gnode **child;

	if (node->why.n || node->host == DT_NONE)
		put_edit(r, shown, STR_NONE, node->host == DT_NONE ? EDIT_ADDED : EDIT_COPIED,
			 node->why, node->host);
	VEC_EACH (p, &node->props) {
		if (p->is_node)
			put_edit(r, path_below(r, path, p->name), STR_NONE, p->edit, p->why,
				 p->host);
		else if (p->why.n || is_edited(node, p))
			put_edit(r, shown, p->name, p->edit, p->why, p->host);
	}
	VEC_EACH (child, &node->children)
		put_edits(r, *child, path_below(r, path, (*child)->name));
}

/* ---- The rest ---------------------------------------------------------------------- */

static void put_sum(const struct report *r, const char *key, const struct dt_source *read)
{
	json_put_object(r->json, key);
	json_put_str(r->json, "file", file_part(read->file));
	json_put_str(r->json, "sha256", sum_of(r->arena, read->blob));
	json_put_end(r->json);
}

static void put_head(const struct report *r, const struct emit_options *options)
{
	struct json *j = r->json;
	const struct guest_request *q = r->guest->request;

	json_put_number(j, "format", 1);
	json_put_str(j, "guest", q->name);
	json_put_text(j, "target", target_name(q->target));
	json_put_str(j, "xen", releases_name(r->arena, r->plan->platform->xen));
	put_sum(r, "board", &options->board);
	json_put_array(j, "overlays");
	for (size_t i = 0; i < options->noverlays; i++)
		put_sum(r, NULL, &options->overlays[i]);
	json_put_end(j);
}

static void put_outputs(const struct report *r, const struct output *outputs, size_t n)
{
	struct json *j = r->json;

	json_put_array(j, "outputs");
	for (size_t i = 0; i < n; i++) {
		json_put_object(j, NULL);
		json_put_str(j, "file", outputs[i].name);
		json_put_str(j, "sha256", sum_of(r->arena, outputs[i].content));
		json_put_end(j);
	}
	json_put_end(j);
}

static void put_memory(const struct report *r)
{
	struct json *j = r->json;
	const struct guest_plan *g = r->guest;

	json_put_object(j, "memory");
	json_put_hex(j, "size", g->ram_bytes);
	if (g->p2m_mib)
		json_put_number(j, "p2m_pool_mib", g->p2m_mib);
	else
		json_put_null(j, "p2m_pool_mib");
	json_put_array(j, "banks");
	for (uint32_t i = 0; i < g->nram; i++) {
		json_put_object(j, NULL);
		json_put_hex(j, "guest", g->ram[i].first);
		json_put_hex(j, "size", range_size(g->ram[i]));
		json_put_end(j);
	}
	json_put_end(j);
	json_put_end(j);
}

/* What concerns the host as a whole. */
static void put_host(const struct report *r)
{
	struct json *j = r->json;
	const struct mark *m;
	const struct withheld *w;

	json_put_array(j, "marks");
	VEC_EACH (m, &r->plan->marks) {
		json_put_object(j, NULL);
		json_put_str(j, "path", path_of(r, m->node));
		json_put_str_or_null(j, "because", path_of(r, m->because));
		json_put_str(j, "reason", m->reason);
		json_put_bool(j, "present", m->present);
		json_put_end(j);
	}
	json_put_end(j);
	json_put_array(j, "withheld");
	VEC_EACH (w, &r->plan->withheld) {
		json_put_object(j, NULL);
		json_put_str(j, "path", path_of(r, w->node));
		json_put_str(j, "guest", r->plan->guests[w->guest].request->name);
		json_put_str(j, "reason", w->reason);
		json_put_end(j);
	}
	json_put_end(j);
}

static void put_findings(const struct report *r, const struct diag *d)
{
	struct json *j = r->json;

	json_put_array(j, "findings");
	for (size_t i = 0; i < diag_count(d); i++) {
		const struct finding *f = diag_get(d, i);

		if (f->guest.n && !str_eq(f->guest, r->guest->request->name))
			continue;
		json_put_object(j, NULL);
		json_put_text(j, "rule", rule_get(f->rule)->slug);
		json_put_text(j, "level", level_name(f->level));
		json_put_str(j, "message", f->text);
		json_put_str_or_null(j, "subject", f->subject);
		if (f->allowed)
			json_put_str(j, "allowed", f->reason);
		else
			json_put_null(j, "allowed");
		json_put_end(j);
	}
	json_put_end(j);
}

static void put_dtdev(const struct report *r)
{
	const struct plan_device *device;

	json_put_array(r->json, "dtdev");
	VEC_EACH (device, &r->guest->devices)
		if (device->in_dtdev)
			json_put_str(r->json, NULL, path_of(r, device->node));
	json_put_end(r->json);
}

struct str report_json(struct arena *a, const struct plan *plan, const struct guest_plan *g,
		       const struct diag *findings, const struct emit_options *options,
		       const struct output *outputs, size_t noutputs)
{
	struct buf out = buf_new(a);
	struct json json = json_to(&out);
	struct report r = { a, &json, plan, g };
	const struct plan_device *device;

	json_put_object(&json, NULL);
	put_head(&r, options);
	put_outputs(&r, outputs, noutputs);
	json_put_array(&json, "devices");
	VEC_EACH (device, &g->devices)
		put_device(&r, device);
	json_put_end(&json);
	put_dtdev(&r);
	put_map(&r);
	put_interrupts(&r);
	put_memory(&r);
	json_put_array(&json, "references");
	put_edits(&r, g->tree, STR_NONE);
	json_put_end(&json);
	put_host(&r);
	keep_json(&json, plan, g);
	put_findings(&r, findings);
	json_put_end(&json);
	return buf_get(&out);
}
