# SPDX-License-Identifier: BSD-2-Clause
"""What Xen 4.17 and its xl say of mistakes, against what the pages of our rules claim.

A mistake is a change to dtassign's own good output.  Three have to agree on it:
dtassign, which finds the rule in what was changed, Xen or xl, which say the words,
and the page of the rule, which quotes them under "What real Xen does".
"..." in the words stands for anything.
"""

import json
import re
import time

import boots
import fdt
import hosttree

RTC = "/passthrough/pl031@9010000"
RULES = boots.ROOT / "docs" / "rules"
# How it ends: with Xen, or with a guest that lacks the device.
PANICS, GOES_ON = "Xen panics", "Xen goes on"


def pages(*numbers):
    return b"".join(hosttree.wide(number) for number in numbers)


def put(tree, path, name, data):
    hosttree.put(hosttree.find(tree, path), name, data)


def unaligned(tree):
    put(tree, RTC, "xen,reg", pages(0x9010800, 0x1000, 0x9010000))


def path(name):
    return lambda tree: put(tree, RTC, "xen,path", fdt.text(name))


def without(name):
    def change(tree):
        node = hosttree.find(tree, RTC)
        node.props = [prop for prop in node.props if prop[0] != name.encode()]

    return change


def on_kernel(tree):
    put(tree, RTC, "xen,reg", pages(0x9010000, 0x1000, 0x40200000))


def filled(size):
    """Bring the partial tree to about this size."""
    return lambda tree: put(tree, "/passthrough", "filler", bytes(size - len(fdt.write(tree))))


def twice(tree):
    """The Ethernet controller has a second node."""
    bus = hosttree.find(tree, "/passthrough")
    node = hosttree.find(tree, "/passthrough/ethernet@4021000")
    bus.children.append(fdt.Node(b"again@4021000", node.props[:]))


def nothing(_tree):
    pass


class Mistake:
    def __init__(self, name, rule, words, change, **where):
        self.name = name
        self.rule = rule
        self.words = words
        self.change = change
        self.scenario = where.get("scenario", "rtc-gpio")
        self.machine = where.get("machine", "gicv3")
        self.ends = where.get("ends", GOES_ON)
        self.pages = [rule, *where.get("pages", ())]
        self.unmarked = where.get("unmarked", ())

    def said(self, line):
        return re.search(".*".join(re.escape(part) for part in self.words.split("...")), line)

    def check_pages(self):
        for rule in self.pages:
            page = (RULES / f"{rule}.md").read_text(encoding="utf-8")
            section = page.partition("## What real Xen does")[2].partition("\n## ")[0]
            if self.words not in " ".join(section.split()):
                raise boots.Failed(f"docs/rules/{rule}.md does not say: {self.words}")

    def check_ours(self, boot, *words):
        """dtassign reads the broken thing as somebody else's."""
        words = ["--as", "final", "--format", "json", *words]
        done = boot.dtassign("check", *boot.how(), *words, fine=(0, 1))
        rules = {finding["rule"] for finding in json.loads(done.stdout)["findings"]}
        if self.rule not in rules:
            found = ", ".join(sorted(rules)) or "nothing"
            raise boots.Failed(f"{self.name}: dtassign finds {found}, not {self.rule}")


# Mistakes in the partial tree of a dom0less guest.
IN_TREE = (
    Mistake(
        "unaligned-page",
        "malformed-xen-reg",
        "DomU passthrough config has not page aligned addresses/sizes",
        unaligned,
    ),
    Mistake(
        "unknown-path",
        "unknown-device",
        "Couldn't find node ... in host_dt!",
        path("/pl031@9010001"),
        pages=["no-symbols"],
    ),
    Mistake("alias-as-path", "unknown-device", "Couldn't find node ... in host_dt!", path("rtc0")),
    Mistake(
        "no-xen-reg",
        "half-assigned",
        "xen,reg or xen,path missing for d1",
        without("xen,reg"),
    ),
    Mistake(
        "no-force",
        "half-assigned",
        "Failed to assign device to d1",
        without("xen,force-assign-without-iommu"),
    ),
    Mistake(
        "unmarked",
        "not-marked",
        "IRQ 34 is already used by domain 0",
        nothing,
        pages=["shared-interrupt"],
        unmarked=["/pl031@9010000"],
    ),
    Mistake(
        "console-of-xen",
        "infrastructure",
        "IRQ 33 is already used by Xen",
        path("/pl011@9000000"),
        pages=["console-unknown"],
    ),
    Mistake(
        "private-interrupt",
        "infrastructure",
        "IRQ can only be routed to an SPI",
        path("/timer"),
        pages=["private-interrupt"],
    ),
    Mistake(
        "twice-behind-smmu",
        "duplicate-xen-path",
        "Failed to assign device to d1",
        twice,
        scenario="ethernet",
        machine="zcu102-smmu",
    ),
    Mistake(
        "on-the-kernel",
        "address-collision",
        "Unable to copy the kernel",
        on_kernel,
        ends=PANICS,
    ),
    Mistake(
        "too-large",
        "fragment-too-large",
        "Device tree generation failed (-3).",
        filled(3600),
        ends=PANICS,
    ),
    Mistake(
        "far-too-large",
        "fragment-too-large",
        "Could not set up domain domU1",
        filled(5000),
        ends=PANICS,
    ),
)


def line(old, new):
    def change(config):
        if config.count(old) != 1:
            raise boots.Failed(f"the config has not just one {old}")
        return config.replace(old, new)

    return change


IRQ = "    34,"
WINDOW = '"0x9010,0x1@0x9010"'
PROTECTED = '"/axi/ethernet@ff0e0000",\n]'
REFUSED = "failed give domain access to"
NOT_ASSIGNED = "xc_assign_dtdevice failed: -1"
SMMU = {"scenario": "ethernet", "machine": "zcu102-smmu"}
# Mistakes in a config for xl; those of one machine are tried in one boot.
IN_CONFIG = (
    Mistake("hex-irq", "bad-entry", "Invalid argument parsing irq", line(IRQ, ' "0x22",')),
    Mistake(
        "spi-number",
        "interrupt-out-of-range",
        f"{REFUSED} irq 2: Operation not permitted",
        line(IRQ, " 2,"),
    ),
    Mistake(
        "irq-twice",
        "wrong-line",
        f"{REFUSED} irq 34: Device or resource busy",
        line(IRQ, " 34, 34,"),
    ),
    Mistake(
        "decimal-count",
        "wrong-line",
        f"{REFUSED} iomem range 9010-901f: Operation not permitted",
        line(WINDOW, '"9010,10"'),
    ),
    Mistake(
        "dtdev-without-iommu",
        "wrong-line",
        "passthrough not supported on this platform",
        line("dtdev = [ ]", 'dtdev = [ "/pl031@9010000" ]'),
        pages=["no-iommu-platform"],
    ),
    Mistake(
        "dtdev-unprotected",
        "wrong-line",
        NOT_ASSIGNED,
        line(PROTECTED, PROTECTED.replace("]", '"/axi/serial@ff010000" ]')),
        **SMMU,
    ),
    Mistake(
        "dtdev-twice",
        "duplicate-device",
        NOT_ASSIGNED,
        line(PROTECTED, PROTECTED.replace("]", '"/axi/ethernet@ff0e0000" ]')),
        **SMMU,
    ),
    Mistake(
        "dtdev-unknown",
        "unknown-device",
        NOT_ASSIGNED,
        line(PROTECTED, '"/axi/ethernet@ff0e0001" ]'),
        **SMMU,
    ),
)


class InTree(boots.Boot):
    """Xen builds the guest from a broken tree."""

    must_fail = None

    def __init__(self, kit, mistake):
        home = boots.HERE / "scenarios" / mistake.scenario
        super().__init__(kit, home, kit.host(mistake.machine))
        self.mistake = mistake
        self.dom0 = bool(mistake.unmarked)
        self.name = f"mistake-{mistake.name}"
        self.work = boots.WORK / self.name

    def run(self):
        self.mistake.check_pages()
        fragment = self.prepare()
        tree = fdt.read(fragment.read_bytes())
        self.mistake.change(tree)
        fragment.write_bytes(fdt.write(tree))
        board = self.written("judged.dtb", fdt.write(self.tree))
        self.mistake.check_ours(
            self, "-b", str(board), "--fragment", str(fragment), str(self.home / "guest.cfg")
        )
        with self.start() as running:
            self.watch(running)

    def marked(self, marks):
        return [mark for mark in marks if mark not in self.mistake.unmarked]

    def watch(self, running):
        said = False
        for text in running.lines(time.monotonic() + boots.BOOT_PATIENCE):
            if text is None:
                continue
            said = said or self.mistake.said(text)
            if "Reboot in" in text or "kB init memory" in text:
                ends = PANICS if "Reboot" in text else GOES_ON
                if not said:
                    raise boots.Failed(f"{ends} and never said: {self.mistake.words}")
                if ends != self.mistake.ends:
                    raise boots.Failed(f"{ends} after: {self.mistake.words}")
                return
        raise boots.Failed(f"no end in {boots.BOOT_PATIENCE} s")


class InConfig(boots.FromDom0):
    """xl is given broken configs, one after the other."""

    def __init__(self, kit, mistakes):
        home = boots.HERE / "scenarios" / mistakes[0].scenario
        super().__init__(kit, home, kit.host(mistakes[0].machine))
        self.mistakes = mistakes
        self.name = f"mistakes-xl-{self.host.label}"
        self.work = boots.WORK / self.name

    def run(self):
        for mistake in self.mistakes:
            mistake.check_pages()
        self.prepare()
        with self.start() as running:
            self.watch(running)

    def dom0_initrd(self):
        orders = [f"try {mistake.name}" for mistake in self.mistakes]
        return self.kit.dom0(orders, [*self.guest_files(), *self.broken()])

    def broken(self):
        name = self.guest_name()
        good = (self.work / "out" / f"{name}.cfg").read_text(encoding="utf-8")
        for mistake in self.mistakes:
            # As boots.Boot.check_own does.
            broken = re.sub("(?m)^#.*\n", "", mistake.change(good))
            config = self.written(f"{mistake.name}.cfg", broken.encode())
            mistake.check_ours(self, "-b", "board.dtb", str(config))
            yield config.name, config.read_bytes()

    def watch(self, running):
        expected = {mistake.name: mistake for mistake in self.mistakes}
        said = False
        for text in running.lines(time.monotonic() + boots.BOOT_PATIENCE):
            words = (text or "").split()
            if words[:2] == ["XL", "begin"]:
                mistake = expected[words[2]]
                said = False
            elif words[:1] == ["XL:"]:
                said = said or mistake.said(text)
            elif words[:2] == ["XL", "end"]:
                if words[-1] == "0":
                    raise boots.Failed(f"{mistake.name}: xl accepts it")
                if not said:
                    raise boots.Failed(f"{mistake.name}: xl never said: {mistake.words}")
                del expected[mistake.name]
            elif words[:2] == ["DOM0:", "done"]:
                break
        if expected:
            raise boots.Failed(f"no answer of xl to {', '.join(expected)}")


def all_boots(kit):
    for mistake in IN_TREE:
        yield InTree(kit, mistake)
    for machine in sorted({mistake.machine for mistake in IN_CONFIG}):
        yield InConfig(kit, [mistake for mistake in IN_CONFIG if mistake.machine == machine])
