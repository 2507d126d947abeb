"""A file that a command writes its result to: refused before the work begins, where it cannot be written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.errors import StorageFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.export.documents import Thing
    from corpus.catalogue import Catalogue


def writable(*files: Path | None) -> None:
    """Raises StorageFailed where one of the files has no folder or may not be written."""
    for file in files:
        if file is None:
            continue
        if not file.parent.is_dir():
            raise StorageFailed(
                f"{file} cannot be written: there is no folder {file.parent}; make it, or choose another file."
            )
        if not os.access(file if file.exists() else file.parent, os.W_OK):
            raise StorageFailed(f"{file} cannot be written (permission denied): choose another file.")


def exporting(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option of every command that makes something to take away."""
    return click.option(
        "--export",
        "--out",
        "out",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        callback=_known,
        help="Write it to a file, in the form that its ending names: .md .tex .docx .txt .bib .ris .csl.json .json, "
        ".csv of a table; .related.txt or .related.tex as a paragraph of related work.",
    )(command)


def _known(_ctx: click.Context, _option: click.Parameter, file: Path | None) -> Path | None:
    """The file, whose ending is known and which can be written."""
    from assistant.export import form_of

    if file is not None:
        form_of(file)
    writable(file)
    return file


def write_export(file: Path, thing: Thing, catalogue: Catalogue, **options: Any) -> None:
    """Writes the thing in the form that the file's ending names, and says so. Raises StorageFailed and WrongUse."""
    from assistant.export import exported, form_of

    write(file, exported(thing, form_of(file), catalogue, **options))
    click.echo(f"{file} written.", err=True)


def write(file: Path, made: str | bytes) -> None:
    """Writes text or bytes. Raises StorageFailed."""
    try:
        file.write_bytes(made.encode("utf-8") if isinstance(made, str) else made)
    except OSError as error:
        raise StorageFailed(f"{file} cannot be written ({error.strerror}): choose another file.") from error
