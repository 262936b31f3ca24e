/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a finding stands, and which one it is, for other programs. */
#include "findings.h"

enum {
	COUNTED_BYTES = 4096, /* of a line; each finding counts anew              */
};

static uint32_t characters(struct str s)
{
	uint32_t n = 0;

	for (; s.n; n++)
		s = str_from(s, glyph_at(s).nbytes);
	return n;
}

bool place_columns(const struct place *at, struct columns *out)
{
	size_t off = at->off < at->text.n ? at->off : at->text.n;
	size_t len = at->len < at->text.n - off ? at->len : at->text.n - off;

	if (off + len > COUNTED_BYTES)
		return false;
	out->first = 1 + characters(str_sub(at->text, 0, off));
	out->end = out->first + characters(str_sub(at->text, off, len));
	out->nbytes = (uint32_t)len;
	return true;
}

/* FNV-1a, with an end for each part so that none runs into the next. */
static uint64_t add(uint64_t hash, struct str part)
{
	static const uint64_t prime = 0x100000001b3;

	for (size_t i = 0; i < part.n; i++)
		hash = (hash ^ (uint8_t)part.s[i]) * prime;
	return (hash ^ 0xff) * prime;
}

uint64_t finding_fingerprint(const struct finding *f)
{
	uint64_t hash = 0xcbf29ce484222325;

	hash = add(hash, str_of(rule_get(f->rule)->slug));
	hash = add(hash, f->guest);
	hash = add(hash, f->subject);
	return add(hash, f->text);
}
