"""Whether search finds every vector: each is asked for itself, and one that does not answer is stored once more.

The graph that Chroma searches may, seldom, hold a vector that no path leads to: stored, and never found.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from index.generation import Generation
    from index.vectors import Vectors

NEAREST = 10  # among as many its own text must be
ALMOST_THE_SAME = 0.9999  # cosine from which another passage says the same
ASKED_AT_ONCE = 1_000
ATTEMPTS = 3

Owner = tuple[str, str, bool]


def silent(generation: Generation, ids: Sequence[str]) -> list[str]:
    """Those of `ids`, all stored, whose vectors are not among what is nearest to themselves."""
    found = []
    for at in range(0, len(ids), ASKED_AT_ONCE):
        part = ids[at : at + ASKED_AT_ONCE]
        found += [part[row] for row in _unanswered(generation.vectors, part, generation.vectors.get(part))]
    return found


def add_answering(
    vectors: Vectors, ids: Sequence[str], added: NDArray[np.float32], owners: Sequence[Owner]
) -> list[str]:
    """Store vectors so that each answers to itself; the ids under which they are stored.

    Args:
        vectors: Where to.
        ids: Never used before there.
        added: (n, dimension), L2-normalised.
        owners: As for `Vectors.add`.

    Returns:
        The ids, with a new one for each vector that had to be stored again. One that answers under none of them
        keeps its last: `duality doctor` names it.
    """
    final, rows = list(ids), list(range(len(ids)))
    for attempt in range(ATTEMPTS):
        if not rows:
            break
        if attempt:
            for row in rows:
                final[row] = f"{uuid.uuid4().hex[:12]}-{row}"
        vectors.add([final[row] for row in rows], added[rows], [owners[row] for row in rows])
        rows = [rows[i] for i in _unanswered(vectors, [final[row] for row in rows], added[rows])]
    return final


def _unanswered(vectors: Vectors, ids: Sequence[str], asked: NDArray[np.float32]) -> list[int]:
    """The places of those that are not found by their own vector."""
    answers = vectors.nearest_to_each(asked, NEAREST)
    return [
        place
        for place, (identity, found) in enumerate(zip(ids, answers, strict=True))
        if identity not in dict(found) and (not found or found[-1][1] < ALMOST_THE_SAME)
    ]
