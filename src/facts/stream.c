/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Streams: iommus, iommu-map, and mmu-masters of the old binding.
 * xen/drivers/passthrough/device_tree.c, iommu_add_dt_device;
 * xen/drivers/passthrough/arm/smmu.c, arm_smmu_dt_xlate_generic and
 * register_smmu_master; device-tree.c, __dt_parse_phandle_with_args, dt_map_id.
 */
#include "derive.h"

#define MAP_CELLS 4

struct found {
	dt_id owner;
	struct stream stream;
};

struct streams {
	VEC(struct found) v;
};

static struct stream *add(struct derive *x, struct streams *s, dt_id owner)
{
	struct found *f = VEC_ADD(x->scratch, &s->v);

	f->owner = owner;
	f->stream.iommu = DT_NONE;
	return &f->stream;
}

/* One entry of a list of phandles with arguments, at *cell; false where its
 * length is unknown, so that nothing behind it can be read. */
static bool read_entry(struct derive *x, const struct dt_prop *p, enum prop_id cells_prop,
		       uint32_t *cell, struct stream *s)
{
	uint32_t ncells = dt_ncells(p), phandle = dt_cell(p, *cell);

	s->cell = (*cell)++;
	if (phandle == 0) {
		s->health = STREAM_HOLE;
		return true;
	}
	s->iommu = dt_find_phandle(x->t, phandle);
	if (s->iommu == DT_NONE) {
		s->health = STREAM_DANGLING;
		return false;
	}
	if (!get_u32(x, s->iommu, cells_prop, &s->nargs)) {
		s->health = STREAM_NO_CELLS;
		return false;
	}
	if (s->nargs > ncells - *cell) {
		s->nargs = ncells - *cell;
		s->health = STREAM_TRUNCATED;
		return false;
	}
	s->args = cells_copy(x->a, p, *cell, s->nargs);
	*cell += s->nargs;
	return true;
}

/* Bytes that make up no cell are an entry that is cut short. */
static void check_rest(struct derive *x, struct streams *s, dt_id owner, const struct dt_prop *p,
		       struct stream like)
{
	if (p->data.n % 4 == 0)
		return;
	like.health = STREAM_TRUNCATED;
	like.cell = dt_ncells(p);
	like.iommu = DT_NONE;
	like.nargs = 0;
	*add(x, s, owner) = like;
}

static void read_iommus(struct derive *x, struct streams *all, dt_id n)
{
	const struct dt_prop *p = get_prop(x, n, PROP_IOMMUS);
	uint32_t cell = 0, index = 0;

	while (cell < dt_ncells(p)) {
		struct stream *s = add(x, all, n);

		s->index = index++;
		if (!read_entry(x, p, PROP_IOMMU_CELLS, &cell, s))
			return;
		if (s->nargs > 0)
			s->id = s->args[0];
		if (s->nargs > 1)
			s->mask = s->args[1];
		else if (s->iommu != DT_NONE)
			get_u32(x, s->iommu, PROP_STREAM_MATCH_MASK, &s->mask);
	}
	check_rest(x, all, n, p, (struct stream){ .index = index });
	if (p->data.n == 0)
		add(x, all, n)->health = STREAM_TRUNCATED;
}

/* mmu-masters = <&master id...>, as many IDs as the master's #stream-id-cells
 * says.  Each ID becomes a stream of the master. */
static void read_mmu_masters(struct derive *x, struct streams *all, dt_id iommu)
{
	const struct dt_prop *p = get_prop(x, iommu, PROP_MMU_MASTERS);
	uint32_t cell = 0, index = 0;

	while (cell < dt_ncells(p)) {
		struct stream entry = { .index = index, .legacy = true };
		bool go_on = read_entry(x, p, PROP_STREAM_ID_CELLS, &cell, &entry);
		dt_id master = entry.iommu;

		index++;
		entry.iommu = iommu;
		if (entry.health != STREAM_OK) {
			*add(x, all, iommu) = entry;
			if (!go_on)
				return;
			continue;
		}
		if (entry.nargs == 0) {
			/* A master of no stream: named, and confined by nothing. */
			entry.health = STREAM_NO_CELLS;
			*add(x, all, master) = entry;
		}
		for (uint32_t i = 0; i < entry.nargs; i++) {
			struct stream *s = add(x, all, master);

			*s = entry;
			s->cell = entry.cell + 1 + i;
			s->args = entry.args + i;
			s->nargs = 1;
			s->id = entry.args[i];
		}
	}
	check_rest(x, all, iommu, p, (struct stream){ .index = index, .legacy = true });
}

/* dt_map_id: four cells whatever the target's #iommu-cells says. */
static bool read_map(struct derive *x, dt_id n)
{
	const struct dt_prop *p = get_prop(x, n, PROP_IOMMU_MAP);
	struct device *dev = &x->f->devices[n];
	uint32_t ncells = dt_ncells(p), mask = UINT32_MAX;
	bool rest = p->data.n % (MAP_CELLS * 4) || p->data.n == 0;

	get_u32(x, n, PROP_IOMMU_MAP_MASK, &mask);
	if (!count_facts(x, &x->nstreams, (uint64_t)ncells / MAP_CELLS + 1, n, "stream IDs"))
		return false;
	dev->nmaps = ncells / MAP_CELLS + rest;
	dev->maps = ARENA_ARRAY(x->a, struct stream_map, dev->nmaps);
	for (uint32_t i = 0; i < dev->nmaps; i++) {
		struct stream_map *m = &dev->maps[i];

		*m = (struct stream_map){
			STREAM_TRUNCATED, i, i * MAP_CELLS, DT_NONE, 0, 0, 0, mask
		};
		if (i == ncells / MAP_CELLS)
			continue;
		m->first = dt_cell(p, m->cell);
		m->iommu = dt_find_phandle(x->t, dt_cell(p, m->cell + 1));
		m->output = dt_cell(p, m->cell + 2);
		m->length = dt_cell(p, m->cell + 3);
		m->health = m->iommu != DT_NONE            ? STREAM_OK
			    : dt_cell(p, m->cell + 1) == 0 ? STREAM_HOLE
							   : STREAM_DANGLING;
	}
	return true;
}

/* Hand each node its streams.  They were found in tree order except for those
 * of mmu-masters, so counting places them in linear time. */
static void distribute(struct derive *x, const struct streams *all)
{
	struct found *f;

	VEC_EACH (f, &all->v)
		x->f->devices[f->owner].nstreams++;
	VEC_EACH (f, &all->v) {
		struct device *dev = &x->f->devices[f->owner];

		if (!dev->streams) {
			dev->streams = ARENA_ARRAY(x->a, struct stream, dev->nstreams);
			dev->nstreams = 0;
		}
		dev->streams[dev->nstreams++] = f->stream;
	}
}

bool streams_derive(struct derive *x)
{
	struct streams all = { 0 };

	for (dt_id n = 0; n < x->t->nnodes; n++) {
		const struct dt_prop *iommus = get_prop(x, n, PROP_IOMMUS);
		const struct dt_prop *masters = get_prop(x, n, PROP_MMU_MASTERS);
		uint64_t cells = (iommus ? dt_ncells(iommus) : 0) +
				 (uint64_t)(masters ? dt_ncells(masters) : 0);

		if (!count_facts(x, &x->nstreams, cells, n, "stream IDs"))
			return false;
		if (iommus)
			read_iommus(x, &all, n);
		if (masters)
			read_mmu_masters(x, &all, n);
		if (has_prop(x, n, PROP_IOMMU_MAP) && !read_map(x, n))
			return false;
	}
	distribute(x, &all);
	return true;
}
