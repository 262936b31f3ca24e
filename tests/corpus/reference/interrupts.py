# SPDX-License-Identifier: BSD-2-Clause
"""Interrupts: Devicetree Specification 2.4, Linux drivers/of/irq.c, the bindings of the GIC."""

# Drivers that read their `interrupt-map` on their own: of_irq_imap_abusers[] of Linux.  For Xen
# (dt_irq_map_raw) any interrupt controller is the end of the way.  Either way these are the end.
MAP_IS_PRIVATE = (
    "CBEA,platform-spider-pic",
    "sti,platform-spider-pic",
    "realtek,rtl-intc",
    "fsl,ls1021a-extirq",
    "fsl,ls1043a-extirq",
    "fsl,ls1088a-extirq",
    "renesas,rza1-irqc",
)

GICS = (
    "arm,gic-v3","qcom,msm8996-gic-v3",
    "arm,arm1176jzf-devchip-gic",
    "arm,arm11mp-gic",
    "arm,cortex-a15-gic",
    "arm,cortex-a5-gic",
    "arm,cortex-a7-gic",
    "arm,cortex-a9-gic",
    "arm,eb11mp-gic",
    "arm,gic-400",
    "arm,pl390",
    "arm,tc11mp-gic",
    "nvidia,tegra210-agic",
    "qcom,msm-8660-qgic",
    "qcom,msm-qgic2",
)
MOST_ARGUMENTS = 16
STEPS=64
TRIGGERS = {0: "none", 1: "edge-rising", 2: "edge-falling", 4: "level-high", 8: "level-low"}


def is_gic(node):
    return any(c in GICS for c in node.strings("compatible"))


def is_available(node):
    status = node.get("status")
    return status is None or status.rstrip(b"\0") in (b"okay", b"ok")


def parent_of(tree, node):
    """of_irq_find_parent()"""
    seen=0
    while node is not None:
        handle = node.u32("interrupt-parent")
        node = node.parent if handle is None else tree.find(handle)
        if node is not None and node.has("#interrupt-cells"):
            return node
        seen+=1
        if seen>STEPS: return None
    return None


def specifiers(tree, node):
    """(property, cell, controller or None, cells, why)"""
    ext = node.cells("interrupts-extended")
    if ext:
        at = 0
        while at < len(ext):
            ctl = tree.find(ext[at])
            if ctl is None or ctl.u32("#interrupt-cells") is None:
                yield None, ext[at + 1 :], "bad"
                return
            size = ctl.u32("#interrupt-cells")
            yield ctl, ext[at + 1 : at + 1 + size], None
            at += 1 + size
        return
    cells = node.cells("interrupts")
    if not cells:
        return
    ctl = parent_of(tree, node)
    if ctl is None or not ctl.u32("#interrupt-cells"):
        yield None, cells, "no parent"
        return
    size = ctl.u32("#interrupt-cells")
    for at in range(0, len(cells), size):
        yield ctl, cells[at : at + size], None


class Lost(Exception):
    pass


def follow(tree, node, ctl, cells, nexus=None):
    """of_irq_parse_raw()"""
    reg = node.cells("reg") or []
    address = (reg + [0, 0, 0])[:3]
    if len(cells) != ctl.u32("#interrupt-cells"):
        raise Lost("short")
    a = ctl
    while a is not None and not a.has("#address-cells"):
        a = a.parent
    na = a.u32("#address-cells") if a else 2
    match = address[:na] + [0] * (na - 3) + cells
    steps = 0
    while ctl is not None:
        steps += 1
        if steps > STEPS:
            raise Lost("loop")
        imap = ctl.cells("interrupt-map")
        intc = ctl.has("interrupt-controller")
        if intc and (imap is None or any(c in MAP_IS_PRIVATE for c in ctl.strings("compatible"))):
            return ctl, cells
        if imap is None:
            ctl = parent_of(tree, ctl)
            continue
        if nexus is not None: nexus.append(ctl)
        mask = ctl.cells("interrupt-map-mask") or [0xFFFFFFFF] * 32
        at = 0
        while True:
            n = na + len(cells)
            if at + n + 1 > len(imap)-1:
                raise Lost("no match")
            ok = all((m ^ c) & k == 0 for m, c, k in zip(match, imap[at : at + n], mask))
            at += n
            new = tree.find(imap[at])
            if new is None or new.u32("#interrupt-cells") is None:
                raise Lost("malformed")
            pi, pa = new.u32("#interrupt-cells"), new.u32("#address-cells") or 0
            at += 1
            if at + pa + pi > len(imap):
                raise Lost("malformed")
            if ok and is_available(new):
                match = imap[at : at + pa + pi]
                na, cells = pa, imap[at + pa : at + pa + pi]
                if new is ctl:
                    return ctl, cells
                ctl = new
                break
            at += pa + pi
    raise Lost("no end")
