"""What a summary is: headed sections of cited sentences, and an account of what they rest on.

Summary
├── sections   a heading and its claims, each claim as in an answer
├── sources    the numbered evidence
└── coverage   papers used and not used; for a paper, the main sections touched
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from assistant.answer import Seconds

if TYPE_CHECKING:
    from assistant.answer import Claim, NumberedSource

Length = Literal["line", "paragraph", "page"]
LISTED = ("shared", "years", "real_robots", "open_questions")
SubjectKind = Literal["paper", "category", "topic"]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be summarised.

    Attributes:
        name: What it is called in the summary.
        kind: A paper, a category, or a topic in the user's words.
        target: The paper's id, the category's slug, or the topic itself.
        papers: Ids of its papers; of a topic none before the search.
        others: What the same words could mean too, as "paper:ID" or "category:SLUG".
        note: How the words were understood, where they could mean something else; else "".
    """

    name: str
    kind: SubjectKind
    target: str
    papers: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class SummarySection:
    """One headed part of a summary.

    Attributes:
        key: What the part is about, for programs: "problem", "results", "years", "line:…".
        heading: What the reader sees; "" where the summary is a single line or paragraph.
        claims: Its sentences.
        lead: Words of the program's own before them: what is counted, what is not stated.
    """

    key: str
    heading: str
    claims: tuple[Claim, ...] = ()
    lead: str = ""

    @property
    def listed(self) -> bool:
        """Whether its claims are a list, one a line, and not a paragraph."""
        return self.key.startswith("line:") or self.key in LISTED


@dataclass(frozen=True, slots=True)
class Unused:
    """A paper that no claim cites, and why, in a few words."""

    paper: str
    reason: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a summary rests on.

    Attributes:
        used: Ids of the papers that its claims cite.
        total: How many papers the subject has.
        pdfs: Ids of those of `used` that are cited by their own pages.
        unused: The other papers.
        sections: The main sections of a paper; empty for other subjects and where no PDF is held.
        touched: Those of them that a claim cites.
    """

    used: tuple[str, ...] = ()
    total: int = 0
    pdfs: tuple[str, ...] = ()
    unused: tuple[Unused, ...] = ()
    sections: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The account in one line: "Rests on 9 of 26 papers; PDFs of 4."."""
        if self.total == 1 and self.sections:
            return f"Cites {len(self.touched)} of the paper's {len(self.sections)} main sections."
        if self.total == 1:
            return "Rests on this project's digest and the survey's list; the paper's PDF is not here."
        papers = f"Rests on {len(self.used)} of {self.total} papers"
        return (
            f"{papers}; PDFs of {len(self.pdfs)}."
            if self.pdfs
            else f"{papers}, by digests and the survey's list alone."
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole summary, or one that is still growing.

    Attributes:
        subject: What is summarised.
        length: line, paragraph or page.
        sections: The parts, in order.
        sources: The evidence, by number.
        coverage: What it rests on so far.
        generation: Name and revision of the index it was made from, "g0004.107".
        model: What wrote it.
        notes: What the reader should know, such as a fallback.
        tokens: "input" and "output" of all calls, as the model counts them; empty where none wrote.
        seconds: Wall times.
        complete: Whether nothing more is coming.
    """

    subject: Subject
    length: Length
    sections: tuple[SummarySection, ...]
    sources: tuple[NumberedSource, ...]
    coverage: Coverage
    generation: str
    model: str
    notes: tuple[str, ...] = ()
    tokens: dict[str, int] = field(default_factory=dict)
    seconds: Seconds = field(default_factory=Seconds)
    complete: bool = False

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims of all sections."""
        return tuple(claim for section in self.sections for claim in section.claims)

    @property
    def cited(self) -> tuple[NumberedSource, ...]:
        """The sources that a claim cites."""
        numbers = {citation.n for claim in self.claims for citation in claim.citations}
        return tuple(source for source in self.sources if source.n in numbers)

    def to_json(self) -> dict[str, Any]:
        """The object of `duality summarize --json` (docs/json.md)."""
        coverage = self.coverage
        return {
            "subject": self.subject.name,
            "kind": self.subject.kind,
            "target": self.subject.target,
            "others": list(self.subject.others),
            "length": self.length,
            "sections": [
                {
                    "key": section.key,
                    "heading": section.heading,
                    "lead": section.lead,
                    "claims": [claim.to_json() for claim in section.claims],
                }
                for section in self.sections
            ],
            "coverage": {
                "papers_used": len(coverage.used),
                "papers_total": coverage.total,
                "pdfs": len(coverage.pdfs),
                "used": list(coverage.used),
                "used_by_pdf": list(coverage.pdfs),
                "unused": [{"paper_id": one.paper, "reason": one.reason} for one in coverage.unused],
                "main_sections": list(coverage.sections),
                "main_sections_touched": list(coverage.touched),
                "line": coverage.line,
            },
            "sources": [source.to_json() for source in self.cited],
            "generation": self.generation,
            "model": self.model,
            "notes": list(self.notes),
            "tokens": dict(self.tokens),
            "seconds": {
                "first_section": None
                if self.seconds.first_token is None
                else round(self.seconds.first_token, 3),
                "total": round(self.seconds.total, 3),
            },
        }
