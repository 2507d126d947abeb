"""How much memory is free for reading PDFs, and what it looks like where there is too little to run at all."""

from __future__ import annotations

import errno
import re
from contextlib import suppress
from pathlib import Path
from typing import Final

LEAST: Final = 256 * 1024**2  # bytes; a reading process with a paper in hand takes 190 MB of address space
MEMINFO: Final = Path("/proc/meminfo")
TOO_LITTLE: Final = (
    "There is too little memory: searching takes about 1 GB of address space, the embedded model 3 GB more. "
    "Close other programs, or raise the limit (`ulimit -v`), then try again."
)
GROUP: Final = Path("/sys/fs/cgroup")


def free() -> int | None:
    """Bytes that may be had without swapping, within the limit of a container; None where the system does not say."""
    found = []
    with suppress(OSError):
        if match := re.search(r"^MemAvailable:\s+(\d+) kB", MEMINFO.read_text("ascii"), re.MULTILINE):
            found.append(int(match[1]) * 1024)
    with suppress(OSError, ValueError):  # "max" where there is no limit
        most = int((GROUP / "memory.max").read_text("ascii"))
        found.append(max(0, most - int((GROUP / "memory.current").read_text("ascii"))))
    return min(found, default=None)


def share(most: int, among: int) -> int:
    """Bytes for each of `among` processes: `most`, less where little is free, and at least what a paper takes."""
    there = free()
    return most if there is None else max(LEAST, min(most, there // max(1, among)))


def is_lack(error: BaseException | None) -> bool:
    """Whether an exception, or one behind it, comes of too little memory; libraries that cannot be loaded say so too."""
    seen = 0
    while error is not None and seen < 10:
        said = str(error)
        if (
            isinstance(error, MemoryError)
            or (isinstance(error, OSError) and error.errno == errno.ENOMEM)
            or any(
                words in said for words in ("failed to map segment", "Cannot allocate memory", "bad_alloc")
            )
        ):
            return True
        error, seen = error.__cause__ or error.__context__, seen + 1
    return False
