/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys that xl does not know and we read: lists of words about devices. */
#include "reader.h"

/* ---- "PATH: REASON" ------------------------------------------------------------ */

static struct reasoned *read_reasoned(struct reader *r, const struct key *k,
				      const struct cfg_value *list, size_t *n)
{
	struct reasoned *out = ARENA_ARRAY(r->arena, struct reasoned, list->nitems);

	*n = 0;
	for (size_t i = 0; i < list->nitems; i++) {
		const struct cfg_value *v = &list->items[i];
		struct str device, reason;

		if (!str_trim(v->text).n || str_starts(str_trim(v->text), ":")) {
			read_fault(
				r, RULE_BAD_ENTRY, v, STR_NONE,
				str_format(r->arena, "write `%s = [ \"PATH: REASON\" ]`", k->name),
				"expected a device in `%s`, found `%.*s`", k->name,
				STR_ARG(v->text));
			continue;
		}
		reason = read_reason(r, v, &device);
		out[(*n)++] = (struct reasoned){
			.device = { device, cfg_part_at(r->cfg, v, device) },
			.reason = reason,
		};
	}
	return out;
}

void read_force_assign(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	r->guest->forces = read_reasoned(r, k, v, &r->guest->nforces);
}

void read_withhold(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	r->guest->withholds = read_reasoned(r, k, v, &r->guest->nwithholds);
}

/* ---- "REASON" ------------------------------------------------------------------ */

/* Somebody who writes "no" does not want what "no" as a reason would give. */
static bool is_yes_or_no(struct str s)
{
	static const char *const words[] = { "0",    "1",  "y",   "n",     "yes", "no",
					     "true", "on", "off", "false", "none" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_eq_nocase(s, str_of(words[i])))
			return true;
	return false;
}

static bool read_whole_reason(struct reader *r, const struct key *k, const struct cfg_value *v,
			      struct str *reason)
{
	*reason = str_trim(v->text);
	if (is_yes_or_no(*reason))
		return read_fault(r, RULE_BAD_VALUE, v, STR_NONE,
				  STR("write the reason why this is safe; to say no, leave the "
				      "key out"),
				  "expected a reason for `%s`, found `%.*s`", k->name,
				  STR_ARG(*reason));
	if (!reason->n)
		missing_reason(r, cfg_value_at(r->cfg, v),
			       "write the reason between the quotes; the outputs repeat it");
	return true;
}

void read_force_all(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	struct guest_request *g = r->guest;

	if (!read_whole_reason(r, k, v, &g->force_all_reason))
		return;
	g->force_all = true;
	g->force_all_at = cfg_value_at(r->cfg, v);
}

void read_platform_safe(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	struct guest_request *g = r->guest;

	if (!read_whole_reason(r, k, v, &g->platform_safe_reason))
		return;
	g->platform_safe = true;
	g->platform_safe_at = cfg_value_at(r->cfg, v);
}

/* ---- "SLUG PATH: REASON" ------------------------------------------------------- */

bool read_rule(struct reader *r, struct place at, struct str slug, enum rule *out)
{
	const char *nearest = rule_nearest(slug);
	struct arena *a = r->arena;

	if (!rule_find(slug, out)) {
		diag_fault(r->diag, RULE_UNKNOWN_RULE, at,
			   nearest ? str_format(a, "did you mean `%s`?", nearest)
				   : STR("`dtassign explain` lists all rules"),
			   "there is no rule `%.*s`", STR_ARG(slug));
		diag_last(r->diag)->guest = r->guest->name;
		return false;
	}
	if (rule_get(*out)->relax == RELAX_NEVER) {
		diag_fault(r->diag, RULE_CANNOT_ALLOW, at,
			   str_format(a,
				      "remove this; `dtassign explain %.*s` says what else can be "
				      "done",
				      STR_ARG(slug)),
			   "`%.*s` cannot be allowed", STR_ARG(slug));
		diag_last(r->diag)->guest = r->guest->name;
		return false;
	}
	return true;
}

/* The first word of a text and the rest behind the blanks. */
static struct str first_word(struct str s, struct str *rest)
{
	size_t n = 0;

	s = str_trim(s);
	while (n < s.n && s.s[n] != ' ' && s.s[n] != '\t')
		n++;
	*rest = str_trim(str_from(s, n));
	return str_sub(s, 0, n);
}

static bool read_allow_word(struct reader *r, const struct cfg_value *v, struct allow_word *w)
{
	struct str head = str_sub(v->text, 0, str_find_sub(v->text, STR(": ")));
	struct str device, slug = first_word(head, &device);

	if (str_ends(device, ":"))
		device.n--;
	if (!slug.n || !device.n)
		return read_fault(r, RULE_BAD_ENTRY, v, STR_NONE,
				  STR("write `allow = [ \"SLUG PATH: REASON\" ]`; SLUG is the word "
				      "that a finding ends with, in brackets"),
				  "expected a rule and a device in `allow`, found `%.*s`",
				  STR_ARG(v->text));
	if (!read_rule(r, cfg_part_at(r->cfg, v, slug), slug, &w->rule))
		return false;
	w->device = (struct word){ device, cfg_part_at(r->cfg, v, device) };
	w->reason = read_reason(r, v, &head);
	return true;
}

void read_allow(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	struct guest_request *g = r->guest;

	(void)k;
	g->allows = ARENA_ARRAY(r->arena, struct allow_word, v->nitems);
	for (size_t i = 0; i < v->nitems; i++)
		g->nallows += read_allow_word(r, &v->items[i], &g->allows[g->nallows]);
}

/* ---- iomem_map: "MFN:GFN", "PATH:GFN", "PATH[i]:GFN" --------------------------- */

#define FRAMES ((uint64_t)1 << (64 - PAGE_SHIFT))

static bool wrong_map(struct reader *r, const struct cfg_value *v, struct str part,
		      const char *what)
{
	return read_fault(r, RULE_BAD_ENTRY, v, part,
			  STR("write \"MFN:GFN\", \"/PATH:GFN\" or \"/PATH[N]:GFN\"; MFN and GFN "
			      "are page frame numbers, that is address / 4096, in hex"),
			  "expected %s in `iomem_map`, found `%.*s`", what,
			  STR_ARG(part.n ? part : v->text));
}

/* "PATH[i]": takes the index off. */
static bool take_index(struct str *s, int32_t *index)
{
	size_t open = str_find_last(*s, '[');
	uint64_t n;

	*index = -1;
	if (!str_ends(*s, "]") || open == SIZE_MAX)
		return true;
	if (!str_to_u64(str_sub(*s, open + 1, s->n - open - 2), 10, &n) || n > INT32_MAX)
		return false;
	*index = (int32_t)n;
	*s = str_sub(*s, 0, open);
	return true;
}

static bool read_map_word(struct reader *r, const struct cfg_value *v, struct iomem_map_word *w)
{
	size_t colon = str_find_last(v->text, ':');
	struct str left = str_trim(str_sub(v->text, 0, colon));
	struct str right = colon == SIZE_MAX ? STR_NONE : str_trim(str_from(v->text, colon + 1));

	if (colon == SIZE_MAX || !left.n || !right.n)
		return wrong_map(r, v, STR_NONE, "two places with a colon between them");
	if (!str_to_u64(right, 16, &w->gfn) || w->gfn >= FRAMES)
		return wrong_map(r, v, right, "a guest page frame number in hex");
	w->word = read_word(r, v);
	w->index = -1;
	/* A hex number, before an alias that is spelt like one. */
	if (str_to_u64(left, 16, &w->mfn)) {
		if (w->mfn >= FRAMES)
			return wrong_map(r, v, left, "a host page frame number");
		return true;
	}
	w->by_path = true;
	w->path = left;
	if (!take_index(&w->path, &w->index) || !w->path.n)
		return wrong_map(r, v, left, "a device and the decimal index of its window");
	return true;
}

void read_iomem_map(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	struct guest_request *g = r->guest;

	(void)k;
	g->maps = ARENA_ARRAY(r->arena, struct iomem_map_word, v->nitems);
	for (size_t i = 0; i < v->nitems; i++)
		g->nmaps += read_map_word(r, &v->items[i], &g->maps[g->nmaps]);
}

/* ---- Words for values ----------------------------------------------------------- */

void read_unprotected(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	static const struct choice choices[] = {
		{ "warn", UNPROTECTED_WARN },
		{ "refuse", UNPROTECTED_REFUSE },
		{ NULL, 0 },
	};
	int value;

	if (read_choice(r, k, v, choices, false, &value))
		r->guest->unprotected = (enum unprotected_policy)value;
}

void read_guest_os(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	static const struct choice choices[] = {
		{ "linux", GUEST_OS_LINUX },
		{ "other", GUEST_OS_OTHER },
		{ NULL, 0 },
	};
	int value;

	if (read_choice(r, k, v, choices, false, &value))
		r->guest->os = (enum guest_os)value;
}

void read_xen_target(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	struct choice choices[NTARGETS + 1] = { 0 };
	int value;

	for (int t = 0; t < NTARGETS; t++)
		choices[t] = (struct choice){ target_name((enum target)t), t };
	if (read_choice(r, k, v, choices, false, &value))
		r->guest->target = (enum target)value;
}

void read_direct_map(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	static const struct choice choices[] = { { "0", 0 }, { "1", 1 }, { NULL, 0 } };
	int value;

	if (!read_choice(r, k, v, choices, false, &value))
		return;
	r->guest->direct_map = value == 1;
	r->guest->direct_map_at = cfg_value_at(r->cfg, v);
}
