"""What a paper cites: its list's entries, and which of them are papers that are known here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from corpus.paper import Paper

TITLE_WORDS: Final = 5  # a shorter title is only believed beside an author's name
LEAST_LETTERS: Final = 8  # of a title; a shorter one ("Gato") stands inside others
ARXIV = re.compile(r"(?<!\d)(\d{4}\.\d{4,5})(?!\d)")
BEFORE = re.compile(
    r"(?:^|[.,:;?!”\"“)\]]|\d|\b[A-Z])\W*$"
)  # what a title in an entry follows: names, a year, a quote
BEHIND = re.compile(r"\W*$|\s*[.,?!:;”\"(]|\s+(?:In|arXiv|CoRR|URL|Proceedings|Advances|19|20)\b")
MARKER = re.compile(r"\[(\d{1,3}(?:\s*[,–-]\s*\d{1,3})*)\]")


class Cited:
    """Which papers are known, prepared so that an entry is looked up quickly.

    Args:
        papers: Those that entries are matched to.
    """

    def __init__(self, papers: Iterable[Paper]) -> None:
        self._arxiv: dict[str, str] = {}
        self._doi: dict[str, str] = {}
        self._titles: list[tuple[str, Paper, bool]] = []
        for paper in papers:
            if paper.arxiv:
                self._arxiv[paper.arxiv] = paper.id
            if paper.doi:
                self._doi[paper.doi.lower()] = paper.id
            titles = (
                paper.title,
                *paper.upstream_titles,
                *(a for a in paper.aliases if len(a.split()) >= TITLE_WORDS),
            )
            for title in dict.fromkeys(titles):
                folded = _letters(title)[0]
                if len(folded) >= LEAST_LETTERS:
                    self._titles.append((folded, paper, len(title.split()) >= TITLE_WORDS))

    def paper(self, entry: str) -> str | None:
        """The id of the paper that an entry of a list of references is; None where it is none of those known.

        An arXiv id or DOI tells, else the whole title, set off from what stands around it; one of fewer than five
        words only beside the surname of an author.
        """
        for found in ARXIV.findall(entry):
            if found in self._arxiv:
                return self._arxiv[found]
        lower = entry.lower()
        for doi, paper_id in self._doi.items():
            if doi in lower:
                return paper_id
        folded, places = _letters(entry)
        best: tuple[int, str] | None = None
        for title, paper, long in self._titles:
            at = folded.find(title)
            if at < 0 or (best and best[0] >= len(title)):
                continue
            start, end = places[at], places[at + len(title) - 1] + 1
            if not BEFORE.search(entry[:start]) or not BEHIND.match(entry[end:]):
                continue
            if long or _by_one_of(paper, folded[:at]):
                best = (len(title), paper.id)
        return best[1] if best else None


def _by_one_of(paper: Paper, before: str) -> bool:
    """Whether the letters before a title hold the surname of one of its paper's authors."""
    surnames = (_letters(name.split()[-1])[0] for name in paper.authors if name.split())
    return any(len(name) > 1 and name in before for name in surnames)


def _letters(text: str) -> tuple[str, list[int]]:
    """The text's letters and digits in lower case, and where each stands."""
    places = [at for at, sign in enumerate(text) if sign.isalnum() and len(sign.lower()) == 1]
    return "".join(text[at].lower() for at in places), places


def labels_in(text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Each marker such as [3, 5-7] in a text: where it begins and ends, and the labels it stands for."""
    for match in MARKER.finditer(text):
        labels: list[str] = []
        for part in match[1].split(","):
            first, _, last = re.sub(r"\s|–", lambda m: "-" if m[0] == "–" else "", part).partition("-")
            if last and int(first) < int(last) <= int(first) + 30:
                labels += map(str, range(int(first), int(last) + 1))
            else:
                labels += [label for label in (first, last) if label]
        yield match.start(), match.end(), tuple(labels)
