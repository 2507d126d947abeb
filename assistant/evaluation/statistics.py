"""Uncertainty of what was measured: bootstrap intervals, the exact McNemar test, the paired bootstrap.

Every measure is a ratio: each question gives a numerator and a denominator (1 for a mean over questions, the
number of its claims for a share of claims), and questions, not claims, are drawn anew. The percentile interval
of all-right answers is [1, 1]; that says what was seen, not that there is no doubt.

Sources: Efron and Tibshirani, An Introduction to the Bootstrap (1993); McNemar (1947), with the exact binomial.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import comb
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DRAWS = 4000
SEED = 20241016
Ratio = tuple[float, float]  # numerator and denominator of one question


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured value.

    Attributes:
        value: The ratio over all questions.
        low: Lower end of its 95 % interval.
        high: Upper end.
        n: Questions it rests on.
        of: Sum of their denominators: questions again, or claims, citations.
    """

    value: float
    low: float
    high: float
    n: int
    of: float


@dataclass(frozen=True, slots=True)
class Difference:
    """New against old, on the same questions.

    Attributes:
        old: The old value.
        new: The new one.
        difference: `new - old`.
        low: Lower end of its 95 % interval (paired bootstrap).
        high: Upper end.
        p: Two-sided p-value of there being no difference.
        test: How `p` was computed: "mcnemar" (exact) or "bootstrap".
        n: Questions measured on both sides.
        only_old: Of yes-or-no measures: questions that only the old side has.
        only_new: Those that only the new side has.
    """

    old: float
    new: float
    difference: float
    low: float
    high: float
    p: float
    test: str
    n: int
    only_old: int | None = None
    only_new: int | None = None


@lru_cache(maxsize=32)
def _drawn(n: int, draws: int, seed: int) -> NDArray[np.float64]:
    """How often each of `n` questions comes up in each draw: (draws, n)."""
    counts = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws)
    return counts.astype(np.float64)


def _ratios(pairs: NDArray[np.float64], draws: int, seed: int) -> NDArray[np.float64]:
    """The ratio in each draw; NaN where a draw has no denominator."""
    sums = _drawn(len(pairs), draws, seed) @ pairs
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(sums[:, 1] > 0, sums[:, 0] / sums[:, 1], np.nan)


def estimate(pairs: Sequence[Ratio], draws: int = DRAWS, seed: int = SEED) -> Estimate | None:
    """The ratio with its percentile bootstrap interval over questions; None where nothing was measured."""
    given = np.array([pair for pair in pairs if pair[1] > 0], dtype=np.float64)
    if not len(given):
        return None
    over, under = given.sum(axis=0)
    low, high = np.nanpercentile(_ratios(given, draws, seed), (2.5, 97.5))
    return Estimate(float(over / under), float(low), float(high), len(given), float(under))


def mcnemar(only_old: int, only_new: int) -> float:
    """The exact two-sided p-value of McNemar's test, from the questions on which the sides differ."""
    n = only_old + only_new
    tail = sum(comb(n, k) for k in range(min(only_old, only_new) + 1))
    return min(1.0, float(2 * tail / 2**n))


def difference(
    old: Sequence[Ratio], new: Sequence[Ratio], *, binary: bool, draws: int = DRAWS, seed: int = SEED
) -> Difference | None:
    """New against old; `old[i]` and `new[i]` are of one question. None where no question was measured on both sides.

    Args:
        old: Numerator and denominator of each question.
        new: The same, of the other side.
        binary: Whether each question is a yes or a no: then the p-value is McNemar's.
        draws: Bootstrap samples.
        seed: Of their generator.
    """
    both = [(a, b) for a, b in zip(old, new, strict=True) if a[1] > 0 and b[1] > 0]
    if not both:
        return None
    before = np.array([a for a, _ in both], dtype=np.float64)
    after = np.array([b for _, b in both], dtype=np.float64)
    values = [float(side[:, 0].sum() / side[:, 1].sum()) for side in (before, after)]
    drawn = np.round(_ratios(after, draws, seed) - _ratios(before, draws, seed), 12)  # the same draws in both
    low, high = (float(bound) for bound in np.percentile(drawn, (2.5, 97.5)))
    found = (values[0], values[1], values[1] - values[0], low, high)
    if binary:
        only_old = int(np.sum(before[:, 0] > after[:, 0]))
        only_new = int(np.sum(after[:, 0] > before[:, 0]))
        return Difference(*found, mcnemar(only_old, only_new), "mcnemar", len(both), only_old, only_new)
    tail = min(int(np.sum(drawn <= 0)), int(np.sum(drawn >= 0)))
    differing = int(np.sum(before[:, 0] * after[:, 1] != after[:, 0] * before[:, 1]))
    # Of very few questions the bootstrap knows too little; no smaller than turning their signs could make it.
    p = min(1.0, max(2 * (tail + 1) / (draws + 1), 2 / 2**differing))
    return Difference(*found, p, "bootstrap", len(both))
