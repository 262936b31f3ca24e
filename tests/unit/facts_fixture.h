/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts of small boards. */
#ifndef DTASSIGN_TEST_FACTS_FIXTURE_H
#define DTASSIGN_TEST_FACTS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "facts.h"
#include "tree.h"

struct fixture {
	struct arena *a;
	struct diag *d;
	struct platform_options o;
	const struct dt *t;
	struct platform *p;
	struct facts *f;
};

static inline int set_up(void **state)
{
	struct arena *a = arena_new();
	struct fixture *f = ARENA_NEW(a, struct fixture);

	f->a = a;
	f->d = diag_new(a);
	f->o = (struct platform_options){ .xen = release_newest(), .drivers = XEN_DRIVER_SMMU };
	*state = f;
	return 0;
}

static inline int tear_down(void **state)
{
	arena_free(((struct fixture *)*state)->a);
	return 0;
}

static inline bool derive(struct fixture *f, const struct dt *t)
{
	f->t = t;
	assert_true(platform_build(f->a, f->d, t, &f->o, &f->p));
	return facts_build(f->a, f->d, f->p, &f->f);
}

static inline void board(struct fixture *f, const char *source)
{
	assert_true(derive(f, tree_load(f->a, f->d, source)));
}

static inline const struct device *device(const struct fixture *f, const char *path)
{
	return facts_device(f->f, tree_node(f->t, path));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
