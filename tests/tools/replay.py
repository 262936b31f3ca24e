#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Feed every seed and every input that once hurt to the fuzz targets again.

    replay.py BUILD

A target is a program BUILD/tests/fuzz/replay_NAME that takes files as its
arguments; its inputs lie in tests/fuzz/seeds/NAME/.
"""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEEDS = ROOT / "tests" / "fuzz" / "seeds"
PATIENCE = 120


def run(target, inputs):
    """None if all went well, else what was said last."""
    try:
        done = subprocess.run(
            [str(target), *map(str, inputs)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no end after {PATIENCE} s"
    if done.returncode == 0:
        return None
    said = done.stdout.decode(errors="replace").splitlines()[-30:]
    return "\n    ".join([f"status {done.returncode}", *said])


def replay(target, inputs):
    """All at once, since that is fast; one by one to find the guilty."""
    if run(target, inputs) is None:
        for path in inputs:
            yield path, None
        return
    for path in inputs:
        yield path, run(target, [path])


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    targets = sorted(
        path
        for path in pathlib.Path(sys.argv[1], "tests", "fuzz").glob("replay_*")
        if path.is_file() and os.access(path, os.X_OK)
    )
    if not targets:
        print(f"skipped replay: no fuzz targets in {sys.argv[1]}")
        return 0
    failed = 0
    for target in targets:
        name = target.name.removeprefix("replay_")
        inputs = sorted(path for path in (SEEDS / name).rglob("*") if path.is_file())
        if not inputs:
            print(f"not ok replay/{name}: no seeds in tests/fuzz/seeds/{name}")
            failed += 1
        for path, trouble in replay(target, inputs):
            label = f"replay/{name}/{path.name}"
            print(f"not ok {label}: {trouble}" if trouble else f"ok {label}")
            failed += bool(trouble)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
