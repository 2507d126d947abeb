"""Indexing PDFs as they arrive: in a thread of its own, so that the next one is fetched meanwhile."""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from corpus.errors import DualityError, IndexLocked
from index import generation as generations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from assistant.workspace import Workspace
    from corpus.paper import Paper
    from index.build import Report, Step

log = logging.getLogger(__name__)
AT_ONCE: Final = 4  # so that stopping waits for a few papers at the most
LOCKED_SECONDS: Final = 2.0  # between two attempts while another process writes


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the index made of a PDF.

    Attributes:
        indexed: Whether the paper is searchable, from this file or from another one.
        note: Why this file is not what it is indexed from; "" where it is.
        refused: Whether the file is unreadable, or not the paper.
    """

    indexed: bool
    note: str = ""
    refused: bool = False


class Arrivals:
    """Takes PDFs in and indexes them in order. Close it, or use it in a `with`.

    Args:
        workspace: Whose index.
        told: Told what is being indexed, in words, from the indexing thread.
        stopped: Asked between papers; what waits by then is left for the next build.
        dealt: Told of each paper that was dealt with, from the indexing thread.
    """

    def __init__(
        self,
        workspace: Workspace,
        told: Callable[[str], None] | None = None,
        stopped: Callable[[], bool] | None = None,
        dealt: Callable[[Paper], None] | None = None,
    ) -> None:
        self.workspace = workspace
        self.trouble: DualityError | None = None
        """Why nothing more is indexed; None where all is well."""
        self.verdicts: dict[str, Verdict] = {}
        """By paper, once it was dealt with."""
        self._told = told or (lambda _: None)
        self._stopped = stopped or (lambda: False)
        self._dealt = dealt or (lambda _: None)
        self._waiting: deque[tuple[Paper, Path]] = deque()
        self._change = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="indexing", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, paper: Paper, path: Path) -> None:
        """Index the PDF as soon as those before it are done."""
        with self._change:
            self._waiting.append((paper, path))
            self._change.notify()

    def close(self) -> None:
        """Return when everything that came is indexed, or the caller stops."""
        with self._change:
            self._closing = True
            self._change.notify()
        self._thread.join()

    def _run(self) -> None:
        while (batch := self._next()) and self.trouble is None:
            try:
                self._index(batch)
            except DualityError as error:
                self.trouble = error
            except Exception as error:
                log.debug("indexing failed", exc_info=True)
                self.trouble = DualityError(
                    f"Indexing stopped by an unexpected fault ({type(error).__name__}): run `duality index build`."
                )

    def _next(self) -> list[tuple[Paper, Path]]:
        with self._change:
            while not self._waiting and not self._closing:
                self._change.wait(0.5)
                if self._stopped():
                    return []
            if self._stopped():
                return []
            return [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]

    def _index(self, batch: list[tuple[Paper, Path]]) -> None:
        def told(step: Step) -> None:
            self._told(step.said)

        while True:
            try:
                report = self.workspace.index_pdfs([path for _, path in batch], told)
                break
            except IndexLocked as error:
                self._told(str(error))
                with self._change:
                    self._change.wait(LOCKED_SECONDS)
                if self._stopped():
                    return
        documents = generations.current(self.workspace.home.index).passages.documents()
        owner = {record.file: record.paper for record in documents if record.file}
        for paper, path in batch:
            self.verdicts[paper.id] = _verdict(paper, path, owner, report)
            self._dealt(paper)


def _verdict(paper: Paper, path: Path, owner: Mapping[str, str], report: Report) -> Verdict:
    indexed_as = owner.get(str(path.resolve()))
    if indexed_as == paper.id:
        return Verdict(indexed=True)
    if indexed_as is not None:
        note = f"it is another paper, indexed as {indexed_as}"
        return Verdict(paper.id in owner.values(), note, refused=True)
    if path.name in report.refused:
        return Verdict(paper.id in owner.values(), report.refused[path.name], refused=True)
    return Verdict(paper.id in owner.values(), report.passed_over.get(path.name, "the index passed it over"))
