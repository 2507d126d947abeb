"""What is indexed now, in numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.coverage import Coverage, covered
from corpus.errors import NothingIndexed
from index import generation as generations
from index.lock import holder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.settings import Home
    from corpus.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Status:
    """What is indexed.

    Attributes:
        generation: Name of the current generation; "" where there is none.
        papers: Papers of the catalogue, the survey and the user's own among them.
        curated: Curated papers.
        own: The user's own papers.
        pdfs: Papers whose PDF is indexed.
        passages: Passages by source.
        vectors: How many of them have a vector.
        embedder: The embedder's name.
        writer: Who writes now; "" where nobody does.
        by_category: For each category with papers: papers listed, PDFs held.
        coverage: The same in full, and why PDFs are missing.
    """

    generation: str = ""
    papers: int = 0
    curated: int = 0
    own: int = 0
    pdfs: int = 0
    passages: Mapping[str, int] = field(default_factory=dict)
    vectors: int = 0
    embedder: str = ""
    writer: str = ""
    by_category: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    coverage: Coverage = field(default_factory=Coverage)


def status_of(catalogue: Catalogue, home: Home) -> Status:
    """The status of a home; an empty one where nothing is indexed.

    Args:
        catalogue: Its papers, the user's own among them.
        home: Where everything lies.
    """
    try:
        generation = generations.current(home.index)
    except NothingIndexed:
        return Status(
            papers=len(catalogue.papers),
            curated=len(catalogue.curated),
            writer=holder(home.index),
            coverage=covered(catalogue, home.pdfs, None),
        )
    counts = generation.passages.counts()
    coverage = covered(catalogue, home.pdfs, generation.passages)
    return Status(
        generation=generation.name,
        papers=len(catalogue.papers),
        curated=len(catalogue.curated),
        own=len(catalogue.own),
        pdfs=sum(record.source == "pdf" for record in generation.passages.documents()),
        vectors=counts.pop("embedded"),
        passages=counts,
        embedder=generation.fingerprint().embedder,
        writer=holder(home.index),
        by_category={slug: (held.papers, held.pdfs) for slug, held in coverage.by_category.items()},
        coverage=coverage,
    )
