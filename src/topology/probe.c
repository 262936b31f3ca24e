/* SPDX-License-Identifier: BSD-2-Clause */
/* How probing ends: for each IOMMU, and for the platform. */
#include "building.h"

static void record_step(struct building *b, uint32_t item, uint32_t pass,
			const struct probe_try *try)
{
	struct probe_step *s = VEC_ADD(b->arena, &b->steps);

	s->pass = pass;
	s->iommu = item;
	s->result = try->error;
	s->reason = try->reason;
}

/* xen/drivers/passthrough/arm/iommu.c, iommu_set_ops: the first family stays,
 * a later one is initialised and never used. */
static void settle_ops(struct building *b, struct iommu *u)
{
	if (!b->has_ops)
		b->out->active = u->family;
	b->has_ops = true;
	u->outcome = IOMMU_PROBES;
	if (u->family == b->out->active)
		return;
	u->outcome = IOMMU_WRONG_OPS;
	u->at = spot_prop(u->node, "compatible");
	u->reason = str_format(b->arena,
			       "Xen uses one family of IOMMUs only, and a %s was probed first",
			       iommu_family_name(b->out->active));
}

static enum iommu_outcome ignored_outcome(const struct building *b, const struct iommu *u,
					  enum probe_code code)
{
	if (!dt_is_available(b->dt, u->node))
		return IOMMU_DISABLED;
	if (b->platform->marked[u->node])
		return IOMMU_MARKED;
	return code == PROBE_BADF ? IOMMU_NO_DRIVER : IOMMU_SKIPPED;
}

static enum probe_code init_one(void *arg, uint32_t item, uint32_t pass)
{
	struct building *b = arg;
	struct iommu *u = &b->iommus.v[item];
	struct probe_try try = condition_try(b, item);

	record_step(b, item, pass, &try);
	u->pass = pass;
	u->reason = try.reason;
	u->at = try.at;
	switch (try.code) {
	case PROBE_OK:
		settle_ops(b, u);
		break;
	case PROBE_AGAIN:
		u->outcome = IOMMU_STALLS;
		break;
	case PROBE_NODEV:
	case PROBE_BADF:
		u->outcome = ignored_outcome(b, u, try.code);
		break;
	case PROBE_FAILED:
		u->outcome = IOMMU_PANICS;
		break;
	}
	return try.code;
}

/* ---- The platform --------------------------------------------------------------- */

/* The IOMMU over which Xen stops: a failure ends the set-up, a stall is what
 * is left when nothing moves. */
static const struct iommu *culprit(const struct building *b)
{
	static const enum iommu_outcome order[] = { IOMMU_PANICS, IOMMU_STALLS };
	const struct iommu *u;

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		VEC_EACH (u, &b->iommus)
			if (u->outcome == order[i])
				return u;
	BUG("Xen stops over no IOMMU");
}

static void platform_is(struct building *b, enum iommu_platform what, struct spot at,
			struct str reason)
{
	b->out->iommu_platform = what;
	b->out->iommu_platform_at = at;
	b->out->iommu_platform_reason = reason;
}

/* Why there is none: the nearest miss first. */
static void platform_off(struct building *b)
{
	static const enum iommu_outcome order[] = { IOMMU_SKIPPED, IOMMU_MARKED, IOMMU_DISABLED,
						    IOMMU_NO_DRIVER };
	struct spot nowhere = { DT_NONE, NULL, -1 };

	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		const struct iommu *u;

		VEC_EACH (u, &b->iommus) {
			if (u->outcome != order[i] ||
			    (order[i] == IOMMU_DISABLED && !iommu_is_compiled(b, u)))
				continue;
			platform_is(b, PLATFORM_IOMMU_OFF, u->at,
				    str_format(b->arena, "Xen cannot use the IOMMU %.*s: %.*s",
					       STR_ARG(path_text(b, u->node)), STR_ARG(u->reason)));
			return;
		}
	}
	platform_is(b, PLATFORM_IOMMU_OFF, nowhere,
		    b->iommus.n ? STR("no IOMMU of the board is one that this Xen drives")
				: STR("the board has no IOMMU"));
}

static void platform_panics(struct building *b)
{
	const struct iommu *u = culprit(b);

	platform_is(b, PLATFORM_IOMMU_PANIC, u->at,
		    str_format(b->arena, "Xen stops at boot over the IOMMU %.*s: %.*s",
			       STR_ARG(path_text(b, u->node)), STR_ARG(u->reason)));
}

/* xen/drivers/passthrough/iommu.c, iommu_setup, and arch/arm/setup.c. */
static void settle_platform(struct building *b, const struct deferral *run)
{
	struct spot nowhere = { DT_NONE, NULL, -1 };

	switch (run->code) {
	case PROBE_OK:
		platform_is(b, PLATFORM_IOMMU_ON, nowhere, STR_NONE);
		return;
	case PROBE_NODEV:
		platform_off(b);
		break;
	case PROBE_AGAIN:
	case PROBE_BADF:
	case PROBE_FAILED:
		platform_panics(b);
		return;
	}
	if (b->platform->iommu_required)
		platform_is(b, PLATFORM_IOMMU_PANIC, b->out->iommu_platform_at,
			    str_format(b->arena,
				       "Xen's arguments require an IOMMU and it finds none: %.*s",
				       STR_ARG(b->out->iommu_platform_reason)));
}

/* iommu=no: nothing is probed. */
static void switch_off(struct building *b)
{
	struct spot nowhere = { DT_NONE, NULL, -1 };
	struct iommu *u;

	VEC_EACH (u, &b->iommus) {
		if (!dt_is_available(b->dt, u->node)) {
			u->outcome = IOMMU_DISABLED;
			u->reason = STR("it is disabled");
			u->at = spot_prop(u->node, "status");
		} else if (!iommu_is_compiled(b, u)) {
			u->reason = iommu_no_driver(b, u);
		} else {
			u->outcome = IOMMU_SWITCHED_OFF;
			u->reason = STR("Xen's arguments switch it off (iommu=no)");
		}
	}
	platform_is(b, PLATFORM_IOMMU_OFF, nowhere,
		    STR("Xen's arguments switch the IOMMU off (iommu=no)"));
}

/* Xen came to an end before it tried these. */
static void settle_unreached(struct building *b, uint32_t nreached)
{
	for (uint32_t i = nreached; i < b->iommus.n; i++) {
		b->iommus.v[i].outcome = IOMMU_NOT_REACHED;
		b->iommus.v[i].reason = STR("Xen stops before it comes to it");
	}
}

void probe_simulate(struct building *b)
{
	struct deferral run;

	b->root = DT_NONE;
	if (!b->platform->iommu) {
		switch_off(b);
		legacy_settle(b);
		return;
	}
	run = deferral_run(b->arena, (uint32_t)b->iommus.n, init_one, b);
	settle_unreached(b, run.nreached);
	settle_platform(b, &run);
	legacy_settle(b);
}
