"""The parts of a paper that are called by a number: figures, tables, algorithms, equations, sections, references."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from corpus.document import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.document import Block, Document, Page

PartKind = Literal["figure", "table", "algorithm", "listing", "equation", "section", "reference"]
FLOATS: Final[dict[str, PartKind]] = {
    "Figure": "figure",
    "Scheme": "figure",
    "Table": "table",
    "Algorithm": "algorithm",
    "Listing": "listing",
}
SECTION = re.compile(r"\s*((?:[A-Z]|\d{1,2}|[IVX]{1,5})(?:\.\d{1,2})*)[.:]?\s+(?=\S)")
NOWHERE: Final = Box(0, 0, 0, 0)
LONGEST: Final = 4_000  # characters kept of a caption or an entry


@dataclass(frozen=True, slots=True)
class Part:
    """A numbered part of a paper.

    Attributes:
        kind: What it is.
        number: As printed: "2", "IV", "A1", "4.2"; of a reference its label, "" in lists by author and year.
        page: Physical, from 1.
        text: Its caption, heading, formula or entry.
        box: Where the thing itself stands on the page, without its caption; zeros where that is not known.
        start: Where its text begins in the page's text.
        end: One past the last character.
    """

    kind: PartKind
    number: str
    page: int
    text: str
    box: Box = NOWHERE
    start: int = 0
    end: int = 0


def parts(document: Document) -> tuple[Part, ...]:
    """The numbered parts of a document in the order of its pages; a figure without a caption has no number and is none."""
    return tuple(part for page in document.pages for part in _of_page(page))


def _of_page(page: Page) -> Iterator[Part]:
    for block in page.blocks:
        said = " ".join(page.text_of(block).split())[:LONGEST]
        if block.kind == "caption" and block.number and block.label in FLOATS:
            whose = page.blocks[block.of] if block.of is not None else None
            box = whose.box if whose is not None else NOWHERE
            yield _part(FLOATS[block.label], block.number, page, said, block, box)
        elif block.kind == "formula" and block.number:
            yield _part("equation", block.number, page, said, block, block.box)
        elif block.kind == "heading" and (match := SECTION.match(said)):
            yield _part("section", match[1], page, said, block, block.box)
        elif block.kind == "reference":
            yield _part("reference", block.number, page, said, block, block.box)


def _part(kind: PartKind, number: str, page: Page, text: str, block: Block, box: Box) -> Part:
    return Part(kind, number, page.number, text, box, block.start, block.end)
