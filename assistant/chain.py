"""The answer chain: understand → retrieve → number the evidence → judge → write → bind each sentence → attach.

events = chain.stream("How does Eureka write rewards?")     # Consulted, Writing…, Answer
answer = chain.answer("How does Eureka write rewards?")
"""

from __future__ import annotations

import logging
import re
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from assistant.answer import Answer, Claim, NumberedSource, Seconds
from assistant.attribution import bound
from assistant.catalogue_answers import computed
from assistant.evidence import Evidence, gathered
from assistant.extractive import composed
from assistant.prompting import answer_messages, prompt, rewrite_messages
from assistant.question import Question, Turn, checked, understood
from assistant.refusal import judged
from corpus.errors import DualityError
from corpus.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from assistant.chat.models import ChosenModel
    from assistant.support import Meaning
    from corpus.catalogue import Catalogue
    from index.search import Hit, Search

log = logging.getLogger(__name__)
REFUSAL_QUOTES = 2
# A small model may copy the words in front of its evidence, "Octo, page 5:"
COPIED_HEADER = re.compile(r"^[^.:]{2,60}, (?:page \d+|digest|the survey's table):\s+")
TRAILING_MARKER = re.compile(
    r"([.!?])[ \t]*((?:\[(?:source|passage|evidence)?[ \t]*\d[\d,;\s–-]*\][ \t]*)+)", re.IGNORECASE
)
OPEN_MARKER = re.compile(r"\s*\[[^\]]*\Z")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to look.

    Attributes:
        papers: Ids of the only papers to search; None for all.
        passages: How many passages an answer may rest on.
    """

    papers: tuple[str, ...] | None = None
    passages: int = 6


@dataclass(frozen=True, slots=True)
class Consulted:
    """The evidence is there; nothing is written yet.

    Attributes:
        question: As understood.
        sources: The numbered evidence.
    """

    question: Question
    sources: tuple[NumberedSource, ...]


@dataclass(frozen=True, slots=True)
class Writing:
    """The answer so far: finished sentences as checked claims, and the words of the one being written."""

    claims: tuple[Claim, ...]
    words: str


Event = Consulted | Writing | Answer


@dataclass(slots=True)
class _Draft:
    """What writing has come to."""

    claims: list[Claim] = field(default_factory=list)
    removed: int = 0
    first_token: float | None = None
    tokens: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class AnswerChain:
    """Answers questions from one index.

    Args:
        search: The search over the index; its catalogue and embedder are used too.
        model: The chosen chat model, or one that only quotes.
    """

    def __init__(self, search: Search, model: ChosenModel) -> None:
        self.search = search
        self.model = model

    @property
    def catalogue(self) -> Catalogue:
        """The papers the answers are about."""
        return self.search.catalogue

    def answer(self, text: str, history: Sequence[Turn] = (), scope: Scope | None = None) -> Answer:
        """The whole answer. Arguments and errors as for `stream`."""
        for event in self.stream(text, history, scope):
            if isinstance(event, Answer):
                return event
        raise DualityError("The answer was stopped before it was complete.")

    def stream(
        self,
        text: str,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,
        cancelled: threading.Event | None = None,
    ) -> Generator[Event, None, None]:
        """The evidence as soon as it is there, the answer as it is written, and the whole Answer last.

        Args:
            text: The question.
            history: Earlier questions and answers, oldest first.
            scope: Where to look; everywhere by default.
            cancelled: Set it from another thread to stop writing; what is written by then is the answer.

        Raises:
            WrongUse: An empty or far too long question.
            NothingIndexed: There is nothing to search.
        """
        begun = time.monotonic()
        scope = scope or Scope()
        text = checked(text)
        listed = computed(text, self.catalogue)
        if listed is not None:
            took = time.monotonic() - begun
            yield Consulted(Question(text, text, text, ()), listed.sources)
            yield replace(listed, seconds=Seconds(took, took, took))
            return
        question = self._understood(text, history)
        hits = self.search(question.search, scope.passages, papers=scope.papers, prefer=question.papers)
        evidence = gathered(
            question.search, hits, self.catalogue, self.search.embedder, text, question.papers
        )
        retrieved = time.monotonic() - begun
        yield Consulted(question, evidence.sources)

        passages = self.search.generation().passages
        refusal = judged(question, hits, evidence, self.catalogue, passages)
        if refusal is not None:
            total = time.monotonic() - begun
            yield Answer(
                question=text,
                standalone=question.standalone,
                refused=True,
                lead=refusal.reason + (" The nearest passages:" if evidence.sources else ""),
                claims=tuple(composed(evidence, quotes=REFUSAL_QUOTES)),
                sources=evidence.sources,
                model="none (decided from the evidence)",
                seconds=Seconds(retrieved, total, total),
            )
            return

        draft = _Draft()
        yield from self._written(question, hits, evidence, draft, begun, cancelled or threading.Event())
        yield Answer(
            question=text,
            standalone=question.standalone,
            refused=False,
            claims=tuple(draft.claims),
            sources=evidence.sources,
            model=self.model.name,
            notes=tuple(draft.notes),
            tokens=draft.tokens,
            removed_markers=draft.removed,
            seconds=Seconds(retrieved, draft.first_token, time.monotonic() - begun),
        )

    def _understood(self, text: str, history: Sequence[Turn]) -> Question:
        """The question made standalone: by rule, or by a large model where one is chosen."""
        question = understood(text, history, self.catalogue)
        if not question.leaned or self.model.kind != "remote" or self.model.chat is None:
            return question
        try:
            reply = self.model.chat.invoke(rewrite_messages(text, history))
            rewritten = " ".join(str(reply.text).split()).strip('"“”')
        except Exception as error:  # noqa: BLE001 - any provider's failure; the rule's version stands
            log.info("The question was not rewritten by the model: %s", error)
            return question
        if not 3 <= len(rewritten) <= 600:
            return question
        papers = understood(rewritten, (), self.catalogue).papers or question.papers
        return replace(question, standalone=rewritten, search=rewritten, papers=papers)

    # --- writing ---

    def _written(
        self,
        question: Question,
        hits: Sequence[Hit],
        evidence: Evidence,
        draft: _Draft,
        begun: float,
        cancelled: threading.Event,
    ) -> Iterator[Event]:
        if self.model.chat is None:
            self._quote(question, evidence, draft, begun)
            if self.model.reason:
                draft.notes.append(self.model.reason)
            return
        try:
            yield from self._by_model(question, hits, evidence, draft, begun, cancelled)
        except DualityError as error:
            self._fall_back(question, evidence, draft, begun, str(error))
        except Exception as error:
            log.debug("The model failed", exc_info=True)
            self._fall_back(
                question, evidence, draft, begun, f"{self.model.name} failed ({type(error).__name__})."
            )
        if cancelled.is_set():
            return
        if not draft.claims:
            self._fall_back(question, evidence, draft, begun, f"{self.model.name} wrote nothing usable.")
        elif all(claim.support == "unsupported" for claim in draft.claims):
            why = f"Nothing that {self.model.name} wrote is carried by the passages, so it is left out."
            self._fall_back(question, evidence, draft, begun, why)

    def _quote(self, question: Question, evidence: Evidence, draft: _Draft, begun: float) -> None:
        draft.claims[:] = composed(evidence, question.papers)
        draft.first_token = draft.first_token or time.monotonic() - begun

    def _fall_back(
        self, question: Question, evidence: Evidence, draft: _Draft, begun: float, why: str
    ) -> None:
        self._quote(question, evidence, draft, begun)
        draft.notes.append(f"{why} These are the nearest sentences of the papers instead, word for word.")

    def _by_model(
        self,
        question: Question,
        hits: Sequence[Hit],
        evidence: Evidence,
        draft: _Draft,
        begun: float,
        cancelled: threading.Event,
    ) -> Iterator[Event]:
        """Stream the model's sentences, each bound to the evidence as it ends."""
        assert self.model.chat is not None  # noqa: S101 - the caller looked
        shown = self._shown(hits, evidence)
        handed_out = [n for n, _ in shown]
        meaning = self._meaning()
        messages, options = answer_messages(question, shown, evidence, self.model)
        if self.model.kind == "embedded":
            options["cancelled"] = (
                cancelled.is_set
            )  # it stops while still reading; others stop between chunks
        text = ""
        taken = 0
        stream = self.model.chat.stream(messages, **options)
        try:
            for chunk in stream:
                usage = getattr(chunk, "usage_metadata", None)
                if usage:
                    draft.tokens = {"input": usage["input_tokens"], "output": usage["output_tokens"]}
                text += str(chunk.text)
                if draft.first_token is None and text.strip():
                    draft.first_token = time.monotonic() - begun
                flowing = TRAILING_MARKER.sub(r" \2\1 ", text)
                done = self._finished(flowing)
                for sentence in done[taken:]:
                    self._take(sentence, evidence, handed_out, meaning, draft)
                taken = max(taken, len(done))
                words = flowing[self._end_of(flowing, done) :].strip()
                yield Writing(tuple(draft.claims), words)
                if cancelled.is_set():
                    break
        finally:
            close = getattr(stream, "close", None)
            if close is not None:
                close()
        flowing = TRAILING_MARKER.sub(r" \2\1 ", text)
        spans = sentences(flowing)
        for start, end in spans[taken:]:
            if not cancelled.is_set() or flowing[start:end].rstrip()[-1:] in ".!?":
                self._take(flowing[start:end], evidence, handed_out, meaning, draft)
        if cancelled.is_set():
            draft.notes.append("Stopped by you before it was complete.")
        self._open_with_the_name(evidence, draft)
        yield Writing(tuple(draft.claims), "")

    @staticmethod
    def _finished(text: str) -> list[str]:
        """The sentences of a growing text that will not change any more: all but the last, and its marker's owner."""
        spans = sentences(text)[:-1]
        if spans and OPEN_MARKER.match(text, spans[-1][1]):
            spans.pop()  # the marker that is being written belongs to it
        return [text[start:end] for start, end in spans]

    @staticmethod
    def _end_of(text: str, finished: Sequence[str]) -> int:
        spans = sentences(text)
        return spans[len(finished) - 1][1] if finished else 0

    @staticmethod
    def _take(
        sentence: str, evidence: Evidence, handed_out: Sequence[int], meaning: Meaning, draft: _Draft
    ) -> None:
        result = bound(COPIED_HEADER.sub("", sentence), evidence, handed_out, meaning)
        draft.removed += result.unknown
        if result.claim is None or any(result.claim.text == claim.text for claim in draft.claims):
            return
        if result.claim.text in prompt("answer_embedded"):  # a small model may repeat its example
            return
        draft.claims.append(result.claim)

    @staticmethod
    def _open_with_the_name(evidence: Evidence, draft: _Draft) -> None:
        """Name the paper where the writer did not: a small model asked "which work" leaves it out."""
        said = " ".join(claim.text for claim in draft.claims).lower()
        for position, claim in enumerate(draft.claims):
            if not claim.citations:
                continue
            label = evidence.source(claim.citations[0].n).label
            if label.lower() not in said:
                draft.claims[position] = replace(claim, text=f"{label}: {claim.text}")
                said += f" {label.lower()}"

    def _shown(self, hits: Sequence[Hit], evidence: Evidence) -> list[tuple[int, str]]:
        """What the model reads: whole passages where they fit its budget, else their best sentences."""
        budget = self.model.evidence_tokens
        if sum(hit.passage.tokens for hit in hits) <= budget:
            return [(source.n, source.text) for source in evidence.sources]
        return evidence.within(budget)

    def _meaning(self) -> Meaning:
        """Cosine of two texts by the index's embedder, each text embedded once."""
        embedder = self.search.embedder
        known: dict[str, Any] = {}

        def vector(text: str) -> Any:
            if text not in known:
                known[text] = embedder.embed_query(text)
            return known[text]

        return lambda one, other: float(vector(one) @ vector(other))
