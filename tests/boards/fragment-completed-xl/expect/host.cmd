# U-Boot: marks for the tree that Xen reads, made by dtassign
# First comes `fdt addr ADDRESS` with the address of that tree.
fdt resize 0x1000
# given to guest `guest`
fdt set /soc/ethernet@5040000 xen,passthrough
