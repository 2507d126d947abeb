"""A document as a Word file (.docx)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from assistant.export.document import ended, numbers
from assistant.export.documents import named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.export.document import Document, Place, Said
    from corpus.catalogue import Catalogue


def word(document: Document, catalogue: Catalogue) -> bytes:
    """The document with headings, lists and tables of Word's own styles, and its numbered sources at the end."""
    from docx import Document as WordFile

    file = WordFile()
    file.core_properties.title = document.title[:255]
    file.core_properties.author = "Duality"
    file.core_properties.comments = document.made[:255]
    known = document.numbered()
    file.add_heading(document.title, 1)
    for part in document.parts:
        if part.heading:
            file.add_heading(part.heading, min(part.level, 9))
        if part.lead:
            file.add_paragraph().add_run(part.lead).italic = True
        if part.listed:
            for said in part.said:
                _put(file.add_paragraph(style="List Bullet"), said, known)
        elif part.said:
            paragraph = file.add_paragraph()
            for at, said in enumerate(part.said):
                _put(paragraph, said, known, before=" " if at else "")
        if part.rows:
            table = file.add_table(1, len(part.head), style="Table Grid")
            for cell, name in zip(table.rows[0].cells, part.head, strict=True):
                cell.paragraphs[0].add_run(name).bold = True
            for row in part.rows:
                for cell, said in zip(table.add_row().cells, row, strict=True):
                    _put(cell.paragraphs[0], said, known)
            file.add_paragraph()
    if known:
        file.add_heading("Sources", 2)
    for place, n in known.items():
        where = f", {place.where}" if place.where else ""
        quote = f": “{place.quote}”" if place.quote else ""
        file.add_paragraph(f"[{n}] {named(place.paper, catalogue)}{where}{quote}")
    if document.notes:
        file.add_heading("Notes", 2)
    for note in document.notes:
        file.add_paragraph(note, style="List Bullet")
    file.add_paragraph().add_run(document.made).italic = True
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _put(paragraph: Any, said: Said, known: Mapping[Place, int], before: str = "") -> None:
    """A sentence, its numbers before its stop, and what must be told of it in italics."""
    marks = numbers(known[place] for place in said.places)
    body, stop = ended(said.text) if marks else (said.text, "")
    run = paragraph.add_run(f"{before}{body}{f' {marks}' if marks else ''}{stop}")
    run.bold = said.strong or None
    if said.told:
        paragraph.add_run(f" ({said.told})").italic = True
