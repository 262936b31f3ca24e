#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`dtassign show --all` says of every board what the reference says of it.

    compare.py [FILE...]     all, or some (relative to the package's folder)

Node by node and field by field; prints how many nodes were compared, in how
many each field differs, and the first differences of each.  The reference is
a second implementation (reference/), made from specifications.  Of a reason it
only knows that there is one.  Runs $DTASSIGN, else build/dtassign.
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "tools"))

import corpus
import debs
import reference

PATIENCE = 60
JOBS = 2
SHOWN = 3  # differences of each field
WIDTH = 400  # characters of a value

# Of the objects in these fields only these keys are the reference's to know; what is not here is
# compared as it is.
KEYS = {
    "windows": ("address", "size", "reason"),
    "assigned_addresses": ("address", "size", "reason"),
    "interrupts": ("intid", "type", "trigger", "flags", "controller", "cells", "reason"),
    "iommus": ("iommu", "id", "mask", "cells"),
    "suppliers": ("property", "index", "provider", "cells"),
}


def bare(field, value):
    """A value without what the reference does not know."""
    if field not in KEYS:
        return value
    return [
        {key: "..." if key == "reason" else one[key] for key in KEYS[field] if key in one}
        for one in value
    ]


def shown(program, blob):
    words = [program, "show", "-b", str(blob), "--all", "--format", "json"]
    done = subprocess.run(
        words, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False
    )
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        raise ValueError(f"`show` ended with status {done.returncode}: {said}")
    return json.loads(done.stdout)["devices"]


def differences(ours, theirs):
    """(path, field, what the reference has, what we have) of each."""
    if [one["path"] for one in ours] != [one["path"] for one in theirs]:
        yield "/", "path", [one["path"] for one in theirs], [one["path"] for one in ours]
        return
    for mine, expected in zip(ours, theirs):
        for field in expected:
            want, have = bare(field, expected[field]), bare(field, mine.get(field, []))
            if want != have:
                yield mine["path"], field, want, have


def compare(program, trees, name):
    """(name, number of nodes, differences)"""
    blob = trees / name
    theirs = reference.show(blob.read_bytes())
    try:
        ours = shown(program, blob)
    except (ValueError, KeyError, subprocess.TimeoutExpired) as trouble:
        return name, 0, [("/", "show", "devices", str(trouble))]
    return name, len(theirs), list(differences(ours, theirs))


def part(value, other):
    """Of a list only what differs from the other."""
    if isinstance(value, list) and isinstance(other, list):
        return [one for one in value if one not in other] or value
    return value


def cut(value):
    text = json.dumps(value)
    return text if len(text) <= WIDTH else text[:WIDTH] + "..."


def described(name, path, field, want, have):
    lines = (
        f"{name} {path} {field}",
        f"    reference: {cut(part(want, have))}",
        f"    dtassign:  {cut(part(have, want))}",
    )
    return "\n    ".join(lines)


def compare_all(program, trees, names):
    """(number of nodes, {field: [difference as text]})"""
    nodes, found = 0, collections.defaultdict(list)
    with concurrent.futures.ProcessPoolExecutor(JOBS) as pool:
        jobs = [pool.submit(compare, program, trees, name) for name in names]
        for job in jobs:
            name, count, differ = job.result()
            nodes += count
            for path, field, want, have in differ:
                found[field].append(described(name, path, field, want, have))
    return nodes, found


def main():
    start = time.monotonic()
    program = os.path.abspath(os.environ.get("DTASSIGN") or ROOT / "build" / "dtassign")
    try:
        trees = corpus.corpus()
    except debs.Unavailable as trouble:
        print(f"skipped compare: {trouble}")
        return 0
    names = sys.argv[1:] or sorted(p.relative_to(trees).as_posix() for p in trees.rglob("*.dtb"))
    nodes, found = compare_all(program, trees, names)
    for field, texts in sorted(found.items()):
        print(f"{field}: {len(texts)} nodes differ")
        for text in texts[:SHOWN]:
            print(f"    {text}")
    count = sum(len(texts) for texts in found.values())
    took = time.monotonic() - start
    print(f"# compare: {len(names)} trees, {nodes} nodes, {count} differences, {took:.0f} seconds")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
