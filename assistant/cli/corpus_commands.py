"""`duality corpus`: the group; each of its commands is imported when it is called for."""

from __future__ import annotations

from typing import Final

import click

from assistant.cli import Commands

COMMANDS: Final = {
    "fetch": ("fetching", "Download the papers' PDFs, and index them."),
    "sync": ("syncing", "Hold the survey's repository against the catalogue."),
}


@click.group(cls=Commands, known=COMMANDS)
def corpus() -> None:
    """The papers' PDFs, and the list of papers itself."""
