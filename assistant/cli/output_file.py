"""A file that a command writes its result to: refused before the work begins, where it cannot be written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from corpus.errors import StorageFailed

if TYPE_CHECKING:
    from pathlib import Path


def writable(*files: Path | None) -> None:
    """Raises StorageFailed where one of the files has no folder or may not be written."""
    for file in files:
        if file is None:
            continue
        if not file.parent.is_dir():
            raise StorageFailed(
                f"{file} cannot be written: there is no folder {file.parent}; make it, or choose another file."
            )
        if not os.access(file if file.exists() else file.parent, os.W_OK):
            raise StorageFailed(f"{file} cannot be written (permission denied): choose another file.")


def write(file: Path, text: str) -> None:
    """Writes the text. Raises StorageFailed."""
    write_bytes(file, text.encode())


def write_bytes(file: Path, content: bytes) -> None:
    """Writes what is no text. Raises StorageFailed."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise StorageFailed(f"{file} cannot be written ({error.strerror}): choose another file.") from error
