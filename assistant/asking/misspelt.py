"""Names of papers that are spelt another way: "Okto" for Octo, "Text-to-Reward" for Text2Reward."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from corpus.plain_words import FIELD_WORDS, PLAIN_WORDS
from corpus.spelling import distinct, either, fold, key
from index.words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corpus.catalogue import Catalogue

SHORTEST: Final = 4  # letters of a name that is looked for
LETTERS_PER_SLIP: Final = 5  # one slip, and one more for each so many letters
ACRONYM: Final = 6  # letters of a word in capitals of which one more makes another word: RLAIF is not R-AIF
PARTS: Final = 3  # words that a name is written in
_TOKEN: Final = re.compile(r"[^\W_]+")
_SPOKEN: Final = (("2", "to"), ("4", "for"), ("two", "to"))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a word was read as: where it stands, how it was written, and the names near it."""

    start: int
    end: int
    written: str
    names: tuple[str, ...]

    @property
    def note(self) -> str:
        """What the user is told."""
        if len(self.names) == 1:
            return f"“{self.written}” is read as {self.names[0]}."
        return f"There is no paper called “{self.written}” in the list. Did you mean {either(self.names)}?"


def readings(
    text: str, catalogue: Catalogue, taken: list[tuple[int, int]], known: Callable[[str], bool]
) -> list[Reading]:
    """The words of a text that are close to the name of a paper and are no words otherwise.

    Args:
        text: What is asked.
        catalogue: Whose papers are looked for.
        taken: Places of the text that name something as they stand.
        known: Whether a word stands in the papers: then it is spelt as it is meant.
    """
    names, own, vocabulary = _names(catalogue)
    found: list[Reading] = []
    end_before = 0
    for start, end, words in _stretches(text):
        if start < end_before or any(start < e and s < end for s, e in taken):
            continue
        written = text[start:end]
        spoken = _as_spoken(written)
        if len(spoken) < SHORTEST or key(written) in own:
            continue  # its spelling says already whether it is meant
        near: list[str] = []
        if spoken in names and ("-" in written or written[:1].isupper()):
            near = names[spoken]
        elif (strange := [word for word in words if word not in vocabulary]) and not any(map(known, strange)):
            acronym = written.isupper() and not text.isupper() and len(spoken) <= ACRONYM
            near = _nearest(spoken, names, only_swapped=acronym)
        if near:
            found.append(Reading(start, end, written, tuple(near)))
            end_before = end
    return found


def _stretches(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """Each run of up to three words that only blanks and hyphens part, the longest first at each place."""
    tokens = list(_TOKEN.finditer(text))
    joined = [bool(re.fullmatch(r"[\s‐-―-]{1,2}", text[a.end() : b.start()])) for a, b in pairwise(tokens)]
    for first, token in enumerate(tokens):
        for last in range(min(first + PARTS, len(tokens)) - 1, first - 1, -1):
            if all(joined[first:last]):
                yield token.start(), tokens[last].end(), [fold(t[0]) for t in tokens[first : last + 1]]


def _as_spoken(text: str) -> str:
    folded = key(text)
    for sign, word in _SPOKEN:
        folded = folded.replace(sign, word)
    return folded


def _nearest(written: str, names: dict[str, list[str]], *, only_swapped: bool) -> list[str]:
    """The names with the fewest slips between, if these are few for the length; or only those of the same letters."""
    best: dict[int, list[str]] = {}
    for name, called in names.items():
        if only_swapped and sorted(name) != sorted(written):
            continue
        most = max(1, min(len(written), len(name)) // LETTERS_PER_SLIP)
        if len(name) >= SHORTEST and name[0] == written[0] and abs(len(name) - len(written)) <= most:
            slips = _slips(written, name, most)
            if slips <= most:
                best.setdefault(slips, []).extend(called)
    return distinct(best[min(best)])[:3] if best else []


def _slips(one: str, other: str, most: int) -> int:
    """Letters put in, left out, changed or swapped with their neighbour (Damerau, 1964), at most `most` + 1."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


@lru_cache(maxsize=4)
def _names(catalogue: Catalogue) -> tuple[dict[str, list[str]], frozenset[str], frozenset[str]]:
    """The names of papers as they are spoken and as they are spelt, and the words that are spelt as they are meant."""
    names: dict[str, list[str]] = {}
    own: set[str] = set()
    vocabulary = set(STOP_WORDS | FIELD_WORDS | PLAIN_WORDS)
    for paper in catalogue.papers:
        short = [name for name in (paper.short_name, *paper.aliases) if name and len(key(name)) >= SHORTEST]
        for name in short:
            names.setdefault(_as_spoken(name), []).append(paper.label)
            own.add(key(name))
        said = [paper.title, *paper.authors, paper.venue or ""]
        if paper.digest:
            said += [paper.digest.text, *(value for value in paper.digest.aspects.values() if value)]
        vocabulary.update(fold(token) for part in said for token in _TOKEN.findall(part))
    for node in catalogue.taxonomy:
        vocabulary.update(
            fold(token) for part in (node.name, *node.aliases) for token in _TOKEN.findall(part)
        )
    from assistant.asking.kinds import examples

    vocabulary.update(
        fold(t) for lines in examples().values() for line in lines for t in _TOKEN.findall(line)
    )
    return {name: distinct(labels) for name, labels in names.items()}, frozenset(own), frozenset(vocabulary)
