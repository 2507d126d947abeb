"""What can be counted over several papers: shared traits, years, the earliest and the latest approach."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from assistant.answer import Claim
from assistant.aspects.standard import BY_KEY
from assistant.aspects.vocabulary import KINDS_OF_MODEL, several, stated_of, tallied, values
from assistant.summaries.digested import stated
from assistant.summaries.summary import SummarySection
from corpus.spelling import either

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.answer import Quote
    from assistant.sources import Sources
    from corpus.catalogue import Paper

NAMED = 8  # papers named in a sentence; the others are cited
SHARED = 0.2  # share of the papers from which something is worth counting


def computed(text: str, quotes: Iterable[Quote], sources: Sources) -> Claim:
    """A sentence that the program counted, resting on one statement a paper."""
    citations = tuple(sources.noted(quote) for quote in quotes)
    return Claim(text, "computed", citations, why="counted by the program over what each paper's note states")


def listing(text: str, papers: Sequence[Paper], sources: Sources) -> Claim:
    """A sentence on the papers as a list, citing the survey's list for each."""
    entries = ((paper, f"{paper.title} ({paper.year})" if paper.year else paper.title) for paper in papers)
    citations = tuple(sources.listed(paper, entry) for paper, entry in entries)
    return Claim(text, "computed", citations, why="listed by the program from the survey's list")


def shared(papers: Sequence[Paper], sources: Sources) -> list[Claim]:
    """What many papers have in common, the commonest of each kind."""
    claims = []
    total = len(papers)
    for key, what, most in (
        ("generative_model", "build on {}", 3),
        ("role_of_rl", "describe the role of RL as {}", 2),
        ("benchmarks", "evaluate on {}", 3),
    ):
        found = tallied(BY_KEY[key], papers)
        if key == "generative_model":
            found = {name: members for name, members in found.items() if name in KINDS_OF_MODEL}
        for name, members in list(found.items())[:most]:
            if len(members) < max(2, SHARED * total):
                continue
            verb = what.format(several(name))
            text = f"{len(members)} of {total} {verb}: {names([paper for paper, _ in members])}."
            claims.append(computed(text, [quote for _, quote in members], sources))
    return claims


def kind_of(paper: Paper, key: str, kinds: Sequence[str] = ()) -> str:
    """The most telling value of an aspect that a paper has by table and digest; "" where it has none."""
    of_paper = [v for quote in stated_of(BY_KEY[key], paper) for v in values(BY_KEY[key], quote.quote)]
    return next((kind for kind in kinds or of_paper if kind in of_paper), "")


def years(papers: Sequence[Paper], sources: Sources) -> SummarySection:
    """How many papers each year, with what kinds of model, and how the first and the last approach it."""
    by_year = sorted((paper for paper in papers if paper.year), key=lambda paper: paper.year or 0)
    claims: list[Claim] = []
    for year in sorted({paper.year or 0 for paper in by_year}):
        inside = [paper for paper in by_year if paper.year == year]
        kinds = Counter(
            kind for paper in inside if (kind := kind_of(paper, "generative_model", KINDS_OF_MODEL))
        )
        shown = ", ".join(f"{n} with {several(kind)}" for kind, n in kinds.most_common(3))
        text = f"{year}: {papers_counted(len(inside))}, {names(inside, 4)}{f' – {shown}' if shown else ''}."
        quotes = [quote for p in inside for quote in stated_of(BY_KEY["generative_model"], p)[-1:]]
        claims.append(computed(text, quotes, sources) if quotes else listing(text, inside, sources))
    claims += _shift(by_year, sources)
    return SummarySection(
        "years", "Over the years", tuple(claims), "" if claims else "No year is known of them."
    )


def _shift(by_year: Sequence[Paper], sources: Sources) -> list[Claim]:
    """The earliest and the latest approach side by side."""
    telling = [(paper, quote) for paper in by_year if (quote := stated(paper, "approach"))]
    if len(telling) < 3 or telling[0][0].year == telling[-1][0].year:
        return []
    (first, earliest), (last, latest) = telling[0], telling[-1]
    text = (
        f"By our digests, the earliest, {dated(first)}, is “{earliest.quote}”; "
        f"the latest, {dated(last)}, is “{latest.quote}”."
    )
    return [computed(text, [earliest, latest], sources)]


def names(papers: Sequence[Paper], most: int = NAMED) -> str:
    """The papers' names as prose, at most `most` of them and how many more there are."""
    labels = [paper.label for paper in papers]
    if len(labels) > most + 1:
        return f"{', '.join(labels[:most])} and {len(labels) - most} more"
    return either(labels, "and")


def dated(paper: Paper) -> str:
    """Name and year: "Eureka (2023)"."""
    return f"{paper.label} ({paper.year})" if paper.year else paper.label


def papers_counted(count: int) -> str:
    """A number of papers: "1 paper", "26 papers"."""
    return f"{count} paper{'s' * (count != 1)}"


def span(first: int, last: int) -> str:
    """A stretch of years: "in 2023", "from 2021 to 2024"."""
    return f"in {first}" if first == last else f"from {first} to {last}"
