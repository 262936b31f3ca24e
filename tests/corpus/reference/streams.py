# SPDX-License-Identifier: BSD-2-Clause
"""`iommus`, `iommu-map` and `msi-map`: the bindings of Linux 6.1.

Decided here:

- Only Arm's SMMUs have stream IDs (arm,smmu.yaml, arm,smmu-v3.yaml, and those of their kind).  The
  one cell of the others is something else: a micro-TLB, a master, a swgroup, a context bank.
- Of one cell the mask is the SMMU's own `stream-match-mask`, else 0 (arm,smmu.yaml; Linux and Xen
  arm_smmu_of_xlate).
- The maps have four cells in an entry whatever the provider says (of_map_id).
"""

import re

SMMU = re.compile(r"(^arm,(smmu-v[123]|mmu-(400|401|500))$)|-smmu(-v[123]|-500)?$")


def has_streams(iommu):
    return any(SMMU.search(kind) for kind in iommu.strings("compatible"))


def streams(tree, node):
    cells = node.cells("iommus") or []
    at, found = 0, []
    while at < len(cells):
        iommu = tree.find(cells[at])
        count = iommu.u32("#iommu-cells") if iommu is not None else None
        path = iommu.path if iommu is not None else None
        if count is None or at + 1 + count > len(cells):
            found.append({"iommu": path, "cells": cells[at + 1 :]})
            break
        own = cells[at + 1 : at + 1 + count]
        if has_streams(iommu) and count in (1, 2):
            mask = own[1] if count == 2 else iommu.u32("stream-match-mask") or 0
            found.append({"iommu": path, "id": own[0], "mask": mask})
        else:
            found.append({"iommu": path, "cells": own})
        at += 1 + count
    return found


def entries(node, name):
    cells = node.cells(name) or []
    return [cells[at : at + 4] for at in range(0, len(cells) - 3, 4)]


def dma_parent(tree, node):
    """Where its DMA goes through: __of_get_dma_parent()."""
    names = node.strings("interconnect-names")
    if "dma-mem" not in names:
        return node.parent
    cells, at = node.cells("interconnects") or [], 0
    for index in range(names.index("dma-mem") + 1):
        provider = tree.find(cells[at]) if at < len(cells) else None
        count = provider.u32("#interconnect-cells") if provider is not None else None
        if count is None:
            return node.parent
        if index == names.index("dma-mem"):
            return provider
        at += 1 + count
    return node.parent


def dma_ranges_from(tree, node):
    """The bus whose dma-ranges count: of_dma_get_range(), whose first bus may lack them."""
    bus, first = dma_parent(tree, node), True
    for _ in range(len(tree.nodes)):
        if bus is None:
            return None
        ranges = bus.properties.get("dma-ranges")
        if ranges:
            return bus.path
        if ranges is None and not first:
            return None
        bus, first = dma_parent(tree, bus), False
    return None


def is_coherent(tree, node):
    """of_dma_is_coherent(): the nearest that says anything, from the node upwards; else not."""
    seen = set()
    while node is not None and node.path not in seen:
        if node.has("dma-coherent"):
            return True
        if node.has("dma-noncoherent"):
            return False
        seen.add(node.path)
        node = dma_parent(tree, node)
    return False
