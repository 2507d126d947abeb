"""A paper's main sections."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.records import StoredPassage

NUMBER = re.compile(r"^(?P<number>\d{1,2}|[IVX]{1,5})(?:[.:]?\s+|\.(?=[A-Z]))(?=\S)")
LETTER = re.compile(r"^[A-Z]\.?\s")
LEFT_OUT = re.compile(
    r"acknowledg|funding|contributions?\s*$|conflict|reproducib|ethic|broader impact|checklist|supplementa|disclosure"
    r"|open source|code availab",
    re.IGNORECASE,
)
USUAL = re.compile(
    r"related|prior work|background|preliminar|literature|notation|problem (?:set|state|form|def)|introduction|motivation|overview$"
    r"|experiment|evaluat|result|ablation|benchmark|case stud|simulations?\b|conclu|discussion|limitation|future|outlook|closing"
    r"|summary|analys",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class MainSection:
    """A top-level section.

    Attributes:
        title: Its heading as it stands in the paper.
        passages: Its running text, subsections included, in reading order.
    """

    title: str
    passages: tuple[StoredPassage, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A paper's sections.

    Attributes:
        main: The top-level sections that a summary must touch: abstract and body, without acknowledgements.
        appendix: What stands behind the references.
    """

    main: tuple[MainSection, ...] = ()
    appendix: tuple[StoredPassage, ...] = ()

    def title_of(self, passage: str) -> str:
        """The main section that the passage of this id stands in; "" for any other passage."""
        for section in self.main:
            if any(one.id == passage for one in section.passages):
                return section.title
        return ""


def outlined(passages: Sequence[StoredPassage]) -> Outline:
    """The outline of a PDF's passages, given in reading order.

    Headings that are none (a run-in title, a figure's label) are told by the paper's own numbering: where most
    sections are numbered, an unnumbered heading that is not one of the usual ones belongs to the section before.
    """
    text = [p for p in passages if p.kind in ("body", "abstract", "caption")]
    tops = list(dict.fromkeys(p.section.split(" › ")[0] for p in text))
    numbered = sum(bool(NUMBER.match(top)) for top in tops) >= 3
    groups: list[tuple[str, list[StoredPassage]]] = []
    highest = 0
    for passage in text:
        title = _title(passage, numbered=numbered, highest=highest)
        if LEFT_OUT.search(title):
            groups.append(("", []))  # what follows an acknowledgement belongs to nothing
            continue
        if title and (not groups or groups[-1][0] != title):
            groups.append((title, []))
            highest = max(highest, _value(title))
        elif not groups:
            groups.append((passage.section, []))
        groups[-1][1].append(passage)
    return Outline(
        tuple(_sections([(title, kept) for title, kept in groups if title or kept], numbered=numbered)),
        tuple(p for p in passages if p.kind == "appendix"),
    )


def _title(passage: StoredPassage, *, numbered: bool, highest: int) -> str:
    """The main section's heading for a passage; "" where it goes on with the section before."""
    parts = passage.section.split(" › ")
    if passage.kind == "abstract":
        return parts[0] or "Abstract"
    top = next(
        (part for part in parts if _value(part) > 0 and "." not in part.split()[0].rstrip(".")), parts[0]
    )
    if NUMBER.match(top):
        return top if _value(top) >= highest else ""
    if numbered and (not top or not _usual(top)):
        return ""
    return "" if numbered and LETTER.match(top) else top


def _usual(title: str) -> bool:
    return bool(LEFT_OUT.search(title)) or (len(title.split()) <= 6 and bool(USUAL.search(title)))


def _value(title: str) -> int:
    """The number a heading begins with, Arabic or Roman; 0 where there is none."""
    match = NUMBER.match(title)
    if match is None:
        return 0
    if match["number"].isdigit():
        return int(match["number"])
    values = {"I": 1, "V": 5, "X": 10}
    digits = [values[letter] for letter in match["number"]]
    return sum(-d if d < max(digits[i:]) else d for i, d in enumerate(digits))


def _sections(groups: Sequence[tuple[str, list[StoredPassage]]], *, numbered: bool) -> list[MainSection]:
    sections: dict[str, tuple[StoredPassage, ...]] = {}
    abstract = any(p.kind == "abstract" for _, kept in groups for p in kept)
    for heading, passages in groups:
        title = heading
        prose = tuple(p for p in passages if p.kind != "caption")
        if not prose:
            continue
        opening = not sections and numbered and not _value(title) and not USUAL.search(title)
        if opening and prose[0].kind != "abstract":
            if abstract:
                continue  # the paper's title, authors and addresses
            title = "Opening"
        title = title or "Opening"
        sections[title] = (*sections.get(title, ()), *prose)
    return [MainSection(title, passages) for title, passages in sections.items()]
