"""The survey's repository as one thing: its list and its tables, from wherever it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.errors import WrongUse
from corpus.upstream import readme, source, tables

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.upstream.listing import Upstream


def read(path: Path) -> Upstream:
    """The list and the tables of a checkout or archive, and whatever of them was not understood.

    Raises:
        WrongUse: Nothing is there, or something else than the survey's repository.
        UnreadableDocument: The archive is damaged, too large or leads out of itself.
        StorageFailed: It cannot be read.
    """
    files = dict(source.files(path))
    try:
        text = files.pop(readme.NAME).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongUse(f"The {readme.NAME} of {path} is not UTF-8 text: get the repository again.") from None
    return readme.read(text).joined(tables.read(files))
