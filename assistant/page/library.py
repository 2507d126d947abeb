"""The papers on the page: shown, filed elsewhere, removed and brought back; gradio is not known here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.adding import edit_papers, proposals_for
from assistant.page import papers_sheet
from assistant.read_of import read_of
from assistant.removing import remove
from corpus.errors import DualityError, NothingIndexed, WrongUse
from index import generation as generations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.workspace import Workspace


class Library:
    """Stateless but for the workspace; every method gives HTML, and a DualityError as its sentence."""

    def __init__(self, workspace: Workspace, *, read_only: bool = False) -> None:
        self.workspace = workspace
        self.read_only = read_only

    def held(self) -> set[str]:
        """Ids of the papers whose PDF is indexed."""
        try:
            documents = generations.current(self.workspace.home.index).passages.documents()
        except NothingIndexed:
            return set()
        return {record.paper for record in documents if record.source == "pdf"}

    def state(self) -> str:
        """A mark that changes with what is indexed, by whichever process."""
        try:
            generation = generations.current(self.workspace.home.index)
            return f"{generation.name} {generation.passages.revision()}"
        except DualityError:
            return ""

    def listed(self) -> str:
        """The list of all papers."""
        try:
            return papers_sheet.listed(self.workspace.catalogue, self.held())
        except DualityError as error:
            return papers_sheet.trouble(str(error))

    def shown(self, paper: str, said: str = "") -> str:
        """One paper in full, by any of its names."""
        try:
            catalogue = self.workspace.catalogue
            found = catalogue.by_id.get(paper) or catalogue.paper(paper)
            here = found.id in self.held()
            missing = None if here else self.workspace.status().coverage.missing.get(found.id)
            editable = found.kind == "own" and not self.read_only
            proposals = proposals_for(self.workspace, found) if editable and here else ()
            return papers_sheet.detail(
                found,
                catalogue,
                here=here,
                missing=missing,
                proposals=proposals,
                said=said,
                editable=editable,
                read=read_of(found, self.workspace) if here else None,
            )
        except DualityError as error:
            return papers_sheet.trouble(str(error))

    def file(self, paper: str, slugs: Sequence[str]) -> str:
        """File a paper of the user's own under categories, all it had before aside; then as `shown`."""
        catalogue = self.workspace.catalogue
        found = catalogue.by_id.get(paper)
        try:
            if found is None or found.kind != "own":
                raise WrongUse("Only papers of your own can be filed elsewhere.")
            if not slugs:
                raise WrongUse("A paper stays under one category at least: add another one first.")
            edit_papers(self.workspace, {paper: {"categories": [catalogue.category(s).slug for s in slugs]}})
        except DualityError as error:
            return self.shown(paper, str(error))
        return self.shown(paper, "Filed. Answers name it under these categories from now on.")

    def remove(self, paper: str) -> str:
        """Hide a paper's passages at once; what is shown has the way back."""
        try:
            label = self.workspace.catalogue.paper(paper).label
            done = remove(self.workspace, [paper])
        except DualityError as error:
            return self.shown(paper, str(error))
        return papers_sheet.removed(label, paper, sum(one.passages for one in done))

    def bring_back(self, paper: str) -> str:
        """Take a removed paper in again; then as `shown`."""
        try:
            store = generations.current(self.workspace.home.index).passages
            files = [Path(record.file) for record in store.removed() if record.paper == paper]
            if not files or not files[0].exists():
                raise WrongUse("Its file is no longer there: add the PDF again.")
            report = self.workspace.index_pdfs(files, again=True)
            if report.refused:
                raise WrongUse(next(iter(report.files.values())).note)
        except DualityError as error:
            return papers_sheet.trouble(str(error))
        return self.shown(paper, "It is back.")
