"""`duality highlight`."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.cli.output_file import writable, write
from corpus.errors import WrongUse


@click.command()
@click.argument("paper")
@click.option(
    "--question", "questions", multiple=True, required=True, help="What is asked of it; may be repeated."
)
@click.option(
    "--to",
    "file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The copy to write, a .pdf.",
)
@click.option("--model", help="extractive, embedded, provider:model, or a name at base_url.")
@click.pass_context
def highlight(
    ctx: click.Context, paper: str, questions: tuple[str, ...], file: Path, model: str | None
) -> None:
    """Copy a paper's indexed PDF with the sentences that answer questions highlighted.

    One colour a question, which stands as the comment of its highlights; any reader of PDFs shows and edits them.
    The PDF itself is left as it is.

    \b
    Example:
      duality highlight eureka --question "Which algorithm trains the policies?" --to eureka-marked.pdf
    """
    from assistant.workspace import Workspace

    writable(file)
    if file.suffix.lower() != ".pdf":
        raise WrongUse(f"--to {file}: the name must end in .pdf.")
    with Workspace.open(ctx.obj) as workspace:
        wanted = workspace.catalogue.paper(paper).id
        original = workspace.pdf_of(wanted)
        if file.exists() and file.samefile(original):
            raise WrongUse(f"--to {file} is the paper's own PDF: choose another file.")
        chain, scope = workspace.chain(model), workspace.scope(papers=[wanted])
        asked = [(question, chain.answer(question, scope=scope).spans_of(wanted)) for question in questions]
        for question, spans in asked:
            if not spans:
                click.echo(f"Nothing in {wanted} answers {question!r}.", err=True)
        found = sum(map(len, (spans for _, spans in asked)))
        if not found:
            raise WrongUse(f"{file} is not written, since there is nothing to highlight: ask in other words.")
        write(file, workspace.highlighted(wanted, asked))
    click.echo(f"{file} written, {found} places highlighted.", err=True)
