/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a driver's init function makes of one IOMMU, as far as the tree shows
 * it: xen/common/device.c (device_init) and then the probe of the driver.  The
 * order of the tests is that of the driver, since the first one decides.
 * What only the hardware knows (no stage 2, 4 KiB granule missing, the count
 * of context banks, time-outs) is not predicted.
 */
#include "building.h"

static struct probe_try ok(void)
{
	return (struct probe_try){ PROBE_OK, "ok", STR_NONE, { DT_NONE, NULL, -1 } };
}

static struct probe_try bad(enum probe_code code, const char *error, struct spot at,
			    struct str reason)
{
	return (struct probe_try){ code, error, reason, at };
}

static struct probe_try no_registers(struct building *b, dt_id n)
{
	const struct device *dev = facts_device(b->facts, n);

	if (!dev->nwindows)
		return bad(PROBE_FAILED, "-EINVAL", spot_prop(n, "reg"), STR("it has no `reg`"));
	return bad(PROBE_FAILED, "-EINVAL", spot_cell(n, "reg", dev->windows[0].cell),
		   str_format(b->arena, "its registers have no CPU address: %s",
			      dev->windows[0].reason ? dev->windows[0].reason : "unusable `reg`"));
}

/* dt_device_get_paddr(node, 0, ...) */
static const struct window *registers(const struct building *b, dt_id n)
{
	const struct device *dev = facts_device(b->facts, n);

	return dev->nwindows && dev->windows[0].health == WINDOW_OK ? &dev->windows[0] : NULL;
}

/* platform_get_resource(IORESOURCE_IRQ): the count stops at the first line that
 * Xen cannot translate. */
static uint32_t count_lines(const struct building *b, dt_id n)
{
	const struct device *dev = facts_device(b->facts, n);
	uint32_t i;

	for (i = 0; i < dev->nlines; i++)
		if (dev->lines[i].xen_intid == LINE_NONE)
			break;
	return i;
}

/* ---- SMMUv1, SMMUv2 --------------------------------------------------------------- */

/* SMMU architecture (IHI 0062), 8.1: the upper half holds one page per context
 * bank, and the smallest page is 4 KiB. */
static uint64_t bank_room(const struct window *w)
{
	return w->size / 2 / PAGE_SIZE;
}

/* xen smmu.c, arm_smmu_device_dt_probe.  The banks are counted by hardware and
 * must equal the context interrupts on v2. */
static struct probe_try try_smmu(struct building *b, uint32_t iommu)
{
	struct iommu *u = &b->iommus.v[iommu];
	const struct window *w = registers(b, u->node);
	const struct dt_prop *p = dt_prop(b->dt, u->node, "#global-interrupts");
	const struct iommu_model *model = iommu_model_find(u);
	uint32_t nlines = count_lines(b, u->node), nglobals;
	struct probe_try try = ok();

	if (!w)
		return no_registers(b, u->node);
	if (!p || !dt_ncells(p))
		return bad(PROBE_NODEV, "-ENODEV", spot_node(u->node),
			   STR("it lacks #global-interrupts"));
	nglobals = dt_cell(p, 0);
	if (nlines <= nglobals)
		return bad(PROBE_NODEV, "-ENODEV", spot_cell(u->node, "#global-interrupts", 0),
			   str_format(b->arena,
				      "none of its interrupts is left for a context: expected "
				      "more than the %u global ones, found %u that Xen can use",
				      nglobals, nlines));
	if (model && model->version > 1 && nlines - nglobals > bank_room(w))
		return bad(PROBE_NODEV, "-ENODEV", spot_cell(u->node, "reg", w->cell),
			   str_format(b->arena,
				      "it has %u context interrupts, but its registers have room "
				      "for %llu context banks",
				      nlines - nglobals, (unsigned long long)bank_room(w)));
	legacy_register(b, iommu, &try);
	return try;
}

/* ---- SMMUv3 ------------------------------------------------------------------------ */

#define V3_SIZE        0x20000
#define V3_SIZE_BROKEN 0x10000

/* xen smmu-v3.c, arm_smmu_device_dt_probe and arm_smmu_device_probe. */
static struct probe_try try_smmu_v3(struct building *b, uint32_t iommu)
{
	struct iommu *u = &b->iommus.v[iommu];
	const struct window *w = registers(b, u->node);
	uint64_t least = dt_has(b->dt, u->node, "cavium,cn9900-broken-page1-regspace")
				 ? V3_SIZE_BROKEN
				 : V3_SIZE;

	if (u->cells == UINT32_MAX)
		return bad(PROBE_FAILED, "-EINVAL", spot_node(u->node),
			   STR("it lacks #iommu-cells"));
	if (u->cells != 1)
		return bad(PROBE_FAILED, "-EINVAL", spot_cell(u->node, "#iommu-cells", 0),
			   str_format(b->arena, "its #iommu-cells is %u, expected 1", u->cells));
	if (!w)
		return no_registers(b, u->node);
	if (w->size < least)
		return bad(PROBE_FAILED, "-EINVAL", spot_cell(u->node, "reg", w->cell),
			   str_format(b->arena,
				      "its registers take 0x%llx bytes, expected 0x%llx at least",
				      (unsigned long long)w->size, (unsigned long long)least));
	return ok();
}

/* ---- IPMMU -------------------------------------------------------------------------- */

/* dt_find_compatible_node(NULL, NULL, "renesas,prr"): the first in the tree,
 * whatever its status. */
static dt_id find_prr(struct building *b)
{
	if (b->prr_known)
		return b->prr;
	b->prr_known = true;
	for (b->prr = 0; b->prr < b->dt->nnodes; b->prr++)
		if (dt_is_compatible(b->dt, b->prr, "renesas,prr"))
			return b->prr;
	b->prr = DT_NONE;
	return b->prr;
}

/* xen ipmmu-vmsa.c, ipmmu_stage2_supported: Xen reads the product register;
 * the compatible of the root stands for it here. */
static struct probe_try try_silicon(struct building *b, dt_id n, const struct iommu_model *model)
{
	dt_id prr = find_prr(b);

	if (prr == DT_NONE)
		return bad(PROBE_NODEV, "-ENODEV", spot_prop(n, "compatible"),
			   STR("the tree has no renesas,prr node, by which Xen knows the SoC"));
	if (!registers(b, prr))
		return bad(PROBE_NODEV, "-ENODEV", spot_prop(prr, "reg"),
			   str_format(b->arena,
				      "the registers of %.*s, by which Xen knows the SoC, have "
				      "no CPU address",
				      STR_ARG(path_text(b, prr))));
	if (model && model->silicon == SILICON_NEVER)
		return bad(PROBE_NODEV, "-ENODEV", spot_prop(n, "compatible"),
			   str_format(b->arena, "Xen shares no page tables with the IPMMU of %s",
				      model->compatible + strlen("renesas,ipmmu-")));
	return ok();
}

/* xen ipmmu-vmsa.c, ipmmu_probe: a node without renesas,ipmmu-main is the root;
 * the phandle and the cell of that property are not read. */
static struct probe_try try_ipmmu(struct building *b, uint32_t iommu)
{
	struct iommu *u = &b->iommus.v[iommu];
	struct probe_try silicon;

	if (!registers(b, u->node))
		return no_registers(b, u->node);
	if (dt_has(b->dt, u->node, "renesas,ipmmu-main")) {
		if (b->root == DT_NONE)
			return bad(PROBE_AGAIN, "-EAGAIN", spot_prop(u->node, "renesas,ipmmu-main"),
				   STR("no root IPMMU is registered yet"));
		return ok();
	}
	silicon = try_silicon(b, u->node, iommu_model_find(u));
	if (silicon.code != PROBE_OK)
		return silicon;
	if (count_lines(b, u->node) == 0)
		return bad(PROBE_FAILED, "-EPERM", spot_node(u->node),
			   STR("it is the root IPMMU and has no interrupt that Xen can use"));
	b->root = u->node;
	return ok();
}

/* ---- All ---------------------------------------------------------------------------- */

struct probe_try condition_try(struct building *b, uint32_t iommu)
{
	struct iommu *u = &b->iommus.v[iommu];

	if (!dt_is_available(b->dt, u->node))
		return bad(PROBE_NODEV, "-ENODEV", spot_prop(u->node, "status"),
			   STR("it is disabled"));
	if (b->platform->marked[u->node])
		return bad(PROBE_NODEV, "-ENODEV", spot_prop(u->node, "xen,passthrough"),
			   STR("it is marked xen,passthrough, so Xen leaves it alone"));
	if (!iommu_is_compiled(b, u))
		return bad(PROBE_BADF, "-EBADF", spot_prop(u->node, "compatible"),
			   iommu_no_driver(b, u));
	switch (u->family) {
	case IOMMU_SMMU:
		return try_smmu(b, iommu);
	case IOMMU_SMMU_V3:
		return try_smmu_v3(b, iommu);
	case IOMMU_IPMMU:
		return try_ipmmu(b, iommu);
	case IOMMU_VIRTIO:
	case IOMMU_OTHER:
	case IOMMU_SINGLE:
		break;
	}
	BUG("a driver without conditions");
}
