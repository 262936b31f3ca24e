/* SPDX-License-Identifier: BSD-2-Clause */
/* The DMA verdict of every node. */
#include "building.h"

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = {
		[VERDICT_PROTECTED] = "protected", [VERDICT_NON_MASTER] = "non-master",
		[VERDICT_UNKNOWN] = "unknown",     [VERDICT_UNPROTECTED] = "unprotected",
		[VERDICT_BROKEN] = "broken",
	};

	return names[v];
}

static struct dma_verdict give(enum verdict verdict, struct spot at, struct str reason)
{
	return (struct dma_verdict){ verdict, reason, at, DT_NONE, DT_NONE };
}

/* ---- Devices with streams ------------------------------------------------------------ */

static struct spot client_spot(const struct building *b, const struct client *c)
{
	return c->nuses ? b->uses.v[c->first].at : spot_prop(c->node, "iommus");
}

struct loose_row {
	const char *compatible, *why, *source;
};

static const struct loose_row loose[] = {
#define LOOSE(compatible, why, source) { compatible, why, source },
#include "loose.def"
#undef LOOSE
};

/* Why the IOMMU does not confine whoever owns its client, or NULL. */
static const char *why_loose(const struct building *b, dt_id iommu)
{
	for (size_t i = 0; i < ARRAY_SIZE(loose); i++)
		if (dt_is_compatible(b->dt, iommu, loose[i].compatible))
			return loose[i].why;
	return NULL;
}

/* Everything but the device itself is right: will Xen confine it? */
static struct dma_verdict judge_iommu(const struct building *b, const struct client *c)
{
	const struct iommu *u = &b->iommus.v[c->iommu];
	struct spot at = client_spot(b, c);
	struct str path = path_text(b, u->node);
	const char *why = why_loose(b, u->node);

	if (u->outcome == IOMMU_DISABLED)
		return give(VERDICT_UNPROTECTED, at,
			    str_format(b->arena, "its IOMMU %.*s is disabled", STR_ARG(path)));
	if (u->outcome != IOMMU_PROBES)
		return give(VERDICT_UNPROTECTED, at,
			    str_format(b->arena, "its IOMMU %.*s will not work for it: %.*s",
				       STR_ARG(path), STR_ARG(u->reason)));
	if (b->out->iommu_platform != PLATFORM_IOMMU_ON)
		return give(VERDICT_UNPROTECTED, at, b->out->iommu_platform_reason);
	if (why)
		return give(VERDICT_UNPROTECTED, at,
			    str_format(b->arena, "its IOMMU %.*s does not confine it: %s",
				       STR_ARG(path), why));
	if (!c->legacy && !iommu_reads_generic(b, u))
		return give(VERDICT_UNPROTECTED, at,
			    str_format(b->arena,
				       "the driver of its IOMMU %.*s reads `iommus` since Xen 4.%u "
				       "only, and mmu-masters does not name it",
				       STR_ARG(path), u->row->since_minor));
	return give(VERDICT_PROTECTED, at,
		    str_format(b->arena, "it is behind %.*s", STR_ARG(path)));
}

static struct dma_verdict judge_client(const struct building *b, const struct client *c)
{
	struct dma_verdict v;

	if (c->broken)
		v = give(VERDICT_BROKEN, c->at, c->reason);
	else if (c->iommu == IOMMU_NONE)
		v = give(VERDICT_BROKEN, spot_prop(c->node, "iommus"),
			 STR("`iommus` names no IOMMU"));
	else
		v = judge_iommu(b, c);
	if (c->iommu != IOMMU_NONE)
		v.iommu = b->iommus.v[c->iommu].node;
	return v;
}

/* ---- Devices whose streams are elsewhere ------------------------------------------------ */

static struct dma_verdict judge_part(const struct building *b, dt_id n)
{
	dt_id wrapper = b->wrapper[n];
	struct dma_verdict v =
		give(VERDICT_UNPROTECTED, spot_node(n),
		     str_format(b->arena, "its DMA is issued under the streams of %.*s",
				STR_ARG(path_text(b, wrapper))));

	v.wrapper = wrapper;
	return v;
}

/* A map speaks of PCI functions, and Xen asks it only when it is told of one;
 * as a node of the tree a function or a bridge has no stream. */
static struct dma_verdict judge_function(const struct building *b, dt_id n, dt_id bridge,
					 uint32_t rid)
{
	struct rid_mapping m = topology_map_rid(b->arena, b->out, bridge, MAP_IOMMU, rid);
	struct dma_verdict v = give(VERDICT_UNPROTECTED, m.at, m.reason);
	const struct iommu *u;

	if (m.result == RID_NO_MAP)
		v.at = spot_prop(n, "reg");
	if (m.result == RID_ERROR)
		v.verdict = VERDICT_BROKEN;
	if (m.result != RID_HIT)
		return v;
	v.at = spot_prop(n, "reg");
	v.iommu = m.target;
	u = topology_iommu(b->out, m.target);
	if (u && u->outcome == IOMMU_PROBES)
		v.reason = str_format(b->arena,
				      "it is a PCI function with stream ID 0x%x of %.*s, which Xen "
				      "registers for PCI passthrough only",
				      m.out, STR_ARG(path_text(b, m.target)));
	else
		v.reason = str_format(b->arena, "its IOMMU %.*s will not work for it%s%.*s",
				      STR_ARG(path_text(b, m.target)), u ? ": " : "",
				      STR_ARG(u ? u->reason : STR_NONE));
	return v;
}

/* ---- Devices without streams -------------------------------------------------------------- */

static struct dma_verdict judge_master(const struct building *b, dt_id n)
{
	const struct device *dev = facts_device(b->facts, n);

	switch (dev->dma_evidence) {
	case EVIDENCE_HOST_BRIDGE:
	case EVIDENCE_IOMMU_MAP:
		return give(
			VERDICT_UNPROTECTED,
			dt_has(b->dt, n, "iommu-map") ? spot_prop(n, "iommu-map") : spot_node(n),
			STR("it carries the DMA of what is behind it, and has no `iommus` of its "
			    "own"));
	case EVIDENCE_DMA_CELLS:
		return give(VERDICT_UNPROTECTED, spot_prop(n, "#dma-cells"),
			    STR("it is a DMA engine and has no `iommus`"));
	case EVIDENCE_DMA_COHERENT:
		return give(
			VERDICT_UNPROTECTED, spot_prop(n, "dma-coherent"),
			STR("dma-coherent says that it masters memory, and it has no `iommus`"));
	case EVIDENCE_TABLE:
		return give(VERDICT_UNPROTECTED, spot_prop(n, "compatible"),
			    str_format(b->arena, "`%s` masters memory (%s), and it has no `iommus`",
				       dev->dma_row->compatible, dev->dma_row->evidence));
	case EVIDENCE_NONE:
	case EVIDENCE_IOMMUS:
	case EVIDENCE_LEGACY:
	case EVIDENCE_NO_REGISTERS:
		break;
	}
	return give(VERDICT_UNPROTECTED, spot_node(n),
		    STR("it masters memory and has no `iommus`"));
}

/* Nothing with a CPU address and no line: Xen has nothing of it to give away.
 * A window that cannot be read is no proof. */
static bool is_empty_handed(const struct device *dev)
{
	for (uint32_t i = 0; i < dev->nwindows; i++)
		if (dev->windows[i].health == WINDOW_OK ||
		    dev->windows[i].health == WINDOW_MALFORMED)
			return false;
	for (uint32_t i = 0; i < dev->nlines; i++)
		if (dev->lines[i].health == LINE_GIC)
			return false;
	return true;
}

static struct dma_verdict judge_class(const struct building *b, dt_id n)
{
	const struct device *dev = facts_device(b->facts, n);
	bool silent = dev->dma == DMA_UNKNOWN || dev->dma == DMA_GENERIC || dev->dma == DMA_INFRA;

	if (dev->dma_evidence == EVIDENCE_NO_REGISTERS || (silent && is_empty_handed(dev)))
		return give(VERDICT_NON_MASTER, spot_node(n),
			    STR("it has no registers that could be handed out"));
	switch (dev->dma) {
	case DMA_MASTER:
	case DMA_ENGINE:
		return judge_master(b, n);
	case DMA_CLIENT:
		return give(
			VERDICT_NON_MASTER, spot_prop(n, "dmas"),
			STR("it masters memory only through a DMA engine, whose channels are not "
			    "given away with it"));
	case DMA_NON_MASTER:
		return give(VERDICT_NON_MASTER, spot_prop(n, "compatible"),
			    STR("its kind is known to have no DMA of its own"));
	case DMA_INFRA:
		return give(VERDICT_UNPROTECTED, spot_node(n),
			    STR("it is infrastructure that everybody depends on"));
	case DMA_UNKNOWN:
	case DMA_GENERIC:
		break;
	}
	return give(VERDICT_UNKNOWN, spot_prop(n, "compatible"),
		    STR("nothing is known of its kind, and the tree has no sign of DMA"));
}

static struct dma_verdict judge_node(const struct building *b, dt_id n)
{
	dt_id bridge;
	uint32_t rid;

	if (b->client_of[n] != CLIENT_NONE)
		return judge_client(b, &b->clients.v[b->client_of[n]]);
	if (b->wrapper[n] != DT_NONE)
		return judge_part(b, n);
	if (topology_rid_of(b->out, n, &bridge, &rid))
		return judge_function(b, n, bridge, rid);
	return judge_class(b, n);
}

void verdicts_derive(struct building *b)
{
	b->out->verdicts = ARENA_ARRAY(b->arena, struct dma_verdict, b->dt->nnodes);
	for (dt_id n = 0; n < b->dt->nnodes; n++)
		b->out->verdicts[n] = judge_node(b, n);
}

enum verdict topology_effective(const struct topology *t, dt_id n, bool with_wrapper)
{
	const struct dma_verdict *v = &t->verdicts[n];

	return with_wrapper && v->wrapper != DT_NONE ? t->verdicts[v->wrapper].verdict : v->verdict;
}
