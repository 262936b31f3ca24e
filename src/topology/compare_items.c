/* SPDX-License-Identifier: BSD-2-Clause */
#include "compare_items.h"

const char *item_kind_name(enum item_kind kind)
{
	static const char *const names[] = {
		[ITEM_REGISTERS] = "registers",
		[ITEM_INTERRUPT] = "interrupt",
		[ITEM_STREAM] = "stream",
		[ITEM_SUPPLIER] = "supplier",
	};

	return names[kind];
}

struct place item_place(const struct topology *t, const struct item *item)
{
	return topology_place(t, item->at);
}

enum { PATH_SHOWN = 200 };

/* A tree can name one long path a million times: of such a path there is a
 * part, and what tells it from others. */
static struct str path_of(struct arena *a, const struct topology *t, dt_id n)
{
	struct str path = n == DT_NONE ? STR("nothing") : dt_node(t->facts->dt, n)->path;

	if (path.n <= PATH_SHOWN)
		return path;
	return str_format(a, "%.*s...#%08lx", PATH_SHOWN, path.s, (unsigned long)str_hash(path));
}

static void add(struct arena *a, struct items *out, struct str key, dt_id n, const char *property,
		uint32_t cell)
{
	VEC_PUSH(a, &out->v, ((struct item){ key, { n, property, (int32_t)cell } }));
}

static void put_cells(struct buf *b, const uint32_t *cells, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		buf_format(b, " 0x%lx", (unsigned long)cells[i]);
}

static void windows(struct arena *a, const struct device *dev, struct items *out)
{
	for (uint32_t i = 0; i < dev->nwindows; i++) {
		const struct window *w = &dev->windows[i];
		const char *property = w->assigned ? "assigned-addresses" : "reg";

		if (w->health == WINDOW_OK)
			add(a, out,
			    str_format(a, "0x%llx-0x%llx", (unsigned long long)w->cpu.first,
				       (unsigned long long)w->cpu.last),
			    dev->node, property, w->cell);
		else if (w->health != WINDOW_NO_ADDRESS)
			add(a, out, str_format(a, "without an address (%s)", w->reason), dev->node,
			    property, w->cell);
	}
}

static void lines(struct arena *a, const struct topology *t, const struct device *dev,
		  struct items *out)
{
	for (uint32_t i = 0; i < dev->nlines; i++) {
		const struct line *l = &dev->lines[i];
		struct buf b = buf_new(a);

		if (l->health == LINE_GIC) {
			buf_format(&b, "%lu (%s)", (unsigned long)l->intid,
				   trigger_name(l->trigger));
		} else if (l->health == LINE_OTHER) {
			buf_format(&b, "at `%.*s`", STR_ARG(path_of(a, t, l->controller)));
			put_cells(&b, l->specifier, l->nspecifier);
		} else {
			buf_format(&b, "that cannot be read (%s)", l->reason);
		}
		add(a, out, buf_get(&b), dev->node, l->property, l->cell);
	}
}

static void streams(struct arena *a, const struct topology *t, const struct device *dev,
		    struct items *out)
{
	for (uint32_t i = 0; i < dev->nstreams; i++) {
		const struct stream *s = &dev->streams[i];
		struct buf b = buf_new(a);

		put_cells(&b, s->args, s->nargs);
		add(a, out,
		    str_format(a, "%.*s of `%.*s`", STR_ARG(b.n ? str_trim(buf_get(&b)) : STR("0")),
			       STR_ARG(path_of(a, t, s->iommu))),
		    s->legacy ? s->iommu : dev->node, s->legacy ? "mmu-masters" : "iommus",
		    s->cell);
	}
	for (uint32_t i = 0; i < dev->nmaps; i++) {
		const struct stream_map *m = &dev->maps[i];

		add(a, out,
		    str_format(a, "0x%lx and %lu more of `%.*s` for 0x%lx",
			       (unsigned long)m->output,
			       m->length ? (unsigned long)m->length - 1 : 0UL,
			       STR_ARG(path_of(a, t, m->iommu)), (unsigned long)m->first),
		    dev->node, "iommu-map", m->cell);
	}
}

static void references(struct arena *a, const struct topology *t, dt_id n, const struct dt_prop *p,
		       const struct supplier *row, struct items *out)
{
	struct dt_refs refs = dt_refs(a, t->facts->dt, n, p, row);

	for (size_t i = 0; i < refs.n; i++) {
		const struct dt_ref *r = &refs.v[i];
		struct buf b = buf_new(a);

		if (r->inner || r->health == REF_HOLE)
			continue;
		buf_format(&b, "`%.*s`", STR_ARG(path_of(a, t, r->provider)));
		for (uint32_t k = 0; k < r->nargs; k++)
			buf_format(&b, " 0x%lx", (unsigned long)dt_cell(p, r->first_arg + k));
		buf_format(&b, " in %.*s", STR_ARG(p->name));
		add(a, out, buf_get(&b), n, str_c(a, p->name), r->cell);
	}
}

/* Who supplies it, but for what has a kind of its own here. */
static void suppliers(struct arena *a, const struct topology *t, dt_id n, struct items *out)
{
	const struct dt *dt = t->facts->dt;
	const struct dt_node *node = dt_node(dt, n);

	for (uint32_t i = 0; i < node->nprops; i++) {
		const struct dt_prop *p = &dt->props[node->first_prop + i];
		const struct supplier *row = dt_supplier(dt, n, p);

		if (row && row->cells != CELLS_NONE && row->cells != CELLS_INTERRUPTS &&
		    !str_is(p->name, "iommus") && !str_is(p->name, "iommu-map") &&
		    !str_is(p->name, "interrupts-extended"))
			references(a, t, n, p, row, out);
	}
}

struct items items_of(struct arena *a, const struct topology *t, dt_id n, enum item_kind kind)
{
	const struct device *dev = facts_device(t->facts, n);
	struct items out = { 0 };

	if (kind == ITEM_REGISTERS)
		windows(a, dev, &out);
	else if (kind == ITEM_INTERRUPT)
		lines(a, t, dev, &out);
	else if (kind == ITEM_STREAM)
		streams(a, t, dev, &out);
	else
		suppliers(a, t, n, &out);
	return out;
}
