/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * platform: the hypervisor that will run this board.
 *
 * Which Xen release, which IOMMU drivers are built in, what its command line
 * says, whether a dom0 comes first, which UART is its console.  Stands on dt;
 * knows nothing of guests.  Sources: Xen's docs/misc/xen-command-line.pandoc,
 * xen/drivers/char/arm-uart.c, xen/common/device-tree/*.
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

/* "4.N", "4.N.P", "master"; false: not a release that we know. */
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

enum dom0 {
	DOM0_PRESENT,
	DOM0_ABSENT,
};

struct platform_options {
	struct releases xen;
	bool xen_given;   /* false: the default, said once                */
	uint32_t drivers; /* bits of enum xen_driver; default SMMU        */
	struct str args;  /* --xen-args                                   */
	bool args_given;  /* false: the host's /chosen/xen,xen-bootargs   */
	bool dom0_given;
	enum dom0 dom0;
};

/* How Xen's console was found. */
enum console_source {
	CONSOLE_DTUART_PATH,
	CONSOLE_DTUART_ALIAS,
	CONSOLE_STDOUT_PATH, /* dtuart= absent: /chosen stdout-path          */
	CONSOLE_NONE,        /* no usable name: Xen has no console           */
	CONSOLE_UNKNOWN,     /* the name given leads to no node              */
};

struct platform {
	const struct dt *dt;
	struct releases xen;
	uint32_t drivers;
	struct str args;
	struct place args_at;  /* command line, or the property                */
	bool iommu;            /* false: iommu=no|off|0|false                  */
	bool iommu_required;   /* iommu=force|required                         */
	bool pci_passthrough;  /* pci-passthrough=on                           */
	bool scmi_passthrough; /* scmi-smc-passthrough                         */
	enum dom0 dom0;
	bool dom0_module; /* the host tree has a dom0 kernel module       */
	enum console_source console_source;
	dt_id console;           /* DT_NONE                                      */
	struct place console_at; /* the words that chose it                      */
	bool any_mark;           /* some host node carries xen,passthrough       */
	dt_id gic;               /* the first available, unmarked interrupt
				  * controller that Xen drives, or DT_NONE       */
	uint32_t gic_version;    /* 2, 3; 0 without                              */
	bool *marked;            /* per node: xen,passthrough (not inherited)    */
};

/* Faults: a tree that Xen made for dom0 (/hypervisor with xen,xen), unusable
 * options.  Judges nothing else. */
bool platform_build(struct arena *a, struct diag *d, const struct dt *dt,
		    const struct platform_options *options, struct platform **out);

#endif
