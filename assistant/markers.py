"""Citation markers in a model's text: reading the many forms they come in, and taking out those that point at nothing.

A model that is told to write [1] may write [1, p. 3], (1), ¹, [^1], [Document 1], [E1], [[1]](#) or <sup>1</sup>, in
lists, tables and bold type. `flowing` makes all of it plain sentences with [1] before the full stop; `take_out` then
takes a sentence apart. What only looks like a marker stays: an interval, an index, a formula, a program.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

_CALLED: Final = r"(?:sources?|passages?|evidence|documents?|docs?|refs?|references?|citations?|cite|e|s|d)"
_PLACE: Final = r"(?:,?\s*(?:pp?\.?|pages?|sec(?:tion|\.)?|§)\s*[\d–-]+)?"
# 【1】, 【1†source】, [Source 1, p. 2], [^1], [E1], [1][2] …
_BRACKETED: Final = re.compile(
    rf"[\[［【]\s*{_CALLED}?\s*[:#.^]?\s*\d+{_PLACE}(?:\s*(?:[,;]|and|-|–)\s*{_CALLED}?\s*[:#^]?\s*\d+{_PLACE})*"
    r"(?:†[^\]］】]{0,20})?\s*[\]］】]",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"\[(\[[^\[\]]{1,20}\])\]\([^()\s]*\)|(\[[^\[\]]{1,20}\])\([^()\s]*\)")
_SUP: Final = re.compile(r"<sup>\s*\[?\s*(\d{1,2}(?:\s*,\s*\d{1,2})*)\s*\]?\s*</sup>", re.IGNORECASE)
_RAISED: Final = re.compile(r"(?<=[.,;:!?)”\"\w\s])(?<![\d^])[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?![\w^])")
_UNIT: Final = re.compile(r"(?:\b\w{1,2}|\d)$")  # "m²", "10²": a power
_NAMED: Final = re.compile(
    rf"\(\s*{_CALLED}\s*[:#]?\s*(?:[\[［【]\s*)?(\d{{1,2}}){_PLACE}(?:\s*[\]］】])?\s*\)", re.IGNORECASE
)
_ROUND: Final = re.compile(
    r"(?<=[\w.!?”\"%])[ \t]*\((\d{1,2}(?:\s*,\s*\d{1,2})*)\)(?=\s*(?:[.,;:!?]|$|\n))", re.MULTILINE
)
# What a number in round brackets belongs to where it is no marker: "equation (1)", "steps (1), (2)".
_NUMBERED_THING: Final = re.compile(
    r"(?:\b(?:eqs?|equations?|eqn|steps?|stages?|phases?|cases?|figs?|figures?|tables?|parts?|items?|lines?|versions?|levels?|"
    r"and|or|to)\.?|[,(]\s*)\s*$",
    re.IGNORECASE,
)
_OBJECT_DUE: Final = re.compile(
    r"(?:\b(?:in|between|within|from|over|of|range|interval|to|is|are|∈)|[=∈×<>≤≥(]|\bin\$?)\s*$",
    re.IGNORECASE,
)
_TRAILING: Final = re.compile(r"([.!?][”\"’')]*)[ \t]*((?:\[\d[\d, –-]*\][ \t]*)+)")

_FENCE: Final = re.compile(r"^[ \t]*(?:```|~~~).*?(?:^[ \t]*(?:```|~~~)[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_LATEX: Final = re.compile(r"\$\$.*?\$\$|\$[^$\n]{1,300}\$|\\\[.*?\\\]|\\\(.*?\\\)|`[^`\n]+`", re.DOTALL)
_SOURCES: Final = re.compile(
    r"^\W*(?:sources?|references?|citations?|bibliography)\W*$.*", re.DOTALL | re.IGNORECASE | re.MULTILINE
)
_ITEM: Final = re.compile(r"^[ \t]*(?:[-*+•]|\(?\d{1,2}[.)])[ \t]+", re.MULTILINE)
_INLINE_ITEM: Final = re.compile(r"(?<=[.!?:;])[ \t]+[*•][ \t]+(?=\S)")
_STARS: Final = re.compile(r"(?:^|(?<=\s))[*_-]{3,}(?=\s|$)")
_RULE: Final = re.compile(r"^[ \t]*\|?[ \t:|-]*-{2,}[ \t:|-]*$", re.MULTILINE)
_ROW: Final = re.compile(r"^[ \t]*\|(.+?)\|?[ \t]*$", re.MULTILINE)
_BOLD: Final = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_ITALIC: Final = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_PREFIX: Final = re.compile(r"\A\s*(?:final )?answer:\s+", re.IGNORECASE)
_QUOTE: Final = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)

LONGEST_RANGE: Final = 20


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


def flowing(text: str, handed_out: Collection[int]) -> str:
    """A reply as plain sentences, each marker as [1] before the full stop that ends its sentence.

    Lists lose their signs, tables their lines, bold type its stars; a list of sources at the end is dropped. Program
    text and formulas stay as they are. A text that grows keeps its beginning, but for the line that is being written.

    Args:
        text: What the model wrote so far.
        handed_out: The numbers it was given: what bears none of them in a form of its own is no marker.
    """
    kept: list[str] = []

    def put_by(match: re.Match[str]) -> str:
        kept.append(match.group())
        return f"\x00{len(kept) - 1}\x00"

    for pattern in (_FENCE, _LATEX):
        text = pattern.sub(put_by, text)
    text = _SOURCES.sub("", text)
    text = _PREFIX.sub("", text)
    for pattern, kept_part in (
        (_STARS, "\n"),
        (_INLINE_ITEM, "\n"),
        (_QUOTE, ""),
        (_ITEM, ""),
        (_RULE, ""),
        (_BOLD, r"\2"),
        (_ITALIC, r"\1"),
    ):
        text = pattern.sub(kept_part, text)
    text = _ROW.sub(lambda row: "\n".join(cell.strip() for cell in row[1].split("|")), text)
    text = _canonical(text, set(handed_out))
    text = _TRAILING.sub(r" \2\1 ", text)
    return re.sub(r"\x00(\d+)\x00", lambda match: kept[int(match[1])], text)


def take_out(sentence: str, handed_out: Collection[int]) -> Marked:
    """The sentence without its markers, and what they pointed at; without what steers a terminal or turns text around."""
    sentence = "".join(c for c in sentence if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf"))
    numbers: list[int] = []
    unknown = 0

    def noted(match: re.Match[str]) -> str:
        nonlocal unknown
        if _is_value(match):
            return match.group()
        cited = _numbers_in(match.group())
        numbers.extend(number for number in cited if number in handed_out)
        unknown += sum(number not in handed_out for number in cited)
        return " "

    before = ""
    while before != sentence:  # one marker taken out of another may leave a third
        before = sentence
        sentence = _BRACKETED.sub(noted, _canonical(sentence, set(handed_out)))
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(sentence.split()))
    return Marked(text, tuple(dict.fromkeys(numbers)), unknown)


def _canonical(text: str, handed_out: Collection[int]) -> str:
    """Every form of marker as [1] or [1, 2]."""

    def known(cited: list[int], match: re.Match[str]) -> str:
        return (
            f" [{', '.join(map(str, cited))}]" if cited and set(cited) <= set(handed_out) else match.group()
        )

    def raised(match: re.Match[str]) -> str:
        if _UNIT.search(match.string[: match.start()]):
            return match.group()
        digits = unicodedata.normalize("NFKC", match.group())
        cited = [int(digits)] if int(digits) in handed_out else [int(digit) for digit in digits]
        return known(cited, match)

    def rounded(match: re.Match[str]) -> str:
        if _NUMBERED_THING.search(match.string[: match.start() + 1].rstrip("(")):
            return match.group()
        return known(_numbers_in(match[1]), match)

    text = _LINK.sub(
        lambda match: match[1] or match[2] if _numbers_in(match[1] or match[2]) else match.group(), text
    )
    text = _SUP.sub(lambda match: known(_numbers_in(match[1]), match), text)
    text = _RAISED.sub(raised, text)
    text = _NAMED.sub(lambda match: f"[{match[1]}]", text)
    text = _ROUND.sub(rounded, text)
    return _BRACKETED.sub(
        lambda m: m.group() if _is_value(m) else f"[{', '.join(map(str, _numbers_in(m.group())))}]", text
    )


def _is_value(match: re.Match[str]) -> bool:
    """Whether what is in brackets is a value and no marker: an index, or an interval where a noun is due."""
    before, inside = match.string[: match.start()], match.group()
    if (
        inside[0] == "["
        and re.search(r"[A-Za-z_)\]]$", before)
        and not re.search(r"\w{3}$|[.!?)\]]$", before)
    ):
        return True  # x[2]
    values = re.fullmatch(r"\[\s*(\d+)\s*,\s*(\d+)\s*\]", inside)
    if not values:
        return False
    low, high = int(values[1]), int(values[2])
    return low == 0 or (low < high and bool(_OBJECT_DUE.search(before)))


def _numbers_in(marker: str) -> list[int]:
    """The numbers of one marker: "[1, 2]" is two, "[1-3]" three, "[1, p. 3]" one."""
    marker = re.sub(
        r"(?:\bpp?\.?|\bpages?|\bsec(?:tion|\.)?|§)\s*[\d–-]+",
        " ",
        marker.partition("†")[0],
        flags=re.IGNORECASE,
    )
    found: list[int] = []
    for first, last in re.findall(r"(\d+)(?:\s*[-–]\s*(\d+))?", marker):
        start, end = int(first), int(last or first)
        found += range(start, min(end, start + LONGEST_RANGE) + 1) if end >= start else (start, end)
    return found
