/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Properties by number, so that asking for one costs the same in a node of
 * four properties and in one of four thousand.
 */
#include "derive.h"

struct digest {
	struct {
		uint64_t has;   /* bit per prop_id                           */
		uint32_t first; /* in `props`, by prop_id                    */
	} * node;
	uint32_t *props; /* index into dt->props */
};

static const char *const names[NPROPS] = {
#define PROP(id, name) [PROP_##id] = (name),
#include "props.def"
#undef PROP
};

static uint32_t before(uint64_t mask, enum prop_id id)
{
	uint32_t n = 0;

	for (mask &= ((uint64_t)1 << id) - 1; mask; mask &= mask - 1)
		n++;
	return n;
}

static void digest_node(struct derive *x, const struct map *ids, dt_id n, uint32_t *used)
{
	const struct dt_node *node = dt_node(x->t, n);
	uint32_t at[NPROPS], id;
	uint64_t has = 0;

	for (uint32_t i = 0; i < node->nprops; i++) {
		uint32_t prop = node->first_prop + i;

		if (!map_get(ids, x->t->props[prop].name, &id))
			continue;
		has |= (uint64_t)1 << id;
		at[id] = prop;
	}
	x->digest->node[n].has = has;
	x->digest->node[n].first = *used;
	for (id = 0; id < NPROPS; id++)
		if (has >> id & 1)
			x->digest->props[(*used)++] = at[id];
}

void digest_build(struct derive *x)
{
	struct map *ids = map_new(x->scratch, false, NPROPS);
	uint32_t used = 0;

	for (uint32_t id = 0; id < NPROPS; id++)
		map_put(ids, str_of(names[id]), id);
	x->digest = ARENA_NEW(x->scratch, struct digest);
	x->digest->node = arena_array(x->scratch, x->t->nnodes, sizeof(*x->digest->node));
	x->digest->props = ARENA_ARRAY(x->scratch, uint32_t, x->t->nprops);
	for (dt_id n = 0; n < x->t->nnodes; n++)
		digest_node(x, ids, n, &used);
}

bool has_prop(const struct derive *x, dt_id n, enum prop_id id)
{
	return x->digest->node[n].has >> id & 1;
}

const struct dt_prop *get_prop(const struct derive *x, dt_id n, enum prop_id id)
{
	uint64_t has = x->digest->node[n].has;

	if (!(has >> id & 1))
		return NULL;
	return &x->t->props[x->digest->props[x->digest->node[n].first + before(has, id)]];
}

bool get_u32(const struct derive *x, dt_id n, enum prop_id id, uint32_t *out)
{
	const struct dt_prop *p = get_prop(x, n, id);

	if (!p || p->data.n < 4)
		return false;
	*out = dt_cell(p, 0);
	return true;
}

static bool device_type_is_pci(const struct derive *x, dt_id n)
{
	static const char *const types[] = { "pci", "pciex", "vci", "ht" };
	const struct dt_prop *p = get_prop(x, n, PROP_DEVICE_TYPE);
	struct str type;

	if (!p || !dt_string(p, 0, &type))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (str_is(type, types[i]))
			return true;
	return false;
}

static const char *const imap_abusers[] = {
#define IMAP_ABUSER(compatible) (compatible),
#include "imap_abusers.def"
#undef IMAP_ABUSER
};

static bool has_odd_map(const struct derive *x, dt_id n)
{
	if (!has_prop(x, n, PROP_INTERRUPT_CONTROLLER) || !has_prop(x, n, PROP_INTERRUPT_MAP))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(imap_abusers); i++)
		if (dt_is_compatible(x->t, n, imap_abusers[i]))
			return true;
	return false;
}

/* dt_n_addr_cells and dt_n_size_cells: the nearest node that has the property,
 * up to the root; nobody: 2 and 1.  dt_bus_pci_count_cells: 3 and 2. */
static void bus_build(struct derive *x, dt_id n)
{
	struct bus *b = &x->bus[n];
	const struct bus *up = n == DT_ROOT ? NULL : &x->bus[dt_node(x->t, n)->parent];
	uint32_t na, ns, own_na = 0, own_ns = 0;
	struct str name = dt_base_name(x->t, n);
	bool has_na = get_u32(x, n, PROP_ADDRESS_CELLS, &own_na);
	bool has_ns = get_u32(x, n, PROP_SIZE_CELLS, &own_ns);

	na = has_na ? own_na : up ? up->plain_na : 2;
	ns = has_ns ? own_ns : up ? up->plain_ns : 1;
	b->plain_na = (uint8_t)na;
	b->plain_ns = (uint8_t)ns;
	b->odd_map = has_odd_map(x, n);
	b->inherited = up && (!has_na || !has_ns);
	if (device_type_is_pci(x, n)) {
		b->kind = BUS_PCI;
	} else if (str_is(name, "pci") || str_is(name, "pcie")) {
		/* dt_node_is_pci: "Missing device_type"; since 4.15. */
		b->kind = release_all_since(x->p->xen, 15, 0) ? BUS_PCI : BUS_NONE;
		b->pci_by_name = b->kind == BUS_PCI;
	}
	if (b->kind == BUS_NONE && (n == DT_ROOT || has_prop(x, n, PROP_RANGES)))
		b->kind = BUS_DEFAULT;
	b->na = b->kind == BUS_PCI ? 3 : (uint8_t)na;
	b->ns = b->kind == BUS_PCI ? 2 : (uint8_t)ns;
}

void buses_build(struct derive *x)
{
	x->bus = ARENA_ARRAY(x->scratch, struct bus, x->t->nnodes);
	x->bus_maps = ARENA_ARRAY(x->scratch, struct bus_map *, x->t->nnodes);
	for (dt_id n = 0; n < x->t->nnodes; n++)
		bus_build(x, n);
}

dt_id *chains_build(struct derive *x, bool (*step)(const struct derive *x, dt_id n, dt_id *out))
{
	enum { UNSEEN, OPEN, DONE };
	uint8_t *state = ARENA_ARRAY(x->scratch, uint8_t, x->t->nnodes);
	dt_id *end = ARENA_ARRAY(x->scratch, dt_id, x->t->nnodes);
	dt_id *path = ARENA_ARRAY(x->scratch, dt_id, x->t->nnodes);

	for (dt_id start = 0; start < x->t->nnodes; start++) {
		dt_id n = start, result;
		uint32_t length = 0;

		for (;;) {
			if (state[n] == DONE) {
				result = end[n];
				break;
			}
			if (state[n] == OPEN) {
				result = CHAIN_CYCLE;
				break;
			}
			state[n] = OPEN;
			path[length++] = n;
			if (step(x, n, &result))
				break;
			n = result;
		}
		while (length) {
			n = path[--length];
			state[n] = DONE;
			end[n] = result;
		}
	}
	return end;
}

struct strings strings_of(const struct dt_prop *p)
{
	return (struct strings){ p ? p->data : STR_NONE };
}

struct str strings_next(struct strings *s)
{
	size_t end = str_find(s->rest, '\0');
	struct str next = str_sub(s->rest, 0, end);

	s->rest = end == SIZE_MAX ? STR_NONE : str_from(s->rest, end + 1);
	return next;
}

const uint32_t *cells_copy(struct arena *a, const struct dt_prop *p, uint32_t first, uint32_t n)
{
	uint32_t *cells = ARENA_ARRAY(a, uint32_t, n);

	for (uint32_t i = 0; i < n; i++)
		cells[i] = dt_cell(p, first + i);
	return cells;
}

bool count_facts(struct derive *x, uint64_t *sum, uint64_t n, dt_id node, const char *what)
{
	*sum += n;
	if (*sum <= LIMIT_FACTS)
		return true;
	x->failed = true;
	return diag_fault(x->d, RULE_LIMIT_EXCEEDED, dt_place(x->t, node),
			  STR("no real board comes near: is this the tree of a board?"),
			  "expected at most %d %s in a device tree, found more", LIMIT_FACTS, what);
}
