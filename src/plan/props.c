/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of each property of a copied node. */
#include "tree.h"

enum treatment {
	TREAT_DROP,
	TREAT_HIDDEN,
	TREAT_COMPANION,
	TREAT_REG,
	TREAT_REG_NAMES,
	TREAT_CELLS,
	TREAT_RANGES,
	TREAT_DMA_RANGES,
	TREAT_INTERRUPTS,
	TREAT_INTERRUPT_NAMES,
	TREAT_STATUS,
};

enum copy_match {
	COPY_EXACT,
	COPY_PREFIX,
};

struct copy_row {
	const char *name;
	enum copy_match match;
	enum treatment treatment;
	const char *companion_of;
	const char *why;
};

static const struct copy_row rows[] = {
#define COPY(name, match, treatment, companion, why) \
	{ name, COPY_##match, TREAT_##treatment, companion, why },
#include "copy.def"
};

static const struct copy_row *row_of(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].match == COPY_EXACT ? str_is(name, rows[i].name)
						: str_starts(name, rows[i].name))
			return &rows[i];
	return NULL;
}

const char *tree_never(struct str property)
{
	const struct copy_row *row = row_of(property);

	if (!row)
		return NULL;
	return row->why ? row->why : "it is made anew for the guest";
}

static void drop(struct growing *gr, struct gnode *n, const struct dt_prop *p, const char *why)
{
	tree_prop(gr, n, p->name, STR_NONE, EDIT_DROPPED, str_of(why));
}

static void copy(struct growing *gr, struct gnode *n, const struct dt_prop *p)
{
	tree_prop(gr, n, p->name, p->data, EDIT_COPIED, STR_NONE);
}

static bool is_device(const struct growing *gr, const struct gnode *n)
{
	return plan_device_find(gr->b->p, gr->g, n->host) != NULL;
}

/* ---- Addresses ------------------------------------------------------------------ */

static const struct placed_window *placed(const struct guest_plan *g, dt_id node, uint32_t window)
{
	for (size_t i = 0; i < g->windows.n; i++)
		if (g->windows.v[i].node == node && g->windows.v[i].window == window)
			return &g->windows.v[i];
	return NULL;
}

/* How the host's cells became what the guest reads. */
static struct str address_story(struct growing *gr, const struct device *dev, uint32_t index,
				uint64_t guest)
{
	const struct window *w = &dev->windows[index];
	struct buf b = buf_new(gr->b->a);

	buf_format(&b, "entry %u: 0x%llx", w->index, (unsigned long long)w->bus_address);
	if (w->bus_address != w->cpu.first)
		buf_format(&b, ", through `ranges` 0x%llx", (unsigned long long)w->cpu.first);
	if (guest != w->cpu.first)
		buf_format(&b, ", for the guest 0x%llx", (unsigned long long)guest);
	return buf_get(&b);
}

/* Guest addresses in 2/2 cells, sizes exact; what has no CPU address stays
 * behind (check said so). */
static void reg(struct growing *gr, struct gnode *n, const struct dt_prop *p)
{
	const struct device *dev = &gr->b->p->facts->devices[n->host];
	struct buf cells = buf_new(gr->b->a), story = buf_new(gr->b->a);

	if (!is_device(gr, n)) {
		copy(gr, n, p);
		return;
	}
	for (uint32_t i = 0; i < dev->nwindows; i++) {
		const struct placed_window *w = placed(gr->g, n->host, i);

		if (!w)
			continue;
		if (story.n)
			buf_text(&story, "; ");
		buf_str(&story, address_story(gr, dev, i, w->guest.v));
		tree_put_u64(&cells, w->guest.v);
		tree_put_u64(&cells, dev->windows[i].size);
	}
	if (cells.n == 0)
		drop(gr, n, p, "no entry has a CPU address");
	else
		tree_prop(gr, n, p->name, buf_get(&cells), EDIT_CHANGED, buf_get(&story));
}

/* Names of the entries that stayed. */
static void reg_names(struct growing *gr, struct gnode *n, const struct dt_prop *p)
{
	const struct device *dev = &gr->b->p->facts->devices[n->host];
	struct buf names = buf_new(gr->b->a);
	bool all = true;

	for (uint32_t i = 0; i < dev->nwindows; i++) {
		struct str name;

		if (!placed(gr->g, n->host, i)) {
			all = false;
			continue;
		}
		if (dt_string(p, i, &name)) {
			buf_str(&names, name);
			buf_char(&names, '\0');
		}
	}
	if (all || !is_device(gr, n))
		copy(gr, n, p);
	else if (names.n)
		tree_prop(gr, n, p->name, buf_get(&names), EDIT_CHANGED, STR("in step with reg"));
	else
		drop(gr, n, p, "goes with reg");
}

static bool has_device_below(const struct growing *gr, const struct gnode *n)
{
	for (size_t i = 0; i < n->children.n; i++)
		if (is_device(gr, n->children.v[i]))
			return true;
	return false;
}

/* Linux and dtc look for #address-cells at an interrupt controller, too: it is
 * part of how an interrupt-map names it (DTSpec 2.4.3). */
static bool is_needed_by_maps(const struct growing *gr, const struct gnode *n, const char *name)
{
	return !strcmp(name, "#address-cells") &&
	       dt_has(gr->b->p->dt, n->host, "interrupt-controller");
}

/* Cells describe the children: 2/2 where they have guest addresses, the host's
 * own where they are on another kind of bus, none without children. */
static void cells(struct growing *gr, struct gnode *n, const struct dt_prop *p)
{
	const uint32_t two = 2;

	if (has_device_below(gr, n))
		tree_prop(gr, n, p->name, tree_cells(gr->b->a, &two, 1), EDIT_CHANGED,
			  STR("for guest addresses"));
	else if (n->children.n || is_needed_by_maps(gr, n, str_c(gr->b->a, p->name)))
		copy(gr, n, p);
	else
		drop(gr, n, p, "no child is left");
}

static void ranges(struct growing *gr, struct gnode *n, const struct dt_prop *p)
{
	if (!has_device_below(gr, n))
		drop(gr, n, p, "no child needs a translation");
	else
		tree_prop(gr, n, p->name, STR_NONE, EDIT_CHANGED,
			  STR("the children have guest addresses"));
}

/* ---- The rest ---------------------------------------------------------------------- */

static void status(struct growing *gr, struct gnode *n, const struct dt_prop *p)
{
	if (dt_is_available(gr->b->p->dt, n->host))
		return; /* "okay" is the default */
	drop(gr, n, p, "the guest uses it, although the host's tree disables it");
}

static bool was_kept(const struct gnode *n, const char *name)
{
	for (size_t i = 0; i < n->props.n; i++)
		if (str_is(n->props.v[i].name, name) && n->props.v[i].edit != EDIT_DROPPED)
			return true;
	return false;
}

static void companion(struct growing *gr, struct gnode *n, const struct dt_prop *p,
		      const struct copy_row *row)
{
	const char *of = row->companion_of;

	if (was_kept(n, of) || !dt_has(gr->b->p->dt, n->host, of))
		copy(gr, n, p);
	else
		drop(gr, n, p, str_format(gr->b->a, "goes with %s", of).s);
}

static void treat(struct growing *gr, struct gnode *n, const struct dt_prop *p,
		  const struct copy_row *row)
{
	switch (row->treatment) {
	case TREAT_DROP:
		drop(gr, n, p, row->why);
		break;
	case TREAT_HIDDEN:
		break;
	case TREAT_COMPANION:
		companion(gr, n, p, row);
		break;
	case TREAT_REG:
		reg(gr, n, p);
		break;
	case TREAT_REG_NAMES:
		reg_names(gr, n, p);
		break;
	case TREAT_CELLS:
		cells(gr, n, p);
		break;
	case TREAT_RANGES:
		ranges(gr, n, p);
		break;
	case TREAT_DMA_RANGES:
		drop(gr, n, p, "the bus of the guest has no offset");
		break;
	case TREAT_INTERRUPTS:
		tree_interrupts(gr, n, p);
		break;
	case TREAT_INTERRUPT_NAMES:
		tree_interrupt_names(gr, n, p);
		break;
	case TREAT_STATUS:
		status(gr, n, p);
		break;
	}
}

/* Companions look at what became of their property: they come last. */
static void fill(struct growing *gr, struct gnode *n, bool companions)
{
	const struct dt *t = gr->b->p->dt;
	const struct dt_node *host = dt_node(t, n->host);

	for (uint32_t i = 0; i < host->nprops; i++) {
		const struct dt_prop *p = &t->props[host->first_prop + i];
		const struct copy_row *row = row_of(p->name);
		const struct supplier *supplier;

		if ((row && row->treatment == TREAT_COMPANION) != companions)
			continue;
		if (row) {
			treat(gr, n, p, row);
			continue;
		}
		supplier = dt_supplier(t, n->host, p);
		if (supplier)
			tree_references(gr, n, p, supplier);
		else
			copy(gr, n, p);
	}
}

/* Linux looks for it on the device or above; above, the guest has another bus. */
static void inherit_coherence(struct growing *gr, struct gnode *n)
{
	const struct device *dev = &gr->b->p->facts->devices[n->host];

	if (!is_device(gr, n) || !dev->dma_coherent || dev->dma_coherent_from == DT_NONE ||
	    dev->dma_coherent_from == n->host)
		return;
	tree_prop(gr, n, STR("dma-coherent"), STR_NONE, EDIT_ADDED,
		  str_format(gr->b->a, "inherited on the host from %.*s",
			     STR_ARG(plan_path(gr->b->p, dev->dma_coherent_from))));
}

/* Where the host's node has none Xen takes those above it, but of a fragment
 * it takes 2 and 1 (device-tree.c, dt_n_addr_cells; dom0less-build.c,
 * handle_prop_pfdt). */
static void add_cells(struct growing *gr, struct gnode *n)
{
	static const char *const names[] = { "#address-cells", "#size-cells" };
	const uint32_t none = 0, two = 2;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (dt_has(gr->b->p->dt, n->host, names[i]))
			continue;
		if (has_device_below(gr, n))
			tree_prop(gr, n, str_of(names[i]), tree_cells(gr->b->a, &two, 1),
				  EDIT_ADDED, STR("for guest addresses"));
		else if (is_needed_by_maps(gr, n, names[i]))
			tree_prop(gr, n, str_of(names[i]), tree_cells(gr->b->a, &none, 1),
				  EDIT_ADDED, STR("an interrupt controller has it"));
	}
}

void tree_fill(struct growing *gr, struct gnode *n)
{
	fill(gr, n, false);
	fill(gr, n, true);
	add_cells(gr, n);
	inherit_coherence(gr, n);
}
