/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan: what each guest gets.
 *
 * Here asks meet facts: words of a config become nodes, nodes become owners,
 * windows get guest addresses, lines are collected, and the guest's device
 * tree is laid out property by property, each with the edit made to it and
 * why.  The plan is complete: emit transcribes it and decides nothing.
 * Nothing here judges; what cannot be planned at all is a fault.
 */
#ifndef DTASSIGN_PLAN_H
#define DTASSIGN_PLAN_H

#include "request.h"
#include "topology.h"

/* ---- Owners -------------------------------------------------------------------- */

enum owner_kind {
	OWNER_DOM0,
	OWNER_XEN,
	OWNER_GUEST,
	OWNER_NOBODY, /* withheld, marked but not asked for, or no dom0        */
};

struct owner {
	enum owner_kind kind;
	uint32_t guest; /* OWNER_GUEST: index                                    */
};
bool owner_eq(struct owner a, struct owner b);

/* ---- A guest's address space ----------------------------------------------------- */

enum place_how {
	PLACED_ONE_TO_ONE,
	PLACED_CHOSEN,   /* iomem_map                                             */
	PLACED_AUTO,     /* a hole of the layout                                  */
	PLACED_HAND,     /* an iomem line of the operator                         */
	PLACED_HOST_GAP, /* follows a chosen window at its host distance          */
	PLACED_FRAGMENT, /* xen,reg of a fragment written by hand                 */
};

/* A run of whole pages, contiguous on both sides. */
struct mapping {
	struct range host; /* hpa, page-rounded                            */
	struct gpa guest;  /* of its first page                            */
	enum place_how how;
	struct place at;    /* the operator's word, or the first window     */
	struct str devices; /* "uart@ff010000, spi@..." for comments        */
	uint32_t ndevices;
};

/* One window of an assigned device, placed. */
struct placed_window {
	dt_id node;
	uint32_t window;  /* index in facts                               */
	struct gpa guest; /* exact, in-page offset kept                   */
};

/* A region of the guest's address space with a meaning.  Rows: layouts.def. */
enum region_kind {
	REGION_TAKEN,  /* something of the guest is there                    */
	REGION_RAM,    /* its RAM, of the size that the config says          */
	REGION_BANK,   /* the rest of a RAM bank: Xen may put foreign mappings
			* there                                              */
	REGION_GRANTS, /* the grant table of a dom0less guest with xen,enhanced, which
			* this config does not tell                         */
	REGION_AVOID,  /* free as configured, but not in every configuration */
};

struct region {
	enum region_kind kind;
	struct range range; /* gpa                                          */
	const char *what;
	const char *source;
};

/* One interrupt line, once. */
struct irq_grant {
	uint32_t intid;
	dt_id node; /* the first device that brings it, DT_NONE: hand */
	uint32_t line;
	struct place at;
	bool hand;
	struct str devices;
	uint32_t ndevices;
};

/* ---- The guest's device tree -------------------------------------------------------- */

enum edit {
	EDIT_COPIED,  /* bytes as in the host                                  */
	EDIT_CHANGED, /* rewritten from facts                                  */
	EDIT_ADDED,   /* inherited, or needed by Xen or the guest              */
	EDIT_STUBBED, /* points at a stand-in                                  */
	EDIT_DROPPED, /* not in the guest; `data` is empty                     */
};
const char *edit_name(enum edit e);

struct gprop {
	struct str name;
	struct str data;
	enum edit edit;
	struct str why;           /* empty for plain copies                       */
	dt_id host;               /* where it came from, or DT_NONE               */
	const uint32_t *phandles; /* cells of `data` that are phandles            */
	uint32_t nphandles;
	bool is_node; /* EDIT_DROPPED: a child node of this name was left out */
};

struct gnode {
	struct str name;
	dt_id host;       /* DT_NONE: made by us                          */
	uint32_t phandle; /* 0: none                                      */
	struct str why;   /* comment before the node; may be empty        */
	VEC(struct gprop) props;
	VEC(struct gnode *) children;
};

/* ---- What becomes of a reference --------------------------------------------------- */

/* A choice that only the operator can make; check reports it. */
struct open_question {
	dt_id node;
	struct str property;
	uint32_t cell; /* of the reference in the host property        */
	uint32_t index;
	enum supply_class class;
	dt_id provider;
	struct str question; /* "the rate of clock 0 is not in the tree"     */
	struct str answer;   /* a decide line that would do                  */
};

/* ---- What the host must keep -------------------------------------------------------- */

/* A class of providers that a guest cannot reach.  Rows: keep.def. */
struct keep_kind {
	enum supply_class class;
	const char *what;     /* heading                                       */
	const char *names;    /* property that names the entries, or NULL      */
	const char *argument; /* of dom0's Linux, or NULL                      */
	const char *remark;   /* on the argument, or NULL                      */
};
const struct keep_kind *plan_keep_kind(enum supply_class class); /* or NULL      */
size_t plan_keep_kinds(const struct keep_kind **out);

/* One reference of a device to what stays on the host and could be switched
 * off there. */
struct keep {
	dt_id device; /* assigned                                              */
	dt_id node;   /* whose property: the device or a part of it            */
	const struct keep_kind *kind;
	const struct dt_prop *property;
	uint32_t index; /* of the entry                                        */
	dt_id provider;
	uint32_t first_arg, nargs; /* cells of the property                    */
	struct str name;           /* of the entry, or empty                   */
	uint64_t rate;             /* Hz that the host's tree assigns; 0: none */
	enum edit edit;            /* what became of the property              */
};

/* The guest's driver will not run the device, as the tree stands. */
struct probe_trouble {
	dt_id node;
	struct str property; /* may be empty */
	const char *driver;  /* its file in Linux 6.1, or NULL */
	struct str text;
};

/* ---- Guests ----------------------------------------------------------------------- */

struct plan_device {
	dt_id node;
	struct place at; /* the word in the config                       */
	bool forced;     /* force_assign or force_assign_without_iommu   */
	struct str force_reason;
	struct place force_at;
	bool by_hand;     /* no dtdev word: inferred from hand-written iomem and irqs */
	bool by_fragment; /* no dtdev word: a node of the fragment stands for it      */
	bool in_dtdev;    /* this Xen's dtdev takes it                    */
	bool needs_force; /* dom0less: xen,force-assign-without-iommu     */
};

/* A decision of the config and the node that it is about. */
struct resolved_decision {
	dt_id node;
	const struct decision *decision;
};

/* ---- A fragment written by hand ------------------------------------------------------ */

/* How a node of it came to stand for one of the host. */
enum fragment_match {
	FRAGMENT_UNMATCHED,
	FRAGMENT_BY_PATH,     /* xen,path                                        */
	FRAGMENT_BY_ADDRESS,  /* registers of the host lie where its own are     */
	FRAGMENT_BY_LIKENESS, /* the one device of dtdev with such a compatible */
	FRAGMENT_BY_PARENT,   /* a part of the same name, below a matched node   */
};

/* An entry of xen,reg: host address, size, guest address, in the cells that
 * stand on the very parent of the node, 2 and 1 where none do
 * (dom0less-build.c, handle_prop_pfdt). */
struct fragment_tuple {
	uint32_t cell; /* of the host address; then size and guest address    */
	uint64_t host, size, guest;
	bool swapped; /* the size is where reg has the registers            */
	bool sound;   /* none of that; whole pages, some, within 64 bits    */
};

/* An entry of reg, where the guest sees it. */
struct fragment_window {
	uint32_t index, cell;
	bool sound; /* it has a guest address and a size                    */
	struct range guest;
};

/* An interrupt specifier as the guest reads it. */
enum fragment_end {
	FRAGMENT_AT_GIC,
	FRAGMENT_AT_CONTROLLER,    /* another one, of the fragment               */
	FRAGMENT_AT_NO_PARENT,     /* nothing says whose interrupt it is         */
	FRAGMENT_AT_NO_NODE,       /* its parent is not in the guest's tree      */
	FRAGMENT_AT_NO_CONTROLLER, /* the node there is none                  */
	FRAGMENT_AT_NO_ENTRY,      /* cells that make no whole specifier         */
};

struct fragment_line {
	enum fragment_end end;
	const char *property;
	uint32_t index, cell, ncells;
	uint32_t parent;   /* phandle; 0 where nothing says                   */
	dt_id parent_from; /* the node that names it, or DT_NONE            */
	bool spi;
	uint32_t intid, flags; /* FRAGMENT_AT_GIC                           */
};

struct fragment_node {
	dt_id host; /* DT_NONE: it stands for none                          */
	enum fragment_match match;
	uint32_t address_cells, size_cells; /* that xen,reg is read with    */
	struct fragment_tuple *tuples;
	uint32_t ntuples;
	struct fragment_window *windows;
	uint32_t nwindows;
	struct fragment_line *lines;
	uint32_t nlines;
};

struct fragment {
	const struct dt *dt;
	dt_id passthrough;           /* what the guest gets, or DT_NONE               */
	uint32_t gic_phandle;        /* what the guest's GIC is called             */
	struct fragment_node *nodes; /* per node; empty outside /passthrough */
	dt_id *of;                   /* per node of the host: who stands for it, or DT_NONE    */
	bool changed;                /* the completed tree is not the one that was read      */
};

/* An entry of a list in our managed block. */
struct entry {
	struct str text; /* without quotes                               */
	bool quoted;
	struct str comment; /* the devices it is for, a path first          */
};

struct guest_plan {
	const struct guest_request *request;
	uint32_t index;
	VEC(struct plan_device) devices; /* in the order of dtdev                 */
	struct map *taken;               /* private: devices of another guest     */
	VEC(struct mapping) mappings;    /* by host address                       */
	VEC(struct placed_window) windows;
	VEC(struct irq_grant) irqs; /* by INTID                              */
	VEC(struct region) layout;  /* by guest address                      */
	VEC(struct open_question) questions;
	VEC(struct probe_trouble) troubles;
	VEC(struct resolved_decision) decisions; /* by node */
	VEC(struct keep) keeps;                  /* by device, in tree order          */
	struct gnode *tree;                      /* the partial device tree's root        */
	struct fragment *fragment;               /* NULL: none; else `tree` completes it  */
	/* With a fragment: the tree that we would have made, and what we would have
	 * asked for it. */
	struct gnode *model;
	VEC(struct open_question) model_questions;
	bool too_full;       /* no hole was left; a fault said so     */
	bool banks_are_used; /* this Xen may put foreign mappings into bank space */
	/* Entries of the managed block; empty for targets other than xl. */
	VEC(struct entry) block_dtdev;
	VEC(struct entry) block_irqs;
	VEC(struct entry) block_iomem;
	struct str block_device_tree;   /* empty: no line                        */
	struct str block_shadow_memory; /* likewise                              */
	uint64_t ram_bytes;             /* what memory/maxmem says               */
	uint64_t p2m_pool_kib;          /* for page tables: Xen's default or shadow_memory */
	uint64_t p2m_mib;               /* what they need in its place; 0: it suffices   */
	struct range ram[2];            /* gpa banks in use                      */
	uint32_t nram;
};

/* A node to be marked xen,passthrough on the host. */
struct mark {
	dt_id node;
	dt_id because; /* assigned or withheld device it belongs to    */
	struct str reason;
	bool present; /* the host tree has it already                 */
};

struct withheld {
	dt_id node;
	struct str reason;
	struct place at;
	uint32_t guest; /* whose config said so                         */
};

struct plan {
	struct arena *arena;
	const struct topology *topology;
	const struct facts *facts;
	const struct dt *dt;
	const struct platform *platform;
	const struct request *request;
	struct owner *owners;   /* per node                                     */
	struct place *owner_at; /* per node: the word that made it so           */
	/* Per node: the assigned device it comes along with (itself included), or
	 * DT_NONE.  Below a device everything without registers and streams of
	 * its own comes along; the rest are devices that dtdev has to name. */
	dt_id *device_of;
	uint32_t *slot; /* per node: its index in the owning guest's devices  */
	struct guest_plan *guests;
	uint32_t nguests;
	VEC(struct mark) marks; /* in tree order                                */
	VEC(struct withheld) withheld;
	bool complete; /* no fault while planning: may be judged whole */
};

struct plan_options {
	struct str guest_dir; /* --guest-dir, may be empty                    */
	/* Per guest: its fragment, or NULL.  NULL: nobody has one. */
	const struct dt *const *fragments;
};

/* Always gives a plan; false when a fault was reported (plan->complete). */
bool plan_build(struct arena *a, struct diag *d, const struct topology *topology,
		const struct request *request, const struct plan_options *options,
		struct plan **out);

/* ---- Shared with check ---------------------------------------------------------------- */

/* The word of a config as a node.  DT_NONE and a fault with the nearest
 * names where there is none. */
dt_id plan_resolve(struct diag *d, const struct dt *dt, const struct word *w);
/* The device of a guest at this node, or NULL. */
struct plan_device *plan_device_find(const struct plan *p, const struct guest_plan *g, dt_id node);
/* The node of the guest's fragment that stands for this one, or DT_NONE. */
static inline dt_id plan_fragment_of(const struct guest_plan *g, dt_id host)
{
	return g->fragment ? g->fragment->of[host] : DT_NONE;
}
/* The node has a compatible that the other one has, too. */
bool plan_alike(const struct dt *a, dt_id x, const struct dt *b, dt_id y);
/* dom0 has to be booted with the argument of this kind for this guest. */
bool plan_needs_argument(const struct plan *p, const struct guest_plan *g,
			 const struct keep_kind *kind);
/* "dom0", "Xen", "nobody", "guest `name`". */
struct str owner_text(const struct plan *p, struct owner o);
/* The INTIDs that vUART and virtio-mmio take in an xl or dom0less guest. */
struct reserved_line {
	uint32_t intid;
	const char *what;
	struct place at;
};
size_t plan_reserved_lines(struct arena *a, const struct guest_plan *g, struct reserved_line **out);

#endif
