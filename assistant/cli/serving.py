"""`duality ui`: set up what is missing, open the page, and prepare the rest behind it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from assistant.preparation import Task


@click.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: 7860]")
@click.option("--open/--no-open", "open_browser", default=False, help="Open the browser.")
@click.pass_context
def ui(ctx: click.Context, host: str | None, port: int | None, open_browser: bool) -> None:
    """Open the chat in the browser.

    At the first start the embedder's weights are fetched and the digests of all papers indexed; then the page
    opens, and the chat model and the PDFs come behind it.
    """
    from assistant.cli.indexing import ensure_embedder, shown_progress
    from assistant.workspace import Workspace

    with Workspace.open({**(ctx.obj or {}), "ui.host": host, "ui.port": port}) as workspace:
        ensure_embedder(workspace)
        with shown_progress() as told:
            workspace.index_catalogue(told)
        from ui import serve

        screen = workspace.settings.ui
        serve(workspace, screen.host, screen.port, open_browser, Reporter().told)


class Reporter:
    """Tells the terminal how the preparation goes: each change of state, and now and then how far."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[str, float, str]] = {}

    def told(self, task: Task) -> None:
        """One line, where there is something new to say."""
        state, at, note = self._said.get(task.name, ("", 0.0, ""))
        new_state = task.state != state
        if not new_state and (task.note == note or time.monotonic() - at < 3.0):
            return
        self._said[task.name] = (task.state, time.monotonic(), task.note)
        far = (
            f" {task.done:.0f} of {task.total:.0f} {task.unit}"
            if task.total and task.state == "running"
            else ""
        )
        click.echo(f"{task.name}: {task.state}{far}{' – ' + task.note if task.note else ''}", err=True)
