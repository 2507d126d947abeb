"""The lines of a PDF page as pdfium gives them: characters, their numbers, size and place.

Runs only in the reading process (`corpus.reading`): pdfium is not thread-safe.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from corpus.glyphs import Sheet, Word, address, calls, sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

HYPHEN_BREAK = "\ufffe"  # pdfium's sign for a hyphen at the end of a line and the break after it
SAMPLED_CHARACTERS = 100  # enough to tell which way most of a page's text runs
LONE_HYPHEN = 2  # the same sign, where characters are asked for one at a time
BREAK = re.compile(rf"\r?\n|{HYPHEN_BREAK}|\Z")
CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
INSIDE_WORD = re.compile(r"[^\W\d_]{2}[\x01-\x08\x0e-\x1f][^\W\d_]|[^\W\d_][\x01-\x08\x0e-\x1f][^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page.

    Attributes:
        text: As extracted, without its line break.
        raw: pdfium's character index of each character of `text`.
        size: Font size of most of its characters, in points.
        bold: Whether most are in a font that calls itself bold.
        left: Left edge, in points from the left of the page as it is read (`corpus.glyphs.Sheet`).
        right: Right edge.
        base: Baseline of most characters, in points from the page's top.
        broken: Whether the line ends in a hyphenated word that goes on in the next.
        words: Its words, from left to right as a rule; none where the line was made without a page.
    """

    text: str
    raw: array[int]
    size: float
    bold: bool
    left: float
    right: float
    base: float
    broken: bool
    words: tuple[Word, ...] = ()


def line_of(text: str, raw: array[int], words: Sequence[Word], *, broken: bool) -> Line:
    """A line of some words; its size, weight and baseline are those of most characters."""
    first = words[0]
    left, right, font, base, alike = first.left, first.right, first.font, first.base, True
    for word in words:
        alike = alike and word.font is font and word.base == base
        left = min(left, word.left)
        right = max(right, word.right)
    size, bold = font.size, font.bold
    if not alike:
        heavy: dict[tuple[float, bool, float], int] = {}
        for word in words:
            key = (word.font.size, word.font.bold, word.base)
            heavy[key] = heavy.get(key, 0) + word.last - word.first + 1
        size, bold, base = max(heavy, key=lambda key: heavy[key])
    return Line(text, raw, size, bold, left, right, base, broken, tuple(words))


def text_page(page: Any) -> Any:
    """The page's characters by pdfium, its lines in order whichever way the page is turned.

    pdfium gives lines that show running down the page last first; the page is turned upright while it
    looks. Characters are numbered alike for reading and for marking only if both come through here.
    """
    textpage = page.get_textpage()
    count = textpage.count_chars()
    handle, angle_of = address(textpage), calls().angle
    sample = range(0, count, max(1, count // SAMPLED_CHARACTERS))
    angles = Counter(round(math.degrees(angle_of(handle, number))) for number in sample)
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


def page_lines(page: Any, textpage: Any) -> tuple[list[Line], Sheet]:
    """The page's lines in pdfium's reading order, and what is drawn around them."""
    text, numbers = page_characters(textpage)
    made = sheet(page, textpage, text, numbers)
    words, at = made.words, 0
    lines: list[Line] = []
    start = 0
    for match in BREAK.finditer(text):
        end = match.start()
        if start < end:
            last = numbers[end - 1]
            begun = at
            while at < len(words) and words[at].first <= last:
                at += 1
            if at > begun:
                lines.append(
                    line_of(
                        text[start:end],
                        numbers[start:end],
                        words[begun:at],
                        broken=match.group() == HYPHEN_BREAK,
                    )
                )
        start = match.end()
    return lines, made


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
        mended.append(replace(line, text="".join(text), raw=raw))
    return mended
