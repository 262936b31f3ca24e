#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boot what we wrote under real Xen 4.17, in QEMU.

    run.py [--fragment FILE] [SCENARIO...]

tests/xen/scenarios/NAME/
    guest.cfg     what dtassign is asked for
    expect.json   machine     virt (default) or zcu102
                  gic         versions of the GIC to boot with (virt)
                  options     further words for `dtassign compile`
                  checks      what the guest must prove: functions of guest/init
                  interrupts  all that Xen may have granted
                  pages       [first page in hex, count] for each entry of xen,reg
              and the guest must have been given our tree, unchanged
tests/xen/selftest/NAME/
    fragment.dts  a broken tree, and in expect.json
                  must_fail   how this harness has to notice (a regular expression)

Each boot prints a line.  --fragment boots a given tree (.dtb or .dts) instead
of asking dtassign.  Logs and trees stay in build/xen/.
"""

import argparse
import base64
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "tools"))

import debs
import fdt
import hosttree
import initramfs
import machine

WORK = ROOT / "build" / "xen"
BOOT_PATIENCE = 120  # seconds; 6 are normal
DTASSIGN_PATIENCE = 60
BOOTARGS = "console=ttyAMA0 earlycon=pl011,0x22000000 iomem=relaxed rdinit=/init"

# Xen 4.17 starts the guest even after an error in its tree, so any of these fails.
XEN_ERROR = re.compile(
    r"Failed|failed|not page aligned|missing for|Couldn't find|Could not|Unable to|already used|"
    r"[Ii]nvalid|not valid|[Pp]anic|PANIC|ASSERT|Assertion|\bBUG\b|ERROR|\berror\b|Xen call trace"
)
GUEST_DEATH = re.compile(r"Unable to handle kernel|Internal error:|Kernel panic|---\[ end trace")
FROM_GUEST = re.compile(r"^\(XEN\) DOM1: ?(.*)$")


class Failed(Exception):
    pass


class Kit:
    """What every boot needs and nobody has to make twice."""

    def __init__(self):
        if not shutil.which(machine.QEMU):
            raise debs.Unavailable(f"no {machine.QEMU} on this machine")
        arm = debs.Debs("arm64")
        kernel = debs.kernel(arm)
        self.kernel = one(kernel, "boot/vmlinuz-*")
        self.device_trees = one(kernel, "usr/lib/linux-image-*")
        self.xen = one(arm.tree("xen-hypervisor-4.17-arm64"), "boot/xen-4.17-arm64")
        self.busybox = one(arm.tree("busybox-static"), "bin/busybox").read_bytes()
        self.init = (HERE / "guest" / "init").read_bytes()
        self.program = os.path.abspath(os.environ.get("DTASSIGN", ROOT / "build" / "dtassign"))

    def initrd(self, checks):
        lines = "".join(check + "\n" for check in checks)
        lines = lines.replace("$RTC_SECONDS", str(machine.RTC_SECONDS))
        return initramfs.pack(
            {
                "bin/busybox": (0o755, self.busybox),
                "init": (0o755, self.init),
                "checks": (0o644, lines.encode()),
            }
        )


def one(tree, pattern):
    found = sorted(tree.glob(pattern))
    if len(found) != 1:
        raise debs.Unavailable(f"package {tree.name} has {len(found)} {pattern}")
    return found[0]


class Boot:
    """One scenario on one machine."""

    def __init__(self, kit, home, host, fragment):
        self.kit = kit
        self.home = home
        self.host = host
        self.fragment = fragment
        self.name = f"{home.name}-{host.label}"
        self.work = WORK / self.name
        self.expect = json.loads((home / "expect.json").read_text(encoding="utf-8"))
        self.seen = ""  # the guest's tree in base64

    def run(self):
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        tree = hosttree.board(self.host, self.work)
        (self.work / "board.dtb").write_bytes(fdt.write(tree))
        fragment = self.make_fragment()
        initrd = self.work / "initrd"
        initrd.write_bytes(self.kit.initrd(self.expect["checks"]))
        blob, modules = machine.modules_for(
            tree, self.kit.kernel, initrd, fragment, self.memory(), BOOTARGS
        )
        (self.work / "boot.dtb").write_bytes(blob)
        with machine.Running(
            self.host, self.kit.xen, self.work / "boot.dtb", modules, self.work
        ) as running:
            self.watch(running)
            self.compare(machine.granted(running))
        self.compare_trees(fragment)

    def memory(self):
        """The RAM of the guest in MiB, as its config says."""
        config = self.home / "guest.cfg"
        if not config.exists():
            return 256
        return int(re.search(r"^memory\s*=\s*(\d+)", config.read_text(), re.MULTILINE)[1])

    def make_fragment(self):
        given = self.fragment or self.home / "fragment.dts"
        if given.exists():
            target = self.work / "fragment.dtb"
            form = "dts" if given.suffix == ".dts" else "dtb"
            call("dtc", "-q", "-I", form, "-O", "dtb", "-o", str(target), str(given))
            return target
        if not os.access(self.kit.program, os.X_OK):
            raise Failed(f"no program {self.kit.program}")
        config = self.home / "guest.cfg"
        name = re.search(r'^name\s*=\s*"([^"]+)"', config.read_text(), re.MULTILINE)[1]
        shutil.copy(config, self.work)
        words = ["compile", "-b", "board.dtb", "-x", "4.17", "-t", "dom0less", "--dom0", "absent"]
        words += self.expect.get("options", [])
        call(self.kit.program, *words, "-o", "out", "guest.cfg", cwd=self.work)
        return self.work / "out" / f"{name}.dtb"

    def watch(self, running):
        """Until the guest gives its result; raises for anything that is not right."""
        heard = False
        last = "nothing"
        for line in running.lines(time.monotonic() + BOOT_PATIENCE):
            if line is None:
                continue
            match = FROM_GUEST.match(line)
            if not match:
                if line.startswith("(XEN)") and XEN_ERROR.search(line):
                    raise Failed(f"Xen says: {line.removeprefix('(XEN) ')}")
                continue
            heard = True
            last = match[1] or last
            if GUEST_DEATH.search(last):
                raise Failed(f"guest: {last}")
            if "WANT powerdown" in last:
                running.press_power_button()
            elif last.startswith("FDT "):
                self.seen += last.removeprefix("FDT ")
            elif last.startswith("CHECK not ok"):
                raise Failed(f"guest: {last}")
            elif last.startswith("RESULT:"):
                if last != f"RESULT: PASS {len(self.expect['checks'])}":
                    raise Failed(f"guest: {last}")
                return
        if running.qemu.poll() is not None:
            raise Failed(f"QEMU ended with status {running.qemu.returncode}, see qemu.log")
        where = f"the last word was: {last}" if heard else "the guest said nothing"
        raise Failed(f"no result in {BOOT_PATIENCE} s; {where}")

    def compare(self, books):
        """Xen's books against what the scenario expects."""
        if books is None:
            raise Failed("debug key q gave no list of what is granted")
        interrupts, pages = books
        expected = set(self.expect["interrupts"])
        if interrupts != expected:
            raise Failed(f"granted interrupts {sorted(interrupts)}, not {sorted(expected)}")
        # dom0less grants one page more than it maps for each entry of xen,reg:
        # iomem_permit_access takes an inclusive end (xen/arch/arm/domain_build.c,
        # handle_passthrough_prop).
        expected = set()
        for first, count in self.expect["pages"]:
            expected.update(range(int(first, 16), int(first, 16) + count + 1))
        if pages != expected:
            raise Failed(f"granted pages {in_hex(pages)}, not {in_hex(expected)}")

    def compare_trees(self, fragment):
        """Xen has to copy /passthrough as it is, but for its own properties."""
        blob = base64.b64decode(self.seen)
        (self.work / "guest.dtb").write_bytes(blob)
        ours = flat(hosttree.find(fdt.read(fragment.read_bytes()), "/passthrough"))
        theirs = flat(hosttree.find(fdt.read(blob), "/passthrough"))
        for what in sorted(ours.keys() | theirs.keys()):
            if ours.get(what) != theirs.get(what):
                name = b" ".join(what).decode()
                raise Failed(f"the guest's tree is not the one we wrote: {name}")


def flat(node, path=b"/passthrough"):
    """{(path, property): value}, and an entry for each node itself."""
    found = {(path, name): data for name, data in node.props if not name.startswith(b"xen,")}
    found[path, b""] = b""
    for child in node.children:
        found.update(flat(child, path + b"/" + child.name))
    return found


def in_hex(numbers):
    return " ".join(f"{number:x}" for number in sorted(numbers)) or "none"


def call(*words, cwd=None):
    try:
        done = subprocess.run(
            words, cwd=cwd, capture_output=True, text=True, check=False, timeout=DTASSIGN_PATIENCE
        )
    except subprocess.TimeoutExpired as trouble:
        raise Failed(f"{pathlib.Path(words[0]).name}: no end") from trouble
    if done.returncode != 0:
        name = pathlib.Path(words[0]).name
        raise Failed(f"{name} ended with status {done.returncode}\n{done.stdout}{done.stderr}")


def outcome(boot):
    """The line for one boot."""
    start = time.monotonic()
    must_fail = boot.expect.get("must_fail")
    try:
        boot.run()
        trouble = None
    except Failed as failure:
        trouble = str(failure)
    except (OSError, ValueError, subprocess.SubprocessError, fdt.Malformed) as failure:
        trouble = f"{type(failure).__name__}: {failure}"
    took = time.monotonic() - start
    if must_fail and trouble and re.search(must_fail, trouble):
        return f"ok xen/{boot.name} {took:.1f} s (noticed: {trouble.splitlines()[0]})"
    if must_fail:
        trouble = f"noticed {trouble!r}, not {must_fail!r}" if trouble else "broken, but passed"
    if trouble:
        text = trouble.strip().replace("\n", "\n    ")
        return f"not ok xen/{boot.name} {took:.1f} s: {text} (logs: build/xen/{boot.name})"
    return f"ok xen/{boot.name} {took:.1f} s"


def boots(kit, names, fragment):
    homes = sorted((HERE / "scenarios").glob("*/")) + sorted((HERE / "selftest").glob("*/"))
    for home in homes:
        if names and home.name not in names:
            continue
        expect = json.loads((home / "expect.json").read_text(encoding="utf-8"))
        if expect.get("machine", "virt") == "zcu102":
            yield Boot(kit, home, machine.Zcu102(kit.device_trees), fragment)
        else:
            for gic in expect.get("gic", [3]):
                yield Boot(kit, home, machine.Virt(gic), fragment)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--fragment", type=pathlib.Path, help="boot this partial tree")
    parser.add_argument("scenario", nargs="*")
    options = parser.parse_args()
    start = time.monotonic()
    try:
        kit = Kit()
    except debs.Unavailable as trouble:
        print(f"skipped xen: {trouble}")
        return 0
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for line in pool.map(outcome, list(boots(kit, options.scenario, options.fragment))):
            print(line, flush=True)
            failed += line.startswith("not ok")
    print(f"# xen: {time.monotonic() - start:.0f} seconds in all")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
