# SPDX-License-Identifier: BSD-2-Clause
"""Addresses and interrupts of a tree, derived a second time and in another way.

What `dtassign show` says is compared with this over the whole corpus.  Follows
the Devicetree Specification v0.4 (2.3, 2.4) and, for interrupt maps, Linux
(drivers/of/irq.c, of_irq_parse_raw).  No limits, no diagnostics: the corpus is
known to be sound but for a few places, and there both have to give up.
"""

import struct

import fdt

# Linux of_irq_imap_abusers: their interrupt-map is a private matter.
PRIVATE_MAPS = {
    b"fsl,ls1021a-extirq",
    b"fsl,ls1043a-extirq",
    b"fsl,ls1088a-extirq",
    b"renesas,rza1-irqc",
}
GICS = {b"arm,gic-400", b"arm,gic-v3", b"arm,cortex-a15-gic", b"arm,cortex-a57-gic"}


class Unreadable(Exception):
    pass


class Board:
    def __init__(self, blob):
        self.tree = fdt.read(blob)
        self.nodes = {}  # path: node
        self.props = {}  # id of node: {name: bytes}
        self.parent = {}
        self.phandles = {}
        work = [(self.tree.root, None, "/")]
        while work:
            node, parent, path = work.pop()
            props = dict(node.props)
            self.nodes[path] = node
            self.props[id(node)] = props
            self.parent[id(node)] = parent
            handle = props.get(b"phandle", props.get(b"linux,phandle"))
            if handle:
                self.phandles.setdefault(struct.unpack(">I", handle)[0], node)
            for child in node.children:
                below = path.rstrip("/") + "/" + child.name.decode()
                work.append((child, node, below))

    def get(self, node, name):
        return self.props[id(node)].get(name)

    def cells(self, node, name):
        data = self.get(node, name) or b""
        return struct.unpack(f">{len(data) // 4}I", data[: len(data) // 4 * 4])

    def number(self, node, name, default):
        found = self.cells(node, name)
        return found[0] if found else default

    def bus_cells(self, bus):
        return self.number(bus, b"#address-cells", 2), self.number(bus, b"#size-cells", 1)

    def compatible(self, node):
        return set((self.get(node, b"compatible") or b"").split(b"\0"))

    # ---- Addresses ---------------------------------------------------------

    def windows(self, node):
        """The set of (CPU address, size) of `reg`, as far as there are CPU addresses."""
        bus = self.parent[id(node)]
        found = set()
        if bus is None or self.is_pci(bus):
            return found
        naddress, nsize = self.bus_cells(bus)
        cells = self.cells(node, b"reg")
        if not nsize or not naddress:
            return found
        for at in range(0, len(cells) - naddress - nsize + 1, naddress + nsize):
            size = whole(cells[at + naddress : at + naddress + nsize])
            address = self.to_cpu(bus, cells[at : at + naddress])
            if address is not None and size:
                found.add((address, size))
        return found

    def is_pci(self, bus):
        return self.get(bus, b"device_type") in (b"pci\0", b"pciex\0") or (
            self.number(bus, b"#address-cells", 2) == 3
        )

    def to_cpu(self, bus, address):
        """Through every `ranges` on the way to the root; None: there is no way."""
        while self.parent[id(bus)] is not None:
            if self.get(bus, b"ranges") is None:
                return None
            above = self.parent[id(bus)]
            nchild, nsize = self.bus_cells(bus)
            nparent, _ = self.bus_cells(above)
            ranges = self.cells(bus, b"ranges")
            width = nchild + nparent + nsize
            for at in range(0, len(ranges) - width + 1, width):
                child = ranges[at : at + nchild]
                # On ISA and PCI the first cell tells spaces apart.
                flagged = nchild == 3 or bus.name.startswith(b"isa")
                if flagged and child[0] != address[0]:
                    continue
                base = whole(child[1:] if flagged else child)
                here = whole(address[1:] if flagged else address)
                size = whole(ranges[at + nchild + nparent : at + width])
                if base <= here < base + size:
                    out = whole(ranges[at + nchild : at + nchild + nparent]) + here - base
                    address = tuple(out >> 32 * i & 0xFFFFFFFF for i in reversed(range(nparent)))
                    break
            else:
                if ranges:
                    return None
            bus = above
        return whole(address)

    # ---- Interrupts --------------------------------------------------------

    def interrupt_parent(self, node):
        while node is not None:
            handle = self.cells(node, b"interrupt-parent")
            if handle:
                return self.provider(handle[0])
            node = self.parent[id(node)]
            if node is not None and self.get(node, b"#interrupt-cells"):
                return node
        raise Unreadable("no interrupt parent")

    def provider(self, handle):
        if handle not in self.phandles:
            raise Unreadable("dangling phandle")
        return self.phandles[handle]

    def interrupt_cells(self, controller):
        found = self.cells(controller, b"#interrupt-cells")
        if not found:
            raise Unreadable("no #interrupt-cells")
        return found[0]

    def lines(self, node):
        """A sorted list: INTIDs of the GIC, None for each line that ends elsewhere."""
        found = []
        extended = self.cells(node, b"interrupts-extended")
        at = 0
        while at < len(extended):
            controller = self.provider(extended[at])
            count = self.interrupt_cells(controller)
            found.append(self.follow(node, controller, extended[at + 1 : at + 1 + count]))
            at += 1 + count
        if not extended and self.get(node, b"interrupts"):
            controller = self.interrupt_parent(node)
            count = self.interrupt_cells(controller)
            cells = self.cells(node, b"interrupts")
            for at in range(0, len(cells) - count + 1, count):
                found.append(self.follow(node, controller, cells[at : at + count]))
        return sorted(-1 if line is None else line for line in found)

    def follow(self, node, controller, specifier):
        """Through interrupt maps; the INTID if the GIC is reached, else None."""
        unit = self.cells(node, b"reg")
        for _ in range(64):
            has_map = self.get(controller, b"interrupt-map") is not None
            ends = self.get(controller, b"interrupt-controller") is not None
            if has_map and ends and self.compatible(controller) & PRIVATE_MAPS:
                has_map = False
            if not has_map:
                if ends:
                    return self.intid(controller, specifier)
                controller = self.interrupt_parent(controller)
                continue
            step = self.look_up(controller, unit, specifier)
            if step is None:
                return self.intid(controller, specifier) if ends else None
            controller, unit, specifier = step
        raise Unreadable("interrupt map without end")

    def look_up(self, nexus, unit, specifier):
        naddress = self.number(nexus, b"#address-cells", 0)
        nkey = naddress + self.interrupt_cells(nexus)
        key = (tuple(unit) + (0,) * naddress)[:naddress] + tuple(specifier)
        mask = self.cells(nexus, b"interrupt-map-mask") or (0xFFFFFFFF,) * nkey
        entries = self.cells(nexus, b"interrupt-map")
        at = 0
        while at + nkey < len(entries):
            target = self.provider(entries[at + nkey])
            nunit = self.number(target, b"#address-cells", 0)
            begin = at + nkey + 1
            end = begin + nunit + self.interrupt_cells(target)
            if end > len(entries):
                raise Unreadable("truncated interrupt map")
            if all((a ^ b) & m == 0 for a, b, m in zip(key, entries[at : at + nkey], mask)):
                return target, entries[begin : begin + nunit], entries[begin + nunit : end]
            at = end
        return None

    def intid(self, controller, specifier):
        if not self.is_gic(controller) or specifier[0] not in (0, 1):
            return None
        return specifier[1] + (32 if specifier[0] == 0 else 16)

    def is_gic(self, controller):
        kinds = self.compatible(controller)
        return bool(kinds & GICS) or any(b"msm" in kind and b"gic" in kind for kind in kinds)


def whole(cells):
    value = 0
    for cell in cells:
        value = value << 32 | cell
    return value & 0xFFFFFFFFFFFFFFFF


def differences(blob, devices, counts):
    """Where `devices`, from show's JSON, says something else; (node, words) each.

    counts: what was compared is added to it
    """
    board = Board(blob)
    said = {device["path"]: device for device in devices}
    for path in sorted(board.nodes.keys() ^ said.keys()):
        yield path, "is in one list of nodes only"
    for path, node in board.nodes.items():
        if path not in said:
            continue
        theirs = {
            (int(window["address"], 16), int(window["size"], 16))
            for window in said[path]["windows"]
            if "address" in window and int(window["size"], 16)
        }
        ours = board.windows(node)
        counts["windows"] += len(ours)
        if ours != theirs:
            yield path, f"windows {in_hex(theirs - ours)}, not {in_hex(ours - theirs)}"
        try:
            ours = board.lines(node)
        except Unreadable:
            ours = None
        counts["interrupts"] += len(ours or ())
        lines = said[path]["interrupts"]
        if any("intid" not in line and line["controller"] is None for line in lines):
            theirs = None
        else:
            theirs = sorted(line.get("intid", -1) for line in lines)
        if ours != theirs:
            yield path, f"interrupts {theirs}, not {ours}"


def in_hex(windows):
    return [f"{address:#x}+{size:#x}" for address, size in sorted(windows)]
