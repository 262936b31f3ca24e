/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The nodes of a fragment that somebody wrote, as Xen and the guest read them.
 *
 * Of the fragment's root nothing reaches the guest but children with certain
 * names; the guest's root has two cells each (libxl_arm.c,
 * make_root_properties; dom0less-build.c, prepare_dtb_domU).
 */
#include "tree.h"

enum {
	GUEST_ROOT_CELLS = 2,
	GIC_CELLS = 3,
	MOST_WINDOWS = 64,  /* of a node, to be compared with each entry of xen,reg */
	MOST_RANGES = 1024, /* entries of one `ranges`: each address looks through them */
};

/* ---- Who is who at the top --------------------------------------------------------- */

static dt_id find_top(const struct dt *t, const char *name, bool nocase)
{
	dt_id child, found = dt_find_child(t, DT_ROOT, str_of(name));

	if (found != DT_NONE || !nocase)
		return found;
	DT_EACH_CHILD (t, child, DT_ROOT)
		if (str_eq_nocase(dt_node(t, child)->name, str_of(name)))
			return child;
	return DT_NONE;
}

/* xl copies nothing but /passthrough and /aliases; dom0less takes the phandle
 * of /gic for its own GIC (dom0less-build.c, domain_handle_dtb_boot_module). */
static uint32_t gic_phandle(const struct dt *t, bool dom0less)
{
	dt_id gic = dom0less ? find_top(t, "gic", true) : DT_NONE;
	uint32_t phandle = gic == DT_NONE ? 0 : dt_node(t, gic)->phandle;

	return phandle ? phandle : GUEST_PHANDLE_GIC;
}

/* ---- xen,reg ------------------------------------------------------------------------- */

static uint32_t own_cells(const struct dt *t, dt_id n, const char *name, uint32_t absent)
{
	uint32_t cells;

	return dt_u32(t, n, name, &cells) ? cells : absent;
}

static bool is_whole_pages(const struct fragment_tuple *t)
{
	struct range ignored;

	return t->size && (t->host | t->size | t->guest) % PAGE_SIZE == 0 &&
	       range_from_size(t->host, t->size, &ignored) &&
	       range_from_size(t->guest, t->size, &ignored);
}

static void read_tuples(struct arena *a, const struct dt *t, dt_id n, struct fragment_node *node)
{
	const struct dt_prop *p = dt_prop(t, n, "xen,reg");
	dt_id parent = dt_node(t, n)->parent;
	uint32_t stride;

	node->address_cells = own_cells(t, parent, "#address-cells", 2);
	node->size_cells = own_cells(t, parent, "#size-cells", 1);
	stride = 2 * node->address_cells + node->size_cells;
	if (!p || !node->address_cells || !node->size_cells)
		return;
	node->tuples = ARENA_ARRAY(a, struct fragment_tuple, dt_ncells(p) / stride);
	for (uint32_t cell = 0; dt_ncells(p) - cell >= stride; cell += stride) {
		struct fragment_tuple *tuple = &node->tuples[node->ntuples++];
		uint32_t size = cell + node->address_cells, guest = size + node->size_cells;

		tuple->cell = cell;
		tuple->sound = dt_number(p, cell, node->address_cells, &tuple->host) &&
			       dt_number(p, size, node->size_cells, &tuple->size) &&
			       dt_number(p, guest, node->address_cells, &tuple->guest) &&
			       is_whole_pages(tuple);
	}
}

/* ---- reg ------------------------------------------------------------------------------- */

struct cells {
	uint32_t address, size;
};

/* Linux climbs for cells that a bus does not have itself (drivers/of/base.c,
 * of_bus_n_addr_cells), at last to Xen's root. */
static struct cells cells_of_bus(const struct dt *t, dt_id bus)
{
	struct cells c = { GUEST_ROOT_CELLS, GUEST_ROOT_CELLS };
	dt_id n;

	for (n = bus; n != DT_ROOT; n = dt_node(t, n)->parent)
		if (dt_u32(t, n, "#address-cells", &c.address))
			break;
	for (n = bus; n != DT_ROOT; n = dt_node(t, n)->parent)
		if (dt_u32(t, n, "#size-cells", &c.size))
			break;
	return c;
}

/* One bus up.  false: nothing of it shows there. */
static bool translate_once(const struct dt *t, dt_id bus, uint64_t *address)
{
	const struct dt_prop *p = dt_prop(t, bus, "ranges");
	struct cells own = cells_of_bus(t, bus);
	struct cells above = cells_of_bus(t, dt_node(t, bus)->parent);
	uint32_t stride = own.address + above.address + own.size;

	if (!p)
		return false;
	if (p->data.n == 0)
		return true;
	if (!own.address || !own.size || !above.address || own.address > 2 ||
	    dt_ncells(p) / stride > MOST_RANGES)
		return false;
	for (uint32_t cell = 0; dt_ncells(p) - cell >= stride; cell += stride) {
		uint64_t child, parent, size;

		if (!dt_number(p, cell, own.address, &child) ||
		    !dt_number(p, cell + own.address, above.address, &parent) ||
		    !dt_number(p, cell + own.address + above.address, own.size, &size) ||
		    *address < child || *address - child >= size)
			continue;
		return u64_add(parent, *address - child, address);
	}
	return false;
}

/* Where the guest sees an address of this bus.  A /passthrough without ranges
 * is reported as such, and read as if it had them. */
static bool translate(const struct dt *t, const struct fragment *f, dt_id bus, uint64_t *address)
{
	for (; bus != DT_ROOT; bus = dt_node(t, bus)->parent)
		if (!(bus == f->passthrough && !dt_has(t, bus, "ranges")) &&
		    !translate_once(t, bus, address))
			return false;
	return true;
}

static void read_windows(struct arena *a, const struct fragment *f, dt_id n,
			 struct fragment_node *node)
{
	const struct dt *t = f->dt;
	const struct dt_prop *p = dt_prop(t, n, "reg");
	dt_id bus = dt_node(t, n)->parent;
	struct cells c = cells_of_bus(t, bus);
	uint32_t stride = c.address + c.size;

	if (!p || !c.address || c.address > 2 || !c.size)
		return;
	node->windows = ARENA_ARRAY(a, struct fragment_window, dt_ncells(p) / stride);
	for (uint32_t cell = 0; dt_ncells(p) - cell >= stride; cell += stride) {
		struct fragment_window *w = &node->windows[node->nwindows];
		uint64_t address, size;

		w->index = node->nwindows++;
		w->cell = cell;
		w->sound = dt_number(p, cell, c.address, &address) &&
			   dt_number(p, cell + c.address, c.size, &size) &&
			   translate(t, f, bus, &address) &&
			   range_from_size(address, size, &w->guest);
	}
}

/* <host guest size>, as in iomem and in ranges: a size that is the very address
 * of registers, and a guest address that is their size. */
static void find_swapped(struct fragment_node *node)
{
	for (uint32_t i = 0; i < node->ntuples; i++) {
		struct fragment_tuple *t = &node->tuples[i];

		for (uint32_t k = 0; k < node->nwindows && k < MOST_WINDOWS; k++) {
			struct range pages = range_pages(node->windows[k].guest);

			if (node->windows[k].sound && t->size == pages.first &&
			    t->guest == range_size(pages) && t->size != t->guest)
				t->swapped = true;
		}
		t->sound &= !t->swapped;
	}
}

/* ---- Interrupts ------------------------------------------------------------------------- */

/* Who an interrupt-parent is. */
static enum fragment_end end_of(const struct fragment *f, uint32_t phandle, dt_id *controller)
{
	*controller = DT_NONE;
	if (phandle == f->gic_phandle)
		return FRAGMENT_AT_GIC;
	*controller = dt_find_phandle(f->dt, phandle);
	if (*controller == DT_NONE || !dt_is_in(f->dt, *controller, f->passthrough))
		return FRAGMENT_AT_NO_NODE;
	return dt_has(f->dt, *controller, "interrupt-controller") ||
			       dt_has(f->dt, *controller, "interrupt-map")
		       ? FRAGMENT_AT_CONTROLLER
		       : FRAGMENT_AT_NO_CONTROLLER;
}

static uint32_t cells_at(const struct fragment *f, enum fragment_end end, dt_id controller)
{
	uint32_t cells;

	if (end == FRAGMENT_AT_GIC)
		return GIC_CELLS;
	return end == FRAGMENT_AT_CONTROLLER &&
			       dt_u32(f->dt, controller, "#interrupt-cells", &cells)
		       ? cells
		       : 0;
}

static void read_specifier(const struct dt_prop *p, uint32_t cell, struct fragment_line *line)
{
	uint32_t kind = dt_cell(p, cell), number = dt_cell(p, cell + 1);

	line->spi = kind == 0;
	line->intid = number + (kind == 0 ? 32 : 16);
	line->flags = dt_cell(p, cell + 2);
}

static struct fragment_line *add_line(struct fragment_node *node, const char *property,
				      uint32_t cell, uint32_t ncells, enum fragment_end end)
{
	struct fragment_line *line = &node->lines[node->nlines];

	*line = (struct fragment_line){
		.end = end,
		.property = property,
		.index = node->nlines++,
		.cell = cell,
		.ncells = ncells,
		.parent_from = DT_NONE,
	};
	return line;
}

static void read_extended(struct arena *a, const struct fragment *f, const struct dt_prop *p,
			  struct fragment_node *node)
{
	const char *name = "interrupts-extended";
	uint32_t n = dt_ncells(p);

	node->lines = ARENA_ARRAY(a, struct fragment_line, (size_t)n + 1);
	for (uint32_t cell = 0, width; cell < n; cell += 1 + width) {
		uint32_t phandle = dt_cell(p, cell);
		dt_id controller;
		enum fragment_end end = end_of(f, phandle, &controller);
		struct fragment_line *line;

		width = cells_at(f, end, controller);
		if (end <= FRAGMENT_AT_CONTROLLER && (!width || n - cell - 1 < width))
			end = FRAGMENT_AT_NO_ENTRY;
		line = add_line(node, name, cell, 1 + width, end);
		line->parent = phandle;
		if (end == FRAGMENT_AT_GIC)
			read_specifier(p, cell + 1, line);
		else if (end != FRAGMENT_AT_CONTROLLER)
			return; /* the length of the entry is not known */
	}
}

/* Its own or the nearest one above; the guest's root of xl has one, that of
 * dom0less has none. */
static uint32_t parent_of(const struct fragment *f, dt_id n, bool dom0less, dt_id *from)
{
	uint32_t phandle;

	for (; n != DT_ROOT; n = dt_node(f->dt, n)->parent) {
		*from = n;
		if (dt_u32(f->dt, n, "interrupt-parent", &phandle))
			return phandle;
	}
	*from = DT_NONE;
	return dom0less ? 0 : f->gic_phandle;
}

static void read_plain(struct arena *a, const struct fragment *f, dt_id n, bool dom0less,
		       const struct dt_prop *p, struct fragment_node *node)
{
	dt_id from, controller = DT_NONE;
	uint32_t phandle = parent_of(f, n, dom0less, &from);
	enum fragment_end end = phandle ? end_of(f, phandle, &controller) : FRAGMENT_AT_NO_PARENT;
	uint32_t width = end == FRAGMENT_AT_NO_PARENT ? GIC_CELLS : cells_at(f, end, controller);
	uint32_t ncells = dt_ncells(p);

	if (!width)
		width = ncells;
	node->lines = ARENA_ARRAY(a, struct fragment_line, (size_t)ncells + 1);
	for (uint32_t cell = 0; cell < ncells; cell += width) {
		bool whole = ncells - cell >= width;
		struct fragment_line *line = add_line(node, "interrupts", cell, width,
						      whole ? end : FRAGMENT_AT_NO_ENTRY);

		line->parent = phandle;
		line->parent_from = from;
		if (!whole)
			return;
		if (end == FRAGMENT_AT_GIC || end == FRAGMENT_AT_NO_PARENT)
			read_specifier(p, cell, line);
	}
}

/* ---- All -------------------------------------------------------------------------------- */

void fragment_read(struct building *b, const struct guest_plan *g, struct fragment *f)
{
	const struct dt *t = f->dt;
	bool dom0less = g->request->target == TARGET_DOM0LESS;

	f->passthrough = find_top(t, "passthrough", dom0less);
	f->gic_phandle = gic_phandle(t, dom0less);
	f->nodes = ARENA_ARRAY(b->a, struct fragment_node, t->nnodes);
	for (dt_id n = 0; n < t->nnodes; n++)
		f->nodes[n].host = DT_NONE;
	if (f->passthrough == DT_NONE)
		return;
	for (dt_id n = f->passthrough + 1; n < dt_node(t, f->passthrough)->end; n++) {
		const struct dt_prop *extended = dt_prop(t, n, "interrupts-extended");
		const struct dt_prop *plain = dt_prop(t, n, "interrupts");

		read_tuples(b->a, t, n, &f->nodes[n]);
		read_windows(b->a, f, n, &f->nodes[n]);
		find_swapped(&f->nodes[n]);
		if (extended)
			read_extended(b->a, f, extended, &f->nodes[n]);
		else if (plain)
			read_plain(b->a, f, n, dom0less, plain, &f->nodes[n]);
	}
}
