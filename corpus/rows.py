"""A page's lines as the rows that a reader sees: sub- and superscripts in their row, columns apart, cells told."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, field
from operator import attrgetter
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from corpus.glyphs import THIN
from corpus.lines import Line, line_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from corpus.glyphs import Sheet, Word

CELL_GAP = 1.15  # em: wider than a justified line's blanks, narrower than what parts two cells
SAME_BASE = 0.25  # em: baselines this near are one
SCRIPT = 0.8  # em: as far above or below its row stands a sub- or superscript, or half a small fraction
SMALLER = 0.86  # of the row's size, at the most, is the size of a script
BESIDE = 1.5  # em: as near to its row's end stands what goes on there
FEW = 3  # characters of a mark
LOOK_BACK = 4  # rows to which a fragment may still belong
PLAIN = re.compile(r"[^\W\d_]{3,}")
COUNTED = re.compile(r"\d{1,4}")
CAPTION = re.compile(
    r"(?P<kind>Figure|Fig\.?|FIGURE|FIG\.?|Table|TABLE|Tab\.|TAB\.|Algorithm|ALGORITHM|Listing|Scheme)\s*"
    r"(?P<number>(?:[A-Z]{1,2}[.-]?)?\d{1,3}(?:[.-]\d{1,3})*[a-z]?|[IVXLivxl]{1,6}(?![a-z])|[A-Z](?=\s*[:.|]))\s*"
    r"(?P<sign>[.:|]|[-–—](?=\s)|\((?=[a-z]\))|$|)"
)
TEXT_WIDTH = 15  # em: a line this wide is text
LEFT = attrgetter("left")
MOST_BARS = 300  # upright lines of a page's tables; more are drawings
LEAST_NUMBERS = 5  # line numbers on a page, before they are taken for such


@dataclass(slots=True)
class Row:
    """What stands on one baseline of one column.

    Attributes:
        lines: The parts, in pdfium's order.
        left, right: Edges, in points from the page's left.
        base: The baseline, in points from the page's top.
        size: Of most characters, in points.
        bold: Whether most are bold.
        column: 0 or 1 on a page of two columns, -1 across both, 0 on a page of one.
        inside: The form it is drawn in; -1 for the page's own text.
        turned: Whether it runs another way than the page's text.
        kind: What it is, once that is known.
    """

    lines: list[Line]
    left: float
    right: float
    base: float
    size: float
    bold: bool
    column: int = 0
    inside: int = -1
    turned: bool = False
    kind: str = ""
    text: str = ""
    weight: int = 0
    plain: int = 0
    bars: tuple[float, ...] = ()  # where upright lines cross it, which part its cells
    parts: list[list[Word]] | None = None  # its cells, once they were asked for

    @property
    def top(self) -> float:
        """Where its tall letters end."""
        return self.base - 0.72 * self.size

    @property
    def bottom(self) -> float:
        """Where its letters end below."""
        return self.base + 0.22 * self.size

    @property
    def width(self) -> float:
        """In points."""
        return self.right - self.left

    @property
    def words(self) -> Iterator[Word]:
        """Its words in pdfium's order."""
        for line in self.lines:
            yield from line.words

    @property
    def broken(self) -> bool:
        """Whether it ends in a word that goes on in the next."""
        return self.lines[-1].broken

    def cells(self, gap: float = CELL_GAP) -> list[list[Word]]:
        """Its words in groups from left to right, parted by gaps wider than `gap` em."""
        if gap != CELL_GAP:
            return parted(self.words, self.size, gap, self.bars)
        if self.parts is None:
            self.parts = parted(self.words, self.size, bars=self.bars)
        return self.parts

    def wordy(self) -> float:
        """The share (0 to 1) of its characters that are words in print of its own size, no script or symbol."""
        found = 0
        for line in self.lines:
            begun, raw = line.raw[0], line.raw
            if raw[-1] - begun + 1 != len(raw):
                found += sum(map(len, PLAIN.findall(line.text)))
                continue
            for word in line.words:
                if word.font.size > SMALLER * self.size and not word.font.maths:
                    found += sum(
                        map(len, PLAIN.findall(line.text[word.first - begun : word.last - begun + 1]))
                    )
        return found / max(1, self.weight)

    def is_prose(self) -> bool:
        """Whether words of a language fill most of it."""
        return self.plain * 2 > self.weight and self.weight > 12


@dataclass(slots=True)
class Leaf:
    """A page as rows.

    Attributes:
        number: Physical, from 1.
        sheet: What is drawn.
        rows: In pdfium's order.
        gutter: The middle between two columns; 0 where there is one.
        edges: Left and right edge of each column of text; -1 for text across both.
    """

    number: int
    sheet: Sheet
    rows: list[Row] = field(default_factory=list)
    gutter: float = 0.0
    edges: dict[int, tuple[float, float]] = field(default_factory=dict)

    def column(self, row: Row) -> tuple[float, float]:
        """Left and right edge of the column that a row stands in."""
        return self.edges.get(row.column) or self.edges.get(-1) or (row.left, row.right)

    def own(self) -> list[Row]:
        """The rows that are not known yet, drawn on the page itself, from left to right."""
        return [row for row in self.rows if not row.kind and not row.turned and row.inside < 0]


def parted(
    words: Iterable[Word], size: float, gap: float = CELL_GAP, bars: Sequence[float] = ()
) -> list[list[Word]]:
    """Words in groups from left to right, parted by gaps wider than `gap` em and at bars; `size` is an em, in points."""
    groups: list[list[Word]] = []
    reach, most = 0.0, gap * size
    for word in sorted(words, key=LEFT):
        right = word.right
        if groups and word.left - reach <= most and not any(reach <= bar <= word.left for bar in bars):
            groups[-1].append(word)
            if right > reach:  # noqa: PLR1730 - `max` takes a third of this loop's time
                reach = right
        else:
            groups.append([word])
            reach = right
    return groups


def row_of(line: Line) -> Row:
    """A row of one line."""
    first = line.words[0] if line.words else None
    row = Row([line], line.left, line.right, line.base, line.size, line.bold)
    row.text = " ".join(line.text.split())
    row.weight, row.plain = _weights(row.text)
    if first is not None:
        row.inside, row.turned = first.inside, first.turned
    return row


def _weights(text: str) -> tuple[int, int]:
    return len(text) - text.count(" "), sum(map(len, PLAIN.findall(text)))


def leaves(pages: Sequence[Sequence[Line]], sheets: Sequence[Sheet]) -> list[Leaf]:
    """Every page's rows."""
    found = []
    told = [_line_numbers(_apart(lines)) for lines in pages]
    middles = gutters([lines for _, lines in told], sheets)
    for number, ((numbered, lines), sheet, middle) in enumerate(
        zip(told, sheets, middles, strict=True), start=1
    ):
        leaf = Leaf(number, sheet, gutter=middle)
        leaf.rows = _rows(lines, leaf.gutter)
        for line in numbered:
            row = row_of(line)
            row.kind = "line number"
            leaf.rows.append(row)
        leaf.rows.sort(key=lambda row: row.lines[0].raw[0])
        leaf.edges = _edges(leaf)
        _cross(leaf)
        found.append(leaf)
    return found


def _cross(leaf: Leaf) -> None:
    """Tell each row the upright lines that cross it; a table's may be drawn row by row."""
    strokes = [*leaf.sheet.bars, *(box for box in leaf.sheet.frames if box[2] - box[0] <= THIN)]
    if len(strokes) > MOST_BARS:
        return
    for row in leaf.rows:
        middle = row.base - 0.3 * row.size
        row.bars = tuple(
            x for x, top, _, bottom in strokes if top < middle < bottom and bottom - top > row.size
        )


def _edges(leaf: Leaf) -> dict[int, tuple[float, float]]:
    """Where each column's text begins and ends: the commonest left edge, and the right edge that few go beyond."""
    edges = {}
    prose = [row for row in leaf.own() if row.is_prose() and row.width > 0.15 * leaf.sheet.width]
    for column in (0, 1):
        some = [row for row in prose if row.column == column]
        if some:
            left = Counter(round(row.left) for row in some).most_common(1)[0][0]
            edges[column] = float(left), float(np.percentile([row.right for row in some], 90))
    if not leaf.gutter:
        return edges | ({-1: edges[0]} if edges else {})
    if edges:
        edges[-1] = min(left for left, _ in edges.values()), max(right for _, right in edges.values())
    return edges


def split(line: Line, cuts: Sequence[int]) -> Iterator[Line]:
    """The line parted before its words of these numbers."""
    words, raw = line.words, line.raw
    bounds = [0, *cuts, len(words)]
    at = 0
    for begun, end in itertools.pairwise(bounds):
        chosen = words[begun:end]
        if not chosen:
            continue
        stop = len(raw)
        if end < len(words):
            stop = next((i for i in range(at, len(raw)) if raw[i] >= words[end].first), len(raw))
        if stop > at:
            last = end == len(words)
            yield line_of(line.text[at:stop], raw[at:stop], chosen, broken=line.broken and last)
        at = stop


def _apart(lines: Sequence[Line]) -> list[Line]:
    """The lines parted where the page's own text ends and a figure's begins, or text that runs another way."""
    found: list[Line] = []
    for line in lines:
        words = line.words
        cuts = [
            i
            for i in range(1, len(words))
            if words[i].inside != words[i - 1].inside or words[i].turned != words[i - 1].turned
        ]
        found.extend(split(line, cuts) if cuts else [line])
    return found


def _edges_without(line: Line, at: int, candidates: set[tuple[int, int]]) -> tuple[float, float]:
    """Where a line begins and ends without a number at its outer edges."""
    words = line.words
    first = 1 if (at, 0) in candidates and len(words) > 1 else 0
    last = len(words) - (2 if (at, len(words) - 1) in candidates and len(words) > 1 + first else 1)
    return words[first].left, words[last].right


def _line_numbers(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """A review copy's line numbers, and the lines without them.

    Five or more numbers that stand under one another at a line's outer edge and count upwards.
    """
    places: list[tuple[int, int, float, float, int]] = []  # line, word, right, base, value
    for at, line in enumerate(lines):
        for number in {0, len(line.words) - 1}:
            word = line.words[number]
            length = word.last - word.first + 1
            if length > 4 or word.turned or word.inside >= 0:
                continue
            said = (line.text.split()[0], line.text.split()[-1])[number > 0] if line.text.split() else ""
            if COUNTED.fullmatch(said):
                places.append((at, number, word.right, word.base, int(said)))
    candidates = {(at, number) for at, number, *_ in places}
    edges = [
        _edges_without(line, at, candidates)
        for at, line in enumerate(lines)
        if line.right - line.left > TEXT_WIDTH * line.size
    ]
    places = [
        place
        for place in places
        if sum(left + 1 < place[2] < right - 1 for left, right in edges) <= len(edges) // 10
    ]  # what text stands above or below is a table's first column, or a heading's number
    if len(places) < LEAST_NUMBERS:
        return [], lines
    by_edge: dict[int, list[tuple[int, int, float, float, int]]] = {}
    for place in places:
        by_edge.setdefault(round(place[2] / 3), []).append(place)
    taken: dict[int, list[int]] = {}
    for edge, group in by_edge.items():
        some = sorted(group + by_edge.get(edge + 1, []), key=lambda place: place[3])
        run = _counting(some)
        if len(run) >= LEAST_NUMBERS:
            for at, number, *_ in run:
                taken.setdefault(at, []).append(number)
    numbered: list[Line] = []
    others: list[Line] = []
    for at, line in enumerate(lines):
        chosen = set(taken.get(at, ()))
        if not chosen:
            others.append(line)
            continue
        cuts = sorted({n for number in chosen for n in (number, number + 1) if 0 < n < len(line.words)})
        first = line.words
        for part in split(line, cuts):
            mine = next(i for i, word in enumerate(first) if word is part.words[0])
            (numbered if mine in chosen and len(part.words) == 1 else others).append(part)
    return numbered, others


def _counting(places: list[tuple[int, int, float, float, int]]) -> list[tuple[int, int, float, float, int]]:
    """Those of some numbers, from the top down, that count upwards by one and the same step, 1 or 5."""
    best: list[tuple[int, int, float, float, int]] = []
    for step in (1, 5):
        run: list[tuple[int, int, float, float, int]] = []
        for place in places:
            if run and place[4] == run[-1][4] + step and place[3] > run[-1][3]:
                run.append(place)
            elif run and place[4] == run[-1][4]:
                continue
            else:
                best = max(best, run, key=len)
                run = [place]
        best = max(best, run, key=len)
    return best


def gutters(pages: Sequence[Sequence[Line]], sheets: Sequence[Sheet]) -> list[float]:
    """For each page the middle between two columns of text; 0.0 where there is one column.

    A page that is not clearly set in two columns, as one with a wide abstract and figures is not, is held against the
    gutter of the document's others.
    """
    stretches = [_stretches(lines, sheet.width) for lines, sheet in zip(pages, sheets, strict=True)]
    clear = [_clear_gutter(found, sheet.width) for found, sheet in zip(stretches, sheets, strict=True)]
    known = [middle for middle in clear if middle]
    if len(known) * 3 < len(pages):
        return clear
    usual = median(known)
    return [
        own or (usual if _two_columns(found, usual, sheet.width) else 0.0)
        for own, found, sheet in zip(clear, stretches, sheets, strict=True)
    ]


def _stretches(lines: Sequence[Line], width: float) -> list[tuple[float, float]]:
    """Left and right edges of what stands together in lines, as wide as an eighth of the page at the least."""
    spans = []
    for line in lines:
        if not line.words or line.words[0].turned or line.words[0].inside >= 0:
            continue
        begun = line.words[0].left
        reach = line.words[0].right
        for word in line.words[1:]:
            if word.left - reach > CELL_GAP * line.size:  # a line may run over both columns
                spans.append((begun, reach))
                begun = word.left
            reach = max(reach, word.right)
        spans.append((begun, reach))
    return [(a, b) for a, b in spans if b - a > 0.12 * width]


def _two_columns(spans: Sequence[tuple[float, float]], middle: float, width: float) -> bool:
    """Whether five rows and more end before the middle and as many begin behind it, at one edge, as columns do."""
    wide = [(a, b) for a, b in spans if b - a > 0.25 * width]
    ends = sum(middle - 0.07 * width < b <= middle for _, b in wide)
    begins = Counter(round(a / 2) for a, _ in wide if middle <= a < middle + 0.07 * width)
    return ends >= 5 and bool(begins) and begins.most_common(1)[0][1] >= 4


def _clear_gutter(spans: Sequence[tuple[float, float]], width: float) -> float:
    if len(spans) < 12:
        return 0.0
    marks = np.zeros(int(width) + 2, dtype=int)
    for begun, end in spans:
        marks[max(0, min(int(begun), len(marks) - 1))] += 1
        marks[max(0, min(int(end) + 1, len(marks) - 1))] -= 1
    cover = np.cumsum(marks)
    low, high = int(0.35 * width), int(0.65 * width)
    middle = cover[low:high]
    least = int(middle.min())
    sides = min(int(cover[:low].max()), int(cover[high:].max()))
    if least > 0.4 * sides:
        return 0.0
    free = np.flatnonzero(middle == least)
    runs = np.split(free, np.flatnonzero(np.diff(free) > 1) + 1)
    longest = max(runs, key=len)
    middle_of = low + float(longest.mean()) + 0.5
    if len(longest) < 4:
        return 0.0
    left = sum(b <= middle_of for a, b in spans if b - a > 0.25 * width)
    right = sum(a >= middle_of for a, b in spans if b - a > 0.25 * width)
    return middle_of if min(left, right) >= 5 else 0.0


def _rows(lines: Sequence[Line], middle: float) -> list[Row]:
    rows: list[Row] = []
    for whole in lines:
        for line in _by_column(whole, middle):
            new = row_of(line)
            new.column = _column(new, middle)
            for back, row in enumerate(reversed(rows[-LOOK_BACK:])):
                if _belongs(row, new, middle, last=back == 0):
                    _join(row, new)
                    break
            else:
                rows.append(new)
    return rows


def _by_column(line: Line, middle: float) -> Iterator[Line]:
    """The line, parted at the gutter where its words leave that free."""
    if not middle or line.right < middle or line.left > middle:
        yield line
        return
    cuts = []
    for i in range(1, len(line.words)):
        before, word = line.words[i - 1], line.words[i]
        if (
            before.right <= middle + 2
            and word.left >= middle - 2
            and word.left - before.right > 0.7 * line.size
        ) or (word.right <= middle and before.left >= middle):
            cuts.append(i)
    yield from split(line, cuts) if cuts else [line]


def _column(row: Row, middle: float) -> int:
    if not middle:
        return 0
    if row.right <= middle + 3:
        return 0
    return 1 if row.left >= middle - 3 else -1


def _belongs(row: Row, new: Row, middle: float, *, last: bool) -> bool:
    """Whether `new` stands in the row, as what goes on behind inline mathematics does, or a script."""
    if row.turned or new.turned or row.inside != new.inside:
        return False
    large = max(row.size, new.size)
    drop = abs(new.base - row.base)
    if last and min(row.weight, new.weight) <= 2 and drop < 1.1 * large:
        alone = row if row.weight <= new.weight else new
        if (
            alone.plain == 0
            and -0.3 * large <= new.left - row.right <= 0.4 * large
            and row.column == new.column
        ):
            return True
    if drop > SCRIPT * large:
        return False
    if middle and row.column >= 0 and new.column >= 0 and row.column != new.column:
        return False
    after = -0.6 * large <= new.left - row.right <= BESIDE * large
    within = row.left - 0.3 * large <= new.left and new.right <= row.right + BESIDE * large
    if drop <= SAME_BASE * large:
        far = -0.6 * large <= new.left - row.right <= 6 * large and not CAPTION.match(new.text)
        stacked = (
            -3 * large <= new.left - row.right < 0 and new.right > row.right
        )  # its subscript under a superscript
        on = last and (((far or stacked) and new.left > row.left) or (0 <= row.left - new.right <= 3 * large))
        return (
            on
            or within
            or (after and row.base <= new.base + SAME_BASE * large and min(len(new.text), len(row.text)) <= 8)
        )
    small = min(row.size, new.size) <= SMALLER * large
    short = len(new.text) <= 8 or len(row.text) <= 4
    if small and new.size <= row.size:
        under = -2 * large <= new.left - row.right < 0  # a sum's lower limit, under its upper one
        mark = (
            last and new.weight <= FEW and 0 <= new.left - row.right <= 3 * large
        )  # a footnote's, behind a wide blank
        return after or under or mark or (within and short)
    if small and new.size > row.size and len(row.text) <= 8:
        return after and drop <= 0.6 * large
    return short and after and drop <= 0.6 * large and (new.plain == 0 or row.plain == 0)


def _join(row: Row, new: Row) -> None:
    row.lines.extend(new.lines)
    row.parts = None
    row.left, row.right = min(row.left, new.left), max(row.right, new.right)
    weight = row.weight + new.weight
    if new.weight > row.weight and new.size >= row.size:
        row.base, row.size, row.bold = new.base, new.size, new.bold
    elif new.size == row.size and abs(new.base - row.base) > 0.1:
        row.base = row.base if row.weight >= new.weight else new.base
    row.text = f"{row.text} {new.text}"
    row.weight, row.plain = weight, row.plain + new.plain


def leading(rows: Sequence[Row]) -> float:
    """The usual distance between the baselines of two rows of prose, in em; 1.2 where there are too few."""
    steps = [
        (after.base - before.base) / after.size
        for before, after in itertools.pairwise(rows)
        if before.column == after.column
        and before.size == after.size
        and 0.8 < (after.base - before.base) / max(after.size, 1) < 2.5
        and before.is_prose()
        and after.is_prose()
    ]
    return median(steps) if steps else 1.2


def body_size(leaves_: Sequence[Leaf]) -> float:
    """The font size most characters of prose have, in points; 10 for a document without text."""
    sizes: Counter[float] = Counter()
    for leaf in leaves_:
        for row in leaf.rows:
            sizes[row.size] += row.weight
    return sizes.most_common(1)[0][0] if sizes else 10.0
