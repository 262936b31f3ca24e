#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Debian packages by name, unpacked into a cache, without touching the machine.

    debs.py [--arch arm64] [--refresh] PACKAGE...

prints the directory of each unpacked package, a line each.  The packages come
from wherever this machine's own apt is told to fetch from; its configuration
is read, its state is not: lists, downloads and the (empty) list of installed
packages live in a private root below the cache, so a foreign architecture
costs no `dpkg --add-architecture`.  Works as any user.

Cache: $DTASSIGN_CACHE, else $XDG_CACHE_HOME/dtassign, else ~/.cache/dtassign.
What is in the cache is used without asking the network.

Exit status 77: the packages cannot be had (said in one line on stderr).
"""

import argparse
import contextlib
import fcntl
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

SKIP = 77  # what automake and meson call a skipped test
UPDATE_EVERY = 24 * 3600  # seconds that package lists are good for
PATIENCE = 900  # seconds for one call of apt-get

APT_CONFIG = """\
// The machine's sources and keys, but nothing of its state.
APT::Architecture "{arch}";
#clear APT::Architectures;
APT::Architectures {{ "{arch}"; }};
Dir::State "{root}/state";
Dir::State::status "{root}/state/status";
Dir::Cache "{root}/cache";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
APT::Sandbox::User "root";
// Hooks of the machine are meant for the machine's own directories.
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
"""


class Unavailable(Exception):
    """The packages cannot be had; the text says why in one line."""


def cache_directory():
    own = os.environ.get("DTASSIGN_CACHE")
    if own:
        return pathlib.Path(own)
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return pathlib.Path(base) / "dtassign"


class Debs:
    """The packages of one architecture."""

    def __init__(self, arch):
        for program in ("apt-get", "apt-cache", "dpkg-deb"):
            if not shutil.which(program):
                raise Unavailable(f"no {program} on this machine")
        self.arch = arch
        self.home = cache_directory() / "debs" / arch
        self.root = self.home / "apt"
        try:
            for part in ("state/lists/partial", "cache/archives/partial"):
                (self.root / part).mkdir(parents=True, exist_ok=True)
            (self.root / "state/status").touch()
            self.config = self.root / "apt.conf"
            write_whole(self.config, APT_CONFIG.format(arch=arch, root=self.root.resolve()))
        except OSError as trouble:
            raise Unavailable(f"cache {self.home}: {trouble.strerror}") from trouble

    def _apt(self, program, *words, cwd=None):
        """-c is read after the machine's own configuration, $APT_CONFIG before it."""
        return self._run(program, "-c", str(self.config), *words, cwd=cwd)

    @staticmethod
    def _run(*words, cwd=None):
        try:
            return subprocess.run(
                words,
                cwd=cwd,
                env=dict(os.environ, LC_ALL="C.UTF-8"),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                timeout=PATIENCE,
                text=True,
                check=False,
            )
        except subprocess.TimeoutExpired as trouble:
            raise Unavailable(f"{words[0]} took more than {PATIENCE} s") from trouble

    def _update(self, oldest):
        """Fetch the package lists unless they are younger than `oldest` seconds."""
        stamp = self.root / "updated"
        with contextlib.suppress(FileNotFoundError):
            if time.time() - stamp.stat().st_mtime < oldest:
                return
        # One broken source among several is no reason to give up: whether the
        # package can be had is what the download tells.
        self._apt("apt-get", "-q", "update")
        stamp.touch()

    def _download(self, name, into):
        for oldest in (UPDATE_EVERY, 0):
            self._update(oldest)
            done = self._apt("apt-get", "-q", "download", f"{name}:{self.arch}", cwd=into)
            found = sorted(pathlib.Path(into).glob("*.deb"))
            if done.returncode == 0 and len(found) == 1:
                return found[0]
        lines = [line for line in done.stderr.splitlines() if line.startswith("E:")]
        why = lines[0][2:].strip() if lines else "nothing was fetched"
        raise Unavailable(f"package {name}:{self.arch} cannot be had: {without_hosts(why)}")

    def tree(self, name, refresh=False):
        """The directory into which the package was unpacked."""
        with self._lock():
            home = self.home / "trees" / name
            if home.is_dir() and not refresh:
                return home
            work = pathlib.Path(tempfile.mkdtemp(dir=self.home, prefix="new-"))
            try:
                deb = self._download(name, work)
                done = self._run("dpkg-deb", "-x", str(deb), str(work / "tree"))
                if done.returncode != 0:
                    raise Unavailable(f"{deb.name} cannot be unpacked: {done.stderr.strip()}")
                (self.home / "archives").mkdir(exist_ok=True)
                deb.rename(self.home / "archives" / deb.name)
                home.parent.mkdir(exist_ok=True)
                if home.exists():
                    home.rename(work / "old")
                (work / "tree").rename(home)
            finally:
                shutil.rmtree(work, ignore_errors=True)
            return home

    def depends(self, name, prefix):
        """The package whose name starts with `prefix` that `name` depends on.

        The answer is kept, so that a filled cache needs no package lists.
        """
        with self._lock():
            memory = self.home / f"depends-{name}"
            with contextlib.suppress(FileNotFoundError):
                kept = memory.read_text(encoding="utf-8").strip()
                if (self.home / "trees" / kept).is_dir():
                    return kept
            for oldest in (UPDATE_EVERY, 0):
                self._update(oldest)
                done = self._apt("apt-cache", "depends", f"{name}:{self.arch}")
                for line in done.stdout.splitlines():
                    kind, _, what = line.strip().partition(": ")
                    what = what.split(":")[0]
                    if kind == "Depends" and what.startswith(prefix):
                        write_whole(memory, what + "\n")
                        return what
            raise Unavailable(f"package {name}:{self.arch} is not known to apt")

    @contextlib.contextmanager
    def _lock(self):
        with open(self.home / "lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def kernel(debs):
    """The unpacked tree of the kernel that Debian's meta package stands for."""
    return debs.tree(debs.depends("linux-image-arm64", "linux-image-"))


def without_hosts(text):
    """apt's words without addresses: they are of no use to the reader of a log."""
    return " ".join(word for word in text.split() if "://" not in word)


def write_whole(path, text):
    """Readers see the old file or the new one."""
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    os.replace(temporary, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--arch", default="arm64")
    parser.add_argument("--refresh", action="store_true", help="fetch again")
    parser.add_argument("package", nargs="+")
    options = parser.parse_args()
    try:
        debs = Debs(options.arch)
        for name in options.package:
            print(debs.tree(name, options.refresh))
    except Unavailable as trouble:
        print(f"debs: {trouble}", file=sys.stderr)
        return SKIP
    return 0


if __name__ == "__main__":
    sys.exit(main())
