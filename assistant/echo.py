"""Whether a small model says something that stands in its prompt's example and not in the evidence it was given."""

from __future__ import annotations

import re
from itertools import pairwise

WORDS = re.compile(r"[^\W_]+")
LONG = 3  # letters from which a word says something


def echoes(sentence: str, prompt: str, evidence: str) -> bool:
    """Whether two words that follow each other in the prompt do so in the sentence, though the evidence lacks one of them.

    "… human-level dexterity on moving boats" passes a check that looks for most of its words; the boats are
    the example's.
    """
    known = set(_words(evidence))
    taught, said = _words(prompt), _words(sentence)
    pairs = set(pairwise(taught)) & set(pairwise(said))
    return any(word not in known for pair in pairs for word in pair if len(word) > LONG)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in WORDS.findall(text)]
