# SPDX-License-Identifier: BSD-2-Clause
"""From a scenario to a guest that runs, or to the reason why not."""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import time

import debs
import fdt
import hosttree
import initramfs
import machine
import smmu
import toolstack

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORK = ROOT / "build" / "xen"
BOOT_PATIENCE = 120  # seconds; 6 are normal, 16 with xl
DTASSIGN_PATIENCE = 60
BOOTARGS = "console=ttyAMA0 earlycon=pl011,0x22000000 iomem=relaxed rdinit=/init"
DOM0_BOOTARGS = "console=hvc0 quiet rdinit=/init clk_ignore_unused"
DOM0_MEMORY = "512M"
GUEST_FOLDER = "/guest"  # in dom0

# Xen 4.17 starts the guest even after an error in its tree, so any of these fails.
XEN_ERROR = re.compile(
    r"Failed|failed|not page aligned|missing for|Couldn't find|Could not|Unable to|already used|"
    r"[Ii]nvalid|not valid|[Pp]anic|PANIC|ASSERT|Assertion|\bBUG\b|ERROR|\berror\b|Xen call trace"
)
GUEST_DEATH = re.compile(r"Unable to handle kernel|Internal error:|Kernel panic|---\[ end trace")
FROM_GUEST = re.compile(r"^(?:\(XEN\) DOM\d+:|GUEST:) ?(.*?)\r?$")
MAPPED = re.compile(r"memory_map:add: d(\d+) gfn=([0-9a-f]+) mfn=([0-9a-f]+) nr=([0-9a-f]+)")
IOMEM = re.compile(r'"0x([0-9a-f]+),0x([0-9a-f]+)@0x([0-9a-f]+)"')  # as dtassign writes it


class Failed(Exception):
    pass


class Kit:
    """What every boot needs and nobody has to make twice."""

    def __init__(self):
        if not shutil.which(machine.QEMU):
            raise debs.Unavailable(f"no {machine.QEMU} on this machine")
        arm = debs.Debs("arm64")
        self.kernel_tree = debs.kernel(arm)
        self.kernel = one(self.kernel_tree, "boot/vmlinuz-*")
        self.device_trees = one(self.kernel_tree, "usr/lib/linux-image-*")
        self.xen = one(arm.tree("xen-hypervisor-4.17-arm64"), "boot/xen-4.17-arm64")
        busybox = one(arm.tree("busybox-static"), "bin/busybox").read_bytes()
        self.busybox = {"bin/busybox": (0o755, busybox)}
        self.program = os.path.abspath(os.environ.get("DTASSIGN", ROOT / "build" / "dtassign"))
        self.toolstack = toolstack.files(arm, self.kernel_tree)

    def host(self, label):
        if label.startswith("gicv"):
            return machine.Virt(int(label.removeprefix("gicv")))
        return machine.Zcu102(self.device_trees, label == "zcu102-smmu")

    def initrd(self, checks, modules=()):
        """Of a guest: it proves what `checks` say."""
        lines = "".join(check + "\n" for check in checks)
        lines = lines.replace("$RTC_SECONDS", str(machine.RTC_SECONDS))
        own = {
            "init": (0o755, (HERE / "guest" / "init").read_bytes()),
            "checks": (0o644, lines.encode()),
        }
        return initramfs.pack(self.busybox | own | toolstack.modules(self.kernel_tree, modules))

    def dom0(self, orders=(), files=()):
        """Of dom0: it follows the orders of guest/dom0, if there are any."""
        own = {"init": (0o755, (HERE / "guest" / "dom0").read_bytes())}
        if orders:
            own["orders"] = (0o644, "".join(f"{order}\n" for order in orders).encode())
            own |= self.toolstack
        for name, data in files:
            own[f"{GUEST_FOLDER[1:]}/{name}"] = (0o644, data)
        return initramfs.pack(self.busybox | own)


def one(tree, pattern):
    found = sorted(tree.glob(pattern))
    if len(found) != 1:
        raise debs.Unavailable(f"package {tree.name} has {len(found)} {pattern}")
    return found[0]


class Boot:
    """One scenario on one machine, the guest started by Xen itself."""

    target = "dom0less"
    dom0 = False

    def __init__(self, kit, home, host, fragment=None, label=""):
        self.kit = kit
        self.home = home
        self.host = host
        self.fragment = fragment
        self.name = f"{home.name}-{host.label}{label}"
        self.work = WORK / self.name
        self.expect = json.loads((home / "expect.json").read_text(encoding="utf-8"))
        self.must_fail = self.expect.get("must_fail")
        self.seen = ""  # the guest's tree in base64

    def run(self):
        fragment = self.prepare()
        with self.start() as running:
            self.watch(running)
            self.compare(machine.granted(running))
            if self.host.smmu:
                self.compare_streams(running)
        self.compare_trees(fragment)

    def prepare(self):
        """The board's tree, and what dtassign makes of it and the config."""
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        self.tree = hosttree.board(self.host, self.work)
        (self.work / "board.dtb").write_bytes(fdt.write(self.tree))
        fragment = self.make_fragment()
        if self.dom0:
            marks = (self.work / "out" / "host.marks").read_text(encoding="utf-8").split()
            hosttree.mark(self.tree, self.marked(marks))
        return fragment

    def start(self):
        """QEMU runs; `places` says what lies where in its memory."""
        places = []
        if self.host.smmu:
            (self.work / "smmu").write_bytes(smmu.registers())
            places.append((self.work / "smmu", self.host.smmu_at))
        if self.dom0:
            xen_bootargs = f"{self.host.xen_bootargs} dom0_mem={DOM0_MEMORY} dom0_max_vcpus=1"
            hosttree.put(
                hosttree.find(self.tree, "/chosen"), "xen,xen-bootargs", fdt.text(xen_bootargs)
            )
            modules, loads = machine.load(self.dom0_modules())
            hosttree.add_dom0(self.tree, modules)
            places += loads
        if self.target == "dom0less":
            modules, loads = machine.load(self.guest_modules())
            hosttree.add_domain(self.tree, self.memory(), modules)
            places += loads
        blob = self.work / "boot.dtb"
        blob.write_bytes(fdt.write(self.tree))
        return machine.Running(self.host, self.kit.xen, blob, places, self.work)

    def marked(self, marks):
        return marks

    def written(self, name, data):
        path = self.work / name
        path.write_bytes(data)
        return path

    def guest_initrd(self):
        return self.kit.initrd(self.expect["checks"], self.expect.get("modules", ()))

    def guest_modules(self):
        yield "kernel", self.kit.kernel, machine.KERNEL_AT, BOOTARGS
        yield "ramdisk", self.written("initrd", self.guest_initrd()), machine.INITRD_AT, None
        yield "device-tree", self.work / "guest-fragment.dtb", machine.FRAGMENT_AT, None

    def dom0_modules(self):
        yield "kernel", self.kit.kernel, machine.DOM0_KERNEL_AT, DOM0_BOOTARGS
        initrd = self.written("dom0-initrd", self.dom0_initrd())
        yield "ramdisk", initrd, machine.DOM0_INITRD_AT, None

    def dom0_initrd(self):
        return self.kit.dom0()

    def config(self):
        return (self.home / "guest.cfg").read_text(encoding="utf-8")

    def memory(self):
        """The RAM of the guest in MiB, as its config says."""
        if not (self.home / "guest.cfg").exists():
            return 256
        return int(re.search(r"^memory\s*=\s*(\d+)", self.config(), re.MULTILINE)[1])

    def guest_name(self):
        return re.search(r'^name\s*=\s*"([^"]+)"', self.config(), re.MULTILINE)[1]

    def make_fragment(self):
        target = self.work / "guest-fragment.dtb"
        given = self.fragment or self.home / "fragment.dts"
        if given.exists():
            form = "dts" if given.suffix == ".dts" else "dtb"
            call("dtc", "-q", "-I", form, "-O", "dtb", "-o", str(target), str(given))
            return target
        self.compile()
        shutil.copy(self.work / "out" / f"{self.guest_name()}.dtb", target)
        return target

    def compile(self):
        shutil.copy(self.home / "guest.cfg", self.work)
        words = ["-b", "board.dtb", *self.how(), "--guest-dir", GUEST_FOLDER, "-o", "out"]
        self.dtassign("compile", *words, "guest.cfg")
        self.check_own()

    def how(self):
        """For whom dtassign has to judge."""
        dom0 = "present" if self.dom0 else "absent"
        options = self.expect.get("options", [])
        return ["-x", "4.17", "-t", self.target, "--dom0", dom0, *options]

    def check_own(self):
        """What we wrote is right, too, if somebody else wrote it."""
        name = self.guest_name()
        config = "guest.cfg"
        if self.target == "xl":  # without its markers the block is anybody's
            config = "anybody.cfg"
            text = (self.work / "out" / f"{name}.cfg").read_text(encoding="utf-8")
            self.written(config, re.sub("(?m)^#.*\n", "", text).encode())
        words = ["-b", "board.dtb", *self.how(), "--as", "final"]
        self.dtassign("check", *words, "--fragment", f"out/{name}.dtb", config)

    def dtassign(self, *words, **how):
        if not os.access(self.kit.program, os.X_OK):
            raise Failed(f"no program {self.kit.program}")
        return call(self.kit.program, *words, cwd=self.work, **how)

    def watch(self, running):
        """Until the guest gives its result; raises for anything that is not right."""
        last = "nothing"
        for line in running.lines(time.monotonic() + BOOT_PATIENCE):
            if line is None:
                continue
            match = FROM_GUEST.match(line)
            if not match:
                self.judge(line)
                continue
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
        raise Failed(f"no result in {BOOT_PATIENCE} s; the guest's last word was: {last}")

    def judge(self, line):
        """A line that is not the guest's."""
        if line.startswith("(XEN)") and XEN_ERROR.search(line):
            raise Failed(f"Xen says: {line.removeprefix('(XEN) ')}")

    def compare(self, books):
        """Xen's books against what the scenario expects."""
        if books is None:
            raise Failed("debug key q gave no list of what is granted")
        interrupts, pages = books
        expected_interrupts, expected_pages = self.expected_books()
        if interrupts != expected_interrupts:
            wanted = sorted(expected_interrupts)
            raise Failed(f"granted interrupts {sorted(interrupts)}, not {wanted}")
        if pages != expected_pages:
            raise Failed(f"granted pages {in_hex(pages)}, not {in_hex(expected_pages)}")

    def expected_books(self):
        # dom0less grants one page more than it maps for each entry of xen,reg:
        # iomem_permit_access takes an inclusive end (xen/arch/arm/domain_build.c,
        # handle_passthrough_prop).
        return set(self.expect["interrupts"]), self.pages(1)

    def pages(self, extra):
        found = set()
        for first, count in self.expect["pages"]:
            found.update(range(int(first, 16), int(first, 16) + count + extra))
        return found

    def compare_streams(self, running):
        """What Xen programmed into the SMMU against what dtassign says of the devices."""
        banks = smmu.translated(running.memory(self.host.smmu_at, smmu.SIZE))
        paths = [device["path"] for device in self.plan()["devices"]]
        shown = json.loads(
            self.dtassign("show", "-b", "board.dtb", "--format", "json", *paths).stdout
        )
        ours = {stream["id"] for device in shown["devices"] for stream in device["iommus"]}
        if not ours or ours not in banks.values():
            raise Failed(f"stream IDs {in_hex(ours)}, but Xen programmed {in_words(banks)}")

    def plan(self):
        return json.loads((self.work / "out" / f"{self.guest_name()}.json").read_text())

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


class BesideDom0(Boot):
    """As before, with a dom0 that could claim the devices, too."""

    dom0 = True


class FromDom0(BesideDom0):
    """The guest is created by xl."""

    target = "xl"

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.mapped = set()

    def dom0_initrd(self):
        name = self.guest_name()
        return self.kit.dom0([f"start {name}"], self.guest_files())

    def guest_files(self):
        """What the config and the block in it name."""
        name = self.guest_name()
        yield "kernel", self.kit.kernel.read_bytes()
        yield "initrd", self.guest_initrd()
        yield f"{name}.cfg", (self.work / "out" / f"{name}.cfg").read_bytes()
        yield f"{name}.dtb", (self.work / "guest-fragment.dtb").read_bytes()

    def judge(self, line):
        super().judge(line)
        match = MAPPED.search(line)
        if match and match[1] != "0":
            gfn, mfn, count = (int(number, 16) for number in match.groups()[1:])
            self.mapped.update((mfn + i, gfn + i) for i in range(count))
        if line.startswith("XL: ") and not line.startswith("XL: Parsing config from"):
            raise Failed(f"xl says: {line.removeprefix('XL: ').strip()}")
        if re.match(r"XL end \S+ status [^0]", line):
            raise Failed(line.strip())

    def expected_books(self):
        # xl gives interrupts away without an entry in this list (Arm).
        config = (self.work / "out" / f"{self.guest_name()}.cfg").read_text(encoding="utf-8")
        ours = set()
        for entry in IOMEM.findall(config):
            first, count, guest = (int(number, 16) for number in entry)
            ours.update((first + i, guest + i) for i in range(count))
        if self.mapped != ours:
            raise Failed(f"Xen mapped {pairs(self.mapped)}, not {pairs(ours)}")
        return set(), self.pages(0)


def flat(node, path=b"/passthrough"):
    """{(path, property): value}, and an entry for each node itself."""
    found = {(path, name): data for name, data in node.props if not name.startswith(b"xen,")}
    found[path, b""] = b""
    for child in node.children:
        found.update(flat(child, path + b"/" + child.name))
    return found


def in_hex(numbers):
    return " ".join(f"{number:x}" for number in sorted(numbers)) or "none"


def in_words(banks):
    return "; ".join(f"bank {bank}: {in_hex(ids)}" for bank, ids in sorted(banks.items())) or "none"


def pairs(mapped):
    return " ".join(f"{host:x}@{guest:x}" for host, guest in sorted(mapped)) or "nothing"


def call(*words, cwd=None, fine=(0,)):
    name = pathlib.Path(words[0]).name
    try:
        done = subprocess.run(
            words, cwd=cwd, capture_output=True, text=True, check=False, timeout=DTASSIGN_PATIENCE
        )
    except subprocess.TimeoutExpired as trouble:
        raise Failed(f"{name}: no end") from trouble
    if done.returncode not in fine:
        raise Failed(f"{name} ended with status {done.returncode}\n{done.stdout}{done.stderr}")
    return done
