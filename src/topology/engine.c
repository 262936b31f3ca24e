/* SPDX-License-Identifier: BSD-2-Clause */
/* Who takes channels of which DMA engine. */
#include <stdlib.h>

#include "building.h"

static int by_engine(const void *x, const void *y)
{
	const struct engine_use *a = x, *b = y;

	if (a->engine != b->engine)
		return a->engine < b->engine ? -1 : 1;
	if (a->client != b->client)
		return a->client < b->client ? -1 : 1;
	return a->at.cell < b->at.cell ? -1 : a->at.cell > b->at.cell;
}

/* One use for each pair, at its first channel. */
static void drop_doubles(struct topology *t)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < t->nengines; i++)
		if (!kept || t->engines[kept - 1].engine != t->engines[i].engine ||
		    t->engines[kept - 1].client != t->engines[i].client)
			t->engines[kept++] = t->engines[i];
	t->nengines = kept;
}

static void take_channels(struct building *b, dt_id client)
{
	const struct dt_prop *p = dt_prop(b->dt, client, "dmas");
	const struct supplier *row = p ? dt_supplier(b->dt, client, p) : NULL;
	struct dt_refs refs;

	if (!row)
		return;
	refs = dt_refs(b->arena, b->dt, client, p, row);
	for (size_t i = 0; i < refs.n; i++) {
		struct engine_use *use;

		if (refs.v[i].health != REF_OK || refs.v[i].provider == client)
			continue;
		use = VEC_ADD(b->arena, &b->engines);
		use->engine = refs.v[i].provider;
		use->client = client;
		use->at = spot_cell(client, "dmas", refs.v[i].cell);
	}
}

void engines_find(struct building *b)
{
	struct topology *t = b->out;

	for (dt_id n = 0; n < b->dt->nnodes; n++)
		if (facts_device(b->facts, n)->uses_engine)
			take_channels(b, n);
	t->engines = b->engines.v;
	t->nengines = (uint32_t)b->engines.n;
	if (t->nengines)
		qsort(t->engines, t->nengines, sizeof(*t->engines), by_engine);
	drop_doubles(t);
}

uint32_t topology_engine_clients(const struct topology *t, dt_id engine,
				 const struct engine_use **first)
{
	uint32_t low = 0, high = t->nengines, n = 0;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (t->engines[mid].engine < engine)
			low = mid + 1;
		else
			high = mid;
	}
	*first = low < t->nengines ? &t->engines[low] : NULL;
	while (low + n < t->nengines && t->engines[low + n].engine == engine)
		n++;
	return n;
}
