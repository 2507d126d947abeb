"""`duality add` and `duality remove`: papers beside the curated ones."""

from __future__ import annotations

import json
import shlex
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from corpus.errors import DualityError, UnreadableDocument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assistant.adding import Added
    from assistant.proposing import Proposal
    from corpus.catalogue import Catalogue
    from index.build import Progress

BAR = 10  # characters of a score bar


@click.command()
@click.argument("what", nargs=-1, required=True, metavar="FILE|FOLDER|ARXIV-ID|URL...")
@click.option(
    "--category",
    "categories",
    multiple=True,
    help="File your papers here instead of where it is proposed: a category's name; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def add(ctx: click.Context, what: tuple[str, ...], categories: tuple[str, ...], as_json: bool) -> None:
    """Add papers: PDFs, folders of PDFs, arXiv ids or addresses.

    A PDF of a paper of the list becomes that paper's, after a look at its first page. Any other becomes a paper of
    your own: title, authors and year are read from it, or asked of arXiv where you named it by its id, and it is
    filed under the categories that its text suggests, marked as proposed. `duality papers edit ID` changes all
    of that. Files stay where they are.

    With --json, an object: added, a list of objects (given, outcome: added, there or refused, note, paper: null or
    as `duality papers --json` has it, proposals: slug, score, because), and seconds.
    """
    from assistant.adding import add as added
    from assistant.cli.indexing import ensure_embedder, shown_progress
    from assistant.workspace import Workspace

    began = time.monotonic()
    with Workspace.open(ctx.obj) as workspace:
        ensure_embedder(workspace, quiet=as_json)
        with shown_progress(quiet=as_json) as progress, _told(quiet=as_json) as told:
            results = added(workspace, what, categories, _accepted(progress), told)
        took = time.monotonic() - began
        catalogue = workspace.catalogue
    if as_json:
        shown = [_as_json(result) for result in results]
        click.echo(json.dumps({"added": shown, "seconds": round(took, 2)}, ensure_ascii=False, indent=2))
    else:
        _print(results, catalogue, took)
    if refused := [result for result in results if result.outcome == "refused"]:
        raise _not_added(refused, len(results))


@click.command()
@click.argument("papers", nargs=-1, required=True, metavar="PAPER...")
@click.option(
    "--delete-file", is_flag=True, help="Delete the PDFs too, where they lie in Duality's own folder."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def remove(ctx: click.Context, papers: tuple[str, ...], delete_file: bool, as_json: bool) -> None:
    """Remove the PDFs of papers, named by id, title or other name.

    No search finds them from then on, and no build brings them back; `duality add FILE` does. A paper of the list
    stays in it, known from its digest and the survey's table.

    With --json, an object: removed, a list of objects (id, kind, file, passages, deleted, note, undo).
    """
    from assistant.removing import remove as removed
    from assistant.workspace import Workspace

    with Workspace.open(ctx.obj) as workspace:
        done = removed(workspace, papers, delete_file=delete_file)
    if as_json:
        shown = [
            {
                "id": one.paper.id,
                "kind": one.paper.kind,
                "file": str(one.file),
                "passages": one.passages,
                "deleted": one.deleted,
                "note": one.note,
                "undo": "" if one.deleted else _undo(str(one.file)),
            }
            for one in done
        ]
        click.echo(json.dumps({"removed": shown}, ensure_ascii=False, indent=2))
        return
    for one in done:
        kept = "" if one.paper.kind == "own" else "; its digest and table row stay"
        click.echo(f"{one.paper.label} ({one.paper.id}) removed: {one.passages} passages are hidden{kept}.")
        if one.note:
            click.echo(f"  {one.note}.")
        click.echo(f"  {one.file} is deleted." if one.deleted else f"  Undo: {_undo(str(one.file))}")


def _not_added(refused: Sequence[Added], given: int) -> DualityError:
    """The error of a call in which some or all were refused, with the exit code that all refusals share."""
    if given == 1:
        said = refused[0].note
    elif len(refused) == given:
        said = "Nothing was added."
    else:
        said = f"{len(refused)} of {given} not added: {', '.join(result.given for result in refused)}."
    error = UnreadableDocument(said)
    codes = {result.exit_code for result in refused}
    if len(codes) == 1:
        error.exit_code = codes.pop()
    return error


def _accepted(progress: Progress | None) -> Progress | None:
    """The progress without refusals, which the list at the end explains."""
    if progress is None:
        return None
    return lambda step: None if step.outcome == "refused" else progress(step)


def _undo(file: str) -> str:
    return f"duality add {shlex.quote(file)}"


def _as_json(result: Added) -> dict[str, Any]:
    from assistant.cli.listing import brief

    return {
        "given": result.given,
        "outcome": result.outcome,
        "note": result.note,
        "paper": brief(result.paper) if result.paper else None,
        "proposals": [asdict(proposal) for proposal in result.proposals],
    }


@contextmanager
def _told(*, quiet: bool) -> Iterator[Callable[[str], None] | None]:
    """What is fetched, as a line that replaces itself on a terminal and as single lines elsewhere."""
    if quiet:
        yield None
        return
    shown = ""

    def tell(text: str) -> None:
        nonlocal shown
        if sys.stderr.isatty():
            click.echo(f"\r{text[:100]:<{len(shown[:100])}}", nl=False, err=True)
        elif text.endswith("…"):
            click.echo(text, err=True)
        shown = text

    yield tell
    if shown and sys.stderr.isatty():
        click.echo(err=True)


def _print(results: Sequence[Added], catalogue: Catalogue, took: float) -> None:
    """A table of what was added, with the categories proposed for each, then what was refused."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from assistant.cli.listing import BADGES

    console = Console(highlight=False)
    good = [result for result in results if result.paper is not None]
    if good:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name, wide in (
            ("", False),
            ("Id", False),
            ("Year", False),
            ("Title and authors", True),
            ("", False),
        ):
            table.add_column(name, no_wrap=not wide, overflow="fold" if wide else "ellipsis")
        for result in good:
            paper = result.paper
            assert paper is not None  # noqa: S101 - chosen above
            authors = ", ".join(paper.authors[:3]) + (" et al." if len(paper.authors) > 3 else "")
            what = "added" if result.outcome == "added" else "was there"
            title = Text.assemble(paper.title, "\n", (authors or "authors not known", "dim"))
            table.add_row(what, Text(paper.id, "cyan"), str(paper.year or ""), title, BADGES[paper.kind])
        console.print(table, soft_wrap=not console.is_terminal)
    for result in good:
        if result.note:
            console.print(
                Text(result.note if result.note.endswith(".") else f"{result.note}."), soft_wrap=True
            )
        if result.outcome == "added" and result.paper is not None and result.paper.kind == "own":
            _print_categories(console, result, catalogue)
    for result in results:
        if result.outcome == "refused" and len(results) > 1:
            console.print(Text(f"refused: {result.note}", "yellow"), soft_wrap=True)
    if len(results) == 1 and not good:
        return  # the error says it all
    counts = {what: sum(r.outcome == what for r in results) for what in ("added", "there", "refused")}
    said = ", ".join(f"{n} {'there already' if what == 'there' else what}" for what, n in counts.items() if n)
    console.print(f"{said} ({took:.1f} s)")


def _print_categories(console: Any, result: Added, catalogue: Catalogue) -> None:
    from rich.text import Text

    paper = result.paper
    assert paper is not None  # noqa: S101 - the caller looked
    if not result.proposals:
        for slug in paper.categories:
            console.print(Text(f"  filed under {catalogue.taxonomy.path_name(slug)}"), soft_wrap=True)
        return
    console.print(
        Text(f"Categories proposed for {paper.label} (by likeness, not checked by anybody):", "bold")
    )
    for proposal in result.proposals:
        filed = "filed" if proposal.slug in paper.categories else "     "
        name = catalogue.taxonomy.path_name(proposal.slug)
        line = Text.assemble("  ", (bar(proposal), "green"), f" {proposal.score:.2f} {filed}  {name}")
        console.print(line, soft_wrap=True)
        labels = [catalogue.by_id[i].label for i in proposal.because if i in catalogue.by_id]
        console.print(Text(f"             nearest there: {', '.join(labels)}", "dim"), soft_wrap=True)
    what = "Change them" if paper.categories else "None is near enough to file it there by itself"
    console.print(
        Text(f"  {what}: duality papers edit {shlex.quote(paper.id)} --category NAME", "dim"), soft_wrap=True
    )


def bar(proposal: Proposal) -> str:
    """A score from 0 to 1 as ten characters."""
    full = round(proposal.score * BAR)
    return "█" * full + "░" * (BAR - full)
