"""Taking in a PDF of the user's own: a harmless name, a copy in the home, nothing overwritten."""

from __future__ import annotations

import filecmp
import re
import shutil
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Final

from corpus.errors import StorageFailed, UnreadableDocument

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_BYTES: Final = 300 * 1024**2
LONGEST_NAME: Final = 120


def harmless(name: str) -> str:
    """The last part of a name, of letters, digits, "._-" only, without leading dots.

    Raises:
        UnreadableDocument: It does not end with .pdf.
    """
    last = PurePosixPath(PureWindowsPath(name).as_posix()).name
    stem, dot, ending = last.rpartition(".")
    if not dot or ending.lower() != "pdf":
        raise UnreadableDocument(f"{last or 'The file'} is not a PDF: its name should end with .pdf.")
    cleaned = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-._")[:LONGEST_NAME]
    return f"{cleaned or 'paper'}.pdf"


def take_in(file: Path, name: str, uploads: Path) -> Path:
    """A copy of `file` in the folder `uploads`, under a harmless form of `name`.

    A file already there with the same content is used as it is; another of the same name is never
    overwritten: the new one gets "-2".

    Raises:
        UnreadableDocument: Not named .pdf, empty, or larger than 300 MB.
        StorageFailed: The disk is full or refuses.
    """
    wanted = harmless(name)
    try:
        size = file.stat().st_size
        if size == 0:
            raise UnreadableDocument(f"{wanted} is empty: choose the file again.")
        if size > LARGEST_BYTES:
            raise UnreadableDocument(
                f"{wanted} is larger than {LARGEST_BYTES // 1024**2} MB, the limit for one PDF."
            )
        uploads.mkdir(parents=True, exist_ok=True)
        for target in _names(uploads, wanted):
            if target.exists():
                if filecmp.cmp(file, target, shallow=False):
                    return target
                continue
            part = target.with_suffix(".part")
            shutil.copyfile(file, part)
            part.replace(target)
            return target
    except OSError as error:
        raise StorageFailed(f"{wanted} cannot be stored in {uploads}: {error.strerror or error}.") from error
    raise AssertionError  # the names never end


def _names(folder: Path, wanted: str) -> Iterator[Path]:
    yield folder / wanted
    number = 2
    while True:
        yield folder / f"{wanted[:-4]}-{number}.pdf"
        number += 1
