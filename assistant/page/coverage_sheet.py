"""The coverage as HTML: what is held of each category, and why PDFs are missing, opened from the head's line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.page.render import safe

if TYPE_CHECKING:
    from assistant.coverage import Coverage, Holding, Missing
    from corpus.catalogue import Catalogue

TODO = {"not fetched yet": "`duality corpus fetch` brings them"}
COMMAND = re.compile(r"`([^`]+)`")


def sheet(summary: str, coverage: Coverage, catalogue: Catalogue) -> str:
    """The head's line of what is held, which opens a table of the categories.

    Args:
        summary: The line, as HTML.
        coverage: What is held.
        catalogue: Whose categories and papers.
    """
    rows = "".join(
        _row(catalogue.taxonomy[slug].name, held, slug.count("/"))
        for slug, held in coverage.by_category.items()
    )
    whole = _row("The whole list, with the survey", coverage.whole, 0, "whole")
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Category", "Papers", "PDFs", "Passages", "Digest only", "Missing PDFs"))  # fmt: skip
    return (
        f'<details class="coverage" data-keep="coverage"><summary><span class="held">{summary}</span> '
        '<span class="opens">Coverage</span></summary>'
        '<div class="coverage-sheet" tabindex="0" role="region" aria-label="Coverage">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}{whole}</tbody></table>{_reasons(coverage, catalogue)}"
        "</div></details>"
    )


def _row(name: str, held: Holding, depth: int, kind: str = "") -> str:
    why = ", ".join(f"{number} {reason}" for reason, number in held.why.items())
    share = 100 * held.pdfs / held.papers if held.papers else 0
    cells = "".join(f"<td>{number:,}</td>" for number in (held.passages, held.digest_only))
    return (
        f'<tr class="depth-{depth} {kind}"><th scope="row">{safe(name)}<small>{safe(why)}</small></th><td>{held.papers:,}</td>'
        f'<td><span class="share" style="--share:{share:.0f}%">{held.pdfs:,}</span></td>{cells}'
        f'<td class="why">{safe(why) or "–"}</td></tr>'
    )


def _reasons(coverage: Coverage, catalogue: Catalogue) -> str:
    """The papers behind each reason, with what to do about each."""
    shown = []
    for why in coverage.whole.why:
        papers = {
            paper: m for paper, m in coverage.missing.items() if m.why == why and paper in catalogue.by_id
        }
        names = f"<b>{len(papers):,} {safe(why)}</b>"
        if why in TODO:
            shown.append(f"<p>{names}: {_with_commands(TODO[why])}.</p>")
            continue
        lines = "".join(
            f"<li>{_missing(catalogue.by_id[paper].label, m)}</li>" for paper, m in papers.items()
        )
        shown.append(f"<p>{names}</p><ul>{lines}</ul>")
    return f'<div class="reasons">{"".join(shown)}</div>' if shown else ""


def _missing(label: str, missing: Missing) -> str:
    note = _with_commands(missing.note)
    if missing.note.startswith("https://"):
        address = safe(missing.note)
        note = f'<a href="{address}" target="_blank" rel="noopener noreferrer">{address}</a>'
    parts = [f"<b>{safe(label)}</b>", note, _with_commands(missing.remedy)]
    return " · ".join(part for part in parts if part)


def _with_commands(text: str) -> str:
    """Text in which what stands between backticks is a command to type."""
    pieces = COMMAND.split(text)
    return "".join(f"<code>{safe(p)}</code>" if at % 2 else safe(p) for at, p in enumerate(pieces))
