"""The command `overview`: the whole corpus counted, as a table, CSV, JSON or a picture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.errors import WrongUse

if TYPE_CHECKING:
    from assistant.overview.counting import Wanted
    from corpus.catalogue import Catalogue


@click.command()
@click.option(
    "--rows", metavar="PROPERTY", help="What the rows are: branch, category, year, or one of `duality facts`."
)
@click.option("--columns", metavar="PROPERTY", help="What the columns are.")
@click.option("--years", is_flag=True, help="Papers by year and branch of the taxonomy (the default).")
@click.option("--category", metavar="CATEGORY", help="One category, year by year.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV: the numbers, then the papers of each cell.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/json.md).")
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Draw it to a file, as SVG.")
@click.option("--png", type=click.Path(dir_okay=False, path_type=Path), help="Draw it to a file, as PNG.")
@click.pass_context
def overview(
    ctx: click.Context,
    rows: str | None,
    columns: str | None,
    years: bool,
    category: str | None,
    as_csv: bool,
    as_json: bool,
    svg: Path | None,
    png: Path | None,
) -> None:
    """Count all papers by two properties; the empty cells are the gaps.

    \b
    Examples:
      duality overview --rows "base model" --columns "role of RL"
      duality overview --category reward-signal --png reward.png
      duality overview --rows algorithm --columns benchmark --csv > gaps.csv
    """
    from assistant.cli.listing import catalogue_of
    from assistant.cli.output_file import writable, write
    from assistant.overview import written
    from assistant.overview.counting import counted

    if as_csv and as_json:
        raise WrongUse("--csv and --json cannot both be printed: choose one.")
    writable(svg, png)
    catalogue = catalogue_of(ctx)
    table = counted(_wanted(rows, columns, category, catalogue, years=years), catalogue)
    if svg:
        write(svg, written.saved(table, "svg")[0])
    if png:
        write(png, written.saved(table, "png")[0])
    if as_json:
        click.echo(json.dumps(table.to_json(), ensure_ascii=False, indent=2))
    elif as_csv:
        click.echo(written.as_csv(table), nl=False)
    elif not (svg or png):
        for line in written.as_lines(table):
            click.echo(line)


def _wanted(
    rows: str | None, columns: str | None, category: str | None, catalogue: Catalogue, *, years: bool
) -> Wanted:
    from assistant.overview.counting import Wanted, grid

    if years + bool(category) + bool(rows or columns) > 1:
        raise WrongUse("Choose one: --years, --category, or --rows with --columns.")
    if category:
        return Wanted("timeline", catalogue.category(category).slug)
    if rows or columns:
        if not (rows and columns):
            raise WrongUse(
                f"--{'columns' if rows else 'rows'} is missing: a picture of two properties needs both."
            )
        return grid(rows, columns)
    return Wanted()
