"""`duality index build` and `duality index status`."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.errors import UnreadableDocument, WrongUse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.workspace import Workspace
    from index.build import Report, Step


@click.group()
def index() -> None:
    """Build the index, or see what is in it."""


@index.command()
@click.option(
    "--pdfs",
    "folders",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="A folder of PDFs (searched through) or one PDF; may be repeated.",
)
@click.option("--fresh", is_flag=True, help="Begin a new generation; vectors already made are used again.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON report.")
@click.pass_context
def build(ctx: click.Context, folders: tuple[Path, ...], fresh: bool, as_json: bool) -> None:
    """Index the digests and table rows of all papers, and PDFs.

    A PDF that belongs to a paper of the list is found by its file name, the arXiv id on its first page, or its
    title; any other becomes a paper of your own. What did not change is left alone; a build that was interrupted
    goes on where it stopped. Without --pdfs, the PDFs in the home and those indexed before are looked at.
    """
    from assistant.workspace import Workspace

    began = time.monotonic()
    with Workspace.open(ctx.obj) as workspace:
        ensure_embedder(workspace, quiet=as_json)
        named = pdfs_in(folders)
        paths = list(dict.fromkeys([*named, *workspace.known_pdfs()]))
        with shown_progress(quiet=as_json) as told:
            report = workspace.index_pdfs(paths, told, fresh=fresh)
        took = time.monotonic() - began
        if as_json:
            click.echo(
                json.dumps({**asdict(report), "seconds": round(took, 2)}, ensure_ascii=False, indent=2)
            )
        else:
            _tell(report, workspace, took)
    wanted = {path.name for path in named or paths}
    if wanted and wanted <= report.refused.keys():
        raise UnreadableDocument("No PDF could be read." if len(wanted) > 1 else report.refused[wanted.pop()])


@index.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """What is indexed: papers, PDFs and passages, and per category what is held and why PDFs are missing.

    "digest only" counts papers known only from their digest and the survey's table.
    """
    from assistant.workspace import Workspace

    with Workspace.open(ctx.obj) as workspace:
        now = workspace.status()
        if as_json:
            click.echo(json.dumps(asdict(now), ensure_ascii=False, indent=2))
            return
        if not now.generation:
            click.echo(
                "Nothing is indexed yet: run `duality index build`, or `duality corpus fetch` for the PDFs too."
            )
            return
        passages = sum(now.passages.values())
        click.echo(f"{now.papers} papers: {now.curated} curated, the survey, {now.own} of your own")
        click.echo(f"{now.pdfs} PDFs indexed; the others are known from digests and the survey's table")
        click.echo(f"{passages} passages, {now.vectors} with a vector of {now.embedder}")
        click.echo(f"generation {now.generation} in {workspace.home.index}")
        if now.writer:
            click.echo(f"being written by {now.writer}")
        from assistant.cli.coverage_table import show

        show(now.coverage, workspace.catalogue)


def pdfs_in(places: tuple[Path, ...]) -> list[Path]:
    """The PDFs under each folder, and each file named itself.

    Raises:
        WrongUse: A folder that holds no PDF.
    """
    found: list[Path] = []
    for place in places:
        here = (
            sorted(p for p in place.rglob("*") if p.suffix.lower() == ".pdf" and p.is_file())
            if place.is_dir()
            else [place]
        )
        if not here:
            raise WrongUse(f"{place} holds no PDFs.")
        found += here
    return found


def ensure_embedder(workspace: Workspace, *, quiet: bool = False) -> None:
    """Fetch the default embedder's weights where they are missing and may be fetched."""
    from assistant.cli.configuring import weights_bar
    from assistant.embedding import fetch_embedder
    from index.weights import MINILM, is_present

    settings, home = workspace.settings, workspace.home
    if (
        settings.embedder == "minilm"
        and settings.fetch.weights
        and not is_present(MINILM, home.weights / "minilm")
    ):
        if quiet:
            fetch_embedder(home)
            return
        with weights_bar(MINILM) as told:
            fetch_embedder(home, told)


@contextmanager
def shown_progress(*, quiet: bool = False) -> Iterator[Callable[[Step], None] | None]:
    """A progress bar for a build on a terminal, a line a paper where the output is piped."""
    if quiet:
        yield None
        return
    if not sys.stderr.isatty():

        def line(step: Step) -> None:
            if step.outcome == "refused":
                click.echo(f"not indexed: {step.note}", err=True)
            elif step.outcome == "indexed" and (step.done % 25 == 0 or step.done == step.total):
                click.echo(f"{step.done} of {step.total} indexed", err=True)

        yield line
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("indexing", total=None)

        def told(step: Step) -> None:
            name = step.name if len(step.name) <= 32 else step.name[:31] + "…"
            progress.update(
                task,
                completed=step.done,
                total=step.total,
                description=f"{name} {step.note if step.outcome == 'passages' else ''}".strip(),
            )
            if step.outcome == "refused":
                progress.console.print(f"not indexed: {step.note}", style="yellow", highlight=False)

        yield told


def _tell(report: Report, workspace: Workspace, took: float) -> None:
    from assistant.examining.check import counted

    if report.compacted:
        click.echo(
            "What was removed is left behind: the index was copied into a new generation and verified."
        )
    if not report.indexed and not report.damage:
        click.echo(f"Nothing changed: {report.unchanged} documents are indexed already ({took:.1f} s).")
        for why in report.passed_over.values():
            click.echo(why)
        return
    now = workspace.status()
    click.echo(
        f"{counted(len(report.indexed), 'document')} indexed, {report.unchanged:,} unchanged, "
        f"{counted(report.passages, 'passage')}, {took:.1f} s. "
        f"Now {now.pdfs} PDFs of {now.papers} papers."
    )
    if report.own:
        click.echo(f"Your own papers: {', '.join(sorted(report.own))}")
    for name, remark in report.remarks.items():
        click.echo(f"{name}: {remark}")
    for why in report.passed_over.values():
        click.echo(why)
