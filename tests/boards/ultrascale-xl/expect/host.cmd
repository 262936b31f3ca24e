# U-Boot: marks for the tree that Xen reads, made by dtassign
# First comes `fdt addr ADDRESS` with the address of that tree.
fdt resize 0x1000
# given to guest `control`
fdt set /axi/can@ff060000 xen,passthrough
# given to guest `net`
fdt set /axi/ethernet@ff0e0000 xen,passthrough
