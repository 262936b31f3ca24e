#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Run the cases: a board, some configs, and what must come of them.

    cases.py [--bless] [NAME...]

tests/cases/SLUG[.VARIANT]/      must show the rule SLUG
tests/cases/SLUG[.VARIANT].ok/   the smallest change that makes it clean
tests/boards/NAME/               whole scenarios
(a name that begins with `_` is a folder for what others include)

In each of them
    *.dts, *.dtso   compiled to .dtb and .dtbo, `dtc -@` (file dtc-flags: other flags)
    *.cfg           the guests, in the order of their names
    args            the exact words after `dtassign`, where the default will not do:
                    `check -b host.dtb *.cfg`, or with expect/ `compile -b host.dtb -o out *.cfg`
    order-matters   why this case may find something else when siblings swap places
and what is there of these decides what is checked
    expect.txt      the findings as text: stdout of `check`, stderr of the others
    expect.out      stdout of a command other than `check`
    expect.json     the findings as JSON
    expect.status   the exit status; else 1 for SLUG, 0 for SLUG.ok and boards
    expect/         the outputs, byte for byte; without it nothing may be written

Every case runs twice and must give the same bytes (the second time with
$DTASSIGN_SANITIZED, if that is set), and once with the siblings of every node
of every board in opposite order, which must give the same findings.  $DTASSIGN
is the program, else build/dtassign.  --bless writes what came instead of comparing.
"""

import argparse
import concurrent.futures
import difflib
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import fdt

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases"
BOARDS = ROOT / "tests" / "boards"
CACHE = ROOT / "build" / "cases-cache"
RULES = ROOT / "include" / "diag" / "rules.def"
OUT = "out"
PATIENCE = 30
WITH_FINDINGS = ("check", "compile")  # the commands whose findings are compared
NOT_INPUT = ("args", "dtc-flags", "order-matters", "expect")
SHOWN = 40  # lines of a difference


class Failed(Exception):
    """A case went wrong; the text may have several lines."""


class Run:
    """One run of the program in a directory of its own."""

    def __init__(self, program, words, inputs):
        with tempfile.TemporaryDirectory(prefix="dtassign-case-") as work:
            for name, content in inputs.items():
                pathlib.Path(work, name).write_bytes(content)
            try:
                done = subprocess.run(
                    [program, *words],
                    cwd=work,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    timeout=PATIENCE,
                    env=dict(os.environ, LC_ALL="C.UTF-8", NO_COLOR="1"),
                    check=False,
                )
            except subprocess.TimeoutExpired as trouble:
                raise Failed(f"no end after {PATIENCE} s") from trouble
            self.command = words[0]
            self.status = done.returncode
            self.stdout = done.stdout
            self.stderr = done.stderr
            self.files = read_files(pathlib.Path(work), leave=inputs)
        if self.status < 0 or self.status > 3 or b"Sanitizer" in self.stderr:
            said = self.stderr.decode(errors="replace").splitlines()[-SHOWN:]
            raise Failed("\n".join([f"crashed, status {self.status}", *said]))

    def findings_text(self):
        return self.stdout if self.command == "check" else self.stderr


class Case:
    def __init__(self, home):
        self.home = home
        self.is_board = home.parent == BOARDS
        self.clean = home.name.endswith(".ok")
        self.slug = None if self.is_board else home.name.split(".")[0]
        self.name = f"{home.parent.name}/{home.name}"

    def text(self, name):
        path = self.home / name
        return path.read_text(encoding="utf-8") if path.exists() else None

    def inputs(self):
        flags = shlex.split(self.text("dtc-flags") or "-@")
        inputs = {}
        for path in sorted(self.home.iterdir()):
            if not path.is_file() or path.name.split(".")[0] in NOT_INPUT:
                continue
            inputs[path.name] = path.read_bytes()
            if path.suffix in (".dts", ".dtso"):
                blob = compiled(path, flags)
                inputs[path.with_suffix(".dtb" if path.suffix == ".dts" else ".dtbo").name] = blob
        return inputs

    def words(self, inputs):
        args = self.text("args")
        if args is not None:
            return shlex.split(args, comments=True)
        configs = sorted(name for name in inputs if name.endswith(".cfg"))
        if (self.home / "expect").is_dir():
            return ["compile", "-b", "host.dtb", "-o", OUT, *configs]
        return ["check", "-b", "host.dtb", *configs]

    def status(self):
        kept = self.text("expect.status")
        if kept is not None:
            return int(kept)
        return 0 if self.clean or self.is_board else 1


def compiled(path, flags):
    """dtc's output, kept by the content of all that goes into it."""
    digest = hashlib.sha256("\0".join(flags).encode())
    seen = []
    work = [path]
    while work:
        source = work.pop()
        if source in seen:
            continue
        seen.append(source)
        content = source.read_bytes()
        digest.update(b"%d\0" % len(content) + content)
        for name in re.findall(rb'/include/\s*"([^"]+)"', content):
            work.append((source.parent / name.decode()).resolve())
    kept = CACHE / f"{digest.hexdigest()}.dtb"
    if not kept.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=CACHE, delete=False) as target:
            command = ["dtc", "-q", *flags, "-I", "dts", "-O", "dtb", "-o", target.name, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            os.unlink(target.name)
            raise Failed(f"dtc refuses {path.name}\n{done.stderr}")
        os.replace(target.name, kept)
    return kept.read_bytes()


def read_files(directory, leave=None):
    """Every file below, by its relative name, and every empty directory.

    Those of `leave` are left out as long as their content is what it was.
    """
    files = {}
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        if path.is_file():
            content = path.read_bytes()
            if not leave or leave.get(name) != content:
                files[name] = content
        elif not any(path.iterdir()):
            files[name + "/"] = b""
    return files


def as_json(words):
    """The same command with its findings as JSON."""
    words = list(words)
    for i, word in enumerate(words):
        if word.startswith("--format="):
            words[i] = "--format=json"
            return words
        if word == "--format" and i + 1 < len(words):
            words[i + 1] = "json"
            return words
    return [words[0], "--format", "json", *words[1:]]


def findings_of(run):
    try:
        return json.loads(run.findings_text())["findings"]
    except (ValueError, KeyError, TypeError) as trouble:
        shown = run.findings_text().decode(errors="replace")
        raise Failed(f"the findings are not JSON: {trouble}\n{shown}") from trouble


def gist(findings):
    """What must not depend on the order of siblings."""
    lines = sorted(
        "{} {} guest={} about={}: {}".format(
            finding["rule"],
            finding["level"],
            finding.get("guest"),
            sorted({place["path"] for place in finding["places"] if "path" in place}),
            finding["message"],
        )
        for finding in findings
    )
    return "\n".join(lines).encode()


def same(what, expected, found):
    """Bytes that ought to be equal; a difference is shown as text where it is."""
    if expected == found:
        return
    try:
        old, new = expected.decode().splitlines(), found.decode().splitlines()
        lines = list(difflib.unified_diff(old, new, "expected", "found", lineterm=""))
    except UnicodeDecodeError:
        lines = [f"{len(expected)} bytes expected, {len(found)} other bytes found"]
    rest = [f"... {len(lines) - SHOWN} lines more"] if len(lines) > SHOWN else []
    raise Failed("\n".join([f"{what} differs", *lines[:SHOWN], *rest]))


def same_files(what, expected, found):
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            raise Failed(f"{what}: {name} was not written")
        if name not in expected:
            raise Failed(f"{what}: {name} should not have been written")
        same(f"{what}: {name}", expected[name], found[name])


def outputs(run):
    return {name.removeprefix(OUT + "/"): content for name, content in run.files.items()}


def compare(case, run, run_json):
    if run.status != case.status():
        said = run.stdout + run.stderr
        raise Failed(f"status {run.status}, not {case.status()}\n{said.decode(errors='replace')}")
    for name, found in (
        ("expect.txt", run.findings_text()),
        ("expect.out", run.stdout),
        ("expect.json", run_json.findings_text() if run_json else b""),
    ):
        expected = case.text(name)
        if expected is not None:
            same(name, expected.encode(), found)
    home = case.home / "expect"
    same_files("outputs", read_files(home) if home.is_dir() else {}, outputs(run))


def bless(case, run, run_json):
    def put(name, content):
        (case.home / name).write_bytes(content)

    put("expect.txt", run.findings_text())
    if case.text("expect.out") is not None:
        put("expect.out", run.stdout)
    if case.text("expect.json") is not None:
        put("expect.json", run_json.findings_text())
    if run.status != case.status() or case.text("expect.status") is not None:
        put("expect.status", b"%d\n" % run.status)
    home = case.home / "expect"
    if home.is_dir():
        shutil.rmtree(home)
    for name, content in outputs(run).items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(content)


def check_rule(case, findings):
    shown = {finding["rule"] for finding in findings}
    if case.clean and case.slug in shown:
        raise Failed(f"{case.slug} is found in its clean twin")
    if not case.clean and case.slug not in shown:
        raise Failed(f"{case.slug} is not found, only {sorted(shown) or 'nothing'}")


def check_twin(case, known):
    if case.slug not in known:
        raise Failed(f"{case.slug} is not a rule of {RULES.name}")
    if not case.clean:
        twins = (case.home.with_name(case.home.name + ".ok"), CASES / f"{case.slug}.ok")
        if not any(twin.is_dir() for twin in twins):
            raise Failed(f"no clean twin {twins[0].name}")


def check_reversed(case, program, words, inputs, findings):
    reason = case.text("order-matters")
    if reason is not None:
        if not reason.strip():
            raise Failed("order-matters gives no reason")
        return
    turned = dict(inputs)
    for name, content in inputs.items():
        if name.endswith(".dtb"):
            try:
                turned[name] = fdt.reverse(content)
            except fdt.Malformed as trouble:
                raise Failed(f"{name} cannot be turned around: {trouble}") from trouble
    again = findings_of(Run(program, words, turned))
    same("with siblings in opposite order the set of findings", gist(findings), gist(again))


def run_case(case, options):
    if case.slug:
        check_twin(case, options.known)
    inputs = case.inputs()
    words = case.words(inputs)
    run = Run(options.program, words, inputs)
    run_json = None
    if words[0] in WITH_FINDINGS:
        run_json = Run(options.program, as_json(words), inputs)
        findings = findings_of(run_json)
        if case.slug:
            check_rule(case, findings)
        check_reversed(case, options.program, as_json(words), inputs, findings)
    again = Run(options.sanitized, words, inputs)
    same("stdout of a second run", run.stdout, again.stdout)
    same("stderr of a second run", run.stderr, again.stderr)
    same_files("second run", run.files, again.files)
    if options.bless:
        bless(case, run, run_json)
    compare(case, run, run_json)


def report(case, options):
    try:
        run_case(case, options)
    except Failed as trouble:
        first, *rest = str(trouble).splitlines()
        return "\n".join([f"not ok {case.name}: {first}", *(f"    {line}" for line in rest)])
    except (OSError, ValueError, KeyError, TypeError, UnicodeDecodeError) as trouble:
        return f"not ok {case.name}: {type(trouble).__name__}: {trouble}"
    return f"ok {case.name}"


def find_cases(names):
    cases = []
    for home in (CASES, BOARDS):
        for path in sorted(home.iterdir()) if home.is_dir() else ():
            if path.is_dir() and not path.name.startswith("_"):
                case = Case(path)
                if not names or any(name in (path.name, case.name) for name in names):
                    cases.append(case)
    return cases


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--bless", action="store_true", help="write the expectations anew")
    parser.add_argument("name", nargs="*", help="a case, with or without its folder")
    options = parser.parse_args()
    options.program = os.path.abspath(os.environ.get("DTASSIGN", ROOT / "build" / "dtassign"))
    options.sanitized = os.path.abspath(os.environ.get("DTASSIGN_SANITIZED", options.program))
    registry = RULES.read_text(encoding="utf-8")
    options.known = set(re.findall(r'^RULE\(\w+, "([^"]+)"', registry, re.MULTILINE))

    for program in (options.program, options.sanitized):
        if not os.access(program, os.X_OK):
            print(f"not ok cases: no program {program}")
            return 1
    cases = find_cases(options.name)
    if not cases:
        print("skipped cases: there are none" if not options.name else "not ok cases: no such case")
        return 0 if not options.name else 1
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        failed = 0
        for line in pool.map(lambda case: report(case, options), cases):
            print(line, flush=True)
            failed += line.startswith("not ok")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
