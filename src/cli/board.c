/* SPDX-License-Identifier: BSD-2-Clause */
#include "run.h"

#include <errno.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static bool too_large(struct run *r, struct str file, size_t limit)
{
	return diag_fault(r->diag, RULE_LIMIT_EXCEEDED, place_file(file),
			  STR("nothing real comes near this size; is it the right file?"),
			  "more than %zu bytes", limit);
}

/* ---- Source, through dtc ----------------------------------------------------- */

/* dtc as a child, its output readable from the descriptor. */
static pid_t start_dtc(struct run *r, struct str file, int *from)
{
	/* A name that begins with '-' must not be taken for an option. */
	const char *name =
		str_format(r->arena, "%s%.*s", str_starts(file, "-") ? "./" : "", STR_ARG(file)).s;
	const char *const words[] = { "dtc", "-q", "-@", "-I", "dts", "-O",
				      "dtb", "-o", "-",  name, NULL };
	posix_spawn_file_actions_t actions;
	int ends[2], error;
	pid_t pid = -1;

	if (pipe(ends))
		die("cannot make a pipe: %s", strerror(errno));
	error = posix_spawn_file_actions_init(&actions);
	if (!error)
		error = posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	if (!error)
		error = posix_spawn_file_actions_addclose(&actions, ends[0]);
	if (!error)
		error = posix_spawn_file_actions_addclose(&actions, ends[1]);
	if (!error)
		error = posix_spawnp(&pid, "dtc", &actions, NULL,
				     arena_copy(r->arena, words, sizeof(words)), environ);
	if (error)
		die("cannot run dtc: %s", strerror(error));
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	*from = ends[0];
	return pid;
}

static bool read_all(int from, struct buf *out)
{
	char chunk[16384];

	for (;;) {
		ssize_t n = read(from, chunk, sizeof(chunk));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			die("cannot read from dtc: %s", strerror(errno));
		if (n == 0)
			return true;
		if ((size_t)n > LIMIT_BLOB_BYTES - out->n)
			return false;
		buf_put(out, chunk, (size_t)n);
	}
}

static bool compile_source(struct run *r, struct str file, struct str *blob)
{
	struct buf out = buf_new(r->arena);
	int from, status;
	pid_t pid = start_dtc(r, file, &from);
	bool fits = read_all(from, &out);

	close(from); /* a dtc that still writes ends by SIGPIPE */
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die("cannot wait for dtc: %s", strerror(errno));
	if (!fits)
		return too_large(r, file, LIMIT_BLOB_BYTES);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return diag_fault(r->diag, RULE_BAD_DEVICE_TREE, place_file(file),
				  STR("dtc's own messages say where"), "dtc refuses this source");
	*blob = buf_get(&out);
	return true;
}

/* ---- Any tree ------------------------------------------------------------------ */

static bool is_source(struct str file)
{
	return str_ends(file, ".dts") || str_ends(file, ".dtso") || str_ends(file, ".dtsi");
}

bool run_read_tree(struct run *r, struct str file, size_t limit, struct str *blob)
{
	diag_file_order(r->diag, file);
	if (is_source(file) && !r->options->trust_dts)
		return diag_fault(r->diag, RULE_UNTRUSTED_SOURCE, place_file(file),
				  STR("compile it with `dtc -@ -o FILE.dtb', or say --trust-dts"),
				  "a blob was expected, this is source");
	if (is_source(file))
		return compile_source(r, file, blob) &&
		       (blob->n <= limit || too_large(r, file, limit));
	return file_read(r->arena, str_c(r->arena, file), limit, blob) || too_large(r, file, limit);
}

/* Before anything is derived from the tree. */
static bool read_tables(struct run *r)
{
	struct str dir = r->options->tables, file, text;

	if (!dir.n)
		return true;
	file = str_format(r->arena, "%.*s/suppliers.txt", STR_ARG(dir));
	diag_file_order(r->diag, file);
	if (!file_read(r->arena, str_c(r->arena, file), LIMIT_CONFIG_BYTES, &text))
		return too_large(r, file, LIMIT_CONFIG_BYTES);
	return dt_read_suppliers(r->arena, r->diag, file, text, r->dt);
}

bool run_read_board(struct run *r)
{
	const struct options *o = r->options;
	struct dt_source *overlays = ARENA_ARRAY(r->arena, struct dt_source, o->overlays.n);
	struct dt_source base = { .file = o->board };
	bool good = run_read_tree(r, base.file, LIMIT_BLOB_BYTES, &base.blob);
	struct str merged;

	for (size_t i = 0; i < o->overlays.n; i++) {
		overlays[i].file = o->overlays.v[i];
		good = run_read_tree(r, overlays[i].file, LIMIT_BLOB_BYTES, &overlays[i].blob) &&
		       good;
	}
	r->inputs = (struct emit_options){ base, overlays, o->overlays.n };
	merged = base.blob;
	return good &&
	       (!o->overlays.n ||
		dt_apply_overlays(r->arena, r->diag, base, overlays, o->overlays.n, &merged)) &&
	       dt_load(r->arena, r->diag, base.file, merged, &r->dt) && read_tables(r);
}
