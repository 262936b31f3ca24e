/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a dom.cfg.  A byte 0x1e ends the file and what follows are
 * KEY=VALUE words of the command line, another 0x1e between them.
 */
#include "request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OVERRIDES = 4, SEPARATOR = 0x1e };

static struct str next_part(struct str *rest)
{
	size_t end = str_find(*rest, SEPARATOR);
	struct str part = str_sub(*rest, 0, end);

	*rest = end == SIZE_MAX ? STR_NONE : str_from(*rest, end + 1);
	return part;
}

static void ask_place(struct place at)
{
	BUG_ON(at.kind == PLACE_TEXT && (uint64_t)at.off + at.len > at.text.n + (uint64_t)1);
	BUG_ON(at.kind == PLACE_TEXT && (at.line == 0 || at.col != at.off + 1));
}

static void ask_value(const struct cfg *c, const struct cfg_value *v)
{
	struct str source = v->source ? c->overrides[v->source - 1] : c->source;

	BUG_ON((uint64_t)v->off + v->len > source.n);
	ask_place(cfg_value_at(c, v));
	ask_place(cfg_part_at(c, v, str_sub(v->text, 1, 2)));
	for (size_t i = 0; i < v->nitems && i < 100; i++)
		ask_value(c, &v->items[i]);
}

static void ask_cfg(struct arena *a, const struct cfg *c)
{
	for (size_t i = 0; i < c->nstatements && i < 100; i++) {
		const struct cfg_statement *s = &c->statements[i];
		struct cfg_setting found;

		ask_place(cfg_key_at(c, s));
		ask_value(c, &s->value);
		BUG_ON(s->before != CFG_NO_STATEMENT && s->before >= i);
		BUG_ON(!cfg_find(a, c, s->key, CFG_ALL, &found));
		BUG_ON(!cfg_find(a, c, s->key, s->managed ? CFG_BLOCK : CFG_OUTSIDE, &found));
	}
	BUG_ON(c->has_block && c->block_off + c->block_len > c->source.n);
}

static void ask_words(const struct guest_request *g)
{
	for (size_t i = 0; i < g->ndevices; i++)
		ask_place(g->devices[i].at);
	for (size_t i = 0; i < g->niomem; i++) {
		BUG_ON(g->iomem[i].count == 0);
		BUG_ON(g->iomem[i].mfn + (g->iomem[i].count - 1) > UINT64_MAX >> PAGE_SHIFT);
		BUG_ON(g->iomem[i].gfn + (g->iomem[i].count - 1) > UINT64_MAX >> PAGE_SHIFT);
	}
	for (size_t i = 0; i < g->nmaps; i++)
		BUG_ON(g->maps[i].by_path != (g->maps[i].path.n > 0));
	for (size_t i = 0; i < g->ndecisions; i++)
		ask_place(g->decisions[i].device.at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data, size };
	struct str words[OVERRIDES];
	struct request_source source = { .file = STR("fuzz.cfg"), .overrides = words };
	struct request_options options = { 0 };
	struct arena *a = arena_new();
	struct diag *d = diag_new(a);
	struct buf said = buf_new(a);
	struct request *request;
	bool good;

	source.source = next_part(&rest);
	while (rest.n && source.noverrides < OVERRIDES)
		words[source.noverrides++] = next_part(&rest);
	good = request_build(a, d, &source, 1, &options, &request);
	BUG_ON(good != (diag_nfaults(d) == 0));
	ask_cfg(a, request->guests[0].cfg);
	ask_words(&request->guests[0]);
	(void)diag_settle(d, FAIL_ON_ERROR);
	diag_text(d, false, &said);
	diag_json(d, &said);
	arena_free(a);
	return 0;
}
