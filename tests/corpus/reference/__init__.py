# SPDX-License-Identifier: BSD-2-Clause
"""What a board says: `dtassign show --all --format json`, written a second time.

Made from the Devicetree Specification 0.4, the bindings and the code of Linux 6.1, and the code of
Xen; no code and no table of dtassign is used.  Where these leave a choice, the module that makes it
says what it is, and why.
"""

from . import addresses, fdt, interrupts, shared, streams, suppliers


def is_enabled(node):
    """By its own status and that of every ancestor."""
    while node is not None:
        if not node.is_available():
            return False
        node = node.parent
    return True


def device(tree, node):
    return {
        "path": node.path,
        "enabled": is_enabled(node),
        "windows": addresses.windows(node),
        "assigned_addresses": addresses.windows(node, "assigned-addresses"),
        "interrupts": interrupts.lines(tree, node),
        "iommus": streams.streams(tree, node),
        "iommu_map": streams.entries(node, "iommu-map"),
        "msi_map": streams.entries(node, "msi-map"),
        "suppliers": suppliers.suppliers(tree, node),
        "dma_coherent": streams.is_coherent(tree, node),
        "dma_ranges_from": streams.dma_ranges_from(tree, node),
    }


def show(blob):
    """The devices of a board, one for each node, in the order of the tree."""
    tree = fdt.parse(blob)
    devices = [device(tree, node) for node in tree.nodes]
    pages, lines = [], []
    for node, one in zip(tree.nodes, devices):
        if not shared.is_device(node):
            continue
        for first, last in shared.pages(one["windows"] + one["assigned_addresses"]):
            pages.append((first, last, node.path))
        lines += [(intid, node.path) for intid in interrupts.numbers(tree, node)]
    page_partners, line_partners = shared.meet(pages), shared.together(lines)
    order = {one["path"]: number for number, one in enumerate(devices)}
    for one in devices:
        for field, partners in (("pages", page_partners), ("lines", line_partners)):
            one[f"shares_{field}_with"] = sorted(partners.get(one["path"], ()), key=order.get)
    return devices
