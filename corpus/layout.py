"""What each row of a PDF is: title, heading, paragraph, caption, table, formula, footnote, and what is no text at all."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus import floats, furniture
from corpus.front_page import first_page_title, title_of_picture
from corpus.headings import NUMBERING, REFERENCES, plain
from corpus.rows import CELL_GAP, body_size, leading, leaves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.document import Outline
    from corpus.floats import Caption, Floats
    from corpus.glyphs import Edges, Sheet
    from corpus.lines import Line
    from corpus.rows import Leaf, Row

NUMBERED = re.compile(
    r"^(?:(?:\d{1,2}|[A-Z])(?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|(?:Appendix|APPENDIX|Section)\s+[A-Z0-9][.:]?)"
    r"\s+[^\W\d_]"
)
KNOWN_TITLES = re.compile(
    r"^(?:abstract|introduction|related works?|background|preliminaries|methods?|approach|experiments?|results|"
    r"discussion|limitations?|conclusions?|conclusions? and .{3,40}|references|bibliography|"
    r"acknowledge?ments?|appendix|appendices|supplementary materials?|broader impacts?|author contributions)$",
    re.IGNORECASE,
)
SUBSECTION = re.compile(r"^(?:\d{1,2}|[A-Z])(?:\.\d{1,2}){1,3}\.?\s+[A-Z][^\W\d_]")
SIGNS = "•◦▪►‣●○■□–—*✓-"
BULLET = re.compile(rf"^(?:[{SIGNS}]\s|\(?(?:\d{1, 2}|[ivx]{1, 4}|[a-hA-H])[.)]\s)")
ENTRY = re.compile(r"^\[[\w+.\- ]{1,20}\]|^\d{1,3}\.\s")
FOOTNOTE_MARK = re.compile(r"^(?:[∗*†‡§¶⇤#⋆]{1,3}\.?|\d{1,2})(?=\s*[^\W\d_(“\"]|\s*https?)")
EQUATION_NUMBER = re.compile(r"\((?:[A-Z]{1,2}[.-]?)?\d{1,3}(?:[.-]\d{1,3})?[a-z]?['*]?\)$")
SHORT_RULE = 0.5  # of a column's width: a rule above footnotes is no longer
PAGE_ONE_HEAD = 1.3  # of the text's size: what is printed larger atop page one is no running head
SMALLER = 0.6  # points: footnotes are smaller than the text by as much, at the least


@dataclass(slots=True)
class Group:
    """Rows that make one block.

    Attributes:
        kind: As `corpus.document.BlockKind`.
        rows: In pdfium's order.
        label: Of a caption: "Table", "Figure", "Algorithm".
        number: Of a caption, formula or footnote, as printed.
        box: Where it stands where that is more than its rows, as a figure's picture is.
        of: The block that a caption belongs to.
        opens: Whether a paragraph begins with it, as far as can be told.
    """

    kind: str
    rows: list[Row]
    label: str = ""
    number: str = ""
    box: Edges | None = None
    of: Group | None = None
    opens: bool = True

    def edges(self) -> Edges:
        """Its box on the page as it is read: of its rows, and of its picture where it has one."""
        boxes = [(row.left, row.top, row.right, row.bottom) for row in self.rows]
        boxes += [self.box] if self.box else []
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)


@dataclass(slots=True)
class Layout:
    """A page's groups in pdfium's order; `leaf` is what they are made of."""

    leaf: Leaf
    groups: list[Group] = field(default_factory=list)

    def closes(self, group: Group) -> bool:
        """Whether a group's last row ends short of its column's edge, as a paragraph's last row does."""
        if not group.rows:
            return True
        last = group.rows[-1]
        return last.right < self.leaf.column(last)[1] - 1.5 * last.size and not last.broken


def classify(
    pages: Sequence[Sequence[Line]],
    sheets: Sequence[Sheet],
    outline: Sequence[Outline] = (),
    *,
    pictured: bool = False,
) -> tuple[list[Layout], str]:
    """Every page's blocks, and the title as printed on page one.

    Args:
        pages: The lines of each page, in pdfium's order.
        sheets: What is drawn on each.
        outline: The PDF's bookmarks, believed where a row of the page says the same.
        pictured: Whether page one was read by OCR.
    """
    made = leaves(pages, sheets)
    furniture.mark(made, body_size(made))
    body = body_size(made)
    for row in made[0].rows if made else ():
        if row.kind == "head" and row.size > PAGE_ONE_HEAD * body:  # the title, where later pages repeat it
            row.kind = ""
    step = leading([row for leaf in made for row in leaf.own()])
    first = [row for row in made[0].rows if not row.kind] if made else []
    title = (title_of_picture if pictured else first_page_title)(first, body)
    outlined: dict[int, set[str]] = {}
    for entry in outline:
        outlined.setdefault(entry.page, set()).add(plain(entry.title))
    if made:
        _mark_front(made[0], title, body, outlined.get(1, set()))
    found = floats.mark(made, body, step)
    for leaf in made:
        _mark_footnotes(leaf, body)
        _mark_headings(leaf, body, step, outlined)
        _mark_listings(leaf)
        _mark_formulas(leaf, body, step)
    _mark_references(made)
    return [
        Layout(leaf, _groups(leaf, page, body, step)) for leaf, page in zip(made, found, strict=True)
    ], title


# --- the first page ---


def _mark_front(leaf: Leaf, title: str, body: float, titles: set[str]) -> None:
    """The title, and what stands between it and the abstract."""
    wanted = "" if KNOWN_TITLES.match(NUMBERING.sub("", title)) else _letters(title)
    rows = sorted(leaf.own(), key=lambda row: row.base)
    last: Row | None = None
    for row in rows[:25]:
        said = _letters(row.text)
        large = row.size > body * 1.05 or row.bold
        if len(said) > 2 and said in wanted and large and row.base < 0.6 * leaf.sheet.height:
            row.kind = "title"
            last = row
        elif last is not None:
            break
    if last is None:
        return
    below = [row for row in rows if row.base > last.base]
    left, right = leaf.edges.get(-1, (0.0, leaf.sheet.width))
    for position, row in enumerate(below):
        words = _letters(row.text)
        if words.startswith(
            ("abstract", "introduction", "1introduction", "iintroduction", "keywords", "indexterms")
        ):
            return
        sentence = len(row.text.split()) > 5 and row.text.rstrip().endswith(".") and _says([row])
        if sentence or _is_heading(leaf, row, body, titles):
            return
        following = below[position : position + 3]
        if len(following) == 3 and all(
            r.is_prose() and len(r.cells()) == 1 and r.width > 0.38 * (right - left) for r in following
        ):
            steps = [b.base - a.base for a, b in itertools.pairwise(following)]
            if (
                all(0 < s < 2.5 * body for s in steps)
                and max(steps) < 1.25 * min(steps)
                and abs(following[0].size - following[2].size) < 0.3
                and _says(following)
            ):
                return
        row.kind = "byline"


def _says(rows: Sequence[Row]) -> bool:
    """Whether rows read as sentences, most of their words in small letters, not as names and addresses."""
    words = [word for row in rows for word in row.text.split()]
    return sum(word[:1].isalpha() and not word[:1].isupper() for word in words) > 0.55 * len(words)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


# --- footnotes ---


def _mark_footnotes(leaf: Leaf, body: float) -> None:
    """Small print at a column's foot: under a short rule at its left edge, or opened by a mark."""
    for column, (left, right) in leaf.edges.items():
        if column == -1 and leaf.gutter:
            continue
        rows = sorted(
            (r for r in leaf.own() if r.column == column or (column == 0 and r.column == -1)),
            key=lambda r: r.base,
        )
        if not rows:
            continue
        lowest = max(
            (
                r.base
                for r in leaf.rows
                if r.column in (column, -1)
                and r.kind not in ("foot", "page number", "stamp", "line number", "head")
            ),
            default=0.0,
        )
        for rule in leaf.sheet.rules:
            short = 20 < rule[2] - rule[0] < SHORT_RULE * (right - left) + 20
            below = [row for row in rows if row.top > rule[1] - 2]
            if (
                short
                and abs(rule[0] - left) < 6
                and rule[1] > 0.35 * leaf.sheet.height
                and below
                and all(row.size < body - 0.3 for row in below if row.weight > 3)
                and below[0].top - rule[1] < 2.2 * body
            ):
                for row in below:
                    row.kind = "footnote"
        rest = [row for row in rows if not row.kind]
        tail: list[Row] = []
        for row in reversed(rest):
            if row.size > body - SMALLER or (tail and tail[-1].base - row.base > 2.2 * body):
                break
            tail.append(row)
        tail.reverse()
        first = next((i for i, row in enumerate(tail) if FOOTNOTE_MARK.match(row.text)), None)
        if first is not None and tail[-1].base > lowest - 2 and tail[0].base > 0.5 * leaf.sheet.height:
            for row in tail[first:]:
                row.kind = "footnote"


# --- headings ---


def _mark_headings(leaf: Leaf, body: float, step: float, outlined: dict[int, set[str]]) -> None:
    titles = outlined.get(leaf.number, set())
    rows = leaf.rows
    for position, row in enumerate(rows):
        if row.kind or row.turned or row.inside >= 0:
            continue
        before = rows[position - 1] if position else None
        numbered = SUBSECTION.match(row.text) and _parted_off(leaf, row, step)
        if (
            numbered
            or _is_heading(leaf, row, body, titles)
            or (before is not None and _goes_on(before, row, body))
        ):
            row.kind = "heading"
            continue
        said = plain(row.text) if titles and row.weight < 120 else ""
        for title in titles:  # a heading of two or three rows
            if len(said) > 8 and title.startswith(said) and row.weight < 120:
                chosen = [row]
                for other in rows[position + 1 : position + 3]:
                    if other.kind or not title.startswith(plain(" ".join(r.text for r in [*chosen, other]))):
                        break
                    chosen.append(other)
                if plain(" ".join(r.text for r in chosen)) == title:
                    for each in chosen:
                        each.kind = "heading"
                    break


def _parted_off(leaf: Leaf, row: Row, step: float) -> bool:
    """Whether a short row stands apart from the text above, and from what is below a little."""
    left, right = leaf.column(row)
    if row.width > 0.7 * (right - left) or row.left > left + 3 or row.text.rstrip().endswith((".", ",", ":")):
        return False
    steps = [
        (r.base - row.base) / row.size
        for r in leaf.rows
        if r.column in (row.column, -1) and abs(r.base - row.base) > 2
    ]
    above = min((-s for s in steps if s < 0), default=9.0)
    below = min((s for s in steps if s > 0), default=9.0)
    return above > step + 0.35 and below > step + 0.15


def _goes_on(before: Row, row: Row, body: float) -> bool:
    """Whether a heading goes on in a second row: of its print, which is not the text's, right below."""
    return (
        before.kind == "heading"
        and abs(before.size - row.size) < 0.3
        and before.bold == row.bold
        and (row.bold or row.size > body * 1.08)
        and before.column == row.column
        and 0 < row.base - before.base < 1.4 * row.size
        and row.weight < 60
        and not NUMBERED.match(row.text)
        and not before.text.rstrip().endswith(".")
    )


def _is_heading(leaf: Leaf, row: Row, body: float, titles: set[str]) -> bool:
    text = row.text
    words = text.split()
    if not 1 <= len(words) <= 16 or len(text) > 110 or row.broken:
        return False
    said = plain(text)
    if said and said in titles:
        return True
    if text.endswith((",", ";", ":")):
        return False
    if KNOWN_TITLES.match(NUMBERING.sub("", text).rstrip(".:")):
        return (
            row.size >= body * (0.7 if text.isupper() else 0.9)
            and text[0] in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        )
    if not any(character.isalpha() for character in text) or len(row.cells(3.0)) > 2:
        return False
    last = list(row.words)[-1].font if row.bold else None
    bold = last is not None and (
        last.bold or last.size < row.size
    )  # else a paragraph that opens with bold words
    strong = bold or row.size >= body * 1.08 or text.isupper()
    if NUMBERED.match(text):
        wordy = row.plain * 2 > row.weight or (row.bold and row.plain > 2)
        slanted = (
            _slanted(row)
            and row.width < 0.9 * (leaf.column(row)[1] - leaf.column(row)[0])
            and not text.endswith(".")
        )
        return (strong or slanted) and row.size >= body * 0.75 and "=" not in text and wordy
    return (
        row.bold
        and row.size >= body * 1.08
        and leaf.number > 1
        and text[0].isupper()
        and not text.endswith(".")
    )


def _slanted(row: Row) -> bool:
    """Whether all its words but a number are in italics, as headings of the third rank often are."""
    words = list(row.words)
    return all(word.font.slanted for word in words[1:]) and len(words) > 1


# --- listings, formulas ---


def _mark_listings(leaf: Leaf) -> None:
    """Three rows or more in a font of one width are program text."""
    run: list[Row] = []
    for row in [*leaf.own(), None]:
        mono = (
            row is not None and 2 * sum(w.last - w.first + 1 for w in row.words if w.font.mono) > row.weight
        )
        if mono and row is not None:
            run.append(row)
            continue
        if len(run) > 2:
            for each in run:
                each.kind = "listing"
        run = []


def _maths(row: Row) -> float:
    """The share of a row's characters in fonts of mathematics."""
    return sum(w.last - w.first + 1 for w in row.words if w.font.maths) / max(1, row.weight)


def _mark_formulas(leaf: Leaf, body: float, step: float) -> None:
    """Displayed formulas: rows set in from their column's edge, of mathematics more than words."""
    rows = leaf.own()
    marked = []
    for row in rows:
        left, right = leaf.column(row)
        set_in = row.left > left + 0.9 * body
        numbered = row.right > right - 2.5 * body and EQUATION_NUMBER.search(row.text) is not None
        cells = row.cells(CELL_GAP) if numbered else []
        numbered = numbered and len(cells[-1]) <= 2
        if not (numbered or set_in or _maths(row) > 0.5) or _continues(rows, row):
            continue
        wordy = row.wordy()
        mathy = _maths(row) > 0.2 or wordy < 0.3
        if (
            (numbered and (len(cells) > 1 or row.weight < 8) and wordy < 0.55)
            or (set_in and mathy and wordy < 0.5 and not BULLET.match(row.text))
            or (_maths(row) > 0.5 and wordy < 0.2 and row.weight > 12 and _stands_alone(rows, row, step))
        ):
            row.kind = "formula"
            marked.append(row)
    # limits, numerators and what else of a formula stands on baselines of its own
    changed = True
    while changed and marked:
        changed = False
        for row in leaf.own():
            left, right = leaf.column(row)
            small = row.weight <= 8 and row.plain * 2 <= row.weight
            tied = any(
                row.column == m.column
                and row.top < m.bottom + 0.45 * body
                and row.bottom > m.top - 0.45 * body
                and row.left < m.right + 30
                and row.right > m.left - 30
                for m in marked
            )
            beside = row.size < 0.85 * body  # what a brace is labelled with
            level = any(abs(row.base - m.base) < 2 and m.column == row.column for m in marked)
            among = any(  # a case of several, beside a brace
                m.column == row.column and row.top < m.bottom - 1 and row.bottom > m.top + 1 for m in marked
            )
            full = (
                row.right > right - body and row.wordy() > 0.4
            )  # text that goes on behind an inline formula
            # what fills its row with words is text that goes on behind an inline formula
            alike = (beside or level or among or row.wordy() < 0.4) and not full
            if tied and (small or (row.left > left + body and alike)):
                row.kind = "formula"
                marked.append(row)
                changed = True


def _continues(rows: Sequence[Row], row: Row) -> bool:
    """Whether a row goes on a line of text, its large inline formula between the two."""
    return row.plain > 0 and any(
        r.is_prose() and r.column == row.column and abs(r.base - row.base) < 1 and r.right < row.left + 1
        for r in rows
    )


def _stands_alone(rows: Sequence[Row], row: Row, step: float) -> bool:
    """Whether no row of the text stands as near above or below as lines do."""
    near = (step + 0.2) * row.size
    return not any(
        r is not row and r.column == row.column and 2 < abs(r.base - row.base) < near and r.is_prose()
        for r in rows
    )


# --- references ---


def _mark_references(leaves_: Sequence[Leaf]) -> None:
    """What stands under a heading "References", up to the next heading."""
    inside = False
    for leaf in leaves_:
        for row in leaf.rows:
            if row.kind == "heading":
                inside = bool(REFERENCES.match(plain(row.text)))
            elif inside and row.kind in ("", "formula", "listing") and not row.turned:
                row.kind = "reference"


# --- rows to groups ---


def _groups(leaf: Leaf, page: Floats, body: float, step: float) -> list[Group]:
    groups: list[Group] = []
    floating: dict[int, Group] = {}  # the row's identity → its group
    for caption in page.captions:
        group = Group("caption", caption.rows, caption.label, caption.number)
        floating.update((id(row), group) for row in caption.rows)
        groups.append(group)
        group.of = _float_of(caption)
        if group.of is not None:
            groups.append(group.of)
            floating.update((id(row), group.of) for row in group.of.rows)
    for rows in page.tables:
        if id(rows[0]) not in floating:
            group = Group("table", rows)
            groups.append(group)
            floating.update((id(row), group) for row in rows)
    for box in page.pictures:
        known = [g for g in groups if g.kind == "figure" and g.box and _inside(box, g.box)]
        rows = [
            r
            for r in leaf.rows
            if r.kind == "figure"
            and id(r) not in floating
            and _inside((r.left, r.top, r.right, r.bottom), _wider(box, 24))
        ]
        group = known[0] if known else Group("figure", [], box=box)
        group.rows.extend(rows)
        floating.update((id(row), group) for row in rows)
        if not known:
            groups.append(group)
    open_: dict[str, Group] = {}  # of each family the group that may go on
    for row in leaf.rows:
        if id(row) in floating:
            continue
        kind = row.kind or ("stamp" if row.turned else "paragraph")
        last = open_.get(kind)
        if last is not None and not _begins(leaf, last, last.rows[-1], row, kind, body, step):
            last.rows.append(row)
        else:
            last = Group("item" if kind == "paragraph" and _is_item(leaf, last, row) else kind, [row])
            if kind == "paragraph":
                last.opens = last.kind == "item" or _opens(leaf, row, body, step)
            if kind == "reference":
                last.number = (ENTRY.match(row.text) or [""])[0].strip("[]. ")
            if kind == "footnote":
                last.number = (FOOTNOTE_MARK.match(row.text) or [""])[0]
            groups.append(last)
            open_[kind] = last
        if kind == "heading":
            open_ = {"heading": last}
        if kind == "formula":
            number = EQUATION_NUMBER.search(row.text)
            last.number = number[0].strip("()") if number else last.number
    for group in groups:
        group.rows.sort(key=lambda row: row.lines[0].raw[0])
    return [g for g in groups if g.rows or g.kind == "figure"]


def _float_of(caption: Caption) -> Group | None:
    """The group of what a caption belongs to."""
    if caption.label in ("Figure", "Scheme") and (caption.box or caption.float_rows):
        return Group("figure", list(caption.float_rows), caption.label, caption.number, caption.box)
    if not caption.float_rows:
        return None
    kind = {"Table": "table", "Listing": "listing"}.get(caption.label, "algorithm")
    return Group(kind, list(caption.float_rows), caption.label, caption.number, caption.box)


def _inside(box: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return other[0] - 1 <= x <= other[2] + 1 and other[1] - 1 <= y <= other[3] + 1


def _wider(box: tuple[float, float, float, float], by: float) -> tuple[float, float, float, float]:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _set_in(leaf: Leaf, row: Row, body: float) -> bool:
    """Whether a row is set in from its column's edge, as the first of a paragraph often is."""
    left, _ = leaf.column(row)
    return row.left > left + 0.6 * body


def _is_item(leaf: Leaf, last: Group | None, row: Row) -> bool:
    """Whether a paragraph's first row opens an entry of a list: by a sign, or a number that is set in or after an entry."""
    found = BULLET.match(row.text)
    if found is None:
        return False
    if found[0][0] in SIGNS or row.left > leaf.column(row)[0] + 2:
        return True
    if last is None or last.rows[-1].column != row.column or last.rows[-1].base > row.base:
        return False
    return last.kind == "item" or last.rows[-1].text.rstrip().endswith((":", ".", ";"))


def _opens(leaf: Leaf, row: Row, body: float, step: float) -> bool:
    """Whether a paragraph begins with the first row of a block: it is set in, follows a heading, or text with a gap."""
    if _set_in(leaf, row, body):
        return True
    above = [
        r for r in leaf.rows
        if r.base < row.base - 2 and r.column in (row.column, -1) and r.kind not in ("head", "page number", "line number", "stamp")
    ]  # fmt: skip
    if not above:
        return False
    nearest = max(above, key=lambda r: r.base)
    return nearest.kind in ("heading", "") or (
        nearest.kind == "paragraph" and row.base - nearest.base > (step + 0.35) * body
    )


def _begins(leaf: Leaf, last: Group, before: Row, row: Row, kind: str, body: float, step: float) -> bool:
    """Whether `row` begins a new block of the kind that `before` is of."""
    if kind in ("figure", "head", "foot", "page number", "stamp", "title", "byline", "table", "line number"):
        return kind in ("head", "foot", "page number", "stamp") and abs(row.base - before.base) > 3 * body
    if kind == "footnote":
        at_edge = row.left < leaf.column(row)[0] + 2.5 * row.size or row.left < last.rows[0].left + 2
        return at_edge and bool(FOOTNOTE_MARK.match(row.text)) and _mark_is_small(row)
    if kind == "reference":
        return _begins_entry(leaf, last, before, row)
    if kind == "formula":
        above, below = min(r.top for r in last.rows), max(r.bottom for r in last.rows)
        return row.column != before.column or not above - 0.9 * body < row.base < below + 1.4 * body
    distance = row.base - before.base
    if row.column != before.column or distance < -body:
        return True
    if kind == "heading":
        return (
            not (0 < distance < 1.6 * row.size and abs(row.size - before.size) < 0.4)
            or bool(NUMBERED.match(row.text))
            or row.bold != before.bold
        )
    if kind in ("listing", "algorithm"):
        return distance > 2.5 * row.size
    if kind == "caption":
        return True
    if BULLET.match(row.text) and (
        row.left > leaf.column(row)[0] + 2
        or last.kind == "item"
        or before.right < leaf.column(before)[1] - 1.5 * body
    ):
        return True
    left, right = leaf.column(row)
    if distance > (step + 0.35) * max(row.size, before.size):
        return True
    if last.kind == "item":
        return row.left < last.rows[0].left - 1
    short = before.right < right - 1.5 * body
    return (
        row.left > left + 0.6 * body
        and row.left > before.left + 0.6 * body
        and (short or before.text.rstrip().endswith((".", ":", "?", "!")))
    )


def _mark_is_small(row: Row) -> bool:
    first = next(row.words)
    return first.font.size < row.size - 0.4 or first.base < row.base - 0.8 or not first.font.size


def _begins_entry(leaf: Leaf, last: Group, before: Row, row: Row) -> bool:
    """Whether a reference begins: with a label, else set out from its other rows, else after a gap."""
    if ENTRY.match(last.rows[0].text):
        return bool(ENTRY.match(row.text))
    distance = row.base - before.base
    if row.column != before.column or distance < 0:
        left = min(r.left for r in last.rows)
        return row.left <= leaf.column(row)[0] + 2 and (
            len(last.rows) > 1 or before.text.rstrip().endswith(".")
        )
    left, _ = leaf.column(row)
    if distance > 1.5 * row.size:
        return True
    return (len(last.rows) >= 1 and row.left < before.left - 4) or (
        row.left <= left + 2 and before.left > left + 4
    )
