# SPDX-License-Identifier: BSD-2-Clause
"""What has to be in a small dom0 so that xl works there."""

import struct

import debs

PACKAGES = (
    "xen-utils-4.17 libxenmisc4.17 libc6 libxencall1 libxenevtchn1 libxenforeignmemory1"
    " libxengnttab1 libxenstore4 libxentoollog1 libxentoolcore1 libxendevicemodel1 libxenhypfs1"
    " libyajl2 libfdt1 libuuid1 zlib1g libgcc-s1"
).split()
PROGRAMS = ("xl", "xenstored", "xenconsoled", "xen-init-dom0")
LOADED_LATER = ["libgcc_s.so.1"]  # by the C library, when a thread ends
MODULES = ("xen-evtchn", "xen-gntdev", "xen-gntalloc", "xen-privcmd", "xenfs")
DT_NEEDED, DT_STRTAB = 1, 5
PT_LOAD, PT_DYNAMIC = 1, 2


def needed(image):
    """The libraries that an ELF file for 64 bits asks for."""
    (table_at,) = struct.unpack_from("<Q", image, 32)
    size, count = struct.unpack_from("<HH", image, 54)
    parts = [struct.unpack_from("<IIQQQQ", image, table_at + i * size) for i in range(count)]
    dynamic = [part for part in parts if part[0] == PT_DYNAMIC]
    if not dynamic:
        return []
    _, _, at, _, _, length = dynamic[0]
    entries = list(struct.iter_unpack("<QQ", image[at : at + length]))
    strings = next(value for tag, value in entries if tag == DT_STRTAB)
    for kind, _, offset, address, _, length in parts:
        if kind == PT_LOAD and address <= strings < address + length:
            strings += offset - address
            break
    starts = [strings + value for tag, value in entries if tag == DT_NEEDED]
    return [image[start : image.index(b"\0", start)].decode() for start in starts]


def modules(kernel, names):
    """{path in an initramfs: file} of kernel modules, named in the order to load them in."""
    known = {path.stem.replace("-", "_"): path for path in kernel.rglob("lib/modules/**/*.ko")}
    order = []

    def add(name):
        name = name.replace("-", "_")
        if name not in known:
            raise debs.Unavailable(f"no module {name} in package {kernel.name}")
        image = known[name].read_bytes()
        start = image.index(b"\0depends=") + len(b"\0depends=")
        for other in filter(None, image[start : image.index(b"\0", start)].decode().split(",")):
            add(other)
        if name not in order:
            order.append(name)

    for name in names:
        add(name)
    return {
        f"modules/{number:02}-{name}.ko": (0o644, known[name].read_bytes())
        for number, name in enumerate(order)
    }


def files(arm, kernel):
    """{path in the initramfs: file} of xl, its daemons and their libraries."""
    trees = {name: arm.tree(name) for name in PACKAGES}
    libraries = {}
    for tree in trees.values():
        for path in tree.rglob("*.so*"):
            libraries[path.name] = path
    found = {}
    wanted = LOADED_LATER[:]
    for name in PROGRAMS:
        image = (trees["xen-utils-4.17"] / "usr/lib/xen-4.17/bin" / name).read_bytes()
        found[f"usr/lib/xen-4.17/bin/{name}"] = (0o755, image)
        wanted += needed(image)
    while wanted:
        name = wanted.pop()
        if f"lib/{name}" in found:
            continue
        if name not in libraries:
            raise debs.Unavailable(f"no package of xl's has {name}")
        image = libraries[name].read_bytes()
        found[f"lib/{name}"] = (0o755, image)
        wanted += needed(image)
    return found | modules(kernel, MODULES)
