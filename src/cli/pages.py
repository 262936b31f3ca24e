#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The pages of the rules as a C table, in the order of the registry.

usage: pages.py RULES.DEF DIRECTORY OUTPUT.C DEPFILE
"""
import os
import re
import sys


def main():
    registry, directory, output, depfile = sys.argv[1:]
    with open(registry, encoding="utf-8") as f:
        slugs = re.findall(r'^RULE\(\w+,\s*"([a-z0-9-]+)"', f.read(), re.M)
    lines = ['/* Made by pages.py from docs/rules/. */', '#include "pages.h"', '']
    rows, inputs = [], []
    for slug in slugs:
        path = os.path.join(directory, slug + ".md")
        if not os.path.exists(path):
            continue
        inputs.append(path)
        with open(path, "rb") as f:
            text = f.read()
        # Numbers and not a string: C has a limit on the length of those.
        name = "page_" + slug.replace("-", "_")
        lines.append("static const unsigned char %s[] = {" % name)
        for i in range(0, len(text), 24):
            lines.append("\t" + "".join("%d," % byte for byte in text[i:i + 24]))
        lines.append("\t0,\n};\n")
        rows.append('\t{ "%s", %s, %d },' % (slug, name, len(text)))
    lines += ["const struct page pages[] = {"] + rows + ["\t{ 0 },", "};", ""]
    with open(output, "w", encoding="ascii") as f:
        f.write("\n".join(lines))
    with open(depfile, "w", encoding="utf-8") as f:
        f.write("%s: %s\n" % (output, " ".join(inputs)))


main()
