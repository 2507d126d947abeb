"""Tables as tables: columns with their headers, rows with their labels, and where each cell stands.

pieces of a table block → rows of the body and of the head → columns → labels → Table
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from corpus.document import Box
from corpus.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from corpus.document import Block, Cell, Document, Page

VALUE = re.compile(
    r"""^[<>~≈±+\-−–$(≤≥]*\s*(?:\d|\.\d)      # a number, whatever stands behind it
        |^(?:[-−–—×✓✗✔✘xX∞?]|n\.?/?a\.?|nan|nc|tbd)\W*$  # or a sign that stands for one""",
    re.VERBOSE | re.IGNORECASE,
)
NUMBER = re.compile(r"[+\-−–]?\d+(?:,\d{3})+(?:\.\d+)?|[+\-−–]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+\-−]?\d+)?")
JOINS = re.compile(r"^(?:±|\+/[-−]|\+\s?[-−]\s|\(\s?[±\d])")  # what goes on with the number before it
LEADS = re.compile(r"(?:±|\+/[-−]|[=<>≤≥≈])$")
SUMMARY = re.compile(r"\b(?:avg|average|mean|overall|total|sum|median|all)\b", re.IGNORECASE)
NAMED = re.compile(r"\bTab(?:les?|s?\.)\s*([A-Z]?\.?\d+|[IVX]+)\b", re.IGNORECASE)
MENTIONED = 900  # characters of the sentences that name a table
BREAK = 2.8  # rows' distances: a larger gap ends the table, what is below it is another thing
EVEN = 4.0  # points by which the names of two groups of rows are out of line at the most
FREE = 90.0  # points between a table and a caption that nothing else stands beside
NOWHERE = Box(0, 0, 0, 0)
CRACK = 0.5  # em between columns of words that are one column, a sentence's end in it
FEW = 3  # names of rows that are told in the name of their average
LEVEL = " / "  # between a header and the one above it, a group and its row


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, "Success rate / Seen" where headers are stacked, and where the header stands."""

    header: str
    box: Box


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell: its text, its stretches of the page's text as (start, end), and where it stands; empty where nothing is."""

    text: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    box: Box = NOWHERE

    @property
    def value(self) -> float | None:
        """The number that the cell opens with, without its spread; None where it holds none."""
        found = NUMBER.search(self.text) if VALUE.match(self.text) else None
        if found is None:
            return None
        digits = re.sub(r"[−–]", "-", found.group()).replace(",", "")
        return float(digits)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: its label, "Seen tasks / Letters" where it stands under a group, its cells, one a column, and its box."""

    label: str
    cells: tuple[TableCell, ...]
    box: Box = NOWHERE


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one page.

    Attributes:
        number: As printed, "2", "IV"; "" where it has no caption.
        page: Physical, from 1.
        caption: As printed, in one line; "" where there is none.
        corner: The header over the rows' labels, "Task"; "" where there is none.
        columns: From left to right, without those of the labels.
        rows: From the top down.
        box: All of it.
        captioned: The stretches of the page's text that the caption stands in.
        mentioned: The sentences of the paper that name it, cut to some hundred characters.
        sections: The headings of the sections that these stand in.
    """

    number: str
    page: int
    caption: str
    corner: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    box: Box = NOWHERE
    captioned: tuple[tuple[int, int], ...] = ()
    mentioned: str = ""
    sections: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is called, "Table 2"."""
        return f"Table {self.number}".strip() if self.number else "a table"


@dataclass(slots=True)
class _Piece:
    """Words that stand together in one row; `column` is set once the columns are known."""

    text: str
    spans: tuple[tuple[int, int], ...]
    box: Box

    @property
    def is_value(self) -> bool:
        return bool(VALUE.match(self.text))

    def joined(self, other: _Piece, between: str = " ") -> _Piece:
        return _Piece(
            f"{self.text}{between}{other.text}", self.spans + other.spans, around(self.box, other.box)
        )


@dataclass(slots=True)
class _Line:
    """One row of pieces, from left to right."""

    pieces: list[_Piece]
    cells: dict[int, _Piece] = field(default_factory=dict)

    @property
    def middle(self) -> float:
        tops = [piece.box.top + piece.box.bottom for piece in self.pieces]
        return sum(tops) / len(tops) / 2

    @property
    def values(self) -> int:
        return sum(piece.is_value for piece in self.pieces)

    @property
    def is_body(self) -> bool:
        """Whether most of what stands behind the first piece are values."""
        rest = self.pieces[1:] if len(self.pieces) > 1 else self.pieces
        return 2 * sum(piece.is_value for piece in rest) >= len(rest)


def around(*boxes: Box) -> Box:
    """The smallest box that holds all."""
    return Box(
        min(b.left for b in boxes), min(b.top for b in boxes), max(b.right for b in boxes), max(b.bottom for b in boxes)
    )  # fmt: skip


def tables(document: Document) -> list[Table]:
    """All tables of a document that have columns and rows, in order."""
    said = _mentions(document)
    return [
        replace(
            table,
            mentioned=" ".join(text for texts in said[table.number].values() for text in texts)[:MENTIONED],
            sections=tuple(said[table.number]),
        )
        if table.number in said
        else table
        for page in document.pages
        for table in tables_of(page)
    ]


def _mentions(document: Document) -> dict[str, dict[str, list[str]]]:
    """The sentences that name a table, by its number and the heading of the section that they stand in."""
    found: dict[str, dict[str, list[str]]] = {}
    heading = ""
    for page in document.pages:
        for block in page.blocks:
            if block.kind == "heading":
                heading = " ".join(page.text_of(block).split())
            if block.kind not in ("paragraph", "item", "footnote"):
                continue
            text = page.text_of(block).replace("\n", " ")
            for start, end in sentences(text) if NAMED.search(text) else ():
                for number in NAMED.findall(text[start:end]):
                    found.setdefault(number, {}).setdefault(heading, []).append(text[start:end])
    return found


def tables_of(page: Page) -> list[Table]:
    """The tables of one page; of panels under one caption, each is a table."""
    found = []
    for parts in _whole(page):
        named = next((b for b in parts if b.number), parts[0])
        caption = _caption(page, named) or _free_caption(page, named)
        lines = [_line(page, row) for b in sorted(parts, key=lambda b: b.box.top) for row in b.rows if row]
        said = " ".join(page.text_of(caption).split()) if caption else ""
        for panel in _panels(_ended(lines)):
            table = _table(panel, said)
            if table is not None and (caption or _holds_numbers(table)):
                found.append(
                    replace(
                        table,
                        number=caption.number if caption else "",
                        page=page.number,
                        caption=said,
                        captioned=caption.spans if caption else (),
                    )
                )
    return found


def _caption(page: Page, block: Block) -> Block | None:
    at = next(i for i, b in enumerate(page.blocks) if b is block)
    return next((b for b in page.blocks if b.kind == "caption" and b.of == at), None)


def _free_caption(page: Page, block: Block) -> Block | None:
    """The nearest caption of a table above or below a block, where it has none of its own and is nobody else's."""
    free = [
        (min(abs(b.box.top - block.box.bottom), abs(block.box.top - b.box.bottom)), at)
        for at, b in enumerate(page.blocks)
        if b.kind == "caption" and b.label == "Table" and b.of is None
        and _over(b.box, block.box) > 0.8 * min(b.box.right - b.box.left, block.box.right - block.box.left)
    ]  # fmt: skip
    nearest = min(free, default=None)
    return page.blocks[nearest[1]] if nearest and nearest[0] < FREE else None


def _holds_numbers(table: Table) -> bool:
    """Whether most cells are values: what has no caption and holds words may be program text or a list."""
    cells = [cell for row in table.rows for cell in row.cells if cell.text]
    return 2 * sum(cell.value is not None for cell in cells) > len(cells) > 2


def _whole(page: Page) -> Iterator[list[Block]]:
    """The page's table blocks, those without a caption together with the one that they go on from or lead to."""
    blocks = [b for b in page.blocks if b.kind == "table" and b.rows]
    groups = [[b] for b in blocks if b.number]
    for lone in (b for b in blocks if not b.number):
        height = lone.rows[0][0].box.bottom - lone.rows[0][0].box.top
        near = [
            group
            for group in groups
            for b in group
            if min(abs(lone.box.bottom - b.box.top), abs(b.box.bottom - lone.box.top)) < 2 * height
            and min(b.box.right, lone.box.right) - max(b.box.left, lone.box.left)
            > 0.8 * (lone.box.right - lone.box.left)
        ]
        if near:
            near[0].append(lone)
        else:
            groups.append([lone])
    yield from groups


def _line(page: Page, row: Sequence[Cell]) -> _Line:
    pieces: list[_Piece] = []
    for cell in row:
        piece = _Piece(" ".join(page.text_of(cell).split()), cell.spans, cell.box)
        if pieces and (LEADS.search(pieces[-1].text) or (pieces[-1].is_value and JOINS.match(piece.text))):
            pieces[-1] = pieces[-1].joined(piece)
        else:
            pieces.append(piece)
    return _Line(pieces)


def _ended(lines: list[_Line]) -> list[_Line]:
    """The lines up to a gap that no table has within it."""
    steps = [after.middle - before.middle for before, after in pairwise(lines)]
    if len(steps) < 3:
        return lines
    most = BREAK * median(steps)
    for at, step in enumerate(steps):
        if step > most and at >= 2:
            return lines[: at + 1]
    return lines


def _panels(lines: list[_Line]) -> Iterator[list[_Line]]:
    """The lines of each panel: a line of headers in the middle of the body begins another one.

    It says over the labels what the first one says there, or nothing: else it is a row of words.
    """
    head = _head(lines)
    corners = {piece.text for line in lines[:head] for piece in line.pieces}
    edge = min((line.pieces[0].box.left for line in lines[head:]), default=0.0)
    width = max((len(line.pieces) for line in lines[head:]), default=0)
    begin = 0
    for at in range(head + 1, len(lines) - 1):
        line = lines[at]
        texts = [piece for piece in line.pieces[1:] if not piece.is_value]
        corner = line.pieces[0].text in corners or line.pieces[0].box.left > edge + EVEN
        heads = len(line.pieces) >= 3 and not line.values and 2 * len(texts) >= width and corner
        if heads and lines[at - 1].values and any(after.values for after in lines[at + 1 : at + 3]):
            yield lines[begin:at]
            begin = at
    yield lines[begin:]


# --- head and body ---


def _head(lines: Sequence[_Line]) -> int:
    """How many lines the head has."""
    first = next((i for i, line in enumerate(lines) if line.is_body and line.values), None)
    if first is None or not any(len(line.pieces) > 1 for line in lines[first:]):
        return 1
    while first + 1 < len(lines) and _counts_columns(lines[first], lines[first + 1 :]):
        first += 1
    if first > 1 and _is_group(lines[first - 1], lines[first:]):
        first -= 1  # "Single-task learning" above its rows, as "Multi-task learning" further down
    return first


def _is_group(line: _Line, below: Sequence[_Line]) -> bool:
    """Whether a line names the group of rows below it: words alone, as further down others at its edge or middle."""
    if len(line.pieces) != 1 or line.values or not any(other.values for other in below):
        return False
    box = line.pieces[0].box
    others = [other.pieces[0].box for other in below if len(other.pieces) == 1 and not other.values]
    return any(
        abs(box.left - b.left) < EVEN or abs(box.left + box.right - b.left - b.right) < 2 * EVEN
        for b in others
    )


def _counts_columns(line: _Line, below: Sequence[_Line]) -> bool:
    """Whether a line of numbers heads columns: they rise or come again, and no line below is written like it."""
    numbers = [p.text for p in line.pieces if p.is_value]
    shapes = set(map(_shape, numbers))
    if len(numbers) < 2 or len(shapes) > 1 or any("×" in shape for shape in shapes):  # the sizes of something
        return False
    values = [
        float(m.group().replace(",", ""))
        for text in numbers
        if (m := re.search(r"\d+(?:,\d{3})*(?:\.\d+)?", text))
    ]
    rises = all(a < b for a, b in pairwise(values))
    again = len(set(values)) < len(values) and len(set(values)) * 2 <= len(values)
    others = [p for other in below for p in other.pieces[1:] if p.is_value and NUMBER.search(p.text)]
    return (
        (rises or again)
        and bool(others)
        and sum(_shape(p.text) not in shapes for p in others) >= 0.8 * len(others)
    )


def _shape(text: str) -> str:
    """How a number is written, beside its digits: "." , "±", "%"; "" of a bare count."""
    return "".join(sorted(set(re.sub(r"[\d,\s\-−–+]", "", text))))


# --- columns ---


@dataclass(slots=True)
class _Extent:
    left: float
    right: float

    def over(self, box: Box) -> float:
        return min(self.right, box.right) - max(self.left, box.left)


def _extents(body: Sequence[_Line]) -> list[_Extent]:
    """The columns' left and right edges, from pieces that do not reach over several of them."""
    several = [line for line in body if len(line.pieces) > 1]
    spans = []
    for line in body:
        for piece in line.pieces:
            wide = sum(
                sum(_over(piece.box, other.box) > 1 for other in row.pieces) > 1
                for row in several
                if row is not line
            )
            if 3 * wide <= len(several) - 1 or not several:
                spans.append(piece.box)
    columns: list[_Extent] = []
    for box in sorted(spans, key=lambda box: box.left):
        if columns and box.left < columns[-1].right - 0.5:
            columns[-1].right = max(columns[-1].right, box.right)
        else:
            columns.append(_Extent(box.left, box.right))
    return _without_cracks(body, columns)


def _without_cracks(body: Sequence[_Line], columns: list[_Extent]) -> list[_Extent]:
    """The columns, those of words that only a blank parts in every row as one."""
    em = median(piece.box.bottom - piece.box.top for line in body for piece in line.pieces)
    whole: list[_Extent] = []
    for column in columns:
        pairs = [
            (one, other)
            for line in (body if whole else [])
            for one, other in pairwise(line.pieces)
            if whole[-1].over(one.box) > 0 and column.over(other.box) > 0
        ]
        if pairs and all(
            other.box.left - one.box.right < CRACK * em and not one.is_value and not other.is_value
            for one, other in pairs
        ):
            whole[-1].right = column.right
        else:
            whole.append(column)
    return whole


def _over(one: Box, other: Box) -> float:
    return min(one.right, other.right) - max(one.left, other.left)


def _place(line: _Line, columns: Sequence[_Extent]) -> None:
    """Put each piece of a line into the column that it stands in."""
    for piece in line.pieces:
        at = max(range(len(columns)), key=lambda i: columns[i].over(piece.box))
        line.cells[at] = line.cells[at].joined(piece) if at in line.cells else piece


def _headers(head: Sequence[_Line], columns: Sequence[_Extent]) -> tuple[list[str], list[Box]]:
    """Each column's header, the upper ones first, and its box."""
    texts: list[list[tuple[str, bool]]] = [[] for _ in columns]  # and whether it is of several columns
    boxes: list[list[Box]] = [[] for _ in columns]
    extents = [_Extent(e.left, e.right) for e in columns]
    inside: set[int] = (
        set()
    )  # columns that go on under a header below, which no header above it parts from it
    for line in reversed(head):
        own = [
            {
                i
                for i, e in enumerate(extents)
                if e.over(p.box) > 0.15 * min(p.box.right - p.box.left, e.right - e.left)
            }
            for p in line.pieces
        ]
        lowest = all(not parts for parts in texts)
        blocks = [] if lowest else _blocks(line, [[part for part, _ in parts] for parts in texts], extents)
        runs: list[list[int]] = []
        for number, piece in reversed([*enumerate(line.pieces)]):
            taken = set().union(*(o for n, o in enumerate(own) if n != number)) - own[number]
            run = (
                blocks[number]
                if blocks
                else _run(piece.box, own[number], taken, extents, inside, 6.0 if lowest else -1.0)
            )
            runs.append(run)
            words = piece.text.split()
            apart = (
                lowest and len(run) > 1 and len(words) == len(run)
            )  # headers with no more than a blank between
            for place, i in enumerate(run):
                texts[i].insert(0, (words[place] if apart else piece.text, len(run) > 1 and not apart))
                boxes[i].append(piece.box)
            if len(run) == 1:
                extents[run[0]].left = min(extents[run[0]].left, piece.box.left)
                extents[run[0]].right = max(extents[run[0]].right, piece.box.right)
        inside |= {column for run in runs for column in run[1:]}
    named = []
    for parts in texts:
        text = ""
        for part, several in parts:
            between = "" if not text or text.endswith("-") else " "
            text += between + part + (LEVEL.rstrip() if several else "")
        named.append(text.removesuffix(LEVEL.rstrip()))
    return named, [
        around(*b) if b else Box(e.left, 0, e.right, 0) for b, e in zip(boxes, columns, strict=True)
    ]


def _blocks(line: _Line, below: Sequence[Sequence[str]], extents: Sequence[_Extent]) -> list[list[int]]:
    """The columns of each header of a line, where the headers below come again under each of them; else none."""
    for start in range(min(3, len(extents))):
        wide, rest = divmod(len(extents) - start, len(line.pieces))
        if rest or wide < 2 or len(line.pieces) < 2:
            continue
        again = all(below[i] == below[i + wide] != [] for i in range(start, len(extents) - wide))
        blocks = [[*range(at, at + wide)] for at in range(start, len(extents), wide)]
        if again and all(
            any(extents[i].over(p.box) > 0 for i in b) for p, b in zip(line.pieces, blocks, strict=True)
        ):
            return blocks
    return []


def _run(
    box: Box, own: set[int], taken: set[int], extents: Sequence[_Extent], inside: set[int], more: float
) -> list[int]:
    """The neighbouring columns that a header stands over: those that it is centred on, each further one at a cost.

    A header over headers covers as many as it can, so that there further ones are worth something (`more` is below 0).

    Those under one header of a lower line (`inside` holds all but the first) stay together.
    """
    if not own:
        nearest = min(
            range(len(extents)), key=lambda i: abs(extents[i].left + extents[i].right - box.left - box.right)
        )
        own = {nearest}
    best, least = [*range(min(own), max(own) + 1)], float("inf")
    middle = (box.left + box.right) / 2
    for i in range(min(own) + 1):
        for j in range(max(own), len(extents)):
            run = range(i, j + 1)
            if any(k in taken for k in run) or i in inside or j + 1 in inside:
                continue
            off = abs((extents[i].left + extents[j].right) / 2 - middle)
            cost = off + more * (len(run) - len(own))
            if cost < least:
                best, least = [*run], cost
    return best


# --- rows ---


def _table(lines: list[_Line], caption: str = "") -> Table | None:
    if len(lines) < 2:
        return None
    count = _head(lines)
    head, body = lines[:count], lines[count:]
    if len(head) > 1 and _is_group(
        head[0], body
    ):  # "Trained models" above the headers, "Others" above further rows
        head, body = head[1:], [head[0], *body]
    columns = _extents(body)
    if len(columns) < 2 or not body:
        return None
    for at, line in enumerate(body):
        if _is_group(line, [*body[:at], *body[at + 1 :]]):
            line.cells = {0: line.pieces[0]}  # in the middle of the table, too
        else:
            _place(line, columns)
    headers, boxes = _headers(head, columns)
    labels = _label_columns(body, len(columns))
    rows: list[TableRow] = []
    sides = _sides(body, labels, len(columns), headers)
    halves = _halves(caption, len(sides))
    first = {headers[c]: c for c in reversed(sides[0][1]) if headers[c] and all(halves)}
    filled = [  # of halves with names: what is called as a column of the first one goes into that
        {c if ends is sides[0][1] else first.get(headers[c], c): c for c in ends} for _, ends in sides
    ]
    kept = sorted({c for half in filled for c in half})
    for (starts, _), own, half in zip(sides, filled, halves, strict=True):
        found = _told_apart([r for r in _rows(body, starts, kept, own) if any(cell.text for cell in r.cells)])
        rows += [replace(row, label=f"{half}{LEVEL}{row.label}") for row in found] if half else found
    if not rows or not kept:
        return None
    corner = " ".join(dict.fromkeys(h for h in headers[:labels] if h))
    whole = around(*(p.box for line in lines for p in line.pieces))
    return Table("", 0, "", corner, tuple(Column(headers[c], boxes[c]) for c in kept), tuple(rows), whole)


def _label_columns(body: Sequence[_Line], count: int) -> int:
    """How many columns from the left hold the rows' labels: words, or what tells rows of one label apart."""
    full = [line for line in body if line.values]
    words = 1
    while words < count - 1:
        said = [line.cells[words] for line in full if words in line.cells]
        if not said or 2 * sum(piece.is_value for piece in said) >= len(said):
            break
        rest = [line.cells[c] for line in full for c in range(words + 1, count) if c in line.cells]
        if 3 * sum(piece.is_value for piece in rest) < 2 * len(rest):
            break
        words += 1
    groups = _groups(body, full)
    while words < min(3, count - 1):
        own = [_down(full, body, c) if c == 0 else [_text(line, c) for line in full] for c in range(words)]
        named = [
            (name, line.cells.get(words))
            for line, *name in zip(full, groups, *own, strict=True)
            if not _sums_up(line)  # an average has no second label, or the same one in each group
        ]
        doubled = 3 * len({tuple(name) for name, _ in named}) <= 2 * len(named)
        apart = {(*name, piece.text) for name, piece in named if piece and "±" not in piece.text}
        if not doubled or len(apart) < len(named):
            break
        words += 1
    return words


def _groups(body: Sequence[_Line], full: Sequence[_Line]) -> list[str]:
    """The group that each full row stands under: the last line of words alone above it; "" where there is none."""
    found, group = [], ""
    for line in body:
        if any(line is row for row in full):
            found.append(group)
        elif len(line.pieces) == 1 and not line.values:
            group = line.pieces[0].text
    return found


def _sides(
    body: Sequence[_Line], labels: int, count: int, headers: Sequence[str]
) -> list[tuple[list[int], list[int]]]:
    """Label columns and columns of each half of a table that is set in halves side by side, else of the whole."""
    full = [line for line in body if line.values]
    for c in range(labels + 1, count - 1):
        said = [(line.cells.get(0), line.cells[c]) for line in full if c in line.cells]
        words = [(one, other) for one, other in said if not other.is_value]
        if len(words) < max(2, 0.8 * len(full)):
            continue
        same = sum(one is not None and one.text == other.text for one, other in words)
        if 2 * same >= len(words) or (headers[c] and headers[c] == headers[0]):
            return [([*range(labels)], [*range(labels, c)]), ([c], [*range(c + 1, count)])]
    return [([*range(labels)], [*range(labels, count)])]


def _rows(
    body: Sequence[_Line], labels: Sequence[int], columns: Sequence[int], filled: Mapping[int, int]
) -> list[TableRow]:
    """The rows, with the labels that stand once for several of them, and the groups above them.

    Args:
        body: The lines below the head.
        labels: Which pieces of a line are its labels.
        columns: The table's columns.
        filled: Those that have cells here, each with the piece of a line that is its cell.
    """
    full = [line for line in body if any(c in line.cells for c in filled.values())]
    named: list[list[str]] = [[] for _ in full]
    for depth in labels:
        texts = _down(full, body, depth) if depth == 0 else [_text(line, depth) for line in full]
        for parts, text in zip(named, texts, strict=True):
            parts.append(text)
    rows: list[TableRow] = []
    group, gone = "", {id(line) for line in body if id(line) in _fragments(full, body)}
    number = 0
    for line in body:
        if not any(c in line.cells for c in filled.values()):
            if id(line) not in gone and len(line.pieces) == 1:
                group = line.pieces[0].text
            continue
        label = LEVEL.join(part for part in [group, *named[number]] if part)
        number += 1
        cells = tuple(
            TableCell(p.text, p.spans, p.box)
            if c in filled and (p := line.cells.get(filled[c]))
            else TableCell()
            for c in columns
        )
        rows.append(TableRow(label, cells, around(*(p.box for p in line.pieces))))
    return rows


def _text(line: _Line, column: int) -> str:
    piece = line.cells.get(column)
    return piece.text if piece else ""


def _fragments(full: Sequence[_Line], body: Sequence[_Line]) -> set[int]:
    """Lines of words alone that stand nearer to a row than rows stand to one another: labels of several rows."""
    steps = [after.middle - before.middle for before, after in pairwise(full)]
    pitch = sorted(steps)[len(steps) // 4] if steps else 10.0  # of rows with nothing between them
    return {
        id(line)
        for line in body
        if line not in full and any(abs(line.middle - row.middle) < 0.72 * pitch for row in full)
    }


def _down(full: Sequence[_Line], body: Sequence[_Line], depth: int) -> list[str]:
    """The first label of each row; one that stands for several rows is each one's."""
    loose = _fragments(full, body)
    marks = [
        (line.middle, piece.text)
        for line in body
        if (id(line) in loose or line in full) and (piece := line.cells.get(depth))
    ]
    own = [_text(line, depth) for line in full]
    joined: list[tuple[float, str]] = []
    for middle, text in marks:
        if joined and re.search(r"\w-$", joined[-1][1]):
            before, said = joined.pop()
            joined.append(((before + middle) / 2, f"{said}{text}"))
        else:
            joined.append((middle, text))
    if all(own) and len(joined) == len(own):
        return own
    if not joined:
        return own
    if own[0] and not loose and len(joined) == len(marks):  # each stands beside the first of its rows
        if sum(map(bool, own)) * 2 > len(own) and any(VALUE.match(text) for text in own):
            return own  # numbers that were lost in reading, not one for several rows
        filled, last = [], ""
        for text, line in zip(own, full, strict=True):
            last = text or last
            filled.append(last if text or not _sums_up(line) else "")
        return filled
    meant = [i for i, line in enumerate(full) if not _sums_up(line)]
    labels = [*own]
    for i, (_, text) in zip(meant, _centred([full[i].middle for i in meant], joined), strict=True):
        labels[i] = text
    return labels


def _centred(rows: Sequence[float], marks: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """The mark of each row: each stands in the middle of the rows that it names, those of the next below them.

    Args:
        rows: Where the rows stand, from the top down.
        marks: Where the names stand, from the top down, with their text.
    """
    if len(marks) > len(rows):
        return [min(marks, key=lambda mark: abs(mark[0] - row)) for row in rows]
    # By the number of rows that the marks so far name: how far off their middles those are, and how many each names.
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for middle, _ in marks:
        longer: dict[int, tuple[float, tuple[int, ...]]] = {}
        for begun, (off, counts) in best.items():
            for end in range(begun + 1, len(rows) + 1):
                cost = off + abs((rows[begun] + rows[end - 1]) / 2 - middle)
                if end not in longer or cost < longer[end][0]:
                    longer[end] = (cost, (*counts, end - begun))
        best = longer
    _, counts = best[len(rows)]
    return [mark for mark, count in zip(marks, counts, strict=True) for _ in range(count)]


def _sums_up(line: _Line) -> bool:
    """Whether a row is the average or sum of others."""
    return bool(SUMMARY.match(line.pieces[0].text))


def _told_apart(rows: Sequence[TableRow]) -> list[TableRow]:
    """The rows, those that sum up and are called alike each with what the rows above it have in common."""
    labels = [row.label for row in rows]
    named, since = [], 0
    for at, row in enumerate(rows):
        if SUMMARY.match(row.label) and labels.count(row.label) > 1 and at > since:
            named.append(replace(row, label=f"{row.label} ({_common(labels[since:at])})"))
        else:
            named.append(row)
        if SUMMARY.match(row.label):
            since = at + 1
    return named


def _common(labels: Sequence[str]) -> str:
    """A name for some rows: the group that all are of, else the few names that come again, else the first and last."""
    levels = [*zip(*(label.split(LEVEL) for label in labels), strict=False)]
    names = sorted((list(dict.fromkeys(level)) for level in reversed(levels)), key=len)
    if names and (len(names[0]) <= FEW):
        return ", ".join(names[0])
    return f"{labels[0]} to {labels[-1]}"


def _halves(caption: str, count: int) -> list[str]:
    """What a caption calls the halves of a table that is set side by side: "simulated (left) and real (right) tasks"."""
    said = [re.search(rf"([^.,;:()]*)\(\s*{side}\s*\)", caption, re.IGNORECASE) for side in ("left", "right")]
    if count != len(said) or not all(said):
        return [""] * count
    names = [
        re.split(r"\b(?:the|an?|on|in|of|for|and|with|to)\b", found[1])[-1].strip() for found in said if found
    ]
    return names if all(names) else [""] * count


# --- as plain values ---


def to_json(table: Table) -> dict[str, Any]:
    """A table as plain values, to be kept."""
    return {
        **{name: getattr(table, name) for name in ("number", "page", "caption", "corner", "mentioned")},
        "box": [*table.box],
        "captioned": [*table.captioned],
        "sections": [*table.sections],
        "columns": [[column.header, [*column.box]] for column in table.columns],
        "rows": [
            [row.label, [*row.box], [[c.text, [*c.spans], [*c.box]] for c in row.cells]] for row in table.rows
        ],
    }


def from_json(data: dict[str, Any]) -> Table:
    """The table that `to_json` wrote."""
    return Table(
        **{name: data[name] for name in ("number", "page", "caption", "corner", "mentioned")},
        box=Box(*data["box"]),
        captioned=tuple((a, b) for a, b in data["captioned"]),
        sections=tuple(data.get("sections", ())),  # not kept by an index of an older reading
        columns=tuple(Column(header, Box(*box)) for header, box in data["columns"]),
        rows=tuple(
            TableRow(
                label,
                tuple(TableCell(t, tuple((a, b) for a, b in s), Box(*x)) for t, s, x in cells),
                Box(*box),
            )
            for label, box, cells in data["rows"]
        ),
    )
