"""Why a disk does not take what is written to it, and what to do: the end of a sentence."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Final

FULL: Final = "the disk is full: free some space, then try again"
READ_ONLY: Final = (
    "it may only be read here: make it writable, or set DUALITY_HOME to a folder that may be written"
)
NO_SPACE: Final = 64 << 10  # bytes; where SQLite speaks of an I/O error with less free, the disk is full


def why(error: BaseException, path: Path) -> str:
    """What stands in the way of writing to `path`, and what to do about it, without a full stop."""
    said = " ".join(str(error).split())
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    number = error.errno if isinstance(error, OSError) else 0
    if number in (errno.ENOSPC, errno.EDQUOT) or code == sqlite3.SQLITE_FULL or _speaks(said, 13, "is full"):
        return FULL
    if number in (errno.EROFS, errno.EACCES, errno.EPERM) or not is_writable(path):
        return READ_ONLY
    if code == sqlite3.SQLITE_READONLY or _speaks(said, 8, "readonly"):
        return READ_ONLY
    if _free(path) < NO_SPACE:
        return FULL
    reason = error.strerror if isinstance(error, OSError) and error.strerror else said
    return f"{reason}: check the disk, then try again"


def is_writable(path: Path) -> bool:
    """Whether this process may write where `path` is, or would be."""
    return os.access(_nearest(path), os.W_OK)


def _nearest(path: Path) -> Path:
    return next((place for place in (path, *path.parents) if place.exists()), Path("/"))


def _free(path: Path) -> int:
    try:
        return shutil.disk_usage(_nearest(path)).free
    except OSError:
        return NO_SPACE


def _speaks(said: str, code: int, words: str) -> bool:
    """Whether a library's message is SQLite's of this primary code."""
    codes = [int(found) & 0xFF for found in re.findall(r"code: (\d+)", said)]
    return code in codes or words in said
