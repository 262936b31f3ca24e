# SPDX-License-Identifier: BSD-2-Clause
"""Flattened device trees, as chapter 5 of the Devicetree Specification has them."""

import struct

MAGIC = 0xD00DFEED
BEGIN_NODE, END_NODE, PROP, NOP, END = 1, 2, 3, 4, 9


class Node:
    def __init__(self, name, parent):
        self.name = name
        self.base_name = name.split("@")[0]
        self.parent = parent
        self.properties = {}
        self.children = []
        if parent is None:
            self.path = "/"
        else:
            self.path = parent.path.rstrip("/") + "/" + name
            parent.children.append(self)

    def has(self, name):
        return name in self.properties

    def cells(self, name):
        """The value as big-endian cells; bytes that make no cell are left out; None: absent."""
        value = self.properties.get(name)
        if value is None:
            return None
        return list(struct.unpack_from(f">{len(value) // 4}I", value))

    def u32(self, name):
        """The first cell; None if there is none."""
        value = self.properties.get(name)
        if value is None or len(value) < 4:
            return None
        return struct.unpack_from(">I", value)[0]

    def strings(self, name):
        value = self.properties.get(name)
        return value.rstrip(b"\0").decode("utf-8", "replace").split("\0") if value else []

    def is_available(self):
        """By its own status: 2.3.4, and Linux of_device_is_available()."""
        status = self.properties.get("status")
        return status is None or status.split(b"\0")[0] in (b"okay", b"ok")


class Tree:
    """All nodes in the order of the blob, and who has which phandle."""

    def __init__(self, nodes):
        self.nodes = nodes
        self.root = nodes[0]
        self.handles = {}
        for node in nodes:
            handle = node.u32("phandle")
            if handle is None:
                handle = node.u32("linux,phandle")
            if handle not in (None, 0, 0xFFFFFFFF):
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
            at = end + 4 & ~3
        elif token == END_NODE:
            node = node.parent
        elif token == PROP:
            size, offset = struct.unpack_from(">2I", blob, at)
            start = strings + offset
            name = blob[start : blob.index(b"\0", start)].decode()
            node.properties[name] = blob[at + 8 : at + 8 + size]
            at = at + 8 + size + 3 & ~3
        elif token == END:
            return Tree(nodes)
        elif token != NOP:
            raise ValueError(f"{token} is no token")
