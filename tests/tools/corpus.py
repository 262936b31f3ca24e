#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The directory with every .dtb of Debian's arm64 kernel package.

    corpus.py        prints it

Exit status 77: it cannot be had (one line on stderr says why).
"""

import sys

import debs

AT_LEAST = 500  # 577 in linux-image-6.1.0-56-arm64; fewer means a wrong package


def corpus():
    tree = debs.kernel(debs.Debs("arm64"))
    found = sorted(tree.glob("usr/lib/linux-image-*"))
    if len(found) != 1:
        raise debs.Unavailable(f"{tree.name} has {len(found)} directories of device trees")
    count = sum(1 for _ in found[0].rglob("*.dtb"))
    if count < AT_LEAST:
        raise debs.Unavailable(f"{tree.name} has {count} device trees, not {AT_LEAST} or more")
    return found[0]


def main():
    try:
        print(corpus())
    except debs.Unavailable as trouble:
        print(f"corpus: {trouble}", file=sys.stderr)
        return debs.SKIP
    return 0


if __name__ == "__main__":
    sys.exit(main())
