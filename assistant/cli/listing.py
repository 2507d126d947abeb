"""`duality papers` and `duality taxonomy`: what is in the catalogue, as tables or JSON."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.editing import edit
from corpus.catalogue import Catalogue, Paper
from corpus.errors import WrongUse

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from assistant.read_of import ReadOf

BADGES = {"curated": "curated", "survey": "survey", "own": "yours"}
_YEARS = re.compile(r"(?P<first>\d{4})?(?P<range>-)?(?P<last>\d{4})?")


def catalogue_of(ctx: click.Context) -> Catalogue:
    """The catalogue with the user's own papers, as this run of the command line sees it."""
    from assistant.workspace import Workspace

    with Workspace.open(ctx.obj) as workspace:
        return workspace.catalogue


class Papers(click.Group):
    """A group in which the name of a paper stands for `show` and that name."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's; what is no command is a paper to show."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["show", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=Papers, invoke_without_command=True)
@click.option("--category", help="Only papers of this category: its name, an alias, or the end of its slug.")
@click.option("--no-subcategories", is_flag=True, help="Leave out papers filed below the category.")
@click.option(
    "--year", metavar="YEAR", help="Only papers of a year or a range: 2023, 2021-2023, 2023-, -2020."
)
@click.option("--grep", metavar="REGEX", help="Only papers whose id, names, authors, venue or digest match.")
@click.option(
    "--where",
    metavar="CONDITIONS",
    help="Only papers whose facts fit, as in: setting=real and model=VLM and not year<2023.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def papers(
    ctx: click.Context,
    category: str | None,
    no_subcategories: bool,
    year: str | None,
    grep: str | None,
    where: str | None,
    as_json: bool,
) -> None:
    """List the papers, show one (`duality papers PAPER`), or edit one of your own.

    --where reads the facts of the papers (`duality facts` lists properties and values): NAME=VALUE, NAME!=VALUE and
    year<2023, joined by and, or, not and brackets. A paper that is only said to fit by the survey's table, or of which
    nothing is stated, is not listed; `duality screen` tells those too.

    Piped, a line is: id, year, name, title, and curated or yours, separated by tabs.

    With --json, a list of objects: id, label, title, authors, year, venue, arxiv, doi, openreview, url, pdf_url,
    short_name, aliases, kind (curated or own), categories (slugs, as the survey's list files the paper), proposed
    (those of a paper of your own that nobody has confirmed) and all_categories (joined with the survey's table).
    """
    if ctx.invoked_subcommand is not None:
        return
    catalogue = catalogue_of(ctx)
    chosen: Iterable[Paper] = catalogue.papers
    if category is not None:
        chosen = catalogue.papers_of(category, subcategories=not no_subcategories)
    elif no_subcategories:
        raise WrongUse("--no-subcategories needs a --category to leave subcategories out of.")
    first, last = years_of(year)
    wanted = _pattern(grep)
    criterion = _criterion(where, catalogue)
    found = [
        paper
        for paper in chosen
        if paper.kind != "survey"
        and criterion(paper)
        and (year is None or (paper.year is not None and first <= paper.year <= last))
        and (wanted is None or any(map(wanted.search, _searched(paper))))
    ]
    if as_json:
        _print_json([brief(paper) for paper in found])
    elif not found:
        click.echo("No paper matches; `duality papers` without options lists all.", err=True)
    elif not sys.stdout.isatty():
        for paper in found:
            click.echo(
                "\t".join((paper.id, str(paper.year or ""), paper.label, paper.title, BADGES[paper.kind]))
            )
    else:
        _print_table(found)


def _criterion(where: str | None, catalogue: Catalogue) -> Callable[[Paper], bool]:
    """Whether a paper fits what --where says."""
    if where is None:
        return lambda _paper: True
    from assistant.screening import where as written
    from assistant.screening.criterion import judged

    criterion = written.where(where, catalogue)
    return lambda paper: judged(criterion, paper).word == "yes"


@papers.command()
@click.argument("paper", metavar="PAPER")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--bibtex", "as_bibtex", is_flag=True, help="Print a BibTeX entry.")
@click.pass_context
def show(ctx: click.Context, paper: str, as_json: bool, as_bibtex: bool) -> None:
    """Show one paper, found by id, arXiv id, title, name or alias.

    Of an indexed PDF it also says what could not be read, what it cites of the papers here, and what cites it.

    With --json, one object: the fields of `duality papers --json` and notes, confidence, upstream_titles,
    table (null, or the survey's own row: framework, taxonomy_label, taxonomy_slugs, base_model, code_available,
    dataset, modules, setting, source_table, table_category, upstream_key), digest (null, or text, aspects,
    confidence and sources, each with kind and where), remarks (on how its PDF was read), cites and cited_by (ids).
    """
    from assistant.read_of import read_of
    from assistant.workspace import Workspace

    if as_json and as_bibtex:
        raise WrongUse("--json and --bibtex exclude each other; give one of them.")
    with Workspace.open(ctx.obj) as workspace:
        catalogue = workspace.catalogue
        found = catalogue.paper(paper)
        read = read_of(found, workspace)
    if as_bibtex:
        from corpus.bibtex import bibtex

        click.echo(bibtex(found), nl=False)
    elif as_json:
        told = {"remarks": read.remarks, "cites": read.citing.cites, "cited_by": read.citing.cited_by}
        _print_json({**brief(found), **asdict(found), **told})
    else:
        console = _console()
        for line in (*_described(found, catalogue), *_of_reading(read, catalogue)):
            console.print(line, soft_wrap=not console.is_terminal)


def _of_reading(read: "ReadOf", catalogue: Catalogue) -> Iterator["Text"]:
    """What is known of a paper from its PDF: how it was read, what it cites, what cites it."""
    from rich.text import Text

    def line(name: str, value: str) -> Iterator[Text]:
        if value:
            yield Text.assemble((f"{name}: ", "bold"), value)

    def named(ids: Iterable[str]) -> str:
        return "; ".join(f"{catalogue.by_id[i].label} ({i})" for i in ids if i in catalogue.by_id)

    yield from (Text.assemble(("Reading: ", "bold"), f"{remark}.") for remark in read.remarks)
    of = f" (of the {read.citing.entries} entries of its list)" if read.citing.entries else ""
    yield from line(f"Cites of the papers here{of}", named(read.citing.cites))
    yield from line("Cited by", named(read.citing.cited_by))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def taxonomy(ctx: click.Context, as_json: bool) -> None:
    """Show the categories as a tree, with how many papers each holds.

    The first number counts papers that the survey's list files there or below; the second, where it differs,
    counts those that its table files there too.

    With --json, a list of objects, parents before children: slug, name, path (names from the root), parent (slug
    or null), aliases, definition, modality (null, or model_type, input_modality, output_modality, primary_role,
    trade_off), papers_listed and papers (the two numbers), and papers_own (those of your own).
    """
    from rich.tree import Tree

    catalogue = catalogue_of(ctx)
    if as_json:
        _print_json(list(_categories(catalogue)))
        return
    branches: dict[str | None, Tree] = {None: Tree("Generative AI and reinforcement learning in robotics")}
    for category in _categories(catalogue):
        branches[category["slug"]] = branches[category["parent"]].add(_counted(category))
    _console().print(branches[None])


def _counted(category: dict[str, Any]) -> "Text":
    from rich.text import Text

    listed, joined = category["papers_listed"], category["papers"]
    count = f"{listed}" if listed == joined else f"{listed}, {joined} with the survey's table"
    if category["papers_own"]:
        count += f", {category['papers_own']} of yours"
    return Text.assemble(category["name"], "  ", (count, "cyan" if joined else "dim"))


def _categories(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    for root in catalogue.taxonomy.roots:
        for node in catalogue.taxonomy.subtree(root.slug):
            yield {
                "slug": node.slug,
                "name": node.name,
                "path": catalogue.taxonomy.path_name(node.slug),
                "parent": node.parent,
                "aliases": node.aliases,
                "definition": node.definition,
                "modality": asdict(node.modality) if node.modality else None,
                "papers_listed": _count(catalogue.papers_of(node, table=False)),
                "papers": _count(catalogue.papers_of(node)),
                "papers_own": sum(paper.kind == "own" for paper in catalogue.papers_of(node)),
            }


def _count(papers: Iterable[Paper]) -> int:
    """How many are of the survey's list; the user's own are counted apart."""
    return sum(paper.kind != "own" for paper in papers)


def brief(paper: Paper) -> dict[str, Any]:
    """A paper's fields of `duality papers --json`."""
    names = "id label title authors year venue arxiv doi openreview url pdf_url short_name aliases kind categories proposed"
    return {name: getattr(paper, name) for name in (*names.split(), "all_categories")}


def _described(paper: Paper, catalogue: Catalogue) -> Iterator["Text"]:
    """A paper line by line: bibliography, categories, digest, the survey's row."""
    from rich.text import Text

    def line(name: str, value: object, *, indent: str = "") -> Iterator[Text]:
        if value:
            yield Text.assemble(indent, (f"{_heading(name)}: ", "bold"), str(value))

    yield Text(paper.title, style="bold cyan")
    yield from line("id", paper.id)
    yield from line("kind", {"own": "yours", "survey": "the survey"}.get(paper.kind, paper.kind))
    yield from line("also called", "; ".join(name for name in paper.names if name != paper.title))
    yield from line("authors", ", ".join(paper.authors) or "not known")
    yield from line("year", paper.year)
    yield from line("venue", paper.venue)
    yield from line("arXiv", paper.arxiv)
    yield from line("DOI", paper.doi)
    yield from line("page", paper.url)
    yield from line("PDF", paper.pdf_url)
    for slug in paper.categories:
        name = "category, proposed" if slug in paper.proposed else "category"
        yield from line(name, catalogue.taxonomy.path_name(slug))
    for slug in paper.all_categories:
        if slug not in paper.categories:
            yield from line("category, in the survey's table", catalogue.taxonomy.path_name(slug))
    yield from line("note", paper.notes)
    if digest := paper.digest:
        yield Text("\nDigest (this project's own note, not the paper's words)", style="bold")
        yield Text(digest.text)
        for aspect, value in digest.aspects.items():
            yield from line(aspect, value, indent="  ")
    if row := paper.table:
        yield Text("\nThe survey's table (as it states, unchecked)", style="bold")
        for name in (
            "framework",
            "taxonomy_label",
            "base_model",
            "dataset",
            "modules",
            "setting",
            "code_available",
        ):
            yield from line(name, getattr(row, name), indent="  ")


def _heading(name: str) -> str:
    spaced = re.sub(r"\brl\b", "RL", name.replace("_", " "))
    return spaced[0].upper() + spaced[1:] if spaced[1:].islower() or " " in spaced else spaced


def _print_table(found: list[Paper]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Id", no_wrap=True, style="cyan")
    table.add_column("Year", no_wrap=True)
    table.add_column("Name", no_wrap=True, overflow="ellipsis", max_width=24)
    table.add_column("", no_wrap=True)
    table.add_column("Title")  # the one column that gives way on a narrow terminal
    for paper in found:
        table.add_row(
            paper.id,
            str(paper.year or ""),
            Text(paper.label),
            Text(BADGES[paper.kind], "dim" if paper.kind == "curated" else "green"),
            Text(paper.title, no_wrap=True, overflow="ellipsis"),
        )
    console = _console()
    console.print(table)
    console.print(f"{len(found)} paper{'s' * (len(found) != 1)}")


def _console() -> "Console":
    from rich.console import Console

    return Console(highlight=False)


def _print_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _searched(paper: Paper) -> Iterator[str]:
    yield from (paper.id, *paper.names, *paper.authors, paper.venue or "")
    if paper.digest:
        yield paper.digest.text
        yield from (value for value in paper.digest.aspects.values() if value)


def _pattern(grep: str | None) -> re.Pattern[str] | None:
    try:
        return None if grep is None else re.compile(grep, re.IGNORECASE)
    except re.error as error:
        raise WrongUse(
            f"--grep {grep!r} is not a regular expression ({error}); put \\ before special signs."
        ) from None


def years_of(year: str | None) -> tuple[int, int]:
    """The first and the last year that an option names; all years for None. Raises WrongUse."""
    match = _YEARS.fullmatch(year or "-")
    if not match or not (match["range"] or (match["first"] and not match["last"])) or year == "-":
        raise WrongUse(
            f"--year {year!r} is neither a year nor a range; give 2023, 2021-2023, 2023- or -2020."
        )
    first = int(match["first"] or 0)
    last = int(match["last"] or (9999 if match["range"] else first))
    if first > last:
        raise WrongUse(f"--year {year!r} ends before it begins; give the earlier year first.")
    return first, last


papers.add_command(edit)
