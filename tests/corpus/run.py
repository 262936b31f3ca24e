#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every device tree of Debian's arm64 kernel package is read, derived and shown.

    run.py [FILE...]     all, or some (relative to the package's folder)

No crash, no sanitizer report, and no error that explained.txt does not
explain; an explanation that nothing needs is an error as well, and their
number is written down here: it may only be lowered.  Runs $DTASSIGN_SANITIZED
if that is set, else $DTASSIGN, else build/dtassign.
"""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "tools"))

import corpus
import debs

EXPLANATIONS = 0  # lines of explained.txt; lower it when one goes, never raise it
PATIENCE = 60
JOBS = 2
# A guest that asks for nothing: the judgements then are about the board alone.
NOBODY = 'name = "nobody"\nmemory = 64\ndtdev = [ ]\n'


class Failed(Exception):
    pass


def commands(tree, config):
    """What is run on each tree, and whether the findings come on stdout."""
    board = ["-b", str(tree), "-x", "4.17", "--format", "json"]
    yield ["list", *board], False
    yield ["show", *board, "--all"], False
    yield ["check", *board, "--dom0", "present", config], True


def findings_of(program, words, on_stdout):
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
    said = done.stdout if on_stdout else done.stderr
    if not said.strip():
        return []
    try:
        return json.loads(said)["findings"]
    except (ValueError, KeyError) as trouble:
        shown = said[:400].decode(errors="replace")
        raise Failed(f"the findings of `{words[0]}` are not JSON: {shown}") from trouble


def errors_of(program, tree, config):
    """The set of (rule, node) that an error was reported for."""
    errors = {}
    for words, on_stdout in commands(tree, config):
        for finding in findings_of(program, words, on_stdout):
            if finding["level"] == "error":
                paths = [place["path"] for place in finding["places"] if "path" in place]
                errors[finding["rule"], paths[0] if paths else "-"] = finding["message"]
    return errors


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
    """The line for one tree."""
    try:
        errors = errors_of(program, trees / name, config)
    except Failed as trouble:
        return f"not ok corpus/{name}: {trouble}"
    fresh = errors.keys() - explained.keys()
    new = [f"{rule} {node}: {errors[rule, node]}" for rule, node in fresh]
    stale = [f"{rule} {node}" for rule, node in explained.keys() - errors.keys()]
    if new:
        lines = "\n    ".join(sorted(new))
        return f"not ok corpus/{name}: {len(new)} errors without explanation\n    {lines}"
    if stale:
        return f"not ok corpus/{name}: explained, but not found: {'; '.join(sorted(stale))}"
    return f"ok corpus/{name}"


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
    with tempfile.NamedTemporaryFile("w", suffix=".cfg") as config:
        config.write(NOBODY)
        config.flush()

        def line_for(name):
            return judge(program, trees, name, explained.get(name, {}), config.name)

        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            for line in pool.map(line_for, names):
                print(line, flush=True)
                failed += line.startswith("not ok")
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
    print(f"# corpus: {len(names)} trees, {failed} failed, {time.monotonic() - start:.0f} seconds")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
