"""Deciding that the papers do not say it: before writing, from the evidence, never by the model.

Two signs, both computed: the best passages are far from the question; or a name the question turns on
does not occur in the papers asked about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.support import names
from corpus.naming import mentions
from corpus.spelling import either

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.evidence import Evidence
    from assistant.question import Question
    from corpus.catalogue import Catalogue
    from index.passage_store import PassageStore
    from index.search import Hit

WEAK_COSINE = 0.30  # below it the nearest passage is about something else
WEAK_COVER = 0.30  # share of the question's words the best sentence holds
FIELD_TERMS = frozenset(
    """RL LLM LLMs VLM VLMs AI ML NLP PDF GPU CPU GPUs API RGB RGB-D DoF DOF 2D 3D MDP POMDP RNN CNN MLP GPT HTML arXiv Table
    Figure Section Appendix Equation English Python Which What How Who When Where Why Does Did Is Are Do Can Name Give
    List Tell Explain Describe Summarise Summarize Compare""".split()
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing is claimed, in a sentence or two."""

    reason: str


def judged(
    question: Question, hits: Sequence[Hit], evidence: Evidence, catalogue: Catalogue, passages: PassageStore
) -> Refusal | None:
    """A refusal where the evidence is too weak, else None."""
    where = _where(question, catalogue)
    if not hits:
        return Refusal(f"The papers do not say: nothing in {where} meets the question.")
    absent = _absent_terms(question, catalogue, passages)
    if absent:
        terms = either([f"“{term}”" for term in absent], "and")
        verb = "do" if len(absent) > 1 else "does"
        return Refusal(f"The papers do not say: {terms} {verb} not occur in {where}.")
    nearest = max(hit.cosine for hit in hits)
    best = max((sentence.score for sentence in evidence.sentences), default=0.0)
    if nearest < WEAK_COSINE and best < WEAK_COVER:
        return Refusal(f"The papers do not say: no passage of {where} is near the question.")
    return None


def _where(question: Question, catalogue: Catalogue) -> str:
    labels = [catalogue.by_id[paper].label for paper in question.papers if paper in catalogue.by_id]
    if labels:
        return either(labels, "or")
    return "what is indexed"


def key_terms(question: Question, catalogue: Catalogue) -> list[str]:
    """The names the question turns on, besides those of the papers it is about."""
    text = question.asked
    found = mentions(text, catalogue)
    taken = [(m.start, m.end) for m in found.papers if m.strong and m.target in question.papers]
    taken += [(m.start, m.end) for m in found.categories]
    terms = []
    for name in sorted(names(text), key=text.find):
        at = text.find(name)
        if any(start < at + len(name) and at < end for start, end in taken) or name in FIELD_TERMS:
            continue
        terms.append(re.sub(r"['’]s$", "", name))
    return list(dict.fromkeys(terms))


def _absent_terms(question: Question, catalogue: Catalogue, passages: PassageStore) -> list[str]:
    """Key terms that occur nowhere in the papers asked about (in any paper, where none is named)."""
    held = {record.paper for record in passages.documents() if record.source == "pdf"}
    papers = [paper for paper in question.papers if paper in held]
    if question.papers and not papers:
        return []  # only digests to go by: that a digest is silent says nothing of the paper
    return [
        term for term in key_terms(question, catalogue) if not passages.mentions_term(term, papers or None)
    ]
