"""Taking a sentence apart: where it joins two statements, gives a reason, or speaks of two works."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.content import wanted_of
from assistant.wording import named_in
from index.words import stems

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_SAID = 2  # content words that a comparing sentence says of each work
SMALLEST_CLAUSE = 3  # content words a part of a sentence needs to be looked up alone
JOINTS = tuple(
    re.compile(joint, re.IGNORECASE)
    for joint in (
        r"\bwhile\b|\bwhereas\b|;",
        r"\bbut\b|\bin contrast\b|\bas against\b|\bcompared (?:to|with)\b",
        r",\s+and\b|,\s+which\b|,\s+with\b",
        r"\band\b",
    )
)  # where a sentence parts, the surest first
REASONS = re.compile(
    r"\bbecause\b|\bdue to\b|\bowing to\b|\bas a result of\b|\bso that\b|\bsince\b(?!\s+\d)|\bby(?=\s+\w+ing\b)",
    re.IGNORECASE,
)  # where a sentence goes on with its reason or its means


def parted(claim: str, joints: Sequence[re.Pattern[str]] = JOINTS) -> list[tuple[str, str]]:
    """The ways to take a sentence apart at one of its joining words, the surest first; no part is a mere scrap."""
    found = []
    for joint in joints:
        for match in joint.finditer(claim):
            first, second = claim[: match.start()].strip(" ,"), claim[match.end() :].strip(" ,")
            if min(len(stems(first)), len(stems(second))) >= SMALLEST_CLAUSE:
                found.append((first, second))
    return found


def clauses(claim: str, one: str, other: str) -> tuple[str, str] | None:
    """A comparing sentence taken apart: what it says of the work named `one`, and of that named `other`.

    "ZeST uses CLIP, while LOReL uses distilBERT" parts at "while". None where no joining word stands
    between the two names, or a part names both or none.
    """
    for joint in JOINTS:
        for match in joint.finditer(claim):
            first, second = claim[: match.start()].strip(" ,"), claim[match.end() :].strip(" ,")
            if any(len(wanted_of(part, (one, other))) < LEAST_SAID for part in (first, second)):
                continue
            names_ = [[named_in(name, part) for name in (one, other)] for part in (first, second)]
            if names_ == [[True, False], [False, True]]:
                return first, second
            if names_ == [[False, True], [True, False]]:
                return second, first
    return None
