/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of this room share while one plan is being made. */
#ifndef DTASSIGN_PLAN_BUILDING_H
#define DTASSIGN_PLAN_BUILDING_H

#include "plan.h"

struct building {
	struct arena *a;
	struct diag *d;
	struct plan *p;
	const struct plan_options *options;
	size_t nanswers; /* of the ledger so far */
};

/* devices.c: words of the configs become devices and owners. */
void plan_devices(struct building *b);
void plan_device_add(struct building *b, struct guest_plan *g, dt_id node, struct place at,
		     bool by_hand);

/* The device that a word of this key names.  A fault and NULL if there is none
 * or if dtdev does not give it to this guest: nothing but dtdev assigns. */
struct plan_device *plan_named_device(struct building *b, const struct guest_plan *g,
				      const struct word *w, const char *key);

/* given.c: devices that a final config hands out by numbers alone. */
void plan_given(struct building *b, struct guest_plan *g);
/* Host pages of the words of iomem: sorted, disjoint, not touching. */
struct range *plan_iomem_pages(struct arena *a, const struct guest_request *r, size_t *n);

/* fragment.c: what the nodes of a fragment stand for, and the devices of the
 * guest that follow. */
void plan_fragment(struct building *b, struct guest_plan *g);
/* fragment_read.c: its nodes as Xen and the guest read them. */
void fragment_read(struct building *b, const struct guest_plan *g, struct fragment *f);
/* fragment_tree.c: the fragment, completed. */
void plan_fragment_tree(struct building *b, struct guest_plan *g);

/* marks.c */
void plan_marks(struct building *b);

/* layout.c: what is not free in the guest's address space. */
void plan_layout(struct building *b, struct guest_plan *g);
/* Holes for automatic placement, best first. */
size_t plan_holes(struct building *b, struct range **out);

/* place.c: windows get guest addresses. */
void plan_places(struct building *b, struct guest_plan *g);
/* Guest address of a host address that some mapping covers. */
bool plan_guest_address(const struct guest_plan *g, uint64_t hpa, struct gpa *out);

/* p2m.c: is there memory for the page tables? */
void plan_p2m(struct building *b, struct guest_plan *g);

/* lines.c */
void plan_lines(struct building *b, struct guest_plan *g);

/* tree.c: the guest's device tree. */
void plan_tree(struct building *b, struct guest_plan *g);

/* block.c: the entries of the managed block. */
void plan_block(struct building *b, struct guest_plan *g);

/* decide.c: the operator's decisions, checked against the tree. */
void plan_decisions(struct building *b, struct guest_plan *g);
const struct decision *plan_decision(const struct guest_plan *g, dt_id node, struct str property,
				     uint32_t index);

/* Append a name to a list for a comment, which ends after a few. */
void plan_add_name(struct arena *a, struct str *names, uint32_t *n, struct str name);

/* The name of the device for comments: full path of the assigned device. */
struct str plan_path(const struct plan *p, dt_id node);

#endif
