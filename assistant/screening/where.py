"""A criterion written out: "setting=real and model=VLM and not year<2023", and its parts by name.

where("benchmark=Meta-World or benchmark=RLBench", catalogue)
where("author='Chelsea Finn' and year>=2022", catalogue)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from assistant.asking.subjects import subjects
from assistant.screening.criterion import MOST_YEAR, AllOf, AnyOf, Is, Known, Not, Part, Under, Years
from corpus import vocabulary
from corpus.errors import WrongUse
from corpus.spelling import either, fold, key, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corpus.catalogue import Catalogue

# Other names of the properties.
CALLED: Final[Mapping[str, str]] = {
    "base_model": "model",
    "generative_model": "model",
    "models": "model",
    "role": "model_role",
    "role_of_model": "model_role",
    "role_of_rl": "rl_role",
    "rl": "rl_role",
    "algorithms": "algorithm",
    "rl_algorithm": "algorithm",
    "inputs": "input",
    "modality": "input",
    "outputs": "output",
    "benchmarks": "benchmark",
    "suite": "benchmark",
    "robots": "robot",
    "hardware": "real_robot",
    "tasks": "task",
    "topics": "topic",
    "limits": "limit",
    "limitation": "limit",
}
OF_CATALOGUE: Final = ("category", "author", "venue", "year")
# Values that people give to a property which are another one's.
ELSEWHERE: Final[Mapping[tuple[str, str], str]] = {
    ("robot", "real"): "setting/real",
    ("robot", "physical"): "setting/real",
    ("robot", "simulated"): "setting/simulation",
    ("robot", "simulation"): "setting/simulation",
}
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<sign>[()])|(?P<joint>(?:and|or|not)\b)|(?P<name>\w+)\s*(?P<is><=|>=|!=|=|<|>)\s*"
    r"(?P<value>\"[^\"]*\"|'[^']*'|[^()]+?(?=\s*(?:\)|$)|\s+(?:and|or)(?:\s|$))))",
    re.IGNORECASE,
)


def where(text: str, catalogue: Catalogue) -> Part:
    """The criterion that a text writes out.

    Args:
        text: Conditions NAME=VALUE, NAME!=VALUE and year<2023 (also <=, >, >=), joined by and, or, not and brackets.
        catalogue: Knows categories, authors and venues.

    Raises:
        WrongUse: It cannot be read: what and where, with what could be meant.
    """
    return _Reader(text, catalogue).whole()


class _Reader:
    def __init__(self, text: str, catalogue: Catalogue) -> None:
        self.text, self.at, self.catalogue = text, 0, catalogue

    def whole(self) -> Part:
        found = self.any_of()
        if self.text[self.at :].strip():
            raise self.wrong()
        return found

    def any_of(self) -> Part:
        parts = [self.all_of()]
        while self.took("or"):
            parts.append(self.all_of())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def all_of(self) -> Part:
        parts = [self.one()]
        while self.took("and"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def one(self) -> Part:
        if self.took("not"):
            return Not(self.one())
        if self.took("("):
            inner = self.any_of()
            if not self.took(")"):
                raise self.wrong("a bracket is not closed")
            return inner
        match = _TOKEN.match(self.text, self.at)
        if not match or not match["name"]:
            raise self.wrong()
        self.at = match.end()
        return condition(match["name"], match["is"], match["value"].strip().strip("\"'"), self.catalogue)

    def took(self, wanted: str) -> bool:
        match = _TOKEN.match(self.text, self.at)
        if not match or (match["sign"] or match["joint"] or "").lower() != wanted:
            return False
        self.at = match.end()
        return True

    def wrong(self, why: str = "a condition such as setting=real is expected") -> WrongUse:
        left = self.text[self.at :].strip()
        return WrongUse(
            f"--where: {why}{f' at {left!r}' if left else ' at the end'}. "
            'Write NAME=VALUE, joined by and, or, not: "setting=real and model=VLM and not year<2023".'
        )


def condition(name: str, relation: str, value: str, catalogue: Catalogue) -> Part:
    """One condition.

    Raises:
        WrongUse: There is no such property, it has no such value, or it cannot be compared so.
    """
    prop = CALLED.get(name.lower(), name.lower())
    if prop == "year":
        return _years(relation, value)
    if relation not in ("=", "!="):
        raise WrongUse(f"--where: only year can be compared by {relation}; write {name}={value}.")
    found = _is(prop, value, catalogue)
    return Not(found) if relation == "!=" else found


def _is(prop: str, value: str, catalogue: Catalogue) -> Part:
    if prop == "category":
        return under(value, catalogue)
    if prop in ("author", "venue"):
        places = subjects(value if prop == "venue" else value.title(), catalogue)
        found = places.people if prop == "author" else places.venues
        if not found:
            raise WrongUse(
                f"--where: no paper here has the {prop} {value!r}; `duality papers --grep {value!r}` looks for it."
            )
        return Known("author" if prop == "author" else "venue", value, frozenset(found[0].papers))
    if elsewhere := ELSEWHERE.get((prop, fold(value))):
        return Is(elsewhere)
    if prop in vocabulary.PROPERTIES:
        of = vocabulary.load().value("robot" if prop == "real_robot" else prop, value)
        return Is(f"{prop}/{of.key.partition('/')[2]}")
    known = (*vocabulary.PROPERTIES, *OF_CATALOGUE)
    alike = nearest(prop, {key(one): one for one in (*known, *CALLED)})
    hint = f"Did you mean {either(alike)}?" if alike else f"There are {either(known, 'and')}."
    raise WrongUse(f"--where: there is no property {prop!r}. {hint}")


def under(name: str, catalogue: Catalogue) -> Under:
    """The condition of being filed under a category.

    Raises:
        WrongUse: There is no such category.
    """
    node = catalogue.category(name)
    papers = frozenset(paper.id for paper in catalogue.papers_of(node))
    return Under(node.slug, catalogue.taxonomy.path_name(node.slug), papers)


def _years(relation: str, value: str) -> Part:
    match = re.fullmatch(r"(\d{4})(?:\s*[-–]\s*(\d{4}))?", value)
    if not match or (match[2] and relation not in ("=", "!=")):
        raise WrongUse(f"--where: {value!r} is no year; write year=2023, year=2021-2023 or year<2023.")
    year, last = int(match[1]), int(match[2] or match[1])
    span = {
        "<": Years(0, year - 1),
        "<=": Years(0, year),
        ">": Years(year + 1, MOST_YEAR),
        ">=": Years(year, MOST_YEAR),
    }.get(relation, Years(year, last))
    return Not(span) if relation == "!=" else span
