/* SPDX-License-Identifier: BSD-2-Clause */
/* What `show` says, for machines: schemas/show.schema.json. */
#include "json.h"
#include "show.h"

static void put_path(struct json *j, const struct run *r, const char *key, dt_id node)
{
	if (node == DT_NONE)
		json_put_null(j, key);
	else
		json_put_str(j, key, dt_node(r->dt, node)->path);
}

static void put_numbers(struct json *j, const char *key, const uint32_t *v, uint32_t n)
{
	json_put_array(j, key);
	for (uint32_t i = 0; i < n; i++)
		json_put_number(j, NULL, v[i]);
	json_put_end(j);
}

static void put_strings(struct json *j, const char *key, const struct dt_prop *p)
{
	struct str s;

	json_put_array(j, key);
	for (size_t i = 0; p && dt_string(p, i, &s); i++)
		json_put_str(j, NULL, s);
	json_put_end(j);
}

/* ---- Windows and lines ------------------------------------------------------- */

static void put_window(struct json *j, const struct window *w)
{
	json_put_object(j, NULL);
	if (w->health == WINDOW_OK || w->health == WINDOW_EMPTY) {
		json_put_hex(j, "address", w->cpu.first);
		json_put_hex(j, "size", w->size);
	} else {
		json_put_text(j, "reason", w->reason);
	}
	json_put_number(j, "cell", w->cell);
	json_put_str_or_null(j, "name", w->name);
	json_put_end(j);
}

static void put_windows(struct json *j, const struct device *d, const char *key, bool assigned)
{
	json_put_array(j, key);
	for (uint32_t i = 0; i < d->nwindows; i++)
		if (d->windows[i].assigned == assigned)
			put_window(j, &d->windows[i]);
	json_put_end(j);
}

static void put_line(struct json *j, const struct run *r, const struct line *l)
{
	json_put_object(j, NULL);
	if (l->health == LINE_GIC) {
		json_put_number(j, "intid", l->intid);
		json_put_text(j, "type", line_type_name(l->type));
		json_put_text(j, "trigger", trigger_name(l->trigger));
		json_put_number(j, "flags", l->flags);
	} else {
		put_path(j, r, "controller", l->controller);
		put_numbers(j, "cells", l->specifier, l->nspecifier);
		json_put_text(j, "reason", l->reason ? l->reason : "ends at another controller");
		if (l->health == LINE_OTHER && l->behind != LINE_NONE)
			json_put_number(j, "behind", l->behind);
	}
	json_put_text(j, "property", l->property);
	json_put_number(j, "cell", l->cell);
	json_put_str_or_null(j, "name", l->name);
	json_put_end(j);
}

static void put_lines(struct json *j, const struct run *r, const struct device *d)
{
	json_put_array(j, "interrupts");
	for (uint32_t i = 0; i < d->nlines; i++)
		put_line(j, r, &d->lines[i]);
	json_put_end(j);
}

/* ---- IOMMUs ---------------------------------------------------------------------- */

/* Whether its clients are told apart by a number that is compared under a
 * mask. */
static bool has_stream_ids(const struct run *r, dt_id iommu)
{
	const struct iommu *known = topology_iommu(r->topology, iommu);

	return known && (known->family == IOMMU_SMMU || known->family == IOMMU_SMMU_V3);
}

static void put_streams(struct json *j, const struct run *r, const struct device *d)
{
	json_put_array(j, "iommus");
	for (uint32_t i = 0; i < d->nstreams; i++) {
		const struct stream *s = &d->streams[i];

		json_put_object(j, NULL);
		put_path(j, r, "iommu", s->iommu);
		if (s->health == STREAM_OK && has_stream_ids(r, s->iommu)) {
			json_put_number(j, "id", s->id);
			json_put_number(j, "mask", s->mask);
		} else {
			put_numbers(j, "cells", s->args, s->nargs);
		}
		json_put_bool(j, "broken", s->health != STREAM_OK);
		json_put_end(j);
	}
	json_put_end(j);
}

/* The entries of iommu-map and msi-map as they stand: four cells each. */
static void put_map(struct json *j, const struct run *r, dt_id node, const char *key,
		    const char *property)
{
	const struct dt_prop *p = dt_prop(r->dt, node, property);

	json_put_array(j, key);
	for (uint32_t i = 0; p && i + 4 <= dt_ncells(p); i += 4) {
		uint32_t cells[4];

		for (uint32_t k = 0; k < 4; k++)
			cells[k] = dt_cell(p, i + k);
		put_numbers(j, NULL, cells, 4);
	}
	json_put_end(j);
}

/* ---- Suppliers and neighbours -------------------------------------------------------- */

/* Of an entry that cannot be read, whom its phandle names. */
static dt_id provider_of(const struct run *r, const struct dt_ref *ref)
{
	if (ref->health == REF_TRUNCATED && ref->phandle)
		return dt_find_phandle(r->dt, ref->phandle);
	return ref->provider;
}

static void put_reference(struct json *j, const struct run *r, const struct dt_prop *p,
			  const struct supplier *row, const struct dt_refs *refs, size_t i)
{
	const struct dt_ref *ref = &refs->v[i];

	json_put_object(j, NULL);
	json_put_str(j, "property", p->name);
	json_put_number(j, "index", ref->index);
	put_path(j, r, "provider", provider_of(r, ref));
	json_put_array(j, "cells");
	for (uint32_t k = 0; k < ref->nargs; k++)
		json_put_number(j, NULL, dt_cell(p, ref->first_arg + k));
	json_put_end(j);
	json_put_text(j, "class", supply_class_name(row->class));
	if (i + 1 < refs->n && refs->v[i + 1].inner)
		put_path(j, r, "inner", refs->v[i + 1].provider);
	json_put_end(j);
}

/* An entry each: what stands in the specifier of another is no entry, and that
 * a line is no partition's is no empty slot. */
static bool is_entry(const struct supplier *row, const struct dt_ref *ref)
{
	return !ref->inner && (row->cells != CELLS_INTERRUPTS || ref->health != REF_HOLE);
}

static void put_suppliers(struct json *j, const struct run *r, dt_id n)
{
	const struct dt_node *node = dt_node(r->dt, n);

	json_put_array(j, "suppliers");
	for (uint32_t i = 0; i < node->nprops; i++) {
		const struct dt_prop *p = &r->dt->props[node->first_prop + i];
		const struct supplier *row = dt_supplier(r->dt, n, p);
		struct dt_refs refs = { 0 };

		if (row)
			refs = dt_refs(r->arena, r->dt, n, p, row);
		for (size_t k = 0; k < refs.n; k++)
			if (is_entry(row, &refs.v[k]))
				put_reference(j, r, p, row, &refs, k);
	}
	json_put_end(j);
}

static void put_sharing(struct json *j, struct run *r, const char *key, dt_id node,
			enum claim_kind kind)
{
	struct nodes others = view_sharing(r, node, kind);

	json_put_array(j, key);
	for (size_t i = 0; i < others.n; i++)
		put_path(j, r, NULL, others.v[i]);
	json_put_end(j);
}

/* ---- Where it stands -------------------------------------------------------------- */

static void put_state(struct json *j, const struct run *r, dt_id node)
{
	struct state state = view_state(r, node);

	json_put_object(j, "assignable");
	json_put_text(j, "state", state.word);
	json_put_str(j, "reason", state.why);
	json_put_end(j);
}

static void put_family(struct json *j, const struct run *r, dt_id node)
{
	dt_id child;

	put_path(j, r, "wrapper", facts_wrapper(r->facts, node));
	json_put_array(j, "children");
	DT_EACH_CHILD (r->dt, child, node)
		put_path(j, r, NULL, child);
	json_put_end(j);
}

/* Each property that names it once, however often it does. */
static void put_referrers(struct json *j, const struct run *r, dt_id node)
{
	struct referrers some = referrers_of(&r->referrers, r->dt, node, false);

	json_put_array(j, "referrers");
	for (size_t i = 0; i < some.n; i++) {
		if (i && some.v[i].prop == some.v[i - 1].prop)
			continue;
		json_put_object(j, NULL);
		put_path(j, r, "path", some.v[i].node);
		json_put_str(j, "property", some.v[i].prop->name);
		json_put_end(j);
	}
	json_put_end(j);
}

/* Properties that no table knows and that look like references. */
static void put_guesses(struct json *j, const struct run *r, dt_id n)
{
	const struct dt_node *node = dt_node(r->dt, n);
	dt_id target;

	json_put_array(j, "guesses");
	for (uint32_t i = 0; i < node->nprops; i++) {
		const struct dt_prop *p = &r->dt->props[node->first_prop + i];

		if (!dt_guess(r->dt, n, p, &target))
			continue;
		json_put_object(j, NULL);
		json_put_str(j, "property", p->name);
		put_path(j, r, "provider", target);
		json_put_end(j);
	}
	json_put_end(j);
}

/* ---- The whole -------------------------------------------------------------------- */

static void put_device(struct json *j, struct run *r, dt_id n)
{
	const struct device *d = facts_device(r->facts, n);
	const struct dma_verdict *v = &r->topology->verdicts[n];

	json_put_object(j, NULL);
	json_put_str(j, "path", dt_node(r->dt, n)->path);
	put_strings(j, "compatible", dt_prop(r->dt, n, "compatible"));
	json_put_bool(j, "enabled", d->enabled);
	json_put_bool(j, "available", d->available);
	put_state(j, r, n);
	json_put_text(j, "role", role_name(d->role));
	put_windows(j, d, "windows", false);
	put_windows(j, d, "assigned_addresses", true);
	put_lines(j, r, d);
	put_streams(j, r, d);
	put_map(j, r, n, "iommu_map", "iommu-map");
	put_map(j, r, n, "msi_map", "msi-map");
	put_suppliers(j, r, n);
	json_put_bool(j, "dma_coherent", d->dma_coherent);
	put_path(j, r, "dma_ranges_from", d->dma_ranges_from);
	json_put_object(j, "dma");
	json_put_text(j, "verdict", verdict_name(v->verdict));
	json_put_str(j, "reason", v->reason);
	json_put_end(j);
	put_sharing(j, r, "shares_pages_with", n, CLAIM_PAGES);
	put_sharing(j, r, "shares_lines_with", n, CLAIM_LINE);
	put_sharing(j, r, "shares_streams_with", n, CLAIM_STREAM);
	put_family(j, r, n);
	put_referrers(j, r, n);
	put_guesses(j, r, n);
	json_put_end(j);
}

void show_json(struct run *r, struct nodes nodes, struct buf *out)
{
	struct json j = json_to(out);

	json_put_object(&j, NULL);
	json_put_array(&j, "devices");
	for (size_t i = 0; i < nodes.n; i++)
		put_device(&j, r, nodes.v[i]);
	json_put_end(&j);
	json_put_end(&j);
}
