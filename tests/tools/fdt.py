#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Flattened device trees in plain Python: read, write, turn siblings around.

    fdt.py reverse IN.dtb OUT.dtb

Kept apart from the C reader on purpose: a test that used the reader under
test to make its own inputs would agree with its mistakes.
Format: Devicetree Specification v0.4, chapter 5.
"""

import struct
import sys

MAGIC = 0xD00DFEED
BEGIN_NODE, END_NODE, PROP, NOP, END = 1, 2, 3, 4, 9
HEADER = struct.Struct(">10I")


class Malformed(Exception):
    """Not a device tree blob that this module can take apart."""


class Node:
    """Properties as (name, bytes) pairs and children, both in order."""

    __slots__ = ("name", "props", "children")

    def __init__(self, name, props=None, children=None):
        self.name = name
        self.props = props if props is not None else []
        self.children = children if children is not None else []


class Tree:
    def __init__(self, root, reserves=(), boot_cpu=0):
        self.root = root
        self.reserves = list(reserves)
        self.boot_cpu = boot_cpu


def cells(*numbers):
    return struct.pack(f">{len(numbers)}I", *numbers)


def text(*strings):
    return b"".join(s.encode() + b"\0" for s in strings)


def read(blob):
    try:
        return _read(blob)
    except (struct.error, IndexError, ValueError) as trouble:
        raise Malformed(str(trouble)) from trouble


def _read(blob):
    (magic, _, struct_at, strings_at, reserve_at, _, _, boot_cpu, _, _) = HEADER.unpack_from(blob)
    if magic != MAGIC:
        raise Malformed(f"magic {magic:#x}")
    reserves = []
    while True:
        entry = struct.unpack_from(">QQ", blob, reserve_at + 16 * len(reserves))
        if entry == (0, 0):
            break
        reserves.append(entry)

    at = struct_at
    stack = []
    root = None
    while True:
        (token,) = struct.unpack_from(">I", blob, at)
        at += 4
        if token == BEGIN_NODE:
            end = blob.index(b"\0", at)
            node = Node(blob[at:end])
            at = (end + 4) & ~3
            if stack:
                stack[-1].children.append(node)
            elif root is None:
                root = node
            else:
                raise Malformed("two roots")
            stack.append(node)
        elif token == END_NODE:
            stack.pop()
        elif token == PROP:
            size, name_at = struct.unpack_from(">II", blob, at)
            at += 8
            start = strings_at + name_at
            name = blob[start : blob.index(b"\0", start)]
            if at + size > len(blob):
                raise Malformed("property beyond the end")
            stack[-1].props.append((name, blob[at : at + size]))
            at = (at + size + 3) & ~3
        elif token == END:
            break
        elif token != NOP:
            raise Malformed(f"token {token}")
    if root is None or stack:
        raise Malformed("unbalanced nodes")
    return Tree(root, reserves, boot_cpu)


def write(tree):
    out = bytearray()
    strings = bytearray()
    known = {}

    def name_offset(name):
        if name not in known:
            known[name] = len(strings)
            strings.extend(name + b"\0")
        return known[name]

    def padded(data):
        out.extend(data)
        out.extend(b"\0" * (-len(data) % 4))

    # Without recursion: generated trees may be deep.
    work = [tree.root]
    while work:
        node = work.pop()
        if node is None:
            out.extend(cells(END_NODE))
            continue
        out.extend(cells(BEGIN_NODE))
        padded(node.name + b"\0")
        for name, data in node.props:
            out.extend(cells(PROP, len(data), name_offset(name)))
            padded(data)
        work.append(None)
        work.extend(reversed(node.children))
    out.extend(cells(END))

    reserves = b"".join(struct.pack(">QQ", *entry) for entry in [*tree.reserves, (0, 0)])
    struct_at = HEADER.size + len(reserves)
    strings_at = struct_at + len(out)
    total = strings_at + len(strings)
    header = HEADER.pack(
        MAGIC,
        total,
        struct_at,
        strings_at,
        HEADER.size,
        17,
        16,
        tree.boot_cpu,
        len(strings),
        len(out),
    )
    return header + reserves + bytes(out) + bytes(strings)


def reverse(blob):
    """The same tree with the children of every node in opposite order."""
    tree = read(blob)
    work = [tree.root]
    while work:
        node = work.pop()
        node.children.reverse()
        work.extend(node.children)
    return write(tree)


def main():
    if len(sys.argv) != 4 or sys.argv[1] != "reverse":
        print(__doc__, file=sys.stderr)
        return 2
    with open(sys.argv[2], "rb") as source:
        blob = source.read()
    with open(sys.argv[3], "wb") as target:
        target.write(reverse(blob))
    return 0


if __name__ == "__main__":
    sys.exit(main())
