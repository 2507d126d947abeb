"""`duality ask` and `duality search`."""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.output_file import exporting, write_export
from corpus.errors import ModelNotAvailable, WrongUse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.answer import Answer
    from assistant.chain import AnswerChain, Scope
    from assistant.workspace import Workspace
    from corpus.catalogue import Catalogue

Turns = list[tuple[str, str]]


def narrowing(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that both commands have."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/json.md)."),
        click.option(
            "--file",
            "questions",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Questions as JSON lines (id, question, history); prints one JSON object a line.",
        ),
        click.option(
            "--category", "categories", multiple=True, help="Only papers of this category; may be repeated."
        ),
        click.option(
            "--paper", "papers", multiple=True, help="Only this paper, by any of its names; may be repeated."
        ),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("question", nargs=-1)
@narrowing
@click.option("--model", help="extractive, embedded, provider:model, or a name at base_url.")
@click.option(
    "--explain",
    is_flag=True,
    help="Also how it came about: understood, found, weighed, judged, left out, seconds.",
)
@click.option("-k", "passages", type=click.IntRange(1, 40), help="Passages the answer may rest on.")
@click.option(
    "--history",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Earlier turns: a JSON list of [question, answer] pairs.",
)
@exporting
@click.pass_context
def ask(
    ctx: click.Context,
    question: tuple[str, ...],
    as_json: bool,
    questions: Path | None,
    categories: tuple[str, ...],
    papers: tuple[str, ...],
    model: str | None,
    explain: bool,
    passages: int | None,
    history: Path | None,
    out: Path | None,
) -> None:
    """Ask a question; each sentence of the answer stands with the number of its source.

    "compare A and B" and "summarise A" are understood too: they print what `duality compare` and `duality summarize`
    make, as Markdown, or with --json as theirs.

    \b
    Examples:
      duality ask "What does it cost to run one seed of LMA3?"
      duality ask "How are VLMs used as rewards?" --category reward-signal
      duality ask "Octo or OpenVLA: which takes force input?" --model anthropic:claude-sonnet-4-5
      duality ask "How does VIPER make rewards?" --explain
      duality ask "Which papers use tactile sensing?" --export tactile.bib
    """
    text = _question(question, questions)
    if out is not None and questions is not None:
        raise WrongUse("--export writes one answer: give a question instead of --file.")
    with _workspace(ctx) as workspace:
        scope = workspace.scope(categories, papers, passages)
        chain = workspace.chain(model)
        if questions is not None:
            _each(questions, lambda asked, turns: chain.answer(asked, turns, scope).to_json())
            return
        turns = _read_turns(history) if history is not None else []
        if _made(workspace, text, turns, scope, model, as_json=as_json, out=out):
            return
        if out is not None:
            answer = chain.answer(text, turns, scope)
            write_export(out, answer, workspace.catalogue)
        elif as_json:
            answer = chain.answer(text, turns, scope)
            click.echo(json.dumps(answer.to_json(), ensure_ascii=False, indent=2))
        else:
            answer = _streamed(chain, text, turns, scope)
            for stage in answer.trace if explain else ():
                click.echo(f"\n{click.style(stage.name, bold=True)}")
                for line in stage.lines:
                    click.echo(f"  {line}")
        if answer.failure:  # what was printed is quotes; a script should know
            ctx.exit(ModelNotAvailable.exit_code)


@click.command()
@click.argument("question", nargs=-1)
@narrowing
@click.option(
    "-k", "count", type=click.IntRange(1, 200), default=10, show_default=True, help="How many passages."
)
@click.option(
    "--method",
    type=click.Choice(["fused", "dense", "keywords"]),
    default="fused",
    help="The plain lists, dense or keywords, for comparing.",
)
@click.pass_context
def search(
    ctx: click.Context,
    question: tuple[str, ...],
    as_json: bool,
    questions: Path | None,
    categories: tuple[str, ...],
    papers: tuple[str, ...],
    count: int,
    method: Any,
) -> None:
    """Ranked passages for a question, without a model."""
    text = _question(question, questions)
    with _workspace(ctx) as workspace:
        scope = workspace.scope(categories, papers)
        found = workspace.search()

        def results(asked: str, turns: Turns) -> dict[str, Any]:
            from assistant.asking.request import request

            meant = request(asked, turns, found.catalogue, found.embedder)
            hits = found(
                meant.search, count, papers=scope.papers, prefer=meant.papers, method=method, tables=True
            )
            shown = {"query": asked, "results": [found.described(hit) for hit in hits]}
            return {**shown, "notes": list(notes)} if (notes := found.remarks()) else shown

        if questions is not None:
            _each(questions, results)
        elif as_json:
            click.echo(json.dumps(results(text, []), ensure_ascii=False, indent=2))
        else:
            _shown(results(text, []))


def _made(
    workspace: Workspace,
    text: str,
    turns: Turns,
    scope: Scope,
    model: str | None,
    *,
    as_json: bool,
    out: Path | None,
) -> bool:
    """Prints or writes the comparison or summary that the sentence asks for; False where it asks for neither."""
    from assistant.comparison.comparison import Comparison
    from assistant.export import exported
    from assistant.reply import replies, understood
    from assistant.summaries.summary import Summary

    if understood(workspace, text, turns, scope).kind not in ("comparison", "summary", "broad"):
        return False
    made: object = None
    for made in replies(workspace, text, turns, scope, model=model):
        if not isinstance(made, (Comparison, Summary)) and hasattr(made, "claims"):
            break  # an answer after all: what was named is not in the list
    if not isinstance(made, (Comparison, Summary)):
        return False
    if out is not None:
        write_export(out, made, workspace.catalogue)
    elif as_json:
        click.echo(json.dumps(made.to_json(), ensure_ascii=False, indent=2))
    else:
        click.echo(exported(made, "md", workspace.catalogue).decode().rstrip())
    return True


def _shown(found: dict[str, Any]) -> None:
    """The passages as a person reads them."""
    from assistant.answer import place
    from assistant.cli.listing import BADGES

    if not found["results"]:
        click.echo("Nothing found.")
    for one in found["results"]:
        where = place(one["source"], one["page"], one["page_label"])
        section = f" · {one['section']}" if one["source"] == "pdf" and one["section"] else ""
        click.echo(
            click.style(f"{one['rank']:>2}. {one['title']}, {where}{section}", bold=True)
            + f"  {one['paper_id']} · {BADGES[one['kind']]}"
        )
        click.echo(f"    {textwrap.shorten(' '.join(one['text'].split()), 320, placeholder=' …')}\n")
    for note in found.get("notes", ()):
        click.echo(f"Note: {note}")


def _workspace(ctx: click.Context) -> Workspace:
    from assistant.workspace import Workspace

    return Workspace.open(ctx.obj)


def _question(words: tuple[str, ...], questions: Path | None) -> str:
    from assistant.asking.typed import checked

    if questions is not None:
        if words:
            raise WrongUse("Give either a question or --file, not both.")
        return ""
    text = " ".join(words)
    if text == "-" or (not words and not sys.stdin.isatty()):
        text = sys.stdin.read()
    return checked(text)


def _each(path: Path, work: Callable[[str, Turns], dict[str, Any]]) -> None:
    """One JSON object a line, in the file's order, with the question's id; progress on a terminal."""
    entries = list(_entries(path))
    for number, entry in enumerate(entries, start=1):
        answer = {"id": entry.get("id"), **work(entry["question"], _turns(entry.get("history") or []))}
        click.echo(json.dumps(answer, ensure_ascii=False))
        sys.stdout.flush()
        if sys.stderr.isatty() and not sys.stdout.isatty():
            click.echo(f"\r{number} of {len(entries)}", err=True, nl=number == len(entries))


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    from assistant.asking.typed import checked

    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            entry = None
        if not isinstance(entry, dict) or not isinstance(entry.get("question"), str):
            raise WrongUse(f"{path}, line {number}: needs a JSON object with a `question`.")
        try:
            checked(entry["question"])
            _turns(entry.get("history") or [])
        except WrongUse as error:
            raise WrongUse(f"{path}, line {number}: {error}") from error
        yield entry


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise WrongUse(f"{path} is not UTF-8 text.") from error


def _read_turns(path: Path) -> Turns:
    try:
        return _turns(json.loads(_text(path)))
    except (ValueError, RecursionError, WrongUse) as error:
        raise WrongUse(f"{path}: the history must be a JSON list of [question, answer] pairs.") from error


def _turns(data: Any) -> Turns:
    pairs = isinstance(data, list) and all(
        isinstance(turn, list) and len(turn) == 2 and all(isinstance(said, str) for said in turn)
        for turn in data
    )
    if not pairs:
        raise WrongUse("The history must be a JSON list of [question, answer] pairs.")
    return [(question, answer) for question, answer in data]


def _streamed(chain: AnswerChain, text: str, turns: Turns, scope: Scope) -> Answer:
    """The answer, once it is judged, and what it rests on; on a terminal it is told that something is being done."""
    from assistant.answer import Answer
    from assistant.chain import Consulted

    for event in chain.stream(text, turns, scope):
        if isinstance(event, Consulted) and sys.stderr.isatty() and chain.model.chat is not None:
            click.echo(click.style(f"{len(event.sources)} passages found; writing …", dim=True), err=True)
        elif isinstance(event, Answer):
            _finished(event, chain.catalogue)
            return event
    raise WrongUse("The answer was stopped before it was complete.")


def _claim_line(claim: Any) -> str:
    told = {"unsupported": "  (not found in the papers)", "same words": "  (same words; not judged)"}
    return f"{claim.marked}{told.get(claim.support, '')}"


def _finished(answer: Answer, catalogue: Catalogue) -> None:
    from assistant.answer import place
    from assistant.cli.listing import BADGES
    from assistant.screening.answering import not_counted

    if answer.lead:
        click.echo(answer.lead)
    for claim in answer.claims:
        click.echo(_claim_line(claim))
    shown = answer.cited or answer.sources
    if shown:
        click.echo("\n" + click.style("Sources", bold=True))
    for source in shown[:12]:
        where = place(source.source, source.page, source.page_label)
        year = f" ({source.year})" if source.year else ""
        section = f" · {source.section}" if source.section and source.source == "pdf" else ""
        whose = f"{source.paper} · {BADGES[source.kind]}"
        click.echo(f"  [{source.n}] {source.title}{year}, {where}{section}  {whose}")
    if len(shown) > 12:
        click.echo(f"  … and {len(shown) - 12} more")
    if answer.categories:
        click.echo(click.style("Categories", bold=True))
        for slug, papers in list(answer.categories.items())[:8]:
            click.echo(f"  {slug} ({len(papers)})")
    beside = not_counted(answer.screening, catalogue) if answer.screening else []
    for note in (*answer.notes, *beside):
        click.echo(click.style(f"Note: {note}", fg="yellow"), err=True)
    tokens = (
        f", {answer.tokens['input']} tokens read, {answer.tokens['output']} written" if answer.tokens else ""
    )
    click.echo(click.style(f"{answer.model}, {answer.seconds.total:.1f} s{tokens}", dim=True), err=True)
