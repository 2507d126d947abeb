"""Having a model write, and binding each sentence to the evidence as it ends."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.chat.listening import Reply
from assistant.markers import flowing
from assistant.support.binding import bound, settled
from corpus.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from langchain_core.messages import BaseMessage

    from assistant.answer import Claim
    from assistant.chat.models import ChosenModel
    from assistant.evidence import Evidence
    from assistant.parts import Part
    from assistant.support.binding import Bound
    from assistant.support.judge import Judge

# A small model may copy the words in front of its evidence, "Octo, page 5:"
COPIED_HEADER = re.compile(r"^[^.:]{2,60}, (?:page \d+|digest|the survey's table):\s+")
OPEN_MARKER = re.compile(r"\s*\[[^\]]*\Z")


@dataclass(slots=True)
class Draft:
    """What writing has come to.

    Attributes:
        begun: When the question came (monotonic seconds).
        text: Everything the model wrote.
        lead: Words of the program's own that open the answer.
        bounds: Its finished sentences, bound to what they may rest on.
        claims: The same, as far as the program can tell; once all is written, as the judge rules.
        left_out: Claims that are not shown.
        removed: Markers that pointed at nothing.
        first_token: Seconds from `begun` until its first word.
        checking: Seconds spent on checking.
        tokens: "input" and "output", over all calls.
        notes: What the reader should know.
        failure: Why the model did not write, with its remedy.
    """

    begun: float
    text: str = ""
    lead: str = ""
    bounds: list[Bound] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    left_out: list[Claim] = field(default_factory=list)
    removed: int = 0
    first_token: float | None = None
    checking: float = 0.0
    tokens: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    failure: str = ""

    def emptied(self) -> None:
        """Take back what was written."""
        self.bounds.clear()
        self.claims.clear()
        self.text = ""


class Writer:
    """Lets one model write about one body of evidence.

    Args:
        model: The chosen model; its chat is asked.
        evidence: The numbered sources.
        stopped: Whether the reader has had enough.
    """

    def __init__(
        self,
        model: ChosenModel,
        evidence: Evidence,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self.model = model
        self.evidence = evidence
        self.stopped = stopped
        self.cut = False  # whether the last reply was cut, its last sentence with it

    def words(self, messages: list[BaseMessage], options: dict[str, Any], draft: Draft) -> Iterator[str]:
        """The text so far, growing, until the model ends or is stopped. Tokens are added to the draft."""
        reply = Reply(self.model, messages, options, self.stopped)
        try:
            for text in reply.texts():
                if draft.first_token is None and text.strip():
                    draft.first_token = time.monotonic() - draft.begun
                yield text
        finally:
            for name, count in reply.tokens.items():
                draft.tokens[name] = draft.tokens.get(name, 0) + count
        if reply.cut and reply.cut not in draft.notes:
            draft.notes.append(reply.cut)
        self.cut = bool(reply.cut)

    def write(self, part: Part, draft: Draft) -> Iterator[str]:
        """Write into `draft`: each finished sentence becomes a claim, not yet judged; the words after the last one are yielded."""
        before = f"{draft.text} ".lstrip()
        flow = ""
        taken: list[str] = []
        begun = len(draft.claims)
        for text in self.words(part.messages, part.options, draft):
            draft.text = before + text
            flow = flowing(text, part.numbers)
            done = _finished(flow)
            said = [flow[start:end] for start, end in done]
            if said[: len(taken)] != taken:  # what was taken turned out to be a thought
                del draft.claims[begun:], draft.bounds[begun:]
                taken = []
            for sentence in said[len(taken) :]:
                self.take(sentence, part.numbers, draft)
            taken = said
            yield flow[done[-1][1] if done else 0 :].strip()
        for start, end in sentences(flow)[len(taken) :]:
            if not (self.stopped() or self.cut) or flow[start:end].rstrip()[-1:] in ".!?":
                self.take(flow[start:end], part.numbers, draft)
        yield ""

    def take(self, sentence: str, numbers: Sequence[int], draft: Draft) -> None:
        """Bind a sentence to the evidence and add it to the claims, unless it repeats one."""
        began = time.monotonic()
        found = bound(COPIED_HEADER.sub("", sentence), self.evidence, numbers)
        draft.checking += time.monotonic() - began
        if found is None:
            return
        draft.removed += found.unknown
        if found.claim.text and all(found.claim.text != other.text for other in draft.claims):
            draft.bounds.append(found)
            draft.claims.append(found.claim)

    def settle(self, draft: Draft, judge: Judge) -> None:
        """Put the judge's word in place of the program's, all sentences in one call."""
        began = time.monotonic()
        draft.claims[:] = settled(draft.bounds, self.evidence, judge, self.stopped)
        draft.checking += time.monotonic() - began


def named_first(evidence: Evidence, claims: list[Claim]) -> None:
    """Name the paper where the writer did not: a small model asked "which work" leaves it out."""
    said = " ".join(claim.text for claim in claims).lower()
    for position, claim in enumerate(claims):
        if not claim.citations:
            continue
        label = evidence.source(claim.citations[0].n).label
        if label.lower() not in said:
            claims[position] = replace(claim, text=f"{label}: {claim.text}")
            said += f" {label.lower()}"


def _finished(text: str) -> list[tuple[int, int]]:
    """The sentences of a growing text that will not change any more: all but the last, and its marker's owner."""
    spans = sentences(text)[:-1]
    if spans and OPEN_MARKER.match(text, spans[-1][1]):
        spans.pop()  # the marker that is being written belongs to it
    return spans
