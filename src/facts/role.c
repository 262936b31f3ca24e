/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each node is for the machine, and where Xen stops when it builds dom0
 * (xen/arch/arm/domain_build.c, handle_node).
 */
#include "derive.h"

enum match {
	MATCH_NODE_COMPATIBLE,
	MATCH_NODE_PATH,
	MATCH_NODE_DEVICE_TYPE,
};

struct row {
	enum match match;
	const char *text;
	const char *machine; /* NULL: any */
	uint32_t driver;     /* 0: always */
	bool skipped;
	enum role role;
	const char *reason;
};

static const struct row rows[] = {
#define SKIPPED(match, text, machine, driver, role, reason, source) \
	{ MATCH_NODE_##match, (text), (machine), (driver), true, (role), (reason) },
#include "skipped.def"
#undef SKIPPED
#define ROLE_ROW(match, text, role, reason, source) \
	{ MATCH_NODE_##match, (text), NULL, 0, false, (role), (reason) },
#include "roles.def"
#undef ROLE_ROW
};

/* The rows that this board can meet, by what they look for. */
struct row_index {
	struct map *by[3];
};

const char *role_name(enum role r)
{
	static const char *const names[] = {
		[ROLE_DEVICE] = "device",
		[ROLE_ROOT] = "root",
		[ROLE_META] = "meta",
		[ROLE_BUS] = "bus",
		[ROLE_CPU] = "cpu",
		[ROLE_MEMORY] = "memory",
		[ROLE_INTC] = "interrupt-controller",
		[ROLE_IOMMU] = "iommu",
		[ROLE_TIMER] = "timer",
		[ROLE_CONSOLE] = "console",
		[ROLE_SYSTEM] = "system",
		[ROLE_XEN] = "xen",
	};

	return names[r];
}

static bool machine_matches(const struct derive *x, const char *machines)
{
	struct str rest = str_of(machines);

	while (rest.n) {
		size_t end = str_find(rest, ' ');
		const char *one = str_c(x->scratch, str_sub(rest, 0, end));

		if (dt_is_compatible(x->t, DT_ROOT, one))
			return true;
		rest = end == SIZE_MAX ? STR_NONE : str_from(rest, end + 1);
	}
	return false;
}

static struct row_index index_rows(const struct derive *x)
{
	struct row_index index = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(index.by); i++)
		index.by[i] = map_new(x->scratch, true, ARRAY_SIZE(rows));
	for (uint32_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (!rows[i].machine || machine_matches(x, rows[i].machine))
			map_put(index.by[rows[i].match], str_of(rows[i].text), i);
	return index;
}

static const struct row *find_row(const struct derive *x, const struct row_index *index, dt_id n)
{
	const struct dt_prop *type = get_prop(x, n, PROP_DEVICE_TYPE);
	struct strings compatible = strings_of(get_prop(x, n, PROP_COMPATIBLE));
	struct strings types = strings_of(type);
	uint32_t i;

	/* All rows of paths name children of the root. */
	if ((dt_node(x->t, n)->depth == 1 &&
	     map_get(index->by[MATCH_NODE_PATH], dt_node(x->t, n)->path, &i)) ||
	    (type && map_get(index->by[MATCH_NODE_DEVICE_TYPE], strings_next(&types), &i)))
		return &rows[i];
	while (compatible.rest.n)
		if (map_get(index->by[MATCH_NODE_COMPATIBLE], strings_next(&compatible), &i))
			return &rows[i];
	return NULL;
}

static void set(struct device *dev, enum role role, const char *reason)
{
	dev->role = role;
	dev->role_reason = reason;
}

/* A bus has no registers of its own, only children that are seen through it. */
static bool is_bus(const struct derive *x, const struct device *dev)
{
	return dev->nwindows == 0 && dev->nlines == 0 && dev->nstreams == 0 &&
	       dt_child(x->t, dev->node) != DT_NONE &&
	       (has_prop(x, dev->node, PROP_RANGES) ||
		dt_is_compatible(x->t, dev->node, "simple-bus"));
}

static bool has_driver(const struct derive *x, const struct row *row)
{
	return row->driver == 0 || (x->p->drivers & row->driver);
}

static bool is_inherited(enum role role)
{
	return role != ROLE_DEVICE && role != ROLE_BUS && role != ROLE_ROOT;
}

static void derive_role(const struct derive *x, const struct row_index *index, dt_id n)
{
	struct device *dev = &x->f->devices[n];
	const struct row *row = find_row(x, index, n);
	bool stops = (row && row->skipped && has_driver(x, row)) || dev->has_ppi;

	dev->skipped_by = DT_NONE;
	if (n == DT_ROOT) {
		set(dev, ROLE_ROOT, "it is the root of the tree");
		return;
	}
	if (row) {
		set(dev, row->role, row->reason);
	} else if (n == x->p->board_gic) {
		set(dev, ROLE_INTC, "it is a GIC");
	} else if (n == x->p->console) {
		set(dev, ROLE_CONSOLE, "it is Xen's own console");
	} else if (has_prop(x, n, PROP_IOMMU_CELLS) || has_prop(x, n, PROP_MMU_MASTERS)) {
		set(dev, ROLE_IOMMU, "it is an IOMMU");
	} else {
		const struct device *up = &x->f->devices[dt_node(x->t, n)->parent];

		if (is_inherited(up->role))
			set(dev, up->role, up->role_reason);
		else if (is_bus(x, dev))
			set(dev, ROLE_BUS, NULL);
	}
	stops |= n == x->p->console || n == x->p->gic;
	if (stops)
		dev->skipped_by = n;
	/* The root is never skipped, and parents come first. */
	if (x->f->devices[dt_node(x->t, n)->parent].skipped_by != DT_NONE)
		dev->skipped_by = x->f->devices[dt_node(x->t, n)->parent].skipped_by;
}

void roles_derive(struct derive *x)
{
	struct row_index index = index_rows(x);

	for (dt_id n = 0; n < x->t->nnodes; n++)
		derive_role(x, &index, n);
}
