/* SPDX-License-Identifier: BSD-2-Clause */
#include "base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static FILE *open_input(const char *path)
{
	struct stat st;
	FILE *f;

	if (strcmp(path, "-") == 0)
		return stdin;
	f = fopen(path, "rb");
	if (!f)
		die("cannot open %s: %s", path, strerror(errno));
	if (fstat(fileno(f), &st) == 0 && S_ISDIR(st.st_mode))
		die("cannot read %s: it is a directory", path);
	return f;
}

bool file_read(struct arena *a, const char *path, size_t limit, struct str *out)
{
	FILE *f = open_input(path);
	struct buf b = buf_new(a);
	char chunk[16384];
	size_t n;
	bool fits = true;

	while (fits && (n = fread(chunk, 1, sizeof(chunk), f)) > 0) {
		fits = n <= limit - b.n;
		if (fits)
			buf_put(&b, chunk, n);
	}
	if (ferror(f))
		die("cannot read %s: %s", path, strerror(errno));
	if (f != stdin)
		fclose(f);
	*out = buf_get(&b);
	return fits;
}

bool file_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, R_OK) == 0;
}

struct member {
	const char *name, *path, *temporary;
	struct str content;
};

struct fileset {
	struct arena *arena;
	const char *directory;
	VEC(struct member) members;
	size_t nwritten;
};

struct fileset *fileset_new(struct arena *a, const char *directory)
{
	struct fileset *f = ARENA_NEW(a, struct fileset);

	f->arena = a;
	f->directory = str_c(a, str_of(directory));
	return f;
}

void fileset_add(struct fileset *f, struct str name, struct str content)
{
	struct member *m = VEC_ADD(f->arena, &f->members);

	m->name = str_c(f->arena, name);
	m->content = content;
}

/* Leave the directory as it was and end the program. */
NORETURN static void give_up(struct fileset *f, const char *what, const char *path)
{
	int error = errno;

	for (size_t i = 0; i < f->nwritten; i++)
		unlink(f->members.v[i].temporary);
	die("cannot %s %s: %s", what, path, strerror(error));
}

/* mkdir -p */
static void make_directory(struct fileset *f)
{
	char *path = (char *)arena_copy(f->arena, f->directory, strlen(f->directory) + 1);

	for (char *p = path + 1; *path && *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(path, 0777) && errno != EEXIST)
			give_up(f, "make", path);
		*p = '/';
	}
	if (mkdir(path, 0777) && errno != EEXIST)
		give_up(f, "make", path);
}

static void write_temporary(struct fileset *f, struct member *m)
{
	char *name = (char *)arena_copy(f->arena, m->temporary, strlen(m->temporary) + 1);
	int fd = mkstemp(name);
	size_t done = 0;
	mode_t mask;

	if (fd < 0)
		give_up(f, "create", m->path);
	m->temporary = name;
	f->nwritten++;
	mask = umask(0);
	umask(mask);
	if (fchmod(fd, 0666 & ~mask))
		give_up(f, "create", m->path);
	while (done < m->content.n) {
		ssize_t n = write(fd, m->content.s + done, m->content.n - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			give_up(f, "write", m->path);
		done += (size_t)n;
	}
	if (fsync(fd) || close(fd))
		give_up(f, "write", m->path);
}

void fileset_commit(struct fileset *f)
{
	struct member *m;

	make_directory(f);
	VEC_EACH (m, &f->members) {
		struct str name = str_of(m->name);

		m->path = str_format(f->arena, "%s/%s", f->directory, m->name).s;
		m->temporary =
			str_format(f->arena, "%s/.%.*s.XXXXXX", f->directory, STR_ARG(name)).s;
		write_temporary(f, m);
	}
	VEC_EACH (m, &f->members)
		if (rename(m->temporary, m->path))
			give_up(f, "replace", m->path);
}
