/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One run of the program: the nouns made so far, and the stages that make
 * them, in the order of the floors.  A stage that returns false has said why.
 */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "options.h"

/* A device tree beside the board. */
struct input_tree {
	struct str file; /* as found                                         */
	struct str blob;
	struct dt *dt; /* NULL: it cannot be read, which was reported        */
};

struct run {
	struct arena *arena;
	struct diag *diag;
	const struct options *options;
	struct emit_options inputs; /* the board and its overlays, as given   */
	struct dt *dt;
	struct platform *platform;
	struct facts *facts;
	struct topology *topology;
	struct request *request;
	struct input_tree *fragments; /* per guest; without a name: none          */
	struct plan *plan;
	struct summary summary;
	struct referrers referrers;
	size_t nshared; /* answers of the ledger so far; see view.c               */
};

struct run run_begin(struct arena *a, const struct options *o);

/* READ: the board with its overlays. */
bool run_read_board(struct run *r);
/* READ: every config; what can be read of a faulty one is there too. */
void run_read_configs(struct run *r);
/* Any tree, source through dtc.  false: reported. */
bool run_read_tree(struct run *r, struct str file, size_t limit, struct str *blob);
/* READ: the fragments that configs and options name. */
void run_read_fragments(struct run *r);
/* DERIVE: platform, facts, topology.  After the configs, since a guest that
 * Xen starts itself may mean that there is no dom0. */
bool run_derive(struct run *r);
/* Who names whom in the tree of the board. */
bool run_referrers(struct run *r);
/* CHOOSE: all stages up to the plan; one that cannot go on keeps none of the
 * others from being heard.  Without a plan, r->plan is NULL. */
void run_plan(struct run *r);
/* One note where no release was named. */
void run_say_release(struct run *r);
/* READ and EMIT: which findings are no news. */
void run_read_baseline(struct run *r);
void run_write_baseline(struct run *r);
/* Only a baseline may be replaced. */
void run_guard_baseline(const struct run *r);
/* Settle what was found. */
void run_settle(struct run *r);

/* SAY: the findings, to a stream; with the count where `always`. */
void run_say(const struct run *r, FILE *to, bool always);
/* A product, to standard output. */
void put_out(const struct buf *b);

/* Whether letters on this stream may be coloured, and how wide it is; 0 where
 * it is no terminal. */
bool terminal_has_colour(FILE *to);
size_t terminal_width(FILE *to);

/* The commands; exit status. */
int command_compile(struct run *r);
int command_check(struct run *r);
int command_list(struct run *r);
int command_show(struct run *r);
int command_iommu(struct run *r);
int command_why(struct run *r);
int command_diff(struct run *r);
int command_explain(struct run *r);
int command_help(struct run *r);
int command_complete(struct run *r);

#endif
