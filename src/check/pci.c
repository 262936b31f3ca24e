/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCI functions: those that a config lists, and those that the tree describes.
 * A requester id without a stream is never "no DMA".
 */
#include "pci.h"

/* What becomes of a function without a stream.  Linux leaves it alone; Xen with
 * its PCI code refuses to add it (xen/drivers/passthrough/device_tree.c,
 * iommu_add_pci_sideband_ids); the hardware decides the rest. */
void pci_say_gap(struct judging *j, struct finding *f, dt_id bridge)
{
	const struct iommu *u = pci_iommu_of(j, bridge);

	if (!release_some_before(j->p->platform->xen, 21, 0))
		finding_note(j->d, f,
			     "built with PCI support, this Xen refuses to add the function; "
			     "without, it knows nothing of it");
	else
		finding_note(j->d, f, "Xen before 4.21 knows nothing of PCI functions");
	if (u && u->family == IOMMU_IPMMU)
		finding_note(j->d, f,
			     "an IPMMU translates only what it was told to: the function's DMA "
			     "goes anywhere");
	else if (u && (u->family == IOMMU_SMMU || u->family == IOMMU_SMMU_V3))
		finding_note(
			j->d, f,
			"if its DMA passes through the SMMU it faults there; if it does not, it "
			"goes anywhere");
	else
		finding_note(j->d, f,
			     "whether its DMA faults or goes anywhere is the hardware's choice");
}

const struct iommu *pci_iommu_of(const struct judging *j, dt_id bridge)
{
	const struct device *dev = facts_device(j->p->facts, bridge);

	for (uint32_t i = 0; i < dev->nmaps; i++) {
		const struct iommu *u = dev->maps[i].health == STREAM_OK
						? topology_iommu(j->p->topology, dev->maps[i].iommu)
						: NULL;

		if (u && u->outcome == IOMMU_PROBES)
			return u;
	}
	return NULL;
}

struct str pci_name(struct judging *j, const struct pci_word *w, uint32_t rid)
{
	return str_format(j->a, "%04x:%02x:%02x.%x", w->segment, rid >> 8, rid >> 3 & 0x1f,
			  rid & 7);
}

/* ---- Described functions ---------------------------------------------------------- */

static void judge_described_gap(struct judging *j, dt_id n, dt_id bridge, uint32_t rid,
				const struct rid_mapping *m)
{
	struct finding *f = diag_judge(
		j->d, RULE_IOMMU_MAP_GAP, STR_NONE, path_of(j, n),
		dt_place_prop(j->p->dt, n, "reg"),
		"`%.*s` has requester id 0x%x, for which iommu-map of `%.*s` has no stream",
		STR_ARG(path_of(j, n)), rid, STR_ARG(path_of(j, bridge)));

	finding_place(j->d, f, topology_place(j->p->topology, m->at), "no entry takes it");
	pci_say_gap(j, f, bridge);
	finding_help(j->d, f,
		     "mend iommu-map, or withhold the function: withhold = [ \"%.*s: REASON\" ]",
		     STR_ARG(path_of(j, n)));
}

static void judge_described_error(struct judging *j, dt_id n, const struct rid_mapping *m)
{
	struct finding *f =
		diag_judge(j->d, RULE_BROKEN_IOMMU_DESCRIPTION, STR_NONE, path_of(j, n),
			   topology_place(j->p->topology, m->at),
			   "the streams of the PCI function `%.*s` cannot be told: %.*s",
			   STR_ARG(path_of(j, n)), STR_ARG(m->reason));

	finding_place(j->d, f, dt_place_prop(j->p->dt, n, "reg"), "its requester id");
	finding_help(j->d, f,
		     "mend iommu-map, or withhold the function: withhold = [ \"%.*s: REASON\" ]",
		     STR_ARG(path_of(j, n)));
}

/* Bridges move what others send, and an event collector (PCIe base spec, 6.2.4)
 * tells of errors by an interrupt: neither has anything to write to memory. */
static bool is_silent(const struct dt *t, dt_id n)
{
	return str_is(dt_text(t, n, "device_type"), "pci") || str_is(dt_base_name(t, n), "rcec");
}

/* A function of a guest has a verdict. */
static void judge_described(struct judging *j, dt_id n)
{
	struct rid_mapping m;
	uint32_t rid;
	dt_id bridge;

	if (j->p->owners[n].kind != OWNER_DOM0 || !facts_device(j->p->facts, n)->enabled ||
	    is_silent(j->p->dt, n) || !topology_rid_of(j->p->topology, n, &bridge, &rid) ||
	    !pci_iommu_of(j, bridge))
		return;
	m = topology_map_rid(j->a, j->p->topology, bridge, MAP_IOMMU, rid);
	if (m.result == RID_GAP && !m.own_iommu)
		judge_described_gap(j, n, bridge, rid, &m);
	else if (m.result == RID_ERROR)
		judge_described_error(j, n, &m);
}

/* ---- Maps ------------------------------------------------------------------------- */

enum {
	BRIDGES_LOOKED_AT = 64, /* no board has as many                         */
	BRIDGES_SHOWN = 4,
};

static bool is_about_map(const struct judging *j, const struct remark *r)
{
	switch (r->kind) {
	case REMARK_EMPTY_SLOT:
	case REMARK_MAP_PLACEHOLDER:
	case REMARK_MAP_OVERLAP:
	case REMARK_MAP_DANGLING:
		return r->at.property && !strcmp(r->at.property, "iommu-map") &&
		       facts_device(j->p->facts, r->node)->enabled;
	case REMARK_MASK_IGNORED:
	case REMARK_BOTH_BINDINGS:
	case REMARK_FALLBACK_DRIVER:
	case REMARK_POWERED_IOMMU:
	case REMARK_BUS_DISABLED:
	case REMARK_SILICON:
	case REMARK_BRIDGE_STARVED:
	case NREMARK_KINDS:
		break;
	}
	return false;
}

static struct finding *begin_unclear(struct judging *j, dt_id bridge)
{
	return diag_judge(j->d, RULE_UNCLEAR_IOMMU_MAP, STR_NONE, path_of(j, bridge),
			  dt_place_prop(j->p->dt, bridge, "iommu-map"),
			  "iommu-map of `%.*s` does not settle the streams of all that may be "
			  "plugged in",
			  STR_ARG(path_of(j, bridge)));
}

static bool say_remarks(struct judging *j, struct finding **f, dt_id bridge, uint32_t *next)
{
	const struct topology *t = j->p->topology;
	bool placeholder = false;

	while (*next < t->nremarks && t->remarks[*next].node < bridge)
		(*next)++;
	for (; *next < t->nremarks && t->remarks[*next].node == bridge; (*next)++) {
		const struct remark *r = &t->remarks[*next];

		if (!is_about_map(j, r))
			continue;
		if (!*f)
			*f = begin_unclear(j, bridge);
		finding_note(j->d, *f, "%.*s", STR_ARG(r->text));
		placeholder |= r->kind == REMARK_MAP_PLACEHOLDER;
	}
	return placeholder;
}

static void judge_map(struct judging *j, dt_id bridge, uint32_t *next)
{
	const struct dt_prop *p = dt_prop(j->p->dt, bridge, "iommu-map");
	struct finding *f = NULL;
	bool placeholder;

	if (!p || !pci_iommu_of(j, bridge))
		return;
	placeholder = say_remarks(j, &f, bridge, next);
	if (!placeholder) {
		struct rid_holes holes = topology_map_holes(j->p->topology, bridge);

		if (holes.count && !f)
			f = begin_unclear(j, bridge);
		if (holes.count)
			finding_note(j->d, f,
				     "%u requester ids have no stream, the first are 0x%x to 0x%x",
				     holes.count, holes.first, holes.last);
	}
	if (!f)
		return;
	finding_help(j->d, f,
		     placeholder ? "compile from the tree that the boot loader hands to Xen; dom0 "
				   "shows another one"
				 : "nothing that the tree describes is concerned; look at what is "
				   "plugged in");
}

/* Maps by node: both lists are in tree order. */
static void judge_maps(struct judging *j)
{
	uint32_t next = 0, looked_at = 0;

	for (dt_id n = 0; n < j->p->dt->nnodes && looked_at < BRIDGES_LOOKED_AT; n++) {
		const struct device *dev = facts_device(j->p->facts, n);

		if (!dev->is_host_bridge || !dev->enabled || !dev->nmaps)
			continue;
		looked_at++;
		judge_map(j, n, &next);
	}
}

static void judge_starved(struct judging *j)
{
	const struct topology *t = j->p->topology;
	struct finding *f = NULL;
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->nremarks; i++) {
		const struct remark *r = &t->remarks[i];

		if (r->kind != REMARK_BRIDGE_STARVED || j->p->owners[r->node].kind != OWNER_DOM0 ||
		    !facts_device(j->p->facts, r->node)->enabled)
			continue;
		if (!f)
			f = diag_judge(j->d, RULE_STARVED_HOST_BRIDGE, STR_NONE, STR_NONE,
				       place_file(j->p->dt->file),
				       "the DMA of dom0's PCI devices will fault in an IOMMU that "
				       "Xen drives");
		if (n++ < BRIDGES_SHOWN)
			finding_note(j->d, f, "`%.*s`: %.*s", STR_ARG(path_of(j, r->node)),
				     STR_ARG(r->text));
	}
	if (f)
		finding_help(j->d, f,
			     "build Xen 4.21 or newer with CONFIG_PCI_PASSTHROUGH and say so with "
			     "pci-passthrough=on in its arguments, or do without PCI in dom0");
}

void judge_pci(struct judging *j)
{
	pci_judge_words(j);
	if (j->p->topology->iommu_platform != PLATFORM_IOMMU_ON || !judge_any_given(j))
		return;
	for (dt_id n = 0; j->p->topology->nmaps && n < j->p->dt->nnodes; n++)
		judge_described(j, n);
	judge_maps(j);
	judge_starved(j);
}
