# U-Boot: marks for the tree that Xen reads, made by dtassign
# First comes `fdt addr ADDRESS` with the address of that tree.
fdt resize 0x1000
# given to guest `display`
fdt set /soc/hdlcd@7ff60000 xen,passthrough
# given to guest `usb`
fdt set /soc/usb@7ffb0000 xen,passthrough
# given to guest `usb`
fdt set /soc/usb@7ffc0000 xen,passthrough
