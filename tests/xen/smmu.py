# SPDX-License-Identifier: BSD-2-Clause
"""An SMMUv2 of nothing but memory, which is all that Xen's driver asks for.

QEMU has no SMMUv2.  The driver (xen/drivers/passthrough/arm/smmu.c) reads three
identification registers and otherwise needs registers that keep what is written:
no bit that it waits for is ever set.  So the registers lie in RAM that Xen is
told to leave alone, Xen assigns devices without being forced to, and which
streams it let through can be read afterwards.  Nothing is translated: this tests
the configuration, not DMA.
"""

import struct

import hosttree

SIZE = 0x20000
GROUPS = 48  # stream matching registers, as many as the ZynqMP has
BANKS = 16
# SMMU_IDR0: stage 2, nested, coherent walks, stream matching, 15 bits of stream ID
ID0 = 0x7 << 28 | 1 << 27 | 1 << 14 | 15 << 9 | GROUPS
ID1 = 3 << 28 | BANKS  # 16 pages of 4 KiB in each half
ID2 = 1 << 12 | 2 << 4 | 2  # 4 KiB granule, 40 bits in and out
SMR, S2CR = 0x800, 0xC00
VALID, TRANSLATE = 1 << 31, 0


def registers():
    """What the registers hold before Xen comes."""
    image = bytearray(SIZE)
    struct.pack_into("<III", image, 0x20, ID0, ID1, ID2)
    return bytes(image)


def move(tree, path, address):
    """Put the registers of the SMMU into RAM and enable it."""
    node = hosttree.find(tree, path)
    hosttree.put(node, "reg", hosttree.wide(address) + hosttree.wide(SIZE))
    node.props = [(name, data) for name, data in node.props if name != b"status"]
    node.name = node.name.split(b"@")[0] + b"@%x" % address
    tree.reserves.append((address, SIZE))


def translated(image):
    """{context bank: stream IDs that go through it}"""
    banks = {}
    for group in range(GROUPS):
        (smr,) = struct.unpack_from("<I", image, SMR + 4 * group)
        (s2cr,) = struct.unpack_from("<I", image, S2CR + 4 * group)
        if smr & VALID and s2cr >> 16 & 3 == TRANSLATE:
            if smr >> 16 & 0x7FFF:
                raise ValueError(f"a mask for streams in SMR {smr:#x}")
            banks.setdefault(s2cr & 0xFF, set()).add(smr & 0x7FFF)
    return banks
