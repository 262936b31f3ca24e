/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From bytes to the node array, in one walk over the tokens.  All bounds are
 * checked here, before libfdt sees the blob: its own check looks every name up
 * again, which would be quadratic if names could be long.
 */
#include "tree.h"

#include <libfdt.h>

enum {
	HEADER_BYTES = 40,
	OLDEST_VERSION = 16,
	NEWEST_VERSION = 17,
};

struct header {
	uint32_t total, structure, strings, reserves, version, strings_size, structure_size;
};

struct loader {
	struct arena *arena;
	struct diag *diag;
	struct str file, blob, block, strings;
	size_t at;        /* in block                */
	dt_id open;       /* node being read         */
	size_t all_paths; /* bytes                   */
	VEC(struct dt_node) nodes;
	VEC(struct dt_prop) props;
};

static void bad_at(struct loader *l, enum rule rule, struct place at, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

static void bad_at(struct loader *l, enum rule rule, struct place at, const char *fmt, ...)
{
	struct str text;
	va_list args;

	va_start(args, fmt);
	text = str_vformat(l->arena, fmt, args);
	va_end(args);
	diag_fault(l->diag, rule, at, STR("capture the tree again, or compile it again with dtc"),
		   "%.*s", STR_ARG(text));
}

/* The node being read, or the file. */
static struct place here(const struct loader *l)
{
	struct place p = place_file(l->file);

	if (l->open == DT_NONE)
		return p;
	p.kind = PLACE_TREE;
	p.path = l->nodes.v[l->open].path;
	p.order = dt_order(l->open);
	return p;
}

/* Macros, so that the compiler sees the false. */
#define BAD(l, ...)   (bad_at((l), RULE_BAD_DEVICE_TREE, here(l), __VA_ARGS__), false)
#define LIMIT(l, ...) (bad_at((l), RULE_LIMIT_EXCEEDED, here(l), __VA_ARGS__), false)

/* ---- Header --------------------------------------------------------------- */

static bool not_a_blob(struct loader *l, uint32_t magic)
{
	if (!str_starts(l->blob, "/dts-v1/"))
		return BAD(l, "expected a device tree blob that begins with 0x%08x, found 0x%08x",
			   FDT_MAGIC, magic);
	diag_fault(l->diag, RULE_BAD_DEVICE_TREE, place_file(l->file),
		   STR("compile it first: dtc -@ -O dtb"),
		   "expected a device tree blob, found device tree source");
	return false;
}

static bool block_fits(struct loader *l, const struct header *h, const char *what, uint32_t off,
		       uint32_t size, uint32_t align)
{
	if (off > h->total || size > h->total - off)
		return BAD(l, "the %s (%u bytes from 0x%x on) does not fit the total size of %u",
			   what, size, off, h->total);
	if (off % align)
		return BAD(l, "the %s begins at 0x%x, expected a multiple of %u", what, off, align);
	return true;
}

static bool header_read(struct loader *l, struct header *h)
{
	const char *b = l->blob.s;

	if (l->blob.n > LIMIT_BLOB_BYTES)
		return LIMIT(l, "the device tree blob has %zu bytes, the limit is %d", l->blob.n,
			     (int)LIMIT_BLOB_BYTES);
	if (l->blob.n < HEADER_BYTES)
		return BAD(l,
			   "expected a device tree blob, found %zu bytes: its header alone has %d",
			   l->blob.n, (int)HEADER_BYTES);
	if (be32(b) != FDT_MAGIC)
		return not_a_blob(l, be32(b));
	*h = (struct header){
		.total = be32(b + 4),
		.structure = be32(b + 8),
		.strings = be32(b + 12),
		.reserves = be32(b + 16),
		.version = be32(b + 20),
		.strings_size = be32(b + 32),
		.structure_size = be32(b + 36),
	};
	if (h->version < OLDEST_VERSION || be32(b + 24) > NEWEST_VERSION)
		return BAD(l, "expected format version %d or %d, found %u, readable since %u",
			   (int)OLDEST_VERSION, (int)NEWEST_VERSION, h->version, be32(b + 24));
	if (h->total > l->blob.n || h->total < HEADER_BYTES)
		return BAD(l, "the header says %u bytes, the file has %zu", h->total, l->blob.n);
	if (h->version < NEWEST_VERSION)
		h->structure_size = h->structure < h->total ? h->total - h->structure : 0;
	return block_fits(l, h, "structure block", h->structure, h->structure_size, 4) &&
	       block_fits(l, h, "strings block", h->strings, h->strings_size, 1) &&
	       block_fits(l, h, "memory reservation block", h->reserves, 0, 8);
}

static uint64_t be64(const char *p)
{
	return (uint64_t)be32(p) << 32 | be32(p + 4);
}

static bool reserves_read(struct loader *l, const struct header *h, struct dt *t)
{
	VEC(struct dt_reserve) v = { 0 };

	for (size_t at = h->reserves; h->total - at >= 16; at += 16) {
		struct dt_reserve r = { be64(l->blob.s + at), be64(l->blob.s + at + 8) };

		if (r.address == 0 && r.size == 0) {
			t->reserves = v.v;
			t->nreserves = (uint32_t)v.n;
			return true;
		}
		VEC_PUSH(l->arena, &v, r);
	}
	return BAD(l, "the memory reservation block has no end");
}

/* ---- Structure block ------------------------------------------------------ */

/* What dtc takes in a name; DTSpec 2.2.1 and 2.2.4 allow a little less. */
static bool name_is_sound(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.s[i];
		bool word =
			(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (!word && (c == '\0' || !strchr(",._+*#?@-", c)))
			return false;
	}
	return name.n > 0;
}

/* A NUL-terminated name at the start of a block's rest. */
static bool name_read(struct str rest, size_t limit, struct str *out)
{
	size_t end = str_find(str_sub(rest, 0, limit + 1), '\0');

	*out = str_sub(rest, 0, end);
	return end != SIZE_MAX;
}

static bool word_read(struct loader *l, uint32_t *out)
{
	if (l->block.n - l->at < 4)
		return BAD(l, "the structure block ends without an END token");
	*out = be32(l->block.s + l->at);
	l->at += 4;
	return true;
}

/* Past `n` bytes of payload and up to the next token. */
static bool skip(struct loader *l, size_t n)
{
	size_t rest = l->block.n - l->at;

	if (n > rest || rest - n < -n % 4)
		return BAD(l, "the structure block ends within a token");
	l->at += n + -n % 4;
	return true;
}

static bool path_build(struct loader *l, struct dt_node *node)
{
	struct str above = node->parent == DT_ROOT ? STR("") : l->nodes.v[node->parent].path;
	size_t n = above.n + 1 + node->name.n;
	char *path;

	if (n >= LIMIT_PATH)
		return LIMIT(l, "the path of a node has %zu bytes, the limit is %d", n,
			     LIMIT_PATH - 1);
	l->all_paths += n;
	if (l->all_paths > LIMIT_ALL_PATHS)
		return LIMIT(l, "the paths of all nodes have more than %d bytes",
			     (int)LIMIT_ALL_PATHS);
	path = arena_alloc(l->arena, n);
	memcpy(path, above.n ? above.s : "", above.n);
	path[above.n] = '/';
	memcpy(path + above.n + 1, node->name.s, node->name.n);
	node->path = (struct str){ path, n };
	return true;
}

static bool root_begin(struct loader *l, struct dt_node *node)
{
	if (l->nodes.n)
		return BAD(l, "expected one root node, found a second");
	if (node->name.n)
		return BAD(l, "the root node must have no name");
	node->path = STR("/");
	return true;
}

static bool child_begin(struct loader *l, struct dt_node *node)
{
	if (!name_is_sound(node->name))
		return BAD(l, "a child is named `%.*s`, which no path can carry",
			   STR_ARG(node->name));
	node->depth = l->nodes.v[l->open].depth + 1;
	if (node->depth > LIMIT_DEPTH)
		return LIMIT(l, "nodes are nested more than %d deep", (int)LIMIT_DEPTH);
	return path_build(l, node);
}

static bool node_begin(struct loader *l)
{
	struct dt_node node = { .parent = l->open };

	if (l->nodes.n >= LIMIT_NODES)
		return LIMIT(l, "the tree has more than %d nodes", (int)LIMIT_NODES);
	if (!name_read(str_from(l->block, l->at), LIMIT_PATH, &node.name))
		return BAD(l, "the name of a node has no end");
	if (!(l->open == DT_NONE ? root_begin(l, &node) : child_begin(l, &node)))
		return false;
	node.first_prop = (uint32_t)l->props.n;
	l->open = (dt_id)l->nodes.n;
	VEC_PUSH(l->arena, &l->nodes, node);
	return skip(l, node.name.n + 1);
}

static bool node_end(struct loader *l)
{
	if (l->open == DT_NONE)
		return BAD(l, "a node ends that never began");
	l->nodes.v[l->open].end = (dt_id)l->nodes.n;
	l->open = l->nodes.v[l->open].parent;
	return true;
}

static bool prop_read(struct loader *l)
{
	struct dt_prop prop;
	uint32_t size, name;

	if (!word_read(l, &size) || !word_read(l, &name))
		return false;
	if (l->open == DT_NONE)
		return BAD(l, "a property stands outside of all nodes");
	if (name >= l->strings.n || !name_read(str_from(l->strings, name), LIMIT_NAME, &prop.name))
		return BAD(l, "the name of a property (at 0x%x of the strings block) has no end",
			   name);
	if (!name_is_sound(prop.name))
		return BAD(l, "a property is named `%.*s`, which dtc does not take",
			   STR_ARG(prop.name));
	/* DTSpec 5.4.2; most readers never see such a property. */
	if (l->open + 1 != l->nodes.n)
		return BAD(l, "the property `%.*s` stands after a child node", STR_ARG(prop.name));
	if (l->nodes.v[l->open].nprops++ >= LIMIT_PROPS_PER_NODE)
		return LIMIT(l, "the node has more than %d properties", (int)LIMIT_PROPS_PER_NODE);
	if (size > LIMIT_COMPATIBLE && str_is(prop.name, "compatible"))
		return LIMIT(l, "`compatible` has %u bytes, the limit is %d", size,
			     (int)LIMIT_COMPATIBLE);
	prop.data = str_sub(l->block, l->at, size);
	VEC_PUSH(l->arena, &l->props, prop);
	return skip(l, size);
}

static bool structure_read(struct loader *l)
{
	uint32_t token;

	for (;;) {
		if (!word_read(l, &token))
			return false;
		switch (token) {
		case FDT_BEGIN_NODE:
			if (!node_begin(l))
				return false;
			break;
		case FDT_END_NODE:
			if (!node_end(l))
				return false;
			break;
		case FDT_PROP:
			if (!prop_read(l))
				return false;
			break;
		case FDT_NOP:
			break;
		case FDT_END:
			if (l->open != DT_NONE || l->nodes.n == 0)
				return BAD(l, "the tree ends before its root node does");
			return true;
		default:
			return BAD(l,
				   "expected a token, found 0x%08x at 0x%zx of the structure block",
				   token, l->at - 4);
		}
	}
}

bool dt_load(struct arena *a, struct diag *d, struct str file, struct str blob, struct dt **out)
{
	struct loader l = { .arena = a, .diag = d, .file = file, .blob = blob, .open = DT_NONE };
	struct dt *t = ARENA_NEW(a, struct dt);
	struct header h;
	int why;

	if (!header_read(&l, &h))
		return false;
	/* libfdt insists on it. */
	if ((uintptr_t)blob.s % 8)
		l.blob.s = arena_copy(a, blob.s, blob.n);
	l.block = str_sub(l.blob, h.structure, h.structure_size);
	l.strings = str_sub(l.blob, h.strings, h.strings_size);
	if (!reserves_read(&l, &h, t) || !structure_read(&l))
		return false;
	why = fdt_check_full(l.blob.s, h.total);
	if (why)
		return BAD(&l, "the device tree blob is not sound: %s", fdt_strerror(why));
	t->arena = a;
	t->file = file;
	t->blob = str_sub(l.blob, 0, h.total);
	t->nodes = l.nodes.v;
	t->nnodes = (uint32_t)l.nodes.n;
	t->props = l.props.v;
	t->nprops = (uint32_t)l.props.n;
	if (!index_build(d, t))
		return false;
	*out = t;
	return true;
}
