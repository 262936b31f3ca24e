/* SPDX-License-Identifier: BSD-2-Clause */
/* What the judges of a fragment share. */
#ifndef DTASSIGN_CHECK_FRAGMENT_H
#define DTASSIGN_CHECK_FRAGMENT_H

#include "judge.h"

struct fragment_judging {
	struct judging *j;
	const struct guest_plan *g;
	const struct fragment *f;
	const struct dt *t; /* of the fragment */
	bool dom0less;
	const struct gnode **model;      /* per node of the host: what we would write, or NULL */
	bool *referred;                  /* per node of the fragment: somebody's provider */
	const struct mapping **by_guest; /* the guest's mappings by its addresses */
};

/* A finding whose main place is in the fragment. */
struct finding *judge_fragment_at(struct fragment_judging *v, enum rule rule, dt_id n,
				  struct place at, const char *fmt, ...) PRINTF_LIKE(5, 6);

/* What becomes of the domain: Xen 4.18 and newer stop, older ones go on. */
void note_fragment_error(struct fragment_judging *v, struct finding *f);

static inline const struct fragment_node *fragment_node(const struct fragment_judging *v, dt_id n)
{
	return &v->f->nodes[n];
}

/* fragment_frame.c: the top of the tree, phandles, aliases */
void judge_fragment_frame(struct fragment_judging *v);
/* fragment_path.c: who stands for whom */
void judge_fragment_paths(struct fragment_judging *v);
/* The device of the host that a node stands for, or NULL. */
const struct device *fragment_device(const struct fragment_judging *v, dt_id n);
/* The window that the i-th entry of xen,reg or reg should have been for. */
const struct window *fragment_meant_window(const struct device *dev, uint32_t entry);

/* fragment_xen_reg.c: xen,reg of one node */
void judge_fragment_xen_reg(struct fragment_judging *v, dt_id n);
/* fragment_reg.c: its reg */
void judge_fragment_reg(struct fragment_judging *v, dt_id n);
/* fragment_lines.c: its interrupts */
void judge_fragment_lines(struct fragment_judging *v, dt_id n);
/* fragment_props.c: the rest of it */
void judge_fragment_props(struct fragment_judging *v, dt_id n);

#endif
