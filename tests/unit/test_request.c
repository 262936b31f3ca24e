/* SPDX-License-Identifier: BSD-2-Clause */
/* A config as a whole: name, form, keys, shapes, the block, allowances. */
#include "request_fixture.h"

#include <time.h>

/* ---- Names -------------------------------------------------------------------- */

static void name_of_key(void **state)
{
	(void)state;
	assert_true(build("dir.d/other.cfg", "name = \"Dom-D_1.x\"\n"));
	assert_str(guest->name, "Dom-D_1.x");
	assert_int_equal(guest->at.line, 1);
	assert_int_equal(guest->at.col, 9);
	ASSERT_CLEAN();
}

static void name_of_file(void **state)
{
	static const char *const rows[][2] = {
		{ "guest.cfg", "guest" },
		{ "dir.d/guest", "guest" },
		{ "/a/b.c/dom.d.cfg", "dom.d" },
		{ "-", "-" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		start_over();
		assert_true(build(rows[i][0], "memory = 5\n"));
		assert_str(guest->name, rows[i][1]);
		assert_int_equal(guest->at.kind, PLACE_FILE);
		ASSERT_CLEAN();
	}
}

static void bad_names(void **state)
{
	(void)state;
	ASSERT_ROWS({ "name = ''\n",
		      { "bad-guest-name", 1, 8, 2,
			"expected a name for this guest, found an empty name", "key `name`" } },
		    { "name = 'dom D'\n", { "bad-guest-name", 1, 9, 5, NULL, NULL } },
		    { "name = '../x'\n", { "bad-guest-name", 1, 9, 4, NULL, NULL } },
		    { "name = '.x'\n", { "bad-guest-name", 1, 9, 2, NULL, NULL } },
		    { "name = 'host'\n", { "bad-guest-name", 1, 9, 4, NULL, NULL } },
		    { "name = '0123456789012345678901234567890123456789012345678901234567890123'"
		      " 'x'",
		      { "config-syntax", 1, 75, 3, NULL, NULL } },
		    { "name = '01234567890123456789012345678901234567890123456789012345678901234'",
		      { "bad-guest-name", 1, 9, 65, NULL, NULL } }, );
	start_over();
	assert_false(build("host.cfg", ""));
	start_over();
	assert_false(build("my guest.cfg", ""));
}

static void names_are_unique(void **state)
{
	struct request_source sources[] = {
		{ .file = STR("a.cfg"), .source = STR("name = 'x'\n") },
		{ .file = STR("x.cfg"), .source = STR("memory = 5\n") },
		{ .file = STR("y.cfg"), .source = STR("memory = 5\n") },
	};
	const struct finding *f;

	(void)state;
	assert_false(request_build(arena, diag, sources, 3, &options, &request));
	assert_int_equal(request->nguests, 3);
	diag_settle(diag, FAIL_ON_ERROR);
	assert_int_equal(diag_count(diag), 1);
	f = diag_get(diag, 0);
	assert_int_equal(f->rule, RULE_DUPLICATE_GUEST);
	assert_str(f->places.v[0].file, "x.cfg");
	assert_str(f->places.v[1].file, "a.cfg");
}

static void too_many_guests(void **state)
{
	struct request_source *sources =
		ARENA_ARRAY(arena, struct request_source, LIMIT_GUESTS + 1);

	(void)state;
	for (int i = 0; i <= LIMIT_GUESTS; i++)
		sources[i].file = str_format(arena, "g%d.cfg", i);
	assert_false(request_build(arena, diag, sources, LIMIT_GUESTS + 1, &options, &request));
	assert_int_equal(request->nguests, LIMIT_GUESTS);
	ASSERT_FINDINGS({ "limit-exceeded", 0, 0, 0, NULL, NULL }, );
}

/* ---- Form --------------------------------------------------------------------- */

#define BLOCK \
	"# >>> dtassign\ndtdev = [ '/a' ]\nirqs = [ 40, 41 ]\niomem = [ 'ff0,1' ]\n" \
	"device_tree = 'g.dtb'\n# <<< dtassign\n"

static void form_follows_from_what_stands_there(void **state)
{
	static const struct {
		const char *cfg;
		enum config_form form;
	} rows[] = {
		{ "", FORM_REQUEST },
		{ "dtdev = [ '/a' ]\n", FORM_REQUEST },
		{ "irqs = [ ]\n", FORM_FINAL },
		{ "iomem = [ 'ff0,1' ]\n", FORM_FINAL },
		{ BLOCK, FORM_REQUEST },
		{ BLOCK "\nirqs = [ 1 ]", FORM_FINAL },
		{ "irqs = [ 40 ]\n" BLOCK, FORM_FINAL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		start_over();
		read_guest(rows[i].cfg);
		assert_int_equal(guest->form, rows[i].form);
	}
	options = (struct request_options){ .as_given = true, .as = FORM_REQUEST };
	assert_true(read_guest("irqs = [ 40 ]\n"));
	assert_int_equal(guest->form, FORM_REQUEST);
	assert_int_equal(guest->nirqs, 1); /* claims of the guest all the same */
}

static void what_stands_in_the_block_is_kept_apart(void **state)
{
	const struct block_entries *b;

	(void)state;
	assert_true(read_guest("dtdev = [ '&uart', 'serial0' ]\n" BLOCK));
	assert_int_equal(guest->ndevices, 2);
	assert_str(guest->devices[1].text, "serial0");
	assert_int_equal(guest->devices[1].at.col, 21);
	assert_int_equal(guest->nirqs, 0);
	assert_int_equal(guest->niomem, 0);
	assert_int_equal(guest->device_tree.text.n, 0);
	b = &guest->block;
	assert_int_equal(b->ndtdev, 1);
	assert_int_equal(b->nirqs, 2);
	assert_str(b->irqs[1].text, "41");
	assert_int_equal(b->irqs[1].at.line, 4);
	assert_int_equal(b->niomem, 1);
	assert_str(b->device_tree.text, "g.dtb");
	ASSERT_CLEAN();
}

static void overriding_the_block(void **state)
{
	(void)state;
	read_guest("dtdev = [ '/a' ]\n" BLOCK "memory = 5\ndtdev = [ '/b' ]\nirqs += [ 1 ]\n");
	ASSERT_FINDINGS({ "overrides-managed-block", 9, 1, 5,
			  "this assignment replaces `dtdev` of the managed block above it",
			  "before the block" },
			{ "overrides-managed-block", 10, 1, 4,
			  "this assignment adds to `irqs` of the managed block above it", NULL }, );
}

static void overriding_the_block_from_the_command_line(void **state)
{
	struct str words[] = { STR("memory=6"), STR("irqs=[ 1 ]") };
	struct request_source source = {
		.file = STR("dom.cfg"),
		.source = STR("memory = 5\n" BLOCK),
		.overrides = words,
		.noverrides = 2,
	};

	(void)state;
	request_build(arena, diag, &source, 1, &options, &request);
	assert_int_equal(request->guests[0].memory_mib, 6);
	ASSERT_FINDINGS({ "overrides-managed-block", 1, 1, 4, NULL, NULL }, );
}

/* ---- Keys --------------------------------------------------------------------- */

static void duplicate_keys(void **state)
{
	(void)state;
	read_guest("memory = 5\nmemory = 6\nirqs = [ 40 ]\nirqs += [ 41 ]\nmine = 1\nmine = 2\n");
	assert_int_equal(guest->memory_mib, 6);
	assert_int_equal(guest->nirqs, 2);
	ASSERT_FINDINGS({ "duplicate-key", 2, 1, 6,
			  "`memory` is set a second time: only this one counts", "remove one" }, );
}

static void misspelt_keys(void **state)
{
	static const char *const pairs[][2] = {
		{ "dtdevs", "dtdev" },
		{ "dt_dev", "dtdev" },
		{ "irq", "irqs" },
		{ "iomems", "iomem" },
		{ "devicetree", "device_tree" },
		{ "device_trees", "device_tree" },
		{ "force_asign", "force_assign" },
		{ "memmory", "memory" },
		{ "vcpu", "vcpus" },
		{ "gicversion", "gic_version" },
		{ "passtrough", "passthrough" },
		{ "withold", "withhold" },
		{ "disks", "disk" },
		{ "pcis", "pci" },
		{ "iomem_maps", "iomem_map" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct str expected;

		start_over();
		read_guest(str_format(arena, "%s = 1\n%s = 2\n", pairs[i][0], pairs[i][0]).s);
		expected = str_format(arena, "nobody reads the key `%s`, which looks like `%s`",
				      pairs[i][0], pairs[i][1]);
		ASSERT_FINDINGS({ "misspelt-key", 1, 1, (uint32_t)strlen(pairs[i][0]), expected.s,
				  pairs[i][1] }, );
	}
}

static void other_keys_are_nobody_s_business(void **state)
{
	(void)state;
	assert_true(read_guest(
		"vif = [ 'bridge=x' ]\nvnc = 1\nmy_key = 5\ncpus = '1'\nvif2 = [ ]\n"
		"uuid = 'x'\nvga = [ 1 ]\nx = 1\nviff_ = 1\npcx = 1\nvpci = 1\nirs = 1\n"));
	ASSERT_CLEAN();
}

/* ---- What xl drops ------------------------------------------------------------ */

static void wrong_shapes(void **state)
{
	(void)state;
	ASSERT_ROWS(
		{ "dtdev = \"/a\"\n",
		  { "xl-ignores", 1, 10, 2, "xl ignores `dtdev`: expected a list, found a string",
		    "write `dtdev = [ \"/a\" ]`" } },
		{ "irqs = 112\n",
		  { "xl-ignores", 1, 8, 3, "xl ignores `irqs`: expected a list, found a number",
		    "write `irqs = [ 112 ]`" } },
		{ "vif = 'bridge=x'\n", { "xl-ignores", 1, 8, 8, NULL, NULL } },
		{ "device_tree = [ 'x' ]\n",
		  { "xl-ignores", 1, 15, 7,
		    "xl ignores `device_tree`: expected a string, found a list",
		    "without brackets" } },
		{ "gic_version = [ 'v2' ]\n", { "xl-ignores", 1, 15, 8, NULL, NULL } },
		{ "memory = [ 5 ]\n",
		  { "xl-ignores", 1, 10, 5, "xl ignores `memory`: expected a number, found a list",
		    NULL } },
		{ "memory = '512M'\n",
		  { "xl-ignores", 1, 11, 4, "xl ignores `memory`: expected a number, found `512M`",
		    "without unit" } },
		{ "memory = 08\n", { "xl-ignores", 1, 10, 2, NULL, NULL } },
		{ "memory = 99999999999999999999\n", { "xl-ignores", 1, 10, 20, NULL, NULL } },
		{ "memory = 0512\n",
		  { "xl-ignores", 1, 10, 4, "xl reads `0512` as octal, that is 330",
		    "leading zero" } },
		{ "memory += 512\n", { "xl-ignores", 1, 11, 3, NULL, "the whole number" } },
		{ "dtdev = [ '/a', [ '/b' ], '/c', '/d' ]\n",
		  { "xl-ignores", 1, 17, 8,
		    "xl stops reading `dtdev` at this list in the list, without a word",
		    "inner brackets" } },
		{ "irqs = [ 40, [ 41 ] ]\n",
		  { "bad-entry", 1, 14, 6, "expected a string in `irqs`, found a list",
		    "inner brackets" } },
		{ "withhold = '/a: b'\n",
		  { "bad-value", 1, 13, 5, "expected a list for `withhold`, found a string",
		    "write `withhold = [ '/a: b' ]`" } },
		{ "xen_target = [ 'xl' ]\n",
		  { "bad-value", 1, 14, 8, "expected a string for `xen_target`, found a list",
		    "without brackets" } },
		{ "platform_iommu_safe = 0\n",
		  { "bad-value", 1, 23, 1,
		    "expected a string for `platform_iommu_safe`, found the number `0`", NULL } },
		{ "direct_map = 'yes'\n",
		  { "bad-value", 1, 15, 3, "expected a number for `direct_map`, found `yes`",
		    NULL } }, );
}

static void what_xl_drops_is_dropped(void **state)
{
	(void)state;
	read_guest("dtdev = [ '/a', [ '/b' ], '/c' ]\nmemory = '5M'\nmaxmem = 64\n"
		   "irqs = 40\niomem = 'ff0,1'\n");
	assert_int_equal(guest->ndevices, 1);
	assert_int_equal(guest->memory_mib, 64);
	assert_int_equal(guest->nirqs, 0);
	assert_int_equal(guest->niomem, 0);
}

/* Its lists are written anew, so the slip costs nothing but the finding. */
static void a_request_means_what_it_says(void **state)
{
	(void)state;
	read_guest("dtdev = '/a'\n");
	assert_int_equal(guest->ndevices, 1);
	assert_str(guest->devices[0].text, "/a");
}

/* ---- Allowances --------------------------------------------------------------- */

static void allowances_in_comments(void **state)
{
	(void)state;
	assert_true(read_guest("# dtassign: allow xl-ignores: fine: really\n"
			       "# and another comment\n"
			       "memory = 010\n"
			       "maxmem = 020\n"
			       "nr_spis = 040  #dtassign: allow xl-ignores: here\n"
			       "vcpus = 010\n"));
	diag_settle(diag, FAIL_ON_ERROR);
	assert_int_equal(diag_count(diag), 4);
	assert_true(diag_get(diag, 0)->allowed);
	assert_str(diag_get(diag, 0)->reason, "fine: really");
	assert_false(diag_get(diag, 1)->allowed);
	assert_true(diag_get(diag, 2)->allowed);
	assert_str(diag_get(diag, 2)->reason, "here");
	assert_false(diag_get(diag, 3)->allowed);
}

static void allowances_in_lists(void **state)
{
	(void)state;
	read_guest("vif = [\n"
		   "  'a',\n"
		   "  # dtassign: allow xl-ignores: a\n"
		   "\n"
		   "  # dtassign: allow xl-ignores: b\n"
		   "  [ ],\n"
		   "]\n");
	diag_settle(diag, FAIL_ON_ERROR);
	assert_int_equal(diag_count(diag), 1);
	assert_str(diag_get(diag, 0)->reason, "b"); /* the blank line ends a stack */
}

static void wrong_allowances(void **state)
{
	(void)state;
	ASSERT_ROWS(
		{ "# dtassign: allow\n",
		  { "bad-entry", 1, 13, 5,
		    "expected `allow SLUG: REASON` behind `dtassign:`, found `allow`",
		    "`allow`" } },
		{ "x = 1 # dtassign: deny shared-page\n", { "bad-entry", 1, 19, 16, NULL, NULL } },
		{ "# dtassign: allow shared-page /soc/a: x\n",
		  { "bad-entry", 1, 13, 27, NULL, "key `allow`" } },
		{ "# dtassign: allow shred-page: x\n",
		  { "unknown-rule", 1, 19, 10, "there is no rule `shred-page`",
		    "did you mean `shared-page`?" } },
		{ "# dtassign: allow split-group: x\n",
		  { "cannot-allow", 1, 19, 11, "`split-group` cannot be allowed",
		    "explain split-group" } },
		{ "# dtassign: allow shared-page\n",
		  { "missing-reason", 1, 13, 17, "expected a reason, found none", NULL } },
		{ "# dtassign: allow shared-page: \n",
		  { "missing-reason", 1, 13, 18, NULL, NULL } }, );
}

static void comments_of_the_block_are_ours(void **state)
{
	(void)state;
	assert_true(read_guest("# >>> dtassign\n# dtassign: allow nonsense\n# <<< dtassign\n"
			       "# dtassigned: x\n# the dtassign: allow comment\n"));
	ASSERT_CLEAN();
}

/* ---- Options ------------------------------------------------------------------ */

static void keys_before_options(void **state)
{
	(void)state;
	options = (struct request_options){
		.target_given = true,
		.target = TARGET_DOM0LESS,
		.unprotected_given = true,
		.unprotected = UNPROTECTED_REFUSE,
	};
	assert_true(read_guest(""));
	assert_int_equal(guest->target, TARGET_DOM0LESS);
	assert_int_equal(guest->unprotected, UNPROTECTED_REFUSE);
	options = (struct request_options){ .target_given = true, .target = TARGET_DOM0LESS };
	assert_true(read_guest("xen_target = 'xl'\nunprotected = 'warn'\n"));
	assert_int_equal(guest->target, TARGET_XL);
	assert_int_equal(guest->unprotected, UNPROTECTED_WARN);
	ASSERT_CLEAN();
}

static void targets(void **state)
{
	enum target t;

	(void)state;
	assert_true(target_parse(STR("dom0less"), &t));
	assert_int_equal(t, TARGET_DOM0LESS);
	assert_string_equal(target_name(TARGET_XL), "xl");
	assert_false(target_parse(STR("XL"), &t));
}

/* What nobody gave has no place. */
static void defaults(void **state)
{
	(void)state;
	assert_true(read_guest(""));
	assert_int_equal(guest->form, FORM_REQUEST);
	assert_int_equal(guest->target, TARGET_XL);
	assert_int_equal(guest->vcpus, 1);
	assert_int_equal(guest->memory_mib, 0);
	assert_int_equal(guest->memory_at.kind, PLACE_NONE);
	assert_int_equal(guest->memory_at.cell, -1);
	assert_int_equal(guest->vuart_at.kind, PLACE_NONE);
	assert_false(guest->cfg->broken);
	ASSERT_CLEAN();
}

/* ---- Time --------------------------------------------------------------------- */

static void reading_is_linear(void **state)
{
	static const char *const worst[] = {
		"vnc=1\n",      "irqs+=[1]\n",           "x%06d=1\n",
		"memori%d=1\n", "# dtassign: allow x\n", "# dtassign: allow shared-page: x\n",
		"#\n",          "dtdev=[[]]\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(worst); i++) {
		struct buf text = buf_new(arena);
		struct timespec from, to;

		buf_text(&text, "# >>> dtassign\nvnc = 1\n# <<< dtassign\n");
		for (int n = 0; text.n < 1 << 20; n++) {
			struct str line = str_of(worst[i]);
			size_t percent = str_find(line, '%');

			buf_str(&text, str_sub(line, 0, percent));
			if (percent != SIZE_MAX)
				buf_format(&text, "%06d=1\n", n);
		}
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
		read_guest(buf_get(&text).s);
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
		if (to.tv_sec - from.tv_sec > 20)
			fail_msg("too slow: %s", worst[i]);
		start_over();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(name_of_key),
		TEST(name_of_file),
		TEST(bad_names),
		TEST(names_are_unique),
		TEST(too_many_guests),
		TEST(form_follows_from_what_stands_there),
		TEST(what_stands_in_the_block_is_kept_apart),
		TEST(overriding_the_block),
		TEST(overriding_the_block_from_the_command_line),
		TEST(duplicate_keys),
		TEST(misspelt_keys),
		TEST(other_keys_are_nobody_s_business),
		TEST(wrong_shapes),
		TEST(what_xl_drops_is_dropped),
		TEST(a_request_means_what_it_says),
		TEST(allowances_in_comments),
		TEST(allowances_in_lists),
		TEST(wrong_allowances),
		TEST(comments_of_the_block_are_ours),
		TEST(keys_before_options),
		TEST(targets),
		TEST(defaults),
		TEST(reading_is_linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
