"""An answer, a summary, a comparison or a screening as a document to take away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answer import Answer
from assistant.comparison.comparison import Comparison
from assistant.export.document import NEAREST, Document, Part, Place, Said, joined, one_line, placed, said
from assistant.summaries.summary import Summary

if TYPE_CHECKING:
    from assistant.comparison.comparison import Cell
    from assistant.screening.screening import Screening, Verdict
    from corpus.catalogue import Catalogue
    from corpus.paper import Paper

    One = Answer | Summary | Comparison | Screening
    Thing = One | Sequence[One]

WHOSE = {"digest": "our digest, not the paper's words", "table": "the survey's table"}
QUOTED = 3  # sources that a cell names


def document(thing: Thing, catalogue: Catalogue) -> Document:
    """What is to be taken away, as a document.

    Args:
        thing: An answer, a summary, a comparison, a screening; or several, as a conversation has them.
        catalogue: Names the papers.
    """
    if isinstance(thing, Sequence):
        return joined("Conversation", [document(one, catalogue) for one in thing])
    if isinstance(thing, Answer):
        return _answer(thing, catalogue)
    if isinstance(thing, Summary):
        return _summary(thing)
    return _comparison(thing, catalogue) if isinstance(thing, Comparison) else _screening(thing, catalogue)


def papers_of(thing: Thing, catalogue: Catalogue) -> list[Paper]:
    """The papers that a thing rests on; of a list or screening those that fit. Papers that are gone are left out."""
    return [catalogue.by_id[paper] for paper in document(thing, catalogue).papers if paper in catalogue.by_id]


def _answer(answer: Answer, catalogue: Catalogue) -> Document:
    tables = {source.n: source.table for source in answer.sources if source.table}
    claims = tuple(said(claim, tables) for claim in answer.claims)
    if answer.refused:
        claims = tuple(replace(one, told=NEAREST) for one in claims)
    listed = answer.screening is not None or any("\n" in claim.text for claim in answer.claims)
    parts = [Part(lead=one_line(answer.lead), said=claims, listed=listed)]
    papers = tuple(dict.fromkeys(one.paper for claim in claims for one in claim.places))
    if answer.screening is not None:
        parts += _verdicts(answer.screening, catalogue)
        papers = answer.screening.papers
    made = f"Duality, {one_line(answer.model)}."
    return Document(one_line(answer.question), tuple(parts), papers, _lines(answer.notes), made)


def _summary(summary: Summary) -> Document:
    parts = [
        Part(
            one_line(section.heading),
            one_line(section.lead),
            tuple(map(said, section.claims)),
            section.listed,
        )
        for section in summary.sections
    ]
    coverage = summary.coverage
    unused = "; ".join(f"{one.paper} ({one.reason})" for one in coverage.unused)
    parts.append(Part("Rests on", f"{coverage.line}{f' Not used: {unused}.' if unused else ''}"))
    made = f"Duality, {summary.model}, index {summary.generation}, {summary.length}."
    return Document(one_line(summary.subject.name), tuple(parts), coverage.used, _lines(summary.notes), made)


def _comparison(comparison: Comparison, catalogue: Catalogue) -> Document:
    names = tuple(one_line(approach.name) for approach in comparison.approaches)
    compared = tuple(
        Said(f"{name} ({a.kind}): {_some(a.papers, catalogue)}")
        for name, a in zip(names, comparison.approaches, strict=True)
    )
    rows = tuple((Said(one_line(row.aspect), strong=True), *map(_cell, row.cells)) for row in comparison.rows)
    counted = tuple(
        Said(
            f"{one_line(row.aspect)}, {name}: {one_line(value)} ({len(papers)}): {_labels(papers, catalogue)}"
        )
        for row in comparison.rows
        for name, cell in zip(names, row.cells, strict=True)
        for value, papers in _groups(cell)
    )
    path = catalogue.taxonomy.path_name
    places = [("Shared", comparison.placement.shared)]
    places += [(f"Only {name}", s) for name, s in zip(names, comparison.placement.distinct, strict=True)]
    filed = tuple(Said(f"{who}: {'; '.join(map(path, slugs)) or 'nothing'}") for who, slugs in places)
    parts = [
        Part(lead=one_line(comparison.question), said=compared, listed=True),
        Part(head=("Aspect", *names), rows=rows),
        Part("Which papers are counted", said=counted, listed=True),
        Part("In short", said=tuple(map(said, comparison.summary))),
        Part("In the taxonomy", said=filed, listed=True),
    ]
    held = tuple(part for part in parts if part.said or part.rows)
    made = f"Index {comparison.generation}; {comparison.model}."
    return Document(" vs ".join(names), held, comparison.papers, _lines(comparison.notes), made)


def _cell(cell: Cell) -> Said:
    if cell.status == "not stated":
        return Said("not stated", carried=False)
    told = (
        WHOSE[cell.wording]
        if cell.wording in WHOSE and not cell.checked and "(digest)" not in cell.text
        else ""
    )
    flag = f"sources disagree: {cell.note} " if cell.status == "conflict" else ""
    more = len(cell.sources) - QUOTED
    others = f" (and {more} more source{'' if more == 1 else 's'})" if more > 0 else ""
    text = f"{flag}{cell.text}{others}"
    return Said(one_line(text), tuple(map(placed, cell.sources[:QUOTED])), told)


def _groups(cell: Cell) -> list[tuple[str, tuple[str, ...]]]:
    """Which papers each count of a category's or set's cell stands for."""
    silent = [("not stated", cell.silent)] if cell.counts and cell.silent else []
    return [*((count.value, count.papers) for count in cell.counts), *silent]


def _screening(made: Screening, catalogue: Catalogue) -> Document:
    words = one_line(made.criterion.words)
    title = f"{len(made.papers)} of {len(made.verdicts)} papers: {words}"
    notes = (f"Not understood, and so not asked for: {', '.join(made.left)}.",) if made.left else ()
    index = f", index {made.generation}" if made.generation else ""
    by = f"Duality, by the facts and the words of the papers{index}."
    return Document(title, tuple(_verdicts(made, catalogue)), made.papers, _lines(notes), by)


def _verdicts(made: Screening, catalogue: Catalogue) -> list[Part]:
    shown = (*made.of("yes"), *made.of("unclear"))
    rows = tuple(_row(verdict, catalogue.by_id[verdict.paper]) for verdict in shown)
    silent = _labels([verdict.paper for verdict in made.of("not stated")], catalogue) or "none"
    own = _labels([verdict.paper for verdict in made.verdicts if verdict.by == "user"], catalogue)
    rest = f"Not stated: {silent}. Do not fit: {len(made.of('no'))}.{f' Overruled by you: {own}.' if own else ''}"
    table = [Part(head=("Paper", "Year", "Verdict", "Evidence"), rows=rows)] if rows else []
    return [*table, Part(lead=f"Criterion as understood: {one_line(made.criterion.words)}. {rest}")]


def _row(verdict: Verdict, paper: Paper) -> tuple[Said, ...]:
    told = "; ".join(f"“{one.quote}” ({one.where})" for one in map(placed, verdict.quotes))
    by = f" (by {verdict.by})" if verdict.by != "facts" else ""
    return (
        Said(one_line(paper.label), (Place(paper.id, "", ""),)),
        Said(str(paper.year or "")),
        Said(f"{verdict.word}{by}"),
        Said(told),
    )


def _some(papers: Sequence[str], catalogue: Catalogue) -> str:
    more = f"; and {len(papers) - 3} more" if len(papers) > 3 else ""
    return "; ".join(named(paper, catalogue) for paper in papers[:3]) + more


def named(paper: str, catalogue: Catalogue) -> str:
    """A paper's title and year."""
    found = catalogue.by_id.get(paper)
    title = one_line(found.title) if found else paper
    return f"{title} ({found.year})" if found and found.year else title


def _labels(papers: Sequence[str], catalogue: Catalogue) -> str:
    known = catalogue.by_id
    return ", ".join(one_line(known[paper].label) if paper in known else paper for paper in papers)


def _lines(notes: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(one_line, notes))
