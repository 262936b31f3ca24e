# SPDX-License-Identifier: BSD-2-Clause
"""What the style tests share: the list of files, and how a verdict is printed."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHOWN = 60  # lines of complaint


def files(*patterns):
    """The files of the project, new ones included, that match one of the patterns."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0:
        names = [pathlib.PurePath(name) for name in listing.stdout.decode().split("\0") if name]
    else:  # a release archive
        names = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
        names = [name for name in names if not name.parts[0].startswith("build")]
    found = sorted(name for name in set(names) if (ROOT / name).is_file())
    return [str(name) for name in found if any(name.match(pattern) for pattern in patterns)]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8", errors="surrogateescape")


class Verdicts:
    """Prints a line per check and remembers whether one failed."""

    def __init__(self):
        self.failed = False

    def say(self, check, complaints):
        complaints = list(complaints)
        if not complaints:
            print(f"ok style/{check}", flush=True)
            return
        self.failed = True
        print(f"not ok style/{check}: {len(complaints)} complaints")
        for line in complaints[:SHOWN]:
            print(f"    {line}")
        if len(complaints) > SHOWN:
            print(f"    ... {len(complaints) - SHOWN} more")
        sys.stdout.flush()

    def skip(self, check, why):
        print(f"skipped style/{check}: {why}", flush=True)

    def status(self):
        return 1 if self.failed else 0
