/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The operator's own config with our block as its last lines.  Everything
 * outside the block stays byte for byte.
 */
#include "comment.h"

/* A string that xl's lexer gives back as it was.  Only escapes that it takes
 * are used; numeric ones it refuses or loses (libxlu_cfg.c,
 * xlu__cfgl_dequote). */
static void put_quoted(struct buf *out, struct str s)
{
	buf_char(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.s[i] == '"' || s.s[i] == '\\')
			buf_char(out, '\\');
		if (s.s[i] == '\n')
			buf_text(out, "\\n");
		else
			buf_char(out, s.s[i]);
	}
	buf_char(out, '"');
}

/* The assignment that counts where our block begins, or NULL.  What the
 * command line assigns comes after the whole file and is not in it. */
static const struct cfg_statement *assigned_before(const struct cfg *c, const char *key)
{
	const struct cfg_statement *last = NULL;

	for (size_t i = 0; i < c->nstatements; i++) {
		const struct cfg_statement *s = &c->statements[i];

		if (!s->managed && s->source == 0 && str_is(s->key, key))
			last = s;
	}
	return last;
}

static void put_entry(struct buf *out, const struct entry *e)
{
	buf_text(out, "    ");
	if (e->quoted)
		put_quoted(out, e->text);
	else
		buf_str(out, e->text);
	buf_char(out, ',');
	if (e->comment.n) {
		buf_text(out, "  # ");
		buf_str(out, comment_line(out->arena, e->comment));
	}
	buf_char(out, '\n');
}

/*
 * xl takes the last assignment of a key.  A request's lists are whole in the
 * block and replace what stands above, even by nothing: the devices of a
 * request are not what xl may be given.  To the lists of a final config the
 * block only adds.
 */
static void put_list(struct buf *out, const struct guest_request *r, const char *key,
		     const struct entry *entries, size_t n)
{
	const struct cfg_statement *before = assigned_before(r->cfg, key);
	bool final = r->form == FORM_FINAL;

	if (!n) {
		if (before && !final)
			buf_format(out, "%s = [ ]\n", key);
		return;
	}
	buf_format(out, "%s %s [\n", key,
		   final && before && before->value.kind == CFG_LIST ? "+=" : "=");
	for (size_t i = 0; i < n; i++)
		put_entry(out, &entries[i]);
	buf_text(out, "]\n");
}

/* ---- Reasons ------------------------------------------------------------------ */

static void put_reason(struct buf *out, const char *what, struct str about, struct str reason)
{
	buf_format(out, "# %s", what);
	if (about.n) {
		buf_char(out, ' ');
		buf_str(out, comment_line(out->arena, about));
	}
	buf_text(out, ": ");
	buf_str(out, reason.n ? comment_line(out->arena, reason) : STR("no reason given"));
	buf_char(out, '\n');
}

static void put_decision(struct buf *out, const struct decision *d)
{
	struct buf what = buf_new(out->arena);

	buf_format(&what, "%.*s %.*s", STR_ARG(d->device.text), STR_ARG(d->property));
	if (d->index >= 0)
		buf_format(&what, "[%ld]", (long)d->index);
	buf_format(&what, " = %s", decide_verb_name(d->verb));
	if (d->has_value)
		buf_format(&what, " %llu", (unsigned long long)d->value);
	put_reason(out, "decided", buf_get(&what), d->reason);
}

static void put_reasons(struct buf *out, const struct guest_request *r)
{
	struct arena *a = out->arena;

	for (size_t i = 0; i < r->nforces; i++)
		put_reason(out, "forced", r->forces[i].device.text, r->forces[i].reason);
	if (r->force_all)
		put_reason(out, "forced, every device without an IOMMU", STR_NONE,
			   r->force_all_reason);
	if (r->platform_safe)
		put_reason(out, "every master of the platform has an IOMMU", STR_NONE,
			   r->platform_safe_reason);
	for (size_t i = 0; i < r->nwithholds; i++)
		put_reason(out, "withheld", r->withholds[i].device.text, r->withholds[i].reason);
	for (size_t i = 0; i < r->nallows; i++)
		put_reason(out, "allowed",
			   str_format(a, "%s %.*s", rule_get(r->allows[i].rule)->slug,
				      STR_ARG(r->allows[i].device.text)),
			   r->allows[i].reason);
	for (size_t i = 0; i < r->ndecisions; i++)
		put_decision(out, &r->decisions[i]);
}

/* ---- The block ---------------------------------------------------------------- */

struct str emit_block(struct arena *a, const struct guest_plan *g)
{
	const struct guest_request *r = g->request;
	struct buf out = buf_new(a);

	buf_text(&out, BLOCK_BEGIN "\n");
	buf_text(&out,
		 "# Made from the lines above and the board: edit those, then compile again.\n");
	put_reasons(&out, r);
	put_list(&out, r, "dtdev", g->block_dtdev.v, g->block_dtdev.n);
	put_list(&out, r, "irqs", g->block_irqs.v, g->block_irqs.n);
	put_list(&out, r, "iomem", g->block_iomem.v, g->block_iomem.n);
	if (g->block_device_tree.n) {
		buf_text(&out, "device_tree = ");
		put_quoted(&out, g->block_device_tree);
		buf_char(&out, '\n');
	}
	if (g->block_shadow_memory.n)
		buf_format(&out, "shadow_memory = %.*s  # page tables of what is mapped\n",
			   STR_ARG(g->block_shadow_memory));
	buf_text(&out, BLOCK_END "\n");
	return buf_get(&out);
}

struct str emit_cfg(struct arena *a, const struct guest_plan *g)
{
	const struct cfg *c = g->request->cfg;
	struct buf out = buf_new(a);
	struct str after = STR_NONE;
	size_t before = c->source.n;

	if (c->has_block) {
		before = c->block_off;
		after = str_from(c->source, c->block_off + c->block_len);
	}
	buf_str(&out, str_sub(c->source, 0, before));
	buf_str(&out, after);
	if (out.n && out.s[out.n - 1] != '\n')
		buf_char(&out, '\n');
	buf_str(&out, emit_block(a, g));
	return buf_get(&out);
}
