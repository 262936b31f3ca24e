/* SPDX-License-Identifier: BSD-2-Clause */
#include "base.h"

#include <stdlib.h>

void die(const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	fputs("dtassign: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_ENVIRONMENT);
}

void bug_at(const char *file, int line, const char *what)
{
	fflush(stdout);
	fprintf(stderr,
		"dtassign: bug at %s:%d: %s\n"
		"dtassign: this is our fault, not yours; please report it with the inputs\n",
		file, line, what);
	abort();
}
