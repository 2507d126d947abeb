"""What a picture shows: papers counted by two properties, each cell with its papers and the facts that put them there.

counted(Wanted("grid", "branch", "setting"), catalogue)   # Table(cells={(0, 1): ("ma2023eureka", …), …}, …)
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, get_args
from urllib.parse import parse_qs, urlencode

from assistant.screening.where import CALLED
from corpus import facts as papers_facts
from corpus import vocabulary
from corpus.errors import WrongUse
from corpus.facts import known_key
from corpus.spelling import either, key, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from corpus.catalogue import Catalogue
    from corpus.paper import Paper

Shape = Literal["years", "grid", "timeline"]
PROPERTIES: Final[Mapping[str, str]] = {
    "branch": "branch of the taxonomy",
    "category": "category",
    "year": "year",
    **vocabulary.PROPERTIES,
}
"""What papers can be counted by, each with what a reader is told it is."""
DEPTHS: Final = {"branch": 2, "category": 3}
"""How many steps of a category's path tell two of them apart."""
MOST: Final = 14
"""Rows or columns of a picture; what has fewer papers is one row, "other"."""
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that is asked for.

    Attributes:
        shape: Bars by year and branch, any two properties, or a category's years.
        rows: A property; of "timeline" a category's slug, and the rows are what lies below it.
        columns: A property.
    """

    shape: Shape = "years"
    rows: str = "branch"
    columns: str = "year"

    @property
    def query(self) -> str:
        """What `read` reads again: "shape=grid&rows=branch&columns=setting"."""
        return urlencode({"shape": self.shape, "rows": self.rows, "columns": self.columns})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a paper stands in a row or column: the deciding words, where they stand, how sure they make it."""

    words: str
    source: str
    certainty: str


@dataclass(frozen=True, eq=False)
class Table:
    """Papers counted by two properties.

    Attributes:
        wanted: What it answers.
        title: What it is, for a heading.
        row_is: What the rows are, in words.
        column_is: What the columns are, in words.
        rows: Their names, in order.
        columns: Their names, in order.
        cells: The ids of the papers of each cell that has any, by row and column, in the catalogue's order.
        why: Of each row and column of a cell and each paper there, why.
        notes: What is counted, and what is not.
    """

    wanted: Wanted
    title: str
    row_is: str
    column_is: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[int, int], tuple[str, ...]]
    why: Mapping[tuple[int, int, str], tuple[Reason, ...]]
    notes: tuple[str, ...]

    def count(self, row: int, column: int) -> int:
        """How many papers a cell has."""
        return len(self.cells.get((row, column), ()))

    @property
    def empty(self) -> int:
        """How many cells have no paper."""
        return len(self.rows) * len(self.columns) - len(self.cells)

    def to_json(self) -> dict[str, Any]:
        """As docs/json.md says."""
        return {
            "title": self.title, "rows": {"property": self.row_is, "values": list(self.rows)},
            "columns": {"property": self.column_is, "values": list(self.columns)},
            "cells": [
                {"row": self.rows[row], "column": self.columns[column], "count": len(papers), "paper_ids": list(papers)}
                for (row, column), papers in sorted(self.cells.items())
            ],
            "notes": list(self.notes),
        }  # fmt: skip


def read(query: str, catalogue: Catalogue) -> Wanted:
    """The picture that an address names; what it does not name is as by default.

    Raises:
        WrongUse: No such shape, property or category.
    """
    said = {name: values[0] for name, values in parse_qs(query).items()}
    shape = next((one for one in get_args(Shape) if one == said.get("shape", "years")), None)
    if shape is None:
        raise WrongUse(f"There is no picture {said['shape']!r}; there are {either(get_args(Shape))}.")
    if shape == "years":
        return Wanted()
    if shape == "timeline":
        first = catalogue.taxonomy.roots[0].slug
        return Wanted("timeline", catalogue.category(said.get("rows", first)).slug)
    return grid(said.get("rows", "branch"), said.get("columns", "setting"))


def grid(rows: str, columns: str) -> Wanted:
    """Any two properties, by whatever name they are called.

    Raises:
        WrongUse: There is no such property, or both are the same.
    """
    wanted = Wanted("grid", _property(rows), _property(columns))
    if wanted.rows == wanted.columns:
        raise WrongUse(f"Rows and columns are both {rows!r}: choose two different properties.")
    return wanted


def _property(called: str) -> str:
    name = key(called)
    said = {key(one): one for one in (*PROPERTIES, *CALLED)}
    said |= {key(words): one for one, words in PROPERTIES.items()}
    if name in said:
        return CALLED.get(said[name], said[name])
    alike = nearest(called, {one: CALLED.get(prop, prop) for one, prop in said.items()})
    hint = f"Did you mean {either(alike)}? " if alike else ""
    raise WrongUse(f"There is no property {called!r}. {hint}There are {', '.join(PROPERTIES)}.")


# --- where a paper stands ---

Standing = dict[str, tuple[Reason, ...]]  # names of rows or columns, with why


@lru_cache(maxsize=32)
def counted(wanted: Wanted, catalogue: Catalogue) -> Table:
    """The table behind a picture. Only curated papers are counted: of the user's own no facts were read."""
    top = catalogue.taxonomy[wanted.rows] if wanted.shape == "timeline" else None
    papers = [p for p in (catalogue.papers_of(top) if top else catalogue.curated) if p.kind == "curated"]
    if top:
        by_row = {paper.id: _below(paper, top.slug, catalogue) for paper in papers}
    else:
        by_row = {paper.id: _standing(paper, wanted.rows, catalogue) for paper in papers}
    by_column = {paper.id: _standing(paper, wanted.columns, catalogue) for paper in papers}
    by_row, rows = _ordered(by_row, wanted.rows, catalogue)
    by_column, columns = _ordered(by_column, wanted.columns, catalogue)
    cells: dict[tuple[int, int], list[str]] = {}
    why: dict[tuple[int, int, str], tuple[Reason, ...]] = {}
    for paper in papers:
        for row, for_row in by_row[paper.id].items():
            for column, for_column in by_column[paper.id].items():
                at = rows.index(row), columns.index(column)
                cells.setdefault(at, []).append(paper.id)
                why[*at, paper.id] = tuple(dict.fromkeys((*for_row[:1], *for_column[:1])))
    if top:
        title, row_is = f"{top.name}, year by year", "category"
    else:
        row_is = PROPERTIES[wanted.rows]
        title = f"Papers by {row_is} and {PROPERTIES[wanted.columns]}"
    notes = [_counting(papers, (by_row, by_column), why)]
    for prop, standing in ((wanted.rows, by_row), (wanted.columns, by_column)):
        if silent := sum(not standing[paper.id] for paper in papers):
            notes.append(f"{_papers(silent)} state{'s' if silent == 1 else ''} no {PROPERTIES[prop]}.")
    if wanted.shape == "years":
        notes.append(
            "The number over a year counts each paper once; a paper under two branches stands in both bars."
        )
    notes += _own(catalogue.papers_of(top) if top else catalogue.papers)
    return Table(
        wanted, title, row_is, PROPERTIES[wanted.columns], tuple(rows), tuple(columns),
        {at: tuple(ids) for at, ids in cells.items()}, why, tuple(notes),
    )  # fmt: skip


def _standing(paper: Paper, prop: str, catalogue: Catalogue) -> Standing:
    """The values of a paper, each at the top of what it lies under."""
    if prop == "year":
        return (
            {str(paper.year): (Reason(f"first published in {paper.year}", "list", "stated"),)}
            if paper.year
            else {}
        )
    if prop in DEPTHS:
        return _filed(paper, DEPTHS[prop], catalogue)
    seen = (prop, "real_robot") if prop == "robot" else (prop,)
    found: dict[str, list[Reason]] = {}
    for fact in papers_facts.of(paper.id):
        if fact.property not in seen or fact.certainty == "not":
            continue
        for name in _tops(known_key(fact.value)):
            found.setdefault(name, []).append(Reason(fact.words, fact.source, fact.certainty))
    return {
        name: tuple(sorted(reasons, key=lambda reason: reason.certainty != "stated"))
        for name, reasons in found.items()
    }


def _tops(value: str) -> list[str]:
    """The names of the topmost values above one; "any robot" is above all and tells nothing, so it does not count."""
    known = vocabulary.load()
    above = [one for one in known[value].under if not one.endswith("/any")]
    return [name for one in above for name in _tops(one)] if above else [known[value].name]


def _filed(paper: Paper, depth: int, catalogue: Catalogue) -> Standing:
    found: Standing = {}
    cut = {slug: "/".join(slug.split("/")[:depth]) for slug in paper.all_categories}
    shown = set(cut.values())
    for slug, top in cut.items():
        if not any(other.startswith(f"{top}/") for other in shown):
            by = "" if slug in paper.categories else " by the survey's table"
            words = f"filed under {catalogue.taxonomy.path_name(slug)}{by}"
            found.setdefault(_called(top, catalogue), (Reason(words, "list", "stated"),))
    return found


def _called(slug: str, catalogue: Catalogue) -> str:
    """A category's name, with the one above where another category is called the same."""
    node = catalogue.taxonomy[slug]
    if node.parent is None or sum(other.name == node.name for other in catalogue.taxonomy) == 1:
        return node.name
    return f"{catalogue.taxonomy[node.parent].name}: {node.name}"


def _below(paper: Paper, top: str, catalogue: Catalogue) -> Standing:
    """What of a category a paper lies under: one step down, or the category itself."""
    depth = top.count("/") + 2
    inside = [slug for slug in paper.all_categories if slug == top or slug.startswith(f"{top}/")]
    found: Standing = {}
    for slug in inside:
        step = "/".join(slug.split("/")[:depth])
        if step == top and len(inside) > 1:
            continue
        reason = Reason(f"filed under {catalogue.taxonomy.path_name(slug)}", "list", "stated")
        found.setdefault(_called(step, catalogue), (reason,))
    return found


def _ordered(
    standing: dict[str, Standing], prop: str, catalogue: Catalogue
) -> tuple[dict[str, Standing], list[str]]:
    """The names in order: years and categories in their own, others by papers; the rarest of many as one, "other"."""
    counts = Counter(name for one in standing.values() for name in one)
    names = [name for name, _ in counts.most_common()]
    kept = names if len(names) <= MOST else names[: MOST - 1]
    rest = set(names) - set(kept)
    if prop == "year" and kept:
        span = range(int(min(kept)), int(max(kept)) + 1)
        kept = [str(year) for year in span] if len(span) <= MOST else sorted(kept)
    elif prop not in vocabulary.PROPERTIES:
        order = [_called(node.slug, catalogue) for node in catalogue.taxonomy]
        kept = sorted(kept, key=order.index)
    if not rest:
        return standing, kept
    folded: dict[str, Standing] = {}
    for paper, one in standing.items():
        folded[paper] = {name: reasons for name, reasons in one.items() if name not in rest}
        if others := [reason for name, reasons in one.items() if name in rest for reason in reasons]:
            folded[paper][OTHER] = tuple(others)
    return folded, [*kept, OTHER]


# --- what is said below it ---


def _counting(
    papers: Sequence[Paper],
    standings: tuple[Mapping[str, Standing], ...],
    why: Mapping[tuple[int, int, str], tuple[Reason, ...]],
) -> str:
    shown = {paper for _, _, paper in why}
    likely = {
        paper for (_, _, paper), reasons in why.items() if any(r.certainty == "likely" for r in reasons)
    }
    sure = f"stated and likely ({_papers(len(likely))} likely in a cell, by the survey's table alone or with a hedge)"
    said = (
        f"Counted: {sure if likely else 'what is stated'}; {len(shown)} of {_papers(len(papers))} are shown"
    )
    several = any(len(one) > 1 for standing in standings for one in standing.values())
    return f"{said}{', each in every cell that it fits' if several else ''}."


def _own(papers: Iterable[Paper]) -> list[str]:
    own = [paper for paper in papers if paper.kind == "own"]
    if not own:
        return []
    years = Counter(str(paper.year or "no year") for paper in own)
    spread = ", ".join(f"{year}: {number}" for year, number in sorted(years.items()))
    return [f"Your own {_papers(len(own))}, counted apart and not in the picture: {spread}."]


def _papers(number: int) -> str:
    return f"{number} paper{'' if number == 1 else 's'}"
