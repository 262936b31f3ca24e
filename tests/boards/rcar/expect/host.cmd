# U-Boot: marks for the tree that Xen reads, made by dtassign
# First comes `fdt addr ADDRESS` with the address of that tree.
fdt resize 0x1000
# given to guest `net`
fdt set /soc/ethernet@e6800000 xen,passthrough
# given to guest `storage`
fdt set /soc/mmc@ee160000 xen,passthrough
