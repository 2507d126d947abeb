"""Adding the user's own PDFs from the page: each is stored, indexed, and its outcome told in a line."""

from __future__ import annotations

import logging
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING

from assistant.page.render import safe
from assistant.uploads import take_in
from corpus.errors import DualityError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from assistant.workspace import Workspace
    from index.build import Step

log = logging.getLogger(__name__)
SAID = {
    "indexed": "can be searched now",
    "unchanged": "is in the index already",
    "refused": "",
    "passages": "",
}


def taken_in(workspace: Workspace, files: Sequence[Path]) -> Iterator[str]:
    """The lines under the drop area as HTML, each time they change; the last ones say how it ended.

    Args:
        workspace: What is added to.
        files: The files as uploaded; their names are not trusted.
    """
    lines: dict[str, str] = {}
    kept = []
    for file in files:
        try:
            kept.append(take_in(file, file.name, workspace.home.uploads))
        except DualityError as error:
            lines[f"!{file}"] = _line(str(error), refused=True)
    if not kept:
        yield _list(lines)
        return
    steps: SimpleQueue[Step | str] = SimpleQueue()

    def work() -> None:
        try:
            report = workspace.index_pdfs(kept, steps.put)
            done = report.unchanged if not report.indexed and not report.refused else 0
            steps.put(
                f"{'The file is' if len(kept) == 1 else 'The files are'} in the index already."
                if done
                else ""
            )
        except DualityError as error:
            steps.put(str(error))
        except Exception:
            log.exception("Indexing uploads ended with a fault")
            steps.put("The files are stored, but indexing them failed: run `duality doctor`.")

    lines["…"] = _line(f"Reading {', '.join(path.name for path in kept)} …")
    yield _list(lines)
    threading.Thread(target=work, name="uploads", daemon=True).start()
    while not isinstance(step := steps.get(), str):
        lines.pop("…", None)
        if step.outcome == "passages":
            lines[step.name] = _line(f"{step.name}: {step.note}")
        elif step.outcome == "refused":
            lines[step.name] = _line(step.note, refused=True)
        else:
            note = f" ({step.note})" if step.note else ""
            lines[step.name] = _line(f"{step.name} {SAID[step.outcome]}{note}")
        yield _list(lines)
    lines.pop("…", None)
    if step:
        lines["."] = _line(step)
    yield _list(lines)


def _line(text: str, *, refused: bool = False) -> str:
    return f'<li class="{"refused-file" if refused else "file"}">{safe(text)}</li>'


def _list(lines: dict[str, str]) -> str:
    return f'<ul class="upload-said" role="status">{"".join(lines.values())}</ul>'
