"""`duality doctor`."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

SIGNS = {
    "good": ("ok", "green"),
    "note": ("note", "cyan"),
    "warning": ("warn", "yellow"),
    "fault": ("FAULT", "red"),
}


@click.command()
@click.option("--thorough", is_flag=True, help="Read every byte of the weights too (some seconds).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def doctor(ctx: click.Context, thorough: bool, as_json: bool) -> int:
    """Look for what is wrong with this home, and name the command that mends it.

    Changes nothing. Exit code 1 where something does not work.
    """
    from assistant.doctor import examined
    from assistant.workspace import Workspace

    faults = 0
    rows = []
    with Workspace.open(ctx.obj) as workspace:
        for check in examined(workspace, thorough=thorough):
            faults += check.severity == "fault"
            rows.append(asdict(check))
            if as_json:
                continue
            sign, colour = SIGNS[check.severity]
            click.echo(f"{click.style(f'{sign:>5}', fg=colour)}  {check.name}: {check.message}")
            if check.remedy:
                click.echo(f"       → {check.remedy}")
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    return 1 if faults else 0
