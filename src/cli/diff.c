/* SPDX-License-Identifier: BSD-2-Clause */
/* `dtassign diff`: what another tree of the board means for the guests. */
#include "run.h"

#include "compare.h"
#include "json.h"

/* One of the two boards with everything that follows from it. */
struct side {
	struct options options;
	struct run run;
};

/* The same stages for both, so that every difference is the board's. */
static bool build(struct side *s, const struct run *r, size_t word)
{
	const struct check_options check = { 0 };

	s->options = *r->options;
	s->options.board = r->options->words.v[word];
	s->run = run_begin(r->arena, &s->options);
	if (r->options->configs.n)
		run_plan(&s->run);
	else if (run_read_board(&s->run))
		(void)run_derive(&s->run);
	if (s->run.plan)
		check_plan(r->arena, s->run.diag, s->run.plan, &check);
	run_settle(&s->run);
	return s->run.topology && (!r->options->configs.n || s->run.plan);
}

/* The nodes that guests have. */
static const bool *assigned(const struct run *r)
{
	bool *wanted;

	if (!r->plan)
		return NULL;
	wanted = ARENA_ARRAY(r->arena, bool, r->dt->nnodes);
	for (dt_id n = 0; n < r->dt->nnodes; n++)
		wanted[n] = r->plan->owners[n].kind == OWNER_GUEST;
	return wanted;
}

/* ---- Do the guests still hold? -------------------------------------------------------- */

static struct str finding_key(struct arena *a, const struct finding *f)
{
	return str_format(a, "%d %.*s %.*s %.*s", (int)f->rule, STR_ARG(f->guest),
			  STR_ARG(f->subject), STR_ARG(f->text));
}

static bool is_error(const struct finding *f)
{
	return f->level == LEVEL_ERROR && !f->allowed;
}

static void tell_errors(struct compare *c, const struct run *old, const struct run *now)
{
	struct map *known = map_new(c->arena, false, diag_count(old->diag));
	uint32_t ignored;

	for (size_t i = 0; i < diag_count(old->diag); i++)
		if (is_error(diag_get(old->diag, i)))
			map_put(known, finding_key(c->arena, diag_get(old->diag, i)), 0);
	for (size_t i = 0; i < diag_count(now->diag); i++) {
		const struct finding *f = diag_get(now->diag, i);
		struct account *t;

		if (!is_error(f) || map_get(known, finding_key(c->arena, f), &ignored))
			continue;
		t = VEC_ADD(c->arena, &c->changes);
		t->kind = "error";
		t->text = str_format(c->arena, "a new error: %.*s [%s]", STR_ARG(f->text),
				     rule_get(f->rule)->slug);
		for (size_t k = 0; k < f->places.n; k++)
			VEC_PUSH(c->arena, &t->places, f->places.v[k]);
		for (size_t k = 0; k < f->notes.n; k++)
			VEC_PUSH(c->arena, &t->notes, f->notes.v[k]);
	}
}

/* What compile would write for each guest. */
static void tell_outputs(struct compare *c, const struct run *old, const struct run *now)
{
	for (size_t i = 0; now->plan && i < now->request->nguests; i++) {
		const struct guest_plan *was = &old->plan->guests[i], *is = &now->plan->guests[i];
		bool block = !str_eq(emit_block(c->arena, was), emit_block(c->arena, is));
		bool tree = !str_eq(emit_dtb(c->arena, was->tree), emit_dtb(c->arena, is->tree));
		struct account *t;

		if (!block && !tree)
			continue;
		t = VEC_ADD(c->arena, &c->changes);
		t->kind = "output";
		t->text =
			str_format(c->arena, "guest `%.*s` would be given %s%s%s",
				   STR_ARG(is->request->name), block ? "other lines" : "",
				   block && tree ? " and " : "", tree ? "another device tree" : "");
		account_place(c->arena, t, is->request->at, "compile it again");
	}
}

/* ---- Say --------------------------------------------------------------------------------- */

static void put_json(const struct compare *c, bool holds, struct buf *out)
{
	struct json j = json_to(out);
	const struct account *t;

	json_put_object(&j, NULL);
	json_put_bool(&j, "holds", holds);
	json_put_array(&j, "changes");
	VEC_EACH (t, &c->changes) {
		json_put_object(&j, NULL);
		account_json(t, &j);
		json_put_end(&j);
	}
	json_put_end(&j);
	json_put_end(&j);
}

static void put_text(const struct compare *c, bool holds, bool guests, struct buf *out)
{
	const struct account *t;

	VEC_EACH (t, &c->changes)
		account_text(t, terminal_has_colour(stdout), out);
	if (!c->changes.n)
		buf_text(out, guests ? "no change for the guests\n" : "no change\n");
	else
		buf_format(out, "%zu change%s; %s\n", c->changes.n, c->changes.n == 1 ? "" : "s",
			   !guests ? "no guest was named"
			   : holds ? "the guests still hold"
				   : "the guests have to be looked at");
}

int command_diff(struct run *r)
{
	struct side sides[2] = { 0 };
	struct run *old = &sides[0].run, *now = &sides[1].run;
	bool read = build(&sides[0], r, 0), guests = r->options->configs.n > 0, holds;
	struct compare c = { .arena = r->arena };
	struct buf out = buf_new(r->arena);
	size_t before;

	read = build(&sides[1], r, 1) && read;
	if (!read) {
		for (int i = 0; i < 2; i++)
			run_say(&sides[i].run, stderr, false);
		return EXIT_REFUSED;
	}
	c.old = old->topology;
	c.now = now->topology;
	c.old_wanted = assigned(old);
	c.now_wanted = assigned(now);
	compare_devices(&c);
	before = c.changes.n;
	if (guests) {
		tell_errors(&c, old, now);
		tell_outputs(&c, old, now);
	}
	holds = guests ? c.changes.n == before : !c.changes.n;
	if (r->options->json)
		put_json(&c, holds, &out);
	else
		put_text(&c, holds, guests, &out);
	put_out(&out);
	return holds ? EXIT_ACCEPTED : EXIT_REFUSED;
}
