#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The main job on the shipped board: two guests, one device each.
set -eu
cd "$(dirname "$0")/.."
dtassign=${DTASSIGN:-build/dtassign}
out=${1:-build/demo}

run()
{
	echo
	echo "\$ $*"
	"$@"
}

mkdir -p "$out"
dtc -q -@ -o "$out/board.dtb" examples/ultrascale/board.dts

run "$dtassign" list -b "$out/board.dtb"
run "$dtassign" compile -b "$out/board.dtb" -x 4.22 -o "$out" \
	examples/ultrascale/net.cfg examples/ultrascale/control.cfg
run ls "$out"
run cat "$out/host.marks"
run sed -n '/>>> dtassign/,$p' "$out/net.cfg"
run cat "$out/net.dts"
echo
echo "Five mistakes in one config, five findings in one run:"
run "$dtassign" check -b "$out/board.dtb" -x 4.22 examples/ultrascale/mistakes.cfg || true
