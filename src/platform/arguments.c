/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Xen's command line: xen/common/kernel.c, parse_params.  Words are divided by
 * spaces and nothing else: no quotes, no tabs.  What Xen reports as invalid it
 * also ignores, and so do we.
 */
#include "build.h"

/* parse_params copies each word into char opt[128] and cuts what is longer. */
#define MAX_WORD 127
/* console.c: char opt_console[30]. */
#define MAX_CONSOLE 29

struct param {
	struct word at;
	struct str key, value; /* key without its "no-"                        */
	bool asserted;         /* false: it began with "no-"                   */
};

static bool next_param(struct str text, size_t *pos, struct param *out)
{
	struct str word;
	size_t start = *pos, end, equals;

	while (start < text.n && text.s[start] == ' ')
		start++;
	if (start == text.n)
		return false;
	end = start;
	while (end < text.n && text.s[end] != ' ')
		end++;
	*pos = end;
	word = str_sub(text, start, end - start);
	out->at = (struct word){ start, word.n };
	word = str_sub(word, 0, MAX_WORD);
	equals = str_find(word, '=');
	out->key = str_sub(word, 0, equals);
	out->value = equals == SIZE_MAX ? STR("") : str_from(word, equals + 1);
	out->asserted = !str_starts(out->key, "no-");
	if (!out->asserted)
		out->key = str_from(out->key, 3);
	return true;
}

/* xen/common/kernel.c, parse_bool: 1, 0, or -1 for neither. */
static int parse_bool(struct str s)
{
	static const char *const yes[] = { "1", "on", "yes", "true", "enable" };
	static const char *const no[] = { "0", "no", "off", "false", "disable" };

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++)
		if (str_is(s, yes[i]))
			return 1;
	for (size_t i = 0; i < ARRAY_SIZE(no); i++)
		if (str_is(s, no[i]))
			return 0;
	return -1;
}

/* parse_boolean: "name", "no-name" or "name=bool"; -1 for anything else. */
static int parse_named(const char *name, struct str s)
{
	bool negated = str_starts(s, "no-");

	if (negated)
		s = str_from(s, 3);
	if (str_is(s, name))
		return !negated;
	if (negated || !str_starts(s, name) || s.s[strlen(name)] != '=')
		return -1;
	return parse_bool(str_from(s, strlen(name) + 1));
}

/* xen/drivers/passthrough/iommu.c, parse_iommu_param: a list; every item is
 * taken on its own. */
static void parse_iommu(struct str list, struct arguments *out)
{
	for (;;) {
		size_t comma = str_find(list, ',');
		struct str item = str_sub(list, 0, comma);
		int value = parse_bool(item);

		if (value >= 0) {
			out->iommu = value;
		} else {
			value = parse_named("force", item);
			if (value < 0)
				value = parse_named("required", item);
			if (value >= 0)
				out->iommu_required = value;
		}
		if (comma == SIZE_MAX)
			return;
		list = str_from(list, comma + 1);
	}
}

/* OPT_BOOL: without a value true; "no-" turns it round. */
static void set_bool(const struct param *p, bool *out)
{
	int value = p->value.n ? parse_bool(p->value) : 1;

	if (value >= 0)
		*out = value ? p->asserted : !p->asserted;
}

static void apply(const struct param *p, struct arguments *out)
{
	if (str_is(p->key, "iommu")) {
		/* OPT_CUSTOM: "no-iommu" is "iommu=no"; "no-iommu=x" is nothing. */
		if (p->asserted)
			parse_iommu(p->value, out);
		else if (p->value.n == 0)
			parse_iommu(STR("no"), out);
	} else if (str_is(p->key, "dtuart")) {
		/* OPT_STR takes the value whatever stands before the key. */
		out->dtuart = p->value;
		out->dtuart_at = p->at;
	} else if (str_is(p->key, "console")) {
		out->console = str_sub(p->value, 0, MAX_CONSOLE);
	} else if (str_is(p->key, "pci-passthrough")) {
		set_bool(p, &out->pci_passthrough);
	} else if (str_is(p->key, "scmi-smc-passthrough")) {
		set_bool(p, &out->scmi_passthrough);
	}
}

void arguments_parse(struct str text, struct arguments *out)
{
	struct param p;
	size_t pos = 0;

	*out = (struct arguments){ .console = STR("dtuart"), .iommu = true };
	while (next_param(text, &pos, &p))
		apply(&p, out);
}
