"""`duality eval`."""

from __future__ import annotations

import json
import shlex
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assistant.evaluation.comparing import Comparison
    from assistant.evaluation.questions import KnownQuestion
    from assistant.evaluation.running import Measuring, Records
    from assistant.workspace import Workspace

KINDS = ("lookup", "blind", "compare", "followup", "table", "unanswerable")
FILE = click.Path(dir_okay=False, path_type=Path)
THERE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="eval")
@click.argument("files", nargs=-1, required=True, type=THERE, metavar="QUESTIONS.jsonl...")
@click.option("--model", "models", multiple=True, help="A model as for `duality ask`; may be repeated.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only this kind; may be repeated."
)
@click.option("--limit", type=click.IntRange(1), help="Only the first so many questions of each kind.")
@click.option("--half", type=click.Choice(["odd", "even"]), help="Only every other question of each file.")
@click.option("--retrieval-only", is_flag=True, help="Measure the search; ask no model.")
@click.option("--plain", is_flag=True, help="Beside it the model's unchecked text, from the same evidence.")
@click.option(
    "--out", type=FILE, help="Write the result as JSON (docs/json.md); records go beside it as they come."
)
@click.option("--markdown", "page", type=FILE, help="Put the tables between the eval markers of this file.")
@click.option("--compare", "old", type=THERE, help="A result of --out: print the paired differences.")
@click.option("--resume", is_flag=True, help="Go on with the records beside --out.")
@click.pass_context
def evaluate(
    ctx: click.Context,
    files: tuple[Path, ...],
    models: tuple[str, ...],
    kinds: tuple[Any, ...],
    limit: int | None,
    half: Any,
    retrieval_only: bool,
    plain: bool,
    out: Path | None,
    page: Path | None,
    old: Path | None,
    resume: bool,
) -> None:
    """Measure search and answers on questions with known answers.

    A question is one JSON object a line: id, kind (lookup, blind, compare, followup, table, unanswerable), question, papers,
    gold (paper, page, quote), must_contain (groups of alternatives), and for a followup history. Every figure comes
    with its n and a 95 % bootstrap interval.

    \b
    Examples:
      duality eval dev.jsonl --retrieval-only
      duality eval dev.jsonl --model extractive --model embedded --plain --out now.json --compare before.json
      duality eval dev.jsonl --markdown docs/quality.md
    """
    from assistant.evaluation import questions as known
    from assistant.evaluation.comparing import against_old, read_result
    from assistant.evaluation.report import markdown, result
    from assistant.workspace import Workspace

    if retrieval_only and (models or plain):
        raise WrongUse("--retrieval-only asks no model: leave --model and --plain out.")
    if resume and out is None:
        raise WrongUse("--resume goes on with the records beside --out: name it.")
    if out is not None and not out.parent.is_dir():
        raise WrongUse(f"There is no folder {out.parent}: make it, or choose another --out.")
    before = read_result(old) if old is not None else None
    if page is not None:
        _placed(page, "")  # a missing marker is told now, not after the run
    with Workspace.open(ctx.obj) as workspace:
        asked = known.chosen(known.read(files, workspace.catalogue.by_id), kinds, half, limit)
        measuring = _measuring(workspace, models, plain, retrieval_only)
        run = _run(workspace, measuring, files, asked)
        records = _records(out, run, resume)
        complete = _asked(measuring, records, asked)
        found = records.of(asked)
        if not found:
            raise click.exceptions.Exit(130)
        against: Comparison | None = None
        if before is not None:
            against = against_old(before["records"], found)
        whole = result({**run, **_when()}, found, complete, against, old.name if old is not None else "")
    if out is not None:
        _write(out, json.dumps(whole, ensure_ascii=False, indent=1) + "\n")
    click.echo(markdown(whole, legend=False))
    if not complete:
        click.echo(f"Stopped after {len(found)} of {len(asked)} questions.", err=True)
        raise click.exceptions.Exit(130)
    if page is not None:
        _write(page, _placed(page, markdown(whole)))
        click.echo(f"Written to {page}.", err=True)


eval = evaluate  # noqa: A001 - a command is found by its own name


def _measuring(workspace: Workspace, models: Sequence[str], plain: bool, retrieval_only: bool) -> Measuring:
    from assistant.evaluation.running import Measuring

    workspace.warm_search()
    chains = [] if retrieval_only else [workspace.chain(model) for model in (models or (None,))]
    names = [chain.model.name for chain in chains]
    if len(set(names)) < len(names):
        raise WrongUse(f"The same model is named twice: {', '.join(names)}.")
    if plain and all(chain.model.chat is None for chain in chains):
        click.echo(
            "Note: without a model nothing is drafted, so there is no plain chain to measure.", err=True
        )
    return Measuring(workspace, tuple(chains), plain, workspace.scope())


def _run(
    workspace: Workspace, measuring: Measuring, files: Sequence[Path], asked: Sequence[KnownQuestion]
) -> dict[str, Any]:
    """What is run, on what: runs that agree in it can be joined."""
    from importlib.metadata import version

    now = workspace.status()
    held = {r.paper for r in workspace.search().generation().passages.documents() if r.source == "pdf"}
    return {
        "duality": version("duality-assistant"),
        "command": _command(),
        "files": [path.name for path in files],
        "asked": len(asked),
        "models": [chain.model.name for chain in measuring.chains],
        "plain": measuring.plain,
        "index": {
            "generation": now.generation,
            "papers": now.papers,
            "pdfs": now.pdfs,
            "passages": sum(now.passages.values()),
            "embedder": now.embedder,
        },
        "without_pdf": sorted({paper for question in asked for paper in question.papers} - held),
    }


def _command() -> str:
    """The command as given; of files elsewhere only the name, so that no folder of this machine is published."""
    words = []
    for word in sys.argv[1:]:
        option, equals, value = word.partition("=") if word.startswith("--") else ("", "", word)
        elsewhere = Path(value).is_absolute() or ".." in Path(value).parts
        words.append(option + equals + (Path(value).name if elsewhere else value))
    return shlex.join(["duality", *words])


def _when() -> dict[str, str]:
    import datetime as dt

    return {"made": dt.datetime.now(dt.UTC).date().isoformat()}


def _records(out: Path | None, run: dict[str, Any], resume: bool) -> Records:
    from assistant.evaluation.running import Records

    same = {name: run[name] for name in ("models", "plain", "index")}
    return Records(out.with_suffix(".jsonl") if out is not None else None, same, resume=resume)


def _asked(measuring: Measuring, records: Records, asked: Sequence[KnownQuestion]) -> bool:
    """Ask what is left; whether all was asked."""
    left = list(records.left(asked))
    with _progress(len(asked), len(asked) - len(left)) as told:
        try:
            for question in left:
                records.add(measuring.record(question))
                told(question.id)
        except KeyboardInterrupt:
            return False
    return True


@contextmanager
def _progress(total: int, done: int) -> Iterator[Callable[[str], None]]:
    """A bar on a terminal; nothing where the output is piped."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("asking", total=total, completed=done)
        yield lambda name: progress.update(task, advance=1, description=name)


def _placed(page: Path, section: str) -> str:
    """The page's text with the section between its markers."""
    from assistant.evaluation.report import between_markers

    try:
        text = page.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"{page} cannot be read: it must be a Markdown file with the eval markers.") from error
    return between_markers(text, section, str(page))


def _write(path: Path, text: str) -> None:
    from index.generation import write_atomically

    write_atomically(path, text)
