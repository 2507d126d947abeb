"""What is to be taken away, before it is Markdown, LaTeX, Word or plain text: headed parts of sentences and tables.

Document
├── parts   a heading, a lead, sentences, a table
│   └── Said    a sentence, the places that it rests on, and how surely
└── papers  ids of the papers that it rests on
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from assistant.answer import place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from assistant.answer import Citation, Claim, Quote
    from corpus.tables import Table

FEW: Final = 4  # numbers written out behind a sentence; more become ranges
NOT_SUPPORTED: Final = {
    "unsupported": "not found in the papers",
    "same words": "same words; not judged",
}
NEAREST: Final = "nearest passage, no answer"
"""What is told of the quotes that a refusal shows."""


@dataclass(frozen=True, slots=True)
class Place:
    """Words that a sentence rests on: the paper, where they stand ("p. 4", "our digest"), the words themselves.

    A table that they were read from is no part of what makes two places the same.
    """

    paper: str
    where: str
    quote: str
    table: Table | None = field(default=None, compare=False)
    cells: frozenset[tuple[int, int]] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence without markers.

    Attributes:
        text: Its words.
        places: What it rests on.
        told: What a reader must be told of how it is carried, such as "not found in the papers"; "" where quoted or judged.
        carried: Whether the papers carry it; one that they do not is never cited.
        strong: Whether it heads its row.
    """

    text: str
    places: tuple[Place, ...] = ()
    told: str = ""
    carried: bool = True
    strong: bool = False

    @property
    def full(self) -> str:
        """The sentence, and before its stop what must be told of it."""
        body, stop = ended(self.text)
        return f"{body} ({self.told}){stop}" if self.told else self.text


@dataclass(frozen=True, slots=True)
class Part:
    """A headed part of a document.

    Attributes:
        heading: "" where it has none.
        lead: The program's own words before the rest.
        said: Its sentences.
        listed: Whether they are a list, one a line, and no paragraph.
        head: The head of its table.
        rows: The rows of its table.
        level: Of the heading, from 2.
    """

    heading: str = ""
    lead: str = ""
    said: tuple[Said, ...] = ()
    listed: bool = False
    head: tuple[str, ...] = ()
    rows: tuple[tuple[Said, ...], ...] = ()
    level: int = 2


@dataclass(frozen=True, slots=True)
class Document:
    """Something to take away.

    Attributes:
        title: Its heading.
        parts: In order.
        papers: Ids of the papers that it rests on.
        notes: What the reader should know.
        made: By what it was made: model and index.
    """

    title: str
    parts: tuple[Part, ...]
    papers: tuple[str, ...]
    notes: tuple[str, ...] = ()
    made: str = ""

    def sentences(self) -> Iterator[Said]:
        """Every sentence, cells included, in order."""
        for part in self.parts:
            yield from part.said
            for row in part.rows:
                yield from row

    def numbered(self) -> dict[Place, int]:
        """The places that sentences rest on, numbered from 1 in the order in which they are met."""
        found: dict[Place, int] = {}
        for said in self.sentences():
            for one in said.places:
                found.setdefault(one, len(found) + 1)
        return found


def joined(title: str, documents: Sequence[Document]) -> Document:
    """Several documents as one, each below its own title."""
    parts = [
        replace(part, level=part.level + (1 if part.heading else 0))
        for one in documents
        for part in (
            Part(one.title, level=1),
            *one.parts,
            *([Part("Notes", said=tuple(map(Said, one.notes)), listed=True)] if one.notes else []),
        )
    ]
    papers = dict.fromkeys(paper for one in documents for paper in one.papers)
    made = dict.fromkeys(one.made for one in documents if one.made)
    return Document(title, tuple(parts), tuple(papers), made=" ".join(made))


def said(claim: Claim, tables: dict[int, Table] | None = None) -> Said:
    """A claim of an answer, a summary or a comparison."""
    told = NOT_SUPPORTED.get(claim.support, "")
    if claim.support == "computed":
        told = f"computed: {claim.why.rstrip('.')}" if claim.why else "computed"
    carried = claim.support != "unsupported"
    cells = frozenset(cell.at for cell in claim.cells)
    places = [
        replace(placed(c), table=(tables or {}).get(c.n), cells=cells)
        for c in (claim.citations if carried else ())
    ]
    return Said(one_line(claim.text), tuple(dict.fromkeys(places)), one_line(told), carried)


def placed(source: Quote | Citation) -> Place:
    """Where quoted words stand."""
    return Place(source.paper, place(source.source, source.page, source.page_label), one_line(source.quote))


def one_line(text: str) -> str:
    """The text on one line, without characters that no reader sees and that files of XML and UTF-8 do not take."""
    seen = "".join(
        " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Cn")
    )
    return " ".join(seen.split())


def ended(text: str) -> tuple[str, str]:
    """A sentence, and the stop that it ends with: markers stand between them."""
    return (text[:-1], text[-1]) if text[-1:] in tuple(".!?") else (text, "")


def numbers(found: Iterable[int]) -> str:
    """The numbers behind a sentence, "[1][4]", in ranges where they are many: "[1–9, 12]"."""
    known = sorted(set(found))
    if len(known) <= FEW:
        return "".join(f"[{n}]" for n in known)
    groups: list[list[int]] = []
    for n in known:
        if groups and groups[-1][-1] == n - 1:
            groups[-1].append(n)
        else:
            groups.append([n])
    told = (f"{g[0]}–{g[-1]}" if len(g) > 2 else ", ".join(map(str, g)) for g in groups)
    return f"[{', '.join(told)}]"
