/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

struct kind {
	const char *suffix;
	bool only_xl;
};

static const struct kind kinds[EMIT_NAMES] = {
	{ "dtb", false },
	{ "dts", false },
	{ "cfg", true },
	{ "json", false },
};

size_t emit_names(struct arena *a, const struct guest_request *r, struct str names[EMIT_NAMES])
{
	size_t n = 0;

	for (size_t i = 0; i < EMIT_NAMES; i++)
		if (!kinds[i].only_xl || r->target == TARGET_XL)
			names[n++] = str_format(a, "%.*s.%s", STR_ARG(r->name), kinds[i].suffix);
	return n;
}

/* All of one guest but its NAME.json; the count. */
static size_t render_guest(struct arena *a, const struct plan *plan, const struct guest_plan *g,
			   struct output outputs[EMIT_NAMES])
{
	struct str names[EMIT_NAMES];
	size_t n = emit_names(a, g->request, names) - 1;

	for (size_t i = 0; i < n; i++)
		outputs[i].name = names[i];
	outputs[0].content = emit_dtb(a, g->tree);
	outputs[1].content = emit_dts(a, plan, g);
	if (n > 2)
		outputs[2].content = emit_cfg(a, g);
	return n;
}

void emit_host_names(struct str names[EMIT_HOST_NAMES])
{
	names[0] = STR("host.marks");
	names[1] = STR("host.dtso");
	names[2] = STR("host.dtbo");
	names[3] = STR("host.cmd");
	names[4] = STR("host.keep");
}

static void render_host(struct arena *a, const struct plan *plan,
			struct output outputs[EMIT_HOST_NAMES])
{
	struct str names[EMIT_HOST_NAMES];

	emit_host_names(names);
	for (size_t i = 0; i < EMIT_HOST_NAMES; i++)
		outputs[i].name = names[i];
	outputs[0].content = emit_marks(a, plan);
	outputs[1].content = emit_host_dtso(a, plan);
	outputs[2].content = emit_host_dtbo(a, plan);
	outputs[3].content = emit_host_cmd(a, plan);
	outputs[4].content = emit_keep(a, plan);
}

void emit_all(struct arena *a, const struct approved *approved, const struct emit_options *options,
	      struct fileset *files)
{
	const struct plan *plan = approved_plan(approved);
	const struct diag *findings = approved_findings(approved);
	struct str *reports = ARENA_ARRAY(a, struct str, plan->nguests);
	struct output host[EMIT_HOST_NAMES];

	render_host(a, plan, host);
	for (uint32_t i = 0; i < plan->nguests; i++) {
		struct output outputs[EMIT_NAMES + EMIT_HOST_NAMES];
		size_t n = render_guest(a, plan, &plan->guests[i], outputs);

		for (size_t k = 0; k < n; k++)
			fileset_add(files, outputs[k].name, outputs[k].content);
		memcpy(&outputs[n], host, sizeof(host));
		reports[i] = report_json(a, plan, &plan->guests[i], findings, options, outputs,
					 n + EMIT_HOST_NAMES);
	}
	for (size_t k = 0; k < EMIT_HOST_NAMES; k++)
		fileset_add(files, host[k].name, host[k].content);
	for (uint32_t i = 0; i < plan->nguests; i++) {
		struct str names[EMIT_NAMES];
		size_t n = emit_names(a, plan->guests[i].request, names);

		fileset_add(files, names[n - 1], reports[i]);
	}
}
