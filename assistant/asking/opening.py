"""What a question about a paper as a whole rests on, "what is X", "how does X work": its digest, abstract and method."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from index.search import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.paper import Paper
    from index.passage_store import PassageStore, StoredPassage

OF_METHOD: Final = 2  # passages that open the method section
_METHOD: Final = re.compile(
    r"\b(?:methods?|methodology|approach|overview|framework|architecture|algorithm|our model)\b",
    re.IGNORECASE,
)
_OTHER: Final = re.compile(
    r"\b(?:introduction|related|background|preliminar\w+|experiment\w*|evaluation|results?|discussion|conclusions?|limitations?|"
    r"acknowledge?ments?|appendix|ablations?|baselines?)\b",
    re.IGNORECASE,
)


def with_opening(hits: Sequence[Hit], paper: Paper, passages: PassageStore) -> list[Hit]:
    """The hits behind the passages that say what the paper is and does; as many more as these are."""
    held = [p for p in passages.of_paper(paper.id) if p.kind in ("abstract", "body")]
    digest = passages.of_paper(paper.id, "digest")[:1]
    first = [*[p for p in held if p.kind == "abstract"][:1], *_method(held, paper)[:OF_METHOD], *digest]
    return led(as_hits(first, paper.id, passages), hits)


def as_hits(chosen: Sequence[StoredPassage], paper: str, passages: PassageStore) -> list[Hit]:
    """Passages of one paper that were chosen without a search, as its hits are."""
    labels = passages.labels(paper)
    printed = tuple(sorted(labels.items()))
    return [Hit(0, p, p.page, labels.get(p.page or 0), 1.0, 0.0, printed if p.page else ()) for p in chosen]


def led(first: Sequence[Hit], hits: Sequence[Hit]) -> list[Hit]:
    """These passages before the others, each once."""
    found = {hit.passage.id: hit for hit in hits}
    ordered = {hit.passage.id: found.get(hit.passage.id, hit) for hit in (*first, *hits)}
    return [replace(hit, rank=rank) for rank, hit in enumerate(ordered.values(), start=1)]


def _method(held: Sequence[StoredPassage], paper: Paper) -> list[StoredPassage]:
    """The passages under the first heading that speaks of the method or bears the paper's name."""
    of_own = [p for p in held if p.section and not _OTHER.search(p.section)]
    named = re.compile(re.escape(paper.label), re.IGNORECASE)
    for heading in (_METHOD, named):
        start = next((at for at, p in enumerate(of_own) if heading.search(p.section)), None)
        if start is not None:
            return list(of_own[start:])
    return []
