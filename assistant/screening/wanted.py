"""What a question about many papers wants to know of those that fit: which, how many, the first, the commonest, by year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Operation = Literal["list", "count", "exists", "first", "latest", "most", "years", "gap"]

# What a question calls the properties by which papers can be grouped.
GROUPED_BY: Final[Mapping[str, str]] = {
    "year": r"years?",
    "venue": r"venues?|conferences?|journals?",
    "category": r"categor(?:y|ies)|branch(?:es)?|box(?:es)?|groups?|headings?|sections?|corners?",
    "author": r"authors?|researchers?|who",
    "model": r"(?:\w+[- ])?(?:pre-?trained|base|foundation|language|generative) models?|models?|backbones?|llms?|vlms?",
    "algorithm": r"(?:rl )?algorithms?|optimi[sz]ers?|rl methods?",
    "benchmark": r"benchmarks?|test ?beds?|suites?|environments?|simulators?|data ?sets?",
    "robot": r"robots?|arms?|hardware|platforms?|embodiments?",
    "task": r"tasks?",
    "input": r"inputs?|modalit(?:y|ies)|sensors?",
    "output": r"outputs?",
    "limit": r"limits?|limitations?|weakness(?:es)?|drawbacks?",
    "topic": r"topics?|problems?|aims?",
    "setting": r"settings?",
}
_COUNT: Final = re.compile(
    r"\bhow many\b|\bnumber of\b|\bcount\b|\bhow often\b|\bwie viele\b|\bcombien\b|\bcuánt[oa]s\b|多少",
    re.IGNORECASE,
)
_EXISTS: Final = re.compile(
    r"^\W*(?:(?:so|and|but|well|hi|hello)\W+)*(?:is|are|was|were|does|do|did|has|have|can)\b|\b(?:is|are) there (?:any|a|some)\b|\bdoes any\b|\banyone\b|\banybody\b",
    re.IGNORECASE,
)
_FIRST: Final = re.compile(
    r"\b(?:first|earliest|oldest|start(?:ed|s)?|began|begin|emerge[ds]?|pioneer\w*)\b", re.IGNORECASE
)
_LATEST: Final = re.compile(r"\b(?:latest|newest|most recent|last|recently)\b", re.IGNORECASE)
_MOST: Final = re.compile(r"\b(?:most|commonest|dominant|dominat\w+|favou?rite|popular|top)\b", re.IGNORECASE)
_YEARS: Final = re.compile(
    r"\b(?:trend|over (?:the )?(?:years|time)|per year|by year|(?:each|every) year|year (?:by|to|on) year|evol\w+|growing|rising|"
    r"(?:gone|going) (?:up|down)|changed?|increas\w+|declin\w+|develop(?:ed)? over|timeline|peaked|when (?:do|does|did|were|was|have|has)|(?:from|since) (?:which|what) year)\b",
    re.IGNORECASE,
)
_GAP: Final = re.compile(
    r"\b(?:no|none|never|empty|without|missing|not a single|nothing|lacks?|uncovered|untouched)\b",
    re.IGNORECASE,
)

_WHO: Final = re.compile(r"\W*who\b", re.IGNORECASE)
_EMPTY: Final = re.compile(
    r"\b(?:no|without(?: any)?|not a single|zero) (?:papers?|entries|works?)\b|\bempty\b", re.IGNORECASE
)
_ASKED: Final = r"which|what|most (?:\w+ )?|commonest|favou?rite|popular|any|whole|of the"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of the papers that fit.

    Attributes:
        operation: What is done with them.
        by: The property or "year", "venue", "category", "author" by which they are grouped; "" for none.
        place: From where up to where in the question the group is named: no condition stands there.
    """

    operation: Operation
    by: str = ""
    place: tuple[int, int] = (0, 0)


def wanted(text: str) -> Wanted:
    """What a question wants; "list" where nothing says otherwise."""
    by, place = _grouped(text)
    if _WHO.match(text) and _MOST.search(text):
        by, place = "author", (0, 0)
    if by == "category" and _GAP.search(text):
        return Wanted("gap", by, (0, len(text)) if _EMPTY.search(text) else place)
    if _YEARS.search(text):
        return Wanted("years", "year", place if by == "year" else (0, 0))
    if by and _MOST.search(text):
        return Wanted("most", by, place)
    if _LATEST.search(text):
        return Wanted("latest", "year")
    if _FIRST.search(text):
        return Wanted("first", "year")
    if _COUNT.search(text):
        return Wanted("count")
    return Wanted("exists") if _EXISTS.search(text) else Wanted("list")


def _grouped(text: str) -> tuple[str, tuple[int, int]]:
    """The property that "which …" or "the most … " asks for, and where it says so."""
    found = [
        (match.start(), match.end(), prop)
        for prop, words in GROUPED_BY.items()
        if (match := re.search(rf"\b(?:{_ASKED})\W+(?:\w+[- ]){{0,2}}(?:{words})\b", text, re.IGNORECASE))
    ]
    if not found:
        return "", (0, 0)
    start, end, prop = min(found)
    return prop, (start, end)
