/* SPDX-License-Identifier: BSD-2-Clause */
/* What each node claims, node by node in tree order. */
#include "claims.h"

#define NODES_PER_BRIEF 1024
#define PIECE           1024

static struct claim *add(struct claims *all, enum claim_kind kind, enum claim_shape shape,
			 dt_id node, uint32_t item)
{
	struct claim *c;

	if (all->n % PIECE == 0)
		VEC_PUSH(all->x->scratch, &all->pieces,
			 ARENA_ARRAY(all->x->scratch, struct claim, PIECE));
	c = &all->pieces.v[all->pieces.n - 1][all->n++ % PIECE];
	c->kind = kind;
	c->shape = shape;
	c->node = node;
	c->scope = DT_NONE;
	c->item = item;
	return c;
}

static void add_range(struct claims *all, enum claim_kind kind, dt_id node, uint32_t item,
		      struct range range)
{
	add(all, kind, SHAPE_RANGE, node, item)->range = range;
}

/* ---- Addresses ------------------------------------------------------------- */

static void claim_windows(struct claims *all, const struct device *dev)
{
	for (uint32_t i = 0; i < dev->nwindows; i++) {
		const struct window *w = &dev->windows[i];

		if (w->health != WINDOW_OK)
			continue;
		add_range(all, CLAIM_WINDOW, dev->node, i, w->cpu);
		add_range(all, CLAIM_PAGES, dev->node, i, range_pages(w->cpu));
	}
	for (uint32_t i = 0; i < dev->napertures; i++)
		if (dev->apertures[i].health == WINDOW_OK)
			add_range(all, CLAIM_APERTURE, dev->node, i, dev->apertures[i].cpu);
}

/* Xen's early scan takes reg of these as it stands, whatever ranges say
 * (xen/common/device-tree/bootinfo-fdt.c, process_memory_node). */
static void claim_memory(struct claims *all, const struct device *dev, enum claim_kind kind)
{
	struct range range;

	for (uint32_t i = 0; i < dev->nwindows; i++) {
		const struct window *w = &dev->windows[i];

		if (w->health == WINDOW_OK)
			add_range(all, kind, dev->node, i, w->cpu);
		if (range_from_size(w->bus_address, w->size, &range) &&
		    (w->health != WINDOW_OK || range.first != w->cpu.first))
			add_range(all, kind, dev->node, i, range);
	}
}

static void claim_memreserve(struct claims *all)
{
	const struct dt *t = all->x->t;
	struct range range;

	for (uint32_t i = 0; i < t->nreserves; i++)
		if (range_from_size(t->reserves[i].address, t->reserves[i].size, &range))
			add_range(all, CLAIM_RESERVED, DT_NONE, i, range);
}

/* ---- Interrupts -------------------------------------------------------------- */

static struct claim *claim_line(struct claims *all, dt_id node, uint32_t item,
				const uint32_t *intid)
{
	struct claim *c = add(all, CLAIM_LINE, SHAPE_KEY, node, item);

	c->args = intid;
	c->nargs = 1;
	return c;
}

static void claim_lines(struct claims *all, const struct device *dev)
{
	struct derive *x = all->x;
	const uint32_t *mapped = NULL;
	uint32_t nmapped = 0;

	for (uint32_t i = 0; i < dev->nlines; i++) {
		const struct line *line = &dev->lines[i];
		bool known = line->health == LINE_GIC;

		if (known)
			claim_line(all, dev->node, i, &line->intid);
		else if (line->behind != LINE_NONE)
			claim_line(all, dev->node, i, &line->behind);
		/* Xen routes what it decodes, meant or not. */
		if (line->xen_intid != LINE_NONE && (!known || line->xen_intid != line->intid))
			claim_line(all, dev->node, i, &line->xen_intid);
	}
	/* map_device_children: only where device_type is "pci" itself. */
	if (x->bus[dev->node].kind == BUS_PCI && !x->bus[dev->node].pci_by_name)
		nmapped = nexus_intids(x, dev->node, &mapped);
	for (uint32_t i = 0; i < nmapped; i++)
		claim_line(all, dev->node, i, &mapped[i])->mapped = true;
}

/* ---- Streams ------------------------------------------------------------------- */

static bool claim_stream(struct claims *all, dt_id node, uint32_t item, dt_id iommu, uint32_t id,
			 uint32_t mask, bool mapped)
{
	struct claim *c = add(all, CLAIM_STREAM, SHAPE_MASKED, node, item);

	c->scope = iommu;
	c->id = id;
	c->mask = mask;
	c->mapped = mapped;
	if (!mask || ++all->nmasked <= LIMIT_MASKED_STREAMS)
		return true;
	return diag_fault(all->x->d, RULE_LIMIT_EXCEEDED, dt_place(all->x->t, node),
			  STR("an SMMU has room for 128 at most: is this the tree of a board?"),
			  "expected at most %d stream IDs with a mask, found more",
			  LIMIT_MASKED_STREAMS);
}

/* The stream IDs that an iommu-map can give out, as aligned blocks.  Requester
 * IDs have 16 bits and are masked before they are looked up. */
static bool claim_map(struct claims *all, dt_id node, uint32_t item, const struct stream_map *m)
{
	uint32_t most = m->mask & 0xffff;
	uint64_t id = m->output, left = m->length;

	if (m->health != STREAM_OK || m->first > most)
		return true;
	if (left > most - m->first + (uint64_t)1)
		left = most - m->first + (uint64_t)1;
	while (left) {
		uint64_t block = 1;

		while (block * 2 <= left && id % (block * 2) == 0)
			block *= 2;
		if (!claim_stream(all, node, item, m->iommu, (uint32_t)id, (uint32_t)(block - 1),
				  true))
			return false;
		id = (id + block) & UINT32_MAX;
		left -= block;
	}
	return true;
}

static bool claim_streams(struct claims *all, const struct device *dev)
{
	for (uint32_t i = 0; i < dev->nstreams; i++) {
		const struct stream *s = &dev->streams[i];

		if (s->health == STREAM_OK &&
		    !claim_stream(all, dev->node, i, s->iommu, s->id, s->mask, false))
			return false;
	}
	for (uint32_t i = 0; i < dev->nmaps; i++)
		if (!claim_map(all, dev->node, i, &dev->maps[i]))
			return false;
	return true;
}

/* ---- References -------------------------------------------------------------------- */

#define NOT_CLAIMED NCLAIM_KINDS

static uint32_t kind_of_row(const struct supplier *row)
{
	static const struct {
		enum supply_class class;
		enum claim_kind kind;
	} kinds[] = {
		{ SUPPLY_DMA, CLAIM_DMA_CHANNEL },  { SUPPLY_CLOCK, CLAIM_CLOCK },
		{ SUPPLY_RESET, CLAIM_RESET },      { SUPPLY_POWER_DOMAIN, CLAIM_POWER_DOMAIN },
		{ SUPPLY_REGULATOR, CLAIM_SUPPLY },
	};

	for (size_t i = 0; row && i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].class == row->class)
			return kinds[i].kind;
	return NOT_CLAIMED;
}

/* The row that reads the property, if it is of a kind that is claimed.  Most
 * names are seen a thousand times and are of none; that is remembered.  A node
 * that is no hardware can have a property of any name, so it teaches nothing. */
static const struct supplier *claimed_row(struct claims *all, dt_id n, const struct dt_prop *p,
					  uint32_t *kind)
{
	const struct supplier *row;

	if (map_get(all->kinds, p->name, kind) && *kind == NOT_CLAIMED)
		return NULL;
	row = dt_supplier(all->x->t, n, p);
	*kind = kind_of_row(row);
	if (row || all->x->f->devices[n].role != ROLE_META)
		map_put(all->kinds, p->name, *kind);
	return *kind == NOT_CLAIMED ? NULL : row;
}

static bool claim_refs(struct claims *all, dt_id n, uint32_t prop)
{
	const struct dt_prop *p = &all->x->t->props[prop];
	uint32_t kind;
	const struct supplier *row = claimed_row(all, n, p, &kind);
	struct dt_refs refs;

	if (!row)
		return true;
	if (!count_facts(all->x, &all->x->nrefs, dt_ncells(p), n, "references"))
		return false;
	refs = dt_refs(all->brief, all->x->t, n, p, row);
	for (size_t i = 0; i < refs.n; i++) {
		const struct dt_ref *ref = &refs.v[i];
		struct claim *c;

		if (ref->health != REF_OK)
			continue;
		c = add(all, (enum claim_kind)kind, SHAPE_KEY, n, prop);
		c->scope = ref->provider;
		c->cell = ref->cell;
		c->args = cells_copy(all->x->a, p, ref->first_arg, ref->nargs);
		c->nargs = ref->nargs;
	}
	return true;
}

static bool claim_node(struct claims *all, dt_id n)
{
	const struct dt_node *node = dt_node(all->x->t, n);
	const struct device *dev = &all->x->f->devices[n];

	if (dev->role == ROLE_MEMORY)
		claim_memory(all, dev,
			     dt_is_in(all->x->t, n, all->reserved) ? CLAIM_RESERVED : CLAIM_RAM);
	else
		claim_windows(all, dev);
	claim_lines(all, dev);
	if (all->x->failed || !claim_streams(all, dev))
		return false;
	for (uint32_t i = 0; i < node->nprops; i++)
		if (!claim_refs(all, n, node->first_prop + i))
			return false;
	return true;
}

static bool collect(struct claims *all)
{
	const struct dt *t = all->x->t;

	for (dt_id n = 0; n < t->nnodes; n++) {
		if (n % NODES_PER_BRIEF == 0) {
			arena_free(all->brief);
			all->brief = arena_new();
		}
		all->first[n] = all->n;
		if (!claim_node(all, n))
			return false;
	}
	all->first[t->nnodes] = all->n;
	claim_memreserve(all);
	all->first[t->nnodes + 1] = all->n;
	return true;
}

bool claims_collect(struct claims *all)
{
	const struct dt *t = all->x->t;
	bool collected;

	all->kinds = map_new(all->x->scratch, false, 256);
	all->reserved = dt_find_path_nocase(t, STR("/reserved-memory"));
	all->first = ARENA_ARRAY(all->x->a, uint32_t, (size_t)t->nnodes + 2);
	collected = collect(all);
	arena_free(all->brief);
	all->brief = NULL;
	return collected;
}

struct claim *claims_join(const struct claims *all)
{
	struct claim *joined = ARENA_ARRAY(all->x->a, struct claim, all->n);

	for (uint32_t i = 0; i < all->n; i += PIECE) {
		uint32_t n = all->n - i < PIECE ? all->n - i : PIECE;

		memcpy(joined + i, all->pieces.v[i / PIECE], n * sizeof(*joined));
	}
	return joined;
}
