# SPDX-License-Identifier: BSD-2-Clause
"""`reg` as the CPU sees it: Devicetree Specification 2.3.6 to 2.3.8, Linux drivers/of/address.c.

Decided here:

- One window for each entry of `reg`, also of PCI devices.  Their `reg` begins with the address of
  the configuration space (IEEE 1275 PCI bus binding, 4.1.1), which no CPU address belongs to, so
  that most of their windows are reasons; what firmware assigned is in `assigned-addresses`.
- A level with #size-cells 0 has no CPU addresses: Linux (OF_CHECK_COUNTS) and Xen stop there.
- Only the first address has to be in an entry of `ranges`: neither Linux (of_bus_default_map) nor
  Xen (dt_bus_default_map) looks at the end.
- An entry of size 0 has an address like any other.
- Cells that do not make a whole entry are none (__of_get_address).
"""

LIMIT = 1 << 64
PCI_TYPES = ("pci", "pciex", "vci", "ht")  # of_bus_pci_match
PCI_SPACE = (0, 1, 2, 2)  # of_bus_pci_get_flags: configuration, I/O, memory, 64-bit memory


def number(cells):
    value = 0
    for cell in cells:
        value = value << 32 | cell
    return value


def cells_of_bus(bus, name, default):
    """#address-cells or #size-cells for the children of `bus`.

    The specification has no inheritance (2.3.5: 2 and 1 where a bus lacks them); Linux
    (of_bus_n_addr_cells) and Xen (dt_n_addr_cells) ask the ancestors first.  Real code wins; no
    board of the corpus can tell.
    """
    node = bus
    while node is not None:
        cells = node.u32(name)
        if cells is not None:
            return cells
        node = node.parent
    return default


class Bus:
    """What a node makes of the addresses of its children: of_busses[] of Linux."""

    def __init__(self, node):
        self.node = node
        kind = node.strings("device_type")
        if kind and kind[0] in PCI_TYPES or node.base_name == "pcie":
            self.kind, self.na, self.ns = "pci", 3, 2
        elif node.base_name == "isa":
            self.kind, self.na, self.ns = "isa", 2, 1
        else:
            self.na = cells_of_bus(node, "#address-cells", 2)
            self.ns = cells_of_bus(node, "#size-cells", 1)
            self.kind = "flags" if self.na == 3 else "plain"
        self.flags = 0 if self.kind == "plain" else 1
        self.has_addresses = 1 <= self.na <= 4 and self.ns > 0

    def same_space(self, address, base):
        """Whether the flag cells of an address and of a range name the same space."""
        if self.kind == "pci":
            return PCI_SPACE[address[0] >> 24 & 3] == PCI_SPACE[base[0] >> 24 & 3]
        if self.kind == "isa":
            return (address[0] ^ base[0]) & 1 == 0
        return address[: self.flags] == base[: self.flags]

    def offset(self, address, base, size):
        """How far an address is into a range; None: it is outside."""
        wanted, first = number(address[self.flags :]), number(base[self.flags :])
        inside = self.same_space(address, base) and first <= wanted < first + size
        return wanted - first if inside else None


class Untranslatable(Exception):
    pass


def cross(bus, above, address):
    """Of an address on `bus`: the address on `above` of its range, and how far it is into it."""
    ranges = bus.node.cells("ranges")
    if ranges is None:
        raise Untranslatable(f"{bus.node.path} has no ranges")
    if not ranges:
        return [0] * above.na, number(address[bus.flags :])
    one = bus.na + above.na + bus.ns
    for at in range(0, len(ranges) - one + 1, one):
        base, there = ranges[at : at + bus.na], ranges[at + bus.na : at + bus.na + above.na]
        offset = bus.offset(address, base, number(ranges[at + bus.na + above.na : at + one]))
        if offset is not None:
            return there, offset
    raise Untranslatable(f"{bus.node.path} has no range for it")


def translate(bus, address):
    """The CPU's address of an address on a bus: __of_translate_address()."""
    while bus.node.parent is not None:
        above = Bus(bus.node.parent)
        if not above.has_addresses:
            raise Untranslatable(f"the children of {above.node.path} have no addresses")
        base, offset = cross(bus, above, address)
        width = above.na - above.flags
        value = number(base[above.flags :]) + offset
        if value >= LIMIT or value >> 32 * width:
            raise Untranslatable(f"it is not an address on {above.node.path}")
        low = [value >> 32 * i & 0xFFFFFFFF for i in reversed(range(width))]
        bus, address = above, base[: above.flags] + low
    return number(address[bus.flags :])


def window(bus, entry):
    if not bus.has_addresses:
        return {"reason": f"the children of {bus.node.path} have no addresses"}
    size = number(entry[bus.na :])
    try:
        first = translate(bus, entry[: bus.na])
    except Untranslatable as trouble:
        return {"reason": str(trouble)}
    # Xen's __dt_device_get_address refuses what wraps.
    if first + size > LIMIT:
        return {"reason": "it wraps around"}
    return {"address": hex(first), "size": hex(size)}


def windows(node, name="reg"):
    cells = node.cells(name)
    if not cells or node.parent is None:
        return []
    bus = Bus(node.parent)
    one = bus.na + bus.ns
    if one == 0:
        return []
    return [window(bus, cells[at : at + one]) for at in range(0, len(cells) - one + 1, one)]
