"""Adding the user's own PDFs from the page: each is stored, indexed, and what became of it told, file by file."""

from __future__ import annotations

import logging
import threading
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
SAID = {"indexed": "can be searched now", "unchanged": "is in the index already", "refused": ""}


def taken_in(workspace: Workspace, files: Sequence[Path]) -> Iterator[str]:
    """The lines under the drop area as HTML, one a file, each time one changes; the last say what each became.

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
            lines[str(path)] = _line(path.name, "waiting to be read", share=0.0)
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
    while not isinstance(step := steps.get(), (str, list)):
        if step.file in lines:
            name = step.file.replace("\\", "/").rpartition("/")[2]
            said = SAID.get(step.outcome, step.note)
            lines[step.file] = (
                _refusal(step.note) if step.outcome == "refused" else _line(name, said, share=step.share)
            )
            yield _list(lines)
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


def _list(lines: Mapping[str, str]) -> str:
    return f'<ul class="upload-said" role="status">{"".join(lines.values())}</ul>'
