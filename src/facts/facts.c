/* SPDX-License-Identifier: BSD-2-Clause */
/* The order in which facts are derived, and where they stand. */
#include "derive.h"

static void derive_status(struct derive *x)
{
	for (dt_id n = 0; n < x->t->nnodes; n++) {
		struct device *dev = &x->f->devices[n];
		bool up = n == DT_ROOT || x->f->devices[dt_node(x->t, n)->parent].enabled;

		dev->node = n;
		dev->available = dt_is_available(x->t, n);
		dev->enabled = dev->available && up;
		dev->xen_disabled_ancestor = dev->available && !up;
	}
}

static bool derive_all(struct derive *x)
{
	digest_build(x);
	derive_status(x);
	buses_build(x);
	x->irq_parent = chains_build(x, irq_parent_step);
	stacking_build(x);
	if (!windows_derive(x) || !lines_derive(x) || !streams_derive(x))
		return false;
	roles_derive(x);
	dma_derive(x);
	return ledger_build(x);
}

bool facts_build(struct arena *a, struct diag *d, const struct platform *platform,
		 struct facts **out)
{
	struct facts *f = ARENA_NEW(a, struct facts);
	struct derive x = { .a = a, .d = d, .t = platform->dt, .p = platform, .f = f };
	bool derived;

	f->arena = a;
	f->dt = platform->dt;
	f->platform = platform;
	f->devices = ARENA_ARRAY(a, struct device, f->dt->nnodes);
	x.scratch = arena_new();
	derived = derive_all(&x);
	arena_free(x.scratch);
	*out = f;
	return derived;
}

struct place facts_place_window(const struct facts *f, dt_id n, uint32_t index)
{
	const struct device *dev = facts_device(f, n);
	const struct window *w;

	BUG_ON(index >= dev->nwindows);
	w = &dev->windows[index];
	return dt_place_cell(f->dt, n, w->assigned ? "assigned-addresses" : "reg", w->cell);
}

struct place facts_place_line(const struct facts *f, dt_id n, uint32_t index)
{
	const struct device *dev = facts_device(f, n);

	BUG_ON(index >= dev->nlines);
	return dt_place_cell(f->dt, n, dev->lines[index].property, dev->lines[index].cell);
}

struct place facts_place_stream(const struct facts *f, dt_id n, uint32_t index)
{
	const struct device *dev = facts_device(f, n);
	const struct stream *s;

	BUG_ON(index >= dev->nstreams);
	s = &dev->streams[index];
	if (!s->legacy)
		return dt_place_cell(f->dt, n, "iommus", s->cell);
	return dt_place_cell(f->dt, s->iommu, "mmu-masters", s->cell);
}
