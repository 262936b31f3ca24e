/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boards and configs as text become a plan, and a plan becomes text to compare
 * with.  Every guest tree that is made here is also read back and searched for
 * phandles that lead nowhere.
 */
#ifndef DTASSIGN_TEST_PLAN_FIXTURE_H
#define DTASSIGN_TEST_PLAN_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plan.h"
#include "tree.h"

/* ---- Parts of boards ------------------------------------------------------------ */

#define ROOT_CELLS "#address-cells = <2>; #size-cells = <2>; "
#define GIC_V2 \
	"gic: gic@2c001000 { compatible = \"arm,gic-400\"; interrupt-controller;" \
	" #interrupt-cells = <3>; reg = <0 0x2c001000 0 0x1000 0 0x2c002000 0 0x2000>; };"
#define GIC_V3 \
	"gic: gic@2f000000 { compatible = \"arm,gic-v3\"; interrupt-controller;" \
	" #interrupt-cells = <3>; reg = <0 0x2f000000 0 0x10000 0 0x2f100000 0 0x200000>; };"
#define SMMU \
	"smmu: iommu@2d000000 { compatible = \"arm,mmu-500\"; #iommu-cells = <1>;" \
	" reg = <0 0x2d000000 0 0x20000>; #global-interrupts = <1>;" \
	" interrupts = <0 100 4 0 101 4 0 101 4 0 101 4 0 101 4>; };"
#define BOARD_WITH(gic, parts) \
	"/ { " ROOT_CELLS "interrupt-parent = <&gic>; compatible = \"example,board\"; " gic SMMU \
	"memory@80000000 { device_type = \"memory\"; reg = <0 0x80000000 0 0x40000000>; }; " parts \
	"};"
#define BOARD(parts) BOARD_WITH(GIC_V2, parts)

/* A device that masters nothing, with one window (three cells of reg come
 * behind the high one) and one SPI. */
#define RTC(address, reg, spi, rest) \
	"rtc@" address " { compatible = \"arm,pl031\"; reg = <" reg ">;" \
	" interrupts = <0 " spi " 4>; " rest "}; "
/* One behind the SMMU. */
#define ETH(address, reg, spi, stream, rest) \
	"ethernet@" address " { compatible = \"cdns,gem\"; reg = <" reg ">;" \
	" interrupts = <0 " spi " 4>; iommus = <&smmu " stream ">; " rest "}; "

/* ---- From text to a plan --------------------------------------------------------- */

enum { CONFIGS = 4 };

struct world {
	const char *board;
	const char *release; /* NULL: 4.22                                   */
	const char *args;    /* of Xen                                       */
	const char *configs[CONFIGS];
	enum target target;
	bool no_dom0;
	const char *guest_dir;
	const char *fragment; /* of the first guest                           */
	uint32_t drivers;     /* 0: XEN_DRIVER_SMMU                              */
};

static struct arena *arena;
static struct diag *diag;
static struct plan *plan;
static bool settled;

static inline int set_up(void **state)
{
	(void)state;
	arena = arena_new();
	diag = diag_new(arena);
	settled = false;
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

/* For the next row of a table. */
static inline void start_over(void)
{
	tear_down(NULL);
	set_up(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static inline struct topology *topology_of(const struct world *w)
{
	struct platform_options options = {
		.xen_given = true,
		.drivers = w->drivers ? w->drivers : XEN_DRIVER_SMMU,
		.args_given = w->args != NULL,
		.args = str_of(w->args),
		.dom0_given = true,
		.dom0 = w->no_dom0 ? DOM0_ABSENT : DOM0_PRESENT,
	};
	struct platform *platform;
	struct topology *topology;
	struct facts *facts;

	assert_true(release_parse(str_of(w->release ? w->release : "4.22"), &options.xen));
	assert_true(
		platform_build(arena, diag, tree_load(arena, diag, w->board), &options, &platform));
	assert_true(facts_build(arena, diag, platform, &facts));
	assert_true(topology_build(arena, diag, facts, &topology));
	return topology;
}

static inline struct request *request_of(const struct world *w)
{
	static const char *const files[CONFIGS] = { "a.cfg", "b.cfg", "c.cfg", "d.cfg" };
	const struct request_options options = {
		.target_given = true,
		.target = w->target,
	};
	struct request_source sources[CONFIGS] = { 0 };
	struct request *request;
	size_t n = 0;

	for (; n < CONFIGS && w->configs[n]; n++) {
		sources[n].file = str_of(files[n]);
		sources[n].source = str_of(w->configs[n]);
	}
	(void)request_build(arena, diag, sources, n, &options, &request);
	return request;
}

static inline void assert_sound_tree(const struct guest_plan *g);

static inline bool plan_world(struct world w)
{
	const struct dt *fragments[CONFIGS] = {
		w.fragment ? tree_load(arena, diag, w.fragment) : NULL,
	};
	const struct plan_options options = {
		.guest_dir = str_of(w.guest_dir),
		.fragments = fragments,
	};
	bool good = plan_build(arena, diag, topology_of(&w), request_of(&w), &options, &plan);

	for (uint32_t i = 0; i < plan->nguests; i++)
		if (!plan->guests[i].fragment) /* what is kept is for check */
			assert_sound_tree(&plan->guests[i]);
	return good;
}

#define PLAN(...) plan_world((struct world){ __VA_ARGS__ })

static inline struct guest_plan *guest(uint32_t i)
{
	assert_true(i < plan->nguests);
	return &plan->guests[i];
}

static inline dt_id at(const char *path)
{
	return tree_node(plan->dt, path);
}

/* ---- A plan as text ---------------------------------------------------------------- */

static inline const char *text_of(const struct buf *b)
{
	return str_c(arena, buf_get(b));
}

static inline const char *how_text(enum place_how how)
{
	static const char *const names[] = {
		[PLACED_ONE_TO_ONE] = "same", [PLACED_CHOSEN] = "chosen",
		[PLACED_AUTO] = "hole",       [PLACED_HAND] = "hand",
		[PLACED_HOST_GAP] = "gap",    [PLACED_FRAGMENT] = "fragment",
	};

	return names[how];
}

/* "5040,1@3000 chosen; ..." in hex page frames, by host address. */
static inline const char *mappings_text(const struct guest_plan *g)
{
	struct buf b = buf_new(arena);
	const struct mapping *m;

	VEC_EACH (m, &g->mappings)
		buf_format(&b, "%s%llx,%llx@%llx %s", b.n ? "; " : "",
			   (unsigned long long)(m->host.first >> PAGE_SHIFT),
			   (unsigned long long)range_npages(m->host),
			   (unsigned long long)(m->guest.v >> PAGE_SHIFT), how_text(m->how));
	return text_of(&b);
}

/* "46 47h": those written by hand have an h. */
static inline const char *irqs_text(const struct guest_plan *g)
{
	struct buf b = buf_new(arena);
	const struct irq_grant *irq;

	VEC_EACH (irq, &g->irqs)
		buf_format(&b, "%s%u%s", b.n ? " " : "", irq->intid, irq->hand ? "h" : "");
	return text_of(&b);
}

/* Entries of a list of the block. */
#define ENTRIES(list) entries_text((list).v, (list).n)
static inline const char *entries_text(const struct entry *e, size_t n)
{
	struct buf b = buf_new(arena);

	for (size_t i = 0; i < n; i++)
		buf_format(&b, "%s%.*s", i ? " " : "", STR_ARG(e[i].text));
	return text_of(&b);
}

static inline const char *devices_text(const struct guest_plan *g)
{
	struct buf b = buf_new(arena);
	const struct plan_device *dev;

	VEC_EACH (dev, &g->devices)
		buf_format(&b, "%s%.*s%s", b.n ? " " : "",
			   STR_ARG(dt_node(plan->dt, dev->node)->path), dev->by_hand ? "h" : "");
	return text_of(&b);
}

static inline const char *marks_text(void)
{
	struct buf b = buf_new(arena);
	const struct mark *m;

	VEC_EACH (m, &plan->marks)
		buf_format(&b, "%s%.*s", b.n ? " " : "", STR_ARG(dt_node(plan->dt, m->node)->path));
	return text_of(&b);
}

static inline const char *owner_of(const char *path)
{
	return str_c(arena, owner_text(plan, plan->owners[at(path)]));
}

/* ---- A guest's tree as text ----------------------------------------------------------- */

static inline struct gnode *child_of(const struct gnode *n, struct str name)
{
	for (size_t i = 0; i < n->children.n; i++)
		if (str_eq(n->children.v[i]->name, name))
			return n->children.v[i];
	return NULL;
}

/* NULL if there is none. */
static inline struct gnode *find_copy(const struct guest_plan *g, const char *path)
{
	struct gnode *n = g->tree;
	struct str rest = str_from(str_of(path), 1);

	while (n && rest.n) {
		size_t slash = str_find(rest, '/');

		n = child_of(n, str_sub(rest, 0, slash));
		rest = slash == SIZE_MAX ? STR_NONE : str_from(rest, slash + 1);
	}
	return n;
}

static inline const struct gprop *find_prop(const struct gnode *n, const char *name)
{
	for (size_t i = 0; n && i < n->props.n; i++)
		if (str_is(n->props.v[i].name, name))
			return &n->props.v[i];
	return NULL;
}

static inline uint32_t data_cell(struct str data, size_t i)
{
	const unsigned char *b = (const unsigned char *)data.s + 4 * i;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static inline const struct gnode *by_phandle(const struct gnode *n, uint32_t phandle)
{
	const struct gnode *found = n->phandle == phandle ? n : NULL;

	for (size_t i = 0; i < n->children.n && !found; i++)
		found = by_phandle(n->children.v[i], phandle);
	return found;
}

static inline bool is_phandle_cell(const struct gprop *p, size_t i)
{
	for (uint32_t k = 0; k < p->nphandles; k++)
		if (p->phandles[k] == i)
			return true;
	return false;
}

static inline bool is_text(struct str data)
{
	if (data.n < 2 || data.s[data.n - 1])
		return false;
	for (size_t i = 0; i + 1 < data.n; i++)
		if (data.s[i] ? !isprint((unsigned char)data.s[i]) : !data.s[i + 1])
			return false;
	return data.s[0] != '\0';
}

/* "<&clk-24000000hz 0 10>" in hex; text that ends with NUL as such.  "-" where
 * the guest has no such property, "-- WHY" where it was dropped. */
static inline const char *prop_text(const struct guest_plan *g, const char *path, const char *name)
{
	const struct gprop *p = find_prop(find_copy(g, path), name);
	struct buf b = buf_new(arena);

	if (!find_copy(g, path))
		return "no node";
	if (!p)
		return "-";
	if (p->edit == EDIT_DROPPED) {
		buf_format(&b, "-- %.*s", STR_ARG(p->why));
		return text_of(&b);
	}
	if (p->data.n % 4 || is_text(p->data)) {
		for (size_t i = 0; i < p->data.n; i++)
			buf_char(&b, p->data.s[i] ? p->data.s[i] : '|');
		return text_of(&b);
	}
	buf_char(&b, '<');
	for (size_t i = 0; i < p->data.n / 4; i++) {
		uint32_t cell = data_cell(p->data, i);
		const struct gnode *n = by_phandle(g->tree, cell);

		buf_text(&b, i ? " " : "");
		if (!is_phandle_cell(p, i))
			buf_format(&b, "%x", cell);
		else if (n)
			buf_format(&b, "&%.*s", STR_ARG(n->name));
		else
			buf_text(&b, cell == 65000 ? "&GIC" : "DANGLING");
	}
	buf_char(&b, '>');
	return text_of(&b);
}

/* "a@1 b@2" */
static inline const char *children_text(const struct guest_plan *g, const char *path)
{
	const struct gnode *n = find_copy(g, path);
	struct buf b = buf_new(arena);

	for (size_t i = 0; n && i < n->children.n; i++)
		buf_format(&b, "%s%.*s", i ? " " : "", STR_ARG(n->children.v[i]->name));
	return n ? text_of(&b) : "no node";
}

static inline enum edit edit_of(const struct guest_plan *g, const char *path, const char *name)
{
	const struct gprop *p = find_prop(find_copy(g, path), name);

	assert_non_null(p);
	return p->edit;
}

#define P "/passthrough"
#define ASSERT_PROP(path, name, expected) \
	assert_string_equal(prop_text(guest(0), path, name), expected)

/* ---- Findings ---------------------------------------------------------------------- */

static inline void settle(void)
{
	if (!settled)
		diag_settle(diag, FAIL_ON_ERROR);
	settled = true;
}

static inline const struct finding *finding_of(const char *slug)
{
	settle();
	for (size_t i = 0; i < diag_count(diag); i++)
		if (!strcmp(rule_get(diag_get(diag, i)->rule)->slug, slug))
			return diag_get(diag, i);
	return NULL;
}

/* The findings of a rule, those allowed left out. */
static inline size_t count_of(const char *slug)
{
	size_t n = 0;

	settle();
	for (size_t i = 0; i < diag_count(diag); i++)
		n += !strcmp(rule_get(diag_get(diag, i)->rule)->slug, slug) &&
		     !diag_get(diag, i)->allowed;
	return n;
}

/* "unknown-device not-marked", each as often as it is there. */
static inline const char *slugs_text(void)
{
	struct buf b = buf_new(arena);

	settle();
	for (size_t i = 0; i < diag_count(diag); i++)
		if (!diag_get(diag, i)->allowed)
			buf_format(&b, "%s%s", b.n ? " " : "",
				   rule_get(diag_get(diag, i)->rule)->slug);
	return text_of(&b);
}

static inline void assert_says(const char *slug, const char *part)
{
	const struct finding *f = finding_of(slug);

	if (!f)
		print_error("%s is not found, only: %s\n", slug, slugs_text());
	assert_non_null(f);
	if (str_find_sub(f->text, str_of(part)) == SIZE_MAX)
		assert_string_equal(str_c(arena, f->text), part);
}

/* ---- Soundness of a guest's tree ------------------------------------------------------ */

struct phandles {
	uint32_t v[1024];
	size_t n;
};

static inline bool has_phandle(const struct phandles *all, uint32_t v)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i] == v)
			return true;
	return false;
}

static inline void collect_phandles(const struct gnode *n, struct phandles *all)
{
	if (n->phandle) {
		assert_true(n->phandle <= 64998);
		assert_false(has_phandle(all, n->phandle));
		assert_true(all->n < ARRAY_SIZE(all->v));
		all->v[all->n++] = n->phandle;
	}
	for (size_t i = 0; i < n->children.n; i++)
		collect_phandles(n->children.v[i], all);
}

/* The phandles are 1, 2, ... without a gap. */
static inline void assert_from_one(const struct phandles *all)
{
	for (uint32_t v = 1; v <= all->n; v++)
		assert_true(has_phandle(all, v));
}

static inline void assert_cells_lead_somewhere(const struct gnode *n, const struct phandles *all)
{
	for (size_t i = 0; i < n->props.n; i++) {
		const struct gprop *p = &n->props.v[i];

		assert_false(str_is(p->name, "phandle") || str_is(p->name, "linux,phandle"));
		if (p->edit == EDIT_DROPPED)
			continue;
		for (uint32_t k = 0; k < p->nphandles; k++) {
			uint32_t v;

			assert_true(p->phandles[k] < p->data.n / 4);
			v = data_cell(p->data, p->phandles[k]);
			if (v != 65000 && !has_phandle(all, v))
				print_error("%.*s of %.*s: phandle %u\n", STR_ARG(p->name),
					    STR_ARG(n->name), v);
			assert_true(v == 65000 || has_phandle(all, v));
		}
	}
	for (size_t i = 0; i < n->children.n; i++)
		assert_cells_lead_somewhere(n->children.v[i], all);
}

static inline void copy_to_blob(const struct gnode *n, struct blob *b)
{
	blob_begin(b, str_c(arena, n->name));
	for (size_t i = 0; i < n->props.n; i++)
		if (n->props.v[i].edit != EDIT_DROPPED)
			blob_bytes(b, str_c(arena, n->props.v[i].name), n->props.v[i].data.s,
				   n->props.v[i].data.n);
	if (n->phandle)
		BLOB_CELLS(b, "phandle", n->phandle);
	for (size_t i = 0; i < n->children.n; i++)
		copy_to_blob(n->children.v[i], b);
	if (!n->name.n) { /* what Xen adds */
		blob_begin(b, "gic");
		BLOB_CELLS(b, "#interrupt-cells", 3);
		BLOB_CELLS(b, "#address-cells", 0);
		BLOB_CELLS(b, "phandle", 65000);
		blob_end(b);
	}
	blob_end(b);
}

/* By another way: what suppliers.def takes for a reference in the finished
 * tree, whoever put it there, is one that leads somewhere and is known as one. */
static inline void assert_references(const struct dt *t, dt_id n, const struct gnode *copy)
{
	for (uint32_t i = 0; i < dt_node(t, n)->nprops; i++) {
		const struct dt_prop *p = &t->props[dt_node(t, n)->first_prop + i];
		const struct supplier *row = dt_supplier(t, n, p);
		const struct gprop *ours = find_prop(copy, str_c(arena, p->name));
		struct dt_refs refs;

		if (!row)
			continue;
		refs = dt_refs(arena, t, n, p, row);
		for (size_t k = 0; k < refs.n; k++) {
			if (refs.v[k].health != REF_OK && refs.v[k].health != REF_HOLE)
				print_error("%.*s of %.*s, entry %u\n", STR_ARG(p->name),
					    STR_ARG(dt_node(t, n)->path), refs.v[k].index);
			assert_true(refs.v[k].health == REF_OK || refs.v[k].health == REF_HOLE);
			if (refs.v[k].health == REF_OK)
				assert_true(ours && is_phandle_cell(ours, refs.v[k].cell));
		}
	}
}

static inline void assert_sound_tree(const struct guest_plan *g)
{
	struct phandles *all = ARENA_NEW(arena, struct phandles);
	struct blob b = blob_new(arena);
	struct dt *t;

	assert_non_null(g->tree);
	collect_phandles(g->tree, all);
	assert_from_one(all);
	assert_cells_lead_somewhere(g->tree, all);
	copy_to_blob(g->tree, &b);
	blob_word(&b.structure, 9);
	assert_true(dt_load(arena, diag_new(arena), STR("guest.dtb"), blob_raw(&b), &t));
	for (dt_id n = 0; n < t->nnodes; n++)
		if (!str_is(dt_node(t, n)->path, "/gic"))
			assert_references(t, n, find_copy(g, str_c(arena, dt_node(t, n)->path)));
}

#endif
