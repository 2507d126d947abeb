"""The lines of a PDF page as pdfium gives them: characters, their numbers, size and place.

Runs only in the reading process (`corpus.reading`): pdfium is not thread-safe.
"""

from __future__ import annotations

import ctypes
import math
import re
from array import array
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HYPHEN_BREAK = "\ufffe"  # pdfium's sign for a hyphen at the end of a line and the break after it
SAMPLED_CHARACTERS = 100  # enough to tell which way most of a page's text runs
LONE_HYPHEN = 2  # the same sign, where characters are asked for one at a time
CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
INSIDE_WORD = re.compile(r"[^\W\d_]{2}[\x01-\x08\x0e-\x1f][^\W\d_]|[^\W\d_][\x01-\x08\x0e-\x1f][^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page.

    Attributes:
        text: As extracted, without its line break.
        raw: pdfium's character index of each character of `text`.
        size: Font size of the first visible character, in points.
        bold: Whether that character's font calls itself bold.
        x: Left edge, in points from the page's left.
        y: Baseline side of the first character's box, in points from the page's bottom.
        broken: Whether the line ends in a hyphenated word that goes on in the next.
    """

    text: str
    raw: array[int]
    size: float
    bold: bool
    x: float
    y: float
    broken: bool


def text_page(page: Any) -> Any:
    """The page's characters by pdfium, its lines in order whichever way the page is turned.

    pdfium gives lines that show running down the page last first; the page is turned upright while it
    looks. Characters are numbered alike for reading and for marking only if both come through here.
    """
    import pypdfium2.raw as pdfium

    textpage = page.get_textpage()
    count = textpage.count_chars()
    sample = range(0, count, max(1, count // SAMPLED_CHARACTERS))
    angles = Counter(round(math.degrees(pdfium.FPDFText_GetCharAngle(textpage, number))) for number in sample)
    angle = angles.most_common(1)[0][0] if angles else 0  # clockwise, before the page is turned
    rotation = page.get_rotation()
    if (angle + rotation) % 360 != 90:
        return textpage
    textpage.close()
    page.set_rotation(-angle % 360)
    try:
        return page.get_textpage()
    finally:
        page.set_rotation(rotation)


def page_characters(textpage: Any) -> tuple[str, array[int]]:
    """The page's characters and their pdfium numbers.

    pdfium's bulk text leaves out characters it has no code for, and then no longer counts as its
    boxes do; such pages are read one character at a time.
    """
    import pypdfium2.raw as pdfium

    count = textpage.count_chars()
    text = textpage.get_text_range() if count else ""
    if len(text) == count:
        return text, array("I", range(count))
    characters, numbers = [], array("I")
    for number in range(count):
        code = pdfium.FPDFText_GetUnicode(textpage, number)
        if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF:
            characters.append(HYPHEN_BREAK if code == LONE_HYPHEN else chr(code))
            numbers.append(number)
    return "".join(characters), numbers


def page_lines(textpage: Any) -> list[Line]:
    """The page's lines in pdfium's reading order."""
    import pypdfium2.raw as pdfium

    text, numbers = page_characters(textpage)
    font_name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    lines: list[Line] = []
    start = 0
    for match in re.finditer(rf"\r?\n|{HYPHEN_BREAK}|\Z", text):
        end = match.start()
        visible = next((i for i in range(start, end) if not text[i].isspace()), None)
        if visible is not None:
            number = numbers[visible]
            pdfium.FPDFText_GetCharBox(textpage, number, left, right, bottom, top)
            pdfium.FPDFText_GetFontInfo(textpage, number, font_name, 128, flags)
            name = font_name.value.decode("latin-1", "replace").lower()
            lines.append(
                Line(
                    text=text[start:end],
                    raw=numbers[start:end],
                    size=round(_height(pdfium, textpage, number), 1),
                    bold=any(sign in name for sign in ("bold", "cmbx", "medi", "black", "heavy", "-bd")),
                    x=left.value,
                    y=bottom.value,
                    broken=match.group() == HYPHEN_BREAK,
                )
            )
        start = match.end()
    return lines


def _height(pdfium: Any, textpage: Any, number: int) -> float:
    """The character's size on the page, in points: its font size times the text matrix's scale."""
    size: float = pdfium.FPDFText_GetFontSize(textpage, number)
    matrix = pdfium.FS_MATRIX()
    if pdfium.FPDFText_GetMatrix(textpage, number, matrix):
        size *= max(abs(matrix.d), abs(matrix.b)) or 1.0
    return size


def is_garbled(text: str) -> bool:
    """Whether control characters stand inside words twice or more: the font's map is missing."""
    return len(INSIDE_WORD.findall(text)) >= 2


def ligature_votes(garbled: str, readable_words: Iterable[str]) -> dict[str, str]:
    """What each control character stands for, learned from another reader's words.

    Args:
        garbled: pdfium's text, in which a ligature is a control character.
        readable_words: The same pages' words as pdfminer.six reads them.

    Returns:
        Control character to letters, for those with one clear reading.
    """
    import unicodedata
    from collections import defaultdict

    words = {unicodedata.normalize("NFKC", word) for word in readable_words}
    by_length: dict[int, list[str]] = defaultdict(list)
    for word in words:
        by_length[len(word)].append(word)
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for word in set(re.findall(r"[^\W\d_]*[\x01-\x08\x0e-\x1f][^\W\d_]*", garbled)):
        signs = CONTROL.findall(word)
        before, _, after = word.partition(signs[0])
        if len(signs) != 1 or len(before) + len(after) < 3:
            continue
        for extra in (1, 2, 3):
            for candidate in by_length[len(before) + len(after) + extra]:
                if candidate.startswith(before) and candidate.endswith(after):
                    votes[signs[0]][candidate[len(before) : len(before) + extra]] += 1
    return {
        sign: best
        for sign, counts in votes.items()
        for best, votes_for in counts.most_common(1)
        if best.isalpha() and votes_for * 2 > counts.total()
    }


def mend(lines: list[Line], letters: Mapping[str, str]) -> list[Line]:
    """The lines with each control character replaced by its letters, numbers kept in step."""
    mended = []
    for line in lines:
        if not CONTROL.search(line.text):
            mended.append(line)
            continue
        text, raw = [], array("I")
        for character, number in zip(line.text, line.raw, strict=True):
            new = letters.get(character, character)
            text.append(new)
            raw.extend([number] * len(new))
        mended.append(Line("".join(text), raw, line.size, line.bold, line.x, line.y, line.broken))
    return mended
