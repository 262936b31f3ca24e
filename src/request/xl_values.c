/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What xl makes of the other keys that matter here: those that take room in
 * the guest's address and interrupt space.  Facts: Xen
 * tools/xl/xl_parse.c:parse_config_data, tools/libs/light/libxl_arm.c:
 * libxl__arch_domain_prepare_config, libxl_types.idl.
 */
#include "reader.h"

/* A number that xl takes from a shape that was looked at already. */
static bool read_number(struct reader *r, const struct key *k, const struct cfg_value *v,
			int64_t first, int64_t last, uint64_t *out)
{
	int64_t n = 0;

	(void)cfg_number(r->arena, v->text, &n);
	if (n < first || n > last)
		return read_fault(r, RULE_BAD_VALUE, v, STR_NONE,
				  str_format(r->arena, "write a number from %lld to %lld",
					     (long long)first, (long long)last),
				  "expected %lld or more for `%s`, found `%.*s`", (long long)first,
				  k->name, STR_ARG(v->text));
	*out = (uint64_t)n;
	return true;
}

/* More than any machine has, and its bytes still fit. */
#define MOST_MIB ((int64_t)1 << 40)

void read_memory(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	struct guest_request *g = r->guest;

	if (!read_number(r, k, v, 1, MOST_MIB, &g->memory_mib))
		return;
	g->memory_at = cfg_value_at(r->cfg, v);
	g->maxmem_mib = g->memory_mib;
}

/* Behind memory in keys.def. */
void read_maxmem(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	struct guest_request *g = r->guest;

	if (!read_number(r, k, v, 1, MOST_MIB, &g->maxmem_mib))
		return;
	g->maxmem_at = cfg_value_at(r->cfg, v);
	/* libxl_create.c:libxl__domain_build_info_setdefault */
	if (!g->memory_mib)
		g->memory_mib = g->maxmem_mib;
}

void read_vcpus(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	uint64_t n = 0;

	if (!read_number(r, k, v, 0, 4096, &n) || n < r->guest->vcpus)
		return;
	r->guest->vcpus = (uint32_t)n;
	r->guest->vcpus_at = cfg_value_at(r->cfg, v);
}

void read_nr_spis(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	if (read_number(r, k, v, 0, UINT32_MAX - 1, &r->guest->nr_spis))
		r->guest->nr_spis_at = cfg_value_at(r->cfg, v);
}

void read_shadow_memory(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	if (read_number(r, k, v, 0, MOST_MIB, &r->guest->shadow_mib))
		r->guest->shadow_at = cfg_value_at(r->cfg, v);
}

/* ---- Words of libxl: in either case -------------------------------------------- */

void read_vuart(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	static const struct choice choices[] = {
		{ "sbsa_uart", 1 },
		{ "unknown", 0 },
		{ NULL, 0 },
	};
	int value;

	if (!read_choice(r, k, v, choices, true, &value))
		return;
	r->guest->vuart = value == 1;
	r->guest->vuart_at = cfg_value_at(r->cfg, v);
}

void read_gic_version(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	static const struct choice choices[] = {
		{ "default", 0 },
		{ "v2", 2 },
		{ "v3", 3 },
		{ NULL, 0 },
	};
	int value;

	if (!read_choice(r, k, v, choices, true, &value))
		return;
	r->guest->gic_version = (uint32_t)value;
	r->guest->gic_version_at = cfg_value_at(r->cfg, v);
}

void read_passthrough(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	static const struct choice choices[] = {
		{ "default", PASSTHROUGH_DEFAULT },   { "disabled", PASSTHROUGH_DISABLED },
		{ "enabled", PASSTHROUGH_ENABLED },   { "sync_pt", PASSTHROUGH_SYNC_PT },
		{ "share_pt", PASSTHROUGH_SHARE_PT }, { NULL, 0 },
	};
	int value;

	if (!read_choice(r, k, v, choices, true, &value))
		return;
	r->guest->passthrough = (enum passthrough)value;
	r->guest->passthrough_at = cfg_value_at(r->cfg, v);
}

/* ---- Parameters in a string, separated by commas ------------------------------- */

/* The next one, blanks before it skipped; as strtok, empty ones are none. */
static bool next_parameter(struct str *rest, struct str *out)
{
	while (rest->n) {
		size_t comma = str_find(*rest, ',');

		*out = str_sub(*rest, 0, comma);
		*rest = comma == SIZE_MAX ? STR_NONE : str_from(*rest, comma + 1);
		if (out->n)
			return true;
	}
	return false;
}

static struct str unindent(struct str s)
{
	while (s.n && (s.s[0] == ' ' || s.s[0] == '\t'))
		s = str_from(s, 1);
	return s;
}

static void count_virtio(struct reader *r, const struct cfg_value *item)
{
	if (r->guest->nvirtio++ == 0)
		r->guest->virtio_at = cfg_value_at(r->cfg, item);
}

/* libxlu_disk_l.l: `target=` takes the rest of the string. */
static bool is_virtio_disk(struct str spec)
{
	struct str p;

	while (next_parameter(&spec, &p)) {
		p = unindent(p);
		if (str_starts(p, "target="))
			return false;
		if (str_is(p, "specification=virtio"))
			return true;
	}
	return false;
}

void read_disk(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	(void)k;
	for (size_t i = 0; i < v->nitems; i++)
		if (is_virtio_disk(v->items[i].text))
			count_virtio(r, &v->items[i]);
}

/* libxl gives an interrupt to those only whose transport is mmio. */
static bool is_virtio_mmio(struct str spec)
{
	bool mmio = false;
	struct str p;

	while (next_parameter(&spec, &p)) {
		p = unindent(p);
		if (str_starts(p, "transport="))
			mmio = str_eq_nocase(str_from(p, strlen("transport=")), STR("mmio"));
	}
	return mmio;
}

void read_virtio(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	(void)k;
	for (size_t i = 0; i < v->nitems; i++)
		if (is_virtio_mmio(v->items[i].text))
			count_virtio(r, &v->items[i]);
}

/* ---- arm_sci -------------------------------------------------------------------- */

static bool is_sci_type(struct str type)
{
	return str_eq_nocase(type, STR("none")) || str_eq_nocase(type, STR("scmi_smc"));
}

/* xl_parse.c:parse_arm_sci_config takes "type=" at the very start of a
 * parameter and passes over all that is anything else. */
void read_arm_sci(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	struct str rest = v->text, p;

	while (next_parameter(&rest, &p)) {
		struct str type = str_from(p, strlen("type="));

		if (!str_starts(p, "type=")) {
			finding_help(r->diag,
				     read_judge(r, RULE_XL_IGNORES, v,
						"xl passes over `%.*s` in `%s` without a word",
						STR_ARG(p), k->name),
				     "write `arm_sci = \"type=scmi_smc\"`, without blanks");
			continue;
		}
		if (!is_sci_type(type))
			read_fault(r, RULE_BAD_VALUE, v, p,
				   STR("write `type=scmi_smc`, without blanks"),
				   "expected `none` or `scmi_smc` as type in `%s`, found `%.*s`",
				   k->name, STR_ARG(type));
	}
}
