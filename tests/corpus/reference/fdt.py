# SPDX-License-Identifier: BSD-2-Clause
"""Flattened device trees, as the Devicetree Specification (chapter 5) has them."""

import struct

MAGIC = 0xD00DFEED
BEGIN_NODE, END_NODE, PROP, NOP, END = 1, 2, 3, 4, 9


class Node:
    """A node: its name, its properties in order, its parent and its children."""

    def __init__(self, name, parent):
        self.name = name
        self.parent = parent
        self.properties = {}
        self.children = []
        if parent is None:
            self.path = "/"
        else:
            self.path = parent.path.rstrip("/") + "/" + name
            parent.children.append(self)

    def get(self, name):
        return self.properties.get(name)

    def has(self, name):
        return name in self.properties

    def cells(self, name):
        """The value as big-endian cells; a rest that is no cell is left out; None: no property."""
        value = self.properties.get(name)
        if value is None:
            return None
        return list(struct.unpack(f">{len(value) // 4}I", value[: len(value) // 4 * 4]))

    def u32(self, name):
        """The first cell; None if there is none."""
        cells = self.cells(name)
        return cells[0] if cells else None

    def strings(self, name):
        value = self.properties.get(name)
        if not value:
            return []
        return value.rstrip(b"\0").decode("utf-8", "replace").split("\0")

    def ancestors(self):
        """Parents, from the nearest to the root."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


class Tree:
    """All nodes in the order of the blob, and who has which phandle."""

    def __init__(self, nodes):
        self.nodes = nodes
        self.root = nodes[0]
        self.handles = {}
        for node in nodes:
            # of_attach_node() and unflatten: `phandle`, or the older name of it; the first node
            # of a number has it.
            handle = node.u32("phandle")
            if handle is None:
                handle = node.u32("linux,phandle")
            if handle is not None and handle not in (0, 0xFFFFFFFF):
                self.handles.setdefault(handle, node)

    def find(self, handle):
        """The node with this phandle, or None."""
        return self.handles.get(handle)


def parse(blob):
    magic, _, structure, strings = struct.unpack_from(">4I", blob)
    if magic != MAGIC:
        raise ValueError("no flattened device tree")
    at, node, nodes = structure, None, []
    while True:
        (token,) = struct.unpack_from(">I", blob, at)
        at += 4
        if token == BEGIN_NODE:
            end = blob.index(b"\0", at)
            node = Node(blob[at:end].decode(), node)
            nodes.append(node)
            at = (end + 4) & ~3
        elif token == END_NODE:
            node = node.parent
        elif token == PROP:
            size, name_at = struct.unpack_from(">2I", blob, at)
            at += 8
            start = strings + name_at
            name = blob[start : blob.index(b"\0", start)].decode()
            node.properties.setdefault(name, blob[at : at + size])
            at = (at + size + 3) & ~3
        elif token == END:
            return Tree(nodes)
        elif token != NOP:
            raise ValueError(f"token {token} at {at - 4}")
