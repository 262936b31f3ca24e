/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to room request: one config while its words are given a meaning. */
#ifndef DTASSIGN_REQUEST_READER_H
#define DTASSIGN_REQUEST_READER_H

#include "request.h"

struct reader {
	struct arena *arena;
	struct diag *diag;
	const struct cfg *cfg;
	struct guest_request *guest;
};

enum shape {
	SHAPE_TEXT,
	SHAPE_TEXT_MUTE,
	SHAPE_NUMBER,
	SHAPE_LIST_STOPS,
	SHAPE_LIST_EXITS,
	SHAPE_ANY,
	SHAPE_OWN_TEXT,
	SHAPE_OWN_NUMBER,
	SHAPE_OWN_LIST,
};

/* A row of keys.def. */
struct key {
	const char *name;
	void (*read)(struct reader *r, const struct key *k, const struct cfg_value *v);
	enum shape shape;
	bool near;
};

/* ---- keys.c -------------------------------------------------------------------- */

/* Read all keys that the table has, as they stand outside of the block. */
void keys_read(struct reader *r);
/* Keys that look like others, assignments that replace others. */
void keys_judge(struct reader *r);

/* ---- shape.c ------------------------------------------------------------------- */

/* Whether the value may be read; false: xl drops it or a fault was said.  For a
 * list `v` is what counts of it, strings only. */
bool shape_take(struct reader *r, const struct key *k, const struct cfg_setting *s,
		struct cfg_value *v);

/* ---- Saying things about a value ------------------------------------------------ */

bool read_fault(struct reader *r, enum rule rule, const struct cfg_value *v, struct str part,
		struct str help, const char *fmt, ...) PRINTF_LIKE(6, 7);
struct finding *read_judge(struct reader *r, enum rule rule, const struct cfg_value *v,
			   const char *fmt, ...) PRINTF_LIKE(4, 5);
struct word read_word(struct reader *r, const struct cfg_value *v);
/* "HEAD: REASON" at the first ": "; both trimmed.  Says so if no reason is there. */
struct str read_reason(struct reader *r, const struct cfg_value *v, struct str *head);
void missing_reason(struct reader *r, struct place at, const char *help);

/* One of several words for one value.  The last row has no word. */
struct choice {
	const char *word;
	int value;
};
bool read_choice(struct reader *r, const struct key *k, const struct cfg_value *v,
		 const struct choice *choices, bool nocase, int *out);

/* ---- Readers ---------------------------------------------------------------------- */

#define KEY(name, shape, how, near) \
	void read_##how(struct reader *r, const struct key *k, const struct cfg_value *v);
#include "keys.def"
#undef KEY

/* The lists of the block, as they stand. */
void read_block(struct reader *r);
/* `# dtassign: allow SLUG: REASON` */
void read_inline(struct reader *r);
/* The rule that a word names, if it can be allowed; else a fault. */
bool read_rule(struct reader *r, struct place at, struct str slug, enum rule *out);

#endif
