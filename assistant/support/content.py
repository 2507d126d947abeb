"""What a sentence says, as words to be looked for in a source: its content, without frame, numbers and known names."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from index.words import stem, stems

if TYPE_CHECKING:
    from collections.abc import Collection

JOINED = re.compile(r"(?<=\w)[-‐‑–](?=\w)")
FRAME = frozenset(
    "method approach framework technique system work paper study author authors evidence described describes name named "
    "et al known shown shows take takes took taken approximately about around roughly respectively specifically additionally furthermore overall important main".split()
)  # words of a sentence that say nothing a source must hold
FRAME_STEMS = frozenset(stem(word) for word in FRAME)


@lru_cache(maxsize=4096)  # each sentence of a passage is held against each sentence of an answer
def content(text: str) -> frozenset[str]:
    """The stems of the content words of `text`; joined words are there whole and in parts."""
    return frozenset((*stems(text), *stems(JOINED.sub(" ", text))))


def share(wanted: Collection[str], there: Collection[str]) -> float:
    """The share of `wanted` that is there; a joined word also where its parts are ("real-world" in "the real world")."""
    if not wanted:
        return 0.0
    held = sum(
        word in there or ("-" in word and all(stem(part) in there for part in word.split("-")))
        for word in wanted
    )
    return held / len(wanted)


def wanted_of(claim: str, known: Collection[str]) -> set[str]:
    """The content words a source must hold: no numbers, which are looked for by value, and no frame words.

    The paper's own names aside, too: it seldom names itself in the sentence cited.
    """
    wanted = {word for word in stems(claim) if not word[0].isdigit()} - FRAME_STEMS
    return wanted.difference(*(content(text) for text in known)) or wanted or set(stems(claim))
