/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Findings that were there before: known by what they say of whom, not by
 * where, so that lines may move.  One entry stands for one finding.
 */
#include "findings.h"
#include "json.h"

/* As it is in the file, which has no bytes that are not UTF-8. */
static struct str shown(struct arena *a, struct str s)
{
	struct buf b = buf_new(a);

	text_show(s, &b);
	return buf_get(&b);
}

static struct str key_of(struct arena *a, const struct baseline_entry *k)
{
	const struct str parts[] = { k->rule, k->guest, k->subject, k->text };
	struct buf b = buf_new(a);

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		buf_str(&b, parts[i]);
		buf_char(&b, '\0');
	}
	return buf_get(&b);
}

static struct baseline_entry known_of(struct arena *a, const struct finding *f)
{
	return (struct baseline_entry){
		.rule = str_of(rule_get(f->rule)->slug),
		.guest = shown(a, f->guest),
		.subject = shown(a, f->subject),
		.text = shown(a, f->text),
	};
}

void diag_know(struct diag *d, struct baseline_entry k)
{
	struct str key = key_of(d->arena, &k);
	uint32_t i;

	BUG_ON(d->settled);
	if (!d->known_index)
		d->known_index = map_new(d->arena, false, 64);
	if (!map_get(d->known_index, key, &i)) {
		i = (uint32_t)d->known.n;
		map_put(d->known_index, key, i);
		VEC_PUSH(d->arena, &d->known, ((struct known_kind){ .what = k }));
	}
	d->known.v[i].left++;
}

/* Take an entry for this finding, if there is one left. */
static bool take(struct diag *d, const struct finding *f)
{
	struct baseline_entry k = known_of(d->arena, f);
	uint32_t i;

	if (!map_get(d->known_index, key_of(d->arena, &k), &i) || !d->known.v[i].left)
		return false;
	d->known.v[i].left--;
	return true;
}

void baseline_take(struct diag *d)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->findings.n; i++) {
		struct finding *f = d->findings.v[i];

		if (!f->allowed)
			VEC_PUSH(d->arena, &d->for_baseline, f);
		if (d->known_index && !f->allowed && f->rule != RULE_STALE_BASELINE && take(d, f))
			d->summary.known++;
		else
			d->findings.v[kept++] = f;
	}
	d->findings.n = kept;
}

void diag_judge_baseline(struct diag *d, struct place at)
{
	enum { LISTED = 8 };
	size_t *left = ARENA_ARRAY(d->arena, size_t, d->known.n), gone = 0, listed = 0;
	struct finding *f;

	if (d->nfaults)
		return;
	for (size_t i = 0; i < d->known.n; i++)
		left[i] = d->known.v[i].left;
	for (size_t i = 0; i < d->findings.n; i++)
		(void)(d->known_index && take(d, d->findings.v[i]));
	for (size_t i = 0; i < d->known.n; i++)
		gone += d->known.v[i].left;
	if (gone) {
		f = diag_judge(d, RULE_STALE_BASELINE, STR_NONE, STR_NONE, at,
			       "%zu of its findings %s gone", gone, gone == 1 ? "is" : "are");
		for (size_t i = 0; i < d->known.n && listed < LISTED; i++) {
			const struct baseline_entry *k = &d->known.v[i].what;

			if (!d->known.v[i].left)
				continue;
			listed++;
			finding_note(d, f, "%.*s: %.*s", STR_ARG(k->rule), STR_ARG(k->text));
		}
		finding_help(d, f, "write it anew with --write-baseline");
	}
	for (size_t i = 0; i < d->known.n; i++)
		d->known.v[i].left = left[i];
}

void diag_baseline(const struct diag *d, struct buf *out)
{
	struct json j = json_to(out);

	BUG_ON(!d->settled);
	json_put_object(&j, NULL);
	json_put_text(&j, "form", "dtassign baseline 1");
	json_put_array(&j, "findings");
	for (size_t i = 0; i < d->for_baseline.n; i++) {
		struct baseline_entry k = known_of(d->arena, d->for_baseline.v[i]);

		if (d->for_baseline.v[i]->rule == RULE_STALE_BASELINE)
			continue;
		json_put_object(&j, NULL);
		json_put_str(&j, "rule", k.rule);
		json_put_str(&j, "guest", k.guest);
		json_put_str(&j, "subject", k.subject);
		json_put_str(&j, "text", k.text);
		json_put_end(&j);
	}
	json_put_end(&j);
	json_put_end(&j);
}
