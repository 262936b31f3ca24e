#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`why`: every item of a plan leads back to the board and to a config.

    why.py DTASSIGN SOURCE_ROOT
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
RCAR = pathlib.Path(sys.argv[2]).resolve() / "examples" / "rcar"
ETHERNET = "/soc/ethernet@e6800000"
COPY = "/passthrough/ethernet@e6800000"

BOARD = """
/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	interrupt-parent = <&gic>;
	gic: interrupt-controller@10000 {
		compatible = "arm,cortex-a15-gic";
		reg = <0x10000 0x1000>, <0x20000 0x2000>;
		interrupt-controller;
		#interrupt-cells = <3>;
	};
	bus@90000000 {
		compatible = "simple-bus";
		#address-cells = <1>;
		#size-cells = <1>;
		ranges = <0 0x90000000 0x100000>;
		leds: leds@4000 {
			compatible = "gpio-leds";
			reg = <0x4000 0x1000>;
			interrupts = <0 8 1>;
			led { color = <1>; };
		};
		other@5000 {
			compatible = "acme,other";
			reg = <0x5000 0x1000>;
			interrupts = <0 8 1>, <0 9 4>;
		};
	};
};
"""

CONFIG = """name = "g"
memory = 128
vuart = "sbsa_uart"
dtdev = [ "&leds" ]
force_assign = [ "&leds: it has no DMA" ]
iomem_map = [ "/bus@90000000/leds@4000:0x23000" ]
"""


def run(*words, folder=None):
    words = [str(word) for word in words]
    return subprocess.run(words, capture_output=True, text=True, check=False, cwd=folder)


class Folder(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.here = pathlib.Path(folder.name)

    def ask(self, item, status=0):
        words = ["why", *self.options, "--format", "json", self.guest, item, *self.configs]
        done = run(PROGRAM, *words, folder=self.here)
        self.assertEqual(done.returncode, status, f"{item}: {done.stderr}{done.stdout}")
        return json.loads(done.stdout) if done.stdout else None

    def one(self, item, status=0):
        (account,) = self.ask(item, status)["accounts"]
        return account

    def cells(self, account):
        return [
            (place["path"], place["property"], place["cell"])
            for place in account["places"]
            if "path" in place
        ]

    def lines(self, account):
        return [place["line"] for place in account["places"] if "line" in place]


class Example(Folder):
    """A board where nothing moves; two guests."""

    guest = "net"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.board = cls.here / "board.dtb"
        done = run("dtc", "-q", "-@", "-o", cls.board, RCAR / "board.dts")
        assert done.returncode == 0, done.stderr
        cls.options = ["-b", cls.board, "-x", "4.22", "--xen-drivers", "ipmmu"]
        cls.configs = [RCAR / "net.cfg", RCAR / "storage.cfg"]
        done = run(PROGRAM, "compile", *cls.options, "-o", cls.here / "out", *cls.configs)
        assert done.returncode == 0, done.stderr
        cls.report = json.loads((cls.here / "out" / "net.json").read_text(encoding="utf-8"))

    def test_interrupt(self):
        account = self.one("72")
        self.assertEqual(self.cells(account), [(ETHERNET, "interrupts", 3)])
        self.assertEqual(self.lines(account), [7])

    def test_every_interrupt_and_window_of_the_report(self):
        for irq in self.report["interrupts"]:
            self.assertEqual(self.cells(self.one(str(irq["intid"])))[0][0], irq["path"])
        for window in self.report["windows"]:
            for key in ("guest", "host"):
                self.assertEqual(self.cells(self.one(window[key]))[0][0], window["path"])

    def test_every_edit_of_the_report(self):
        for edit in self.report["references"]:
            if edit["property"]:
                account = self.one(f"{edit['node']}:{edit['property']}")
                self.assertIn(edit["edit"], account["text"])
                self.assertIn(edit["why"], account["text"])

    def test_a_decision_is_shown(self):
        account = self.one(COPY + " clocks")
        self.assertEqual(self.lines(account), [10, 7])
        self.assertEqual(account, self.one("&avb:clocks"))
        self.assertIn(10, self.lines(account))

    def test_every_line_of_the_config(self):
        text = (self.here / "out" / "net.cfg").read_text(encoding="ascii").splitlines()
        managed = text.index("# >>> dtassign")
        key = None
        for number, line in enumerate(text, 1):
            entry = re.match(r'    "?([^",]+(,[^"]+)?)', line)
            key = line.split(" ")[0] if line.endswith("= [") else key
            if number <= managed:
                self.assertEqual(self.one(f"net.cfg:{number}")["kind"], "words")
            elif entry:
                kinds = {"dtdev": "device", "irqs": "interrupt", "iomem": "page"}
                self.assertEqual(self.one(f"out/net.cfg:{number}")["kind"], kinds[key])
            else:
                self.ask(f"net.cfg:{number}", 2)

    def test_every_line_of_the_tree(self):
        text = (self.here / "out" / "net.dts").read_text(encoding="ascii").splitlines()
        begins = text.index("/ {") + 1
        for number, line in enumerate(text, 1):
            property = re.match(r"\t+([#\w,-]+)( = .*)?;$", line)
            if number < begins:
                continue
            account = self.one(f"net.dts:{number}")
            if property and property[1] != "phandle":
                self.assertIn(property[1], account["text"])
        head = text.index(f" * 72         {ETHERNET} interrupts[1]") + 1
        self.assertEqual(self.one(f"net.dts:{head}")["kind"], "interrupt")
        self.ask(f"net.dts:{len(text) + 1}", 2)

    def test_marks(self):
        self.assertIn(ETHERNET, self.one("host.marks:1")["text"])
        self.ask("host.marks:9", 2)
        self.ask("net.dtb:1", 1)

    def test_what_others_have(self):
        account = self.one("&sdhi3", 1)
        self.assertIn("guest `storage`", account["text"])
        account = self.one("&pfc", 1)
        self.assertIn("dom0", account["text"])
        self.one("500", 1)
        pins, bank = self.ask("0xe6060000", 1)["accounts"][::-1]
        self.assertEqual(self.cells(pins), [("/soc/pinctrl@e6060000", "reg", 0)])
        self.assertEqual(bank["kind"], "layout")

    def test_usage(self):
        done = run(PROGRAM, "why", *self.options, "nobody", "72", *self.configs)
        self.assertEqual(done.returncode, 2)
        done = run(PROGRAM, "why", *self.options, "net", "72")
        self.assertEqual(done.returncode, 2)
        done = run(PROGRAM, "why", *self.options, "net", "/soc/etherned@e6800000", *self.configs)
        self.assertEqual(done.returncode, 1)
        self.assertIn("did you mean", done.stderr)


class Moved(Folder):
    """A device at another address, shared with a stranger."""

    guest = "g"
    options = ["-b", "board.dtb", "-x", "4.22"]
    configs = ["g.cfg"]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.here / "board.dts").write_text(BOARD, encoding="ascii")
        (cls.here / "g.cfg").write_text(CONFIG, encoding="ascii")
        done = run("dtc", "-q", "-@", "-o", "board.dtb", "board.dts", folder=cls.here)
        assert done.returncode == 0, done.stderr

    def test_host_and_guest_address(self):
        host = self.one("0x90004000")
        self.assertEqual(host, self.one("0x23000000"))
        self.assertIn("host page 0x90004 as page 0x23000", host["text"])
        self.assertEqual(
            self.cells(host),
            [("/bus@90000000/leds@4000", "reg", 0), ("/bus@90000000", "ranges", None)],
        )
        self.assertEqual(self.lines(host), [6, 4])

    def test_a_shared_line(self):
        account = self.one("40")
        self.assertEqual(len(self.cells(account)), 2)
        self.assertIn("belongs to dom0", [place["says"] for place in account["places"]])

    def test_the_guests_own(self):
        self.assertIn("virtual UART", self.one("32")["text"])
        self.assertEqual(self.one("0x40000000")["kind"], "layout")

    def test_parts(self):
        account = self.one("/bus@90000000/leds@4000/led")
        self.assertIn("comes along", account["text"])
        self.assertEqual(self.lines(account), [4])

    def test_forced(self):
        self.assertIn(5, self.lines(self.one("&leds")))

    def test_text_has_carets(self):
        done = run(PROGRAM, "why", *self.options, "g", "40", "g.cfg", folder=self.here)
        self.assertIn("^", done.stdout)
        self.assertIn("g.cfg:4:12", done.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
