"""What kind of thing a text asks for, told by weights fitted on examples (examples.toml, bench/kinds.py).

A text is seen as its words, pairs of words and runs of letters, its vector by the product's embedder, and what it names.
Where another embedder is in use, weights that do without the vector decide. Nothing sees how long a text is.
"""

from __future__ import annotations

import re
import zlib
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np

from corpus.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from assistant.asking.subjects import Subjects
    from index.embedders import Embedder

Kind = Literal[
    "paper", "work", "many", "catalogue", "survey", "definition", "broad", "comparison", "summary", "part",
    "greeting", "thanks", "help", "outside", "aside",
]  # fmt: skip
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
PLACES: Final = 4096  # into which words and runs of letters are hashed
RUN: Final = 4  # letters of a run
WORDS_SHARE: Final = 1.0  # lengths of the three parts; cross-validation is flat between 0.7 and 1.5
VECTOR_SHARE: Final = 1.4
NAMED_SHARE: Final = 0.5
WEIGHTS: Final = "kinds.npz"


def examples() -> dict[Kind, list[str]]:
    """The labelled examples."""
    import tomllib

    read = tomllib.loads((files("assistant.asking") / "examples.toml").read_text("utf-8"))
    return {kind: read[kind].strip().splitlines() for kind in KINDS}


def kinds(found: Subjects, embedder: Embedder | None = None) -> Mapping[Kind, float]:
    """The probability of each kind.

    Args:
        found: The text and what it names.
        embedder: The one in use; its vectors count where the weights were fitted on them.
    """
    weights = _weights()
    known = embedder is not None and embedder.name == weights.get("embedder")
    seen = features(found, embedder if known else None)
    scores = seen @ weights["with" if known else "without"]
    odds = np.exp(scores - scores.max())
    return dict(zip(KINDS, (odds / odds.sum()).tolist(), strict=True))


def features(found: Subjects, embedder: Embedder | None) -> NDArray[np.float32]:
    """One text as numbers; without an embedder its vector is left out."""
    parts = [_words(found.masked), _named(found)]
    if embedder is not None:
        parts.append(VECTOR_SHARE * embedder.embed_query(found.masked))
    return np.concatenate([*parts, np.ones(1, np.float32)]).astype(np.float32)


def _words(text: str) -> NDArray[np.float32]:
    counted = np.zeros(PLACES, np.float32)
    tokens = ["^", *re.findall(r"[^\W_]+|\?", fold(text)), "$"]
    runs = [token[at : at + RUN] for token in tokens for at in range(len(token) - RUN)]
    for seen in (
        *tokens,
        *(f"{one} {other}" for one, other in pairwise(tokens)),
        *(f"~{run}" for run in runs),
    ):
        counted[zlib.crc32(seen.encode()) % PLACES] = 0.5 if seen[0] == "~" else 1.0
    return np.asarray(WORDS_SHARE * counted / (np.linalg.norm(counted) or 1.0), np.float32)


def _named(found: Subjects) -> NDArray[np.float32]:
    there = [
        len(found.sure) == 1,
        len(found.sure) > 1,
        any(m.strong for m in found.categories),
        len({m.target for m in found.categories}) > 1,
        bool(found.people),
        bool(found.venues),
        bool(found.years),
    ]
    return NAMED_SHARE * np.asarray(there, np.float32)


@cache
def _weights() -> dict[str, NDArray[np.float32]]:
    with (files("assistant.asking") / WEIGHTS).open("rb") as stream, np.load(stream) as kept:
        read = {name: kept[name].astype(np.float32) for name in ("with", "without")}
        return {**read, "embedder": str(kept["embedder"])}
