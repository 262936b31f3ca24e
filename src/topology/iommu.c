/* SPDX-License-Identifier: BSD-2-Clause */
/* Which nodes are IOMMUs, and of what kind. */
#include "building.h"

static const struct iommu_row iommu_rows[] = {
#define IOMMU_ROW(compatible, family, driver, since, source) \
	{ compatible, IOMMU_##family, driver, since, source },
#include "iommus.def"
#undef IOMMU_ROW
};

static const struct iommu_model models[] = {
#define MODEL(compatible, version, domains, ids, silicon, source) \
	{ compatible, version, domains, ids, silicon, source },
#include "models.def"
#undef MODEL
};

/* ---- Names -------------------------------------------------------------------- */

const char *iommu_family_name(enum iommu_family f)
{
	static const char *const names[] = {
		[IOMMU_SMMU] = "SMMUv1/v2",       [IOMMU_SMMU_V3] = "SMMUv3",
		[IOMMU_IPMMU] = "IPMMU",          [IOMMU_VIRTIO] = "virtio-iommu",
		[IOMMU_OTHER] = "IOMMU with ids", [IOMMU_SINGLE] = "IOMMU of one master",
	};

	return names[f];
}

const char *iommu_outcome_name(enum iommu_outcome o)
{
	static const char *const names[] = {
		[IOMMU_PROBES] = "probes",
		[IOMMU_DISABLED] = "disabled",
		[IOMMU_MARKED] = "marked for passthrough",
		[IOMMU_NO_DRIVER] = "no driver",
		[IOMMU_SKIPPED] = "skipped",
		[IOMMU_STALLS] = "stalls",
		[IOMMU_PANICS] = "stops Xen",
		[IOMMU_NOT_REACHED] = "not reached",
		[IOMMU_WRONG_OPS] = "of a second family",
		[IOMMU_SWITCHED_OFF] = "switched off",
	};

	return names[o];
}

struct str path_text(const struct building *b, dt_id n)
{
	return str_format(b->arena, "`%.*s`", STR_ARG(dt_node(b->dt, n)->path));
}

/* ---- Rows ---------------------------------------------------------------------- */

/* Xen's dt_match_node looks at every string of `compatible`, so a row with a
 * driver wins wherever its string stands. */
static const struct iommu_row *better_row(const struct iommu_row *old, const struct iommu_row *new)
{
	if (!old || (!old->driver && new->driver))
		return new;
	return old;
}

const struct iommu_row *iommu_row_find(const struct dt *t, dt_id n)
{
	const struct dt_prop *p = dt_prop(t, n, "compatible");
	const struct iommu_row *best = NULL;
	struct str s;

	for (size_t i = 0; p && dt_string(p, i, &s); i++)
		for (size_t k = 0; k < ARRAY_SIZE(iommu_rows); k++)
			if (str_eq_nocase(s, str_of(iommu_rows[k].compatible)))
				best = better_row(best, &iommu_rows[k]);
	return best;
}

/* The same by look-up, for a walk over every node. */
static const struct iommu_row *row_of(const struct building *b, dt_id n)
{
	const struct dt_prop *p = dt_prop(b->dt, n, "compatible");
	const struct iommu_row *best = NULL;
	uint32_t k;
	struct str s;

	for (size_t i = 0; p && dt_string(p, i, &s); i++)
		if (map_get(b->rows, s, &k))
			best = better_row(best, &iommu_rows[k]);
	return best;
}

const struct iommu_model *iommu_model_find(const struct iommu *u)
{
	if (!u->row)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(models); i++)
		if (!strcmp(models[i].compatible, u->row->compatible))
			return &models[i];
	return NULL;
}

/* ---- What this Xen makes of a kind ----------------------------------------------- */

/* SMMUv1 and v2 have been matched since before any release that we know; what
 * their since_minor tells is when `iommus` came to be read. */
bool iommu_is_compiled(const struct building *b, const struct iommu *u)
{
	const struct iommu_row *row = u->row;

	if (!row || !(row->driver & b->platform->drivers))
		return false;
	return row->family == IOMMU_SMMU ||
	       release_all_since(b->platform->xen, row->since_minor, 0);
}

/* Why iommu_is_compiled is false. */
struct str iommu_no_driver(const struct building *b, const struct iommu *u)
{
	if (!u->row || !u->row->driver)
		return STR("no Xen has a driver for it");
	if (!(u->row->driver & b->platform->drivers))
		return str_format(b->arena, "this Xen is built without the driver for it (%s)",
				  xen_driver_name((enum xen_driver)u->row->driver));
	return str_format(b->arena, "Xen drives it since 4.%u", u->row->since_minor);
}

/* xen smmu.c: dt_xlate and add_device exist since 4.16 (2278d2cbb0). */
bool iommu_reads_generic(const struct building *b, const struct iommu *u)
{
	return u->row && release_all_since(b->platform->xen, u->row->since_minor, 0);
}

bool iommu_is_live(const struct iommu *u)
{
	return u->outcome != IOMMU_DISABLED && u->outcome != IOMMU_MARKED &&
	       u->outcome != IOMMU_SWITCHED_OFF;
}

/* ---- Finding ---------------------------------------------------------------------- */

static void iommu_add(struct building *b, dt_id n, const struct iommu_row *row,
		      const struct dt_prop *cells)
{
	struct iommu *u = VEC_ADD(b->arena, &b->iommus);

	u->node = n;
	u->row = row;
	u->cells = cells && dt_ncells(cells) ? dt_cell(cells, 0) : UINT32_MAX;
	if (row)
		u->family = row->family;
	else
		u->family = u->cells == 0 ? IOMMU_SINGLE : IOMMU_OTHER;
	u->outcome = IOMMU_NO_DRIVER;
	u->at = spot_prop(n, "compatible");
	u->pool = n;
	b->out->iommu_of[n] = (uint32_t)(b->iommus.n - 1);
}

void iommus_find(struct building *b)
{
	b->rows = map_new(b->arena, true, ARRAY_SIZE(iommu_rows));
	for (uint32_t k = 0; k < ARRAY_SIZE(iommu_rows); k++)
		map_put(b->rows, str_of(iommu_rows[k].compatible), k);
	b->out->iommu_of = ARENA_ARRAY(b->arena, uint32_t, b->dt->nnodes);
	for (dt_id n = 0; n < b->dt->nnodes; n++) {
		const struct dt_prop *cells = dt_prop(b->dt, n, "#iommu-cells");
		const struct iommu_row *row = row_of(b, n);

		b->out->iommu_of[n] = IOMMU_NONE;
		if (row || cells)
			iommu_add(b, n, row, cells);
	}
}
