/* SPDX-License-Identifier: BSD-2-Clause */
/* What `iommu` says, for machines: schemas/iommu.schema.json. */
#include "iommu.h"
#include "json.h"

static void put_path(struct json *j, const struct run *r, const char *key, dt_id node)
{
	if (node == DT_NONE)
		json_put_null(j, key);
	else
		json_put_str(j, key, dt_node(r->dt, node)->path);
}

static void put_uses(struct json *j, const struct run *r, uint32_t iommu)
{
	const struct stream_use *use;
	uint32_t n = iommu_uses(r, iommu, &use);

	json_put_array(j, "streams");
	for (uint32_t i = 0; i < n; i++) {
		json_put_object(j, NULL);
		put_path(j, r, "path", use[i].node);
		json_put_number(j, "id", use[i].id);
		json_put_number(j, "mask", use[i].mask);
		json_put_array(j, "cells");
		for (uint32_t k = 0; k < use[i].nargs; k++)
			json_put_number(j, NULL, use[i].args[k]);
		json_put_end(j);
		json_put_bool(j, "legacy", use[i].legacy);
		json_put_text(j, "verdict",
			      verdict_name(r->topology->verdicts[use[i].node].verdict));
		json_put_end(j);
	}
	json_put_end(j);
}

static void put_number_or_null(struct json *j, const char *key, uint32_t n)
{
	if (n)
		json_put_number(j, key, n);
	else
		json_put_null(j, key);
}

static void put_iommu(struct json *j, const struct run *r, uint32_t i)
{
	const struct iommu *u = &r->topology->iommus[i];

	json_put_object(j, NULL);
	put_path(j, r, "path", u->node);
	json_put_text(j, "family", iommu_family_name(u->family));
	json_put_text(j, "outcome", iommu_outcome_name(u->outcome));
	json_put_str_or_null(j, "reason", u->reason);
	put_number_or_null(j, "pass", u->pass);
	put_number_or_null(j, "domains", u->max_domains);
	put_path(j, r, "contexts_of", u->pool);
	put_uses(j, r, i);
	json_put_end(j);
}

static void put_steps(struct json *j, const struct run *r)
{
	const struct topology *t = r->topology;

	json_put_array(j, "probing");
	for (uint32_t i = 0; i < t->nsteps; i++) {
		json_put_object(j, NULL);
		json_put_number(j, "pass", t->steps[i].pass);
		put_path(j, r, "iommu", t->iommus[t->steps[i].iommu].node);
		json_put_text(j, "result", t->steps[i].result);
		json_put_str_or_null(j, "reason", t->steps[i].reason);
		json_put_end(j);
	}
	json_put_end(j);
}

static void put_group(struct json *j, const struct run *r, const struct group *g)
{
	json_put_object(j, NULL);
	json_put_str(j, "name", g->name);
	json_put_array(j, "members");
	for (uint32_t i = 0; i < g->nmembers; i++)
		put_path(j, r, NULL, g->members[i]);
	json_put_end(j);
	json_put_array(j, "links");
	for (uint32_t i = 0; i < g->nlinks; i++) {
		json_put_object(j, NULL);
		put_path(j, r, "a", g->links[i].a);
		put_path(j, r, "b", g->links[i].b);
		json_put_text(j, "kind", link_kind_name(g->links[i].kind));
		json_put_str(j, "what", g->links[i].what);
		json_put_end(j);
	}
	json_put_end(j);
	json_put_end(j);
}

static void put_failures(struct json *j, const struct run *r)
{
	const struct topology *t = r->topology;

	json_put_array(j, "dom0_fails");
	for (uint32_t i = 0; i < t->nfailures; i++) {
		json_put_object(j, NULL);
		put_path(j, r, "path", t->failures[i].node);
		put_path(j, r, "other", t->failures[i].other);
		json_put_text(j, "error", t->failures[i].error);
		json_put_str(j, "text", t->failures[i].text);
		json_put_end(j);
	}
	json_put_end(j);
}

static void put_remarks(struct json *j, const struct run *r)
{
	const struct topology *t = r->topology;

	json_put_array(j, "remarks");
	for (uint32_t i = 0; i < t->nremarks; i++) {
		json_put_object(j, NULL);
		put_path(j, r, "path", t->remarks[i].node);
		json_put_text(j, "kind", remark_kind_name(t->remarks[i].kind));
		json_put_str(j, "text", t->remarks[i].text);
		json_put_end(j);
	}
	json_put_end(j);
}

void iommu_json(struct run *r, struct buf *out)
{
	const struct topology *t = r->topology;
	struct json j = json_to(out);

	json_put_object(&j, NULL);
	json_put_text(&j, "state",
		      t->iommu_platform == PLATFORM_IOMMU_ON    ? "on"
		      : t->iommu_platform == PLATFORM_IOMMU_OFF ? "off"
								: "stops Xen");
	if (t->iommu_platform == PLATFORM_IOMMU_ON)
		json_put_text(&j, "active", iommu_family_name(t->active));
	else
		json_put_null(&j, "active");
	json_put_str_or_null(&j, "reason", t->iommu_platform_reason);
	json_put_array(&j, "iommus");
	for (uint32_t i = 0; i < t->niommus; i++)
		put_iommu(&j, r, i);
	json_put_end(&j);
	put_steps(&j, r);
	json_put_array(&j, "groups");
	for (uint32_t i = 0; i < t->ngroups; i++)
		put_group(&j, r, &t->groups[i]);
	json_put_end(&j);
	put_failures(&j, r);
	put_remarks(&j, r);
	json_put_end(&j);
}

static void put_mapping(struct json *j, const struct run *r, const char *key,
			const struct rid_mapping *m)
{
	json_put_object(j, key);
	json_put_text(j, "result", rid_result_name(m->result));
	if (m->result == RID_HIT) {
		put_path(j, r, "target", m->target);
		json_put_number(j, "id", m->out);
		json_put_number(j, "entry", m->entry);
	} else {
		json_put_bool(j, "own_iommu", m->own_iommu);
		json_put_str(j, "reason", m->reason);
	}
	json_put_end(j);
}

void iommu_lookup_json(struct run *r, const struct lookup *l, struct buf *out)
{
	struct json j = json_to(out);

	json_put_object(&j, NULL);
	json_put_str(&j, "function", l->function);
	put_path(&j, r, "bridge", l->bridge);
	json_put_number(&j, "requester_id", l->rid);
	put_mapping(&j, r, "iommu_map", &l->iommu);
	put_mapping(&j, r, "msi_map", &l->msi);
	json_put_end(&j);
}
