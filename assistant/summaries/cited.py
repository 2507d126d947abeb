"""What a summary cites, paper by paper, as the page and the terminal list it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Claim, NumberedSource
    from assistant.summaries.summary import Summary


def place(source: NumberedSource) -> str:
    """Where a source's words stand: "p. 4 · 3 METHOD", "our digest", "the survey's list"."""
    if source.source == "digest":
        return "our digest, not the paper's words"
    if source.source == "table":
        return "the survey's list" if source.section == "The survey's list" else "the survey's table"
    section = f" · {source.section}" if source.section else ""
    return f"p. {source.page_label or source.page}{section}"


def by_paper(summary: Summary) -> list[tuple[str, str, list[tuple[int, str]]]]:
    """The cited sources, those of one paper together: its id, its title and year, and (number, place) of each."""
    groups: dict[str, tuple[str, list[tuple[int, str]]]] = {}
    for source in summary.cited:
        year = f" ({source.year})" if source.year else ""
        _, places = groups.setdefault(source.paper, (f"{source.title}{year}", []))
        places.append((source.n, _cited_place(source, summary.claims)))
    return [(paper, title, places) for paper, (title, places) in groups.items()]


def _cited_place(source: NumberedSource, claims: Sequence[Claim]) -> str:
    """The pages that are cited of a source, which may be more than the one most of it stands on."""
    pages = {
        c.page_label or str(c.page) for claim in claims for c in claim.citations if c.n == source.n and c.page
    }
    if source.source != "pdf" or not pages:
        return place(source)
    section = f" · {source.section}" if source.section else ""
    return f"p. {', '.join(sorted(pages, key=lambda p: (len(p), p)))}{section}"
