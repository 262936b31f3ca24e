/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DTASSIGN_TEST_REQUEST_FIXTURE_H
#define DTASSIGN_TEST_REQUEST_FIXTURE_H

#include "cfg_fixture.h"

static struct request *request;
static struct guest_request *guest;
static struct request_options options;

static inline bool build(const char *file, const char *text)
{
	struct request_source source = { .file = str_of(file), .source = str_of(text) };
	bool good = request_build(arena, diag, &source, 1, &options, &request);

	assert_int_equal(request->nguests, 1);
	guest = &request->guests[0];
	options = (struct request_options){ 0 };
	return good;
}

static inline bool read_guest(const char *text)
{
	return build("dom.cfg", text);
}

/* One text, one finding. */
struct row {
	const char *cfg;
	struct expected e;
};

static inline void assert_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		start_over();
		read_guest(rows[i].cfg);
		assert_findings(&rows[i].e, 1);
	}
	start_over();
}

#define ASSERT_ROWS(...) \
	assert_rows((const struct row[]){ __VA_ARGS__ }, \
		    ARRAY_SIZE(((const struct row[]){ __VA_ARGS__ })))

#endif
