"""What goes on behind the open page: the chat model's weights, the catalogue's PDFs, and indexing them.

Each step says how far it is; a host that cannot be reached costs one line.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from assistant.arrivals import Arrivals
from corpus.errors import DualityError, IndexLocked
from corpus.fetching import addresses
from corpus.fetching import fetch as fetch_pdfs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.workspace import Workspace
    from corpus.paper import Paper
    from index.build import Step
    from index.weights import Progress as WeightProgress

log = logging.getLogger(__name__)
State = Literal["waiting", "running", "done", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Task:
    """One step of the preparation.

    Attributes:
        name: "chat model", "PDFs" or "your files".
        state: How it stands.
        done: How much is done, in `unit`.
        total: Of how much; 0 where it is not known.
        unit: "MB" or "papers".
        note: One line for the user.
    """

    name: str
    state: State = "waiting"
    done: float = 0.0
    total: float = 0.0
    unit: str = ""
    note: str = ""


class Preparation:
    """Runs the steps in a thread of its own; ask `tasks` how they stand.

    Args:
        workspace: What to prepare.
        told: Called with each change, from the preparing thread.
    """

    def __init__(self, workspace: Workspace, told: Callable[[Task], None] | None = None) -> None:
        self.workspace = workspace
        self._told = told
        self._stop = threading.Event()
        self._tasks = {name: Task(name) for name in ("chat model", "PDFs")}
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Every step, as it stands now."""
        with self._lock:
            return tuple(self._tasks.values())

    def start(self) -> None:
        """Begin; returns at once. Weights and PDFs come side by side."""
        for name, work in (("chat model", self._chat_model), ("PDFs", self._pdfs)):
            thread = threading.Thread(target=self._guarded, args=(name, work), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self, wait_seconds: float = 5.0) -> None:
        """Stop what is running; what has come is kept."""
        self._stop.set()
        for thread in self._threads:
            thread.join(wait_seconds)

    def _guarded(self, name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except DualityError as error:
            self._set(name, state="failed", note=str(error))
        except Exception as error:
            log.debug("preparing %s failed", name, exc_info=True)
            self._set(
                name,
                state="failed",
                note=f"{name}: stopped by an unexpected fault ({type(error).__name__}); run `duality doctor`.",
            )

    def _set(self, name: str, **changes: object) -> None:
        with self._lock:
            task = replace(self._tasks[name], **changes)  # type: ignore[arg-type]
            self._tasks[name] = task
        if self._told is not None:
            self._told(task)

    def _chat_model(self) -> None:
        from index.weights import QWEN_CODER_1_5B, fetch, is_present

        settings, home = self.workspace.settings, self.workspace.home
        directory = home.weights / "qwen"
        if is_present(QWEN_CODER_1_5B, directory):
            self._set("chat model", state="done", note="on this machine")
        elif settings.model not in ("auto", "embedded") or not settings.fetch.weights:
            self._set("chat model", state="skipped", note="not needed with these settings")
            return
        else:
            self._set("chat model", state="running", unit="MB", total=QWEN_CODER_1_5B.size_bytes / 1e6)

            def told(progress: WeightProgress) -> None:
                self._set("chat model", done=progress.done_bytes / 1e6, note=f"from {progress.source}")

            fetch(QWEN_CODER_1_5B, directory, told, self._stop.is_set)
            self._set(
                "chat model", state="done", done=QWEN_CODER_1_5B.size_bytes / 1e6, note="on this machine"
            )
        if settings.model in ("auto", "embedded"):
            self.workspace.warm_up()

    def _pdfs(self) -> None:
        self.workspace.warm_search()
        self._index(self.workspace.known_pdfs())
        if not self.workspace.settings.fetch.pdfs:
            self._set("PDFs", state="skipped", note="fetching is switched off")
            return
        wanted = self._wanted()
        self._set("PDFs", state="running", unit="papers", total=len(wanted))
        come = failed = 0
        contact, pdfs = self.workspace.settings.fetch.contact, self.workspace.home.pdfs

        def told(note: str) -> None:
            self._set("PDFs", note=note)

        with Arrivals(self.workspace, told, self._stop.is_set) as arrivals:
            coming = fetch_pdfs(wanted, pdfs, contact, self._stop.is_set, queue=self.workspace.home.root)
            for number, result in enumerate(coming, start=1):
                if result.path is not None:
                    come += 1
                    arrivals.add(result.paper, result.path)
                elif result.outcome == "failed":
                    failed += 1
                self._set("PDFs", done=number, note=f"{result.paper.label}: {result.note or 'came'}")
        if arrivals.trouble is not None:
            raise arrivals.trouble
        note = f"{come} fetched" + (f", {failed} did not come: start again later" if failed else "")
        if refused := sum(verdict.refused for verdict in arrivals.verdicts.values()):
            note += f", {refused} not indexed: see Coverage"
        self._set("PDFs", state="done", note=note)

    def _wanted(self) -> list[Paper]:
        passages = self.workspace.search().generation().passages
        have = {record.paper for record in passages.documents() if record.source == "pdf"}
        have |= {record.paper for record in passages.removed()}
        papers = (paper for paper in self.workspace.catalogue.papers if paper.kind != "own")
        return [paper for paper in papers if paper.id not in have and addresses(paper)]

    def _index(self, paths: list[Path]) -> None:
        if not paths or self._stop.is_set():
            return

        def told(step: Step) -> None:
            self._set("PDFs", state="running", note=step.said)

        while not self._stop.is_set():
            try:
                report = self.workspace.index_pdfs(paths, told)
            except IndexLocked as error:
                self._set("PDFs", note=str(error))
                self._stop.wait(2.0)
                continue
            for reason in report.refused.values():
                self._set("PDFs", note=reason)
            return
