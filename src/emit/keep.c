/* SPDX-License-Identifier: BSD-2-Clause */
/* What the host must keep for the devices of guests. */
#include "keep.h"

#include "comment.h"

static struct str path_of(const struct plan *plan, dt_id node)
{
	return dt_node(plan->dt, node)->path;
}

/* ---- For machines ---------------------------------------------------------------- */

static void put_keep(struct json *j, const struct plan *plan, const struct keep *k)
{
	json_put_object(j, NULL);
	json_put_str(j, "device", path_of(plan, k->device));
	json_put_str(j, "node", path_of(plan, k->node));
	json_put_text(j, "class", supply_class_name(k->kind->class));
	json_put_str(j, "property", k->property->name);
	json_put_number(j, "index", k->index);
	json_put_str_or_null(j, "name", k->name);
	json_put_str(j, "provider", path_of(plan, k->provider));
	json_put_array(j, "specifier");
	for (uint32_t i = 0; i < k->nargs; i++)
		json_put_number(j, NULL, dt_cell(k->property, k->first_arg + i));
	json_put_end(j);
	if (k->rate)
		json_put_number(j, "rate", k->rate);
	else
		json_put_null(j, "rate");
	json_put_text(j, "edit", edit_name(k->edit));
	json_put_end(j);
}

/* An argument that two kinds ask for is given once: they follow each other. */
static const char *next_argument(const struct plan *plan, const struct guest_plan *g,
				 const struct keep_kind *kind, const char *before)
{
	if (!plan_needs_argument(plan, g, kind) || (before && !strcmp(before, kind->argument)))
		return NULL;
	return kind->argument;
}

void keep_json(struct json *j, const struct plan *plan, const struct guest_plan *g)
{
	const struct keep_kind *kinds;
	size_t nkinds = plan_keep_kinds(&kinds);
	const char *before = NULL, *argument;
	const struct keep *k;

	json_put_object(j, "host_must_keep");
	json_put_array(j, "dom0_arguments");
	for (size_t i = 0; i < nkinds; i++) {
		argument = next_argument(plan, g, &kinds[i], before);
		if (!argument)
			continue;
		json_put_text(j, NULL, argument);
		before = argument;
	}
	json_put_end(j);
	json_put_array(j, "needs");
	VEC_EACH (k, &g->keeps)
		put_keep(j, plan, k);
	json_put_end(j);
	json_put_end(j);
}

/* ---- For people -------------------------------------------------------------------- */

/* "/clocks 31 (pclk), in clocks[0] of /soc/usb/phy" */
static void put_item(struct buf *out, const struct plan *plan, const struct keep *k)
{
	struct buf line = buf_new(out->arena);

	buf_str(&line, path_of(plan, k->provider));
	for (uint32_t i = 0; i < k->nargs; i++)
		buf_format(&line, " %lu", (unsigned long)dt_cell(k->property, k->first_arg + i));
	if (k->rate)
		buf_format(&line, " at %llu Hz", (unsigned long long)k->rate);
	buf_format(&line, "  (%.*s[%u]", STR_ARG(k->property->name), k->index);
	if (k->name.n)
		buf_format(&line, ", %.*s", STR_ARG(k->name));
	if (k->node != k->device)
		buf_format(&line, " of %.*s", STR_ARG(path_of(plan, k->node)));
	buf_text(&line, ")");
	buf_format(out, "    %.*s\n", STR_ARG(comment_line(out->arena, buf_get(&line))));
}

/* The needs of one device, by kind; the count. */
static size_t put_device(struct buf *out, const struct plan *plan, const struct guest_plan *g,
			 const struct keep *first, size_t n)
{
	const struct keep_kind *kinds;
	size_t nkinds = plan_keep_kinds(&kinds), nneeds = 0;

	while (nneeds < n && first[nneeds].device == first->device)
		nneeds++;
	buf_format(out, "\n%.*s, given to guest %.*s\n",
		   STR_ARG(comment_line(out->arena, path_of(plan, first->device))),
		   STR_ARG(g->request->name));
	for (size_t i = 0; i < nkinds; i++) {
		bool headed = false;

		for (size_t k = 0; k < nneeds; k++) {
			if (first[k].kind != &kinds[i])
				continue;
			if (!headed)
				buf_format(out, "  %s\n", kinds[i].what);
			headed = true;
			put_item(out, plan, &first[k]);
		}
	}
	return nneeds;
}

static bool any_needs_argument(const struct plan *plan, const struct keep_kind *kind)
{
	for (uint32_t i = 0; i < plan->nguests; i++)
		if (plan_needs_argument(plan, &plan->guests[i], kind))
			return true;
	return false;
}

static void put_arguments(struct buf *out, const struct plan *plan)
{
	const struct keep_kind *kinds;
	size_t nkinds = plan_keep_kinds(&kinds);
	const char *before = NULL;

	for (size_t i = 0; i < nkinds; i++) {
		const struct keep_kind *kind = &kinds[i];

		if (!any_needs_argument(plan, kind) || (before && !strcmp(before, kind->argument)))
			continue;
		if (!before)
			buf_text(out, "\nArguments for the Linux of dom0:\n");
		buf_format(out, "    %s%s%s%s\n", kind->argument, kind->remark ? "  (" : "",
			   kind->remark ? kind->remark : "", kind->remark ? ")" : "");
		before = kind->argument;
	}
}

struct str emit_keep(struct arena *a, const struct plan *plan)
{
	struct buf out = buf_new(a);
	bool none = true;

	buf_text(&out, "What the host must keep for the devices of guests, made by dtassign.\n");
	put_arguments(&out, plan);
	for (uint32_t i = 0; i < plan->nguests; i++) {
		const struct guest_plan *g = &plan->guests[i];

		for (size_t k = 0; k < g->keeps.n;)
			k += put_device(&out, plan, g, &g->keeps.v[k], g->keeps.n - k);
		none &= g->keeps.n == 0;
	}
	if (none)
		buf_text(&out, "\nNothing: no device uses what could be switched off.\n");
	else
		buf_text(&out, "\nGuests cannot reach any of this. The boot loader sets it up, and "
			       "nobody on the\nhost may switch it off or change it while the guest "
			       "runs.\n");
	return buf_get(&out);
}
