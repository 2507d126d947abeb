"""Deciding that the papers do not say it: from the evidence and from what survives the check, never by the model.

Before writing (`judged`): nothing is near the question; or a name, a second paper, or a kind of fact that the
question turns on occurs nowhere in the papers asked about. After writing (`afterwards`): no sentence survived and
there is a sign that the fact is not there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.asking.typed import ENGLISH
from assistant.kinds_of_fact import asked, lacking
from assistant.wording import named_in, names
from corpus.naming import mentions
from corpus.spelling import either

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Claim
    from assistant.asking.request import Request
    from assistant.evidence import Evidence
    from corpus.catalogue import Catalogue
    from index.passage_store import PassageStore
    from index.search import Hit

WEAK_COSINE: Final = 0.30  # below it the nearest passage is about something else
WEAK_COVER: Final = 0.30  # share of the question's words the best sentence holds
FIELD_TERMS: Final = frozenset(
    """RL LLM LLMs VLM VLMs AI ML NLP PDF GPU CPU GPUs TPU TPUs API RGB RGB-D DoF DOF 2D 3D MDP POMDP RNN CNN MLP GPT HTML
    arXiv Table Figure Section Appendix Equation English Python Which What How Who When Where Why Does Did Is Are Do Can
    Name Give List Tell Explain Describe Summarise Summarize Compare USD Euro""".split()
)


TEXT_OF: Final = (
    "SELECT p.text FROM passages p JOIN documents d ON d.id = p.document "
    "WHERE d.paper IN (MARKS) AND p.kind != 'references'"
)
TWO_SIDED: Final = re.compile(
    r"\bcompar|\bversus\b|\bvs\b|\bdiffer|\bboth\b|\bas against\b|\bwhile\b|\bwhereas\b|\beach\b|\brespective|\bthe one\b"
    r"|,? and (?:how|what|which|where|by|who)\b|\bcommon\b|\balike\b|\bbetween\b|\bcombin|\bin contrast\b|\bbetter\b|\bprefer",
    re.IGNORECASE,
)  # a question that asks something of each of two works; any other sets one against the other's results


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing is claimed, in a sentence or two."""

    reason: str


def judged(
    question: Request, hits: Sequence[Hit], evidence: Evidence, catalogue: Catalogue, passages: PassageStore
) -> Refusal | None:
    """A refusal where the evidence is too weak, else None."""
    where = _where(question, catalogue)
    if not hits:
        return Refusal(f"The papers do not say: nothing in {where} meets the question.")
    absent = _absent_terms(question, catalogue, passages)
    if absent:
        terms = either([f"“{term}”" for term in absent], "and")
        verb = "do" if len(absent) > 1 else "does"
        return Refusal(
            f"The papers do not say: {terms} {verb} not occur in {where}.{_listed(question, absent, catalogue)}"
        )
    strangers = _strangers(question, catalogue, passages)
    if strangers:
        one, other = strangers
        return Refusal(f"The papers do not say: {one} does not mention {other}, nor {other} {one}.")
    kinds = _kinds_lacking(question, evidence, passages)
    if kinds:
        return Refusal(
            f"The papers do not say: there is no sign of {either(kinds, 'or')} in {_where(question, catalogue, evidence)}."
        )
    nearest = max(hit.cosine for hit in hits)
    best = max((sentence.score for sentence in evidence.sentences), default=0.0)
    if not question.papers and nearest < WEAK_COSINE and best < WEAK_COVER:
        return Refusal(f"The papers do not say: no passage of {where} is near the question.")
    return None


def afterwards(
    question: Request,
    evidence: Evidence,
    claims: Sequence[Claim],
    catalogue: Catalogue,
    passages: PassageStore,
) -> Refusal | None:
    """A refusal where what was written rests on papers that do not know what the question turns on, else None."""
    carried = [claim for claim in claims if claim.citations]
    cited = dict.fromkeys(citation.paper for claim in carried for citation in claim.citations)
    looked = list(cited) or list(dict.fromkeys(source.paper for source in evidence.sources))
    held = _held(passages)
    if not set(looked) <= held:
        return None
    labels = either([catalogue.by_id[p].label for p in looked if p in catalogue.by_id], "or")
    text = _text(passages, looked)
    if not question.papers and not question.seeks_work:
        absent = [
            t for t in key_terms(question, catalogue) if _is_distinct(t, evidence) and not named_in(t, text)
        ]
        if absent:
            terms = either([f"“{term}”" for term in absent], "and")
            return Refusal(
                f"The papers do not say: {terms} occurs in other papers, but not in those nearest to the question ({labels})."
            )
    if carried:
        return None
    shown = " ".join(source.text for source in evidence.sources)
    absent = [term for term in key_terms(question, catalogue) if not named_in(term, shown)]
    if absent:
        terms = either([f"“{term}”" for term in absent], "and")
        return Refusal(
            f"The papers do not say, as far as could be found: no passage near the question holds {terms}."
        )
    return None


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


def _where(question: Request, catalogue: Catalogue, evidence: Evidence | None = None) -> str:
    labels = [catalogue.by_id[paper].label for paper in question.papers if paper in catalogue.by_id]
    if not labels and evidence is not None and evidence.sources:
        labels = [evidence.sources[0].label]
    return either(labels, "or") if labels else "what is indexed"


def _listed(question: Request, absent: Sequence[str], catalogue: Catalogue) -> str:
    """Which of two works set side by side is in the list, and which is not."""
    known = [catalogue.by_id[paper].label for paper in question.papers if paper in catalogue.by_id]
    if not known:
        verb = "are" if len(absent) > 1 else "is"
        return f" {either(list(absent), 'and')} {verb} not among the {len(catalogue.papers)} papers of the list either."
    if TWO_SIDED.search(question.asked):
        verbs = ("are" if len(known) > 1 else "is", "are" if len(absent) > 1 else "is")
        return (
            f" {either(known, 'and')} {verbs[0]} in the list; {either(list(absent), 'and')} {verbs[1]} not."
        )
    return ""


def key_terms(question: Request, catalogue: Catalogue) -> list[str]:
    """The names the question turns on, besides those of the papers it is about; none where it is not in English."""
    if question.language != ENGLISH:
        return []  # nouns with capitals, and words that no English paper holds
    text = question.asked
    found = mentions(text, catalogue)
    taken = [(m.start, m.end) for m in found.papers if m.strong and m.target in question.papers]
    taken += [(m.start, m.end) for m in found.categories]
    terms = []
    for name in sorted(names(text), key=text.find):
        at = text.find(name)
        if any(start < at + len(name) and at < end for start, end in taken) or name in FIELD_TERMS:
            continue
        terms.append(re.sub(r"['’]s$|-(?:based|style|like|free|level|trained|conditioned)$", "", name))
    return list(dict.fromkeys(terms))


def _is_distinct(term: str, evidence: Evidence) -> bool:
    """Whether a term is a name however it is written, and not a plain word with a capital, as titles have them."""
    if any(c.isdigit() for c in term) or sum(c.isupper() for c in term) > 1:
        return True
    return not any(re.search(rf"\b{re.escape(term.lower())}", source.text) for source in evidence.sources)


def _held(passages: PassageStore) -> set[str]:
    return {record.paper for record in passages.documents() if record.source == "pdf"}


def _text(passages: PassageStore, papers: Sequence[str]) -> str:
    """Everything that is indexed of the papers, their references aside."""
    query = TEXT_OF.replace("MARKS", ", ".join("?" * len(papers)))
    with passages.connection() as connection:
        rows = connection.execute(query, tuple(papers)).fetchall()
    return "\n".join(row[0] for row in rows)


def _absent_terms(question: Request, catalogue: Catalogue, passages: PassageStore) -> list[str]:
    """Key terms that occur nowhere in the papers asked about (in any paper, where none is named)."""
    held = _held(passages)
    papers = [paper for paper in question.papers if paper in held]
    if question.papers and not papers:
        return []  # only digests to go by: that a digest is silent says nothing of the paper
    return [
        term for term in key_terms(question, catalogue) if not passages.mentions_term(term, papers or None)
    ]


def _strangers(question: Request, catalogue: Catalogue, passages: PassageStore) -> tuple[str, str] | None:
    """Two papers that the question sets against one another in one clause, where neither's text names the other."""
    if len(question.papers) != 2 or TWO_SIDED.search(question.asked) or question.leaned:
        return None
    one, other = (catalogue.by_id[paper] for paper in question.papers)
    held = _held(passages)
    if one.id not in held:
        return None
    for paper, stranger in ((one, other), (other, one)):
        if paper.id in held:
            text = _text(passages, [paper.id])
            if any(named_in(name, text) for name in (stranger.label, *stranger.aliases)):
                return None
    return one.label, other.label


def _kinds_lacking(question: Request, evidence: Evidence, passages: PassageStore) -> list[str]:
    """Kinds of fact that are asked for and of which the papers asked about show no sign."""
    if not asked(question.asked):
        return []
    held = _held(passages)
    papers = list(question.papers) or list(dict.fromkeys(source.paper for source in evidence.sources))[:1]
    if not papers or not set(papers) <= held:
        return []
    return lacking(question.asked, _text(passages, papers))
