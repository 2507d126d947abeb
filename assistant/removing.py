"""Removing papers: a PDF's passages are hidden at once; the catalogue, its digests and tables stay."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import workspace as workspaces
from corpus.errors import WrongUse
from index import generation as generations
from index.lock import writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.workspace import Workspace
    from corpus.paper import Paper


@dataclass(frozen=True, slots=True)
class Removed:
    """A paper whose PDF is no longer searched.

    Attributes:
        paper: As it was known.
        file: Its PDF.
        passages: How many are hidden now.
        deleted: Whether the file is deleted, too.
        note: Why it is not, where that was asked for; else "".
    """

    paper: Paper
    file: Path
    passages: int
    deleted: bool = False
    note: str = ""


def remove(workspace: Workspace, names: Sequence[str], *, delete_file: bool = False) -> list[Removed]:
    """Hide the PDFs of papers, named as a user names them, and remember that they were removed.

    No search, of this process or another, finds their passages from then on. A paper of the user's own leaves
    the catalogue; a curated one is known from its digest and table row again. The vectors are left behind by a
    later build. `add` brings a paper back.

    Args:
        workspace: What is removed from.
        names: Ids, titles or other names of the papers.
        delete_file: Delete the PDFs, too, where they lie in this home.

    Raises:
        WrongUse: An unknown name, or a paper without a PDF; nothing is removed then.
        NothingIndexed: There is no index.
        IndexLocked: Another process is writing.
    """
    before = {record.paper for record in generations.current(workspace.home.index).passages.removed()}
    catalogue = workspace.catalogue
    for name in names:
        if name in before and name not in catalogue.by_id:
            raise WrongUse(f"{name} was removed before; `duality add FILE` brings it back.")
    papers = list({paper.id: paper for paper in map(catalogue.paper, names)}.values())
    with writing(workspace.home.index, "removing papers", workspaces.LOCK_SECONDS):
        store = generations.current(workspace.home.index).passages
        store.create()  # an older version made fewer tables
        held = {record.paper for record in store.documents() if record.source == "pdf"}
        for paper in papers:
            if paper.id not in held:
                kept = "; its digest and table row stay" if paper.kind != "own" else ""
                raise WrongUse(f"{paper.label} ({paper.id}) has no PDF in the index to remove{kept}.")
        done = []
        for paper in papers:
            passages = len(store.of_paper(paper.id))
            record = store.remove_pdf(paper.id)
            if record is not None:
                done.append(Removed(paper, Path(record.file), passages))
    return [_deleted(one, workspace) for one in done] if delete_file else done


def _deleted(removed: Removed, workspace: Workspace) -> Removed:
    home = workspace.home
    file = removed.file.resolve()
    if not any(file.is_relative_to(folder.resolve()) for folder in (home.pdfs, home.uploads)):
        note = f"{removed.file} is left where it is: it does not lie in {home.root}"
        return Removed(removed.paper, removed.file, removed.passages, note=note)
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        note = f"{removed.file} could not be deleted ({error.strerror})"
        return Removed(removed.paper, removed.file, removed.passages, note=note)
    return Removed(removed.paper, removed.file, removed.passages, deleted=True)
