/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boards for the tests of topology: parts to put together, and the way from
 * their text to a topology.  Unless a test says otherwise, the newest Xen with
 * every IOMMU driver builds a dom0.
 */
#ifndef DTASSIGN_TEST_TOPO_H
#define DTASSIGN_TEST_TOPO_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "topology.h"
#include "tree.h"

/* ---- Parts ---------------------------------------------------------------------- */

#define BOARD(parts) \
	"/ { #address-cells = <1>; #size-cells = <1>; interrupt-parent = <&gic>;" \
	"gic: intc@f0000000 { compatible = \"arm,gic-400\"; interrupt-controller;" \
	" #interrupt-cells = <3>; reg = <0xf0000000 0x1000 0xf0001000 0x1000>; };" parts "};"

#define NODE(label, address, compatible, rest) \
	label ": " label "@" address " { compatible = " compatible "; reg = <0x" address \
	      " 0x20000>; " rest "};"

/* An SMMUv2 with four context interrupts, and an SMMUv1. */
#define SMMU_LINES "#global-interrupts = <1>; interrupts = <0 1 4 0 2 4 0 3 4 0 4 4 0 5 4>; "
#define SMMU(label, address, rest) \
	NODE(label, address, "\"arm,mmu-500\"", SMMU_LINES "#iommu-cells = <1>; " rest)
#define SMMU_2CELLS(label, address, rest) \
	NODE(label, address, "\"arm,mmu-500\"", SMMU_LINES "#iommu-cells = <2>; " rest)
#define SMMU_V1(label, address, rest) \
	NODE(label, address, "\"arm,mmu-401\"", \
	     "#global-interrupts = <1>; interrupts = <0 6 4 0 6 4>; #iommu-cells = <1>; " rest)
#define SMMU_V3(label, address, rest) \
	NODE(label, address, "\"arm,smmu-v3\"", "#iommu-cells = <1>; " rest)
/* An SMMUv2 that only Linux knows. */
#define SMMU_QCOM(label, address, rest) \
	NODE(label, address, "\"qcom,smmu-v2\"", SMMU_LINES "#iommu-cells = <1>; " rest)
#define ROCKCHIP(label, address, rest) \
	NODE(label, address, "\"rockchip,iommu\"", "#iommu-cells = <0>; " rest)
#define PRR "prr@fff00044 { compatible = \"renesas,prr\"; reg = <0xfff00044 4>; };"
#define IPMMU_ROOT(label, address, soc, rest) \
	NODE(label, address, "\"renesas,ipmmu-" soc "\"", \
	     "#iommu-cells = <1>; interrupts = <0 196 4 0 197 4>; " rest)
#define IPMMU_CACHE(label, address, soc, root, rest) \
	NODE(label, address, "\"renesas,ipmmu-" soc "\"", \
	     "#iommu-cells = <1>; renesas,ipmmu-main = <" root " 0>; " rest)
/* A device that nothing is known of but its `iommus`. */
#define DEVICE(label, address, iommus, rest) \
	NODE(label, address, "\"example,device\"", "iommus = <" iommus ">; " rest)

#define MARKED   "xen,passthrough; "
#define DISABLED "status = \"disabled\"; "

/* ---- The way --------------------------------------------------------------------- */

struct board {
	const char *source;
	const char *release; /* NULL: master                                  */
	uint32_t drivers;    /* 0: all                                        */
	const char *args;
	bool no_dom0;
};

static struct arena *arena;
static struct topology *topo;

static inline int set_up(void **state)
{
	(void)state;
	arena = arena_new();
	topo = NULL;
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static inline void build_board(struct board b)
{
	struct platform_options options = {
		.xen_given = true,
		.drivers = b.drivers ? b.drivers
				     : XEN_DRIVER_SMMU | XEN_DRIVER_SMMU_V3 | XEN_DRIVER_IPMMU,
		.args_given = b.args != NULL,
		.args = str_of(b.args),
		.dom0_given = true,
		.dom0 = b.no_dom0 ? DOM0_ABSENT : DOM0_PRESENT,
	};
	struct diag *d = diag_new(arena);
	struct platform *platform;
	struct facts *facts;

	assert_true(release_parse(str_of(b.release ? b.release : "master"), &options.xen));
	assert_true(platform_build(arena, d, tree_load(arena, d, b.source), &options, &platform));
	assert_true(facts_build(arena, d, platform, &facts));
	assert_true(topology_build(arena, d, facts, &topo));
	assert_int_equal(diag_nfaults(d), 0);
}

static inline void build(const char *source)
{
	build_board((struct board){ .source = source });
}

/* ---- Questions -------------------------------------------------------------------- */

static inline dt_id at(const char *path)
{
	return tree_node(topo->facts->dt, path);
}

static inline const struct dma_verdict *verdict_at(const char *path)
{
	return &topo->verdicts[at(path)];
}

static inline const struct iommu *iommu_at(const char *path)
{
	const struct iommu *u = topology_iommu(topo, at(path));

	assert_non_null(u);
	return u;
}

static inline bool text_has(struct str text, const char *part)
{
	bool found = str_find_sub(text, str_of(part)) != SIZE_MAX;

	if (!found)
		print_error("`%.*s` is not in: %.*s\n", STR_ARG(str_of(part)), STR_ARG(text));
	return found;
}

static inline void assert_verdict(const char *path, enum verdict verdict, const char *reason)
{
	const struct dma_verdict *v = verdict_at(path);

	if (v->verdict != verdict)
		print_error("%s: %s: %.*s\n", path, verdict_name(v->verdict), STR_ARG(v->reason));
	assert_int_equal(v->verdict, verdict);
	assert_true(text_has(v->reason, reason));
	assert_true(v->at.node != DT_NONE);
	assert_true(topology_place(topo, v->at).path.n > 0);
}

static inline void assert_outcome(const char *path, enum iommu_outcome outcome, uint32_t pass,
				  const char *reason)
{
	const struct iommu *u = iommu_at(path);

	if (u->outcome != outcome)
		print_error("%s: %s: %.*s\n", path, iommu_outcome_name(u->outcome),
			    STR_ARG(u->reason));
	assert_int_equal(u->outcome, outcome);
	assert_int_equal(u->pass, pass);
	assert_true(text_has(u->reason, reason));
}

static inline void assert_platform(enum iommu_platform platform, const char *reason)
{
	if (topo->iommu_platform != platform)
		print_error("platform: %.*s\n", STR_ARG(topo->iommu_platform_reason));
	assert_int_equal(topo->iommu_platform, platform);
	assert_true(text_has(topo->iommu_platform_reason, reason));
}

/* The build of dom0 fails over this node, and over how many in all. */
static inline void assert_dom0_fails(const char *path, const char *error, uint32_t nfailures)
{
	bool found = false;

	for (uint32_t i = 0; i < topo->nfailures; i++)
		if (topo->failures[i].node == at(path) && !strcmp(topo->failures[i].error, error))
			found = topo->failures[i].text.n > 0;
	assert_true(found);
	assert_int_equal(topo->nfailures, nfailures);
}

static inline bool share_group(const char *a, const char *b)
{
	uint32_t group = topo->group_of[at(a)];

	return group != GROUP_NONE && group == topo->group_of[at(b)];
}

static inline bool has_remark(const char *path, enum remark_kind kind)
{
	for (uint32_t i = 0; i < topo->nremarks; i++)
		if (topo->remarks[i].node == at(path) && topo->remarks[i].kind == kind)
			return topo->remarks[i].text.n > 0;
	return false;
}

#endif
