"""A comparison as HTML: how each approach was understood, the table with its sources, the sentences below it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.comparison.comparison import Comparison
from assistant.page.export_menu import export_menu
from assistant.page.links import compare_link, paper_link, summarise_link
from assistant.page.render import chip, claim, counted, noted, opening_of, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Quote
    from assistant.comparison.comparison import Approach, Cell
    from assistant.page.talk import Turn
    from corpus.catalogue import Catalogue

SHOWN = 3  # sources of a cell shown at first
COUNTS = 5  # values of a counted cell shown at first
LONG = 330  # characters from which a cell is cut until it is opened
TIP = 140  # characters of a quote in the note on a source
EACH = 170  # characters shown of what one of several papers says
STATED = re.compile(r"(?:Stated for|Found in) \d+ of \d+\.")
WORDS = {"digest": "digest", "table": "survey table"}
WHOSE = {
    "pdf": "the paper's own words",
    "table": "what the survey's table states, not the paper's words",
    "digest": "this project's note, not the paper's words",
    "counted": "counted by the program over the papers",
    "model": "written by the model, checked against its source",
}


def compared(turn: Turn, catalogue: Catalogue, *, own_tab: bool = False, aspects: Sequence[str] = ()) -> str:
    """All of it.

    Args:
        turn: The turn whose `made` it is.
        catalogue: Names papers and categories.
        own_tab: Whether it stands on the tab for comparisons, where approaches and rows can be changed.
        aspects: The rows that were asked for.
    """
    made = turn.made
    if not isinstance(made, Comparison):
        return ""
    link = compare_link([a.target for a in made.approaches], aspects, made.question)
    return (
        f'<div class="compared" data-here="{safe(link if own_tab else "")}">'
        f"{_understood(made, catalogue, aspects, own_tab=own_tab)}"
        f"{table(made, catalogue, aspects, own_tab=own_tab)}{_key()}"
        f"{_prose(turn, made)}{_placement(made, catalogue)}{noted(_notes(made))}"
        f"{_foot(turn, made, link, own_tab=own_tab)}</div>"
    )


# --- how it was understood ---


def _understood(made: Comparison, catalogue: Catalogue, aspects: Sequence[str], *, own_tab: bool) -> str:
    targets = [a.target for a in made.approaches]
    shown = []
    for at, approach in enumerate(made.approaches):
        others = []
        for other in approach.others if own_tab else approach.others[:2]:
            switched = [*targets[:at], other, *targets[at + 1 :]]
            link = compare_link(switched, aspects, made.question)
            others.append(f'<a class="plain" href="{safe(link)}">{safe(_called(other, catalogue))}</a>')
        meant = f'<span class="or">or did you mean {" or ".join(others)}?</span>' if others else ""
        asked = approach.asked if ":" not in approach.asked else ""
        said = (
            f'<span class="said">“{safe(asked)}” is</span> '
            if asked and asked.lower() != approach.name.lower()
            else ""
        )
        shown.append(
            f'<li>{said}<b>{safe(approach.name)}</b> <span class="badge">{_kind(approach)}</span> {meant}</li>'
        )
    return f'<ul class="understood">{"".join(shown)}</ul>'


def _kind(approach: Approach) -> str:
    if approach.kind == "paper":
        return "paper, " + ("PDF here" if approach.pdfs else "digest only")
    return f"{approach.kind}, {counted(len(approach.papers), 'paper')}, PDFs of {approach.pdfs}"


def _called(target: str, catalogue: Catalogue) -> str:
    kind, _, name = target.partition(":")
    if kind == "category" and name in catalogue.taxonomy:
        papers = len(catalogue.papers_of(catalogue.taxonomy[name]))
        return f"the category {catalogue.taxonomy[name].name} ({counted(papers, 'paper')})"
    if kind == "paper" and name in catalogue.by_id:
        paper = catalogue.by_id[name]
        return f"the paper {paper.label} ({paper.year})" if paper.year else f"the paper {paper.label}"
    return name


# --- the table ---


def table(
    made: Comparison, catalogue: Catalogue, aspects: Sequence[str] = (), *, own_tab: bool = False
) -> str:
    """The table alone, in a box that scrolls sideways."""
    heads = "".join(f'<th scope="col">{_head(a)}</th>' for a in made.approaches)
    rows = []
    for row in made.rows:
        cells = "".join(
            _cell(cell, approach, catalogue)
            for cell, approach in zip(row.cells, made.approaches, strict=True)
        )
        away = _away(row.aspect, made, aspects) if own_tab and row.kind == "own" else ""
        what = {"own": "<small>your row</small>", "question": "<small>your question</small>"}.get(
            row.kind, ""
        )
        rows.append(f'<tr class="{row.kind}"><th scope="row">{safe(row.aspect)}{what}{away}</th>{cells}</tr>')
    return (
        f'<div class="table-box" tabindex="0" role="region" aria-label="Comparison, scrolls sideways">'
        f'<table class="cells sides-{len(made.approaches)}"><thead><tr><th scope="col">Aspect</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _head(approach: Approach) -> str:
    to = (
        f'<a class="plain" href="{safe(paper_link(approach.papers[0]))}">about</a>'
        if approach.kind == "paper"
        else ""
    )
    summary = (
        f'<a class="plain" href="{safe(summarise_link(approach.target))}">summarise</a>'
        if approach.kind != "set"
        else ""
    )
    return f'{safe(approach.name)}<span class="acts-small">{summary}{to}</span>'


def _away(aspect: str, made: Comparison, aspects: Sequence[str]) -> str:
    left = [one for one in aspects if one.lstrip("+ ") != aspect]
    link = compare_link([a.target for a in made.approaches], left, made.question)
    return f' <a class="away" href="{safe(link)}" aria-label="Take the row {safe(aspect)} away">×</a>'


def _cell(cell: Cell, approach: Approach, catalogue: Catalogue) -> str:
    if cell.status == "not stated":
        return '<td class="cell none"><span class="not-stated">not stated</span></td>'
    flag = '<span class="flag">sources disagree</span> ' if cell.status == "conflict" else ""
    note = f'<p class="cell-note">{safe(cell.note)}</p>' if cell.note else ""
    several = approach.kind != "paper"
    sources = _sources(cell, catalogue, several=several)
    stated = STATED.match(cell.text) if several else None
    if stated:
        body, sources = _each(stated[0], cell, catalogue), ""
    elif cell.counts:
        body = _counts(cell, approach, catalogue)
    else:
        body = _text(cell)
    return (
        f'<td class="cell {cell.status.replace(" ", "-")} by-{cell.wording}">{flag}{body}{note}'
        f"{sources}{_silent(cell, catalogue)}</td>"
    )


def _each(head: str, cell: Cell, catalogue: Catalogue) -> str:
    """What each paper says, one line a paper: a few, and the others to be opened."""
    first: dict[str, Quote] = {}
    for source in cell.sources:
        first.setdefault(source.paper, source)
    lines = []
    for source in first.values():
        quote = " ".join(source.quote.split())
        short = quote if len(quote) <= EACH else f"{quote[: quote.rfind(' ', 0, EACH)]} …"
        words = (
            f'<span class="words-of-paper">“{safe(short)}”</span>' if source.source == "pdf" else safe(short)
        )
        label = safe(_label(source.paper, catalogue))
        lines.append(f"<li><b>{label}</b> {words} {_source(source, catalogue, short, several=False)}</li>")
    rest = lines[SHOWN:]
    more = (
        f'<details class="more-counts"><summary class="all">{len(rest)} more</summary><ul class="each">{"".join(rest)}</ul></details>'
        if rest
        else ""
    )
    return f'<p>{safe(head)}</p><ul class="each">{"".join(lines[:SHOWN])}</ul>{more}'


def _text(cell: Cell) -> str:
    serif = ' class="words-of-paper"' if cell.text.startswith("“") else ""
    if len(cell.text) <= LONG:
        return f"<p{serif}>{safe(cell.text)}</p>"
    cut = cell.text.rfind(" ", 0, LONG)
    return (
        f'<details class="long"><summary><p{serif}>{safe(cell.text[:cut])} <span class="all">… more</span></p></summary>'
        f"<p{serif}>{safe(cell.text)}</p></details>"
    )


def _counts(cell: Cell, approach: Approach, catalogue: Catalogue) -> str:
    total = len(approach.papers) or 1
    items = []
    for count in cell.counts:
        papers = ", ".join(_label(paper, catalogue) for paper in count.papers)
        share = 100 * len(count.papers) / total
        items.append(
            f'<li><details><summary><span class="of">{len(count.papers)} of {total}</span>'
            f'<span class="bar" style="--share:{share:.0f}%"></span><span class="value">{safe(count.value)}</span></summary>'
            f'<p class="who-all">{safe(papers)}</p></details></li>'
        )
    first, rest = "".join(items[:COUNTS]), items[COUNTS:]
    more = (
        f'<details class="more-counts"><summary class="all">{len(rest)} more</summary><ul class="counts-of">{"".join(rest)}</ul></details>'
        if rest
        else ""
    )
    return f'<ul class="counts-of">{first}</ul>{more}'


def _silent(cell: Cell, catalogue: Catalogue) -> str:
    if not cell.silent:
        return ""
    papers = ", ".join(_label(paper, catalogue) for paper in cell.silent)
    return f'<details class="silent"><summary>not stated for {len(cell.silent)}</summary><p class="who-all">{safe(papers)}</p></details>'


def _sources(cell: Cell, catalogue: Catalogue, *, several: bool) -> str:
    buttons = [_source(source, catalogue, cell.text, several=several) for source in cell.sources]
    if not buttons:
        return ""
    most = 0 if several and len(buttons) > SHOWN else SHOWN
    first, rest = "".join(buttons[:most]), buttons[most:]
    said = f"+{len(rest)}" if first else counted(len(rest), "source")
    more = (
        f'<details class="more-sources"><summary>{said}</summary><span>{"".join(rest)}</span></details>'
        if rest
        else ""
    )
    return f'<div class="from">{first}{more}</div>'


def _source(source: Quote, catalogue: Catalogue, shown: str, *, several: bool) -> str:
    """A source as a button; its note repeats no words that are shown beside it."""
    label = _label(source.paper, catalogue)
    where = f"PDF p. {source.page_label or source.page}" if source.source == "pdf" else WORDS[source.source]
    opens = opening_of(
        source.source,
        source.paper,
        label,
        source.page,
        source.spans,
        source.quote,
    )
    quote = " ".join(source.quote.split())
    tip = f"{label}, {WHOSE[source.source]}"
    if source.source == "pdf" and quote not in " ".join(shown.split()):  # of others the script has the quote
        tip += f": “{quote[:TIP]}{'…' if len(quote) > TIP else ''}”"
    return (
        f'<button type="button" class="src {source.source}" data-tip="{safe(tip)}" {opens}>'
        f"{safe(f'{label} ' if several else '')}{safe(where)}</button>"
    )


def _label(paper: str, catalogue: Catalogue) -> str:
    return catalogue.by_id[paper].label if paper in catalogue.by_id else paper


def _key() -> str:
    return (
        '<p class="key"><span class="src pdf">PDF</span> the paper\'s own words, on that page '
        '<span class="src digest">digest</span> our note on it '
        '<span class="src table">survey table</span> what the survey states '
        '<span class="flag">sources disagree</span> both are shown '
        '<span class="not-stated">not stated</span> nothing was found</p>'
    )


# --- below the table ---


def _prose(turn: Turn, made: Comparison) -> str:
    if not made.summary and made.complete:
        return ""
    items = "".join(f"<li>{claim(said, turn)}</li>" for said in made.summary)
    going = (
        ""
        if made.complete
        else '<p class="waiting" role="status">Writing what they share and how they differ<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span></p>'
    )
    return (
        f'<section class="answer in-short"><h3>In short</h3><ul class="claims">{items}</ul>{going}</section>'
    )


def _placement(made: Comparison, catalogue: Catalogue) -> str:
    taxonomy = catalogue.taxonomy

    def chips(slugs: Sequence[str]) -> str:
        return (
            "".join(chip(slug, taxonomy) for slug in slugs if slug in taxonomy)
            or '<span class="not-stated">nowhere</span>'
        )

    columns = [("Shared", made.placement.shared)]
    columns += [
        (f"Only {approach.name}", slugs)
        for approach, slugs in zip(made.approaches, made.placement.distinct, strict=False)
    ]
    cells = "".join(f"<div><dt>{safe(name)}</dt><dd>{chips(slugs)}</dd></div>" for name, slugs in columns)
    return f'<section class="placed"><h3>In the taxonomy</h3><dl>{cells}</dl></section>'


def _notes(made: Comparison) -> list[str]:
    own = {approach.note for approach in made.approaches}
    notes = [note for note in made.notes if note not in own]
    return [*(approach.note for approach in made.approaches if approach.note), *notes]


def _foot(turn: Turn, made: Comparison, link: str, *, own_tab: bool) -> str:
    model = made.model[5:].strip("() ") if made.model.startswith("none") else made.model
    parts = [model, f"table in {made.table_seconds:.1f} s"]
    if made.complete:
        parts.append(f"all in {made.seconds:.1f} s")
    parts.append(f"index {made.generation}")
    said = "".join(f"<span>{safe(part)}</span>" for part in parts)
    if not made.complete:
        halt = '<button type="button" class="plain" data-halt="compare">Stop</button>' if own_tab else ""
        return f'<div class="meta">{said}<span class="acts">{halt}</span></div>'
    again = (
        f'<button type="button" class="plain" data-copy-link="{safe(link)}">Copy link</button>'
        if own_tab
        else f'<a class="plain" href="{safe(link)}">Open in Compare</a>'
    )
    return f'<div class="meta">{said}<span class="acts">{again}{export_menu(turn.kept, made)}</span></div>'
