"""Taking a sentence apart that speaks of two works."""

from __future__ import annotations

import re

from assistant.support.content import wanted_of
from assistant.wording import named_in

LEAST_SAID = 2  # content words that a comparing sentence says of each work
JOINTS = tuple(
    re.compile(joint, re.IGNORECASE)
    for joint in (
        r"\bwhile\b|\bwhereas\b|;",
        r"\bbut\b|\bin contrast\b|\bas against\b|\bcompared (?:to|with)\b",
        r",\s+and\b|,\s+which\b|,\s+with\b",
        r"\band\b",
    )
)  # where a sentence parts, the surest first


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
