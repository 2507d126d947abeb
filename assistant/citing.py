"""Which indexed paper cites which, from their lists of references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.references import Cited

if TYPE_CHECKING:
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
