"""What a model wrote of a summary or a comparison, as claims: in the third person, each once, bound to the evidence and judged."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.echo import echoes
from assistant.markers import flowing
from assistant.prompting import prompt
from assistant.shown import called
from assistant.support.binding import bound, parted, settled
from assistant.writing import COPIED_HEADER
from corpus.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.answer import Claim
    from assistant.chat.models import ChosenModel
    from assistant.evidence import Evidence
    from assistant.support.binding import Bound
    from assistant.support.judge import Judge

# A small model keeps the authors' "we" whatever it is told.
PERSONS = (
    (re.compile(r"\bWe\b"), "The authors"),
    (re.compile(r"\bwe\b"), "the authors"),
    (re.compile(r"\bOur\b"), "Their"),
    (re.compile(r"\bour\b"), "their"),
    (re.compile(r"\bus\b"), "them"),
    (re.compile(r"^(?:In|Throughout) this (?:paper|work|article), (\w)"), r"\1"),
)
LINKING = re.compile(r"^(?:However|Moreover|Furthermore|In addition|Additionally|Overall|Thus|Therefore),\s+")
MARKER = re.compile(r"\s*(?:\[\d+\]\s*)+")
SHORT = 18  # words of a sentence that has no room to say a thing twice
REPEATED = 0.8  # share of words from which a sentence says what another said


def phrased(
    text: str,
    shown: Sequence[tuple[int, str]],
    evidence: Evidence,
    model: ChosenModel,
    judge: Judge,
    *,
    asked: str,
    example: str,
    cut: bool = False,
    stopped: Callable[[], bool] = lambda: False,
) -> tuple[list[Claim], list[Claim]]:
    """The sentences that the evidence carries, and those left out.

    Args:
        text: What the model wrote.
        shown: Number and words of the evidence that it was shown.
        evidence: The numbered sources.
        model: Who wrote; a small one copies from the example of its prompt, and has its words shown only where they are judged.
        judge: Who rules.
        asked: What it was asked.
        example: The name of the small model's prompt, which ends with an example.
        cut: Whether the reply was cut off, its last sentence with it.
        stopped: Whether the reader has had enough.
    """
    small = model.kind == "embedded"
    handed_out = [n for n, _ in shown]
    flow = flowing(text, handed_out)
    given = " ".join((asked, *(f"{called(evidence.source(n).label)} {words}" for n, words in shown)))
    bounds: list[Bound] = []
    for start, end in sentences(flow):
        sentence = COPIED_HEADER.sub("", flow[start:end].strip())
        bare = MARKER.sub(" ", sentence).strip()
        if (cut or stopped()) and bare[-1:] not in ".!?":
            continue
        if _circular(bare) or (small and echoes(bare, prompt(example).strip().splitlines()[-1], given)):
            continue
        found = bound(third_person(sentence), evidence, handed_out)
        if found and found.claim.text and not any(repeats(found.claim.text, b.claim.text) for b in bounds):
            bounds.append(found)
    return parted(settled(bounds, evidence, judge, stopped), words=not small)


def third_person(sentence: str) -> str:
    """The sentence without the authors' "we" and "our", and without the "However," that links it to nothing."""
    sentence = LINKING.sub("", sentence)
    for pattern, third in PERSONS:
        sentence = pattern.sub(third, sentence)
    return sentence[:1].upper() + sentence[1:]


def _circular(text: str) -> bool:
    """Whether a short sentence comes back to its own words: "uses reinforcement learning to learn … via reinforcement learning"."""
    words = re.findall(r"\w+", text.lower())
    pairs = [pair for pair in pairwise(words) if min(map(len, pair)) > 3]
    return len(words) < SHORT and len(set(pairs)) < len(pairs)


def repeats(one: str, other: str) -> bool:
    """Whether two sentences have nearly the same words."""
    first, second = (set(re.findall(r"\w+", text.lower())) for text in (one, other))
    return len(first & second) >= REPEATED * min(len(first), len(second))
