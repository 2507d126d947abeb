"""Reading a table for a question: which cells are meant, what is asked of them, and what comes out.

A number is never said without its row and column; where the question does not tell which they are, nothing is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Literal

from assistant.tables.naming import Named, named
from assistant.tables.words import places, tells, words
from corpus.tables import LEVEL, NUMBER, SUMMARY, VALUE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.tables.words import Word
    from corpus.tables import Table, TableCell, TableRow

Operation = Literal["cells", "line", "highest", "lowest", "difference", "which", "nearest"]
Axis = Literal["row", "column"]
Relation = Literal["below", "above", "as high as"]
At = tuple[int, int]

MOST_ALIKE = 2  # tables that fit a question alike, and are both told
MOST_CELLS = 4  # told at once; more is a table to look at, not an answer
SMALLEST_SHARE = 0.35  # the same, of a row or column that is told beside quotes
LEAST_EXPLAINED = (
    0.5  # share of the question's telling words that the cells, the caption and the paper account for
)
NOT_A_NUMBER = re.compile(r"\bwhy\b|^\W*(?:when|who|where do|where does)\b|\bhow come\b|\bhow (?:does|do|did|is|are|was|were)\b(?!.*\b(?:compare|perform|fare|score|do|rank)\b)", re.IGNORECASE)  # fmt: skip
HIGHEST = re.compile(r"\b(?:highest|best|most|largest|greatest|maximum|max|biggest|strongest|longest|leads|lead|tops?)\b", re.IGNORECASE)  # fmt: skip
LOWEST = re.compile(r"\b(?:lowest|worst|least|smallest|fewest|minimum|min|shortest|weakest)\b", re.IGNORECASE)
SMALL_IS_BETTER = re.compile(r"↓|\b(?:errors?|loss|costs?|time|regret|violations?|falls|collisions?|failures?|distance|steps)\b", re.IGNORECASE)  # fmt: skip
BETTER_WORSE = re.compile(
    r"\b(?:best|worst|better|worse|lead|leads|beats?|outperforms?|outdo(?:es)?)\b", re.IGNORECASE
)
ABOVE = re.compile(
    r"\b(?:beats?|outperforms?|outdo(?:es)?|exceeds?|surpass(?:es)?|better|higher|more|larger|greater|ahead|above|leads?|wins?)\b",
    re.IGNORECASE,
)
BELOW = re.compile(r"\b(?:behind|below|worse|lower|less|fewer|smaller|loses?|trails?|short)\b", re.IGNORECASE)
APART = re.compile(
    r"\b(?:by|how) (?:how )?(?:much|many|far)\b(?=.*\b(?:more|less|fewer|higher|lower|better|worse|above|below|ahead|behind|over|"
    r"drops?|falls?|rises?|gains?|loses?|leads?|improves?|exceeds?|outperforms?|beats?|increases?|decreases?|differs?|"
    r"trails?|surpass(?:es)?|apart)\b)|\bdifference\b|\bgap between\b|\bby how (?:much|many|far)\b",
    re.IGNORECASE,
)
ORDINALS = {
    word: str(number)
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(), start=1
    )
}
ALIKE = re.compile(
    r"\b(?:just|equally|exactly)? ?as (?:good|well|often|many|much|high|low)\b|\bequal(?:s|ly)?\b|\bthe same\b|\bno (?:better|worse)\b",
    re.IGNORECASE,
)
WITHOUT = re.compile(r"\s*\(?(?:w/o|without|[-−–](?=[A-Z]))[^)]*\)?\s*$")
WHICH = re.compile(r"\b(?:which|what|where|with how many|at how many)\b", re.IGNORECASE)
CONDITION = re.compile(
    r"\b(?:if|when|after|once|while|without|with|using|under)\b(?! what\b| how\b| which\b)(?P<of>[^,?;]*)",
    re.IGNORECASE,
)
NEAREST = re.compile(r"\b(?:nearest|closest) to\b", re.IGNORECASE)
AXES: tuple[tuple[Axis, Axis], ...] = (("row", "column"), ("column", "row"))
WHOSE = re.compile(r"s|paper|report|comparisons?|study|work|ablations?|table", re.IGNORECASE)
ASKS_LABEL = re.compile(r"\bwhich\b", re.IGNORECASE)
ASKING = re.compile(
    r"^(?:many|much|far|long|often|points?|percent|percentage|share|value|values|number|numbers|score|scores|reach|reaches|"
    r"reached|table|report|reports|reported|give|gives|achieve|achieves|get|gets|comparison|comparing|compare|against|result|"
    r"results|paper|first|second|third|last)$"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a table answers.

    Attributes:
        table: The table.
        operation: What was done.
        cells: The cells used, as (row, column), the one that answers first.
        said: The answer in a sentence, but for where the table stands.
        how: How it was computed.
        explained: The share of the question's telling words that it accounts for.
    """

    table: Table
    operation: Operation
    cells: tuple[At, ...]
    said: str
    how: str
    explained: float


@dataclass(frozen=True, slots=True)
class Aim:
    """A question held against one table."""

    question: str
    asked: list[Word]
    table: Table
    rows: list[Named]
    columns: list[Named]

    def along(self, axis: Axis) -> list[Named]:
        """What the question names on an axis."""
        return self.rows if axis == "row" else self.columns

    def labels(self, axis: Axis) -> list[str]:
        """The labels of all rows, or the headers of all columns."""
        return (
            [row.label for row in self.table.rows]
            if axis == "row"
            else [c.header for c in self.table.columns]
        )

    def cell(self, at: At) -> TableCell:
        """The cell at a place."""
        return self.table.rows[at[0]].cells[at[1]]

    def place(self, axis: Axis, one: int, other: int) -> At:
        """The cell at label `one` of an axis and label `other` of the other axis."""
        return (one, other) if axis == "row" else (other, one)

    def called(self, axis: Axis, number: int) -> str:
        """A row or column by its name, "row “Maze”"."""
        label = self.labels(axis)[number]
        return f"{axis} “{label}”" if label else f"{axis} {number + 1}"

    def aside(self, mention: Named) -> bool:
        """Whether a mention only says whose table it is: "in the Octo report", "Octo's comparison"."""
        behind = self.asked[max(mention.at) + 1 : max(mention.at) + 2]
        return bool(behind) and bool(WHOSE.fullmatch(behind[0].text))

    def named_first(self, mention: Named) -> bool:
        """Whether a mention is the first behind "nearest to"."""
        found = NEAREST.search(self.question)
        behind = [
            n for n in [*self.rows, *self.columns] if found and self.asked[n.start].start >= found.end()
        ]
        return bool(behind) and min(behind, key=lambda n: n.start) is mention

    def extreme(self, words_: re.Pattern[str]) -> re.Match[str] | None:
        """The question's first such word that is no part of a row's or column's name, as in "HNeat Best"."""
        named_ = {
            self.asked[i].start for n in [*self.rows, *self.columns] if len(n.labels) == 1 for i in n.at
        }
        return next((m for m in words_.finditer(self.question) if m.start() not in named_), None)

    def told(self, at: At) -> str:
        """A cell with its row and column."""
        return f"{self.cell(at).text} for {self.called('row', at[0])}, {self.called('column', at[1])}"


@dataclass(frozen=True, slots=True)
class About:
    """What a table's paper is called and about: its names, its title, its abstract."""

    names: tuple[str, ...] = ()
    title: str = ""
    abstract: str = ""


def read(question: str, tables: Sequence[Table], about: Callable[[Table], About]) -> list[Reading]:
    """What the table that fits a question best answers, or both of two that fit alike; empty where none fits well.

    Args:
        question: In the user's words.
        tables: The tables that may be meant.
        about: Of a table, what its paper is called and about.
    """
    if NOT_A_NUMBER.search(question):
        return []
    found = [reading for table in tables if (reading := _read(question, table, about(table)))]
    found.sort(key=lambda reading: -reading.explained)
    if not found or found[0].explained < LEAST_EXPLAINED:
        return []
    best = found[0]
    alike = {r.said: r for r in reversed(found) if best.explained - r.explained < 0.01}
    both = all(r.operation == best.operation for r in alike.values())
    return [*reversed(alike.values())] if len(alike) == 1 or (both and len(alike) == MOST_ALIKE) else []


def aimed(question: str, table: Table, about: About) -> tuple[Aim, list[int]]:
    """A question held against a table, and which of its words name the table's paper."""
    asked = words(question)
    own = _own(asked, about, table)
    rows = named([_words_of(row) for row in table.rows], asked, own)
    columns = named([column.header for column in table.columns], asked, own)
    rows, columns = _apart(rows, columns), _apart(columns, rows)
    return Aim(question, asked, table, rows, columns), own


def _read(question: str, table: Table, about: About) -> Reading | None:
    aim, own = aimed(question, table, about)
    for attempt in (_nearest, _which, _difference, _extreme, _cells):
        reading = attempt(aim)
        if reading is not None:
            operation, cells, said, how = reading
            return Reading(
                table,
                operation,
                cells,
                said,
                how,
                explained(aim, own, about, 2 if operation == "cells" else 1),
            )
    return None


def _words_of(row: TableRow) -> str:
    """A row's label and the words in its cells, "Self" under "Attention", that may tell it from its neighbours."""
    inside = [c.text for c in row.cells if c.value is None and c.text.isalpha() and len(c.text) > 1]
    return LEVEL.join([row.label, *inside])


def _own(asked: Sequence[Word], paper: About, table: Table) -> list[int]:
    """The question's words that name the paper or its method.

    A name of the paper, its title's initials, three words of its title on end, or else a name that its abstract
    knows and no label of the table.
    """
    found: set[int] = set()
    forms = [word.form for word in asked]
    title = words(paper.title)
    for name in [*paper.names, *([paper.title.split(":")[0]] if ":" in paper.title else [])]:
        own = [word.form for word in words(name)]
        for i in range(len(forms) - len(own) + 1):
            if own and forms[i : i + len(own)] == own:
                found.update(range(i, i + len(own)))
    initials = "".join(word.text[0] for word in title).upper()
    found |= {
        i
        for i, word in enumerate(asked)
        if len(word.text) > 2 and word.text.isupper() and word.text in initials
    }
    told = {word.form for word in title if tells(word)}
    run: list[int] = []
    for i, word in enumerate([] if found else [*asked, None]):
        if word is not None and word.form in told:
            run.append(i)
            continue
        if len(run) >= 3:
            found.update(run)
        run = []
    if not found:
        labels = " ".join([*(row.label for row in table.rows), *(column.header for column in table.columns)])
        said = _at(labels, asked)
        known = {word.text for word in words(paper.abstract)}
        found = {
            i for i, word in enumerate(asked) if is_name(i, word) and word.text in known and i not in said
        }
    return sorted(found)


def is_name(place: int, word: Word) -> bool:
    """Whether a word of a question is written as a name: with a capital that no sentence's beginning gives it."""
    return not word.text.islower() and word.text[0].isalpha() and (place > 0 or not word.text[1:].islower())


def _apart(one: list[Named], other: list[Named]) -> list[Named]:
    """The mentions on one axis, without those whose words say more on the other."""
    return [
        n for n in one
        if not any(n.at < m.at or (n.at == m.at and (n.weight < m.weight or n.only)) for m in other)
    ]  # fmt: skip


def explained(aim: Aim, own: Sequence[int], paper: About, least: int) -> float:
    """The share of the telling words that rows, columns, caption, paper and the operation account for.

    0 where a name, a number or a condition of the question is not accounted for: the table then answers another one.
    """
    telling = {
        i for i, word in enumerate(aim.asked)
        if tells(word) and not ASKING.match(word.text.lower()) and not any(p.fullmatch(word.text) for p in (HIGHEST, LOWEST, ABOVE, BELOW, BETTER_WORSE))
    }  # fmt: skip
    met = {i for mention in [*aim.rows, *aim.columns] for i in mention.at}
    if len(telling & met) < min(least, len(telling)) or not telling:
        return 0.0
    table = aim.table
    title, _, rest = table.caption.removeprefix(table.name).lstrip(" .:").partition(". ")
    about = f"{title} {table.corner} {' '.join(c.header for c in table.columns)} {paper.title}"
    beside = _at(about, aim.asked) | set(own)
    sure = 0.5 if table.number.upper() in _numbers(aim.question) else 0.0
    further = _at(f"{rest} {table.mentioned}", aim.asked) - beside - met
    known = met | beside | further
    for i in telling - known:
        text = aim.asked[i].text
        if (is_name(i, aim.asked[i]) or text[0].isdigit()) and aim.question[aim.asked[i].start - 1] != "'":
            return 0.0
    for condition in CONDITION.finditer(aim.question):
        inside = {i for i in telling if condition.start("of") <= aim.asked[i].start < condition.end("of")}
        if inside and 2 * len(inside & (met | beside)) < len(inside):
            return 0.0
    told = len(telling & met) + 0.7 * len(telling & (beside - met)) + 0.35 * len(telling & further)
    return told / len(telling) + sure


def _numbers(question: str) -> set[str]:
    """The numbers of the tables that a question calls by number or place, "Table 2" or "the second table"."""
    called = {number.upper() for number in re.findall(r"\btable\s+([\dIVXA-Z.]+)\b", question, re.IGNORECASE)}
    return called | {
        ORDINALS[word.lower()]
        for word in re.findall(r"\b(\w+) table\b", question)
        if word.lower() in ORDINALS
    }


def _at(text: str, asked: Sequence[Word]) -> set[int]:
    """Which of the question's words a text says."""
    return {i for _, said, _ in places(text, asked) for i in said}


# --- what is asked ---

_Result = tuple[Operation, tuple[At, ...], str, str]


def _value(aim: Aim, at: At) -> float | None:
    return aim.cell(at).value


def _fixed(aim: Aim, axis: Axis) -> list[int]:
    """The one label, or the few alike, that are meant on an axis; the only one where there is one; else none."""
    labels = aim.labels(axis)
    if len(labels) == 1:
        return [0]
    mentions = aim.along(axis)
    chosen = [m for m in mentions if not (m.only and aim.aside(m))] or mentions  # "in the Octo report"
    return [label for mention in chosen for label in mention.labels]


def _which(aim: Aim) -> _Result | None:
    """On which rows, or columns, one beats another, or does as well."""
    verb = BELOW.search(aim.question) or ABOVE.search(aim.question) or ALIKE.search(aim.question)
    if verb is None or not WHICH.search(aim.question) or APART.search(aim.question):
        return None
    relation: Relation = (
        "below" if BELOW.search(aim.question) else "above" if ABOVE.search(aim.question) else "as high as"
    )
    for axis, across in reversed(AXES):
        pair = _pair(aim, axis, verb.start())
        if pair and not any(len(n.labels) == 1 for n in aim.along(across)):
            return _listed(aim, axis, across, *pair, relation)
    return None


def _pair(aim: Aim, axis: Axis, verb: int) -> tuple[int, int] | None:
    """What is compared with what, by what stands before and behind the verb; or a part left out, with the whole."""
    single = [n for n in aim.along(axis) if len(n.labels) == 1]
    labels = aim.labels(axis)
    for mention in single:
        base = WITHOUT.sub("", labels[mention.labels[0]])
        whole = [i for i, label in enumerate(labels) if label == base]
        if base != labels[mention.labels[0]] and len(whole) == 1 and not re.search(r"\bthan\b", aim.question):
            return mention.labels[0], whole[0]  # "where is it better without its memory?"
    before = [n for n in single if aim.asked[n.start].start < verb]
    after = [n for n in single if aim.asked[n.start].start > verb]
    return (before[-1].labels[0], after[0].labels[0]) if before and after else None


def _listed(aim: Aim, axis: Axis, across: Axis, one: int, other: int, relation: Relation) -> _Result | None:
    met: list[tuple[int, At, At]] = []
    held = 0
    for label in _candidates(aim, across):
        at, against = aim.place(axis, one, label), aim.place(axis, other, label)
        a, b = _value(aim, at), _value(aim, against)
        if a is None or b is None:
            continue
        held += 1
        if {"below": a < b, "above": a > b, "as high as": a == b}[relation]:
            met.append((label, at, against))
    if not held:
        return None
    opened = (
        f"{aim.called(axis, one)} is {relation} {aim.called(axis, other)} in {len(met)} of {held} {across}s"
    )
    shown = "; ".join(
        f"“{aim.labels(across)[label]}” ({aim.cell(at).text} against {aim.cell(against).text})"
        for label, at, against in met
    )
    cells = tuple(at for _, *both in met for at in both)
    how = f"The two {axis}s were compared {across} by {across}, averages left out."
    return "which", cells, f"{opened}: {shown}" if met else opened, how


def _candidates(aim: Aim, axis: Axis) -> list[int]:
    """The labels to choose from: those that one mention fits alike, else all; without averages and sums."""
    several = [n for n in aim.along(axis) if len(n.labels) > 1 and not n.only]
    chosen = list(several[0].labels) if several else list(range(len(aim.labels(axis))))
    labels = aim.labels(axis)
    return [i for i in chosen if not SUMMARY.search(labels[i])] or chosen


def _nearest(aim: Aim) -> _Result | None:
    """Which other label comes nearest to the one named."""
    if not NEAREST.search(aim.question):
        return None
    for axis, across in AXES:
        target = [n for n in aim.along(across) if len(n.labels) == 1]
        fixed = [n for n in aim.along(axis) if len(n.labels) == 1]
        if len(target) != 1 or len(fixed) != 1:
            continue
        label, beside = fixed[0].labels[0], target[0].labels[0]
        at = aim.place(axis, label, beside)
        mark = _value(aim, at)
        others = [
            (abs(value - mark), other)
            for other in range(len(aim.labels(across)))
            if mark is not None and other != beside and not SUMMARY.search(aim.labels(across)[other])
            and (value := _value(aim, aim.place(axis, label, other))) is not None
        ]  # fmt: skip
        if len(others) < 2 or not aim.named_first(target[0]):
            continue
        _, best = min(others)
        near = aim.place(axis, label, best)
        said = (
            f"nearest to {aim.called(across, beside)} with {aim.cell(at).text} comes {aim.called(across, best)} with "
            f"{aim.cell(near).text}, in {aim.called(axis, label)}"
        )
        return "nearest", (near, at), said, f"The cells of the {axis} were compared with one of them."
    return None


def _difference(aim: Aim) -> _Result | None:
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
            return "difference", tuple(cells), "; ".join(said), "One cell was taken from the other."
    return None


def _minus(one: str, other: str) -> str | None:
    """The distance of two cells' numbers, as exact as they are written."""
    found = [NUMBER.search(text) if VALUE.match(text) else None for text in (one, other)]
    if not all(found):
        return None
    a, b = (Decimal(re.sub(r"[−–]", "-", m.group()).replace(",", "")) for m in found if m)
    unit = " percentage points" if "%" in one and "%" in other else ""
    return f"{abs(a - b)}{unit}"


def _extreme(aim: Aim) -> _Result | None:
    """The highest or lowest of a row or column; what else the question names is told beside it."""
    high, low = aim.extreme(HIGHEST), aim.extreme(LOWEST)
    word = high or low
    if word is None or not WHICH.search(aim.question):
        return None
    for axis, across in reversed(AXES):
        fixed = [n for n in aim.along(axis) if len(n.labels) == 1]
        if not fixed and len(aim.labels(axis)) == 1:
            fixed = [Named((0,), frozenset(), 0.0)]
        if not fixed or any(len(n.labels) == 1 and not n.only for n in aim.along(across)):
            continue
        near = min(
            fixed, key=lambda n: min((abs(aim.asked[i].start - word.start()) for i in n.at), default=0)
        )
        target = near.labels[0]
        lowest = low is not None and not high
        if BETTER_WORSE.search(word.group()) and SMALL_IS_BETTER.search(_measure(aim, axis, target)):
            lowest = not lowest
        values = [
            (value, label)
            for label in _candidates(aim, across)
            if (value := _value(aim, aim.place(axis, target, label))) is not None
        ]
        if len(values) < 2:
            continue
        best = min(values)[0] if lowest else max(values)[0]
        winners = [label for value, label in values if value == best]
        if len(winners) > MOST_CELLS:
            return None
        beside = [n.labels[0] for n in fixed if n is not near]
        cells = [aim.place(axis, t, w) for w in winners for t in (target, *beside)]
        what = "lowest" if lowest else "highest"
        said = f"the {what} value in {aim.called(axis, target)} is {aim.cell(cells[0]).text}, in "
        said += " and ".join(aim.called(across, w) for w in winners)
        if beside:
            further = [aim.told(aim.place(axis, t, w)) for w in winners for t in beside]
            said += f"; beside it stands {' and '.join(further)}"
        how = f"The {what} of {len(values)} cells of the {axis}, averages left out."
        return what, tuple(cells), said, how  # type: ignore[return-value]
    return None


def _measure(aim: Aim, axis: Axis, target: int) -> str:
    return aim.labels(axis)[target] if axis == "column" else aim.table.caption


def _cells(aim: Aim) -> _Result | None:
    asks_label = ASKS_LABEL.search(aim.question) or (
        WHICH.search(aim.question) and (aim.extreme(HIGHEST) or aim.extreme(LOWEST))
    )
    if asks_label or APART.search(aim.question):
        return None
    rows, columns = _fixed(aim, "row"), _fixed(aim, "column")
    cells = [at for at in product(rows, columns) if any(map(str.isalnum, aim.cell(at).text))]
    if not 0 < len(cells) <= MOST_CELLS:
        return None
    cells = [at for at in cells if aim.cell(at).value is not None]
    if not cells:
        return None
    return "cells", tuple(cells), " and ".join(aim.told(at) for at in cells), "Read from the table."
