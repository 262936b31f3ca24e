#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What stands on disk after a run, on the shipped board.

    outputs.py DTASSIGN SOURCE_ROOT
"""

import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
ROOT = pathlib.Path(sys.argv[2]).resolve()
EXAMPLE = ROOT / "examples" / "ultrascale"
CONFIGS = ("net.cfg", "control.cfg")
HOST = {f"host.{suffix}" for suffix in ("marks", "dtso", "dtbo", "cmd", "keep")}


def run(*words, cwd=None):
    words = [str(word) for word in words]
    return subprocess.run(words, capture_output=True, text=True, cwd=cwd, check=False)


def tool(*words):
    done = run(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Outputs(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.here = pathlib.Path(self.folder.name)
        self.board = self.here / "board.dtb"
        tool("dtc", "-q", "-@", "-o", self.board, EXAMPLE / "board.dts")
        self.out = self.here / "out"
        self.compile(self.out, *(EXAMPLE / name for name in CONFIGS))

    def compile(self, out, *configs, status=0):
        done = run(PROGRAM, "compile", "-b", self.board, "-x", "4.22", "-o", out, *configs)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def check(self, *configs):
        return run(PROGRAM, "check", "-b", self.board, "-x", "4.22", *configs)

    def bytes_of(self, folder):
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    def rules(self, done):
        return re.findall(r"^(?:error|warning|note|allowed): .*? \[([a-z-]+)\]", done.stdout, re.M)

    def test_names(self):
        names = {f"{guest}.{suffix}" for guest in ("net", "control")
                 for suffix in ("dtb", "dts", "cfg", "json")}
        self.assertEqual(set(self.bytes_of(self.out)), names | HOST)

    def test_source_is_the_blob(self):
        for guest in ("net", "control"):
            made = self.here / "made.dtb"
            tool("dtc", "-q", "-o", made, self.out / f"{guest}.dts")
            self.assertEqual(tool("dtc", "-q", "-O", "dts", made),
                             tool("dtc", "-q", "-O", "dts", self.out / f"{guest}.dtb"))

    def test_marks_are_applied(self):
        """The overlay, its source and the commands of U-Boot mark the same nodes."""
        marks = (self.out / "host.marks").read_text(encoding="ascii").split()
        words = [shlex.split(line, comments=True)
                 for line in (self.out / "host.cmd").read_text(encoding="ascii").splitlines()]
        self.assertEqual([line for line in words if line and line[:2] != ["fdt", "resize"]],
                         [["fdt", "set", path, "xen,passthrough"] for path in marks])
        made = self.here / "made.dtbo"
        tool("dtc", "-q", "-o", made, self.out / "host.dtso")
        for overlay in (made, self.out / "host.dtbo"):
            self.assertEqual(tool("dtc", "-q", "-I", "dtb", "-O", "dts", overlay),
                             tool("dtc", "-q", "-I", "dtb", "-O", "dts", made))
            marked = self.here / "marked.dtb"
            tool("fdtoverlay", "-i", self.board, "-o", marked, overlay)
            source = tool("dtc", "-q", "-I", "dtb", "-O", "dts", marked)
            self.assertEqual(source.count("xen,passthrough;"), len(marks))
            for path in marks:
                tool("fdtget", marked, path, "xen,passthrough")
        configs = [EXAMPLE / name for name in CONFIGS]
        done = run(PROGRAM, "check", "-b", self.board, "--overlay", self.out / "host.dtbo",
                   "-x", "4.22", *configs)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertNotIn("marks-assumed", self.rules(done))

    def test_marks_that_are_there(self):
        """A board with every mark gets an overlay that changes nothing."""
        marked = self.here / "marked.dtb"
        tool("fdtoverlay", "-i", self.board, "-o", marked, self.out / "host.dtbo")
        self.board = marked
        self.compile(self.here / "then", *(EXAMPLE / name for name in CONFIGS))
        then = self.here / "then"
        same = self.here / "same.dtb"
        tool("fdtoverlay", "-i", marked, "-o", same, then / "host.dtbo")
        self.assertEqual(tool("dtc", "-q", "-O", "dts", same),
                         tool("dtc", "-q", "-O", "dts", marked))
        self.assertEqual((then / "host.marks").read_bytes(), (self.out / "host.marks").read_bytes())
        self.assertNotIn("fdt set", (then / "host.cmd").read_text(encoding="ascii"))

    def test_again_from_the_outputs(self):
        again = self.here / "again"
        self.compile(again, *(self.out / name for name in CONFIGS))
        self.assertEqual(self.bytes_of(again), self.bytes_of(self.out))

    def test_again_in_place(self):
        before = self.bytes_of(self.out)
        self.compile(self.out, *(self.out / name for name in CONFIGS))
        self.assertEqual(self.bytes_of(self.out), before)

    def test_check_finds_the_same(self):
        first = self.check(*(EXAMPLE / name for name in CONFIGS))
        then = self.check(*(self.out / name for name in CONFIGS))
        self.assertEqual(then.returncode, 0, then.stdout)
        self.assertEqual(self.rules(then), self.rules(first))

    def test_report(self):
        for guest in ("net", "control"):
            tool(sys.executable, ROOT / "tests/tools/schema.py", ROOT / "schemas/plan.schema.json",
                 self.out / f"{guest}.json")
            text = (self.out / f"{guest}.json").read_text(encoding="ascii")
            self.assertNotIn(str(self.here), text)
            listed = {entry["file"] for entry in json.loads(text)["outputs"]}
            self.assertEqual(listed, {f"{guest}.{s}" for s in ("dtb", "dts", "cfg")}
                             | HOST)

    def test_a_run_that_died(self):
        for name in ("net.dtb", "net.dts", *HOST):
            path = self.out / name
            content = path.read_bytes()
            path.write_bytes(content + b"\n")
            done = self.check(self.out / "net.cfg")
            self.assertEqual(done.returncode, 1)
            self.assertIn("stale-output", self.rules(done), name)
            path.write_bytes(content)
        self.assertEqual(self.check(self.out / "net.cfg").returncode, 0)

    def test_an_edited_config_and_a_part_of_the_outputs(self):
        config = self.out / "net.cfg"
        config.write_bytes(b"# mine\n" + config.read_bytes())
        (self.out / "net.dts").unlink()
        self.assertEqual(self.check(config).returncode, 0)

    def test_no_input_is_overwritten(self):
        inside = self.out / "net.dtb"
        inside.write_bytes(self.board.read_bytes())
        before = self.bytes_of(self.out)
        self.board = inside
        done = self.compile(self.out, self.out / "net.cfg", status=1)
        self.assertIn("[output-overwrites-input]", done.stderr)
        self.assertEqual(self.bytes_of(self.out), before)

    def test_config_without_block_is_kept(self):
        mine = self.here / "net.cfg"
        mine.write_bytes((EXAMPLE / "net.cfg").read_bytes())
        done = self.compile(self.here, mine, status=1)
        self.assertIn("[output-overwrites-input]", done.stderr)
        self.assertEqual(mine.read_bytes(), (EXAMPLE / "net.cfg").read_bytes())

    def test_refused_writes_nothing(self):
        nowhere = self.here / "nowhere"
        self.compile(nowhere, EXAMPLE / "mistakes.cfg", status=1)
        self.assertFalse(nowhere.exists())

    def test_source_needs_trust(self):
        words = (PROGRAM, "list", "-x", "4.22", "-b", EXAMPLE / "board.dts")
        self.assertIn("[untrusted-source]", run(*words).stderr)
        self.assertEqual(run(*words, "--trust-dts").stdout,
                         run(PROGRAM, "list", "-x", "4.22", "-b", self.board).stdout)

    def test_exit_statuses(self):
        absent = self.here / "absent"
        self.assertEqual(run(PROGRAM).returncode, 2)
        self.assertEqual(run(PROGRAM, "check", "--nonsense").returncode, 2)
        self.assertEqual(run(PROGRAM, "check", "-b", self.board, absent).returncode, 3)
        self.assertEqual(run(PROGRAM, "list", "-b", absent).returncode, 3)

    def test_overrides(self):
        """A KEY=VALUE belongs to the config before it and is not written."""
        done = self.check(EXAMPLE / "net.cfg", EXAMPLE / "net.cfg")
        self.assertIn("duplicate-guest", self.rules(done))
        done = self.check(EXAMPLE / "net.cfg", "name='other'", EXAMPLE / "net.cfg")
        self.assertNotIn("duplicate-guest", self.rules(done))
        done = self.check(EXAMPLE / "net.cfg", EXAMPLE / "net.cfg", "name = 'other'")
        self.assertNotIn("duplicate-guest", self.rules(done))
        self.assertEqual(run(PROGRAM, "check", "-b", self.board, "a=b").returncode, 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
