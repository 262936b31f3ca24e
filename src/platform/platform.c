/* SPDX-License-Identifier: BSD-2-Clause */
#include "build.h"

struct gic_row {
	const char *compatible;
	uint32_t version;
	bool xen;
};

static const struct gic_row gics[] = {
#define GIC_ROW(compatible, version, xen) { (compatible), (version), (xen) },
#include "gics.def"
#undef GIC_ROW
};

static const struct {
	enum xen_driver driver;
	const char *name;
} drivers[] = {
	{ XEN_DRIVER_SMMU, "smmu" },
	{ XEN_DRIVER_SMMU_V3, "smmuv3" },
	{ XEN_DRIVER_IPMMU, "ipmmu" },
};

const char *xen_driver_name(enum xen_driver driver)
{
	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++)
		if (drivers[i].driver == driver)
			return drivers[i].name;
	BUG("no such driver");
}

static bool driver_find(struct str name, uint32_t *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++) {
		if (str_is(name, drivers[i].name)) {
			*out |= drivers[i].driver;
			return true;
		}
	}
	return false;
}

bool xen_drivers_parse(struct str text, uint32_t *out)
{
	*out = 0;
	if (str_is(text, "none"))
		return true;
	for (;;) {
		size_t comma = str_find(text, ',');

		if (!driver_find(str_sub(text, 0, comma), out))
			return false;
		if (comma == SIZE_MAX)
			return true;
		text = str_from(text, comma + 1);
	}
}

static const struct gic_row *gic_row_of(const struct dt *t, dt_id n)
{
	for (size_t i = 0; i < ARRAY_SIZE(gics); i++)
		if (dt_is_compatible(t, n, gics[i].compatible))
			return &gics[i];
	return NULL;
}

/* intc_dt_preinit and device_init: the first node in tree order that says
 * interrupt-controller, is not the root, is available and unmarked, and has a
 * driver. */
static void find_gic(struct platform *p)
{
	const struct dt *t = p->dt;

	p->gic = p->board_gic = DT_NONE;
	for (dt_id n = 1; n < t->nnodes && p->gic == DT_NONE; n++) {
		const struct gic_row *row;

		if (!dt_has(t, n, "interrupt-controller") || !dt_is_available(t, n))
			continue;
		row = gic_row_of(t, n);
		if (row && row->xen && !p->marked[n]) {
			p->gic = p->board_gic = n;
			p->gic_version = p->board_gic_version = row->version;
		} else if (row && p->board_gic == DT_NONE) {
			p->board_gic = n;
			p->board_gic_version = row->version;
		}
	}
}

static void find_marks(struct arena *a, struct platform *p)
{
	p->marked = ARENA_ARRAY(a, bool, p->dt->nnodes);
	for (dt_id n = 0; n < p->dt->nnodes; n++) {
		p->marked[n] = dt_has(p->dt, n, "xen,passthrough");
		p->any_mark |= p->marked[n];
	}
}

/* xen/arch/arm/domain_build.c, make_hypervisor_node: only dom0's own tree has
 * such a node; in it the IOMMUs, the marks and Xen's UART are gone. */
static bool refuse_dom0_tree(struct diag *d, const struct dt *t)
{
	dt_id n = dt_find_path(t, STR("/hypervisor"));

	if (n == DT_NONE || !dt_is_compatible(t, n, "xen,xen"))
		return true;
	return diag_fault(d, RULE_TREE_MADE_BY_XEN, dt_place_prop(t, n, "compatible"),
			  STR("capture the tree before Xen starts: keep the .dtb that the boot "
			      "loader hands over, or boot Linux without Xen and copy "
			      "/sys/firmware/fdt (see docs/host-dtb.md)"),
			  "expected the tree that the boot loader gives to Xen, found the one that "
			  "Xen made for dom0");
}

static void find_args(struct platform *p, const struct platform_options *o, const struct modules *m)
{
	const char *name;

	p->args_at = place_none();
	if (o->args_given) {
		p->args = o->args;
		if (p->args.n)
			p->args_at = args_place(p, (struct word){ 0, p->args.n });
		return;
	}
	name = bootargs_property(p->dt, m);
	if (name) {
		dt_id chosen = dt_find_path(p->dt, STR("/chosen"));

		/* Xen reads a C string. */
		p->args = dt_prop(p->dt, chosen, name)->data;
		p->args = str_sub(p->args, 0, str_find(p->args, '\0'));
		p->args_at = dt_place_prop(p->dt, chosen, name);
	}
}

struct place args_place(const struct platform *p, struct word w)
{
	struct place at = p->args_at;
	size_t off;

	if (at.kind != PLACE_TREE)
		return place_text(STR("--xen-args"), p->args, w.off, w.len);
	off = str_find_sub(at.text, str_sub(p->args, w.off, w.len));
	if (off != SIZE_MAX) {
		at.off = (uint32_t)off;
		at.len = (uint32_t)w.len;
	}
	return at;
}

static enum dom0 decide_dom0(const struct platform_options *o, const struct modules *m)
{
	if (o->dom0_given)
		return o->dom0;
	if (m->dom0_kernel)
		return DOM0_PRESENT;
	return m->domu_kernel || o->dom0less ? DOM0_ABSENT : DOM0_PRESENT;
}

bool platform_build(struct arena *a, struct diag *d, const struct dt *dt,
		    const struct platform_options *options, struct platform **out)
{
	struct platform *p = ARENA_NEW(a, struct platform);
	struct arguments args;
	struct modules modules;

	if (!refuse_dom0_tree(d, dt))
		return false;
	p->dt = dt;
	p->xen = options->xen;
	p->drivers = options->drivers;
	modules_find(dt, &modules);
	p->dom0 = decide_dom0(options, &modules);
	p->dom0_module = modules.dom0_kernel;
	p->domu_module = modules.domu_kernel;
	find_marks(a, p);
	find_args(p, options, &modules);
	arguments_parse(p->args, &args);
	p->iommu = args.iommu;
	p->iommu_required = args.iommu_required;
	/* A release that does not know a word reports it and goes on. */
	p->pci_passthrough = args.pci_passthrough && release_all_since(p->xen, 16, 0);
	p->scmi_passthrough = args.scmi_passthrough && release_all_since(p->xen, 21, 0);
	console_find(p, &args);
	find_gic(p);
	*out = p;
	return true;
}
