/* SPDX-License-Identifier: BSD-2-Clause */
#include "run.h"

struct run run_begin(struct arena *a, const struct options *o)
{
	struct run r = { .arena = a, .diag = diag_new(a), .options = o };

	for (size_t i = 0; i < o->levels.n; i++) {
		struct str why;

		if (!diag_set_level(r.diag, o->levels.v[i], &why))
			usage("%.*s", STR_ARG(why));
	}
	return r;
}

static bool read_config(struct run *r, const struct config_words *words, struct request_source *out)
{
	diag_file_order(r->diag, words->file);
	*out = (struct request_source){
		.file = words->file,
		.overrides = words->overrides.v,
		.noverrides = words->overrides.n,
	};
	if (file_read(r->arena, str_c(r->arena, words->file), LIMIT_CONFIG_BYTES, &out->source))
		return true;
	return diag_fault(r->diag, RULE_LIMIT_EXCEEDED, place_file(words->file),
			  STR("is it the right file?"), "more than %d bytes", LIMIT_CONFIG_BYTES);
}

void run_read_configs(struct run *r)
{
	const struct options *o = r->options;
	struct request_source *sources = ARENA_ARRAY(r->arena, struct request_source, o->configs.n);
	size_t n = 0;

	for (size_t i = 0; i < o->configs.n; i++)
		n += read_config(r, &o->configs.v[i], &sources[n]);
	/* Faults are reported; what could be read is judged all the same. */
	(void)request_build(r->arena, r->diag, sources, n, &o->request, &r->request);
}

bool run_derive(struct run *r)
{
	struct platform_options platform = r->options->platform;

	for (size_t i = 0; r->request && i < r->request->nguests; i++)
		platform.dom0less |= r->request->guests[i].target == TARGET_DOM0LESS;
	return platform_build(r->arena, r->diag, r->dt, &platform, &r->platform) &&
	       facts_build(r->arena, r->diag, r->platform, &r->facts) &&
	       topology_build(r->arena, r->diag, r->facts, &r->topology);
}

bool run_referrers(struct run *r)
{
	return facts_referrers(r->arena, r->diag, r->facts, &r->referrers);
}

void run_plan(struct run *r)
{
	struct plan_options plan = r->options->plan;
	const struct dt **fragments;
	bool good = run_read_board(r);

	run_read_configs(r);
	run_read_fragments(r);
	run_say_release(r);
	if (!good || !run_derive(r))
		return;
	fragments = ARENA_ARRAY(r->arena, const struct dt *, r->request->nguests);
	for (size_t i = 0; i < r->request->nguests; i++)
		fragments[i] = r->fragments[i].dt;
	plan.fragments = fragments;
	(void)plan_build(r->arena, r->diag, r->topology, r->request, &plan, &r->plan);
}

void run_say_release(struct run *r)
{
	const struct platform_options *p = &r->options->platform;
	struct str name = releases_name(r->arena, p->xen);
	struct finding *f;

	if (p->xen_given)
		return;
	f = diag_judge(r->diag, RULE_DEFAULT_RELEASE, STR_NONE, STR_NONE, place_none(),
		       "no Xen release was named: Xen %.*s is assumed", STR_ARG(name));
	finding_help(r->diag, f, "name the one that runs with -x, for example -x %.*s",
		     STR_ARG(name));
}

void run_settle(struct run *r)
{
	r->summary = diag_settle(r->diag, r->options->fail_on);
}

void run_say(const struct run *r, FILE *to, bool always)
{
	struct buf out = buf_new(r->arena);
	struct str text;

	if (!diag_count(r->diag) && !always)
		return;
	switch (r->options->format) {
	case FORMAT_TEXT:
		diag_text(r->diag, terminal_has_colour(to), &out);
		diag_text_summary(&r->summary, &out);
		break;
	case FORMAT_JSON:
		diag_json(r->diag, &out);
		break;
	case FORMAT_SARIF:
		diag_sarif(r->diag, &out);
		break;
	case FORMAT_GITHUB:
		diag_github(r->diag, &out);
		diag_text_summary(&r->summary, &out);
		break;
	}
	text = buf_get(&out);
	fwrite(text.s, 1, text.n, to);
	if (fflush(to) && to == stdout)
		die("cannot write to standard output");
}
