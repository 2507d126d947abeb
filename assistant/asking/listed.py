"""Answers that the catalogue gives, computed and not written: who, when, where, how to cite, what it is filed under."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from assistant.answer import Answer, Citation, Claim, NumberedSource
from assistant.asking.context import PAPERS
from corpus.bibtex import bibtex
from corpus.spelling import either

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.asking.request import Request
    from corpus.catalogue import Catalogue
    from corpus.paper import Paper

_CATEGORIES: Final = re.compile(r"\bcategor(?:y|ies)\b|\btaxonomy\b|\bkategorien?\b", re.IGNORECASE)
# The words by which a question asks for one thing that is known of a paper.
_FACTS: Final = {
    "authors": re.compile(r"\bwho (?:\w+ )?(?:wrote|published|made|authored|proposed|are|is|co-?authored)\b|\bauthors?\b|\bby whom\b|\bgeschrieben\b|\bvon wem\b|\bautor\w*|\bécrit\b|\bauteurs?\b|\bescribió\b|\bquién\b|作者", re.IGNORECASE),
    "year": re.compile(r"\bwhen\b|\byear\b|\bdate\b|\bcome out\b|\bwann\b|\bjahr\b|\bquand\b|\bannée\b|\bcuándo\b|\baño\b|年", re.IGNORECASE),
    "venue": re.compile(r"\bwhere\b(?=.{0,30}\b(?:appear|publish|present|accept|come|came))|\bvenue\b|\bconference\b|\bjournal\b|\bpeer\b|\bpresented\b|\bpublished (?:at|in|anywhere)\b|\bwo\b", re.IGNORECASE),
    "title": re.compile(r"\btitle\b|\btitel\b|\btitre\b|\btítulo\b", re.IGNORECASE),
    "category": re.compile(r"\bcategor\w*|\bheadings?\b|\bfiled\b|\btaxonomy\b|\bkategorie\w*", re.IGNORECASE),
    "code": re.compile(r"\bcode\b|\bgithub\b|\brepo\w*|\bopen[- ]sourced?\b|\bimplementation\b", re.IGNORECASE),
    "link": re.compile(r"\blinks?\b|\burl\b|\barxiv\b|\bdoi\b|\bpdf\b|\bwebsite\b|\bproject page\b", re.IGNORECASE),
    "bibtex": re.compile(r"\bbib\w*|\bcit(?:e|ation)\b|\breference\b|\bzitier\w*|\bcitar\b|\bciter\b", re.IGNORECASE),
}  # fmt: skip


def listed(request: Request, catalogue: Catalogue) -> Answer | None:
    """The answer that the catalogue gives about named papers or its categories, or None where it takes more."""
    if request.papers and not request.among:
        papers = [catalogue.by_id[paper] for paper in request.papers if paper in catalogue.by_id]
        return _facts(request, papers) if request.kind == "catalogue" else None
    if request.kind not in ("catalogue", "many"):
        return None
    if (
        _CATEGORIES.search(request.asked)
        and not PAPERS.search(request.asked)
        and not request.subjects.categories
    ):
        return _categories(request, catalogue)
    return None


def _facts(request: Request, papers: Sequence[Paper]) -> Answer | None:
    """What is asked for of each named paper, of what the catalogue knows; None where it is asked for nothing of that."""
    wanted = [name for name, words in _FACTS.items() if words.search(request.asked)]
    claims = []
    sources = []
    for n, paper in enumerate(papers, start=1):
        sources.append(_source(n, paper))
        told = [line for name in wanted if (line := _TOLD[name](paper))]
        by = "venue" in wanted and not paper.venue
        told += (
            [f"No venue of {paper.label} is known to the list: {paper.url or 'no address either'}."]
            if by
            else []
        )
        if told:
            claims.append(Claim(" ".join(told), "exact", (_citation(sources[-1]),)))
    return _made(request, "", claims, sources) if claims else None


def _authors(paper: Paper) -> str:
    return f"{paper.title} is by {', '.join(paper.authors)}." if paper.authors else ""


def _year(paper: Paper) -> str:
    venue = f" ({paper.venue})" if paper.venue else ""
    return f"{paper.title} was first published in {paper.year}{venue}." if paper.year else ""


def _venue(paper: Paper) -> str:
    return f"{paper.label} appeared at {paper.venue}." if paper.venue else ""


def _title(paper: Paper) -> str:
    return f"The full title of {paper.label} is “{paper.title}”."


def _category(paper: Paper) -> str:
    return (
        f"{paper.label} is filed under {either(paper.all_categories, 'and')}." if paper.all_categories else ""
    )


def _code(paper: Paper) -> str:
    said = []
    if paper.table and paper.table.code_available:
        said.append(f"The survey's table says of the code of {paper.label}: {paper.table.code_available}.")
    if paper.digest and (code := paper.digest.aspects.get("code")):
        said.append(f"By our digest, the code is: {code.rstrip('.')}.")
    return " ".join(said) or f"Whether code of {paper.label} is published is not known to the list."


def _link(paper: Paper) -> str:
    known = [
        paper.url,
        f"arXiv:{paper.arxiv}" if paper.arxiv else None,
        f"doi:{paper.doi}" if paper.doi else None,
    ]
    told = [address for address in known if address]
    return f"{paper.label}: {either(told, 'and')}." if told else ""


_TOLD: Final[dict[str, Callable[[Paper], str]]] = {
    "authors": _authors,
    "year": _year,
    "venue": _venue,
    "title": _title,
    "category": _category,
    "code": _code,
    "link": _link,
    "bibtex": lambda paper: bibtex(paper).strip(),
}


def _categories(request: Request, catalogue: Catalogue) -> Answer:
    names = []
    for node in catalogue.taxonomy:
        count = sum(
            paper.kind == "curated" for paper in catalogue.papers_of(node)
        )  # the list is the survey's
        if count:
            names.append(f"{catalogue.taxonomy.path_name(node.slug)} ({count})")
    total = len(list(catalogue.taxonomy))
    said = f"The taxonomy has {total} categories; with papers: {'; '.join(names)}."
    return _made(request, "", [Claim(said, "exact")], ())


def _source(n: int, paper: Paper) -> NumberedSource:
    title = f"{paper.title} ({paper.year})" if paper.year else paper.title
    return NumberedSource.of(n, paper, paper.id, "table", title, section="The survey's list")


def _citation(source: NumberedSource) -> Citation:
    return Citation(source.n, source.paper, "table", None, None, source.text)


def _made(request: Request, lead: str, claims: Sequence[Claim], sources: Sequence[NumberedSource]) -> Answer:
    return Answer(
        question=request.typed,
        standalone=request.asked,
        refused=False,
        lead=lead,
        claims=tuple(claims),
        sources=tuple(sources),
        model="none (computed from the list)",
        notes=request.notes,
    )
