/* SPDX-License-Identifier: BSD-2-Clause */
#include "findings.h"

struct diag *diag_new(struct arena *a)
{
	struct diag *d = ARENA_NEW(a, struct diag);

	d->arena = a;
	d->file_rank = map_new(a, false, 16);
	for (unsigned i = 0; i < NRULES; i++)
		d->levels[i] = rule_get((enum rule)i)->level;
	return d;
}

struct arena *diag_arena(const struct diag *d)
{
	return d->arena;
}

/* ---- Findings under construction ---------------------------------------- */

static struct finding *add(struct diag *d, enum rule rule, struct place at)
{
	struct finding *f = ARENA_NEW(d->arena, struct finding);

	f->rule = rule;
	f->rank = (uint32_t)d->findings.n;
	if (at.kind != PLACE_NONE)
		VEC_PUSH(d->arena, &f->places, at);
	VEC_PUSH(d->arena, &d->findings, f);
	return f;
}

/* Whatever comes after the limit goes to one finding that nobody reads. */
static void stop_at_limit(struct diag *d)
{
	struct finding *f;

	if (d->full || d->findings.n + 1 < LIMIT_FINDINGS)
		return;
	d->full = true;
	d->nfaults++;
	f = add(d, RULE_LIMIT_EXCEEDED, place_none());
	f->fault = true;
	f->text = str_format(d->arena, "more than %d findings: the rest is not shown",
			     (int)LIMIT_FINDINGS - 1);
	finding_help(d, f, "mend what is listed and run again");
}

PRINTF_LIKE(4, 0)
static struct finding *begin(struct diag *d, enum rule rule, struct place at, const char *fmt,
			     va_list args)
{
	BUG_ON(d->settled);
	stop_at_limit(d);
	if (d->full) {
		d->last = &d->overflow;
		return d->last;
	}
	d->last = add(d, rule, at);
	d->last->text = str_vformat(d->arena, fmt, args);
	return d->last;
}

bool diag_fault(struct diag *d, enum rule rule, struct place at, struct str help, const char *fmt,
		...)
{
	struct finding *f;
	va_list args;

	va_start(args, fmt);
	f = begin(d, rule, at, fmt, args);
	va_end(args);
	f->fault = true;
	d->nfaults++;
	if (help.n && f != &d->overflow)
		VEC_PUSH(d->arena, &f->helps, help);
	return false;
}

struct finding *diag_judge(struct diag *d, enum rule rule, struct str guest, struct str subject,
			   struct place at, const char *fmt, ...)
{
	struct finding *f;
	va_list args;

	va_start(args, fmt);
	f = begin(d, rule, at, fmt, args);
	va_end(args);
	f->guest = guest;
	f->subject = subject;
	return f;
}

struct finding *diag_last(struct diag *d)
{
	return d->last;
}

void finding_place(struct diag *d, struct finding *f, struct place at, const char *says, ...)
{
	va_list args;

	BUG_ON(d->settled);
	if (f == &d->overflow || at.kind == PLACE_NONE)
		return;
	if (says) {
		va_start(args, says);
		at.says = str_vformat(d->arena, says, args);
		va_end(args);
	}
	VEC_PUSH(d->arena, &f->places, at);
}

void finding_note(struct diag *d, struct finding *f, const char *fmt, ...)
{
	va_list args;

	BUG_ON(d->settled);
	if (f == &d->overflow)
		return;
	va_start(args, fmt);
	VEC_PUSH(d->arena, &f->notes, str_vformat(d->arena, fmt, args));
	va_end(args);
}

void finding_help(struct diag *d, struct finding *f, const char *fmt, ...)
{
	va_list args;

	BUG_ON(d->settled);
	if (f == &d->overflow)
		return;
	va_start(args, fmt);
	VEC_PUSH(d->arena, &f->helps, str_vformat(d->arena, fmt, args));
	va_end(args);
}

struct place finding_at(const struct finding *f)
{
	return f->places.n ? f->places.v[0] : place_none();
}

size_t diag_nfaults(const struct diag *d)
{
	return d->nfaults;
}

/* ---- Policy ------------------------------------------------------------- */

static bool level_find(struct str name, enum level *out)
{
	for (unsigned i = LEVEL_NOTE; i <= LEVEL_ERROR; i++)
		if (str_is(name, level_name((enum level)i))) {
			*out = (enum level)i;
			return true;
		}
	return false;
}

static struct str unknown_rule(struct arena *a, struct str slug)
{
	const char *nearest = rule_nearest(slug);

	if (!nearest)
		return str_format(a, "-W: there is no rule `%.*s`", STR_ARG(slug));
	return str_format(a, "-W: there is no rule `%.*s`; did you mean `%s`?", STR_ARG(slug),
			  nearest);
}

bool diag_set_level(struct diag *d, struct str spec, struct str *why)
{
	size_t equals = str_find(spec, '=');
	struct str slug = str_sub(spec, 0, equals);
	const struct rule_info *info;
	enum level level;
	enum rule rule;

	if (equals == SIZE_MAX || !level_find(str_from(spec, equals + 1), &level)) {
		*why = str_format(
			d->arena,
			"-W: expected SLUG=note, SLUG=warning or SLUG=error, found `%.*s`",
			STR_ARG(spec));
		return false;
	}
	if (!rule_find(slug, &rule)) {
		*why = unknown_rule(d->arena, slug);
		return false;
	}
	info = rule_get(rule);
	if (level < info->level && info->relax != RELAX_FREE) {
		*why = str_format(d->arena, "-W: `%s` cannot be lowered from %s to %s%s",
				  info->slug, level_name(info->level), level_name(level),
				  info->relax == RELAX_REASON
					  ? "; a config can allow it for one device, with a reason"
					  : "");
		return false;
	}
	d->levels[rule] = level;
	return true;
}

void diag_allow(struct diag *d, struct allowance a)
{
	BUG_ON(d->settled);
	VEC_PUSH(d->arena, &d->allowances, a);
}

void diag_file_order(struct diag *d, struct str file)
{
	uint32_t known;

	if (!d->nfiles)
		d->first_file = file;
	if (!map_get(d->file_rank, file, &known))
		map_put(d->file_rank, file, d->nfiles++);
}

size_t diag_count(const struct diag *d)
{
	return d->findings.n;
}

const struct finding *diag_get(const struct diag *d, size_t i)
{
	BUG_ON(i >= d->findings.n);
	return d->findings.v[i];
}
