"""Which categories of the taxonomy a paper might be filed under, and why.

A category's score is half the vote of the digests that are most like the paper, each counted by its nearness,
and half the nearness of the category's definition. Measured on the 155 curated papers, each with its own digest
left out (`bench/proposing.py`): one of the three first proposals is a category that the survey's list gives the
paper for 82 % of them, one that its list or its table gives for 89 %; from the abstracts of 15 PDFs 80 and 93 %.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from corpus.passages import Passage
from index.embedded import embedded_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from corpus.catalogue import Catalogue
    from corpus.paper import Paper
    from index.records import StoredPassage

    Embed = Callable[[Sequence[str]], NDArray[np.float32]]

SHARPNESS: Final = 0.05
"""How fast a digest's vote falls with its distance; between 0.03 and 0.1 little depends on it."""

FILED_FROM: Final = 0.42
"""Score from which a paper is filed under a proposal until its owner says otherwise: by the same measurement
123 of 155 papers would be filed, 187 times, and 63 % of those as the survey does."""

MOST: Final = 3
EVIDENCE: Final = 3
OPENING: Final = 3  # passages read of a paper without an abstract


@dataclass(frozen=True, slots=True)
class Proposal:
    """One category a paper might be filed under.

    Attributes:
        slug: The category.
        score: 0..1; comparable between papers, no probability.
        because: Ids of the papers of that category that are most like this one, the nearest first; empty where
            only the definition speaks for it.
    """

    slug: str
    score: float
    because: tuple[str, ...]


def proposed(texts: Sequence[str], catalogue: Catalogue, embed: Embed, count: int = MOST) -> list[Proposal]:
    """The categories that suit a paper best, the best first.

    Args:
        texts: What the paper is about: title and abstract, or its first passages.
        catalogue: Whose digests and definitions the paper is held against.
        embed: Vectors of length 1 for texts, (n, dimension); those of digests and definitions are asked for
            each time, so it should remember them.
        count: How many at the most.

    Raises:
        ModelNotAvailable: As `embed`.
    """
    import numpy as np

    nodes = catalogue.taxonomy.nodes
    known = [paper for paper in catalogue.papers if paper.kind == "curated" and paper.digest is not None]
    if not texts or not nodes:
        return []
    mean = embed(texts).mean(axis=0)
    about = mean / max(float(np.linalg.norm(mean)), 1e-9)
    defined = embed([_definition(catalogue, node.slug) for node in nodes]) @ about
    near = embed([_digest(paper) for paper in known]) @ about if known else np.zeros(0, np.float32)
    weight = np.exp((near - near.max(initial=0.0)) / SHARPNESS)
    weight /= weight.sum() or 1.0
    order = np.argsort(-near)
    found = []
    for node, nearness in zip(nodes, defined, strict=True):
        filed = np.array([node.slug in paper.all_categories for paper in known], bool)
        if not filed.any():  # nobody has used it yet: there is nothing to compare with
            continue
        vote = float(weight[filed].sum())
        because = tuple(known[i].id for i in order if filed[i])[:EVIDENCE]
        found.append(Proposal(node.slug, round((vote + max(0.0, float(nearness))) / 2, 4), because))
    return sorted(found, key=lambda proposal: -proposal.score)[:count]


def about(paper: Paper, passages: Sequence[Passage | StoredPassage]) -> list[str]:
    """What tells a paper's subject, as its passages are embedded: the abstract, else the first passages."""
    abstract = [passage for passage in passages if passage.kind == "abstract"]
    opening = [passage for passage in passages if passage.kind == "body"][:OPENING]
    return [embedded_text(paper, passage) for passage in abstract or opening or passages[:OPENING]]


def filed(paper: Paper, proposals: Sequence[Proposal]) -> Paper:
    """The paper under the proposals that are sure enough, marked as proposed."""
    slugs = tuple(proposal.slug for proposal in proposals if proposal.score >= FILED_FROM)
    return replace(paper, categories=slugs, proposed=slugs)


def _digest(paper: Paper) -> str:
    """A digest exactly as it is indexed, so that its vector is known already."""
    assert paper.digest is not None  # noqa: S101 - the caller chose those that have one
    return embedded_text(paper, Passage(paper.digest.text, "Digest", "body", (), 0))


def _definition(catalogue: Catalogue, slug: str) -> str:
    return f"{catalogue.taxonomy.path_name(slug)}: {catalogue.taxonomy[slug].definition}"
