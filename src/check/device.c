/* SPDX-License-Identifier: BSD-2-Clause */
/* Can this node be given to a guest at all? */
#include "judge.h"

bool judge_is_device(const struct device *dev)
{
	return dev->role == ROLE_DEVICE || dev->role == ROLE_BUS;
}

static void judge_role(struct judging *j, const struct guest_plan *g, const struct plan_device *pd)
{
	const struct device *dev = facts_device(j->p->facts, pd->node);
	struct finding *f;

	if (judge_is_device(dev))
		return;
	f = judge_device(j, RULE_INFRASTRUCTURE, g, pd, "no guest may be given `%.*s`: %s",
			 STR_ARG(path_of(j, pd->node)),
			 dev->role_reason ? dev->role_reason : role_name(dev->role));
	if (dev->role == ROLE_CONSOLE)
		finding_place(j->d, f, j->p->platform->console_at, "chosen as Xen's console here");
	else
		finding_place(j->d, f, dt_place(j->p->dt, pd->node), NULL);
	finding_help(j->d, f,
		     dev->role == ROLE_CONSOLE
			     ? "move Xen's console with dtuart=, or give another UART"
			     : "take it out of dtdev");
}

static void judge_status(struct judging *j, const struct guest_plan *g,
			 const struct plan_device *pd)
{
	const struct dt *t = j->p->dt;
	const struct device *dev = facts_device(j->p->facts, pd->node);
	dt_id off = pd->node;
	struct finding *f;

	if (dev->enabled)
		return;
	while (off != DT_ROOT && dt_is_available(t, off))
		off = dt_node(t, off)->parent;
	f = judge_device(j, RULE_DEVICE_DISABLED, g, pd, "`%.*s` is disabled on this board",
			 STR_ARG(path_of(j, pd->node)));
	finding_place(j->d, f, dt_place_prop(t, off, "status"), "disabled here");
	finding_note(j->d, f, "its pins, clocks or power may never have been set up");
	finding_help(j->d, f, "check that the board really has it; Xen gives it all the same");
}

/* ---- Registers -------------------------------------------------------------------- */

bool judge_has_substance(const struct device *dev)
{
	for (uint32_t i = 0; i < dev->nwindows; i++)
		if (dev->windows[i].health == WINDOW_OK)
			return true;
	for (uint32_t i = 0; i < dev->nlines; i++)
		if (dev->lines[i].health == LINE_GIC)
			return true;
	return dev->nstreams > 0;
}

static void judge_windows(struct judging *j, const struct guest_plan *g,
			  const struct plan_device *pd)
{
	const struct device *dev = facts_device(j->p->facts, pd->node);

	for (uint32_t i = 0; i < dev->nwindows; i++) {
		const struct window *w = &dev->windows[i];
		struct finding *f;

		if (w->health != WINDOW_UNREACHABLE && w->health != WINDOW_MALFORMED)
			continue;
		f = judge_device(j, RULE_ADDRESS_UNREACHABLE, g, pd,
				 "entry %u of reg of `%.*s` has no CPU address", w->index,
				 STR_ARG(path_of(j, pd->node)));
		finding_place(j->d, f, facts_place_window(j->p->facts, pd->node, i), "%s",
			      w->reason ? w->reason : "cannot be translated");
		finding_note(j->d, f,
			     "Xen cannot map it, so the guest would get the device without "
			     "these registers");
		finding_help(j->d, f,
			     "mend `reg`, or `ranges` of the buses above it, in the board");
	}
}

static bool is_on_foreign_bus(const struct device *dev)
{
	return dev->nwindows && dev->windows[0].health == WINDOW_NO_ADDRESS;
}

static void judge_substance(struct judging *j, const struct guest_plan *g,
			    const struct plan_device *pd)
{
	const struct device *dev = facts_device(j->p->facts, pd->node);
	struct finding *f;

	if (judge_has_substance(dev) || !judge_is_device(dev))
		return;
	f = judge_device(j, RULE_NO_REGISTERS, g, pd,
			 "`%.*s` has no registers, interrupts or streams that Xen could give",
			 STR_ARG(path_of(j, pd->node)));
	finding_place(j->d, f, dt_place(j->p->dt, pd->node), NULL);
	if (is_on_foreign_bus(dev))
		finding_help(j->d, f, "assign the controller of its bus, `%.*s`; it comes along",
			     STR_ARG(path_of(j, dt_node(j->p->dt, pd->node)->parent)));
	else
		finding_help(j->d, f,
			     "assign the devices below it one by one, or take it out of dtdev");
}

static bool needs_an_owner(const struct device *dev)
{
	for (uint32_t i = 0; i < dev->nwindows; i++)
		if (dev->windows[i].health == WINDOW_OK)
			return true;
	return dev->nstreams > 0;
}

/* The parts of a device that Xen treats as devices of their own. */
static void judge_children(struct judging *j, const struct guest_plan *g,
			   const struct plan_device *pd)
{
	const struct dt *t = j->p->dt;
	dt_id end = dt_node(t, pd->node)->end;

	/* A bus without anything of its own has a finding that says so. */
	if (!judge_has_substance(facts_device(j->p->facts, pd->node)))
		return;
	for (dt_id n = pd->node + 1; n < end; n++) {
		enum owner_kind kind = j->p->owners[n].kind;
		struct finding *f;

		if (j->p->device_of[n] == pd->node || owned_by(j, g, n) || !dt_is_available(t, n) ||
		    !needs_an_owner(facts_device(j->p->facts, n)) ||
		    (kind != OWNER_DOM0 && kind != OWNER_GUEST))
			continue;
		f = judge_device(j, RULE_CHILD_LEFT_BEHIND, g, pd,
				 "`%.*s` is a part of `%.*s`, but stays with %.*s",
				 STR_ARG(path_of(j, n)), STR_ARG(path_of(j, pd->node)),
				 STR_ARG(owner_of(j, n)));
		finding_place(j->d, f, dt_place(t, n), "registers of its own");
		finding_note(j->d, f,
			     "xen,passthrough is not inherited: Xen maps each child with "
			     "registers to its own owner");
		finding_help(j->d, f, "add \"%.*s\" to dtdev, or withhold it",
			     STR_ARG(path_of(j, n)));
		n = dt_node(t, n)->end - 1;
	}
}

/* ---- Ownership ---------------------------------------------------------------------- */

static void judge_taken(struct judging *j, const struct guest_plan *g, const struct plan_device *pd)
{
	struct finding *f;

	if (owned_by(j, g, pd->node))
		return;
	f = judge_device(j, RULE_DEVICE_TAKEN, g, pd, "`%.*s` is given to two guests",
			 STR_ARG(path_of(j, pd->node)));
	finding_place(j->d, f, j->p->owner_at[pd->node], "also given to %.*s",
		      STR_ARG(owner_of(j, pd->node)));
	finding_help(j->d, f, "remove it from one of them");
}

static const struct guest_plan *guest_of(const struct judging *j, dt_id n)
{
	struct owner o = j->p->owners[n];

	return o.kind == OWNER_GUEST ? &j->p->guests[o.guest] : NULL;
}

static void judge_mark(struct judging *j, const struct mark *m)
{
	const struct guest_plan *g = guest_of(j, m->because);
	const struct plan_device *pd = g ? plan_device_find(j->p, g, m->because) : NULL;
	struct finding *f;

	if (m->present)
		return;
	if (pd)
		f = judge_device(j, RULE_NOT_MARKED, g, pd,
				 "`%.*s` does not carry xen,passthrough, so dom0 keeps it",
				 STR_ARG(path_of(j, m->node)));
	else
		f = diag_judge(j->d, RULE_NOT_MARKED, STR_NONE, path_of(j, m->because),
			       place_says(j->p->owner_at[m->because], STR("withheld here")),
			       "`%.*s` is withheld, but does not carry xen,passthrough, so dom0 "
			       "keeps it",
			       STR_ARG(path_of(j, m->node)));
	finding_place(j->d, f, dt_place(j->p->dt, m->node), "not marked");
	finding_note(j->d, f, "other nodes of this board are marked, so this one was forgotten%s",
		     pd ? "; Xen would answer EBUSY or map it twice" : "");
	finding_help(j->d, f, "add `xen,passthrough;` to this node of the host tree");
}

static void judge_marks(struct judging *j)
{
	const struct platform *pl = j->p->platform;
	const struct mark *m;
	struct finding *f;

	if (pl->dom0 == DOM0_ABSENT || j->p->marks.n == 0)
		return;
	if (!pl->any_mark) {
		f = diag_judge(
			j->d, RULE_MARKS_ASSUMED, STR_NONE, STR_NONE, place_file(j->p->dt->file),
			"no node of this board carries xen,passthrough; taken to be set at boot");
		finding_help(j->d, f,
			     "`compile` writes the marks: host.marks, host.dtbo, host.cmd");
		return;
	}
	VEC_EACH (m, &j->p->marks)
		judge_mark(j, m);
}

void judge_devices(struct judging *j)
{
	const struct guest_plan *g;
	const struct plan_device *pd;

	EACH_GUEST(g, j->p)
	VEC_EACH (pd, &g->devices) {
		judge_taken(j, g, pd);
		judge_role(j, g, pd);
		judge_status(j, g, pd);
		judge_windows(j, g, pd);
		judge_substance(j, g, pd);
		judge_children(j, g, pd);
	}
	judge_marks(j);
}
