"""A PDF once read: pages whose every character can be found again on the paper.

A page keeps two texts in step: `text`, cleaned for people and for search, and pdfium's own
character numbers, which draw the marks. `Page.raw_span` leads from the first to the second.
"""

from __future__ import annotations

import base64
import zlib
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

BlockKind = Literal[
    "title", "byline", "heading", "paragraph", "item", "caption", "table", "figure", "formula", "algorithm", "listing",
    "footnote", "reference", "head", "foot", "page number", "stamp", "line number",
]  # fmt: skip
HUNDREDTHS = 100  # of a point: the unit of the boxes of words that OCR read
TENTHS = 10  # of a point: the unit of blocks' boxes where they cross from the reading process


class Box(NamedTuple):
    """A rectangle in points from the upper left corner of the page as it is shown; `bottom` is larger than `top`."""

    left: float
    top: float
    right: float
    bottom: float


NOWHERE = Box(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table's row: its stretches of the page's text, as (start, end), and where it stands."""

    spans: tuple[tuple[int, int], ...]
    box: Box


@dataclass(frozen=True, slots=True)
class Block:
    """A part of one page, of one kind.

    Attributes:
        kind: What it is. `figure` holds the text inside a picture, `item` one entry of a list, `reference` one of the
            list of references, `stamp` what an archive or library printed over or beside the page.
        spans: The stretches of the page's text that it consists of, as (start, end), in order; two blocks never share
            a character. None for a figure without text.
        box: Where it stands.
        rows: Of a table, its rows from the top down, each with its cells from left to right.
        label: Of a caption and what it belongs to: "Figure", "Table", "Algorithm", "Listing".
        number: Of a caption and what it belongs to ("2", "IV", "A1"), a formula ("7"), a footnote ("3", "*"), a
            reference ("12"), as printed; "" where none is.
        of: Of a caption, the index in `Page.blocks` of the figure, table or algorithm that it belongs to.
        opens: Of a paragraph, whether it begins anew, not in the middle of one that a column, page or float cut.
        closes: Of a paragraph, whether its last row ends short of the column's edge.
    """

    kind: BlockKind
    spans: tuple[tuple[int, int], ...]
    box: Box = NOWHERE
    rows: tuple[tuple[Cell, ...], ...] = ()
    label: str = ""
    number: str = ""
    of: int | None = None
    opens: bool = True
    closes: bool = True

    @property
    def start(self) -> int:
        """The first character in the page's text; 0 where it has no text."""
        return self.spans[0][0] if self.spans else 0

    @property
    def end(self) -> int:
        """One past the last character."""
        return self.spans[-1][1] if self.spans else 0


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        number: Physical index, from 1.
        label: The printed page number ("iv", "A-3"); the physical one where none is stored.
        text: Cleaned text in reading order.
        blocks: What the page consists of, each where its text begins; every character but line feeds and blanks
            between blocks belongs to one.
        raw: For each character of `text`, its character index in pdfium's text page. On a page that OCR read:
            its word's number, and after the last character each word's box, as left, top, right and bottom
            in hundredths of a point from the page's upper left corner.
        width: As shown, in points.
        height: As shown, in points.
    """

    number: int
    label: str
    text: str
    blocks: tuple[Block, ...] = ()
    raw: array[int] = field(default_factory=lambda: array("I"), repr=False)
    width: float = 0.0
    height: float = 0.0

    def text_of(self, block: Block | Cell) -> str:
        """The text of a block or cell; its stretches are joined by a line feed, a cell's by a blank."""
        between = " " if isinstance(block, Cell) else "\n"
        return between.join(self.text[start:end] for start, end in block.spans)

    @property
    def by_ocr(self) -> bool:
        """Whether the text was read from a picture."""
        return len(self.raw) > len(self.text)

    def boxes(self, start: int, end: int) -> list[tuple[float, float, float, float]]:
        """Where the words of `text[start:end]` stand on a page that OCR read; none on any other page.

        Returns:
            Left, top, right and bottom in points from the page's upper left corner, one box for the words
            of a line.
        """
        if not self.by_ocr or not 0 <= start < end <= len(self.text):
            return []
        corners = self.raw[len(self.text) :]
        joined: list[tuple[float, float, float, float]] = []
        for word in sorted(set(self.raw[start:end])):
            left, top, right, bottom = (edge / HUNDREDTHS for edge in corners[4 * word : 4 * word + 4])
            if joined and _on_one_line(joined[-1], (left, top, right, bottom)):
                before = joined.pop()
                left, top, bottom = before[0], min(before[1], top), max(before[3], bottom)
            joined.append((left, top, right, bottom))
        return joined

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The first pdfium character index and one past the last, for `text[start:end]`.

        (0, 0) where there are none, as on a page that OCR read: see `boxes`.
        """
        if self.by_ocr or not 0 <= start < end <= len(self.text):
            return (0, 0)
        chosen = self.raw[start:end]
        return (min(chosen), max(chosen) + 1)


def _on_one_line(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Whether the second box goes on where the first ends, as the next word of a line does."""
    height = max(one[3] - one[1], other[3] - other[1])
    overlap = min(one[3], other[3]) - max(one[1], other[1])
    return (
        2 * overlap > min(one[3] - one[1], other[3] - other[1]) and -height < other[0] - one[2] < 2 * height
    )


@dataclass(frozen=True, slots=True)
class Outline:
    """An entry of the PDF's own table of contents; `page` is physical, from 1."""

    title: str
    page: int
    level: int


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF's pages and what it says of itself.

    Attributes:
        sha256: Of the file's bytes, in hexadecimal.
        pages: In physical order.
        title: As set on the first page, or the metadata's; may be empty.
        authors: The metadata's author field; may be empty.
        arxiv: An arXiv id stamped on page one, without version; empty where there is none.
        year: A year the document itself suggests, or None.
        outline: The PDF's bookmarks.
        remarks: Sentences for the user, such as "3 of 8 pages hold no text".
    """

    sha256: str
    pages: tuple[Page, ...]
    title: str = ""
    authors: str = ""
    arxiv: str = ""
    year: int | None = None
    outline: tuple[Outline, ...] = ()
    remarks: tuple[str, ...] = ()


def pack(raw: array[int]) -> bytes:
    """The character numbers as compressed bytes: little-endian differences of 32 bits."""
    steps = array("i", (b - a for a, b in zip([0, *raw], raw, strict=False)))
    return zlib.compress(steps.tobytes(), 6)


def unpack(packed: bytes) -> array[int]:
    """The character numbers that `pack` made into `packed`."""
    steps = array("i")
    steps.frombytes(zlib.decompress(packed))
    numbers, at = array("I"), 0
    for step in steps:
        at += step
        numbers.append(at)
    return numbers


def to_json(document: Document) -> dict[str, Any]:
    """The document as plain values, to cross from the reading process."""
    return {
        "sha256": document.sha256,
        "title": document.title,
        "authors": document.authors,
        "arxiv": document.arxiv,
        "year": document.year,
        "outline": [[o.title, o.page, o.level] for o in document.outline],
        "remarks": list(document.remarks),
        "pages": [
            {
                "number": p.number,
                "label": p.label,
                "text": p.text,
                "blocks": [_block_to_json(block) for block in p.blocks],
                "size": [p.width, p.height],
                "raw": base64.b64encode(pack(p.raw)).decode("ascii"),
            }
            for p in document.pages
        ],
    }


def _block_to_json(block: Block) -> list[Any]:
    """A block as a list, numbers without fractions: a page has a thousand of them."""
    rows = [[[_flat(cell.spans), _tenths(cell.box)] for cell in row] for row in block.rows]
    about = [block.label, block.number, block.of, block.opens, block.closes]
    return [block.kind, _flat(block.spans), _tenths(block.box), rows, *about]


def _block_from_json(data: list[Any]) -> Block:
    kind, spans, box, rows, *about = data
    cells = tuple(tuple(Cell(_pairs(s), _box(b)) for s, b in row) for row in rows)
    return Block(kind, _pairs(spans), _box(box), cells, *about)


def _flat(spans: Iterable[tuple[int, int]]) -> list[int]:
    return [edge for span in spans for edge in span]


def _pairs(edges: list[int]) -> tuple[tuple[int, int], ...]:
    return tuple(zip(edges[::2], edges[1::2], strict=True))


def _tenths(box: Box) -> list[int]:
    return [round(edge * TENTHS) for edge in box]


def _box(edges: list[int]) -> Box:
    return Box(*(edge / TENTHS for edge in edges))


def from_json(data: dict[str, Any]) -> Document:
    """The document that `to_json` wrote."""
    return Document(
        sha256=data["sha256"],
        title=data["title"],
        authors=data["authors"],
        arxiv=data["arxiv"],
        year=data["year"],
        outline=tuple(Outline(*entry) for entry in data["outline"]),
        remarks=tuple(data["remarks"]),
        pages=tuple(
            Page(
                number=p["number"],
                label=p["label"],
                text=p["text"],
                blocks=tuple(_block_from_json(block) for block in p["blocks"]),
                width=p["size"][0],
                height=p["size"][1],
                raw=unpack(base64.b64decode(p["raw"])),
            )
            for p in data["pages"]
        ),
    )
