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
echo "A mistake: the second Ethernet port to the same guest, and the watchdog's page in decimal."
run "$dtassign" check -b "$out/board.dtb" -x 4.22 examples/ultrascale/mistakes.cfg || true
