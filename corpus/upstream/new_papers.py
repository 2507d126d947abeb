"""A paper that upstream lists and the catalogue has not: its record, as far as a title and a link tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.paper import Paper
from corpus.spelling import distinct, words
from corpus.upstream import links

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from corpus.upstream.listing import Entry

_NAME_WORDS = 3  # a name in front of a colon has hardly more words
_NAME_LENGTH = 28
_SMALL = frozenset(
    "a an and are as at by can do for from in into is of on or the their to towards via with".split()
)


def record(entries: Sequence[Entry], taken: Collection[str]) -> Paper:
    """The paper that the entries list, its authors unknown; the best of their links is taken.

    Args:
        entries: One or more entries of the same paper.
        taken: Ids that papers have already.
    """
    read = [links.read(entry.link) for entry in entries]
    best = next((link for link in read if link.arxiv), next((link for link in read if link.pdf_url), read[0]))
    year = best.year or next((entry.year for entry in entries if entry.year), None)
    title = entries[0].title
    name = short_name(title)
    return Paper(
        id=_identity(name or title, year, best.source, taken),
        title=title,
        year=year,
        arxiv=best.arxiv,
        doi=next((link.doi for link in read if link.doi), None),
        openreview=next((link.openreview for link in read if link.openreview), None),
        url=best.url if best.url.startswith("https://") else None,
        pdf_url=best.pdf_url,
        short_name=name,
        categories=tuple(distinct(entry.category for entry in entries if entry.category)),
        kind="curated",
        notes="Added from the survey's list, which names no authors.",
        upstream_titles=tuple(distinct(entry.title for entry in entries)),
        confidence="low",
    )


def short_name(title: str) -> str | None:
    """The name in front of a title's colon, where it looks like one: "GenPO: Generative ..." gives "GenPO"."""
    head, colon, _ = title.partition(":")
    head = re.sub(r"\s*\([^)]*\)\s*$", "", head).strip()
    is_name = colon and 0 < len(head.split()) <= _NAME_WORDS and len(head) <= _NAME_LENGTH
    # a name has a capital within, or a digit, or is a single word
    return (
        head if is_name and (len(head.split()) == 1 or re.search(r"[a-z][A-Z]|[A-Z]{2}|\d", head)) else None
    )


def _identity(name: str, year: int | None, source: str, taken: Collection[str]) -> str:
    """An id like those of catalogue papers without known authors: name, year, host."""
    telling = [word for word in words(name) if word not in _SMALL] or words(name) or ["paper"]
    ascii_only = re.sub(r"[^a-z0-9]", "", "".join(telling[:3]))[:24] or "paper"
    stem = f"{ascii_only}{year or ''}{source}"
    identity, number = stem, 2
    while identity in taken:
        identity, number = f"{stem}{number}", number + 1
    return identity
