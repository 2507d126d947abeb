"""What the index knows of a file before it is read, and which of two files of one paper it keeps."""

from __future__ import annotations

import hashlib
import shlex
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from corpus.furniture import ARXIV_STAMP
from corpus.ocr import could_be_read_now
from index.records import DocumentRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corpus.document import Document
    from corpus.paper import Paper
    from index.passage_store import PassageStore
    from index.records import RemovedRecord


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a file without reading it.

    Attributes:
        what: "unchanged" and "moved" files are indexed; "refused" ones were read before and could not be
            used; for "passed over" ones another file stands, or the user removed them.
        paper: The id of the paper it is; "" where it is none.
        note: Why, as a sentence; "" for unchanged files.
        remembered: Whether the index knew it from the file's size and time alone.
    """

    what: Literal["unchanged", "moved", "refused", "passed over"]
    paper: str = ""
    note: str = ""
    remembered: bool = True


class KnownFiles:
    """The files that a generation knows.

    Args:
        store: The generation's documents.
        pdfs: Its PDFs by the paper's id; kept up to date by the caller.
        again: Whether files that the user removed are taken in again.
        ocr: The languages in which scans are read, if they are: files refused before that was possible are
            read again.
    """

    def __init__(
        self, store: PassageStore, pdfs: Mapping[str, DocumentRecord], *, again: bool, ocr: str = ""
    ) -> None:
        self._ocr = ocr
        self._pdfs = pdfs
        self._by_file = {record.file: record for record in pdfs.values()}
        self._sizes = {record.size for record in pdfs.values()}
        self._refused = store.refused()
        self._aside = store.set_aside()
        removed = [] if again else store.removed()
        self._removed = {record.paper: record for record in removed}
        self._sizes |= {record.size for record in removed}

    def known(self, path: Path) -> Known | None:
        """What is known of the file; None where it has to be read."""
        file, now = str(path.resolve()), stamp(path)
        record = self._by_file.get(file)
        if record is not None and now == (record.size, record.modified):
            return Known("unchanged", record.paper)
        for removed in self._removed.values():
            if (removed.file, removed.size, removed.modified) == (file, *now):
                return Known("passed over", "", _was_removed(path, removed))
        refused = self._refused.get(file)
        if refused and now == refused[:2] and not could_be_read_now(refused[2], self._ocr):
            return Known("refused", "", refused[2])
        if (aside := self._aside.get(file)) and now == aside[:2] and self._stands(aside[2]):
            return Known("passed over", aside[2], aside[3])
        return self.same(path, sha256_of(path)) if now[0] in self._sizes else None

    def same(self, path: Path, sha256: str, paper: str = "") -> Known | None:
        """What is known of a file by its content, and where it was read, by the paper it is; None if nothing is."""
        for record in self._pdfs.values():
            if record.sha256 == sha256:
                if record.file == str(path.resolve()) or not Path(record.file).exists():
                    return Known("moved", record.paper)
                note = f"{path.name} is the same file as {record.file}, which is indexed as {record.paper}."
                return Known("passed over", record.paper, note, remembered=False)
        for removed in self._removed.values():
            if removed.sha256 == sha256 or (removed.paper == paper and removed.own is None):
                return Known("passed over", "", _was_removed(path, removed), remembered=False)
        return None

    def _stands(self, paper: str) -> bool:
        record = self._pdfs.get(paper)
        return record is not None and Path(record.file).exists()


def pdf_record(paper: Paper, path: Path, document: Document) -> DocumentRecord:
    """The record of a PDF just read."""
    size, modified = stamp(path)
    return DocumentRecord(
        paper=paper.id,
        source="pdf",
        sha256=document.sha256,
        file=str(path.resolve()),
        size=size,
        modified=modified,
        pages=len(document.pages),
        remarks=document.remarks,
    )


def is_newer(path: Path, document: Document, than: DocumentRecord, stamped: int) -> bool:
    """Whether a file just read is a newer version of its paper than the one indexed.

    The versions stamped by arXiv decide; where one has none, or both have the same, the later file does.

    Args:
        path: The file.
        document: What was read from it.
        than: The indexed one, whose file is there.
        stamped: The version stamped on the indexed one; 0 where there is none.
    """
    version = stamped_version(document)
    if version and stamped and version != stamped:
        return version > stamped
    return stamp(path)[1] > stamp(Path(than.file))[1]


def stamped_version(document: Document) -> int:
    """The version in arXiv's stamp on a document's page one; 0 where there is none."""
    return version_in(document.pages[0].text) if document.pages else 0


def version_in(page_one: str) -> int:
    """The version in arXiv's stamp on page one: 2 for "arXiv:2310.12931v2"; 0 where there is none."""
    for line in page_one.splitlines():
        if match := ARXIV_STAMP.match(line):
            return int((match.group(2) or "v0")[1:])
    return 0


def stamp(path: Path) -> tuple[int, int]:
    """Size and modification time (nanoseconds) of a file; (-1, -1) where it is gone."""
    try:
        stat = path.stat()
    except OSError:
        return -1, -1
    return stat.st_size, stat.st_mtime_ns


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal; "" where it cannot be read, which the reader will explain."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _was_removed(path: Path, removed: RemovedRecord) -> str:
    day = time.strftime("%Y-%m-%d", time.localtime(removed.at))
    return f"{path.name} was removed on {day}: `duality add {shlex.quote(str(path))}` brings it back."
