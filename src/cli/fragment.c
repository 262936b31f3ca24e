/* SPDX-License-Identifier: BSD-2-Clause */
/* READ: partial device trees that somebody wrote for a guest. */
#include "run.h"

/* NAME of "[NAME=]FILE", empty where there is none: a name has no slash. */
static struct str name_of(struct str word)
{
	size_t equals = str_find(word, '='), slash = str_find(word, '/');

	if (equals == SIZE_MAX || (slash != SIZE_MAX && slash < equals))
		return STR_NONE;
	return str_sub(word, 0, equals);
}

static struct str file_of(struct str word)
{
	struct str name = name_of(word);

	return name.n ? str_from(word, name.n + 1) : word;
}

/* Which guest the word is for; the command line makes no sense without one. */
static size_t guest_of(const struct run *r, struct str word)
{
	struct str name = name_of(word);

	if (!name.n && r->options->configs.n == 1)
		return 0;
	if (!name.n)
		usage("--fragment NAME=FILE: several configs, and `%.*s' does not say whose",
		      STR_ARG(word));
	for (size_t i = 0; i < r->request->nguests; i++)
		if (str_eq(r->request->guests[i].name, name))
			return i;
	usage("--fragment: no guest is called `%.*s'", STR_ARG(name));
}

static void read_options(struct run *r)
{
	for (size_t i = 0; i < r->options->fragments.n; i++) {
		struct str word = r->options->fragments.v[i];
		size_t guest = guest_of(r, word);

		if (guest >= r->request->nguests)
			continue;
		if (r->fragments[guest].file.n)
			usage("--fragment: two for one guest, `%.*s' and `%.*s'",
			      STR_ARG(r->fragments[guest].file), STR_ARG(file_of(word)));
		r->fragments[guest].file = str_dup(r->arena, file_of(word));
	}
}

/* Beside the config, then in the current folder. */
static struct str look_for(const struct run *r, const struct guest_request *g)
{
	struct str word = g->device_tree.text;
	size_t slash = str_find_last(g->file, '/');
	struct str beside =
		str_format(r->arena, "%.*s%.*s", (int)(slash == SIZE_MAX ? 0 : slash + 1),
			   g->file.s, STR_ARG(word));

	if (str_starts(word, "/"))
		beside = str_dup(r->arena, word);
	if (file_exists(beside.s))
		return beside;
	return file_exists(str_c(r->arena, word)) ? str_dup(r->arena, word) : STR_NONE;
}

static void not_found(const struct run *r, const struct guest_request *g)
{
	struct finding *f =
		diag_judge(r->diag, RULE_FRAGMENT_NOT_READ, g->name, STR_NONE, g->device_tree.at,
			   "there is no device tree `%.*s` here", STR_ARG(g->device_tree.text));

	finding_note(r->diag, f,
		     "it was looked for beside the config and in the current folder; whether it "
		     "fits the board was not judged");
	finding_help(r->diag, f, "name it with --fragment, or copy it to one of these places");
}

static void read_config(struct run *r, size_t i)
{
	const struct guest_request *g = &r->request->guests[i];

	if (r->fragments[i].file.n || !g->device_tree.text.n)
		return;
	r->fragments[i].file = look_for(r, g);
	if (!r->fragments[i].file.n)
		not_found(r, g);
}

void run_read_fragments(struct run *r)
{
	r->fragments = ARENA_ARRAY(r->arena, struct input_tree, r->request->nguests);
	read_options(r);
	for (size_t i = 0; i < r->request->nguests; i++) {
		struct input_tree *t = &r->fragments[i];

		read_config(r, i);
		if (t->file.n && run_read_tree(r, t->file, LIMIT_FRAGMENT_BYTES, &t->blob))
			(void)dt_load(r->arena, r->diag, t->file, t->blob, &t->dt);
	}
}
