/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader.h"

static const char *const target_names[NTARGETS] = {
	[TARGET_XL] = "xl",
	[TARGET_DOM0LESS] = "dom0less",
};

const char *target_name(enum target t)
{
	BUG_ON((unsigned)t >= NTARGETS);
	return target_names[t];
}

bool target_parse(struct str word, enum target *out)
{
	for (unsigned t = 0; t < NTARGETS; t++)
		if (str_is(word, target_names[t])) {
			*out = (enum target)t;
			return true;
		}
	return false;
}

/* ---- Name ---------------------------------------------------------------------- */

enum { NAME_BYTES = 64 };

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-';
}

/* Why a name cannot be that of the output files, or NULL. */
static const char *name_trouble(struct str name)
{
	if (name.n == 0)
		return "an empty name";
	if (name.n > NAME_BYTES)
		return "a name of more than 64 bytes";
	if (name.s[0] == '.')
		return "a name that begins with a dot";
	if (str_is(name, "host"))
		return "the name of the host's own outputs";
	for (size_t i = 0; i < name.n; i++)
		if (!is_name_byte(name.s[i]))
			return "a name with other characters than A-Z, a-z, 0-9, ., _ and -";
	return NULL;
}

/* The last part of a path without its extension. */
static struct str stem(struct str file)
{
	size_t slash = str_find_last(file, '/');
	struct str base = slash == SIZE_MAX ? file : str_from(file, slash + 1);
	size_t dot = str_find_last(base, '.');

	return dot == SIZE_MAX || dot == 0 ? base : str_sub(base, 0, dot);
}

static void read_name(struct reader *r)
{
	struct guest_request *g = r->guest;
	struct cfg_setting s;
	const char *trouble;

	g->name = stem(g->file);
	g->at = place_file(g->file);
	if (cfg_find(r->arena, r->cfg, STR("name"), CFG_OUTSIDE, &s) && s.value.kind != CFG_LIST) {
		g->name = s.value.text;
		g->at = cfg_value_at(r->cfg, &s.value);
	}
	trouble = name_trouble(g->name);
	if (trouble)
		diag_fault(r->diag, RULE_BAD_GUEST_NAME, g->at,
			   STR("set the key `name` to 1 to 64 of A-Z, a-z, 0-9, ., _ and -; the "
			       "outputs are named after it"),
			   "expected a name for this guest, found %s", trouble);
}

/* ---- One config ----------------------------------------------------------------- */

static bool stands_outside(const struct reader *r, const char *key)
{
	struct cfg_setting s;

	return cfg_find(r->arena, r->cfg, str_of(key), CFG_OUTSIDE, &s);
}

static enum config_form form_of(const struct reader *r, const struct request_options *options)
{
	if (options->as_given)
		return options->as;
	return stands_outside(r, "irqs") || stands_outside(r, "iomem") ||
			       stands_outside(r, "device_tree")
		       ? FORM_FINAL
		       : FORM_REQUEST;
}

static struct guest_request blank_request(const struct request_source *source,
					  const struct request_options *options)
{
	struct place none = place_none();

	return (struct guest_request){
		.file = source->file,
		.target = options->target_given ? options->target : TARGET_XL,
		.unprotected = options->unprotected_given ? options->unprotected : UNPROTECTED_WARN,
		.vcpus = 1,
		.direct_map_at = none,
		.device_tree = { .at = none },
		.block.device_tree = { .at = none },
		.block.shadow_memory = { .at = none },
		.force_all_at = none,
		.platform_safe_at = none,
		.memory_at = none,
		.maxmem_at = none,
		.vuart_at = none,
		.shadow_at = none,
		.virtio_at = none,
		.pci_at = none,
		.gic_version_at = none,
		.nr_spis_at = none,
		.vcpus_at = none,
		.passthrough_at = none,
	};
}

static void read_guest(struct arena *a, struct diag *d, const struct request_source *source,
		       const struct request_options *options, struct guest_request *g)
{
	struct reader r = { .arena = a, .diag = d, .guest = g };

	*g = blank_request(source, options);
	(void)cfg_read(a, d, source->file, source->source, source->overrides, source->noverrides,
		       &g->cfg);
	r.cfg = g->cfg;
	read_name(&r);
	g->form = form_of(&r, options);
	keys_read(&r);
	keys_judge(&r);
	read_block(&r);
	read_inline(&r);
}

/* ---- All ------------------------------------------------------------------------ */

static void check_names(struct arena *a, struct diag *d, const struct request *q)
{
	struct map *seen = map_new(a, false, q->nguests);

	for (size_t i = 0; i < q->nguests; i++) {
		const struct guest_request *g = &q->guests[i];
		uint32_t first;

		if (!map_get(seen, g->name, &first)) {
			map_put(seen, g->name, (uint32_t)i);
			continue;
		}
		diag_fault(d, RULE_DUPLICATE_GUEST, g->at,
			   STR("give one of them another `name`; its outputs are named after it"),
			   "expected another name for this guest: `%.*s` is taken",
			   STR_ARG(g->name));
		finding_place(d, diag_last(d), q->guests[first].at, "by this one");
	}
}

bool request_build(struct arena *a, struct diag *d, const struct request_source *sources,
		   size_t nsources, const struct request_options *options, struct request **out)
{
	struct request *q = ARENA_NEW(a, struct request);
	size_t nfaults = diag_nfaults(d);

	*out = q;
	if (nsources > LIMIT_GUESTS) {
		diag_fault(d, RULE_LIMIT_EXCEEDED, place_none(),
			   STR("compile them in several runs, or raise the limit"),
			   "expected at most %d configs, found %zu", (int)LIMIT_GUESTS, nsources);
		nsources = LIMIT_GUESTS;
	}
	q->guests = ARENA_ARRAY(a, struct guest_request, nsources);
	q->nguests = nsources;
	for (size_t i = 0; i < nsources; i++)
		read_guest(a, d, &sources[i], options, &q->guests[i]);
	check_names(a, d, q);
	return diag_nfaults(d) == nfaults;
}
