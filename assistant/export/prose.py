"""A document as Markdown, as plain text, and as a paragraph of related work."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.export.document import NEAREST, NOT_SUPPORTED, ended, numbers, one_line
from assistant.export.documents import named
from assistant.export.latex import escaped, key
from assistant.tables.markdown import markdown as table_markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assistant.export.document import Document, Place, Said
    from corpus.catalogue import Catalogue

# What Markdown and HTML take for signs wherever it stands
_SIGNS = re.compile(r"([\\`*_\[\]<>|#])")


def markdown(document: Document, catalogue: Catalogue) -> str:
    """The document as Markdown; what papers, models and users wrote is text in it, never markup."""
    known = document.numbered()
    lines = [f"# {plain(document.title)}", ""]
    for part in document.parts:
        if part.heading:
            lines += [f"{'#' * part.level} {plain(part.heading)}", ""]
        if part.lead:
            lines += [f"*{plain(part.lead)}*", ""]
        if part.said:
            sentences = [_marked(said, known, plain) for said in part.said]
            lines += [*(f"- {one}" for one in sentences), ""] if part.listed else [" ".join(sentences), ""]
        if part.rows:
            rows = [[_marked(cell, known, plain) for cell in row] for row in part.rows]
            head = [plain(name) for name in part.head]
            lines += [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
            lines.append("")
    if known:
        lines += ["## Sources", ""]
        for place, n in known.items():
            lines.append(f"{n}. {plain(_source(place, catalogue))}")
            if place.table:
                shown = table_markdown(place.table, place.cells, plain)
                lines += [
                    "",
                    f"   {plain(place.table.caption)}",
                    "",
                    *(f"   {row}" for row in shown.splitlines()),
                    "",
                ]
        lines.append("")
    if document.notes:
        lines += ["## Notes", "", *(f"- {plain(note)}" for note in document.notes), ""]
    return "\n".join([*lines, f"*{plain(document.made)}*", ""])


def text(document: Document, catalogue: Catalogue) -> str:
    """The document as plain text with its numbered sources."""
    known = document.numbered()
    lines = [document.title, ""]
    for part in document.parts:
        lines += [part.heading, ""] if part.heading else []
        lines += [part.lead, ""] if part.lead else []
        sentences = [_marked(said, known, one_line) for said in part.said]
        if sentences:
            lines += [*(f"- {one}" for one in sentences), ""] if part.listed else [" ".join(sentences), ""]
        for row in part.rows:
            first, *others = (_marked(cell, known, one_line) for cell in row)
            lines += [
                first,
                *(f"  {name}: {cell}" for name, cell in zip(part.head[1:], others, strict=True) if cell),
                "",
            ]
    if known:
        lines += ["Sources", "", *(f"[{n}] {_source(place, catalogue)}" for place, n in known.items()), ""]
    lines += [f"Note: {note}" for note in document.notes]
    return "\n".join([*lines, document.made, ""])


def related_work(document: Document, catalogue: Catalogue, *, cite: bool = False) -> str:
    r"""What the papers carry, as a paragraph with (Author, Year) behind each sentence, or with LaTeX's \cite.

    Sentences that nothing carries, that were not judged, and that cite nothing are left out. Where there is but a table, its papers are named.
    """

    def of(papers: Sequence[str]) -> str:
        return (
            f"~\\cite{{{','.join(map(key, papers))}}}"
            if cite
            else f" ({'; '.join(_author_year(paper, catalogue) for paper in papers)})"
        )

    shown = escaped if cite else str
    told = []
    for said in (said for part in document.parts for said in part.said):
        papers = list(dict.fromkeys(place.paper for place in said.places))
        if papers and said.carried and said.told not in (NOT_SUPPORTED["same words"], NEAREST):
            body, stop = ended(said.text)
            told.append(f"{shown(body)}{of(papers)}{stop or '.'}")
    if told:
        return " ".join(told)
    if document.parts and any(said.told == NEAREST for said in document.parts[0].said):
        return ""
    named_ones = [catalogue.by_id[paper] for paper in document.papers if paper in catalogue.by_id]
    return ", ".join(f"{shown(one_line(paper.label))}{of([paper.id])}" for paper in named_ones)


def _author_year(paper: str, catalogue: Catalogue) -> str:
    found = catalogue.by_id.get(paper)
    if found is None:
        return paper
    last = [name.split()[-1] for name in found.authors if name.strip()]
    who = f"{last[0]} et al." if len(last) > 2 else " and ".join(last) if last else found.label
    return one_line(f"{who}, {found.year or 'n.d.'}")


def _marked(said: Said, known: Mapping[Place, int], shown: Callable[[str], str]) -> str:
    """The sentence with its numbers before its stop."""
    body, stop = ended(said.full)
    marks = numbers(known[place] for place in said.places)
    whole = f"{shown(body)} {marks}{stop}" if marks else shown(said.full)
    return f"**{whole}**" if said.strong and shown is plain else whole


def _source(place: Place, catalogue: Catalogue) -> str:
    title = named(place.paper, catalogue)
    if not place.where:
        return title
    return f"{title}, {place.where}: “{place.quote}”" if place.quote else f"{title}, {place.where}"


def plain(words: str) -> str:
    """Text on one line in which Markdown's and HTML's signs are letters."""
    return _SIGNS.sub(r"\\\1", one_line(words))
