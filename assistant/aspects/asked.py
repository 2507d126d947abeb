"""A question that asks one paper for what every paper has, its limits, its contribution, its main result.

Search finds sentences whose words meet the question's, and authors seldom write "our limitations are". So such a
question is answered by the sentences that the same row of a comparison would quote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from assistant.asking.opening import as_hits
from assistant.aspects.sentences import read
from assistant.aspects.standard import BY_KEY
from assistant.aspects.stating import found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.asking.request import Request
    from assistant.evidence import Evidence, Sentence
    from corpus.catalogue import Catalogue
    from index.passage_store import PassageStore
    from index.search import Hit

CALLED: Final = {
    "limitations": re.compile(r"\b(?:limitations?|limits|drawbacks?|shortcomings?|downsides?|weakness(?:es)?)\b", re.IGNORECASE),
    "approach": re.compile(r"\b(?:contributions?|(?:main|key|core|central) ideas?|novelty)\b", re.IGNORECASE),
    "main_result": re.compile(r"\b(?:main|key|headline|central) (?:results?|findings?)\b", re.IGNORECASE),
}  # fmt: skip
OTHERS: Final = 2  # sentences that search adds; more of them only repeat the question's words
FIRST: Final = 10.0  # the score of the sentence that states it best; by search it is at most about 1.5


@dataclass(frozen=True, slots=True)
class Stated:
    """Where one paper states what is asked of it.

    Attributes:
        hits: The passages.
        places: The sentences, as passage id, first character and one past the last; best first.
    """

    hits: tuple[Hit, ...]
    places: tuple[tuple[str, int, int], ...]


def stated(question: Request, catalogue: Catalogue, passages: PassageStore) -> Stated | None:
    """Where the paper asked about states the aspect that the question calls; None where it calls none, or of no one paper."""
    called = next((key for key, words in CALLED.items() if words.search(question.asked)), None)
    if called is None and question.of_whole and question.kind != "survey":
        called = "approach"  # what a paper is, is what it proposes
    if called is None or len(question.papers) != 1 or question.papers[0] not in catalogue.by_id:
        return None
    aspect, paper = BY_KEY[called], catalogue.by_id[question.papers[0]]
    expected = paper.digest.aspects.get(aspect.digest) if paper.digest else None
    said = [one.said for one in found(aspect, read(paper, passages), expected)]
    there = [(one.passage, one.start, one.end) for one in said]
    there += [
        (passage, at, at + len(expected))
        for passage in passages.of_paper(paper.id, "digest")
        if expected and (at := passage.text.find(expected)) >= 0
    ]
    own = {passage.id: passage for passage, _, _ in there}
    places = tuple((passage.id, start, end) for passage, start, end in there)
    return Stated(tuple(as_hits(list(own.values()), paper.id, passages)), places)


def raised(evidence: Evidence, hits: Sequence[Hit], stated: Stated) -> Evidence:
    """The evidence with the sentences first that state what is asked.

    Args:
        evidence: Numbered as the hits are.
        hits: What it was made of.
        stated: Where it is stated.
    """
    numbers = {hit.passage.id: n for n, hit in enumerate(hits, start=1)}
    order = [(numbers[passage], start, end) for passage, start, end in stated.places if passage in numbers]

    def score(of: Sentence) -> float:
        at = next((i for i, (n, a, b) in enumerate(order) if n == of.n and of.start < b and a < of.end), None)
        return of.score if at is None else FIRST - at

    sentences = tuple(replace(one, score=score(one)) for one in evidence.sentences)
    return replace(evidence, sentences=sentences, most=len(order) + OTHERS if order else None)
