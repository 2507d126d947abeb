"""Reading PDFs in a child process with limits of time, memory and pages.

One bad PDF costs one sentence, never the run: a child that overstays or dies is replaced.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from corpus import memory
from corpus.document import Box, Document, from_json
from corpus.errors import UnreadableDocument

if TYPE_CHECKING:
    from collections.abc import Sequence

# Not `-m`: that would run whatever lies in the current folder under the name of a library. The path is
# there just long enough to find the very package that asks.
START = (
    "import sys; sys.path.insert(0, sys.argv.pop()); import corpus; del sys.path[0]; "
    "from corpus.reading import main; main()"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one PDF may take.

    Attributes:
        seconds: To read it; with OCR, to read each page.
        memory_bytes: Of the reading process at the most; less where little memory is free.
        page_cpu_seconds: Computing time for one page.
        readers: How many processes read side by side, and share what is free.
        pages: A longer one is refused.
        file_bytes: A larger one is not opened.
        ocr: The languages in which pages without text are read by OCR, in tesseract's names ("eng",
            "eng+deu"); "" leaves such pages unread.
        ocr_pages: As many pages of one PDF are read by OCR at the most.
    """

    seconds: float = 120.0
    memory_bytes: int = 1024**3
    page_cpu_seconds: int = 20
    readers: int = 1
    pages: int = 2_000
    file_bytes: int = 300 * 1024**2
    ocr: str = "eng"
    ocr_pages: int = 200


@dataclass(frozen=True, slots=True)
class Mark:
    """Words of a page to be highlighted in a copy of its PDF.

    Attributes:
        page: Physical page, from 1.
        spans: pdfium's character numbers: first, one past the last.
        boxes: Of words that OCR read, as for `Reader.page_image`.
        colour: Red, green and blue in hexadecimal.
        comment: What the annotation says.
    """

    page: int
    spans: tuple[tuple[int, int], ...]
    boxes: tuple[tuple[float, float, float, float], ...]
    colour: str
    comment: str


class Reader:
    """A reading process, started at first use and replaced when it fails.

    One request at a time; open several for parallel reading. Close it, or use it in a `with`.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._child: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    def read(self, path: Path) -> Document:
        """The document in `path`.

        Raises:
            UnreadableDocument: It is missing, empty, encrypted, damaged, without text, too large,
                or took longer than the limits allow.
        """
        with contextlib.suppress(OSError):
            if path.stat().st_size > self.limits.file_bytes:
                limit = self.limits.file_bytes // 1024**2
                raise UnreadableDocument(f"{path.name} is larger than {limit} MB, the limit for one PDF.")
        limits = {"max_pages": self.limits.pages, "ocr": self.limits.ocr, "ocr_pages": self.limits.ocr_pages}
        return from_json(self._ask(path, {"do": "read", **limits}))

    def page_image(
        self,
        path: Path,
        page: int,
        spans: Sequence[tuple[int, int]] = (),
        scale: float = 2.0,
        boxes: Sequence[tuple[float, float, float, float]] = (),
        crop: Box | None = None,
    ) -> bytes:
        """Page `page` (physical, from 1) as PNG with pdfium's characters `spans` marked.

        Args:
            path: The PDF.
            page: Physical page, from 1.
            spans: Pairs of pdfium character numbers: first, one past the last.
            scale: Pixels per point (2.0 is 144 dpi).
            boxes: What to mark besides, as left, top, right and bottom in points from the page's upper left
                corner: words on a page that OCR read.
            crop: Only this part of the page.

        Raises:
            UnreadableDocument: As for `read`, and for a page that is not there.
        """
        request = {
            "do": "render",
            "page": page,
            "spans": list(spans),
            "scale": scale,
            "boxes": list(boxes),
            "crop": crop,
        }
        return base64.b64decode(self._ask(path, request))

    def boxes(self, path: Path, spans: Sequence[tuple[int, int, int]]) -> list[list[Box]]:
        """Where pdfium's characters stand, for each span the boxes of its lines.

        Args:
            path: The PDF.
            spans: Physical page from 1, first character number, one past the last.

        Raises:
            UnreadableDocument: As for `read`.
        """
        found = self._ask(path, {"do": "boxes", "spans": list(spans)})
        return [[Box(*box) for box in boxes] for boxes in found]

    def highlighted(self, path: Path, marks: Sequence[Mark]) -> bytes:
        """A copy of the PDF with each mark as an annotation.

        Raises:
            UnreadableDocument: As for `read`.
        """
        request = {"do": "highlight", "marks": [asdict(mark) for mark in marks]}
        return base64.b64decode(self._ask(path, request))

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, path: Path, request: dict[str, Any]) -> Any:
        with self._lock:
            child = self._started()
            overstayed = threading.Event()

            def stop() -> None:
                overstayed.set()
                child.kill()

            reply: dict[str, Any] = {"working": True}
            question = json.dumps({"path": str(path.absolute()), **request}) + "\n"
            while reply.keys() == {"working"}:  # said before each page that takes its time
                clock = threading.Timer(self.limits.seconds, stop)
                clock.start()
                try:
                    reply = _exchanged(child, question)
                finally:
                    clock.cancel()
                question = ""
            if not reply:
                why = self._ended(child, overstayed=overstayed.is_set())
                self._end()
                raise UnreadableDocument(f"{path.name} {why}.")
        if "refused" in reply:
            raise UnreadableDocument(f"{path.name} {reply['refused']}.")
        return reply["ok"]

    def _ended(self, child: subprocess.Popen[str], *, overstayed: bool) -> str:
        """Why a child has no answer, in words that follow the file's name."""
        if overstayed:
            return f"took longer than {self.limits.seconds:g} s to read"
        with contextlib.suppress(subprocess.TimeoutExpired):
            if child.wait(1.0) == -getattr(signal, "SIGXCPU", 0):
                return f"takes more than {self.limits.page_cpu_seconds} s of computing for one page, which no paper does"
        return "stopped the reader: it is damaged or needs too much memory"

    def _started(self) -> subprocess.Popen[str]:
        if self._child is None or self._child.poll() is not None:
            limits = {
                "memory_bytes": memory.share(self.limits.memory_bytes, self.limits.readers),
                "page_cpu_seconds": self.limits.page_cpu_seconds,
                "cpu_seconds": 24 * 3600,  # the parent's clock bounds each file
                "parent": os.getpid(),
            }
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-c", START, json.dumps(limits), str(Path(__file__).parents[1])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                process_group=0,  # Ctrl-C in the terminal is this process's affair: a PDF in hand is not damaged by it
            )
        return self._child

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
            for pipe in (self._child.stdin, self._child.stdout):
                with contextlib.suppress(OSError):
                    if pipe is not None:
                        pipe.close()
            self._child.wait()
            self._child = None


def _exchanged(child: subprocess.Popen[str], question: str) -> dict[str, Any]:
    """The child's next line, after it was told `question`; empty where it has none to give."""
    assert child.stdin is not None  # noqa: S101 - opened with pipes
    assert child.stdout is not None  # noqa: S101
    try:
        child.stdin.write(question)
        child.stdin.flush()
        line = child.stdout.readline()
        return json.loads(line) if line.endswith("\n") else {}
    except (OSError, ValueError):  # it has ended, or ended in the middle of a line
        return {}
