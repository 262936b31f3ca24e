#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every rule has a page, a case and a clean twin; nothing speaks of rules that are not.

A line for each rule of include/diag/rules.def.  $DTASSIGN is the program,
else build/dtassign.
"""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "rules"
CASES = ROOT / "tests" / "cases"
SECTIONS = (
    "What",
    "Why it hurts",
    "What real Xen does",
    "How to fix it",
    "When to allow it",
    "Failing example",
    "Passing example",
)
ROW = re.compile(
    r'^RULE\(\s*(\w+),\s*"([^"]+)",\s*"([\d.]+)",\s*LEVEL_(\w+),\s*CATEGORY_(\w+),'
    r'\s*RELAX_(\w+),\s*"([^"]+)"\s*\)',
    re.MULTILINE,
)


def trouble_with_page(slug):
    page = PAGES / f"{slug}.md"
    if not page.exists():
        yield f"no page docs/rules/{slug}.md"
        return
    text = page.read_text(encoding="utf-8")
    if slug not in text.splitlines()[0]:
        yield "the first line of its page does not name it"
    titles = re.findall(r"^## (.*)$", text, re.MULTILINE)
    if titles != list(SECTIONS):
        lacking = [title for title in SECTIONS if title not in titles]
        yield f"its page lacks {lacking}" if lacking else f"its page has sections {titles}"


def trouble_with_cases(slug):
    names = {path.name for path in CASES.iterdir() if path.is_dir()} if CASES.is_dir() else set()
    mine = {name for name in names if name == slug or name.startswith(slug + ".")}
    if not any(not name.endswith(".ok") for name in mine):
        yield f"no case tests/cases/{slug}"
    if not any(name.endswith(".ok") for name in mine):
        yield f"no clean twin tests/cases/{slug}.ok"


def trouble_with_explain(program, slug):
    done = subprocess.run(
        [program, "explain", slug], capture_output=True, text=True, check=False, timeout=30
    )
    if done.returncode != 0:
        yield f"`explain` ends with status {done.returncode}: {done.stderr.strip()}"
    elif slug not in done.stdout:
        yield "`explain` does not name it"


def main():
    program = os.environ.get("DTASSIGN", str(ROOT / "build" / "dtassign"))
    registry = (ROOT / "include" / "diag" / "rules.def").read_text(encoding="utf-8")
    rows = ROW.findall(registry)
    failed = 0

    def say(name, complaints):
        nonlocal failed
        complaints = list(complaints)
        failed += bool(complaints)
        if complaints:
            print(f"not ok registry/{name}: {'; '.join(complaints)}")
        else:
            print(f"ok registry/{name}")

    unread = len(re.findall(r"^RULE\(", registry, re.MULTILINE)) - len(rows)
    say("rows", [f"{unread} rows cannot be read"] if unread else [])
    slugs = [row[1] for row in rows]
    for slug in slugs:
        complaints = [*trouble_with_page(slug), *trouble_with_cases(slug)]
        if os.access(program, os.X_OK):
            complaints += trouble_with_explain(program, slug)
        else:
            complaints.append(f"no program {program}")
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or slugs.count(slug) != 1:
            complaints.append("a slug is unique, lower case, with hyphens")
        say(slug, complaints)
    strangers = sorted({page.stem for page in PAGES.glob("*.md")} - set(slugs) - {"README"})
    say("pages", [f"docs/rules/{name}.md is about no rule" for name in strangers])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
