/* SPDX-License-Identifier: BSD-2-Clause */
/* What a requester id becomes. */
#include "building.h"

const char *rid_result_name(enum rid_result r)
{
	static const char *const names[] = {
		[RID_HIT] = "hit",
		[RID_GAP] = "gap",
		[RID_NO_MAP] = "no map",
		[RID_ERROR] = "error",
	};

	return names[r];
}

/* ---- Finding -------------------------------------------------------------------- */

/* Maps lie in the order of their nodes, then of their kinds. */
struct rid_map *rid_map_find(const struct topology *t, dt_id node, enum map_kind kind)
{
	uint32_t low = 0, high = t->nmaps;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		const struct rid_map *m = t->maps[mid];

		if (m->node < node || (m->node == node && m->kind < kind))
			low = mid + 1;
		else
			high = mid;
	}
	if (low < t->nmaps && t->maps[low]->node == node && t->maps[low]->kind == kind)
		return t->maps[low];
	return NULL;
}

void rid_limits(const struct dt *dt, dt_id bridge, uint32_t *first, uint32_t *last)
{
	const struct dt_prop *p = dt_prop(dt, bridge, "bus-range");

	*first = 0;
	*last = 0xffff;
	if (!p || dt_ncells(p) < 2 || dt_cell(p, 1) > 0xff || dt_cell(p, 0) > dt_cell(p, 1))
		return;
	*first = dt_cell(p, 0) << 8;
	*last = (dt_cell(p, 1) << 8) | 0xff;
}

/* IEEE 1275 PCI binding, 2.2.1.1: bits 23..8 of phys.hi are bus, device and
 * function.  Below a bridge the bus number is the firmware's, and 0 means that
 * nobody has filled it in. */
bool topology_rid_of(const struct topology *t, dt_id n, dt_id *bridge, uint32_t *rid)
{
	const struct dt *dt = t->facts->dt;
	const struct dt_prop *reg = dt_prop(dt, n, "reg");
	dt_id up = dt_node(dt, n)->parent;
	bool direct;

	if (!reg || dt_ncells(reg) < 5 || up == DT_NONE)
		return false;
	direct = facts_device(t->facts, up)->is_host_bridge;
	while (up != DT_NONE && !facts_device(t->facts, up)->is_host_bridge) {
		if (!str_is(dt_text(dt, up, "device_type"), "pci"))
			return false;
		up = dt_node(dt, up)->parent;
	}
	if (up == DT_NONE)
		return false;
	*bridge = up;
	*rid = (dt_cell(reg, 0) >> 8) & 0xffff;
	return direct || *rid >> 8 != 0;
}

/* ---- One reading ------------------------------------------------------------------- */

struct answer {
	enum rid_result result;
	const struct rid_entry *hit;
	uint32_t entry, out, cell;
	struct str error;
};

static struct answer fails(uint32_t cell, struct str error)
{
	return (struct answer){ .result = RID_ERROR, .cell = cell, .error = error };
}

/* In classic arithmetic the end may wrap, and a range that does matches
 * nothing. */
static bool takes(const struct rid_entry *e, uint32_t id, bool classic)
{
	if (id < e->first)
		return false;
	return classic ? id < e->first + e->length : id - e->first < e->length;
}

static struct answer hit(struct arena *a, const struct rid_entry *e, uint32_t entry, uint32_t id,
			 bool classic)
{
	if (e->phandle == 0)
		return fails(e->cell + 1,
			     str_format(a, "entry %u, which takes it, has no target", entry));
	if (e->target == DT_NONE)
		return fails(e->cell + 1,
			     str_format(a, "entry %u, which takes it, points at no node", entry));
	if (!classic && e->ncells > 1 && e->length > 1)
		return fails(e->cell,
			     str_format(a, "entry %u gives a range to a target of %u cells", entry,
					e->ncells));
	return (struct answer){ RID_HIT, e, entry, id - e->first + e->out, e->cell, STR_NONE };
}

static struct answer look(struct arena *a, const struct rid_map *m, const struct rid_reading *r,
			  uint32_t rid)
{
	bool classic = r == &m->classic;
	uint32_t id = rid & m->mask;

	for (uint32_t i = 0; i < r->nentries; i++) {
		const struct rid_entry *e = &r->entries[i];

		if (e->first & ~m->mask)
			return fails(e->cell,
				     str_format(a,
						"entry %u begins at 0x%x, which the mask 0x%x "
						"cannot give",
						i, e->first, m->mask));
		if (takes(e, id, classic))
			return hit(a, e, i, id, classic);
	}
	if (r->error.n)
		return fails(r->error_cell, r->error);
	return (struct answer){ .result = RID_GAP };
}

/* ---- Both readings ------------------------------------------------------------------ */

static bool agree(const struct answer *a, const struct answer *b)
{
	if (a->result != b->result)
		return false;
	return a->result != RID_HIT || (a->hit->target == b->hit->target && a->out == b->out);
}

/* Where all targets take one cell, Xen's reading stands: the counted one then
 * merely dislikes an entry that this id does not need. */
static struct answer look_twice(struct arena *a, const struct rid_map *m, uint32_t rid)
{
	struct answer classic = look(a, m, &m->classic, rid);
	struct answer counted = look(a, m, &m->counted, rid);

	if (agree(&classic, &counted))
		return classic;
	if (classic.result == RID_ERROR && counted.result != RID_ERROR)
		return fails(classic.cell,
			     str_format(a,
					"%.*s; only kernels of mid-2026 and later, which count "
					"the cells of a target, can read it",
					STR_ARG(classic.error)));
	if (classic.result != RID_ERROR && m->counted.wide)
		return fails(classic.cell,
			     str_format(a,
					"Xen takes entries of four cells and kernels of mid-2026 "
					"and later count the cells of a target: they do not agree "
					"on requester id 0x%x",
					rid));
	return classic;
}

static bool is_own(const struct rid_map *m, uint32_t rid, dt_id *iommu)
{
	for (const struct own_iommu *own = m->own; own; own = own->next)
		if (own->rid == rid) {
			*iommu = own->node;
			return true;
		}
	return false;
}

static struct rid_mapping mapping_of(struct arena *a, const struct rid_map *m,
				     struct answer *answer, uint32_t rid)
{
	struct rid_mapping out = { .result = answer->result, .target = DT_NONE };
	dt_id own = DT_NONE;
	bool has_own = is_own(m, rid, &own);

	out.at = spot_prop(m->node, m->property);
	if (answer->result == RID_HIT && has_own && own == answer->hit->target)
		*answer = fails(answer->cell, STR("the IOMMU would stand behind itself"));
	out.result = answer->result;
	if (out.result == RID_GAP) {
		out.own_iommu = has_own;
		out.reason =
			str_format(a, "no entry of %s takes requester id 0x%x", m->property, rid);
		return out;
	}
	out.at = spot_cell(m->node, m->property, answer->cell);
	out.reason = answer->error;
	if (out.result == RID_HIT) {
		out.target = answer->hit->target;
		out.entry = answer->entry;
		out.out = answer->out;
	}
	return out;
}

static struct rid_mapping no_map(struct arena *a, const struct topology *t, dt_id bridge,
				 enum map_kind kind)
{
	const char *name = kind == MAP_IOMMU ? "iommu-map" : "msi-map";
	struct rid_mapping out = { .result = RID_NO_MAP, .target = DT_NONE };
	bool only_bridge = kind == MAP_IOMMU && dt_has(t->facts->dt, bridge, "iommus");

	out.at = only_bridge ? spot_prop(bridge, "iommus") : spot_node(bridge);
	out.reason = str_format(a, "`%.*s` has no %s%s",
				STR_ARG(dt_node(t->facts->dt, bridge)->path), name,
				only_bridge ? ", and its `iommus` is for the bridge: its functions "
					      "have no streams of their own"
					    : "");
	return out;
}

struct rid_mapping topology_map_rid(struct arena *a, const struct topology *t, dt_id bridge,
				    enum map_kind kind, uint32_t rid)
{
	const struct rid_map *m = rid_map_find(t, bridge, kind);
	struct answer answer;

	if (!m)
		return no_map(a, t, bridge, kind);
	answer = look_twice(a, m, rid);
	return mapping_of(a, m, &answer, rid);
}
