/* SPDX-License-Identifier: BSD-2-Clause */
#include "judge.h"

struct approved {
	const struct plan *plan;
	const struct diag *findings;
};

struct str path_of(const struct judging *j, dt_id n)
{
	return dt_node(j->p->dt, n)->path;
}

struct str owner_of(const struct judging *j, dt_id n)
{
	return owner_text(j->p, j->p->owners[n]);
}

bool owned_by(const struct judging *j, const struct guest_plan *g, dt_id n)
{
	return owner_eq(j->p->owners[n], (struct owner){ OWNER_GUEST, g->index });
}

bool judge_any_given(const struct judging *j)
{
	const struct guest_plan *g;

	EACH_GUEST(g, j->p)
	if (g->devices.n || g->request->niomem || g->request->npci)
		return true;
	return false;
}

bool judge_goes_on(struct judging *j, size_t nanswers)
{
	bool was_within = j->nanswers <= LIMIT_SHARED;

	j->nanswers += nanswers;
	if (j->nanswers <= LIMIT_SHARED)
		return true;
	if (was_within)
		diag_fault(j->d, RULE_LIMIT_EXCEEDED, place_file(j->p->dt->file),
			   STR("no real board is like that; is the file damaged?"),
			   "more than %d pages and interrupts are shared", LIMIT_SHARED);
	return false;
}

struct finding *judge_device(struct judging *j, enum rule rule, const struct guest_plan *g,
			     const struct plan_device *pd, const char *fmt, ...)
{
	struct place at = place_says(pd->at, STR("assigned to this guest"));
	struct str text;
	va_list args;

	va_start(args, fmt);
	text = str_vformat(j->a, fmt, args);
	va_end(args);
	return diag_judge(j->d, rule, g->request->name, path_of(j, pd->node), at, "%.*s",
			  STR_ARG(text));
}

void judge_add_word(struct judging *j, struct finding *f, const struct guest_plan *g, dt_id n)
{
	dt_id device = n == DT_NONE ? DT_NONE : j->p->device_of[n];
	const struct plan_device *pd = device == DT_NONE ? NULL : plan_device_find(j->p, g, device);

	if (pd)
		finding_place(j->d, f, pd->at, "assigned to this guest");
}

void check_plan(struct arena *a, struct diag *d, const struct plan *plan,
		const struct check_options *options)
{
	struct judging j = { .a = a, .d = d, .p = plan, .options = options };

	judge_platform(&j);
	judge_words(&j);
	judge_devices(&j);
	judge_marked(&j);
	judge_dma(&j);
	judge_groups(&j);
	judge_capacity(&j);
	judge_remarks(&j);
	judge_pci(&j);
	judge_control(&j);
	judge_pages(&j);
	judge_lines(&j);
	judge_layout(&j);
	judge_guest_config(&j);
	judge_guest_tree(&j);
	judge_fragments(&j);
	/* A block can only be compared with a plan that is whole. */
	if (options->compare_block && plan->complete)
		judge_block(&j);
}

const struct approved *check_approve(struct arena *a, const struct plan *plan, const struct diag *d,
				     struct summary summary)
{
	struct approved *approved;

	if (summary.refused || !plan->complete)
		return NULL;
	approved = ARENA_NEW(a, struct approved);
	approved->plan = plan;
	approved->findings = d;
	return approved;
}

const struct plan *approved_plan(const struct approved *a)
{
	return a->plan;
}

const struct diag *approved_findings(const struct approved *a)
{
	return a->findings;
}
