/* SPDX-License-Identifier: BSD-2-Clause */
/* Coherence, DMA evidence, and the table that it comes from. */
#include "facts_fixture.h"

#define ROOT "#address-cells = <1>; #size-cells = <1>;"

static void check(const struct fixture *f, const char *path, enum dma_class class,
		  enum dma_evidence evidence)
{
	assert_string_equal(dma_class_name(device(f, path)->dma), dma_class_name(class));
	assert_int_equal(device(f, path)->dma_evidence, evidence);
}

/* ---- masters.def ------------------------------------------------------------ */

static void test_table_is_sorted(void **state)
{
	(void)state;
	for (size_t i = 0; i < master_nrows(); i++) {
		const struct master_row *row = master_row(i);

		if (i && strcmp(master_row(i - 1)->compatible, row->compatible) >= 0)
			fail_msg("`%s` is out of order", row->compatible);
		assert_ptr_equal(master_find(str_of(row->compatible)), row);
		assert_true(row->evidence[0] && row->source[0]);
		assert_int_not_equal(row->class, DMA_UNKNOWN);
	}
}

static void test_find(void **state)
{
	struct fixture *f = *state;
	struct str longest = str_format(f->a, "%0300d", 0);

	assert_non_null(master_find(STR("arm,pl011")));
	assert_ptr_equal(master_find(STR("ARM,PL011")), master_find(STR("arm,pl011")));
	assert_null(master_find(STR("arm,pl01")));
	assert_null(master_find(STR("arm,pl0111")));
	assert_null(master_find(STR("")));
	assert_null(master_find(longest));
}

/* ---- What the node itself proves ----------------------------------------------- */

static void test_own_evidence(void **state)
{
	struct fixture *f = *state;

	board(f, "/ {" ROOT "i: i { #iommu-cells = <1>; };"
		 "a { reg = <0 1>; iommus = <&i 1>; compatible = \"arm,pl011\"; };"
		 "b { reg = <0 1>; iommus = <99>; }; c { reg = <0 1>; iommu-map = <0 &i 0 1>; };"
		 "d { reg = <0 1>; device_type = \"pci\"; e { device_type = \"pci\"; }; };"
		 "g { reg = <0 1>; #dma-cells = <1>; }; h { #dma-cells = <1>; };"
		 "k { reg = <0 1>; dma-coherent; compatible = \"arm,pl011\"; };"
		 "bus { compatible = \"simple-bus\"; dma-coherent; ranges; x { reg = <0 1>; }; };"
		 "l: l { reg = <0 1>; #stream-id-cells = <1>; compatible = \"arm,pl011\"; };"
		 "s { mmu-masters = <&l 5>; }; };");
	check(f, "/a", DMA_MASTER, EVIDENCE_IOMMUS);
	check(f, "/b", DMA_MASTER, EVIDENCE_IOMMUS); /* malformed, and proof all the same */
	check(f, "/c", DMA_MASTER, EVIDENCE_IOMMU_MAP);
	check(f, "/d", DMA_MASTER, EVIDENCE_HOST_BRIDGE);
	check(f, "/g", DMA_ENGINE, EVIDENCE_DMA_CELLS);
	check(f, "/h", DMA_NON_MASTER, EVIDENCE_NO_REGISTERS);
	check(f, "/k", DMA_MASTER, EVIDENCE_DMA_COHERENT);
	/* On a bus it speaks of what is below. */
	check(f, "/bus", DMA_NON_MASTER, EVIDENCE_NO_REGISTERS);
	check(f, "/bus/x", DMA_UNKNOWN, EVIDENCE_NONE);
	check(f, "/l", DMA_MASTER, EVIDENCE_LEGACY);
	check(f, "/i", DMA_INFRA, EVIDENCE_NONE);
}

/* ---- What its compatibles say: the rules atop masters.def ------------------------- */

#define NODE(name, compatible) name " { reg = <0 1>; compatible = " compatible "; };"

static void test_rows(void **state)
{
	struct fixture *f = *state;

	board(f,
	      "/ {" ROOT NODE("uart", "\"arm,pl011\", \"arm,primecell\"") NODE(
		      "unknown",
		      "\"nobody,knows\"") NODE("none",
					       "\"\"") NODE("new",
							    "\"vendor,new-uart\", \"arm,pl011\"")
		      NODE("old", "\"arm,pl011\", \"vendor,old-uart\"") NODE(
			      "fallback",
			      "\"vendor,new-usb\", \"snps,dwc3\"") NODE("generic", "\"syscon\", "
										   "\"simple-mfd\"")
			      NODE("leading", "\"syscon\", \"arm,pl011\"") NODE(
				      "engine",
				      "\"snps,dwc3\", \"arm,pl330\"") "nocompat { reg = <0 1>; };"
								      "dmas { reg = <0 1>; "
								      "compatible = \"arm,pl011\"; "
								      "dmas = <0>; }; };");
	check(f, "/uart", DMA_NON_MASTER, EVIDENCE_TABLE);
	assert_string_equal(device(f, "/uart")->dma_row->compatible, "arm,pl011");
	check(f, "/unknown", DMA_UNKNOWN, EVIDENCE_NONE);
	check(f, "/none", DMA_UNKNOWN, EVIDENCE_NONE);
	check(f, "/nocompat", DMA_UNKNOWN, EVIDENCE_NONE);
	/* Nobody reviewed the new one. */
	check(f, "/new", DMA_UNKNOWN, EVIDENCE_NONE);
	check(f, "/old", DMA_NON_MASTER, EVIDENCE_TABLE);
	/* A fallback that masters is a master. */
	check(f, "/fallback", DMA_MASTER, EVIDENCE_TABLE);
	check(f, "/generic", DMA_UNKNOWN, EVIDENCE_NONE);
	check(f, "/leading", DMA_NON_MASTER, EVIDENCE_TABLE);
	check(f, "/engine", DMA_ENGINE, EVIDENCE_TABLE);
	check(f, "/dmas", DMA_NON_MASTER, EVIDENCE_TABLE);
	assert_true(device(f, "/dmas")->uses_engine);
	assert_false(device(f, "/uart")->uses_engine);
}

/* ---- Linux of_dma_is_coherent, __of_get_dma_parent, of_dma_get_range ------------------ */

static void check_coherent(const struct fixture *f, const char *path, bool coherent,
			   const char *from)
{
	assert_int_equal(device(f, path)->dma_coherent, coherent);
	assert_int_equal(device(f, path)->dma_coherent_from,
			 from ? tree_node(f->t, from) : DT_NONE);
}

static void test_coherence(void **state)
{
	struct fixture *f = *state;

	board(f, "/ { soc { dma-coherent; a { }; b { dma-noncoherent; c { d { dma-coherent; }; }; "
		 "}; };"
		 "e { }; };");
	check_coherent(f, "/soc", true, "/soc");
	check_coherent(f, "/soc/a", true, "/soc");
	check_coherent(f, "/soc/b", false, "/soc/b");
	check_coherent(f, "/soc/b/c", false, "/soc/b");
	check_coherent(f, "/soc/b/c/d", true, "/soc/b/c/d");
	check_coherent(f, "/e", false, NULL);
}

static void test_dma_parent(void **state)
{
	struct fixture *f = *state;

	board(f, "/ { soc { dma-coherent;"
		 "a { interconnects = <&icc 1 &mbus 5>; interconnect-names = \"x\", \"dma-mem\"; };"
		 "b { interconnects = <&mbus 5>; interconnect-names = \"other\"; };"
		 "c { interconnects = <99 1>; interconnect-names = \"dma-mem\"; }; };"
		 "icc: icc { #interconnect-cells = <1>; };"
		 "mbus: mbus { #interconnect-cells = <1>; dma-ranges = <0 0x40000000 0x1000>; };"
		 /* Interconnects that run in a circle. */
		 "p: p { #interconnect-cells = <0>; interconnects = <&q>; interconnect-names = "
		 "\"dma-mem\"; };"
		 "q: q { #interconnect-cells = <0>; interconnects = <&p>; interconnect-names = "
		 "\"dma-mem\"; }; };");
	check_coherent(f, "/soc/a", false, NULL);
	assert_int_equal(device(f, "/soc/a")->dma_ranges_from, tree_node(f->t, "/mbus"));
	check_coherent(f, "/soc/b", true, "/soc");
	check_coherent(f, "/soc/c", true, "/soc");
	assert_int_equal(device(f, "/soc/c")->dma_ranges_from, DT_NONE);
	check_coherent(f, "/p", false, NULL);
}

static void test_dma_ranges(void **state)
{
	struct fixture *f = *state;

	board(f, "/ { a { dma-ranges = <1 2 3>; b { dma-ranges; c { }; }; d { e { }; "
		 "f { dma-ranges; h { }; i { j { }; }; }; }; }; g { }; };");
	assert_int_equal(device(f, "/a")->dma_ranges_from, DT_NONE);
	assert_int_equal(device(f, "/a/b")->dma_ranges_from, tree_node(f->t, "/a"));
	assert_int_equal(device(f, "/a/b/c")->dma_ranges_from, tree_node(f->t, "/a"));
	/* of_dma_get_range: found_dma_ranges is set by its first bus in any case. */
	assert_int_equal(device(f, "/a/d/e")->dma_ranges_from, tree_node(f->t, "/a"));
	assert_int_equal(device(f, "/a/d/f")->dma_ranges_from, tree_node(f->t, "/a"));
	assert_int_equal(device(f, "/a/d/f/h")->dma_ranges_from, DT_NONE);
	assert_int_equal(device(f, "/a/d/f/i/j")->dma_ranges_from, DT_NONE);
	assert_int_equal(device(f, "/g")->dma_ranges_from, DT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_table_is_sorted), TEST(test_find),
		TEST(test_own_evidence),    TEST(test_rows),
		TEST(test_coherence),       TEST(test_dma_parent),
		TEST(test_dma_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
