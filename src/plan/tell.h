/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tellers of reasons share. */
#ifndef DTASSIGN_PLAN_TELL_H
#define DTASSIGN_PLAN_TELL_H

#include "why.h"

/* An account must be finished before the next one is begun. */
struct account *tell_begin(struct why *w, const char *kind, const char *fmt, ...) PRINTF_LIKE(3, 4);
bool tell_is_ours(const struct why *w, dt_id node);
/* The word by which the guest has this node. */
void tell_word(struct why *w, struct account *t, dt_id node);
/* The same for several nodes: each word once, in the order of dtdev. */
struct tell_devices {
	VEC(dt_id) v;
};
void tell_remember(struct why *w, struct tell_devices *seen, dt_id node);
void tell_words(struct why *w, struct account *t, const struct tell_devices *seen);
/* The cell of a window or line of a device of the guest, and what became of it. */
void tell_window(struct why *w, struct account *t, dt_id node, uint32_t index);
void tell_line(struct why *w, struct account *t, dt_id node, uint32_t index);
/* Those of the claims that are somebody else's. */
void tell_others(struct why *w, struct account *t, const struct claim *const *claims, size_t n);

#endif
