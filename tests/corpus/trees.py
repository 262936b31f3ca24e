#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The guest's tree of devices of real boards, against what an integrator would write.

    trees.py [NAME...]     all files of trees/, or some

Each file of trees/ is about one device: a board of the corpus, the device, what is to
be decided, and what has to be in the tree and what must not:

    board   FILE                   relative to the package's folder
    device  PATH                   goes to dtdev; there may be several
    config  LINE                   one more line of the config
    decide  PROPERTY[N] = VERB...  of the first device; or begins with a path
    asks    PROPERTY               what is asked when nothing is decided, and nothing else
    finds   SLUG                   a finding of this rule
    has     NODE: LINE             a line of this node, without blanks at its ends
    lacks   NODE: WORD             no property or node of that name there
    alias   NAME

NODE is a name, without its unit address where that is not in doubt.  Beside this, in
every tree: all phandles lead somewhere or to the GIC, and dtc has nothing to say.
Runs $DTASSIGN_SANITIZED if that is set, else $DTASSIGN, else build/dtassign.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "tools"))

import corpus
import debs

GIC = 65000
PATIENCE = 60


class Failed(Exception):
    pass


def read_spec(path):
    spec = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        known = "board device config decide asks finds has lacks alias".split()
        if word not in known or not rest.strip():
            raise Failed(f"{path.name}:{number}: cannot be read: {line}")
        spec.setdefault(word, []).append(rest.strip())
    return spec


def config_of(spec, decided):
    devices = spec["device"]
    lines = ['name = "guest"', "memory = 256", "direct_map = 1"]
    lines += ['force_assign_without_iommu = "the test is about the tree"']
    lines.append("dtdev = [ " + ", ".join(f'"{d}"' for d in devices) + " ]")
    lines += spec.get("config", [])
    if decided and "decide" in spec:
        words = [d if d.startswith("/") else f"{devices[0]} {d}" for d in spec["decide"]]
        lines.append("decide = [ " + ", ".join(f'"{w}: a test"' for w in words) + " ]")
    return "\n".join(lines) + "\n"


def run(program, tree, text, folder):
    config = folder / "guest.cfg"
    config.write_text(text, encoding="utf-8")
    words = ["compile", "-b", str(tree), "-t", "dom0less", "-x", "4.20", "--dom0", "present"]
    done = subprocess.run(
        [program, *words, "--format", "json", "-o", str(folder / "out"), str(config)],
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode not in (0, 1) or b"Sanitizer" in done.stderr:
        raise Failed(f"status {done.returncode}: {done.stderr.decode(errors='replace')}")
    return json.loads(done.stdout or done.stderr)["findings"]


# ---- The tree as it was written ---------------------------------------------------


def nodes_of(text):
    """{path: [lines]} of DTS as we write it: one property a line or more."""
    nodes, path, pending = {}, [], ""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    for line in text.splitlines():
        pending = f"{pending} {line.strip()}".strip()
        if pending.endswith("{"):
            path.append(pending[:-1].split(": ")[-1].strip())
            nodes["/".join(path)] = []
        elif pending == "};":
            path.pop()
        elif pending.endswith(";") and path:
            nodes["/".join(path)].append(pending)
        elif pending and not pending.endswith(";"):
            continue
        pending = ""
    return nodes


def find(nodes, name):
    found = [p for p in nodes if p.split("/")[-1] in (name,)]
    found = found or [p for p in nodes if p.split("/")[-1].split("@")[0] == name]
    if len(found) != 1:
        raise Failed(f"{len(found)} nodes are called {name}")
    return found[0]


def check_tree(spec, dts):
    nodes = nodes_of(dts)
    for word in spec.get("has", []):
        node, _, line = word.partition(": ")
        path = find(nodes, node)
        if line.rstrip(";") + ";" not in nodes[path] and f"{path}/{line}" not in nodes:
            raise Failed(f"{node} lacks `{line}`; it has\n    " + "\n    ".join(nodes[path]))
    for word in spec.get("lacks", []):
        node, _, name = word.partition(": ")
        path = find(nodes, node)
        for line in nodes[path]:
            if re.match(rf"{re.escape(name)}(;| =)", line):
                raise Failed(f"{node} has `{line}`")
        if f"{path}/{name}" in nodes:
            raise Failed(f"{node} has the child {name}")
    for name in spec.get("alias", []):
        if not any(line.startswith(f"{name} =") for line in nodes.get("//aliases", [])):
            raise Failed(f"there is no alias {name}")


def check_phandles(dts):
    labels = set(re.findall(r"^\s*(\w+): \S+ \{", dts, re.MULTILINE))
    for label in re.findall(r"&(\w+)", re.sub(r"/\*.*?\*/", "", dts, flags=re.DOTALL)):
        if label not in labels:
            raise Failed(f"&{label} leads nowhere")
    for number in re.findall(r"\bphandle = <0x([0-9a-f]+)>", dts):
        if not 1 <= int(number, 16) < GIC - 1:
            raise Failed(f"phandle 0x{number} is not one of ours")


def check_dtc(path):
    done = subprocess.run(
        ["dtc", "-q", "-I", "dtb", "-O", "dtb", "-o", "/dev/null", str(path)],
        capture_output=True,
        check=False,
    )
    if done.returncode or done.stderr:
        raise Failed(f"dtc: {done.stderr.decode(errors='replace').strip()}")


# ---- One file ---------------------------------------------------------------------


def asked(findings):
    """The properties that the questions are about."""
    texts = [f["message"] for f in findings if f["rule"] == "undecided-reference"]
    return {re.search(r"of `([^`]+)` of", text).group(1) for text in texts}


def judge(program, trees, path):
    spec = read_spec(path)
    tree = trees / spec["board"][0]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        questions = asked(run(program, tree, config_of(spec, False), folder))
        if questions != set(spec.get("asks", [])):
            raise Failed(f"asked: {' '.join(sorted(questions)) or 'nothing'}")
        findings = run(program, tree, config_of(spec, True), folder)
        findings = [f for f in findings if not f.get("allowed")]
        rules = {f["rule"] for f in findings}
        for slug in spec.get("finds", []):
            if slug not in rules:
                raise Failed(f"no {slug}, only {' '.join(sorted(rules))}")
        if "driver-cannot-probe" in rules and "driver-cannot-probe" not in spec.get("finds", []):
            raise Failed("its driver will not run it")
        errors = [f["message"] for f in findings if f["level"] == "error"]
        expected = set(spec.get("finds", []))
        if errors and {f["rule"] for f in findings if f["level"] == "error"} <= expected:
            return
        if errors:
            raise Failed("refused:\n    " + "\n    ".join(errors))
        dts = (folder / "out" / "guest.dts").read_text(encoding="utf-8")
        check_tree(spec, dts)
        check_phandles(dts)
        check_dtc(folder / "out" / "guest.dtb")


def main():
    program = os.environ.get("DTASSIGN_SANITIZED") or os.environ.get("DTASSIGN")
    program = os.path.abspath(program or ROOT / "build" / "dtassign")
    try:
        trees = corpus.corpus()
    except debs.Unavailable as trouble:
        print(f"skipped corpus-trees: {trouble}")
        return 0
    wanted = sys.argv[1:]
    failed = 0
    for path in sorted((HERE / "trees").glob("*.txt")):
        if wanted and path.stem not in wanted:
            continue
        try:
            judge(program, trees, path)
            print(f"ok trees/{path.stem}")
        except Failed as trouble:
            failed += 1
            print(f"not ok trees/{path.stem}: {trouble}")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
