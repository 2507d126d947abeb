"""What is kept of the user's own papers and removals when an index is built anew or a paper is added again."""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from corpus.errors import NothingIndexed, StorageFailed
from corpus.paper import Paper
from index import generation as generations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import TypeAdapter

    from corpus.catalogue import Catalogue
    from corpus.document import Document
    from index.records import DocumentRecord, RemovedRecord


@dataclass(frozen=True, slots=True)
class Remembered:
    """The user's own papers as the current generation knows them, and the PDFs that were removed.

    Attributes:
        papers: The own papers by id; a build adds those that it indexes.
        files: The id of each by its PDF's SHA-256.
        removed: What was removed and not added again.
        gone: The indexed PDFs that are not there any more.
        lost: The ids of the own papers whose record is damaged: their PDFs say again what they are.
    """

    papers: dict[str, Paper] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    removed: Sequence[RemovedRecord] = ()
    gone: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @classmethod
    def of(cls, directory: Path) -> Self:
        """What the current generation of an index directory remembers, as far as it can be read."""
        try:
            store = generations.current(directory).passages
        except NothingIndexed:
            return cls()
        own: dict[str, Paper] = {}
        lost: list[str] = []
        pdfs: list[DocumentRecord] = []
        removed: list[RemovedRecord] = []
        with suppress(StorageFailed):
            for identity, record in store.own_papers().items():
                try:
                    own[identity] = own_paper_of(record)
                except ValueError:
                    lost.append(identity)
        with suppress(StorageFailed):
            pdfs = [record for record in store.documents() if record.source == "pdf"]
        with suppress(StorageFailed):
            removed = store.removed()
        files = {record.sha256: record.paper for record in pdfs if record.paper in own}
        gone = tuple(record.file for record in pdfs if not Path(record.file).exists())
        return cls(own, files, removed, gone, tuple(lost))

    def own(self, sha256: str) -> Paper | None:
        """The own paper whose PDF has this content, or had before it was removed."""
        if sha256 in self.files:
            return self.papers[self.files[sha256]]
        for record in self.removed:
            if record.sha256 == sha256 and record.own is not None:
                with suppress(ValueError):
                    return own_paper_of(record.own)
        return None

    def removed_as(self, paper: str) -> RemovedRecord | None:
        """What was removed under an id."""
        return next((record for record in self.removed if record.paper == paper), None)


def apart(
    paper: Paper,
    path: Path,
    document: Document,
    remembered: Remembered,
    pdfs: Mapping[str, DocumentRecord],
    catalogue: Catalogue,
    twin: Paper | None = None,
) -> Paper:
    """The user's own paper under the id and categories it had before, or under an id that no other file has.

    Args:
        paper: As read from its PDF.
        path: The PDF.
        document: What was read.
        remembered: What is known from before.
        pdfs: The PDFs indexed, by their paper's id.
        catalogue: Whose ids are taken.
        twin: The indexed paper of which this is another file, by title and authors.
    """

    def is_free(identity: str) -> bool:
        if identity in catalogue.by_id and catalogue.by_id[identity].kind != "own":
            return False
        before = pdfs.get(identity) or remembered.removed_as(identity)
        if before is None or before.sha256 == document.sha256:
            return True
        return before.file == str(path.resolve()) or not Path(before.file).exists()

    known = remembered.own(document.sha256)
    if known is None and document.arxiv:  # another version of a paper that arXiv numbered
        known = next((p for p in remembered.papers.values() if p.arxiv == document.arxiv), None)
        if known is not None:
            return _as_before(paper, known)
    if known is None and twin is not None:
        return _as_before(paper, twin)
    if known is not None and is_free(known.id):
        return _as_before(paper, known)
    for number in itertools.count(2):
        if is_free(paper.id):
            kept = remembered.papers.get(paper.id)
            return _as_before(paper, kept) if kept else paper
        paper = replace(paper, id=f"{path.stem.lower()}-{number}")
    raise AssertionError


def _as_before(paper: Paper, known: Paper) -> Paper:
    return replace(paper, id=known.id, categories=known.categories, proposed=known.proposed)


def own_paper_of(record: Mapping[str, Any]) -> Paper:
    """The paper in a record of the index. Raises ValueError where it is none."""
    return _reading().validate_python(record)


@cache
def _reading() -> TypeAdapter[Paper]:
    from pydantic import TypeAdapter

    return TypeAdapter(Paper)
