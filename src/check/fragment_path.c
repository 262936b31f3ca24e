/* SPDX-License-Identifier: BSD-2-Clause */
/* Which device a node of a fragment stands for, and whether Xen can tell. */
#include "fragment.h"

static const char force_name[] = "xen,force-assign-without-iommu";

/* ---- Two for one -------------------------------------------------------------------- */

static void judge_double(struct fragment_judging *v, dt_id n)
{
	const struct fragment_node *node = fragment_node(v, n);
	dt_id first = node->host == DT_NONE ? DT_NONE : v->f->of[node->host];
	struct finding *f;

	if (first == DT_NONE || first == n || node->match == FRAGMENT_BY_PARENT)
		return;
	f = judge_fragment_at(v, RULE_DUPLICATE_XEN_PATH, n,
			      node->match == FRAGMENT_BY_PATH ? dt_place_prop(v->t, n, "xen,path")
							      : dt_place(v->t, n),
			      "a second node of the fragment stands for `%.*s`",
			      STR_ARG(path_of(v->j, node->host)));
	finding_place(v->j->d, f, dt_place(v->t, first), "the first one");
	if (v->j->p->topology->verdicts[node->host].verdict == VERDICT_PROTECTED && v->dom0less)
		finding_note(v->j->d, f,
			     "Xen assigns a device behind an IOMMU once; the second time it "
			     "answers EBUSY");
	note_fragment_error(v, f);
	finding_help(v->j->d, f, "put all of the device into one node, or mend the path");
}

/* ---- What Xen needs ------------------------------------------------------------------ */

struct asks {
	bool reg, path, force;
};

/* dom0less-build.c, handle_passthrough_prop: what a node with these gets. */
static const char *what_lacks(const struct fragment_judging *v, const struct asks *a,
			      const struct plan_device *pd)
{
	if (a->path && !a->reg)
		return "xen,reg";
	if (a->reg && !a->path && !a->force)
		return "xen,path";
	if (a->force && !a->reg)
		return "xen,reg and xen,path";
	if (pd && !a->reg && !a->path)
		return "xen,reg and xen,path";
	if (pd && pd->needs_force && a->path && !a->force &&
	    v->j->p->topology->verdicts[pd->node].verdict != VERDICT_PROTECTED)
		return force_name;
	return NULL;
}

static const char *what_happens(const struct asks *a)
{
	if (a->path && a->reg)
		return "no IOMMU protects the device, and without this Xen answers EINVAL";
	if (a->path || a->reg)
		return "Xen wants xen,reg and one of xen,path and " /* no comma */
		       "xen,force-assign-without-iommu: \"xen,reg or xen,path missing\"";
	return a->force ? "alone it does nothing, without a word"
			: "Xen gives nothing for a node without them, without a word";
}

static void judge_half(struct fragment_judging *v, dt_id n)
{
	const struct asks a = { dt_has(v->t, n, "xen,reg"), dt_has(v->t, n, "xen,path"),
				dt_has(v->t, n, force_name) };
	const struct fragment_node *node = fragment_node(v, n);
	const struct plan_device *pd = node->host == DT_NONE || node->match == FRAGMENT_BY_PARENT
					       ? NULL
					       : plan_device_find(v->j->p, v->g, node->host);
	const char *lacks = what_lacks(v, &a, pd);
	struct finding *f;

	/* A path that leads nowhere was reported. */
	if (!lacks || (a.path && node->host == DT_NONE))
		return;
	f = judge_fragment_at(v, RULE_HALF_ASSIGNED, n,
			      dt_place_prop(v->t, n,
					    a.path    ? "xen,path"
					    : a.reg   ? "xen,reg"
					    : a.force ? force_name
						      : NULL),
			      "`%.*s` of the fragment lacks %s", STR_ARG(dt_node(v->t, n)->path),
			      lacks);
	finding_note(v->j->d, f, "%s", what_happens(&a));
	if (a.path || a.reg)
		note_fragment_error(v, f);
	if (node->host == DT_NONE)
		finding_help(v->j->d, f, "add xen,path with the full path of the host's node");
	else
		finding_help(v->j->d, f,
			     "`dtassign compile` adds it: give Xen the tree that it writes");
}

/* ---- Properties that nobody reads --------------------------------------------------------- */

static void judge_ignored(struct fragment_judging *v, dt_id n, const struct dt_prop *p)
{
	struct finding *f;

	if (!str_starts(p->name, "xen,"))
		return;
	if (v->dom0less) {
		if (!str_is(p->name, force_name) || p->data.n == 0)
			return;
		f = judge_fragment_at(v, RULE_XEN_PROPERTY_IGNORED, n,
				      dt_place_prop(v->t, n, force_name),
				      "the value of %s is not read", force_name);
		finding_note(v->j->d, f, "it forces by being there, whatever it says");
		finding_help(v->j->d, f, "write it without a value, or remove it");
		return;
	}
	f = judge_fragment_at(v, RULE_XEN_PROPERTY_IGNORED, n,
			      dt_place_prop(v->t, n, str_c(v->j->a, p->name)),
			      "`%.*s` has no effect under xl", STR_ARG(p->name));
	finding_note(v->j->d, f,
		     "xl copies it into the guest's tree; what the guest gets is in dtdev, irqs "
		     "and iomem");
	finding_help(v->j->d, f,
		     "`dtassign compile` puts the lines that follow from it into the config, and "
		     "leaves it out of the tree");
}

/* ---- Devices without a node ------------------------------------------------------------------ */

static void judge_undescribed(struct fragment_judging *v, const struct plan_device *pd)
{
	dt_id above = dt_node(v->j->p->dt, pd->node)->parent;
	struct finding *f;

	/* A part of a device that has a node is below it, or left out on purpose. */
	if (v->f->of[pd->node] != DT_NONE || (above != DT_NONE && v->f->of[above] != DT_NONE))
		return;
	f = judge_device(v->j, RULE_UNDESCRIBED_DEVICE, v->g, pd,
			 "the fragment has no node for `%.*s`", STR_ARG(path_of(v->j, pd->node)));
	finding_place(v->j->d, f,
		      place_says(dt_place(v->t, v->f->passthrough), STR("not below this")), NULL);
	finding_note(v->j->d, f,
		     v->dom0less ? "Xen gives only what the fragment names"
				 : "the guest has the device and does not know of it");
	finding_help(v->j->d, f, "add a node for it, or take it from the guest");
}

void judge_fragment_paths(struct fragment_judging *v)
{
	const struct plan_device *pd;

	for (dt_id n = v->f->passthrough + 1; n < dt_node(v->t, v->f->passthrough)->end; n++) {
		const struct dt_node *node = dt_node(v->t, n);

		judge_double(v, n);
		if (v->dom0less)
			judge_half(v, n);
		for (uint32_t i = 0; i < node->nprops; i++)
			judge_ignored(v, n, &v->t->props[node->first_prop + i]);
	}
	VEC_EACH (pd, &v->g->devices)
		judge_undescribed(v, pd);
}
