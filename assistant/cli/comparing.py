"""`duality compare`: approaches side by side, each cell with its source."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.output_file import exporting, writable, write, write_export
from corpus.errors import WrongUse

if TYPE_CHECKING:
    from rich.text import Text

    from assistant.answer import Quote
    from assistant.comparison.comparison import Cell, Comparison

SHOWN_SOURCES = 2


@click.command()
@click.argument("approaches", nargs=-1)
@click.option(
    "--aspect", "aspects", multiple=True, help="A row: problem, approach, code, … or '+your own words'."
)
@click.option("--question", default="", help="A specific question; it gets the first row.")
@click.option("--model", help="extractive, embedded, provider:model, or a name at base_url.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/json.md).")
@click.option(
    "--format", "shape", type=click.Choice(["markdown", "csv", "bibtex"]), help="Print in this form."
)
@exporting
@click.option(
    "--save", type=click.Path(dir_okay=False, path_type=Path), help="Write a file that makes it again."
)
@click.option(
    "--from",
    "again",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Make the comparison of such a file again.",
)
@click.option("--no-prose", is_flag=True, help="The table alone.")
@click.pass_context
def compare(
    ctx: click.Context,
    approaches: tuple[str, ...],
    aspects: tuple[str, ...],
    question: str,
    model: str | None,
    as_json: bool,
    shape: str | None,
    out: Path | None,
    save: Path | None,
    again: Path | None,
    no_prose: bool,
) -> None:
    """Compare two to four approaches: papers, categories, sets of papers, or words for them.

    Every cell has its source: a quote with its page, else the survey's table, else our digest; "not stated" where
    nothing is found. Where a name is a paper's and a category's, write paper:NAME or category:NAME.

    \b
    Examples:
      duality compare eureka viper
      duality compare "paper:diffusion policy" decision-diffuser --aspect inputs --aspect "+number of demonstrations"
      duality compare "category:llm" "category:diffusion-policy" --export llm-or-diffusion.md
      duality compare "eureka, text2reward" "VLM rewards" --json
    """
    from assistant.workspace import Workspace

    if as_json and shape:
        raise WrongUse("Give --json or --format, not both.")
    writable(save)
    before = ""
    if again is not None:
        if approaches or aspects or question:
            raise WrongUse(
                "--from has its own approaches, aspects and question: give either the file or these."
            )
        from assistant.export.recipe import read_recipe

        recipe = read_recipe(again)
        approaches, aspects, question = recipe.approaches, recipe.aspects, recipe.question
        model = model or recipe.model or None
        before = recipe.generation
    with Workspace.open(ctx.obj) as workspace:
        chain = workspace.comparison(model)
        live = not (as_json or shape or out) and sys.stdout.isatty() and not no_prose
        done: Comparison | None = None
        shown_table, told = False, 0
        for done in chain.stream(approaches, aspects, question, prose=not no_prose):
            if live and chain.model.kind != "remote":
                if not shown_table:
                    _print_table(done)
                    shown_table = True
                for claim in done.summary[told:]:
                    click.echo(claim.marked)
                told = max(told, len(done.summary))
        assert done is not None  # noqa: S101 - a stream has one state at least
        if before and before != done.generation:
            click.echo(
                f"The index has changed since: the file was made from {before}, this from {done.generation}.",
                err=True,
            )
        if save is not None:
            from assistant.export import exported

            write(save, exported(done, "json", workspace.catalogue, aspects, model or ""))
        if out is not None:
            write_export(out, done, workspace.catalogue, aspects=aspects, model=model or "")
        elif as_json:
            click.echo(json.dumps(done.to_json(), ensure_ascii=False, indent=2))
        elif shape:
            from assistant.export import exported

            form = {"markdown": "md", "bibtex": "bib"}.get(shape, shape)
            click.echo(exported(done, form, workspace.catalogue).decode(), nl=False)
        else:
            _print(done, table=not shown_table, told=told)


def _print_table(done: Comparison) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_lines=True, header_style="bold")
    table.add_column("", style="bold", max_width=18)
    for approach in done.approaches:
        count = f"\n{len(approach.papers)} papers" if approach.kind != "paper" else ""
        table.add_column(Text(f"{approach.name}{count}"), ratio=1, overflow="fold")
    for row in done.rows:
        table.add_row(Text(row.aspect), *(_cell(cell) for cell in row.cells))
    Console(highlight=False).print(table)


def _cell(cell: Cell) -> Text:
    from rich.text import Text

    if cell.status == "not stated":
        return Text("not stated", style="dim italic")
    text = Text()
    if cell.status == "conflict":
        text.append("sources disagree: ", style="bold red")
    text.append(cell.text)
    if cell.wording == "counted":
        held = len({source.paper for source in cell.sources})
        text.append(f"\n{held} papers", style="dim")
        return text
    for source in cell.sources[:SHOWN_SOURCES]:
        text.append(f"\n{_where(source, cell)}", style="dim")
    return text


def _where(source: Quote, cell: Cell) -> str:
    from assistant.answer import place

    where = place(source.source, source.page, source.page_label)
    if source.source != "pdf":
        return where
    words = "" if source.quote[:40] in cell.text else f" “{' '.join(source.quote.split())[:110]}…”"
    return f"{where}{words}"


def _print(done: Comparison, *, table: bool, told: int) -> None:
    """What a terminal shows and has not shown yet."""
    from assistant.answer import place

    for approach in done.approaches:
        if approach.others:
            click.echo(f"{approach.asked} → {approach.name}; also {', '.join(approach.others)}", err=True)
    if table:
        _print_table(done)
    for claim in done.summary[told:]:
        click.echo(claim.marked)
    cited = {citation.n for claim in done.summary for citation in claim.citations}
    if cited:
        click.echo("\n" + click.style("Sources", bold=True))
    for source in done.sources:
        if source.n in cited:
            where = place(source.source, source.page, source.page_label)
            click.echo(f"  [{source.n}] {source.label}, {where}  {source.paper}")
    shared = ", ".join(done.placement.shared) or "no category"
    click.echo(f"\nIn the taxonomy they share {shared}.")
    for approach, slugs in zip(done.approaches, done.placement.distinct, strict=True):
        if slugs:
            click.echo(f"  only {approach.name}: {', '.join(slugs)}")
    for note in done.notes:
        click.echo(click.style(f"Note: {note}", dim=True), err=True)
    click.echo(
        click.style(
            f"{done.model}, table {done.table_seconds:.1f} s, all {done.seconds:.1f} s, index {done.generation}",
            dim=True,
        ),
        err=True,
    )
