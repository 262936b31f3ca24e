/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a bus address to a CPU address, as Xen does it:
 * xen/common/device-tree/device-tree.c, __dt_translate_address,
 * dt_translate_one and the two buses of dt_busses[].  What Xen does without a
 * word although it cannot be right (dropping the upper half of an address that
 * does not fit the cells of the bus above) is WINDOW_MALFORMED here.
 */
#include "derive.h"

/* Spaces of a PCI address, from the flags in its first cell
 * (dt_bus_pci_get_flags): an address is looked up in its own space only. */
enum space {
	SPACE_NONE,
	SPACE_IO,
	SPACE_MEMORY,
	NSPACES,
};

struct entry {
	uint64_t base, size;
	uint32_t cell; /* its first cell in ranges */
};

/* The ranges of one bus. */
struct bus_map {
	const struct dt_prop *ranges; /* NULL: has none                         */
	bool empty;                   /* one to one                             */
	struct span_index *space[NSPACES];
	struct map *exact; /* address cells to entry: over two cells, no PCI    */
	struct entry *entries;
	uint32_t *of_space[NSPACES]; /* span to entry                           */
};

/* dt_read_number keeps the low 64 bits of however many cells. */
static uint64_t low64(const uint32_t *cell, uint32_t n)
{
	uint64_t v = 0;

	for (uint32_t i = 0; i < n; i++)
		v = v << 32 | cell[i];
	return v;
}

static uint64_t prop_low64(const struct dt_prop *p, uint32_t first, uint32_t n)
{
	uint64_t v = 0;

	for (uint32_t i = 0; i < n; i++)
		v = v << 32 | dt_cell(p, first + i);
	return v;
}

static enum space space_of(uint32_t flags)
{
	switch (flags >> 24 & 3) {
	case 0:
		return SPACE_NONE;
	case 1:
		return SPACE_IO;
	default:
		return SPACE_MEMORY; /* 32 and 64 bits alike */
	}
}

static bool is_exact(const struct bus *b)
{
	return b->kind == BUS_DEFAULT && b->na > 2;
}

static void fill_entry(struct entry *e, const struct bus *b, const struct dt_prop *p, uint32_t at,
		       uint32_t pna)
{
	uint32_t flags = b->kind == BUS_PCI;

	e->cell = at;
	e->base = prop_low64(p, at + flags, b->na - flags);
	e->size = prop_low64(p, at + b->na + pna, b->ns);
}

/* Entries that can cover an address: dt_bus_default_map asks for
 * da < base + size, which is never so where the sum wraps to 0 or beyond. */
static bool covers_something(const struct entry *e, struct range *out)
{
	uint64_t end;

	return u64_add(e->base, e->size, &end) && range_from_size(e->base, e->size, out);
}

static void index_space(struct derive *x, struct bus_map *m, const struct bus *b, uint32_t n,
			enum space space)
{
	struct range *spans = ARENA_ARRAY(x->scratch, struct range, n);
	uint32_t nspans = 0;

	m->of_space[space] = ARENA_ARRAY(x->scratch, uint32_t, n);
	for (uint32_t i = 0; i < n; i++) {
		const struct entry *e = &m->entries[i];

		if (b->kind == BUS_PCI && space_of(dt_cell(m->ranges, e->cell)) != space)
			continue;
		if (!covers_something(e, &spans[nspans]))
			continue;
		m->of_space[space][nspans++] = i;
	}
	m->space[space] = span_build(x->scratch, spans, nspans);
}

static void index_exact(struct derive *x, struct bus_map *m, const struct bus *b, uint32_t n)
{
	struct range span;

	m->exact = map_new(x->scratch, false, n);
	for (uint32_t i = 0; i < n; i++)
		if (covers_something(&m->entries[i], &span))
			map_put(m->exact,
				str_sub(m->ranges->data, (size_t)m->entries[i].cell * 4,
					(size_t)b->na * 4),
				i);
}

static struct bus_map *bus_map(struct derive *x, dt_id bus, uint32_t pna)
{
	const struct bus *b = &x->bus[bus];
	struct bus_map *m = x->bus_maps[bus];
	uint32_t one = b->na + pna + b->ns, n;

	if (m)
		return m;
	m = x->bus_maps[bus] = ARENA_NEW(x->scratch, struct bus_map);
	m->ranges = get_prop(x, bus, PROP_RANGES);
	if (!m->ranges)
		return m;
	m->empty = m->ranges->data.n == 0;
	n = dt_ncells(m->ranges) / one;
	m->entries = ARENA_ARRAY(x->scratch, struct entry, n);
	for (uint32_t i = 0; i < n; i++)
		fill_entry(&m->entries[i], b, m->ranges, i * one, pna);
	if (is_exact(b))
		index_exact(x, m, b, n);
	else if (b->kind == BUS_PCI)
		for (enum space s = 0; s < NSPACES; s++)
			index_space(x, m, b, n, s);
	else
		index_space(x, m, b, n, SPACE_MEMORY);
	return m;
}

static const struct entry *find_entry(const struct bus_map *m, const struct bus *b,
				      const uint32_t *cell, uint64_t address)
{
	enum space space = b->kind == BUS_PCI ? space_of(cell[0]) : SPACE_MEMORY;
	uint32_t found;

	if (is_exact(b)) {
		char key[16];

		for (uint32_t i = 0; i < b->na; i++)
			for (uint32_t byte = 0; byte < 4; byte++)
				key[i * 4 + byte] = (char)(cell[i] >> (24 - 8 * byte));
		if (!map_get(m->exact, (struct str){ key, (size_t)b->na * 4 }, &found))
			return NULL;
		return &m->entries[found];
	}
	found = span_find(m->space[space], address);
	return found == SPAN_NONE ? NULL : &m->entries[m->of_space[space][found]];
}

static bool stop(struct address *at, enum window_health health, dt_id bus, const char *reason)
{
	at->health = health;
	at->reason = reason;
	at->stop = bus;
	return false;
}

/* dt_bus_default_translate, dt_bus_pci_translate: add to what the entry says
 * of the bus above, in its last two cells; cells before them become 0. */
static bool add_offset(struct address *at, const struct bus *up, dt_id bus, uint64_t offset)
{
	uint32_t flags = up->kind == BUS_PCI;
	uint32_t *cell = at->cell + flags;
	uint32_t n = up->na - flags;
	uint64_t sum;

	if (!u64_add(low64(cell, n), offset, &sum) || (n == 1 && sum > UINT32_MAX))
		return stop(at, WINDOW_MALFORMED, bus,
			    "the translated address does not fit the cells of the bus above");
	memset(cell, 0, n * sizeof(*cell));
	if (n > 1)
		cell[n - 2] = (uint32_t)(sum >> 32);
	cell[n - 1] = (uint32_t)sum;
	return true;
}

/* dt_translate_one: through the ranges of `bus` to the bus above it. */
static bool translate_one(struct derive *x, dt_id bus, const struct bus *up, uint64_t size,
			  struct address *at)
{
	const struct bus *b = &x->bus[bus];
	uint32_t flags = b->kind == BUS_PCI;
	const struct bus_map *m = bus_map(x, bus, up->na);
	uint64_t address = low64(at->cell + flags, b->na - flags);
	const struct entry *e;

	if (!m->ranges)
		return stop(at, WINDOW_UNREACHABLE, bus, "a bus above has no `ranges`");
	if (m->empty) {
		address = low64(at->cell, b->na);
		memset(at->cell, 0, sizeof(at->cell));
		return add_offset(at, up, bus, address);
	}
	e = find_entry(m, b, at->cell, address);
	if (!e)
		return stop(at, WINDOW_UNREACHABLE, bus,
			    "no entry of the `ranges` of a bus above covers the address");
	if (size > e->size - (address - e->base))
		at->differs = "only its start lies inside the `ranges` of a bus above; "
			      "Xen does not look at the end";
	for (uint32_t i = 0; i < up->na; i++)
		at->cell[i] = dt_cell(m->ranges, e->cell + b->na + i);
	return add_offset(at, up, bus, address - e->base);
}

/* DT_CHECK_COUNTS */
static bool check_cells(const struct bus *b, dt_id bus, struct address *at)
{
	if (b->na == 0 || b->na > 4)
		return stop(at, WINDOW_MALFORMED, bus,
			    "a bus above has no #address-cells of 1 to 4");
	if (b->ns == 0)
		return stop(at, WINDOW_NO_ADDRESS, bus, "a bus above has a #size-cells of 0");
	return true;
}

void translate(struct derive *x, dt_id bus, uint64_t size, struct address *at)
{
	at->stop = DT_NONE;
	if (!check_cells(&x->bus[bus], bus, at))
		return;
	while (bus != DT_ROOT) {
		dt_id parent = dt_node(x->t, bus)->parent;
		const struct bus *up = &x->bus[parent];

		if (up->kind == BUS_NONE) {
			stop(at, WINDOW_UNREACHABLE, parent, "a bus above has no `ranges`");
			return;
		}
		if (!check_cells(up, parent, at) || !translate_one(x, bus, up, size, at))
			return;
		bus = parent;
	}
	at->cpu = low64(at->cell, x->bus[DT_ROOT].na);
	at->health = WINDOW_OK;
	/* DT_BAD_ADDR: Xen cannot tell this address from a failure. */
	if (at->cpu == UINT64_MAX)
		stop(at, WINDOW_MALFORMED, DT_ROOT, "the address is the last of all");
}
