"""`duality papers edit`: what is known of a paper of the user's own, corrected."""

from __future__ import annotations

import json

import click

from corpus.errors import WrongUse

EARLIEST, LATEST = 1950, 2100


@click.command()
@click.argument("paper", metavar="PAPER")
@click.option(
    "--category", "categories", multiple=True, help="File it here; may be repeated; replaces all it had."
)
@click.option("--title")
@click.option(
    "--author", "authors", multiple=True, metavar="NAME", help="May be repeated; replaces all it had."
)
@click.option("--year", type=click.IntRange(EARLIEST, LATEST))
@click.option("--short-name", metavar="NAME", help="What it is called in answers and lists.")
@click.option("--json", "as_json", is_flag=True, help="Print the paper as JSON.")
@click.pass_context
def edit(
    ctx: click.Context,
    paper: str,
    categories: tuple[str, ...],
    title: str | None,
    authors: tuple[str, ...],
    year: int | None,
    short_name: str | None,
    as_json: bool,
) -> None:
    """Correct a paper of your own, found by id, title or name.

    Categories that you give are no longer marked as proposed. The changes lie in overlay.json in Duality's folder,
    and outlive any rebuild. Papers of the survey's list cannot be edited.

    With --json, the fields of `duality papers --json`.
    """
    from assistant.adding import edit_papers
    from assistant.cli.listing import brief
    from assistant.workspace import Workspace

    with Workspace.open(ctx.obj) as workspace:
        catalogue = workspace.catalogue
        found = catalogue.paper(paper)
        if found.kind != "own":
            raise WrongUse(
                f"{found.label} ({found.id}) is a paper of the survey's list; only papers of your own can be edited."
            )
        slugs = list(dict.fromkeys(catalogue.category(name).slug for name in categories))
        texts = {"title": title, "short_name": short_name}
        for name, text in (*texts.items(), *(("author", author) for author in authors)):
            if text is not None and not text.strip():
                raise WrongUse(
                    f"The {name.replace('_', ' ')} is empty; leave the option out to keep what is there."
                )
        changes: dict[str, object] = {name: text.strip() for name, text in texts.items() if text is not None}
        if slugs:
            changes["categories"] = slugs
        if authors:
            changes["authors"] = [author.strip() for author in authors]
        if year is not None:
            changes["year"] = year
        if not changes:
            raise WrongUse(
                f"Nothing to change of {found.id}: give --category, --title, --author, --year or --short-name."
            )
        edit_papers(workspace, {found.id: changes})
        now = workspace.catalogue.by_id[found.id]
        if as_json:
            click.echo(json.dumps(brief(now), ensure_ascii=False, indent=2))
            return
        for name in changes:
            value = getattr(now, name)
            if name == "categories":
                value = [catalogue.taxonomy.path_name(slug) for slug in value]
            shown = "; ".join(value) if isinstance(value, (list, tuple)) else value
            click.echo(f"{found.id}: {name.replace('_', ' ')} is now {shown}")
