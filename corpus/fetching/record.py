"""What is known of each fetched PDF, kept beside them in `fetched.json`: address, checksum, date, and what failed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from corpus.errors import StorageFailed

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import TypeAdapter

NAME = "fetched.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """One PDF as it came.

    Attributes:
        address: Where it was asked for.
        sha256: Of the whole file.
        bytes: Its size.
        date: When it came, as ISO 8601 in UTC.
        etag: The host's mark of this version; "" where it gave none.
        modified: The host's date of this version, as it wrote it; "" where it gave none.
    """

    address: str
    sha256: str
    bytes: int
    date: str
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a PDF did not come at the last attempt, when that was, and what to do."""

    reason: str
    date: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """The whole record, as it stood when it was read."""

    papers: dict[str, Entry] = field(default_factory=dict)
    failed: dict[str, Failure] = field(default_factory=dict)


def read(folder: Path) -> Record:
    """The record of a folder of PDFs; an empty one where there is none, or it cannot be understood."""
    try:
        data = json.loads((folder / NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return Record()
    return Record(_entries(data, "papers", Entry), _entries(data, "failed", Failure))


def keep(folder: Path, paper: str, what: Entry | Failure | None) -> None:
    """Note what became of a paper in place of what was noted before; None forgets it.

    The caller holds the queue (`Manners.alone`).

    Raises:
        StorageFailed: The disk is full or refuses.
    """
    now = read(folder)
    if isinstance(what, Entry):
        now.papers[paper] = what
    elif what is None:
        now.papers.pop(paper, None)
    now.failed.pop(paper, None)
    if isinstance(what, Failure):
        now.failed[paper] = what
    fresh = folder / f"{NAME}.new"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps({"version": 1, **asdict(now)}, ensure_ascii=False, indent=1), "utf-8")
        fresh.replace(folder / NAME)
    except OSError as error:
        raise StorageFailed(
            f"{folder / NAME} cannot be written ({error.strerror}): free some space, then fetch again."
        ) from error


def checksum(path: Path) -> str:
    """SHA-256 of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_altered(path: Path, entry: Entry) -> bool:
    """Whether the file is no longer the one that came."""
    try:
        return path.stat().st_size != entry.bytes or checksum(path) != entry.sha256
    except OSError:
        return True


def _entries(data: Any, name: str, kind: type[Any]) -> dict[str, Any]:
    """The well-formed entries; others are as if they were not there, and their paper is fetched or judged anew."""
    from pydantic import ValidationError

    adapter = _adapter(kind)  # type: ignore[arg-type]  # a class is hashable
    found: dict[str, Any] = {}
    table = data.get(name) if isinstance(data, dict) else None
    for paper, values in (table or {}).items() if isinstance(table, dict) else ():
        try:
            found[paper] = adapter.validate_python(values)
        except ValidationError:
            continue
    return found


@lru_cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
