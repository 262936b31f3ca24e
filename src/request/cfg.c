/* SPDX-License-Identifier: BSD-2-Clause */
#include "cfg_scan.h"

#include <errno.h>
#include <stdlib.h>

/* ---- Reading ------------------------------------------------------------------ */

static bool too_large(struct diag *d, struct place at, struct str text)
{
	if (text.n <= LIMIT_CONFIG_BYTES)
		return false;
	diag_fault(d, RULE_LIMIT_EXCEEDED, at, STR("is this a dom.cfg?"),
		   "expected a config of at most %d bytes, found %zu", (int)LIMIT_CONFIG_BYTES,
		   text.n);
	return true;
}

static void read_texts(struct reading *r)
{
	struct cfg *c = r->cfg;

	if (too_large(r->diag, place_file(c->file), c->source))
		c->source = STR_NONE;
	c->lines = lines_count(r->arena, c->file, c->source);
	parse_text(r, 0, c->source, c->noverrides > 0);
	for (size_t i = 0; i < c->noverrides; i++)
		if (!too_large(r->diag, place_none(), c->overrides[i]))
			parse_text(r, (uint32_t)i + 1, c->overrides[i], true);
}

bool cfg_read(struct arena *a, struct diag *d, struct str file, struct str source,
	      const struct str *overrides, size_t noverrides, struct cfg **out)
{
	struct cfg *c = ARENA_NEW(a, struct cfg);
	struct reading r = { .arena = a, .diag = d, .cfg = c };
	size_t nfaults = diag_nfaults(d);

	c->file = file;
	c->source = source;
	c->overrides = overrides;
	c->noverrides = noverrides;
	c->keys = map_new(a, false, 64);
	read_texts(&r);
	c->statements = r.statements.v;
	c->nstatements = r.statements.n;
	c->comments = r.comments.v;
	c->ncomments = r.comments.n;
	c->latest = r.latest.v;
	block_find(&r);
	*out = c;
	return diag_nfaults(d) == nfaults;
}

/* ---- Settings ----------------------------------------------------------------- */

static bool in_scope(const struct cfg_statement *s, enum cfg_scope scope)
{
	return scope == CFG_ALL || s->managed == (scope == CFG_BLOCK);
}

/* The statement at or before `i`, of the same key, that is in scope. */
static size_t scope_find(const struct cfg *c, size_t i, enum cfg_scope scope)
{
	while (i != CFG_NO_STATEMENT && !in_scope(&c->statements[i], scope))
		i = c->statements[i].before;
	return i;
}

static bool is_list(const struct cfg_statement *s)
{
	return s->value.kind == CFG_LIST;
}

/* Joined back to front, because the statements are chained that way. */
static void join(struct arena *a, const struct cfg *c, size_t last, enum cfg_scope scope,
		 struct cfg_value *out)
{
	VEC(const struct cfg_statement *) parts = { 0 };
	struct buf text = buf_new(a);
	size_t n = 0;

	for (size_t i = last; i != CFG_NO_STATEMENT;) {
		const struct cfg_statement *s = &c->statements[i];

		if (is_list(s) != (out->kind == CFG_LIST))
			break; /* a fault, said when it was read */
		VEC_PUSH(a, &parts, s);
		n += s->value.nitems;
		if (!s->append)
			break;
		i = scope_find(c, s->before, scope);
	}
	out->items = ARENA_ARRAY(a, struct cfg_value, n);
	out->nitems = 0;
	for (size_t i = parts.n; i > 0; i--) {
		const struct cfg_value *v = &parts.v[i - 1]->value;

		if (v->nitems)
			memcpy(out->items + out->nitems, v->items, v->nitems * sizeof(*v->items));
		out->nitems += v->nitems;
		buf_str(&text, v->text);
	}
	out->text = buf_get(&text);
}

bool cfg_find(struct arena *a, const struct cfg *c, struct str key, enum cfg_scope scope,
	      struct cfg_setting *out)
{
	const struct cfg_statement *s;
	uint32_t slot;
	size_t i;

	if (!map_get(c->keys, key, &slot))
		return false;
	i = scope_find(c, c->latest[slot], scope);
	if (i == CFG_NO_STATEMENT)
		return false;
	s = &c->statements[i];
	*out = (struct cfg_setting){ .value = s->value, .last = s, .append = s->append };
	if (s->append)
		join(a, c, i, scope, &out->value);
	return true;
}

enum cfg_number cfg_number(struct arena *a, struct str text, int64_t *out)
{
	const char *c = str_c(a, text);
	char *end;
	long long octal_or_other, decimal;

	errno = 0;
	octal_or_other = strtoll(c, &end, 0);
	if (errno == ERANGE)
		return CFG_NUMBER_TOO_LARGE;
	if (end == c || *end || (size_t)(end - c) != text.n)
		return CFG_NUMBER_NONE;
	*out = octal_or_other;
	decimal = strtoll(c, &end, 10);
	return !*end && decimal != octal_or_other ? CFG_NUMBER_OCTAL : CFG_NUMBER_GOOD;
}

/* ---- Places ------------------------------------------------------------------- */

struct place cfg_at(const struct cfg *c, uint32_t source, size_t off, size_t len)
{
	if (source > 0)
		return place_text(STR("command line"), c->overrides[source - 1], off, len);
	return place_in(c->lines, off, len);
}

struct place cfg_value_at(const struct cfg *c, const struct cfg_value *v)
{
	if (v->kind == CFG_STRING && v->len > 2)
		return cfg_at(c, v->source, (size_t)v->off + 1, v->len - 2);
	return cfg_at(c, v->source, v->off, v->len);
}

struct place cfg_key_at(const struct cfg *c, const struct cfg_statement *s)
{
	return cfg_at(c, s->source, s->off, s->key.n);
}

struct place cfg_part_at(const struct cfg *c, const struct cfg_value *v, struct str part)
{
	struct str source = v->source ? c->overrides[v->source - 1] : c->source;
	struct str word = str_sub(source, v->off, v->len);

	/* Compared as integers: `part` may lie in another buffer. */
	if ((uintptr_t)part.s < (uintptr_t)word.s ||
	    (uintptr_t)part.s + part.n > (uintptr_t)word.s + word.n)
		return cfg_value_at(c, v);
	return cfg_at(c, v->source, v->off + (size_t)(part.s - word.s), part.n);
}
