#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What reading and deriving costs: instructions per node, and time on a real tree.

    bench.py                 run `dtassign list` on synthetic trees of two sizes
                             and on the largest tree of the corpus
    bench.py NODES OUT.dtb   only write a synthetic tree

Instructions are counted by `perf stat` where the kernel lets it, else by
valgrind; unlike times they do not depend on what else the machine does.  Exit
status 1: a node of the large tree costs more than twice one of the small tree.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "tools"))

import corpus
import debs
import fdt

SIZES = (2_000, 200_000)
LIMIT = 2.0  # times as many instructions per node
REPEATS = 20

GIC, SMMU = 1, 2  # phandles
FIRST_BUS = 16
BUS_SIZE = 0x100_0000
DEVICES_PER_BUS = 64
SPI_EVERY = 256  # devices: even 200,000 nodes then have lines of their own
STREAM_EVERY = 8


class Synthetic:
    """A board with as many nodes as asked for, the same mix of them at any size.

    Buses below /soc translate addresses and have a clock and an interrupt
    controller; some devices share pages in pairs, some are masters behind an
    IOMMU, some are disabled, some have children.
    """

    def __init__(self, nodes):
        self.wanted = nodes
        self.count = 0
        self.devices = 0
        self.root = self.node(b"")
        self.prop(self.root, "compatible", fdt.text("synthetic,board"))
        self.prop(self.root, "#address-cells", fdt.cells(2))
        self.prop(self.root, "#size-cells", fdt.cells(2))
        self.prop(self.root, "interrupt-parent", fdt.cells(GIC))
        self.infrastructure()
        self.soc = self.node(b"soc", self.root)
        self.prop(self.soc, "compatible", fdt.text("simple-bus"))
        self.prop(self.soc, "#address-cells", fdt.cells(2))
        self.prop(self.soc, "#size-cells", fdt.cells(2))
        self.prop(self.soc, "ranges", b"")
        bus = 0
        while self.count < self.wanted:
            self.bus(bus)
            bus += 1

    def node(self, name, parent=None):
        made = fdt.Node(name)
        if parent:
            parent.children.append(made)
        self.count += 1
        return made

    @staticmethod
    def prop(node, name, data):
        node.props.append((name.encode(), data))

    def infrastructure(self):
        chosen = self.node(b"chosen", self.root)
        self.prop(chosen, "stdout-path", fdt.text("/serial@9000000"))
        memory = self.node(b"memory@40000000", self.root)
        self.prop(memory, "device_type", fdt.text("memory"))
        self.prop(memory, "reg", fdt.cells(0, 0x40000000, 0, 0x40000000))
        gic = self.node(b"interrupt-controller@8000000", self.root)
        self.prop(gic, "compatible", fdt.text("arm,gic-v3"))
        self.prop(gic, "reg", fdt.cells(0, 0x8000000, 0, 0x10000, 0, 0x80A0000, 0, 0xF60000))
        self.prop(gic, "interrupt-controller", b"")
        self.prop(gic, "#interrupt-cells", fdt.cells(3))
        self.prop(gic, "phandle", fdt.cells(GIC))
        smmu = self.node(b"iommu@9050000", self.root)
        self.prop(smmu, "compatible", fdt.text("arm,mmu-500"))
        self.prop(smmu, "reg", fdt.cells(0, 0x9050000, 0, 0x20000))
        self.prop(smmu, "#iommu-cells", fdt.cells(1))
        self.prop(smmu, "#global-interrupts", fdt.cells(1))
        self.prop(smmu, "interrupts", fdt.cells(0, 980, 4, 0, 981, 4))
        self.prop(smmu, "phandle", fdt.cells(SMMU))
        uart = self.node(b"serial@9000000", self.root)
        self.prop(uart, "compatible", fdt.text("arm,pl011", "arm,primecell"))
        self.prop(uart, "reg", fdt.cells(0, 0x9000000, 0, 0x1000))
        self.prop(uart, "interrupts", fdt.cells(0, 979, 4))

    def bus(self, number):
        base = 0x10_0000_0000 + number * BUS_SIZE
        high, low = base >> 32, base & 0xFFFFFFFF
        clock, controller = FIRST_BUS + 2 * number, FIRST_BUS + 2 * number + 1
        bus = self.node(f"bus@{base:x}".encode(), self.soc)
        self.prop(bus, "compatible", fdt.text("simple-bus"))
        self.prop(bus, "#address-cells", fdt.cells(1))
        self.prop(bus, "#size-cells", fdt.cells(1))
        self.prop(bus, "ranges", fdt.cells(0, high, low, BUS_SIZE))
        node = self.node(b"clock", bus)
        self.prop(node, "compatible", fdt.text("fixed-clock"))
        self.prop(node, "#clock-cells", fdt.cells(0))
        self.prop(node, "clock-frequency", fdt.cells(24_000_000))
        self.prop(node, "phandle", fdt.cells(clock))
        node = self.node(b"interrupt-controller@0", bus)
        self.prop(node, "compatible", fdt.text("synthetic,intc"))
        self.prop(node, "reg", fdt.cells(0, 0x1000))
        self.prop(node, "interrupt-controller", b"")
        self.prop(node, "#interrupt-cells", fdt.cells(1))
        self.prop(node, "phandle", fdt.cells(controller))
        for slot in range(DEVICES_PER_BUS):
            if self.count >= self.wanted:
                return
            self.device(bus, slot, clock, controller)

    def device(self, bus, slot, clock, controller):
        index = self.devices
        self.devices += 1
        # Every eighth pair shares a page.
        offset = 0x1000 * (slot + 1)
        if slot % 16 == 1:
            offset = 0x1000 * slot + 0x800
        node = self.node(f"device@{offset:x}".encode(), bus)
        kind = f"synthetic,device-{index % 97}"
        self.prop(node, "compatible", fdt.text(kind, "synthetic,device"))
        self.prop(node, "reg", fdt.cells(offset, 0x800))
        self.prop(node, "clocks", fdt.cells(clock))
        self.prop(node, "clock-names", fdt.text("bus"))
        if index % SPI_EVERY == 0:
            self.prop(node, "interrupts", fdt.cells(0, index // SPI_EVERY, 4))
        else:
            self.prop(node, "interrupt-parent", fdt.cells(controller))
            self.prop(node, "interrupts", fdt.cells(slot))
        if index % STREAM_EVERY == 0:
            self.prop(node, "iommus", fdt.cells(SMMU, index // STREAM_EVERY))
        if index % 5 == 0:
            self.prop(node, "status", fdt.text("disabled"))
        if index % 10 == 0 and self.count < self.wanted:
            self.node(b"port", node)

    def blob(self):
        return fdt.write(fdt.Tree(self.root))


def counted(command, pattern):
    done = subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    return re.search(pattern, done.stderr, re.MULTILINE)


def instructions(command):
    """How many the command executes in user mode, and who counted."""
    if shutil.which("perf"):
        match = counted(
            ["perf", "stat", "-x,", "-e", "instructions:u", "--", *command],
            rb"^(\d+),.*instructions",
        )
        if match:
            return int(match[1]), "perf"
    if shutil.which("valgrind"):
        tool = ["valgrind", "--tool=cachegrind", "--cache-sim=no"]
        match = counted(
            [*tool, "--cachegrind-out-file=/dev/null", *command], rb"I\s+refs:\s+([\d,]+)"
        )
        if match:
            return int(match[1].replace(b",", b"")), "valgrind"
    return None, "nobody"


def seconds(command):
    """The best of some runs."""
    best = None
    for _ in range(REPEATS):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        took = time.perf_counter() - start
        best = took if best is None else min(best, took)
    return best


def largest(trees):
    return max(trees.rglob("*.dtb"), key=lambda path: (path.stat().st_size, path.name))


def bench(program, work):
    costs = []
    base, counter = instructions([program, "--version"])
    for nodes in SIZES:
        path = work / f"{nodes}.dtb"
        path.write_bytes(Synthetic(nodes).blob())
        command = [program, "list", "-x", "4.22", "-b", str(path)]
        status = subprocess.run(command, capture_output=True, check=False).returncode
        if status != 0:
            print(f"synthetic tree of {nodes} nodes: `list` ends with status {status}")
            return 1
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        took = time.perf_counter() - start
        count, _ = instructions(command)
        if count is None:
            print("neither perf nor valgrind can count instructions here")
            return 1
        costs.append((count - base) / nodes)
        print(
            f"{nodes:7} nodes, {path.stat().st_size:9} bytes: {costs[-1]:8.0f} instructions a node"
            f" ({counter}), {took * 1000:.1f} ms"
        )
    ratio = costs[-1] / costs[0]
    print(f"a node of the large tree costs {ratio:.2f} times one of the small tree, limit {LIMIT}")

    try:
        path = largest(corpus.corpus())
    except debs.Unavailable as trouble:
        print(f"no real tree: {trouble}")
    else:
        whole = seconds([program, "list", "-x", "4.22", "-b", str(path)])
        start = seconds([program, "--version"])
        print(
            f"{path.name}, {path.stat().st_size} bytes: {whole * 1000:.1f} ms for `list`,"
            f" of which {start * 1000:.1f} ms is starting the program (best of {REPEATS})"
        )
    return 1 if ratio > LIMIT else 0


def main():
    if len(sys.argv) == 3:
        pathlib.Path(sys.argv[2]).write_bytes(Synthetic(int(sys.argv[1])).blob())
        return 0
    program = os.path.abspath(os.environ.get("DTASSIGN", ROOT / "build" / "dtassign"))
    if not os.access(program, os.X_OK):
        print(f"no program {program}")
        return 1
    with tempfile.TemporaryDirectory(prefix="dtassign-bench-") as work:
        return bench(program, pathlib.Path(work))


if __name__ == "__main__":
    sys.exit(main())
