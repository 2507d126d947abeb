"""Whether search finds the papers and pages that hold the answer, step by step of the search."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from assistant.asking.request import request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.evaluation.questions import KnownQuestion
    from index.search import Hit, Method, Search

# Each row of the table, and how the search is asked for it. Only the last sees the conversation and the papers meant.
STEPS: Final[Mapping[str, Method]] = {
    "dense": "dense",
    "keywords": "keywords",
    "fused": "both",
    "final": "fused",
}
DEPTH = 50  # passages looked through for the reciprocal rank


def measured(question: KnownQuestion, search: Search) -> dict[str, dict[str, float]]:
    """For each step, the figures of `figures`; "seconds" besides for the whole search."""
    found: dict[str, dict[str, float]] = {}
    for step, method in STEPS.items():
        began = time.perf_counter()
        if step == "final":
            meant = request(question.text, question.history, search.catalogue, search.embedder)
            hits = search(meant.search, DEPTH, prefer=meant.papers, tables=True)
        else:
            hits = search(question.text, DEPTH, method=method, tables=True)
        took = time.perf_counter() - began
        found[step] = figures(question, hits)
        if step == "final":
            found[step]["seconds"] = round(took, 4)
    return found


def figures(question: KnownQuestion, hits: Sequence[Hit]) -> dict[str, float]:
    """How well the ranked hits meet a question.

    `paper_5`: share of its papers among the first five distinct papers. `page_5`, `page_10`: share of its papers of
    which an acceptable page is among that many passages. `reciprocal_rank`: 1 / the place of the first acceptable
    page, 0 where none is among the hits.
    """
    papers = list(dict.fromkeys(hit.passage.paper for hit in hits))[:5]
    places = [(hit.passage.paper, hit.page or 0) for hit in hits]
    rank = next((rank for rank, place in enumerate(places, start=1) if place in question.gold), 0)
    return {
        "paper_5": len(set(papers).intersection(question.papers)) / len(question.papers),
        "page_5": question.found(places[:5]),
        "page_10": question.found(places[:10]),
        "reciprocal_rank": 1 / rank if rank else 0.0,
    }
