/* SPDX-License-Identifier: BSD-2-Clause */
/* What was collected becomes what is shown: levels, allowances, order, doubles. */
#include "findings.h"

#include <stdlib.h>

static int cmp_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* ---- Allowances --------------------------------------------------------- */

/* Sorted, so that many findings can be looked up among many allowances.  The
 * line form has a line and ignores guest and subject. */
static int cmp_key(const struct allowance *a, const struct allowance *b)
{
	int c = cmp_u64(a->rule, b->rule);

	if (c == 0)
		c = cmp_u64(a->line, b->line);
	if (c == 0 && a->line)
		return str_cmp(a->file, b->file);
	if (c == 0)
		c = str_cmp(a->subject, b->subject);
	return c ? c : str_cmp(a->guest, b->guest);
}

struct ranked {
	struct allowance *allowance;
	size_t rank; /* the one registered first wins */
};

static int cmp_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int c = cmp_key(x->allowance, y->allowance);

	return c ? c : cmp_u64(x->rank, y->rank);
}

static struct ranked *rank_allowances(struct diag *d)
{
	struct ranked *ranked = ARENA_ARRAY(d->arena, struct ranked, d->allowances.n);

	for (size_t i = 0; i < d->allowances.n; i++)
		ranked[i] = (struct ranked){ &d->allowances.v[i], i };
	if (d->allowances.n)
		qsort(ranked, d->allowances.n, sizeof(*ranked), cmp_ranked);
	return ranked;
}

/* The first of those with this key, or n. */
static size_t find_key(const struct ranked *v, size_t n, const struct allowance *key)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (cmp_key(v[middle].allowance, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && cmp_key(v[low].allowance, key) == 0 ? low : n;
}

static const struct place *first_text_place(const struct finding *f)
{
	for (size_t i = 0; i < f->places.n; i++)
		if (f->places.v[i].kind == PLACE_TEXT)
			return &f->places.v[i];
	return NULL;
}

/* The allowances that match a finding, as positions: by subject, by line. */
static size_t matching(const struct finding *f, const struct ranked *v, size_t n, size_t out[2])
{
	const struct place *at = first_text_place(f);
	struct allowance keys[2];
	size_t nkeys = 0, nfound = 0;

	if (f->fault || rule_get(f->rule)->relax == RELAX_NEVER)
		return 0;
	if (f->subject.n)
		keys[nkeys++] = (struct allowance){
			.rule = f->rule,
			.guest = f->guest,
			.subject = f->subject,
		};
	if (at && at->line)
		keys[nkeys++] = (struct allowance){
			.rule = f->rule,
			.file = at->file,
			.line = at->line,
		};
	for (size_t i = 0; i < nkeys; i++) {
		size_t found = find_key(v, n, &keys[i]);

		if (found < n)
			out[nfound++] = found;
	}
	return nfound;
}

static void allow(struct finding *f, const struct ranked *v, size_t n)
{
	size_t found[2], nfound = matching(f, v, n, found);
	size_t best = nfound == 2 && v[found[1]].rank < v[found[0]].rank ? 1 : 0;

	if (nfound == 0)
		return;
	f->allowed = true;
	f->reason = v[found[best]].allowance->reason;
}

static void judge_allowance(struct diag *d, const struct allowance *a)
{
	const char *slug = rule_get(a->rule)->slug;
	struct finding *f;

	if (a->line)
		f = diag_judge(d, RULE_UNUSED_ALLOWANCE, a->guest, STR_NONE, a->at,
			       "`%s` is allowed on line %u, but not found there", slug,
			       (unsigned)a->line);
	else
		f = diag_judge(d, RULE_UNUSED_ALLOWANCE, a->guest, a->subject, a->at,
			       "`%s` is allowed for `%.*s`, but not found there", slug,
			       STR_ARG(a->subject));
	finding_help(d, f, "remove it, if the trouble is gone; else see what it should name");
}

/* Allowances that match nothing: those of unused-allowance, or all others. */
static void judge_unused(struct diag *d, const struct ranked *v, size_t n, bool of_themselves)
{
	bool *used = ARENA_ARRAY(d->arena, bool, n);

	for (size_t i = 0; i < d->findings.n; i++) {
		size_t found[2], nfound = matching(d->findings.v[i], v, n, found);

		for (size_t k = 0; k < nfound; k++)
			used[found[k]] = true;
	}
	for (size_t i = 0; i < n; i++) {
		const struct allowance *a = v[i].allowance;

		/* One said twice is as used as its first. */
		if (i && cmp_key(v[i - 1].allowance, a) == 0)
			used[i] = used[i - 1];
		if (!used[i] && (a->rule == RULE_UNUSED_ALLOWANCE) == of_themselves)
			judge_allowance(d, a);
	}
}

void diag_judge_allowances(struct diag *d)
{
	const struct ranked *v = rank_allowances(d);

	if (d->nfaults)
		return;
	/* An unused allowance can be allowed, and that one be unused. */
	judge_unused(d, v, d->allowances.n, false);
	judge_unused(d, v, d->allowances.n, true);
}

/* ---- Order -------------------------------------------------------------- */

/* What a finding is sorted by, looked up once. */
struct sortable {
	struct finding *f;
	struct place at;
	uint32_t file; /* rank of its file; files that nobody registered go last */
};

static int cmp_place(const struct sortable *a, const struct sortable *b)
{
	int c;

	/* What has no place is about the command line, which comes first. */
	c = cmp_u64(a->at.kind != PLACE_NONE, b->at.kind != PLACE_NONE);
	if (c == 0)
		c = cmp_u64(a->file, b->file);
	if (c == 0)
		c = str_cmp(a->at.file, b->at.file);
	return c ? c : cmp_u64(a->at.order, b->at.order);
}

/* 0 means: one says nothing that the other does not say. */
static int cmp_finding(const struct sortable *a, const struct sortable *b)
{
	int c = cmp_place(a, b);

	if (c == 0)
		c = cmp_u64(a->f->rule, b->f->rule);
	if (c == 0)
		c = str_cmp(a->at.path, b->at.path);
	if (c == 0)
		c = str_cmp(a->at.property, b->at.property);
	if (c == 0)
		c = (a->at.cell > b->at.cell) - (a->at.cell < b->at.cell);
	if (c == 0)
		c = str_cmp_natural(a->f->text, b->f->text);
	if (c == 0)
		c = str_cmp(a->f->text, b->f->text);
	if (c == 0)
		c = str_cmp(a->f->guest, b->f->guest);
	return c ? c : str_cmp(a->f->subject, b->f->subject);
}

static int cmp_sortable(const void *a, const void *b)
{
	const struct sortable *x = a, *y = b;
	int c = cmp_finding(x, y);

	/* Of doubles the first stays, and a fault rather than a judgement. */
	if (c == 0)
		c = cmp_u64(!x->f->fault, !y->f->fault);
	return c ? c : cmp_u64(x->f->rank, y->f->rank);
}

static void sort_and_thin(struct diag *d)
{
	size_t n = d->findings.n, kept = 0;
	struct sortable *v = ARENA_ARRAY(d->arena, struct sortable, n);

	for (size_t i = 0; i < n; i++) {
		v[i].f = d->findings.v[i];
		v[i].at = finding_at(v[i].f);
		if (!map_get(d->file_rank, v[i].at.file, &v[i].file))
			v[i].file = UINT32_MAX;
	}
	if (n)
		qsort(v, n, sizeof(*v), cmp_sortable);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || cmp_finding(&v[i - 1], &v[i]) != 0)
			d->findings.v[kept++] = v[i].f;
	d->findings.n = kept;
}

/* ---- The end ------------------------------------------------------------ */

static void count(const struct finding *f, struct summary *s)
{
	if (f->allowed)
		s->allowed++;
	else if (f->level == LEVEL_ERROR)
		s->errors++;
	else if (f->level == LEVEL_WARNING)
		s->warnings++;
	else
		s->notes++;
}

struct summary diag_settle(struct diag *d, enum fail_on fail_on)
{
	const struct ranked *allowances = rank_allowances(d);
	struct summary *s = &d->summary;

	BUG_ON(d->settled);
	d->settled = true;
	sort_and_thin(d);
	for (size_t i = 0; i < d->findings.n; i++) {
		struct finding *f = d->findings.v[i];

		f->level = f->fault ? LEVEL_ERROR : d->levels[f->rule];
		allow(f, allowances, d->allowances.n);
	}
	baseline_take(d);
	for (size_t i = 0; i < d->findings.n; i++)
		count(d->findings.v[i], s);
	s->refused = s->errors > 0 || (fail_on == FAIL_ON_WARNING && s->warnings > 0);
	return *s;
}
