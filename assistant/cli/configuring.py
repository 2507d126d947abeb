"""`duality config` and `duality models`: the settings in force, and the models on this machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import click

from corpus.errors import WrongUse
from corpus.spelling import either, key, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.settings import Home, Settings
    from index.weights import Progress, Weights

_YES_NO: Final = {True: "yes", False: "no", None: "–"}


def settings_of(ctx: click.Context) -> tuple[Settings, Home]:
    """The settings in force for this run, and its home; the group above may leave overrides in `ctx.obj`."""
    from assistant.settings import Home, load

    home = Home.find()
    return load(ctx.obj if isinstance(ctx.obj, Mapping) else None, home=home), home


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def config(ctx: click.Context, as_json: bool) -> None:
    """Show every setting, its value and where the value came from.

    A setting is changed in config.toml (`duality config path`), by a variable such as
    DUALITY_SEARCH__CANDIDATES, or for one run by an option. Keys of providers are never settings: api_key_env
    names the variable that holds one.

    With --json, a list of objects: key, value, origin, description.
    """
    if ctx.invoked_subcommand is not None:
        return
    settings, _ = settings_of(ctx)
    rows = [
        {"key": name, "value": value, "origin": settings.origin(name), "description": settings.describe(name)}
        for name, value in settings.items()
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        _table(
            ("key", "value", "from", "what it sets"),
            [(r["key"], _shown(r["value"]), r["origin"], r["description"]) for r in rows],
        )


@config.command("path")
def config_path() -> None:
    """Print where the settings file is, or would be."""
    from assistant.settings import Home

    click.echo(Home.find().config_file)


@config.command("password")
@click.argument("name")
def config_password(name: str) -> None:
    """Ask for a password and print the line for a file of those who are let in to the page.

    \b
      duality config password ada >> passwords
      duality ui --host 0.0.0.0 --password-file passwords
    """
    if not name or ":" in name or name != name.strip():
        raise WrongUse("A name is one word without a colon.")
    from assistant.page.entrance.passwords import hashed

    password = click.prompt(f"Password of {name}", hide_input=True, confirmation_prompt=True, err=True)
    click.echo(f"{name}:{hashed(password)}")


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def models(ctx: click.Context, as_json: bool) -> None:
    """List the models: which is in use, which are on this machine, and their size.

    With --json, a list of objects: name, kind (extractive, embedded, remote or embedder), in_use, on_disk,
    size_bytes, note.
    """
    if ctx.invoked_subcommand is not None:
        return
    from assistant.chat.models import available

    rows = available(*settings_of(ctx))
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False))
    else:
        _table(
            ("model", "kind", "in use", "on disk", "size", "note"),
            [
                (r.name, r.kind, _YES_NO[r.in_use], _YES_NO[r.on_disk], _size(r.size_bytes), r.note)
                for r in rows
            ],
        )


@models.command("pull")
@click.argument("name", required=False)
@click.pass_context
def models_pull(ctx: click.Context, name: str | None) -> None:
    """Fetch the weights of a model, `embedded` or `minilm`; both if none is named.

    `cross-encoder` fetches the one that judge.cross_encoder names on the model hub.

    What is on this machine already is left alone, and an interrupted fetch goes on from where it stopped. Of a model
    that is named every byte is checked, and what is damaged is fetched or made anew.
    """
    from assistant.chat.models import pullable

    settings, home = settings_of(ctx)
    known = pullable(home)
    if name == "cross-encoder":
        _pull_encoder(settings, home)
        return
    if name is not None and name not in known:
        alike = nearest(name, {key(n): n for n in known})
        hint = f"did you mean {either(alike)}?" if alike else f"there is {either(known)}."
        raise WrongUse(f"There are no weights named '{name}'; {hint}")
    from index.minilm import drop_damaged
    from index.weights import fetch, is_present, recheck

    for wanted, (weights, directory) in known.items():
        if name not in {None, wanted}:
            continue
        if name is not None:
            recheck(weights, directory)
        if is_present(weights, directory):
            click.echo(f"{wanted}: {weights.name} is on this machine.")
        else:
            with weights_bar(weights) as report:
                fetch(weights, directory, report)
            click.echo(f"{wanted}: {weights.name} is ready in {directory}.")
        if name == wanted == "minilm":
            drop_damaged(directory)


def _pull_encoder(settings: Settings, home: Home) -> None:
    """Fetch the cross-encoder that the settings name, and see whether it can be used."""
    from assistant.support.encoder import ONNX, EncoderScorer, folder_of
    from index.hub_folder import fetch_folder

    named = settings.judge.cross_encoder
    if named is None:
        raise WrongUse(
            "No cross-encoder is named: set judge.cross_encoder to owner/name on the hub, or to a folder."
        )
    folder = folder_of(named, home.weights)
    if folder.parent == home.weights / "encoders":
        folder.parent.mkdir(parents=True, exist_ok=True)
        revision = fetch_folder(named, folder, ONNX)
        click.echo(f"{named}, revision {revision}, is ready in {folder}.")
    EncoderScorer(folder)
    click.echo(f"{folder.name} can be used.")


@contextmanager
def weights_bar(weights: Weights) -> Iterator[Callable[[Progress], None]]:
    """A bar on the terminal's error channel."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Bars(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bars:
        task = bars.add_task(weights.name, total=weights.size_bytes)
        yield lambda progress: bars.update(task, completed=progress.done_bytes, total=progress.total_bytes)


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _size(size: int | None) -> str:
    if size is None:
        return "–"
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def _table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """An aligned table on a terminal; tabs where the output is piped."""
    if not sys.stdout.isatty():
        for row in rows:
            click.echo("\t".join(map(str, row)))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for title in head:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    Console().print(table)
