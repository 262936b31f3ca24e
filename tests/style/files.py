#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What every file owes the reader: a licence, a sensible length, finished sentences."""

import re
import sys

import repo

CODE = ("*.c", "*.h", "*.py", "*.sh", "dev", ".ci/run", "guest/init", "guest/dom0")
LICENSED = (*CODE, "*.def", "meson.build", "*.dts", "*.dtsi", "*.l", "*.y")
LONGEST_FILE = 600
LONGEST_LINE = 100
TAB = 8

# Things that belong on somebody's desk.  The pieces are joined here so that
# this file does not find itself.
WORDS = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]
UNFINISHED = re.compile(rf"\b({'|'.join(WORDS)})\b")
PRIVATE = re.compile(r"(?<![\w.])/(root)/")
TEXTS = (*CODE, "*.def", "*.md", "*.build", "*.dts", "*.[1-8]", "*.txt")


def over_long(name, text):
    lines = text.splitlines()
    if len(lines) > LONGEST_FILE:
        yield f"{name}: {len(lines)} lines, {LONGEST_FILE} are the limit"
    for number, line in enumerate(lines, 1):
        if len(line.expandtabs(TAB)) > LONGEST_LINE:
            yield f"{name}:{number}: more than {LONGEST_LINE} columns"


def unlicensed(name, text):
    if not any("SPDX-License-Identifier: BSD-2-Clause" in line for line in text.splitlines()[:3]):
        yield f"{name}: no SPDX line at the top"


def unfinished(name, text):
    for number, line in enumerate(text.splitlines(), 1):
        match = UNFINISHED.search(line) or PRIVATE.search(line)
        if match:
            yield f"{name}:{number}: {match[0]}"


def untidy(name, text):
    for number, line in enumerate(text.splitlines(), 1):
        if line != line.rstrip() and not name.endswith(".md"):
            yield f"{name}:{number}: blanks at the end of the line"
    if text and not text.endswith("\n"):
        yield f"{name}: no newline at the end"
    if "\r" in text:
        yield f"{name}: carriage returns"


def dangling_links(name, text):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in target and not (repo.ROOT / name).parent.joinpath(target).exists():
            yield f"{name}: no {target} to link to"


def main():
    verdicts = repo.Verdicts()
    for check, patterns, judge in (
        ("length", CODE, over_long),
        ("licence", LICENSED, unlicensed),
        ("finished", TEXTS, unfinished),
        ("tidy", TEXTS, untidy),
        ("links", ("*.md",), dangling_links),
    ):
        names = [name for name in repo.files(*patterns) if "/expect/" not in name]
        # Test inputs are allowed to be odd; the licence is asked of all.
        if check in ("tidy", "finished"):
            names = [name for name in names if not name.startswith(("tests/cases/", "tests/fuzz/"))]
        verdicts.say(check, (c for name in names for c in judge(name, repo.read(name))))
    return verdicts.status()


if __name__ == "__main__":
    sys.exit(main())
