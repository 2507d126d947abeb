"""Questions about the list itself — how many, which, when, who — computed from the catalogue, not generated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.answer import Answer, Citation, Claim, NumberedSource
from corpus.naming import Mention, mentions
from index.words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.catalogue import Catalogue
    from corpus.paper import Paper

COUNT = re.compile(r"\bhow many\b|\bnumber of\b|\bcount\b", re.IGNORECASE)
LIST = re.compile(
    r"^\s*(?:please\s+)?(?:which|what|list|show|name|give)\b.*\b(?:papers?|works?|articles?|studies|publications?)\b",
    re.IGNORECASE,
)
PAPERS = re.compile(r"\b(?:papers?|works?|articles?|studies|publications?)\b", re.IGNORECASE)
WHEN = re.compile(r"\b(?:when|what year|which year|in what year|year)\b", re.IGNORECASE)
WHO = re.compile(
    r"\bwho (?:wrote|are the authors of|is the author of|authored|published|made|proposed)\b|\bauthors of\b",
    re.IGNORECASE,
)
YEAR = re.compile(r"\b(19[5-9]\d|20[0-4]\d)\b")
CATEGORIES = re.compile(r"\b(?:which|what|list|how many)\b.*\bcategor(?:y|ies)\b", re.IGNORECASE)
FILLER = STOP_WORDS | frozenset(
    """
    paper papers work works article articles study studies publication publications survey review list listed lists
    catalogue catalog curated category categories file filed number count show name use uses using based cover covers
    covered published appear appeared deal about concern focus year years written wrote author authors total all first
    there taxonomy belong related database collection know come since after before during
    """.split()
)
SHOWN = 40  # papers listed in an answer; the rest is counted


def computed(text: str, catalogue: Catalogue) -> Answer | None:
    """The answer to a question about the list, or None for any other question."""
    found = mentions(text, catalogue)
    papers = [m for m in found.papers if m.strong]
    if (papers and not found.categories) or (len(papers) == 1 and (WHEN.search(text) or WHO.search(text))):
        return _about_one(text, papers, catalogue)
    if not (COUNT.search(text) or LIST.search(text)) or not PAPERS.search(text):
        return _categories(text, found.categories, catalogue)
    categories = _outermost(found.categories)
    if _left_over(text, categories):
        return None
    return _listing(text, categories, catalogue)


def _left_over(text: str, taken: Sequence[Mention]) -> list[str]:
    """The words of the question that neither the list's language nor what was recognised explains."""
    letters = list(text)
    for mention in taken:
        letters[mention.start : mention.end] = " " * (mention.end - mention.start)
    rest = YEAR.sub(" ", "".join(letters))
    return [
        word for word in re.findall(r"[^\W\d_]+|\d+", rest.lower()) if word not in FILLER and len(word) > 1
    ]


def _outermost(found: Sequence[Mention]) -> list[Mention]:
    """One mention for each place in the text, the sure ones first."""
    chosen: list[Mention] = []
    for mention in sorted(found, key=lambda m: (not m.strong, m.start)):
        if all(mention.end <= other.start or other.end <= mention.start for other in chosen):
            chosen.append(mention)
    return chosen


def _listing(text: str, categories: Sequence[Mention], catalogue: Catalogue) -> Answer:
    chosen = list(catalogue.papers) if not categories else []
    for position, mention in enumerate(categories):
        here = catalogue.papers_of(mention.target)
        chosen = list(here) if position == 0 else [paper for paper in chosen if paper in here]
    chosen = [paper for paper in chosen if paper.kind == "curated"]  # the list is the survey's
    years = [int(year) for year in YEAR.findall(text)]
    if years:
        low, high = _range(text, years)
        chosen = [paper for paper in chosen if paper.year is not None and low <= paper.year <= high]
    what = _described(categories, years, text, catalogue)
    count = f"{len(chosen)} paper{'s' if len(chosen) != 1 else ''}"
    lead = f"The list holds {count}{what}."
    if not COUNT.search(text) or len(chosen) <= SHOWN // 4:
        shown = chosen[:SHOWN]
        rest = (
            f" and {len(chosen) - len(shown)} more (`duality papers` lists all)"
            if len(chosen) > len(shown)
            else ""
        )
        if rest:
            lead = f"The list holds {count}{what}; these{rest}:"
        elif shown:
            lead = lead[:-1] + ":"
        return _answer(text, lead, shown)
    return _answer(text, lead, chosen[:SHOWN], listed=False)


def _range(text: str, years: Sequence[int]) -> tuple[int, int]:
    if (
        re.search(r"\b(?:since|from)\b", text, re.IGNORECASE)
        and len(years) == 1
        and not re.search(r"\bfrom \d{4}\s*\??$", text)
    ):
        return years[0], 9999
    if re.search(r"\bafter\b", text, re.IGNORECASE) and len(years) == 1:
        return years[0] + 1, 9999
    if re.search(r"\bbefore\b|\buntil\b", text, re.IGNORECASE) and len(years) == 1:
        return 0, years[0] - (0 if re.search(r"\buntil\b", text, re.IGNORECASE) else 1)
    return min(years), max(years)


def _described(categories: Sequence[Mention], years: Sequence[int], text: str, catalogue: Catalogue) -> str:
    parts = [f"under {catalogue.taxonomy.path_name(m.target)}" for m in categories]
    if years:
        low, high = _range(text, years)
        when = (
            str(low)
            if low == high
            else f"{low} or later"
            if high == 9999
            else f"{high} or earlier"
            if low == 0
            else f"{low}–{high}"
        )
        parts.append(f"first published in {when}")
    return (" " + " and ".join(parts)) if parts else ""


def _about_one(text: str, papers: Sequence[Mention], catalogue: Catalogue) -> Answer | None:
    """Year or authors of a named paper, where the question asks for nothing else."""
    if len(papers) != 1 or _left_over(text, papers):
        return None
    paper = catalogue.by_id[papers[0].target]
    if WHO.search(text) and paper.authors:
        return _answer(text, f"{paper.title} is by {', '.join(paper.authors)}.", [paper], listed=False)
    if WHEN.search(text) and paper.year:
        venue = f" ({paper.venue})" if paper.venue else ""
        return _answer(
            text, f"{paper.title} was first published in {paper.year}{venue}.", [paper], listed=False
        )
    return None


def _categories(text: str, found: Sequence[Mention], catalogue: Catalogue) -> Answer | None:
    if found or not CATEGORIES.search(text) or _left_over(text, ()):
        return None
    names = []
    for node in catalogue.taxonomy:
        count = sum(
            paper.kind == "curated" for paper in catalogue.papers_of(node)
        )  # the list is the survey's
        if count:
            names.append(f"{catalogue.taxonomy.path_name(node.slug)} ({count})")
    return _answer(
        text,
        f"The taxonomy has {len(list(catalogue.taxonomy))} categories; with papers: {'; '.join(names)}.",
        [],
    )


def _answer(text: str, lead: str, papers: Sequence[Paper], *, listed: bool = True) -> Answer:
    """The computed sentence as an answer; each paper is a source of its own, the survey's list as its place."""
    sources = []
    claims = []
    for n, paper in enumerate(papers, start=1):
        entry = f"{paper.title} ({paper.year})" if paper.year else paper.title
        sources.append(NumberedSource.of(n, paper, paper.id, "table", entry, section="The survey's list"))
        if listed:
            named = not paper.short_name or paper.short_name.lower() in paper.title.lower()
            name = entry if named else f"{paper.short_name}: {entry}"
            claims.append(Claim(f"{name}.", "exact", (Citation(n, paper.id, "table", None, None, entry),)))
    if not listed:
        cited = tuple(Citation(s.n, s.paper, "table", None, None, s.text) for s in sources)
        claims = [Claim(lead, "exact", cited)]
        lead = ""
    return Answer(
        question=text,
        standalone=text,
        refused=False,
        lead=lead,
        claims=tuple(claims),
        sources=tuple(sources),
        model="none (computed from the list)",
    )
