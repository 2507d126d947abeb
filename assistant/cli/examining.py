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
@click.option(
    "--thorough",
    is_flag=True,
    help="Read every byte of weights and index, and look for each paper by its title.",
)
@click.option("--mend", is_flag=True, help="Mend first what can be mended without losing anything.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def doctor(ctx: click.Context, thorough: bool, mend: bool, as_json: bool) -> int:
    """Look for what is wrong with this home, and name the command that mends it.

    Changes nothing without --mend, which deletes old generations and a damaged cache, puts stray rows right, leaves
    unreachable vectors behind, stores anew what search does not find and sets a damaged overlay aside; it never
    touches PDFs, settings or weights. Exit code 1 where something does not work.
    """
    from assistant.doctor import examined
    from assistant.examining.mending import mended, overlay_set_aside
    from assistant.workspace import Workspace

    faults = 0
    rows = []
    with Workspace.open(ctx.obj) as workspace:
        home = workspace.home
        for done in (*overlay_set_aside(home.overlay), *mended(home.index)) if mend else ():
            click.echo(done, err=as_json)
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
