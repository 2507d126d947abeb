"""The answer chain: understand → retrieve → number the evidence → refuse or write → bind → judge → attach.

events = chain.stream("How does Eureka write rewards?")     # Consulted, Writing…, Answer
answer = chain.answer("How does Eureka write rewards?")
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from assistant.addressed import unaddressed
from assistant.answer import Answer, Claim, NumberedSource, Seconds
from assistant.catalogue_answers import computed
from assistant.chat.listening import ModelSilent, Reply
from assistant.citing import with_entries
from assistant.evidence import Evidence, gathered
from assistant.extractive import composed
from assistant.footnotes import with_footnotes
from assistant.named_parts import Looked, asked_parts, hits_of, looked_up
from assistant.parts import parts
from assistant.prompting import rewrite_messages
from assistant.question import Question, Turn, checked, understood
from assistant.reading_notes import reading_notes
from assistant.support.binding import parted
from assistant.support.judge import Judge
from assistant.support.refusing import (
    Refusal,
    consulted,
    digest_alone,
    refused,
    says_unstated,
    unanswered,
)
from assistant.tables.answering import claim, table_found, told_beside
from assistant.wording import normalised
from assistant.writing import Draft, Writer, named_first
from corpus.errors import DualityError
from corpus.spelling import either

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from assistant.chat.models import ChosenModel
    from assistant.tables.answering import TableFound
    from corpus.catalogue import Catalogue
    from index.search import Hit, Search

log = logging.getLogger(__name__)
REFUSAL_QUOTES = 2
QUOTED = ("exact", "normalised")
NEAREST = "The nearest passages:"  # what opens quotes that nobody found to be an answer
TABLES = 2  # that a large model reads beside the passages


@dataclass(frozen=True, slots=True)
class Checks:
    """What is done about what the papers do not carry.

    Attributes:
        refuse: Refuse where the papers do not say it; else always write.
        drop: Leave out what nothing carries, with a note; else show it, labelled.
        judge: Who decides whether premises carry a sentence; words alone by default.
    """

    refuse: bool = True
    drop: bool = True
    judge: Judge = field(default_factory=Judge)


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
    """The answer so far: finished sentences as checked claims, the words of the one being written, and what opens it."""

    claims: tuple[Claim, ...]
    words: str
    lead: str = ""


Event = Consulted | Writing | Answer


@dataclass(frozen=True, slots=True)
class _Task:
    """One question on its way to an answer."""

    question: Question
    hits: Sequence[Hit]
    evidence: Evidence
    draft: Draft
    retrieved: float
    cancelled: threading.Event
    silent: str = ""  # why the model was given up before it was asked for the answer


class AnswerChain:
    """Answers questions from one index.

    Args:
        search: The search over the index; its catalogue and embedder are used too.
        model: The chosen chat model, or one that only quotes.
        checks: What is done about unsupported sentences and unanswerable questions.
    """

    def __init__(self, search: Search, model: ChosenModel, checks: Checks | None = None) -> None:
        self.search = search
        self.model = model
        self.checks = checks or Checks()

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
        cancelled = cancelled or threading.Event()
        question, silent = self._understood(text, history, cancelled)
        digests = digest_alone(question, self.catalogue, self.search.generation().passages)
        if digests and scope.papers is None:  # what other papers say is no answer about these
            scope = replace(scope, papers=digests)
        hits, tables = self._found(question, scope)
        found = table_found(question, hits, self.catalogue, self.search.generation().passages)
        looked, of_parts = self._parts(text, question.papers or scope.papers or ())
        if found:
            hits = [found.hit, *hits]
        elif of_parts:
            known = {hit.passage.id for hit in of_parts}
            others = [] if looked.whole else [hit for hit in hits if hit.passage.id not in known]
            chosen = [*of_parts, *others][: scope.passages]
            hits = [replace(hit, rank=rank) for rank, hit in enumerate(chosen, start=1)]
        elif self.model.kind == "remote" or self.model.chat is None:
            hits = [*hits, *tables]
        evidence = gathered(
            question.search,
            with_footnotes(hits, self.search.generation().passages),
            self.catalogue,
            self.search.embedder,
            text,
            question.papers,
            question.each,
        )
        entries = with_entries(evidence.sources, self.search.generation().passages)
        evidence = replace(evidence, sources=entries)
        retrieved = time.monotonic() - begun
        yield Consulted(question, evidence.sources)
        if found:
            yield self._read(question, evidence, found, begun, retrieved)
            return

        task = _Task(question, hits, evidence, Draft(begun), retrieved, cancelled, silent)
        task.draft.notes += looked.missing if of_parts else ()
        missing = Refusal(" ".join(looked.missing)) if looked.missing and not of_parts else None
        if digests:
            task.draft.notes.append(self._digest_note(digests))
        refusal = missing
        if refusal is None and self.model.kind == "embedded":
            # What is sure stands at once; the model takes its time.
            yield Writing(tuple(composed(evidence, question.papers)), "", "")
        if refusal is None and self.checks.refuse and not of_parts:
            passages = self.search.generation().passages
            refusal = refused(
                question, hits, evidence, self.catalogue, passages, self.model, cancelled.is_set
            )
        if refusal is None:
            yield from self._written(task)
            refusal = self._unstated(task)
        yield self._refusal(task, refusal) if refusal else self._answer(task)

    def _found(self, question: Question, scope: Scope) -> tuple[list[Hit], list[Hit]]:
        """The passages and the tables that fit best."""
        count = scope.passages + TABLES
        hits = self.search(question.search, count, papers=scope.papers, prefer=question.papers, tables=True)
        tables = [hit for hit in hits if hit.passage.table is not None]
        return [hit for hit in hits if hit.passage.table is None][: scope.passages], tables[:TABLES]

    def _read(
        self, question: Question, evidence: Evidence, found: TableFound, begun: float, retrieved: float
    ) -> Answer:
        """What the program read from a table: no model has a part in it."""
        said = claim(found.reading, evidence.sources[0])
        total = time.monotonic() - begun
        return Answer(
            question=question.asked,
            standalone=question.standalone,
            refused=False,
            claims=(said,),
            sources=evidence.sources,
            model="none (read from the table)",
            notes=reading_notes(evidence.sources[:1], self.search.generation().passages),
            seconds=Seconds(retrieved, total, total),
        )

    def _answer(self, task: _Task) -> Answer:
        draft, sources = task.draft, task.evidence.sources
        left_open = unanswered(task.question, draft.claims, self.catalogue)
        if left_open:
            draft.notes.append(f"Of {either(left_open, 'and')} nothing was found that answers the question.")
        cited = {citation.n for claim in draft.claims for citation in claim.citations}
        passages = self.search.generation().passages
        draft.notes += reading_notes((s for s in sources if s.n in cited), passages)
        lead = draft.lead if any(claim.citations for claim in draft.claims) else ""
        return self._stated(
            task, self.model.name, lead=lead, claims=tuple(draft.claims), left_out=tuple(draft.left_out)
        )

    def _refusal(self, task: _Task, refusal: Refusal) -> Answer:
        """An answer that claims nothing: what was looked for and where, and the nearest passages."""
        sources = task.evidence.sources
        looked = [refusal.reason, consulted(task.evidence, self.catalogue)]
        lead = " ".join(part for part in looked if part) + (f" {NEAREST}" if sources else "")
        task.draft.notes += reading_notes(sources, self.search.generation().passages)
        nearest = tuple(composed(task.evidence, quotes=REFUSAL_QUOTES))
        model = "none (decided from the evidence)" if not task.draft.text else self.model.name
        return self._stated(task, model, refused=True, lead=lead, claims=nearest)

    def _stated(self, task: _Task, model: str, **stated: Any) -> Answer:
        draft = task.draft
        total = time.monotonic() - draft.begun
        return Answer(
            question=task.question.asked,
            standalone=task.question.standalone,
            sources=task.evidence.sources,
            model=model,
            notes=(*draft.notes, *self.search.remarks()),
            tokens=draft.tokens,
            removed_markers=draft.removed,
            draft=draft.text,
            seconds=Seconds(task.retrieved, draft.first_token or total, total, draft.checking),
            **{"refused": False, **stated},
        )

    def _parts(self, text: str, papers: Sequence[str]) -> tuple[Looked, list[Hit]]:
        """The figures, tables, sections, pages that a question about one paper calls by number."""
        asked = asked_parts(text)
        paper = self.catalogue.by_id.get(papers[0]) if len(papers) == 1 else None
        if not asked or paper is None:
            return Looked(), []
        passages = self.search.generation().passages
        looked = looked_up(asked, paper.id, paper.label, passages)
        return looked, hits_of(asked, looked, paper.id, passages) if looked.places else []

    # --- refusing ---

    def _unstated(self, task: _Task) -> Refusal | None:
        """A large model's own word that the evidence does not answer."""
        if not self.checks.refuse or task.cancelled.is_set() or self.model.kind != "remote":
            return None
        passages = self.search.generation().passages
        return says_unstated(task.draft.text, task.question, self.catalogue, passages)

    def _digest_note(self, papers: Sequence[str]) -> str:
        labels = either([self.catalogue.by_id[paper].label for paper in papers], "and")
        return f"Of {labels} only our digest is here, not the PDF: what it leaves out is not known."

    def _understood(
        self, text: str, history: Sequence[Turn], cancelled: threading.Event
    ) -> tuple[Question, str]:
        """The question made standalone: by rule, or by a large model where one is chosen; and why that was given up."""
        question = understood(text, history, self.catalogue)
        if not question.leaned or self.model.kind != "remote" or self.model.chat is None:
            return question, ""
        try:
            reply = Reply(self.model, rewrite_messages(text, history), stopped=cancelled.is_set)
            rewritten = " ".join(reply.whole().split()).strip('"“”')
        except ModelSilent as error:
            return question, str(error)
        except Exception as error:  # noqa: BLE001 - any provider's failure; the rule's version stands
            log.info("The question was not rewritten by the model: %s", error)
            return question, ""
        if not 3 <= len(rewritten) <= 600 or unaddressed(rewritten) != rewritten:  # it read quotations
            return question, ""
        papers = understood(rewritten, (), self.catalogue).papers or question.papers
        return replace(question, standalone=rewritten, search=rewritten, papers=papers), ""

    # --- writing ---

    def _written(self, task: _Task) -> Iterator[Event]:
        draft, name = task.draft, self.model.name
        if self.model.chat is None:
            self._quote(task)
            if self.model.reason:
                draft.notes.append(self.model.reason)
            return
        if task.silent:
            self._fall_back(task, task.silent)
            return
        try:
            yield from self._by_model(task)
        except DualityError as error:
            self._fall_back(task, str(error))
        except Exception as error:
            log.debug("The model failed", exc_info=True)
            self._fall_back(task, f"{name} failed ({type(error).__name__}).")
        if task.cancelled.is_set():
            draft.notes.append("Stopped by you before it was complete.")
        elif not draft.claims and not draft.left_out:
            self._fall_back(task, f"{name} wrote nothing usable.")
        elif not any(claim.citations for claim in draft.claims):
            draft.left_out += draft.claims
            self._fall_back(task, f"Nothing that {name} wrote is carried by the passages, so it is left out.")
        elif draft.left_out:
            several = len(draft.left_out) > 1
            draft.notes.append(
                f"{len(draft.left_out)} sentence{'s' * several} that {name} wrote {'are' if several else 'is'} left out, "
                f"not found to be carried by the passages ({self.checks.judge.name})."
            )

    def _quote(self, task: _Task) -> None:
        task.draft.claims[:] = composed(task.evidence, task.question.papers)
        passages = self.search.generation().passages
        task.draft.claims += told_beside(task.question, task.evidence.sources, self.catalogue, passages)
        task.draft.lead = NEAREST if task.draft.claims else ""
        task.draft.first_token = task.draft.first_token or time.monotonic() - task.draft.begun

    def _fall_back(self, task: _Task, why: str) -> None:
        self._quote(task)
        task.draft.notes.append(
            f"{why} These are the nearest sentences of the papers instead, word for word."
        )

    def _by_model(self, task: _Task) -> Iterator[Event]:
        """Stream the model's sentences, each bound to the evidence as it ends; then have them judged.

        A small model's words are shown only once they are judged; the quotes stand until then, and beside them.
        """
        draft = task.draft
        writer = Writer(self.model, task.evidence, task.cancelled.is_set)
        small = self.model.kind == "embedded"
        quotes = composed(task.evidence, task.question.papers) if small else []
        for part in parts(task.question, task.hits, task.evidence, self.model, writer, draft):
            draft.lead = draft.lead or part.lead
            for words in writer.write(part, draft):
                yield Writing(
                    tuple(quotes or draft.claims), "" if small else words, "" if small else draft.lead
                )
        writer.settle(draft, self.checks.judge)
        if self.checks.drop:
            draft.claims, draft.left_out = parted(draft.claims, words=not small)
        named_first(task.evidence, draft.claims)
        if small and draft.claims and not task.cancelled.is_set():
            judged = [claim for claim in draft.claims if claim.support not in QUOTED]
            copied = [claim for claim in draft.claims if claim.support in QUOTED and not _said(claim, quotes)]
            draft.lead = draft.lead if any(claim.citations for claim in judged) else NEAREST
            draft.claims = [*judged, *quotes, *copied]
        yield Writing(tuple(draft.claims), "", draft.lead)


def _said(claim: Claim, quotes: Sequence[Claim]) -> bool:
    """Whether a sentence that a model copied stands in one of the quotes."""
    words = normalised(" ".join(citation.quote for citation in claim.citations))
    return any(words in normalised(quote.text) for quote in quotes)
