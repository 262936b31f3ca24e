/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mmu-masters: the binding from before `iommus`, on the SMMU itself.
 * Linux Documentation/devicetree/bindings/iommu/arm,smmu.yaml (deprecated):
 * entries of a phandle and as many stream IDs as #stream-id-cells of the
 * master says.
 */
#include "building.h"

/* xen/include/xen/device_tree.h: what of_phandle_args can hold. */
#define MAX_PHANDLE_ARGS 16

static const char list_name[] = "mmu-masters";

/* The count of an entry's IDs; false: Xen's reading ends here
 * (__dt_parse_phandle_with_args). */
static bool entry_length(const struct building *b, const struct dt_prop *p, uint32_t cell,
			 dt_id master, uint32_t *nids)
{
	if (master == DT_NONE || !dt_u32(b->dt, master, "#stream-id-cells", nids))
		return false;
	return *nids <= dt_ncells(p) - cell - 1;
}

/* Masters that stand behind the place where reading ends: Xen never sees them,
 * and to us they are broken, not absent. */
static void cut_off_rest(struct building *b, uint32_t iommu, const struct dt_prop *p, uint32_t cell)
{
	for (; cell < dt_ncells(p); cell++) {
		dt_id master = dt_find_phandle(b->dt, dt_cell(p, cell));
		struct legacy_entry *e;

		if (master == DT_NONE)
			continue;
		e = VEC_ADD(b->arena, &b->legacy);
		e->iommu = iommu;
		e->node = master;
		e->cell = cell;
		e->cut_off = true;
	}
}

static void read_list(struct building *b, uint32_t iommu, const struct dt_prop *p)
{
	uint32_t cell = 0, nids;

	while (cell < dt_ncells(p)) {
		dt_id master = dt_find_phandle(b->dt, dt_cell(p, cell));
		struct legacy_entry *e;

		if (!entry_length(b, p, cell, master, &nids)) {
			cut_off_rest(b, iommu, p, cell);
			return;
		}
		e = VEC_ADD(b->arena, &b->legacy);
		e->iommu = iommu;
		e->node = master;
		e->cell = cell;
		e->nids = nids;
		cell += 1 + nids;
	}
}

void legacy_read(struct building *b)
{
	for (uint32_t i = 0; i < b->iommus.n; i++) {
		const struct dt_prop *p = dt_prop(b->dt, b->iommus.v[i].node, list_name);

		if (p && b->iommus.v[i].family == IOMMU_SMMU)
			read_list(b, i, p);
	}
	if (!b->legacy.n)
		return;
	b->legacy_of = ARENA_ARRAY(b->arena, uint32_t, b->dt->nnodes);
	memset(b->legacy_of, 0xff, b->dt->nnodes * sizeof(*b->legacy_of));
}

/* ---- Registration ------------------------------------------------------------- */

static bool refuse(struct probe_try *try, const char *error, struct spot at, struct str reason)
{
	try->code = PROBE_FAILED;
	try->error = error;
	try->at = at;
	try->reason = reason;
	return false;
}

/* Entries lie in the order of their IOMMUs. */
static uint32_t first_entry(const struct building *b, uint32_t iommu)
{
	uint32_t low = 0, high = (uint32_t)b->legacy.n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (b->legacy.v[mid].iommu < iommu)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/*
 * xen smmu.c, register_smmu_master, for every entry of one SMMU: a master may
 * be registered once per SMMU (-EBUSY) and at one SMMU only (-EINVAL from
 * iommu_fwspec_init); either makes the probe fail.
 */
bool legacy_register(struct building *b, uint32_t iommu, struct probe_try *try)
{
	dt_id node = b->iommus.v[iommu].node;

	for (uint32_t i = first_entry(b, iommu); i < b->legacy.n; i++) {
		const struct legacy_entry *e = &b->legacy.v[i];
		struct spot at = spot_cell(node, list_name, e->cell);
		struct str path;
		uint32_t old;

		if (e->iommu != iommu || e->cut_off)
			break;
		old = b->legacy_of[e->node];
		b->legacy_of[e->node] = i;
		if (old == UINT32_MAX)
			continue;
		path = path_text(b, e->node);
		if (b->legacy.v[old].iommu == iommu)
			return refuse(try, "-EBUSY", at,
				      str_format(b->arena, "mmu-masters names %.*s twice",
						 STR_ARG(path)));
		return refuse(try, "-EINVAL", at,
			      str_format(b->arena, "mmu-masters of another SMMU names %.*s too",
					 STR_ARG(path)));
	}
	return true;
}

/* Masters of SMMUs that were never probed, and those that Xen never sees. */
void legacy_settle(struct building *b)
{
	for (uint32_t i = 0; i < b->legacy.n; i++) {
		const struct legacy_entry *e = &b->legacy.v[i];
		uint32_t *of = &b->legacy_of[e->node];

		if (*of == UINT32_MAX || (b->legacy.v[*of].cut_off && !e->cut_off))
			*of = i;
	}
}
