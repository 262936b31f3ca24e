/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Streams.  xen/drivers/passthrough/device_tree.c, iommu_add_dt_device;
 * arm/smmu.c; Linux Documentation/devicetree/bindings/iommu.
 */
#include "facts_fixture.h"

#define IOMMU(label, cells, more) label ": " label " { #iommu-cells = <" #cells ">; " more " };"

static const struct stream *stream(const struct fixture *f, const char *path, uint32_t i)
{
	const struct device *dev = device(f, path);

	assert_true(i < dev->nstreams);
	return &dev->streams[i];
}

static void check_stream(const struct fixture *f, const char *path, uint32_t i, uint32_t id,
			 uint32_t mask)
{
	assert_int_equal(stream(f, path, i)->health, STREAM_OK);
	assert_int_equal(stream(f, path, i)->id, id);
	assert_int_equal(stream(f, path, i)->mask, mask);
}

static void test_cells(void **state)
{
	struct fixture *f = *state;

	board(f,
	      "/ {" IOMMU("z", 0, "") IOMMU("one", 1, "") IOMMU("two", 2, "") IOMMU("four", 4, "")
		      IOMMU("ls", 1,
			    "stream-match-mask = <0x7c00>;") "a { iommus = <&z>; }; b { iommus = "
							     "<&one 0x14 &one 0x15>; };"
							     "c { iommus = <&two 0x4a0 0x20>; }; d "
							     "{ iommus = <&four 1 2 3 4>; };"
							     "e { iommus = <&ls 5>; }; };");
	check_stream(f, "/a", 0, 0, 0);
	assert_int_equal(stream(f, "/a", 0)->nargs, 0);
	assert_int_equal(stream(f, "/a", 0)->iommu, tree_node(f->t, "/z"));
	check_stream(f, "/b", 0, 0x14, 0);
	check_stream(f, "/b", 1, 0x15, 0);
	assert_int_equal(stream(f, "/b", 1)->index, 1);
	assert_int_equal(stream(f, "/b", 1)->cell, 2);
	check_stream(f, "/c", 0, 0x4a0, 0x20);
	check_stream(f, "/d", 0, 1, 2);
	assert_int_equal(stream(f, "/d", 0)->nargs, 4);
	assert_int_equal(stream(f, "/d", 0)->args[3], 4);
	check_stream(f, "/e", 0, 5, 0x7c00);
}

static void test_malformed_is_not_absent(void **state)
{
	struct fixture *f = *state;

	board(f,
	      "/ {" IOMMU("one", 1,
			  "") "n: n { };"
			      "a { iommus = <&one 1 99 5 &one 2>; }; b { iommus = <&n 1>; };"
			      "c { iommus = <&one>; }; d { iommus = <0 &one 3>; }; e { iommus; };"
			      "g { iommus = <&one 4>, [ 00 ]; }; };");
	assert_int_equal(device(f, "/a")->nstreams, 2);
	check_stream(f, "/a", 0, 1, 0);
	assert_int_equal(stream(f, "/a", 1)->health, STREAM_DANGLING);
	assert_int_equal(stream(f, "/a", 1)->cell, 2);
	assert_int_equal(stream(f, "/a", 1)->iommu, DT_NONE);
	assert_int_equal(stream(f, "/b", 0)->health, STREAM_NO_CELLS);
	assert_int_equal(stream(f, "/c", 0)->health, STREAM_TRUNCATED);
	assert_int_equal(stream(f, "/d", 0)->health, STREAM_HOLE);
	check_stream(f, "/d", 1, 3, 0);
	assert_int_equal(stream(f, "/e", 0)->health, STREAM_TRUNCATED);
	assert_int_equal(device(f, "/g")->nstreams, 2);
	assert_int_equal(stream(f, "/g", 1)->health, STREAM_TRUNCATED);
	assert_int_equal(stream(f, "/g", 1)->cell, 2);
	assert_true(str_is(facts_place_stream(f->f, tree_node(f->t, "/g"), 1).property, "iommus"));
	assert_true(str_is(facts_place_stream(f->f, tree_node(f->t, "/e"), 0).property, "iommus"));
}

/* register_smmu_master: as many IDs as the master's #stream-id-cells. */
static void test_mmu_masters(void **state)
{
	struct fixture *f = *state;

	board(f, "/ { a: a { #stream-id-cells = <2>; }; b: b { #stream-id-cells = <1>; iommus = "
		 "<&two 9 0>; };"
		 "z: z { #stream-id-cells = <0>; }; n: n { };" IOMMU(
			 "two", 2, "") "smmu { mmu-masters = <&b 7 &a 0x10 0x11 &z>; };"
				       "smmu2 { mmu-masters = <&n 1 &b 7>; }; };");
	assert_int_equal(device(f, "/a")->nstreams, 2);
	check_stream(f, "/a", 0, 0x10, 0);
	check_stream(f, "/a", 1, 0x11, 0);
	assert_true(stream(f, "/a", 1)->legacy);
	assert_int_equal(stream(f, "/a", 1)->iommu, tree_node(f->t, "/smmu"));
	assert_int_equal(stream(f, "/a", 1)->cell, 4);
	assert_true(
		str_is(facts_place_stream(f->f, tree_node(f->t, "/a"), 1).property, "mmu-masters"));
	/* Both bindings on one device stay apart. */
	assert_int_equal(device(f, "/b")->nstreams, 2);
	assert_false(stream(f, "/b", 0)->legacy);
	assert_true(stream(f, "/b", 1)->legacy);
	assert_int_equal(stream(f, "/z", 0)->health, STREAM_NO_CELLS);
	/* A broken entry belongs to no master: it stands on the IOMMU. */
	assert_int_equal(device(f, "/n")->nstreams, 0);
	assert_int_equal(stream(f, "/smmu2", 0)->health, STREAM_NO_CELLS);
	assert_int_equal(device(f, "/smmu2")->nstreams, 1);
}

/* dt_map_id: four cells, whatever #iommu-cells says. */
static void test_iommu_map(void **state)
{
	struct fixture *f = *state;
	const struct device *dev;

	board(f, "/ {" IOMMU("two", 2, "") "pci { iommu-map-mask = <0xff>; iommu-map = <0 &two "
					   "0x100 1 1 99 0x200 1 2 0 0 1 3>; }; };");
	dev = device(f, "/pci");
	assert_int_equal(dev->nmaps, 4);
	assert_int_equal(dev->maps[0].health, STREAM_OK);
	assert_int_equal(dev->maps[0].output, 0x100);
	assert_int_equal(dev->maps[0].mask, 0xff);
	assert_int_equal(dev->maps[1].health, STREAM_DANGLING);
	assert_int_equal(dev->maps[1].cell, 4);
	assert_int_equal(dev->maps[2].health, STREAM_HOLE);
	assert_int_equal(dev->maps[3].health, STREAM_TRUNCATED);
	assert_int_equal(dev->nstreams, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_cells),
		TEST(test_malformed_is_not_absent),
		TEST(test_mmu_masters),
		TEST(test_iommu_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
