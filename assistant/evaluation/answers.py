"""One answer held against what is known: expected facts, support, citations, quotes, refusal, cost.

Two chains are measured: *checked*, the product as the reader gets it, and *plain*, the model's own text with its own
markers from the same evidence, without refusal, check or repair. Both are judged by words: a citation counts
where its source holds the sentence's words.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from assistant.evaluation.citations import placed, precision, recall, scored
from assistant.markers import flowing, take_out
from assistant.support.binding import premise_of
from assistant.support.judge import CARRIED
from corpus.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Answer, Claim, NumberedSource
    from assistant.evaluation.citations import Scored
    from assistant.evaluation.questions import KnownQuestion
    from assistant.support.judge import Judge
    from index.passage_store import PassageStore

QUOTED: Final = re.compile(r"“[^”]*”")
ONLY_QUOTED: Final = re.compile(r"(?:[^“”]{1,120}: )?“(.+?)(?: …)?”", re.DOTALL)


def checked(
    question: KnownQuestion, answer: Answer, judge: Judge, store: PassageStore, *, writes: bool
) -> dict[str, Any]:
    """The answer as it was shown.

    Args:
        question: What was asked.
        answer: What came.
        judge: Judges the citations; the check that the chain itself used is no witness.
        store: The pages, to look the quotes up.
        writes: Whether a model was to write; quotes may have taken its place.
    """
    by_number = {source.n: source for source in answer.sources}
    claims = []
    judged: list[Scored] = []
    for claim in answer.claims:
        cited = list(dict.fromkeys(citation.n for citation in claim.citations))
        known = [n for n in cited if n in by_number]
        unknown = len(cited) - len(known) + _markers(_unquoted(claim), by_number)
        score = _scored(_said(claim.text), known, unknown, by_number, judge)
        judged.append(score)
        claims.append(
            {
                "text": claim.text,
                "support": claim.support,
                "recalled": score.recalled,
                "precise": sum(score.precise),
                "citations": _citations(claim, store),
                "unknown": unknown,
            }
        )
    said = [claim.text for claim in answer.claims if claim.support in CARRIED]
    rated = not answer.refused and not counted(answer)
    return {
        "refused": answer.refused,
        "fell_back": not answer.refused and _only_quotes(answer) if writes else None,
        "answer": answer.text,
        **_facts(question, answer.sources, [answer.lead, *(c.text for c in answer.claims)], said, answer.refused),
        "claims": claims,
        "recall": recall(judged) if rated else None,
        "precision": precision(judged) if rated else None,
        "unknown_ids": sum(claim["unknown"] for claim in claims),
        "removed_markers": answer.removed_markers,
        "tokens": dict(answer.tokens),
        "seconds": {
            "evidence": round(answer.seconds.retrieve, 4),
            "first_words": None if answer.seconds.first_token is None else round(answer.seconds.first_token, 4),
            "whole": round(answer.seconds.total, 4),
            "checking": round(answer.seconds.checking, 5),
        },
        "notes": list(answer.notes),
        "model": answer.model,
    }  # fmt: skip


def plain(question: KnownQuestion, answer: Answer, judge: Judge) -> dict[str, Any]:
    """The model's draft with its own markers, nothing where it wrote nothing.

    Its time and tokens are those of the run that wrote it and not told apart.
    """
    by_number = {source.n: source for source in answer.sources}
    flow = flowing(answer.draft, by_number)
    claims: list[dict[str, Any]] = []
    judged: list[Scored] = []
    for start, end in sentences(flow):
        marked = take_out(flow[start:end], by_number)
        if not any(character.isalnum() for character in marked.text):
            continue
        score = _scored(marked.text, marked.numbers, marked.unknown, by_number, judge)
        judged.append(score)
        support = (
            judge(marked.text, [premise_of(by_number[n]) for n in marked.numbers]).support
            if marked.numbers
            else "unsupported"
        )
        claims.append(
            {
                "text": marked.text,
                "support": support,
                "recalled": score.recalled,
                "precise": sum(score.precise),
                "citations": [
                    {"n": n, "paper_id": by_number[n].paper, "page": by_number[n].page, "placed": None}
                    for n in marked.numbers
                ],
                "unknown": marked.unknown,
            }
        )
    said = [claim["text"] for claim in claims if claim["support"] in CARRIED]
    return {
        "refused": False,
        "fell_back": None,
        "answer": flow.strip(),
        **_facts(question, answer.sources, [claim["text"] for claim in claims], said, refused=False),
        "claims": claims,
        "recall": recall(judged),
        "precision": precision(judged),
        "unknown_ids": sum(claim["unknown"] for claim in claims),
        "removed_markers": 0,
        "tokens": {},
        "seconds": {},
        "notes": list(answer.notes) if not answer.draft else [],
        "model": answer.model,
    }


def counted(answer: Answer) -> bool:
    """Whether the answer was counted from the list of papers or read from a table: no model has a part in it."""
    return any(claim.support == "computed" for claim in answer.claims)


def holds(text: str, groups: Sequence[Sequence[str]]) -> bool:
    """Whether `text` holds one alternative of each group, whatever its case."""
    folded = _folded(text)
    return all(any(_folded(word) in folded for word in group) for group in groups)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _facts(
    question: KnownQuestion, sources: Sequence[NumberedSource], shown: Sequence[str], said: Sequence[str], refused: bool
) -> dict[str, bool | None]:  # fmt: skip
    """Whether the expected facts are there: in all that was shown, and in what is shown as supported.

    A refusal answers nothing, whatever its nearest passages hold.
    """
    if not question.answerable:
        return {"gold_in_evidence": None, "facts": None, "facts_supported": None}
    places = {(source.paper, span.page) for source in sources for span in source.spans}
    expected = question.must_contain
    return {
        "gold_in_evidence": question.found(places) == 1.0,
        "facts": not refused and holds(" ".join(shown), expected) if expected else None,
        "facts_supported": not refused and holds(" ".join(said), expected) if expected else None,
    }


def _scored(
    text: str,
    known: Sequence[int],
    unknown: int,
    by_number: dict[int, NumberedSource],
    judge: Judge,
) -> Scored:
    return scored(
        list(known),
        unknown,
        lambda numbers: judge(text, [premise_of(by_number[n]) for n in numbers]).support != "unsupported",
    )


def _said(text: str) -> str:
    """What is judged: of a sentence that only quotes, "LMA3: “It costs USD 240.”", the words quoted."""
    quoted = ONLY_QUOTED.fullmatch(text)
    return quoted[1] if quoted else text


def _unquoted(claim: Claim) -> str:
    """A claim without the words it quotes, which may hold quotation marks themselves: the paper's own "[12]" is not ours."""
    text = claim.text
    for citation in claim.citations:
        text = text.replace(" ".join(citation.quote.split()), "")
    return QUOTED.sub("", text)


def _only_quotes(answer: Answer) -> bool:
    """Whether the answer is quotes that the model did not write."""
    return bool(answer.claims) and all(
        ONLY_QUOTED.fullmatch(claim.text) and claim.text not in answer.draft for claim in answer.claims
    )


def _markers(text: str, known: dict[int, NumberedSource]) -> int:
    """How many markers for nothing stand in a sentence that was shown."""
    return take_out(text, known).unknown


def _citations(claim: Claim, store: PassageStore) -> list[dict[str, Any]]:
    """Each citation, and whether its quote is on its page; None for a digest or the survey's table."""
    return [
        {
            "n": c.n,
            "paper_id": c.paper,
            "page": c.page,
            "placed": placed(c.quote, c.paper, c.page, store) if c.page is not None else None,
        }
        for c in claim.citations
    ]
