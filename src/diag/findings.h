/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to room diag: the collection itself, and bytes made harmless. */
#ifndef DTASSIGN_DIAG_FINDINGS_H
#define DTASSIGN_DIAG_FINDINGS_H

#include "diag.h"

/* Of the baseline, those that are alike. */
struct known_kind {
	struct baseline_entry what;
	size_t left;
};

struct diag {
	struct arena *arena;
	enum level levels[NRULES];      /* registry, then -W                  */
	VEC(struct finding *) findings; /* addresses stay while they are built */
	VEC(struct allowance) allowances;
	VEC(struct known_kind) known;
	struct map *known_index;            /* key: index in known; NULL: no baseline */
	VEC(struct finding *) for_baseline; /* settled, not allowed               */
	struct map *file_rank;              /* file name: place in the order      */
	uint32_t nfiles;
	struct str first_file;
	size_t nfaults;
	struct finding *last;
	struct finding overflow; /* takes what comes after the limit   */
	bool full;
	bool settled;
	struct summary summary;
};

/* The main place of a finding; place_none() where it has none. */
struct place finding_at(const struct finding *f);
/* Leave out what the baseline has. */
void baseline_take(struct diag *d);
/* What it says of whom, wherever that stands: lines may move. */
uint64_t finding_fingerprint(const struct finding *f);

/* Columns in characters, from 1, where a place of a text begins and behind it.
 * false: too far right to count for every finding. */
struct columns {
	uint32_t first, end, nbytes;
};
bool place_columns(const struct place *at, struct columns *out);

/* One character at the start of a non-empty slice: how many bytes it takes,
 * its code point, and whether those bytes are valid UTF-8 (if not, one byte is
 * taken and `code` is its value). */
struct glyph {
	uint32_t code;
	uint8_t nbytes;
	bool valid;
};
struct glyph glyph_at(struct str s);
/* Columns that glyph_show makes. */
uint32_t glyph_width(struct glyph g);
/* As it is if a terminal takes it for nothing but a letter, else spelt out:
 * \n \xNN \u{NNNN}; a tab is four blanks. */
void glyph_show(struct glyph g, struct str s, struct buf *out);
void text_show(struct str s, struct buf *out);

#endif
