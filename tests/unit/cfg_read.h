/* SPDX-License-Identifier: BSD-2-Clause */
/* A config from a text, for the tests of the reader. */
#ifndef TEST_CFG_READ_H
#define TEST_CFG_READ_H

#include "cfg_fixture.h"

static struct cfg *cfg;

static inline bool read_str(struct str text)
{
	return cfg_read(arena, diag, STR("dom.cfg"), text, NULL, 0, &cfg);
}

static inline bool read_text(const char *text)
{
	return read_str(str_of(text));
}

static inline struct cfg_setting setting_in(const char *key, enum cfg_scope scope)
{
	struct cfg_setting s;

	assert_true(cfg_find(arena, cfg, str_of(key), scope, &s));
	return s;
}

static inline struct cfg_setting setting(const char *key)
{
	return setting_in(key, CFG_ALL);
}

#endif
