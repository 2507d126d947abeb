"""Adding the user's own PDFs from the page: each is stored, indexed, and what became of it told, file by file."""

from __future__ import annotations

import logging
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING

from assistant.adding import Added, add
from assistant.page.links import paper_link
from assistant.page.papers_sheet import proposal_line
from assistant.page.render import safe
from assistant.uploads import take_in
from corpus.errors import DualityError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from assistant.workspace import Workspace
    from corpus.catalogue import Catalogue
    from index.build import Step

log = logging.getLogger(__name__)
SAID = {
    "indexed": "can be searched now",
    "unchanged": "is in the index already",
    "refused": "",
    "passages": "",
}


def taken_in(workspace: Workspace, files: Sequence[Path]) -> Iterator[str]:
    """The lines under the drop area as HTML, each time they change; the last ones say what each file became.

    Args:
        workspace: What is added to.
        files: The files as uploaded; their names are not trusted.
    """
    refused: list[str] = []
    kept: list[Path] = []
    for file in files:
        try:
            path = take_in(file, file.name, workspace.home.uploads)
        except DualityError as error:
            refused.append(_line(str(error), refused=True))
        else:
            kept += [path] * (path not in kept)
    if not kept:
        yield _list(refused)
        return
    steps: SimpleQueue[Step | list[Added] | str] = SimpleQueue()

    def work() -> None:
        try:
            steps.put(add(workspace, [str(path) for path in kept], progress=steps.put))
        except DualityError as error:
            steps.put(str(error))
        except Exception:
            log.exception("Indexing uploads ended with a fault")
            steps.put("The files are stored, but indexing them failed: run `duality doctor`.")

    under_way = {"…": _line(f"Reading {', '.join(path.name for path in kept)} …")}
    yield _list([*refused, *under_way.values()])
    threading.Thread(target=work, name="uploads", daemon=True).start()
    while not isinstance(step := steps.get(), (str, list)):
        under_way.pop("…", None)
        if step.outcome == "refused":
            under_way[step.name] = _line(step.note, refused=True)
        else:
            far = f" · {step.done} of {step.total}" if step.total > 1 else ""
            said = step.note if step.outcome == "passages" else SAID.get(step.outcome, "")
            under_way[step.name] = _line(f"{step.name}: {said}{far}")
        yield _list([*refused, *under_way.values()])
    if isinstance(step, str):
        yield _list([*refused, _line(step, refused=True)])
    else:
        yield _list([*refused, *(_became(added, workspace.catalogue) for added in step)])


def _became(added: Added, catalogue: Catalogue) -> str:
    """What became of one file: its refusal, or the paper with the categories proposed for it."""
    if added.paper is None:
        return _line(added.note, refused=True)
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
    return f'<li class="file"><span class="file-name">{safe(name)}</span> {about} {safe(said + note)}.{proposals}</li>'


def _line(text: str, *, refused: bool = False) -> str:
    return f'<li class="{"refused-file" if refused else "file"}">{safe(text)}</li>'


def _list(lines: Sequence[str]) -> str:
    return f'<ul class="upload-said" role="status">{"".join(lines)}</ul>'
