# SPDX-License-Identifier: BSD-2-Clause
"""The host's device tree: dumped by QEMU or taken from the kernel package, and extended."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))

import fdt


def find(tree, path):
    node = tree.root
    for name in filter(None, path.split("/")):
        found = [child for child in node.children if child.name == name.encode()]
        if not found:
            raise fdt.Malformed(f"no node {name} of {path}")
        node = found[0]
    return node


def put(node, name, data):
    """Set a property, in place if it is there."""
    entry = (name.encode(), data)
    for i, (known, _) in enumerate(node.props):
        if known == entry[0]:
            node.props[i] = entry
            return
    node.props.append(entry)


def wide(number):
    return fdt.cells(number >> 32, number & 0xFFFFFFFF)


def mark(tree, paths):
    """Keep dom0 off these nodes, as host.marks of dtassign asks."""
    for path in paths:
        put(find(tree, path), "xen,passthrough", b"")


def add_module(domain, kind, address, size, bootargs=None):
    module = fdt.Node(f"module@{address:x}".encode())
    put(module, "compatible", fdt.text(f"multiboot,{kind}", "multiboot,module"))
    put(module, "reg", wide(address) + wide(size))
    if bootargs:
        put(module, "bootargs", fdt.text(bootargs))
    domain.children.append(module)


def add_domain(tree, memory_mib, modules):
    """/chosen/domU1 for Xen's dom0less boot (xen docs/misc/arm/device-tree/booting.txt).

    modules: (kind, address, size, bootargs or None)
    """
    domain = fdt.Node(b"domU1")
    put(domain, "compatible", fdt.text("xen,domain"))
    put(domain, "#address-cells", fdt.cells(2))
    put(domain, "#size-cells", fdt.cells(2))
    put(domain, "memory", wide(memory_mib * 1024))  # in KiB
    put(domain, "cpus", fdt.cells(1))
    put(domain, "vpl011", b"")
    for module in modules:
        add_module(domain, *module)
    find(tree, "/chosen").children.append(domain)


def add_dom0(tree, modules):
    """Modules of dom0 lie in /chosen itself; the arguments are as in add_domain."""
    chosen = find(tree, "/chosen")
    put(chosen, "#address-cells", fdt.cells(2))
    put(chosen, "#size-cells", fdt.cells(2))
    for module in modules:
        add_module(chosen, *module)


def board(machine, work):
    """The tree that describes the machine, with Xen's arguments; no domain in it."""
    tree = fdt.read(machine.host_tree(work))
    machine.mend(tree)
    put(find(tree, "/chosen"), "xen,xen-bootargs", fdt.text(machine.xen_bootargs))
    return tree
