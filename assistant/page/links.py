"""Addresses within the page: what stands behind its # opens a tab, and makes a comparison or summary again."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.summaries.summary import Length

SIDES = ("a", "b", "c", "d")


@dataclass(frozen=True, slots=True)
class CompareQuery:
    """What a link to a comparison says: approaches, rows of the user's own, a question."""

    approaches: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    question: str = ""


@dataclass(frozen=True, slots=True)
class SummaryQuery:
    """What a link to a summary says."""

    of: str = ""
    length: Length = "page"


def compare_link(approaches: Sequence[str], aspects: Sequence[str] = (), question: str = "") -> str:
    """The link that makes a comparison again: "#compare?a=paper%3A…&b=…"."""
    pairs = [*zip(SIDES, approaches, strict=False), *(("row", aspect) for aspect in aspects)]
    return f"#compare?{urlencode([*pairs, ('question', question)] if question else pairs)}"


def read_compare(query: str) -> CompareQuery:
    """What `compare_link` wrote; parts that are missing are empty."""
    found = parse_qs(query)
    approaches = tuple(found[side][0] for side in SIDES if side in found)
    return CompareQuery(approaches, tuple(found.get("row", ())), found.get("question", [""])[0])


def summarise_link(of: str, length: Length = "page") -> str:
    """The link that makes a summary again: "#summarise?of=paper%3A…"."""
    return f"#summarise?{urlencode({'of': of} | ({} if length == 'page' else {'length': length}))}"


def read_summary(query: str) -> SummaryQuery:
    """What `summarise_link` wrote."""
    found = parse_qs(query)
    lengths: dict[str, Length] = {"line": "line", "paragraph": "paragraph"}
    return SummaryQuery(found.get("of", [""])[0], lengths.get(found.get("length", [""])[0], "page"))


def paper_link(paper: str) -> str:
    """The link that shows a paper: "#papers?paper=…"."""
    return f"#papers?{urlencode({'paper': paper})}"


def figure_image(paper: str, kind: str, number: str) -> str:
    """The picture of a numbered figure, table or algorithm, cut from its page; nothing where there is none.

    Its address is `figure?paper=…&kind=…&number=…`.
    """
    address = f"figure?{urlencode({'paper': paper, 'kind': kind, 'number': number})}"
    called = f"{kind.capitalize()} {number}"
    return f'<img class="figure" loading="lazy" src="{html.escape(address)}" alt="{html.escape(called)}">'
