/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The streams of every device, and whether they can be right.
 * Bindings: Linux Documentation/devicetree/bindings/iommu/iommu.txt,
 * arm,smmu.yaml, arm,smmu-v3.yaml, renesas,ipmmu-vmsa.yaml.
 */
#include "building.h"

/* ---- Reading -------------------------------------------------------------------- */

static void use_generic(struct building *b, struct client *c, const struct stream *s)
{
	uint32_t iommu = s->health == STREAM_OK ? b->out->iommu_of[s->iommu] : IOMMU_NONE;
	struct stream_use *use;

	if (iommu == IOMMU_NONE)
		return;
	if (c->iommu == IOMMU_NONE)
		c->iommu = iommu;
	use = VEC_ADD(b->arena, &b->uses);
	use->node = c->node;
	use->iommu = iommu;
	use->args = s->args;
	use->nargs = s->nargs;
	use->id = s->nargs ? s->args[0] : 0;
	use->mask = b->iommus.v[iommu].family == IOMMU_SMMU ? s->mask : 0;
	use->at = spot_cell(c->node, "iommus", s->cell);
}

/* xen smmu.c stores the raw cells: bits 30..16 act as an SMR mask. */
static void use_legacy(struct building *b, struct client *c, const struct legacy_entry *e)
{
	const struct iommu *u = &b->iommus.v[e->iommu];
	const struct dt_prop *p = dt_prop(b->dt, u->node, "mmu-masters");

	c->iommu = e->iommu;
	for (uint32_t i = 0; i < e->nids; i++) {
		struct stream_use *use = VEC_ADD(b->arena, &b->uses);
		uint32_t *cell = ARENA_NEW(b->arena, uint32_t);

		*cell = dt_cell(p, e->cell + 1 + i);
		use->node = c->node;
		use->iommu = e->iommu;
		use->args = cell;
		use->nargs = 1;
		use->id = *cell & 0xffff;
		use->mask = *cell >> 16;
		use->at = spot_cell(u->node, "mmu-masters", e->cell + 1 + i);
		use->legacy = true;
	}
}

/* Legacy entries first: where both are there Xen takes those. */
static void client_add(struct building *b, dt_id n, const struct legacy_entry *e)
{
	const struct device *dev = facts_device(b->facts, n);
	struct client *c = VEC_ADD(b->arena, &b->clients);

	b->client_of[n] = (uint32_t)(b->clients.n - 1);
	c->node = n;
	c->first = (uint32_t)b->uses.n;
	c->iommu = IOMMU_NONE;
	c->generic = dt_has(b->dt, n, "iommus");
	c->legacy = e && !e->cut_off;
	if (c->legacy)
		use_legacy(b, c, e);
	for (uint32_t i = 0; i < dev->nstreams; i++)
		if (!dev->streams[i].legacy)
			use_generic(b, c, &dev->streams[i]);
	c->nuses = (uint32_t)b->uses.n - c->first;
}

void clients_read(struct building *b)
{
	b->client_of = ARENA_ARRAY(b->arena, uint32_t, b->dt->nnodes);
	for (dt_id n = 0; n < b->dt->nnodes; n++) {
		uint32_t e = b->legacy_of ? b->legacy_of[n] : UINT32_MAX;

		b->client_of[n] = CLIENT_NONE;
		if (e != UINT32_MAX)
			client_add(b, n, &b->legacy.v[e]);
		else if (dt_has(b->dt, n, "iommus"))
			client_add(b, n, NULL);
	}
}

/* ---- Entries that cannot be read --------------------------------------------------- */

/* false, so that a test can end with it. */
static bool broken(struct client *c, struct spot at, struct str reason)
{
	c->broken = true;
	c->at = at;
	c->reason = reason;
	return false;
}

/* Xen's walk ends at a bad entry: at the first one the device counts as having
 * no IOMMU, at a later one as protected by what came before
 * (iommu_add_dt_device).  Both are traps, so neither is "absent". */
static bool entry_is_whole(struct building *b, struct client *c, const struct stream *s)
{
	struct spot at = spot_cell(c->node, "iommus", s->cell);
	struct str which = str_format(b->arena, "entry %u of `iommus`", s->index);

	switch (s->health) {
	case STREAM_OK:
		return true;
	case STREAM_HOLE:
		return broken(c, at,
			      str_format(b->arena,
					 "%.*s is an empty slot, and Xen reads no further",
					 STR_ARG(which)));
	case STREAM_DANGLING:
		return broken(c, at,
			      str_format(b->arena, "%.*s points at no node", STR_ARG(which)));
	case STREAM_NO_CELLS:
		return broken(c, at,
			      str_format(b->arena, "%.*s points at a node without #iommu-cells",
					 STR_ARG(which)));
	case STREAM_TRUNCATED:
		return broken(
			c, at,
			str_format(b->arena, "%.*s ends inside its specifier", STR_ARG(which)));
	}
	return true;
}

static bool generic_is_whole(struct building *b, struct client *c)
{
	const struct device *dev = facts_device(b->facts, c->node);
	const struct dt_prop *p = dt_prop(b->dt, c->node, "iommus");

	if (!p)
		return true;
	if (p->data.n == 0)
		return broken(c, spot_prop(c->node, "iommus"), STR("`iommus` is empty"));
	if (p->data.n % 4 != 0)
		return broken(c, spot_prop(c->node, "iommus"),
			      str_format(b->arena,
					 "`iommus` has %zu bytes, which is no number "
					 "of cells",
					 p->data.n));
	for (uint32_t i = 0; i < dev->nstreams; i++)
		if (!dev->streams[i].legacy && !entry_is_whole(b, c, &dev->streams[i]))
			return false;
	return true;
}

static bool legacy_is_whole(struct building *b, struct client *c)
{
	const struct legacy_entry *e;

	if (!b->legacy_of || b->legacy_of[c->node] == UINT32_MAX)
		return true;
	e = &b->legacy.v[b->legacy_of[c->node]];
	if (!e->cut_off)
		return true;
	return broken(
		c, spot_cell(b->iommus.v[e->iommu].node, "mmu-masters", e->cell),
		STR("Xen's reading of mmu-masters ends before or at its entry, since an entry "
		    "names a node that is missing or lacks #stream-id-cells"));
}

/* ---- Entries that cannot work ------------------------------------------------------- */

/* xen iommu_fwspec.c, iommu_fwspec_init. */
static bool one_iommu(struct building *b, struct client *c)
{
	for (uint32_t i = 0; i < c->nuses; i++) {
		const struct stream_use *use = &b->uses.v[c->first + i];
		const struct iommu *u = &b->iommus.v[use->iommu];

		if (use->iommu == c->iommu)
			continue;
		if (u->outcome != IOMMU_PROBES && b->iommus.v[c->iommu].outcome != IOMMU_PROBES)
			continue;
		return broken(c, use->at,
			      str_format(b->arena,
					 "it has streams of %.*s and of %.*s, and Xen protects a "
					 "device by one IOMMU only",
					 STR_ARG(path_text(b, b->iommus.v[c->iommu].node)),
					 STR_ARG(path_text(b, u->node))));
	}
	return true;
}

#define SMMU_MAX_IDS 16     /* xen smmu.c: MAX_MASTER_STREAMIDS              */
#define SMMU_ID_BITS 0x7fff /* xen smmu.c: SMR_ID_MASK, SMR_MASK_MASK       */

/* xen smmu.c, arm_smmu_dt_xlate_generic: cells beyond the second are dropped,
 * none means stream 0, and bit 15 and above are cut off. */
static bool smmu_stream(struct building *b, struct client *c, const struct stream_use *use)
{
	if (!use->legacy && (use->nargs < 1 || use->nargs > 2))
		return broken(c, use->at,
			      str_format(b->arena,
					 "%.*s has #iommu-cells %u, and an SMMU takes 1 or 2",
					 STR_ARG(path_text(b, b->iommus.v[use->iommu].node)),
					 use->nargs));
	if (use->id > SMMU_ID_BITS || use->mask > SMMU_ID_BITS)
		return broken(c, use->at,
			      str_format(b->arena,
					 "stream ID 0x%x with mask 0x%x does not fit the 15 bits "
					 "that Xen keeps",
					 use->id, use->mask));
	return true;
}

/* xen ipmmu-vmsa.c, ipmmu_dt_xlate; the micro-TLBs that a model has. */
static bool ipmmu_stream(struct building *b, struct client *c, const struct stream_use *use)
{
	const struct iommu_model *model = iommu_model_find(&b->iommus.v[use->iommu]);
	uint32_t max = model && model->max_ids ? model->max_ids : 64;

	if (use->nargs != 1)
		return broken(c, use->at,
			      str_format(b->arena, "its IPMMU has #iommu-cells %u, expected 1",
					 use->nargs));
	if (use->id >= max)
		return broken(c, use->at,
			      str_format(b->arena, "micro-TLB %u does not exist: the IPMMU has %u",
					 use->id, max));
	return true;
}

static bool stream_fits(struct building *b, struct client *c, const struct stream_use *use)
{
	const struct iommu *u = &b->iommus.v[use->iommu];

	if (u->outcome != IOMMU_PROBES)
		return true;
	if (u->family == IOMMU_SMMU)
		return smmu_stream(b, c, use);
	if (u->family == IOMMU_IPMMU)
		return ipmmu_stream(b, c, use);
	return true;
}

/* Trees that carry both bindings are in the field (xen cf4af9d6d6).  Xen takes
 * the legacy list, since its registration comes first, and never compares. */
static bool both_agree(struct building *b, struct client *c)
{
	const struct stream_use *use = &b->uses.v[c->first];
	uint32_t nlegacy = 0, found = 0;

	while (nlegacy < c->nuses && use[nlegacy].legacy)
		nlegacy++;
	if (nlegacy == 0 || nlegacy == c->nuses)
		return true;
	for (uint32_t i = nlegacy; i < c->nuses; i++)
		for (uint32_t k = 0; k < nlegacy && k < SMMU_MAX_IDS; k++)
			if (use[k].id == use[i].id && use[k].mask == use[i].mask &&
			    use[k].iommu == use[i].iommu) {
				found++;
				break;
			}
	if (found == c->nuses - nlegacy && found >= nlegacy)
		return true;
	return broken(c, use[0].at,
		      STR("`iommus` and mmu-masters give it different streams, and Xen takes the "
			  "latter"));
}

/* xen smmu.c: smendx has 16 places, and nothing guards them since 4.16
 * (4a69273210): a 17th overruns the heap. */
static bool few_enough(struct building *b, struct client *c)
{
	uint32_t n = 0;

	if (b->iommus.v[c->iommu].family != IOMMU_SMMU ||
	    b->iommus.v[c->iommu].outcome != IOMMU_PROBES)
		return true;
	for (uint32_t i = 0; i < c->nuses; i++)
		n += b->uses.v[c->first + i].legacy == c->legacy;
	if (n <= SMMU_MAX_IDS)
		return true;
	return broken(c, b->uses.v[c->first + SMMU_MAX_IDS].at,
		      str_format(b->arena,
				 "it has %u stream IDs, and Xen keeps %u for a device of an SMMU",
				 n, SMMU_MAX_IDS));
}

static void client_validate(struct building *b, struct client *c)
{
	if (!legacy_is_whole(b, c) || !generic_is_whole(b, c) || c->iommu == IOMMU_NONE)
		return;
	if (!one_iommu(b, c) || !few_enough(b, c) || !both_agree(b, c))
		return;
	for (uint32_t i = 0; i < c->nuses; i++)
		if (!stream_fits(b, c, &b->uses.v[c->first + i]))
			return;
}

/* Needs the outcomes: what an IOMMU that is off would not take breaks nobody. */
void clients_validate(struct building *b)
{
	struct client *c;

	VEC_EACH (c, &b->clients)
		client_validate(b, c);
}
