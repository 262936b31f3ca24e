#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every device tree of Debian's arm64 kernel package is read, derived and shown.

    run.py [FILE...]     all, or some (relative to the package's folder)

No crash, no sanitizer report, and nothing that is reported as an error or cannot
be read unless explained.txt explains it; an explanation that nothing needs is
an error as well, and their number is written down here: it may only be lowered.
What is shown of every node has to be what the reference says (compare.py).
Runs $DTASSIGN_SANITIZED if that is set, else $DTASSIGN, else build/dtassign.
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "tools"))

import compare
import corpus
import debs
import reference

EXPLANATIONS = 17  # lines of explained.txt; lower it when one goes, never raise it
PATIENCE = 60
JOBS = 2
# Windows without a CPU address, and lines that end elsewhere, as they should be.
SOUND_WITHOUT_ADDRESS = re.compile(
    "#size-cells of 0|PCI configuration space|has no `ranges`|size 0"
)
SOUND_ELSEWHERE = re.compile("another controller than the GIC")
# A guest that asks for nothing: the judgements then are about the board alone.
NOBODY = 'name = "nobody"\nmemory = 64\ndtdev = [ ]\n'


class Failed(Exception):
    pass


def run(program, *words):
    """(stdout, stderr) of a command that was not refused for being wrong."""
    try:
        done = subprocess.run(
            [program, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as trouble:
        raise Failed(f"`{words[0]}` has no end after {PATIENCE} s") from trouble
    if done.returncode not in (0, 1) or b"Sanitizer" in done.stderr:
        said = done.stderr.decode(errors="replace").strip().replace("\n", "\n    ")
        raise Failed(f"`{words[0]}` ended with status {done.returncode}\n    {said}")
    return done.stdout, done.stderr


def parsed(said, key):
    try:
        return json.loads(said)[key] if said.strip() else []
    except (ValueError, KeyError) as trouble:
        shown = said[:400].decode(errors="replace")
        raise Failed(f"not the JSON of {key}: {trouble}: {shown}") from trouble


def reported(findings):
    """{(rule, node): message} of the errors."""
    errors = {}
    for finding in findings:
        if finding["level"] == "error":
            paths = [place["path"] for place in finding["places"] if "path" in place]
            errors[finding["rule"], paths[0] if paths else "-"] = finding["message"]
    return errors


def unread(devices):
    """The same for what nobody asked for and could not be read."""
    errors = {}
    for device in devices:
        path = device["path"]
        for window in device["windows"] + device["assigned_addresses"]:
            if "reason" in window and not SOUND_WITHOUT_ADDRESS.search(window["reason"]):
                errors["address-unreachable", path] = window["reason"]
        for line in device["interrupts"]:
            if "reason" in line and not SOUND_ELSEWHERE.search(line["reason"]):
                errors["interrupt-not-routable", path] = line["reason"]
        if any(stream["broken"] for stream in device["iommus"]):
            errors["broken-iommu-description", path] = "a stream cannot be read"
    return errors


def errors_of(program, tree, config):
    """Everything wrong with one tree, and the devices that were shown."""
    board = ["-b", str(tree), "-x", "4.17", "--format", "json"]
    errors = reported(parsed(run(program, "list", *board)[1], "findings"))
    shown, said = run(program, "show", *board, "--all")
    devices = parsed(shown, "devices")
    errors |= reported(parsed(said, "findings")) | unread(devices)
    judged, _ = run(program, "check", *board, "--dom0", "present", config)
    errors |= reported(parsed(judged, "findings"))
    return errors, devices


def compared(name, blob, devices, counts):
    """What the reference says otherwise, as text; what was compared is added to the counts."""
    expected = reference.show(blob)
    for one in expected:
        counts["nodes"] += 1
        for field, value in one.items():
            counts[field] += len(value) if isinstance(value, list) else 0
    found = [compare.described(name, *other) for other in compare.differences(devices, expected)]
    counts["differences"] += len(found)
    return found[: compare.SHOWN]


def amount(counts):
    fields = ("nodes", "windows", "interrupts", "iommus", "suppliers", "differences")
    return ", ".join(f"{counts[field]} {field}" for field in fields)


def explanations():
    """{file: {(rule, node): reason}}"""
    found = {}
    text = (HERE / "explained.txt").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            words = line.split(maxsplit=3)
            if len(words) != 4:
                raise ValueError(f"explained.txt:{number}: no FILE RULE NODE WHY")
            found.setdefault(words[0], {})[words[1], words[2]] = words[3]
    return found


def judge(program, trees, name, explained, config):
    """The line for one tree, and how much was compared."""
    counts = collections.Counter()
    try:
        errors, devices = errors_of(program, trees / name, config)
        other = compared(name, (trees / name).read_bytes(), devices, counts)
    except Failed as trouble:
        return f"not ok corpus/{name}: {trouble}", counts
    except (OSError, LookupError, TypeError, ValueError, struct.error) as trouble:
        return f"not ok corpus/{name}: {type(trouble).__name__}: {trouble}", counts
    fresh = errors.keys() - explained.keys()
    new = [f"{rule} {node}: {errors[rule, node]}" for rule, node in fresh]
    stale = [f"{rule} {node}" for rule, node in explained.keys() - errors.keys()]
    if other:
        lines = "\n    ".join(other)
        return f"not ok corpus/{name}: the reference has it otherwise\n    {lines}", counts
    if new:
        lines = "\n    ".join(sorted(new))
        return f"not ok corpus/{name}: {len(new)} errors without explanation\n    {lines}", counts
    if stale:
        return f"not ok corpus/{name}: explained, but not found: {'; '.join(sorted(stale))}", counts
    return f"ok corpus/{name}", counts


def main():
    start = time.monotonic()
    program = os.environ.get("DTASSIGN_SANITIZED") or os.environ.get("DTASSIGN")
    program = os.path.abspath(program or ROOT / "build" / "dtassign")
    if not os.access(program, os.X_OK):
        print(f"not ok corpus: no program {program}")
        return 1
    try:
        trees = corpus.corpus()
    except debs.Unavailable as trouble:
        print(f"skipped corpus: {trouble}")
        return 0
    names = sys.argv[1:] or sorted(p.relative_to(trees).as_posix() for p in trees.rglob("*.dtb"))
    explained = explanations()

    failed = 0
    counts = collections.Counter()
    with tempfile.NamedTemporaryFile("w", suffix=".cfg") as config:
        config.write(NOBODY)
        config.flush()
        with concurrent.futures.ProcessPoolExecutor(JOBS) as pool:
            jobs = [
                pool.submit(judge, program, trees, name, explained.get(name, {}), config.name)
                for name in names
            ]
            for job in jobs:
                line, seen = job.result()
                print(line, flush=True)
                failed += line.startswith("not ok")
                counts.update(seen)
    if not sys.argv[1:]:
        count = sum(len(entries) for entries in explained.values())
        strangers = sorted(explained.keys() - set(names))
        if strangers:
            print(f"not ok corpus/explained.txt: no such file: {' '.join(strangers)}")
        elif count != EXPLANATIONS:
            print(f"not ok corpus/explained.txt: {count} explanations, {EXPLANATIONS} are allowed")
        else:
            print("ok corpus/explained.txt")
        failed += bool(strangers) or count != EXPLANATIONS
    print(("not ok" if counts["differences"] else "ok") + f" corpus/compare: {amount(counts)}")
    took = time.monotonic() - start
    print(f"# corpus: {len(names)} trees, {failed} failed, {took:.0f} seconds")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
