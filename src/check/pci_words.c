/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `pci = [ ... ]`: no Xen on Arm makes it work, and the config may be wrong in
 * other ways as well.
 */
#include "pci.h"

#include <stdlib.h>

enum { FUNCTIONS_LOOKED_AT = 256 }; /* each at every stream; all are refused    */

/* One function that a guest lists. */
struct listed {
	const struct guest_plan *guest;
	const struct pci_word *word;
	dt_id bridge;
	uint32_t rid;
	struct rid_mapping map;
};

struct listing {
	struct judging *j;
	struct host_bridge *bridges;
	uint32_t nbridges;
	VEC(struct listed) hits; /* those with a stream                         */
	VEC(struct listed) all;
};

static struct finding *begin(struct judging *j, enum rule rule, const struct listed *l,
			     const char *format_end)
{
	return diag_judge(j->d, rule, l->guest->request->name,
			  l->bridge == DT_NONE ? STR_NONE : path_of(j, l->bridge), l->word->word.at,
			  "PCI function %.*s %s", STR_ARG(pci_name(j, l->word, l->rid)),
			  format_end);
}

/* ---- At all ------------------------------------------------------------------------- */

/* xen/arch/arm/include/asm/domain.h: has_vpci is false in every release;
 * tools/libs/light/libxl_arm.c, make_vpci_node. */
static void judge_unsupported(struct judging *j, const struct guest_plan *g)
{
	bool xl = g->request->target == TARGET_XL;
	bool newer = !release_some_before(j->p->platform->xen, 21, 0);
	struct finding *f;

	if (!g->request->npci)
		return;
	f = diag_judge(j->d, RULE_PCI_UNSUPPORTED, g->request->name, STR_NONE, g->request->pci_at,
		       xl ? "no Xen on Arm makes a PCI function work in a guest"
			  : "Xen gives no PCI functions to guests that it starts itself");
	if (!xl)
		finding_note(j->d, f, "dom0less has no binding for PCI: nothing comes of the key");
	else if (newer)
		finding_note(
			j->d, f,
			"built with CONFIG_PCI_PASSTHROUGH, Xen moves the streams of the "
			"function to the guest, and xl describes a host bridge at 0x10000000 that "
			"nobody emulates: the guest's first access to it aborts; registers and "
			"interrupts of the function are not given at all, and built without, xl "
			"fails");
	else
		finding_note(
			j->d, f,
			"before 4.21 Xen on Arm is built without PCI pass-through: xl fails, and "
			"the guest is not started");
	finding_help(j->d, f, "remove `pci`; the outputs have nothing of it");
}

/* ---- Which function ------------------------------------------------------------------ */

static void judge_no_bridge(struct listing *x, struct listed *l)
{
	struct judging *j = x->j;
	struct finding *f;

	if (!x->nbridges) {
		f = begin(j, RULE_WRONG_LINE, l,
			  "stands behind no host bridge: the board has none");
		finding_help(j->d, f, "remove it");
		return;
	}
	f = begin(j, RULE_WRONG_LINE, l,
		  "stands behind none of the host bridges that the tree numbers");
	finding_note(j->d, f,
		     "enabled host bridges of the board: %u; linux,pci-domain says which "
		     "segment is whose",
		     x->nbridges);
	finding_help(j->d, f,
		     "check the segment; `dtassign iommu -b BOARD --rid BDF BRIDGE` looks a "
		     "function up");
}

static bool find_bridge(struct listing *x, struct listed *l)
{
	struct finding *f;

	l->bridge = topology_bridge_of_domain(x->bridges, x->nbridges, l->word->segment);
	if (l->bridge == DT_NONE) {
		judge_no_bridge(x, l);
		return false;
	}
	if (topology_bridge_has(x->j->p->topology, l->bridge, l->rid))
		return true;
	f = begin(x->j, RULE_WRONG_LINE, l, "has a bus that its host bridge does not have");
	finding_place(x->j->d, f, dt_place_prop(x->j->p->dt, l->bridge, "bus-range"), NULL);
	finding_help(x->j->d, f, "check the bus number");
	return false;
}

/* ---- Its stream ------------------------------------------------------------------------ */

static void judge_gap(struct judging *j, const struct listed *l)
{
	struct finding *f;

	if (l->map.own_iommu) {
		f = begin(j, RULE_INFRASTRUCTURE, l, "is an IOMMU");
		finding_place(j->d, f, topology_place(j->p->topology, l->map.at), NULL);
		finding_help(j->d, f, "remove it");
		return;
	}
	f = begin(j, RULE_IOMMU_MAP_GAP, l,
		  str_format(j->a, "has no stream in iommu-map of `%.*s`",
			     STR_ARG(path_of(j, l->bridge)))
			  .s);
	finding_place(j->d, f, topology_place(j->p->topology, l->map.at), "no entry takes it");
	pci_say_gap(j, f, l->bridge);
	finding_help(j->d, f, "leave the function to dom0, or mend iommu-map in the board");
}

static void judge_unconfined(struct judging *j, const struct listed *l, struct str why)
{
	struct finding *f =
		begin(j, RULE_UNPROTECTED_MASTER, l, "masters memory, and no IOMMU confines it");

	finding_place(j->d, f, topology_place(j->p->topology, l->map.at), NULL);
	finding_note(j->d, f, "%.*s", STR_ARG(why));
	finding_help(j->d, f, "leave the function to dom0");
}

static void judge_hit(struct listing *x, const struct listed *l)
{
	struct judging *j = x->j;
	const struct iommu *u = topology_iommu(j->p->topology, l->map.target);
	struct finding *f;

	if (!u || u->outcome != IOMMU_PROBES ||
	    j->p->topology->iommu_platform != PLATFORM_IOMMU_ON) {
		judge_unconfined(
			j, l,
			str_format(j->a, "its IOMMU `%.*s` will not work for it: %.*s",
				   STR_ARG(path_of(j, l->map.target)),
				   STR_ARG(!u            ? STR("it is none")
					   : u->reason.n ? u->reason
							 : j->p->topology->iommu_platform_reason)));
		return;
	}
	VEC_PUSH(j->a, &x->hits, *l);
	if (u->family != IOMMU_IPMMU || dt_has(j->p->dt, l->bridge, "iommus"))
		return;
	/* xen ipmmu-vmsa.c takes the micro-TLB of the bridge and looks for no NULL. */
	f = begin(j, RULE_BROKEN_IOMMU_DESCRIPTION, l,
		  "is behind an IPMMU, and its host bridge has no "
		  "`iommus`");
	finding_place(j->d, f, dt_place(j->p->dt, l->bridge), NULL);
	finding_help(j->d, f, "add the micro-TLB of the bridge to the board");
}

/* xen reads neither msi-map nor msi-parent, and only dom0 has an ITS. */
static void judge_msi(struct judging *j, const struct listed *l)
{
	struct rid_mapping m = topology_map_rid(j->a, j->p->topology, l->bridge, MAP_MSI, l->rid);
	struct finding *f;

	if (m.result != RID_GAP && m.result != RID_ERROR)
		return;
	f = begin(j, RULE_MSI_UNAVAILABLE, l,
		  str_format(j->a, "has no place in msi-map of `%.*s`",
			     STR_ARG(path_of(j, l->bridge)))
			  .s);
	finding_place(j->d, f, topology_place(j->p->topology, m.at), NULL);
	finding_note(j->d, f, "%.*s; msi-parent is not asked where there is a map",
		     STR_ARG(m.reason));
	finding_help(j->d, f, "the driver has to do with a legacy interrupt, or mend msi-map");
}

static void judge_function(struct listing *x, struct listed *l)
{
	struct judging *j = x->j;
	struct finding *f;

	l->map = topology_map_rid(j->a, j->p->topology, l->bridge, MAP_IOMMU, l->rid);
	VEC_PUSH(j->a, &x->all, *l);
	switch (l->map.result) {
	case RID_HIT:
		judge_hit(x, l);
		break;
	case RID_GAP:
		judge_gap(j, l);
		break;
	case RID_NO_MAP:
		judge_unconfined(j, l, l->map.reason);
		break;
	case RID_ERROR:
		f = begin(j, RULE_BROKEN_IOMMU_DESCRIPTION, l,
			  str_format(j->a, "has no stream that could be told: %.*s",
				     STR_ARG(l->map.reason))
				  .s);
		finding_place(j->d, f, topology_place(j->p->topology, l->map.at), NULL);
		finding_help(j->d, f, "mend iommu-map in the board");
		break;
	}
	judge_msi(j, l);
}

/* `*` is xl's word for the functions that it finds; those of the map that go
 * nowhere count only for function 0. */
static void judge_word(struct listing *x, const struct guest_plan *g, const struct pci_word *w)
{
	struct listed l = { .guest = g, .word = w, .bridge = DT_NONE, .rid = w->rid };

	if (!w->by_name && find_bridge(x, &l))
		judge_function(x, &l);
}

/* ---- Together ----------------------------------------------------------------------------- */

static int by_function(const void *x, const void *y)
{
	const struct listed *a = x, *b = y;

	if (a->bridge != b->bridge)
		return a->bridge < b->bridge ? -1 : 1;
	if (a->rid != b->rid)
		return a->rid < b->rid ? -1 : 1;
	return a->guest->index < b->guest->index ? -1 : a->guest->index > b->guest->index;
}

static int by_stream(const void *x, const void *y)
{
	const struct listed *a = x, *b = y;

	if (a->map.target != b->map.target)
		return a->map.target < b->map.target ? -1 : 1;
	if (a->map.out != b->map.out)
		return a->map.out < b->map.out ? -1 : 1;
	return by_function(x, y);
}

static void judge_twice(struct listing *x)
{
	struct judging *j = x->j;

	if (x->all.n)
		qsort(x->all.v, x->all.n, sizeof(*x->all.v), by_function);
	for (size_t i = 1; i < x->all.n; i++) {
		const struct listed *a = &x->all.v[i - 1], *b = &x->all.v[i];
		struct finding *f;

		if (a->bridge != b->bridge || a->rid != b->rid)
			continue;
		f = begin(j, RULE_DEVICE_TAKEN, b, "is given twice");
		finding_place(j->d, f, a->word->word.at, "also given to guest `%.*s`",
			      STR_ARG(a->guest->request->name));
		finding_help(j->d, f, "remove it from one of them");
	}
}

static struct finding *begin_split(struct judging *j, const struct listed *l, struct str other)
{
	struct finding *f =
		begin(j, RULE_SPLIT_GROUP, l,
		      str_format(j->a, "cannot be told apart from %.*s", STR_ARG(other)).s);

	finding_place(j->d, f, topology_place(j->p->topology, l->map.at),
		      "both become stream ID 0x%x", l->map.out);
	finding_note(j->d, f,
		     "each owner could read and write the other's memory through its device");
	return f;
}

static void judge_neighbours(struct listing *x)
{
	struct judging *j = x->j;

	if (x->hits.n)
		qsort(x->hits.v, x->hits.n, sizeof(*x->hits.v), by_stream);
	for (size_t i = 1; i < x->hits.n; i++) {
		const struct listed *a = &x->hits.v[i - 1], *b = &x->hits.v[i];
		struct finding *f;

		if (a->map.target != b->map.target || a->map.out != b->map.out ||
		    a->guest == b->guest)
			continue;
		f = begin_split(j, b,
				str_format(j->a, "%.*s, which belongs to guest `%.*s`",
					   STR_ARG(pci_name(j, a->word, a->rid)),
					   STR_ARG(a->guest->request->name)));
		finding_place(j->d, f, a->word->word.at, "given here");
		finding_help(j->d, f, "give both to one guest");
	}
}

/* Functions that nobody lists stay with dom0: is there one that comes out as the
 * same stream?  The mask hides a bit of the requester id, or another device of
 * the tree has the stream. */
static void judge_rest(struct judging *j, const struct listed *l)
{
	uint32_t mask = 0xffff;
	const struct dt_prop *p = dt_prop(j->p->dt, l->bridge, "iommu-map-mask");
	const struct topology *t = j->p->topology;
	struct finding *f;

	if (p && dt_ncells(p))
		mask = dt_cell(p, 0) & 0xffff;
	if (mask != 0xffff) {
		f = begin_split(j, l, STR("other functions of its host bridge"));
		finding_place(j->d, f, dt_place_prop(j->p->dt, l->bridge, "iommu-map-mask"),
			      "bits of the requester id that are not looked at");
		finding_help(j->d, f, "leave all functions of the bridge to dom0");
		return;
	}
	for (uint32_t i = 0; i < t->nuses; i++) {
		const struct stream_use *u = &t->uses[i];

		if (t->iommus[u->iommu].node != l->map.target ||
		    ((u->id ^ l->map.out) & ~u->mask) != 0 || owned_by(j, l->guest, u->node) ||
		    j->p->owners[u->node].kind == OWNER_NOBODY)
			continue;
		f = begin_split(j, l,
				str_format(j->a, "`%.*s`, which belongs to %.*s",
					   STR_ARG(path_of(j, u->node)),
					   STR_ARG(owner_of(j, u->node))));
		finding_place(j->d, f, topology_place(t, u->at), "the same stream");
		finding_help(j->d, f, "give both to one guest, or withhold the other");
		return;
	}
}

void pci_judge_words(struct judging *j)
{
	struct listing x = { .j = j };
	const struct guest_plan *g;

	EACH_GUEST(g, j->p)
	{
		if (!g->request->npci)
			continue;
		judge_unsupported(j, g);
		if (!x.bridges)
			x.nbridges = topology_host_bridges(j->a, j->p->topology, &x.bridges);
		for (uint32_t i = 0; i < g->request->npci; i++)
			judge_word(&x, g, &g->request->pci[i]);
	}
	judge_twice(&x);
	judge_neighbours(&x);
	for (size_t i = 0; i < x.hits.n && i < FUNCTIONS_LOOKED_AT; i++)
		judge_rest(j, &x.hits.v[i]);
}
