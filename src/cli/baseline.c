/* SPDX-License-Identifier: BSD-2-Clause */
/* The file that says which findings are no news. */
#include "run.h"

#include <jansson.h>

static bool member(struct arena *a, const json_t *entry, const char *key, struct str *out)
{
	const json_t *value = json_object_get(entry, key);

	if (!json_is_string(value))
		return false;
	*out = str_dup(a, (struct str){ json_string_value(value), json_string_length(value) });
	return true;
}

static bool take_entry(struct run *r, const json_t *entry)
{
	struct arena *a = r->arena;
	struct baseline_entry k;

	if (!member(a, entry, "rule", &k.rule) || !member(a, entry, "guest", &k.guest) ||
	    !member(a, entry, "subject", &k.subject) || !member(a, entry, "text", &k.text))
		return false;
	diag_know(r->diag, k);
	return true;
}

static bool take_all(struct run *r, const json_t *root)
{
	const json_t *form = json_object_get(root, "form");
	const json_t *findings = json_object_get(root, "findings");

	if (!json_is_string(form) || strcmp(json_string_value(form), "dtassign baseline 1") != 0 ||
	    !json_is_array(findings) || json_array_size(findings) > LIMIT_FINDINGS)
		return false;
	for (size_t i = 0; i < json_array_size(findings); i++)
		if (!take_entry(r, json_array_get(findings, i)))
			return false;
	return true;
}

void run_read_baseline(struct run *r)
{
	const char *file = r->options->baseline;
	struct str text = STR_NONE;
	json_t *root = NULL;

	if (!file)
		return;
	if (file_read(r->arena, file, LIMIT_BLOB_BYTES, &text))
		root = json_loadb(text.s, text.n, JSON_REJECT_DUPLICATES, NULL);
	if (!root || !take_all(r, root))
		diag_fault(r->diag, RULE_BAD_BASELINE, place_file(str_of(file)),
			   STR("write it with --write-baseline"),
			   "this is no baseline that dtassign wrote");
	json_decref(root);
}

void run_guard_baseline(const struct run *r)
{
	const char *file = r->options->write_baseline;
	struct str text = STR_NONE;

	if (!file || !file_exists(file))
		return;
	if (!file_read(r->arena, file, LIMIT_BLOB_BYTES, &text) ||
	    !str_starts(text, "{\n  \"form\": \"dtassign baseline 1\""))
		usage("--write-baseline: `%s' is there and is no baseline", file);
}

void run_write_baseline(struct run *r)
{
	const char *file = r->options->write_baseline;
	struct str name = str_of(file);
	size_t slash = str_find_last(name, '/');
	struct buf out = buf_new(r->arena);
	struct fileset *files;

	if (!file)
		return;
	diag_baseline(r->diag, &out);
	files = fileset_new(r->arena,
			    slash == SIZE_MAX ? "." : str_c(r->arena, str_sub(name, 0, slash + 1)));
	fileset_add(files, slash == SIZE_MAX ? name : str_from(name, slash + 1), buf_get(&out));
	fileset_commit(files);
}
