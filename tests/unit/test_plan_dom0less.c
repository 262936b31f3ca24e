/* SPDX-License-Identifier: BSD-2-Clause */
/* What dom0less Xen reads in the guest's tree and takes out again. */
#include "plan_fixture.h"

#define LESS(board_, ...) \
	PLAN(.board = board_, .target = TARGET_DOM0LESS, .configs = { __VA_ARGS__ })

static void test_protected_and_not(void **state)
{
	(void)state;
	assert_true(LESS(BOARD(ETH("5040000", "0 0x5040000 0 0x1000", "1", "7", "")
				       RTC("5041000", "0 0x5041000 0 0x1000", "2", "")),
			 "dtdev = [ \"/ethernet@5040000\", \"/rtc@5041000\" ]\n"));
	ASSERT_PROP(P "/ethernet@5040000", "xen,path", "/ethernet@5040000|");
	ASSERT_PROP(P "/ethernet@5040000", "xen,reg", "<0 5040000 0 1000 0 5040000>");
	ASSERT_PROP(P "/ethernet@5040000", "xen,force-assign-without-iommu", "-");
	ASSERT_PROP(P "/rtc@5041000", "xen,path", "/rtc@5041000|");
	ASSERT_PROP(P "/rtc@5041000", "xen,force-assign-without-iommu", "<>");
	start_over();
	/* An xl guest has no such property. */
	assert_true(PLAN(.board = BOARD(RTC("5041000", "0 0x5041000 0 0x1000", "2", "")),
			 .configs = { "dtdev = [ \"/rtc@5041000\" ]\n" }));
	ASSERT_PROP(P "/rtc@5041000", "xen,reg", "-");
}

/* Whole pages, host, size, guest; the path is the host's. */
static void test_pages(void **state)
{
	static const struct {
		const char *reg, *cfg, *unit, *text;
	} rows[] = {
		{ "0 0x5040100 0 0x20", "", "5040100", "<0 5040000 0 1000 0 5040000>" },
		{ "0 0x5040ff0 0 0x20", "", "5040ff0", "<0 5040000 0 2000 0 5040000>" },
		{ "0 0x5040000 0 0x1000", "iomem_map = [ \"5040:33000\" ]\n", "33000000",
		  "<0 5040000 0 1000 0 33000000>" },
		{ "1 0 0 0x1000", "", "100000000", "<1 0 0 1000 1 0>" },
		/* Two windows; two in one page; one that joins two. */
		{ "0 0x5040000 0 0x1000 0 0x5050000 0 0x2000", "", "5040000",
		  "<0 5040000 0 1000 0 5040000 0 5050000 0 2000 0 5050000>" },
		{ "0 0x5040000 0 0x100 0 0x5040100 0 0x100", "", "5040000",
		  "<0 5040000 0 1000 0 5040000>" },
		{ "0 0x5040000 0 0x100 0 0x5042000 0 0x100 0 0x5040f00 0 0x1200",
		  "iomem_map = [ \"5040:33000\" ]\n", "33000000", "<0 5040000 0 3000 0 33000000>" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *board =
			str_format(arena,
				   "/ { " ROOT_CELLS "interrupt-parent = <&gic>; " GIC_V2
				   "rtc@a { compatible = \"arm,pl031\"; reg = <%s>; }; };",
				   rows[i].reg)
				.s;
		const char *path = str_format(arena, P "/rtc@%s", rows[i].unit).s;

		assert_true(LESS(board,
				 str_format(arena, "dtdev = [ \"/rtc@a\" ]\n%s", rows[i].cfg).s));
		ASSERT_PROP(path, "xen,reg", rows[i].text);
		ASSERT_PROP(path, "xen,path", "/rtc@a|");
		start_over();
	}
}

/* Xen takes neither xen,path without xen,reg nor the other way round. */
static void test_without_windows(void **state)
{
	(void)state;
	assert_true(LESS(BOARD("keys { interrupts = <0 4 4>; }; "), "dtdev = [ \"/keys\" ]\n"));
	ASSERT_PROP(P "/keys", "xen,reg", "<>");
	ASSERT_PROP(P "/keys", "xen,path", "/keys|");
	ASSERT_PROP(P "/keys", "xen,force-assign-without-iommu", "<>");
}

#define BRIDGE \
	"i2c@5040000 { reg = <0 0x5040000 0 0x1000>; interrupts = <0 1 4>; #address-cells = <1>;" \
	" #size-cells = <0>; a@50 { reg = <0x50>; interrupts = <0 2 4>; };" \
	" b@51 { reg = <0x51>; interrupts = <0 3 4>; status = \"disabled\"; };" \
	" c@52 { reg = <0x52>; interrupts = <1 3 4>; }; d@53 { reg = <0x53>; }; }; "

/* Xen routes only what the node of xen,path asks for: a part with an interrupt
 * has a node of its own, and not below a bus without sizes. */
static void test_parts_with_interrupts(void **state)
{
	(void)state;
	assert_true(LESS(BOARD(BRIDGE), "dtdev = [ \"/i2c@5040000\" ]\n"));
	assert_string_equal(children_text(guest(0), P), "i2c@5040000 a-interrupts");
	ASSERT_PROP(P "/a-interrupts", "xen,path", "/i2c@5040000/a@50|");
	ASSERT_PROP(P "/a-interrupts", "xen,reg", "<>");
	ASSERT_PROP(P "/a-interrupts", "xen,force-assign-without-iommu", "<>");
	ASSERT_PROP(P "/i2c@5040000/a@50", "xen,path", "-");
	ASSERT_PROP(P "/i2c@5040000/a@50", "interrupts", "<0 2 4>");
	assert_string_equal(str_c(arena, find_copy(guest(0), P "/a-interrupts")->why),
			    "has Xen route the interrupts of /i2c@5040000/a@50");
}

/* A core below its glue is assigned for itself. */
static void test_nested(void **state)
{
	(void)state;
	assert_true(LESS(BOARD("glue@5040000 { reg = <0 0x5040000 0 0x1000>; #address-cells = <2>;"
			       " #size-cells = <2>; ranges; " ETH("5050000", "0 0x5050000 0 0x1000",
								  "1", "7", "") "};"),
			 "dtdev = [ \"/glue@5040000\", \"/glue@5040000/ethernet@5050000\" ]\n"));
	ASSERT_PROP(P "/glue@5040000", "xen,reg", "<0 5040000 0 1000 0 5040000>");
	ASSERT_PROP(P "/glue@5040000/ethernet@5050000", "xen,reg", "<0 5050000 0 1000 0 5050000>");
	ASSERT_PROP(P "/glue@5040000/ethernet@5050000", "xen,path",
		    "/glue@5040000/ethernet@5050000|");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_protected_and_not),     TEST(test_pages),  TEST(test_without_windows),
		TEST(test_parts_with_interrupts), TEST(test_nested),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
