/* SPDX-License-Identifier: BSD-2-Clause */
/* The interrupt lines of a guest, and how its tree describes them. */
#include "plan_fixture.h"

#define X(rest) "x@5040000 { compatible = \"example,x\"; reg = <0 0x5040000 0 0x1000>; " rest "}; "
#define CFG_X   "dtdev = [ \"/x@5040000\" ]\n"
#define AT_X    P "/x@5040000"
#define GPIO(rest) \
	"gpio: gpio@5050000 { reg = <0 0x5050000 0 0x1000>; interrupts = <0 9 4>; " \
	"gpio-controller;" \
	" #gpio-cells = <2>; interrupt-controller; #interrupt-cells = <2>; " rest "}; "
#define CFG_BOTH "dtdev = [ \"/x@5040000\", \"/gpio@5050000\" ]\n"

/* ---- Lines -------------------------------------------------------------------------- */

static void test_once(void **state)
{
	const struct irq_grant *irq;

	(void)state;
	assert_true(PLAN(.board = BOARD(RTC("a", "0 0x5040000 0 0x1000", "7 4 0 5 4 0 7", "")
						RTC("b", "0 0x5041000 0 0x1000", "7", "")),
			 .configs = { "dtdev = [ \"/rtc@b\", \"/rtc@a\" ]\n" }));
	assert_string_equal(irqs_text(guest(0)), "37 39");
	irq = &guest(0)->irqs.v[1];
	assert_int_equal(irq->node, at("/rtc@a"));
	assert_int_equal(irq->line, 0);
	assert_string_equal(str_c(arena, irq->devices),
			    "/rtc@a interrupts[0], /rtc@a interrupts[2], /rtc@b interrupts[0]");
}

/* Those written by hand are merged with those of devices. */
static void test_by_hand(void **state)
{
	const char *const board = BOARD(RTC("a", "0 0x5040000 0 0x1000", "7", ""));

	(void)state;
	assert_true(PLAN(.board = board,
			 .configs = { "dtdev = [ \"/rtc@a\" ]\nirqs = [ 39, 50, 50, 40 ]\n" }));
	assert_string_equal(irqs_text(guest(0)), "39h 40h 50h");
	assert_int_equal(guest(0)->irqs.v[0].node, at("/rtc@a"));
	assert_int_equal(guest(0)->irqs.v[1].node, DT_NONE);
	/* A final config has them already. */
	assert_string_equal(ENTRIES(guest(0)->block_irqs), "");
}

static void test_parts(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD(X("interrupts = <0 1 4>; #address-cells = <2>; #size-cells "
					  "= <2>; ranges; part { interrupts = <0 2 4>; };"
					  " block@5041000 { reg = <0 0x5041000 0 0x1000>;"
					  " interrupts = <0 3 4>; };")),
			 .configs = { CFG_X }));
	assert_string_equal(irqs_text(guest(0)), "33 34");
}

static void test_only_shared_lines(void **state)
{
	(void)state;
	/* A PPI, one of another controller, one that leads nowhere. */
	assert_true(PLAN(.board = BOARD(GPIO("") X(
				 "interrupts-extended = <&gic 1 5 4 &gpio 3 1 &gic 0 6 4>;")),
			 .configs = { CFG_X }));
	assert_string_equal(irqs_text(guest(0)), "38");
	start_over();
	assert_true(PLAN(.board = BOARD_WITH(GIC_V3, X("interrupts = <2 5 4>;")),
			 .configs = { CFG_X }));
	assert_string_equal(irqs_text(guest(0)), "4101");
	ASSERT_PROP(AT_X, "interrupts", "<0 fe5 4>");
}

static void test_reserved(void **state)
{
	static const struct {
		const char *cfg, *lines;
	} rows[] = {
		{ "memory = 1\n", "" },
		{ "vuart = \"sbsa_uart\"\n", "32" },
		{ "virtio = [ \"type=virtio,device22,transport=mmio\", "
		  "\"type=virtio,device22,transport=mmio\" ]\n",
		  "33 34" },
		{ "virtio = [ \"type=virtio,device22,transport=mmio\" ]\nvuart = \"sbsa_uart\"\n",
		  "32 33" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct buf b = buf_new(arena);
		struct reserved_line *lines;
		size_t n;

		assert_true(PLAN(.board = BOARD(""), .configs = { rows[i].cfg }));
		n = plan_reserved_lines(arena, guest(0), &lines);
		for (size_t k = 0; k < n; k++)
			buf_format(&b, "%s%u", k ? " " : "", lines[k].intid);
		assert_string_equal(text_of(&b), rows[i].lines);
		start_over();
	}
}

/* There are eleven lines for virtio, whatever is asked. */
static void test_reserved_at_most(void **state)
{
	struct buf cfg = buf_new(arena);
	struct reserved_line *lines;

	(void)state;
	buf_text(&cfg, "virtio = [ ");
	for (unsigned i = 0; i < 20; i++)
		buf_text(&cfg, "\"type=virtio,device22,transport=mmio\", ");
	buf_text(&cfg, "]\n");
	assert_true(PLAN(.board = BOARD(""), .configs = { text_of(&cfg) }));
	assert_int_equal(plan_reserved_lines(arena, guest(0), &lines), 11);
	assert_int_equal(lines[10].intid, 43);
}

/* A direct-mapped guest's virtual UART has the line of Xen's console. */
static void test_reserved_direct_map(void **state)
{
	struct reserved_line *lines;

	(void)state;
	assert_true(PLAN(.board = BOARD(""), .target = TARGET_DOM0LESS,
			 .configs = { "vuart = \"sbsa_uart\"\ndirect_map = 1\n" }));
	assert_int_equal(plan_reserved_lines(arena, guest(0), &lines), 0);
}

/* ---- The guest's tree ---------------------------------------------------------------------- */

struct row {
	const char *parts, *cfg;
	const char *path, *name, *text;
};

static void assert_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *board =
			str_format(arena,
				   "/ { " ROOT_CELLS "interrupt-parent = <&gic>; " GIC_V2 "%s };",
				   rows[i].parts)
				.s;

		if (!PLAN(.board = board, .configs = { rows[i].cfg }))
			print_error("%s\n", slugs_text());
		ASSERT_PROP(rows[i].path, rows[i].name, rows[i].text);
		start_over();
	}
}

static void test_encoding(void **state)
{
	const struct row rows[] = {
		{ X("interrupts = <0 1 4 0 2 1>;"), CFG_X, AT_X, "interrupts", "<0 1 4 0 2 1>" },
		/* What else stands in the flags is for a GIC that the guest has not. */
		{ X("interrupts = <0 1 0xf04>;"), CFG_X, AT_X, "interrupts", "<0 1 4>" },
		/* Names in step. */
		{ X("interrupts = <0 1 4 0 2 1>; interrupt-names = \"a\", \"b\";"), CFG_X, AT_X,
		  "interrupt-names", "a|b|" },
		{ X("interrupts-extended = <&gic 0 1 4 &gic 0 2 1>;"), CFG_X, AT_X, "interrupts",
		  "<0 1 4 0 2 1>" },
		{ X("interrupts-extended = <&gic 0 1 4>; interrupts = <0 5 4>;"), CFG_X, AT_X,
		  "interrupts", "<0 1 4>" },
		/* A per-CPU line is none for a guest. */
		{ X("interrupts = <1 5 4 0 1 4>; interrupt-names = \"a\", \"b\";"), CFG_X, AT_X,
		  "interrupts", "<0 1 4>" },
		{ X("interrupts = <1 5 4 0 1 4>; interrupt-names = \"a\", \"bcd\";"), CFG_X, AT_X,
		  "interrupt-names", "bcd|" },
		{ X("interrupts = <1 5 4>; interrupt-names = \"a\";"), CFG_X, AT_X, "interrupts",
		  "-- no entry reaches a controller that the guest has" },
		{ X("interrupts = <1 5 4>; interrupt-names = \"a\";"), CFG_X, AT_X,
		  "interrupt-names", "-- goes with the interrupts" },
		{ X("interrupts = [01 02];"), CFG_X, AT_X, "interrupts",
		  "-- no entry reaches a controller that the guest has" },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

#define MAPPED \
	"bus { #address-cells = <2>; #size-cells = <2>; #interrupt-cells = <1>; ranges;" \
	" interrupt-map-mask = <0 0 3>; interrupt-map = <0 0 1 &gic 0 40 4>," \
	" <0 0 2 &gic 0 41 1>; x@5040000 { reg = <0 0x5040000 0 0x1000>;" \
	" interrupt-parent = <&bus>; interrupts = <2>; }; }; "

static void test_through_map(void **state)
{
	const struct gprop *p;

	(void)state;
	assert_true(PLAN(.board = BOARD("bus: " MAPPED),
			 .configs = { "dtdev = [ \"/bus/x@5040000\" ]\n" }));
	ASSERT_PROP(AT_X, "interrupts", "<0 29 1>");
	p = find_prop(find_copy(guest(0), AT_X), "interrupts");
	assert_string_equal(str_c(arena, p->why),
			    "interrupts[0] is INTID 73, through interrupt-map of /bus");
}

/* A controller that the guest has, too. */
static void test_other_controller(void **state)
{
	const struct row rows[] = {
		{ GPIO("") X("interrupt-parent = <&gpio>; interrupts = <3 1>;"), CFG_BOTH, AT_X,
		  "interrupts-extended", "<&gpio@5050000 3 1>" },
		{ GPIO("") X("interrupts-extended = <&gic 0 1 4 &gpio 3 1>;"), CFG_BOTH, AT_X,
		  "interrupts-extended", "<&GIC 0 1 4 &gpio@5050000 3 1>" },
		{ GPIO("") X("interrupts-extended = <&gic 0 1 4 &gpio 3 1>;"), CFG_X, AT_X,
		  "interrupts", "<0 1 4>" },
		/* The controller itself asks the GIC. */
		{ GPIO("") X(""), CFG_BOTH, P "/gpio@5050000", "interrupts", "<0 9 4>" },
		/* A part of it asks it, or the GIC past it. */
		{ GPIO("part { interrupts = <3 1>; };"), "dtdev = [ \"/gpio@5050000\" ]\n",
		  P "/gpio@5050000/part", "interrupts-extended", "<&gpio@5050000 3 1>" },
		{ GPIO("part { interrupts-extended = <&gic 0 3 1>; };"),
		  "dtdev = [ \"/gpio@5050000\" ]\n", P "/gpio@5050000/part", "interrupts",
		  "<0 3 1>" },
		{ GPIO("part { interrupts-extended = <&gic 0 3 1>; };"),
		  "dtdev = [ \"/gpio@5050000\" ]\n", P "/gpio@5050000/part", "interrupt-parent",
		  "<&GIC>" },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

/* Linux climbs past a node without #interrupt-cells. */
static void test_plain_child(void **state)
{
	const struct row rows[] = {
		{ X("interrupts = <0 1 4>; part { interrupts = <0 2 1>; };"), CFG_X, AT_X "/part",
		  "interrupts", "<0 2 1>" },
		{ X("interrupts = <0 1 4>; part { interrupts = <0 2 1>; };"), CFG_X, AT_X "/part",
		  "interrupt-parent", "-" },
	};

	(void)state;
	assert_rows(rows, ARRAY_SIZE(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_once),
		TEST(test_by_hand),
		TEST(test_parts),
		TEST(test_only_shared_lines),
		TEST(test_reserved),
		TEST(test_reserved_at_most),
		TEST(test_reserved_direct_map),
		TEST(test_encoding),
		TEST(test_through_map),
		TEST(test_other_controller),
		TEST(test_plain_child),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
