"""What is done with the cells a question means: told, compared, taken from one another, or the highest of them found."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Literal, NamedTuple

from assistant.tables.wording import (
    ABOVE,
    ALIKE,
    APART,
    ASKS_LABEL,
    BELOW,
    BETTER_WORSE,
    HIGHEST,
    LOWEST,
    NOT_FIRST,
    SECOND,
    SMALL_IS_BETTER,
    WHICH,
    WITHOUT,
)
from corpus.tables import NUMBER, SUMMARY, VALUE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.tables.aim import Aim, At, Axis

Operation = Literal["cells", "line", "highest", "lowest", "difference", "which"]
Relation = Literal["below", "above", "as high as"]

MOST_CELLS = 4  # told at once; more is a table to look at, not an answer
NO_NUMBER = re.compile(r"[-−–—]+|n\.?/?a\.?", re.IGNORECASE)  # of a cell: that nothing was measured
TWO = 2  # rows or columns that are meant alike, of each of which the highest is told
AXES: tuple[tuple[Axis, Axis], ...] = (("row", "column"), ("column", "row"))


class Result(NamedTuple):
    """What comes out: the cells used, the one that answers first; the answer in a sentence; how it was computed."""

    operation: Operation
    cells: tuple[At, ...]
    said: str
    how: str


def done(aim: Aim) -> Result | None:
    """What a question asks of a table's cells; None where it does not tell which they are."""
    for attempt in (_beaten, _which, _difference, _extreme, _cells):
        result = attempt(aim)
        if result is not None:
            return result
    return None


def _beaten(aim: Aim) -> Result | None:
    """On which rows, or columns, one is not the best of all."""
    if not NOT_FIRST.search(aim.question) or not WHICH.search(aim.question):
        return None
    for axis, across in reversed(AXES):
        one = aim.single(axis)
        others = [i for i in _candidates(aim, axis) if one and i != one[0].labels[0]]
        if len(one) == 1 and others and not aim.single(across):
            return _listed(aim, axis, across, one[0].labels[0], others, "below")
    return None


def _which(aim: Aim) -> Result | None:
    """On which rows, or columns, one beats another, or does as well."""
    verb = BELOW.search(aim.question) or ABOVE.search(aim.question) or ALIKE.search(aim.question)
    if verb is None or not WHICH.search(aim.question) or APART.search(aim.question):
        return None
    relation: Relation = (
        "below" if BELOW.search(aim.question) else "above" if ABOVE.search(aim.question) else "as high as"
    )
    for axis, across in reversed(AXES):
        pair = _pair(aim, axis, verb.start())
        if pair and not aim.single(across):
            return _listed(aim, axis, across, pair[0], pair[1:], relation)
    return None


def _pair(aim: Aim, axis: Axis, verb: int) -> tuple[int, int] | None:
    """What is compared with what, by what stands before and behind the verb; or a part left out, with the whole."""
    single = aim.single(axis)
    labels = aim.labels(axis)
    for mention in single:
        base = WITHOUT.sub("", labels[mention.labels[0]])
        whole = [i for i, label in enumerate(labels) if label == base]
        if base != labels[mention.labels[0]] and len(whole) == 1 and not re.search(r"\bthan\b", aim.question):
            return mention.labels[0], whole[0]  # "where is it better without its memory?"
    before = [n for n in single if aim.asked[n.start].start < verb]
    after = [n for n in single if aim.asked[n.start].start > verb]
    return (before[-1].labels[0], after[0].labels[0]) if before and after else None


def _listed(
    aim: Aim, axis: Axis, across: Axis, one: int, others: Sequence[int], relation: Relation
) -> Result | None:
    """Where `one` stands in that relation to the other, or to the best of several others."""
    met: list[tuple[int, At, At, int]] = []
    held = 0
    for label in _candidates(aim, across):
        at = aim.place(axis, one, label)
        a = aim.cell(at).value
        against = [
            (value, other)
            for other in others
            if (value := aim.cell(aim.place(axis, other, label)).value) is not None
        ]
        if a is None or not against:
            continue
        held += 1
        b, other = max(against)
        if {"below": a < b, "above": a > b, "as high as": a == b}[relation]:
            met.append((label, at, aim.place(axis, other, label), other))
    if not held:
        return None
    several = len(others) > 1
    to = f"another {axis}" if several else aim.called(axis, others[0])
    said = f"{aim.called(axis, one)} is {relation} {to} in {len(met)} of {held} {across}s"
    shown = [
        f"“{aim.labels(across)[label]}” ({aim.cell(at).text} against {aim.cell(beside).text}"
        f"{f' in {aim.called(axis, other)}' if several else ''})"
        for label, at, beside, other in met
    ]
    cells = tuple(at for _, *both, _ in met for at in both)
    how = f"The {axis}s were compared {across} by {across}, averages left out."
    return Result("which", cells, f"{said}: {'; '.join(shown)}" if shown else said, how)


def _candidates(aim: Aim, axis: Axis) -> list[int]:
    """The labels to choose from: those that one mention fits alike, else all; without averages and sums."""
    several = [n for n in aim.along(axis) if len(n.labels) > 1 and not n.only]
    labels = aim.labels(axis)
    chosen = several[0].labels if several else range(len(labels))
    return [i for i in chosen if not SUMMARY.search(labels[i])] or [*chosen]


def _difference(aim: Aim) -> Result | None:
    """How far two rows, or columns, lie apart."""
    if not APART.search(aim.question):
        return None
    for axis, across in AXES:
        pair = [n.labels[0] for n in aim.along(axis) if len(n.labels) == 1]
        others = _fixed(aim, across)
        if len(pair) < 2 or not 0 < len(others) <= 2:
            continue
        said, cells = [], []
        for other in others:
            both = [aim.place(axis, label, other) for label in pair[:2]]
            texts = [aim.cell(at).text for at in both]
            apart = _minus(*texts)
            if apart is None:
                continue
            cells += both
            said.append(
                f"{apart} lies between {aim.called(axis, pair[0])} with {texts[0]} and {aim.called(axis, pair[1])} with "
                f"{texts[1]}, in {aim.called(across, other)}"
            )
        if said:
            return Result("difference", tuple(cells), "; ".join(said), "One cell was taken from the other.")
    return None


def _fixed(aim: Aim, axis: Axis) -> list[int]:
    """The one label, or the few alike, that are meant on an axis; the only one where there is one; else none."""
    if len(aim.labels(axis)) == 1:
        return [0]
    mentions = aim.along(axis)
    chosen = [mention for mention in mentions if not aim.aside(mention)] or mentions
    return [label for mention in chosen for label in mention.labels]


def _minus(one: str, other: str) -> str | None:
    """The distance of two cells' numbers, as exact as they are written."""
    found = [NUMBER.search(text) if VALUE.match(text) else None for text in (one, other)]
    if not all(found):
        return None
    a, b = (Decimal(re.sub(r"[−–]", "-", m.group()).replace(",", "")) for m in found if m)
    unit = " percentage points" if "%" in one and "%" in other else ""
    return f"{abs(a - b)}{unit}"


def _extreme(aim: Aim) -> Result | None:
    """The highest or lowest of a row or column, or of the two that are meant; what else is named is told beside it."""
    high, low = aim.extreme(HIGHEST), aim.extreme(LOWEST)
    second = SECOND.search(aim.question)
    word = high or low or second
    if word is None or not WHICH.search(aim.question):
        return None
    for axis, across in reversed(AXES):
        fixed = aim.single(axis)
        twice = [n for n in aim.along(axis) if len(n.labels) == TWO]
        if any(not n.only for n in aim.single(across)):
            continue
        if fixed:
            near = min(fixed, key=lambda n: min(abs(aim.asked[i].start - word.start()) for i in n.at))
            targets, beside = near.labels, [n.labels[0] for n in fixed if n is not near]
        else:
            targets = (0,) if len(aim.labels(axis)) == 1 else twice[0].labels if twice else ()
            beside = []
        found = [
            _best(
                aim,
                axis,
                across,
                target,
                beside,
                word.group(),
                lowest=bool(low and not high),
                rank=bool(second),
            )
            for target in targets
        ]
        results = [result for result in found if result is not None]
        if results:
            cells = tuple(at for result in results for at in result.cells)
            said = "; ".join(result.said for result in results)
            return Result(results[0].operation, cells, said, results[0].how)
    return None


def _best(
    aim: Aim,
    axis: Axis,
    across: Axis,
    target: int,
    beside: Sequence[int],
    word: str,
    *,
    lowest: bool,
    rank: int,
) -> Result | None:
    """The highest or lowest of one row or column, or the next to it (`rank` 1); nothing where too many are it."""
    if BETTER_WORSE.search(word) and SMALL_IS_BETTER.search(aim.labels(axis)[target]):
        lowest = not lowest
    values = [
        (value, label)
        for label in _candidates(aim, across)
        if (value := aim.cell(aim.place(axis, target, label)).value) is not None
    ]
    if len(values) < 2:
        return None
    ranked = sorted({value for value, _ in values}, reverse=not lowest)
    if rank >= len(ranked):
        return None
    best = ranked[rank]
    winners = [label for value, label in values if value == best]
    if len(winners) > MOST_CELLS:
        return None
    cells = [aim.place(axis, t, w) for w in winners for t in (target, *beside)]
    what: Operation = "lowest" if lowest else "highest"
    said = (
        f"the {'second ' * rank}{what} value in {aim.called(axis, target)} is {aim.cell(cells[0]).text}, in "
    )
    said += " and ".join(aim.called(across, w) + aim.also(across, w) for w in winners)
    if beside:
        further = [aim.told(aim.place(axis, t, w)) for w in winners for t in beside]
        said += f"; beside it stands {' and '.join(further)}"
    how = f"The {'second ' * rank}{what} of {len(values)} cells of the {axis}, averages left out."
    return Result(what, tuple(cells), said, how)


def _cells(aim: Aim) -> Result | None:
    """The cells where the rows and columns meet that are named."""
    asks_label = ASKS_LABEL.search(aim.question) or (
        WHICH.search(aim.question) and (aim.extreme(HIGHEST) or aim.extreme(LOWEST))
    )
    if asks_label or APART.search(aim.question):
        return None
    named = [at for at in product(_fixed(aim, "row"), _fixed(aim, "column")) if aim.cell(at).text]
    if sum(any(map(str.isalnum, aim.cell(at).text)) for at in named) > MOST_CELLS:
        return None
    numbers = {at for at in named if aim.cell(at).value is not None}
    if not numbers:
        return None
    rows, columns = _alone(aim, "row"), _alone(aim, "column")
    gaps = {
        at for at in named if at[0] in rows and at[1] in columns and NO_NUMBER.fullmatch(aim.cell(at).text)
    }
    cells = [at for at in named if at in numbers | gaps]
    return Result("cells", tuple(cells), " and ".join(map(aim.told, cells)), "Read from the table.")


def _alone(aim: Aim, axis: Axis) -> set[int]:
    """The labels that are named for themselves; the only one where there is one."""
    if len(aim.labels(axis)) == 1:
        return {0}
    return {n.labels[0] for n in aim.along(axis) if len(n.labels) == 1}
