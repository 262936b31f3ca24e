#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What `list` and `show` say of a board made for it.

    views.py DTASSIGN SOURCE_ROOT
"""

import json
import os
import pathlib
import pty
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
ROOT = pathlib.Path(sys.argv[2]).resolve()

BOARD = """
/dts-v1/;
/ {
	#address-cells = <2>;
	#size-cells = <2>;
	interrupt-parent = <&gic>;

	gic: interrupt-controller@10000 {
		compatible = "arm,gic-v3";
		reg = <0 0x10000 0 0x10000>, <0 0x80000 0 0x80000>;
		interrupt-controller;
		#interrupt-cells = <4>;
		ppi-partitions {
			little: interrupt-partition-0 { affinity = <&cpu>; };
		};
	};

	cpus {
		#address-cells = <1>;
		#size-cells = <0>;
		cpu: cpu@0 { device_type = "cpu"; reg = <0>; };
	};

	pmu { compatible = "arm,cortex-a53-pmu"; interrupts = <1 7 4 &little>; };

	mailbox@200000 {
		compatible = "ti,am64-mailbox";
		reg = <0 0x200000 0 0x1000>;
		interrupts = <0 20 4 0>;
		#mbox-cells = <1>;
		fifo: mbox-core { ti,mbox-tx = <0 0 0>; };
	};

	core@300000 {
		compatible = "ti,am64-r5f";
		reg = <0 0x300000 0 0x1000>;
		mboxes = <&{/mailbox@200000} &fifo>;
		gpio-ranges = <&pins 0 0 4>, <&pins 4 4>;
		clocks = <0>, <&osc>;
		reset-gpios = <0x777 1 0>;
	};

	soc {
		compatible = "simple-bus";
		#address-cells = <1>;
		#size-cells = <1>;
		ranges = <0 0 0x500000 0x10000>;
		uart: serial@0 {
			compatible = "acme,uart-v2", "ns16550a";
			reg = <0 0x100>;
			interrupts = <0 50 4 0>;
		};
		serial@1000 {
			compatible = "ns16550a";
			reg = <0x1000 0x100>;
			status = "disabled";
		};
	};

	aliases { serial0 = &uart; };
	chosen { stdout-path = "serial0:115200n8"; };
	thermal-zones { zone { thermal-sensors = <&probe>; }; };

	glue@600000 {
		compatible = "acme,glue";
		#address-cells = <2>;
		#size-cells = <2>;
		reg = <0 0x600000 0 0x100>;
		ranges;
		dma-ranges = <0 0 0 0x40000000 0 0x40000000>;
		core: core@610000 {
			compatible = "acme,core";
			reg = <0 0x610000 0 0x100>, <0 0x6100f0 0 0x10>, <0 0x610100 0 0x10>;
			reg-names = "all", "part";
			clocks = <&osc>;
			acme,partner = <&uart>;
			acme,modes = <1 2>;
			port { end: endpoint { remote-endpoint = <&other>; }; };
			probe: probe { #thermal-sensor-cells = <0>; };
		};
	};
	panel { port { other: endpoint { remote-endpoint = <&end>; }; }; };

	osc: clock { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <1000>; };
	pins: pins@400000 { compatible = "pinctrl-single"; reg = <0 0x400000 0 0x1000>; };
};
"""


def on_terminal(columns, *words, **environment):
    """What it says to a terminal of so many columns."""
    said = b""
    try:
        child, terminal = pty.fork()
    except OSError as trouble:
        raise unittest.SkipTest(f"no terminal can be had: {trouble}") from trouble
    if child == 0:
        os.environ.pop("NO_COLOR", None)
        os.environ.update({"COLUMNS": str(columns), "TERM": "xterm", **environment})
        os.execv(words[0], [str(word) for word in words])
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # how Linux says that nobody holds the other end
            break
        if not piece:
            break
        said += piece
    os.close(terminal)
    os.waitpid(child, 0)
    return said.decode().replace("\r\n", "\n")


def without_colour(text):
    return re.sub(r"\x1b\[[0-9]*m", "", text)


def run(*words):
    words = [str(word) for word in words]
    return subprocess.run(words, capture_output=True, text=True, check=False)


class Views(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.here = pathlib.Path(cls.folder.name)
        cls.board = cls.here / "board.dtb"
        source = cls.here / "board.dts"
        source.write_text(BOARD, encoding="ascii")
        done = run("dtc", "-q", "-@", "-o", cls.board, source)
        assert done.returncode == 0, done.stderr

    def said(self, command, *words):
        done = run(PROGRAM, command, "-b", self.board, "-x", "4.22", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def device(self, path):
        (device,) = json.loads(self.said("show", "--format", "json", path))["devices"]
        return device

    def suppliers(self, path, name):
        return [
            (one["index"], one["provider"], one["cells"])
            for one in self.device(path)["suppliers"]
            if one["property"] == name
        ]

    def test_a_specifier_that_is_a_phandle_is_one_entry(self):
        (entry,) = [
            one
            for one in self.device("/core@300000")["suppliers"]
            if one["property"] == "mboxes"
        ]
        self.assertEqual(entry["provider"], "/mailbox@200000")
        self.assertEqual(len(entry["cells"]), 1)
        self.assertEqual(entry["inner"], "/mailbox@200000/mbox-core")

    def test_no_partition_is_no_slot(self):
        self.assertEqual(self.suppliers("/mailbox@200000", "interrupts"), [])
        partition = "/interrupt-controller@10000/ppi-partitions/interrupt-partition-0"
        self.assertEqual(self.suppliers("/pmu", "interrupts"), [(0, partition, [])])

    def paths(self, *words):
        return self.said("list", "--paths", *words).split()

    def test_filters(self):
        uarts = ["/soc/serial@0", "/soc/serial@1000"]
        self.assertEqual(self.paths("--class", "serial"), uarts)
        self.assertEqual(self.paths("--bus", "/soc"), uarts)
        self.assertEqual(self.paths("--bus", "&uart"), [])
        self.assertEqual(self.paths("--bus", "/soc", "--state", "disabled"), uarts[1:])
        self.assertEqual(self.paths("--compatible", "acme,uart"), uarts[:1])
        self.assertEqual(self.paths("--compatible", "acme,uart", "--state", "disabled"), [])
        gic = "/interrupt-controller@10000"
        self.assertEqual(self.paths("--class", "interrupt-controller"), [gic])
        self.assertIn(gic, self.paths("--state", "no"))
        everything = self.paths()
        states = ("yes", "together", "forced", "no")
        split = [path for state in states for path in self.paths("--state", state)]
        self.assertEqual(sorted(split), sorted(everything))
        split = self.paths("--state", "enabled") + self.paths("--state", "disabled")
        self.assertEqual(sorted(split), sorted(everything))

    def test_filters_that_make_no_sense(self):
        words = (PROGRAM, "list", "-x", "4.22", "-b", self.board)
        done = run(*words, "--bus", "/sock")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/soc", done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(run(*words, "--state", "perhaps").returncode, 2)

    def test_the_list_for_machines(self):
        words = ("--class", "serial", "--format", "json")
        devices = json.loads(self.said("list", *words))["devices"]
        self.assertEqual([one["path"] for one in devices], self.paths("--class", "serial"))
        self.assertEqual(devices[0], self.device("/soc/serial@0"))

    def test_neighbours_for_machines(self):
        core = self.device("/glue@600000/core@610000")
        self.assertEqual(core["wrapper"], "/glue@600000")
        self.assertEqual([path.rsplit("/", 1)[1] for path in core["children"]], ["port", "probe"])
        self.assertEqual(
            core["guesses"], [{"property": "acme,partner", "provider": "/soc/serial@0"}]
        )
        self.assertIsNone(self.device("/glue@600000")["wrapper"])
        self.assertEqual(
            self.device("/soc/serial@0")["referrers"],
            [
                {"path": "/aliases", "property": "serial0"},
                {"path": "/chosen", "property": "stdout-path"},
            ],
        )

    def test_windows_of_the_same_bytes(self):
        said = self.said("show", "/glue@600000/core@610000")
        self.assertEqual(re.findall(r"overlaps +(.*)", said), ["window 0 all"])

    def test_what_dma_sees(self):
        core = self.device("/glue@600000/core@610000")
        self.assertEqual(core["dma_ranges_from"], "/glue@600000")
        self.assertIsNone(self.device("/glue@600000")["dma_ranges_from"])
        said = self.said("show", "/glue@600000/core@610000")
        self.assertRegex(said, r"addresses as of +/glue@600000  \(dma-ranges\)")

    def test_neighbours_for_people(self):
        lines = self.said("show", "/glue@600000/core@610000").splitlines()
        facts = [re.sub(r"^[|`]- ", "", line) for line in lines]
        for name, value in (
            ("guess", "perhaps /soc/serial@0  (acme,partner)"),
            ("part of", "/glue@600000"),
            ("child", "/glue@600000/core@610000/port"),
            ("clock shared with", "/core@300000"),
            ("named by", "/thermal-zones/zone to probe  (thermal-sensors, cell 0)"),
            ("named by", "/panel/port/endpoint to port/endpoint  (remote-endpoint, cell 0)"),
        ):
            self.assertIn(f"{name:<17} {value}", facts)
        # Its own parts name each other; that is nobody from outside.
        glue = self.said("show", "/glue@600000")
        self.assertIn("to core@610000/port/endpoint", glue)
        self.assertNotIn("/glue@600000/core@610000/port/endpoint to", glue)

    def test_own_tables(self):
        core = "/glue@600000/core@610000"
        folder = self.here / "tables"
        folder.mkdir()
        table = folder / "suppliers.txt"
        table.write_text("acme,partner 0 related-device\nclocks none\n", encoding="ascii")
        words = ("--format", "json", "--tables", folder, core)
        (device,) = json.loads(self.said("show", *words))["devices"]
        self.assertEqual(device["guesses"], [])
        self.assertEqual(
            [(one["property"], one["provider"], one["class"]) for one in device["suppliers"]],
            [("acme,partner", "/soc/serial@0", "related device")],
        )
        table.write_text("acme,partner\n", encoding="ascii")
        done = run(PROGRAM, "show", "-b", self.board, "--tables", folder, core)
        self.assertEqual(done.returncode, 1)
        self.assertIn("[bad-table]", done.stderr)
        table.unlink()
        done = run(PROGRAM, "show", "-b", self.board, "--tables", folder, core)
        self.assertEqual(done.returncode, 3)

    def test_terminals(self):
        board = ("-b", self.board, "-x", "4.22")
        show = (PROGRAM, "show", *board, "/glue@600000/core@610000")
        whole = self.said("show", "/glue@600000/core@610000")
        self.assertNotIn("\x1b", whole)
        for columns in (1000, 80, 60, 40, 30, 24, 1):
            text = on_terminal(columns, *show)
            self.assertIn("\x1b[1m", text)
            text = without_colour(text)
            lines = text.splitlines()
            self.assertLessEqual(max(map(len, lines)), max(columns, 24), text)
            self.assertEqual([line for line in lines if line.endswith(" ")], [])
            # Nothing is lost but where the lines end.
            self.assertEqual(re.sub(r"[\s|`-]", "", text), re.sub(r"[\s|`-]", "", whole))
        self.assertNotIn("\x1b", on_terminal(80, *show, NO_COLOR="1"))
        self.assertNotIn("\x1b", on_terminal(80, *show, TERM="dumb"))
        text = without_colour(on_terminal(50, PROGRAM, "list", *board))
        self.assertLessEqual(max(map(len, text.splitlines())), 50)
        self.assertGreater(max(map(len, self.said("list").splitlines())), 50)

    def test_entries_that_cannot_be_read(self):
        core = "/core@300000"
        self.assertEqual(
            self.suppliers(core, "gpio-ranges"),
            [(0, "/pins@400000", [0, 0, 4]), (1, "/pins@400000", [])],
        )
        self.assertEqual(self.suppliers(core, "clocks"), [(0, None, []), (1, "/clock", [])])
        self.assertEqual(self.suppliers(core, "reset-gpios"), [(0, None, [])])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
