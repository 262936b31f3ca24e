/* SPDX-License-Identifier: BSD-2-Clause */
#include "sum.h"

#include <sys/types.h>

#include <sha2.h>

struct str sum_of(struct arena *a, struct str bytes)
{
	char hex[SHA256_DIGEST_STRING_LENGTH];

	SHA256Data((const uint8_t *)bytes.s, bytes.n, hex);
	return str_dup(a, str_of(hex));
}
