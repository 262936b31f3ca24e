/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * platform: the hypervisor that will run this board.
 *
 * Which Xen release, which IOMMU drivers are built in, what its command line
 * says, whether a dom0 comes first, which UART is its console.  Stands on dt;
 * knows nothing of guests.  Sources: Xen's docs/misc/xen-command-line.pandoc,
 * xen/common/kernel.c (parse_params), xen/drivers/passthrough/iommu.c
 * (parse_iommu_param), xen/drivers/char/uart-init.c (dt_uart_init; arm-uart.c
 * before 4.20), xen/common/device-tree/bootinfo-fdt.c.
 */
#ifndef DTASSIGN_PLATFORM_H
#define DTASSIGN_PLATFORM_H

#include "dt.h"

/* 4.N, 4.N.P or master.  A release without a patch level stands for the whole
 * series: what matters is then the worst of its members. */
struct release {
	uint8_t minor; /* of 4.minor; for master: one past the newest       */
	uint8_t patch; /* RELEASE_SERIES: the whole series                  */
	bool master;
};
#define RELEASE_SERIES          0xff
#define RELEASE(minor_, patch_) ((struct release){ (minor_), (patch_), false })

/* Ready for ranges (4.17..4.22) and features (4.22+scmi-v11); one release is
 * a range of one. */
struct releases {
	struct release first, last;
	uint32_t features; /* bits of enum xen_feature                          */
};
enum xen_feature {
	XEN_FEATURE_NONE = 0,
};

/* "4.N", "4.N.P", "master"; false: not a release that we know.  In a series
 * that still gets fixes a patch level newer than our table is taken too. */
bool release_parse(struct str text, struct releases *out);
struct releases release_newest(void); /* newest numbered series    */
struct str release_name(struct arena *a, struct release r);
struct str releases_name(struct arena *a, struct releases r);

/* Every release of the range has what came in 4.minor.patch (a series
 * without patch level counts as its .0). */
bool release_all_since(struct releases r, unsigned minor, unsigned patch);
/* Some release of the range lacks it. */
bool release_some_before(struct releases r, unsigned minor, unsigned patch);

enum xen_driver {
	XEN_DRIVER_SMMU = 1 << 0, /* SMMUv1 and v2                            */
	XEN_DRIVER_SMMU_V3 = 1 << 1,
	XEN_DRIVER_IPMMU = 1 << 2,
};
const char *xen_driver_name(enum xen_driver driver); /* "smmu", ...          */
/* "smmu,smmuv3,ipmmu" in any order, or "none"; false: a name that we do not
 * know, or an empty one. */
bool xen_drivers_parse(struct str text, uint32_t *out);

enum dom0 {
	DOM0_PRESENT,
	DOM0_ABSENT,
};

struct platform_options {
	struct releases xen;
	bool xen_given;   /* false: the default, said once                */
	uint32_t drivers; /* bits of enum xen_driver; default SMMU        */
	struct str args;  /* --xen-args                                   */
	bool args_given;  /* false: what Xen finds in the host's /chosen  */
	bool dom0_given;  /* false: derived, see struct platform          */
	enum dom0 dom0;
	bool dom0less; /* Xen itself starts some guest of this run        */
};

/* How Xen's console was found. */
enum console_source {
	CONSOLE_DTUART_PATH,
	CONSOLE_DTUART_ALIAS,
	CONSOLE_STDOUT_PATH, /* dtuart= absent: /chosen stdout-path          */
	CONSOLE_NONE,        /* no name at all, or console= without dtuart   */
	CONSOLE_UNKNOWN,     /* the name given leads to no node              */
	CONSOLE_UNUSABLE,    /* to one that is disabled or marked: Xen leaves
			      * it alone (xen/common/device.c, device_init)  */
};

struct platform {
	const struct dt *dt;
	struct releases xen;
	uint32_t drivers;
	struct str args;       /* what Xen parses; may be empty                */
	struct place args_at;  /* --xen-args, the property, or nowhere         */
	bool iommu;            /* false: iommu=no|off|0|false|disable, no-iommu */
	bool iommu_required;   /* iommu=force|required                         */
	bool pci_passthrough;  /* pci-passthrough, where the release has it    */
	bool scmi_passthrough; /* scmi-smc-passthrough, likewise               */
	enum dom0 dom0;        /* as given; else absent if there is no dom0
				* module and either the tree has a kernel
				* module for a xen,domain (Xen's
				* is_dom0less_mode) or options.dom0less; else
				* present                                      */
	bool dom0_module;      /* the host tree has a dom0 kernel module: below
				* /chosen, not below a xen,domain, "xen,linux-
				* zimage" or "multiboot,kernel" or the first
				* module of no stated kind                     */
	bool domu_module;      /* the same below a /chosen/... xen,domain      */
	enum console_source console_source;
	dt_id console;           /* the UART that Xen takes for itself, DT_NONE  */
	dt_id console_named;     /* the node that the words lead to, or DT_NONE  */
	struct place console_at; /* the words that chose it                      */
	bool any_mark;           /* some host node carries xen,passthrough       */
	dt_id gic;               /* the first available, unmarked interrupt
				  * controller that Xen drives, or DT_NONE       */
	uint32_t gic_version;    /* 2, 3; 0 without                              */
	dt_id board_gic;         /* the same; where Xen drives none, the first available
				  * GIC of a kind that Linux drives                */
	uint32_t board_gic_version;
	bool *marked; /* per node: xen,passthrough (not inherited)    */
};

/* Faults: a tree that Xen made for dom0 (/hypervisor with xen,xen).  Judges
 * nothing else. */
bool platform_build(struct arena *a, struct diag *d, const struct dt *dt,
		    const struct platform_options *options, struct platform **out);

#endif
