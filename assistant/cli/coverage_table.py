"""The coverage as `duality index status` shows it: a row a category, then why PDFs are missing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from assistant.coverage import Coverage, Holding, Missing
    from corpus.catalogue import Catalogue

NAME_WIDTH: Final = 52
NAMED: Final = 8
"""Papers named for one reason; the others are counted, and `--json` names all."""


def show(coverage: Coverage, catalogue: Catalogue) -> None:
    """Print the coverage; on a terminal too narrow for the reasons, they stand below only."""
    from shutil import get_terminal_size

    wide = get_terminal_size().columns >= 110 or not sys.stdout.isatty()
    click.echo(
        "\n" + _row("Category", "papers", "PDFs", "passages", "digest only", "missing" if wide else "")
    )
    for slug, held in coverage.by_category.items():
        name = "  " * slug.count("/") + catalogue.taxonomy[slug].name
        click.echo(_numbers(name, held, wide=wide))
    click.echo(_numbers("The whole list, with the survey", coverage.whole, wide=wide))
    for why, papers in _by_reason(coverage).items():
        names = ", ".join(catalogue.by_id[paper].label for paper, _ in papers[:NAMED])
        more = f" and {len(papers) - NAMED} more" if len(papers) > NAMED else ""
        click.echo(f"\n{why} ({len(papers)}): {names}{more}")
        if why == "not fetched yet":
            click.echo("  → `duality corpus fetch`")
            continue
        for paper, missing in papers[:NAMED]:
            said = f"  {paper}: {missing.note or why}"
            click.echo(f"{said.rstrip('.')} → {missing.remedy}" if missing.remedy else said)


def reasons(held: Holding) -> str:
    """Why PDFs of a category are missing: "102 not fetched yet, 2 no free PDF"."""
    return ", ".join(f"{number} {why}" for why, number in held.why.items())


def _by_reason(coverage: Coverage) -> dict[str, list[tuple[str, Missing]]]:
    found: dict[str, list[tuple[str, Missing]]] = {why: [] for why in coverage.whole.why}
    for paper, missing in coverage.missing.items():
        found.setdefault(missing.why, []).append((paper, missing))
    return found


def _numbers(name: str, held: Holding, *, wide: bool) -> str:
    why = reasons(held) if wide else ""
    return _row(name, f"{held.papers}", f"{held.pdfs}", f"{held.passages:,}", f"{held.digest_only}", why)


def _row(name: str, papers: str, pdfs: str, passages: str, digest_only: str, why: str) -> str:
    shown = name if len(name) <= NAME_WIDTH else name[: NAME_WIDTH - 1] + "…"
    return f"{shown:<{NAME_WIDTH}}{papers:>7}{pdfs:>6}{passages:>10}{digest_only:>13}  {why}".rstrip()
