# SPDX-License-Identifier: BSD-2-Clause
"""`reg` as the CPU sees it: Devicetree Specification 2.3.6-2.3.8, Linux drivers/of/address.c."""

LIMIT = 1 << 64
PCI_TYPES = ("pci", "pciex", "vci", "ht")


def number(cells):
    value = 0
    for cell in cells:
        value = value << 32 | cell
    return value


def cells_of_bus(bus, name, default):
    """#address-cells or #size-cells for the children of `bus`.

    The specification does not let a bus inherit them; Linux (of_bus_n_addr_cells) and Xen
    (dt_n_addr_cells) look at the ancestors, and end with 2 and 1 -- Linux with 1 and 1 on arm64.
    No board of the corpus needs either: what real code does is followed.
    """
    node = bus
    while node is not None:
        cells = node.u32(name)
        if cells is not None:
            return cells
        node = node.parent
    return default


def base_name(node):
    return node.name.split("@")[0]


class Bus:
    """What the parent of a node makes of addresses: of_busses[] of Linux."""

    def __init__(self, node):
        self.node = node
        kind = node.strings("device_type")
        if (kind and kind[0] in PCI_TYPES) or base_name(node) == "pcie":
            self.kind, self.na, self.ns = "pci", 3, 2
        elif base_name(node) == "isa":
            self.kind, self.na, self.ns = "isa", 2, 1
        else:
            self.na = cells_of_bus(node, "#address-cells", 2)
            self.ns = cells_of_bus(node, "#size-cells", 1)
            self.kind = "flags" if self.na == 3 else "plain"
        self.flag_cells = 0 if self.kind == "plain" else 1

    def same_space(self, address, base):
        """Whether the flag cells of an address and of a range name the same address space."""
        if self.kind == "pci":
            # of_bus_pci_get_flags: 01 is I/O, 10 and 11 are memory, 00 is configuration space.
            space = (0, 1, 2, 2)
            return space[address[0] >> 24 & 3] == space[base[0] >> 24 & 3]
        if self.kind == "isa":
            return (address[0] ^ base[0]) & 1 == 0
        if self.kind == "flags":
            return address[0] == base[0]
        return True

    def offset(self, address, base, size):
        """How far the address is into a range; None: it is outside."""
        if not self.same_space(address, base):
            return None
        wanted, first = number(address[self.flag_cells :]), number(base[self.flag_cells :])
        return wanted - first if first <= wanted < first + size else None


class Untranslatable(Exception):
    pass


def cross(bus, above, address):
    """An address on `bus` as an address on the bus `above`: of_translate_one()."""
    ranges = bus.node.cells("ranges")
    if ranges is None:
        raise Untranslatable(f"{bus.node.path} has no ranges")
    if not ranges:
        offset, base = number(address[bus.flag_cells:]), [0] * above.na
        return base, offset
    one = bus.na + above.na + bus.ns
    for at in range(0, len(ranges) - one + 1, one):
        entry = ranges[at : at + one]
        size = number(entry[bus.na + above.na :])
        offset = bus.offset(address, entry[: bus.na], size)
        if offset is not None:
            return entry[bus.na : bus.na + above.na], offset
    raise Untranslatable(f"no entry of the ranges of {bus.node.path} has it")


def translate(node, address):
    """The CPU's address of an address in the `reg` of a node."""
    bus = Bus(node.parent)
    while bus.node.parent is not None:
        above = Bus(bus.node.parent)
        if not 1 <= above.na <= 4 or above.ns == 0:
            raise Untranslatable(f"{above.node.path} is no bus with addresses and sizes")
        base, offset = cross(bus, above, address)
        flags = base[: above.flag_cells]
        value = number(base[above.flag_cells :]) + offset
        width = above.na - above.flag_cells
        if value >= LIMIT or value >> (32 * width):
            raise Untranslatable("the address does not fit")
        address = flags + [value >> (32 * i) & 0xFFFFFFFF for i in reversed(range(width))]
        bus = above
    return number(address)


def windows(node, name="reg"):
    """One for each entry of the property: (address, size) or a reason."""
    cells = node.cells(name)
    if not cells or node.parent is None:
        return []
    bus = Bus(node.parent)
    one = bus.na + bus.ns
    if one == 0:
        return []
    found = []
    for at in range(0, len(cells) - one + 1, one):
        entry = cells[at : at + one]
        found.append(window(node, bus, entry))
    return found


def window(node, bus, entry):
    size = number(entry[bus.na :])
    if not 1 <= bus.na <= 4:
        return {"reason": "#address-cells is not 1 to 4"}
    if bus.ns == 0:
        return {"reason": "no size"}
    try:
        first = translate(node, entry[: bus.na])
    except Untranslatable as trouble:
        return {"reason": str(trouble)}
    if first + size > LIMIT:
        return {"reason": "wraps"}
    return {"address": hex(first), "size": hex(size)}
