"""Checksums of what is stored: they find a flipped bit. They are no defence against somebody who means it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

AT_ONCE = 1 << 20  # bytes


def of_row(*values: object) -> int:
    """The CRC-32 of a row's values, in their order."""
    parts = (v if isinstance(v, bytes) else str(v).encode("utf-8", "surrogatepass") for v in values)
    return zlib.crc32(b"\0".join(parts))


def of_file(path: Path) -> int:
    """The CRC-32 of a file's bytes. Raises OSError where it cannot be read."""
    total = 0
    with path.open("rb") as file:
        while part := file.read(AT_ONCE):
            total = zlib.crc32(part, total)
    return total
