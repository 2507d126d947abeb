"""A question answered by a table: the claim that the program reads, and the table that it cites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answer import CellUsed, Citation, Claim
from assistant.tables.reading import About, read
from corpus.passages import Span
from index.search import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import NumberedSource
    from assistant.asking.request import Request
    from assistant.tables.reading import Reading
    from corpus.catalogue import Catalogue
    from corpus.tables import Table
    from index.passage_store import PassageStore, StoredPassage

MOST_PAPERS = 3  # whose tables are read where the question names no paper: those of the best passages


@dataclass(frozen=True, slots=True)
class TableFound:
    """The table that answers a question, as a hit, and what was read from it."""

    hit: Hit
    reading: Reading


def table_found(
    question: Request, hits: Sequence[Hit], catalogue: Catalogue, passages: PassageStore
) -> TableFound | None:
    """What a table answers, of the papers that are named or else of those found first; most often None.

    Args:
        question: As understood; one that leans on the conversation is not read from a table.
        hits: What the search found, within the user's scope.
        catalogue: Names the papers.
        passages: Keeps the tables.
    """
    if question.leaned:
        return None
    found = list(dict.fromkeys(hit.passage.paper for hit in hits if hit.passage.source == "pdf"))
    papers = [paper for paper in question.papers if paper in found] or found[:MOST_PAPERS]
    kept = passages.tables(papers) if papers else []
    of = {id(passage.table): passage for passage in kept}

    def about(table: Table) -> About:
        paper = catalogue.by_id.get(of[id(table)].paper)
        said = passages.of_paper(of[id(table)].paper)
        abstract = " ".join(passage.text for passage in said if passage.kind == "abstract")
        if paper is None:
            return About(abstract=abstract)
        surnames = (author.split()[-1] for author in paper.authors if author.split())
        return About((paper.label, *paper.names, *surnames), paper.title, abstract)

    reading = read(question.asked, [p.table for p in kept if p.table is not None], about)
    if reading is None:
        return None
    passage = of[id(reading.table)]
    return TableFound(_hit(passage, passages), reading)


def _hit(passage: StoredPassage, passages: PassageStore) -> Hit:
    page = passage.table.page if passage.table else passage.page
    label = passages.labels(passage.paper).get(page or 0, str(page))
    return Hit(1, passage, page, label, 0.0, 0.0, ((page or 0, label),))


def claim(reading: Reading, source: NumberedSource) -> Claim:
    """The answer in a sentence, each cell it rests on cited and named by its row and column."""
    table = reading.table
    used = tuple(
        CellUsed(
            table.number,
            table.page,
            table.rows[r].label,
            table.columns[c].header,
            table.rows[r].cells[c].text,
            (r, c),
        )
        for r, c in reading.cells
    )
    citations = tuple(
        Citation(
            n=source.n,
            paper=source.paper,
            source=source.source,
            page=table.page,
            page_label=source.page_label,
            quote=table.rows[r].cells[c].text,
            spans=tuple(Span(table.page, start, end) for start, end in table.rows[r].cells[c].spans),
        )
        for r, c in reading.cells
    )
    name = f"{table.name[0].upper()}{table.name[1:]}"
    verb = ":" if reading.operation != "cells" else " gives"
    text = f"{source.label}, {name} (p. {source.page_label}){verb} {reading.said}."
    return Claim(
        text, "computed", citations, f"Computed from {name}, p. {source.page_label}. {reading.how}", used
    )
