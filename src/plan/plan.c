/* SPDX-License-Identifier: BSD-2-Clause */
#include "building.h"

bool owner_eq(struct owner a, struct owner b)
{
	return a.kind == b.kind && (a.kind != OWNER_GUEST || a.guest == b.guest);
}

struct str owner_text(const struct plan *p, struct owner o)
{
	switch (o.kind) {
	case OWNER_DOM0:
		return STR("dom0");
	case OWNER_XEN:
		return STR("Xen");
	case OWNER_NOBODY:
		return STR("nobody");
	case OWNER_GUEST:
		break;
	}
	return str_format(p->arena, "guest `%.*s`", STR_ARG(p->guests[o.guest].request->name));
}

const char *edit_name(enum edit e)
{
	static const char *const names[] = {
		[EDIT_COPIED] = "copied",   [EDIT_CHANGED] = "changed", [EDIT_ADDED] = "added",
		[EDIT_STUBBED] = "stubbed", [EDIT_DROPPED] = "dropped",
	};

	return names[e];
}

struct str plan_path(const struct plan *p, dt_id node)
{
	return dt_node(p->dt, node)->path;
}

static struct plan *plan_new(struct arena *a, const struct topology *topology,
			     const struct request *request)
{
	struct plan *p = ARENA_NEW(a, struct plan);
	uint32_t n = topology->facts->dt->nnodes;

	p->arena = a;
	p->topology = topology;
	p->facts = topology->facts;
	p->dt = p->facts->dt;
	p->platform = p->facts->platform;
	p->request = request;
	p->owners = ARENA_ARRAY(a, struct owner, n);
	p->owner_at = ARENA_ARRAY(a, struct place, n);
	p->device_of = ARENA_ARRAY(a, dt_id, n);
	p->slot = ARENA_ARRAY(a, uint32_t, n);
	p->nguests = (uint32_t)request->nguests;
	p->guests = ARENA_ARRAY(a, struct guest_plan, request->nguests);
	for (uint32_t i = 0; i < p->nguests; i++) {
		p->guests[i].request = &request->guests[i];
		p->guests[i].index = i;
	}
	return p;
}

bool plan_build(struct arena *a, struct diag *d, const struct topology *topology,
		const struct request *request, const struct plan_options *options,
		struct plan **out)
{
	struct plan *p = plan_new(a, topology, request);
	struct building b = { .a = a, .d = d, .p = p, .options = options };
	size_t before = diag_nfaults(d);

	plan_devices(&b);
	plan_marks(&b);
	for (uint32_t i = 0; i < p->nguests; i++) {
		struct guest_plan *g = &p->guests[i];

		plan_decisions(&b, g);
		plan_layout(&b, g);
		plan_places(&b, g);
		plan_p2m(&b, g);
		plan_lines(&b, g);
		plan_tree(&b, g);
		if (g->fragment)
			plan_fragment_tree(&b, g);
		plan_block(&b, g);
	}
	p->complete = diag_nfaults(d) == before;
	*out = p;
	return p->complete;
}

enum { NAMES_IN_COMMENT = 4 };

void plan_add_name(struct arena *a, struct str *names, uint32_t *n, struct str name)
{
	if (*n < NAMES_IN_COMMENT)
		*names =
			str_format(a, "%.*s%s%.*s", STR_ARG(*names), *n ? ", " : "", STR_ARG(name));
	else if (*n == NAMES_IN_COMMENT)
		*names = str_format(a, "%.*s and others", STR_ARG(*names));
	(*n)++;
}
