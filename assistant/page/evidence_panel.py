"""The evidence beside an answer, as HTML: every numbered source, what it is, and the words that were cited."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from assistant.page.links import compare_link, figure_image, paper_link, summarise_link
from assistant.page.render import LIST, SUPPORT, chip, opening, outermost, place, safe
from assistant.page.table_html import drawn
from corpus.references import labels_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Citation, Claim, NumberedSource
    from assistant.page.talk import Turn
    from corpus.catalogue import Catalogue, Paper

CAPTION = re.compile(r"(?:Figure|FIGURE|Fig\.|FIG\.) ?((?:[A-Z][.-]?)?\d{1,3}|[IVX]{1,5})\s*[.:|–-]")
AROUND = 110  # characters shown before and after cited words
UNCITED = 200  # characters shown of a passage that was only consulted
AUTHORS = 3
SHOWN, BRIEF = 8, 5  # cards shown at first, and while the answer is being written
KINDS = {"curated": "curated", "survey": "the survey", "own": "yours"}
WHAT = {
    "pdf": "The paper's own words, from its PDF.",
    "digest": "This project's own note on the paper, checked against the paper. It is not the paper's words.",
    "table": "A row of the survey's table or list: what the survey states about the paper, not the paper's words.",
    "list": "The survey lists the paper. These are not the paper's words.",
}
HEADINGS = {"digest": "Our digest", "table": "The survey's table", "list": LIST}
BEFORE = "The passages an answer rests on appear here as soon as they are found, before anything is written."
SEARCHING = "Searching the papers."
NONE = "No evidence for this question."
Interval = tuple[int, int]


def panel(turn: Turn | None, catalogue: Catalogue, *, whole: bool = False) -> str:
    """The evidence of one turn, in order of number; before the first question, what will be here.

    Args:
        turn: Whose; None before the first.
        catalogue: Names papers and categories.
        whole: Show all of many sources, else the first.
    """
    if turn is None or not turn.sources:
        said = NONE if turn is not None and turn.over else SEARCHING if turn is not None else BEFORE
        return f'<div class="side-head"><h2>Evidence</h2></div><p class="empty">{said}</p>'
    quotes: dict[int, list[str]] = {}
    levels: dict[int, Counter[str]] = {}
    for claim in turn.claims:
        for citation in claim.citations:
            quotes.setdefault(citation.n, []).append(citation.quote)
        for n in {citation.n for citation in claim.citations}:
            levels.setdefault(n, Counter())[claim.support] += 1
    settled = turn.consulted
    first = None if whole else SHOWN if settled or turn.over else BRIEF
    counts = _counts(len(quotes), len(turn.sources) - len(quotes), settled=settled)
    cards = "".join(
        _card(source, turn, quotes.get(source.n), levels.get(source.n, Counter()), catalogue)
        for source in turn.sources[:first]
    )
    if first and len(turn.sources) > first:
        cards += f'<li class="rest"><button type="button" class="plain" data-evidence-all="{turn.number}">Show all {len(turn.sources)}</button></li>'
    listed = " listed" if is_list(turn) else ""
    return (
        f'<div class="side-head"><h2>Evidence</h2><span class="counts">{counts}</span></div>'
        f'<ol class="sources{" settled" if settled else ""}{listed}" data-of="{turn.number}">{cards}</ol>'
    )


def is_list(turn: Turn) -> bool:
    """Whether the sources are papers of the survey's list, which are there with the answer."""
    return bool(turn.sources) and all(source.section == LIST for source in turn.sources)


def _counts(cited: int, other: int, *, settled: bool) -> str:
    if not settled and not cited:
        return f"{other} passage{'' if other == 1 else 's'} found"
    return f"{cited} cited" + (f", {other} consulted" if other else "")


def _card(
    source: NumberedSource,
    turn: Turn,
    quotes: Sequence[str] | None,
    levels: Counter[str],
    catalogue: Catalogue,
) -> str:
    marked = intervals(source.text, quotes or ())
    opens = opening(source, source)
    if marked:
        opens = opening(_first_citation(turn, source.n) or source, source)
    chips = "".join(
        chip(s, catalogue.taxonomy) for s in outermost(source.categories) if s in catalogue.taxonomy
    )
    title = f'<p class="title">{safe(source.title)}</p>' if source.title != source.label else ""
    brief = not (turn.over or turn.consulted)
    section = f'<span class="section">{safe(source.section)}</span>' if _telling(source) else ""
    quote = "" if source.section == LIST else _quote(source, marked, brief=brief)
    if source.table:
        quote = drawn(
            source.table, {cell.at for claim in turn.claims if _cites(claim, source) for cell in claim.cells}
        )
    return (
        f'<li class="source {"cited" if quotes else "consulted"} of-{source.source}" id="source-{source.n}">'
        f'<button type="button" class="head" {opens}><span class="n">{source.n}</span>'
        f'<span class="label">{safe(source.label)}</span><span class="who">{safe(authors(source))}</span><span class="year">{safe(source.year or "")}</span></button>'
        f'{title}<p class="badges">{_badges(source)}{_levels(levels)}{section}</p>{_picture(source)}{quote}'
        + (f'<p class="filed">{chips}</p>' if chips and not brief else "")
        + ("" if brief else f'<p class="turn-to">{turns(source.paper)}</p>')
        + "</li>"
    )


def turns(paper: str) -> str:
    """What can be done with a paper wherever it is shown."""
    return (
        f'<a class="plain" href="{safe(summarise_link(f"paper:{paper}"))}">Summarise</a>'
        f'<a class="plain" href="{safe(compare_link([f"paper:{paper}"]))}">Compare with…</a>'
        f'<a class="plain" href="{safe(paper_link(paper))}">About the paper</a>'
    )


def _levels(levels: Counter[str]) -> str:
    """How the sentences that cite a source are carried by it."""
    shown = (
        f'<span class="badge level {level}" data-tip="{safe(SUPPORT.get(level, level).capitalize())}.">'
        f"{safe(level)}{f' ×{number}' if number > 1 else ''}</span>"
        for level, number in levels.items()
    )
    return "".join(shown)


def _cites(claim: Claim, source: NumberedSource) -> bool:
    return any(citation.n == source.n for citation in claim.citations)


def _first_citation(turn: Turn, n: int) -> Citation | None:
    return next(
        (c for claim in turn.claims for c in claim.citations if c.n == n and (c.spans or c.source != "pdf")),
        None,
    )


def _telling(source: NumberedSource) -> bool:
    return bool(source.section) and source.source == "pdf"


def _badges(source: NumberedSource) -> str:
    where = safe(place(source.source, source.page, source.page_label))
    return (
        f'<span class="badge {source.source}" title="{safe(WHAT[source.source])}">{where}</span>'
        f'<span class="badge kind {safe(source.kind)}">{safe(KINDS.get(source.kind, source.kind))}</span>'
    )


def authors(source: NumberedSource) -> str:
    """The authors' names, "et al." after three."""
    return ", ".join(source.authors[:AUTHORS]) + (" et al." if len(source.authors) > AUTHORS else "")


def who(source: NumberedSource) -> str:
    """Authors and year: "A One, B Two, C Three et al., 2023"."""
    return ", ".join(part for part in (authors(source), str(source.year or "")) if part)


def intervals(text: str, quotes: Sequence[str]) -> list[Interval]:
    """Where the quotes stand in the text, in order, overlapping ones joined; quotes not in it are left out."""
    found = sorted((at, at + len(quote)) for quote in quotes if quote and (at := text.find(quote)) >= 0)
    joined: list[Interval] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def emphasised(text: str, marked: Sequence[Interval], start: int = 0, end: int | None = None) -> str:
    """`text[start:end]` escaped, with the marked stretches in <mark>."""
    end = len(text) if end is None else end
    parts = []
    at = start
    for first, last in marked:
        first, last = max(first, start), min(last, end)  # noqa: PLW2901
        if first >= last:
            continue
        parts += [safe(text[at:first]), f"<mark>{safe(text[first:last])}</mark>"]
        at = last
    return "".join((*parts, safe(text[at:end])))


def excerpt(text: str, marked: Sequence[Interval]) -> tuple[int, int]:
    """The stretch to show at first: the cited words with a little around them, cut at blanks."""
    start, end = (marked[0][0] - AROUND, marked[-1][1] + AROUND) if marked else (0, UNCITED)
    start = 0 if start < AROUND // 2 else text.find(" ", start) + 1
    end = len(text) if end > len(text) - AROUND // 2 else text.rfind(" ", 0, end)
    return start, end if end > start else len(text)


def _quote(source: NumberedSource, marked: Sequence[Interval], *, brief: bool) -> str:
    """The words; while the answer is being written only their beginning, as the cards are drawn anew after it."""
    start, end = excerpt(source.text, marked)
    if brief:
        said = emphasised(source.text, marked, start, end)
        return f'<blockquote class="quote">{"…" if start else ""}{said}{"…" if end < len(source.text) else ""}</blockquote>'

    def shown(*between: int) -> str:
        return _entries(emphasised(source.text, marked, *between), source)

    if start == 0 and end == len(source.text):
        return f'<blockquote class="quote">{shown()}</blockquote>'
    first = _rest(shown(0, start), "{0} {1}")
    last = _rest(shown(end), "{1} {0}")
    return (
        f'<details class="quote-box"><summary><blockquote class="quote">{first}'
        f'{shown(start, end)}{last}</blockquote><span class="all">whole passage</span></summary></details>'
    )


def _rest(text: str, order: str) -> str:
    """What is shown once the passage is opened, and what says until then that it is cut off."""
    cut_off = '<span class="cut-off">…</span>'
    return order.format(cut_off, f'<span class="rest">{text}</span>') if text else ""


def _entries(shown: str, source: NumberedSource) -> str:
    """The quote's HTML, in which a marker such as [12] tells the entry that it stands for when it is pointed at."""
    known = dict(source.references)
    for start, end, labels in reversed(list(labels_in(shown))):
        said = "\n".join(f"[{label}] {known[label]}" for label in labels if label in known)
        if said:
            shown = f'{shown[:start]}<abbr title="{safe(said)}">{shown[start:end]}</abbr>{shown[end:]}'
    return shown


def _picture(source: NumberedSource) -> str:
    """The picture of the figure whose caption the source is."""
    caption = CAPTION.match(source.text) if source.source == "pdf" else None
    return figure_image(source.paper, "figure", caption[1]) if caption else ""


def card(heading: str, source: str, title: str, by: str, text: str, paper: Paper | None) -> str:
    """What opens in place of a page where the source is not a PDF: what it is, its text, and where the paper is.

    `text` is HTML.
    """
    link = ""
    address = (paper.pdf_url or paper.url) if paper else None
    if address and address.startswith(("https://", "http://")):
        link = f'<p class="elsewhere">Open the PDF at <a href="{safe(address)}" target="_blank" rel="noopener noreferrer">{safe(address)}</a></p>'
    return (
        f'<div class="text-card"><h3>{safe(heading)}</h3><p class="what">{safe(WHAT[source])}</p>'
        f'<p class="card-title">{safe(title)}</p><p class="who">{safe(by)}</p>'
        f'<div class="card-text">{text}</div>{link}</div>'
    )
