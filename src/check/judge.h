/* SPDX-License-Identifier: BSD-2-Clause */
/* What the judges share. */
#ifndef DTASSIGN_CHECK_JUDGE_H
#define DTASSIGN_CHECK_JUDGE_H

#include "check.h"

struct judging {
	struct arena *a;
	struct diag *d;
	const struct plan *p;
	const struct check_options *options;
	size_t nanswers; /* of the ledger so far */
};

/* Each file of this room is a bench of judges with one door. */
void judge_platform(struct judging *j);     /* Xen, its release and its options */
void judge_words(struct judging *j);        /* what the configs say of themselves */
void judge_block(struct judging *j);        /* the managed block as it stands */
void judge_devices(struct judging *j);      /* can this be given at all */
void judge_marked(struct judging *j);       /* does a mark break Xen */
void judge_dma(struct judging *j);          /* can it reach memory */
void judge_groups(struct judging *j);       /* can the IOMMU tell owners apart */
void judge_capacity(struct judging *j);     /* has the IOMMU room for all owners */
void judge_remarks(struct judging *j);      /* what is odd about the IOMMUs */
void judge_pci(struct judging *j);          /* functions behind host bridges */
void judge_control(struct judging *j);      /* does a provider cross a border */
void judge_pages(struct judging *j);        /* does a page cross a border */
void judge_lines(struct judging *j);        /* does an interrupt cross a border */
void judge_layout(struct judging *j);       /* does it fit the guest */
void judge_guest_config(struct judging *j); /* do its keys go with its devices */
void judge_guest_tree(struct judging *j);
void judge_fragments(struct judging *j); /* trees that somebody wrote */

/* A finding about a device that a guest was given; its main place is the word
 * in the config. */
struct finding *judge_device(struct judging *j, enum rule rule, const struct guest_plan *g,
			     const struct plan_device *pd, const char *fmt, ...) PRINTF_LIKE(5, 6);

/* Some guest is given something of the board: else the board is nobody's worry. */
bool judge_any_given(const struct judging *j);
/* Adds the word by which the guest has this node; nothing for DT_NONE. */
void judge_add_word(struct judging *j, struct finding *f, const struct guest_plan *g, dt_id n);

/* Of these host pages, the first that no window of the device touches. */
bool judge_foreign_page(const struct device *dev, struct range pages, uint64_t *page);

/* Registers, interrupts or streams that Xen could give. */
bool judge_has_substance(const struct device *dev);
/* A device or a bus: not one of those that nobody may be given. */
bool judge_is_device(const struct device *dev);

struct str path_of(const struct judging *j, dt_id n);
/* "dom0", "guest `x`", ... */
struct str owner_of(const struct judging *j, dt_id n);
bool owned_by(const struct judging *j, const struct guest_plan *g, dt_id n);

/* A board on which everybody shares with everybody would take for ever: false,
 * and a fault the first time, when too many answers were given. */
bool judge_goes_on(struct judging *j, size_t nanswers);

#define EACH_GUEST(g, p) for ((g) = (p)->guests; (g) < (p)->guests + (p)->nguests; (g)++)

#endif
