"""What is kept of the user's own papers and removals when an index is built anew or a paper is added again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from corpus.errors import NothingIndexed, StorageFailed
from corpus.paper import Paper
from index import generation as generations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from index.records import RemovedRecord


@dataclass(frozen=True, slots=True)
class Remembered:
    """The user's own papers as the current generation knows them, and the PDFs that were removed.

    Attributes:
        papers: The own papers by id.
        files: The id of each by its PDF's SHA-256.
        removed: What was removed and not added again.
    """

    papers: Mapping[str, Paper] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    removed: Sequence[RemovedRecord] = ()

    @classmethod
    def of(cls, directory: Path) -> Self:
        """What the current generation of an index directory remembers; nothing where it cannot be read."""
        try:
            store = generations.current(directory).passages
            own = {identity: own_paper_of(record) for identity, record in store.own_papers().items()}
            files = {r.sha256: r.paper for r in store.documents() if r.source == "pdf" and r.paper in own}
            return cls(own, files, store.removed())
        except (NothingIndexed, StorageFailed):
            return cls()

    def own(self, sha256: str) -> Paper | None:
        """The own paper whose PDF has this content, or had before it was removed."""
        if sha256 in self.files:
            return self.papers[self.files[sha256]]
        for record in self.removed:
            if record.sha256 == sha256 and record.own is not None:
                return own_paper_of(record.own)
        return None

    def removed_as(self, paper: str) -> RemovedRecord | None:
        """What was removed under an id."""
        return next((record for record in self.removed if record.paper == paper), None)


def own_paper_of(record: Mapping[str, Any]) -> Paper:
    """The paper in a record of the index."""
    lists = ("authors", "aliases", "categories", "upstream_titles", "proposed")
    known: dict[str, Any] = {
        name: tuple(value) if name in lists else value
        for name, value in record.items()
        if name not in ("table", "digest")  # the user's own papers have neither
    }
    return Paper(**known)
