/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the nodes of a fragment stand for.
 *
 * xen,path says it.  Without one, as in every fragment for xl, the registers
 * do: those of the host that lie where the guest's are, by xen,reg, iomem or
 * one to one.  What is left may be a device of dtdev whose registers are
 * written wrongly; which one, its compatible tells.  Whether the fragment is
 * right about the device is for check.
 */
#include "building.h"

struct matching {
	struct building *b;
	struct guest_plan *g;
	struct fragment *f;
	size_t nanswers; /* of the ledger so far */
};

bool plan_alike(const struct dt *a, dt_id x, const struct dt *b, dt_id y)
{
	const struct dt_prop *p = dt_prop(a, x, "compatible");
	struct str s;

	for (size_t i = 0; p && i < dt_nstrings(p); i++)
		if (dt_string(p, i, &s) && dt_is_compatible(b, y, str_c(b->arena, s)))
			return true;
	return false;
}

/* ---- Devices ---------------------------------------------------------------------------- */

static struct place place_of(const struct matching *m, dt_id n, enum fragment_match how)
{
	const struct dt *t = m->f->dt;

	return how == FRAGMENT_BY_PATH ? dt_place_prop(t, n, "xen,path") : dt_place(t, n);
}

static void force(struct matching *m, dt_id n, struct plan_device *pd)
{
	static const char name[] = "xen,force-assign-without-iommu";

	if (!dt_has(m->f->dt, n, name) || pd->forced)
		return;
	pd->forced = true;
	pd->force_at = dt_place_prop(m->f->dt, n, name);
}

/* It comes with a device that the guest has already. */
static bool is_part(const struct matching *m, dt_id host)
{
	dt_id device = m->b->p->device_of[host];

	return device != DT_NONE && device != host && plan_device_find(m->b->p, m->g, device);
}

static void match(struct matching *m, dt_id n, dt_id host, enum fragment_match how)
{
	struct fragment_node *node = &m->f->nodes[n];
	struct plan_device *pd;

	node->host = host;
	node->match = how;
	/* Of two that stand for one device the first counts; check says so. */
	if (m->f->of[host] == DT_NONE)
		m->f->of[host] = n;
	if (how == FRAGMENT_BY_PARENT)
		return;
	if (!plan_device_find(m->b->p, m->g, host) && !is_part(m, host)) {
		plan_device_add(m->b, m->g, host, place_of(m, n, how), false);
		m->g->devices.v[m->g->devices.n - 1].by_fragment = true;
	}
	pd = plan_device_find(m->b->p, m->g, host);
	if (pd)
		force(m, n, pd);
}

/* ---- By path ---------------------------------------------------------------------------- */

/* Registers or streams make a device; what has none may be a part of one. */
static bool stands_alone(const struct matching *m, dt_id host)
{
	const struct device *dev = &m->b->p->facts->devices[host];

	return dev->nwindows || dev->nstreams;
}

/* Devices before their parts, whose interrupts have nodes of their own. */
static void match_alone(struct matching *m, dt_id n)
{
	const struct dt_prop *p = dt_prop(m->f->dt, n, "xen,path");
	const struct dt *t = m->b->p->dt;
	struct str path;
	dt_id host;

	if (!p || !dt_string(p, 0, &path))
		return;
	host = dt_find_path(t, path);
	if (host == DT_NONE)
		host = dt_find_path_nocase(t, path);
	if (host != DT_NONE && stands_alone(m, host))
		match(m, n, host, FRAGMENT_BY_PATH);
}

static void match_path(struct matching *m, dt_id n)
{
	const struct dt_prop *p = dt_prop(m->f->dt, n, "xen,path");
	struct word w = { STR_NONE, dt_place_prop(m->f->dt, n, "xen,path") };
	dt_id host;

	if (!dt_string(p, 0, &w.text) || !w.text.n || w.text.s[0] != '/') {
		diag_fault(m->b->d, RULE_UNKNOWN_DEVICE, w.at,
			   STR("write the full path of the host's node; `dtassign list --paths -b "
			       "BOARD` prints them"),
			   "xen,path takes a full path, no label and no alias");
		return;
	}
	host = plan_resolve(m->b->d, m->b->p->dt, &w);
	if (host != DT_NONE)
		match(m, n, host, FRAGMENT_BY_PATH);
}

/* ---- By address --------------------------------------------------------------------------- */

/* The host's side of a guest address as the config has it, else the same. */
static uint64_t host_of(const struct guest_request *r, uint64_t guest)
{
	uint64_t page = guest >> PAGE_SHIFT;

	for (size_t i = 0; i < r->niomem; i++) {
		const struct iomem_word *w = &r->iomem[i];
		uint64_t first = w->has_gfn ? w->gfn : w->mfn;

		if (page >= first && page - first < w->count)
			return ((w->mfn + (page - first)) << PAGE_SHIFT) |
			       (guest & (PAGE_SIZE - 1));
	}
	return guest;
}

static bool host_address(const struct matching *m, const struct fragment_node *node,
			 uint64_t *address)
{
	if (node->nwindows == 0 || !node->windows[0].sound)
		return false;
	*address = node->windows[0].guest.first;
	for (uint32_t i = 0; i < node->ntuples; i++) {
		const struct fragment_tuple *t = &node->tuples[i];

		if (t->sound && *address >= t->guest && *address - t->guest < t->size) {
			*address = t->host + (*address - t->guest);
			return true;
		}
	}
	*address = host_of(m->g->request, *address);
	return true;
}

/* Registers of the host begin right here; of two such nodes the one with a
 * compatible of the fragment's. */
static dt_id device_at(struct matching *m, dt_id n, uint64_t address)
{
	const struct plan *p = m->b->p;
	const struct claim **claims;
	struct range at = { address, address };
	size_t nclaims;
	dt_id found = DT_NONE;

	if (m->nanswers > LIMIT_SHARED)
		return DT_NONE;
	nclaims = ledger_meeting(m->b->a, p->facts, CLAIM_WINDOW, at, &claims);
	m->nanswers += nclaims;
	for (size_t i = 0; i < nclaims; i++) {
		dt_id host = claims[i]->node;

		if (host == DT_NONE || claims[i]->range.first != address ||
		    p->facts->devices[host].role != ROLE_DEVICE)
			continue;
		if (plan_alike(m->f->dt, n, p->dt, host))
			return host;
		if (found == DT_NONE)
			found = host;
	}
	return found;
}

/* dom0less gives only what has xen,path or xen,reg; what has neither may be
 * completed where dtdev asks for it. */
static bool may_have(const struct matching *m, dt_id n, dt_id host)
{
	return m->g->request->target == TARGET_XL || dt_has(m->f->dt, n, "xen,reg") ||
	       plan_device_find(m->b->p, m->g, host);
}

static void match_address(struct matching *m, dt_id n)
{
	uint64_t address;
	dt_id host;

	if (!host_address(m, &m->f->nodes[n], &address))
		return;
	host = device_at(m, n, address);
	if (host != DT_NONE && may_have(m, n, host))
		match(m, n, host, FRAGMENT_BY_ADDRESS);
}

/* ---- By likeness ---------------------------------------------------------------------------- */

static bool is_like(const struct matching *m, dt_id n, dt_id host)
{
	const struct dt *t = m->b->p->dt;

	if (dt_has(m->f->dt, n, "compatible") || dt_has(t, host, "compatible"))
		return plan_alike(m->f->dt, n, t, host);
	return str_eq(dt_node(t, host)->name, dt_node(m->f->dt, n)->name);
}

/* The device of dtdev that nobody stands for yet; of several like it the one
 * of the same name, else none. */
static void match_likeness(struct matching *m, dt_id n)
{
	const struct dt *t = m->b->p->dt;
	const struct plan_device *pd;
	dt_id found = DT_NONE;
	uint32_t nfound = 0;

	VEC_EACH (pd, &m->g->devices) {
		if (m->f->of[pd->node] != DT_NONE || !is_like(m, n, pd->node))
			continue;
		nfound++;
		if (found == DT_NONE ||
		    str_eq(dt_node(t, pd->node)->name, dt_node(m->f->dt, n)->name))
			found = pd->node;
	}
	if (nfound == 1 || (nfound && str_eq(dt_node(t, found)->name, dt_node(m->f->dt, n)->name)))
		match(m, n, found, FRAGMENT_BY_LIKENESS);
}

/* ---- By parent ------------------------------------------------------------------------------- */

static void match_parent(struct matching *m, dt_id n)
{
	dt_id above = m->f->nodes[dt_node(m->f->dt, n)->parent].host;
	dt_id host = above == DT_NONE
			     ? DT_NONE
			     : dt_find_child(m->b->p->dt, above, dt_node(m->f->dt, n)->name);

	if (host != DT_NONE)
		match(m, n, host, FRAGMENT_BY_PARENT);
}

static void each(struct matching *m, void (*way)(struct matching *, dt_id))
{
	const struct fragment *f = m->f;

	for (dt_id n = f->passthrough + 1; n < dt_node(f->dt, f->passthrough)->end; n++) {
		bool has_path = dt_has(f->dt, n, "xen,path");

		if (f->nodes[n].host == DT_NONE &&
		    has_path == (way == match_path || way == match_alone))
			way(m, n);
	}
}

/* Guesses look at every device; a real guest has few. */
enum { MOST_DEVICES = 1024 };

void plan_fragment(struct building *b, struct guest_plan *g)
{
	const struct dt *t = b->options->fragments ? b->options->fragments[g->index] : NULL;
	struct matching m = { .b = b, .g = g };

	if (!t)
		return;
	m.f = g->fragment = ARENA_NEW(b->a, struct fragment);
	m.f->dt = t;
	m.f->of = ARENA_ARRAY(b->a, dt_id, b->p->dt->nnodes);
	for (dt_id n = 0; n < b->p->dt->nnodes; n++)
		m.f->of[n] = DT_NONE;
	fragment_read(b, g, m.f);
	if (m.f->passthrough == DT_NONE)
		return;
	each(&m, match_alone);
	each(&m, match_path);
	each(&m, match_address);
	if (g->devices.n <= MOST_DEVICES)
		each(&m, match_likeness);
	each(&m, match_parent);
}
