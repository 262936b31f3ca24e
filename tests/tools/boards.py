#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What holds for the outputs of every scenario of tests/boards, whatever they are.

    boards.py [NAME...]

For each board with expect/
    source    dtc makes of NAME.dts the tree in NAME.dtb, and of host.dtso that in host.dtbo
    warnings  dtc warns of nothing but what is listed below, with the reason
    again     compiling the NAME.cfg that came out gives the same bytes
    check     checking it finds what the first run found, and nothing else
"""

import os
import re
import subprocess
import sys

import cases
import fdt

# dtc's name of the check, what it says, why that is right
ACCEPTED = (
    (
        "interrupts_property",
        r"/passthrough\S*:interrupt-parent: Bad phandle",
        "Xen makes the GIC and gives it the phandle 65000",
    ),
    (
        "interrupts_extended_property",
        r"/passthrough\S*:interrupts-extended: Could not get phandle node",
        "the same GIC",
    ),
    (
        "simple_bus_reg",
        r"/passthrough/(clk|regulator)-\d+\w+: missing or empty reg/ranges property",
        "a stand-in has no registers, and Xen copies nothing from elsewhere",
    ),
    (
        "simple_bus_reg",
        r"/passthrough/\S+-interrupts: missing or empty reg/ranges property",
        "made to have Xen route the interrupts of a part",
    ),
)


def dtc(source, kind, out):
    """The blob and the warnings, each as (check, text)."""
    command = ["dtc", "-I", kind, "-O", out, str(source)]
    done = subprocess.run(command, capture_output=True, check=False)
    said = done.stderr.decode()
    if done.returncode:
        raise cases.Failed(f"dtc refuses {source.name}\n{said}")
    warnings = []
    for line in said.splitlines():
        found = re.search(r"Warning \((\w+)\): (.*)", line)
        if found:
            warnings.append(found.groups())
        elif "also defined at" not in line:
            warnings.append(("unknown", line))
    return done.stdout, warnings


def is_accepted(warning):
    return any(
        warning[0] == name and re.match(text, warning[1]) for name, text, _ in ACCEPTED
    )


def shape(node):
    """A tree as nested tuples; the order of properties says nothing."""
    return (node.name, tuple(sorted(node.props)), tuple(shape(child) for child in node.children))


def same_tree(name, source, blob):
    ours, theirs = fdt.read(blob).root, fdt.read(source).root
    for root in (ours, theirs):
        root.children = [child for child in root.children if not child.name.startswith(b"__")]
    if shape(ours) != shape(theirs):
        raise cases.Failed(f"dtc makes another tree of {name}")


def check_sources(home):
    for path in sorted((home / "expect").iterdir()):
        if path.suffix not in (".dts", ".dtso"):
            continue
        blob = path.with_suffix(".dtb" if path.suffix == ".dts" else ".dtbo")
        source, warnings = dtc(path, "dts", "dtb")
        same_tree(path.name, source, blob.read_bytes())
        warnings += dtc(blob, "dtb", "dts")[1] if path.suffix == ".dts" else []
        for warning in warnings:
            if not is_accepted(warning):
                raise cases.Failed(f"{path.name}: dtc warns of {': '.join(warning)}")


def outputs_as_inputs(case, inputs):
    """Each config replaced by the one that came of it, or None for another target."""
    again = dict(inputs)
    expected = cases.read_files(case.home / "expect")
    for name in inputs:
        if name.endswith(".cfg"):
            made = [
                content
                for output, content in expected.items()
                if output.endswith(".cfg") and content.startswith(inputs[name].rstrip(b"\n"))
            ]
            if len(made) != 1:
                return None
            again[name] = made[0]
    return again


def check_again(case, program):
    inputs = case.inputs()
    again = outputs_as_inputs(case, inputs)
    if again is None:
        return
    words = case.words(inputs)
    first = cases.findings_of(cases.Run(program, cases.as_json(words), inputs))
    run = cases.Run(program, words, again)
    if run.status:
        raise cases.Failed(f"status {run.status}\n{run.findings_text().decode()}")
    expected = cases.read_files(case.home / "expect")
    cases.same_files("compiled again", expected, cases.outputs(run))

    # The files of a run lie together, so that `check` can compare them.
    lying = {**again, **expected}
    at = words.index("-o")
    check = ["check", *words[1:at], *words[at + 2 :]]
    second = cases.findings_of(cases.Run(program, cases.as_json(check), lying))
    if first != second:
        cases.same("findings of check", cases.gist(first), cases.gist(second))
        raise cases.Failed("check finds the same at other places")


def main():
    program = os.path.abspath(os.environ.get("DTASSIGN", cases.ROOT / "build" / "dtassign"))
    failed = 0
    for case in cases.find_cases(sys.argv[1:]):
        if not case.is_board or not (case.home / "expect").is_dir():
            continue
        try:
            check_sources(case.home)
            check_again(case, program)
            print(f"ok {case.name} holds together", flush=True)
        except cases.Failed as trouble:
            first, *rest = str(trouble).splitlines()
            print("\n".join([f"not ok {case.name}: {first}", *(f"    {line}" for line in rest)]))
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
