#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The runner of cases fails where it should: tried with a program made of a few lines.

The program's findings are the lines `RULE MESSAGE` of guest.cfg; it writes a
file for each line `write NAME`; `crash`, `order` and `random` do what they say.
"""

import argparse
import pathlib
import sys
import tempfile

import cases

PROGRAM = """\
#!/usr/bin/env python3
import json, os, sys
words = [line.split() for line in open("guest.cfg")]
board = open("host.dtb", "rb").read()
found = []
for first, *rest in words:
    if first == "crash":
        os.abort()
    elif first == "write":
        os.makedirs("out", exist_ok=True)
        open("out/" + rest[0], "w").write("text")
    elif first == "edit":
        open("guest.cfg", "w").write("other")
    elif first == "random":
        print(os.getpid(), file=sys.stderr)
    elif first == "order":
        found.append({"rule": rest[0], "message": str(board.index(b"one") < board.index(b"two"))})
    else:
        found.append({"rule": first, "message": " ".join(rest)})
for finding in found:
    finding.update(level="error", guest=None, places=[])
out = sys.stdout if sys.argv[1] == "check" else sys.stderr
if "json" in sys.argv:
    json.dump({"findings": found}, out)
else:
    out.writelines(f"{finding['rule']}: {finding['message']}\\n" for finding in found)
sys.exit(1 if found else 0)
"""
BOARD = "/dts-v1/;\n/ { one {}; two {}; };\n"

# name of the case: (files, what the verdict has to contain; None for ok)
TRIALS = {
    "bad": ({"guest.cfg": "bad thing\n"}, None),
    "bad.ok": ({"guest.cfg": ""}, None),
    "bad.text": ({"guest.cfg": "bad thing\n", "expect.txt": "bad: thing\n"}, None),
    "bad.sign": ({"guest.cfg": "bad thing\n", "expect.txt": "bad: sign\n"}, "expect.txt differs"),
    "bad.silent": ({"guest.cfg": "other thing\n"}, "bad is not found"),
    "bad.noisy.ok": ({"guest.cfg": "bad thing\n", "expect.status": "1"}, "in its clean twin"),
    "bad.status": ({"guest.cfg": "bad thing\n", "expect.status": "0"}, "status 1, not 0"),
    "bad.crash": ({"guest.cfg": "crash\n"}, "crashed"),
    "bad.random": ({"guest.cfg": "bad thing\nrandom\n"}, "stderr of a second run"),
    "bad.order": ({"guest.cfg": "order bad\n"}, "in opposite order"),
    "bad.order-known": ({"guest.cfg": "order bad\n", "order-matters": "the first wins\n"}, None),
    "bad.order-why": ({"guest.cfg": "order bad\n", "order-matters": "\n"}, "gives no reason"),
    "bad.writes": ({"guest.cfg": "bad thing\nwrite a\n"}, "a should not have been written"),
    "bad.edits": ({"guest.cfg": "bad thing\nedit it\n"}, "guest.cfg should not have been written"),
    "bad.args": ({"guest.cfg": "bad thing\n", "args": "compile guest.cfg # why\n"}, None),
    "bad.out.ok": ({"guest.cfg": "write a\n", "expect/a": "text"}, None),
    "bad.out-other.ok": ({"guest.cfg": "write a\n", "expect/a": "else"}, "outputs: a differs"),
    "bad.out-less.ok": ({"guest.cfg": "write a\n", "expect/b": "text"}, "should not have been"),
    "bad.out-more.ok": (
        {"guest.cfg": "write a\n", "expect/a": "text", "expect/b": "text"},
        "b was not written",
    ),
    "bad.dts": ({"guest.cfg": "bad thing\n", "host.dts": "not a tree"}, "dtc refuses"),
    "lonely": ({"guest.cfg": "lonely thing\n"}, "no clean twin"),
    "unheard-of": ({"guest.cfg": "unheard-of thing\n"}, "is not a rule"),
}


def lay_out(home, files):
    for name, content in {"host.dts": BOARD, **files}.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def main():
    failed = 0
    with tempfile.TemporaryDirectory(prefix="dtassign-selftest-") as work:
        cases.CASES = pathlib.Path(work, "cases")
        cases.BOARDS = pathlib.Path(work, "boards")
        cases.CACHE = pathlib.Path(work, "cache")
        program = pathlib.Path(work, "program")
        program.write_text(PROGRAM, encoding="utf-8")
        program.chmod(0o755)
        options = argparse.Namespace(
            program=str(program), sanitized=str(program), bless=False, known={"bad", "lonely"}
        )
        for name, (files, _) in TRIALS.items():
            lay_out(cases.CASES / name, files)
        for case in cases.find_cases([]):
            expected = TRIALS[case.home.name][1]
            verdict = cases.report(case, options)
            if verdict.startswith("ok ") if expected is None else expected in verdict:
                continue
            failed += 1
            print(f"not ok cases-selftest/{case.home.name}: expected {expected or 'ok'}")
            print(f"    {verdict}")
    if not failed:
        print(f"ok cases-selftest ({len(TRIALS)} cases)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
