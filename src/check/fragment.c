/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is a fragment that somebody wrote right about the board?  Neither libxl nor
 * Xen compares it with anything (libxl_arm.c, copy_partial_fdt;
 * dom0less-build.c, handle_passthrough_prop).
 */
#include "fragment.h"

#include <stdlib.h>

struct finding *judge_fragment_at(struct fragment_judging *v, enum rule rule, dt_id n,
				  struct place at, const char *fmt, ...)
{
	dt_id host = n == DT_NONE ? DT_NONE : v->f->nodes[n].host;
	struct str text;
	va_list args;

	va_start(args, fmt);
	text = str_vformat(v->j->a, fmt, args);
	va_end(args);
	return diag_judge(v->j->d, rule, v->g->request->name,
			  host == DT_NONE ? STR_NONE : path_of(v->j, host), at, "%.*s",
			  STR_ARG(text));
}

void note_fragment_error(struct fragment_judging *v, struct finding *f)
{
	struct releases xen = v->j->p->platform->xen;

	if (!v->dom0less)
		return;
	if (release_all_since(xen, 18, 0))
		finding_note(v->j->d, f, "Xen stops at boot: \"Could not set up domain\"");
	else
		finding_note(v->j->d, f,
			     "up to 4.17 Xen prints an error and starts the guest without the "
			     "device; from 4.18 on it stops at boot");
}

static int by_guest(const void *a, const void *b)
{
	const struct mapping *x = *(const struct mapping *const *)a;
	const struct mapping *y = *(const struct mapping *const *)b;

	return x->guest.v < y->guest.v ? -1 : x->guest.v > y->guest.v;
}

static void find_model(struct fragment_judging *v, const struct gnode *n)
{
	if (n->host != DT_NONE)
		v->model[n->host] = n;
	for (size_t i = 0; i < n->children.n; i++)
		find_model(v, n->children.v[i]);
}

static void find_referred(struct fragment_judging *v)
{
	v->referred = ARENA_ARRAY(v->j->a, bool, v->t->nnodes);
	for (dt_id n = 0; n < v->t->nnodes; n++)
		for (uint32_t i = 0; i < dt_node(v->t, n)->nprops; i++) {
			const struct dt_prop *p = &v->t->props[dt_node(v->t, n)->first_prop + i];
			const struct supplier *row = dt_supplier(v->t, n, p);
			struct dt_refs refs = { 0 };

			if (row)
				refs = dt_refs(v->j->a, v->t, n, p, row);
			for (size_t k = 0; k < refs.n; k++)
				if (refs.v[k].health == REF_OK)
					v->referred[refs.v[k].provider] = true;
		}
}

/* A reason is asked of a force wherever it stands. */
static void judge_forces(struct fragment_judging *v)
{
	const struct plan_device *pd;

	VEC_EACH (pd, &v->g->devices) {
		struct finding *f;

		if (!pd->forced || pd->force_at.kind != PLACE_TREE)
			continue;
		f = diag_judge(v->j->d, RULE_MISSING_REASON, v->g->request->name,
			       path_of(v->j, pd->node), pd->force_at,
			       "the fragment forces `%.*s` without a reason",
			       STR_ARG(path_of(v->j, pd->node)));
		finding_help(v->j->d, f, "force_assign = [ \"%.*s: REASON\" ] in the config",
			     STR_ARG(path_of(v->j, pd->node)));
	}
}

static void judge_one(struct fragment_judging *v)
{
	const struct guest_plan *g = v->g;
	size_t n = g->mappings.n;

	v->model = ARENA_ARRAY(v->j->a, const struct gnode *, v->j->p->dt->nnodes);
	v->by_guest = ARENA_ARRAY(v->j->a, const struct mapping *, n);
	for (size_t i = 0; i < n; i++)
		v->by_guest[i] = &g->mappings.v[i];
	if (n)
		qsort(v->by_guest, n, sizeof(*v->by_guest), by_guest);
	if (g->model)
		find_model(v, g->model);
	find_referred(v);
	judge_fragment_frame(v);
	if (v->f->passthrough == DT_NONE)
		return;
	judge_fragment_paths(v);
	judge_forces(v);
	for (dt_id i = v->f->passthrough + 1; i < dt_node(v->t, v->f->passthrough)->end; i++) {
		judge_fragment_xen_reg(v, i);
		judge_fragment_reg(v, i);
		judge_fragment_lines(v, i);
		judge_fragment_props(v, i);
	}
}

void judge_fragments(struct judging *j)
{
	const struct guest_plan *g;

	EACH_GUEST(g, j->p)
	{
		struct fragment_judging v = { .j = j, .g = g, .f = g->fragment };

		if (!g->fragment)
			continue;
		v.t = g->fragment->dt;
		v.dom0less = g->request->target == TARGET_DOM0LESS;
		judge_one(&v);
	}
}
