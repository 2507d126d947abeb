"""What the assistant gives back: one Answer for the page, the command line, Python and export.

Answer
├── claims     one sentence each, with its support and its citations
├── sources    the numbered evidence
└── categories what the cited papers are filed under
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self

from corpus.transcript import table_json

if TYPE_CHECKING:
    from assistant.explaining import Stage
    from assistant.screening.screening import Screening
    from corpus.paper import Paper
    from corpus.passages import PassageKind, Span
    from corpus.tables import Table
    from index.passage_store import SourceKind

Support = Literal["exact", "normalised", "entailed", "computed", "same words", "unsupported"]
"""The first four are support; "same words" says that words were compared and their meaning was not."""


def place(source: SourceKind, page: int | None, page_label: str | None) -> str:
    """Where words stand, as plain text says it: "p. 4", "our digest", "the survey's table"."""
    return {"digest": "our digest", "table": "the survey's table"}.get(source, f"p. {page_label or page}")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a source, before they have a number.

    Attributes:
        paper: The paper's id.
        source: The paper's own words, the survey's table, or this project's digest.
        page: Physical page of the quote, from 1; None for digest and table.
        page_label: The label printed on that page.
        quote: Verbatim words of the source.
        spans: Where the quote stands in the cleaned text of its pages.
        section: The heading it stands under; "" for digest and table.
    """

    paper: str
    source: SourceKind
    page: int | None
    page_label: str | None
    quote: str
    spans: tuple[Span, ...] = ()
    section: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """Binds a claim to the words that carry it.

    Attributes:
        n: Number of the source.
        paper: The paper's id.
        source: The paper's own words, a digest, or the survey's table.
        page: Physical page of the quote, from 1; None for digest and table.
        page_label: The label printed on that page.
        quote: Verbatim words of the source.
        spans: Where the quote stands in the cleaned text of its pages.
    """

    n: int
    paper: str
    source: SourceKind
    page: int | None
    page_label: str | None
    quote: str
    spans: tuple[Span, ...] = ()


def cited_json(one: Quote | Citation) -> dict[str, Any]:
    """A quote or citation of any JSON of this program."""
    return {
        "paper_id": one.paper,
        "source": one.source,
        "page": one.page,
        "page_label": one.page_label,
        "quote": one.quote,
    }


@dataclass(frozen=True, slots=True)
class CellUsed:
    """A cell of a table that a claim rests on: the table's number, its page, row, column, the cell, and where in it."""

    table: str
    page: int
    row: str
    column: str
    value: str
    at: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer.

    Attributes:
        text: The sentence, without markers.
        support: How it is carried by what it cites.
        citations: None for a sentence that nothing carries.
        why: Why nothing carries it, or by what it was computed; "" where a source carries it.
        cells: Of a claim computed from a table, the cells; one citation each.
        probability: That what it cites carries it, by the judge (0..1); None where none was asked.
        judge: Who said how it is carried: "program", "words", or a judge's name.
    """

    text: str
    support: Support
    citations: tuple[Citation, ...] = ()
    why: str = ""
    cells: tuple[CellUsed, ...] = ()
    probability: float | None = None
    judge: str = "program"

    @property
    def marked(self) -> str:
        """The sentence with its markers, "It costs about USD 240 [1]."."""
        numbers = "".join(f"[{n}]" for n in dict.fromkeys(c.n for c in self.citations))
        if not numbers:
            return self.text
        body, end = (self.text[:-1], self.text[-1]) if self.text[-1:] in ".!?" else (self.text, "")
        return f"{body} {numbers}{end}"

    def to_json(self) -> dict[str, Any]:
        """One claim of `duality ask --json` (docs/json.md)."""
        cells = [
            {"table": c.table, "page": c.page, "row": c.row, "column": c.column, "value": c.value}
            for c in self.cells
        ]
        return {
            "text": self.text,
            "support": self.support,
            "why": self.why,
            "probability": None if self.probability is None else round(self.probability, 3),
            "judge": self.judge,
            **({"cells": cells} if cells else {}),
            "citations": [{"n": c.n, **cited_json(c)} for c in self.citations],
        }


@dataclass(frozen=True, slots=True)
class NumberedSource:
    """One numbered piece of evidence.

    Attributes:
        n: Its number, from 1.
        paper: The paper's id.
        title: The paper's title.
        label: What the paper is called in an answer.
        authors: Their names.
        year: Of the first public version.
        page: Physical page, from 1; None for digest and table.
        page_label: The label printed on that page.
        section: The heading it stands under.
        categories: Slugs of the paper's categories.
        source: The paper's own words, a digest, or the survey's table.
        kind: "curated", "survey" or "own".
        text: The passage.
        spans: Where the passage stands.
        part: What of the paper it is: running text, a caption, a footnote …
        labels: The printed label of each page it stands on, as (page, label).
        references: The entries of the paper's list that its markers such as [12] stand for, as (label, entry).
        table: Of a table, the table; `text` is then made of it and not quoted.
    """

    n: int
    paper: str
    title: str
    label: str
    authors: tuple[str, ...]
    year: int | None
    page: int | None
    page_label: str | None
    section: str
    categories: tuple[str, ...]
    source: SourceKind
    kind: str
    text: str
    spans: tuple[Span, ...] = ()
    part: PassageKind = "body"
    labels: tuple[tuple[int, str], ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    table: Table | None = None

    @classmethod
    def of(
        cls, n: int, paper: Paper | None, paper_id: str, source: SourceKind, text: str, **where: Any
    ) -> Self:
        """A source with what the catalogue knows of its paper; `paper` is None where it knows nothing.

        Args:
            n: Its number.
            paper: The paper.
            paper_id: Its id.
            source: Whose words these are.
            text: The words.
            where: page, page_label, section, spans, part, labels and table, as far as there are any.
        """
        known: dict[str, Any] = {
            "title": paper_id,
            "label": paper_id,
            "authors": (),
            "year": None,
            "kind": "own",
        }
        if paper is not None:
            known = {name: getattr(paper, name) for name in known}
        place = {"page": None, "page_label": None, "section": "", **where}
        categories = paper.all_categories if paper else ()
        return cls(n=n, paper=paper_id, source=source, text=text, categories=categories, **known, **place)

    def to_json(self) -> dict[str, Any]:
        """One source of `duality ask --json` (docs/json.md)."""
        return {
            "n": self.n,
            "paper_id": self.paper,
            "title": self.title,
            "authors": list(self.authors),
            "year": self.year,
            "page": self.page,
            "page_label": self.page_label,
            "section": self.section,
            "categories": list(self.categories),
            "source": self.source,
            "references": dict(self.references),
            **({"table": table_json(self.table)} if self.table else {}),
        }


@dataclass(frozen=True, slots=True)
class Seconds:
    """Wall time from the question on; None for what did not happen."""

    retrieve: float = 0.0
    first_token: float | None = None
    total: float = 0.0
    checking: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer.

    Attributes:
        question: As asked.
        standalone: As understood with the conversation before it.
        refused: Whether the papers do not say it.
        claims: The sentences, in order.
        sources: The evidence consulted, by number.
        lead: Words of the program's own before the claims (what a refusal looked for, what a count is of).
        model: What wrote it.
        notes: What the reader should know, such as a fallback.
        tokens: "input" and "output", as the model counts them; empty where none wrote.
        removed_markers: Citation markers of the model that point at nothing; taken out.
        draft: What the model wrote, before any check; "" where none wrote.
        seconds: Wall times.
        left_out: What was written and is not shown, since nothing carries it.
        trace: How it came about, step by step.
        failure: Why the model that was chosen did not write, with its remedy; "" where it did.
        screening: Of a question about many papers, the verdict on each; else None.
    """

    question: str
    standalone: str
    refused: bool
    claims: tuple[Claim, ...]
    sources: tuple[NumberedSource, ...]
    model: str
    lead: str = ""
    notes: tuple[str, ...] = ()
    tokens: dict[str, int] = field(default_factory=dict)
    removed_markers: int = 0
    draft: str = ""
    seconds: Seconds = field(default_factory=Seconds)
    left_out: tuple[Claim, ...] = ()
    failure: str = ""
    screening: Screening | None = None
    trace: tuple[Stage, ...] = field(default=(), repr=False, compare=False)

    @property
    def text(self) -> str:
        """The answer with its markers."""
        return " ".join(part for part in (self.lead, *(claim.marked for claim in self.claims)) if part)

    @property
    def cited(self) -> tuple[NumberedSource, ...]:
        """The sources that a claim cites."""
        numbers = {citation.n for claim in self.claims for citation in claim.citations}
        return tuple(source for source in self.sources if source.n in numbers)

    def spans_of(self, paper: str) -> tuple[Span, ...]:
        """Where the sentences that carry a claim stand in a paper's PDF; none of a refusal."""
        spans = [
            span
            for claim in self.claims
            if claim.support != "unsupported" and not self.refused
            for citation in claim.citations
            if citation.paper == paper and citation.source == "pdf"
            for span in citation.spans
        ]
        return tuple(dict.fromkeys(spans))

    @property
    def categories(self) -> dict[str, tuple[str, ...]]:
        """The categories the answer rests on, each with the cited papers filed there; most papers first."""
        found: dict[str, list[str]] = {}
        for source in self.cited:
            for slug in source.categories:
                papers = found.setdefault(slug, [])
                if source.paper not in papers:
                    papers.append(source.paper)
        return {
            slug: tuple(papers)
            for slug, papers in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
        }

    def to_json(self) -> dict[str, Any]:
        """The object of `duality ask --json` (docs/json.md)."""
        return {
            "question": self.question,
            "standalone_question": self.standalone,
            "answer": self.text,
            "refused": self.refused,
            "claims": [claim.to_json() for claim in self.claims],
            "left_out": [claim.to_json() for claim in self.left_out],
            "sources": [source.to_json() for source in self.sources],
            "categories": [
                {"slug": slug, "papers": list(papers)} for slug, papers in self.categories.items()
            ],
            "model": self.model,
            "notes": list(self.notes),
            "failure": self.failure or None,
            **({"screening": self.screening.to_json()} if self.screening else {}),
            "trace": {stage.name: list(stage.lines) for stage in self.trace},
            "tokens": dict(self.tokens),
            "removed_markers": self.removed_markers,
            "seconds": {
                "retrieve": round(self.seconds.retrieve, 4),
                "first_token": None
                if self.seconds.first_token is None
                else round(self.seconds.first_token, 3),
                "total": round(self.seconds.total, 3),
                "checking": round(self.seconds.checking, 4),
            },
        }
