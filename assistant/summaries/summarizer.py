"""Summaries from one index and one model: the whole one, or as it grows.

for state in summarizer.stream(subject, "page"):   # Summary after Summary, the last one complete
    …
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from assistant.answer import Seconds
from assistant.sources import Sources
from assistant.summaries.category import of_category
from assistant.summaries.paper import PaperSummary
from assistant.summaries.summary import Summary
from assistant.summaries.topic import of_topic
from assistant.summaries.writing import Writer
from assistant.support.judge import Judge
from corpus.errors import DualityError

if TYPE_CHECKING:
    import threading
    from collections.abc import Generator, Iterator, Sequence

    from assistant.chat.models import ChosenModel
    from assistant.summaries.summary import Coverage, Length, Subject, SummarySection
    from corpus.catalogue import Catalogue
    from index.search import Search


class _Composition(Protocol):
    notes: list[str]

    def sections(self, length: Length) -> Iterator[tuple[SummarySection, ...]]: ...

    def coverage(self, sections: Sequence[SummarySection]) -> Coverage: ...


class Summarizer:
    """Writes summaries.

    Args:
        search: The search over the index; its catalogue and embedder are used too.
        model: The chosen chat model, or one that only quotes.
        judge: Who rules on what the model writes; words alone by default.
    """

    def __init__(self, search: Search, model: ChosenModel, judge: Judge | None = None) -> None:
        self.search = search
        self.model = model
        self.judge = judge or Judge()

    @property
    def catalogue(self) -> Catalogue:
        """The papers that can be summarised."""
        return self.search.catalogue

    def summary(self, subject: Subject, length: Length = "page") -> Summary:
        """The whole summary. Arguments and errors as for `stream`."""
        for state in self.stream(subject, length):
            if state.complete:
                return state
        raise DualityError("The summary was stopped before it was complete.")

    def stream(
        self, subject: Subject, length: Length = "page", cancelled: threading.Event | None = None
    ) -> Generator[Summary, None, None]:
        """The summary as it grows, a state after each part; the last one is complete.

        Args:
            subject: As `assistant.summaries.subject` resolves it.
            length: line, paragraph or page.
            cancelled: Set it from another thread to have the rest quoted instead of written.

        Raises:
            NothingIndexed: There is nothing to summarise from.
            WrongUse: A topic that no paper is about.
        """
        begun = time.monotonic()
        generation = self.search.generation()
        sources = Sources(self.catalogue)
        writer = Writer(self.model, self.judge, cancelled)
        composition = self._composition(subject, sources, writer)
        name = f"{generation.name}.{generation.refresh()}"
        first: float | None = None

        def state(sections: tuple[SummarySection, ...], *, complete: bool) -> Summary:
            total = time.monotonic() - begun
            notes = [subject.note, *composition.notes, *writer.notes]
            if complete:
                notes += [*self._closing_notes(writer), *self.search.remarks()]
            return Summary(
                subject=subject,
                length=length,
                sections=tuple(s for s in sections if s.claims or s.lead),
                sources=tuple(sources.taken),
                coverage=composition.coverage(sections),
                generation=name,
                model=self.model.name,
                notes=tuple(dict.fromkeys(note for note in notes if note)),
                tokens=dict(writer.tokens),
                seconds=Seconds(0.0, first, total),
                complete=complete,
            )

        latest: tuple[SummarySection, ...] = ()
        for latest in composition.sections(length):
            first = first if first is not None else time.monotonic() - begun
            yield state(latest, complete=False)
        yield state(latest, complete=True)

    def _composition(self, subject: Subject, sources: Sources, writer: Writer) -> _Composition:
        store = self.search.generation().passages
        if subject.kind == "paper":
            paper = self.catalogue.by_id[subject.target]
            return PaperSummary(paper, self.catalogue, store, sources, writer)
        if subject.kind == "category":
            papers = [self.catalogue.by_id[paper] for paper in subject.papers]
            return of_category(papers, subject.target, self.catalogue, store, sources, writer)
        return of_topic(subject.target, self.search, sources, writer)

    def _closing_notes(self, writer: Writer) -> list[str]:
        if self.model.chat is None:
            reason = self.model.reason.rstrip(".")
            return [f"{reason}. The sentences in quotation marks are the sources' own, word for word."]
        if writer.cancelled.is_set():
            return ["Stopped by you: what was not written by then is quoted."]
        if writer.replaced:
            parts = "part was" if writer.replaced == 1 else "parts were"
            why = f"nothing that {self.model.name} wrote was carried by the pages."
            return [f"{writer.replaced} {parts} quoted word for word, because {why}"]
        return []
