# SPDX-License-Identifier: BSD-2-Clause
"""Interrupts: Devicetree Specification 2.4, Linux drivers/of/irq.c, the bindings of the GIC.

Decided here:

- `interrupts-extended` hides `interrupts` (2.4.1.2: it takes precedence).
- A specifier is followed through every `interrupt-map` up to the first interrupt controller.  That
  is where the tree ends: what a GPIO bank, a GPC or a PDC does with its lines is not in the tree,
  and both Linux (of_irq_parse_raw) and Xen (dt_irq_map_raw) stop at the controller.
- `controller` and `cells` are the ones of that end.
- A GIC is what Linux's GICv2 and GICv3 drivers match as the root of interrupts.  Tegra's AGIC has
  the registers of a GIC-400, but it is behind the GIC and its lines are not the GIC's.
- PPI and SPI are as the first cell says; the number is not compared with the limits of the
  architecture, as neither Linux nor Xen does it when it decodes a specifier.  Numbers 4064 and up
  of an SPI are extended SPIs under their other name (4064 + 32 is INTID 4096).
"""

# of_irq_imap_abusers[] of Linux: drivers that read their `interrupt-map` on their own.  For Xen
# every interrupt controller is an end, map or not.
PRIVATE_MAPS = {
    "CBEA,platform-spider-pic",
    "sti,platform-spider-pic",
    "realtek,rtl-intc",
    "fsl,ls1021a-extirq",
    "fsl,ls1043a-extirq",
    "fsl,ls1088a-extirq",
    "renesas,rza1-irqc",
    "pasemi,rootbus",
}
# IRQCHIP_DECLARE in Linux drivers/irqchip/irq-gic.c and irq-gic-v3.c.
GICS = {
    "arm,arm1176jzf-devchip-gic",
    "arm,arm11mp-gic",
    "arm,cortex-a15-gic",
    "arm,cortex-a7-gic",
    "arm,cortex-a9-gic",
    "arm,gic-400",
    "arm,gic-v3",
    "arm,pl390",
    "qcom,msm-8660-qgic",
    "qcom,msm-qgic2",
}
# Of the first cell: Documentation/devicetree/bindings/interrupt-controller/arm,gic-v3.yaml.
KINDS = {0: ("spi", 32), 1: ("ppi", 16), 2: ("espi", 4096), 3: ("eppi", 1056)}
# Controllers before the GIC whose lines are SPIs of the same number: the .alloc of the domain hands
# the specifier on as it is (Linux drivers/irqchip: irq-sun6i-r.c, irq-imx-gpcv2.c, irq-tegra.c,
# irq-mtk-sysirq.c).
SAME_AS_GIC = {
    "allwinner,sun50i-h6-r-intc",
    "allwinner,sun6i-a31-r-intc",
    "fsl,imx7d-gpc",
    "fsl,imx8mq-gpc",
    "mediatek,mt6577-sysirq",
    "nvidia,tegra20-ictlr",
    "nvidia,tegra210-ictlr",
    "nvidia,tegra30-ictlr",
}
TRIGGERS = {0: "none", 1: "edge-rising", 2: "edge-falling", 4: "level-high", 8: "level-low"}
FAR = 64  # more steps than any tree has: a loop


class Lost(Exception):
    pass


def is_gic(node):
    return not GICS.isdisjoint(node.strings("compatible"))


def has_private_map(node):
    return not PRIVATE_MAPS.isdisjoint(node.strings("compatible"))


def parent_of(tree, node):
    """of_irq_find_parent()"""
    for _ in range(FAR):
        handle = node.u32("interrupt-parent")
        node = node.parent if handle is None else tree.find(handle)
        if node is None or node.has("#interrupt-cells"):
            return node
    return None


def specifiers(tree, node):
    """(controller, cells) of each; no controller: it and the rest cannot be read."""
    extended = node.cells("interrupts-extended")
    if extended:
        at = 0
        while at < len(extended):
            controller = tree.find(extended[at])
            size = controller.u32("#interrupt-cells") if controller else None
            if size is None or at + 1 + size > len(extended):
                yield None, extended[at + 1 :]
                return
            yield controller, extended[at + 1 : at + 1 + size]
            at += 1 + size
        return
    cells = node.cells("interrupts")
    if not cells:
        return
    controller = parent_of(tree, node)
    size = controller.u32("#interrupt-cells") if controller else None
    if not size:
        yield None, cells
        return
    for at in range(0, len(cells), size):
        yield controller, cells[at : at + size]


def unit_address(tree_node, controller):
    """The address that a nexus compares: as many cells as it has, from `reg`."""
    owner = controller
    while owner is not None and not owner.has("#address-cells"):
        owner = owner.parent
    wanted = owner.u32("#address-cells") if owner else 2
    return ((tree_node.cells("reg") or []) + [0] * wanted)[:wanted]


def through_map(tree, nexus, address, cells):
    """What the first entry that matches has: the parent, its address and its specifier."""
    entries = nexus.cells("interrupt-map")
    mask = nexus.cells("interrupt-map-mask")
    looked_for = address + cells
    mask = mask if mask is not None else [0xFFFFFFFF] * len(looked_for)
    at = 0
    while at + len(looked_for) + 1 < len(entries):
        here = entries[at : at + len(looked_for)]
        at += len(looked_for)
        parent = tree.find(entries[at])
        ncells = parent.u32("#interrupt-cells") if parent else None
        if ncells is None:
            raise Lost("an entry of the map names no controller")
        naddress = parent.u32("#address-cells") or 0
        at += 1
        if at + naddress + ncells > len(entries):
            raise Lost("an entry of the map is cut short")
        same = all((a ^ b) & m == 0 for a, b, m in zip(looked_for, here, mask))
        if same and parent.is_available():
            return parent, entries[at : at + naddress], entries[at + naddress :][:ncells]
        at += naddress + ncells
    raise Lost("no entry of the map matches")


def follow(tree, node, controller, cells):
    """The controller where a specifier ends, and its cells there: of_irq_parse_raw()."""
    if len(cells) != controller.u32("#interrupt-cells"):
        raise Lost("the specifier is cut short")
    address = unit_address(node, controller)
    for _ in range(FAR):
        if controller is None:
            raise Lost("no interrupt parent")
        mapped = controller.has("interrupt-map")
        own = not mapped or has_private_map(controller)
        if controller.has("interrupt-controller") and own:
            return controller, cells
        if not mapped:
            controller = parent_of(tree, controller)
            continue
        parent, address, cells = through_map(tree, controller, address, cells)
        if parent is controller:
            return controller, cells
        controller = parent
    raise Lost("the way has no end")


def gic_line(cells):
    """A line of the GIC; None: the cells name none."""
    if len(cells) < 3 or cells[0] not in KINDS:
        return None
    kind, first = KINDS[cells[0]]
    intid = cells[1] + first
    if kind == "spi" and 4096 <= intid <= 5119:
        kind = "espi"
    trigger = TRIGGERS.get(cells[2] & 0xF, "invalid")
    return {"intid": intid, "type": kind, "trigger": trigger, "flags": cells[2]}


def line_behind(controller, cells):
    """The INTID of the line that a controller before the GIC hands one on as; None: not known."""
    kinds = controller.strings("compatible")
    if not SAME_AS_GIC.isdisjoint(kinds) and len(cells) == 3 and cells[0] == 0:
        return cells[1] + 32
    if "qcom,pdc" in kinds and len(cells) == 2:
        ranges = controller.cells("qcom,pdc-ranges") or []
        for pin, spi, count in zip(ranges[0::3], ranges[1::3], ranges[2::3]):
            if pin <= cells[0] < pin + count:
                return spi + cells[0] - pin + 32
    return None


def numbers(tree, node):
    """The INTIDs of a node, also those that another controller stands before."""
    for controller, cells in specifiers(tree, node):
        try:
            end, cells = follow(tree, node, controller, cells) if controller else (None, cells)
        except Lost:
            continue
        line = gic_line(cells) if end is not None and is_gic(end) else None
        intid = line["intid"] if line else line_behind(end, cells) if end else None
        if intid is not None:
            yield intid


def lines(tree, node):
    found = []
    for controller, cells in specifiers(tree, node):
        line = {"controller": None, "cells": cells, "reason": "it cannot be followed"}
        if controller is not None:
            try:
                end, cells = follow(tree, node, controller, cells)
                line = is_gic(end) and gic_line(cells)
                line = line or {"controller": end.path, "cells": cells, "reason": "not the GIC's"}
            except Lost as trouble:
                line = {"controller": None, "cells": cells, "reason": str(trouble)}
        found.append(line)
    return found
