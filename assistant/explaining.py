"""How an answer came about: what was understood, found, judged and left out, and how long each took.

For whoever wants to know why; `duality ask --explain` and a fold-out on the page show it, `--json` carries it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.shown import called

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.answer import Answer, Claim
    from assistant.asking.request import Request
    from assistant.evidence import Evidence
    from corpus.catalogue import Catalogue
    from index.search import Hit

LIKELY: Final = 3  # kinds of request that are named with their probability
SHORT: Final = 90  # characters of a sentence
NEAREST: Final = 8  # sentences of the evidence, best first


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of an answer.

    Attributes:
        name: "Understood", "Found", "Weighed", "Judged", "Left out" or "Seconds".
        lines: What came of it, in words.
    """

    name: str
    lines: tuple[str, ...]


def explained(
    request: Request,
    answer: Answer,
    catalogue: Catalogue,
    hits: Sequence[Hit] = (),
    evidence: Evidence | None = None,
) -> tuple[Stage, ...]:
    """The steps that said something, in order.

    Args:
        request: As understood.
        answer: As it is shown.
        catalogue: Names the papers.
        hits: What was found, best first.
        evidence: The sentences that were weighed.
    """
    stages = (
        Stage("Understood", tuple(_understood(request, catalogue))),
        Stage("Found", tuple(_found(hit, catalogue) for hit in hits)),
        Stage("Weighed", tuple(_weighed(evidence)) if evidence is not None else ()),
        Stage("Judged", tuple(map(_judged, answer.claims))),
        Stage(
            "Left out", tuple(f"{_short(claim.text)}: {claim.why}{_odds(claim)}" for claim in answer.left_out)
        ),
        Stage("Seconds", tuple(_seconds(answer))),
    )
    return tuple(stage for stage in stages if stage.lines)


def _understood(request: Request, catalogue: Catalogue) -> Iterator[str]:
    likely = sorted(request.odds.items(), key=lambda pair: -pair[1])[:LIKELY]
    others = ", ".join(f"{kind} {odds:.2f}" for kind, odds in likely)
    yield f"Kind of request: {request.kind}{f' ({others})' if others else ''}"
    yield f"Asked: {request.asked}"
    if request.search not in (request.asked, request.typed):
        yield f"Looked up: {request.search}"
    for name, papers in (("About", request.papers), ("Only among", request.among)):
        if papers:
            yield f"{name}: {', '.join(called(catalogue.by_id[p].label) if p in catalogue.by_id else p for p in papers)}"
    if request.leaned:
        yield "It leaned on the conversation before it."


def _found(hit: Hit, catalogue: Catalogue) -> str:
    paper = catalogue.by_id.get(hit.passage.paper)
    where = f"p. {hit.page_label}" if hit.page is not None else hit.passage.source
    return f"{hit.rank}. {paper.label if paper else hit.passage.paper}, {where}: score {hit.score:.3f}, cosine {hit.cosine:.2f}"


def _weighed(evidence: Evidence) -> Iterator[str]:
    for sentence in evidence.best(NEAREST):
        yield f"{sentence.score:.2f} [{sentence.n}] {_short(sentence.text)}"


def _judged(claim: Claim) -> str:
    judge = f", judged by {claim.judge}" if claim.judge else ""
    return f"{claim.support}{judge}{_odds(claim)}: {_short(claim.text)}"


def _odds(claim: Claim) -> str:
    return "" if claim.probability is None else f" (probability {claim.probability:.2f})"


def _seconds(answer: Answer) -> Iterator[str]:
    spent = answer.seconds
    yield f"found {spent.retrieve:.2f}"
    if spent.first_token is not None:
        yield f"first word {spent.first_token:.2f}"
    if spent.checking:
        yield f"judging {spent.checking:.2f}"
    yield f"whole {spent.total:.2f}"


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[:SHORT].rstrip()} …"
