# SPDX-License-Identifier: BSD-2-Clause
"""References to other nodes, by the bindings of Linux 6.1 (Documentation/devicetree/bindings).

Decided here:

- Every property that a binding says to hold a phandle is a supplier's, those with a field of their
  own (`iommus`, `iommu-map`, `interrupt-parent` and the like) among them.
- `index` is the number of the entry in its property; an empty slot counts (the `-names` property
  beside it names it) and has no provider and no cells.
- `cells` is what follows the phandle in its entry; of the maps, what stands behind the phandle.
- An entry that cannot be read is the last one of its property (of_phandle_iterator_next): where it
  ends is not known.  It has the provider, if there is one, and no cells.
- A fourth cell of 0 in a GICv3's specifier is no empty slot: the line is no partition's.
- In the mailbox of TI's K3 the cell behind the phandle is a phandle again; it is a cell all the
  same, since #mbox-cells says so.
"""

import re

from . import interrupts

# One word for each property: NAME:LAYOUT.  A layout is the property of the provider that says how
# many cells follow the phandle (? after it: none if it lacks the property), a number of cells, or
# `rest`: one phandle, and cells up to the end.
LAYOUTS = """
clocks:#clock-cells assigned-clocks:#clock-cells assigned-clock-parents:#clock-cells
resets:#reset-cells power-domains:#power-domain-cells dmas:#dma-cells phys:#phy-cells
interconnects:#interconnect-cells iommus:#iommu-cells mboxes:#mbox-cells pwms:#pwm-cells
io-channels:#io-channel-cells hwlocks:#hwlock-cells mux-controls:#mux-control-cells
mux-states:#mux-state-cells sound-dai:#sound-dai-cells thermal-sensors:#thermal-sensor-cells
cooling-device:#cooling-cells interrupts-extended:#interrupt-cells
trigger-sources:#trigger-source-cells access-controllers:#access-controller-cells
performance-domains:#performance-domain-cells
nvmem-cells:#nvmem-cell-cells? msi-parent:#msi-cells? dma-masters:#dma-cells?
gpio-ranges:3 pinctrl-single,gpio-range:3
interrupt-parent:0 wakeup-parent:0 operating-points-v2:0 required-opps:0 memory-region:0
next-level-cache:0 l2-cache:0 cpu:0 cpus:0 cpu-idle-states:0 domain-idle-states:0
interrupt-affinity:0 affinity:0 trip:0 remote-endpoint:0 mmc-pwrseq:0 extcon:0 backlight:0 panel:0
leds:0 phy-handle:0 phy-device:0 pcs-handle:0 pcsphy-handle:0 tbi-handle:0 sfp:0 ethernet:0 phy:0
usb-phy:0 mdio-parent-bus:0 power-supply:0 power-supplies:0 monitored-battery:0 shmem:0 sram:0
i2c-bus:0 i2c-parent:0 ddc-i2c-bus:0 ddc:0 companion:0 peer-hub:0 nvmem:0 firmware:0 regmap:0
syscon:0 devfreq-events:0 fpga-mgr:0 native-mode:0 arm,cs-dev-assoc:0 ptp-timer:0 dais:0 link:0
links:0 ports:0 pm_qos:0 cci-control-port:0
bitclock-master:0 frame-master:0 simple-audio-card,bitclock-master:0
simple-audio-card,frame-master:0 simple-audio-card,aux-devs:#sound-dai-cells?
audio-aux-devs:#sound-dai-cells? audio-codec:#sound-dai-cells? audio-cpu:#sound-dai-cells?
ssi-controller:#sound-dai-cells? audio-asrc:#sound-dai-cells? spdif-controller:#sound-dai-cells?
capture:#sound-dai-cells? playback:#sound-dai-cells? slim-ifc-dev:0
allwinner,codec-analog-controls:0 allwinner,pipelines:0 allwinner,sram:1
amlogic,ao-secure:0 amlogic,ao-sysctrl:0 amlogic,canvas:0 secure-monitor:0
arasan,soc-ctl-syscon:0 arm,vexpress,config-bridge:0
ae-handle:0 dsaf-handle:0 eth-handle:0 cpld-syscon:1 subctrl-syscon:0 subctrl-vbase:4
serdes-syscon:0 hdmi-phandle:0 ptimer-handle:0 fsl,fman-ports:0 fsl,usbphy:0 intf_mode:1
fsl,usbmisc:#index-cells fsl,rcpm-wakeup:#fsl,rcpm-wakeup-cells fsl,mipi-phy-gpr:1 fsl,pcie-scfg:1
fsl,ddrc:0 fsl,stop-mode:2
hisi,rst-syscon:0 hisilicon,hi6220-clk-sram:0 hisilicon,noc-syscon:0 hisilicon,pctrl-syscon:0
hisilicon,pericrg-syscon:0 hisilicon,peripheral-syscon:0 hisilicon,sas-syscon:0
hisilicon,sysctrl-syscon:0
marvell,system-controller:0 marvell,usb-misc-reg:0
nvidia,ddc-i2c-bus:0 nvidia,dpaux:0 nvidia,external-memory-controller:0
nvidia,memory-controller:0 nvidia,mipi-calibrate:#nvidia,mipi-calibrate-cells nvidia,outputs:0
nvidia,panel:0 nvidia,phy:0 nvidia,pmc:rest nvidia,xusb-padctl:0
acc-syscon:0 qcom,acc:0 qcom,bcm-voters:0 qcom,dload-mode:1 qcom,ext-regs:2
qcom,freq-domain:#freq-domain-cells qcom,gmu:0 qcom,halt-regs:rest qcom,ipc:2 qcom,ipc-1:2
qcom,ipc-2:2 qcom,ipc-3:2 qcom,mmio:0 qcom,qaccept-regs:3 qcom,qmp:0 qcom,rpm-msg-ram:0
qcom,rproc:0 qcom,rx-device:0 qcom,tx-device:0 qcom,saw:0 qcom,saw-reg:0
qcom,smem-states:#qcom,smem-state-cells qcom,spare-regs:1 qcom,tcsr-syscon:0
regmap-csw:0 regmap-efuse:0 regmap-mcba:0 regmap-mcbb:0 regmap-rb:0
renesas,fcp:0 renesas,ipmmu-main:1 renesas,vsps:1
rockchip,codec:0 rockchip,cpu:0 rockchip,grf:0 rockchip,phy-grf:0 rockchip,pipe-grf:0
rockchip,pipe-phy-grf:0 rockchip,pmu:0 rockchip,usbgrf:0
snps,axi-config:0 snps,mtl-rx-config:0 snps,mtl-tx-config:0 syscon-phy-power:1
ti,am65x-oldi-io-ctrl:0 ti,camerrx-control:1 ti,cpb-codec:0 ti,cpb-mcasp:0 ti,ringacc:0 ti,sci:0
ti,serdes-clk:0 ti,syscon-efuse:1 ti,syscon-pcie-ctrl:1 ti,syscon-pcie-id:0
ti,syscon-pcie-mode:0 ti,unmapped-event-sources:0
"""
TABLE = dict(word.rsplit(":", 1) for word in LAYOUTS.split())
COUNTS = re.compile(r"nr-gpios?$")  # a number, and no list
GPIOS = re.compile(r"(^|-)gpios?$")
STATES = re.compile(r"pinctrl-[0-9]+$")


def layout_of(node, name):
    """The layout of a property; None: no binding knows it."""
    if name in TABLE:
        return TABLE[name]
    if STATES.match(name) or name.endswith("-supply"):
        return "0"
    if GPIOS.search(name) and not COUNTS.search(name):
        # In a hog they are lines of the controller above (gpio.txt, 3).
        return None if node.has("gpio-hog") else "#gpio-cells"
    return None


def entry(name, index, provider, cells):
    path = provider.path if provider is not None else None
    return {"property": name, "index": index, "provider": path, "cells": cells}


def count_of(layout, provider):
    """How many cells follow a phandle of the provider; None: that cannot be said."""
    if not layout.startswith("#"):
        return int(layout)
    count = provider.u32(layout.rstrip("?"))
    return 0 if count is None and layout.endswith("?") else count


def listed(tree, name, layout, cells):
    at, index = 0, 0
    while at < len(cells):
        handle = cells[at]
        provider = tree.find(handle)
        count = 0
        if handle != 0:
            if layout == "rest":
                count = len(cells) - at - 1
            else:
                count = count_of(layout, provider) if provider is not None else None
            if count is None or at + 1 + count > len(cells):
                yield entry(name, index, provider, [])
                return
        yield entry(name, index, provider, cells[at + 1 : at + 1 + count])
        at += 1 + count
        index += 1


def mapped(tree, name, cells):
    """iommu-map and msi-map: always four cells (of_map_id)."""
    for index in range(len(cells) // 4):
        one = cells[4 * index : 4 * index + 4]
        yield entry(name, index, tree.find(one[1]), one[2:])


def interrupt_mapped(tree, node, name, cells):
    # Where the walk ignores the map, the driver's reading counts: it has no address of the parent
    # (Linux drivers/irqchip/irq-ls-extirq.c).
    private = interrupts.has_private_map(node)
    own = (node.u32("#address-cells") or 0) + (node.u32("#interrupt-cells") or 0)
    at, index = 0, 0
    while at + own < len(cells):
        provider = tree.find(cells[at + own])
        size = provider.u32("#interrupt-cells") if provider is not None else None
        address = provider.u32("#address-cells") or 0 if provider is not None else 0
        start = at + own + 1
        end = start + (size or 0) + (0 if private else address)
        if size is None or end > len(cells):
            yield entry(name, index, provider, [])
            return
        yield entry(name, index, provider, cells[start:end])
        at = end
        index += 1


def partitions(tree, node, name, cells):
    """The fourth cell of a GICv3's specifier: the set of processors of a PPI (arm,gic-v3.yaml)."""
    parent = interrupts.parent_of(tree, node)
    if parent is None or not interrupts.is_gic(parent) or parent.u32("#interrupt-cells") != 4:
        return
    for index in range(len(cells) // 4):
        if cells[4 * index + 3]:
            yield entry(name, index, tree.find(cells[4 * index + 3]), [])


def pin_groups(tree, name, cells):
    """<bank pin function &configuration>: rockchip,pinctrl.yaml."""
    for index in range(len(cells) // 4):
        yield entry(name, index, tree.find(cells[4 * index + 3]), [])


def of_property(tree, node, name):
    cells = node.cells(name)
    if name in ("iommu-map", "msi-map"):
        return mapped(tree, name, cells)
    if name == "interrupt-map":
        return interrupt_mapped(tree, node, name, cells)
    if name == "interrupts":
        return partitions(tree, node, name, cells)
    if name == "rockchip,pins":
        return pin_groups(tree, name, cells)
    layout = layout_of(node, name)
    # `ports` is also the name of a node, and boolean properties have names like these.
    return listed(tree, name, layout, cells) if layout is not None else ()


def suppliers(tree, node):
    # The names of these are of no binding: aliases, labels.
    if node.parent is tree.root and node.name in ("aliases", "chosen", "__symbols__"):
        return []
    return [one for name in node.properties for one in of_property(tree, node, name)]
