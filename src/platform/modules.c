/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the boot loader left below /chosen, as Xen's early scan sees it:
 * xen/common/device-tree/bootinfo-fdt.c, early_scan_node and
 * process_multiboot_node.
 */
#include "build.h"

#define MODULE_MAX_DEPTH 3 /* early_scan_node looks no deeper */

static bool is_module(const struct dt *t, dt_id n)
{
	return dt_is_compatible(t, n, "xen,multiboot-module") ||
	       dt_is_compatible(t, n, "multiboot,module");
}

/* fdt_node_to_kind; the first module of no stated kind is taken for a kernel
 * (kind_guess counts over the whole tree). */
static bool is_kernel(const struct dt *t, dt_id n, bool *guessed)
{
	static const char *const others[] = { "xen,linux-initrd", "multiboot,ramdisk",
					      "xen,xsm-policy", "multiboot,device-tree",
					      "multiboot,microcode" };

	if (dt_is_compatible(t, n, "xen,linux-zimage") ||
	    dt_is_compatible(t, n, "multiboot,kernel"))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (dt_is_compatible(t, n, others[i]))
			return false;
	if (*guessed)
		return false;
	*guessed = true;
	return true;
}

void modules_find(const struct dt *t, struct modules *out)
{
	dt_id chosen = dt_find_path(t, STR("/chosen"));
	bool guessed = false, seen_bootargs = false;

	*out = (struct modules){ 0 };
	if (chosen == DT_NONE)
		return;
	for (dt_id n = chosen + 1; n < dt_node(t, chosen)->end; n++) {
		const struct dt_node *node = dt_node(t, n);

		if (node->depth > MODULE_MAX_DEPTH || !is_module(t, n) ||
		    !is_kernel(t, n, &guessed))
			continue;
		if (dt_is_compatible(t, node->parent, "xen,domain")) {
			out->domu_kernel = true;
			continue;
		}
		out->dom0_kernel = true;
		/* boot_cmdline_find_by_kind: the first that was registered. */
		if (!seen_bootargs && dt_has(t, n, "bootargs")) {
			seen_bootargs = true;
			out->dom0_bootargs = dt_text(t, n, "bootargs").n > 0;
		}
	}
}

/* boot_fdt_cmdline: `bootargs` is Xen's only where dom0's stand elsewhere. */
const char *bootargs_property(const struct dt *t, const struct modules *m)
{
	dt_id chosen = dt_find_path(t, STR("/chosen"));

	if (chosen == DT_NONE)
		return NULL;
	if (dt_has(t, chosen, "xen,xen-bootargs"))
		return "xen,xen-bootargs";
	if ((m->dom0_bootargs || dt_has(t, chosen, "xen,dom0-bootargs")) &&
	    dt_has(t, chosen, "bootargs"))
		return "bootargs";
	return NULL;
}
