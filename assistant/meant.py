"""What a name means: a paper or a category, and what to say where it could be both or is neither.

"paper:…" and "category:…" say which is meant; without them a name that is both is taken as in a question.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from corpus.errors import WrongUse
from corpus.naming import mentions
from corpus.spelling import either, key, nearest

if TYPE_CHECKING:
    from corpus.catalogue import Catalogue, Category, Paper

PREFIX = re.compile(r"^\s*(papers?|category|set|topic)\s*:\s*(.*)$", re.IGNORECASE | re.DOTALL)


class Meant(NamedTuple):
    """One of the two, what else the name could be ("paper:…", "category:…"), and how it was then taken."""

    paper: Paper | None = None
    category: Category | None = None
    others: tuple[str, ...] = ()
    note: str = ""


def prefixed(name: str) -> tuple[str, str]:
    """The kind that a name begins with ("paper", "category", "set", "topic"), and the rest; "" where it has none."""
    found = PREFIX.match(name)
    return (found[1].lower(), found[2]) if found else ("", name)


def meant(name: str, catalogue: Catalogue) -> Meant:
    """The paper or category called so; neither where nothing is. Raises WrongUse where several papers are."""
    category, several, paper = named_category(name, catalogue), None, None
    try:
        paper = catalogue.paper(name)
    except WrongUse as error:
        several = error if str(error).startswith("Several") else None
        whole = {m.target for m in mentions(name, catalogue).papers if m.end - m.start >= len(name)}
        paper = catalogue.by_id[whole.pop()] if len(whole) == 1 else None  # an inflected name
    if several and not paper and not category:
        raise several
    count = len(catalogue.papers_of(category)) if category else 0
    if not (paper and category and count):
        return Meant(paper) if paper else Meant(None, category)
    taken = f"“{name}” is taken as the"
    if paper.id in mentions(name, catalogue).paper_ids:
        other = f"category:{category.slug}"
        return Meant(
            paper, None, (other,), f"{taken} paper; it is also a category of {count} papers: write {other}."
        )
    other = f"paper:{paper.id}"
    return Meant(
        None, category, (other,), f"{taken} category; it is also a paper, {paper.title}: write {other}."
    )


def named_category(name: str, catalogue: Catalogue) -> Category | None:
    """The category called exactly so."""
    with suppress(WrongUse):
        return catalogue.category(name)
    return None


def unknown(name: str, catalogue: Catalogue, why: str = "") -> WrongUse:
    """The error for a name that means nothing: with what it is near to, or where all names are listed."""
    alike = like(name, catalogue)
    hint = f"Did you mean {either(alike)}?" if alike else "`duality papers` and `duality taxonomy` list all."
    return WrongUse(f"There is no paper or category {name!r}{why}. {hint}")


def like(name: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The names of papers and categories that a name is near to."""
    shown = {key(n): f"{paper.label} ({paper.id})" for paper in catalogue.papers for n in paper.names}
    return nearest(name, shown | {key(node.name): f"category:{node.slug}" for node in catalogue.taxonomy})
