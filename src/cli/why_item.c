/* SPDX-License-Identifier: BSD-2-Clause */
/* What the word of `why` names: a number, a node, or a line of an output. */
#include "item.h"

/* ---- Numbers ------------------------------------------------------------------------ */

static bool is_digits(struct str s, unsigned base)
{
	uint64_t ignored;

	return str_to_u64(s, base, &ignored);
}

static bool take_frame(struct str s, uint64_t *out)
{
	return str_to_u64(str_starts(s, "0x") ? str_from(s, 2) : s, 16, out);
}

/* MFN,COUNT[@GFN] as xl takes it: all hex, with or without 0x. */
static bool by_iomem(struct why *w, struct str item)
{
	size_t comma = str_find(item, ',');
	uint64_t frame, address;

	if (comma == SIZE_MAX || !take_frame(str_sub(item, 0, comma), &frame) ||
	    !u64_mul(frame, PAGE_SIZE, &address))
		return false;
	why_address(w, address);
	return true;
}

static bool by_number(struct why *w, struct str item)
{
	uint64_t n;

	if (str_to_u64(item, 10, &n) && n <= UINT32_MAX)
		why_interrupt(w, (uint32_t)n);
	else if (str_starts(item, "0x") && str_to_u64(str_from(item, 2), 16, &n))
		why_address(w, n);
	else
		return by_iomem(w, item);
	return true;
}

/* ---- Nodes ----------------------------------------------------------------------------- */

static bool by_guest_node(struct why *w, struct str path, struct str property)
{
	const struct gnode *n = path.s[0] == '/' ? why_find_path(w->guest, path) : NULL;

	if (!n)
		return false;
	if (property.n)
		why_property(w, n, path, property);
	else
		why_guest_node(w, n, path);
	return true;
}

static bool by_node(struct run *r, struct why *w, struct str item)
{
	size_t blank = str_find(item, ' '), colon = str_find(item, ':');
	size_t end = blank < colon ? blank : colon;
	struct word word = { end == SIZE_MAX ? item : str_sub(item, 0, end), place_none() };
	struct str property = end == SIZE_MAX ? STR_NONE : str_trim(str_from(item, end + 1));
	const struct gnode *n;
	struct str path;
	dt_id node;

	if (word.text.n && by_guest_node(w, word.text, property))
		return true;
	node = plan_resolve(r->diag, r->dt, &word);
	if (node == DT_NONE)
		return false;
	n = property.n ? why_find_host(r->arena, w->guest, node, &path) : NULL;
	if (n)
		why_property(w, n, path, property);
	else
		why_device(w, node);
	return true;
}

/* ---- Lines of outputs --------------------------------------------------------------------- */

/* Where the line begins; past the end where there are not so many. */
static size_t line_start(struct str text, uint64_t line)
{
	size_t at = 0;

	for (; line > 1 && at < text.n; line--) {
		size_t newline = str_find(str_from(text, at), '\n');

		at = newline == SIZE_MAX ? text.n : at + newline + 1;
	}
	return at;
}

static struct str line_at(struct str text, size_t at)
{
	struct str rest = str_from(text, at);
	size_t newline = str_find(rest, '\n');

	return newline == SIZE_MAX ? rest : str_sub(rest, 0, newline);
}

/* The key of the list that a line of the managed block stands in, and the index
 * of its entry: of `irqs = [` the line itself is none. */
static struct str list_of(struct str text, size_t at, size_t *index)
{
	struct str key = STR_NONE;

	*index = 0;
	for (size_t i = 0; i < at;) {
		struct str line = line_at(text, i);

		if (str_starts(line, "    "))
			++*index;
		else
			*index = 0;
		if (!str_starts(line, "    "))
			key = str_ends(line, "= [") ? str_sub(line, 0, str_find(line, ' '))
						    : STR_NONE;
		i += line.n + 1;
	}
	return key;
}

static void tell_own_line(struct run *r, struct why *w, uint64_t line)
{
	const struct cfg *c = w->guest->request->cfg;
	size_t at = line_start(c->source, line);
	struct account *t = VEC_ADD(r->arena, &w->accounts);

	t->kind = "words";
	t->text = STR("this line is the operator's own");
	account_place(r->arena, t, place_in(c->lines, at, line_at(c->source, at).n),
		      "written here");
	w->held = true;
}

static bool by_config_line(struct run *r, struct why *w, uint64_t line)
{
	const struct guest_plan *g = w->guest;
	struct str text = emit_cfg(r->arena, g), block = emit_block(r->arena, g);
	size_t at = line_start(text, line), before = text.n - block.n, index;
	struct str key;

	if (at >= text.n)
		return false;
	if (at < before) {
		tell_own_line(r, w, line);
		return true;
	}
	key = list_of(block, at - before, &index);
	if (!str_starts(line_at(text, at), "    "))
		return false;
	if (str_is(key, "dtdev") && index < g->block_dtdev.n)
		return by_node(r, w, g->block_dtdev.v[index].text);
	if (str_is(key, "irqs") && index < g->block_irqs.n)
		return by_number(w, g->block_irqs.v[index].text);
	if (str_is(key, "iomem") && index < g->block_iomem.n)
		return by_iomem(w, g->block_iomem.v[index].text);
	return false;
}

/* Lines of the head show the map: ` * 0x<guest>  0x<host> ...`, ` * <irq>  ...`. */
static bool by_head(struct why *w, struct str line)
{
	struct str word = str_trim(str_from(line, strlen(" *")));

	if (!str_starts(line, " * "))
		return false;
	return by_number(w, str_sub(word, 0, str_find(word, ' ')));
}

static bool path_of(struct arena *a, const struct gnode *from, const struct gnode *n,
		    struct str above, struct str *out)
{
	if (from == n) {
		*out = above.n ? above : STR("/");
		return true;
	}
	for (size_t i = 0; i < from->children.n; i++)
		if (path_of(a, from->children.v[i], n,
			    str_format(a, "%.*s/%.*s", STR_ARG(above),
				       STR_ARG(from->children.v[i]->name)),
			    out))
			return true;
	return false;
}

static bool by_tree_line(struct run *r, struct why *w, uint64_t line)
{
	struct str text = emit_dts(r->arena, r->plan, w->guest), path;
	size_t at = line_start(text, line);
	struct emit_item item;

	if (at >= text.n)
		return false;
	item = emit_dts_at(r->arena, r->plan, w->guest, at);
	if (!item.node)
		return by_head(w, line_at(text, at));
	if (!path_of(r->arena, w->guest->tree, item.node, STR_NONE, &path))
		BUG("a node that is not in its tree");
	if (item.property)
		why_property(w, item.node, path, item.property->name);
	else
		why_guest_node(w, item.node, path);
	return true;
}

/* Whether it names an output; only then false is an answer. */
static bool is_line(struct str item, struct str *file, uint64_t *line)
{
	size_t colon = str_find_last(item, ':');

	if (colon == SIZE_MAX || !is_digits(str_from(item, colon + 1), 10) ||
	    !str_to_u64(str_from(item, colon + 1), 10, line))
		return false;
	*file = str_sub(item, 0, colon);
	if (str_find_last(*file, '/') != SIZE_MAX)
		*file = str_from(*file, str_find_last(*file, '/') + 1);
	return str_ends(*file, ".cfg") || str_ends(*file, ".dts") || str_ends(*file, ".marks");
}

static bool by_line(struct run *r, struct why *w, struct str file, uint64_t line)
{
	struct str name = w->guest->request->name;
	bool config = str_eq(file, str_format(r->arena, "%.*s.cfg", STR_ARG(name)));
	bool tree = str_eq(file, str_format(r->arena, "%.*s.dts", STR_ARG(name)));

	if (!line)
		return false;
	if (config && w->guest->request->target == TARGET_XL)
		return by_config_line(r, w, line);
	if (tree)
		return by_tree_line(r, w, line);
	if (!str_is(file, "host.marks") || line > r->plan->marks.n)
		return false;
	why_device(w, r->plan->marks.v[line - 1].node);
	return true;
}

bool why_item(struct run *r, struct why *w, struct str item)
{
	struct str file;
	uint64_t line;

	if (!is_line(item, &file, &line))
		return by_number(w, item) || by_node(r, w, item);
	if (!by_line(r, w, file, line))
		usage("line %llu of %.*s would hold nothing that has a reason, or there is no such "
		      "output of this guest",
		      (unsigned long long)line, STR_ARG(file));
	return true;
}
