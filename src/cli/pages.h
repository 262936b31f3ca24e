/* SPDX-License-Identifier: BSD-2-Clause */
/* docs/rules/, compiled in. */
#ifndef CLI_PAGES_H
#define CLI_PAGES_H

#include <stddef.h>

struct page {
	const char *slug;
	const unsigned char *text;
	size_t size;
};
extern const struct page pages[]; /* ends with a row without slug */

#endif
