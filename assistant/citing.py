"""Which indexed paper cites which, from their lists of references."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.references import Cited, labels_in
from corpus.spelling import distinct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import NumberedSource
    from corpus.catalogue import Catalogue
    from corpus.paper import Paper
    from index.passage_store import PassageStore


@dataclass(frozen=True, slots=True)
class Citing:
    """What a paper cites of what is known here, and what cites it.

    Attributes:
        entries: How many entries its own list of references has; 0 where its PDF is not indexed.
        cites: Ids of the known papers among them, in the list's order.
        cited_by: Ids of the indexed papers whose lists name it, by id.
    """

    entries: int = 0
    cites: tuple[str, ...] = ()
    cited_by: tuple[str, ...] = ()


def citing(paper: Paper, catalogue: Catalogue, passages: PassageStore) -> Citing:
    """What a paper cites and what cites it, among the papers of a catalogue."""
    known, this = Cited(catalogue.papers), Cited([paper])
    entries, cites, by = 0, [], set()
    for where, entry in passages.references():
        if where == paper.id:
            entries += 1
            cites.append(known.paper(entry.text))
        elif this.paper(entry.text) and known.paper(entry.text) == paper.id:
            by.add(where)
    named = dict.fromkeys(identity for identity in cites if identity and identity != paper.id)
    return Citing(entries, tuple(named), tuple(sorted(by)))


def with_entries(sources: Sequence[NumberedSource], passages: PassageStore) -> tuple[NumberedSource, ...]:
    """The sources, each with the entries that the markers in its text stand for."""
    lists: dict[str, dict[str, str]] = {}
    told = []
    for source in sources:
        labels = distinct(label for _, _, found in labels_in(source.text) for label in found)
        if source.source == "pdf" and labels:
            if source.paper not in lists:
                entries = passages.parts_of(source.paper, "reference")
                lists[source.paper] = {entry.number: entry.text for entry in entries if entry.number}
            known = lists[source.paper]
            entries_shown = tuple((label, known[label]) for label in labels if label in known)
            told.append(replace(source, references=entries_shown))
        else:
            told.append(source)
    return tuple(told)
