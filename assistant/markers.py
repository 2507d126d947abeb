"""Citation markers in a model's text: finding them, and taking out those that point at nothing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

# Some models write 【1】 or 【1†source】, or a footnote's [^1].
MARKER = re.compile(
    r"[\[［【]\s*(?:source|passage|evidence)?\s*\^?\d+(?:\s*(?:[,;]|and|-|–)\s*\d+)*(?:†[^\]］】]{0,20})?\s*[\]］】]",
    re.IGNORECASE,
)
BARE = re.compile(r"\(\s*(?:source|passage|evidence)\s*\d+\s*\)", re.IGNORECASE)
LONGEST_RANGE = 20


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence taken apart.

    Attributes:
        text: Without markers.
        numbers: The numbers it cites that were handed out, in order, each once.
        unknown: How many cited numbers were not.
    """

    text: str
    numbers: tuple[int, ...]
    unknown: int


def numbers_in(marker: str) -> list[int]:
    """The numbers of one marker: "[1, 2]" is two, "[1-3]" three."""
    found: list[int] = []
    for first, last in re.findall(r"(\d+)(?:\s*[-–]\s*(\d+))?", marker.partition("†")[0]):
        start, end = int(first), int(last or first)
        found += range(start, min(end, start + LONGEST_RANGE) + 1) if end >= start else (start, end)
    return found


def take_out(sentence: str, handed_out: Collection[int]) -> Marked:
    """The sentence without its markers, and what they pointed at; without what steers a terminal or turns text around."""
    sentence = "".join(c for c in sentence if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf"))
    numbers: list[int] = []
    unknown = 0

    def noted(match: re.Match[str]) -> str:
        nonlocal unknown
        cited = numbers_in(match.group())
        if 0 in cited and len(cited) > 1:
            return match.group()  # an interval: sources are counted from 1
        numbers.extend(number for number in cited if number in handed_out)
        unknown += sum(number not in handed_out for number in cited)
        return " "

    before = ""
    while before != sentence:  # one marker taken out of another may leave a third
        before = sentence
        for pattern in (MARKER, BARE):
            sentence = pattern.sub(noted, sentence)
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(sentence.split()))
    return Marked(text, tuple(dict.fromkeys(numbers)), unknown)
