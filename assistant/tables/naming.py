"""Which rows and columns of a table a question names."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.tables.words import CITED, places, tells, words
from corpus.tables import LEVEL, SUMMARY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.tables.words import Places, Word

COVERED = 0.3  # share of what tells a label from its neighbours that a question must say to name it
ASIDE = 0.3  # weight of a word in parentheses
OURS = re.compile(r"\b(?:ours|our(?:\s+\w+)?|proposed(?:\s+\w+)?)\b", re.IGNORECASE)
ASIDE_OF = re.compile(r"\([^)]*\)")
ALIKE = 1e-6


@dataclass(frozen=True, slots=True)
class Named:
    """Labels that one mention fits equally well; most often one.

    Attributes:
        labels: Their numbers in the row of labels.
        at: The question's words that name them.
        weight: How much of what is particular to them is said.
        only: Whether the mention is nothing but the paper's own name.
    """

    labels: tuple[int, ...]
    at: Places
    weight: float
    only: bool = False

    @property
    def start(self) -> int:
        """The first word that names them."""
        return min(self.at)


@dataclass(frozen=True, slots=True)
class _Match:
    label: int
    at: Places
    weight: float
    score: float
    own: bool
    level: str
    unsaid: int  # words of it, no numbers, that the question does not say


def named(labels: Sequence[str], asked: Sequence[Word], paper: Sequence[int] = ()) -> list[Named]:
    """The labels that a question names, those of one mention together, in the order of their mentions.

    Args:
        labels: All rows' labels, or all columns' headers.
        asked: The question's words.
        paper: Which of the words name the paper, and so what a paper calls "ours".
    """
    spread = Counter(f for label in labels for f in {word.form for word in words(CITED.sub(" ", label))})
    taken: frozenset[int] = frozenset()
    found: list[Named] = []
    while True:
        known = {label for mention in found for label in mention.labels}
        matches = [
            match
            for i, label in enumerate(labels)
            if i not in known and (match := _match(i, label, asked, spread, len(labels), paper, taken))
        ]
        if not matches:
            break
        match = max(matches, key=lambda m: (round(m.score, 6), len(m.at)))
        alike = [
            m for m in matches
            if m.at == match.at and (
                abs(m.score - match.score) < ALIKE
                or (match.level and m.level == match.level)
                or (0 < m.unsaid == match.unsaid and abs(m.weight - match.weight) < ALIKE)
            )
        ]  # fmt: skip
        found.append(Named(tuple(m.label for m in alike), match.at, match.weight, match.own))
        taken |= match.at
    return sorted(found, key=lambda n: n.start)


def _match(
    number: int,
    label: str,
    asked: Sequence[Word],
    spread: Counter[str],
    count: int,
    paper: Sequence[int],
    taken: Places,
) -> _Match | None:
    """How a label is named by words that are not taken, or None where it is not."""
    if SUMMARY.match(label):  # "Average (Hopper, Walker)", whose words name those rows, but "Average (Real)"
        label = ASIDE_OF.sub(
            lambda part: part.group() * all(at for _, at, _ in places(part.group(), asked)), label
        )
    aside = {word.form for part in ASIDE_OF.findall(CITED.sub(" ", label)) for word in words(part)}
    met = whole = told = idle = 0.0
    unsaid = 0
    at: set[int] = set()
    level = ""
    for part in label.split(LEVEL):
        said = _nearest([(word, there - taken, sure) for word, there, sure in places(part, asked)])
        missed = False
        for word, there, sure in said:
            if not tells(word) and word.form != "without":
                continue
            weight = math.log(1 + count / max(spread[word.form], 1))
            weight *= ASIDE if word.form in aside and not there else 1.0
            whole += weight
            idle += weight * (not there and word.text[0].isdigit())  # one number of several: all are meant
            missed = missed or not (there or word.form in aside)
            unsaid += not (there or word.form in aside or word.text[0].isdigit())
            if there:
                met += sure * weight
                at |= there
                told += weight * (spread[word.form] < count or count == 1)
        level = part if not missed and any(there for _, there, _ in said) else level
    ours = OURS.search(label)
    if ours and paper and not taken.intersection(paper):
        lost = sum(
            math.log(1 + count / spread[f]) for f in {w.form for w in words(ours.group()) if tells(w)} - aside
        )
        gain = math.log(1 + count)
        met, told, whole = met + gain, told + gain, max(whole - lost, 0.0) + gain
        at |= set(paper)
    if not at or not (told or met >= whole - ALIKE) or (met < COVERED * whole and not level):
        return None
    own = bool(paper) and at <= set(paper)
    return _Match(
        number,
        frozenset(at),
        met,
        met - 0.25 * (whole - met - idle),
        own,
        level if met < whole - ALIKE else "",
        unsaid,
    )


def _nearest(said: Sequence[tuple[Word, Places, float]]) -> list[tuple[Word, Places, float]]:
    """The words with the one place each where they stand together, where several are said more than once."""
    met = [there for _, there, _ in said if there]
    if len(met) < 2:
        return [*said]
    _, anchor = min((len(there), min(there)) for there in met)
    return [
        (
            word,
            there if sure < 1 or len(there) < 2 else frozenset([min(there, key=lambda i: abs(i - anchor))]),
            sure,
        )
        for word, there, sure in said
    ]
