"""The overview as HTML: what to draw, the picture, its numbers as a table, and the papers behind a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.answer import place
from assistant.overview import drawing
from assistant.overview.counting import PROPERTIES, Wanted, counted, read
from assistant.page import render
from assistant.page.links import paper_link, summarise_link
from assistant.page.render import safe
from corpus.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.overview.counting import Reason, Table
    from corpus.catalogue import Catalogue

SHAPES: Final = (
    ("years", "Papers by year and branch"),
    ("grid", "Any two properties"),
    ("timeline", "A category, year by year"),
)
FORMS: Final = (("svg", "SVG"), ("png", "PNG"), ("csv", "CSV"))


def sheet(query: str, catalogue: Catalogue) -> tuple[str, str]:
    """The picture for what stands in the address, or why it cannot be drawn; and its numbers as a table."""
    try:
        wanted = read(query, catalogue)
    except WrongUse as error:
        return f'{_form(Wanted(), catalogue)}<p class="trouble" role="status">{safe(error)}</p>', ""
    table = counted(wanted, catalogue)
    said = {(row, column): _called(table, row, column) for row, column in table.cells}
    notes = "".join(f"<li>{safe(note)}</li>" for note in table.notes)
    saves = " ".join(
        f'<a class="plain" href="picture?{safe(wanted.query)}&amp;form={form}" download>{name}</a>'
        for form, name in FORMS
    )
    gaps = (
        f" {table.empty} dashed cells have no paper: the gaps."
        if wanted.shape == "grid" and table.empty
        else ""
    )
    picture = (
        f'<div class="drawn" data-here="{safe(f"#overview?{wanted.query}")}">{_form(wanted, catalogue)}'
        f'<h2>{safe(table.title)}</h2><p class="hint">Choose a cell to see its papers.{gaps}</p>'
        f'<div class="picture" role="group" aria-label="{safe(drawing.alternative(table))}">'
        f'{drawing.on_page(table, said)}</div><ul class="notes">{notes}</ul><p class="saves">Save as {saves}</p></div>'
    )
    return picture, _numbers(table, said)


def behind(query: str, cell: str, catalogue: Catalogue) -> str:
    """The papers of a cell, named "ROW,COLUMN": year, why they stand there, and what can be done with them."""
    try:
        table = counted(read(query, catalogue), catalogue)
        row, column = (int(part) for part in cell.split(","))
    except (WrongUse, ValueError):
        return ""
    ids = table.cells.get((row, column), ())
    if not ids:
        return ""
    compare = (
        '<button type="button" class="plain" data-compare-chosen>Compare the chosen (2 to 4)</button>'
        if len(ids) > 1
        else ""
    )
    lines = "".join(_paper(paper, table.why[row, column, paper], catalogue) for paper in ids)
    return (
        f'<section class="behind" aria-live="polite"><h3>{_called(table, row, column)}</h3><p class="acts">'
        f'<button type="button" class="plain" data-these="{safe(" ".join(ids))}">Ask about '
        f"{'this paper' if len(ids) == 1 else f'these {len(ids)} papers'}</button> {compare}</p><ul>{lines}</ul></section>"
    )


def _paper(paper: str, why: Iterable[Reason], catalogue: Catalogue) -> str:
    found = catalogue.by_id[paper]
    reasons = "; ".join(
        f"{'likely: ' if one.certainty == 'likely' else ''}“{safe(one.words)}” "
        f'<span class="where">{safe(_place(one.source))}</span>'
        if one.source != "list"
        else safe(one.words)
        for one in why
    )
    return (
        f'<li data-paper-of="{safe(paper)}"><label><input type="checkbox" value="{safe(paper)}"'
        f' aria-label="Choose {safe(found.label)} to compare"></label>'
        f'<div><a class="plain" href="{safe(paper_link(paper))}"><b>{safe(found.label)}</b></a> '
        f'({found.year or "no year"}) <a class="plain" href="{safe(summarise_link(f"paper:{paper}"))}">summarise</a>'
        f"<p>{reasons}</p></div></li>"
    )


def _place(source: str) -> str:
    """Where a fact's words stand; all but the title and the survey's table are the digest's."""
    if source in ("title", "venue", "notes"):
        return source
    return place("table" if source.partition(".")[0] == "table" else "digest", None, None)


def _called(table: Table, row: int, column: int) -> str:
    papers = render.counted(table.count(row, column), "paper")
    return safe(f"{table.rows[row]}, {table.columns[column]}: {papers}")


def _numbers(table: Table, said: dict[tuple[int, int], str]) -> str:
    head = "".join(f'<th scope="col">{safe(name)}</th>' for name in table.columns)
    rows = []
    for row, name in enumerate(table.rows):
        cells = "".join(
            f'<td><button type="button" class="plain" data-cell="{row},{column}" aria-label="{said[row, column]}">'
            f"{table.count(row, column)}</button></td>" if (row, column) in said else "<td>0</td>"
            for column in range(len(table.columns))
        )  # fmt: skip
        rows.append(f'<tr><th scope="row">{safe(name)}</th>{cells}</tr>')
    return (
        '<details class="numbers" data-keep="numbers"><summary class="all">The numbers as a table</summary>'
        '<div class="table-box" tabindex="0" role="region" aria-label="The numbers, scrolls sideways">'
        f"<table><caption>{safe(table.title)}</caption><thead><tr>"
        f'<th scope="col">{safe(table.row_is)}</th>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div></details>'
    )


def _form(wanted: Wanted, catalogue: Catalogue) -> str:
    picks = [_pick("shape", "Picture", SHAPES, wanted.shape)]
    if wanted.shape == "grid":
        for name, label, chosen, other in (
            ("rows", "Rows", wanted.rows, wanted.columns),
            ("columns", "Columns", wanted.columns, wanted.rows),
        ):
            choices = [(prop, words) for prop, words in PROPERTIES.items() if prop != other]
            picks.append(_pick(name, label, choices, chosen))
    if wanted.shape == "timeline":
        choices = [(slug, said) for said, slug in render.category_choices(catalogue)]
        picks.append(_pick("rows", "Category", choices, wanted.rows))
    return f'<form class="picks">{"".join(picks)}</form>'


def _pick(name: str, label: str, choices: Iterable[tuple[str, str]], chosen: str) -> str:
    options = "".join(
        f'<option value="{safe(value)}"{" selected" if value == chosen else ""}>{safe(said)}</option>'
        for value, said in choices
    )
    return f'<label>{label}<select name="{name}">{options}</select></label>'
