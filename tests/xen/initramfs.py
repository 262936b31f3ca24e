# SPDX-License-Identifier: BSD-2-Clause
"""An initramfs in the newc format of cpio, packed reproducibly and by anybody."""

import stat


def entry(name, mode, data=b"", number=1):
    fields = [number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + name + b"\0"
    return head + b"\0" * (-len(head) % 4) + data + b"\0" * (-len(data) % 4)


def pack(files):
    """files: {path: (mode, bytes)}; the folders that they need are made."""
    archive = []
    made = set()
    for path, (mode, data) in sorted(files.items()):
        parts = path.split("/")
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            if folder not in made:
                made.add(folder)
                archive.append(entry(folder.encode(), stat.S_IFDIR | 0o755, b"", len(archive) + 1))
        archive.append(entry(path.encode(), stat.S_IFREG | mode, data, len(archive) + 1))
    return b"".join([*archive, entry(b"TRAILER!!!", 0)])
