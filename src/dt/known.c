/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is asked of a node again and again, found once for all: an input could
 * make walking up, or searching a provider, as dear as it likes.
 */
#include "tree.h"

static uint8_t cells_of(struct builder *b, dt_id n, const char *name, uint8_t above)
{
	uint32_t value;

	if (!dt_has(b->t, n, name))
		return above;
	/* Linux' OF_MAX_ADDR_CELLS and Xen's DT_MAX_ADDR_CELLS are 4. */
	if (dt_u32(b->t, n, name, &value) && value <= 4)
		return (uint8_t)value;
	index_bad(b, dt_place_prop(b->t, n, name), "`%s` must be one cell of 0 to 4", name);
	return above;
}

/*
 * Where interrupts go that say nothing else: the node that `interrupt-parent`
 * names here or above, or a parent that takes interrupts (Linux
 * drivers/of/irq.c, of_irq_find_parent).
 */
static dt_id interrupt_parent_of(const struct dt *t, dt_id n, dt_id parent, dt_id above)
{
	uint32_t phandle;

	if (dt_u32(t, n, "interrupt-parent", &phandle))
		return dt_find_phandle(t, phandle);
	return parent != DT_NONE && dt_has(t, parent, "#interrupt-cells") ? parent : above;
}

static bool is_meta(struct str name)
{
	return str_is(name, "aliases") || (str_starts(name, "__") && str_ends(name, "__"));
}

void index_known(struct builder *b)
{
	static const struct known top = {
		.address = 2,
		.size = 1,
		.enabled = true,
		.interrupt_parent = DT_NONE,
	};
	const struct dt *t = b->t;

	b->x->known = ARENA_ARRAY(t->arena, struct known, t->nnodes);
	for (dt_id n = 0; n < t->nnodes; n++) {
		dt_id parent = t->nodes[n].parent;
		const struct known *above = parent == DT_NONE ? &top : &b->x->known[parent];

		b->x->known[n] = (struct known){
			.address = cells_of(b, n, "#address-cells", above->address),
			.size = cells_of(b, n, "#size-cells", above->size),
			.enabled = above->enabled && dt_is_available(t, n),
			.meta = above->meta || (parent == DT_ROOT && is_meta(t->nodes[n].name)),
			.partitions = ref_has_partitions(t, n),
			.mailbox = ref_is_phandle_mailbox(t, n),
			.interrupt_parent =
				interrupt_parent_of(t, n, parent, above->interrupt_parent),
		};
	}
}

void dt_bus_cells(const struct dt *t, dt_id bus, uint32_t *address, uint32_t *size)
{
	BUG_ON(bus >= t->nnodes);
	*address = t->index->known[bus].address;
	*size = t->index->known[bus].size;
}

bool dt_is_enabled(const struct dt *t, dt_id n)
{
	BUG_ON(n >= t->nnodes);
	return t->index->known[n].enabled;
}
