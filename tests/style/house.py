#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The rules of the house that a machine can see (docs/architecture.md)."""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import repo

BUILD = repo.ROOT / "build"
# Libraries come in through one door each.
LIBRARY_ROOMS = {
    "libfdt.h": {"dt", "emit"},
    "yaml.h": {"request"},
    "jansson.h": {"emit", "cli"},
}
ALLOCATORS = re.compile(r"(?<![\w.>])(malloc|calloc|realloc|strdup|strndup|free)\s*\(")
CONSTANT_SECTIONS = (".rodata", ".text", ".data.rel.ro")


def room_of(name):
    return pathlib.PurePosixPath(name).parts[1]


def without_comments(text):
    """Comments and string literals blanked, lines kept."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)
    return pattern.sub(lambda match: "\n" * match[0].count("\n"), text)


def allocating(names):
    for name in names:
        if room_of(name) != "base":
            for number, line in enumerate(without_comments(repo.read(name)).splitlines(), 1):
                match = ALLOCATORS.search(line)
                if match:
                    yield f"{name}:{number}: {match[1]} outside of room base"


def libraries(names):
    for name in names:
        for header in re.findall(r"#include\s*[<\"]([^>\"]+)", repo.read(name)):
            if header in LIBRARY_ROOMS and room_of(name) not in LIBRARY_ROOMS[header]:
                yield f"{name}: <{header}> belongs to {', '.join(sorted(LIBRARY_ROOMS[header]))}"


def typedefs(names):
    for name in names:
        text = without_comments(repo.read(name))
        for match in re.finditer(r"\btypedef\s+(struct|union|enum)\s*\w*\s*(\{|\w+\s*;)", text):
            yield f"{name}: {match[0]}"


def changing_globals(archives):
    """Symbols of our libraries that live in writable memory."""
    for archive in archives:
        listing = subprocess.run(
            ["nm", "--format=sysv", str(archive)], capture_output=True, text=True, check=False
        )
        for line in listing.stdout.splitlines():
            fields = [field.strip() for field in line.split("|")]
            if len(fields) != 7 or fields[3] not in ("OBJECT", "COMMON"):
                continue
            if fields[6] and not fields[6].startswith(CONSTANT_SECTIONS) and fields[2] != "U":
                yield f"{archive.name}: {fields[0]} can be changed ({fields[6]})"


def compiles(entry, header, work):
    """Whether `#include "header"` compiles with the flags of that source."""
    probe = pathlib.Path(work, "probe.c")
    probe.write_text(f'#include "{header}"\nint probe_room(void);\n', encoding="utf-8")
    words = []
    skip = False
    for word in shlex.split(entry["command"]):
        if skip:
            skip = False
        elif word in ("-o", "-MF", "-MQ", "-c"):
            skip = True
        elif word != "-MD":
            words.append(word)
    done = subprocess.run(
        [*words, "-fsyntax-only", str(probe)],
        cwd=entry["directory"],
        env=dict(os.environ, LC_ALL="C"),
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stderr.strip()
    missing = f"{header}: No such file" in said or f"'{header}' file not found" in said
    return done.returncode == 0, missing, said


def upward_includes():
    """Doors of rooms that a room does not stand on must not be found; others must be."""
    below = {}
    plan = (repo.ROOT / "meson.build").read_text(encoding="utf-8")
    row = re.compile(r"\[\s*'(\w+)',\s*\[[^\]]*\],\s*\[([^\]]*)\]")
    for match in row.finditer(plan, plan.index("floors = [")):
        rooms = {match[1]}
        for room in re.findall(r"\w+", match[2]):
            rooms |= below[room]
        below[match[1]] = rooms
    doors = [pathlib.PurePosixPath(name) for name in repo.files("include/*/*.h")]
    if not below or not doors:
        yield "no floor plan in meson.build"
        return

    database = json.loads((BUILD / "compile_commands.json").read_text(encoding="utf-8"))
    tried = set()
    with tempfile.TemporaryDirectory() as work:
        for entry in database:
            source = os.path.relpath(os.path.join(entry["directory"], entry["file"]), repo.ROOT)
            room = room_of(source)
            if not source.startswith("src/") or room in tried or room not in below:
                continue
            tried.add(room)
            for door in doors:
                allowed = door.parts[1] in below[room]
                fine, missing, words = compiles(entry, door.name, work)
                if fine and not allowed:
                    yield f"room {room} can include {door.name} of room {door.parts[1]}"
                elif allowed and not fine:
                    yield f"room {room} cannot include {door.name}: {words}"
                elif not allowed and not missing:
                    yield f"room {room}: {door.name} fails for another reason: {words}"
    if not tried:
        yield "no room has sources"


def main():
    verdicts = repo.Verdicts()
    sources = repo.files("src/*/*.c", "src/*/*.h")
    verdicts.say("arena", allocating(sources))
    verdicts.say("library-doors", libraries(sources + repo.files("include/*/*.h")))
    verdicts.say("typedefs", typedefs(sources + repo.files("include/*/*.h")))
    if not (BUILD / "compile_commands.json").exists():
        verdicts.skip("globals", "no build")
        verdicts.skip("upward-include", "no build")
        return verdicts.status()
    if shutil.which("nm"):
        verdicts.say("globals", changing_globals(sorted(BUILD.glob("*.a"))))
    verdicts.say("upward-include", upward_includes())
    return verdicts.status()


if __name__ == "__main__":
    sys.exit(main())
