"""`duality corpus fetch`: the papers' PDFs on this machine, and in the index as they come."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from corpus.errors import DualityError, NothingIndexed, Unreachable, UnreadableDocument, WrongUse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.cli.fetch_report import Line, Tally
    from assistant.cli.fetch_screen import Screen
    from assistant.workspace import Workspace
    from corpus.paper import Paper


@click.command()
@click.option("--category", "categories", multiple=True, help="Papers of this category; may be repeated.")
@click.option(
    "--paper", "names", multiple=True, help="This paper: id, arXiv id, name or title; may be repeated."
)
@click.option(
    "--only-missing/--all",
    "only_missing",
    default=True,
    help="Only PDFs that are not here yet (the default), or ask for newer versions of the others too.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be fetched from where; ask nobody.")
@click.option("--no-index", is_flag=True, help="Only download; do not index what comes.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON report.")
@click.pass_context
def fetch(
    ctx: click.Context,
    categories: tuple[str, ...],
    names: tuple[str, ...],
    only_missing: bool,
    dry_run: bool,
    no_index: bool,
    as_json: bool,
) -> None:
    """Download the papers' PDFs from arXiv, OpenReview, PMLR and the other hosts of the list, and index them.

    Without --category or --paper, those of the whole list. One request every three seconds to one host: the whole
    list takes about ten minutes. It can be interrupted at any time; the next call goes on from there. Every PDF's
    address, date and SHA-256 are kept in fetched.json beside it, and held against it by the next call.

    Piped, a line is: outcome, id, name, note, what to do, separated by tabs.

    \b
    Exit codes: 0 every paper is here or has no free PDF, 6 a PDF came that is not the paper or cannot be read,
    7 no network, or some papers did not come, 8 disk, 130 interrupted.
    """
    from assistant.cli.fetch_report import Tally
    from assistant.cli.fetch_screen import Screen
    from assistant.examining.check import counted
    from assistant.workspace import Workspace

    with Workspace.open(ctx.obj) as workspace:
        papers = wanted(workspace, categories, names)
        tally = Tally(anew={paper.id for paper in papers} if not only_missing else spoiled(workspace))
        if only_missing and not names:
            papers = tally.without_removed(papers, workspace)
        if dry_run:
            tally.foresee(papers, workspace)
            tally.show(as_json=as_json, dry=True)
            return
        if not workspace.settings.fetch.pdfs:
            where = workspace.settings.origin("fetch.pdfs")
            raise WrongUse(
                f"Fetching PDFs is switched off (fetch.pdfs, {where}): switch it on to fetch them."
            )
        began = time.monotonic()
        problem: DualityError | None = None
        try:
            with Screen(quiet=as_json) as screen:
                problem = _fetch(workspace, papers, tally, screen, index=not no_index)
        except KeyboardInterrupt:
            tally.interrupted = True
        tally.seconds = time.monotonic() - began
        tally.show(as_json=as_json)
    if tally.interrupted:
        left = len(papers) - len(tally.lines)
        click.echo(
            f"Interrupted with {counted(left, 'paper')} to go; nothing is lost: `duality corpus fetch` goes on from there.",
            err=True,
        )
        ctx.exit(130)
    if problem is not None:
        raise problem
    if failed := tally.count("failed"):
        raise Unreachable(
            f"{failed} of {len(papers)} papers did not come: the table says why, and what to do."
        )
    if refused := tally.count("refused"):
        raise UnreadableDocument(
            f"{counted(refused, 'PDF')} came, not indexed as the paper that was asked for: the table says why."
        )


def wanted(workspace: Workspace, categories: Sequence[str], names: Sequence[str]) -> list[Paper]:
    """The papers of any of the categories and those named, in the list's order; all of the list where nothing is named.

    Raises:
        WrongUse: An unknown name, or a paper of the user's own.
    """
    catalogue = workspace.catalogue
    listed = [paper for paper in catalogue.papers if paper.kind != "own"]
    if not categories and not names:
        return listed
    chosen = {paper.id for name in categories for paper in catalogue.papers_of(name)}
    for name in names:
        paper = catalogue.paper(name)
        if paper.kind == "own":
            raise WrongUse(f"{paper.label} is a paper of your own: there is nothing to fetch.")
        chosen.add(paper.id)
    return [paper for paper in listed if paper.id in chosen]


def spoiled(workspace: Workspace) -> set[str]:
    """Papers in whose place lies a file that the index refused and that no fetch brought: they are asked for anew."""
    from pathlib import Path

    from corpus.fetching.record import read
    from index import generation as generations

    try:
        refused = generations.current(workspace.home.index).passages.refused()
    except NothingIndexed:
        return set()
    pdfs = workspace.home.pdfs.resolve()
    fetched = read(pdfs).papers
    return {Path(file).stem for file in refused if Path(file).parent == pdfs} - fetched.keys()


def _fetch(
    workspace: Workspace, papers: Sequence[Paper], tally: Tally, screen: Screen, *, index: bool
) -> DualityError | None:
    """Fetch and index; why nothing more could be indexed, or None. Errors of the network and the disk are raised."""
    import threading

    from assistant.arrivals import Arrivals
    from assistant.cli.fetch_report import indexed_from
    from assistant.cli.indexing import ensure_embedder
    from corpus.fetching import fetch as fetched

    elsewhere = tally.elsewhere(papers, workspace)
    indexed = indexed_from(workspace).keys()
    asked = [paper for paper in papers if paper.id not in elsewhere]
    stop = threading.Event()
    trouble: DualityError | None = None
    arrivals: Arrivals | None = None
    lines: list[Line] = []
    screen.begin(tally.to_ask(asked, workspace.home.pdfs))
    try:
        for result in fetched(
            asked,
            workspace.home.pdfs,
            workspace.settings.fetch.contact,
            progress=screen.told,
            anew=tally.anew,
            queue=workspace.home.root,
        ):
            line = tally.add(result)
            line.indexed = result.outcome == "there" and result.paper.id in indexed
            screen.came(line, result)
            if result.path is None or line.indexed or not index or trouble is not None:
                continue
            if arrivals is None:
                try:
                    ensure_embedder(workspace, quiet=screen.quiet)
                except DualityError as error:
                    trouble = error
                    continue
                arrivals = Arrivals(workspace, screen.indexing, stop.is_set, screen.indexed)
            screen.to_index()
            arrivals.add(result.paper, result.path)
            lines.append(line)
        if arrivals is not None:
            screen.waiting_for_index()
            arrivals.close()
    except BaseException:
        stop.set()
        if arrivals is not None:
            screen.stopping()
            arrivals.close()
        raise
    finally:
        if arrivals is not None:
            tally.judge(lines, arrivals.verdicts)
            trouble = trouble or arrivals.trouble
    return trouble
