/* SPDX-License-Identifier: BSD-2-Clause */
/* Which UART Xen takes: xen/drivers/char/uart-init.c, dt_uart_init. */
#include "build.h"

/* console_has("dtuart"): some item of console= begins with it. */
static bool console_has_dtuart(struct str list)
{
	for (;;) {
		size_t comma = str_find(list, ',');

		if (str_starts(list, "dtuart"))
			return true;
		if (comma == SIZE_MAX)
			return false;
		list = str_from(list, comma + 1);
	}
}

/* dt_property_read_string wants a NUL inside the property; a value without
 * one is reported and not used. */
static struct str stdout_path(const struct dt *t, dt_id chosen)
{
	const struct dt_prop *p = chosen == DT_NONE ? NULL : dt_prop(t, chosen, "stdout-path");
	size_t end = p ? str_find(p->data, '\0') : SIZE_MAX;

	return end == SIZE_MAX ? STR_NONE : str_sub(p->data, 0, end);
}

/* dt_find_node_by_alias: the name exactly, the path as dt_find_node_by_path. */
static dt_id find_alias(const struct dt *t, struct str name)
{
	dt_id aliases = dt_find_path_nocase(t, STR("/aliases"));
	const struct dt_node *node;

	if (aliases == DT_NONE)
		return DT_NONE;
	node = dt_node(t, aliases);
	for (uint32_t i = 0; i < node->nprops; i++) {
		const struct dt_prop *p = &t->props[node->first_prop + i];
		struct str path;

		if (str_eq(p->name, name))
			return dt_string(p, 0, &path) ? dt_find_path_nocase(t, path) : DT_NONE;
	}
	return DT_NONE;
}

static void settle(struct platform *p, struct str name, enum console_source source)
{
	bool is_path;

	/* "path[:options]" */
	name = str_sub(name, 0, str_find(name, ':'));
	is_path = name.n && name.s[0] == '/';
	p->console_named = is_path ? dt_find_path_nocase(p->dt, name) : find_alias(p->dt, name);
	if (source == CONSOLE_DTUART_PATH && !is_path)
		source = CONSOLE_DTUART_ALIAS;
	p->console_source = source;
	if (p->console_named == DT_NONE)
		p->console_source = CONSOLE_UNKNOWN;
	else if (!dt_is_available(p->dt, p->console_named) || p->marked[p->console_named])
		p->console_source = CONSOLE_UNUSABLE;
	else
		p->console = p->console_named;
}

void console_find(struct platform *p, const struct arguments *args)
{
	dt_id chosen = dt_find_path_nocase(p->dt, STR("/chosen"));
	struct str name;

	p->console = p->console_named = DT_NONE;
	p->console_source = CONSOLE_NONE;
	p->console_at = p->args_at;
	if (!console_has_dtuart(args->console))
		return;
	if (args->dtuart.n) {
		p->console_at = args_place(p, args->dtuart_at);
		settle(p, args->dtuart, CONSOLE_DTUART_PATH);
		return;
	}
	name = stdout_path(p->dt, chosen);
	if (name.n == 0)
		return;
	p->console_at = dt_place_prop(p->dt, chosen, "stdout-path");
	settle(p, name, CONSOLE_STDOUT_PATH);
}
