"""Scores made into probabilities: a logistic curve and a threshold for each kind of scorer, fitted by bench/judging.py."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a scorer's scores are read.

    Attributes:
        slope: Of the logistic curve.
        intercept: Of the logistic curve.
        threshold: Probability from which a claim is shown as entailed: 0.90 precision on the claims it was fitted on.
        fitted: On what it was fitted, in words; "" where it was not.
    """

    slope: float
    intercept: float
    threshold: float
    fitted: str = ""

    def probability(self, score: float) -> float:
        """The probability that a claim of this score is carried."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.slope * score + self.intercept))))


def calibration_of(kind: str) -> Calibration:
    """The calibration that is kept for a kind of scorer."""
    return _read(_kept()[kind])


def calibration_in(folder: Path, kind: str) -> Calibration:
    """The calibration that lies beside a model's file as `calibration.json`, else the one kept for its kind."""
    try:
        return _read(json.loads((folder / "calibration.json").read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return calibration_of(kind)


def _read(values: dict[str, Any]) -> Calibration:
    return Calibration(
        float(values["slope"]),
        float(values["intercept"]),
        float(values["threshold"]),
        str(values.get("fitted", "")),
    )


@cache
def _kept() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads((files("assistant.support") / "calibration.json").read_text("utf-8"))
    return kept
