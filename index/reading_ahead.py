"""PDFs read in child processes, a few ahead of what is done with them."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING

from corpus.errors import UnreadableDocument
from corpus.reader import Limits, Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from corpus.document import Document

READERS = 2  # reading processes side by side


def read_ahead(
    paths: Sequence[Path], limits: Limits | None = None
) -> Iterator[tuple[Path, Document | UnreadableDocument]]:
    """Each path with its document, or with why it cannot be read; in the order in which they are done."""
    if not paths:
        return
    readers: SimpleQueue[Reader] = SimpleQueue()
    count = min(READERS, len(paths))
    opened = [Reader(replace(limits or Limits(), readers=count)) for _ in range(count)]
    for reader in opened:
        readers.put(reader)

    def read(path: Path) -> Document | UnreadableDocument:
        reader = readers.get()
        try:
            return reader.read(path)
        except UnreadableDocument as error:
            return error
        finally:
            readers.put(reader)

    waiting = list(reversed(paths))
    pending: dict[Future[Document | UnreadableDocument], Path] = {}
    pool = ThreadPoolExecutor(count, "read")
    try:
        while waiting or pending:
            while waiting and len(pending) < count + 2:
                path = waiting.pop()
                pending[pool.submit(read, path)] = path
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                yield pending.pop(future), future.result()
    finally:
        for future in pending:
            future.cancel()
        for reader in opened:
            reader.close()
        pool.shutdown(wait=True, cancel_futures=True)
