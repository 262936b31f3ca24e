# SPDX-License-Identifier: BSD-2-Clause
"""QEMU with Xen in it: what is on the machine, its console, its power button."""

import calendar
import contextlib
import json
import os
import re
import select
import socket
import subprocess
import time

import hosttree
import smmu

QEMU = "qemu-system-aarch64"
RTC_BASE = "2031-02-03T04:05:06"
RTC_SECONDS = calendar.timegm(time.strptime(RTC_BASE, "%Y-%m-%dT%H:%M:%S"))
# Where modules are put: above what QEMU places itself, below the end of 2 GiB.
KERNEL_AT, INITRD_AT, FRAGMENT_AT = 0x50000000, 0x58000000, 0x5C000000
DOM0_KERNEL_AT, DOM0_INITRD_AT = 0x60000000, 0x68000000


class Virt:
    """QEMU's own board, with GICv2 or GICv3."""

    xen_bootargs = "console=dtuart dtuart=/pl011@9000000 loglvl=all guest_loglvl=all"
    second_uart = False
    smmu = False

    def __init__(self, gic):
        self.gic = gic
        self.label = f"gicv{gic}"

    def arguments(self):
        model = f"virt,virtualization=on,gic-version={self.gic},dtb-randomness=off"
        return model, ["-cpu", "cortex-a57", "-smp", "2", "-m", "2048"]

    def host_tree(self, work):
        """What QEMU would hand to the firmware."""
        model, rest = self.arguments()
        path = work / "qemu.dtb"
        command = [QEMU, "-nodefaults", "-display", "none", "-M", f"{model},dumpdtb={path}", *rest]
        subprocess.run(command, check=True, capture_output=True)
        return path.read_bytes()

    def mend(self, tree):
        pass


class Zcu102:
    """Xilinx' board with the vendor's tree, and its second UART for the guest."""

    xen_bootargs = "console=dtuart dtuart=serial0 loglvl=all guest_loglvl=all"
    second_uart = True
    gic_at = "/axi/interrupt-controller@f9010000"
    smmu_node = "/axi/iommu@fd800000"
    smmu_at = 0x7FE00000  # RAM, if the SMMU is to be played

    def __init__(self, device_trees, with_smmu):
        self.dtb = device_trees / "xilinx" / "zynqmp-zcu102-rev1.0.dtb"
        self.smmu = with_smmu
        self.label = "zcu102-smmu" if with_smmu else "zcu102"

    def arguments(self):
        return "xlnx-zcu102,virtualization=on", ["-m", "2048"]

    def host_tree(self, _work):
        return self.dtb.read_bytes()

    def mend(self, tree):
        """QEMU has the aliases of the GIC-400 every 64 KiB, but no register that says so.

        Xen then takes the first of the two 4 KiB halves for the whole GICC;
        with the halves side by side, as elsewhere, it has nothing to guess.
        """
        gic = hosttree.find(tree, self.gic_at)
        regions = [(0xF9010000, 0x10000), (0xF902F000, 0x2000), (0xF9040000, 0x20000)]
        regions.append((0xF906F000, 0x2000))
        reg = b"".join(hosttree.wide(a) + hosttree.wide(s) for a, s in regions)
        hosttree.put(gic, "reg", reg)
        hosttree.find(tree, "/chosen").props = [
            (name, data)
            for name, data in hosttree.find(tree, "/chosen").props
            if name != b"bootargs"
        ]
        if self.smmu:
            smmu.move(tree, self.smmu_node, self.smmu_at)


class Console:
    """Lines from one end of a socket, bytes into it, everything kept in a log."""

    def __init__(self, end, log):
        self.end = end
        self.log = open(log, "wb")
        self.pending = b""
        self.open = True

    def fileno(self):
        return self.end.fileno()

    def lines(self):
        """The lines that became whole; call when there is something to read."""
        data = self.end.recv(65536)
        self.open = bool(data)
        self.log.write(data)
        self.log.flush()
        *whole, self.pending = (self.pending + data).split(b"\n")
        return [line.decode(errors="replace").strip("\r") for line in whole]

    def send(self, data):
        with contextlib.suppress(OSError):
            self.end.sendall(data)


class Running:
    """One boot.  Use as a context manager: QEMU ends with it."""

    def __init__(self, machine, xen, host_dtb, modules, work):
        """modules: (file, address)"""
        model, rest = machine.arguments()
        self.work = work
        self.ends = []
        command = [QEMU, "-nodefaults", "-display", "none", "-M", model, *rest]
        command += ["-rtc", f"base={RTC_BASE},clock=vm", "-kernel", str(xen), "-dtb", str(host_dtb)]
        for path, address in modules:
            command += ["-device", f"loader,file={path},addr={address:#x},force-raw=on"]
        theirs = []

        def channel(name):
            mine, other = socket.socketpair()
            theirs.append(other)
            self.ends.append(mine)
            command.extend(["-chardev", f"socket,id={name},fd={other.fileno()}"])
            return mine

        self.console = Console(channel("xen"), work / "console.log")
        command += ["-serial", "chardev:xen"]
        self.uart = None
        if machine.second_uart:
            self.uart = Console(channel("uart"), work / "uart.log")
            command += ["-serial", "chardev:uart"]
        self.monitor = channel("monitor")
        command += ["-mon", "chardev=monitor,mode=control"]

        with open(work / "qemu.log", "wb") as log:
            self.qemu = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[end.fileno() for end in theirs],
                env=dict(os.environ, QEMU_AUDIO_DRV="none"),
            )
        for end in theirs:
            end.close()
        self._command("qmp_capabilities")

    def _command(self, name, **arguments):
        order = {"execute": name, "arguments": arguments, "id": name}
        with contextlib.suppress(OSError):
            self.monitor.sendall(json.dumps(order).encode() + b"\n")

    def memory(self, address, size):
        """What lies in the machine's memory."""
        path = self.work / "memory"
        self._command("pmemsave", val=address, size=size, filename=str(path))
        with self.monitor.makefile() as answers:
            for answer in map(json.loads, answers):
                if answer.get("id") == "pmemsave":
                    return path.read_bytes()
        raise OSError("QEMU went away")

    def press_power_button(self):
        self._command("system_powerdown")

    def lines(self, deadline):
        """Console lines until the deadline or the end of QEMU; None for each quiet second."""
        sources = [source for source in (self.console, self.uart, self.monitor) if source]
        while self.console.open and time.monotonic() < deadline:
            ready, _, _ = select.select(sources, [], [], 1.0)
            if not ready:
                yield None
            for source in ready:
                if source is self.monitor:
                    if not self.monitor.recv(65536):
                        sources.remove(self.monitor)
                elif source is self.uart:
                    if any("greetings from the guest" in line for line in self.uart.lines()):
                        self.uart.send(b"greetings from the host\n")
                    if not self.uart.open:
                        sources.remove(self.uart)
                else:
                    yield from self.console.lines()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.qemu.kill()
        self.qemu.wait()
        for end in self.ends:
            end.close()


def granted(running, seconds=20):
    """What Xen's debug key `q` says that the guest may use: (interrupts, pages)."""
    deadline = time.monotonic() + seconds
    text = ""
    asked = False
    running.console.send(b"\x01\x01\x01")
    for line in running.lines(deadline):
        if line is None:
            if not asked:
                running.console.send(b"\x01\x01\x01")
            continue
        if "Serial input to Xen" in line and not asked:
            asked = True
            running.console.send(b"q")
        elif "Serial input to" in line and not asked:
            running.console.send(b"\x01\x01\x01")
        if asked:
            text += line + "\n"
            books = text.partition("Rangesets belonging to domain 1:")[2]
            match = re.search(
                r"Interrupts\s*\{([^}]*)\}.*?I/O Memory\s*\{([^}]*)\}", books, re.DOTALL
            )
            if match:
                return numbers(match[1], 10), numbers(match[2], 16)
    return None


def numbers(ranges, base):
    """Xen's "34, 39-41" as a set."""
    found = set()
    for part in filter(None, (part.strip() for part in ranges.split(","))):
        first, _, last = part.partition("-")
        found.update(range(int(first, base), int(last or first, base) + 1))
    return found


def load(places):
    """places: (kind, file, address, bootargs or None); what a domain's node and QEMU want."""
    places = list(places)
    modules = [(kind, at, path.stat().st_size, args) for kind, path, at, args in places]
    return modules, [(path, at) for _, path, at, _ in places]
