/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `pci = [ "BDF,..." ]`, as Xen's tools/libs/util/libxlu_pci.c takes it
 * (xlu_pci_parse_spec_string): a BDF first, an @vslot, then key=value pairs; or
 * the BDF or a name among those pairs.
 */
#include "reader.h"

/* sscanf %x without sign and blanks: a number that has those names no device. */
static bool take_hex(struct str *rest, uint32_t max, uint32_t *out)
{
	uint64_t value;
	size_t n = 0;

	while (n < rest->n && strchr("0123456789abcdefABCDEF", rest->s[n]) && rest->s[n])
		n++;
	if (!str_to_u64(str_sub(*rest, 0, n), 16, &value) || value > max)
		return false;
	*rest = str_from(*rest, n);
	*out = (uint32_t)value;
	return true;
}

static bool take_char(struct str *rest, char c)
{
	if (!rest->n || rest->s[0] != c)
		return false;
	*rest = str_from(*rest, 1);
	return true;
}

bool request_parse_bdf(struct str *rest, struct pci_word *out)
{
	uint32_t part[3], dev, fn = 0;
	struct str s = *rest;

	if (!take_hex(&s, 0xffff, &part[0]) || !take_char(&s, ':') || !take_hex(&s, 0xff, &part[1]))
		return false;
	out->segment = 0;
	if (take_char(&s, ':')) {
		out->segment = part[0];
		part[0] = part[1];
		if (!take_hex(&s, 0x1f, &part[1]))
			return false;
	}
	dev = part[1];
	if (part[0] > 0xff || dev > 0x1f || !take_char(&s, '.'))
		return false;
	out->all_functions = take_char(&s, '*');
	if (!out->all_functions && !take_hex(&s, 7, &fn))
		return false;
	out->rid = part[0] << 8 | dev << 3 | fn;
	*rest = s;
	return true;
}

/* One key=value; the keys that xl knows. */
static bool take_pair(struct str pair, struct pci_word *w, bool *has_bdf)
{
	static const char *const keys[] = { "vslot", "permissive", "msitranslate",
					    "seize", "power_mgmt", "rdm_policy" };
	size_t equals = str_find(pair, '=');
	struct str key = str_sub(pair, 0, equals);
	struct str value = equals == SIZE_MAX ? STR_NONE : str_from(pair, equals + 1);

	if (equals == SIZE_MAX)
		return false;
	if (str_is(key, "bdf")) {
		*has_bdf = request_parse_bdf(&value, w);
		return *has_bdf;
	}
	if (str_is(key, "name")) {
		w->by_name = true;
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (str_is(key, keys[i]))
			return true;
	return false;
}

static bool parse(struct str text, struct pci_word *w)
{
	struct str rest = text;
	bool has_bdf = request_parse_bdf(&rest, w);
	uint32_t vslot;

	if (has_bdf && take_char(&rest, '@') && !take_hex(&rest, 0x1f, &vslot))
		return false;
	if (has_bdf && rest.n && !take_char(&rest, ','))
		return false;
	while (rest.n) {
		size_t comma = str_find(rest, ',');

		if (!take_pair(str_sub(rest, 0, comma), w, &has_bdf))
			return false;
		rest = comma == SIZE_MAX ? STR_NONE : str_from(rest, comma + 1);
	}
	return has_bdf != w->by_name;
}

void read_pci(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	struct guest_request *g = r->guest;

	g->pci = ARENA_ARRAY(r->arena, struct pci_word, v->nitems);
	for (size_t i = 0; i < v->nitems; i++) {
		struct pci_word *w = &g->pci[g->npci];

		*w = (struct pci_word){ 0 };
		if (!parse(v->items[i].text, w)) {
			read_fault(r, RULE_BAD_ENTRY, &v->items[i], STR_NONE,
				   STR("write \"[SEGMENT:]BUS:DEVICE.FUNCTION\", all in hex, or * "
				       "for all functions"),
				   "expected a PCI function in `%s`, found `%.*s`", k->name,
				   STR_ARG(v->items[i].text));
			continue;
		}
		w->word = read_word(r, &v->items[i]);
		if (g->npci++ == 0)
			g->pci_at = cfg_value_at(r->cfg, &v->items[i]);
	}
}
