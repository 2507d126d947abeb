"""Which papers of the list a question selects: by category, author, venue and year, "not" and "or" included.

selected(request about "papers not from 2024 that use world models")   # the papers, and "not first published in 2024 …"
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from corpus.spelling import either
from index.words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.asking.subjects import Subjects
    from corpus.catalogue import Catalogue
    from corpus.naming import Mention
    from corpus.paper import Paper

# Words in which a question speaks of the list: what is left beside them and the names asks for more than the list knows.
OF_THE_LIST: Final = STOP_WORDS | frozenset(
    """
    paper papers work works article articles study studies publication publications survey review list listed lists
    catalogue catalog curated category categories file filed number count show name use uses using used based cover covers
    covered published appear appeared deal about concern focus year years written wrote author authors total all first
    there taxonomy belong related database collection know come came since after before during have has had author
    authored coauthor coauthored everything entries entry venue conference conferences journal presented accepted
    literature corpus available rely relies employ employs involve involves contain contains exist earlier later
    newer older until upwards coming everyone anything anybody published publish holds hold under heading
    don doesn didn isn aren wasn weren do does did not no none without except excluding neither nor other than
    welche welches wie viele arbeiten paper artikel aus dem jahr sind von gibt es nicht benutzen verwenden
    quels articles sont de qui cuántos artículos son
    """.split()
)
# Words that ask for more than a selection: the largest, the first, a share.
_COMPUTES: Final = re.compile(
    r"\b(?:most|more|fewer|fewest|least|per|each|oldest|newest|latest|earliest|first(?! published)|last)\b",
    re.IGNORECASE,
)
_NOT: Final = re.compile(
    r"\b(?:not|no|without|except|excluding|neither|nor|other than|nicht|ohne|sans)\b|n['’]t\b|\bn(?:o|i)\b",
    re.IGNORECASE,
)
_OR: Final = re.compile(r"^\W*(?:or|and/or|oder|ou)\W*(?:(?:at|in|by|from|on)\W*)?$", re.IGNORECASE)
# No paper has two of these, so "ICLR and ICML" means either.
_EITHER: Final = re.compile(r"^\W*(?:and|und|et|y|&|,)\W*(?:(?:at|in|from)\W*)?$", re.IGNORECASE)
_SINCE: Final = re.compile(
    r"\b(?:since|seit|depuis|desde)\b|\bor (?:later|newer)\b|\bfrom\b(?=[^?]*\b(?:on|onwards?|upwards?)\b)",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(r"\b(?:after|later than|newer than|nach)\b", re.IGNORECASE)
_UNTIL: Final = re.compile(r"\b(?:until|up to|bis)\b|\bor (?:earlier|before|older)\b", re.IGNORECASE)
_BEFORE: Final = re.compile(r"\b(?:before|earlier than|older than|vor)\b", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"\bbetween\b|\bto\b|\buntil\b|\bbis\b|[-–]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Selection:
    """What was selected.

    Attributes:
        papers: In the list's order.
        words: By what, " under World Model and not first published in 2024"; "" for all.
    """

    papers: tuple[Paper, ...]
    words: str


@dataclass(frozen=True, slots=True)
class _Filter:
    start: int
    end: int
    words: str
    papers: frozenset[str]
    only_one: bool = False  # whether a paper has one at the most: a venue, a year


def selected(asked: Subjects, catalogue: Catalogue, among: Sequence[str] = ()) -> Selection | None:
    """What a question selects; None where it says more than the list knows.

    Args:
        asked: The question and what it names.
        catalogue: The list.
        among: The papers that "these" mean; empty for all of the survey's list.
    """
    categories = _outermost(asked.categories)
    rest = asked.without(*categories, *asked.people, *asked.venues, *asked.years)
    if any(
        m.strong and not any(m.start < c.end and c.start < m.end for c in categories) for m in asked.papers
    ):
        return None
    left = [
        word
        for word in re.findall(r"[^\W\d_]+|\d+", rest.lower())
        if word not in OF_THE_LIST and len(word) > 1
    ]
    if left or _COMPUTES.search(asked.text):
        return None
    chosen = [p for p in catalogue.papers if (p.id in among if among else p.kind == "curated")]
    filters = sorted(
        (*_by_category(categories, catalogue), *_by_place(asked), *_by_year(asked, catalogue)),
        key=lambda f: f.start,
    )
    said: list[str] = []
    before = 0
    for group in _groups(filters, asked.text):
        papers = frozenset[str]().union(*(one.papers for one in group))
        words = either([one.words for one in group])
        if _NOT.search(asked.text[before : group[0].start]):
            chosen = [paper for paper in chosen if paper.id not in papers]
            words = f"not {words}"
        else:
            chosen = [paper for paper in chosen if paper.id in papers]
        said.append(words)
        before = group[-1].end
    return Selection(tuple(chosen), f" {' and '.join(said)}" if said else "")


def _groups(filters: Sequence[_Filter], text: str) -> Iterable[list[_Filter]]:
    """The filters, those together of which either will do."""
    groups: list[list[_Filter]] = []
    for one in filters:
        between = text[groups[-1][-1].end : one.start] if groups else ""
        alike = bool(groups) and one.only_one and groups[-1][-1].only_one
        same = alike and one.words[:3] == groups[-1][-1].words[:3]
        if groups and (_OR.match(between) or (same and _EITHER.match(between))):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _outermost(found: Sequence[Mention]) -> list[Mention]:
    """One mention for each place in the text, the sure ones first."""
    chosen: list[Mention] = []
    for mention in sorted(found, key=lambda m: (not m.strong, m.start)):
        if all(mention.end <= other.start or other.end <= mention.start for other in chosen):
            chosen.append(mention)
    return chosen


def _by_category(found: Sequence[Mention], catalogue: Catalogue) -> Iterable[_Filter]:
    for mention in found:
        papers = frozenset(paper.id for paper in catalogue.papers_of(mention.target))
        yield _Filter(
            mention.start, mention.end, f"under {catalogue.taxonomy.path_name(mention.target)}", papers
        )


def _by_place(asked: Subjects) -> Iterable[_Filter]:
    for how, places in (("by", asked.people), ("at", asked.venues)):
        for place in places:
            yield _Filter(place.start, place.end, f"{how} {place.text}", place.papers, how == "at")


def _by_year(asked: Subjects, catalogue: Catalogue) -> Iterable[_Filter]:
    """One span of years, or each year by itself."""
    if not asked.years:
        return
    first, last = asked.years[0], asked.years[-1]
    low, high = int(first.text), int(last.text)
    between = len(asked.years) == 2 and _BETWEEN.search(
        asked.text[first.start - 12 if first.start > 12 else 0 : last.start]
    )
    before = asked.text[: first.start]
    around = before + asked.text[first.end : first.end + 20]
    words = ""
    if len(asked.years) == 1 and not between:
        if _SINCE.search(around):
            high, words = 9999, f"{low} or later"
        elif _AFTER.search(before):
            low, high = low + 1, 9999
            words = f"{low} or later"
        elif _UNTIL.search(around):
            low, words = 0, f"{high} or earlier"
        elif _BEFORE.search(before):
            low, high = 0, high - 1
            words = f"{high} or earlier"
    if not words and not between:
        for place in asked.years:
            yield _Filter(
                place.start, place.end, f"first published in {place.text}", place.papers, only_one=True
            )
        return
    low, high = min(low, high), max(low, high)
    papers = frozenset(p.id for p in catalogue.papers if p.year is not None and low <= p.year <= high)
    yield _Filter(first.start, last.end, f"first published in {words or f'{low}–{high}'}", papers)
