/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is behind each IOMMU, and how many domains it has contexts for. */
#include "building.h"

/* The clients of each IOMMU, in two rounds: count, then fill. */
static void list_clients(struct building *b)
{
	dt_id *last = ARENA_ARRAY(b->arena, dt_id, b->iommus.n);

	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < b->iommus.n; i++) {
			struct iommu *u = &b->iommus.v[i];

			if (round)
				u->clients = ARENA_ARRAY(b->arena, dt_id, u->nclients);
			u->nclients = 0;
			last[i] = DT_NONE;
		}
		for (size_t i = 0; i < b->uses.n; i++) {
			const struct stream_use *use = &b->uses.v[i];
			struct iommu *u = &b->iommus.v[use->iommu];

			if (last[use->iommu] == use->node)
				continue;
			last[use->iommu] = use->node;
			if (round)
				u->clients[u->nclients] = use->node;
			u->nclients++;
		}
	}
}

/* SMMUv2 has one interrupt for each context bank, and Xen insists on it; v1
 * shares them, so the tree does not tell. */
static uint32_t smmu_domains(const struct building *b, const struct iommu *u)
{
	const struct iommu_model *model = iommu_model_find(u);
	const struct dt_prop *p = dt_prop(b->dt, u->node, "#global-interrupts");
	uint32_t nlines = facts_device(b->facts, u->node)->nlines;

	if (!model || model->version < 2 || !p || !dt_ncells(p) || dt_cell(p, 0) >= nlines)
		return 0;
	return nlines - dt_cell(p, 0);
}

/* All caches use the contexts of the root (xen ipmmu-vmsa.c,
 * ipmmu_domain_allocate_context). */
static void derive_ipmmu(struct building *b, struct iommu *u)
{
	const struct iommu_model *model;

	if (b->root != DT_NONE && u->outcome == IOMMU_PROBES)
		u->pool = b->root;
	model = iommu_model_find(&b->iommus.v[b->out->iommu_of[u->pool]]);
	u->max_domains = model ? model->max_domains : 0;
}

void capacity_derive(struct building *b)
{
	struct iommu *u;

	list_clients(b);
	VEC_EACH (u, &b->iommus) {
		if (u->family == IOMMU_SMMU)
			u->max_domains = smmu_domains(b, u);
		else if (u->family == IOMMU_IPMMU)
			derive_ipmmu(b, u);
	}
}
