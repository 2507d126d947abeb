"""The cell of a category or a set: what its papers have in common, counted; "11 of 17: D4RL; …"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.aspects.vocabulary import counted, setting, stated_of
from assistant.comparison.comparison import NOT_STATED, Cell, Count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.answer import Quote
    from assistant.aspects.standard import Aspect
    from corpus.paper import Paper

SHOWN = 6  # values a cell names
LISTED = 3  # papers whose phrase a cell shows where nothing can be counted


def summed_up(aspect: Aspect, papers: Sequence[Paper], quoted: Mapping[str, Sequence[Quote]]) -> Cell:
    """The cell of a category or a set: values counted over its papers, each paper's source kept.

    Args:
        aspect: The aspect.
        papers: Its papers.
        quoted: Quotes of those papers whose PDF was read, by id; they stand before digest and table.
    """
    found: dict[str, list[str]] = {}
    sources: list[Quote] = []
    said: list[tuple[Paper, str]] = []
    silent: list[str] = []
    labels = {paper.id: paper.label for paper in papers}
    for paper in papers:
        stated = [*quoted.get(paper.id, ()), *stated_of(aspect, paper)]
        if not stated:
            silent.append(paper.id)
            continue
        sources += stated
        said.append((paper, next((s for s in reversed(stated) if s.source == "digest"), stated[0]).quote))
        for value in counted(aspect, stated):
            found.setdefault(value, []).append(paper.id)
    total = len(papers)
    if not said:
        return Cell(NOT_STATED, "not stated", silent=tuple(silent))
    counts = tuple(
        Count(value, tuple(ids)) for value, ids in sorted(found.items(), key=lambda item: -len(item[1]))
    )
    if counts:
        shown = [f"{len(c.papers)} of {total}: {c.value}" + _who(c, labels) for c in counts[:SHOWN]]
        text = "; ".join(shown) + (f"; and {len(counts) - SHOWN} more" if len(counts) > SHOWN else "")
    else:
        phrases = [f"{paper.label}: {phrase}" for paper, phrase in said[:LISTED]]
        text = f"Stated for {len(said)} of {total}. " + "; ".join(phrases)
        text += f"; and {len(said) - LISTED} more" if len(said) > LISTED else ""
    if silent:
        text += f" (not stated for {len(silent)})"
    return Cell(
        text,
        "stated",
        tuple(sources),
        "counted",
        note=_disagreeing(aspect, papers),
        counts=counts,
        silent=tuple(silent),
    )


def _who(count: Count, labels: Mapping[str, str]) -> str:
    """The papers' names, where they are few."""
    return f" ({', '.join(labels[paper] for paper in count.papers)})" if len(count.papers) <= 2 else ""


def _disagreeing(aspect: Aspect, papers: Sequence[Paper]) -> str:
    """Which papers the survey's table and the digest disagree on, where the aspect can be told apart."""
    if aspect.key != "setting":
        return ""
    apart = []
    for paper in papers:
        said = {setting(source.quote) for source in stated_of(aspect, paper)} - {""}
        if len(said) > 1:
            apart.append(paper.label)
    return f"The survey's table and the digest disagree on {', '.join(apart)}." if apart else ""
