"""A comparison to take away: Markdown, CSV, BibTeX of its papers, and a file that makes it again."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from corpus.bibtex import bibtex
from corpus.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assistant.answer import Citation, Claim, Quote
    from assistant.comparison.comparison import Cell, Comparison
    from corpus.catalogue import Catalogue

VERSION = 1
WHOSE = {"digest": "digest, this project's note", "table": "the survey's table"}
QUOTED = 3  # sources that a Markdown cell names; the list below the table has all that are quoted


class Recipe(BaseModel):
    """What makes a comparison again, as it stands in a file; its result stands there too, to look at.

    Attributes:
        approaches: Each in the form that names it without doubt.
        aspects: The rows asked for.
        question: The specific question, or "".
        model: The model's name.
        generation: The index it was made from.
    """

    model_config = ConfigDict(strict=True, frozen=True)

    format: Literal["duality-comparison"] = "duality-comparison"
    version: int = VERSION
    approaches: tuple[str, ...]
    aspects: tuple[str, ...] = ()
    question: str = ""
    model: str = ""
    generation: str = ""


def markdown(comparison: Comparison, catalogue: Catalogue) -> str:
    """The comparison as Markdown: table, quotes, sentences, taxonomy, sources, and what it was made from."""
    names = [_plain(approach.name) for approach in comparison.approaches]
    lines = [f"# {' vs '.join(names)}", ""]
    if comparison.question:
        lines += [f"*{_plain(comparison.question)}*", ""]
    lines += [
        f"- **{_plain(a.name)}** ({a.kind}): {_papers(a.papers, catalogue)}" for a in comparison.approaches
    ]
    notes: dict[str, int] = {}
    lines += ["", f"| Aspect | {' | '.join(names)} |", f"| --- |{' --- |' * len(names)}"]
    for row in comparison.rows:
        cells = [_cell(cell, catalogue, notes) for cell in row.cells]
        lines.append(f"| **{_plain(row.aspect)}** | {' | '.join(cells)} |")
    lines += _counted(comparison, catalogue)
    if comparison.summary:
        lines += [
            "",
            "## In short",
            "",
            " ".join(_claim(claim, notes, catalogue) for claim in comparison.summary),
        ]
    lines += ["", "## In the taxonomy", ""]
    taxonomy = catalogue.taxonomy
    shared = [taxonomy.path_name(slug) for slug in comparison.placement.shared]
    lines.append(f"- Shared: {'; '.join(shared) or 'nothing'}")
    for name, slugs in zip(names, comparison.placement.distinct, strict=True):
        lines.append(f"- Only {name}: {'; '.join(taxonomy.path_name(slug) for slug in slugs) or 'nothing'}")
    if notes:
        lines += ["", "## Sources", ""]
        lines += [f"{n}. {text}" for text, n in notes.items()]
    if comparison.notes:
        lines += ["", "## Notes", "", *(f"- {_plain(note)}" for note in comparison.notes)]
    lines += ["", f"Index {comparison.generation}; {comparison.model}.", ""]
    return "\n".join(lines)


def _cell(cell: Cell, catalogue: Catalogue, notes: dict[str, int]) -> str:
    if cell.status == "not stated":
        return "*not stated*"
    marks = "".join(f"[{_note(source, catalogue, notes)}]" for source in cell.sources[:QUOTED])
    more = f" +{len(cell.sources) - QUOTED}" if len(cell.sources) > QUOTED else ""
    flag = f"**sources disagree:** {_plain(cell.note)} " if cell.status == "conflict" else ""
    whose = (
        f" ({WHOSE[cell.wording]})"
        if cell.wording in WHOSE and not cell.checked and "(digest)" not in cell.text
        else ""
    )
    return f"{flag}{_plain(cell.text)}{whose} {marks}{more}"


def _counted(comparison: Comparison, catalogue: Catalogue) -> list[str]:
    """Which papers each count of a category's or set's cell stands for."""
    lines = []
    for row in comparison.rows:
        for approach, cell in zip(comparison.approaches, row.cells, strict=True):
            groups = [(count.value, count.papers) for count in cell.counts]
            groups += [("not stated", cell.silent)] if cell.counts and cell.silent else []
            for value, papers in groups:
                who = ", ".join(_plain(_label(paper, catalogue)) for paper in papers)
                lines.append(
                    f"- {_plain(row.aspect)}, {_plain(approach.name)}: **{_plain(value)}** ({len(papers)}): {who}"
                )
    return ["", "## Which papers are counted", "", *lines] if lines else []


def _note(source: Quote | Citation, catalogue: Catalogue, notes: dict[str, int]) -> int:
    where = f"p. {source.page_label or source.page}" if source.source == "pdf" else WHOSE[source.source]
    text = f"{_plain(_label(source.paper, catalogue))}, {where}: “{_plain(source.quote)}”"
    return notes.setdefault(text, len(notes) + 1)


def _claim(claim: Claim, notes: dict[str, int], catalogue: Catalogue) -> str:
    marks = ""
    for citation in claim.citations:
        marks += f"[{_note(citation, catalogue, notes)}]"
    return f"{_plain(claim.text)} {marks}".strip()


def _papers(papers: Sequence[str], catalogue: Catalogue) -> str:
    shown = [_title(paper, catalogue) for paper in papers[:3]]
    return "; ".join(shown) + (f"; and {len(papers) - 3} more" if len(papers) > 3 else "")


def _title(paper: str, catalogue: Catalogue) -> str:
    found = catalogue.by_id.get(paper)
    return _plain(
        f"{found.title} ({found.year})" if found and found.year else found.title if found else paper
    )


def _label(paper: str, catalogue: Catalogue) -> str:
    found = catalogue.by_id.get(paper)
    return found.label if found else paper


def _plain(text: str) -> str:
    """Text on one line in which Markdown's and HTML's signs are letters; papers' words are data."""
    text = " ".join(text.split())
    for sign in "\\`*_[]<>|#":
        text = text.replace(sign, f"\\{sign}")
    return text


def as_csv(comparison: Comparison) -> str:
    """One line a source: aspect, approach, text, status, wording, paper, source, page, quote."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["aspect", "approach", "text", "status", "wording", "note", "paper_id", "source", "page", "quote"]
    )
    for row in comparison.rows:
        for approach, cell in zip(comparison.approaches, row.cells, strict=True):
            head = [row.aspect, approach.name, cell.text, cell.status, cell.wording, cell.note]
            for source in cell.sources or (None,):
                tail = [source.paper, source.source, source.page or "", source.quote] if source else [""] * 4
                writer.writerow([_safe(value) for value in (*head, *tail)])
    return out.getvalue()


def _safe(value: Any) -> str:
    """A field that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def as_bibtex(comparison: Comparison, catalogue: Catalogue) -> str:
    """The BibTeX entries of every paper compared."""
    known = (catalogue.by_id[paper] for paper in comparison.papers if paper in catalogue.by_id)
    return "\n".join(bibtex(paper) for paper in known)


def recipe(comparison: Comparison, aspects: Sequence[str] = (), model: str = "") -> str:
    """The JSON file that makes the comparison again; it holds its result too, to look at."""
    made = Recipe(
        approaches=tuple(approach.target for approach in comparison.approaches),
        aspects=tuple(aspects),
        question=comparison.question,
        model=model,
        generation=comparison.generation,
    )
    return json.dumps({**made.model_dump(), "result": comparison.to_json()}, ensure_ascii=False, indent=2)


def read_recipe(path: Path) -> Recipe:
    """What a file made by `recipe` says.

    Raises:
        WrongUse: The file is not such a file.
    """
    try:
        read = Recipe.model_validate_json(path.read_text("utf-8"))
        if "format" not in read.model_fields_set:
            raise ValueError(path)  # noqa: TRY301 - as any other file
    except (OSError, ValueError) as error:
        raise WrongUse(
            f"{path} is no comparison of Duality: it is written by `duality compare A B --save FILE`."
        ) from error
    if read.version != VERSION:
        raise WrongUse(f"{path} was written by another version of Duality ({read.version!r}).")
    return read
