"""The words in which facts of papers are kept: properties, their values, what each means, what it lies under.

vocabulary = load()
vocabulary["model/gpt-4"].definition           # "GPT-4."
vocabulary.within("model/llm")                 # the keys of llm and of all that lies below it
vocabulary.value("benchmark", "MetaWorld").key  # "benchmark/meta-world"
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from corpus.catalogue_files import records
from corpus.errors import BadCatalogue, WrongUse
from corpus.spelling import either, key, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE: Final = "vocabulary.json"
PROPERTIES: Final[Mapping[str, str]] = {
    "model": "model",
    "model_role": "role of the model",
    "rl_role": "role of RL",
    "learning": "learning",
    "algorithm": "algorithm",
    "input": "input",
    "output": "output",
    "benchmark": "benchmark",
    "robot": "robot",
    "real_robot": "physical robot",
    "task": "task",
    "setting": "setting",
    "topic": "topic",
    "code": "code",
    "status": "status",
    "limit": "limit",
}
"""The properties of a paper, each with what a reader is told it is; `real_robot` has the values of `robot`."""

OPEN: Final = frozenset({"topic", "limit", "code", "status"})
"""Those of which a paper states what it likes: silence of one value says nothing, whatever else is stated."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of one property.

    Attributes:
        key: "model/gpt-4"; unique.
        names: What people call it, the usual name first.
        under: Keys of what it is a kind of, "model/gpt"; whatever has the value has these too.
        definition: When a paper has it, in one sentence.
    """

    key: str
    names: tuple[str, ...]
    under: tuple[str, ...]
    definition: str

    @property
    def name(self) -> str:
        """What a reader is told."""
        return self.names[0]

    @property
    def property(self) -> str:
        """The property it is a value of."""
        return self.key.partition("/")[0]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All values, in the file's order."""

    values: tuple[Value, ...]

    @cached_property
    def _by_key(self) -> Mapping[str, Value]:
        return {value.key: value for value in self.values}

    @cached_property
    def _below(self) -> Mapping[str, frozenset[str]]:
        children: dict[str, set[str]] = {value.key: set() for value in self.values}
        for value in self.values:
            for above in value.under:
                children[above].add(value.key)

        def gathered(top: str) -> frozenset[str]:
            found, left = {top}, [top]
            while left:
                new = children[left.pop()] - found
                found |= new
                left += new
            return frozenset(found)

        return {top: gathered(top) for top in children}

    def __contains__(self, name: object) -> bool:
        return name in self._by_key

    def __getitem__(self, name: str) -> Value:
        return self._by_key[name]

    def __iter__(self) -> Iterator[Value]:
        return iter(self.values)

    def within(self, name: str) -> frozenset[str]:
        """The key itself and those of all that lies below it, at any depth."""
        return self._below[name]

    def value(self, prop: str, called: str) -> Value:
        """The value of a property by its key's end or any of its names, however it is spelt.

        Raises:
            WrongUse: The property has no such value; the nearest are suggested.
        """
        names = self._named[prop]
        if found := names.get(key(called)):
            return self._by_key[found]
        alike = nearest(called, {k: self._by_key[v].name for k, v in names.items()})
        hint = f"Did you mean {either(alike)}?" if alike else f"`duality facts {prop}` lists its values."
        raise WrongUse(f"The property {prop!r} has no value {called!r}. {hint}")

    @cached_property
    def _named(self) -> Mapping[str, Mapping[str, str]]:
        named: dict[str, dict[str, str]] = {prop: {} for prop in PROPERTIES}
        for value in self.values:
            for name in (value.key.partition("/")[2], *value.names):
                named[value.property].setdefault(key(name), value.key)
        return named


def read(folder: Path) -> Vocabulary:
    """The vocabulary of a folder.

    Raises:
        BadCatalogue: A value twice, of no property, or under a value that there is not.
    """
    values = [
        Value(f.text("id"), f.texts("names"), f.texts("under"), f.text("definition"))
        for f in records(folder, FILE)
    ]
    known = {value.key for value in values}
    if len(known) != len(values):
        raise BadCatalogue(f"{FILE}: two values share an id.")
    for value in values:
        if value.property not in PROPERTIES or not value.names:
            raise BadCatalogue(f"{FILE}, {value.key}: no such property, or no name.")
        for above in value.under:
            if above not in known:
                raise BadCatalogue(f"{FILE}, {value.key}, field 'under': there is no value {above!r}.")
    return Vocabulary(tuple(values))


@cache
def load() -> Vocabulary:
    """The vocabulary that comes with the package, read once."""
    return read(Path(__file__).with_name("data"))
