# SPDX-License-Identifier: BSD-2-Clause
"""Who shares a page or a line with whom.

Decided here:

- Any two nodes, whether they are enabled or not (Xen gives disabled ones to its first domain as
  well), and whether one is above the other or not.
- Memory is no device: it, what is reserved of it, and what only describes the machine (processors,
  /chosen, /aliases) have no part in it.
- A page has 4 KiB, the granule of Xen's stage 2.  An empty window is in no page.
- A line is one of the GIC's, also where a controller of which that is known stands before it and
  hands each of its lines on as one of the GIC's.  Lines that are merged before they reach the GIC
  (of GPIO banks, of system control blocks) are not looked at: no guest can have them.
"""

import collections

PAGE = 12


def is_device(node):
    top = node
    while top.parent is not None and top.parent.parent is not None:
        top = top.parent
    if node.parent is None or top.base_name in ("cpus", "memory", "reserved-memory"):
        return False
    if node.strings("device_type")[:1] in (["memory"], ["cpu"]):
        return False
    return top.name not in ("chosen", "aliases", "__symbols__")


def pages(windows):
    for window in windows:
        if "address" in window and window["size"] != "0x0":
            first = int(window["address"], 16)
            yield first >> PAGE, first + int(window["size"], 16) - 1 >> PAGE


def meet(claims):
    """{node: those that overlap with it} of [(first, last, node)]"""
    partners = collections.defaultdict(set)
    reach = []
    for first, last, node in sorted(claims, key=lambda claim: claim[:2]):
        reach = [other for other in reach if other[0] >= first]
        for _, other in reach:
            if other != node:
                partners[node].add(other)
                partners[other].add(node)
        reach.append((last, node))
    return partners


def together(claims):
    """{node: those with the same key} of [(key, node)]"""
    owners = collections.defaultdict(set)
    for key, node in claims:
        owners[key].add(node)
    partners = collections.defaultdict(set)
    for nodes in owners.values():
        for node in nodes:
            partners[node] |= nodes - {node}
    return partners
