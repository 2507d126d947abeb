"""One cell: the paper's own words where they are found, else the survey's table, else the digest, each labelled.

A digest's short phrase is the better text to read, so it is shown where the paper's quote carries it by the
check that answers pass (`assistant.support`); the quote stays the first source. Where the quote does not carry
it, the quote itself is shown if it states the aspect plainly, else the table's or the digest's words as theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.aspects.stating import found, quoted
from assistant.aspects.vocabulary import stated_of
from assistant.comparison.comparison import NOT_STATED, Cell
from assistant.comparison.conflicts import code_cell, setting_cell
from assistant.support.program import compare

if TYPE_CHECKING:
    from assistant.answer import Quote
    from assistant.aspects.sentences import Material
    from assistant.aspects.standard import Aspect


def paper_cell(aspect: Aspect, material: Material) -> Cell:
    """The cell of one paper."""
    if aspect.key == "setting":
        return setting_cell(aspect, material)
    if aspect.key == "code":
        return code_cell(aspect, material)
    notes = stated_of(aspect, material.paper)
    digest = next((s for s in notes if s.source == "digest"), None)
    expected = digest.quote if digest and aspect.digest else None
    best = found(aspect, material, expected)
    quotes = [material.source(item.said) for item in best]
    if quotes and digest and expected:
        known = (material.paper.title, *material.names)
        if compare(expected, " ".join(quote.quote for quote in quotes), known).support != "unsupported":
            return Cell(expected, "stated", (*quotes, *notes), "digest", checked=True)
    if quotes and (best[0].strong or not notes):
        return Cell(quoted(quotes[0].quote), "stated", (*quotes, *notes), "pdf", checked=True)
    if notes:
        return _from_notes(notes, quotes)
    return Cell(NOT_STATED, "not stated")


def _from_notes(notes: list[Quote], quotes: list[Quote]) -> Cell:
    """The table's and the digest's words, as theirs; a quote that comes near is kept behind them."""
    first = notes[0]
    text = first.quote
    wording = first.source
    if len(notes) > 1:
        table, digest = notes
        text, wording = f"{digest.quote} (digest); {table.quote} (the survey's table)", "digest"
    note = "The quote comes near but does not carry the text." if quotes else ""
    return Cell(text, "stated", (*notes, *quotes), wording, note=note)


def quotes_of(aspect: Aspect, material: Material) -> list[Quote]:
    """The quotes a paper adds to the cell of its category or set."""
    if aspect.key in ("setting", "code"):
        return [source for source in paper_cell(aspect, material).sources if source.source == "pdf"]
    digest = next((s.quote for s in stated_of(aspect, material.paper) if s.source == "digest"), None)
    return [material.source(item.said) for item in found(aspect, material, digest)[:1] if item.strong]
