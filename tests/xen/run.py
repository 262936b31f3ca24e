#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boot what we wrote under real Xen 4.17, in QEMU.

    run.py [--fragment FILE] [SCENARIO...]

tests/xen/scenarios/NAME/
    guest.cfg     what dtassign is asked for
    expect.json   boots       [machine, way] each; machines are gicv2 and gicv3 (QEMU's
                              virt), zcu102 and zcu102-smmu; ways are those of WAYS below
                  options     further words for `dtassign compile`
                  modules     kernel modules that the guest needs
                  checks      what the guest must prove: functions of guest/init
                  interrupts  all that Xen may have granted
                  pages       [first page in hex, count] for each entry of xen,reg
              and the guest must have been given our tree, unchanged
tests/xen/selftest/NAME/
    fragment.dts  a broken tree, and in expect.json
                  must_fail   how this harness has to notice (a regular expression)
`mistakes` are those of mistakes.py, which Xen has to refuse as our pages say.

Each boot prints a line.  --fragment boots a given tree (.dtb or .dts) instead
of asking dtassign.  Logs and trees stay in build/xen/.
"""

import argparse
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests" / "tools"))

import boots
import debs
import fdt
import mistakes

WAYS = {
    "dom0less": (boots.Boot, ""),
    "dom0less beside dom0": (boots.BesideDom0, "-dom0"),
    "xl": (boots.FromDom0, "-xl"),
}


def outcome(boot):
    """The line for one boot."""
    start = time.monotonic()
    try:
        boot.run()
        trouble = None
    except boots.Failed as failure:
        trouble = str(failure)
    except (OSError, ValueError, subprocess.SubprocessError, fdt.Malformed) as failure:
        trouble = f"{type(failure).__name__}: {failure}"
    took = time.monotonic() - start
    wanted = boot.must_fail
    if wanted and trouble and re.search(wanted, trouble):
        return f"ok xen/{boot.name} {took:.1f} s (noticed: {trouble.splitlines()[0]})"
    if wanted:
        trouble = f"noticed {trouble!r}, not {wanted!r}" if trouble else "broken, but passed"
    if trouble:
        text = trouble.strip().replace("\n", "\n    ")
        return f"not ok xen/{boot.name} {took:.1f} s: {text} (logs: build/xen/{boot.name})"
    return f"ok xen/{boot.name} {took:.1f} s"


def chosen(kit, names, fragment):
    homes = sorted((HERE / "scenarios").glob("*/")) + sorted((HERE / "selftest").glob("*/"))
    for home in homes:
        if names and home.name not in names:
            continue
        expect = json.loads((home / "expect.json").read_text(encoding="utf-8"))
        for machine, way in expect["boots"]:
            kind, label = WAYS[way]
            yield kind(kit, home, kit.host(machine), fragment, label)
    if not fragment and (not names or "mistakes" in names):
        yield from mistakes.all_boots(kit)


def longest_first(some):
    """So that no processor waits for the other at the end."""
    return sorted(some, key=lambda boot: (boot.target != "xl", not boot.dom0))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--fragment", type=pathlib.Path, help="boot this partial tree")
    parser.add_argument("scenario", nargs="*")
    options = parser.parse_args()
    start = time.monotonic()
    try:
        kit = boots.Kit()
    except debs.Unavailable as trouble:
        print(f"skipped xen: {trouble}")
        return 0
    todo = chosen(kit, options.scenario, options.fragment)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for line in pool.map(outcome, longest_first(todo)):
            print(line, flush=True)
            failed += line.startswith("not ok")
    print(f"# xen: {time.monotonic() - start:.0f} seconds in all")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
