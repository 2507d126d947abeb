"""A download on its way: the bytes so far, and which version of which address they are of."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from pathlib import Path

HEAD: Final = 1_024
"""Bytes within which a PDF begins; what stands before is junk that readers skip (PDF 1.7, annex H.3, note 13)."""

TAIL: Final = 65_536
"""Bytes within which a whole PDF has its end mark."""


@dataclass(frozen=True, slots=True)
class Version:
    """Which version of a file a host sends.

    Attributes:
        address: The address that was asked, before any redirect.
        etag: The host's mark; "" where it gave none.
        modified: The host's date; "" where it gave none.
        total: Bytes in all; None where the host did not say.
    """

    address: str = ""
    etag: str = ""
    modified: str = ""
    total: int | None = None

    @property
    def validator(self) -> str:
        """What If-Range may hold (RFC 9110, 13.1.5): a strong mark, else the date, else nothing."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.modified

    def differs(self, other: Version) -> bool:
        """Whether the two are certainly not the same bytes."""
        pairs = ((self.etag, other.etag), (self.modified, other.modified), (self.total, other.total))
        return any(mine and theirs and mine != theirs for mine, theirs in pairs)


class Part:
    """The `.part` file of a PDF, and the note beside it. All methods may raise OSError.

    Args:
        path: Where the PDF is to lie.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.with_suffix(".pdf.part")
        self._note = path.with_suffix(".pdf.part.json")

    def size(self) -> int:
        """Bytes so far; 0 where there is no part."""
        return self.path.stat().st_size if self.path.exists() else 0

    def version(self) -> Version:
        """What the bytes are of; an empty version where nothing is known."""
        try:
            return Version(**json.loads(self._note.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return Version()

    def resumable(self, address: str) -> int:
        """Bytes to go on from; 0 where they are of another address, or nothing tells the version apart."""
        version = self.version()
        return self.size() if version.address == address and version.validator else 0

    def is_whole(self, address: str) -> bool:
        """Whether every byte is there, and only the last step was missed."""
        version = self.version()
        return version.address == address and version.total is not None and self.size() == version.total

    def opened(self, start: int, version: Version) -> BinaryIO:
        """The file, to be written from `start` on."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if not start:
            self.path.unlink(missing_ok=True)
        self._note.write_text(json.dumps(asdict(version)), "utf-8")
        return self.path.open("ab" if start else "wb")

    def fault(self) -> str:
        """Why the bytes are not a whole PDF; "" where they look like one."""
        with self.path.open("rb") as file:
            head = file.read(HEAD)
            file.seek(max(0, self.size() - TAIL))
            tail = file.read()
        if b"%PDF-" not in head:
            return "is not a PDF"
        return "" if b"%%EOF" in tail else "is cut short"

    def finish(self, path: Path) -> None:
        """Put the whole file in its place, at once."""
        with self.path.open("rb+") as file:
            os.fsync(file.fileno())
        self.path.replace(path)
        self._note.unlink(missing_ok=True)

    def drop(self) -> None:
        """Forget what has come."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
            self._note.unlink(missing_ok=True)
