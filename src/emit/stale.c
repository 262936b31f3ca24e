/* SPDX-License-Identifier: BSD-2-Clause */
#include "emit.h"

#include "sum.h"

#include <jansson.h>

struct found {
	struct arena *arena;
	struct str directory;
	VEC(struct stale) entries;
};

static void add(struct found *f, struct str file, const char *why)
{
	VEC_PUSH(f->arena, &f->entries, ((struct stale){ str_dup(f->arena, file), why }));
}

/* A report is a file like any other and may have been edited: it must not
 * make us open anything outside its own directory. */
static bool is_plain_name(struct str name)
{
	return name.n && name.s[0] != '.' && str_find(name, '/') == SIZE_MAX &&
	       str_find(name, '\0') == SIZE_MAX;
}

static struct str member(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_string(value))
		return STR_NONE;
	return (struct str){ json_string_value(value), json_string_length(value) };
}

static const char *path_in(const struct found *f, struct str name)
{
	return str_format(f->arena, "%.*s/%.*s", STR_ARG(f->directory), STR_ARG(name)).s;
}

static void compare(struct found *f, struct str name, struct str sum)
{
	const char *path = path_in(f, name);
	struct str content;

	/* Who copied only what the guest needs did nothing wrong. */
	if (!file_exists(path))
		return;
	if (!file_read(f->arena, path, LIMIT_BLOB_BYTES, &content) ||
	    !str_eq(sum_of(f->arena, content), sum))
		add(f, name, "is not the file that this run wrote");
}

static bool compare_all(struct found *f, const json_t *report)
{
	const json_t *outputs = json_object_get(report, "outputs");

	for (size_t i = 0; i < json_array_size(outputs); i++) {
		const json_t *output = json_array_get(outputs, i);
		struct str name = member(output, "file"), sum = member(output, "sha256");

		if (!is_plain_name(name) || !sum.n)
			return false;
		/* The config is the operator's, who may edit it; its block is
		 * compared with what would be written now. */
		if (!str_ends(name, ".cfg"))
			compare(f, name, sum);
	}
	return json_array_size(outputs) > 0;
}

size_t emit_stale(struct arena *a, struct str directory, struct str name, struct stale **out)
{
	struct found f = { .arena = a, .directory = directory };
	struct str text;
	json_t *report = NULL;

	if (file_read(a, path_in(&f, name), LIMIT_BLOB_BYTES, &text))
		report = json_loadb(text.s, text.n, 0, NULL);
	if (!compare_all(&f, report)) {
		f.entries.n = 0;
		add(&f, name, "is no report of a run");
	}
	json_decref(report);
	*out = f.entries.v;
	return f.entries.n;
}
