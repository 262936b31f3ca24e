#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every rule has a page and a row in the index, and both say what the registry says."""

import re
import sys

import repo

PAGES = "docs/rules"
RULE = re.compile(
    r'^RULE\(\s*(\w+),\s*"([^"]+)",\s*"([\d.]+)",\s*LEVEL_(\w+),\s*CATEGORY_(\w+),'
    r'\s*RELAX_(\w+),\s*"([^"]+)"\s*\)',
    re.MULTILINE,
)
INDEX_ROW = re.compile(r"^\| \[([^\]]+)\]\(([^)]+)\) \| (\w+) \| (\w+) \| (.*) \|$", re.MULTILINE)
RELAXED = {
    "never": "cannot be relaxed",
    "reason": "can be allowed, with a reason",
    "free": "can be lowered with `-W` or allowed",
}


def rules():
    for _, slug, since, level, category, relax, title in RULE.findall(
        repo.read("include/diag/rules.def")
    ):
        yield slug, since, level.lower(), category.lower(), relax.lower(), title


def trouble_with_page(known, slug, since, level, category, relax, title):
    name = f"{PAGES}/{slug}.md"
    if not (repo.ROOT / name).exists():
        yield f"{name} is missing"
        return
    text = repo.read(name)
    head = (
        f"# {slug}\n\n{title[0].upper()}{title[1:]}.\n\n"
        f"Level {level}; category {category}; {RELAXED[relax]}; since {since}.\n"
    )
    if not text.startswith(head):
        yield f"{name}: its head is not that of the registry:\n{head}"
    for kind in ("failing", "passing"):
        if not re.search(rf"^```(dts|frag|cfg|sh) {kind}$", text, re.MULTILINE):
            yield f"{name}: no {kind} example"
    # An allowance that a page proposes has to be one that works.
    for other in re.findall(r'allow(?: = \[ ")? ([a-z]+(?:-[a-z0-9]+)+)', text):
        if other not in known and kind_of(text, other) == "prose":
            yield f"{name}: there is no rule {other} to allow"


def kind_of(text, word):
    """Failing examples may be wrong on purpose."""
    fences = "\n".join(re.findall(r"^```\w+ failing\n.*?^```$", text, re.MULTILINE | re.DOTALL))
    return "fence" if word in fences else "prose"


def trouble_with_index(known):
    rows = {row[0]: row for row in INDEX_ROW.findall(repo.read(f"{PAGES}/README.md"))}
    for slug, _, level, _, relax, title in known:
        if rows.pop(slug, None) != (slug, f"{slug}.md", level, relax, title):
            row = f"| [{slug}]({slug}.md) | {level} | {relax} | {title} |"
            yield f"{PAGES}/README.md: expected the row {row}"
    for slug in rows:
        yield f"{PAGES}/README.md: {slug} is no rule"


def main():
    verdicts = repo.Verdicts()
    known = list(rules())
    slugs = {rule[0] for rule in known}
    verdicts.say("rule-pages", (c for rule in known for c in trouble_with_page(slugs, *rule)))
    verdicts.say("rule-index", trouble_with_index(known))
    return verdicts.status()


if __name__ == "__main__":
    sys.exit(main())
