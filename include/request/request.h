/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * request: what the operator asks.
 *
 * One struct guest_request per config.  Words are kept as written, each with
 * its place; nothing is looked up in a tree here (rooms dt and request do not
 * know each other).  What xl would silently drop or misread is a finding, and
 * is read here as xl reads it.  The one exception: where a list was asked for
 * and one value given, xl drops it; in a request, whose lists we write anew, it
 * counts as that one value.
 *
 * All keys: keys.def in src/request, and dtassign.cfg(5).
 */
#ifndef DTASSIGN_REQUEST_H
#define DTASSIGN_REQUEST_H

#include "cfg.h"

enum target {
	TARGET_XL,
	TARGET_DOM0LESS,
	NTARGETS,
};
const char *target_name(enum target t);
bool target_parse(struct str word, enum target *out);

enum config_form {
	FORM_REQUEST, /* dtdev is the complete list, nothing is "missing"         */
	FORM_FINAL,   /* also judged as xl takes it                               */
};

enum unprotected_policy {
	UNPROTECTED_WARN,
	UNPROTECTED_REFUSE,
};

enum guest_os {
	GUEST_OS_LINUX,
	GUEST_OS_OTHER,
};

/* xl's passthrough = "..."; what `default` and `enabled` become is libxl's. */
enum passthrough {
	PASSTHROUGH_DEFAULT,
	PASSTHROUGH_DISABLED,
	PASSTHROUGH_ENABLED,
	PASSTHROUGH_SYNC_PT,
	PASSTHROUGH_SHARE_PT,
};

/* A word with its place. */
struct word {
	struct str text;
	struct place at;
};

/* "PATH: REASON", split at the first ": ". */
struct reasoned {
	struct word device; /* path, &label or alias, as written               */
	struct str reason;  /* empty: missing-reason was judged                */
};

/* irqs: decimal INTID. */
struct irq_word {
	uint64_t intid;
	struct word word;
};

/* iomem = "MFN,COUNT[@GFN]", all hex page frame numbers. */
struct iomem_word {
	uint64_t mfn, count, gfn;
	bool has_gfn;
	struct word word;
};

/* iomem_map = "MFN:GFN" | "/PATH:GFN" | "/PATH[i]:GFN" */
struct iomem_map_word {
	bool by_path;
	uint64_t mfn;
	struct str path; /* path, &label or alias                           */
	int32_t index;   /* -1: the first window and, after it, the rest    */
	uint64_t gfn;
	struct word word;
};

/* pci = [ "[SEGMENT:]BUS:DEVICE.FUNCTION" ] */
struct pci_word {
	uint32_t segment;
	uint32_t rid;       /* bus << 8 | device << 3 | function               */
	bool all_functions; /* `*`: function is 0                              */
	bool by_name;       /* name=...: xl knows which, we do not             */
	struct word word;
};

enum decide_verb {
#define DECIDE_VERB(id, verb, takes_value, what) DECIDE_##id,
#include "decide_verbs.def"
#undef DECIDE_VERB
	NDECIDE_VERBS,
};
const char *decide_verb_name(enum decide_verb v);

/* "PATH PROPERTY[INDEX] = VERB [VALUE]: REASON" */
struct decision {
	struct word device;
	struct str property;
	int32_t index; /* -1: every entry                                 */
	enum decide_verb verb;
	bool has_value;
	uint64_t value; /* stub: Hz for a clock, microvolts for a supply   */
	struct str reason;
};

/* "SLUG PATH: REASON"; the slug is already looked up. */
struct allow_word {
	enum rule rule;
	struct word device;
	struct str reason;
};

/* What our managed block says now, to be compared with what would be written. */
struct block_entries {
	struct word *dtdev, *irqs, *iomem;
	size_t ndtdev, nirqs, niomem;
	struct word device_tree;   /* empty text: none                            */
	struct word shadow_memory; /* likewise                                    */
};

struct guest_request {
	struct cfg *cfg;
	struct str name; /* key `name`, else the file's stem          */
	struct place at; /* of the name, or the file                  */
	struct str file;
	enum config_form form;
	enum target target;
	enum guest_os os;
	enum unprotected_policy unprotected;

	struct word *devices; /* dtdev outside the block                   */
	size_t ndevices;
	struct irq_word *irqs; /* outside the block                         */
	size_t nirqs;
	struct iomem_word *iomem;
	size_t niomem;
	struct word device_tree; /* outside the block; empty: none            */
	struct block_entries block;

	struct reasoned *forces;
	size_t nforces;
	struct reasoned *withholds;
	size_t nwithholds;
	struct iomem_map_word *maps;
	size_t nmaps;
	struct decision *decisions;
	size_t ndecisions;
	struct allow_word *allows;
	size_t nallows;
	bool direct_map;
	bool force_all;     /* force_assign_without_iommu                */
	bool platform_safe; /* platform_iommu_safe                       */
	struct str force_all_reason, platform_safe_reason;
	struct place direct_map_at, force_all_at, platform_safe_at;

	/* What xl makes of the rest; defaults are xl's.  A place is place_none()
	 * where its key is absent. */
	uint64_t memory_mib;  /* 0: absent, and maxmem too                 */
	uint64_t maxmem_mib;  /* memory_mib where maxmem is absent         */
	uint64_t nr_spis;     /* 0: absent, see its place                  */
	uint64_t shadow_mib;  /* shadow_memory; 0: absent, see its place   */
	uint32_t vcpus;       /* the larger of vcpus and maxvcpus; 1       */
	uint32_t gic_version; /* 2, 3; 0: as the host                      */
	uint32_t nvirtio;     /* virtio-mmio devices, each with its SPI:
			       * entries of disk and virtio                */
	struct pci_word *pci; /* where npci is not 0                       */
	uint32_t npci;
	enum passthrough passthrough;
	bool vuart; /* vuart = "sbsa_uart"                       */
	struct place memory_at, maxmem_at, nr_spis_at, vcpus_at, gic_version_at;
	struct place virtio_at, pci_at; /* of the first one                          */
	struct place passthrough_at, vuart_at, shadow_at;
};

struct request {
	struct guest_request *guests;
	size_t nguests;
};

struct request_options {
	bool as_given;
	enum config_form as;
	bool target_given;
	enum target target;
	bool unprotected_given;
	enum unprotected_policy unprotected;
};

struct request_source {
	struct str file, source;
	const struct str *overrides;
	size_t noverrides;
};

/* Reads every config; what can be read of a faulty one is given too.  Also
 * registers inline allowances with diag (`# dtassign: allow SLUG: REASON`). */
bool request_build(struct arena *a, struct diag *d, const struct request_source *sources,
		   size_t nsources, const struct request_options *options, struct request **out);

/* "[SEGMENT:]BUS:DEVICE.FUNCTION" at the start of *rest, which moves on. */
bool request_parse_bdf(struct str *rest, struct pci_word *out);

#endif
