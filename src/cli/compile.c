/* SPDX-License-Identifier: BSD-2-Clause */
/* The two commands that judge, and what only one of them does. */
#include "run.h"

#include <sys/stat.h>

/* ---- Outputs and inputs that are one file -------------------------------------- */

struct input {
	struct str file;
	bool ours; /* a config with our managed block                            */
	struct stat st;
};

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static void guard_output(struct run *r, const struct input *inputs, size_t ninputs, struct str name)
{
	const char *path = str_format(r->arena, "%s/%.*s", r->options->output, STR_ARG(name)).s;
	struct stat st;

	if (stat(path, &st))
		return;
	for (size_t i = 0; i < ninputs; i++)
		if (is_same_file(&st, &inputs[i].st) && !(inputs[i].ours && str_ends(name, ".cfg")))
			diag_fault(r->diag, RULE_OUTPUT_OVERWRITES_INPUT,
				   place_file(inputs[i].file),
				   STR("give another directory with -o"),
				   "the output %.*s would replace this input", STR_ARG(name));
}

static bool has_block(const struct run *r, struct str file)
{
	for (size_t i = 0; i < r->request->nguests; i++)
		if (str_eq(r->request->guests[i].file, file))
			return r->request->guests[i].cfg->has_block;
	return false;
}

static size_t add_input(struct input *inputs, size_t n, struct str file, bool ours)
{
	inputs[n] = (struct input){ .file = file, .ours = ours };
	/* Standard input has no name that an output could have. */
	return n + (!str_is(file, "-") && stat(file.s, &inputs[n].st) == 0);
}

static void guard_outputs(struct run *r)
{
	const struct options *o = r->options;
	struct input *inputs = ARENA_ARRAY(r->arena, struct input,
					   1 + o->overlays.n + o->configs.n + r->request->nguests);
	struct str host[EMIT_HOST_NAMES];
	size_t n = add_input(inputs, 0, o->board, false);

	for (size_t i = 0; i < o->overlays.n; i++)
		n = add_input(inputs, n, o->overlays.v[i], false);
	for (size_t i = 0; i < o->configs.n; i++)
		n = add_input(inputs, n, o->configs.v[i].file, has_block(r, o->configs.v[i].file));
	for (size_t i = 0; r->fragments && i < r->request->nguests; i++)
		if (r->fragments[i].file.n)
			n = add_input(inputs, n, r->fragments[i].file, false);
	for (size_t i = 0; i < r->request->nguests; i++) {
		struct str names[EMIT_NAMES];
		size_t nnames = emit_names(r->arena, &r->request->guests[i], names);

		for (size_t k = 0; k < nnames; k++)
			guard_output(r, inputs, n, names[k]);
	}
	emit_host_names(host);
	for (size_t i = 0; i < EMIT_HOST_NAMES; i++)
		guard_output(r, inputs, n, host[i]);
}

/* ---- Files of an earlier run ------------------------------------------------------ */

/* A config that we wrote stands beside what was written with it. */
static void find_stale(struct run *r, const struct guest_request *g)
{
	struct str stem = str_sub(g->file, 0, g->file.n - strlen(".cfg"));
	size_t slash = str_find_last(g->file, '/');
	struct str directory = slash == SIZE_MAX ? STR(".") : str_sub(g->file, 0, slash + 1);
	struct str report = str_format(r->arena, "%.*s.json", STR_ARG(stem));
	struct stale *entries;
	size_t n;

	if (!g->cfg->has_block || !str_ends(g->file, ".cfg") || !file_exists(report.s))
		return;
	n = emit_stale(r->arena, directory,
		       slash == SIZE_MAX ? report : str_from(report, slash + 1), &entries);
	for (size_t i = 0; i < n; i++)
		diag_fault(r->diag, RULE_STALE_OUTPUT, place_file(report),
			   STR("compile again; an earlier run ended before its last file, or a "
			       "file was changed by hand"),
			   "%.*s %s", STR_ARG(entries[i].file), entries[i].why);
}

/* ---- The stages ---------------------------------------------------------------------- */

static void judge(struct run *r)
{
	/* compile makes the block anew and need not like the old one. */
	const struct check_options options = {
		.compare_block = r->options->command == COMMAND_CHECK,
	};

	run_plan(r);
	if (r->plan)
		check_plan(r->arena, r->diag, r->plan, &options);
}

/* Where a fragment is missing, what an allowance is for may stand in it. */
static bool has_all_fragments(const struct run *r)
{
	for (size_t i = 0; i < r->request->nguests; i++)
		if (r->request->guests[i].device_tree.text.n && !r->fragments[i].file.n)
			return false;
	return true;
}

int command_check(struct run *r)
{
	run_guard_baseline(r);
	judge(r);
	for (size_t i = 0; i < r->request->nguests; i++)
		find_stale(r, &r->request->guests[i]);
	/* compile does not judge all that an allowance can be for. */
	if (has_all_fragments(r))
		diag_judge_allowances(r->diag);
	run_read_baseline(r);
	if (r->options->baseline)
		diag_judge_baseline(r->diag, place_file(str_of(r->options->baseline)));
	run_settle(r);
	run_say(r, stdout, true);
	run_write_baseline(r);
	return r->summary.refused ? EXIT_REFUSED : EXIT_ACCEPTED;
}

int command_compile(struct run *r)
{
	struct fileset *files;
	const struct approved *approved = NULL;

	judge(r);
	guard_outputs(r);
	run_settle(r);
	run_say(r, stderr, false);
	if (r->plan)
		approved = check_approve(r->arena, r->plan, r->diag, r->summary);
	if (!approved)
		return EXIT_REFUSED;
	files = fileset_new(r->arena, r->options->output);
	emit_all(r->arena, approved, &r->inputs, files);
	fileset_commit(files);
	return EXIT_ACCEPTED;
}
