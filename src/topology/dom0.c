/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What becomes of dom0: while Xen builds it, every node that is not skipped
 * and not marked is registered with the IOMMU and assigned (xen
 * arch/arm/domain_build.c, handle_node; arch/arm/device.c, handle_device).
 * Status does not matter.  Any failure stops Xen.
 */
#include <stdlib.h>

#include "building.h"

static bool is_dom0s(const struct building *b, dt_id n)
{
	return b->platform->dom0 == DOM0_PRESENT && !b->platform->marked[n] &&
	       facts_device(b->facts, n)->skipped_by == DT_NONE;
}

static void failure_add(struct building *b, dt_id n, struct spot at, const char *error,
			struct str text)
{
	struct dom0_failure *f = VEC_ADD(b->arena, &b->failures);

	f->node = n;
	f->other = DT_NONE;
	f->at = at;
	f->other_at = (struct spot){ DT_NONE, NULL, -1 };
	f->error = error;
	f->text = text;
}

/* ---- One device ------------------------------------------------------------------ */

enum next {
	NEXT_ENTRY,
	NEXT_ADD,  /* the walk is over                                        */
	NEXT_NONE, /* the device stays without IOMMU, and that is no error    */
	NEXT_FAILED,
};

static struct spot entry_spot(const struct client *c, const struct stream *s)
{
	return spot_cell(c->node, "iommus", s->cell);
}

/* ipmmu_dt_xlate is the only one that looks at its argument. */
static bool xlate_ipmmu(struct building *b, const struct client *c, const struct stream *s,
			const struct iommu *u)
{
	if (s->nargs != 1 || s->args[0] >= 64) {
		failure_add(b, c->node, entry_spot(c, s), "-EINVAL",
			    STR("the IPMMU driver takes one cell, a micro-TLB below 64"));
		return false;
	}
	if (u->outcome != IOMMU_PROBES || u->family != IOMMU_IPMMU) {
		failure_add(b, c->node, entry_spot(c, s), "-ENODEV",
			    str_format(b->arena,
				       "%.*s is available, but the IPMMU driver does not "
				       "have it: %.*s",
				       STR_ARG(path_text(b, u->node)), STR_ARG(u->reason)));
		return false;
	}
	return true;
}

/* One round of the loop of iommu_add_dt_device. */
static enum next walk_entry(struct building *b, const struct client *c, const struct stream *s,
			    const struct iommu *first)
{
	uint32_t i = s->health == STREAM_OK ? b->out->iommu_of[s->iommu] : IOMMU_NONE;
	const struct iommu *u = i == IOMMU_NONE ? NULL : &b->iommus.v[i];

	if (!u)
		return NEXT_ADD;
	if (b->out->active == IOMMU_SMMU && !release_all_since(b->platform->xen, 16, 0)) {
		failure_add(b, c->node, entry_spot(c, s), "-EINVAL",
			    STR("the SMMU driver before Xen 4.16 does not read `iommus`, only "
				"mmu-masters"));
		return NEXT_FAILED;
	}
	/* b8f43b71da: since 4.21 no half-registered device is left. */
	if (!dt_is_available(b->dt, u->node))
		return release_all_since(b->platform->xen, 21, 0) ? NEXT_NONE : NEXT_ADD;
	if (first && u != first) {
		failure_add(b, c->node, entry_spot(c, s), "-EINVAL",
			    STR("its `iommus` names two IOMMUs, and Xen protects a device by one"));
		return NEXT_FAILED;
	}
	if (b->out->active == IOMMU_IPMMU && !xlate_ipmmu(b, c, s, u))
		return NEXT_FAILED;
	return NEXT_ENTRY;
}

/* The driver's add_device: it knows only what it probed itself. */
static void add_device(struct building *b, const struct client *c, const struct stream *s,
		       const struct iommu *u)
{
	if (u->outcome == IOMMU_PROBES && u->family == b->out->active)
		return;
	failure_add(
		b, c->node, entry_spot(c, s), b->out->active == IOMMU_SMMU ? "-ENXIO" : "-ENODEV",
		str_format(b->arena,
			   "%.*s is available, but the %s driver, which is the active one, does "
			   "not have it: %.*s",
			   STR_ARG(path_text(b, u->node)), iommu_family_name(b->out->active),
			   STR_ARG(u->reason)));
}

/* xen/drivers/passthrough/device_tree.c, iommu_add_dt_device. */
static void add_client(struct building *b, const struct client *c)
{
	const struct device *dev = facts_device(b->facts, c->node);
	const struct iommu *first = NULL;
	const struct stream *s = NULL;
	enum next next = NEXT_ADD;

	for (uint32_t i = 0; i < dev->nstreams; i++) {
		if (dev->streams[i].legacy)
			continue;
		next = walk_entry(b, c, &dev->streams[i], first);
		if (next != NEXT_ENTRY)
			break;
		if (!first) {
			s = &dev->streams[i];
			first = &b->iommus.v[b->out->iommu_of[s->iommu]];
		}
	}
	if (next != NEXT_NONE && next != NEXT_FAILED && first)
		add_device(b, c, s, first);
}

/* mmu-masters was registered by the SMMU's own probe, so the rest is skipped. */
static bool is_registered(const struct building *b, const struct client *c)
{
	return c->legacy && b->iommus.v[c->iommu].outcome == IOMMU_PROBES;
}

/* xen smmu.c, smendx: since 4.16 nobody counts the entries of `iommus`; those
 * of mmu-masters are cut off at 16. */
static void check_overrun(struct building *b, const struct client *c)
{
	const struct iommu *u = c->iommu == IOMMU_NONE ? NULL : &b->iommus.v[c->iommu];

	if (!u || c->legacy || u->family != IOMMU_SMMU || u->outcome != IOMMU_PROBES ||
	    c->nuses <= 16)
		return;
	failure_add(b, c->node, b->uses.v[c->first + 16].at, "heap overrun",
		    str_format(b->arena,
			       "it has %u stream IDs, and Xen writes past the 16 that it "
			       "has room for",
			       c->nuses));
}

/* ---- Two devices ------------------------------------------------------------------ */

static void failure_pair(struct building *b, const struct point *late, const struct point *early,
			 const char *error, struct str text)
{
	struct dom0_failure *f;

	failure_add(b, late->node, late->at, error, text);
	f = &b->failures.v[b->failures.n - 1];
	f->other = early->node == late->node ? DT_NONE : early->node;
	f->other_at = early->at;
}

static const struct point *first_of_dom0(const struct building *b, const struct mask_entry *e)
{
	for (uint32_t i = 0; i < e->n; i++)
		if (e->first[i].kind == POINT_DEVICE && is_dom0s(b, e->first[i].node))
			return &e->first[i];
	return NULL;
}

/* arm_smmu_find_sme, in the order of the tree. */
static void check_masks(struct building *b)
{
	for (size_t i = 0; i < b->mask_conflicts.n; i++) {
		const struct mask_conflict *c = &b->mask_conflicts.v[i];
		const struct point *x = first_of_dom0(b, &b->entries.v[c->a]);
		const struct point *y = first_of_dom0(b, &b->entries.v[c->b]);

		if (!x || !y || (!c->either_order && x->rank > y->rank))
			continue;
		failure_pair(b, x->rank > y->rank ? x : y, x->rank > y->rank ? y : x, "-EINVAL",
			     str_format(b->arena, "%.*s overlap, and an SMMU takes one of them",
					STR_ARG(b->conflicts.v[i].what)));
	}
}

static int by_stream(const void *x, const void *y)
{
	const struct point *a = x, *b = y;

	if (a->iommu != b->iommu)
		return a->iommu < b->iommu ? -1 : 1;
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return a->node < b->node ? -1 : a->node > b->node;
}

/* xen smmu-v3.c, arm_smmu_write_strtab_ent: BUG_ON(ste_live). */
static void check_v3(struct building *b)
{
	VEC(struct point) v = { 0 };

	for (size_t i = 0; i < b->uses.n; i++) {
		const struct stream_use *use = &b->uses.v[i];
		struct point *p;

		if (b->iommus.v[use->iommu].outcome != IOMMU_PROBES || !is_dom0s(b, use->node))
			continue;
		p = VEC_ADD(b->arena, &v);
		p->iommu = use->iommu;
		p->id = use->id;
		p->node = use->node;
		p->at = use->at;
	}
	if (v.n)
		qsort(v.v, v.n, sizeof(*v.v), by_stream);
	for (size_t i = 1; i < v.n; i++)
		if (v.v[i].iommu == v.v[i - 1].iommu && v.v[i].id == v.v[i - 1].id &&
		    v.v[i].node != v.v[i - 1].node)
			failure_pair(
				b, &v.v[i], &v.v[i - 1], "BUG",
				str_format(b->arena,
					   "a second device with stream ID 0x%x stops an SMMUv3 "
					   "driver that finds it in use",
					   v.v[i].id));
}

static int by_node(const void *x, const void *y)
{
	const struct dom0_failure *a = x, *b = y;

	if (a->node != b->node)
		return a->node < b->node ? -1 : 1;
	return a->at.cell < b->at.cell ? -1 : a->at.cell > b->at.cell;
}

void dom0_simulate(struct building *b)
{
	const struct client *c;

	if (b->platform->dom0 != DOM0_PRESENT || b->out->iommu_platform != PLATFORM_IOMMU_ON)
		return;
	VEC_EACH (c, &b->clients) {
		if (!is_dom0s(b, c->node))
			continue;
		if (!is_registered(b, c))
			add_client(b, c);
		check_overrun(b, c);
	}
	if (b->out->active == IOMMU_SMMU)
		check_masks(b);
	if (b->out->active == IOMMU_SMMU_V3)
		check_v3(b);
	if (b->failures.n)
		qsort(b->failures.v, b->failures.n, sizeof(*b->failures.v), by_node);
}
