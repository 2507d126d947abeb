"""`duality check`."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.support.checking import CheckedSentence, CheckedText
    from assistant.support.judge import Judge
    from corpus.catalogue import Catalogue

AT_ONCE = 20  # claims of a file that are judged together
COLOURS = {
    "carried": "green",
    "cites the wrong paper": "red",
    "contradicted": "red",
    "not found": "red",
    "same words": "yellow",
}


@click.command()
@click.argument("text", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/json.md).")
@click.option("--model", help="As for `duality ask`: a large model is then the judge.")
@click.option(
    "--claims",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON lines with passage, claim and question: prints what the judge says of each.",
)
@click.pass_context
def check(
    ctx: click.Context, text: tuple[str, ...], as_json: bool, model: str | None, claims: Path | None
) -> None:
    """Hold a text of your own against the papers, sentence by sentence.

    TEXT is the text itself or a file of Markdown or LaTeX; without it, or with -, it is read from the standard input.
    What a sentence cites (\\cite{key}, [@key]) is looked up first: a key is a paper's id, an arXiv number, its short
    name, or author and year. Each sentence is carried (and where, with the quote), carried by another paper than it
    cites, contradicted (a large model can tell), not found, or has words that a paper has without
    anyone having judged that it says this.

    \b
    Examples:
      duality check "Octo was pretrained on 800k trajectories."
      duality check related_work.tex --json
      pbpaste | duality check
    """
    from assistant.workspace import Workspace

    overrides = {**ctx.obj, **({"model": model} if model else {})}
    with Workspace.open(overrides) as workspace:
        if claims is not None:
            if text:
                raise WrongUse("Give either a text or --claims, not both.")
            for line in _judged(claims, workspace.judge()):
                click.echo(json.dumps(line, ensure_ascii=False))
            return
        states = workspace.checking(_text(text))
        if as_json:
            *_, found = states
            click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
        else:
            _shown(states, workspace.catalogue)


def _text(words: tuple[str, ...]) -> str:
    """What is to be checked: a file's content, the words given, or the standard input."""
    written = " ".join(words)
    if written == "-" or (not words and not sys.stdin.isatty()):
        written = sys.stdin.read()
    elif len(words) == 1 and len(written) < 500 and "\n" not in written:
        path = Path(written).expanduser()
        if path.is_file():
            try:
                written = path.read_text("utf-8-sig")
            except (UnicodeDecodeError, OSError) as error:
                raise WrongUse(f"{path} cannot be read as text ({error}): save it as UTF-8.") from error
        elif path.suffix in (".md", ".tex", ".txt"):
            raise WrongUse(f"There is no file {path}: look at its name, or give the text itself.")
    if not written.strip():
        raise WrongUse("Nothing to check: give a text, a file, or the text on the standard input.")
    return written


def _judged(path: Path, judge: Judge) -> Iterator[dict[str, Any]]:
    """What the judge says of each claim of a file, in its order."""
    from assistant.support.judge import Premise

    entries = list(_entries(path))
    for begin in range(0, len(entries), AT_ONCE):
        part = entries[begin : begin + AT_ONCE]
        verdicts = judge.all_of(
            [(e["claim"], [Premise(e["passage"], (), str(e.get("question") or ""))]) for e in part]
        )
        for entry, verdict in zip(part, verdicts, strict=True):
            probability = None if verdict.probability is None else round(verdict.probability, 4)
            yield {"id": entry.get("id"), "support": verdict.support, "probability": probability}


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text("utf-8", errors="replace").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            entry = None
        if not isinstance(entry, dict) or not all(
            isinstance(entry.get(k), str) for k in ("passage", "claim")
        ):
            raise WrongUse(f"{path}, line {number}: needs a JSON object with `passage` and `claim`.")
        yield entry


def _shown(states: Iterator[CheckedText], catalogue: Catalogue) -> None:
    """The sentences as a person reads them, each as soon as it is checked."""
    for found in states:
        one = found.sentences[-1]
        if one.finding != "no claim":
            click.echo(f"{click.style(one.finding, fg=COLOURS[one.finding], bold=True)}  {one.text}")
        for line in _below(one, catalogue):
            click.echo(f"    {line}")
    counts = Counter(one.finding for one in found.sentences)
    told = ", ".join(f"{count} {finding}" for finding, count in counts.items())
    click.echo(click.style(f"{told}. Judged by {found.judge}.", dim=True), err=True)


def _below(one: CheckedSentence, catalogue: Catalogue) -> Iterator[str]:
    from assistant.answer import place

    sure = f", probability {one.probability:.2f}" if one.probability is not None else ""
    if one.support != "unsupported":
        yield f"{one.support} ({one.judge}{sure})"
    for citation in one.citations:
        paper = catalogue.by_id.get(citation.paper)
        where = place(citation.source, citation.page, citation.page_label)
        yield f"{paper.label if paper else citation.paper}, {where}: “{' '.join(citation.quote.split())}”"
    if one.why:
        yield one.why
