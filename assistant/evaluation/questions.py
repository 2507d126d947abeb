"""Questions with known answers: reading a JSONL file of them, strictly, so that a slip never counts as a measurement.

One JSON object a line: id, kind, question, papers, gold (paper, page, quote), must_contain, and optionally history,
note, near, reason, words_absent_from_paper, and of a table table, row, column and value. The first line that is wrong is named with its file and number.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.asking.typed import checked
from corpus.errors import WrongUse
from corpus.spelling import either, key, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from assistant.asking.context import Turn

Kind = Literal["lookup", "blind", "compare", "followup", "table", "unanswerable"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
Half = Literal["odd", "even"]


class Place(BaseModel):
    """An acceptable place of the answer: page from 1, and the paper's words there."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    paper: str = Field(min_length=1)
    page: int = Field(ge=1)
    quote: str = Field(min_length=1)


class _Line(BaseModel):
    """One line of a question file, as it must be."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str = Field(min_length=1)
    kind: Kind
    question: str
    papers: list[str]
    gold: list[Place]
    must_contain: list[list[str]]
    history: list[list[str]] = []
    note: str = ""
    near: str = (
        ""  # of a near miss, the paper meant, why it is none, and which of its words are nowhere there
    )
    reason: str = ""
    words_absent_from_paper: list[str] = []
    table: str = ""  # of a question on a table, the cell
    row: str = ""
    column: str = ""
    value: str = ""


REQUIRED: Final = tuple(name for name, field in _Line.model_fields.items() if field.is_required())


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A question whose answer is known.

    Attributes:
        id: Unique over all files of a run.
        kind: lookup (names its paper), blind (does not), compare, followup, table (asks for a cell), or unanswerable.
        text: The question.
        history: Earlier questions and answers, oldest first.
        papers: Ids of the papers that answer it; all of them are needed.
        gold: (paper, page) of every acceptable place.
        must_contain: Groups of alternatives; a right answer holds one of each group.
        place: Its place in its file, from 1.
    """

    id: str
    kind: Kind
    text: str
    history: tuple[Turn, ...] = ()
    papers: tuple[str, ...] = ()
    gold: frozenset[tuple[str, int]] = frozenset()
    must_contain: tuple[tuple[str, ...], ...] = ()
    place: int = 1

    @property
    def answerable(self) -> bool:
        """Whether the papers answer it."""
        return self.kind != "unanswerable"

    def found(self, places: Collection[tuple[str, int]]) -> float:
        """The share (0..1) of its papers of which an acceptable page is among `places`."""
        held = {paper for paper, _ in self.gold.intersection(places)}
        return len(held) / len(self.papers)


def read(paths: Iterable[Path], papers: Collection[str]) -> list[KnownQuestion]:
    """The questions of all files, in order.

    Args:
        paths: JSONL files.
        papers: Ids of all papers there are.

    Raises:
        WrongUse: A line is wrong (the message begins with FILE:LINE), or there is no question at all.
    """
    found: list[KnownQuestion] = []
    seen: dict[str, str] = {}
    paths = list(paths)
    for path in paths:
        for place, (number, line) in enumerate(_lines(path), start=1):
            where = f"{path}:{number}"
            try:
                question = _question(line, papers, place)
            except WrongUse as error:
                raise WrongUse(f"{where}: {error}") from error
            if question.id in seen:
                raise WrongUse(f"{where}: the id {question.id!r} is taken by {seen[question.id]}.")
            seen[question.id] = where
            found.append(question)
    if not found:
        raise WrongUse(f"{', '.join(map(str, paths))}: no questions; each line is one JSON object.")
    return found


def chosen(
    questions: Sequence[KnownQuestion],
    kinds: Collection[Kind] = (),
    half: Half | None = None,
    limit: int | None = None,
) -> list[KnownQuestion]:
    """Those of the kinds (all, where none is given), of every other place in their files, the first `limit` of each kind.

    Raises:
        WrongUse: None is left.
    """
    counted: Counter[Kind] = Counter()
    left = []
    for question in questions:
        if kinds and question.kind not in kinds:
            continue
        if half is not None and question.place % 2 != (half == "odd"):
            continue
        counted[question.kind] += 1
        if limit is None or counted[question.kind] <= limit:
            left.append(question)
    if not left:
        there = ", ".join(dict.fromkeys(question.kind for question in questions))
        raise WrongUse(f"No question is left to ask: the files hold {there}.")
    return left


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongUse(f"{path} is not UTF-8 text.") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def _question(line: str, papers: Collection[str], place: int) -> KnownQuestion:
    """One line read. Raises WrongUse, without saying where."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise WrongUse(f"this is not JSON ({error}).") from error
    if not isinstance(data, dict):
        raise WrongUse("needs a JSON object.")
    entry = _entry(data)
    for paper in (*entry.papers, *(gold.paper for gold in entry.gold)):
        if paper not in papers:
            alike = nearest(paper, {key(identity): identity for identity in papers})
            hint = (
                f"did you mean {either(alike)}?" if alike else "index its PDF first, or see `duality papers`."
            )
            raise WrongUse(f"there is no paper {paper!r}; {hint}")
    if set(entry.papers) != {gold.paper for gold in entry.gold}:
        raise WrongUse("`papers` and the papers of `gold` are not the same.")
    try:
        text = checked(entry.question)
    except WrongUse as error:
        raise WrongUse(f"`question`: {error}") from error
    return KnownQuestion(
        id=entry.id,
        kind=entry.kind,
        text=text,
        history=tuple((asked, said) for asked, said in entry.history),
        papers=tuple(dict.fromkeys(entry.papers)),
        gold=frozenset((gold.paper, gold.page) for gold in entry.gold),
        must_contain=tuple(tuple(group) for group in entry.must_contain),
        place=place,
    )


def _entry(data: dict[str, Any]) -> _Line:
    """The object with every field as it must be."""
    for name in REQUIRED:
        if name not in data:
            raise WrongUse(f"`{name}` is missing.")
    for name in data.keys() - _Line.model_fields.keys():
        alike = nearest(name, {key(known): known for known in _Line.model_fields})
        raise WrongUse(f"there is no field `{name}`{f'; did you mean {either(alike)}?' if alike else '.'}")
    if data["kind"] not in KINDS:
        raise WrongUse(f"there is no kind {data['kind']!r}; it is {either(KINDS)}.")
    try:
        entry = _Line.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise WrongUse(f"`{where}`: {first['msg'][0].lower()}{first['msg'][1:]}.") from error
    if any(len(turn) != 2 for turn in entry.history):
        raise WrongUse("`history` holds pairs: [earlier question, answer].")
    if not all(group and all(word.strip() for word in group) for group in entry.must_contain):
        raise WrongUse("`must_contain` holds groups of at least one word each.")
    if entry.kind == "followup" and not entry.history:
        raise WrongUse("a followup needs `history`.")
    if entry.kind == "unanswerable":
        if entry.papers or entry.gold or entry.must_contain:
            raise WrongUse("an unanswerable question has no `papers`, `gold` or `must_contain`.")
    elif not entry.papers or not entry.gold:
        raise WrongUse(f"a {entry.kind} question needs `papers` and `gold`.")
    return entry
