/* SPDX-License-Identifier: BSD-2-Clause */
/* Would the guest's device tree do? */
#include "judge.h"

static bool same_property(const struct open_question *a, const struct open_question *b)
{
	return a->node == b->node && str_eq(a->property, b->property);
}

/* "0, 1 and 4" */
static struct str entry_list(struct judging *j, const struct open_question *q, size_t n)
{
	struct buf b = buf_new(j->a);

	for (size_t i = 0; i < n; i++)
		buf_format(&b, "%s%u", i == 0 ? "" : i + 1 < n ? ", " : " and ", q[i].index);
	return buf_get(&b);
}

/* All decide lines of one property, ready to be pasted. */
static struct str answer_list(struct judging *j, const struct open_question *q, size_t n)
{
	struct buf b = buf_new(j->a);

	for (size_t i = 0; i < n; i++)
		buf_format(&b, "%s%.*s", i ? ", " : "", STR_ARG(q[i].answer));
	return buf_get(&b);
}

/* The questions of one property are one finding. */
static void judge_questions(struct judging *j, const struct guest_plan *g,
			    const struct open_question *q, size_t n)
{
	dt_id device = j->p->device_of[q->node];
	const struct plan_device *pd = device == DT_NONE ? NULL : plan_device_find(j->p, g, device);
	struct finding *f;

	/* What nobody may have needs no decisions. */
	if (!pd || !judge_is_device(facts_device(j->p->facts, device)))
		return;
	f = judge_device(j, RULE_UNDECIDED_REFERENCE, g, pd, "%s %.*s of `%.*s` of `%.*s`: %.*s",
			 n > 1 ? "entries" : "entry", STR_ARG(entry_list(j, q, n)),
			 STR_ARG(q->property), STR_ARG(path_of(j, q->node)), STR_ARG(q->question));
	finding_place(j->d, f, dt_place_cell(j->p->dt, q->node, str_c(j->a, q->property), q->cell),
		      "%s %u", supply_class_name(q->class), q->index);
	finding_help(j->d, f, "decide = [ %.*s ]", STR_ARG(answer_list(j, q, n)));
}

/* What is known of drivers is known of Linux 6.1 (drivers.def in plan). */
static void judge_trouble(struct judging *j, const struct guest_plan *g,
			  const struct probe_trouble *t)
{
	dt_id device = j->p->device_of[t->node];
	const struct plan_device *pd = device == DT_NONE ? NULL : plan_device_find(j->p, g, device);
	struct finding *f;

	if (!pd || !judge_is_device(facts_device(j->p->facts, device)))
		return;
	f = judge_device(j, RULE_DRIVER_CANNOT_PROBE, g, pd, "the driver of `%.*s` will fail: %.*s",
			 STR_ARG(path_of(j, t->node)), STR_ARG(t->text));
	finding_place(j->d, f,
		      dt_place_prop(j->p->dt, t->node,
				    t->property.n ? str_c(j->a, t->property) : "compatible"),
		      "%s", t->property.n ? "this" : "its driver goes by this");
	if (t->driver)
		finding_note(j->d, f, "read in Linux 6.1, %s", t->driver);
	finding_help(j->d, f,
		     "give the guest what is missing; if it has another driver, allow this, or "
		     "say guest_os = \"other\"");
}

enum {
	/* The whole guest tree of Xen up to 4.17 has 4096 bytes (domain_build.c,
	 * DOMU_DTB_SIZE).  With one processor, a vUART and 70 bytes of boot
	 * arguments a fragment of 3285 bytes fitted and one of 3293 did not;
	 * longer arguments need some room, too. */
	OLD_FRAGMENT_BYTES = 3200,
	/* Of a node of /cpus (domain_build.c, make_cpus_node). */
	CPU_BYTES = 112,
	/* Later ones allot the fragment's size and more, in all 2 MiB at most
	 * (dom0less-build.c, prepare_dtb_domU); libxl gives up above 1 MiB
	 * (libxl_arm.c, libxl__prepare_dtb).  Some of it is Xen's own part. */
	DOM0LESS_BYTES = 2 << 20,
	XL_BYTES = 1 << 20,
	OWN_BYTES = 8 << 10,
};

static size_t padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* Bytes of the structure block; strings are counted once a name. */
static size_t tree_bytes(struct map *names, const struct gnode *n, size_t *strings)
{
	size_t bytes = 8 + padded(n->name.n + 1) + (n->phandle ? 16 : 0);
	uint32_t ignored;

	for (size_t i = 0; i < n->props.n; i++) {
		const struct gprop *p = &n->props.v[i];

		if (p->edit == EDIT_DROPPED)
			continue;
		bytes += 12 + padded(p->data.n);
		if (!map_get(names, p->name, &ignored)) {
			map_put(names, p->name, 1);
			*strings += p->name.n + 1;
		}
	}
	for (size_t i = 0; i < n->children.n; i++)
		bytes += tree_bytes(names, n->children.v[i], strings);
	return bytes;
}

static size_t fragment_bytes(struct judging *j, const struct guest_plan *g)
{
	enum { HEADERS = 60 };
	struct map *names = map_new(j->a, false, 64);
	size_t strings = 0, bytes = tree_bytes(names, g->tree, &strings);

	return HEADERS + bytes + strings;
}

static void too_large(struct judging *j, const struct guest_plan *g, const char *who, size_t limit)
{
	size_t bytes = fragment_bytes(j, g);
	struct finding *f;

	if (bytes <= limit)
		return;
	f = diag_judge(j->d, RULE_FRAGMENT_TOO_LARGE, g->request->name, STR_NONE, g->request->at,
		       "the partial device tree has about %zu bytes, %s takes %zu", bytes, who,
		       limit);
	if (limit < OWN_BYTES) {
		finding_note(j->d, f,
			     "there the whole guest tree has 4096 bytes, of which each processor "
			     "needs %d; Xen stops with \"Device tree generation failed (-3)\"",
			     CPU_BYTES);
		finding_help(
			j->d, f,
			"give the guest fewer devices or processors, or use Xen 4.18 or newer");
	} else {
		finding_help(j->d, f, "give the guest fewer devices");
	}
}

static void judge_size(struct judging *j, const struct guest_plan *g)
{
	size_t cpus = (size_t)g->request->vcpus * CPU_BYTES;

	if (!g->tree)
		return;
	if (g->request->target == TARGET_XL)
		too_large(j, g, "xl",
			  cpus < XL_BYTES - OWN_BYTES ? XL_BYTES - OWN_BYTES - cpus : 0);
	else if (release_some_before(j->p->platform->xen, 18, 0))
		too_large(j, g, "Xen before 4.18",
			  cpus < OLD_FRAGMENT_BYTES ? OLD_FRAGMENT_BYTES - (cpus - CPU_BYTES) : 0);
	else
		too_large(j, g, "Xen", DOM0LESS_BYTES - OWN_BYTES);
}

void judge_guest_tree(struct judging *j)
{
	const struct guest_plan *g;
	const struct open_question *q;
	const struct probe_trouble *t;

	EACH_GUEST(g, j->p)
	{
		VEC_EACH (t, &g->troubles)
			judge_trouble(j, g, t);
		for (size_t i = 0, n; i < g->questions.n; i += n) {
			q = &g->questions.v[i];
			for (n = 1; i + n < g->questions.n && same_property(q, q + n); n++)
				;
			judge_questions(j, g, q, n);
		}
		judge_size(j, g);
	}
}
