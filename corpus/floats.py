"""Captions, figures, tables and algorithms of a page: told by what is drawn, by print, and by their captions."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from corpus.rows import CAPTION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.glyphs import Edges
    from corpus.rows import Leaf, Row

SAME_SIZE = 0.35  # points: print this near in size is of one size
NEAR = 7.0  # points: drawings this near to one another are one picture
LEAST_PICTURE = 18.0  # points along both sides: what is smaller is a sign
OPEN = re.compile(r"[a-z,]$")  # the end of a row in which a sentence has not ended
PART = re.compile(r"\([a-h]\)(?:\s|$)")
BACKGROUND = 0.5  # of the page's area: a picture this large lies under the text
LEAST_STROKES = 5  # drawn paths that make a picture; fewer are a frame
EVEN = 4.0  # points by which the ends of rules of one table differ at the most
LABELS = {"fig": "Figure", "tab": "Table", "alg": "Algorithm", "lis": "Listing", "sch": "Scheme"}


@dataclass(slots=True)
class Caption:
    """A caption: its rows, its label ("Table", "IV"), and the rows and box of what it belongs to."""

    label: str
    number: str
    rows: list[Row]
    float_rows: list[Row] = field(default_factory=list)
    box: Edges | None = None

    @property
    def edges(self) -> Edges:
        """Its box."""
        return _around(self.rows)


@dataclass(slots=True)
class Floats:
    """What was found on one page: captions, the boxes of pictures, and the tables' and algorithms' rows."""

    captions: list[Caption] = field(default_factory=list)
    pictures: list[Edges] = field(default_factory=list)
    tables: list[list[Row]] = field(default_factory=list)
    algorithms: list[list[Row]] = field(default_factory=list)


def mark(leaves: Sequence[Leaf], body: float, step: float) -> list[Floats]:
    """Give their kinds to captions, figures' text, tables and algorithms.

    Args:
        leaves: All pages, heads and feet marked.
        body: The size of the text, in points.
        step: The distance of its lines, in em.
    """
    style = _style(leaves, step)
    found = []
    for leaf in leaves:
        _mark_forms(leaf, body)
        page = Floats(captions=list(_captions(leaf, style, step)))
        page.pictures = _between_text(leaf, pictures(leaf), body)
        _mark_drawn(leaf, page, body, step)
        _mark_under(leaf, page, body, step)
        _mark_ruled(leaf, page, body, step)
        for caption in page.captions:
            if caption.label in ("Figure", "Scheme"):
                _mark_zone(leaf, page, caption, body, step)
            elif caption.label == "Table" and not _beside(page, caption):
                _mark_table_zone(leaf, page, caption, body)
            elif caption.label in ("Algorithm", "Listing"):
                _mark_algorithm_zone(leaf, page, caption, body)
        _mark_grids(leaf, page, step)
        _grow_tables(leaf, page, body)
        _belong(page)
        page.pictures = [box for box in page.pictures if not _behind_table(page, box)]
        found.append(page)
    return found


def _around(rows: Sequence[Row]) -> Edges:
    return (
        min(row.left for row in rows),
        min(row.top for row in rows),
        max(row.right for row in rows),
        max(row.bottom for row in rows),
    )


def _over(one: Row | Edges, other: Row | Edges) -> float:
    """How far two things overlap from left to right, in points; negative where they do not."""
    a = (one[0], one[2]) if isinstance(one, tuple) else (one.left, one.right)
    b = (other[0], other[2]) if isinstance(other, tuple) else (other.left, other.right)
    return min(a[1], b[1]) - max(a[0], b[0])


# --- pictures ---


def pictures(leaf: Leaf) -> list[Edges]:
    """The boxes of a page's images, forms and drawings, those that touch as one."""
    sheet = leaf.sheet
    solid = [(*box, LEAST_STROKES) for box in sheet.pictures]
    strokes = [(*box, 1) for box in [*sheet.frames, *sheet.bars]]
    groups = _clusters([*solid, *strokes])
    found = []
    for a, b, c, d, weight in groups:
        if c - a < LEAST_PICTURE or d - b < LEAST_PICTURE:
            continue
        lines = sum(a - 2 <= r[0] and r[2] <= c + 2 and b - 2 <= r[1] <= d + 2 for r in sheet.rules)
        if weight + lines >= LEAST_STROKES:
            found.append((a, b, c, d))
    return found


def _between_text(leaf: Leaf, boxes: Sequence[Edges], body: float) -> list[Edges]:
    """The boxes, cut to where no text and no caption stands: a form's box also holds what it draws and hides."""
    cut = []
    rows = [
        row
        for row in leaf.rows
        if row.kind == "caption" or (not row.kind and not row.turned and is_text(leaf, row, body))
    ]
    drawn = [*leaf.sheet.pictures, *leaf.sheet.frames, *leaf.sheet.bars]
    middles = [(box[1] + box[3]) / 2 for box in drawn]
    for left, top, right, bottom in boxes:
        box = (left, top, right, bottom)
        stops = sorted(
            (row.top, row.bottom)
            for row in rows
            if _over(row, box) > 0.4 * row.width and top < row.base - 0.3 * row.size < bottom
        )
        edges = [(top, top), *stops, (bottom, bottom)]
        gaps = [(one[1], other[0]) for one, other in pairwise(edges)]
        if stops:
            largest = max(gaps, key=lambda gap: gap[1] - gap[0])
            gaps = [
                gap
                for gap in gaps
                if gap == largest
                or (gap[1] - gap[0] > LEAST_PICTURE and any(gap[0] < y < gap[1] for y in middles))
            ]
        cut += [
            (left, one, right, other)
            for one, other in gaps
            if (right - left) * (other - one) < BACKGROUND * leaf.sheet.width * leaf.sheet.height
        ]
    return cut


def _clusters(
    boxes: Sequence[tuple[float, float, float, float, int]],
) -> list[tuple[float, float, float, float, int]]:
    """Boxes that touch, or nearly so, as one each, with their weights added; sweeps from the top down."""
    groups: list[tuple[float, float, float, float, int]] = []
    for box in sorted(boxes, key=lambda box: box[1]):
        now = box
        merged = True
        while merged:
            merged = False
            for i in range(len(groups) - 1, -1, -1):
                g = groups[i]
                if (
                    now[0] <= g[2] + NEAR
                    and g[0] <= now[2] + NEAR
                    and now[1] <= g[3] + NEAR
                    and g[1] <= now[3] + NEAR
                ):
                    now = (
                        min(now[0], g[0]),
                        min(now[1], g[1]),
                        max(now[2], g[2]),
                        max(now[3], g[3]),
                        now[4] + g[4],
                    )
                    grown = now[:4] != g[:4]
                    del groups[i]
                    merged = grown
                    break
        groups.append(now)
    return groups


def _mark_forms(leaf: Leaf, body: float) -> None:
    """Text drawn inside a form belongs to a figure, unless the form holds paragraphs of the text."""
    for number in {row.inside for row in leaf.rows if row.inside >= 0}:
        rows = [row for row in leaf.rows if row.inside == number]
        prose = [
            row
            for row in rows
            if row.is_prose() and abs(row.size - body) < SAME_SIZE and row.width > 0.3 * leaf.sheet.width
        ]
        if len(prose) >= 8 and 2 * len(prose) > len(rows):
            for row in rows:
                row.inside = -1
            continue
        for row in rows:
            row.kind = row.kind or "figure"


def _mark_drawn(leaf: Leaf, page: Floats, body: float, step: float) -> None:
    """Text in a picture's box is the figure's, but for prose that is as wide as its column."""
    for row in leaf.rows:
        if row.kind:
            continue
        left, right = leaf.column(row)
        x, y = (row.left + row.right) / 2, row.base - 0.3 * row.size
        wide = row.is_prose() and row.width > 0.75 * (right - left) and row.size > body - 1
        for a, b, c, d in page.pictures:
            if a - 2 <= x <= c + 2 and b - 3 <= y <= d + 3 and not wide:
                above = _above(leaf, row) if row.size > body - 1 else None
                if above is None or not _heads_text(row, [above], leaf, body, step):
                    row.kind = "figure"
                break


def _mark_under(leaf: Leaf, page: Floats, body: float, step: float) -> None:
    """Captions of parts, "(a) Before (b) After", right under a picture belong to it."""
    for row in leaf.own():
        if not PART.match(row.text):
            continue
        near = any(_over(row, p) > 0 and -4 < row.top - p[3] < 2.2 * row.size for p in page.pictures)
        above = _above(leaf, row)
        in_text = (
            above is not None and is_text(leaf, above, body) and row.base - above.base < (step + 0.3) * body
        )
        if near and not in_text:
            row.kind = "figure"


# --- captions ---


@dataclass(frozen=True, slots=True)
class _Style:
    """How a document sets captions: for each label its sign, and whether the label is bold."""

    signs: dict[str, str]
    sizes: dict[str, float]


def _candidate(row: Row) -> tuple[str, re.Match[str]] | None:
    match = CAPTION.match(row.text)
    if match is None or row.kind or row.turned:
        return None
    return LABELS[match["kind"][:3].lower()], match


def _above(leaf: Leaf, row: Row) -> Row | None:
    """The row next above, in whatever column, that overlaps it."""
    best: Row | None = None
    for other in leaf.rows:
        if other is row or other.turned or other.base >= row.base - 2 or _over(other, row) < 3:
            continue
        if other.kind in ("head", "foot", "page number", "line number", "stamp"):
            continue
        if best is None or other.base > best.base:
            best = other
    return best


def _in_prose(leaf: Leaf, row: Row, step: float) -> bool:
    """Whether a row goes on a paragraph: the row above is as near as lines are, of the same print, and full."""
    above = _above(leaf, row)
    if above is None or above.kind:
        return False
    near = (row.base - above.base) < (step + 0.2) * max(row.size, above.size)
    alike = abs(above.size - row.size) < SAME_SIZE
    left, right = leaf.column(above)
    full = above.right > right - 2.5 * above.size and above.is_prose() and above.left < left + 3 * above.size
    words = list(row.words)
    return near and alike and full and not (words and words[0].font.bold and not above.bold)


def _style(leaves: Sequence[Leaf], step: float) -> _Style:
    signs: dict[str, Counter[str]] = {}
    sizes: dict[str, Counter[float]] = {}
    for leaf in leaves:
        for row in leaf.own():
            found = _candidate(row)
            if found is None or _in_prose(leaf, row, step):
                continue
            label, match = found
            rest = row.text[match.end() :].strip()
            if match["sign"] or not rest or rest[:1].isupper():
                signs.setdefault(label, Counter())[match["sign"]] += 2 if match["sign"] else 1
                sizes.setdefault(label, Counter())[row.size] += 1
    return _Style(
        {label: counts.most_common(1)[0][0] for label, counts in signs.items()},
        {label: counts.most_common(1)[0][0] for label, counts in sizes.items()},
    )


def _captions(leaf: Leaf, style: _Style, step: float) -> Iterator[Caption]:
    for row in leaf.own():
        found = _candidate(row)
        if found is None or _in_prose(leaf, row, step):
            continue
        label, match = found
        usual = style.signs.get(label)
        rest = row.text[match.end() :].strip()
        alone = not rest
        if match["sign"] in ("", "(") and not alone and match["sign"] != usual:
            continue
        if not match["sign"] and not alone and (not rest[:1].isupper() or usual):
            continue
        if match["sign"] != usual and usual and abs(row.size - style.sizes[label]) > SAME_SIZE and not alone:
            continue
        if match["number"].isalpha() and match["number"].islower():
            continue
        row.kind = "caption"
        rows = [row]
        algorithm = label in ("Algorithm", "Listing")
        for below in _going_on(leaf, row, step, titled=alone, most=3 if algorithm else 60):
            below.kind = "caption"
            rows.append(below)
        yield Caption(label, match["number"].rstrip(".-"), rows)


def _going_on(leaf: Leaf, first: Row, step: float, *, titled: bool, most: int) -> Iterator[Row]:
    """The rows in which a caption goes on below its first: of its size, at one distance, until the gap grows."""
    last, gap = first, 0.0
    rules = leaf.sheet.rules
    reach = [first.left, first.right]
    for count in range(most):
        below = [
            row
            for row in leaf.rows
            if not row.kind
            and not row.turned
            and row.inside < 0
            and last.base + 1 < row.base < last.base + 2.6 * last.size
            and min(row.right, reach[1]) - max(row.left, reach[0]) > 0
        ]
        if not below:
            return
        new = min(below, key=lambda row: (row.base, row.left))
        distance = new.base - last.base
        if any(
            last.base + 1 < r[1] < new.base - 0.5 * new.size and _over(r, new) > 0.3 * new.width
            for r in rules
        ):
            return
        most_gap = 1.25 * gap if gap else (step + 0.35) * first.size
        smaller = new.size < 0.7 * first.size
        if (
            distance > most_gap + 0.4
            or smaller
            or (abs(new.size - last.size) > SAME_SIZE and not (titled and count == 0))
        ):
            return
        if (named := CAPTION.match(new.text)) and named["sign"] and not OPEN.search(last.text):
            return
        if len(new.cells()) >= 3 and not new.is_prose():
            return
        _left, right = leaf.column(new)
        if (
            last.right < reach[1] - 0.12 * (reach[1] - reach[0]) - 6 * last.size
            and count > 0
            and new.right > last.right + 4 * last.size
            and last.text.rstrip().endswith((".", ")", "]"))
        ):  # a short last row, and wider text below it
            return
        if (
            count == 0
            and not titled
            and first.right < right - 8 * first.size
            and new.width > 1.6 * first.width
            and first.text.rstrip().endswith(".")
        ):
            return
        if (
            new.left < reach[0] - first.size
            and new.width > 1.2 * (reach[1] - reach[0])
            and not (titled and count == 0)
        ):
            return  # text that goes on under a caption at its side
        gap = gap or distance
        yield new
        last = new
        reach = [min(reach[0], new.left), max(reach[1], new.right)]


# --- figures ---


def is_text(leaf: Leaf, row: Row, body: float) -> bool:
    """Whether a row is of the running text: prose in its size that fills most of its column."""
    left, right = leaf.column(row)
    return (
        row.is_prose()
        and abs(row.size - body) < SAME_SIZE + 0.3
        and row.width > 0.6 * (right - left)
        and row.left < left + 4 * body
    )


def _mark_zone(leaf: Leaf, page: Floats, caption: Caption, body: float, step: float) -> None:
    """What stands between a figure's caption and the nearest text above it belongs to the figure."""
    box = caption.edges
    wide = [
        (p[0], p[1], p[2], min(p[3], box[1]))
        for p in page.pictures
        if _over(p, box) > 0 and (p[1] + p[3]) / 2 < box[1] and p[3] < box[3] + 30
    ]
    above = sorted(
        (r for r in leaf.rows if r.base < box[1] + 2 and not r.turned and _over(r, box) > -10),
        key=lambda r: -r.base,
    )
    taken: list[Row] = []
    top = box[1]
    for position, row in enumerate(above):
        if row.kind and row.kind != "figure":
            break
        if row.kind == "figure":
            top = min(top, row.top)
            continue
        text = is_text(leaf, row, body) or (_heads_text(row, above[position + 1 :], leaf, body, step))
        if text or (
            row.is_prose() and row.width > 0.4 * (box[2] - box[0]) and abs(row.size - body) < SAME_SIZE
        ):
            break
        taken.append(row)
    drawn = [p for p in wide if p[3] > (taken[-1].top if taken else box[1]) - 4]
    labels = [row for row in taken if any(_near(row, p, 14) for p in wide)]
    small = all(row.size < 0.92 * body for row in taken)
    for row in (
        taken if small or (drawn and all(not r.is_prose() or r.size < body - 0.5 for r in taken)) else labels
    ):
        row.kind = "figure"
        caption.float_rows.append(row)
    if wide:
        nearest = max(wide, key=lambda p: p[3])
        group = [
            p for p in wide if p[3] > nearest[1] - NEAR or any(_near(r, p, 14) for r in caption.float_rows)
        ]
        caption.box = (
            min(p[0] for p in group),
            min(p[1] for p in group),
            max(p[2] for p in group),
            max(p[3] for p in group),
        )


def _near(row: Row, box: Edges, by: float) -> bool:
    return (
        row.left < box[2] + by
        and row.right > box[0] - by
        and row.top < box[3] + by
        and row.bottom > box[1] - by
    )


def _heads_text(row: Row, above: Sequence[Row], leaf: Leaf, body: float, step: float) -> bool:
    """Whether a short row ends a paragraph: text stands right above it, in its print and from its edge."""
    for other in above:
        if other.base < row.base - 0.5:
            near = row.base - other.base < (step + 0.25) * body
            return (
                near
                and is_text(leaf, other, body)
                and abs(row.size - other.size) < SAME_SIZE
                and abs(row.left - other.left) < 3 * body
            )
    return False


# --- tables and algorithms ---


def _mark_ruled(leaf: Leaf, page: Floats, body: float, step: float) -> None:
    """What stands between rules of equal extent is a table, or an algorithm where it is so called."""
    for top, bottom, left, right in _ruled(leaf, page, body, step):
        inside = [
            row
            for row in leaf.rows
            if row.kind in ("", "caption")
            and not row.turned
            and top - 1 < row.base - 0.2 * row.size < bottom + 1
            and row.left > left - 12
            and row.right < right + 12
        ]
        if not inside:
            continue
        named = next(
            (
                c
                for c in page.captions
                if c.label in ("Algorithm", "Listing") and any(r in inside for r in c.rows)
            ),
            None,
        )
        rows = [row for row in inside if row.kind == ""]
        if named:
            for row in rows:
                row.kind = "algorithm" if named.label == "Algorithm" else "listing"
            named.float_rows = rows
            named.box = (left, top, right, bottom)
            page.algorithms.append(rows)
        elif rows and not any(c for c in page.captions if any(r in inside for r in c.rows)):
            for row in rows:
                row.kind = "table"
            page.tables.append(rows)


def _ruled(leaf: Leaf, page: Floats, body: float, step: float) -> Iterator[tuple[float, float, float, float]]:
    """The stretches between rules of equal extent that hold no running text: top, bottom, left, right."""
    rules = _whole_rules(leaf.sheet.rules)
    groups: list[list[Edges]] = []
    for rule in sorted(rules, key=lambda rule: rule[1]):
        group = next(
            (g for g in groups if abs(g[-1][0] - rule[0]) < EVEN and abs(g[-1][2] - rule[2]) < EVEN), None
        )
        if group is None:
            groups.append([rule])
        else:
            group.append(rule)
    for group in groups:
        top: float | None = None
        bottom = 0.0
        named = False  # whether the stretch before this one held an algorithm's caption
        for one, other in itertools.pairwise(group):
            between = [
                row
                for row in leaf.rows
                if not row.turned
                and one[1] < row.base - 0.2 * row.size < other[1]
                and _over(row, one) > 0
                and row.kind != "line number"
            ]
            inside = one[2] - one[0] < 60 or _in_picture(one, page)
            foreign = any(
                row.kind in ("head", "foot", "page number", "figure", "footnote") for row in between
            )
            captions = [c for c in page.captions if any(r in between for r in c.rows)]
            here = any(c.label in ("Algorithm", "Listing") for c in captions)
            algorithm = here or (named and not captions)
            named = here
            text = _paragraphs(leaf, [r for r in between if not r.kind], body, step)
            good = (not foreign and not inside and (algorithm or not captions) and (algorithm or not text)
                    and (between or other[1] - one[1] < 8)) or (other[1] - one[1] < 4)  # fmt: skip
            if good:
                top = one[1] if top is None else top
                bottom = other[1]
            elif top is not None:
                yield top, bottom, one[0], one[2]
                top = None
        if top is not None and bottom - top > 8:
            yield top, bottom, group[0][0], group[0][2]


def _in_picture(rule: Edges, page: Floats) -> bool:
    return any(
        p[0] - 2 < rule[0] and rule[2] < p[2] + 2 and p[1] + 2 < rule[1] < p[3] - 2 for p in page.pictures
    )


def _whole_rules(rules: Sequence[Edges]) -> list[Edges]:
    """The rules, pieces of one line joined."""
    whole: list[Edges] = []
    for rule in sorted(rules, key=lambda rule: (round(rule[1]), rule[0])):
        if whole and abs(whole[-1][1] - rule[1]) < 1.2 and rule[0] <= whole[-1][2] + 3:
            before = whole.pop()
            rule = (before[0], min(before[1], rule[1]), max(before[2], rule[2]), max(before[3], rule[3]))  # noqa: PLW2901
        whole.append(rule)
    return whole


def _paragraphs(leaf: Leaf, rows: Sequence[Row], body: float, step: float) -> bool:
    """Whether rows hold running text: three rows of it at a line's distance, without cells."""
    full = [r for r in rows if is_text(leaf, r, body) and len(r.cells(1.6)) == 1]
    tight = sum(
        0 < after.base - before.base < (step + 0.3) * body and abs(after.left - before.left) < 3 * body
        for before, after in itertools.pairwise(full)
    )
    return tight >= 2


def _beside(page: Floats, caption: Caption) -> bool:
    """Whether a table stands right above or below a caption, and no other table's caption is nearer to it."""
    reach = 4.0 * caption.rows[0].size
    others = [other for other in page.captions if other.label == "Table" and other is not caption]
    for rows in page.tables:
        around = _around(rows)
        near = _distance(around, caption)
        if near < reach and all(_distance(around, other) > near for other in others):
            return True
    return False


def _distance(table: Edges, caption: Caption) -> float:
    """How far a table stands above or below a caption, in points; infinite where it stands beside it."""
    box = caption.edges
    return min(abs(table[1] - box[3]), abs(box[1] - table[3])) if _over(table, box) > 0 else math.inf


def _mark_table_zone(leaf: Leaf, page: Floats, caption: Caption, body: float) -> None:
    """A table without rules of equal extent: the rows between its caption and text, on the side where they are nearer."""
    box = caption.edges
    found: list[tuple[float, list[Row], list[Row]]] = []
    for down in (True, False):
        rows: list[Row] = []
        further: list[Row] = []  # of a table that was found already, which these rows go on
        last = box[3] if down else box[1]
        beyond = [
            r
            for r in leaf.rows
            if not r.turned
            and _over(r, box) > -20
            and ((r.base > box[3] + 1) if down else (r.base < box[1] + 1))
        ]
        for row in sorted(beyond, key=lambda r: r.base if down else -r.base):
            distance = (row.top - last) if down else (last - row.bottom)
            if row.kind in ("line number", "stamp") or (_over(row, box) <= 0 and row.is_prose()):
                continue  # text at the side of both is no end of the table
            if (
                row.kind not in ("", "figure")
                or (is_text(leaf, row, body) and len(row.cells()) < 2)
                or distance > 3.5 * body
            ):
                if row.kind == "table" and distance < body:
                    further = next((rows for rows in page.tables if any(r is row for r in rows)), [])
                break
            if len(row.cells()) == 1 and row.is_prose() and not _in_rules(leaf, row):
                break
            rows.append(row)
            last = row.bottom if down else row.top
        if len(rows) > 1 and sum(len(r.cells()) > 1 for r in rows) * 2 >= len(rows):
            found.append((rows[0].top - box[3] if down else box[1] - rows[0].bottom, rows, further))
    if not found:
        return
    _, best, further = min(found, key=lambda side: side[0])
    for row in best:
        row.kind = "table"
    if not further:
        page.tables.append(further)
    further.extend(best)
    further.sort(key=lambda row: (row.base, row.left))


def _in_rules(leaf: Leaf, row: Row) -> bool:
    """Whether a rule stands both above and below a row."""
    over = [r for r in leaf.sheet.rules if _over(r, row) > 0.5 * row.width]
    return any(r[1] < row.top for r in over) and any(r[1] > row.bottom for r in over)


def _mark_algorithm_zone(leaf: Leaf, page: Floats, caption: Caption, body: float) -> None:
    """An algorithm or listing without rules around it: the numbered or indented rows below its caption."""
    if caption.float_rows:
        return
    box = caption.edges
    rows: list[Row] = []
    last = box[3]
    for row in sorted(
        (r for r in leaf.rows if r.base > box[3] + 1 and not r.turned and _over(r, box) > -20),
        key=lambda r: r.base,
    ):
        if row.kind or row.top - last > 1.6 * body or (is_text(leaf, row, body) and not _numbered(row)):
            break
        rows.append(row)
        last = row.bottom
    if len(rows) < 2 or not any(_numbered(r) or any(w.font.mono for w in r.words) for r in rows):
        return
    for row in rows:
        row.kind = "algorithm" if caption.label == "Algorithm" else "listing"
    caption.float_rows = rows
    page.algorithms.append(rows)


def _numbered(row: Row) -> bool:
    head, _, rest = row.text.partition(" ")
    return bool(rest) and head.rstrip(":.").isdigit() and len(head) <= 4


def _mark_grids(leaf: Leaf, page: Floats, step: float) -> None:
    """Three rows or more of three cells and more under one another are a table, whatever is drawn."""
    if leaf.number == 1:  # authors and their addresses stand so, too
        first = min((c.edges[1] for c in page.captions), default=0.45 * leaf.sheet.height)
        rows = [row for row in leaf.own() if row.base > max(first, 0.45 * leaf.sheet.height)]
    else:
        rows = leaf.own()
    run: list[Row] = []
    for row in [*sorted(rows, key=lambda row: (row.column, row.base)), None]:
        cells = row.cells() if row is not None else []
        fits = (
            row is not None
            and len(cells) >= 3
            and not _is_maths(row)
            and (
                not run
                or (run[-1].column == row.column and 0 <= row.base - run[-1].base < (step + 1.2) * row.size)
            )
        )
        if fits and row is not None:
            run.append(row)
            continue
        if len(run) >= 3 and _aligned(run):
            for marked in run:
                marked.kind = "table"
            page.tables.append(run)
        run = [row] if row is not None and len(cells) >= 3 and not _is_maths(row) else []


def _grow_tables(leaf: Leaf, page: Floats, body: float) -> None:
    """A table's heads stand above its first rule, and a last row below its last: rows right beside it that are no text."""
    for rows in page.tables:
        for down in (False, True):
            while True:
                box = _around(rows)
                near = [
                    row
                    for row in leaf.rows
                    if row.kind in ("", "figure")
                    and row.inside < 0
                    and not row.turned
                    and row.left > box[0] - 8 - 0.05 * (box[2] - box[0])
                    and row.right < box[2] + 8 + 0.05 * (box[2] - box[0])
                    and (
                        0 < row.top - box[3] < row.size
                        if down
                        else 0 < box[1] - row.bottom + 1 < row.size + 1
                    )
                    and not is_text(leaf, row, body)
                    and (len(row.cells()) > 1 or not row.is_prose())
                ]
                if not near:
                    break
                for row in near:
                    row.kind = "table"
                rows.extend(near)
        rows.sort(key=lambda row: (row.base, row.left))


def _is_maths(row: Row) -> bool:
    maths = sum(word.last - word.first + 1 for word in row.words if word.font.maths)
    return maths * 4 > row.weight


def _aligned(rows: Sequence[Row]) -> bool:
    """Whether most cells of a row stand over or under a cell of the row before."""
    good = total = 0
    for before, after in itertools.pairwise(rows):
        there = [(cell[0].left, cell[-1].right) for cell in before.cells()]
        for cell in after.cells():
            total += 1
            good += any(min(cell[-1].right, b) - max(cell[0].left, a) > 0 for a, b in there)
    return good * 3 >= total * 2


def _behind_table(page: Floats, box: Edges) -> bool:
    """Whether a picture is but the ground that a table's cells are printed on."""
    rows = [row for rows in page.tables for row in rows]
    return any(
        box[0] - 2 <= row.left and row.right <= box[2] + 2 and box[1] - 2 <= row.base <= box[3] + 2
        for row in rows
    )


def _belong(page: Floats) -> None:
    """Give each table to the nearest caption, and each caption of a table its rows."""
    tables = [c for c in page.captions if c.label == "Table"]
    for rows in page.tables:
        around = _around(rows)
        near = [
            (min(abs(around[1] - c.edges[3]), abs(c.edges[1] - around[3])), i)
            for i, c in enumerate(tables)
            if _over(around, c.edges) > 0
        ]
        if near:
            distance, chosen = min(near)
            if distance < 6 * rows[0].size:
                caption = tables[chosen]
                caption.float_rows = [*caption.float_rows, *rows]
                caption.box = _around(caption.float_rows)
