"""Mending what the check did not pass: a sentence is written once more, from the sentences nearest to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.prompting import repair_messages
from assistant.writing import TRAILING_MARKER
from corpus.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.answer import Claim
    from assistant.asking.request import Request
    from assistant.evidence import Evidence, Sentence
    from assistant.writing import Draft, Writer

MOST = 2  # sentences of an answer that are written again: each costs some seconds of a small model
NEAREST = 3  # sentences of the evidence that it is written from


def repaired(question: Request, writer: Writer, draft: Draft) -> Iterator[None]:
    """Write unsupported claims of the draft again, in place; a step after each.

    What the model writes instead is checked as the first was; where it does not pass either, or says what
    another claim says, the first stays, unsupported.
    """
    failed = [at for at, claim in enumerate(draft.claims) if claim.support == "unsupported"]
    for at in failed[:MOST]:
        if writer.stopped():
            return
        claim = draft.claims[at]
        near = nearest(claim, writer, draft)
        if not near:
            continue
        numbers = list(dict.fromkeys(sentence.n for sentence in near))
        messages, options = repair_messages(question, claim.text, near, writer.evidence, writer.model)
        text = ""
        for text in writer.words(messages, options, draft):  # noqa: B007 - the last is the whole
            pass
        spans = sentences(TRAILING_MARKER.sub(r" \2\1 ", text))
        if not spans:
            continue
        better, unknown = writer.checked(
            TRAILING_MARKER.sub(r" \2\1 ", text)[slice(*spans[0])], numbers, draft
        )
        draft.removed += unknown
        others = {other.text for other in draft.claims}
        if better is not None and better.citations and better.text not in others:
            draft.claims[at] = better
        yield


def nearest(claim: Claim, writer: Writer, draft: Draft) -> list[Sentence]:
    """The sentences of the evidence nearest to a claim and to the question, those not yet cited, in their order."""
    evidence: Evidence = writer.evidence
    if not evidence.sentences:
        return []
    told = [citation.quote for other in draft.claims for citation in other.citations]
    likeness = evidence.vectors @ writer.vector(claim.text)
    weighed = [
        (float(likeness[i]) + sentence.score, i)
        for i, sentence in enumerate(evidence.sentences)
        if not any(sentence.text in quote for quote in told)
    ]
    chosen = sorted(i for _, i in sorted(weighed, reverse=True)[:NEAREST])
    return [evidence.sentences[i] for i in chosen]
