"""`duality corpus sync`: the survey's repository held against the catalogue, and taken over into the overlay."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.workspace import Workspace
    from corpus.upstream.changes import Difference

REPOSITORY = "https://github.com/clmoro/Robotics-RL-FMs-Integration"


@click.command()
@click.argument("source", required=False, metavar="PATH-OR-URL")
@click.option("--apply", "wanted", is_flag=True, help="Take the changes over into your overlay.")
@click.option("--yes", is_flag=True, help="Do not ask before applying.")
@click.option("--undo", is_flag=True, help="Put your overlay back as it was before its last change.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def sync(ctx: click.Context, source: str | None, wanted: bool, yes: bool, undo: bool, as_json: bool) -> None:
    """Hold the survey's repository against the catalogue, and show what differs.

    PATH-OR-URL is a checkout's folder, a .zip or .tar.gz archive of it, or the address of an archive or of the
    repository's page on GitHub.

    Nothing is changed without --apply. With it, new papers, moved categories, titles and table cells go into
    your overlay (overlay.json in the home); the package's own data stay as they are, nothing is removed, and
    what upstream is known to have wrong stays corrected. What is not understood is listed and never applied.

    \b
    Then:
      duality corpus fetch     download the new papers' PDFs
      duality index build      make them searchable
    """
    from assistant.workspace import Workspace

    if undo:
        if source or wanted:
            raise WrongUse("--undo stands alone: give neither a source nor --apply with it.")
        with Workspace.open(ctx.obj) as workspace:
            _undo(workspace, as_json=as_json)
        return
    if source is None:
        raise WrongUse(
            f"Say what to compare with: `duality corpus sync PATH-OR-URL`, such as {REPOSITORY} or a checkout of it."
        )
    if yes and not wanted:
        raise WrongUse("--yes answers the question that --apply asks; give --apply too.")
    with Workspace.open(ctx.obj) as workspace:
        difference = _compared(workspace, source)
        if not as_json:
            from assistant.cli.sync_report import show

            show(difference, source, workspace.catalogue.taxonomy)
        applied = wanted and bool(difference.applicable) and (as_json or yes or _agreed(difference))
        if applied:
            _apply(workspace, difference)
    if as_json:
        click.echo(json.dumps(_as_json(difference, source, applied=applied), ensure_ascii=False, indent=2))
    elif applied:
        count = len(difference.applicable)
        click.echo(
            f"Applied {count} change{'s' * (count != 1)} to {workspace.home.overlay}; the package's data are as "
            "they were.\nTake it back: `duality corpus sync --undo`. "
            "Go on: `duality corpus fetch`, `duality index build`."
        )
    elif wanted:
        click.echo("Nothing was applied.")
    elif difference.applicable:
        count = len(difference.applicable)
        click.echo(f"To take over the {count} change{'s' * (count != 1)} that apply: add --apply.")


def _compared(workspace: Workspace, source: str) -> Difference:
    from corpus import catalogue as catalogues
    from corpus import overlay as overlays
    from corpus.upstream.diff import compare
    from corpus.upstream.repository import read

    with _local(source, workspace.settings.fetch.contact) as path:
        upstream = read(path)
    return compare(
        upstream, catalogues.load(), overlays.read(workspace.home.overlay), workspace.catalogue.own
    )


@contextmanager
def _local(source: str, contact: str | None) -> Iterator[Path]:
    """Where the source lies on this machine, downloaded for the while if it is an address."""
    import tempfile

    from corpus.upstream.download import download, is_address

    if not is_address(source):
        yield Path(source).expanduser()
        return
    with tempfile.TemporaryDirectory(prefix="duality-sync-") as folder:
        path = Path(folder) / "archive"
        click.echo(f"Downloading {source} …", err=True)
        download(source, path, contact)
        yield path


def _on_terminal() -> bool:
    return sys.stdin.isatty()


def _agreed(difference: Difference) -> bool:
    if not _on_terminal():
        return True
    count = len(difference.applicable)
    return click.confirm(f"Apply {count} change{'s' * (count != 1)} to your overlay?", default=False)


def _apply(workspace: Workspace, difference: Difference) -> None:
    from corpus import overlay as overlays

    overlays.change(workspace.home.overlay, difference.applied)


def _undo(workspace: Workspace, *, as_json: bool) -> None:
    from corpus import overlay as overlays

    before, after = overlays.restore(workspace.home.overlay)
    gone = [identity for identity in before.papers if identity not in after.papers]
    back = [identity for identity in after.papers if identity not in before.papers]
    edits = [
        identity
        for identity in {**before.edits, **after.edits}
        if before.edits.get(identity) != after.edits.get(identity)
    ]
    if as_json:
        click.echo(json.dumps({"taken_out": gone, "brought_back": back, "edits_changed": edits}, indent=2))
        return
    said = [
        f"{what}: {', '.join(ids)}"
        for what, ids in (("taken out", gone), ("brought back", back), ("edits put back", edits))
        if ids
    ]
    click.echo(f"Your overlay is as it was before its last change ({'; '.join(said) or 'nothing differs'}).")
    click.echo(
        "`duality corpus sync --undo` once more reverses this; `duality index build` brings the index along."
    )


def _as_json(difference: Difference, source: str, *, applied: bool) -> dict[str, Any]:
    return {
        "source": source,
        "entries": difference.entries,
        "rows": difference.rows,
        "changes": [
            {
                "kind": c.kind,
                "paper_id": c.paper,
                "title": c.title,
                "field": c.field or None,
                "before": c.before,
                "after": c.after,
                "where": c.where,
                "note": c.note or None,
                "applies": c.applies,
            }
            for c in difference.changes
        ],
        "kept": [
            {
                "kind": k.kind,
                "paper_id": k.paper or None,
                "upstream": k.upstream,
                "kept": k.kept,
                "why": k.why,
            }
            for k in difference.kept
        ],
        "not_understood": [
            {"file": u.file, "where": u.where or None, "what": u.what} for u in difference.unclear
        ],
        "applied": len(difference.applicable) if applied else 0,
    }
