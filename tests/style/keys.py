#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every key of a config that we read, and every verb, is in the manual page, and no other."""

import re
import sys

import repo

PAGE = "man/dtassign.cfg.5"
KEYS = "src/request/keys.def"
VERBS = "include/request/decide_verbs.def"
ROW = re.compile(r'^KEY\("([^"]+)", (\w+), (\w+), \w+\)', re.MULTILINE)


def keys_of_page(page):
    """Words in the items that begin with the macro of a variable."""
    for item in re.findall(r"^\.It Va (.*)$", page, re.MULTILINE):
        yield from re.findall(r"\w+", item.split(" No = ")[0])


def complaints():
    page = repo.read(PAGE)
    rows = ROW.findall(repo.read(KEYS))
    read = {name for name, shape, how in rows if how != "nothing" or shape.startswith("OWN_")}
    documented = set(keys_of_page(page))
    for name in sorted(read - documented):
        yield f"{PAGE}: no item for the key {name}"
    for name in sorted(documented - read):
        yield f"{PAGE}: {name} is a key that {KEYS} does not read"
    for verb in re.findall(r'^DECIDE_VERB\(\w+, "([\w-]+)"', repo.read(VERBS), re.MULTILINE):
        if not re.search(rf"^\.It Cm {verb}$", page, re.MULTILINE):
            yield f"{PAGE}: no item for the verb {verb}"


def main():
    verdicts = repo.Verdicts()
    verdicts.say("keys", complaints())
    return verdicts.status()


if __name__ == "__main__":
    sys.exit(main())
