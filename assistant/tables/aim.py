"""A question held against one table: which rows and columns it names, and how much of it the table accounts for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Literal

from assistant.tables.naming import Named, named
from assistant.tables.wording import (
    ABOVE,
    APART,
    ASKING,
    BELOW,
    BETTER_WORSE,
    CONDITION,
    HIGHEST,
    INSTEAD,
    LOWEST,
    WHOSE,
)
from assistant.tables.words import places, tells, words
from corpus.tables import LEVEL, NAMED

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from assistant.tables.words import Word
    from corpus.tables import Table, TableCell, TableRow

Axis = Literal["row", "column"]
At = tuple[int, int]

COMPARING = (HIGHEST, LOWEST, ABOVE, BELOW, BETTER_WORSE)  # what is done with cells, no name of any


@dataclass(frozen=True, slots=True)
class About:
    """What a table's paper is called and about: its names, its title, its abstract."""

    names: tuple[str, ...] = ()
    title: str = ""
    abstract: str = ""


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

    def single(self, axis: Axis) -> list[Named]:
        """The mentions on an axis of one row or column each; "task" in "on which task" is none."""
        wanted = self._wanted()
        return [n for n in self.along(axis) if len(n.labels) == 1 and not n.at <= wanted]

    def also(self, axis: Axis, number: int) -> str:
        """What a row or column is in the words of what is asked for: " (Algorithm: BCQ)" of "which algorithm"."""
        wanted = self._wanted()
        across: Axis = "column" if axis == "row" else "row"
        told = [
            (self.labels(across)[n.labels[0]], self.cell(self.place(axis, number, n.labels[0])))
            for n in self.along(across)
            if len(n.labels) == 1 and n.at <= wanted
        ]
        return "".join(f" ({label}: {cell.text})" for label, cell in told if cell.text and cell.value is None)

    def aside(self, mention: Named) -> bool:
        """Whether a mention only says whose table it is: "in the Octo report", "Octo's comparison"."""
        behind = self.asked[max(mention.at) + 1 : max(mention.at) + 2]
        return mention.only and bool(behind) and bool(WHOSE.fullmatch(behind[0].text))

    def _wanted(self) -> set[int]:
        """The words that say what kind of thing is asked for, those behind the first "which" or "what"."""
        begun = next((i for i, w in enumerate(self.asked, 1) if w.text.lower() in ("which", "what")), 0)
        behind = takewhile(
            lambda i: tells(self.asked[i]) and not any(p.fullmatch(self.asked[i].text) for p in COMPARING),
            range(begun, len(self.asked)),
        )
        return set(behind) if begun else set()

    def extreme(self, words_: re.Pattern[str]) -> re.Match[str] | None:
        """The question's first such word that is no part of a row's or column's name, as in "HNeat Best"."""
        named_ = {
            self.asked[i].start for n in [*self.rows, *self.columns] if len(n.labels) == 1 for i in n.at
        }
        return next((m for m in words_.finditer(self.question) if m.start() not in named_), None)

    def told(self, at: At) -> str:
        """A cell with its row and column."""
        cell = self.cell(at)
        text = cell.text
        if cell.value is None:
            text = f"“{text}”" if any(map(str.isalpha, text)) else f"no number (“{text}”)"
        return f"{text} for {self.called('row', at[0])}, {self.called('column', at[1])}"


def aimed(question: str, table: Table, about: About) -> tuple[Aim, list[int]]:
    """A question held against a table, and which of its words name the table's paper."""
    if not APART.search(question):
        question = INSTEAD.sub(lambda found: " " * len(found.group()), question)
    asked = words(question)
    own = _own(asked, about, table)
    rows = named([_words_of(row) for row in table.rows], asked, own)
    columns = named([column.header for column in table.columns], asked, own)
    rows, columns = _apart(rows, columns), _apart(columns, rows)
    rows, columns = (_telling(mentions, asked) for mentions in (rows, columns))
    return Aim(question, asked, table, rows, columns), own


def _telling(mentions: list[Named], asked: Sequence[Word]) -> list[Named]:
    """The mentions without those by words that only ask, as "score" of "average score", where there are others."""
    return [n for n in mentions if not all(ASKING.match(asked[i].text.lower()) for i in n.at)] or mentions


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
        if tells(word) and not ASKING.match(word.text.lower()) and not any(p.fullmatch(word.text) for p in COMPARING)
    }  # fmt: skip
    met = {i for mention in [*aim.rows, *aim.columns] for i in mention.at}
    if len(telling & met) < min(least, len(telling)) or not telling:
        return 0.0
    table = aim.table
    title, _, rest = table.caption.removeprefix(table.name).lstrip(" .:").partition(". ")
    about = f"{title} {table.corner} {' '.join(c.header for c in table.columns)} {paper.title}"
    beside = _at(about, aim.asked) | set(own)
    called = NAMED.findall(aim.question)
    sure = 0.5 if table.number.upper() in map(str.upper, called) else 0.0
    further = _at(f"{rest} {table.mentioned}", aim.asked) - beside - met
    known = met | beside | further | _at(" ".join(table.sections), aim.asked)
    abstract = _at(paper.abstract, aim.asked)
    for i in telling - known:
        text = aim.asked[i].text
        if (is_name(i, aim.asked[i]) or text[0].isdigit()) and not (text.isupper() and i in abstract):
            return 0.0
    for condition in CONDITION.finditer(aim.question):
        inside = {i for i in telling if condition.start("of") <= aim.asked[i].start < condition.end("of")}
        if inside and 2 * len(inside & (met | beside)) < len(inside):
            return 0.0
    told = len(telling & met) + 0.7 * len(telling & (beside - met)) + 0.35 * len(telling & further)
    return told / len(telling) + sure


def _at(text: str, asked: Sequence[Word]) -> set[int]:
    """Which of the question's words a text says."""
    return {i for _, said, _ in places(text, asked) for i in said}
