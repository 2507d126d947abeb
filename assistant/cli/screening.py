"""`duality screen` and `duality facts`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.output_file import exporting, write_export
from corpus.errors import ModelNotAvailable, WrongUse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.screening.criterion import Part
    from assistant.screening.screening import Screening, Verdict
    from assistant.workspace import Workspace
    from corpus.catalogue import Catalogue
    from corpus.paper import Paper

COLOURS = {"yes": "green", "unclear": "yellow", "not stated": "bright_black", "no": "red"}


@click.command()
@click.argument("criterion", nargs=-1)
@click.option(
    "--where", "conditions", metavar="CONDITIONS", help="The criterion written out, as for `duality papers`."
)
@click.option("--category", help="Only papers of this category.")
@click.option(
    "--year", metavar="YEAR", help="Only papers of a year or a range: 2023, 2021-2023, 2023-, -2020."
)
@click.option("--paper", "papers", multiple=True, metavar="PAPER", help="Only this paper; may be repeated.")
@click.option("--overrule", multiple=True, metavar="PAPER=VERDICT", help="Your own verdict, kept for this criterion: yes, no, unclear, not stated; or forget.")  # fmt: skip
@click.option("--all", "every", is_flag=True, help="List the papers that do not fit, too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/json.md).")
@exporting
@click.option(
    "--from",
    "again",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Make the screening of such a .json again: its criterion, papers, and your verdicts.",
)
@click.pass_context
def screen(
    ctx: click.Context,
    criterion: tuple[str, ...],
    conditions: str | None,
    category: str | None,
    year: str | None,
    papers: tuple[str, ...],
    overrule: tuple[str, ...],
    every: bool,
    as_json: bool,
    out: Path | None,
    again: Path | None,
) -> None:
    """Hold every paper in scope against a criterion; none is left out because it ranks low.

    Facts decide where the criterion is about them (`duality facts` lists what they are about). What facts do not know is
    looked for in the words of our digests and of the PDFs: a paper that has them is "unclear", for you to look at.
    "not stated" is no "no": what was read of the paper says nothing of it.

    \b
    Examples:
      duality screen "a diffusion policy on a real robot"
      duality screen --where "setting=real and not model=diffusion" --export real.csv
      duality screen "uses tactile sensing" --all
      duality screen "works with cloth" --overrule rl-vlm-f=no
    """
    from assistant.workspace import Workspace

    with Workspace.open(ctx.obj) as workspace:
        if again is None:
            made = _screened(workspace, " ".join(criterion), conditions, (category, year, papers), overrule)
        elif criterion or conditions or category or year or papers or overrule:
            raise WrongUse(
                "--from has its own criterion, papers and verdicts: give either the file or these."
            )
        else:
            made = _made_again(workspace, again)
        if out is not None:
            write_export(out, made, workspace.catalogue)
            click.echo(f"{len(made.papers)} of {len(made.verdicts)} papers fit.", err=True)
        elif as_json:
            click.echo(json.dumps(made.to_json(), ensure_ascii=False, indent=2))
        else:
            for line in _lines(made, workspace.catalogue, every=every):
                click.echo(line)


def _screened(
    workspace: Workspace,
    text: str,
    conditions: str | None,
    scope: tuple[str | None, str | None, tuple[str, ...]],
    overrule: tuple[str, ...],
) -> Screening:
    """The verdicts on all papers in scope, the user's own among them."""
    from assistant.screening.overruling import Overruled

    catalogue = workspace.catalogue
    meant, left = _meant(workspace, text, conditions)
    own = Overruled(workspace.home.overrulings)
    for entry in overrule:
        paper, _, word = entry.rpartition("=")
        own.overrule(meant.words, catalogue.paper(paper).id, word)
    made = workspace.screen(meant, _scope(catalogue, *scope), own.of(meant.words))
    return replace(made, left=left)


def _made_again(workspace: Workspace, file: Path) -> Screening:
    """The screening of a file; what differs from then is told."""
    from assistant.screening.again import read_screening

    read = read_screening(file, workspace.catalogue)
    made = replace(workspace.screen(read.criterion, read.papers, read.overruled), left=read.left)
    if read.gone:
        click.echo(f"No longer here, and left out: {', '.join(read.gone)}.", err=True)
    if read.generation != made.generation:
        click.echo(
            f"The index has changed since: the file was made from {read.generation or 'none'}, "
            f"this from {made.generation or 'none'}.",
            err=True,
        )
    return made


def _meant(workspace: Workspace, text: str, conditions: str | None) -> tuple[Part, tuple[str, ...]]:
    """The criterion, and what of a text was not understood; where that is all of it, its words are looked for."""
    from assistant.asking.subjects import subjects
    from assistant.screening.criterion import AllOf, Says
    from assistant.screening.understanding import understood
    from assistant.screening.where import where

    if bool(text.strip()) == (conditions is not None):
        raise WrongUse('Give a criterion: `duality screen "a real robot"`, or --where "setting=real".')
    if conditions is not None:
        return where(conditions, workspace.catalogue), ()
    named = subjects(text, workspace.catalogue)
    try:
        read = understood(named, workspace.catalogue, workspace.embedder)
    except ModelNotAvailable:  # words alone tell less, and no weights are needed for them
        read = understood(named, workspace.catalogue)
    parts = read.criterion.parts
    if parts:
        return (parts[0] if len(parts) == 1 else AllOf(parts)), read.left
    if not read.left:
        raise WrongUse(
            f"{text!r} says nothing that papers could be held against: name a method, task, robot, year …"
        )
    return Says(" ".join(read.left)), ()


def _scope(
    catalogue: Catalogue, category: str | None, year: str | None, papers: tuple[str, ...]
) -> list[Paper]:
    from assistant.cli.listing import years_of

    first, last = years_of(year)
    named = {catalogue.paper(name).id for name in papers}
    inside = {p.id for p in catalogue.papers_of(category)} if category else None
    return [
        paper
        for paper in catalogue.papers
        if paper.kind != "survey"
        and (inside is None or paper.id in inside)
        and (not named or paper.id in named)
        and (year is None or (paper.year is not None and first <= paper.year <= last))
    ]


def _lines(made: Screening, catalogue: Catalogue, *, every: bool) -> Iterator[str]:
    """The result as a person reads it."""
    fitting = made.of("yes")
    if made.left:
        yield f"Not understood, and so not asked for: {', '.join(made.left)}. --where writes a criterion out."
    yield click.style(f"{len(fitting)} of {len(made.verdicts)} papers: {made.criterion.words}", bold=True)
    for verdict in (*fitting, *made.of("unclear")):
        yield from _verdict(verdict, catalogue)
    rest = [*made.of("not stated"), *made.of("no")] if every else []
    for verdict in rest:
        yield from _verdict(verdict, catalogue)
    if not every:
        yield click.style(
            f"{len(made.of('not stated'))} do not state it, {len(made.of('no'))} do not fit (--all lists them).",
            dim=True,
        )


def _verdict(verdict: Verdict, catalogue: Catalogue) -> Iterator[str]:
    from assistant.answer import place

    paper = catalogue.by_id[verdict.paper]
    word = click.style(f"{verdict.word:10}", fg=COLOURS[verdict.word])
    by = "" if verdict.by == "facts" else f"  (by {verdict.by})"
    yield f"{word} {paper.label} ({paper.year or 'no year'})  {click.style(paper.id, dim=True)}{by}"
    for quote in verdict.quotes:
        where = place(quote.source, quote.page, quote.page_label)
        yield f"           {where}: “{' '.join(quote.quote.split())}”"


@click.command()
@click.argument("name", required=False, metavar="[PROPERTY or PAPER]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def facts(ctx: click.Context, name: str | None, as_json: bool) -> None:
    """List the properties of papers; with a PROPERTY its values, with a PAPER all of its facts.

    With --json: of a property a list of values (value, names, under, definition, papers); of a paper a list of facts
    (property, value, source, certainty, words).
    """
    from assistant.cli.listing import catalogue_of
    from assistant.screening.criterion import Is, judged
    from corpus import facts as papers_facts
    from corpus import vocabulary

    catalogue, known = catalogue_of(ctx), vocabulary.load()
    found: list[dict[str, Any]]
    if name is None:
        found = [
            {"property": prop, "words": words, "values": sum(value.property == prop for value in known)}
            for prop, words in vocabulary.PROPERTIES.items()
        ]
        lines = [f"{one['property']:12} {one['words']} ({one['values'] or 'as robot'})" for one in found]
    elif name in vocabulary.PROPERTIES:
        prop = "robot" if name == "real_robot" else name
        found = [
            {
                "value": value.key.partition("/")[2],
                "names": list(value.names),
                "under": [above.partition("/")[2] for above in value.under],
                "definition": value.definition,
                "papers": [
                    p.id for p in catalogue.curated
                    if judged(Is(value.key.replace("robot/", f"{name}/", 1) if prop == "robot" else value.key), p).word == "yes"
                ],
            }
            for value in known
            if value.property == prop
        ]  # fmt: skip
        lines = [f"{one['value']:28} {len(one['papers']):3}  {one['definition']}" for one in found]
    else:
        paper = catalogue.paper(name)
        found = [
            {"property": fact.property, "value": fact.value.partition("/")[2], "source": fact.source,
             "certainty": fact.certainty, "words": fact.words}
            for fact in papers_facts.of(paper.id)
        ]  # fmt: skip
        lines = [
            f"{one['property']:12} {one['value']:28} {one['certainty']:7} {one['source']}: “{one['words']}”"
            for one in found
        ]
        if not found:
            lines = [f"No facts of {paper.label} are here: they were read of the survey's list only."]
    click.echo(json.dumps(found, ensure_ascii=False, indent=2) if as_json else "\n".join(lines))
