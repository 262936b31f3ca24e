#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What other people's tools say about the sources.

    tools.py             ask them
    tools.py --format    let clang-format change the sources
"""

import concurrent.futures
import json
import os
import shutil
import subprocess
import sys

import repo

# clang-tidy wants the flags of a clang build.
DATABASE = repo.ROOT / "build-asan"
JOBS = 2


def run(*words):
    done = subprocess.run(
        words,
        cwd=repo.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    lines = done.stdout.splitlines()
    if done.returncode != 0 and not lines:
        lines = [f"{words[0]} ended with status {done.returncode}"]
    return done.returncode, lines


def complaints(*words):
    status, lines = run(*words)
    return lines if status else []


def c_files():
    return repo.files("src/*/*.c", "src/*/*.h", "include/*/*.h", "tests/*/*.c", "tests/*/*.h")


def clang_format():
    status, lines = run("clang-format", "--dry-run", "-Werror", *c_files())
    places = [line.split(":")[0] for line in lines if "-Wclang-format-violations" in line]
    if status and not places:
        return lines
    return [f"{name}: would change in {places.count(name)} places" for name in sorted(set(places))]


def cppcheck():
    includes = [f"-I{path}" for path in sorted((repo.ROOT / "include").iterdir())]
    sources = repo.files("src/*/*.c")
    return complaints(
        "cppcheck",
        "--quiet",
        "--error-exitcode=1",
        "--enable=warning,performance,portability",
        "--inline-suppr",
        "--suppress=unknownEvaluationOrder",  # `{ .index = index++ }` is in order
        "--std=c11",
        "--library=posix",
        "-D__GNUC__=12",  # so that it sees which functions do not return
        f"-j{JOBS}",
        *includes,
        *sources,
    )


def clang_tidy():
    database = json.loads((DATABASE / "compile_commands.json").read_text(encoding="utf-8"))
    sources = {os.path.realpath(os.path.join(e["directory"], e["file"])) for e in database}
    sources = sorted(s for s in sources if s.startswith(str(repo.ROOT / "src") + "/"))

    def ask(source):
        status, lines = run("clang-tidy", "--quiet", "-p", str(DATABASE), source)
        # Its last words only count, those of system headers included.
        return [line for line in lines if not line.endswith("generated.")] if status else []

    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        return [line for lines in pool.map(ask, sources) for line in lines]


def shellcheck():
    ours = repo.files("*.sh", "completions/*.bash", "guest/init", "guest/dom0")
    scripts = ["dev", ".ci/run", *ours]
    return complaints("shellcheck", "--external-sources", *scripts)


def mandoc():
    pages = repo.files("man/*.[1-8]")
    return complaints("mandoc", "-T", "lint", "-W", "warning", *pages) if pages else []


def python():
    """Every script compiles; nothing of it is kept."""
    found = []
    for name in repo.files("*.py"):
        try:
            compile(repo.read(name), name, "exec")
        except SyntaxError as trouble:
            found.append(f"{name}:{trouble.lineno}: {trouble.msg}")
    return found


def main():
    if sys.argv[1:] == ["--format"]:
        status, lines = run("clang-format", "-i", *c_files())
        print(*lines, sep="\n", end="")
        return status
    verdicts = repo.Verdicts()
    for program, ask in (
        ("clang-format", clang_format),
        ("cppcheck", cppcheck),
        ("clang-tidy", clang_tidy),
        ("shellcheck", shellcheck),
        ("mandoc", mandoc),
        ("python3", python),
    ):
        if not shutil.which(program):
            verdicts.skip(program, f"no {program} on this machine")
        elif ask is clang_tidy and not (DATABASE / "compile_commands.json").exists():
            verdicts.skip(program, f"no build in {DATABASE.name}")
        else:
            verdicts.say(program, ask())
    return verdicts.status()


if __name__ == "__main__":
    sys.exit(main())
