/* SPDX-License-Identifier: BSD-2-Clause */
#include "json.h"

struct json json_to(struct buf *out)
{
	return (struct json){ .out = out };
}

/* Bytes of the UTF-8 character at the start of s and its code point; 0: the
 * first byte begins none (RFC 3629, section 4). */
static unsigned decode(struct str s, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const uint8_t *b = (const uint8_t *)s.s;
	unsigned n = b[0] < 0x80 ? 1 : b[0] < 0xc2 ? 0 : b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;

	if (n == 0 || n > s.n || b[0] > 0xf4)
		return 0;
	*code = n == 1 ? b[0] : b[0] & (0x7fu >> n);
	for (unsigned i = 1; i < n; i++) {
		if ((b[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (b[i] & 0x3fu);
	}
	if (*code < least[n] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return n;
}

static void put_char(struct buf *out, uint32_t code)
{
	if (code == '"' || code == '\\')
		buf_format(out, "\\%c", (char)code);
	else if (code == '\n')
		buf_text(out, "\\n");
	else if (code >= 0x20 && code < 0x7f)
		buf_char(out, (char)code);
	else if (code < 0x10000)
		buf_format(out, "\\u%04x", code);
	else
		buf_format(out, "\\u%04x\\u%04x", 0xd800 + ((code - 0x10000) >> 10),
			   0xdc00 + ((code - 0x10000) & 0x3ff));
}

static void put_quoted(struct buf *out, struct str s)
{
	buf_char(out, '"');
	while (s.n) {
		uint32_t code = 0;
		unsigned n = decode(s, &code);

		put_char(out, n ? code : 0xfffd);
		s = str_from(s, n ? n : 1);
	}
	buf_char(out, '"');
}

static void new_line(struct json *j)
{
	buf_char(j->out, '\n');
	buf_fill(j->out, ' ', (size_t)j->depth * 2);
}

/* Whatever comes before a value: comma, line, key. */
static void begin_value(struct json *j, const char *key)
{
	BUG_ON((j->depth && j->close[j->depth] == '}') != (key != NULL));
	if (j->filled[j->depth])
		buf_char(j->out, ',');
	j->filled[j->depth] = true;
	if (j->depth)
		new_line(j);
	if (key) {
		put_quoted(j->out, str_of(key));
		buf_text(j->out, ": ");
	}
}

static void open_value(struct json *j, const char *key, char open, char close)
{
	BUG_ON(j->depth == JSON_DEPTH);
	begin_value(j, key);
	buf_char(j->out, open);
	j->depth++;
	j->filled[j->depth] = false;
	j->close[j->depth] = close;
}

void json_put_object(struct json *j, const char *key)
{
	open_value(j, key, '{', '}');
}

void json_put_array(struct json *j, const char *key)
{
	open_value(j, key, '[', ']');
}

void json_put_end(struct json *j)
{
	bool filled = j->filled[j->depth];
	char close = j->close[j->depth];

	BUG_ON(j->depth == 0);
	j->depth--;
	if (filled)
		new_line(j);
	buf_char(j->out, close);
	if (j->depth == 0)
		buf_char(j->out, '\n');
}

void json_put_str(struct json *j, const char *key, struct str value)
{
	begin_value(j, key);
	put_quoted(j->out, value);
}

void json_put_str_or_null(struct json *j, const char *key, struct str value)
{
	if (value.n)
		json_put_str(j, key, value);
	else
		json_put_null(j, key);
}

void json_put_text(struct json *j, const char *key, const char *value)
{
	json_put_str(j, key, str_of(value));
}

void json_put_number(struct json *j, const char *key, uint64_t value)
{
	begin_value(j, key);
	buf_format(j->out, "%llu", (unsigned long long)value);
}

void json_put_hex(struct json *j, const char *key, uint64_t value)
{
	begin_value(j, key);
	buf_format(j->out, "\"0x%llx\"", (unsigned long long)value);
}

void json_put_bool(struct json *j, const char *key, bool value)
{
	begin_value(j, key);
	buf_text(j->out, value ? "true" : "false");
}

void json_put_null(struct json *j, const char *key)
{
	begin_value(j, key);
	buf_text(j->out, "null");
}
