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
from assistant.asking.listed import listed
from assistant.asking.opening import led, with_opening
from assistant.asking.request import Request, request
from assistant.asking.told import told
from assistant.asking.typed import ENGLISH
from assistant.aspects.asked import Stated, raised, stated
from assistant.chat.failures import ContextTooSmall
from assistant.chat.listening import ModelSilent, Reply
from assistant.citing import with_entries
from assistant.evidence import Evidence, gathered
from assistant.explaining import explained
from assistant.extractive import composed
from assistant.footnotes import with_footnotes
from assistant.named_parts import Looked, asked_parts, hits_of, looked_up
from assistant.parts import parts
from assistant.prompting import rewrite_messages, translate_messages
from assistant.reading_notes import reading_notes
from assistant.screening.answering import by_facts
from assistant.support.binding import parted
from assistant.support.judge import Judge
from assistant.support.refusing import (
    Refusal,
    consulted,
    digest_alone,
    refused,
    says_unstated,
    unanswered,
    unstated,
)
from assistant.tables.answering import claim, table_found, told_beside
from assistant.wording import normalised
from assistant.writing import Draft, Writer, named_first
from corpus.errors import DualityError
from corpus.spelling import either

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from assistant.asking.context import Turn
    from assistant.chat.models import ChosenModel
    from assistant.tables.answering import TableFound
    from corpus.catalogue import Catalogue
    from index.search import Hit, Search

log = logging.getLogger(__name__)
REFUSAL_QUOTES = 2
QUOTED = ("exact", "normalised")
NEAREST = "The nearest passages:"  # what opens quotes that nobody found to be an answer
_SHARE = {3: "third", 9: "ninth"}
IN_ENGLISH = "You asked in {language}; the papers are in English, and are quoted in their own words."
UNTRANSLATED = " No model is there to translate the question: ask in English to have more of it understood."
MANY = 5  # times as many passages are looked through where papers are asked for, each of which is told once
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

    question: Request
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

    question: Request
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
        traced: Whether somebody listens to LangChain's callbacks.
    """

    def __init__(
        self, search: Search, model: ChosenModel, checks: Checks | None = None, *, traced: bool = False
    ) -> None:
        self.search = search
        self.model = model
        self.traced = traced
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
        meant = request(text, history, self.catalogue, self.search.embedder, self.search.knows)
        at_once = told(meant, self.catalogue) or listed(meant, self.catalogue) or self._by_facts(meant, scope)
        if at_once is not None:
            took = time.monotonic() - begun
            yield Consulted(meant, at_once.sources)
            at_once = replace(at_once, seconds=Seconds(took, took, took))
            yield replace(at_once, trace=explained(meant, at_once, self.catalogue))
            return
        cancelled = cancelled or threading.Event()
        question, silent = self._understood(meant, history, cancelled)
        if question.among:
            scope = replace(scope, papers=question.among)
        passages = self.search.generation().passages
        digests = digest_alone(question, self.catalogue, passages)
        if digests and scope.papers is None:  # what other papers say is no answer about these
            scope = replace(scope, papers=digests)
        hits, tables = self._found(question, scope)
        best = sorted([*hits, *tables], key=lambda hit: hit.rank)
        found = table_found(question, best, self.catalogue, passages)
        looked, of_parts = self._parts(question.asked, question.papers or scope.papers or ())
        if found:
            hits = [*found.hits, *hits]
        elif of_parts:
            known = {hit.passage.id for hit in of_parts}
            others = [] if looked.whole else [hit for hit in hits if hit.passage.id not in known]
            chosen = [*of_parts, *others][: scope.passages]
            hits = [replace(hit, rank=rank) for rank, hit in enumerate(chosen, start=1)]
        elif self.model.kind == "remote" or self.model.chat is None:
            hits = [*hits, *tables]
        of_aspect = None if found or of_parts else stated(question, self.catalogue, passages)
        if of_aspect:
            hits = led(of_aspect.hits, hits)
        evidence = self._weighed(question, hits, of_aspect)
        retrieved = time.monotonic() - begun
        yield Consulted(question, evidence.sources)
        if found:
            answer = self._read(question, evidence, found, begun, retrieved)
            yield replace(answer, trace=explained(question, answer, self.catalogue, hits, evidence))
            return

        task = _Task(question, hits, evidence, Draft(begun), retrieved, cancelled, silent)
        task.draft.notes += question.notes
        if digests:
            task.draft.notes.append(self._digest_note(digests))
        refusal = None
        if digests and of_aspect and not of_aspect.places:
            refusal = Refusal(unstated(question, (), self.catalogue))
        yield from self._decided(task, looked if looked.missing or of_parts else None, refusal)

    def _by_facts(self, meant: Request, scope: Scope) -> Answer | None:
        """What the facts of all papers answer; asked of the papers that the question is confined to, where it is."""
        if scope.papers is not None and not meant.among:
            meant = replace(meant, among=scope.papers)
        return by_facts(meant, self.catalogue, self.search.embedder, self.search.generation().passages)

    def _weighed(self, question: Request, hits: Sequence[Hit], of_aspect: Stated | None) -> Evidence:
        """The hits as numbered evidence, its sentences weighed."""
        passages = self.search.generation().passages
        read = with_footnotes(hits, passages)
        evidence = gathered(
            question.search,
            read,
            self.catalogue,
            self.search.embedder,
            question.asked,
            question.papers,
            question.each,
        )
        evidence = replace(evidence, sources=with_entries(evidence.sources, passages))
        return raised(evidence, read, of_aspect) if of_aspect else evidence

    def _decided(self, task: _Task, parts_asked: Looked | None, refusal: Refusal | None) -> Iterator[Event]:
        """Refused, or written; of parts of a paper that are called by number, only what is missing is refused."""
        if parts_asked is not None and parts_asked.places:
            task.draft.notes += parts_asked.missing
        elif parts_asked is not None:
            refusal = Refusal(" ".join(parts_asked.missing))
        if refusal is None and self.model.kind == "embedded":
            # What is sure stands at once; the model takes its time.
            yield Writing(tuple(composed(task.evidence, _asked_of(task))), "", "")
        if refusal is None and parts_asked is None and self.checks.refuse:
            passages, stopped = self.search.generation().passages, task.cancelled.is_set
            refusal = refused(
                task.question, task.hits, task.evidence, self.catalogue, passages, self.model, stopped
            )
        if refusal is None:
            yield from self._written(task)
            refusal = self._unstated(task)
        answer = self._refusal(task, refusal) if refusal else self._answer(task)
        trace = explained(task.question, answer, self.catalogue, task.hits, task.evidence)
        yield replace(answer, trace=trace)

    def _found(self, question: Request, scope: Scope) -> tuple[list[Hit], list[Hit]]:
        """The passages and the tables that fit best."""
        count = 2 * scope.passages + TABLES  # of which some are tables: each passage's place is kept
        many = question.kind == "many" and not question.papers
        if many:
            count *= MANY
        hits = self._retrieved(question, scope, count)
        if many:  # each paper once: what is asked is which ones
            once: dict[str, Hit] = {}
            for hit in hits:
                once.setdefault(hit.passage.paper, hit)
            hits = [replace(hit, rank=rank) for rank, hit in enumerate(once.values(), start=1)]
        tables = [hit for hit in hits if hit.passage.table is not None]
        text = [hit for hit in hits if hit.passage.table is None][: scope.passages]
        if (question.of_whole or question.of_method) and question.papers[0] in self.catalogue.by_id:
            paper = self.catalogue.by_id[question.papers[0]]
            passages = self.search.generation().passages
            if question.kind == "survey" and all(hit.page is None for hit in text):
                text = []  # its digest's prose says what its lines of key words say, in sentences
            text = with_opening(text, paper, passages)
        return text, tables[:TABLES]

    def _retrieved(self, question: Request, scope: Scope, count: int) -> list[Hit]:
        """What the search finds; by LangChain's retriever where anything of LangChain's is in use: whoever traces sees it."""
        if self.model.chat is None and not self.traced:  # it takes a third of a second to load
            return self.search(
                question.search, count, papers=scope.papers, prefer=question.papers, tables=True
            )
        from index.retriever import PassageRetriever

        only = None if scope.papers is None else [*scope.papers]
        retriever = PassageRetriever(search=self.search, k=count, papers=only, prefer=[*question.papers])
        return retriever.hits(question.search)

    def _read(
        self, question: Request, evidence: Evidence, found: TableFound, begun: float, retrieved: float
    ) -> Answer:
        """What the program read from a table: no model has a part in it."""
        said = tuple(map(claim, found.readings, evidence.sources))
        total = time.monotonic() - begun
        return Answer(
            question=question.typed,
            standalone=question.standalone,
            refused=False,
            claims=said,
            sources=evidence.sources,
            model="none (read from the table)",
            notes=reading_notes(evidence.sources[: len(said)], self.search.generation().passages),
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
            question=task.question.typed,
            standalone=task.question.standalone,
            sources=task.evidence.sources,
            model=model,
            notes=(*draft.notes, *self.search.remarks()),
            tokens=draft.tokens,
            failure=draft.failure,
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
        self, question: Request, history: Sequence[Turn], cancelled: threading.Event
    ) -> tuple[Request, str]:
        """The question in English and standalone, as far as a model is there to say so; and why that was given up."""
        foreign = question.language != ENGLISH
        if foreign:
            question = replace(
                question,
                notes=(
                    *question.notes,
                    IN_ENGLISH.format(language=question.language) + ("" if self.model.chat else UNTRANSLATED),
                ),
            )
        rewrites = question.leaned and self.model.kind == "remote"
        if self.model.chat is None or not (foreign or rewrites):
            return question, ""
        asking = rewrite_messages(question.asked, history) if rewrites else translate_messages(question.asked)
        try:
            reply = Reply(self.model, asking, stopped=cancelled.is_set)
            rewritten = " ".join(reply.whole().split()).strip('"“”')
        except ModelSilent as error:
            return question, str(error)
        except Exception as error:  # noqa: BLE001 - any provider's failure; the rule's version stands
            log.info("The question was not rewritten by the model: %s", error)
            return question, ""
        if not 3 <= len(rewritten) <= 600 or unaddressed(rewritten) != rewritten:  # it read quotations
            return question, ""
        papers = request(rewritten, (), self.catalogue, self.search.embedder).papers or question.papers
        asked = rewritten if foreign else question.asked
        return replace(question, asked=asked, standalone=rewritten, search=rewritten, papers=papers), ""

    # --- writing ---

    def _written(self, task: _Task) -> Iterator[Event]:
        draft, name = task.draft, self.model.name
        if self.model.chat is None:
            self._quote(task)
            if self.model.reason:
                draft.notes.append(self.model.reason)
            return
        if task.silent:
            draft.failure = task.silent
            self._fall_back(task, task.silent)
            return
        try:
            yield from self._fitted(task)
        except DualityError as error:
            draft.failure = str(error)
            self._fall_back(task, draft.failure)
        except Exception as error:
            log.debug("The model failed", exc_info=True)
            draft.failure = f"{name} failed ({type(error).__name__})."
            self._fall_back(task, draft.failure)
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
        task.draft.claims[:] = composed(task.evidence, _asked_of(task))
        passages = self.search.generation().passages
        task.draft.claims += told_beside(task.question, task.evidence.sources, self.catalogue, passages)
        task.draft.lead = NEAREST if task.draft.claims else ""
        task.draft.first_token = task.draft.first_token or time.monotonic() - task.draft.begun

    def _fall_back(self, task: _Task, why: str) -> None:
        self._quote(task)
        task.draft.notes.append(
            f"{why} These are the nearest sentences of the papers instead, word for word."
        )

    def _fitted(self, task: _Task) -> Iterator[Event]:
        """As `_by_model`; where the model reads less than it is shown, once more with a third, then a ninth of it."""
        for share in (1, 3, 9):
            try:
                model = replace(self.model, evidence_tokens=self.model.evidence_tokens // share)
                yield from self._by_model(task, model)
            except ContextTooSmall:
                if share == 9:
                    raise
                task.draft.emptied()
            else:
                if share > 1:
                    task.draft.notes.append(
                        f"{self.model.name} reads less at once than evidence_tokens allows: it was shown a {_SHARE[share]} of it."
                    )
                return

    def _by_model(self, task: _Task, model: ChosenModel) -> Iterator[Event]:
        """Stream the model's sentences, each bound to the evidence as it ends; then have them judged.

        A small model's words are shown only once they are judged; the quotes stand until then, and beside them.
        """
        draft = task.draft
        writer = Writer(model, task.evidence, task.cancelled.is_set)
        small = model.kind == "embedded"
        quotes = composed(task.evidence, _asked_of(task)) if small else []
        for part in parts(task.question, task.hits, task.evidence, model, writer, draft):
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


def _asked_of(task: _Task) -> tuple[str, ...]:
    """The papers that quotes are shared out among: those asked about, or where papers are asked for those found."""
    if task.question.kind == "many" and not task.question.papers:
        return tuple(dict.fromkeys(source.paper for source in task.evidence.sources))
    return task.question.papers
