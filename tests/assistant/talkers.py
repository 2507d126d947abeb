"""Chat models at an OpenAI-compatible address of this machine that never come to an end, each in its own way."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PAUSE = 0.02  # seconds between two signs of life
SILENT = ("never answers", "headers alone", "comments", "empty deltas", "blanks", "calls on")
ENDLESS = ("writes on",)
HABITS = (*SILENT, *ENDLESS)


def _event(delta: dict[str, Any]) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": None}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


_SAYS = {
    "comments": b": keep-alive\n\n",
    "empty deltas": _event({"content": ""}),
    "blanks": _event({"content": " "}),
    "writes on": _event({"content": "words upon words and "}),
    "calls on": _event({"content": "", "tool_calls": [{"index": 0, "function": {"arguments": "x"}}]}),
}


@contextmanager
def talking(habit: str, after: bytes = b"") -> Iterator[tuple[str, list[str]]]:
    """The address of a model with a habit, and what it was asked so far; `after` is said first."""
    ended = threading.Event()
    asked: list[str] = []

    class Talker(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            if habit == "never answers":
                ended.wait(30)
                return
            self.close_connection = True
            with suppress(OSError):  # who listened has hung up
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(after)
                while not ended.wait(0 if habit in ENDLESS else PAUSE):
                    if habit in _SAYS:
                        self.wfile.write(_SAYS[habit])
                    self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Talker)
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        serving.join(5)
