"""Who wrote a PDF and when, from its first page and its metadata.

Names are what stands between the title and the abstract in one kind of print; wide gaps, commas and reference
marks part them. Runs only in the reading process (`corpus.reading`): pdfium is not thread-safe.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.lines import Line

LINES: Final = 40  # of page one in which names are looked for
MOST: Final = 200  # names; a longer list is cut
GAP: Final = 0.5  # of the font's size: more than a blank within a name, less than authors are apart
EARLIEST: Final = 1990  # no PDF is older
SIZES_ALIKE: Final = 0.3  # points
END = re.compile(
    r"abstract|keywords|index terms|(?:[\dI]\.?\s+)?introduction|editors?:|figure \d|fig\. ?\d|contents\b",
    re.IGNORECASE,
)
NO_NAME = re.compile(
    r"univers|institut|department|\bdept|laborator|\blabs?\b|\bschool\b|college|research|academy|\bcorp|\binc\b|faculty|"
    r"cent(?:er|re)\b|division|technolog|engineering|scien(?:ce|tific)|robotics|\bgroup\b|google|deepmind|openai|microsoft|"
    r"facebook|nvidia|inria|\bmeta\b|\bmit\b|\bcmu\b|berkeley|berlin|london|\busa\b|\buk\b|china|germany|france|equal|"
    r"contribut|correspond|author|advis|intern\b|project|website|https?:|www\.|proceedings|conference|workshop|journal|"
    r"published|preprint|submitted|under review|anonymous|accepted|arxiv|copyright|licen[sc]e|abstract|appendix|untitled",
    re.IGNORECASE,
)
MAIL = re.compile(r"\{[^}]*\}\s*@\s*\S+|\S+@\S+|<[^>]*>")
MARKS = re.compile(r"[\d∗*†‡§¶⇤⋆★♯#⊥∥|⟂˚°]+(?:[\s,]*[\d∗*†‡§¶⇤⋆★♯#⊥∥|⟂˚°]+)*")
ACCENTS = re.compile(r"\s*[ˆ´`¨˜¸]\s*(?=[a-z]?)")  # as old fonts leave them beside their letter
ONE_NAME = re.compile(r"^([^\W\d_]+) \t([^\W\d_]+)(?= \t)")
PARTED = re.compile(r"[\t,;·•&]+|\s+and\s+|^and\s+")
PART = re.compile(
    r"[^\W\d_]+(?:[.'’-][^\W\d_]+)*[.'’-]?"
)  # one way to read a word: else a long one takes minutes
PARTICLES = frozenset(
    {"da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "la", "le", "ten", "van", "von"}
)


def authors(pdf: Any, lines: Sequence[Line], title: str, stated: str) -> str:
    """The authors' names joined by "; ", "" where none can be told.

    Args:
        pdf: The document opened by pdfium.
        lines: Those of page one.
        title: As printed there.
        stated: The metadata's author field, believed where page one shows fewer.
    """
    try:
        printed = list(dict.fromkeys(_printed(pdf, lines, title)))[:MOST]
    except Exception:  # noqa: BLE001 - whatever pdfium says of a hostile page, there are just no names
        printed = []
    claimed = plausible(stated)
    return "; ".join(claimed if len(claimed) > len(printed) else printed)


def plausible(stated: str) -> list[str]:
    """The full names in a metadata's author field, which as often holds a machine's owner or a template's leftover."""
    return [name for name in names(re.sub(r"\s+and\s+", "; ", stated)) if " " in name]


def made_in(pdf: Any) -> int | None:
    """The year in which the file says that it was made, or None."""
    try:
        year = re.match(r"D:((?:19|20)\d\d)", pdf.get_metadata_dict().get("CreationDate", ""))
    except Exception:  # noqa: BLE001 - metadata is a help only
        return None
    found = int(year.group(1)) if year else 0
    return found if EARLIEST <= found <= time.localtime().tm_year else None


def names(text: str) -> Iterator[str]:
    """The persons' names in a text, parted by commas, tabulators, "and" or reference marks."""
    plain = MARKS.sub("\t", MAIL.sub("\t", text))
    plain = re.sub(r"[“\"][^”\"]{1,20}[”\"]\s*", "", plain)
    for part in PARTED.split(ACCENTS.sub("", plain)):
        name = " ".join(part.split()).strip(".:()")
        if name and _is_name(name):
            yield name


def _is_name(name: str) -> bool:
    words = name.split()
    if not 1 <= len(words) <= 6 or len(name) > 50 or NO_NAME.search(name):
        return False
    proper = [word for word in words if word.lower() not in PARTICLES]
    return (
        bool(proper)
        and all(PART.fullmatch(word.rstrip(".")) for word in words)
        and all(word[0].isupper() for word in proper)
        and any(len(word.rstrip(".")) > 1 for word in proper)
    )


def _printed(pdf: Any, lines: Sequence[Line], title: str) -> Iterator[str]:
    from corpus.lines import text_page

    below = _below_title(lines[:LINES], title)
    if not below:
        return
    textpage = text_page(pdf[0])
    try:
        shown = [(line, _whole(_with_gaps(textpage, line))) for line in below]
    finally:
        textpage.close()
    first: Line | None = None
    before = ""
    pieces: list[str] = []
    for line, text in shown:
        if first is None and not any(" " in name for name in names(text)):
            continue
        first = first or line
        alike = abs(line.size - first.size) < SIZES_ALIKE
        goes_on = text.lstrip().startswith((",", "and ")) or before.rstrip().endswith((",", " and"))
        if (
            not alike
            or not (line.bold == first.bold or goes_on)
            or (NO_NAME.search(text) and "@" not in text)
        ):
            before = ""
            continue
        # a surname at the start of the next line belongs to the name before it
        joined = bool(before) and len(PARTED.split(MARKS.sub("\t", before))[-1].split()) == 1
        pieces.append((" " if joined else "\t") + text)
        before = text
    for name in names("".join(pieces)):
        if " " in name:
            yield name


def _whole(text: str) -> str:
    """An author's row in which first and last name stand further apart than words do, joined."""
    return ONE_NAME.sub(r"\1 \2", text) if "@" in text else text


def _below_title(lines: Sequence[Line], title: str) -> list[Line]:
    """The lines between the title and the abstract."""
    wanted = _letters(title)
    last = -1
    for position, line in enumerate(lines):
        said = _letters(line.text)
        if said and wanted and said in wanted:
            last = position
        elif last >= 0:
            break
    if last < 0:
        return []
    found = []
    for line in lines[last + 1 :]:
        if END.match(line.text.strip()):
            break
        found.append(line)
    return found


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def _with_gaps(textpage: Any, line: Line) -> str:
    """The line's text, with a tabulator where the blank between two words is wide."""
    shown = []
    right: float | None = None
    for sign, number in zip(line.text, line.raw, strict=True):
        if sign.isspace():
            shown.append(" ")
            continue
        left, _, end, _ = textpage.get_charbox(number)
        if right is not None and shown[-1] == " " and left - right > GAP * line.size:
            shown.append("\t")
        shown.append(sign)
        right = end
    return "".join(shown)
