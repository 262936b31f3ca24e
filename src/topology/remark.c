/* SPDX-License-Identifier: BSD-2-Clause */
/* What changes no verdict, and yet somebody should know. */
#include <stdlib.h>

#include "building.h"

const char *remark_kind_name(enum remark_kind k)
{
	static const char *const names[NREMARK_KINDS] = {
		[REMARK_MASK_IGNORED] = "mask ignored",
		[REMARK_BOTH_BINDINGS] = "both bindings",
		[REMARK_FALLBACK_DRIVER] = "fallback driver",
		[REMARK_POWERED_IOMMU] = "powered IOMMU",
		[REMARK_BUS_DISABLED] = "disabled bus",
		[REMARK_SILICON] = "silicon revision",
		[REMARK_EMPTY_SLOT] = "empty slot",
		[REMARK_MAP_PLACEHOLDER] = "placeholder",
		[REMARK_MAP_OVERLAP] = "overlapping map",
		[REMARK_MAP_DANGLING] = "dangling map",
		[REMARK_BRIDGE_STARVED] = "bridge without PCI support",
	};

	return names[k];
}

void remark_add(struct building *b, enum remark_kind kind, struct spot at, struct str text)
{
	VEC_PUSH(b->arena, &b->remarks, ((struct remark){ kind, at.node, at, text }));
}

/* ---- Devices --------------------------------------------------------------------- */

/* xen ef3b4768b3, first in 4.20.0: before it arm_smmu_write_smr got mask 0. */
static void remark_mask(struct building *b, const struct client *c)
{
	if (!release_some_before(b->platform->xen, 20, 0))
		return;
	for (uint32_t i = 0; i < c->nuses; i++) {
		const struct stream_use *use = &b->uses.v[c->first + i];

		if (!use->mask || b->iommus.v[use->iommu].outcome != IOMMU_PROBES)
			continue;
		remark_add(b, REMARK_MASK_IGNORED, spot_prop(c->node, "iommus"),
			   str_format(b->arena,
				      "Xen before 4.20 programs the mask 0x%x of stream ID 0x%x as "
				      "0, so other streams that it stands for fault",
				      use->mask, use->id));
		return;
	}
}

static void remark_client(struct building *b, const struct client *c)
{
	if (c->broken || c->iommu == IOMMU_NONE)
		return;
	remark_mask(b, c);
	if (c->legacy && c->generic && b->iommus.v[c->iommu].outcome == IOMMU_PROBES)
		remark_add(b, REMARK_BOTH_BINDINGS, spot_prop(c->node, "iommus"),
			   STR("`iommus` and mmu-masters agree, and Xen takes the latter"));
}

/* ---- IOMMUs ---------------------------------------------------------------------- */

static bool is_driven_by_fallback(const struct building *b, const struct iommu *u)
{
	return !str_eq_nocase(dt_text(b->dt, u->node, "compatible"), str_of(u->row->compatible));
}

static void remark_iommu(struct building *b, const struct iommu *u)
{
	const struct iommu_model *model = iommu_model_find(u);

	if (u->outcome != IOMMU_PROBES)
		return;
	if (is_driven_by_fallback(b, u))
		remark_add(
			b, REMARK_FALLBACK_DRIVER, spot_prop(u->node, "compatible"),
			str_format(b->arena,
				   "Xen drives it as a plain %s and knows none of the quirks that "
				   "its first compatible stands for",
				   u->row->compatible));
	if (dt_has(b->dt, u->node, "power-domains") || dt_has(b->dt, u->node, "clocks"))
		remark_add(b, REMARK_POWERED_IOMMU,
			   spot_prop(u->node,
				     dt_has(b->dt, u->node, "clocks") ? "clocks" : "power-domains"),
			   STR("Xen does not turn on its clocks and power: firmware has to leave "
			       "them on, or the first access hangs"));
	if (facts_device(b->facts, u->node)->xen_disabled_ancestor)
		remark_add(b, REMARK_BUS_DISABLED, spot_node(u->node),
			   STR("it lies below a disabled bus, which Xen does not look at"));
	if (model && model->silicon == SILICON_DEPENDS && u->node == b->root)
		remark_add(b, REMARK_SILICON, spot_prop(u->node, "compatible"),
			   STR("Xen takes it from silicon revision 3.0 on, which the tree does not "
			       "tell; on an older one Xen stops at boot"));
}

/* ---- Maps ------------------------------------------------------------------------ */

static struct spot entry_spot(const struct rid_map *m, const struct rid_entry *e)
{
	return spot_cell(m->node, m->property, e->cell);
}

static void remark_entries(struct building *b, const struct rid_map *m)
{
	for (uint32_t i = 0; i < m->classic.nentries; i++) {
		const struct rid_entry *e = &m->classic.entries[i];

		if (e->phandle == 0)
			remark_add(b, REMARK_EMPTY_SLOT, entry_spot(m, e),
				   str_format(b->arena, "entry %u of %s has no target", i,
					      m->property));
		else if (e->target == DT_NONE)
			remark_add(b, REMARK_MAP_DANGLING, entry_spot(m, e),
				   str_format(b->arena, "entry %u of %s points at no node", i,
					      m->property));
		else if (e->length == 0)
			remark_add(b, REMARK_MAP_PLACEHOLDER, entry_spot(m, e),
				   str_format(b->arena,
					      "entry %u of %s takes no id: the boot loader is "
					      "expected to fill it in",
					      i, m->property));
	}
}

static int by_first(const void *x, const void *y)
{
	const struct rid_entry *a = *(const struct rid_entry *const *)x;
	const struct rid_entry *b = *(const struct rid_entry *const *)y;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return a->cell < b->cell ? -1 : a->cell > b->cell;
}

static bool translate_alike(const struct rid_entry *a, const struct rid_entry *b)
{
	return a->target == b->target && a->out - a->first == b->out - b->first;
}

/* Legal in msi-map, where several controllers are a choice. */
static void remark_overlap(struct building *b, const struct rid_map *m)
{
	uint32_t n = m->classic.nentries;
	const struct rid_entry **v = ARENA_ARRAY(b->arena, const struct rid_entry *, n);
	const struct rid_entry *far = NULL;

	for (uint32_t i = 0; i < n; i++)
		v[i] = &m->classic.entries[i];
	if (n)
		qsort(v, n, sizeof(*v), by_first);
	for (uint32_t i = 0; i < n; i++) {
		if (v[i]->length == 0)
			continue;
		if (far && v[i]->first - far->first < far->length && !translate_alike(far, v[i]))
			remark_add(b, REMARK_MAP_OVERLAP, entry_spot(m, v[i]),
				   str_format(b->arena,
					      "two entries of %s take requester id 0x%x: the one "
					      "that stands first counts",
					      m->property, v[i]->first));
		if (!far ||
		    (uint64_t)v[i]->first + v[i]->length > (uint64_t)far->first + far->length)
			far = v[i];
	}
}

/* Without its PCI code Xen registers no function of the bridge, and streams
 * that nobody registered fault or abort (arm_smmu_device_reset, ste of
 * arm_smmu_init_bypass_stes). */
static void remark_starved(struct building *b, const struct rid_map *m)
{
	if (b->platform->pci_passthrough || b->platform->dom0 != DOM0_PRESENT)
		return;
	for (uint32_t i = 0; i < m->classic.nentries; i++) {
		const struct rid_entry *e = &m->classic.entries[i];
		uint32_t k = e->target == DT_NONE ? IOMMU_NONE : b->out->iommu_of[e->target];

		if (k == IOMMU_NONE || b->iommus.v[k].outcome != IOMMU_PROBES)
			continue;
		remark_add(b, REMARK_BRIDGE_STARVED, entry_spot(m, e),
			   str_format(b->arena,
				      "Xen drives %.*s but, without PCI support, registers no "
				      "function of the bridge there: their DMA faults",
				      STR_ARG(path_text(b, e->target))));
		return;
	}
}

/* ---- Placeholders ------------------------------------------------------------------ */

/* A map of one id, without a mask: on several bridges at once to one stream it
 * is what a boot loader is meant to replace. */
static const struct rid_entry *trivial_entry(const struct rid_map *m)
{
	const struct rid_entry *e = m->classic.entries;

	if (m->kind != MAP_IOMMU || m->classic.error.n || m->classic.nentries != 1 ||
	    m->mask != UINT32_MAX || e->length != 1 || e->target == DT_NONE)
		return NULL;
	return e;
}

static int by_output(const void *x, const void *y)
{
	const struct rid_map *m = *(const struct rid_map *const *)x;
	const struct rid_map *z = *(const struct rid_map *const *)y;
	const struct rid_entry *a = m->classic.entries, *b = z->classic.entries;

	if (a->target != b->target)
		return a->target < b->target ? -1 : 1;
	if (a->out != b->out)
		return a->out < b->out ? -1 : 1;
	return m->node < z->node ? -1 : m->node > z->node;
}

static bool same_output(const struct rid_map *m, const struct rid_map *z)
{
	return m->classic.entries->target == z->classic.entries->target &&
	       m->classic.entries->out == z->classic.entries->out;
}

static void remark_placeholders(struct building *b)
{
	VEC(const struct rid_map *) v = { 0 };

	for (size_t i = 0; i < b->maps.n; i++)
		if (trivial_entry(b->maps.v[i]))
			VEC_PUSH(b->arena, &v, b->maps.v[i]);
	if (v.n)
		qsort(v.v, v.n, sizeof(*v.v), by_output);
	for (size_t i = 0; i < v.n; i++) {
		if (!(i > 0 && same_output(v.v[i - 1], v.v[i])) &&
		    !(i + 1 < v.n && same_output(v.v[i], v.v[i + 1])))
			continue;
		remark_add(b, REMARK_MAP_PLACEHOLDER, entry_spot(v.v[i], v.v[i]->classic.entries),
			   STR("several bridges map one requester id to the same stream: the boot "
			       "loader is expected to replace this"));
	}
}

static int by_place(const void *x, const void *y)
{
	const struct remark *a = x, *b = y;

	if (a->node != b->node)
		return a->node < b->node ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return a->at.cell < b->at.cell ? -1 : a->at.cell > b->at.cell;
}

void remarks_derive(struct building *b)
{
	struct iommu *u;
	struct client *c;

	VEC_EACH (c, &b->clients)
		remark_client(b, c);
	VEC_EACH (u, &b->iommus)
		remark_iommu(b, u);
	for (size_t i = 0; i < b->maps.n; i++) {
		remark_entries(b, b->maps.v[i]);
		if (b->maps.v[i]->kind == MAP_IOMMU) {
			remark_overlap(b, b->maps.v[i]);
			remark_starved(b, b->maps.v[i]);
		}
	}
	remark_placeholders(b);
	b->out->remarks = b->remarks.v;
	b->out->nremarks = (uint32_t)b->remarks.n;
	if (b->remarks.n)
		qsort(b->remarks.v, b->remarks.n, sizeof(*b->remarks.v), by_place);
}
