"""How a fetch is shown while it runs: bars on a terminal, a line a paper where the output is piped."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, Self

import click

if TYPE_CHECKING:
    from types import TracebackType

    from assistant.cli.fetch_report import Line
    from corpus.fetching import Fetched, Progress
    from corpus.paper import Paper

SAMPLES_SECONDS = 300.0  # over which the time left is reckoned: papers come every few seconds


class Screen:
    """Shows nothing where `quiet`. Use in a `with`."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self._bars: Any = None
        self._total = self._done = self._indexing = 0
        self._began = time.monotonic()
        self._noted = ""

    def __enter__(self) -> Self:
        if not self.quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TimeRemainingColumn(compact=True),
                TextColumn("{task.fields[note]}"),
            )
            console = Console(stderr=True, highlight=False)
            self._bars = Progress(*columns, console=console, speed_estimate_period=SAMPLES_SECONDS)
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def begin(self, total: int) -> None:
        """So many papers will be asked for."""
        self._total = total
        if self._bars is not None:
            self._all = self._bars.add_task("papers", total=total, note="")
            self._index = self._bars.add_task("index", total=0, note="", visible=False)

    def told(self, progress: Progress) -> None:
        """How far the paper in hand is, and what is waited for."""
        if self._bars is not None:
            total = f" of {progress.total / 1e6:.1f}" if progress.total else ""
            note = progress.note or f"{progress.done / 1e6:.1f}{total} MB"
            self._bars.update(self._all, note=f"{progress.paper.label}: {note}"[:70])
        elif progress.note and progress.note != self._noted and not self.quiet:
            self._noted = progress.note
            click.echo(progress.note, err=True)

    def came(self, line: Line, result: Fetched) -> None:
        """A paper was dealt with."""
        if result.outcome in ("there", "paywalled", "altered") and not result.note.startswith("unchanged"):
            return
        self._done += 1
        words = f"came, {result.size / 1e6:.1f} MB" if result.outcome == "fetched" else line.note
        if self._bars is not None:
            self._bars.update(self._all, completed=self._done, note=f"{line.paper.label}: {words}"[:70])
            if result.outcome == "failed":
                self._bars.console.print(f"{line.paper.label}: {words}", style="yellow", markup=False)
        elif not self.quiet:
            click.echo(f"{self._done} of {self._total}: {line.paper.label}: {words}{self._left()}", err=True)

    def indexing(self, note: str) -> None:
        """What the index is doing."""
        if self._bars is not None:
            self._bars.update(self._index, note=note[:70], visible=True)

    def to_index(self) -> None:
        """One more paper is to be indexed."""
        self._indexing += 1
        if self._bars is not None:
            self._bars.update(self._index, total=self._indexing, visible=True)

    def indexed(self, _: Paper) -> None:
        """One of them is dealt with."""
        if self._bars is not None:
            self._bars.advance(self._index)

    def stopping(self) -> None:
        """The run ends; only what is being indexed is finished."""
        if not self.quiet:
            click.echo("Stopping once the papers in hand are indexed; Ctrl-C again ends at once.", err=True)

    def waiting_for_index(self) -> None:
        """All that comes has come."""
        if self._bars is not None:
            self._bars.update(self._all, note="all asked for")
        elif not self.quiet:
            click.echo("indexing what came", err=True)

    def _left(self) -> str:
        ahead = self._total - self._done
        seconds = (time.monotonic() - self._began) / max(1, self._done) * ahead
        return f" (about {lasting(seconds)} left)" if ahead else ""


def lasting(seconds: float) -> str:
    """A length of time in words: "45 s", "8 min"."""
    return f"{seconds / 60:.0f} min" if seconds >= 60 else f"{seconds:.0f} s"
