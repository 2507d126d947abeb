"""Having a model phrase a part of a summary, each sentence bound to the evidence; quotes where it fails."""

from __future__ import annotations

import logging
import re
import threading
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.chat.listening import Reply
from assistant.echo import echoes
from assistant.markers import flowing
from assistant.prompting import prompt, summary_messages
from assistant.shown import called, of_paper
from assistant.support.binding import bound, parted, settled
from assistant.writing import COPIED_HEADER
from corpus.errors import DualityError
from corpus.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Claim
    from assistant.chat.models import ChosenModel
    from assistant.sources import Sources
    from assistant.support.binding import Bound
    from assistant.support.judge import Judge

log = logging.getLogger(__name__)
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


class Writer:
    """Phrases parts with one model; after a failure of the model it quotes for the rest of the summary.

    Args:
        model: The chosen model; where it generates nothing, everything is quoted.
        judge: Who rules on what the model writes.
        cancelled: Stops the writing when set.
    """

    def __init__(self, model: ChosenModel, judge: Judge, cancelled: threading.Event | None = None) -> None:
        self.model = model
        self.cancelled = cancelled or threading.Event()
        self.tokens: dict[str, int] = {}
        self.notes: list[str] = []
        self.replaced = 0
        self._judge = judge
        self._failed = model.chat is None

    @property
    def writes(self) -> bool:
        """Whether the model is there and has not failed."""
        return not self._failed and not self.cancelled.is_set()

    def phrased(
        self, ask: str, quotes: Sequence[tuple[int, str]], sources: Sources, most: int = 2
    ) -> list[Claim]:
        """At most `most` sentences on `ask` that the quotes carry; empty where the model wrote none.

        Args:
            ask: What to write about.
            quotes: Number of each source, and the words of it that matter.
            sources: The numbered sources.
            most: How many sentences.
        """
        if not self.writes or not quotes:
            return []
        shown = _shown(quotes)
        if not shown:
            return []
        return self._taken(self._asked(ask, shown, sources, most), ask, shown, sources)[:most]

    def _asked(self, ask: str, shown: Sequence[tuple[int, str]], sources: Sources, most: int) -> str:
        """What the model writes; "" where it fails."""
        messages, options = summary_messages(ask, most, shown, sources.taken, self.model)
        try:
            return self._read(Reply(self.model, messages, options, self.cancelled.is_set))
        except DualityError as error:
            self._fail(str(error))
        return ""

    def _read(self, reply: Reply) -> str:
        text = reply.whole()
        for name, count in reply.tokens.items():
            self.tokens[name] = self.tokens.get(name, 0) + count
        if reply.cut and reply.cut not in self.notes:
            self.notes.append(reply.cut)
        return text

    def _fail(self, why: str) -> None:
        self._failed = True
        self.notes.append(f"{why} The parts from there on are sentences of the papers, word for word.")

    def _taken(self, text: str, ask: str, shown: Sequence[tuple[int, str]], sources: Sources) -> list[Claim]:
        """The sentences as bound claims, without those that repeat one or take something from the prompt's example."""
        handed_out = [n for n, _ in shown]
        flow = flowing(text, handed_out)
        given = " ".join((ask, *(f"{called(sources.taken[n - 1].label)} {words}" for n, words in shown)))
        bounds: list[Bound] = []
        for start, end in sentences(flow):
            sentence = COPIED_HEADER.sub("", flow[start:end].strip())
            bare = MARKER.sub(" ", sentence).strip()
            if bare[-1:] not in ".!?":  # cut short
                continue
            if self.model.kind == "embedded" and echoes(bare, _example(), given):
                continue
            found = bound(third_person(sentence), sources.evidence, handed_out)
            if (
                found is not None
                and found.claim.text
                and not _circular(bare)
                and not any(repeats(found.claim.text, b.claim.text) for b in bounds)
            ):
                bounds.append(found)
        claims = settled(bounds, sources.evidence, self._judge, self.cancelled.is_set)
        return parted(claims, words=self.model.kind != "embedded")[0]


def _example() -> str:
    """The sentences that the small model's prompt ends with."""
    return prompt("summary_embedded").strip().splitlines()[-1]


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


def _shown(quotes: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Number and words of the quotes, as a model reads them, those of one source together."""
    together: dict[int, list[str]] = {}
    for n, words in quotes:
        together.setdefault(n, []).append(words)
    return [(n, text) for n, said in together.items() if (text := of_paper(" … ".join(said)))]
