"""`duality read`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.errors import WrongUse

if TYPE_CHECKING:
    from corpus import transcript
    from corpus.document import Document
    from corpus.reader import Reader


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
    from assistant.cli.listing import catalogue_of
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
            places = _places(reader, file, document, page)
            shown = transcript.as_json(document, file.name, places, page, catalogue_of(ctx).papers)
            click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
        else:
            click.echo(transcript.as_markdown(document, page), nl=False)


def _places(reader: Reader, file: Path, document: Document, page: int | None) -> transcript.Where:
    """The boxes of every sentence, asked for at once."""
    from corpus import transcript

    wanted = {
        (span.page, *document.pages[span.page - 1].raw_span(span.start, span.end))
        for _, _, _, spans in transcript.told(document)
        if page is None or any(span.page == page for span in spans)
        for span in spans
    }
    asked = sorted(wanted)
    boxes = dict(zip(asked, reader.boxes(file, asked), strict=True))
    return transcript.places_in(document, lambda *span: boxes[span])
