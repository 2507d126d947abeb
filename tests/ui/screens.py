"""What the tests of the page share: a paper to look for, a port, asking a question."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import ui
from assistant.page.entrance import Hosts, Terms
from assistant.workspace import Workspace

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
UPLOADS = "GRADIO_TEMP_DIR"
TITLE = "Gripper Zebra: Learning to Fold Laundry"
SENTENCES = (
    "The zebra gripper folds laundry with a diffusion policy.",
    "It was trained for seventeen hours on four robot arms.",
    "Folding a shirt succeeds in ninety percent of the trials.",
)
browser_only = [
    pytest.mark.browser,
    pytest.mark.timeout(240),
    pytest.mark.skipif(
        not CHROMIUM.exists(), reason="Debian's chromium is not installed (apt-get install chromium)"
    ),
]


# A document says when it begins and when it is about to be torn down; its own listener is the first to hear of it.
COMES_AND_GOES = """
console.info("document begins");
addEventListener("beforeunload", () => console.info("document ends"));
"""


@dataclass
class Seen:
    """What the browser asked for and complained of.

    While a document is torn down gradio's client cuts its open event stream and complains of the cut itself
    ("signal is aborted", "Connection errored out"); that is no complaint of the page's and is not kept.
    """

    page: Any
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    ending: bool = False

    @classmethod
    def of(cls, page: Any) -> "Seen":
        """Watches a page that nothing was loaded into yet."""
        found = cls(page)
        page.add_init_script(COMES_AND_GOES)
        page.on("request", lambda request: found.requests.append(request.url))
        page.on("console", found._said)
        page.on("pageerror", lambda error: found._complained(str(error)))
        return found

    def _said(self, said: Any) -> None:
        if said.text in ("document begins", "document ends"):
            self.ending = said.text == "document ends"
        elif said.type == "error":
            self._complained(said.text)

    def _complained(self, text: str) -> None:
        if not self.ending:
            self.errors.append(text)


def pdf(path: Path, sentences: tuple[str, ...], title: str = TITLE) -> Path:
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

    canvas = Canvas(str(path), pagesize=(420, 560))
    canvas.setTitle(title)
    canvas.setFont("Helvetica-Bold", 15)
    canvas.drawString(40, 500, title)
    canvas.setFont("Helvetica", 10)
    for line, sentence in enumerate(sentences):
        canvas.drawString(40, 460 - 16 * line, sentence)
    canvas.showPage()
    canvas.drawString(40, 500, "A second page that nothing is cited from, with a few words of its own.")
    canvas.save()
    return path


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def ask(page: Any, question: str, number: int = 1) -> None:
    page.wait_for_selector(
        "#question .submit-button"
    )  # an answer's last words come a moment before the box is free
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    turn = f'#now .turn[data-turn="{number}"]'
    page.wait_for_selector(f"{turn} .meta, {turn} .trouble")


@contextmanager
def served(workspace: Workspace, **terms: Any) -> Iterator[str]:
    """The page of a workspace on a free port, on given terms: its address, until the block ends.

    Where uploads arrive is of the process, and a page has a process of its own but here: it is put back at the end.
    """
    import uvicorn

    port, arriving = free_port(), os.environ.get(UPLOADS)
    hosts = Hosts.of("127.0.0.1", port, terms.pop("allowed", ()))
    web = ui.app(workspace, terms=Terms(hosts, **terms))
    config = uvicorn.Config(web, "127.0.0.1", port, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join(10)
        if arriving is not None:
            os.environ[UPLOADS] = arriving
