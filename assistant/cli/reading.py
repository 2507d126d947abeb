"""`duality read`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from corpus.errors import WrongUse


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--page", type=click.IntRange(1), help="Only this page, counted from 1.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/json.md).")
@click.option(
    "--markdown", is_flag=True, help="Print Markdown with tables and figures, which is the default."
)
@click.pass_context
def read(ctx: click.Context, file: Path, page: int | None, as_json: bool, markdown: bool) -> None:
    """Show what is read of a PDF: its text, tables, figures and footnotes; nothing is indexed."""
    from assistant.settings import load
    from corpus import transcript
    from corpus.reader import Limits, Reader

    if as_json and markdown:
        raise WrongUse("Choose one of --json and --markdown.")
    reading = load(ctx.obj).reading
    with Reader(Limits(ocr=reading.ocr_language if reading.ocr else "")) as reader:
        document = reader.read(file)
    if page is not None and page > len(document.pages):
        raise WrongUse(f"{file.name} has {len(document.pages)} pages, so there is no page {page}.")
    if as_json:
        click.echo(json.dumps(transcript.as_json(document, file.name, page), ensure_ascii=False, indent=1))
    else:
        click.echo(transcript.as_markdown(document, page), nl=False)
