/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen and its options, and what a final config says to xl. */
#include "check_fixture.h"

#define UART_A \
	"serial@5040000 { compatible = \"arm,pl011\"; reg = <0 0x5040000 0 0x1000>; interrupts = " \
	"<0 1 " \
	"4>; }; "
#define UART_B \
	"serial@5050000 { compatible = \"arm,pl011\"; reg = <0 0x5050000 0 0x1000>; interrupts = " \
	"<0 2 " \
	"4>; }; "
#define ALIASES "aliases { serial0 = \"/serial@5040000\"; serial1 = \"/serial@5050000\"; }; "
#define GIVE_UA \
	GIVE("\"/serial@5040000\"") "allow = [ \"unverified-non-master /serial@5040000: x\" ]\n"
#define GIVE_UB \
	GIVE("\"/serial@5050000\"") "allow = [ \"unverified-non-master /serial@5050000: x\" ]\n"
#define FINE "unverified-non-master(allowed)"

/* Which UART is Xen's, by every way to say so. */
static void test_console(void **state)
{
	static const struct {
		const char *stdout_path, *args, *cfg, *found;
	} rows[] = {
		{ "serial0", NULL, GIVE_UA, "infrastructure" },
		{ "serial0", NULL, GIVE_UB, FINE },
		{ "serial0:115200n8", NULL, GIVE_UA, "infrastructure" },
		{ "/serial@5050000", NULL, GIVE_UB, "infrastructure" },
		/* The argument counts before the tree: as alias, as path, with options. */
		{ "serial0", "dtuart=serial1", GIVE_UB, "infrastructure" },
		{ "serial0", "dtuart=serial1", GIVE_UA, FINE },
		{ "serial0", "console=dtuart dtuart=/serial@5050000", GIVE_UB, "infrastructure" },
		{ "serial0", "dtuart=serial1:115200", GIVE_UB, "infrastructure" },
		/* Nobody says anything; or something that leads nowhere. */
		{ NULL, NULL, GIVE_UA, "console-unknown " FINE },
		{ "serial0", "dtuart=serial7", GIVE_UA, "console-unknown " FINE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *chosen =
			rows[i].stdout_path
				? str_format(arena, "chosen { stdout-path = \"%s\"; }; ",
					     rows[i].stdout_path)
					  .s
				: "";

		CHECK(.board =
			      str_format(arena,
					 "/ { " ROOT_CELLS "interrupt-parent = <&gic>; " GIC_V2 SMMU
					 "%s" ALIASES UART_A UART_B "};",
					 chosen)
				      .s,
		      .args = rows[i].args, .configs = { rows[i].cfg });
		assert_string_equal(found_text(), rows[i].found);
		start_over();
	}
}

/* Not knowing the console matters when a UART is given away. */
static void test_console_without_uart(void **state)
{
	(void)state;
	CHECK(.board = BOARD(DEV_A UART_B), .configs = { GIVE_A });
	assert_string_equal(found_text(), "");
}

#define SMMU_ALONE \
	"smmu: iommu@2d000000 { compatible = \"arm,mmu-500\"; #iommu-cells = <1>; reg = <0 " \
	"0x2d000000 " \
	"0 0x20000>; }; "

static void test_no_gic(void **state)
{
	(void)state;
	CHECK(.board = "/ { " ROOT_CELLS SMMU_ALONE
		       "x@5040000 { compatible = \"cdns,gem\"; reg = <0 "
		       "0x5040000 0 0x1000>; iommus = <&smmu 1>; }; };",
	      .configs = { GIVE("\"/x@5040000\"") });
	assert_int_equal(count_of("no-gic"), 1);
	start_over();
	/* Nothing is asked of such a board. */
	CHECK(.board = "/ { " ROOT_CELLS "};", .configs = { "memory = 1\n" });
	assert_string_equal(found_text(), "");
}

/* ---- IOMMUs ---------------------------------------------------------------------------- */

/* Two clients with one stream: Xen cannot build dom0 with both. */
#define BAD_CLIENT "iommus = <&smmu 1 &other 1>; "
#define OTHER_SMMU \
	"other: iommu@2e000000 { compatible = \"arm,mmu-500\"; #iommu-cells = <1>; reg = <0 " \
	"0x2e000000 " \
	"0 0x20000>; #global-interrupts = <1>; interrupts = <0 100 4 0 101 4 0 101 4 0 101 4 0 " \
	"101 4>; " \
	"}; "

static void test_dom0_fails(void **state)
{
	const char *const board =
		BOARD(OTHER_SMMU
		      "ethernet@5060000 { compatible = \"cdns,gem\"; reg = <0 0x5060000 0 0x1000>; "
		      "interrupts = <0 5 4>; " BAD_CLIENT "}; " DEV_A);

	(void)state;
	CHECK(.board = board, .configs = { GIVE_A });
	assert_says("dom0-fails", "Xen cannot build dom0 on this board");
	start_over();
	/* Withheld from dom0, or with nobody to have it. */
	CHECK(.board = board, .configs = { GIVE_A "withhold = [ \"/ethernet@5060000: x\" ]\n" });
	assert_int_equal(count_of("dom0-fails"), 0);
	start_over();
	CHECK(.board = board, .configs = { GIVE_A }, .no_dom0 = true);
	assert_int_equal(count_of("dom0-fails"), 0);
}

/* ---- Final configs ----------------------------------------------------------------------- */

#define FINAL(irq, page) "irqs = [ " irq " ]\niomem = [ \"" page "\" ]\n"

static void test_final(void **state)
{
	const struct judged rows[] = {
		{ DEV_A, GIVE_A FINAL("33", "5040,1"), NULL, "", NULL },
		/* xl takes neither a label nor an alias, */
		{ "aliases { eth = \"/ethernet@5040000\"; }; " DEV_A,
		  GIVE("\"eth\"") FINAL("33", "5040,1"), NULL, "wrong-line",
		  "xl takes full paths only, `eth` is a label or an alias" },
		/* which a request may have. */
		{ "aliases { eth = \"/ethernet@5040000\"; }; " DEV_A, GIVE("\"eth\""), NULL, "",
		  NULL },
		/* dtdev is for what an IOMMU confines. */
		{ RTC("5040000", "0 0x5040000 0 0x1000", "1", ""),
		  GIVE("\"/rtc@5040000\"") FINAL("33", "5040,1"), NULL,
		  "wrong-line unverified-non-master", NULL },
		/* Given by numbers alone it is judged like any other device. */
		{ RTC("5040000", "0 0x5040000 0 0x1000", "1", ""), FINAL("33", "5040,1"), NULL,
		  "unverified-non-master", NULL },
		{ "m@5040000 { compatible = \"cdns,gem\"; reg = <0 0x5040000 0 0x1000>; interrupts "
		  "= <0 1 "
		  "4>; }; ",
		  FINAL("33", "5040,1"), NULL, "unprotected-master", NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_console), TEST(test_console_without_uart),
		TEST(test_no_gic),  TEST(test_dom0_fails),
		TEST(test_final),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
