"""The numbered sources of a summary or a comparison, taken in as its sentences come to cite them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant.answer import Citation, Claim, NumberedSource
from assistant.evidence import Evidence, numbered
from assistant.support.binding import cited
from index.notes import notes_on
from index.search import Hit

if TYPE_CHECKING:
    from assistant.answer import Quote
    from corpus.catalogue import Catalogue, Paper
    from index.passage_store import PassageStore
    from index.records import StoredPassage


class Sources:
    """Sources under numbers that never change.

    Args:
        catalogue: Names the papers.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.taken: list[NumberedSource] = []
        self._numbers: dict[tuple[str, ...], int] = {}
        self._labels: dict[str, dict[int, str]] = {}
        self._passages: dict[int, str] = {}

    @property
    def evidence(self) -> Evidence:
        """All sources so far, to bind sentences to."""
        return Evidence(tuple(self.taken))

    def passage(self, passage: StoredPassage, store: PassageStore) -> int:
        """The number of a passage; the store has the printed labels of its pages."""
        if ("", passage.id) not in self._numbers:
            if passage.paper not in self._labels:
                self._labels[passage.paper] = store.labels(passage.paper)
            labels = self._labels[passage.paper]
            page = passage.page
            on = tuple((p, labels[p]) for p in sorted({s.page for s in passage.spans} & labels.keys()))
            label = labels.get(page, str(page)) if page is not None else None
            source = numbered([Hit(1, passage, page, label, 0.0, 0.0, on)], self.catalogue)[0]
            n = self._numbers["", passage.id] = len(self.taken) + 1
            self._passages[n] = passage.id
            self.taken.append(replace(source, n=n))
        return self._numbers["", passage.id]

    def passage_of(self, n: int) -> str:
        """The id of the passage under a number; "" where it is none of a PDF."""
        return self._passages.get(n, "")

    def words(self, quote: Quote) -> int:
        """The number of a quote by itself."""
        known = quote.page and ((quote.page, quote.page_label or str(quote.page)),)
        return self._number(
            quote.paper,
            quote.source,
            quote.quote,
            page=quote.page,
            page_label=quote.page_label,
            section=quote.section,
            spans=quote.spans,
            labels=known or (),
        )

    def citation(self, quote: Quote) -> Citation:
        """A quote by itself as a citation."""
        return Citation(
            self.words(quote), quote.paper, quote.source, quote.page, quote.page_label, quote.quote, quote.spans
        )  # fmt: skip

    def noted(self, quote: Quote) -> Citation:
        """Words of a digest or of a row of the survey's table, as a citation of the whole note."""
        for note in notes_on(self.catalogue.by_id[quote.paper]):
            for section, text in reversed(note.texts):  # the aspects before the prose
                if note.record.source == quote.source and quote.quote in text:
                    n = self._number(quote.paper, quote.source, text, section=section)
                    start = text.index(quote.quote)
                    return cited(self.taken[n - 1], start, start + len(quote.quote))
        return self.citation(quote)

    def listed(self, paper: Paper, entry: str) -> Citation:
        """A fact of the survey's list on a paper as a citation, `entry` its words."""
        n = self._number(paper.id, "table", entry, section="The survey's list")
        return cited(self.taken[n - 1], 0, len(entry))

    def quote(
        self, passage: StoredPassage, store: PassageStore, start: int, end: int, name: str = ""
    ) -> Claim:
        """`passage.text[start:end]` as a quoted, exact claim; `name` is put before it."""
        source = self.taken[self.passage(passage, store) - 1]
        words = " ".join(passage.text[start:end].split())
        return Claim(f"{name}“{words}”", "exact", (cited(source, start, end),))

    def _number(self, paper: str, source: Any, text: str, **where: Any) -> int:
        identity = (paper, source, text)
        if identity not in self._numbers:
            n = self._numbers[identity] = len(self.taken) + 1
            known = self.catalogue.by_id.get(paper)
            self.taken.append(NumberedSource.of(n, known, paper, source, text, **where))
        return self._numbers[identity]
