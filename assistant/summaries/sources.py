"""The numbered sources of a summary, taken in as its sentences come to cite them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answer import Claim, NumberedSource
from assistant.evidence import Evidence, numbered
from assistant.support.binding import cited
from index.search import Hit

if TYPE_CHECKING:
    from corpus.catalogue import Catalogue, Paper
    from index.passage_store import PassageStore
    from index.records import StoredPassage


class Sources:
    """Passages under numbers that never change.

    Args:
        store: Where the pages' printed labels are kept.
        catalogue: Names the papers.
    """

    def __init__(self, store: PassageStore, catalogue: Catalogue) -> None:
        self._store = store
        self._catalogue = catalogue
        self._numbers: dict[str, int] = {}
        self._labels: dict[str, dict[int, str]] = {}
        self._passages: dict[int, str] = {}
        self.taken: list[NumberedSource] = []

    def number(self, passage: StoredPassage) -> int:
        """The passage's number; a new one where it has none yet."""
        if passage.id not in self._numbers:
            labels: dict[int, str] = {}
            if passage.source == "pdf":
                if passage.paper not in self._labels:
                    self._labels[passage.paper] = self._store.labels(passage.paper)
                labels = self._labels[passage.paper]
            page = passage.page
            on = tuple((p, labels[p]) for p in sorted({s.page for s in passage.spans} & labels.keys()))
            label = labels.get(page, str(page)) if page is not None else None
            hit = Hit(1, passage, page, label, 0.0, 0.0, on)
            self._add(passage.id, replace(numbered([hit], self._catalogue)[0], n=len(self.taken) + 1))
        return self._numbers[passage.id]

    def listed(self, paper: Paper, entry: str) -> int:
        """The number of a fact of the survey's list on a paper, `entry` its words."""
        identity = f"list:{paper.id}:{entry}"
        if identity not in self._numbers:
            source = NumberedSource.of(
                len(self.taken) + 1, paper, paper.id, "table", entry, section="The survey's list"
            )
            self._add(identity, source)
        return self._numbers[identity]

    def _add(self, identity: str, source: NumberedSource) -> None:
        self._numbers[identity] = source.n
        self._passages[source.n] = identity
        self.taken.append(source)

    def passage_of(self, n: int) -> str:
        """The id of the passage under a number."""
        return self._passages[n]

    def evidence(self) -> Evidence:
        """All sources so far, to bind sentences to."""
        return Evidence(tuple(self.taken))

    def quote(self, passage: StoredPassage, start: int, end: int, name: str = "") -> Claim:
        """`passage.text[start:end]` as a quoted, exact claim; `name` is put before it."""
        source = self.taken[self.number(passage) - 1]
        words = " ".join(passage.text[start:end].split())
        return Claim(f"{name}“{words}”", "exact", (cited(source, start, end),))
