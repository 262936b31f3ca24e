/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a fuzz target on files, or on all files of folders: with this in place
 * of libFuzzer, seeds and inputs that once hurt are part of the normal tests.
 */
#include "base.h"

#include <dirent.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void replay(struct arena *a, const char *path)
{
	struct str content;

	if (!file_read(a, path, LIMIT_BLOB_BYTES, &content))
		die("%s: too large", path);
	(void)LLVMFuzzerTestOneInput((const uint8_t *)content.s, content.n);
}

static void replay_folder(struct arena *a, DIR *folder, const char *path)
{
	const struct dirent *entry;

	while ((entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.')
			replay(a, str_c(a, str_format(a, "%s/%s", path, entry->d_name)));
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new();

	if (argc < 2)
		die("usage: %s FILE|FOLDER...", argv[0]);
	for (int i = 1; i < argc; i++) {
		DIR *folder = opendir(argv[i]);

		if (folder) {
			replay_folder(a, folder, argv[i]);
			closedir(folder);
		} else {
			replay(a, argv[i]);
		}
	}
	arena_free(a);
	return 0;
}
