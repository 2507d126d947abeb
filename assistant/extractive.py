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


def _shortened(text: str, start: int, end: int) -> int:
    """`end`, or the last blank before the longest quote's end."""
    if end - start <= LONGEST:
        return end
    at = text.rfind(" ", start, start + LONGEST)
    return at if at > start else start + LONGEST
