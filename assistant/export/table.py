"""Tables as CSV that any spreadsheet opens: the mark of UTF-8 first, and no cell that is taken for a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from assistant.answer import place
from assistant.export.document import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from assistant.comparison.comparison import Comparison
    from assistant.screening.screening import Screening
    from corpus.catalogue import Catalogue

_RISKY: Final = ("=", "+", "-", "@")  # with which a spreadsheet begins a formula


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV.

    Args:
        head: The names of the columns.
        rows: The cells of each row; None is empty.
    """
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow([_safe(name) for name in head])
    writer.writerows([_safe("" if cell is None else str(cell)) for cell in row] for row in rows)
    return out.getvalue()


def _safe(cell: str) -> str:
    cell = one_line(cell)
    return f"'{cell}" if cell.startswith(_RISKY) else cell


def comparison_csv(comparison: Comparison) -> str:
    """One line a source."""
    head = ["aspect", "approach", "text", "status", "wording", "note", "paper_id", "source", "page", "quote"]
    return csv_text(head, _cells(comparison))


def _cells(comparison: Comparison) -> Iterator[Sequence[object]]:
    for row in comparison.rows:
        for approach, cell in zip(comparison.approaches, row.cells, strict=True):
            first = [row.aspect, approach.name, cell.text, cell.status, cell.wording, cell.note]
            for source in cell.sources or (None,):
                last = [source.paper, source.source, source.page, source.quote] if source else [""] * 4
                yield [*first, *last]


def screening_csv(made: Screening, catalogue: Catalogue) -> str:
    """All verdicts, one a line."""
    head = ["paper_id", "title", "year", "verdict", "by", "evidence", "where"]
    rows = []
    for verdict in made.verdicts:
        paper = catalogue.by_id[verdict.paper]
        quotes = " | ".join(one_line(quote.quote) for quote in verdict.quotes)
        where = " | ".join(place(quote.source, quote.page, quote.page_label) for quote in verdict.quotes)
        rows.append([paper.id, paper.title, paper.year, verdict.word, verdict.by, quotes, where])
    return csv_text(head, rows)
