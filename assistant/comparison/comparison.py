"""What a comparison is: approaches, rows of cells with their sources, and the sentences under the table.

Comparison
├── approaches  what is compared: papers, categories, sets of papers
├── rows        one aspect each, a cell for each approach
├── placement   where each approach sits in the taxonomy
└── summary     checked sentences, citing `sources`
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from assistant.answer import Answer, cited_json

if TYPE_CHECKING:
    from assistant.answer import Claim, NumberedSource, Quote

ApproachKind = Literal["paper", "category", "set"]
Status = Literal["stated", "not stated", "conflict"]
Wording = Literal["pdf", "table", "digest", "counted", "model", "none"]
NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class Approach:
    """One side of a comparison.

    Attributes:
        name: What it is called in the table.
        kind: A paper, a category, or a set of papers.
        papers: Ids of its papers, in the catalogue's order.
        asked: The user's words for it.
        target: What names it without doubt, "paper:ma2023eureka"; for a set the ids.
        others: What the same words could also mean, each in the form of `target`.
        note: What the reader should know of how the words were understood; "" where nothing.
        pdfs: How many of its papers have their PDF indexed.
    """

    name: str
    kind: ApproachKind
    papers: tuple[str, ...]
    asked: str = ""
    target: str = ""
    others: tuple[str, ...] = ()
    note: str = ""
    pdfs: int = 0


@dataclass(frozen=True, slots=True)
class Count:
    """How many papers of a category or set a value was found for: "11 of 17 use D4RL"."""

    value: str
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of one aspect of one approach.

    Attributes:
        text: What to read; "not stated" where nothing is found.
        status: Whether it is stated, and whether the sources agree.
        sources: The first carries the text, or is one side of the conflict.
        wording: Whose words `text` is: the paper's, the table's, the digest's, counted by the program, or a
            model's (checked against the first source).
        checked: Whether a quote of the paper carries the text by this project's check.
        note: In a conflict, what disagrees; else "" or how the cell is to be read.
        counts: For a category or set, the values found and the papers of each.
        silent: For a category or set, the papers for which nothing is found.
    """

    text: str
    status: Status
    sources: tuple[Quote, ...] = ()
    wording: Wording = "none"
    checked: bool = False
    note: str = ""
    counts: tuple[Count, ...] = ()
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One aspect, and a cell for each approach in their order.

    Attributes:
        aspect: What the row is called.
        cells: One for each approach.
        kind: A row of the standard table, the user's own, or the question asked.
    """

    aspect: str
    cells: tuple[Cell, ...]
    kind: Literal["standard", "own", "question"] = "standard"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the approaches sit in the taxonomy.

    Attributes:
        shared: Slugs under which every approach has papers (the deepest only).
        distinct: For each approach, the deepest slugs that not all others share.
    """

    shared: tuple[str, ...] = ()
    distinct: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A whole comparison, or one that is still growing.

    Attributes:
        approaches: Two to four.
        rows: The table.
        placement: Where they sit in the taxonomy.
        summary: Checked sentences, at most eight.
        sources: The numbered evidence that `summary` cites.
        generation: Name and revision of the index it was made from, "g0004.107".
        model: What wrote the summary.
        question: The specific question, or "".
        notes: What the reader should know, such as a fallback.
        seconds: Wall time until this state.
        table_seconds: Wall time until the table stood.
        complete: Whether nothing more is coming.
    """

    approaches: tuple[Approach, ...]
    rows: tuple[Row, ...]
    placement: Placement
    generation: str
    model: str
    summary: tuple[Claim, ...] = ()
    sources: tuple[NumberedSource, ...] = ()
    question: str = ""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    table_seconds: float = 0.0
    complete: bool = False

    @property
    def papers(self) -> tuple[str, ...]:
        """Every paper of every approach, each once."""
        return tuple(dict.fromkeys(paper for approach in self.approaches for paper in approach.papers))

    def to_json(self) -> dict[str, Any]:
        """The object of `duality compare --json` (docs/json.md)."""
        written = Answer(
            question=self.question,
            standalone=self.question,
            refused=False,
            claims=self.summary,
            sources=self.sources,
            model=self.model,
        ).to_json()  # claims and sources as in `duality ask`
        return {
            "approaches": [_approach(approach) for approach in self.approaches],
            "rows": [
                {"aspect": row.aspect, "kind": row.kind, "cells": [_cell(cell) for cell in row.cells]}
                for row in self.rows
            ],
            "summary": written["claims"],
            "sources": written["sources"],
            "taxonomy": {
                "shared": list(self.placement.shared),
                "distinct": [list(slugs) for slugs in self.placement.distinct],
            },
            "question": self.question,
            "generation": self.generation,
            "model": self.model,
            "notes": list(self.notes),
            "seconds": {"table": round(self.table_seconds, 3), "total": round(self.seconds, 3)},
        }


def _approach(approach: Approach) -> dict[str, Any]:
    return {
        "name": approach.name,
        "kind": approach.kind,
        "papers": list(approach.papers),
        "asked": approach.asked,
        "target": approach.target,
        "others": list(approach.others),
        "note": approach.note,
        "pdfs": approach.pdfs,
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "text": cell.text,
        "status": cell.status,
        "wording": cell.wording,
        "checked": cell.checked,
        "note": cell.note,
        "sources": [cited_json(source) for source in cell.sources],
        "counts": [{"value": count.value, "papers": list(count.papers)} for count in cell.counts],
        "silent": list(cell.silent),
    }
