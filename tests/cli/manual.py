#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The manual and the program name the same commands and options.

    manual.py DTASSIGN dtassign.1
"""

import re
import subprocess
import sys


def told(*words):
    return subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout


def main():
    program, manual = sys.argv[1:]
    with open(manual, encoding="ascii") as file:
        page = file.read()
    commands = set(re.findall(r"^  ([a-z]+) ", told(program, "help"), re.M))
    options = set()
    for command in commands:
        options |= set(re.findall(r"^  .{4}--([a-z-]+)", told(program, "help", command), re.M))
    described = page.split("The options are:")[1].split(".Sh ")[0]
    page_options = set(re.findall(r"^\.It .*Fl -([a-z-]+)", described, re.M))
    page_commands = set(re.findall(r"^\.It Cm ([a-z]+)$", page, re.M))
    wrong = []
    for what, ours, theirs in (
        ("option", options, page_options),
        ("command", commands, page_commands),
    ):
        wrong += [f"{what} {name} is not in the manual" for name in sorted(ours - theirs)]
        wrong += [f"{what} {name} is only in the manual" for name in sorted(theirs - ours)]
    if not options or not commands:
        wrong.append("the program names nothing")
    print("\n".join(wrong) or f"{len(commands)} commands, {len(options)} options")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
