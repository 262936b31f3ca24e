/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's device tree: which nodes it has.
 *
 * A fragment that satisfies libxl and dom0less in every release: /passthrough
 * with 2/2 cells, no /gic node, phandles from 1 up (libxl_arm.c,
 * copy_partial_fdt; dom0less-build.c, domain_handle_dtb_boot_module).
 */
#include "tree.h"

/* A child's name with its parent, for looking it up. */
static struct str key_of(const struct growing *gr, const struct gnode *parent, struct str name)
{
	struct buf b = buf_new(gr->b->a);

	buf_put(&b, &parent, sizeof(parent));
	buf_str(&b, name);
	return buf_get(&b);
}

struct gnode *tree_node(struct growing *gr, struct gnode *parent, struct str name, dt_id host)
{
	struct gnode *n = ARENA_NEW(gr->b->a, struct gnode);

	n->name = name;
	n->host = host;
	if (parent) {
		VEC_PUSH(gr->b->a, &parent->children, n);
		map_put(gr->names, key_of(gr, parent, name), (uint32_t)gr->tries.n);
		VEC_PUSH(gr->b->a, &gr->tries, 1);
	}
	return n;
}

struct str tree_free_name(struct growing *gr, const struct gnode *parent, struct str base,
			  struct str unit)
{
	const char *at = unit.n ? "@" : "";
	struct str name = str_format(gr->b->a, "%.*s%s%.*s", STR_ARG(base), at, STR_ARG(unit));
	uint32_t first, ignored;

	if (!map_get(gr->names, key_of(gr, parent, name), &first))
		return name;
	do
		name = str_format(gr->b->a, "%.*s-%u%s%.*s", STR_ARG(base), ++gr->tries.v[first],
				  at, STR_ARG(unit));
	while (map_get(gr->names, key_of(gr, parent, name), &ignored));
	return name;
}

struct gprop *tree_prop(struct growing *gr, struct gnode *n, struct str name, struct str data,
			enum edit edit, struct str why)
{
	struct gprop *p = VEC_ADD(gr->b->a, &n->props);

	*p = (struct gprop){
		.name = name, .data = data, .edit = edit, .why = why, .host = n->host
	};
	return p;
}

uint32_t tree_phandle(struct growing *gr, struct gnode *n)
{
	if (!n->phandle)
		n->phandle = gr->next_phandle++;
	return n->phandle;
}

const struct driver *tree_driver(const struct growing *gr, dt_id host)
{
	return gr->g->request->os == GUEST_OS_LINUX ? driver_of(gr->b->p->dt, host) : NULL;
}

void tree_trouble(struct growing *gr, dt_id node, struct str property, struct str text)
{
	VEC_PUSH(gr->b->a, &gr->g->troubles,
		 ((struct probe_trouble){ node, property, gr->driver->file, text }));
}

void tree_put_cell(struct buf *b, uint32_t cell)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_char(b, (char)(cell >> shift & 0xff));
}

void tree_put_u64(struct buf *b, uint64_t v)
{
	tree_put_cell(b, (uint32_t)(v >> 32));
	tree_put_cell(b, (uint32_t)v);
}

struct str tree_cells(struct arena *a, const uint32_t *cells, size_t n)
{
	struct buf b = buf_new(a);

	for (size_t i = 0; i < n; i++)
		tree_put_cell(&b, cells[i]);
	return buf_get(&b);
}

/* ---- Names ------------------------------------------------------------------ */

static bool first_guest_address(const struct growing *gr, dt_id host, uint64_t *out)
{
	const struct device *dev = &gr->b->p->facts->devices[host];

	for (uint32_t i = 0; i < dev->nwindows; i++) {
		struct gpa guest;

		if (dev->windows[i].health != WINDOW_OK ||
		    !plan_guest_address(gr->g, dev->windows[i].cpu.first, &guest))
			continue;
		*out = guest.v;
		return true;
	}
	return false;
}

/* The unit address is the first guest address; a name that two buses of the
 * host both use gets a number. */
static struct str device_name(struct growing *gr, const struct gnode *parent, dt_id host)
{
	const struct dt *t = gr->b->p->dt;
	struct str base = host == DT_ROOT ? STR("root") : dt_base_name(t, host);
	struct str unit = dt_unit(t, host);
	uint64_t address;

	if (first_guest_address(gr, host, &address))
		unit = str_format(gr->b->a, "%llx", (unsigned long long)address);
	return tree_free_name(gr, parent, base, unit);
}

/* ---- What comes along ---------------------------------------------------------- */

static bool comes_along(const struct growing *gr, dt_id device, dt_id n)
{
	return gr->b->p->device_of[n] == device && dt_is_available(gr->b->p->dt, n);
}

/* It is in the fragment: nothing up to its device is switched off. */
static bool comes_at_all(const struct growing *gr, dt_id n)
{
	const struct plan *p = gr->b->p;
	dt_id device = p->device_of[n];

	if (device == DT_NONE || !plan_device_find(p, gr->g, device))
		return false;
	while (n != device && dt_is_available(p->dt, n))
		n = dt_node(p->dt, n)->parent;
	return n == device;
}

/* The other end of an endpoint is in the fragment, too. */
static bool other_end_comes(const struct growing *gr, dt_id endpoint)
{
	const struct dt *t = gr->b->p->dt;
	uint32_t phandle;
	dt_id other;

	if (!dt_u32(t, endpoint, "remote-endpoint", &phandle))
		return true; /* no endpoint of a graph, or one that says nothing */
	other = dt_find_phandle(t, phandle);
	return other != DT_NONE && comes_at_all(gr, other);
}

static bool is_port(const struct dt *t, dt_id n)
{
	struct str base = dt_base_name(t, n);

	return str_is(base, "port") || str_is(base, "ports");
}

static void leave_out(struct growing *gr, struct gnode *parent, dt_id host, struct str why)
{
	struct gprop *p = tree_prop(gr, parent, dt_node(gr->b->p->dt, host)->name, STR_NONE,
				    EDIT_DROPPED, why);

	p->host = host;
	p->is_node = true;
}

static void copy_below(struct growing *gr, struct gnode *copy, dt_id device);

static void copy_part(struct growing *gr, struct gnode *parent, dt_id device, dt_id n)
{
	const struct dt *t = gr->b->p->dt;
	struct gnode *copy;

	if (!comes_along(gr, device, n)) {
		leave_out(gr, parent, n,
			  dt_is_available(t, n)
				  ? STR("a device of its own, not given to this guest")
				  : STR("disabled on the host"));
		return;
	}
	if (!other_end_comes(gr, n)) {
		leave_out(gr, parent, n, STR("the other end is not in this guest"));
		return;
	}
	copy = tree_node(gr, parent, dt_node(t, n)->name, n);
	gr->of[n] = copy;
	copy_below(gr, copy, device);
	if (is_port(t, n) && dt_child(t, n) != DT_NONE && copy->children.n == 0) {
		gr->of[n] = NULL;
		parent->children.n--;
		leave_out(gr, parent, n, STR("no endpoint is left in it"));
	}
}

/* A device below a device is laid out when its own turn comes. */
static void copy_below(struct growing *gr, struct gnode *copy, dt_id device)
{
	const struct plan *p = gr->b->p;
	dt_id child;

	DT_EACH_CHILD (p->dt, child, copy->host)
		if (!plan_device_find(p, gr->g, child))
			copy_part(gr, copy, device, child);
}

/* Glue and core drivers expect the core below the glue; a device on a
 * functional bus with children of another address space stands alone. */
static struct gnode *parent_of(struct growing *gr, dt_id device)
{
	dt_id above = dt_node(gr->b->p->dt, device)->parent;
	struct gnode *parent = above == DT_NONE ? NULL : gr->of[above];

	if (!parent || !plan_device_find(gr->b->p, gr->g, above))
		return dma_parent(gr, device);
	for (size_t i = 0; i < parent->children.n; i++)
		if (dt_has(gr->b->p->dt, parent->children.v[i]->host, "reg") &&
		    !plan_device_find(gr->b->p, gr->g, parent->children.v[i]->host))
			return dma_parent(gr, device);
	return parent;
}

/* In tree order, so that the order of dtdev does not show in the output. */
static void copy_devices(struct growing *gr)
{
	const struct plan *p = gr->b->p;

	for (dt_id n = 0; n < p->dt->nnodes; n++) {
		struct gnode *parent, *copy;

		if (!plan_device_find(p, gr->g, n))
			continue;
		parent = parent_of(gr, n);
		copy = tree_node(gr, parent, device_name(gr, parent, n), n);
		gr->of[n] = copy;
		copy_below(gr, copy, n);
	}
}

/* ---- The frame ------------------------------------------------------------------- */

static void add_cells(struct growing *gr, struct gnode *n)
{
	const uint32_t two = 2;

	tree_prop(gr, n, STR("#address-cells"), tree_cells(gr->b->a, &two, 1), EDIT_ADDED,
		  STR_NONE);
	tree_prop(gr, n, STR("#size-cells"), tree_cells(gr->b->a, &two, 1), EDIT_ADDED, STR_NONE);
}

static void fill_all(struct growing *gr, struct gnode *n, const struct gnode *parent)
{
	if (n->host != DT_NONE) {
		gr->driver = tree_driver(gr, n->host);
		tree_fill(gr, n);
		instead_finish(gr, n);
		probe_check(gr, n, parent);
	}
	/* Stubs are added to /passthrough meanwhile; they need no filling. */
	for (size_t i = 0; i < n->children.n; i++)
		fill_all(gr, n->children.v[i], n);
}

void plan_tree(struct building *b, struct guest_plan *g)
{
	struct growing gr = { .b = b, .g = g, .next_phandle = 1 };
	const uint32_t gic = GUEST_PHANDLE_GIC;
	static const uint32_t first_cell[] = { 0 };
	struct gnode *aliases;
	struct gprop *parent;

	gr.of = ARENA_ARRAY(b->a, struct gnode *, b->p->dt->nnodes);
	gr.names = map_new(b->a, false, g->devices.n);
	g->tree = tree_node(&gr, NULL, STR(""), DT_NONE);
	add_cells(&gr, g->tree);
	aliases = tree_node(&gr, g->tree, STR("aliases"), DT_NONE);
	gr.passthrough = tree_node(&gr, g->tree, STR("passthrough"), DT_NONE);
	tree_prop(&gr, gr.passthrough, STR("compatible"), STR("simple-bus\0"), EDIT_ADDED,
		  STR_NONE);
	tree_prop(&gr, gr.passthrough, STR("ranges"), STR_NONE, EDIT_ADDED, STR_NONE);
	add_cells(&gr, gr.passthrough);
	parent = tree_prop(&gr, gr.passthrough, STR("interrupt-parent"), tree_cells(b->a, &gic, 1),
			   EDIT_ADDED, STR("the GIC that Xen gives to every guest"));
	parent->phandles = first_cell;
	parent->nphandles = 1;
	copy_devices(&gr);
	fill_all(&gr, gr.passthrough, g->tree);
	probe_aliases(&gr, aliases);
	if (aliases->props.n == 0) {
		g->tree->children.v[0] = g->tree->children.v[1];
		g->tree->children.n = 1;
	}
	if (g->request->target == TARGET_DOM0LESS)
		tree_dom0less(&gr);
	tree_keeps(&gr);
}
