/* SPDX-License-Identifier: BSD-2-Clause */
/* The ledger: three shapes, one question. */
#include "facts_fixture.h"

#define ROOT "#address-cells = <1>; #size-cells = <1>;"

/* The i-th claim of a kind. */
static const struct claim *claim(const struct fixture *f, const char *path, enum claim_kind kind,
				 uint32_t i)
{
	const struct claim *c;
	size_t n = ledger_of(f->f, path ? tree_node(f->t, path) : DT_NONE, &c);

	for (size_t k = 0; k < n; k++)
		if (c[k].kind == kind && i-- == 0)
			return &c[k];
	return NULL;
}

static struct str paths(const struct fixture *f, size_t n, const struct claim **found)
{
	struct buf out = buf_new(f->a);

	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(&out, ' ');
		if (found[i]->node == DT_NONE)
			buf_char(&out, '-');
		else
			buf_str(&out, dt_node(f->t, found[i]->node)->path);
	}
	buf_char(&out, '\0');
	return buf_get(&out);
}

static void check_others(const struct fixture *f, const char *path, enum claim_kind kind,
			 uint32_t i, const char *expected)
{
	const struct claim *c = claim(f, path, kind, i);
	const struct claim **found;
	size_t n;

	assert_non_null(c);
	n = ledger_others(f->a, f->f, c, &found);
	assert_string_equal(paths(f, n, found).s, expected);
}

static void test_pages(void **state)
{
	struct fixture *f = *state;
	const struct claim **found;

	board(f, "/ {" ROOT "a { reg = <0x1000 0x100>; }; b { reg = <0x1f00 0x100>; };"
		 "c { reg = <0x2000 0x1000>; }; d { reg = <0x0 0x10000>; };"
		 "e { reg = <0x1800 0x10 0x2800 0x10>; status = \"disabled\"; }; };");
	check_others(f, "/a", CLAIM_PAGES, 0, "/b /d /e");
	check_others(f, "/a", CLAIM_WINDOW, 0, "/d");
	check_others(f, "/c", CLAIM_PAGES, 0, "/d /e");
	check_others(f, "/e", CLAIM_PAGES, 1, "/c /d");
	check_others(f, "/d", CLAIM_PAGES, 0, "/a /b /c /e /e");
	assert_int_equal(claim(f, "/b", CLAIM_PAGES, 0)->range.first, 0x1000);
	/* Both ends count. */
	assert_int_equal(
		ledger_meeting(f->a, f->f, CLAIM_WINDOW, (struct range){ 0x10ff, 0x10ff }, &found),
		2);
	assert_int_equal(
		ledger_meeting(f->a, f->f, CLAIM_WINDOW, (struct range){ 0xffff, 0x20000 }, &found),
		1);
	assert_int_equal(ledger_meeting(f->a, f->f, CLAIM_WINDOW,
					(struct range){ 0x10000, 0x20000 }, &found),
			 0);
	assert_int_equal(claim(f, "/e", CLAIM_PAGES, 1)->item, 1);
}

static void test_top_of_memory(void **state)
{
	struct fixture *f = *state;
	const struct claim **found;

	board(f, "/ { #address-cells = <2>; #size-cells = <2>;"
		 "a { reg = <0xffffffff 0xfffff800 0 0x800>; }; b { reg = <0 0 0 1>; }; };");
	assert_int_equal(claim(f, "/a", CLAIM_PAGES, 0)->range.last, UINT64_MAX);
	check_others(f, "/a", CLAIM_PAGES, 0, "");
	assert_int_equal(
		ledger_meeting(f->a, f->f, CLAIM_PAGES, (struct range){ 0, UINT64_MAX }, &found),
		2);
	assert_int_equal(ledger_meeting(f->a, f->f, CLAIM_PAGES, (struct range){ 1, 1 }, &found),
			 1);
	assert_int_equal(
		ledger_meeting(f->a, f->f, CLAIM_PAGES, (struct range){ 0x1000, 0x1000 }, &found),
		0);
}

static void test_memory(void **state)
{
	struct fixture *f = *state;
	const struct claim **found;
	struct str blob;
	struct dt *t;

	blob = tree_blob(f->a,
			 "/ {" ROOT
			 "memory@0 { device_type = \"memory\"; reg = <0 0x1000 0x4000 0x1000>; };"
			 /* Xen's early scan does not ask for ranges. */
			 "reserved-memory {" ROOT
			 "r@4000 { reg = <0x4000 0x100>; }; pool { size = <1>; }; };"
			 "d { reg = <0x4000 0x10>; }; };");
	/* /memreserve/ 0x100 0x10: before the empty entry that ends the list. */
	assert_true(dt_load(f->a, f->d, STR("b"), blob, &t));
	t->reserves = ARENA_NEW(f->a, struct dt_reserve);
	t->reserves[0] = (struct dt_reserve){ 0x100, 0x10 };
	t->nreserves = 1;
	assert_true(derive(f, t));
	assert_int_equal(claim(f, "/memory@0", CLAIM_RAM, 1)->range.first, 0x4000);
	assert_null(claim(f, "/memory@0", CLAIM_PAGES, 0));
	assert_int_equal(claim(f, "/reserved-memory/r@4000", CLAIM_RESERVED, 0)->range.last,
			 0x40ff);
	assert_int_equal(claim(f, NULL, CLAIM_RESERVED, 0)->range.last, 0x10f);
	assert_int_equal(
		ledger_meeting(f->a, f->f, CLAIM_RESERVED, (struct range){ 0, UINT64_MAX }, &found),
		2);
	assert_string_equal(paths(f, 2, found).s, "/reserved-memory/r@4000 -");
	/* RAM and pages are kinds of their own. */
	check_others(f, "/d", CLAIM_PAGES, 0, "");
	assert_int_equal(ledger_meeting(f->a, f->f, CLAIM_RAM,
					claim(f, "/d", CLAIM_PAGES, 0)->range, &found),
			 1);
}

static void test_apertures(void **state)
{
	struct fixture *f = *state;

	board(f,
	      "/ {" ROOT
	      "pci@0 { device_type = \"pci\"; reg = <0 1>; #address-cells = <3>; #size-cells = <2>;"
	      "ranges = <0x02000000 0 0x50000000 0x50000000 0 0x1000>; }; };");
	assert_int_equal(claim(f, "/pci@0", CLAIM_APERTURE, 0)->range.first, 0x50000000);
	assert_int_equal(claim(f, "/pci@0", CLAIM_APERTURE, 0)->range.last, 0x50000fff);
	assert_null(claim(f, "/pci@0", CLAIM_PAGES, 1));
}

static void test_lines(void **state)
{
	struct fixture *f = *state;
	const struct claim **found;

	board(f,
	      "/ { interrupt-parent = <&gic>;"
	      "gic: gic { compatible = \"arm,gic-v3\"; interrupt-controller; #interrupt-cells = "
	      "<3>; };"
	      "gpc: gpc { compatible = \"fsl,imx8mq-gpc\"; interrupt-controller; #interrupt-cells "
	      "= <3>; };"
	      "a { interrupts = <0 1 4 0 2 4>; }; b { interrupts = <0 1 1>; }; c { interrupts = <0 "
	      "3 4>; };"
	      "d { interrupts-extended = <&gpc 0 3 4>; };"
	      /* What is meant, and what Xen makes of it. */
	      "e { interrupts = <2 20 4>; }; g { interrupts = <0 4 4>; };"
	      "pci { device_type = \"pci\"; #address-cells = <3>; #interrupt-cells = <1>;"
	      "interrupt-map = <0 0 0 1 &gic 0 2 4 0 0 0 2 &gic 0 2 4 0 0 0 3 &gic 0 9 4>; }; };");
	check_others(f, "/a", CLAIM_LINE, 0, "/b");
	check_others(f, "/a", CLAIM_LINE, 1, "/pci");
	check_others(f, "/c", CLAIM_LINE, 0, "/d");
	assert_int_equal(claim(f, "/e", CLAIM_LINE, 0)->args[0], 4116);
	assert_int_equal(claim(f, "/e", CLAIM_LINE, 1)->args[0], 36);
	check_others(f, "/g", CLAIM_LINE, 0, "/e");
	assert_true(claim(f, "/pci", CLAIM_LINE, 0)->mapped);
	assert_int_equal(claim(f, "/pci", CLAIM_LINE, 1)->args[0], 41);
	assert_int_equal(ledger_line(f->a, f->f, 33, &found), 2);
	assert_string_equal(paths(f, 2, found).s, "/a /b");
	assert_int_equal(ledger_line(f->a, f->f, 1000, &found), 0);
}

/* Two meet when ((a ^ b) & ~(ma | mb)) == 0, in the scope of one IOMMU. */
static void test_streams(void **state)
{
	struct fixture *f = *state;

	board(f, "/ { i: i { #iommu-cells = <2>; }; k: k { #iommu-cells = <1>; };"
		 "a { iommus = <&i 0x10 0>; }; b { iommus = <&i 0x10 0x3>; }; c { iommus = <&i "
		 "0x12 0>; };"
		 "d { iommus = <&k 0x10>; }; e { iommus = <&i 0x11 0x4>; }; g { iommus = <&i 0x10 "
		 "0>; };"
		 "h { iommus = <&i 0x20 0 99>; }; };");
	check_others(f, "/a", CLAIM_STREAM, 0, "/b /g");
	check_others(f, "/b", CLAIM_STREAM, 0, "/a /c /e /g");
	check_others(f, "/c", CLAIM_STREAM, 0, "/b");
	check_others(f, "/d", CLAIM_STREAM, 0, "");
	check_others(f, "/e", CLAIM_STREAM, 0, "/b");
	check_others(f, "/h", CLAIM_STREAM, 0, "");
	assert_null(claim(f, "/h", CLAIM_STREAM, 1)); /* broken: in the facts, no claim */
}

static void test_mapped_streams(void **state)
{
	struct fixture *f = *state;

	/* 0x12 to 0x1f in aligned blocks: 2, 4 and 8. */
	board(f,
	      "/ { k: k { #iommu-cells = <1>; };"
	      "p { iommu-map = <0 &k 0x12 0xe>; };"
	      "q { iommu-map-mask = <0>; iommu-map = <0 &k 0x40 0x10000>; };"
	      "r { iommu-map = <0 &k 0x10000 0x20000>; }; s { iommu-map = <8 &k 0x50 0>; };"
	      "u { iommu-map-mask = <7>; iommu-map = <8 &k 0x60 8>; };"
	      "a { iommus = <&k 0x12>; }; b { iommus = <&k 0x1f>; }; c { iommus = <&k 0x20>; };"
	      "d { iommus = <&k 0x40>; }; e { iommus = <&k 0x41>; }; g { iommus = <&k 0x1abcd>; };"
	      /* No requester ID has more than 16 bits. */
	      "h { iommus = <&k 0x20000>; }; };");
	assert_int_equal(claim(f, "/p", CLAIM_STREAM, 0)->mask, 1);
	assert_int_equal(claim(f, "/p", CLAIM_STREAM, 1)->mask, 3);
	assert_int_equal(claim(f, "/p", CLAIM_STREAM, 2)->mask, 7);
	assert_null(claim(f, "/p", CLAIM_STREAM, 3));
	assert_true(claim(f, "/p", CLAIM_STREAM, 0)->mapped);
	check_others(f, "/a", CLAIM_STREAM, 0, "/p");
	check_others(f, "/b", CLAIM_STREAM, 0, "/p");
	check_others(f, "/c", CLAIM_STREAM, 0, "");
	check_others(f, "/d", CLAIM_STREAM, 0, "/q");
	check_others(f, "/e", CLAIM_STREAM, 0, "");
	check_others(f, "/g", CLAIM_STREAM, 0, "/r");
	check_others(f, "/h", CLAIM_STREAM, 0, "");
	check_others(f, "/p", CLAIM_STREAM, 2, "/b");
	assert_null(claim(f, "/s", CLAIM_STREAM, 0));
	assert_null(claim(f, "/u", CLAIM_STREAM, 0));
}

static void test_references(void **state)
{
	struct fixture *f = *state;

	board(f,
	      "/ { c: c { #clock-cells = <1>; #reset-cells = <1>; #power-domain-cells = <0>; };"
	      "e: e { #dma-cells = <2>; }; r: r { };"
	      "a { clocks = <&c 1 &c 2>; resets = <&c 1>; dmas = <&e 1 2>; };"
	      "b { clocks = <&c 2>; power-domains = <&c>; vcc-supply = <&r>; dmas = <&e 1 3>; };"
	      "d { clocks = <&c 12 99>; resets = <&c 2>; power-domains = <&c>; vdd-supply = <&r>;"
	      "dmas = <&e 1 2>; }; };");
	check_others(f, "/a", CLAIM_CLOCK, 0, "");
	check_others(f, "/a", CLAIM_CLOCK, 1, "/b");
	check_others(f, "/a", CLAIM_RESET, 0, "");
	check_others(f, "/a", CLAIM_DMA_CHANNEL, 0, "/d");
	check_others(f, "/b", CLAIM_DMA_CHANNEL, 0, "");
	check_others(f, "/b", CLAIM_POWER_DOMAIN, 0, "/d");
	check_others(f, "/d", CLAIM_SUPPLY, 0, "/b");
	assert_int_equal(claim(f, "/a", CLAIM_CLOCK, 1)->cell, 2);
	assert_true(str_is(f->t->props[claim(f, "/a", CLAIM_CLOCK, 1)->item].name, "clocks"));
	assert_null(claim(f, "/d", CLAIM_CLOCK, 1)); /* dangling */
}

/* Many ranges of all lengths against the plain loop. */
static void test_against_the_loop(void **state)
{
	struct fixture *f = *state;
	struct buf source = buf_new(f->a);
	uint32_t seed = 12345;
	enum { N = 300 };

	buf_text(&source, "/ {" ROOT);
	for (int i = 0; i < N; i++) {
		uint32_t first, size;

		seed = seed * 1103515245 + 12345;
		first = (seed >> 8) % 400 * 0x1000;
		seed = seed * 1103515245 + 12345;
		size = (1 + (seed >> 8) % (i % 10 ? 5 : 300)) * 0x1000;
		buf_format(&source, "d%d { reg = <%u %u>; };", i, first, size);
	}
	buf_text(&source, "};");
	buf_char(&source, '\0');
	board(f, buf_get(&source).s);
	for (dt_id n = 1; n < f->t->nnodes; n++) {
		const struct claim *c, **found;
		size_t expected = 0;

		assert_int_equal(ledger_of(f->f, n, &c), 2);
		for (dt_id m = 1; m < f->t->nnodes; m++)
			expected += m != n && range_meets(f->f->devices[m].windows[0].cpu,
							  f->f->devices[n].windows[0].cpu);
		assert_int_equal(ledger_others(f->a, f->f, &c[0], &found), expected);
		for (size_t i = 0; i < expected; i++) {
			assert_true(range_meets(found[i]->range, c[0].range));
			if (i)
				assert_true(found[i - 1]->node < found[i]->node);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_pages),          TEST(test_top_of_memory), TEST(test_memory),
		TEST(test_apertures),      TEST(test_lines),         TEST(test_streams),
		TEST(test_mapped_streams), TEST(test_references),    TEST(test_against_the_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
