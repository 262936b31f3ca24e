/* SPDX-License-Identifier: BSD-2-Clause */
#include "run.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool terminal_has_colour(FILE *to)
{
	const char *no_colour = getenv("NO_COLOR"); /* https://no-color.org */
	const char *term = getenv("TERM");

	return isatty(fileno(to)) && !(no_colour && *no_colour) && term && *term &&
	       strcmp(term, "dumb") != 0;
}

size_t terminal_width(FILE *to)
{
	enum { USUAL = 80 };
	struct winsize size;
	const char *columns = getenv("COLUMNS");
	uint64_t n;

	if (!isatty(fileno(to)))
		return 0;
	if (columns && str_to_u64(str_of(columns), 10, &n) && n > 0 && n < 10000)
		return (size_t)n;
	if (ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return USUAL;
}

void put_out(const struct buf *b)
{
	struct str text = buf_get(b);

	if (fwrite(text.s, 1, text.n, stdout) != text.n || fflush(stdout))
		die("cannot write to standard output: %s", strerror(errno));
}
