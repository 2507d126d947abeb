"""What was read of a PDF, for programs and, as Markdown, for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from corpus.flows import Span, Told, flows
from corpus.parts import parts
from corpus.references import Cited
from corpus.tables import tables, tables_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from corpus.document import Block, Document, Page
    from corpus.glyphs import Edges
    from corpus.paper import Paper
    from corpus.tables import Table

UNREAD = ("head", "foot", "page number", "stamp", "line number")  # what people do not read a page for


Where = Callable[[tuple[Span, ...]], list[dict[str, Any]]]


def told(document: Document) -> Iterator[tuple[str, str, str, tuple[Span, ...]]]:
    """Every sentence, flow by flow: its text, its flow's kind and section, and where it stands."""
    for flow in flows(document):
        text = Told(document, flow)
        for start, end in text.sentences():
            yield text.text[start:end], flow.kind, flow.section, text.located(start, end)


def as_json(
    document: Document, file: str, places: Where, page: int | None = None, papers: Iterable[Paper] = ()
) -> dict[str, Any]:
    """The document as plain values (docs/json.md, `duality read`).

    Args:
        document: What was read.
        file: The name under which it is shown.
        places: The pages and boxes of some spans, as values for "places".
        page: Only what stands on this physical page, from 1.
        papers: Those to which entries of the list of references are matched.
    """
    cited = Cited(papers)
    numbered = [part for part in parts(document) if page in (None, part.page)]
    pages = [p for p in document.pages if page in (None, p.number)]
    return {
        "file": file,
        "title": document.title,
        "authors": document.authors,
        "pages": [
            {
                "number": p.number,
                "label": p.label,
                "blocks": [{"kind": b.kind, "text": p.text_of(b), "box": _edges(b.box)} for b in p.blocks],
            }
            for p in pages
        ],
        "sentences": [
            {"text": text, "kind": kind, "section": section, "places": places(spans)}
            for text, kind, section, spans in told(document)
            if page is None or any(span.page == page for span in spans)
        ],
        "tables": [table_json(table) for table in tables(document) if page in (None, table.page)],
        "figures": [
            {"number": part.number, "page": part.page, "caption": part.text, "box": _edges(part.box)}
            for part in numbered
            if part.kind == "figure"
        ],
        "footnotes": [
            {"page": p.number, "text": p.text_of(b)} for p in pages for b in p.blocks if b.kind == "footnote"
        ],
        "references": [
            {"label": part.number, "text": part.text, "paper_id": cited.paper(part.text)}
            for part in numbered
            if part.kind == "reference"
        ],
    }


def places_in(document: Document, lines: Callable[[int, int, int], Sequence[Edges]]) -> Where:
    """Says for spans of the document on which pages they stand, and in which boxes.

    Args:
        document: What was read.
        lines: The boxes of pdfium's characters on a page: page, first, one past the last.
    """

    def places(spans: tuple[Span, ...]) -> list[dict[str, Any]]:
        found: dict[int, list[list[float]]] = {}
        for span in spans:
            page = document.pages[span.page - 1]
            block = next((b for b in page.blocks if span.mark and b.start == span.start), None)
            if block is not None:
                boxes: Sequence[Edges] = [block.box]
            elif page.by_ocr:
                boxes = page.boxes(span.start, span.end)
            else:
                boxes = lines(span.page, *page.raw_span(span.start, span.end))
            found.setdefault(span.page, []).extend(_edges(box) for box in boxes)
        return [{"page": number, "boxes": boxes} for number, boxes in found.items()]

    return places


def _edges(box: Edges) -> list[float]:
    return [round(edge, 1) for edge in box]


def _caption(page: Page, block: Block) -> str:
    """The text of the caption of a figure or table; "" where it has none."""
    at = page.blocks.index(block)
    return next((page.text_of(b) for b in page.blocks if b.kind == "caption" and b.of == at), "")


def table_json(table: Table) -> dict[str, Any]:
    """One table of `duality read --json` and of the sources of an answer (docs/json.md)."""
    return {
        "number": table.number,
        "page": table.page,
        "caption": table.caption,
        "columns": [column.header for column in table.columns],
        "rows": [{"label": row.label, "cells": [cell.text for cell in row.cells]} for row in table.rows],
    }


def as_markdown(document: Document, page: int | None = None) -> str:
    """The document as Markdown: headings, paragraphs, lists, tables, and figures by their captions.

    Args:
        document: What was read.
        page: Only this physical page, from 1.
    """
    lines: list[str] = []
    for p in document.pages:
        if page not in (None, p.number):
            continue
        lines.append(f"<!-- page {p.label} -->")
        found = tables_of(p)
        told: set[int] = set()
        for block in p.blocks:
            inside = [
                i for i, table in enumerate(found) if block.kind == "table" and _meet(table.box, block.box)
            ]
            if not inside:
                lines += _markdown(p, block)
            lines += [_grid(_rows(found[i])) for i in inside if i not in told]
            told.update(inside)
    return "\n\n".join(lines) + "\n"


def _markdown(page: Page, block: Block) -> Iterator[str]:
    text = " ".join(page.text_of(block).split())
    if block.kind in UNREAD:
        return
    if block.kind == "title":
        yield f"# {text}"
    elif block.kind == "heading":
        yield f"## {text}"
    elif block.kind == "item":
        yield f"- {text.lstrip('•◦▪ ')}"
    elif block.kind == "caption":
        yield f"**{text}**"
    elif block.kind == "table":
        yield _grid([[page.text_of(cell) for cell in row] for row in block.rows])
    elif block.kind == "figure":
        yield f"*[{block.label or 'Figure'} {block.number}".rstrip() + "]*"
    elif block.kind == "formula":
        yield f"> {text}"
    elif block.kind in ("algorithm", "listing"):
        yield f"```\n{page.text_of(block)}\n```"
    elif block.kind == "footnote":
        yield f"<sub>{text}</sub>"
    else:
        yield text


def _meet(one: Edges, other: Edges) -> bool:
    """Whether two boxes have a part in common."""
    (a, b, c, d), (e, f, g, h) = one, other
    return min(c, g) > max(a, e) and min(d, h) > max(b, f)


def _rows(table: Table) -> list[list[str]]:
    """The headers and the rows with their labels."""
    head = [table.corner, *(column.header for column in table.columns)]
    return [head, *([row.label, *(cell.text for cell in row.cells)] for row in table.rows)]


def _grid(rows: Sequence[Sequence[str]]) -> str:
    wide = max((len(row) for row in rows), default=0)
    shown = [[cell.replace("|", "\\|") for cell in row] + [""] * (wide - len(row)) for row in rows]
    made = [f"| {' | '.join(row)} |" for row in shown]
    return "\n".join([*made[:1], "|" + " --- |" * wide, *made[1:]])
