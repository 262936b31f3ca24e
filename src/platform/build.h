/* SPDX-License-Identifier: BSD-2-Clause */
/* Private furniture of room platform. */
#ifndef DTASSIGN_PLATFORM_BUILD_H
#define DTASSIGN_PLATFORM_BUILD_H

#include "platform.h"

/* A word of the command line, as a slice of it. */
struct word {
	size_t off, len;
};

/* What Xen takes from its command line; a flag's last word wins. */
struct arguments {
	struct str console; /* console=, default "dtuart"                      */
	struct str dtuart;  /* dtuart=, default empty                          */
	struct word dtuart_at;
	bool iommu, iommu_required;
	bool pci_passthrough, scmi_passthrough;
};
void arguments_parse(struct str text, struct arguments *out);

/* Kernels that the boot loader left below /chosen. */
struct modules {
	bool dom0_kernel, domu_kernel;
	bool dom0_bootargs; /* the first dom0 kernel to have bootargs has some */
};
void modules_find(const struct dt *t, struct modules *out);

/* Where Xen reads its command line from: a property of /chosen, or NULL. */
const char *bootargs_property(const struct dt *t, const struct modules *m);

/* A word of p->args, with a caret. */
struct place args_place(const struct platform *p, struct word w);

void console_find(struct platform *p, const struct arguments *args);

#endif
