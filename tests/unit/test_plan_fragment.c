/* SPDX-License-Identifier: BSD-2-Clause */
/* A fragment that somebody wrote: devices, addresses, interrupts, completion. */
#include "plan_fixture.h"

#define RTC1 RTC("5040000", "0 0x5040000 0 0x1000", "16", "")
#define ETH1 ETH("5060000", "0 0x5060000 0 0x1000", "20", "5", "interrupt-names = \"x\";")

#define FRAGMENT(inside) \
	"/ { #address-cells = <2>; #size-cells = <2>; passthrough { compatible = \"simple-bus\";" \
	" ranges; #address-cells = <2>; #size-cells = <2>; interrupt-parent = <65000>; " inside \
	" }; };"

static const struct fragment_node *node_of(const char *path)
{
	const struct fragment *f = guest(0)->fragment;

	return &f->nodes[dt_find_path(f->dt, str_of(path))];
}

static void test_by_path(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD(RTC1 ETH1), .target = TARGET_DOM0LESS,
			 .configs = { "memory = 1\nxen_target = \"dom0less\"\n" },
			 .fragment = FRAGMENT("eth@60000000 { compatible = \"cdns,gem\";"
					      " reg = <0 0x60000000 0 0x1000>;"
					      " interrupts = <0 20 4>;"
					      " xen,reg = <0 0x5060000 0 0x1000 0 0x60000000>;"
					      " xen,path = \"/ethernet@5060000\"; };")));
	assert_int_equal(guest(0)->devices.n, 1);
	assert_int_equal(guest(0)->devices.v[0].node, at("/ethernet@5060000"));
	assert_true(guest(0)->devices.v[0].by_fragment);
	assert_string_equal(mappings_text(guest(0)), "5060,1@60000 fragment");
	assert_false(guest(0)->fragment->changed);
}

/* The order is host, size, guest; what is not in whole pages maps nothing. */
static void test_tuples(void **state)
{
	static const struct {
		const char *cells;
		bool sound, swapped;
	} rows[] = {
		{ "0 0x5060000 0 0x1000 0 0x5060000", true, false },
		{ "0 0x5060000 0 0x800 0 0x5060000", false, false },
		{ "0 0x5060010 0 0x1000 0 0x5060000", false, false },
		{ "0 0x5060000 0 0x1000 0 0x5060010", false, false },
		{ "0 0x5060000 0 0 0 0x5060000", false, false },
		{ "0 0x5060000 0 0x5060000 0 0x1000", false, true },
		{ "0xffffffff 0xfffff000 0 0x2000 0 0", false, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct fragment_node *n;
		struct str text = str_format(arena,
					     FRAGMENT("eth@5060000 { compatible = \"cdns,gem\";"
						      " reg = <0 0x5060000 0 0x1000>;"
						      " xen,reg = <%s>;"
						      " xen,path = \"/ethernet@5060000\"; };"),
					     rows[i].cells);

		PLAN(.board = BOARD(ETH1), .target = TARGET_DOM0LESS, .configs = { "memory = 1\n" },
		     .fragment = text.s);
		n = node_of("/passthrough/eth@5060000");
		assert_int_equal(n->ntuples, 1);
		assert_int_equal(n->tuples[0].sound, rows[i].sound);
		assert_int_equal(n->tuples[0].swapped, rows[i].swapped);
		start_over();
	}
}

/* xl: the registers say which device it is; nothing is moved. */
static void test_by_address(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD(RTC1 ETH1), .configs = { "memory = 1\n" },
			 .fragment = FRAGMENT("net@5060000 { compatible = \"cdns,gem\";"
					      " reg = <0 0x5060000 0 0x1000>;"
					      " interrupts = <0 20 4>; };")));
	assert_int_equal(guest(0)->devices.n, 1);
	assert_int_equal(node_of("/passthrough/net@5060000")->match, FRAGMENT_BY_ADDRESS);
	assert_string_equal(mappings_text(guest(0)), "5060,1@5060 same");
	assert_int_equal(guest(0)->irqs.n, 1);
	assert_int_equal(guest(0)->irqs.v[0].intid, 52);
}

/* Written wrongly, it still is the one device of dtdev that is like it. */
static void test_by_likeness(void **state)
{
	(void)state;
	PLAN(.board = BOARD(RTC1 ETH1),
	     .configs = { "memory = 1\ndtdev = [ \"/ethernet@5060000\" ]\n" },
	     .fragment = FRAGMENT("net@6050000 { compatible = \"cdns,gem\";"
				  " reg = <0 0x6050000 0 0x1000>; };"));
	assert_int_equal(guest(0)->devices.n, 1);
	assert_int_equal(node_of("/passthrough/net@6050000")->match, FRAGMENT_BY_LIKENESS);
}

static void test_unknown_path(void **state)
{
	(void)state;
	assert_false(PLAN(.board = BOARD(ETH1), .target = TARGET_DOM0LESS,
			  .configs = { "memory = 1\n" },
			  .fragment = FRAGMENT("a { xen,reg; xen,path = \"/ethernet@506000\"; };"
					       "b { xen,reg; xen,path = \"eth0\"; };")));
	assert_int_equal(diag_nfaults(diag), 2);
}

/* What Xen needs and the node does not say. */
static void test_completed(void **state)
{
	(void)state;
	assert_true(
		PLAN(.board = BOARD(ETH1), .target = TARGET_DOM0LESS,
		     .configs = { "memory = 1\ndtdev = [ \"/ethernet@5060000\" ]\n" },
		     .fragment =
			     "/ { passthrough { #address-cells = <1>; #size-cells = <1>; ranges;"
			     " net@5060000 { compatible = \"cdns,gem\";"
			     " reg = <0x5060000 0x1000>; interrupts = <0 20 4>; }; }; };"));
	assert_true(guest(0)->fragment->changed);
	ASSERT_PROP("/passthrough", "interrupt-parent", "<&GIC>");
	ASSERT_PROP("/passthrough/net@5060000", "xen,reg", "<5060000 1000 5060000>");
	ASSERT_PROP("/passthrough/net@5060000", "xen,path", "/ethernet@5060000|");
}

static void test_force(void **state)
{
	const struct plan_device *pd;

	(void)state;
	PLAN(.board = BOARD(RTC1), .target = TARGET_DOM0LESS, .configs = { "memory = 1\n" },
	     .fragment = FRAGMENT("rtc@5040000 { compatible = \"arm,pl031\";"
				  " reg = <0 0x5040000 0 0x1000>; xen,reg = <0 0x5040000 0 0x1000"
				  " 0 0x5040000>; xen,path = \"/rtc@5040000\";"
				  " xen,force-assign-without-iommu; };"));
	pd = &guest(0)->devices.v[0];
	assert_true(pd->forced);
	assert_int_equal(pd->force_reason.n, 0);
	assert_int_equal(pd->force_at.kind, PLACE_TREE);
}

/* Whose an interrupt is. */
static void test_lines(void **state)
{
	static const struct {
		const char *props;
		enum fragment_end end;
	} rows[] = {
		{ "interrupts = <0 20 4>;", FRAGMENT_AT_GIC },
		{ "interrupt-parent = <1>; interrupts = <0 20 4>;", FRAGMENT_AT_NO_NODE },
		{ "interrupt-parent = <9>; interrupts = <0 20 4>;", FRAGMENT_AT_NO_CONTROLLER },
		{ "interrupt-parent = <8>; interrupts = <3>;", FRAGMENT_AT_CONTROLLER },
		{ "interrupts = <0 20>;", FRAGMENT_AT_NO_ENTRY },
		{ "interrupts-extended = <65000 0 20 4>;", FRAGMENT_AT_GIC },
		{ "interrupts-extended = <65000 0 20>;", FRAGMENT_AT_NO_ENTRY },
		{ "interrupts-extended = <8 3>;", FRAGMENT_AT_CONTROLLER },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct fragment_node *n;
		struct str text =
			str_format(arena,
				   FRAGMENT("clk { phandle = <9>; }; mux { phandle = <8>;"
					    " interrupt-controller; #interrupt-cells = <1>; };"
					    " net@5060000 { compatible = \"cdns,gem\"; %s };"),
				   rows[i].props);

		PLAN(.board = BOARD(ETH1), .configs = { "memory = 1\n" }, .fragment = text.s);
		n = node_of("/passthrough/net@5060000");
		assert_int_equal(n->nlines, 1);
		assert_int_equal(n->lines[0].end, rows[i].end);
		if (rows[i].end == FRAGMENT_AT_GIC)
			assert_int_equal(n->lines[0].intid, 52);
		start_over();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_by_path),      TEST(test_tuples),    TEST(test_by_address),
		TEST(test_by_likeness),  TEST(test_completed), TEST(test_force),
		TEST(test_unknown_path), TEST(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
