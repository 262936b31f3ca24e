/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest's tree as blob and as source; dtc must make the one from the other. */
#include "blob.h"
#include "emit.h"
#include "guest.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct dt *host_tree(void)
{
	struct blob b = blob_new(arena);
	struct dt *t = NULL;

	blob_begin(&b, "");
	blob_begin(&b, "uart@1000");
	blob_end(&b);
	blob_begin(&b, "__symbols__");
	BLOB_TEXT(&b, "uart0", "/uart@1000");
	blob_end(&b);
	assert_true(
		dt_load(arena, diag_new(arena), STR("/home/me/board.dtb"), blob_finish(&b), &t));
	return t;
}

static struct gnode *base_tree(void)
{
	struct gnode *root = guest_node(arena, NULL, "");

	GUEST_CELLS(arena, root, "#address-cells", 2);
	GUEST_CELLS(arena, root, "#size-cells", 2);
	return root;
}

static struct str source_of(struct gnode *root)
{
	struct plan *plan = ARENA_NEW(arena, struct plan);
	struct guest_plan *g = ARENA_NEW(arena, struct guest_plan);
	struct guest_request *r = ARENA_NEW(arena, struct guest_request);
	struct platform *platform = ARENA_NEW(arena, struct platform);

	plan->dt = host_tree();
	plan->platform = platform;
	platform->xen = release_newest();
	r->name = STR("net");
	r->target = TARGET_XL;
	g->request = r;
	g->tree = root;
	VEC_PUSH(arena, &g->mappings,
		 ((struct mapping){ .host = { 0xff0e0000, 0xff0e0fff },
				    .guest = { 0x2000000 },
				    .devices = STR("/evil*/ */path") }));
	VEC_PUSH(arena, &g->irqs,
		 ((struct irq_grant){ .intid = 95, .devices = STR("/uart@1000") }));
	return emit_dts(arena, plan, g);
}

static bool has(struct str text, const char *part)
{
	return str_find_sub(text, str_of(part)) != SIZE_MAX;
}

static void assert_has(struct str text, const char *part)
{
	if (!has(text, part))
		print_error("%.*s\n-- lacks: %s\n", STR_ARG(text), part);
	assert_true(has(text, part));
}

/* ---- dtc ------------------------------------------------------------------------ */

static void save(const char *path, struct str content)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(content.s, 1, content.n, f), content.n);
	fclose(f);
}

/* dtc's blob of the source and ours, both as dtc shows them. */
static void assert_dtc_agrees(struct gnode *root)
{
	char folder[] = "/tmp/dtassign-test.XXXXXX";
	struct str source = source_of(root);
	int status;

	assert_non_null(mkdtemp(folder));
	save(str_format(arena, "%s/a.dtb", folder).s, emit_dtb(arena, root));
	save(str_format(arena, "%s/b.dts", folder).s, source);
	status = system(str_format(arena,
				   "cd %s && dtc -q -f -I dts -O dtb -o b.dtb b.dts && "
				   "dtc -q -f -I dtb -O dts -o a.txt a.dtb && "
				   "dtc -q -f -I dtb -O dts -o b.txt b.dtb && cmp a.txt b.txt",
				   folder)
				.s);
	if (status)
		print_error("%.*s\n", STR_ARG(source));
	assert_int_equal(system(str_format(arena, "rm -r %s", folder).s), 0);
	assert_int_equal(status, 0);
}

/* ---- The blob ---------------------------------------------------------------------- */

static void test_blob_order(void **state)
{
	struct gnode *root = base_tree(), *node = guest_node(arena, root, "b@1");
	struct dt *t = NULL;
	struct gprop *dropped;

	(void)state;
	guest_node(arena, root, "a@0");
	dropped = GUEST_CELLS(arena, node, "iommus", 1);
	dropped->edit = EDIT_DROPPED;
	GUEST_TEXT(arena, node, "status", "okay");
	node->phandle = 7;
	assert_true(dt_load(arena, diag_new(arena), STR("x"), emit_dtb(arena, root), &t));
	assert_int_equal(t->nnodes, 3);
	assert_true(str_is(dt_node(t, 1)->path, "/b@1"));
	assert_int_equal(dt_node(t, 1)->nprops, 2);
	assert_true(str_is(t->props[dt_node(t, 1)->first_prop].name, "status"));
	assert_true(str_is(t->props[dt_node(t, 1)->first_prop + 1].name, "phandle"));
	assert_int_equal(dt_node(t, 1)->phandle, 7);
	assert_true(str_is(dt_node(t, 2)->path, "/a@0"));
}

/* More than the first guess of the buffer's size. */
static void test_blob_grows(void **state)
{
	struct gnode *root = base_tree();
	char *big = arena_alloc(arena, 100000);
	struct str blob;

	(void)state;
	guest_bytes(arena, root, "big", big, 100000);
	blob = emit_dtb(arena, root);
	assert_true(blob.n > 100000 && blob.n < 101000);
	assert_true(str_eq(blob, emit_dtb(arena, root)));
}

/* ---- The source ----------------------------------------------------------------------- */

static void test_source_values(void **state)
{
	struct gnode *root = base_tree(), *node = guest_node(arena, root, "passthrough");

	(void)state;
	GUEST_TEXT(arena, node, "compatible", "simple-bus\0with \"quotes\" and \\");
	GUEST_TEXT(arena, node, "not-quite", "a\0\0b");
	GUEST_TEXT(arena, node, "no-text", "\0\0\0");
	guest_bytes(arena, node, "ranges", NULL, 0);
	guest_bytes(arena, node, "bytes", "\x01\xff\x80", 3);
	GUEST_CELLS(arena, node, "clock-frequency", 0x41424300);
	GUEST_CELLS(arena, node, "looks-like-text", 0x41424300);
	GUEST_CELLS(arena, node, "reg", 0, 0xff0e0000, 0, 0x1000, 1, 2, 3, 4);
	GUEST_CELLS(arena, node, "interrupts", 0, 63, 4, 0, 64, 4);
	GUEST_CELLS(arena, node, "one", 0xdeadbeef);
	assert_has(source_of(root), "\t\tcompatible = \"simple-bus\", "
				    "\"with \\\"quotes\\\" and \\\\\";\n");
	assert_has(source_of(root), "\t\tranges;\n");
	assert_has(source_of(root), "bytes = [01 ff 80];");
	assert_has(source_of(root), "clock-frequency = <1094861568>;");
	assert_has(source_of(root), "looks-like-text = \"ABC\";");
	assert_has(source_of(root), "reg = <0x0 0xff0e0000 0x0 0x1000>, <0x1 0x2 0x3 0x4>;");
	assert_has(source_of(root), "interrupts = <0 63 4>, <0 64 4>;");
	assert_dtc_agrees(root);
}

static void test_source_long_values(void **state)
{
	struct gnode *root = base_tree();
	uint32_t cells[100];
	unsigned char bytes[101];
	struct buf text = buf_new(arena);
	struct str source;

	(void)state;
	for (uint32_t i = 0; i < ARRAY_SIZE(cells); i++)
		cells[i] = i * 0x1010101;
	for (uint32_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 3);
	for (int i = 0; i < 40; i++)
		buf_put(&text, "some word", 10);
	guest_cell_array(arena, root, "cells", cells, ARRAY_SIZE(cells));
	guest_bytes(arena, root, "bytes", bytes, sizeof(bytes));
	guest_bytes(arena, root, "words", text.s, text.n);
	assert_dtc_agrees(root);
	source = source_of(root);
	while (source.n) {
		size_t end = str_find(source, '\n');

		assert_true(end + 7 * (size_t)str_starts(source, "\t") <= 100);
		source = str_from(source, end + 1);
	}
}

static void test_source_labels(void **state)
{
	static const uint32_t first[] = { 0 }, clocks[] = { 0, 2 };
	struct gnode *root = base_tree();
	struct gnode *a = guest_node(arena, root, "fixed-clock");
	struct gnode *b = guest_node(arena, root, "bus");
	struct gnode *c = guest_node(arena, b, "fixed-clock");
	struct gnode *d = guest_node(arena, b, "uart@1000");
	struct gnode *e = guest_node(arena, b, "1st");
	struct gprop *p;

	(void)state;
	a->phandle = 1;
	c->phandle = 2;
	d->host = 1;
	e->phandle = 3;
	p = GUEST_CELLS(arena, d, "clocks", 2, 9, 1);
	p->phandles = clocks;
	p->nphandles = 2;
	p = GUEST_CELLS(arena, d, "interrupt-parent", 65000);
	p->phandles = first;
	p->nphandles = 1;
	assert_has(source_of(root), "\tfixed_clock: fixed-clock {\n");
	assert_has(source_of(root), "\t\tfixed_clock_2: fixed-clock {\n");
	assert_has(source_of(root), "\t\tuart0: uart@1000 {\n");
	assert_has(source_of(root), "\t\t_1st: 1st {\n");
	assert_has(source_of(root), "clocks = <&fixed_clock_2 0x9>, <&fixed_clock>;");
	assert_has(source_of(root), "interrupt-parent = <65000>;");
	assert_has(source_of(root), "/* copied (host: /uart@1000) */");
	assert_dtc_agrees(root);
}

static void test_source_reasons(void **state)
{
	struct gnode *root = base_tree();
	struct gnode *node = guest_node(arena, root, "uart@1000");
	struct gprop *p;
	struct str source;

	(void)state;
	p = GUEST_CELLS(arena, node, "iommus", 1);
	p->edit = EDIT_DROPPED;
	p->why = STR("the guest has no IOMMU");
	p->host = 1;
	p = guest_bytes(arena, node, "child", NULL, 0);
	p->edit = EDIT_DROPPED;
	p->is_node = true;
	p->why = STR("it stays");
	p = GUEST_CELLS(arena, node, "reg", 0, 1, 2, 3);
	p->edit = EDIT_CHANGED;
	p->why = STR("the guest sees it elsewhere");
	source = source_of(root);
	assert_has(source, "/* iommus: dropped: the guest has no IOMMU (host: /uart@1000) */");
	/* Where the node is from is said once. */
	node->host = 1;
	assert_has(source_of(root), "/* iommus: dropped: the guest has no IOMMU */");
	node->host = DT_NONE;
	assert_has(source, "/* child { }: dropped: it stays */");
	assert_has(source, "/* changed: the guest sees it elsewhere */\n\t\treg = ");
	assert_has(source, "board   board.dtb\n");
	assert_false(has(source, "/home/me"));
	assert_has(source, "0x0000000002000000  0x00000000ff0e0000  0x1000      /evil* / * /path");
	assert_dtc_agrees(root);
}

/* Words of an input must not end the comment that they stand in. */
static void test_source_hostile(void **state)
{
	static const char *const words[] = {
		"*/ / { evil; }; /*",
		"a*",
		"/",
		"*",
		"**/",
		"/*/",
		"x\n\"}; /include/ \"y\"\n",
		"\x1b[31mred\x7f\x80\xff",
		"\\",
		"*/*/*/*/",
	};
	struct gnode *root = base_tree();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		struct gnode *node = guest_node(arena, root, str_format(arena, "n%zu", i).s);
		struct gprop *p = GUEST_CELLS(arena, node, "reg", 1);
		struct buf many = buf_new(arena);

		for (int k = 0; k < 40; k++)
			buf_text(&many, words[i]);
		node->why = str_of(words[i]);
		p->edit = EDIT_CHANGED;
		p->why = buf_get(&many);
	}
	assert_false(has(source_of(root), "\x1b"));
	assert_false(has(source_of(root), "\x80"));
	assert_dtc_agrees(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_blob_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_blob_grows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_source_values, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_source_long_values, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_source_labels, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_source_reasons, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_source_hostile, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
