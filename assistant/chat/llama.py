"""llama.cpp in this process: one loaded model a file, one generation at a time, each of which can be stopped."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import queue
import secrets
import threading
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from corpus.errors import DualityError, ModelNotAvailable, WrongUse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

REMEDY: Final = "`duality models pull` fetches it."
_BATCH: Final = 128
"""Prompt tokens read at a time. A request to stop is noticed between batches, every two or three seconds."""

_GLANCE: Final = 0.1
"""Seconds between two looks at whether a waiting request is still wanted."""

_BESIDE_THE_FILE: Final = 1.9
"""Memory a loaded model takes at most, as a multiple of its file: the weights are laid out anew for the CPU."""

_PROMPTS_KEPT: Final = 2
"""Prompts whose beginnings stay read: a chat asks with two system prompts in turn, to rewrite and to answer."""


class LlamaServer:
    """A loaded GGUF file. Use `opened`, so that a file is loaded once.

    llama.cpp also answers on a port of the loopback interface and cannot be told not to; a random key that
    never leaves this process keeps other users of the machine, and pages in a browser, out of it.
    """

    def __init__(self, path: Path, n_ctx: int, threads: int | None) -> None:
        self.path, self.n_ctx, self.threads = path, n_ctx, threads
        _refuse_unreadable(path)
        self._key = secrets.token_urlsafe(32)
        self._turn = threading.Lock()
        self._closing = threading.Event()
        self.broken = False
        try:
            self._server = _load(path, n_ctx, threads, self._key)
        except (RuntimeError, ValueError, MemoryError) as error:
            raise ModelNotAvailable(
                f"The chat model {path.name} cannot be loaded: the file is damaged or memory is short. "
                f"Remove {path}; {REMEDY}"
            ) from error

    def stream(
        self, body: Mapping[str, Any], cancelled: Callable[[], bool], patience: float
    ) -> Iterator[dict[str, Any]]:
        """The chunks of a streamed chat completion, as OpenAI's interface names their parts.

        Waits for its turn. Closing the iterator or `cancelled` returning true stop the model, also while it still
        reads the prompt; its turn ends when it has really stopped.

        Raises:
            ModelNotAvailable: The model failed, or was silent for `patience` seconds.
            WrongUse: The prompt is longer than the model's context.
        """
        chunks: queue.SimpleQueue[dict[str, Any] | BaseException | None] = queue.SimpleQueue()
        abandoned = threading.Event()

        def stopped() -> bool:
            return abandoned.is_set() or cancelled() or self._closing.is_set()

        def received(chunk: dict[str, Any]) -> bool:
            chunks.put(chunk)
            return stopped()  # True makes llama.cpp drop the request

        def generate() -> None:
            try:
                self._server.handle_chat_completions({**body, "return_progress": True}, received)
                chunks.put(None)
            except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
                chunks.put(error)
            finally:
                self._turn.release()

        while not self._turn.acquire(timeout=_GLANCE):
            if stopped():
                return
        threading.Thread(target=generate, name="llama", daemon=True).start()
        started = finished = False
        heard = time.monotonic()
        try:
            while not stopped():
                try:
                    chunk = chunks.get(timeout=_GLANCE)
                except queue.Empty:
                    if time.monotonic() - heard < patience:
                        continue
                    raise ModelNotAvailable(
                        _died(started, f"it was silent for {patience:.0f} seconds")
                    ) from None
                heard = time.monotonic()
                if isinstance(chunk, BaseException):
                    self.broken = True
                    raise ModelNotAvailable(_died(started, str(chunk) or type(chunk).__name__)) from chunk
                if chunk is None:
                    if finished:
                        return
                    raise ModelNotAvailable(_died(started, "it ended without a reason"))
                if "error" in chunk:
                    raise _refused(chunk["error"], started)
                for choice in chunk.get("choices", ()):
                    started = started or bool(choice["delta"].get("content"))
                    finished = finished or bool(choice.get("finish_reason"))
                yield chunk
        finally:
            abandoned.set()

    def count_tokens(self, text: str) -> int:
        """The number of the model's own tokens in a text."""
        request = urllib.request.Request(  # noqa: S310 - llama.cpp's address on the loopback interface
            f"{self._server.listening_address}/tokenize",
            json.dumps({"content": text}).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {self._key}"},
        )
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request, timeout=60) as reply:
            return len(json.load(reply)["tokens"])

    def close(self) -> None:
        """Stop what runs and give the memory back; the server cannot be used afterwards."""
        self._closing.set()
        if self._turn.acquire(timeout=15):
            self._server = None
            self._turn.release()


_OPEN: dict[Path, LlamaServer] = {}
_OPENING: Final = threading.Lock()


def opened(path: Path, n_ctx: int, threads: int | None) -> LlamaServer:
    """The loaded model of a file, loaded now (seconds) if it is not yet; it stays loaded until the process ends.

    Raises ModelNotAvailable if the file is missing or damaged, or memory is short.
    """
    path = path.resolve()
    with _OPENING:
        server = _OPEN.get(path)
        if server is not None and (server.broken or (server.n_ctx, server.threads) != (n_ctx, threads)):
            _OPEN.pop(path).close()
            server = None
        if server is None:
            server = _OPEN[path] = LlamaServer(path, n_ctx, threads)
            atexit.register(server.close)
        return server


def memory_available() -> int | None:
    """Bytes that can still be had: of the machine, or of this container if that is less; None if not known."""
    known: list[int] = []
    with contextlib.suppress(OSError, ValueError, IndexError):
        lines = Path("/proc/meminfo").read_text("ascii").split("MemAvailable:")
        known.append(int(lines[1].split()[0]) * 1024)
    with contextlib.suppress(OSError, ValueError):
        group = Path("/sys/fs/cgroup")
        limit = int((group / "memory.max").read_text("ascii"))
        known.append(limit - int((group / "memory.current").read_text("ascii")))
    return min(known, default=None)


def _refuse_unreadable(path: Path) -> None:
    try:
        with path.open("rb") as file:
            magic = file.read(4)
        size = path.stat().st_size
    except FileNotFoundError:
        raise ModelNotAvailable(f"The chat model {path.name} is not on this machine; {REMEDY}") from None
    except OSError as error:
        raise ModelNotAvailable(f"The chat model {path} cannot be read: {error.strerror}.") from error
    if magic != b"GGUF":
        raise ModelNotAvailable(f"{path} is not a chat model (no GGUF file). Remove it; {REMEDY}")
    available = memory_available()
    if available is not None and available < size * _BESIDE_THE_FILE:
        raise ModelNotAvailable(
            f"The chat model {path.name} needs about {size * _BESIDE_THE_FILE / 1e9:.1f} GB of memory and "
            f'{available / 1e9:.1f} GB are free: close something, or set `model = "extractive"`.'
        )


def _load(path: Path, n_ctx: int, threads: int | None, key: str) -> Any:
    # llama.cpp's threads meet hundreds of times a token. By default those that wait keep their core busy, and as soon
    # as other programs run too, the thread waited for gets none: measured on 2 shared cores, 0.3 to 5 tokens a second
    # instead of 6 to 13. Sleeping costs up to a third of the speed on an idle machine; OMP_WAIT_POLICY=active has it
    # back. OpenMP reads this once, when it is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        import xllamacpp
    except ImportError as error:
        raise ModelNotAvailable(
            'The embedded model needs the package xllamacpp: `pip install xllamacpp`, or set `model = "extractive"`.'
        ) from error
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = n_ctx * _PROMPTS_KEPT  # divided among them
    params.n_batch = _BATCH
    params.n_parallel = _PROMPTS_KEPT
    params.n_gpu_layers = 0
    params.fit_params = False
    params.warmup = False
    params.cache_ram_mib = 0
    params.verbosity = -1
    params.hostnames = ["127.0.0.1"]
    params.api_keys = [key]
    params.cors_origins = ""
    params.ui = False
    params.endpoint_slots = False
    params.n_threads_http = 1
    for cores in (params.cpuparams, params.cpuparams_batch):
        if threads is not None:
            cores.n_threads = threads
        cores.poll = 0  # the same, where llama.cpp was built without OpenMP
    return xllamacpp.Server(params)


def _refused(error: Mapping[str, Any], started: bool) -> DualityError:
    if error.get("type") == "exceed_context_size_error":
        return WrongUse(
            f"The question and its evidence ({error.get('n_prompt_tokens')} tokens) are longer than the embedded "
            f"model can read ({error.get('n_ctx')}): ask a shorter question or lower evidence_tokens."
        )
    return ModelNotAvailable(_died(started, str(error.get("message", "no reason given"))))


def _died(started: bool, why: str) -> str:
    when = "died in mid-answer" if started else "failed before it answered"
    return f'The embedded model {when}: {why.rstrip(".")}. Ask again, or set `model = "extractive"`.'
