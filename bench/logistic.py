"""A small logistic regression, its cross-validation by group, and the figures by which a judge is weighed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

RIDGE = 1.0  # of standardised features: keeps weights finite where one separates few examples
STEPS = 50


def fitted(features: NDArray[np.float64], labels: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights of the features and, last, the intercept, by Newton's method (iteratively reweighted least squares)."""
    middle, spread = features.mean(axis=0), features.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    x = np.column_stack([(features - middle) / spread, np.ones(len(features))])
    ridge = np.diag([RIDGE] * features.shape[1] + [0.0])
    weights = np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (labels - p) - ridge @ weights
        hessian = (x * np.maximum(p * (1 - p), 1e-9)[:, None]).T @ x + ridge
        step = np.linalg.solve(hessian, gradient)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    slopes = weights[:-1] / spread
    found: NDArray[np.float64] = np.append(slopes, weights[-1] - (slopes * middle).sum())
    return found


def probabilities(weights: NDArray[np.float64], features: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probability of each row."""
    told: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(features @ weights[:-1] + weights[-1], -30, 30)))
    return told


def cross_validated(
    features: NDArray[np.float64], labels: NDArray[np.bool_], groups: Sequence[str], folds: int = 5
) -> NDArray[np.float64]:
    """The probability of each row by weights fitted on other groups."""
    names = sorted(set(groups))
    of = {name: i % folds for i, name in enumerate(names)}
    fold = np.array([of[group] for group in groups])
    told = np.zeros(len(labels))
    for one in range(folds):
        there = fold == one
        if there.any() and not there.all():
            told[there] = probabilities(fitted(features[~there], labels[~there]), features[there])
    return told


def halves(papers: Sequence[str], seed: int = 11) -> tuple[set[str], set[str]]:
    """Half of the papers to choose on, and half to report on."""
    names = sorted(set(papers))
    random.Random(seed).shuffle(names)
    return set(names[::2]), set(names[1::2])


def auroc(scores: NDArray[np.float64], labels: NDArray[np.bool_]) -> float:
    """The probability that a right one has a higher score than a wrong one; nan where one kind is missing."""
    right, wrong = scores[labels], scores[~labels]
    if not len(right) or not len(wrong):
        return float("nan")
    more = (right[:, None] > wrong[None, :]).mean() + 0.5 * (right[:, None] == wrong[None, :]).mean()
    return float(more)


def threshold_for(
    told: NDArray[np.float64], labels: NDArray[np.bool_], precision: float, least: int = 10
) -> float | None:
    """The lowest probability from which on at least `precision` are right, of `least` or more; None where there is none."""
    for at in sorted(set(told)):
        shown = told >= at
        if shown.sum() >= least and labels[shown].mean() >= precision:
            return float(at)
    return None
