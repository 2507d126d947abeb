"""Answering without a model: the sentences that meet the question best, word for word, each cited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.answer import Claim
from assistant.attribution import cited

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.evidence import Evidence, Sentence

QUOTES = 5
LONGEST = 600  # characters of one quote
BESIDE = 2  # quotes beside a small model's own sentences
NEAR_ENOUGH = (
    0.7  # of the best sentence's score: nearer ones hold the asked fact as often as all three best do
)
SHORT = 420  # characters of such a quote


def composed(evidence: Evidence, papers: Sequence[str] = (), quotes: int = QUOTES) -> list[Claim]:
    """The best sentences as claims, those of one paper together, the paper that leads first.

    Args:
        evidence: The numbered sources with their sentences weighed.
        papers: The papers asked about; where there are several, each gets its share of the quotes.
        quotes: How many sentences.
    """
    chosen = _chosen(evidence, papers, quotes)
    order = list(dict.fromkeys(evidence.source(s.n).paper for s in chosen))
    chosen.sort(key=lambda s: order.index(evidence.source(s.n).paper))
    claims = []
    before = ""
    for sentence in chosen:
        source = evidence.source(sentence.n)
        end = _shortened(source.text, sentence.start, sentence.end)
        quote = " ".join(source.text[sentence.start : end].split())
        name = "" if source.paper == before else f"{source.label}: "
        note = (
            ""
            if source.source == "pdf"
            else {"digest": "Our digest says: ", "table": "The survey's table says: "}[source.source]
        )
        rest = "" if end == sentence.end else " …"
        claims.append(Claim(f"{name}{note}“{quote}{rest}”", "exact", (cited(source, sentence.start, end),)))
        before = source.paper
    return claims


def beside(evidence: Evidence, claims: Sequence[Claim], papers: Sequence[str] = ()) -> list[Claim]:
    """The sentences nearest to the question that no claim cites yet, as quotations to stand beside a small model's words.

    It leaves out numbers and conditions that its evidence states; the reader then finds them here, word for word.

    Args:
        evidence: The numbered sources with their sentences weighed.
        claims: What is said already.
        papers: The papers asked about; of several, each gets one.
    """
    told = [citation.quote for claim in claims for citation in claim.citations]
    known = {citation.paper for claim in claims for citation in claim.citations}
    found: list[Claim] = []
    least = NEAR_ENOUGH * max((sentence.score for sentence in evidence.sentences), default=0.0)
    for sentence in _chosen(evidence, papers, QUOTES):
        if sentence.score < least:
            continue
        source = evidence.source(sentence.n)
        end = _shortened(source.text, sentence.start, sentence.end, SHORT)
        if source.paper not in known or source.source != "pdf" or end < sentence.end:
            continue  # cut short it might lose what matters, and another paper's words answer another question
        if any(sentence.text in quote or quote in sentence.text for quote in told):
            continue
        if len(papers) > 1 and any(claim.citations[0].paper == source.paper for claim in found):
            continue
        quote = " ".join(source.text[sentence.start : end].split())
        found.append(Claim(f"{source.label} says: “{quote}”", "exact", (cited(source, sentence.start, end),)))
        if len(found) == BESIDE:
            break
    return found


def _chosen(evidence: Evidence, papers: Sequence[str], quotes: int) -> list[Sentence]:
    best = evidence.best(len(evidence.sentences))
    unique: list[Sentence] = []
    said: set[str] = set()
    for sentence in best:
        if sentence.text not in said:
            said.add(sentence.text)
            unique.append(sentence)
    if len(papers) < 2:
        return unique[:quotes]
    share = max(1, -(-quotes // len(papers)))
    chosen = []
    for paper in papers:
        chosen += [s for s in unique if evidence.source(s.n).paper == paper][:share]
    return chosen or unique[:quotes]


def _shortened(text: str, start: int, end: int, longest: int = LONGEST) -> int:
    """`end`, or the last blank before the longest quote's end."""
    if end - start <= longest:
        return end
    at = text.rfind(" ", start, start + longest)
    return at if at > start else start + longest
