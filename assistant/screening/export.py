"""A screening to take away: CSV, Markdown, BibTeX, RIS, and JSON that says how to make it again."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Final

from assistant.answer import place
from corpus.bibtex import bibtex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.screening.screening import Screening, Verdict
    from corpus.catalogue import Catalogue
    from corpus.paper import Paper

KINDS: Final = (".csv", ".md", ".bib", ".ris", ".json")
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet begins a formula


def written(made: Screening, kind: str, catalogue: Catalogue) -> str:
    """The screening in one of KINDS.

    Args:
        made: The screening.
        kind: The file's ending.
        catalogue: Names the papers.
    """
    fitting = [catalogue.by_id[paper] for paper in made.papers]
    if kind == ".csv":
        return _csv(made, catalogue)
    if kind == ".md":
        return "\n".join(_markdown(made, catalogue))
    if kind == ".bib":
        return "\n".join(bibtex(paper) for paper in fitting)
    if kind == ".ris":
        return "\n".join(map(ris, fitting))
    return json.dumps({"format": "duality-screening", **made.to_json()}, ensure_ascii=False, indent=1)


def ris(paper: Paper) -> str:
    """A paper as an RIS entry, as Zotero and EndNote read it."""
    fields = [
        ("TY", "CONF" if paper.venue else "GEN"),
        ("ID", paper.id),
        ("TI", paper.title),
        *(("AU", _inverted(name)) for name in paper.authors),
        ("PY", str(paper.year or "")),
        ("T2", paper.venue or ""),
        ("DO", paper.doi or ""),
        ("UR", paper.url or ""),
        ("AN", f"arXiv:{paper.arxiv}" if paper.arxiv else ""),
    ]
    return "\r\n".join([*(f"{tag}  - {value}" for tag, value in fields if value), "ER  - ", ""])


def _inverted(name: str) -> str:
    *first, last = name.split()
    return f"{last}, {' '.join(first)}" if first else last


def _csv(made: Screening, catalogue: Catalogue) -> str:
    """All verdicts, one a row; with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    out.write("\ufeff")
    table = csv.writer(out)
    table.writerow(["paper_id", "title", "year", "verdict", "by", "evidence", "where"])
    for verdict in made.verdicts:
        paper = catalogue.by_id[verdict.paper]
        said = " | ".join(" ".join(quote.quote.split()) for quote in verdict.quotes)
        row = [
            paper.id,
            paper.title,
            paper.year or "",
            verdict.word,
            verdict.by,
            said,
            " | ".join(_places(verdict)),
        ]
        table.writerow([safe_cell(str(cell)) for cell in row])
    return out.getvalue()


def safe_cell(cell: str) -> str:
    """Text in which no spreadsheet sees a formula."""
    return f"'{cell}" if cell.startswith(_RISKY) else cell


def _places(verdict: Verdict) -> Iterator[str]:
    for quote in verdict.quotes:
        yield place(quote.source, quote.page, quote.page_label)


def _markdown(made: Screening, catalogue: Catalogue) -> Iterator[str]:
    yield f"# {len(made.of('yes'))} of {len(made.verdicts)} papers: {_plain(made.criterion.words)}"
    yield ""
    yield "| Paper | Year | Verdict | Evidence |"
    yield "| --- | --- | --- | --- |"
    for word in ("yes", "unclear"):
        for verdict in made.of("yes" if word == "yes" else "unclear"):
            paper = catalogue.by_id[verdict.paper]
            said = "; ".join(
                f"“{_plain(' '.join(quote.quote.split()))}” ({where})"
                for quote, where in zip(verdict.quotes, _places(verdict), strict=True)
            )
            yield f"| {_plain(paper.label)} | {paper.year or ''} | {verdict.word} | {said} |"
    yield ""
    yield f"Not stated: {_named(made.of('not stated'), catalogue)}. Do not fit: {len(made.of('no'))}."


def _named(verdicts: tuple[Verdict, ...], catalogue: Catalogue) -> str:
    return ", ".join(_plain(catalogue.by_id[verdict.paper].label) for verdict in verdicts) or "none"


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "‹").replace("[", "\\[")
