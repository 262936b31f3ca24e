/* SPDX-License-Identifier: BSD-2-Clause */
/* The operator's config with our block, and what is left of an earlier run. */
#include "emit.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

/* ---- The config --------------------------------------------------------------- */

static struct guest_plan *guest(const char *source, enum config_form form)
{
	struct guest_plan *g = ARENA_NEW(arena, struct guest_plan);
	struct guest_request *r = ARENA_NEW(arena, struct guest_request);

	assert_true(
		cfg_read(arena, diag_new(arena), STR("a.cfg"), str_of(source), NULL, 0, &r->cfg));
	r->form = form;
	r->target = TARGET_XL;
	r->name = STR("a");
	g->request = r;
	return g;
}

static void add_irq(struct guest_plan *g, const char *number, const char *comment)
{
	VEC_PUSH(arena, &g->block_irqs,
		 ((struct entry){ .text = str_of(number), .comment = str_of(comment) }));
}

static void add_device(struct guest_plan *g, const char *path)
{
	VEC_PUSH(arena, &g->block_dtdev, ((struct entry){ .text = str_of(path), .quoted = true }));
}

static void assert_text(struct str have, const char *want)
{
	assert_string_equal(str_c(arena, have), want);
}

#define HEAD \
	"# >>> dtassign\n" \
	"# Made from the lines above and the board: edit those, then compile again.\n"
#define TAIL "# <<< dtassign\n"

static void test_block(void **state)
{
	struct guest_plan *g = guest("dtdev = [ \"/a\" ]\n", FORM_REQUEST);

	(void)state;
	add_device(g, "/axi/ethernet@ff0e0000");
	add_device(g, "/with\"quote\\");
	add_irq(g, "95", "/axi/ethernet@ff0e0000 interrupts[0]");
	VEC_PUSH(arena, &g->block_iomem,
		 ((struct entry){ .text = STR("0xff0e0,0x1@0xff0e0"), .quoted = true }));
	g->block_device_tree = STR("/etc/xen/a.dtb");
	assert_text(emit_block(arena, g), HEAD "dtdev = [\n"
					       "    \"/axi/ethernet@ff0e0000\",\n"
					       "    \"/with\\\"quote\\\\\",\n"
					       "]\n"
					       "irqs = [\n"
					       "    95,  # /axi/ethernet@ff0e0000 interrupts[0]\n"
					       "]\n"
					       "iomem = [\n"
					       "    \"0xff0e0,0x1@0xff0e0\",\n"
					       "]\n"
					       "device_tree = \"/etc/xen/a.dtb\"\n" TAIL);
}

/* xl takes the last list: one of devices that it would refuse must go. */
static void test_block_empties_dtdev(void **state)
{
	struct guest_plan *g = guest("dtdev = [ \"serial0\" ]\n", FORM_REQUEST);

	(void)state;
	assert_text(emit_block(arena, g), HEAD "dtdev = [ ]\n" TAIL);
	g = guest("memory = 1\n", FORM_REQUEST);
	assert_text(emit_block(arena, g), HEAD TAIL);
	g = guest("dtdev = [ \"serial0\" ]\n", FORM_FINAL);
	assert_text(emit_block(arena, g), HEAD TAIL);
}

static void test_block_adds_to_final(void **state)
{
	struct guest_plan *g = guest("irqs = [ 1 ]\n", FORM_FINAL);

	(void)state;
	add_irq(g, "2", "");
	assert_text(emit_block(arena, g), HEAD "irqs += [\n    2,\n]\n" TAIL);
	g = guest("iomem = [ \"1,1\" ]\n", FORM_FINAL);
	add_irq(g, "2", "");
	assert_text(emit_block(arena, g), HEAD "irqs = [\n    2,\n]\n" TAIL);
	/* xl refuses += of a list to a word, and ignores the word. */
	g = guest("irqs = 1\n", FORM_FINAL);
	add_irq(g, "2", "");
	assert_text(emit_block(arena, g), HEAD "irqs = [\n    2,\n]\n" TAIL);
	g = guest("irqs = [ 1 ]\n", FORM_REQUEST);
	add_irq(g, "2", "");
	assert_text(emit_block(arena, g), HEAD "irqs = [\n    2,\n]\n" TAIL);
}

/* What the old block assigns goes with it. */
static void test_block_is_not_its_own_reason(void **state)
{
	struct guest_plan *g = guest(HEAD "irqs = [\n    2,\n]\n" TAIL "memory = 1\n", FORM_FINAL);

	(void)state;
	add_irq(g, "2", "");
	assert_text(emit_cfg(arena, g), "memory = 1\n" HEAD "irqs = [\n    2,\n]\n" TAIL);
}

static void test_block_reasons(void **state)
{
	struct guest_plan *g = guest("memory = 1\n", FORM_REQUEST);
	struct reasoned force = { { STR("/a"), place_none() }, STR("bench only\nirqs = [ 1 ]") };
	struct allow_word allow = { RULE_SHARED_PAGE, { STR("/a"), place_none() }, STR_NONE };
	struct guest_request r = *g->request;

	(void)state;
	r.forces = &force;
	r.nforces = 1;
	r.allows = &allow;
	r.nallows = 1;
	g->request = &r;
	assert_text(emit_block(arena, g), HEAD "# forced /a: bench only?irqs = [ 1 ]\n"
					       "# allowed shared-page /a: no reason given\n" TAIL);
}

static void assert_cfg(const char *source, const char *want)
{
	struct guest_plan *g = guest(source, FORM_REQUEST);
	struct str once;

	add_irq(g, "2", "/x");
	once = emit_cfg(arena, g);
	assert_text(once, want);
	g = guest(str_c(arena, once), FORM_REQUEST);
	add_irq(g, "2", "/x");
	assert_true(str_eq(emit_cfg(arena, g), once));
}

static void test_cfg(void **state)
{
	const char *const block = HEAD "irqs = [\n    2,  # /x\n]\n" TAIL;
	const char *const old = "# >>> dtassign\nirqs = [ 77 ]\n# <<< dtassign\n";

	(void)state;
	assert_cfg("", block);
	assert_cfg("# mine\n\n\tmemory=1 ; vcpus = 2  # odd\n\n",
		   str_format(arena, "# mine\n\n\tmemory=1 ; vcpus = 2  # odd\n\n%s", block).s);
	assert_cfg("memory=1", str_format(arena, "memory=1\n%s", block).s);
	assert_cfg(str_format(arena, "a=1\n%sb=2\n", old).s,
		   str_format(arena, "a=1\nb=2\n%s", block).s);
	assert_cfg(str_format(arena, "a=1\n%sb=2", old).s,
		   str_format(arena, "a=1\nb=2\n%s", block).s);
	assert_cfg(old, block);
}

/* ---- An earlier run ----------------------------------------------------------------- */

static void save(const char *folder, const char *name, const char *content)
{
	FILE *f = fopen(str_format(arena, "%s/%s", folder, name).s, "wb");

	assert_non_null(f);
	fputs(content, f);
	fclose(f);
}

static void assert_stale(const char *report, size_t want, const char *file, const char *why)
{
	char folder[] = "/tmp/dtassign-test.XXXXXX";
	struct stale *entries;
	size_t n;

	assert_non_null(mkdtemp(folder));
	save(folder, "a.dtb", "abc");
	save(folder, "a.json", report);
	n = emit_stale(arena, str_of(folder), STR("a.json"), &entries);
	assert_int_equal(system(str_format(arena, "rm -r %s", folder).s), 0);
	assert_int_equal(n, want);
	if (n) {
		assert_text(entries[0].file, file);
		assert_string_equal(entries[0].why, why);
	}
}

/* The digest of "abc" is that of FIPS 180-2, appendix B.1. */
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void test_stale(void **state)
{
	(void)state;
	assert_stale("{\"outputs\":[{\"file\":\"a.dtb\",\"sha256\":\"" ABC "\"}]}", 0, NULL, NULL);
	assert_stale("{\"outputs\":[{\"file\":\"a.dtb\",\"sha256\":\"ba\"}]}", 1, "a.dtb",
		     "is not the file that this run wrote");
	/* a file that nobody copied, and the config, which is its owner's */
	assert_stale("{\"outputs\":[{\"file\":\"b.dtb\",\"sha256\":\"" ABC "\"}]}", 0, NULL, NULL);
	assert_stale("{\"outputs\":[{\"file\":\"a.cfg\",\"sha256\":\"ba\"}]}", 0, NULL, NULL);
}

static void test_stale_hostile(void **state)
{
	static const char *const reports[] = {
		"",
		"[",
		"[]",
		"{}",
		"{\"outputs\":[]}",
		"{\"outputs\":[1]}",
		"{\"outputs\":{\"file\":\"a.dtb\"}}",
		"{\"outputs\":[{\"file\":\"../a.dtb\",\"sha256\":\"x\"}]}",
		"{\"outputs\":[{\"file\":\"/dev/zero\",\"sha256\":\"x\"}]}",
		"{\"outputs\":[{\"file\":\"..\",\"sha256\":\"x\"}]}",
		"{\"outputs\":[{\"file\":\"a.dtb\"}]}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(reports); i++)
		assert_stale(reports[i], 1, "a.json", "is no report of a run");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_block, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_block_empties_dtdev, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_block_adds_to_final, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_block_is_not_its_own_reason, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_block_reasons, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cfg, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_stale, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_stale_hostile, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
