"""Deciding that the papers do not say it, before anything is written.

Three signs, joined by weights that bench/refusing.py fits on questions whose answers are known, split by paper: the
embedded model's odds that the evidence states what is asked, whether a name that is asked about occurs nowhere in the
papers asked about, and whether the answer would be the name of a work, of which the evidence shows only what it says. A large model gives its own verdict as it writes (`says_unstated`). The length of a question
is no sign, nor is anything that follows from it.
"""

from __future__ import annotations

import json
import logging
import math
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from assistant.prompting import answered_messages
from assistant.support.asked_names import absent_terms
from corpus.errors import DualityError
from corpus.spelling import either

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.answer import Claim
    from assistant.asking.request import Request
    from assistant.chat.models import ChosenModel
    from assistant.evidence import Evidence
    from corpus.catalogue import Catalogue
    from index.passage_store import PassageStore
    from index.search import Hit

log = logging.getLogger(__name__)
READ: Final = 260  # tokens of evidence that the embedded model reads before it says whether they answer
NOT_STATED: Final = re.compile(r"\W*not stated\W*", re.IGNORECASE)
"""What a large model is told to write where the evidence answers no part of the question."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing is claimed.

    Attributes:
        reason: A sentence or two for the reader.
        probability: That the papers do not say it (0..1); None where no model was asked.
    """

    reason: str
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """How the signs are joined: a logistic curve over the odds against an answer, absent names and works asked for."""

    odds: float
    absent: float
    work: float
    intercept: float
    threshold: float

    def unanswered(self, odds: float, *, absent: bool, work: bool) -> float:
        """The probability that the papers do not say it.

        Args:
            odds: Log-odds, by the model, that the evidence states what is asked.
            absent: Whether a name asked about occurs nowhere in the papers asked about.
            work: Whether the answer would be the name of a work.
        """
        against = -self.odds * odds + self.absent * absent + self.work * work + self.intercept
        return 1 / (1 + math.exp(-against))


def weights() -> Weights:
    """The weights that bench/refusing.py fitted."""
    return Weights(**{name: float(value) for name, value in _kept().items() if name != "fitted"})


@cache
def _kept() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads((files("assistant.support") / "refusing.json").read_text("utf-8"))
    return kept


def refused(
    question: Request,
    hits: Sequence[Hit],
    evidence: Evidence,
    catalogue: Catalogue,
    passages: PassageStore,
    model: ChosenModel,
    stopped: Callable[[], bool] = lambda: False,
) -> Refusal | None:
    """A refusal where the papers do not say it, else None.

    Args:
        question: As understood.
        hits: What the search found.
        evidence: The same, numbered.
        catalogue: The papers.
        passages: Their text.
        model: The chosen model; it is asked where it can tell.
        stopped: Whether the reader has had enough.
    """
    where = _where(question, catalogue)
    if not hits:
        return Refusal(f"The papers do not say: nothing in {where} meets the question.")
    held = [paper for paper in question.papers if paper in pdfs_held(passages)]
    absent = absent_terms(question, catalogue, passages, held)
    odds = _by_embedded(question, evidence, model, stopped)
    if odds is None:
        return _named(question, absent, held, catalogue) if absent else None
    fitted = weights()
    probability = fitted.unanswered(odds, absent=bool(absent), work=question.seeks_work)
    if probability < fitted.threshold:
        return None
    if absent:
        return Refusal(_named(question, absent, held, catalogue).reason, probability)
    return Refusal(unstated(question, held, catalogue), probability)


def says_unstated(
    reply: str, question: Request, catalogue: Catalogue, passages: PassageStore
) -> Refusal | None:
    """A refusal where a large model found that its evidence does not answer, else None."""
    if not NOT_STATED.fullmatch(reply):
        return None
    held = [paper for paper in question.papers if paper in pdfs_held(passages)]
    return Refusal(unstated(question, held, catalogue))


def unanswered(question: Request, claims: Sequence[Claim], catalogue: Catalogue) -> list[str]:
    """Labels of the papers asked about, of several, that no carried sentence cites: the part left open."""
    cited = {citation.paper for claim in claims for citation in claim.citations}
    if len(question.papers) < 2 or not cited:
        return []
    return [catalogue.by_id[p].label for p in question.papers if p not in cited and p in catalogue.by_id]


def consulted(evidence: Evidence, catalogue: Catalogue) -> str:
    """What was looked at, in a sentence: passages, papers and their categories; "" for nothing."""
    if not evidence.sources:
        return ""
    papers = list(dict.fromkeys(source.paper for source in evidence.sources))
    labels = [catalogue.by_id[p].label if p in catalogue.by_id else p for p in papers]
    slugs = list(dict.fromkeys(s for source in evidence.sources for s in source.categories))
    leaves = [s for s in slugs if not any(o.startswith(f"{s}/") for o in slugs) and s in catalogue.taxonomy][
        :4
    ]
    filed = f", filed under {either([catalogue.taxonomy[s].name for s in leaves], 'and')}" if leaves else ""
    passages = f"{len(evidence.sources)} passage{'s' if len(evidence.sources) > 1 else ''}"
    return f"Looked at {passages} of {either(labels, 'and')}{filed}."


def pdfs_held(passages: PassageStore) -> set[str]:
    """Ids of the papers whose PDF is indexed."""
    return {record.paper for record in passages.documents() if record.source == "pdf"}


def digest_alone(question: Request, catalogue: Catalogue, passages: PassageStore) -> tuple[str, ...]:
    """The papers asked about where none has its PDF here and each has a digest or a table row; else none."""
    held = pdfs_held(passages)
    if any(paper in held for paper in question.papers):
        return ()
    return tuple(paper for paper in question.papers if paper in catalogue.by_id)


def read_of(question: Request, evidence: Evidence, tokens: int = READ) -> list[tuple[int, str]]:
    """What the model reads before it says whether the evidence answers: of several papers asked about, each its share."""
    papers = [paper for paper in question.papers if any(source.paper == paper for source in evidence.sources)]
    if len(papers) < 2:
        return evidence.within(tokens)
    return [part for paper in papers for part in evidence.within(tokens // len(papers), paper)]


def _by_embedded(
    question: Request, evidence: Evidence, model: ChosenModel, stopped: Callable[[], bool]
) -> float | None:
    """The embedded model's log-odds that the evidence states what is asked; None where it cannot be asked."""
    odds = getattr(model.chat, "odds", None)
    shown = read_of(question, evidence)
    if odds is None or not shown:
        return None
    try:
        told: float | None = odds(answered_messages(question.standalone, shown, evidence), stopped)
    except DualityError as error:
        log.info("The embedded model did not say whether the evidence answers: %s", error)
        return None
    return told


def _named(question: Request, absent: Sequence[str], held: Sequence[str], catalogue: Catalogue) -> Refusal:
    where = _where(question, catalogue)
    terms = either([f"“{term}”" for term in absent], "and")
    verbs = ("do", "are") if len(absent) > 1 else ("does", "is")
    if question.papers and not held:
        there = "them" if len(question.papers) > 1 else "it"
        return Refusal(f"{unstated(question, held, catalogue)} {terms} {verbs[0]} not occur in {there}.")
    listed = ""
    if not question.papers:
        listed = f" {either(list(absent), 'and')} {verbs[1]} not among the {len(catalogue.papers)} papers of the list either."
    return Refusal(f"The papers do not say: {terms} {verbs[0]} not occur in {where}.{listed}")


def unstated(question: Request, held: Sequence[str], catalogue: Catalogue) -> str:
    """What is said where the evidence does not answer: of the papers, or only of our digests of them."""
    where = _where(question, catalogue)
    if question.papers and not held:
        several = len(question.papers) > 1
        return (
            f"Not stated in our digest{'s' * several} of {where}; the PDF{'s are' if several else ' is'} not here "
            "(`duality corpus fetch` brings what is open)."
        )
    return f"The papers do not say, as far as could be found: no passage of {where} states what is asked."


def _where(question: Request, catalogue: Catalogue) -> str:
    labels = [catalogue.by_id[paper].label for paper in question.papers if paper in catalogue.by_id]
    return either(labels, "or") if labels else "what is indexed"
