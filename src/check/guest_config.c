/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys of a config that do not go with its devices: Xen or xl would refuse to
 * build the guest. */
#include "judge.h"

/* ---- nr_spis --------------------------------------------------------------------- */

enum {
	FIRST_SPI = 32,
	MOST_SPIS = 960, /* 988 are allowed, but in steps of 32 (vgic.c, domain_vgic_init) */
	FIRST_WITH_ESPIS = 4065,
};

/* SPIs up to the highest one that the guest uses, and who that is. */
static uint32_t spis_needed(struct judging *j, const struct guest_plan *g, struct str *who)
{
	struct reserved_line *reserved;
	size_t n = plan_reserved_lines(j->a, g, &reserved);
	const struct irq_grant *irq;
	uint32_t needed = 0;

	for (size_t i = 0; i < n; i++)
		if (reserved[i].intid >= FIRST_SPI + needed) {
			needed = reserved[i].intid - FIRST_SPI + 1;
			*who = str_of(reserved[i].what);
		}
	VEC_EACH (irq, &g->irqs)
		if (irq->intid >= FIRST_SPI + needed) {
			needed = irq->intid - FIRST_SPI + 1;
			*who = irq->devices.n ? irq->devices : STR("a hand-written number");
		}
	return needed;
}

/* libxl compares with the number as written (libxl_arm.c,
 * libxl__arch_domain_prepare_config); Xen rounds it up first. */
static void judge_nr_spis(struct judging *j, const struct guest_plan *g)
{
	const struct guest_request *r = g->request;
	bool xl = r->target == TARGET_XL;
	uint64_t given = xl ? r->nr_spis : (r->nr_spis + 31) & ~(uint64_t)31;
	struct str who = STR_NONE;
	uint32_t needed;
	struct finding *f;

	/* xl reads the key since 4.19. */
	if (r->nr_spis_at.kind == PLACE_NONE || (xl && j->p->platform->xen.last.minor < 19))
		return;
	needed = spis_needed(j, g, &who);
	if (given < needed) {
		f = diag_judge(j->d, RULE_WRONG_NR_SPIS, r->name, STR_NONE, r->nr_spis_at,
			       "nr_spis is %llu, but interrupt %u needs at least %u",
			       (unsigned long long)r->nr_spis, needed - 1 + FIRST_SPI, needed);
		finding_note(j->d, f, "that interrupt is for %.*s", STR_ARG(who));
		finding_note(j->d, f,
			     xl ? "xl fails: \"Provided nr_spis value is too small\""
				: "Xen stops at boot: \"invalid vIRQ number\"");
	} else if (r->nr_spis > MOST_SPIS && r->nr_spis < FIRST_WITH_ESPIS) {
		f = diag_judge(j->d, RULE_WRONG_NR_SPIS, r->name, STR_NONE, r->nr_spis_at,
			       "nr_spis is %llu, Xen takes up to %d",
			       (unsigned long long)r->nr_spis, MOST_SPIS);
		finding_note(j->d, f, "Xen rounds it up to a multiple of 32, and 988 is the end");
	} else {
		return;
	}
	finding_help(j->d, f, "leave nr_spis out: %s",
		     xl ? "xl counts the interrupts itself"
			: "Xen then provides all of the host's");
}

/* ---- The version of the GIC --------------------------------------------------------- */

/* GICC and GICV behind the distributor and the redistributors (xen/arch/arm/
 * gic-v3.c, gicv3_dt_init). */
static bool has_v2_frames(const struct judging *j)
{
	const struct platform *pl = j->p->platform;
	const struct device *gic = facts_device(j->p->facts, pl->gic);
	uint32_t regions = 1;

	(void)dt_u32(j->p->dt, pl->gic, "#redistributor-regions", &regions);
	return gic->nwindows > 3 && regions <= gic->nwindows - 4;
}

static struct finding *refuse_gic(struct judging *j, const struct guest_plan *g, struct place at,
				  const char *what)
{
	return diag_judge(j->d, RULE_UNUSABLE_GIC_VERSION, g->request->name, STR_NONE, at, "%s",
			  what);
}

static void judge_version(struct judging *j, const struct guest_plan *g)
{
	const struct platform *pl = j->p->platform;
	uint32_t asked = g->request->gic_version;
	struct place at = g->request->gic_version_at;
	struct finding *f;

	if (asked == 3 && pl->gic_version == 2) {
		f = refuse_gic(j, g, at, "a GICv3 was asked for, the host has a GICv2");
		finding_place(j->d, f, dt_place_prop(j->p->dt, pl->gic, "compatible"), NULL);
		finding_help(j->d, f, "leave gic_version out");
	} else if (asked == 2 && pl->gic_version == 3 && !has_v2_frames(j)) {
		f = refuse_gic(j, g, at,
			       "a GICv2 was asked for, and the host's GICv3 cannot serve as one");
		finding_place(j->d, f, dt_place_prop(j->p->dt, pl->gic, "reg"),
			      "the frames GICC, GICH and GICV are missing");
		finding_help(j->d, f, "leave gic_version out");
	}
}

/* A GICv2 names processors by the bits of a byte (xen/arch/arm/vgic-v2.c). */
static void judge_vcpus(struct judging *j, const struct guest_plan *g)
{
	enum { V2_VCPUS = 8 };
	const struct guest_request *r = g->request;
	bool xl = r->target == TARGET_XL;
	uint32_t version = xl && r->gic_version ? r->gic_version : j->p->platform->gic_version;
	struct finding *f;

	if (version != 2 || r->vcpus <= V2_VCPUS)
		return;
	f = refuse_gic(j, g, r->vcpus_at,
		       str_format(j->a, "%u processors do not fit a GICv2, which has %d", r->vcpus,
				  V2_VCPUS)
			       .s);
	if (xl && r->gic_version)
		finding_place(j->d, f, r->gic_version_at, "asked for here");
	else
		finding_place(j->d, f, dt_place_prop(j->p->dt, j->p->platform->gic, "compatible"),
			      "the host has it");
	finding_help(j->d, f,
		     j->p->platform->gic_version == 3 ? "leave gic_version out"
						      : "give the guest at most 8 processors");
}

/* ---- passthrough and maxmem ------------------------------------------------------------ */

static const struct plan_device *first_in_dtdev(const struct guest_plan *g)
{
	const struct plan_device *pd;

	VEC_EACH (pd, &g->devices)
		if (pd->in_dtdev)
			return pd;
	return NULL;
}

static struct finding *refuse_passthrough(struct judging *j, const struct guest_plan *g,
					  const char *what)
{
	return diag_judge(j->d, RULE_WRONG_PASSTHROUGH, g->request->name, STR_NONE,
			  g->request->passthrough_at, "%s", what);
}

/* libxl_create.c, libxl__domain_config_setdefault; libxl_arm.c,
 * libxl__arch_passthrough_mode_setdefault. */
static void judge_passthrough(struct judging *j, const struct guest_plan *g)
{
	const struct plan_device *pd = first_in_dtdev(g);
	struct finding *f = NULL;

	switch (g->request->passthrough) {
	case PASSTHROUGH_DEFAULT:
		return;
	case PASSTHROUGH_DISABLED:
		if (!pd)
			return;
		f = refuse_passthrough(j, g, "passthrough is disabled, but dtdev names devices");
		finding_place(j->d, f, pd->at, "behind an IOMMU");
		finding_note(j->d, f,
			     "xl fails: \"passthrough disabled but devices are specified\"");
		break;
	case PASSTHROUGH_SYNC_PT:
		f = refuse_passthrough(j, g, "no Xen on Arm has passthrough = \"sync_pt\"");
		finding_note(j->d, f, "the IOMMU walks the same tables as the processor");
		break;
	case PASSTHROUGH_ENABLED:
	case PASSTHROUGH_SHARE_PT:
		if (j->p->topology->iommu_platform == PLATFORM_IOMMU_ON)
			return;
		f = refuse_passthrough(j, g, "passthrough is enabled, but Xen has no IOMMU here");
		finding_place(j->d, f,
			      topology_place(j->p->topology, j->p->topology->iommu_platform_at),
			      NULL);
		finding_note(j->d, f, "xl fails: \"passthrough not supported on this platform\"");
		break;
	}
	if (f)
		finding_help(j->d, f, "leave passthrough out: xl takes what goes with dtdev");
}

/* Less memory than at most makes libxl populate on demand, which an IOMMU
 * cannot wait for. */
static void judge_on_demand(struct judging *j, const struct guest_plan *g)
{
	const struct guest_request *r = g->request;
	const struct plan_device *pd = first_in_dtdev(g);
	bool enabled =
		r->passthrough == PASSTHROUGH_ENABLED || r->passthrough == PASSTHROUGH_SHARE_PT;
	struct finding *f;

	if (r->maxmem_mib <= r->memory_mib || (!pd && !enabled))
		return;
	f = diag_judge(j->d, RULE_MEMORY_ON_DEMAND, r->name, STR_NONE, r->maxmem_at,
		       "maxmem is %llu and memory %llu, but this guest has an IOMMU",
		       (unsigned long long)r->maxmem_mib, (unsigned long long)r->memory_mib);
	if (pd)
		finding_place(j->d, f, pd->at, "a device behind it");
	else
		finding_place(j->d, f, r->passthrough_at, "asked for here");
	finding_note(j->d, f,
		     "xl fails: \"IOMMU required for device passthrough but not supported together "
		     "with PoD\"");
	finding_help(j->d, f, "leave maxmem out, or make memory as large");
}

/* ---- Memory for page tables ------------------------------------------------------------- */

/* What nobody may have needs no page tables. */
static bool all_are_devices(const struct judging *j, const struct guest_plan *g)
{
	const struct plan_device *pd;

	VEC_EACH (pd, &g->devices)
		if (!judge_is_device(facts_device(j->p->facts, pd->node)))
			return false;
	return true;
}

static void judge_pool(struct judging *j, const struct guest_plan *g)
{
	const struct guest_request *r = g->request;
	bool xl = r->target == TARGET_XL;
	/* What stands in the managed block was made by us. */
	bool raised = xl && (r->form == FORM_REQUEST || r->cfg->has_block);
	struct place at = r->shadow_at.kind == PLACE_NONE ? r->at : r->shadow_at;
	struct finding *f;

	if (!g->p2m_mib || !all_are_devices(j, g))
		return;
	f = diag_judge(j->d, raised ? RULE_RAISED_SHADOW_MEMORY : RULE_SMALL_P2M_POOL, r->name,
		       STR_NONE, at,
		       "page tables for all that is mapped may take %llu MiB, this guest gets %llu "
		       "KiB",
		       (unsigned long long)g->p2m_mib, (unsigned long long)g->p2m_pool_kib);
	finding_note(
		j->d, f,
		xl ? "xl maps registers in single pages: 4 KiB of tables for each 2 MiB; where "
		     "the pool ends it fails with ENOMEM"
		   : "where the pool ends Xen stops at boot: \"Failed to map\"");
	if (raised)
		finding_help(j->d, f, "the managed block says shadow_memory = %llu",
			     (unsigned long long)g->p2m_mib);
	else if (xl)
		finding_help(j->d, f, "shadow_memory = %llu", (unsigned long long)g->p2m_mib);
	else
		finding_help(j->d, f, "give the domain's node `xen,domain-p2m-mem-mb = <%llu>;`",
			     (unsigned long long)g->p2m_mib);
}

/* ---- Addresses -------------------------------------------------------------------------- */

/* The widest that any board needs, and what every 64-bit processor under Xen
 * has at least; xen/arch/arm/mmu/p2m.c, setup_virt_paging. */
enum { LEAST_BITS = 40, MOST_BITS = 48 };

static unsigned bits_of(uint64_t address)
{
	unsigned bits = 0;

	for (; address; address >>= 1)
		bits++;
	return bits;
}

static unsigned widest(const struct window *v, uint32_t n, unsigned bits)
{
	for (uint32_t i = 0; i < n; i++)
		if (v[i].health == WINDOW_OK && bits_of(v[i].cpu.last) > bits)
			bits = bits_of(v[i].cpu.last);
	return bits;
}

/* A processor reaches all that its board has. */
static unsigned bits_of_board(const struct judging *j)
{
	unsigned bits = LEAST_BITS;

	for (dt_id n = 0; n < j->p->dt->nnodes; n++) {
		const struct device *dev = facts_device(j->p->facts, n);

		bits = widest(dev->windows, dev->nwindows, bits);
		bits = widest(dev->apertures, dev->napertures, bits);
	}
	return bits < MOST_BITS ? bits : MOST_BITS;
}

static void judge_width(struct judging *j, const struct guest_plan *g, unsigned bits)
{
	const struct mapping *m;

	VEC_EACH (m, &g->mappings) {
		uint64_t last = m->guest.v + (m->host.last - m->host.first);
		struct finding *f;

		if (bits_of(last) <= bits)
			continue;
		f = diag_judge(j->d, RULE_ADDRESS_BEYOND_REACH, g->request->name, STR_NONE, m->at,
			       "guest address 0x%llx has %u bits; guests of this board are sure of "
			       "%u",
			       (unsigned long long)last, bits_of(last), bits);
		finding_note(j->d, f,
			     "Xen refuses what lies beyond its page tables; what lies inside, but "
			     "beyond the processor's width, it maps and no guest can reach it");
		finding_help(j->d, f, "choose a lower guest address with iomem_map");
	}
}

void judge_guest_config(struct judging *j)
{
	unsigned bits = bits_of_board(j);
	const struct guest_plan *g;

	EACH_GUEST(g, j->p)
	{
		judge_nr_spis(j, g);
		judge_width(j, g, bits);
		judge_pool(j, g);
		/* What Xen cannot drive at all has its own finding. */
		if (j->p->platform->gic != DT_NONE) {
			judge_vcpus(j, g);
			if (g->request->target == TARGET_XL)
				judge_version(j, g);
		}
		if (g->request->target != TARGET_XL)
			continue;
		judge_passthrough(j, g);
		judge_on_demand(j, g);
	}
}
