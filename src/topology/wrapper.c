/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose streams carry whose DMA.  Neither Xen nor Linux looks for `iommus`
 * above or below a node (xen iommu_add_dt_device, Linux of_iommu.c), but the
 * hardware often has one port for a block and its parts.
 */
#include "building.h"

enum core_reach {
	CORE_AND_GLUE,
	CORE_AND_SIBLINGS, /* and the glue                                  */
};

struct core_row {
	const char *compatible;
	enum core_reach reach;
	const char *source;
};

static const struct core_row cores[] = {
#define CORE(compatible, reach, source) { compatible, reach, source },
#include "wrappers.def"
#undef CORE
};

static bool has_window(const struct building *b, dt_id n)
{
	const struct device *dev = facts_device(b->facts, n);

	for (uint32_t i = 0; i < dev->nwindows; i++)
		if (dev->windows[i].health == WINDOW_OK)
			return true;
	return false;
}

/* Something that could be handed out apart from the rest. */
static bool has_stuff(const struct building *b, dt_id n)
{
	const struct device *dev = facts_device(b->facts, n);

	if (dev->role != ROLE_DEVICE && dev->role != ROLE_CONSOLE)
		return false;
	for (uint32_t i = 0; i < dev->nlines; i++)
		if (dev->lines[i].health == LINE_GIC)
			return true;
	return has_window(b, n);
}

static void link_parts(struct building *b, dt_id carrier, dt_id n)
{
	const struct client *c = &b->clients.v[b->client_of[carrier]];
	struct group_link link = { .a = carrier, .b = n, .kind = LINK_WRAPPER };

	if (c->iommu == IOMMU_NONE || !iommu_is_live(&b->iommus.v[c->iommu]))
		return;
	link.iommu = b->iommus.v[c->iommu].node;
	link.at_a = c->generic ? spot_prop(carrier, "iommus") : b->uses.v[c->first].at;
	link.at_b = spot_node(n);
	link.what = str_format(b->arena, "the streams of %.*s", STR_ARG(path_text(b, carrier)));
	group_link_add(b, link);
}

/* `n` masters memory under the streams of the client at `carrier`. */
static void carry(struct building *b, dt_id carrier, dt_id n)
{
	if (b->client_of[n] == CLIENT_NONE && b->wrapper[n] == DT_NONE)
		b->wrapper[n] = carrier;
	link_parts(b, carrier, n);
}

static const struct core_row *core_find(const struct building *b, dt_id n)
{
	for (size_t i = 0; i < ARRAY_SIZE(cores); i++)
		if (dt_is_compatible(b->dt, n, cores[i].compatible))
			return &cores[i];
	return NULL;
}

static bool is_part(const struct building *b, dt_id n)
{
	return b->client_of[n] == CLIENT_NONE && b->has_stuff[n];
}

static void reach_of_core(struct building *b, dt_id core)
{
	const struct core_row *row = core_find(b, core);
	dt_id glue = dt_node(b->dt, core)->parent, sibling;

	if (!row || glue == DT_NONE)
		return;
	if (is_part(b, glue))
		carry(b, core, glue);
	/* One core of a glue is enough to find the siblings. */
	if (row->reach != CORE_AND_SIBLINGS || b->wrapper[glue] != core)
		return;
	DT_EACH_CHILD (b->dt, sibling, glue)
		if (sibling != core && is_part(b, sibling))
			carry(b, core, sibling);
}

/* A client without registers stands for traffic of the device above it: up to
 * the first one with registers, since an edge in between has only an interrupt
 * (remoteproc/glink-edge/fastrpc/compute-cb).  That device has other traffic,
 * too, so these streams do not protect it. */
static void reach_upwards(struct building *b, dt_id n, const dt_id *stuff)
{
	dt_id up = stuff[n];

	while (up != DT_NONE) {
		link_parts(b, n, up);
		if (has_window(b, up) || b->client_of[up] != CLIENT_NONE)
			return;
		up = stuff[up];
	}
}

/* Two facts about the way up from each node, in one walk: the nearest ancestor
 * with streams, and the nearest one with something to hand out. */
void wrappers_find(struct building *b)
{
	dt_id *streams = ARENA_ARRAY(b->arena, dt_id, b->dt->nnodes);
	dt_id *stuff = ARENA_ARRAY(b->arena, dt_id, b->dt->nnodes);

	b->wrapper = ARENA_ARRAY(b->arena, dt_id, b->dt->nnodes);
	memset(b->wrapper, 0xff, b->dt->nnodes * sizeof(*b->wrapper));
	b->has_stuff = ARENA_ARRAY(b->arena, bool, b->dt->nnodes);
	for (dt_id n = 0; n < b->dt->nnodes; n++)
		b->has_stuff[n] = has_stuff(b, n);
	streams[0] = stuff[0] = DT_NONE;
	for (dt_id n = 1; n < b->dt->nnodes; n++) {
		dt_id up = dt_node(b->dt, n)->parent;
		bool is_client = b->client_of[n] != CLIENT_NONE;

		streams[n] = b->client_of[up] != CLIENT_NONE ? up : streams[up];
		stuff[n] = b->has_stuff[up] ? up : stuff[up];
		if (is_client && !has_window(b, n))
			reach_upwards(b, n, stuff);
		if (is_client)
			reach_of_core(b, n);
		else if (streams[n] != DT_NONE && b->has_stuff[n])
			carry(b, streams[n], n);
	}
}
