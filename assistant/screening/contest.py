"""Which of the values that a question may mean hold against the others that it may mean.

A value is weighed by itself first (meaning.py). But the same words often suggest several values, of which one is meant; so the
likeliest are weighed again beside each other: how far each stands behind the best of its place, whether it is wider or
narrower than another, and which words no better one explains. A small network, fitted by bench/meaning.py.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from corpus import vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

WHOLE: Final = 0.99  # share of a name from which it stands there whole
CONTESTANTS: Final = 30  # the likeliest values of a question; 0.94 of those meant are among them
FAR: Final = -8.0  # log-odds that stand for "there is none"
NEAR: Final = -2.0  # log-odds from which a wider or narrower value counts as there
NETWORK: Final = ("middle", "spread", "inner", "inner_bias", "outer", "outer_bias")

Place = tuple[int, int]


def contested(
    odds: NDArray[np.float64],
    places: Sequence[Place],
    lexical: NDArray[np.float64],
    words: Sequence[Place],
    network: Mapping[str, NDArray[np.float32]],
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The likeliest values, by their number in the vocabulary, and the probability that each is meant.

    Args:
        odds: Log-odds of every value by itself, (values,).
        places: Where in the question each value seems to stand.
        lexical: Of each value how much of a name stands there, its weight, how tight, (values, 3).
        words: Where the question's telling words stand.
        network: Its weights.
    """
    first = likeliest(odds)
    return first, told(network, features(first, odds, places, lexical, words))


def likeliest(odds: NDArray[np.float64]) -> NDArray[np.intp]:
    """The values that are weighed beside each other."""
    return np.argsort(-odds, kind="stable")[:CONTESTANTS]


def alike(one: Place, other: Place) -> bool:
    """Whether two stand for one place: they share half of the shorter one."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return 2 * shared >= min(one[1] - one[0], other[1] - other[0])


def told(network: Mapping[str, NDArray[np.float32]], rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probability of each row: the mean of several networks of one hidden layer, (networks, …) each."""
    even = (rows - network["middle"]) / network["spread"]
    hidden = np.tanh(np.einsum("rf,nfh->nrh", even, network["inner"]) + network["inner_bias"][:, None, :])
    found = np.einsum("nrh,nh->nr", hidden, network["outer"]) + network["outer_bias"][:, None]
    mean: NDArray[np.float64] = (1 / (1 + np.exp(-np.clip(found, -30, 30)))).mean(axis=0)
    return mean


def features(
    first: NDArray[np.intp],
    odds: NDArray[np.float64],
    places: Sequence[Place],
    lexical: NDArray[np.float64],
    words: Sequence[Place],
) -> NDArray[np.float64]:
    """What is seen of each of the likeliest values beside the others, (values, features)."""
    known = _known()
    own = odds[first]
    many = len(first)
    there = [places[at] for at in first]
    rivals = np.array([[alike(one, other) for other in there] for one in there])
    np.fill_diagonal(rivals, val=False)
    same = known.properties[first][:, None] == known.properties[first][None, :]
    below = known.below[np.ix_(first, first)]  # row lies below column
    likely = 1 / (1 + np.exp(-own))
    full = lexical[first, 0] > WHOLE
    rank = (rivals & (own[None, :] > own[:, None])).sum(axis=1)
    widest, narrowest = _best(below, own), _best(below.T, own)
    held = np.zeros((many, len(words)), bool)
    for row, one in enumerate(there):
        held[row] = [one[0] <= start and end <= one[1] for start, end in words]
    explained = np.cumsum(held, axis=0) > held  # by one that is likelier
    free = (held & ~explained).sum(axis=1)
    count = max(1, len(words))
    best = np.maximum(_best(rivals, own), own)
    rival_full = (rivals & full[None, :]).any(axis=1)
    rows = [
        own, own - own[0], np.log(1 + np.arange(many)), rank == 0, np.log(1 + rank), own - best,
        own - _best(rivals, own), np.log(1 + rivals.sum(axis=1)), rivals @ likely,
        widest, narrowest, widest > NEAR, narrowest > NEAR, _best(rivals & same, own), _best(rivals & ~same, own),
        full, rival_full, held.sum(axis=1) / count, np.full(many, count), np.full(many, np.log(count)),
        free / np.maximum(1, held.sum(axis=1)), free / count, np.full(many, likely.sum()),
        (rank == 0) * own, full * own, rival_full * own, (free > 0) * own, np.arange(many) == 0,
        lexical[first, 1], lexical[first, 2],
    ]  # fmt: skip
    return np.column_stack([*rows, known.one_of_many[first]]).astype(np.float64)


def _best(which: NDArray[np.bool_], odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each row the highest odds among those that it marks."""
    found: NDArray[np.float64] = np.where(which, odds[None, :], FAR).max(axis=1)
    return found


class _Vocabulary:
    """The values' properties, and which lies below which."""

    def __init__(self) -> None:
        known = vocabulary.load()
        values = list(known)
        names = sorted({value.property for value in values})
        self.properties = np.array([names.index(value.property) for value in values])
        self.one_of_many = self.properties[:, None] == np.arange(len(names))[None, :]
        number = {value.key: at for at, value in enumerate(values)}
        self.below = np.zeros((len(values), len(values)), bool)
        for value in values:
            for inner in known.within(value.key):
                if inner != value.key and inner in number:
                    self.below[number[inner], number[value.key]] = True


_known = cache(_Vocabulary)
