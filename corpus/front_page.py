"""What a PDF says of itself: labels, outline and metadata, and the title, id and year on its first page."""

from __future__ import annotations

import contextlib
import itertools
import re
from typing import TYPE_CHECKING, Any, Protocol

from corpus.document import Outline
from corpus.furniture import ARXIV_STAMP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.lines import Line

VENUE = re.compile(
    r"proceedings|conference|workshop|symposium|journal|transactions|letters|preprint|published|accepted|©|"
    r"neurips|nips|iclr|icml|corl|icra|iros|rss|aaai|pmlr|jmlr",
    re.IGNORECASE,
)
INSIDE_TEXT = re.compile(r"[a-z]{3}[.!?] [A-Z]")  # the end of a sentence, which no title goes on behind
WORD = re.compile(r"[^\W\d_]{2,}")
LONGEST_METADATA = 1_000  # characters of a title, of an author list
LONGEST_OUTLINE = 5_000  # entries; a hostile one may lead in circles


def structure(pdf: Any, count: int) -> tuple[list[str], tuple[Outline, ...], str, str]:
    """Page labels, outline, title and authors; plain numbers where there are no labels, or labels repeat.

    Args:
        pdf: pdfium's document: it knows of these from opening the file, which pypdf would read once more, at a third of
            all the time that reading takes.
        count: Its pages.
    """
    labels = [str(number) for number in range(1, count + 1)]
    outline: list[Outline] = []
    title = authors = ""
    with contextlib.suppress(Exception):  # structure is a help; the text is what is needed
        labels = [tidy(pdf.get_page_label(index)) or labels[index] for index in range(count)]
    with contextlib.suppress(Exception):
        title, authors = (tidy(pdf.get_metadata_value(name)) for name in ("Title", "Author"))
    with contextlib.suppress(Exception):
        for entry in itertools.islice(pdf.get_toc(), LONGEST_OUTLINE):
            place = entry.get_dest()
            number = place.get_index() if place is not None else None
            if number is not None and 0 <= number < count:
                outline.append(Outline(tidy(entry.get_title()), number + 1, entry.level + 1))
    if len(set(labels)) < len(labels):  # labels that repeat tell no page from another
        labels = [str(number) for number in range(1, count + 1)]
    return labels, tuple(outline), title, authors


def tidy(value: object) -> str:
    """Metadata as one printable line: hostile files put line feeds, control signs and half characters there."""
    text = " ".join(str(value or "").split())
    return "".join(sign for sign in text if sign.isprintable())[:LONGEST_METADATA]


def stamped_id(pages: list[list[Line]]) -> str:
    """The arXiv id in page one's margin, or ""."""
    for line in pages[0]:
        if match := ARXIV_STAMP.match(line.text):
            return match.group(1)
    return ""


def suggested_year(pages: list[list[Line]]) -> int | None:
    """The year of the arXiv stamp, else of a venue named on page one."""
    stamp = stamped_id(pages)
    if stamp:
        return 2000 + int(stamp[:2])
    for line in pages[0]:
        year = re.search(r"\b(19[89]\d|20[0-4]\d)\b", line.text)
        if year and VENUE.search(line.text):
            return int(year.group(1))
    return None


def looks_like_a_title(title: str) -> bool:
    """Whether metadata holds a title, not a file name or a template's leftover."""
    return len(title.split()) >= 3 and not re.search(
        r"\.(tex|docx?|dvi|pdf)\b|^untitled|template", title, re.IGNORECASE
    )


class Printed(Protocol):
    """A line or row: its text, the size of its print, and whether it ends inside a word."""

    @property
    def text(self) -> str:
        """As printed."""
        ...

    @property
    def size(self) -> float:
        """In points."""
        ...

    @property
    def broken(self) -> bool:
        """Whether it ends inside a word."""
        ...


def first_page_title(rows: Sequence[Printed], body: float) -> str:
    """The largest print in page one's upper part, its rows joined; "" where page one opens with running text.

    Args:
        rows: Of page one, without stamps and heads.
        body: The size of the document's text, in points.
    """
    rows = rows[:25]
    if not rows:
        return ""
    largest = max(row.size for row in rows)
    if largest < body * 1.05:
        opening = " ".join(row.text.strip() for row in rows[:2])
        return "" if INSIDE_TEXT.search(opening) else tidy(rows[0].text)
    title = []
    for row in rows[next(i for i, row in enumerate(rows) if row.size == largest) :][:5]:
        small_capitals = row.text.isupper() and row.size >= largest * 0.78
        if row.size < largest * 0.97 and not small_capitals:
            break
        title.append(row)
    return _joined(title)


def title_of_picture(rows: Sequence[Printed], body: float) -> str:
    """As `first_page_title` where OCR read page one: sizes prove little, so the first line of words it is.

    It goes on over lines in larger print than the text's that are about as large.
    """
    rows = rows[:25]
    first = next((i for i, row in enumerate(rows) if len(WORD.findall(row.text)) >= 3), None)
    if first is None:
        return ""
    large = max(body * 1.05, rows[first].size * 0.85)
    going_on = list(itertools.takewhile(lambda row: row.size > large, rows[first + 1 : first + 4]))
    return _joined([rows[first], *going_on])


def _joined(rows: Sequence[Printed]) -> str:
    title = "".join(row.text.strip() + ("" if row.broken else " ") for row in rows)
    return tidy(re.sub(r"\s+([:,?])", r"\1", " ".join(title.split())))
