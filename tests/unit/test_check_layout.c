/* SPDX-License-Identifier: BSD-2-Clause */
/* Does it fit the guest's address space, the release, and what the config says? */
#include "check_fixture.h"

#define MAP(page) "iomem_map = [ \"/ethernet@5040000:" page "\" ]\n"
#define DISK      "disk = [ \"format=raw, vdev=xvda, specification=virtio, target=/x\" ]\n"
#define PCI       "pci = [ \"00:01.0\" ]\n"

struct fit {
	const char *release, *cfg, *found, *says;
	enum target target;
};

static void assert_fits(const struct fit *rows, size_t n, const char *board)
{
	for (size_t i = 0; i < n; i++) {
		CHECK(.board = board, .release = rows[i].release, .target = rows[i].target,
		      .configs = { rows[i].cfg });
		if (strcmp(found_text(), rows[i].found) != 0)
			print_error("%s: %s", rows[i].release ? rows[i].release : "", rows[i].cfg);
		assert_string_equal(found_text(), rows[i].found);
		if (rows[i].says)
			assert_says(str_c(arena, str_sub(str_of(rows[i].found), 0,
							 strcspn(rows[i].found, " "))),
				    rows[i].says);
		assert_complete();
		start_over();
	}
}

static void test_collisions(void **state)
{
	const struct fit rows[] = {
		{ NULL, GIVE_A MAP("33000"), "", NULL, 0 },
		{ NULL, GIVE_A MAP("3001"), "address-collision",
		  "guest addresses 0x3001000 to 0x3001fff lie on the virtual GICv2 distributor",
		  0 },
		{ NULL, GIVE_A MAP("3003"), "address-collision", "the virtual GICv2 CPU interface",
		  0 },
		{ NULL, GIVE_A MAP("3004"), "", NULL, 0 },
		{ NULL, GIVE_A "gic_version = \"v3\"\n" MAP("3004"),
		  "unusable-gic-version address-collision", "asked for, the host has a GICv2", 0 },
		{ NULL, GIVE_A "gic_version = \"v3\"\n" MAP("401f"),
		  "unusable-gic-version address-collision", "asked for, the host has a GICv2", 0 },
		{ NULL, GIVE_A MAP("38000"), "address-collision", "the grant table", 0 },
		{ NULL, GIVE_A MAP("39fff"), "address-collision", "the magic pages", 0 },
		{ NULL, GIVE_A "vuart = \"sbsa_uart\"\n" MAP("22000"),
		  "address-collision interrupt-collision", "the virtual PL011", 0 },
		{ NULL, GIVE_A MAP("22000"), "", NULL, 0 },
		/* Free in this guest: where others have ACPI tables. */
		{ NULL, GIVE_A MAP("20000"), "", NULL, 0 },
	};

	const struct fit gicv3[] = {
		{ NULL, GIVE_A MAP("3004"), "address-collision", "the virtual GICv3 distributor",
		  0 },
		{ NULL, GIVE_A MAP("401f"), "address-collision", "the virtual GICv3 redistributors",
		  0 },
		{ NULL, GIVE_A MAP("4020"), "", NULL, 0 },
	};

	(void)state;
	assert_fits(rows, ARRAY_SIZE(rows),
		    BOARD(ETH("5040000", "0 0x5040000 0 0x1000", "0", "1", "")));
	assert_fits(gicv3, ARRAY_SIZE(gicv3),
		    BOARD_WITH(GIC_V3, ETH("5040000", "0 0x5040000 0 0x1000", "0", "1", "")));
}

/* What came with a release. */
static void test_releases(void **state)
{
	const struct fit rows[] = {
		{ "4.16", GIVE_A DISK MAP("2000"), "", NULL, 0 },
		{ "4.17", GIVE_A DISK MAP("2000"), "address-collision", "the virtio-mmio devices",
		  0 },
		{ "4.17", GIVE_A MAP("2000"), "", NULL, 0 },
		{ "4.15", GIVE_A PCI MAP("10000"), "", NULL, 0 },
		{ "4.17", GIVE_A PCI MAP("10000"), "address-collision",
		  "the virtual PCI configuration space", 0 },
		{ "4.17", GIVE_A PCI MAP("100000"), "address-collision",
		  "the virtual PCI prefetchable window", 0 },
		/* Bank space. */
		{ "4.15", GIVE_A "memory = 256\n" MAP("f0000"), "", NULL, 0 },
		{ "4.17", GIVE_A "memory = 256\n" MAP("f0000"), "address-in-ram-bank",
		  "lie on the unused part of the first RAM bank", 0 },
		{ "4.22", GIVE_A "memory = 256\n" MAP("f0000"), "", NULL, 0 },
		{ "4.16", GIVE_A "memory = 256\n" MAP("f0000"), "", NULL, TARGET_DOM0LESS },
		{ "4.17", GIVE_A "memory = 256\n" MAP("f0000"), "address-in-ram-bank", NULL,
		  TARGET_DOM0LESS },
		/* RAM. */
		{ "4.22", GIVE_A "memory = 3072\n" MAP("fffff"), "address-collision",
		  "lie on the guest's RAM", 0 },
		{ "4.22", GIVE_A "memory = 3072\n" MAP("200000"), "", NULL, 0 },
		{ "4.22", GIVE_A "memory = 3073\n" MAP("200000"), "address-collision",
		  "lie on the guest's RAM", 0 },
		{ "4.17", GIVE_A "memory = 3072\n" MAP("200000"), "address-in-ram-bank",
		  "the second RAM bank", 0 },
	};
	const char *const board = BOARD_WITH(
		GIC_V2,
		"ethernet@5040000 { compatible = \"cdns,gem\"; reg = <0 0x5040000 0 0x1000>; "
		"iommus = <&smmu 1>; }; ");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CHECK(.board = board, .release = rows[i].release, .target = rows[i].target,
		      .configs = { rows[i].cfg });
		/* What else an old release or a guest with a PCI device is told. */
		if (rows[i].found[0] == '\0') {
			assert_int_equal(count_of("address-collision"), 0);
			assert_int_equal(count_of("address-in-ram-bank"), 0);
		} else {
			assert_int_equal(count_of(rows[i].found), 1);
			if (rows[i].says)
				assert_says(rows[i].found, rows[i].says);
		}
		start_over();
	}
}

static void test_windows(void **state)
{
	const char *const board =
		BOARD(DEV_A DEV_B ETH("5060000", "0 0x5060000 0 0x4000", "3", "3", ""));
	const struct fit rows[] = {
		{ NULL, GIVE_BOTH "iomem_map = [ \"5040:33000\", \"5050:33000\" ]\n",
		  "address-collision", "lie on another window of this guest", 0 },
		{ NULL, GIVE_BOTH "iomem_map = [ \"5040:33000\", \"5050:33001\" ]\n", "", NULL, 0 },
		/* Behind the beginning of a wide one. */
		{ NULL,
		  GIVE("\"/ethernet@5040000\", \"/ethernet@5050000\", "
		       "\"/ethernet@5060000\"") "iomem_map = [ \"5060:33000\", "
						"\"5040:33001\", \"5050:33003\" ]\n",
		  "address-collision address-collision", NULL, 0 },
	};

	(void)state;
	assert_fits(rows, ARRAY_SIZE(rows), board);
}

/* A direct-mapped guest has no layout but the host's. */
static void test_direct_map(void **state)
{
	const struct fit rows[] = {
		{ "4.17", GIVE("\"/ethernet@3001000\"") "direct_map = 1\n", "", NULL,
		  TARGET_DOM0LESS },
		{ "4.16", GIVE("\"/ethernet@3001000\"") "direct_map = 1\n",
		  "direct-map-unsupported", "Xen 4.16 has no direct-mapped guests",
		  TARGET_DOM0LESS },
		{ "4.17", GIVE("\"/ethernet@3001000\"") "direct_map = 1\n",
		  "direct-map-unsupported", "xl guests are never direct-mapped", TARGET_XL },
		/* The grant table stays where it always is. */
		{ "4.17", GIVE("\"/ethernet@38000000\"") "direct_map = 1\n",
		  "address-in-grant-table", NULL, TARGET_DOM0LESS },
	};

	(void)state;
	assert_fits(rows, ARRAY_SIZE(rows),
		    BOARD(ETH("3001000", "0 0x3001000 0 0x1000", "1", "1", "")
				  ETH("38000000", "0 0x38000000 0 0x1000", "2", "2", "")));
}

/* ---- The guest's tree ----------------------------------------------------------------- */

static void test_questions(void **state)
{
	const char *const board = BOARD("clk: clk { #clock-cells = <1>; }; " ETH(
		"5040000", "0 0x5040000 0 0x1000", "1", "1", "clocks = <&clk 1 &clk 2 &clk 3>; "));
	const struct finding *f;

	(void)state;
	CHECK(.board = board, .configs = { GIVE_A });
	assert_string_equal(found_text(), "undecided-reference");
	f = finding_of("undecided-reference");
	assert_string_equal(
		str_c(arena, f->text),
		"entries 0, 1 and 2 of `clocks` of `/ethernet@5040000`: the rate of a clock "
		"of /clk is not in the host tree");
	assert_string_equal(str_c(arena, f->helps.v[0]),
			    "decide = [ \"/ethernet@5040000 clocks[0] = stub HZ: REASON\", "
			    "\"/ethernet@5040000 clocks[1] = stub HZ: REASON\", "
			    "\"/ethernet@5040000 clocks[2] = stub HZ: REASON\" ]");
	start_over();
	CHECK(.board = board,
	      .configs = { GIVE_A "decide = [ \"/ethernet@5040000 clocks[1] = stub 5: x\", "
				  "\"/ethernet@5040000 clocks[2] = drop: x\" ]\n" });
	assert_says("undecided-reference", "entry 0 of `clocks`");
	start_over();
	CHECK(.board = board,
	      .configs = { GIVE_A "decide = [ \"/ethernet@5040000 clocks = stub 5: x\" ]\n" });
	assert_string_equal(found_text(), "");
}

/* Nothing is asked about what nobody may have. */
static void test_no_questions(void **state)
{
	(void)state;
	CHECK(.board = BOARD(
		      "clk: clk { #clock-cells = <1>; };"
		      "pmu@5040000 { compatible = \"arm,cortex-a53-pmu\"; reg = <0 0x5040000 0 "
		      "0x1000>; clocks = <&clk 1>; };"),
	      .configs = { GIVE("\"/pmu@5040000\"") });
	assert_string_equal(found_text(), "infrastructure");
}

static void test_size(void **state)
{
	struct buf long_text = buf_new(arena);
	const char *board;
	static const struct {
		const char *release;
		enum target target;
		bool found;
	} rows[] = {
		{ "4.17", TARGET_DOM0LESS, true },
		{ "4.18", TARGET_DOM0LESS, false },
		{ "4.17", TARGET_XL, false },
	};
	char *kept;

	(void)state;
	for (unsigned i = 0; i < 400; i++)
		buf_text(&long_text, "\"eight by\", ");
	buf_text(&long_text, "\"\"");
	kept = strdup(text_of(&long_text));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		board = str_format(arena,
				   "/ { " ROOT_CELLS "interrupt-parent = <&gic>; " GIC_V2 SMMU
				   "ethernet@5040000 { compatible = \"cdns,gem\"; reg = <0 "
				   "0x5040000 0 "
				   "0x1000>; interrupts = <0 1 4>; iommus = <&smmu 1>; "
				   "example,text = %s; }; "
				   "};",
				   kept)
				.s;
		CHECK(.board = board, .release = rows[i].release, .target = rows[i].target,
		      .configs = { GIVE_A });
		assert_int_equal(count_of("fragment-too-large"), rows[i].found);
		start_over();
	}
	free(kept);
}

/* ---- The managed block ------------------------------------------------------------------ */

#define BLOCK(dtdev, irqs, iomem, tree) \
	"# >>> dtassign\ndtdev = [ " dtdev " ]\nirqs = [ " irqs " ]\niomem = [ " iomem \
	" ]\ndevice_tree = \"" tree "\"\n# <<< dtassign\n"

static void test_block(void **state)
{
	const struct judged rows[] = {
		{ DEV_A,
		  GIVE_A BLOCK("\"/ethernet@5040000\"", "33", "\"0x5040,0x1@0x5040\"", "a.dtb"),
		  NULL, "", NULL },
		/* Where the guests' files lie is nobody's business but the operator's. */
		{ DEV_A,
		  GIVE_A BLOCK("\"/ethernet@5040000\"", "33", "\"0x5040,0x1@0x5040\"",
			       "/boot/a.dtb"),
		  NULL, "", NULL },
		{ DEV_A,
		  GIVE_A BLOCK("\"/ethernet@5040000\"", "33", "\"0x5040,0x1@0x5040\"", "b.dtb"),
		  NULL, "stale-managed-block",
		  "device_tree of the managed block is b.dtb, a.dtb would be written now" },
		{ DEV_A,
		  GIVE_A BLOCK("\"/ethernet@5040000\"", "", "\"0x5040,0x1@0x5040\"", "a.dtb"), NULL,
		  "stale-managed-block",
		  "the managed block lacks 33 in irqs, for /ethernet@5040000 interrupts[0]" },
		{ DEV_A,
		  GIVE_A BLOCK("\"/ethernet@5040000\"", "33, 34", "\"0x5040,0x1@0x5040\"", "a.dtb"),
		  NULL, "stale-managed-block",
		  "irqs of the managed block has 34, which would not be written now" },
		{ DEV_A,
		  GIVE_A BLOCK("\"/ethernet@5040000\"", "33", "\"0x5040,0x1@0x33000\"", "a.dtb"),
		  NULL, "stale-managed-block stale-managed-block", NULL },
		{ DEV_A DEV_B,
		  GIVE_A BLOCK("\"/ethernet@5040000\", \"/ethernet@5050000\"", "33",
			       "\"0x5040,0x1@0x5040\"", "a.dtb"),
		  NULL, "stale-managed-block", NULL },
		/* What stands behind it has a finding of its own. */
		{ DEV_A,
		  GIVE_A BLOCK("\"/ethernet@5040000\"", "34", "\"0x5040,0x1@0x5040\"",
			       "a.dtb") "irqs = [ 33 ]\n",
		  NULL, "overrides-managed-block", NULL },
	};

	(void)state;
	ASSERT_JUDGED(rows, 0);
}

/* ---- The end ------------------------------------------------------------------------------ */

/* Only what nobody refused can be written, and only as a whole. */
static void test_approve(void **state)
{
	static const struct {
		const char *cfg;
		bool approved;
	} rows[] = {
		{ GIVE_A, true },
		{ GIVE("\"/rtc@5070000\""), true },
		{ GIVE_A GIVE_A, true },
		{ GIVE("\"/gic@2c001000\""), false },
		{ GIVE("\"/nowhere\""), false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct approved *approved;
		struct summary summary;

		CHECK(.board = BOARD(DEV_A RTC("5070000", "0 0x5070000 0 0x1000", "9", "")),
		      .configs = { rows[i].cfg });
		summary = diag_settle(diag, FAIL_ON_ERROR);
		approved = check_approve(arena, plan, diag, summary);
		assert_int_equal(approved != NULL, rows[i].approved);
		if (approved) {
			assert_ptr_equal(approved_plan(approved), plan);
			assert_ptr_equal(approved_findings(approved), diag);
		}
		start_over();
	}
}

/* A plan that is not whole is not approved, whatever the summary says. */
static void test_incomplete(void **state)
{
	(void)state;
	CHECK(.board = BOARD(DEV_A), .configs = { GIVE("\"/nowhere\"") });
	assert_false(plan->complete);
	assert_null(check_approve(arena, plan, diag, (struct summary){ 0 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_collisions), TEST(test_releases),  TEST(test_windows),
		TEST(test_direct_map), TEST(test_questions), TEST(test_no_questions),
		TEST(test_size),       TEST(test_block),     TEST(test_approve),
		TEST(test_incomplete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
