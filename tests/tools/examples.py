#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Run the examples of the rules' pages: what fails there must fail, what passes must pass.

    examples.py [SLUG...]

A page docs/rules/SLUG.md has fences like ```dts failing and ```cfg passing:
    dts   the board host.dts, compiled to host.dtb; that of a passing example is
          appended to the failing one, unless it begins with /dts-v1/
    frag  frag.dts, compiled to frag.dtb; a passing example without one uses the
          failing one
    cfg   dom.cfg; a passing example without one uses the failing one
    sh    the commands, by default `dtassign check -b host.dtb dom.cfg`
A failing example shows a finding of its rule that is not allowed.  A passing
one shows none, has no other error, and ends with status 0.  $DTASSIGN is the
program, else build/dtassign.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "rules"
FENCE = re.compile(r"^```(dts|frag|cfg|sh) (failing|passing)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FINDING = re.compile(r"^(?:error|warning|note): .* \[([a-z0-9-]+)\]$", re.MULTILINE)
SANITIZER = re.compile(r"runtime error: |Sanitizer: ")
ERROR = re.compile(r"^error: .*$", re.MULTILINE)
DEFAULT = "dtassign check -b host.dtb dom.cfg\n"
PATIENCE = 60


def examples(text):
    """The files of the failing and of the passing example."""
    found = {"failing": {}, "passing": {}}
    for language, kind, body in FENCE.findall(text):
        found[kind][language] = found[kind].get(language, "") + body
    failing, passing = found["failing"], found["passing"]
    board = failing.get("dts", "")
    change = passing.get("dts", "")
    failing.setdefault("cfg", "")
    passing.setdefault("cfg", failing["cfg"])
    if "frag" in failing:
        passing.setdefault("frag", failing["frag"])
    passing["dts"] = change if change.startswith("/dts-v1/") else f"{board}\n{change}"
    return failing, passing


def run(example, program):
    """Status and output of the commands, in a folder with the example's files."""
    with tempfile.TemporaryDirectory(prefix="dtassign-example-") as work:
        pathlib.Path(work, "dom.cfg").write_text(example["cfg"], encoding="utf-8")
        for name, language in (("host", "dts"), ("frag", "frag")):
            if name == "frag" and language not in example:
                continue
            source = pathlib.Path(work, f"{name}.dts")
            source.write_text(example.get(language, ""), encoding="utf-8")
            dtc = ["dtc", "-q", "-@", "-I", "dts", "-O", "dtb", "-o", f"{name}.dtb", source.name]
            made = subprocess.run(dtc, cwd=work, capture_output=True, text=True, check=False)
            if made.returncode:
                return None, made.stderr
        # The commands call it by its name.
        os.symlink(program, pathlib.Path(work, "dtassign"))
        done = subprocess.run(
            ["sh", "-e", "-c", example.get("sh", DEFAULT)],
            cwd=work,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            env=dict(os.environ, PATH=f"{work}:{os.environ['PATH']}", LC_ALL="C", NO_COLOR="1"),
            check=False,
        )
        return done.returncode, done.stdout.decode("utf-8", "replace")


def complaints(slug, program):
    failing, passing = examples((PAGES / f"{slug}.md").read_text(encoding="utf-8"))
    status, said = run(failing, program)
    if SANITIZER.search(said):
        yield "the sanitizer complains", said
    if status not in (0, 1) or slug not in FINDING.findall(said):
        yield f"the failing example does not show it (status {status})", said
    status, said = run(passing, program)
    if SANITIZER.search(said):
        yield "the sanitizer complains", said
    if slug in FINDING.findall(said):
        yield "the passing example shows it", said
    elif status != 0 or ERROR.search(said):
        yield f"the passing example does not pass (status {status})", said


def main():
    program = pathlib.Path(os.environ.get("DTASSIGN", ROOT / "build" / "dtassign")).resolve()
    slugs = sys.argv[1:] or sorted(p.stem for p in PAGES.glob("*.md") if p.stem != "README")
    failed = False
    if not os.access(program, os.X_OK):
        print(f"not ok examples: no program {program}")
        return 1
    for slug in slugs:
        found = list(complaints(slug, program))
        failed |= bool(found)
        if not found:
            print(f"ok examples/{slug}")
        for complaint, said in found:
            print(f"not ok examples/{slug}: {complaint}")
            print("".join(f"    {line}\n" for line in said.splitlines()), end="")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
