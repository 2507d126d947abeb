"""What a page carries besides the paper's text: running heads and feet, page numbers, stamps and watermarks."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.rows import Leaf, Row

ARXIV_STAMP = re.compile(r"^\s*arXiv:\s*(\d{4}\.\d{4,5})(v\d+)?\b")
EDGE = 0.14  # of the page's height, at its top and foot, is where heads and feet stand
ALIKE = 4.0  # points: places this near are one
NUMBER = re.compile(
    r"\W*(?:page\s+)?(?:\d{1,4}|[ivxl]{1,7}|[A-Z]-?\d{1,3})(?:\s*(?:/|of)\s*\d{1,4})?\W*", re.IGNORECASE
)
APART = 1.45  # em: heads and feet keep as far from the text
LARGER = 1.25  # times the text's size: a title, not a head
LARGE = 2.0  # times the text's size: print this large over the text is a watermark


def mark(leaves: Sequence[Leaf], body: float) -> None:
    """Give their kinds to heads, feet, page numbers, stamps and watermarks of a document.

    Args:
        leaves: All pages.
        body: The size of the text, in points.
    """
    for leaf in leaves:
        for row in leaf.rows:
            stamped = ARXIV_STAMP.match(row.text) or (
                row.turned and row.inside < 0 and not _in_picture(leaf, row)
            )
            if not row.kind and stamped:
                row.kind = "stamp"
    outer = {leaf.number: _outer(leaf) for leaf in leaves}
    _mark_repeated(leaves, outer, body)
    _mark_beyond(leaves, outer, body)
    for leaf in leaves:
        for row, foot in outer[leaf.number]:
            if not row.kind and NUMBER.fullmatch(row.text) and _apart(leaf, row, foot=foot):
                row.kind = "page number"
    _mark_repeated_marks(leaves, body)


def _in_picture(leaf: Leaf, row: Row) -> bool:
    """Whether a row's middle lies in an image or a drawing, as the label of an axis does."""
    x, y = (row.left + row.right) / 2, row.base
    near = 24.0  # points around the drawing in which its labels stand
    boxes = [*leaf.sheet.pictures, *leaf.sheet.frames, *leaf.sheet.bars, *leaf.sheet.rules]
    left, right = leaf.edges.get(-1, (0.0, leaf.sheet.width))
    if not left - 2 <= x <= right + 2:
        return False
    return any(b[0] - near <= x <= b[2] + near and b[1] - near <= y <= b[3] + near for b in boxes)


def _outer(leaf: Leaf) -> list[tuple[Row, bool]]:
    """The rows that may be heads or feet, each with whether it stands at the foot: those of the two outermost baselines."""
    rows = sorted(
        (row for row in leaf.rows if not row.turned and row.inside < 0 and row.kind != "line number"),
        key=lambda row: row.base,
    )
    found: list[tuple[Row, bool]] = []
    high = leaf.sheet.height
    for foot in (False, True):
        bases: list[float] = []
        for row in reversed(rows) if foot else rows:
            edge = row.base > high * (1 - EDGE) if foot else row.base < high * EDGE
            if not edge:
                break
            if not bases or abs(bases[-1] - row.base) > ALIKE:
                bases.append(row.base)
            if len(bases) > 3:
                break
            found.append((row, foot))
    return found


def _shape(text: str) -> str:
    return re.sub(r"\d+|\b[ivxl]+\b", "#", " ".join(text.split())).lower()


def _mark_repeated(leaves: Sequence[Leaf], outer: dict[int, list[tuple[Row, bool]]], body: float) -> None:
    """What stands at one height on a quarter of the pages, two at the least, with but its numbers changed."""
    seen: dict[tuple[str, bool], list[tuple[int, float]]] = defaultdict(list)
    for number, rows in outer.items():
        for row, foot in rows:
            seen[_shape(row.text), foot].append((number, row.base))
    needed = max(2, len(leaves) // 4)
    heights: dict[bool, list[float]] = {True: [], False: []}
    for leaf in leaves:
        for foot in (False, True):
            alike = []
            for row, at_foot in outer[leaf.number]:
                there = {n for n, base in seen[_shape(row.text), foot] if abs(base - row.base) < ALIKE}
                if at_foot == foot and not row.kind:
                    if len(there) < needed:
                        break  # what stands further in is text
                    alike.append(row)
            while alike and not _keeps_off(leaf, alike, foot=foot):
                innermost = alike[-1].base
                alike = [row for row in alike if abs(row.base - innermost) > ALIKE]
            for row in alike:
                row.kind = _named(row, foot=foot)
                heights[foot].append(row.base)
    usual = {
        foot: [at for at, count in Counter(round(base) for base in bases).items() if count >= needed]
        for foot, bases in heights.items()
    }
    for leaf in leaves:  # a head that names each section, a first page's foot
        for row, foot in outer[leaf.number]:
            here = any(abs(row.base - at) < ALIKE for at in usual[foot])
            if not row.kind and here and row.size < LARGER * body and _outermost(leaf, row, foot=foot):
                row.kind = _named(row, foot=foot)


def _keeps_off(leaf: Leaf, rows: Sequence[Row], *, foot: bool) -> bool:
    """Whether the innermost of some rows at a page's edge keeps more than a line's distance from what is further in."""
    last = rows[-1]
    known = {id(row) for row in rows}
    return not any(
        id(other) not in known
        and not other.turned
        and other.inside < 0
        and not other.kind
        and -ALIKE
        < (last.base - other.base if foot else other.base - last.base)
        < APART * max(last.size, other.size)
        for other in leaf.rows
    )


def _named(row: Row, *, foot: bool) -> str:
    if NUMBER.fullmatch(row.text):
        return "page number"
    return "foot" if foot else "head"


def _outermost(leaf: Leaf, row: Row, *, foot: bool) -> bool:
    """Whether nothing that is not furniture stands further out, and the text keeps off."""
    for other in _text_besides(leaf, row):
        if (other.base > row.base + ALIKE) if foot else (other.base < row.base - ALIKE):
            return False
    return _apart(leaf, row, foot=foot)


def _text_besides(leaf: Leaf, row: Row) -> Iterator[Row]:
    """The other rows of a leaf that are no furniture and stand in no figure."""
    for other in leaf.rows:
        furniture = other.kind in ("head", "foot", "page number", "line number", "stamp")
        if not (other is row or other.turned or other.inside >= 0 or furniture):
            yield other


def _apart(leaf: Leaf, row: Row, *, foot: bool) -> bool:
    """Whether the next row inwards keeps more than a line's distance."""
    for other in _text_besides(leaf, row):
        inwards = row.base - other.base if foot else other.base - row.base
        if inwards < -ALIKE or (abs(inwards) <= ALIKE):
            return False  # something stands further out, or beside it
        if inwards < APART * max(row.size, other.size):
            return False
    return True


def _mark_beyond(leaves: Sequence[Leaf], outer: dict[int, list[tuple[Row, bool]]], body: float) -> None:
    """What stands above or below all the document's text, as a first page's venue does."""
    if len(leaves) < 3:
        return
    tops, feet = [], []
    for leaf in leaves:
        bases = [r.base for r in leaf.own() if r.is_prose() and abs(r.size - body) < 0.6]
        if len(bases) > 5:
            tops.append(min(bases))
            feet.append(max(bases))
    if not tops:
        return
    top, bottom = min(tops), max(feet)
    step = body * 1.2
    for leaf in leaves:
        for row, foot in outer[leaf.number]:
            beyond = row.base > bottom + 0.9 * step if foot else row.base < top - 0.9 * step
            if not row.kind and beyond and row.size <= body * 1.3 and _outermost(leaf, row, foot=foot):
                row.kind = _named(row, foot=foot)


def _mark_repeated_marks(leaves: Sequence[Leaf], body: float) -> None:
    """Text in the margin, or anywhere in far larger print, that several pages share: a watermark, a library's note."""
    if len(leaves) < 2:
        return
    seen: dict[tuple[str, int], set[int]] = defaultdict(set)
    for leaf in leaves:
        for row in leaf.own():
            seen[_shape(row.text), round(row.base / ALIKE)].add(leaf.number)
    for leaf in leaves:
        left, right = leaf.edges.get(-1, (0.0, leaf.sheet.width))
        for row in leaf.own():
            shared = seen[_shape(row.text), round(row.base / ALIKE)]
            aside = row.right < left - 2 or row.left > right + 2 or row.size > LARGE * body
            if aside and len(shared) >= max(2, len(leaves) // 2):
                row.kind = "stamp"
