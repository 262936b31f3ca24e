/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Coherence and DMA evidence.  Coherence and dma-ranges come down the DMA
 * parents, which are the tree parents unless an interconnect "dma-mem" says
 * otherwise: Linux drivers/of/address.c, __of_get_dma_parent and
 * of_dma_is_coherent.  How rows of masters.def are combined is said there.
 */
#include "derive.h"

#define LONGEST_COMPATIBLE 128
#define NO_ROW             UINT32_MAX

static const struct master_row rows[] = {
#define MASTER_ROW(compatible, class, evidence, source) \
	{ (compatible), DMA_##class, (evidence), (source) },
#include "masters.def"
#undef MASTER_ROW
};

size_t master_nrows(void)
{
	return ARRAY_SIZE(rows);
}

const struct master_row *master_row(size_t i)
{
	BUG_ON(i >= ARRAY_SIZE(rows));
	return &rows[i];
}

const struct master_row *master_find(struct str compatible)
{
	char text[LONGEST_COMPATIBLE];
	size_t low = 0, high = ARRAY_SIZE(rows);
	struct str key = { text, compatible.n };

	if (compatible.n > sizeof(text))
		return NULL;
	for (size_t i = 0; i < compatible.n; i++) {
		char c = compatible.s[i];

		text[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_cmp(str_of(rows[middle].compatible), key);

		if (order == 0)
			return &rows[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const char *dma_class_name(enum dma_class c)
{
	static const char *const names[] = {
		[DMA_UNKNOWN] = "unknown", [DMA_MASTER] = "master", [DMA_CLIENT] = "client",
		[DMA_ENGINE] = "engine",   [DMA_INFRA] = "infra",   [DMA_NON_MASTER] = "non-master",
		[DMA_GENERIC] = "generic",
	};

	return names[c];
}

/* ---- DMA parents ---------------------------------------------------------- */

/* Entry `index` of interconnects, or DT_NONE if it cannot be read. */
static dt_id interconnect(const struct derive *x, const struct dt_prop *p, uint32_t index)
{
	uint32_t ncells = dt_ncells(p), cell = 0;

	for (uint32_t i = 0; cell < ncells; i++) {
		uint32_t phandle = dt_cell(p, cell++), nargs = 0;
		dt_id provider = dt_find_phandle(x->t, phandle);

		if (phandle != 0 && (provider == DT_NONE ||
				     !get_u32(x, provider, PROP_INTERCONNECT_CELLS, &nargs) ||
				     nargs > ncells - cell))
			return DT_NONE;
		if (i == index)
			return provider;
		cell += nargs;
	}
	return DT_NONE;
}

static dt_id dma_parent(const struct derive *x, dt_id n)
{
	const struct dt_prop *p = get_prop(x, n, PROP_INTERCONNECTS);
	struct strings names = strings_of(get_prop(x, n, PROP_INTERCONNECT_NAMES));
	dt_id provider = DT_NONE;

	for (uint32_t i = 0; p && names.rest.n; i++) {
		if (str_is(strings_next(&names), "dma-mem")) {
			provider = interconnect(x, p, i);
			break;
		}
	}
	return provider == DT_NONE ? dt_node(x->t, n)->parent : provider;
}

static bool coherence_step(const struct derive *x, dt_id n, dt_id *out)
{
	*out = n;
	if (has_prop(x, n, PROP_DMA_COHERENT) || has_prop(x, n, PROP_DMA_NONCOHERENT))
		return true;
	*out = dma_parent(x, n);
	return *out == DT_NONE;
}

/* Linux of_dma_get_range, from its second bus on: one without the property ends
 * the search, one with an empty one passes it on. */
static bool dma_ranges_step(const struct derive *x, dt_id n, dt_id *out)
{
	const struct dt_prop *p = get_prop(x, n, PROP_DMA_RANGES);

	*out = p ? n : DT_NONE;
	if (!p || p->data.n > 0)
		return true;
	*out = dma_parent(x, n);
	return *out == DT_NONE;
}

/* Its first bus passes the search on even without the property. */
static dt_id dma_ranges_from(const struct derive *x, const dt_id *ends, dt_id n)
{
	dt_id bus = dma_parent(x, n);
	const struct dt_prop *p = bus == DT_NONE ? NULL : get_prop(x, bus, PROP_DMA_RANGES);

	if (p && p->data.n > 0)
		return bus;
	bus = bus == DT_NONE ? DT_NONE : dma_parent(x, bus);
	return bus == DT_NONE || ends[bus] == CHAIN_CYCLE ? DT_NONE : ends[bus];
}

static void derive_coherence(struct derive *x)
{
	const dt_id *coherence = chains_build(x, coherence_step);
	const dt_id *ranges = chains_build(x, dma_ranges_step);

	for (dt_id n = 0; n < x->t->nnodes; n++) {
		struct device *dev = &x->f->devices[n];

		dev->dma_coherent_from = coherence[n] == CHAIN_CYCLE ? DT_NONE : coherence[n];
		dev->dma_coherent = dev->dma_coherent_from != DT_NONE &&
				    has_prop(x, dev->dma_coherent_from, PROP_DMA_COHERENT);
		dev->dma_ranges_from = dma_ranges_from(x, ranges, n);
	}
}

/* ---- Evidence --------------------------------------------------------------- */

/* INFRA, ENGINE, MASTER, CLIENT, NON_MASTER, by falling danger. */
static unsigned danger(enum dma_class c)
{
	static const unsigned order[] = {
		[DMA_INFRA] = 6,      [DMA_ENGINE] = 5,  [DMA_MASTER] = 4,  [DMA_CLIENT] = 2,
		[DMA_NON_MASTER] = 1, [DMA_UNKNOWN] = 0, [DMA_GENERIC] = 0,
	};

	return order[c];
}

/* The same string comes many times on a board. */
static const struct master_row *remembered_row(struct map *seen, struct str compatible)
{
	const struct master_row *row;
	uint32_t i;

	if (map_get(seen, compatible, &i))
		return i == NO_ROW ? NULL : &rows[i];
	row = master_find(compatible);
	map_put(seen, compatible, row ? (uint32_t)(row - rows) : NO_ROW);
	return row;
}

/* The row that decides about a list of compatibles, or NULL: unknown. */
static const struct master_row *deciding_row(struct map *seen, struct strings list)
{
	const struct master_row *worst = NULL;
	bool first_known = false, begun = false;

	while (list.rest.n) {
		const struct master_row *row = remembered_row(seen, strings_next(&list));
		enum dma_class class = row ? row->class : DMA_UNKNOWN;

		if (!begun && class != DMA_GENERIC) {
			begun = true;
			first_known = row != NULL;
		}
		if (danger(class) > (worst ? danger(worst->class) : 0))
			worst = row;
	}
	if (worst && danger(worst->class) < danger(DMA_MASTER) && !first_known)
		return NULL;
	return worst;
}

static bool has_registers(const struct device *dev)
{
	for (uint32_t i = 0; i < dev->nwindows; i++)
		if (dev->windows[i].health != WINDOW_NO_ADDRESS)
			return true;
	return false;
}

static void set(struct device *dev, enum dma_class class, enum dma_evidence evidence)
{
	dev->dma = class;
	dev->dma_evidence = evidence;
}

/* What the node itself proves. */
static bool own_evidence(const struct derive *x, dt_id n, struct device *dev)
{
	bool legacy = false;

	for (uint32_t i = 0; i < dev->nstreams; i++)
		legacy |= dev->streams[i].legacy;
	if (has_prop(x, n, PROP_IOMMUS))
		set(dev, DMA_MASTER, EVIDENCE_IOMMUS);
	else if (has_prop(x, n, PROP_IOMMU_MAP))
		set(dev, DMA_MASTER, EVIDENCE_IOMMU_MAP);
	else if (legacy)
		set(dev, DMA_MASTER, EVIDENCE_LEGACY);
	else if (dev->is_host_bridge)
		set(dev, DMA_MASTER, EVIDENCE_HOST_BRIDGE);
	else if (has_prop(x, n, PROP_DMA_CELLS) && has_prop(x, n, PROP_REG))
		set(dev, DMA_ENGINE, EVIDENCE_DMA_CELLS);
	else if (has_prop(x, n, PROP_DMA_COHERENT) && dev->role == ROLE_DEVICE)
		set(dev, DMA_MASTER, EVIDENCE_DMA_COHERENT);
	else
		return false;
	return true;
}

static bool is_infrastructure(enum role role)
{
	return role == ROLE_INTC || role == ROLE_IOMMU || role == ROLE_CPU || role == ROLE_MEMORY ||
	       role == ROLE_TIMER;
}

static void derive_evidence(const struct derive *x, struct map *seen, dt_id n)
{
	struct device *dev = &x->f->devices[n];

	dev->uses_engine = has_prop(x, n, PROP_DMAS);
	if (is_infrastructure(dev->role)) {
		set(dev, DMA_INFRA, EVIDENCE_NONE);
		return;
	}
	if (own_evidence(x, n, dev))
		return;
	dev->dma_row = deciding_row(seen, strings_of(get_prop(x, n, PROP_COMPATIBLE)));
	if (dev->dma_row)
		set(dev, dev->dma_row->class, EVIDENCE_TABLE);
	else if (!has_registers(dev))
		set(dev, DMA_NON_MASTER, EVIDENCE_NO_REGISTERS);
	else
		set(dev, DMA_UNKNOWN, EVIDENCE_NONE);
}

void dma_derive(struct derive *x)
{
	struct map *seen = map_new(x->scratch, false, 256);

	derive_coherence(x);
	for (dt_id n = 0; n < x->t->nnodes; n++)
		derive_evidence(x, seen, n);
}
