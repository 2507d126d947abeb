"""Papers named by their authors: "Janson et al.", "Ho and Ermon", "Chen et al. (2023)"."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import contains

from corpus.paper import Paper
from corpus.spelling import fold

_SURNAME = r"[^\W\d_](?:[\w\-]|['’](?!s\b))+"
_YEAR = r"(?:['’]s)?[\s,]*[(\[]?\s*(?P<year>(?:19|20)\d\d)\b[)\]]?"
_ET_AL = re.compile(
    rf"\b(?P<first>(?:{_SURNAME}\s+)?{_SURNAME})\s+(?:et\s+al\b\.?|and\s+(?:colleagues|co-?workers|co-?authors|others)\b)"
    rf"(?:{_YEAR})?",
    re.IGNORECASE,
)
_LISTED = re.compile(
    rf"\b(?P<list>(?:{_SURNAME}\s*,\s*){{0,6}}(?:{_SURNAME}\s+)?{_SURNAME}\s*,?\s+(?:and|&)\s+(?:{_SURNAME}\s+)?{_SURNAME})"
    rf"(?=\W|$)(?:{_YEAR})?"
)
_SEPARATOR = re.compile(r"\s*,?\s+(?:and|&)\s+|\s*,\s*")
_YEAR_IN_VENUE = re.compile(r"\b(?:19|20)\d\d\b")
_PARTICLES = frozenset({"da", "de", "del", "della", "den", "der", "di", "du", "la", "le", "van", "von"})
_FEWEST_FOR_ET_AL = 3  # with two authors one writes both names, so "Ho et al." is not "Ho and Ermon"
_MOST_CANDIDATES = 4  # beyond that a surname tells nothing


@dataclass(frozen=True)
class Authored:
    """A place in a text that names papers by author: its span, and the papers it can mean."""

    start: int
    end: int
    papers: tuple[str, ...]


class Authorship:
    """The surnames of all papers, ready to be looked up."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self._by_first: dict[str, list[Paper]] = {}
        self._surnames: dict[str, list[tuple[str, ...]]] = {}
        for paper in papers:
            self._surnames[paper.id] = [_surnames(author) for author in paper.authors if author.strip()]
            for surname in self._surnames[paper.id][0] if self._surnames[paper.id] else ():
                self._by_first.setdefault(surname, []).append(paper)

    def find(self, text: str) -> Iterator[Authored]:
        """Every place that names at least one paper by its authors."""
        for match in _ET_AL.finditer(text):
            yield from self._et_al(match)
        if " and " in text or "&" in text:
            for match in _LISTED.finditer(text):
                yield from self._listed(match)

    def _et_al(self, match: re.Match[str]) -> Iterator[Authored]:
        for surname, start in _endings(match["first"], match.start("first")):
            papers = [p for p in self._by_first.get(surname, ()) if len(p.authors) >= _FEWEST_FOR_ET_AL]
            if papers:
                yield from _authored(start, match.end(), match["year"], papers)
                return

    def _listed(self, match: re.Match[str]) -> Iterator[Authored]:
        first, *others = _SEPARATOR.split(match["list"])
        *between, last = map(fold, others)
        for surname, start in _endings(first, match.start("list")):
            for paper in self._by_first.get(surname, ()):
                _, *middle, ends = self._surnames[paper.id] if len(self._surnames[paper.id]) > 1 else ((), ())
                # A word after the last surname was taken along in case the surname has two.
                shown = max((n for n in ends if f"{last} ".startswith(f"{n} ")), key=len, default="")
                if shown and len(middle) == len(between) and all(map(contains, middle, between)):
                    end = match.end() if shown == last else match.end("list") - (len(last) - len(shown))
                    yield from _authored(start, end, match["year"] if shown == last else None, [paper])


def _authored(start: int, end: int, year: str | None, papers: list[Paper]) -> Iterator[Authored]:
    if year:
        papers = [paper for paper in papers if int(year) in _years(paper)]
    if 0 < len(papers) <= _MOST_CANDIDATES:
        yield Authored(start, end, tuple(paper.id for paper in papers))


def _endings(name: str, start: int) -> Iterator[tuple[str, int]]:
    """A name of one or two words whole ("Di Palo"), then its last word, each with where it starts."""
    yield " ".join(fold(name).split()), start
    head, _, last = name.rpartition(" ")
    if head:
        yield fold(last), start + len(head) + 1


def _surnames(author: str) -> tuple[str, ...]:
    """The last word of a name, and with it any particle before it."""
    parts = fold(author).split()
    particles = len(parts) - 2
    while particles > 0 and parts[particles] in _PARTICLES:
        particles -= 1
    return tuple(dict.fromkeys((parts[-1], " ".join(parts[particles + 1 :]))))


def _years(paper: Paper) -> set[int]:
    """The years a citation may give: of the first version, and of the venue."""
    of_venue = {int(year) for year in _YEAR_IN_VENUE.findall(paper.venue or "")}
    return of_venue | ({paper.year} if paper.year else set())
