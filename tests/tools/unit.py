#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Run the unit tests of a build folder and print a line for each single test.

    unit.py BUILD LABEL

Meson runs the programs; cmocka says in TAP what happened inside of them.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

TAP = re.compile(r"^(ok|not ok) \d+ - (.*)$")


def lines_of(test, label):
    """What one test program had to say."""
    name = f"{label}/{test['name'].split(' / ')[-1]}"
    said = test.get("stdout", "").splitlines()
    if test["result"] == "SKIP":
        yield f"skipped {name}: {said[-1].split('SKIP ')[-1] if said else 'no reason given'}"
        return
    failed = False
    count = 0
    for line in said:
        match = TAP.match(line)
        if match:
            count += 1
            failed |= match[1] == "not ok"
            yield f"{match[1]} {name}: {match[2]}"
    if test["result"] not in ("OK", "EXPECTEDFAIL") and not failed:
        yield f"not ok {name}: {test['result']}, status {test.get('returncode')}"
        failed = True
    elif not count:
        yield f"ok {name}"
    if failed:
        said += test.get("stderr", "").splitlines()
        yield from (f"    {line}" for line in said if not TAP.match(line))


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    build, label = pathlib.Path(sys.argv[1]), sys.argv[2]
    log = build / "meson-logs" / "testlog.json"
    log.unlink(missing_ok=True)
    done = subprocess.run(
        ["meson", "test", "-C", str(build), "--no-rebuild", "--quiet", "--suite", "unit"],
        env=dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if not log.exists():
        if "No suitable tests" in done.stdout:
            print(f"skipped {label}: {build} has no unit tests")
            return 0
        print(f"not ok {label}: meson wrote no log\n{done.stdout}")
        return 1
    for line in log.read_text(encoding="utf-8").splitlines():
        for said in lines_of(json.loads(line), label):
            print(said)
    return 1 if done.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
