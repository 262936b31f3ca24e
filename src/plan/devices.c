/* SPDX-License-Identifier: BSD-2-Clause */
/* Words become devices, devices become owners. */
#include "building.h"

struct plan_device *plan_device_find(const struct plan *p, const struct guest_plan *g, dt_id node)
{
	struct owner o = p->owners[node];
	uint32_t index;

	if (o.kind != OWNER_GUEST || p->device_of[node] != node)
		return NULL;
	if (o.guest == g->index)
		return &g->devices.v[p->slot[node]];
	/* Taken by another guest; this one may have asked for it, too. */
	if (g->taken && map_get(g->taken, plan_path(p, node), &index))
		return &g->devices.v[index];
	return NULL;
}

/* ---- Owners before anybody asks ---------------------------------------- */

/* Xen keeps what its own drivers use and hides what it skips; dom0 gets every
 * node that is not marked, disabled ones too (xen/arch/arm/domain_build.c,
 * handle_node). */
static struct owner first_owner(const struct plan *p, dt_id n)
{
	switch (p->facts->devices[n].role) {
	case ROLE_DEVICE:
	case ROLE_BUS:
	case ROLE_ROOT:
	case ROLE_META:
	case ROLE_SYSTEM:
		break;
	case ROLE_CPU:
	case ROLE_MEMORY:
	case ROLE_INTC:
	case ROLE_IOMMU:
	case ROLE_TIMER:
	case ROLE_CONSOLE:
	case ROLE_XEN:
		return (struct owner){ OWNER_XEN, 0 };
	}
	if (p->platform->dom0 == DOM0_ABSENT || p->platform->marked[n])
		return (struct owner){ OWNER_NOBODY, 0 };
	return (struct owner){ OWNER_DOM0, 0 };
}

/* Something that Xen would have to map, route or translate for a node. */
static bool has_claims(const struct device *dev)
{
	for (uint32_t i = 0; i < dev->nwindows; i++)
		if (dev->windows[i].health == WINDOW_OK ||
		    dev->windows[i].health == WINDOW_MALFORMED)
			return true;
	return dev->nstreams > 0;
}

/* A device of its own: what is below belongs to it and not to the one above. */
static bool stands_alone(const struct plan *p, dt_id n)
{
	return has_claims(&p->facts->devices[n]) || p->device_of[n] == n ||
	       p->owners[n].kind == OWNER_XEN;
}

/* Give a device and what comes along with it to a guest. */
static void hand_over(struct plan *p, dt_id node, uint32_t to, struct place at)
{
	dt_id end = dt_node(p->dt, node)->end;

	for (dt_id n = node; n < end;) {
		if (n != node && stands_alone(p, n)) {
			n = dt_node(p->dt, n)->end;
			continue;
		}
		p->owners[n] = (struct owner){ OWNER_GUEST, to };
		p->owner_at[n] = at;
		p->device_of[n] = node;
		n++;
	}
}

/* ---- dtdev --------------------------------------------------------------- */

void plan_device_add(struct building *b, struct guest_plan *g, dt_id node, struct place at,
		     bool by_hand)
{
	struct plan_device *dev = VEC_ADD(b->a, &g->devices);

	dev->node = node;
	dev->at = at;
	dev->by_hand = by_hand;
	/* With two guests asking, the first one is the owner; check says so. */
	if (b->p->owners[node].kind == OWNER_GUEST && b->p->device_of[node] == node) {
		if (!g->taken)
			g->taken = map_new(b->a, false, 0);
		map_put(g->taken, plan_path(b->p, node), (uint32_t)g->devices.n - 1);
		return;
	}
	b->p->slot[node] = (uint32_t)g->devices.n - 1;
	hand_over(b->p, node, g->index, at);
}

static void ask_for(struct building *b, struct guest_plan *g, const struct word *w)
{
	dt_id node = plan_resolve(b->d, b->p->dt, w);
	const struct plan_device *before;

	if (node == DT_NONE)
		return;
	before = plan_device_find(b->p, g, node);
	if (before) {
		diag_fault(b->d, RULE_DUPLICATE_DEVICE, w->at,
			   str_format(b->a, "remove this entry; line %u names it first",
				      before->at.line),
			   "`%.*s` names %.*s for the second time", STR_ARG(w->text),
			   STR_ARG(plan_path(b->p, node)));
		return;
	}
	plan_device_add(b, g, node, w->at, false);
}

/* ---- Words about devices ------------------------------------------------------ */

/* The device that a word of this key names; it has to be in dtdev. */
struct plan_device *plan_named_device(struct building *b, const struct guest_plan *g,
				      const struct word *w, const char *key)
{
	dt_id node = plan_resolve(b->d, b->p->dt, w);
	struct plan_device *dev;

	if (node == DT_NONE)
		return NULL;
	dev = plan_device_find(b->p, g, node);
	if (!dev)
		diag_fault(b->d, RULE_NOT_IN_DTDEV, w->at,
			   str_format(b->a, "add \"%.*s\" to dtdev, or remove this entry",
				      STR_ARG(plan_path(b->p, node))),
			   "%s speaks of %.*s, which dtdev does not give to this guest", key,
			   STR_ARG(plan_path(b->p, node)));
	return dev;
}

static void apply_forces(struct building *b, struct guest_plan *g)
{
	const struct guest_request *r = g->request;

	for (size_t i = 0; r->force_all && i < g->devices.n; i++) {
		g->devices.v[i].forced = true;
		g->devices.v[i].force_reason = r->force_all_reason;
		g->devices.v[i].force_at = r->force_all_at;
	}
	for (size_t i = 0; i < r->nforces; i++) {
		struct plan_device *dev =
			plan_named_device(b, g, &r->forces[i].device, "force_assign");

		if (!dev)
			continue;
		dev->forced = true;
		dev->force_reason = r->forces[i].reason;
		dev->force_at = r->forces[i].device.at;
	}
}

static void apply_allows(struct building *b, struct guest_plan *g)
{
	const struct guest_request *r = g->request;

	for (size_t i = 0; i < r->nallows; i++) {
		struct plan_device *dev = plan_named_device(b, g, &r->allows[i].device, "allow");

		if (dev)
			diag_allow(b->d, (struct allowance){
						 .rule = r->allows[i].rule,
						 .guest = r->name,
						 .subject = plan_path(b->p, dev->node),
						 .reason = r->allows[i].reason,
						 .at = r->allows[i].device.at,
					 });
	}
}

static void withhold(struct building *b, struct guest_plan *g, const struct reasoned *r)
{
	struct plan *p = b->p;
	dt_id node = plan_resolve(b->d, p->dt, &r->device);

	if (node == DT_NONE)
		return;
	if (p->owners[node].kind == OWNER_GUEST) {
		diag_fault(b->d, RULE_BAD_ENTRY, r->device.at,
			   STR("take it out of dtdev or out of withhold"),
			   "%.*s is withheld here, but dtdev gives it to %.*s",
			   STR_ARG(plan_path(p, node)), STR_ARG(owner_text(p, p->owners[node])));
		return;
	}
	if (p->facts->devices[node].role == ROLE_ROOT) {
		diag_fault(b->d, RULE_BAD_ENTRY, r->device.at, STR("name the devices one by one"),
			   "%.*s is no device that could be withheld", STR_ARG(plan_path(p, node)));
		return;
	}
	/* The mark would keep Xen's own drivers away from it (xen/common/device.c,
	 * device_init). */
	if (p->owners[node].kind == OWNER_XEN) {
		const struct device *dev = &p->facts->devices[node];

		diag_fault(b->d, RULE_BAD_ENTRY, r->device.at, STR("remove this entry"),
			   "%.*s cannot be withheld: %s", STR_ARG(plan_path(p, node)),
			   dev->role_reason ? dev->role_reason : "it belongs to Xen");
		return;
	}
	VEC_PUSH(b->a, &p->withheld,
		 ((struct withheld){ node, r->reason, r->device.at, g->index }));
	for (dt_id n = node; n < dt_node(p->dt, node)->end; n++) {
		if (p->owners[n].kind != OWNER_DOM0)
			continue;
		p->owners[n] = (struct owner){ OWNER_NOBODY, 0 };
		p->owner_at[n] = r->device.at;
	}
}

void plan_devices(struct building *b)
{
	struct plan *p = b->p;

	for (dt_id n = 0; n < p->dt->nnodes; n++) {
		p->owners[n] = first_owner(p, n);
		p->device_of[n] = DT_NONE;
	}
	for (uint32_t i = 0; i < p->nguests; i++)
		for (size_t j = 0; j < p->guests[i].request->ndevices; j++)
			ask_for(b, &p->guests[i], &p->guests[i].request->devices[j]);
	for (uint32_t i = 0; i < p->nguests; i++)
		plan_fragment(b, &p->guests[i]);
	for (uint32_t i = 0; i < p->nguests; i++) {
		plan_given(b, &p->guests[i]);
		apply_forces(b, &p->guests[i]);
		apply_allows(b, &p->guests[i]);
	}
	for (uint32_t i = 0; i < p->nguests; i++)
		for (size_t j = 0; j < p->guests[i].request->nwithholds; j++)
			withhold(b, &p->guests[i], &p->guests[i].request->withholds[j]);
	for (uint32_t i = 0; i < p->nguests; i++) {
		struct plan_device *dev;

		VEC_EACH (dev, &p->guests[i].devices) {
			bool safe = p->topology->verdicts[dev->node].verdict == VERDICT_PROTECTED;

			dev->in_dtdev = safe && p->guests[i].request->target == TARGET_XL;
			dev->needs_force = !safe && p->guests[i].request->target == TARGET_DOM0LESS;
		}
	}
}
