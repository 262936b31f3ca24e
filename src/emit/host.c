/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The marks that the host's tree lacks: as an overlay, in source and in
 * binary, and as commands of U-Boot.  The three say the same.
 */
#include "comment.h"

static struct str path_of(const struct plan *plan, dt_id node)
{
	return dt_node(plan->dt, node)->path;
}

static size_t count_missing(const struct plan *plan)
{
	const struct mark *m;
	size_t n = 0;

	VEC_EACH (m, &plan->marks)
		n += !m->present;
	return n;
}

/* Per node: why the operator withholds it, or empty. */
static struct str *withhold_reasons(struct arena *a, const struct plan *plan)
{
	struct str *reasons = ARENA_ARRAY(a, struct str, plan->dt->nnodes);
	const struct withheld *w;

	VEC_EACH (w, &plan->withheld)
		reasons[w->node] = w->reason;
	return reasons;
}

/* "given to guest `net`, a part of /soc/usb@1000"; no word of the operator. */
static struct str whose(struct arena *a, const struct plan *plan, const struct mark *m)
{
	if (m->because == m->node)
		return m->reason;
	return str_format(a, "%.*s, a part of %.*s", STR_ARG(m->reason),
			  STR_ARG(path_of(plan, m->because)));
}

/* ---- The overlay, binary ------------------------------------------------------- */

static struct gnode *add_node(struct arena *a, struct gnode *parent, struct str name)
{
	struct gnode *n = ARENA_NEW(a, struct gnode);

	n->name = name;
	n->host = DT_NONE;
	if (parent)
		VEC_PUSH(a, &parent->children, n);
	return n;
}

static void add_prop(struct arena *a, struct gnode *n, struct str name, struct str data)
{
	VEC_PUSH(a, &n->props,
		 ((struct gprop){
			 .name = name, .data = data, .edit = EDIT_ADDED, .host = DT_NONE }));
}

static struct str fragment_name(struct arena *a, size_t i)
{
	return str_format(a, "fragment@%zu", i);
}

static struct gnode *add_fragment(struct arena *a, struct gnode *root, struct str target)
{
	struct str path = str_dup(a, target);
	struct gnode *fragment = add_node(a, root, fragment_name(a, root->children.n));

	add_prop(a, fragment, STR("target-path"), (struct str){ path.s, path.n + 1 });
	return add_node(a, fragment, STR("__overlay__"));
}

/* One fragment a node: where the board lacks the path, all of the overlay is
 * refused and no node is made up (libfdt, fdt_overlay.c).  Readers take an
 * overlay without fragments for a mistake. */
struct str emit_host_dtbo(struct arena *a, const struct plan *plan)
{
	struct gnode *root = add_node(a, NULL, STR_NONE);
	const struct mark *m;

	VEC_EACH (m, &plan->marks)
		if (!m->present)
			add_prop(a, add_fragment(a, root, path_of(plan, m->node)),
				 STR("xen,passthrough"), STR_NONE);
	if (!root->children.n)
		add_fragment(a, root, STR("/"));
	return emit_dtb(a, root);
}

/* ---- The overlay, source --------------------------------------------------------- */

static void put_fragment(struct buf *out, const struct plan *plan, const struct mark *m, size_t i,
			 struct str reason)
{
	struct arena *a = out->arena;
	struct str why = whose(a, plan, m);

	if (reason.n)
		why = str_format(a, "%.*s: %.*s", STR_ARG(why), STR_ARG(reason));
	if (i)
		buf_char(out, '\n');
	comment_put(out, 1, why);
	/* No name has a character that would end a string (dt_load). */
	buf_format(out,
		   "\t%.*s {\n\t\ttarget-path = \"%.*s\";\n\n\t\t__overlay__ {\n"
		   "\t\t\txen,passthrough;\n\t\t};\n\t};\n",
		   STR_ARG(fragment_name(a, i)), STR_ARG(path_of(plan, m->node)));
}

struct str emit_host_dtso(struct arena *a, const struct plan *plan)
{
	const struct str *reasons = withhold_reasons(a, plan);
	struct buf out = buf_new(a);
	const struct mark *m;
	size_t n = 0;

	buf_text(&out, "/dts-v1/;\n/plugin/;\n\n");
	comment_put(&out, 0,
		    str_format(a,
			       "Marks for the tree that Xen reads, made by dtassign for %.*s. %s",
			       STR_ARG(file_part(plan->dt->file)),
			       count_missing(plan) ? "Apply it before Xen starts."
						   : "No node lacks its mark."));
	buf_text(&out, "/ {\n");
	VEC_EACH (m, &plan->marks)
		if (!m->present)
			put_fragment(&out, plan, m, n++, reasons[m->node]);
	if (!n)
		buf_text(&out, "\tfragment@0 {\n\t\ttarget-path = \"/\";\n\n"
			       "\t\t__overlay__ {\n\t\t};\n\t};\n");
	buf_text(&out, "};\n");
	return buf_get(&out);
}

/* ---- Commands of U-Boot ------------------------------------------------------------ */

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("/,._+@-", c));
}

/* U-Boot's shell takes everything between single quotes as it is (common/
 * cli_hush.c); a name has no such quote (dt_load). */
static void put_word(struct buf *out, struct str word)
{
	bool plain = true;

	for (size_t i = 0; i < word.n; i++) {
		BUG_ON(word.s[i] == '\'');
		plain &= is_plain(word.s[i]);
	}
	buf_format(out, plain ? "%.*s" : "'%.*s'", STR_ARG(word));
}

/* A property without a value, and its name once (DTSpec 5.4.1). */
static size_t room_for(size_t nmarks)
{
	size_t bytes = nmarks * 12 + sizeof("xen,passthrough");

	return (bytes + 0xfff) & ~(size_t)0xfff;
}

struct str emit_host_cmd(struct arena *a, const struct plan *plan)
{
	struct buf out = buf_new(a);
	size_t missing = count_missing(plan);
	const struct mark *m;

	buf_text(&out, "# U-Boot: marks for the tree that Xen reads, made by dtassign\n"
		       "# First comes `fdt addr ADDRESS` with the address of that tree.\n");
	if (!missing)
		buf_text(&out, "# No node lacks its mark.\n");
	else
		buf_format(&out, "fdt resize 0x%zx\n", room_for(missing));
	VEC_EACH (m, &plan->marks) {
		if (m->present)
			continue;
		buf_format(&out, "# %.*s\nfdt set ", STR_ARG(comment_line(a, whose(a, plan, m))));
		put_word(&out, path_of(plan, m->node));
		buf_text(&out, " xen,passthrough\n");
	}
	return buf_get(&out);
}
