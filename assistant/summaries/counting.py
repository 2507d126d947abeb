"""What can be counted over several papers: shared traits, years, the earliest and the latest approach."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from assistant.answer import Claim
from assistant.summaries import families
from assistant.summaries.notes import counted
from assistant.summaries.summary import SummarySection
from assistant.support.binding import cited
from corpus.spelling import either

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.summaries.notes import Held, Statement
    from assistant.summaries.sources import Sources
    from corpus.catalogue import Paper

NAMED = 8  # papers named in a sentence; the others are cited
SHARED = 0.2  # share of the papers from which something is worth counting


def listing(text: str, known: Sequence[Held], sources: Sources) -> Claim:
    """A sentence on the papers as a list, citing the survey's list for each."""
    citations = []
    for h in known:
        year = f" ({h.paper.year})" if h.paper.year else ""
        entry = f"{h.paper.title}{year}"
        source = sources.taken[sources.listed(h.paper, entry) - 1]
        citations.append(cited(source, 0, len(entry)))
    return Claim(text, "computed", tuple(citations), why="listed by the program from the survey's list")


def shared(known: Sequence[Held], sources: Sources) -> list[Claim]:
    """What many papers have in common, the commonest of each kind."""
    claims = []
    total = len(known)
    for what, of, kinds, most in (
        ("build on {}", families.models, families.MODELS, 3),
        ("describe the role of RL as {}", families.roles, families.ROLES, 2),
        ("evaluate on {}", families.benchmarks, families.BENCHMARKS, 3),
    ):
        found = tally(known, of, kinds)
        for name, members in list(found.items())[:most]:
            if len(members) < max(2, SHARED * total):
                continue
            verb = what.format(name)
            text = f"{len(members)} of {total} {verb}: {names([m.paper for m, _ in members])}."
            claims.append(counted(text, [s for _, s in members], sources))
    return claims


def years(known: Sequence[Held], sources: Sources) -> SummarySection:
    """How many papers each year, with what kinds of model, and how the first and the last approach it."""
    by_year = sorted((h for h in known if h.paper.year), key=lambda h: h.paper.year or 0)
    claims: list[Claim] = []
    for year in sorted({h.paper.year or 0 for h in by_year}):
        inside = [h for h in by_year if h.paper.year == year]
        kinds = Counter(k for h in inside for k in families.named(families.models(h), families.MODELS)[:1])
        shown = ", ".join(f"{n} with {kind}" for kind, n in kinds.most_common(3))
        those = names([h.paper for h in inside], 4)
        text = f"{year}: {papers_counted(len(inside))}, {those}{f' – {shown}' if shown else ''}."
        stated = [s for h in inside for s in families.models(h)[:1]]
        claims.append(counted(text, stated, sources) if stated else listing(text, inside, sources))
    claims += _shift(by_year, sources)
    return SummarySection(
        "years", "Over the years", tuple(claims), "" if claims else "No year is known of them."
    )


def _shift(by_year: Sequence[Held], sources: Sources) -> list[Claim]:
    """The earliest and the latest approach side by side."""
    telling = [h for h in by_year if "approach" in h.aspects]
    if len(telling) < 3 or telling[0].paper.year == telling[-1].paper.year:
        return []
    first, last = telling[0], telling[-1]
    text = (
        f"By our digests, the earliest, {dated(first.paper)}, is “{first.aspects['approach'].text}”; "
        f"the latest, {dated(last.paper)}, is “{last.aspects['approach'].text}”."
    )
    return [counted(text, [first.aspects["approach"], last.aspects["approach"]], sources)]


def tally(
    known: Sequence[Held], of: Callable[[Held], list[Statement]], kinds: Sequence[families.Family]
) -> dict[str, list[tuple[Held, Statement]]]:
    """For each family the papers that name it, with the words that do; the commonest first."""
    found: dict[str, list[tuple[Held, Statement]]] = {}
    for h in known:
        statements = of(h)
        for name in families.named(statements, kinds):
            carrier = next(s for s in statements if name in families.named([s], kinds))
            found.setdefault(name, []).append((h, carrier))
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


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
