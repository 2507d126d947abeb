"""`duality summarize`: a paper, a category or a topic, every sentence cited."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from assistant.cli.output_file import exporting, write_export
from corpus.errors import WrongUse

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.answer import Claim
    from assistant.summaries.summarizer import Summarizer
    from assistant.summaries.summary import Length, Subject, Summary
    from corpus.catalogue import Catalogue


@click.command()
@click.argument("name", nargs=-1, metavar="[PAPER OR CATEGORY]")
@click.option("--category", help="A category: its name, an alias, or the end of its slug.")
@click.option("--paper", help="A paper, by any of its names.")
@click.option("--topic", help="Any subject: the papers on it are searched for first.")
@click.option(
    "--length",
    type=click.Choice(["line", "paragraph", "page"]),
    default="page",
    show_default=True,
    help="How much.",
)
@click.option("--model", help="extractive, embedded, provider:model, or a name at base_url.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/json.md).")
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown"]), default="text", help="How to print it."
)
@exporting
@click.pass_context
def summarize(
    ctx: click.Context,
    name: tuple[str, ...],
    category: str | None,
    paper: str | None,
    topic: str | None,
    length: Length,
    model: str | None,
    as_json: bool,
    form: str,
    out: Path | None,
) -> None:
    """Summarise a paper, a category, or the papers on a topic; every sentence is cited.

    \b
    duality summarize eureka
    duality summarize --category reward-signal
    duality summarize --topic "diffusion models for reward learning" --length paragraph
    duality summarize eureka --export eureka.docx
    duality summarize "diffusion policy"        a paper and a category: it says which was taken

    A paper's summary touches every main section of its PDF; a category's counts and groups all its papers.
    """
    from assistant.workspace import Workspace

    if as_json and form == "markdown":
        raise WrongUse("--json and --format markdown exclude each other; give one of them.")
    with Workspace.open(ctx.obj) as workspace:
        subject = _subject(" ".join(name), category, paper, topic, workspace.catalogue)
        summarizer = workspace.summarizer(model)
        if out is not None:
            write_export(out, summarizer.summary(subject, length), workspace.catalogue)
        elif as_json:
            click.echo(
                json.dumps(summarizer.summary(subject, length).to_json(), ensure_ascii=False, indent=2)
            )
        elif form == "markdown":
            from assistant.export import exported

            made = summarizer.summary(subject, length)
            click.echo(exported(made, "md", workspace.catalogue).decode().rstrip())
        else:
            _streamed(summarizer, subject, length)


def _subject(
    name: str, category: str | None, paper: str | None, topic: str | None, catalogue: Catalogue
) -> Subject:
    from assistant.summaries.subject import of_category, of_paper, of_topic, resolved

    given = [one for one in (name, category, paper, topic) if one is not None and one != ""]
    if len(given) != 1:
        what = "Nothing is named to summarise" if not given else "Only one thing is summarised at a time"
        raise WrongUse(
            f"{what}: name a paper or category, or give one of --category, --paper and --topic, "
            "for instance `duality summarize eureka`."
        )
    if category:
        return of_category(catalogue.category(category), catalogue)
    if paper:
        return of_paper(catalogue.paper(paper))
    if topic:
        return of_topic(topic)
    return resolved(name, catalogue)


def _streamed(summarizer: Summarizer, subject: Subject, length: Length) -> None:
    """The sections as they come, then what they rest on; on a terminal with a word of what is going on."""
    told = sys.stderr.isatty() and summarizer.model.chat is not None
    if subject.note:
        click.echo(click.style(f"Note: {subject.note}", fg="yellow"), err=True)
    if told:
        click.echo(click.style(f"{subject.name}: reading and writing, part by part …", dim=True), err=True)
    headed: set[str] = set()
    printed = 0
    for summary in summarizer.stream(subject, length):
        claims = summary.claims
        if summary.complete:
            if length == "page" and subject.kind == "paper":
                click.echo(
                    "\n".join(_sections(summary))
                )  # sections that nothing touched are filled in at the end
            click.echo("\n".join(_tail(summary)))
            for note in summary.notes:
                if note != subject.note:
                    click.echo(click.style(f"Note: {note}", fg="yellow"), err=True)
            read = (
                f", {summary.tokens['input']} tokens read, {summary.tokens['output']} written"
                if summary.tokens
                else ""
            )
            click.echo(
                click.style(f"{summary.model}, {summary.seconds.total:.1f} s{read}", dim=True), err=True
            )
        elif length == "page" and subject.kind == "paper":
            if told:
                click.echo(f"\r{len(summary.sections)} parts, {len(claims)} sentences", err=True, nl=False)
        else:
            fresh = [s for s in summary.sections if s.key not in headed]
            if length == "page":
                for section in fresh:
                    click.echo("\n".join(_section(section)))
                headed |= {s.key for s in fresh}
            else:
                for section in fresh:
                    if section.lead:
                        click.echo(click.style(section.lead, dim=True))
                headed |= {s.key for s in fresh}
                for claim in claims[printed:]:
                    click.echo(_claim(claim))
                printed = len(claims)


def _sections(summary: Summary) -> list[str]:
    return [line for section in summary.sections for line in _section(section)]


def _section(section: object) -> list[str]:
    from assistant.summaries.summary import SummarySection

    assert isinstance(section, SummarySection)  # noqa: S101 - imported here, because the module is opened late
    lines = ["", click.style(section.heading, bold=True)] if section.heading else []
    if section.lead:
        lines.append(click.style(section.lead, dim=True))
    return [*lines, *(f"{'- ' if section.listed else ''}{_claim(claim)}" for claim in section.claims)]


def _claim(claim: Claim) -> str:
    from assistant.export.document import ended, numbers

    marks = numbers(citation.n for citation in claim.citations)
    body, stop = ended(claim.text)
    marked = f"{body} {marks}{stop}" if marks else claim.text
    return f"{marked}  (not found in the papers)" if claim.support == "unsupported" else marked


def _tail(summary: Summary) -> list[str]:
    """Coverage and sources."""
    from assistant.summaries.cited import by_paper

    lines = ["", click.style("Rests on", bold=True), f"  {summary.coverage.line}"]
    unused = summary.coverage.unused
    if unused:
        shown = "; ".join(f"{one.paper} ({one.reason})" for one in unused[:12])
        more = f"; and {len(unused) - 12} more" if len(unused) > 12 else ""
        lines.append(f"  Not used: {shown}{more}.")
    lines.append(click.style("Sources", bold=True))
    for paper, title, places in by_paper(summary):
        lines.append(f"  {title}  {paper}")
        lines += [f"    [{n}] {where}" for n, where in places]
    return lines
