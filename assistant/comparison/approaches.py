"""What a user wants compared: a paper, a category, a set of papers, or words resolved to one of these."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.comparison.comparison import Approach
from assistant.meant import like, meant, prefixed, unknown
from corpus.errors import WrongUse
from corpus.naming import mentions
from corpus.spelling import either, key
from index.words import search_words, stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.catalogue import Catalogue, Category, Paper
    from index.search import Search

FEWEST, MOST = 2, 4
LONGEST = 300  # characters of one name
PARTS = re.compile(r"\s*[,;+&]\s*(?:and\s+)?|\s+and\s+")
# Words around a name that do not narrow it: "the Eureka paper", "methods with world models".
FILLER = frozenset(
    """approach approaches method methods paper papers work works category based using use with family line lines
    algorithm algorithms system systems technique techniques model models survey""".split()
)
FOUND_PAPERS = 5  # papers that stand for words which name nothing
FOUND_HITS = 40
NEAR = 0.40  # cosine from which a passage is taken to be about the words, if it holds most of them
VERY_NEAR = 0.55  # the same, whatever words it holds
HOLDS = 0.99  # share of the words' stems that a passage must hold


def resolved(names: Sequence[str], search: Search) -> tuple[Approach, ...]:
    """The approaches that `names` mean, in their order.

    Raises:
        WrongUse: Fewer than two or more than four, one twice, or one that names nothing (nearest names are given).
        NothingIndexed: There is nothing to search for words that name no paper or category.
    """
    names = [" ".join(name.split()) for name in names]
    if len(names) < FEWEST:
        raise WrongUse(
            "A comparison needs two approaches, for instance `duality compare eureka text2reward`."
        )
    if len(names) > MOST:
        raise WrongUse(f"{len(names)} approaches are too many: compare two to four.")
    held = {record.paper for record in search.generation().passages.documents() if record.source == "pdf"}
    found = [_one(name, search, held) for name in names]
    for position, approach in enumerate(found):
        for other in found[:position]:
            if set(other.papers) == set(approach.papers):
                raise WrongUse(
                    f"{other.asked!r} and {approach.asked!r} both mean {approach.name} ({approach.target}): "
                    "name two different approaches; `paper:…` and `category:…` say which is meant."
                )
    return tuple(found)


def _one(asked: str, search: Search, held: set[str]) -> Approach:
    catalogue = search.catalogue
    if not re.search(r"\w", asked):
        raise WrongUse("One of the approaches is empty: name a paper, a category, or several papers.")
    if len(asked) > LONGEST:
        raise WrongUse(
            f"The approach “{asked[:40]}…” has {len(asked)} characters; name it in at most {LONGEST}."
        )
    kind, name = prefixed(asked)
    if kind == "category":
        return _category(catalogue.category(name), asked, catalogue, held)
    if kind == "paper":
        return _paper(catalogue.paper(name), asked, held)
    if kind in ("papers", "set"):
        return _set([catalogue.paper(part) for part in _parts(name)], asked, held)
    found = meant(asked, catalogue)
    if found.paper:
        return _paper(found.paper, asked, held, found.others, found.note)
    if found.category and catalogue.papers_of(found.category):
        return _category(found.category, asked, catalogue, held, found.others, found.note)
    return (
        _several(asked, catalogue, held)
        or _mentioned(asked, catalogue, held)
        or _like(asked, catalogue, search, held)
    )


def _parts(text: str) -> list[str]:
    return [part for part in PARTS.split(text) if part.strip()]


def _several(asked: str, catalogue: Catalogue, held: set[str]) -> Approach | None:
    """A list of papers, "eureka, text2reward"; None where not every part names one."""
    parts = _parts(asked)
    if len(parts) < 2:
        return None
    papers = [meant(part, catalogue).paper for part in parts]
    known = [paper for paper in papers if paper is not None]
    if len(known) == len(parts):
        return _set(known, asked, held)
    if known:
        lost = next(part for part, paper in zip(parts, papers, strict=True) if paper is None)
        catalogue.paper(lost)  # raises, with the nearest names
    return None


def _mentioned(asked: str, catalogue: Catalogue, held: set[str]) -> Approach | None:
    """The paper or category that the words are about, where they say nothing else of weight."""
    found = mentions(asked, catalogue)
    categories = [m for m in found.categories if m.strong] or list(found.categories)
    named = [*(m for m in found.papers if m.strong), *categories]
    if not named:
        return None
    rest = list(asked)
    for mention in named:
        rest[mention.start : mention.end] = " " * (mention.end - mention.start)
    left = re.findall(r"[^\W\d_]+|\d+", "".join(rest).lower())
    if any(word not in FILLER and word in search_words(" ".join(left)) and len(word) > 2 for word in left):
        return None
    papers = list(dict.fromkeys(m.target for m in found.papers if m.strong))
    slugs = [slug for slug in dict.fromkeys(m.target for m in categories) if catalogue.papers_of(slug)]
    if len(papers) > 1:
        return _set([catalogue.by_id[paper] for paper in papers], asked, held)
    if papers:
        others = tuple(f"category:{slug}" for slug in slugs)
        return _paper(catalogue.by_id[papers[0]], asked, held, others)
    if not slugs:
        return None
    others = (
        *(f"category:{slug}" for slug in slugs[1:]),
        *(f"paper:{m.target}" for m in found.papers if not m.strong),
    )
    category = catalogue.taxonomy[slugs[0]]
    note = f"“{asked}” is taken as the category {catalogue.taxonomy.path_name(category.slug)}."
    return _category(category, asked, catalogue, held, others, note)


def _like(asked: str, catalogue: Catalogue, search: Search, held: set[str]) -> Approach:
    """The few papers that are nearest to words which name nothing, or an error where none is near.

    A short text close to a name is a misspelling, and is met with that name instead.
    """
    if len(asked.split()) == 1 and like(asked, catalogue):
        raise unknown(asked, catalogue)
    wanted = set(stems(asked))
    titled = [p for p in catalogue.papers if p.kind != "survey" and key(asked) in key(p.title)]
    if len(asked.split()) > 1 and 1 <= len(titled) <= FOUND_PAPERS:
        labels = either([paper.label for paper in titled], "and")
        note = f"“{asked}” names no paper or category; it stands in the title of {labels}."
        return _set(titled, asked, held, note, name=asked)
    scores: dict[str, float] = {}
    for hit in search(asked, FOUND_HITS, prefer=()):
        holds = len(wanted & set(stems(hit.passage.text))) / len(wanted) if wanted else 0.0
        if hit.cosine >= VERY_NEAR or (hit.cosine >= NEAR and holds >= HOLDS):
            scores.setdefault(hit.passage.paper, hit.score)
    papers = [catalogue.by_id[paper] for paper in list(scores)[:FOUND_PAPERS] if paper in catalogue.by_id]
    papers = [paper for paper in papers if paper.kind != "survey"]
    if not papers:
        raise unknown(asked, catalogue, ", and no paper is clearly about it")
    labels = either([paper.label for paper in papers], "and")
    note = f"“{asked}” names no paper or category; the nearest papers stand for it: {labels}."
    return _set(papers, asked, held, note, name=asked)


def _paper(
    paper: Paper, asked: str, held: set[str], others: tuple[str, ...] = (), note: str = ""
) -> Approach:
    return Approach(
        paper.label, "paper", (paper.id,), asked, f"paper:{paper.id}", others, note, int(paper.id in held)
    )


def _category(
    category: Category,
    asked: str,
    catalogue: Catalogue,
    held: set[str],
    others: tuple[str, ...] = (),
    note: str = "",
) -> Approach:
    papers = tuple(paper.id for paper in catalogue.papers_of(category))
    if not papers:
        raise WrongUse(f"The category {category.slug} has no papers; `duality taxonomy` shows which have.")
    above = catalogue.taxonomy.ancestors(category.slug)
    name = f"{above[-1].name} › {category.name}" if above else category.name
    pdfs = sum(paper in held for paper in papers)
    return Approach(name, "category", papers, asked, f"category:{category.slug}", others, note, pdfs)


def _set(papers: Sequence[Paper], asked: str, held: set[str], note: str = "", name: str = "") -> Approach:
    unique = list(dict.fromkeys(paper.id for paper in papers))
    by_id = {paper.id: paper for paper in papers}
    if len(unique) == 1:
        return _paper(by_id[unique[0]], asked, held, note=note)
    name = name or either([by_id[paper].label for paper in unique], "and")
    target = f"set:{','.join(unique)}"
    return Approach(name, "set", tuple(unique), asked, target, (), note, sum(p in held for p in unique))
