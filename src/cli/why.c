/* SPDX-License-Identifier: BSD-2-Clause */
/* `dtassign why`: from what a guest has back to the board and the configs. */
#include "item.h"

#include "json.h"

static const struct guest_plan *guest_of(const struct run *r, struct str name)
{
	for (uint32_t i = 0; i < r->plan->nguests; i++)
		if (str_eq(r->plan->guests[i].request->name, name))
			return &r->plan->guests[i];
	usage("no guest of these configs is called `%.*s'", STR_ARG(name));
}

static void put_json(const struct why *w, struct str item, struct buf *out)
{
	struct json j = json_to(out);
	const struct account *t;

	json_put_object(&j, NULL);
	json_put_str(&j, "guest", w->guest->request->name);
	json_put_str(&j, "item", item);
	json_put_bool(&j, "has_it", w->held);
	json_put_array(&j, "accounts");
	VEC_EACH (t, &w->accounts) {
		json_put_object(&j, NULL);
		account_json(t, &j);
		json_put_end(&j);
	}
	json_put_end(&j);
	json_put_end(&j);
}

static void put_text(const struct why *w, struct buf *out)
{
	const struct account *t;

	VEC_EACH (t, &w->accounts)
		account_text(t, terminal_has_colour(stdout), out);
}

/* What could be planned is explained, also where something else is refused. */
int command_why(struct run *r)
{
	struct buf out = buf_new(r->arena);
	struct str item = r->options->words.v[1];
	struct why w = { .arena = r->arena };

	run_plan(r);
	if (r->plan) {
		w.plan = r->plan;
		w.guest = guest_of(r, r->options->words.v[0]);
		if (why_item(r, &w, item) && r->options->json)
			put_json(&w, item, &out);
		else
			put_text(&w, &out);
	}
	run_settle(r);
	put_out(&out);
	if (r->summary.refused)
		run_say(r, stderr, false);
	return w.held && !r->summary.refused ? EXIT_ACCEPTED : EXIT_REFUSED;
}
