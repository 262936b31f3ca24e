/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diag: what we have to say to people, and how it is said.
 *
 * Findings are collected, settled once (levels, allowances, order, doubles)
 * and then rendered; nothing is printed while others still look.  The
 * registry of rules is rules.def; a rule's slug is its only name.
 *
 * Two ways in:
 *   diag_fault   somebody who reads, derives or chooses cannot go on.  Always
 *                an error, cannot be relaxed.  Returns false so that
 *                `return diag_fault(...)` reads well; false means "already
 *                reported".
 *   diag_judge   a judgement, made only in room check (and, about the
 *                operator's words, where a config is read).  Its level is the
 *                registry's, as far as -W, allowances and rules permit.
 *                Nobody branches on it.
 *
 * Message rules: lower case, no full stop, what was expected and what was
 * found, numbers in the base that the user wrote; the remedy only in `help`.
 */
#ifndef DTASSIGN_DIAG_H
#define DTASSIGN_DIAG_H

#include "base.h"

enum level {
	LEVEL_NOTE,
	LEVEL_WARNING,
	LEVEL_ERROR,
};

/* How far a rule may be relaxed. */
enum relax {
	RELAX_NEVER,  /* nothing lowers it                                       */
	RELAX_REASON, /* only an allowance; one without a reason is honoured and
		       * warned about (missing-reason)                           */
	RELAX_FREE,   /* -W may lower it, allowances too                         */
};

enum category {
	CATEGORY_INPUT,     /* a file that is not what it should be              */
	CATEGORY_REQUEST,   /* the words of the operator                         */
	CATEGORY_DEVICE,    /* what the board says of a device                   */
	CATEGORY_ISOLATION, /* one owner reaches another                         */
	CATEGORY_LAYOUT,    /* the guest's address and interrupt space           */
	CATEGORY_GUEST,     /* the guest would misbehave                         */
	CATEGORY_PLATFORM,  /* Xen, its options, its release                     */
};

enum rule {
#define RULE(id, slug, since, level, category, relax, title) RULE_##id,
#include "rules.def"
#undef RULE
	NRULES,
};

struct rule_info {
	const char *slug;
	const char *since;
	enum level level;
	enum category category;
	enum relax relax;
	const char *title;
};

const struct rule_info *rule_get(enum rule rule);
bool rule_find(struct str slug, enum rule *out);
/* The slug most like a wrong one, or NULL. */
const char *rule_nearest(struct str slug);
const char *level_name(enum level level); /* "note", "warning", "error" */
const char *category_name(enum category category);
const char *relax_name(enum relax relax); /* "never", "reason", "free"  */

/* ---- Places ------------------------------------------------------------- */

enum place_kind {
	PLACE_NONE, /* the command line as a whole                               */
	PLACE_FILE, /* a file as a whole                                         */
	PLACE_TEXT, /* bytes in a text file                                      */
	PLACE_TREE, /* a node, a property or a cell of a tree                    */
};

/*
 * Where something is.  Strings are slices that live for the whole run.
 * `text` with off/len is what the caret shows: the source line, or the
 * property drawn as DTS.
 */
struct place {
	enum place_kind kind;
	struct str file;     /* as the operator named it; never an absolute path
			      * that we made up                                  */
	uint32_t line, col;  /* PLACE_TEXT: 1-based, column in bytes             */
	struct str text;     /* line without its end, or drawn property; may be
			      * empty                                            */
	uint32_t off, len;   /* what to underline in text; len 0: nothing        */
	struct str path;     /* PLACE_TREE: full path of the node                */
	struct str property; /* PLACE_TREE: name, empty for the node itself      */
	int32_t cell;        /* PLACE_TREE: index of the 32-bit cell, -1: none   */
	struct str says;     /* what the caret says; may be empty                */
	uint64_t order;      /* position in its input: byte offset, node index   */
};

struct place place_none(void);
struct place place_file(struct str file);
/* A slice of a text file; line and column are counted here, from the start of
 * the file.  A slice of several lines is clipped to its first; one that begins
 * at the end of its line keeps one column, so that the caret can show it. */
struct place place_text(struct str file, struct str whole, size_t off, size_t len);
/* The same for whoever makes many places in one text: its lines are counted
 * once, then each place costs a binary search. */
struct lines;
struct lines *lines_count(struct arena *a, struct str file, struct str whole);
struct place place_in(const struct lines *l, size_t off, size_t len);
struct place place_says(struct place p, struct str says); /* a copy with words */

/* ---- Findings ----------------------------------------------------------- */

struct finding {
	enum rule rule;
	enum level level; /* after diag_settle                               */
	bool fault;       /* cannot be relaxed                               */
	bool allowed;
	struct str reason;        /* why it was allowed; may be empty                */
	struct str guest;         /* NAME, or empty: the whole run                   */
	struct str subject;       /* full host path it is about, or empty            */
	struct str text;          /* one sentence                                    */
	VEC(struct place) places; /* the first is the main one                   */
	VEC(struct str) notes;
	VEC(struct str) helps;
	uint32_t rank; /* order in which it was added                     */
};

struct diag;

struct diag *diag_new(struct arena *a);
struct arena *diag_arena(const struct diag *d);

/* The main place may be place_none().  `help` says how to mend it (may be
 * empty only where nothing can be said).  Returns false, always. */
bool diag_fault(struct diag *d, enum rule rule, struct place at, struct str help, const char *fmt,
		...) PRINTF_LIKE(5, 6);

/* Findings under construction: add places, notes and help before the next one
 * is begun.  `guest` and `subject` (a full host path) let allowances match. */
struct finding *diag_judge(struct diag *d, enum rule rule, struct str guest, struct str subject,
			   struct place at, const char *fmt, ...) PRINTF_LIKE(6, 7);
void finding_place(struct diag *d, struct finding *f, struct place at, const char *says, ...)
	PRINTF_LIKE(4, 5); /* says may be NULL */
void finding_note(struct diag *d, struct finding *f, const char *fmt, ...) PRINTF_LIKE(3, 4);
void finding_help(struct diag *d, struct finding *f, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The finding begun last, or NULL: to add places, notes or a guest to a fault. */
struct finding *diag_last(struct diag *d);

/* Faults so far; a stage that must stop asks this, nobody else. */
size_t diag_nfaults(const struct diag *d);

/* ---- Policy: -W and allowances ------------------------------------------ */

/* -W SLUG=LEVEL.  false with *why set (usage text): unknown slug, or lower
 * than the registry allows.  Faults stay errors. */
bool diag_set_level(struct diag *d, struct str spec, struct str *why);

/* An allowance from a config.  It matches a finding of that rule about that
 * subject (path) in that guest, or, with a line in place of a path, any
 * finding of that rule whose first text place stands on that line of that
 * file.  Faults and rules of RELAX_NEVER are never matched; of several
 * allowances that match, the one registered first counts. */
struct allowance {
	enum rule rule;
	struct str guest;
	struct str subject; /* full host path; empty: match by line             */
	struct str file;
	uint32_t line;     /* 0: match by subject                              */
	struct str reason; /* may be empty: then missing-reason was judged     */
	struct place at;
};
void diag_allow(struct diag *d, struct allowance a);
/* Judge the allowances that match nothing, as unused-allowance.  Only when all
 * has been looked at and no fault cut that short; the last before settling. */
void diag_judge_allowances(struct diag *d);

/* ---- Baseline: findings that are no news ---------------------------------- */

struct baseline_entry {
	struct str rule, guest, subject, text; /* as diag_baseline wrote them */
};
/* One finding like this is left out of what is shown and counted, faults
 * too: for judging only, never where outputs depend on it. */
void diag_know(struct diag *d, struct baseline_entry k);
/* Judge the known findings that are gone, as stale-baseline; after a fault
 * nobody can tell.  The last before settling. */
void diag_judge_baseline(struct diag *d, struct place at);
/* All that was not allowed, known or not, as a file; after diag_settle. */
void diag_baseline(const struct diag *d, struct buf *out);

/* ---- The end ------------------------------------------------------------ */

enum fail_on {
	FAIL_ON_ERROR,
	FAIL_ON_WARNING,
};

struct summary {
	size_t errors, warnings, notes, allowed;
	size_t known; /* in the baseline */
	bool refused;
};

/* Apply levels and allowances, drop doubles (same rule, guest, subject, main
 * place and text), sort in input order: the command line, files in the order
 * registered by diag_file_order, other files by name; then position, rule,
 * text.  Called once; afterwards nothing may be added. */
struct summary diag_settle(struct diag *d, enum fail_on fail_on);
void diag_file_order(struct diag *d, struct str file); /* call in input order */
size_t diag_count(const struct diag *d);               /* after diag_settle   */
const struct finding *diag_get(const struct diag *d, size_t i);

/* ---- Rendering ---------------------------------------------------------- */

/* Both after diag_settle.  What came from an input is made harmless: no
 * control character, escape sequence or invalid UTF-8 gets through. */

/* Carets, notes and help, each finding followed by an empty line; colour on
 * request. */
void diag_text(const struct diag *d, bool colour, struct buf *out);
/* One line that counts: "2 errors, 1 warning, 1 allowed", or "no findings". */
void diag_text_summary(const struct summary *s, struct buf *out);
/* schemas/findings.schema.json */
void diag_json(const struct diag *d, struct buf *out);
/* SARIF 2.1.0, with all rules. */
void diag_sarif(const struct diag *d, struct buf *out);
/* Annotations of GitHub Actions; nothing for what is allowed. */
void diag_github(const struct diag *d, struct buf *out);

/* ---- Accounts: an answer told like a finding ------------------------------- */

/* What is no finding but stands on the same places: one sentence, carets,
 * remarks.  No rule, no level, never refuses. */
struct account {
	const char *kind;         /* one word, for machines: "interrupt"          */
	struct str text;          /* one sentence                                 */
	VEC(struct place) places; /* the chain, nearest first                     */
	VEC(struct str) notes;
};
void account_place(struct arena *a, struct account *t, struct place at, const char *says, ...)
	PRINTF_LIKE(4, 5);
void account_note(struct arena *a, struct account *t, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Followed by an empty line, as findings are. */
void account_text(const struct account *t, bool colour, struct buf *out);
/* The members of one object that the caller has begun: text, places, notes. */
struct json;
void account_json(const struct account *t, struct json *j);

#endif
