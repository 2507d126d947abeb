"""Adding the user's own PDFs from the page: each is stored, indexed, and what became of it told, file by file."""

from __future__ import annotations

import logging
import threading
import time
from queue import SimpleQueue
from typing import TYPE_CHECKING

from assistant.adding import Added, add
from assistant.page.links import paper_link
from assistant.page.papers_sheet import proposal_line, whose
from assistant.page.render import safe
from assistant.uploads import take_in
from corpus.errors import DualityError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from assistant.workspace import Workspace
    from corpus.catalogue import Catalogue
    from index.build import Step

log = logging.getLogger(__name__)
SHOWN = 20  # lines; of more files the rest is counted
PAUSE_SECONDS = 0.3  # between two states of the lines
WAITING = "waiting to be read"
# What is shown first where not all is.
_WEIGHT = {"refused-file": 0, WAITING: 3, "under-way": 1, "": 2}
SAID = {"indexed": "can be searched now", "unchanged": "is in the index already", "refused": ""}


def taken_in(workspace: Workspace, files: Sequence[Path]) -> Iterator[list[str]]:
    """The lines under the drop area as HTML in pieces, one a file, as they change; the last say what each became.

    Of many files the most telling lines are given and the rest is counted.

    Args:
        workspace: What is added to.
        files: The files as uploaded; their names are not trusted.
    """
    lines: dict[str, str] = {}  # by the stored file's path; by the name of one that is not stored
    kept: list[str] = []
    for file in files:
        try:
            path = take_in(file, file.name, workspace.home.uploads)
        except DualityError as error:
            lines[file.name] = _refusal(str(error))
        else:
            kept += [str(path)] * (str(path) not in kept)
            lines[str(path)] = _line(path.name, WAITING, share=0.0)
    yield _list(lines)
    if not kept:
        return
    steps: SimpleQueue[Step | list[Added] | str] = SimpleQueue()

    def work() -> None:
        try:
            steps.put(add(workspace, kept, progress=steps.put))
        except DualityError as error:
            steps.put(str(error))
        except Exception:
            log.exception("Indexing uploads ended with a fault")
            steps.put("The files are stored, but indexing them failed: run `duality doctor`.")

    threading.Thread(target=work, name="uploads", daemon=True).start()
    told = 0.0
    while not isinstance(step := steps.get(), (str, list)):
        if step.file in lines:
            name = step.file.replace("\\", "/").rpartition("/")[2]
            said = SAID.get(step.outcome, step.note)
            lines[step.file] = (
                _refusal(step.note) if step.outcome == "refused" else _line(name, said, share=step.share)
            )
            if time.monotonic() - told >= PAUSE_SECONDS:
                yield _list(lines)
                told = time.monotonic()
    if isinstance(step, str):
        yield _list({name: line for name, line in lines.items() if name not in kept} | {"": _refusal(step)})
    else:
        yield _list(lines | {added.given: _became(added, workspace.catalogue) for added in step})


def _became(added: Added, catalogue: Catalogue) -> str:
    """What became of one file: its refusal, or the paper with the categories proposed for it."""
    if added.paper is None:
        return _refusal(added.note)
    name = added.given.replace("\\", "/").rpartition("/")[2]
    said = "can be searched now" if added.outcome == "added" else "is in the index already"
    note = f" ({added.note})" if added.note else ""
    offered = "".join(
        proposal_line(proposal, catalogue, filed=proposal.slug in added.paper.categories)
        for proposal in added.proposals
    )
    proposals = (
        f'<div class="editing" data-of="{safe(added.paper.id)}" data-slugs="{safe(" ".join(added.paper.categories))}">'
        f'<ul class="proposals">{offered}</ul></div>'
        if offered
        else ""
    )
    about = f'<a class="plain" href="{safe(paper_link(added.paper.id))}">{safe(added.paper.label)}</a>'
    return (
        f'<li class="file"><span class="file-name">{safe(name)}</span> {about} {whose(added.paper)} '
        f"{safe(said + note)}.{proposals}</li>"
    )


def _refusal(text: str) -> str:
    return f'<li class="refused-file">{safe(text)}</li>'


def _line(name: str, text: str, *, share: float) -> str:
    """How far a file is, with a bar."""
    return (
        f'<li class="file under-way"><span class="bar" style="--share:{100 * share:.0f}%"></span> '
        f'<span class="file-name">{safe(name)}</span> {safe(text)}</li>'
    )


def _list(lines: Mapping[str, str]) -> list[str]:
    """The lines in pieces, of many the ones that say something: what went wrong, what is under way, what is done."""
    said = list(lines.values())
    if len(said) > SHOWN:
        said = sorted(said, key=lambda line: _WEIGHT[next(kind for kind in _WEIGHT if kind in line)])[:SHOWN]
    rest = len(lines) - len(said)
    waiting = sum(WAITING in line for line in lines.values()) - sum(WAITING in line for line in said)
    if rest:
        more = f"and {waiting:,} more waiting" if waiting else f"and {rest:,} more"
        said.append(
            f'<li class="file">{more}{f", {rest - waiting:,} more done" if 0 < waiting < rest else ""}</li>'
        )
    return ['<ul class="upload-said" role="status">', *said, "</ul>"]
