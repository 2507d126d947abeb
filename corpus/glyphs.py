"""What stands where on a PDF page, by pdfium: words with their print and owner, and what is drawn around them.

Runs only in the reading process (`corpus.reading`): pdfium is not thread-safe. All places are in points from the
upper left corner of the page as it is read: turned so that most of its text runs from left to right.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WORD = re.compile(r"[^\s\ufffe]+")
BOLD = ("bold", "cmbx", "medi", "black", "heavy", "-bd", "semibold", "demi")
MONO = re.compile(
    r"mono|courier|cmtt|typewriter|consol|inconsol|lettergothic|menlo|sftt|nimbusmon|ectt", re.IGNORECASE
)
SLANTED = re.compile(r"ital|obliq|cmti|cmsl|slant|-it$", re.IGNORECASE)
# The fonts of TeX's mathematics and their successors: a fact about fonts, not about papers.
MATHS = re.compile(
    r"cmmi|cmsy|cmex|msam|msbm|mathi|math|eufm|eurm|rsfs|symbol|cmmib|cmbsy|txmi|txsy|pxmi|pxsy|mtmi|mtsy|stix.*sy|dsrom|bbm|wasy|lmmi|lmsy|rmtmi",
    re.IGNORECASE,
)
CAPTIONED = re.compile(r"^(?:Figure|Fig\.|Table) \d+[:.] [A-Z]", re.IGNORECASE | re.MULTILINE)
PAGE_SIZED = 0.6  # of a page's area: a form this large wraps the page and is opened
WRAPPING = 0.25  # the same, where a form holds most of the page's text
MOST_OF_IT, A_PAGE = (
    0.6,
    1_000,
)  # share of a page's characters, and how many, that a form holds which wraps it
MOST_OBJECTS = 6_000  # of a page that are looked at; a plot of 100,000 points tells no more by them
MOST_CLIPS, MOST_CORNERS = 8, 12  # that are looked at, of paths that an object is cut to
MOST_CUT = 600  # drawn paths of a page of which it is looked at what they are cut to
MOST_NESTED = 2  # forms within forms that are opened
SQUARE = 0.02  # of a quarter turn: text this little askew runs straight
THIN = 2.5  # points: a drawn line, or a box as thin, is a rule
RULE = 18.0  # points: a shorter line belongs to a drawing
TEXT, PATH, IMAGE, SHADING, FORM = 1, 2, 3, 4, 5  # pdfium's kinds of page objects

Edges = tuple[float, float, float, float]
Placing = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Font:
    """What is known of a run's print: its size in points, and what its font's name says."""

    size: float
    bold: bool = False
    mono: bool = False
    maths: bool = False
    slanted: bool = False


@dataclass(slots=True)
class Word:
    """Characters of one word that are set alike.

    Attributes:
        first: pdfium's number of the first character.
        last: Of the last.
        left, right: Edges of the ink, in points from the page's left.
        base: The baseline, in points from the page's top.
        font: Its print.
        turned: Whether it runs another way than the page's text.
        inside: The number of the form that it is drawn in; -1 for the page's own text.
    """

    first: int
    last: int
    left: float
    right: float
    base: float
    font: Font
    turned: bool = False
    inside: int = -1

    @property
    def top(self) -> float:
        """The upper edge of a tall letter."""
        return self.base - 0.72 * self.font.size

    @property
    def bottom(self) -> float:
        """The lower edge of a letter that goes below the line."""
        return self.base + 0.22 * self.font.size


@dataclass(slots=True)
class Sheet:
    """One page's print.

    Attributes:
        width, height: Of the page as it is read, in points.
        quarter: How many quarter turns clockwise lead from the page as shown to the page as read.
        words: In pdfium's order.
        pictures: Boxes of images, drawings and forms.
        rules: Boxes of horizontal lines; upright ones are in `bars`.
        frames: Boxes of drawn rectangles, which may hold text.
    """

    width: float
    height: float
    quarter: int = 0
    words: list[Word] = field(default_factory=list)
    pictures: list[Edges] = field(default_factory=list)
    rules: list[Edges] = field(default_factory=list)
    bars: list[Edges] = field(default_factory=list)
    frames: list[Edges] = field(default_factory=list)
    forms: list[Edges] = field(default_factory=list)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page as it is shown."""
        return (self.height, self.width) if self.quarter % 2 else (self.width, self.height)

    def shown(self, box: Edges) -> Edges:
        """A box on the page as it is shown, from its place on the page as it is read."""
        left, top, right, bottom = box
        if self.quarter == 1:
            return self.height - bottom, left, self.height - top, right
        if self.quarter == 2:
            return self.width - right, self.height - bottom, self.width - left, self.height - top
        if self.quarter == 3:
            return top, self.width - right, bottom, self.width - left
        return box


@lru_cache(maxsize=1)
def calls() -> Any:
    """Pdfium's calls that are made for every word, taking addresses: a quarter of the time of the usual ones."""
    import pypdfium2.raw as pdfium

    def call(name: str, result: Any, *arguments: Any) -> Any:
        function = getattr(pdfium, name, None)
        if function is None:
            return None
        address = ctypes.cast(function, ctypes.c_void_p).value or 0
        return ctypes.CFUNCTYPE(result, *arguments)(address)

    at, number, flag = ctypes.c_void_p, ctypes.c_int, ctypes.c_int

    class Calls:
        box = call("FPDFText_GetLooseCharBox", flag, at, number, at)
        matrix = call("FPDFText_GetMatrix", flag, at, number, at)
        origin = call("FPDFText_GetCharOrigin", flag, at, number, at, at)
        owner = call("FPDFText_GetTextObject", at, at, number)  # experimental: may be gone one day
        font = call("FPDFTextObj_GetFont", at, at)
        size = call("FPDFText_GetFontSize", ctypes.c_double, at, number)
        angle = call("FPDFText_GetCharAngle", ctypes.c_float, at, number)
        kind = call("FPDFPageObj_GetType", number, at)
        bounds = call("FPDFPageObj_GetBounds", flag, at, at, at, at, at)
        count = call("FPDFPage_CountObjects", number, at)
        item = call("FPDFPage_GetObject", at, at, number)
        form_count = call("FPDFFormObj_CountObjects", number, at)
        form_item = call("FPDFFormObj_GetObject", at, at, ctypes.c_ulong)
        clip = call("FPDFPageObj_GetClipPath", at, at)
        clip_paths = call("FPDFClipPath_CountPaths", number, at)
        clip_corners = call("FPDFClipPath_CountPathSegments", number, at, number)
        clip_corner = call("FPDFClipPath_GetPathSegment", at, at, number, number)
        corner_at = call("FPDFPathSegment_GetPoint", flag, at, at, at)

    return Calls


def address(handle: Any) -> int:
    """Where pdfium keeps what a handle of pypdfium2 stands for."""
    return ctypes.cast(handle.raw, ctypes.c_void_p).value or 0


def sheet(
    page: Any, textpage: Any, text: str, numbers: Sequence[int], page_sized: float = PAGE_SIZED
) -> Sheet:
    """The print of one page.

    Args:
        page: pdfium's page.
        textpage: Its characters (`corpus.lines.text_page`).
        text: The characters as text.
        numbers: pdfium's number of each.
        page_sized: The share of the page's area from which a form is opened.
    """
    pdfium = calls()
    handle = address(textpage)
    owners, boxes = _objects(page, pdfium, page_sized)
    spans = [(match.start(), match.end()) for match in WORD.finditer(text)]
    starts, objects = _parted(spans, numbers, handle, pdfium)
    count = len(starts)
    edges = np.zeros(
        (2 * count, 4), dtype=np.float32
    )  # left, top, right, bottom of a word's first and last character
    box, at = pdfium.box, edges.ctypes.data
    for first, last in starts:
        box(handle, first, at)
        box(handle, last, at + 16)
        at += 32
    prints = _prints(starts, objects, handle, textpage, pdfium)
    heavy = Counter[int]()
    for one, (first, last) in zip(prints, starts, strict=True):
        heavy[one.quarter] += last - first + 1
    usual = next((quarter for quarter, _ in heavy.most_common() if quarter >= 0), 0)
    turn = _Turn(page, usual)
    ends = edges.reshape(count, 2, 4)
    left, _, right, _ = turn.boxes(
        ends[:, :, 0].min(axis=1),
        ends[:, :, 3].min(axis=1),
        ends[:, :, 2].max(axis=1),
        ends[:, :, 1].max(axis=1),
    )
    base = turn.points(np.array([one.x for one in prints]), np.array([one.y for one in prints]))[1]
    made = Sheet(turn.width, turn.height, (usual + page.get_rotation() // 90) % 4)
    drawn = {
        kind: list(map(tuple, np.stack(turn.boxes(*np.array(some, dtype=float).T), axis=1).round(1).tolist()))
        if some
        else []
        for kind, some in boxes.items()
    }
    made.forms = drawn["form"]
    _draw(made, drawn)
    rows = zip(
        starts,
        left.round(1).tolist(),
        right.round(1).tolist(),
        base.round(1).tolist(),
        prints,
        objects,
        strict=True,
    )
    for (first, last), x0, x1, y, one, owner in rows:
        inside = -1
        if owners is not None and owner and owner not in owners:
            inside = _form_around(made.forms, x0, y)
        made.words.append(Word(first, last, x0, x1, y, one.font, one.quarter != usual, inside))
    if page_sized == PAGE_SIZED and _wrapped(made, text):
        return sheet(page, textpage, text, numbers, WRAPPING)
    return made


def _wrapped(made: Sheet, text: str) -> bool:
    """Whether one form holds most of the page's text, and as much as a page has or a caption: it is no figure's then."""
    held = Counter[int]()
    for word in made.words:
        held[word.inside] += word.last - word.first + 1
    most, count = held.most_common(1)[0] if held else (-1, 0)
    large = count > A_PAGE or bool(CAPTIONED.search(text))
    return most >= 0 and count > MOST_OF_IT * held.total() and large


def _parted(
    spans: list[tuple[int, int]], numbers: Sequence[int], handle: int, calls: Any
) -> tuple[list[tuple[int, int]], list[int]]:
    """First and last character of each word, or of each part of it that another text object draws."""
    owner = calls.owner or (lambda *_: 0)
    starts: list[tuple[int, int]] = []
    objects: list[int] = []
    for start, end in spans:
        first, last = numbers[start], numbers[end - 1]
        one = owner(handle, first) or 0
        if end - start == 1 or (owner(handle, last) or 0) == one:
            starts.append((first, last))
            objects.append(one)
            continue
        begun, before = first, one
        for at in range(start + 1, end):
            number = numbers[at]
            now = owner(handle, number) or before
            if now != before:
                starts.append((begun, numbers[at - 1]))
                objects.append(before)
                begun, before = number, now
        starts.append((begun, last))
        objects.append(before)
    return starts, objects


@dataclass(slots=True)
class _Print:
    """Of one text object: its font, its quarter turns (-1 for none that is whole), and a point of its baseline."""

    font: Font
    quarter: int
    x: float
    y: float


def _prints(
    starts: list[tuple[int, int]], objects: list[int], handle: int, textpage: Any, calls: Any
) -> list[_Print]:
    """The print of each word; asked once for each text object and font."""
    import pypdfium2.raw as pdfium

    by_object: dict[int, _Print] = {}
    names: dict[int, tuple[bool, bool, bool, bool]] = {}
    fonts: dict[tuple[float, tuple[bool, bool, bool, bool]], Font] = {}
    buffer, flags, matrix = ctypes.create_string_buffer(128), ctypes.c_int(), (ctypes.c_float * 6)()
    place = (ctypes.c_double * 2)()
    x, to = ctypes.addressof(place), ctypes.addressof(matrix)
    prints = []
    for (first, _), owner in zip(starts, objects, strict=True):
        known = by_object.get(owner) if owner else None
        if known is None:
            font = calls.font(owner) if owner and calls.font else 0
            about = names.get(font) if font else None
            if about is None:
                pdfium.FPDFText_GetFontInfo(textpage, first, buffer, 128, flags)
                name = buffer.value.decode("latin-1", "replace").lower().split("+")[-1]
                about = (
                    any(sign in name for sign in BOLD),
                    bool(MONO.search(name)),
                    bool(MATHS.search(name)),
                    bool(SLANTED.search(name)),
                )
                if font:
                    names[font] = about
            size, quarter = calls.size(handle, first), 0
            if calls.matrix(handle, first, to):
                a, b, _, d, _, _ = matrix
                size *= max(abs(b), abs(d), math.hypot(b, d)) or 1.0
                if b or a < 0:
                    turns = -math.degrees(math.atan2(b, a)) / 90  # clockwise
                    quarter = round(turns) % 4 if abs(turns - round(turns)) < SQUARE else -1
            calls.origin(handle, first, x, x + 8)
            size = round(size, 1)
            known = _Print(fonts.setdefault((size, about), Font(size, *about)), quarter, place[0], place[1])
            if owner:
                by_object[owner] = known
        prints.append(known)
    return prints


def _objects(
    page: Any, calls: Any, page_sized: float
) -> tuple[dict[int, int] | None, dict[str, list[Edges]]]:
    """Which text objects are the page's own (-1), and the boxes of forms, images, paths, in the file's own frame.

    The first is None where pdfium cannot tell whose a character is.
    """
    import pypdfium2.raw as pdfium

    owners: dict[int, int] = {}
    boxes: dict[str, list[Edges]] = {"form": [], "image": [], "path": []}
    left, cut = MOST_OBJECTS, MOST_CUT
    edge = page.get_bbox()
    area = max(1.0, (edge[2] - edge[0]) * (edge[3] - edge[1]))
    values, matrix = (ctypes.c_float * 4)(), pdfium.FS_MATRIX()
    at = ctypes.addressof(values)

    def look(count: int, item: Any, depth: int, placed: Placing) -> None:
        nonlocal left, cut
        for number in range(count):
            thing = item(number)
            kind = calls.kind(thing)
            if kind == TEXT:
                owners[thing] = -1
                continue
            left -= 1
            if (left < 0 and kind == PATH) or not calls.bounds(thing, at, at + 4, at + 8, at + 12):
                continue
            shown = tuple(values)
            clip = _clip(thing, calls) if kind != PATH or cut > 0 else None
            if clip is not None:
                cut -= kind == PATH
                seen = _clipped(shown, clip)
                if seen is None and kind == PATH:
                    continue  # drawn, but outside of all that is shown
                shown = seen or shown
            box = _clipped(_placed(shown, placed), edge)
            if box is None:
                continue
            if kind == FORM:
                large = (box[2] - box[0]) * (box[3] - box[1]) > page_sized * area
                if large and depth < MOST_NESTED and calls.form_count:
                    own = placed
                    if pdfium.FPDFPageObj_GetMatrix(ctypes.cast(thing, pdfium.FPDF_PAGEOBJECT), matrix):
                        own = _after((matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f), placed)
                    look(
                        calls.form_count(thing),
                        lambda n, form=thing: calls.form_item(form, n),
                        depth + 1,
                        own,
                    )
                else:
                    boxes["form"].append(box)
            else:
                boxes["path" if kind == PATH else "image"].append(box)

    handle = address(page)
    with contextlib.suppress(AttributeError):
        look(calls.count(handle), lambda n: calls.item(handle, n), 0, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0))
    return (owners if calls.owner else None), boxes


def _clip(thing: int, calls: Any) -> Edges | None:
    """The box that an object is cut to; None where it is not, or by a shape too intricate to look at."""
    clip = calls.clip(thing)
    count = calls.clip_paths(clip) if clip else 0
    if count <= 0:
        return None
    left, bottom, right, top = -math.inf, -math.inf, math.inf, math.inf
    place = (ctypes.c_float * 2)()
    x = ctypes.addressof(place)
    for number in range(min(MOST_CLIPS, count)):
        corners = calls.clip_corners(clip, number)
        if not 2 < corners <= MOST_CORNERS:
            continue
        found = []
        for corner in range(corners):
            segment = calls.clip_corner(clip, number, corner)
            if segment and calls.corner_at(segment, x, x + 4):
                found.append(tuple(place))
        if found:
            xs, ys = zip(*found, strict=True)
            left, bottom = max(left, min(xs)), max(bottom, min(ys))
            right, top = min(right, max(xs)), min(top, max(ys))
    return left, bottom, right, top


def _placed(box: Edges, m: Placing) -> Edges:
    """A box of left, bottom, right, top where a form's matrix puts it."""
    if m == (1.0, 0.0, 0.0, 1.0, 0.0, 0.0):
        return box
    xs = [m[0] * x + m[2] * y + m[4] for x in (box[0], box[2]) for y in (box[1], box[3])]
    ys = [m[1] * x + m[3] * y + m[5] for x in (box[0], box[2]) for y in (box[1], box[3])]
    return min(xs), min(ys), max(xs), max(ys)


def _after(one: Placing, other: Placing) -> Placing:
    """The matrix that does first `one`, then `other`."""
    a, b, c, d, e, f = one
    g, h, i, j, k, n = other
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + n


def _clipped(box: Edges, edge: Edges) -> Edges | None:
    """The part of a box that is on the page; None where nothing is."""
    left, bottom, right, top = (
        max(box[0], edge[0]),
        max(box[1], edge[1]),
        min(box[2], edge[2]),
        min(box[3], edge[3]),
    )
    return (left, bottom, right, top) if left <= right and bottom <= top else None


def _form_around(forms: list[Edges], x: float, y: float) -> int:
    """The number of the form that a place lies in; the nearest where it lies in none; -1 where there are none."""

    def distance(number: int) -> float:
        left, top, right, bottom = forms[number]
        return max(left - x, x - right, 0.0) + max(top - y, y - bottom, 0.0)

    return min(range(len(forms)), key=distance, default=-1)


class _Turn:
    """From the file's own frame to the page as it is read."""

    def __init__(self, page: Any, quarter: int) -> None:
        # angles grow clockwise in pdfium: a text that runs down the page has 90°, and the page is turned back
        self.quarter = quarter % 4
        left, bottom, right, top = page.get_bbox()
        self.box = (left, bottom, right, top)
        wide, high = right - left, top - bottom
        self.width, self.height = (wide, high) if self.quarter % 2 == 0 else (high, wide)

    def points(self, x: NDArray[Any], y: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        left, bottom, right, top = self.box
        if self.quarter == 0:
            return x - left, top - y
        if self.quarter == 1:  # text runs down: down becomes right
            return top - y, right - x
        if self.quarter == 2:
            return right - x, y - bottom
        return y - bottom, x - left

    def boxes(
        self, left: NDArray[Any], bottom: NDArray[Any], right: NDArray[Any], top: NDArray[Any]
    ) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
        x0, y0 = self.points(left, bottom)
        x1, y1 = self.points(right, top)
        return np.minimum(x0, x1), np.minimum(y0, y1), np.maximum(x0, x1), np.maximum(y0, y1)


def _draw(made: Sheet, drawn: dict[str, list[Edges]]) -> None:
    """Sort what is drawn into pictures, rules and frames."""
    area = made.width * made.height
    for box in drawn["image"] + drawn["form"]:
        left, top, right, bottom = box
        if (right - left) * (bottom - top) < 0.9 * area and max(right - left, bottom - top) > 4:
            made.pictures.append(box)
    for box in drawn["path"]:
        left, top, right, bottom = box
        wide, high = right - left, bottom - top
        if right < 0 or left > made.width or wide * high > 0.9 * area:
            continue
        if high <= THIN and wide >= RULE:
            made.rules.append(box)
        elif wide <= THIN and high >= RULE:
            made.bars.append(box)
        else:
            made.frames.append(box)
