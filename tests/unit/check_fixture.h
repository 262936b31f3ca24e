/* SPDX-License-Identifier: BSD-2-Clause */
/* Boards and configs as text are planned and judged. */
#ifndef DTASSIGN_TEST_CHECK_FIXTURE_H
#define DTASSIGN_TEST_CHECK_FIXTURE_H

#include "check.h"
#include "plan_fixture.h"

static inline void check_world(struct world w)
{
	const struct check_options options = { .compare_block = true };

	plan_world(w);
	check_plan(arena, diag, plan, &options);
}

#define CHECK(...) check_world((struct world){ __VA_ARGS__ })

/* What was found, in the order of places; the note that no board of a test
 * carries marks is left out. */
static inline const char *found_text(void)
{
	struct buf b = buf_new(arena);

	settle();
	for (size_t i = 0; i < diag_count(diag); i++) {
		const struct finding *f = diag_get(diag, i);

		if (f->rule != RULE_MARKS_ASSUMED)
			buf_format(&b, "%s%s%s", b.n ? " " : "", rule_get(f->rule)->slug,
				   f->allowed ? "(allowed)" : "");
	}
	return text_of(&b);
}

/* A board, a config (or two), what is found and what the first of those says. */
struct judged {
	const char *parts;
	const char *cfg, *cfg2;
	const char *found;
	const char *says;
};

/* Every finding says how to mend it and where it is. */
static inline void assert_complete(void)
{
	for (size_t i = 0; i < diag_count(diag); i++) {
		const struct finding *f = diag_get(diag, i);

		if (!f->helps.n)
			print_error("no help: %s\n", str_c(arena, f->text));
		assert_true(f->helps.n > 0);
		assert_true(f->places.n > 0);
		assert_true(f->text.n > 0);
	}
}

static inline void assert_judged(const struct judged *row, struct world w)
{
	w.board = str_format(arena,
			     "/ { " ROOT_CELLS "compatible = \"example,board\"; interrupt-parent = "
			     "<&gic>; " GIC_V2 SMMU
			     "memory@80000000 { device_type = \"memory\"; reg = <0 0x80000000 0 "
			     "0x40000000>; }; %s };",
			     row->parts)
			  .s;
	w.configs[0] = row->cfg;
	w.configs[1] = row->cfg2;
	check_world(w);
	if (strcmp(found_text(), row->found) != 0)
		print_error("%s\n%s", row->parts, row->cfg);
	assert_string_equal(found_text(), row->found);
	if (row->says)
		assert_says(str_c(arena, str_sub(str_of(row->found), 0, strcspn(row->found, " ("))),
			    row->says);
	assert_complete();
}

static inline void assert_all_judged(const struct judged *rows, size_t n, struct world w)
{
	for (size_t i = 0; i < n; i++) {
		assert_judged(&rows[i], w);
		start_over();
	}
}

#define ASSERT_JUDGED(rows, ...) \
	assert_all_judged(rows, ARRAY_SIZE(rows), (struct world){ __VA_ARGS__ })

#define NONE "x@1 { }; "
/* Behind the SMMU, each with its own stream: no finding of their own. */
#define DEV_A     ETH("5040000", "0 0x5040000 0 0x1000", "1", "1", "")
#define DEV_B     ETH("5050000", "0 0x5050000 0 0x1000", "2", "2", "")
#define GIVE(...) "dtdev = [ " __VA_ARGS__ " ]\n"
#define GIVE_A    GIVE("\"/ethernet@5040000\"")
#define GIVE_B    GIVE("\"/ethernet@5050000\"")
#define GIVE_BOTH GIVE("\"/ethernet@5040000\", \"/ethernet@5050000\"")

#endif
