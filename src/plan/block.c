/* SPDX-License-Identifier: BSD-2-Clause */
/* The entries of the managed block: what xl has to read. */
#include "building.h"

static void add_dtdev(struct building *b, struct guest_plan *g)
{
	const struct plan_device *pd;

	VEC_EACH (pd, &g->devices) {
		struct entry *e;

		/* A final config has its own dtdev, which stays and is judged. */
		if (!pd->in_dtdev || (g->request->form == FORM_FINAL && !pd->by_fragment))
			continue;
		e = VEC_ADD(b->a, &g->block_dtdev);
		e->text = plan_path(b->p, pd->node);
		e->quoted = true;
	}
}

static void add_irqs(struct building *b, struct guest_plan *g)
{
	const struct irq_grant *irq;

	VEC_EACH (irq, &g->irqs) {
		struct entry *e;

		if (irq->hand && g->request->form == FORM_FINAL)
			continue;
		e = VEC_ADD(b->a, &g->block_irqs);
		e->text = str_format(b->a, "%u", irq->intid);
		e->comment = irq->devices.n ? irq->devices : STR("as written by hand");
	}
}

static void add_pages(struct building *b, struct guest_plan *g, const struct mapping *m,
		      struct range host)
{
	uint64_t guest = m->guest.v + (host.first - m->host.first);
	struct entry *e = VEC_ADD(b->a, &g->block_iomem);

	e->text = str_format(
		b->a, "0x%llx,0x%llx@0x%llx", (unsigned long long)(host.first >> PAGE_SHIFT),
		(unsigned long long)range_npages(host), (unsigned long long)(guest >> PAGE_SHIFT));
	e->quoted = true;
	e->comment = m->devices.n ? m->devices : STR("as written by hand");
}

/* The words of a final config stay; the block has what they leave out. */
static void add_iomem(struct building *b, struct guest_plan *g)
{
	const struct mapping *m;
	struct range *words = NULL;
	size_t n = 0, i = 0;

	if (g->request->form == FORM_FINAL)
		words = plan_iomem_pages(b->a, g->request, &n);
	VEC_EACH (m, &g->mappings) {
		uint64_t next = m->host.first;

		while (i < n && words[i].last < m->host.first)
			i++;
		for (; i < n && words[i].first <= m->host.last; i++) {
			if (words[i].first > next)
				add_pages(b, g, m, (struct range){ next, words[i].first - 1 });
			if (words[i].last >= m->host.last)
				break;
			next = words[i].last + 1;
		}
		if (i == n || words[i].first > m->host.last)
			add_pages(b, g, m, (struct range){ next, m->host.last });
	}
}

void plan_block(struct building *b, struct guest_plan *g)
{
	struct str dir = b->options->guest_dir;
	bool slash = dir.n && dir.s[dir.n - 1] != '/';

	if (g->request->target != TARGET_XL)
		return;
	add_dtdev(b, g);
	add_irqs(b, g);
	add_iomem(b, g);
	/* A fragment that is complete as it stands is left to its own line. */
	if ((g->request->device_tree.text.n == 0 && g->devices.n) ||
	    (g->fragment && g->fragment->changed))
		g->block_device_tree = str_format(b->a, "%.*s%s%.*s.dtb", STR_ARG(dir),
						  slash ? "/" : "", STR_ARG(g->request->name));
	if (g->p2m_mib)
		g->block_shadow_memory = str_format(b->a, "%llu", (unsigned long long)g->p2m_mib);
}
