/* SPDX-License-Identifier: BSD-2-Clause */
/* Words become devices, devices become owners, owners need marks. */
#include "plan_fixture.h"

/* A device with parts: one without anything of its own, one with an interrupt,
 * one with registers, and what stands below that. */
#define PARTS \
	"parts@5000000 { compatible = \"example,parts\"; reg = <0 0x5000000 0 0x1000>;" \
	" interrupts = <0 1 4>; #address-cells = <2>; #size-cells = <2>; ranges;" \
	" plain { }; line { interrupts = <0 2 4>; below { }; };" \
	" block@5010000 { reg = <0 0x5010000 0 0x1000>; below { interrupts = <0 3 4>; }; }; }; "

static void test_parts(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD(PARTS), .configs = { "dtdev = [ \"/parts@5000000\" ]\n" }));
	assert_string_equal(owner_of("/parts@5000000"), "guest `a`");
	assert_string_equal(owner_of("/parts@5000000/plain"), "guest `a`");
	assert_string_equal(owner_of("/parts@5000000/line/below"), "guest `a`");
	/* A device of its own, and what belongs to that. */
	assert_string_equal(owner_of("/parts@5000000/block@5010000"), "dom0");
	assert_string_equal(owner_of("/parts@5000000/block@5010000/below"), "dom0");
	assert_int_equal(plan->device_of[at("/parts@5000000/line/below")], at("/parts@5000000"));
	assert_int_equal(plan->device_of[at("/parts@5000000/block@5010000")], DT_NONE);
	/* dom0 keeps what has an interrupt or registers unless it is marked. */
	assert_string_equal(marks_text(), "/parts@5000000 /parts@5000000/line");
}

/* What is named for itself is a device of its own, whoever is named first. */
static void test_named_part(void **state)
{
	static const char *const configs[] = {
		"dtdev = [ \"/parts@5000000\", \"/parts@5000000/line\" ]\n",
		"dtdev = [ \"/parts@5000000/line\", \"/parts@5000000\" ]\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(configs); i++) {
		assert_true(PLAN(.board = BOARD(PARTS), .configs = { configs[i] }));
		assert_int_equal(plan->device_of[at("/parts@5000000/line/below")],
				 at("/parts@5000000/line"));
		assert_int_equal(plan->device_of[at("/parts@5000000/plain")], at("/parts@5000000"));
		for (size_t k = 0; k < 2; k++)
			assert_ptr_equal(
				plan_device_find(plan, guest(0), guest(0)->devices.v[k].node),
				&guest(0)->devices.v[k]);
		assert_string_equal(irqs_text(guest(0)), "33 34");
		start_over();
	}
}

/* ... and whoever asks first. */
static void test_part_of_another_guest(void **state)
{
	static const char *const whole = "dtdev = [ \"/parts@5000000\" ]\n";
	static const char *const part = "dtdev = [ \"/parts@5000000/line\" ]\n";

	(void)state;
	assert_true(PLAN(.board = BOARD(PARTS), .configs = { whole, part }));
	assert_string_equal(owner_of("/parts@5000000/line/below"), "guest `b`");
	assert_string_equal(irqs_text(guest(0)), "33");
	assert_string_equal(irqs_text(guest(1)), "34");
	start_over();
	assert_true(PLAN(.board = BOARD(PARTS), .configs = { part, whole }));
	assert_string_equal(owner_of("/parts@5000000/line/below"), "guest `a`");
	assert_string_equal(owner_of("/parts@5000000"), "guest `b`");
	assert_string_equal(irqs_text(guest(0)), "34");
	assert_string_equal(irqs_text(guest(1)), "33");
}

/* Both get a plan, so that both are judged; the first one is the owner. */
static void test_two_guests(void **state)
{
	static const char *const cfg = "dtdev = [ \"/rtc@a\" ]\n";

	(void)state;
	assert_true(PLAN(.board = BOARD(RTC("a", "0 0x5040000 0 0x1000", "1", "")),
			 .configs = { cfg, cfg }));
	assert_string_equal(owner_of("/rtc@a"), "guest `a`");
	assert_non_null(plan_device_find(plan, guest(0), at("/rtc@a")));
	assert_non_null(plan_device_find(plan, guest(1), at("/rtc@a")));
	assert_string_equal(mappings_text(guest(1)), "5040,1@5040 same");
	assert_string_equal(marks_text(), "/rtc@a");
}

static void test_nobody(void **state)
{
	const char *const board =
		BOARD("x@5000000 { reg = <0 0x5000000 0 0x1000>; xen,passthrough; };"
		      "y@5001000 { reg = <0 0x5001000 0 0x1000>; status = \"disabled\"; };");

	(void)state;
	assert_true(PLAN(.board = board, .configs = { "memory = 1\n" }));
	assert_string_equal(owner_of("/x@5000000"), "nobody");
	/* dom0 gets what is disabled, too. */
	assert_string_equal(owner_of("/y@5001000"), "dom0");
	assert_string_equal(owner_of("/gic@2c001000"), "Xen");
	assert_string_equal(owner_of("/iommu@2d000000"), "Xen");
	assert_string_equal(owner_of("/memory@80000000"), "Xen");
	start_over();
	assert_true(PLAN(.board = board, .configs = { "memory = 1\n" }, .no_dom0 = true));
	assert_string_equal(owner_of("/y@5001000"), "nobody");
	assert_string_equal(owner_of("/gic@2c001000"), "Xen");
}

/* ---- withhold ---------------------------------------------------------------------- */

#define BUS \
	"soc { #address-cells = <2>; #size-cells = <2>; ranges; compatible = \"simple-bus\";" \
	" x@6000000 { reg = <0 0x6000000 0 0x1000>; y { interrupts = <0 9 4>; }; };" \
	" pmu { compatible = \"arm,cortex-a53-pmu\"; interrupts = <0 8 4>; };" \
	" timer@6010000 { compatible = \"arm,armv7-timer-mem\"; reg = <0 0x6010000 0 0x1000>; };" \
	" z@6020000 { reg = <0 0x6020000 0 0x1000>; }; }; "

/* Everything below goes with it, but what is Xen's: without its GIC or its
 * IOMMU it would not run, or protect nobody. */
static void test_withhold(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD(BUS),
			 .configs = { "dtdev = [ \"/soc/z@6020000\" ]\n"
				      "withhold = [ \"/soc: wired to nothing\" ]\n" }));
	assert_string_equal(owner_of("/soc/x@6000000/y"), "nobody");
	assert_string_equal(owner_of("/soc/timer@6010000"), "Xen");
	assert_string_equal(owner_of("/soc/z@6020000"), "guest `a`");
	assert_string_equal(marks_text(), "/soc /soc/x@6000000 /soc/x@6000000/y /soc/z@6020000");
	assert_string_equal(str_c(arena, plan->withheld.v[0].reason), "wired to nothing");
}

static void test_withhold_faults(void **state)
{
	static const struct {
		const char *cfg, *slug, *text;
	} rows[] = {
		{ "withhold = [ \"/gic@2c001000: x\" ]\n", "bad-entry",
		  "/gic@2c001000 cannot be withheld: it is a GIC" },
		{ "withhold = [ \"/iommu@2d000000: x\" ]\n", "bad-entry",
		  "/iommu@2d000000 cannot be withheld: it is an IOMMU" },
		{ "withhold = [ \"/memory@80000000: x\" ]\n", "bad-entry",
		  "/memory@80000000 cannot be withheld" },
		{ "withhold = [ \"/rtc@a: x\" ]\ndtdev = [ \"/rtc@a\" ]\n", "bad-entry",
		  "/rtc@a is withheld here, but dtdev gives it to guest `a`" },
		{ "withhold = [ \"/b: x\" ]\n", "unknown-device", "has the path `/b`" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_false(PLAN(.board = BOARD(RTC("a", "0 0x5040000 0 0x1000", "1", "")),
				  .configs = { rows[i].cfg }));
		assert_says(rows[i].slug, rows[i].text);
		start_over();
	}
}

/* Infrastructure below a device stays Xen's even if nothing of it has
 * registers. */
static void test_infrastructure_below(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD(BUS), .configs = { "dtdev = [ \"/soc\" ]\n" }));
	assert_string_equal(owner_of("/soc"), "guest `a`");
	assert_string_equal(owner_of("/soc/pmu"), "Xen");
	assert_string_equal(irqs_text(guest(0)), "");
}

/* ---- Marks ---------------------------------------------------------------------------- */

/* In tree order, each once; those that the board has already are known. */
static void test_marks(void **state)
{
	(void)state;
	assert_true(PLAN(.board = BOARD(RTC("a", "0 0x5040000 0 0x1000", "1", "") RTC(
				 "b", "0 0x5041000 0 0x1000", "2", "xen,passthrough; ")
						RTC("c", "0 0x5042000 0 0x1000", "3", "")),
			 .configs = { "dtdev = [ \"/rtc@c\", \"/rtc@b\" ]\n"
				      "withhold = [ \"/rtc@a: x\" ]\n",
				      "withhold = [ \"/rtc@a: y\" ]\n" }));
	assert_string_equal(marks_text(), "/rtc@a /rtc@b /rtc@c");
	assert_false(plan->marks.v[0].present);
	assert_string_equal(str_c(arena, plan->marks.v[0].reason), "withheld");
	assert_true(plan->marks.v[1].present);
	assert_string_equal(str_c(arena, plan->marks.v[1].reason), "given to guest `a`");
	assert_int_equal(plan->marks.v[2].because, at("/rtc@c"));
}

/* ---- Words ------------------------------------------------------------------------------ */

#define NAMES \
	"aliases { rtc0 = \"/rtc@a\"; }; __symbols__ { clock = \"/rtc@a\"; };" RTC( \
		"a", "0 0x5040000 0 0x1000", "1", "")

static void test_words(void **state)
{
	static const char *const words[] = { "/rtc@a", "/RTC@A", "rtc0", "&clock" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		assert_true(
			PLAN(.board = BOARD(NAMES),
			     .configs = { str_format(arena, "dtdev = [ \"%s\" ]\n", words[i]).s }));
		assert_string_equal(devices_text(guest(0)), "/rtc@a");
		start_over();
	}
}

static void test_wrong_words(void **state)
{
	static const struct {
		const char *board, *cfg, *slug, *text, *help;
	} rows[] = {
		{ BOARD(NAMES), "dtdev = [ \"/rtc@b\" ]\n", "unknown-device",
		  "no node of board.dtb has the path `/rtc@b`", "did you mean `/rtc@a`" },
		{ BOARD(NAMES), "dtdev = [ \"rtc1\" ]\n", "unknown-device",
		  "no alias of board.dtb is called `rtc1`", "full path" },
		{ BOARD(NAMES), "dtdev = [ \"&rtc\" ]\n", "unknown-device",
		  "no node of board.dtb has the label `&rtc`", "__symbols__" },
		{ BOARD(""), "dtdev = [ \"&rtc\" ]\n", "no-symbols",
		  "`&rtc` is a label, but board.dtb has no /__symbols__", "dtc -@" },
		{ BOARD(NAMES), "dtdev = [ \"/rtc@a\", \"rtc0\" ]\n", "duplicate-device",
		  "`rtc0` names /rtc@a for the second time", "line 1 names it first" },
		{ BOARD(NAMES), "force_assign = [ \"/rtc@a: x\" ]\n", "not-in-dtdev",
		  "force_assign speaks of /rtc@a", "add \"/rtc@a\" to dtdev" },
		{ BOARD(NAMES), "allow = [ \"unverified-non-master /rtc@a: x\" ]\n", "not-in-dtdev",
		  "allow speaks of /rtc@a", "" },
		{ BOARD(NAMES), "decide = [ \"/rtc@a clocks = drop: x\" ]\n", "not-in-dtdev",
		  "decide speaks of /rtc@a", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_false(PLAN(.board = rows[i].board, .configs = { rows[i].cfg }));
		assert_says(rows[i].slug, rows[i].text);
		assert_true(str_find_sub(finding_of(rows[i].slug)->helps.v[0],
					 str_of(rows[i].help)) != SIZE_MAX);
		start_over();
	}
}

/* ---- What each target is told --------------------------------------------------------------- */

static void test_dtdev_and_force(void **state)
{
	const char *const board = BOARD(RTC("a", "0 0x5040000 0 0x1000", "1", "")
						ETH("b", "0 0x5041000 0 0x1000", "2", "7", ""));
	static const char *const cfg = "dtdev = [ \"/rtc@a\", \"/ethernet@b\" ]\n";

	(void)state;
	assert_true(PLAN(.board = board, .configs = { cfg }));
	assert_string_equal(ENTRIES(guest(0)->block_dtdev), "/ethernet@b");
	assert_false(guest(0)->devices.v[0].needs_force);
	start_over();
	assert_true(PLAN(.board = board, .configs = { cfg }, .target = TARGET_DOM0LESS));
	assert_true(guest(0)->devices.v[0].needs_force);
	assert_false(guest(0)->devices.v[1].needs_force);
	assert_false(guest(0)->devices.v[1].in_dtdev);
	assert_int_equal(guest(0)->block_irqs.n, 0);
	start_over();
	/* No IOMMU, nothing for dtdev. */
	assert_true(PLAN(.board = board, .configs = { cfg }, .args = "iommu=no"));
	assert_string_equal(ENTRIES(guest(0)->block_dtdev), "");
}

static void test_forces(void **state)
{
	const char *const board = BOARD(RTC("a", "0 0x5040000 0 0x1000", "1", "")
						RTC("b", "0 0x5041000 0 0x1000", "2", ""));

	(void)state;
	assert_true(
		PLAN(.board = board, .configs = { "dtdev = [ \"/rtc@a\", \"/rtc@b\" ]\n"
						  "force_assign = [ \"/rtc@b: it is fine\" ]\n" }));
	assert_false(guest(0)->devices.v[0].forced);
	assert_true(guest(0)->devices.v[1].forced);
	assert_string_equal(str_c(arena, guest(0)->devices.v[1].force_reason), "it is fine");
	start_over();
	assert_true(PLAN(.board = board,
			 .configs = { "dtdev = [ \"/rtc@a\", \"/rtc@b\" ]\n"
				      "force_assign_without_iommu = \"all of them\"\n" }));
	assert_true(guest(0)->devices.v[0].forced && guest(0)->devices.v[1].forced);
}

/* Two guests that both ask for everything: not slower than each for itself. */
static void test_many_taken(void **state)
{
	enum { N = 20000 };
	struct buf board = buf_new(arena), cfg = buf_new(arena);

	(void)state;
	buf_text(&board, "/ { " ROOT_CELLS);
	buf_text(&cfg, "dtdev = [ ");
	for (unsigned i = 0; i < N; i++) {
		buf_format(&board, "n%u { }; ", i);
		buf_format(&cfg, "\"/n%u\", ", i);
	}
	buf_text(&board, "};");
	buf_text(&cfg, "]\n");
	assert_true(PLAN(.board = text_of(&board), .configs = { text_of(&cfg), text_of(&cfg) }));
	assert_int_equal(guest(1)->devices.n, N);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_parts),
		TEST(test_named_part),
		TEST(test_part_of_another_guest),
		TEST(test_two_guests),
		TEST(test_nobody),
		TEST(test_withhold),
		TEST(test_withhold_faults),
		TEST(test_infrastructure_below),
		TEST(test_marks),
		TEST(test_words),
		TEST(test_wrong_words),
		TEST(test_dtdev_and_force),
		TEST(test_forces),
		TEST(test_many_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
