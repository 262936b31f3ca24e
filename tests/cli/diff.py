#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`diff`: what a change of the board means for its guests.

    diff.py DTASSIGN SOURCE_ROOT
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
ROOT = pathlib.Path(sys.argv[2]).resolve()
RCAR = ROOT / "examples" / "rcar"
SCHEMA = ROOT / "tests" / "tools" / "schema.py"
CONFIGS = [RCAR / "net.cfg", RCAR / "storage.cfg"]
OPTIONS = ["-x", "4.22", "--xen-drivers", "ipmmu"]


def run(*words):
    words = [str(word) for word in words]
    return subprocess.run(words, capture_output=True, text=True, check=False)


class Diff(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.here = pathlib.Path(folder.name)
        cls.source = (RCAR / "board.dts").read_text(encoding="ascii")
        cls.old = cls.build("old", cls.source)

    @classmethod
    def build(cls, name, source):
        board = cls.here / f"{name}.dtb"
        (cls.here / f"{name}.dts").write_text(source, encoding="ascii")
        done = run("dtc", "-q", "-@", "-o", board, cls.here / f"{name}.dts")
        assert done.returncode == 0, done.stderr
        return board

    def compare(self, *changes, configs=CONFIGS, status):
        source = self.source
        for before, after in changes:
            self.assertIn(before, source)
            source = source.replace(before, after, 1)
        new = self.build("new", source)
        words = ["diff", self.old, new, *OPTIONS, "--format", "json", *configs]
        done = run(PROGRAM, *words)
        self.assertEqual(done.returncode, status, done.stderr + done.stdout)
        said = json.loads(done.stdout)
        self.assertEqual(said["holds"], status == 0)
        answer = self.here / "answer.json"
        answer.write_text(done.stdout, encoding="ascii")
        checked = run(SCHEMA, ROOT / "schemas/diff.schema.json", "--", "cat", answer)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        return {change["kind"]: change for change in said["changes"]}

    def test_nothing(self):
        self.assertEqual(self.compare(status=0), {})
        self.assertEqual(self.compare(configs=[], status=0), {})

    def test_what_guests_do_not_have(self):
        change = ("interrupts = <0 140 4>", "interrupts = <0 141 4>")
        self.assertEqual(self.compare(change, status=0), {})
        said = self.compare(change, configs=[], status=1)
        self.assertEqual(
            said["interrupt"]["text"],
            "`/soc/watchdog@e6020000`: interrupt 172 (level-high) is now 173 (level-high)",
        )
        self.assertEqual([p["file"] for p in said["interrupt"]["places"]][0], str(self.old))

    def test_interrupt(self):
        said = self.compare(("<0 39 4>", "<0 38 4>"), status=1)
        self.assertEqual(sorted(said), ["interrupt", "output"])
        self.assertIn("71 (level-high) is now 70", said["interrupt"]["text"])
        self.assertIn("other lines and another device tree", said["output"]["text"])

    def test_trigger(self):
        said = self.compare(("<0 39 4>", "<0 39 1>"), status=1)
        self.assertIn("71 (level-high) is now 71 (edge-rising)", said["interrupt"]["text"])

    def test_registers(self):
        said = self.compare(("<0x0 0xe6800000 0x0 0x800>", "<0x0 0xe6800000 0x0 0x900>"), status=1)
        self.assertIn("is now 0xe6800000-0xe68008ff", said["registers"]["text"])

    def test_stream_and_supplier(self):
        said = self.compare(("<&ipmmu_ds0 16>", "<&ipmmu_ds0 17>"), status=0)
        self.assertEqual(list(said), ["stream"])
        said = self.compare(("<&cpg 1 812>", "<&cpg 1 811>"), status=0)
        self.assertIn("0x1 0x32b in clocks", said["supplier"]["text"])

    def test_gone_and_renamed(self):
        said = self.compare(("ethernet@e6800000", "net@e6800000"), configs=[], status=1)
        self.assertEqual(
            said["renamed"]["text"],
            "`/soc/ethernet@e6800000` seems to be `/soc/net@e6800000` now",
        )
        said = self.compare(
            ("avb: ethernet@e6800000", "avb: net@e6800000"),
            ('"renesas,etheravb-r8a77965"', '"acme,net"'),
            status=1,
        )
        self.assertIn("gone", said)

    def test_verdict(self):
        said = self.compare(("iommus = <&ipmmu_ds0 16>;", ""), status=1)
        self.assertIn("verdict", said)
        self.assertIn("error", said)

    def test_status(self):
        node = "avb: ethernet@e6800000 {"
        said = self.compare((node, node + ' status = "disabled";'), status=0)
        self.assertEqual(list(said), ["status"])
        self.assertEqual(said["status"]["text"], "`/soc/ethernet@e6800000` is now disabled")

    def test_usage(self):
        self.assertEqual(run(PROGRAM, "diff", self.old).returncode, 2)
        self.assertEqual(run(PROGRAM, "diff", self.old, "-").returncode, 2)
        self.assertEqual(run(PROGRAM, "diff", self.old, self.old, "-").returncode, 2)
        self.assertEqual(run(PROGRAM, "diff", self.old, CONFIGS[0], *OPTIONS).returncode, 1)

    def test_text(self):
        done = run(PROGRAM, "diff", self.old, self.old, *OPTIONS, *CONFIGS)
        self.assertEqual(done.stdout, "no change for the guests\n")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
