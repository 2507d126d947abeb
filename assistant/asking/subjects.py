"""What a text names of the catalogue: papers and categories, people, venues and years, each with its place in the text."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from corpus.bibtex import CONFERENCES
from corpus.naming import Mention, mentions
from corpus.plain_words import COMMON_ACRONYMS
from corpus.spelling import distinct, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.catalogue import Catalogue
    from corpus.paper import Paper

YEAR: Final = re.compile(r"\b(19[5-9]\d|20[0-4]\d)\b")
WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
ABBREVIATED: Final = re.compile(r"\b[A-Z][\w-]*[A-Z\d][\w-]*")  # "ICRA", "NeurIPS", "RA-L", "L4DC"
OLD_NAMES: Final = {"nips": "neurips", "ral": "ra-l"}
MOST_NAMES: Final = 4  # words of a person's name
# What stands in the place of a name while a text is judged by its form.
MASKS: Final = {"paper": "Paper", "person": "Person", "venue": "Conference", "year": "2000"}


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a text that names something: from, up to, its words, and the papers it stands for."""

    start: int
    end: int
    text: str
    papers: frozenset[str]


@dataclass(frozen=True)
class Subjects:
    """What a text names, each kind in the text's order.

    Attributes:
        text: The text.
        papers: Papers, sure ones and hints.
        categories: Categories, sure ones and hints.
        people: Authors by their full name, or by a surname that an author has.
        venues: Conferences and journals, with the year behind them.
        years: Years that belong to no venue.
    """

    text: str
    papers: tuple[Mention, ...] = ()
    categories: tuple[Mention, ...] = ()
    people: tuple[Place, ...] = ()
    venues: tuple[Place, ...] = ()
    years: tuple[Place, ...] = ()

    @cached_property
    def sure(self) -> tuple[str, ...]:
        """The papers that are surely meant, each once."""
        return tuple(distinct(mention.target for mention in self.papers if mention.strong))

    @cached_property
    def masked(self) -> str:
        """The text with a plain word in the place of each name, so that only its form is left."""
        places = [(m.start, m.end, MASKS["paper"]) for m in self.papers if m.strong]
        for kind, found in (("person", self.people), ("venue", self.venues), ("year", self.years)):
            places += [(place.start, place.end, MASKS[kind]) for place in found]
        letters, before = "", 0
        for start, end, mask in sorted(places):
            if start >= before:
                letters, before = letters + self.text[before:start] + mask, end
        return letters + self.text[before:]

    def without(self, *found: Mention | Place) -> str:
        """The text with blanks in the place of these; as long as it was."""
        letters = list(self.text)
        for place in found:
            letters[place.start : place.end] = " " * (place.end - place.start)
        return "".join(letters)


def subjects(text: str, catalogue: Catalogue) -> Subjects:
    """What a text names; never raises."""
    found = mentions(text, catalogue)
    taken = [(m.start, m.end) for m in (*found.papers, *found.categories)]
    register = _register(catalogue)
    venues = tuple(register.venues(text))
    free = [*taken, *((v.start, v.end) for v in venues)]
    people = tuple(p for p in register.people(text) if not _overlaps(p, free))
    years = tuple(
        Place(m.start(), m.end(), m[0], frozenset(p.id for p in catalogue.papers if str(p.year) == m[0]))
        for m in YEAR.finditer(text)
        if all(m.end() <= start or end <= m.start() for start, end in free)
    )
    return Subjects(text, found.papers, found.categories, people, venues, years)


def _overlaps(place: Place, taken: list[tuple[int, int]]) -> bool:
    return any(place.start < end and start < place.end for start, end in taken)


class _Register:
    """The people and venues of a catalogue, ready to be looked up."""

    def __init__(self, papers: tuple[Paper, ...]) -> None:
        self._full: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._last: dict[str, set[str]] = defaultdict(set)
        self._venues: dict[str, set[str]] = defaultdict(set)
        self._in_year: dict[tuple[str, str], set[str]] = defaultdict(set)
        for paper in papers:
            for author in paper.authors:
                first, *_, last = fold(author).split() * 2  # one word alone is both
                self._full[first, last].add(paper.id)
                self._last[last].add(paper.id)
            venue = paper.venue or ""
            for name in ABBREVIATED.findall(venue):
                if name not in COMMON_ACRONYMS and len(name) > 2:
                    self._venues[name.lower()].add(paper.id)
                    for year in YEAR.findall(venue):
                        self._in_year[name.lower(), year].add(paper.id)

    def people(self, text: str) -> Iterator[Place]:
        """Full names first; a surname alone only with a capital."""
        tokens = list(WORD.finditer(text))
        at = 0
        while at < len(tokens):
            for count in range(min(MOST_NAMES, len(tokens) - at), 0, -1):
                first, last = tokens[at], tokens[at + count - 1]
                shown = text[first.start() : last.end()]
                names = (fold(first[0]), _bare(last[0]))
                papers = self._full.get(names) if count > 1 else self._last.get(_bare(first[0]))
                if not papers or (count == 1 and not (shown[0].isupper() and len(names[1]) > 3)):
                    continue
                end = first.start() + len(re.sub(r"['’]s$", "", shown))
                yield Place(first.start(), end, text[first.start() : end], frozenset(papers))
                at += count - 1
                break
            at += 1

    def venues(self, text: str) -> Iterator[Place]:
        """Venues by their abbreviation in any case, with a year that follows, and by their full name."""
        for name, full in CONFERENCES.items():
            if name.lower() in self._venues and (match := re.search(re.escape(full), text, re.IGNORECASE)):
                yield Place(match.start(), match.end(), match[0], frozenset(self._venues[name.lower()]))
        for token in re.finditer(r"\b[^\W\d_][\w-]*", text):
            name = OLD_NAMES.get(token[0].lower(), token[0].lower())
            if name not in self._venues or (token[0].islower() and len(name) < 4):
                continue
            year = re.match(r"[\s,'’]+((?:19|20)\d\d)\b", text[token.end() :])
            end = token.end() + (year.end() if year else 0)
            papers = self._in_year.get((name, year[1]), set()) if year else self._venues[name]
            yield Place(token.start(), end, text[token.start() : end], frozenset(papers))


def _bare(word: str) -> str:
    return re.sub(r"['’]s$", "", fold(word))


@lru_cache(maxsize=4)
def _register(catalogue: Catalogue) -> _Register:
    return _Register(catalogue.papers)
