"""A question answered by a table: the claim that the program reads, and the table that it cites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answer import CellUsed, Citation, Claim
from assistant.tables.aim import About
from assistant.tables.lines import line
from assistant.tables.reading import read
from assistant.tables.wording import NOT_A_NUMBER
from corpus.passages import Span
from index.search import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import NumberedSource
    from assistant.asking.request import Request
    from assistant.tables.reading import Reading
    from corpus.catalogue import Catalogue
    from index.passage_store import PassageStore, StoredPassage

MOST_PAPERS = 3  # whose tables are read where the question names no paper: those of the best passages


@dataclass(frozen=True, slots=True)
class TableFound:
    """The tables that answer a question, as hits, and what was read from each: one, or two that fit alike."""

    hits: tuple[Hit, ...]
    readings: tuple[Reading, ...]


def table_found(
    question: Request, hits: Sequence[Hit], catalogue: Catalogue, passages: PassageStore
) -> TableFound | None:
    """What a table answers, of the papers that are named or else of those found first; most often None.

    Args:
        question: As understood; one that leans on the conversation is read with the words before it.
        hits: What the search found, within the user's scope, the best first; tables among it.
        catalogue: Names the papers.
        passages: Keeps the tables.
    """
    found = list(dict.fromkeys(hit.passage.paper for hit in hits if hit.passage.source == "pdf"))
    papers = [paper for paper in question.papers if paper in found] or found[:MOST_PAPERS]
    kept = passages.tables(papers) if papers else []
    of = {id(passage.table): passage for passage in kept}
    before = [word for word in question.search.split() if not any(map(str.isdigit, word))]
    readings = read(
        " ".join(before) if question.leaned else question.asked,
        [p.table for p in kept if p.table is not None],
        lambda table: _about(of[id(table)].paper, catalogue, passages),
    )
    if not readings:
        return None
    return TableFound(tuple(_hit(of[id(r.table)], passages) for r in readings), tuple(readings))


def _about(identity: str, catalogue: Catalogue, passages: PassageStore) -> About:
    """What a paper is called and about."""
    said = passages.of_paper(identity)
    abstract = " ".join(passage.text for passage in said if passage.kind == "abstract")
    paper = catalogue.by_id.get(identity)
    if paper is None:
        return About(abstract=abstract)
    surnames = (author.split()[-1] for author in paper.authors if author.split())
    return About((paper.label, *paper.names, *surnames), paper.title, abstract)


def told_beside(
    question: Request, sources: Sequence[NumberedSource], catalogue: Catalogue, passages: PassageStore
) -> list[Claim]:
    """The row or column that the question names of a table of a paper that it names, as a claim beside quotes."""
    if NOT_A_NUMBER.search(question.asked):
        return []
    for source in sources:
        if source.table is None or source.paper not in question.papers:
            continue
        reading = line(question.search, source.table, _about(source.paper, catalogue, passages))
        if reading is not None:
            return [claim(reading, source)]
    return []


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
    verb = {"cells": " gives", "line": ","}.get(reading.operation, ":")
    text = f"{source.label}, {name} (p. {source.page_label}){verb} {reading.said}."
    return Claim(
        text, "computed", citations, f"Computed from {name}, p. {source.page_label}. {reading.how}", used
    )
