"""How serving ends, and what is not waited for: half-sent requests, aborted uploads, a second signal."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from assistant.page import ending
from assistant.workspace import Workspace
from tests.ui.screens import free_port, served

STUBBORN = """
import asyncio, threading, time
import uvicorn
from assistant.page import ending

async def app(scope, receive, send):
    pass

server = ending.Server(uvicorn.Config(app, port={port}, lifespan="off", log_level="critical"))
threading.Thread(target=time.sleep, args=(600,)).start()  # the process would wait for it
server.run()
print("served", flush=True)
"""


async def echo(_scope: Any, receive: Any, send: Any) -> None:
    """Answers once all of the body is there, and takes its time."""
    import asyncio

    while (await receive()).get("more_body"):
        pass
    await asyncio.sleep(1.0)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"heard"})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(ending, "HEAD_SECONDS", 0.4)
    monkeypatch.setattr(ending, "PIECE_SECONDS", 0.4)
    found = free_port()
    config = uvicorn.Config(echo, port=found, lifespan="off", log_level="critical", http=ending.Impatient)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield found
    server.should_exit = True
    thread.join(10)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=["nothing", "half a head", "half a body", "a second request that does not come"],
)
def test_a_request_that_does_not_come_is_not_waited_for(port: int, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(sent)
        heard = b""
        while piece := line.recv(4096):
            heard += piece
            if b"heard" in heard:
                line.sendall(b"GET / HTTP/1.1\r\n")
    assert (b"heard" in heard) == sent.endswith(b"x\r\n\r\n")


def test_a_slow_answer_is_waited_for_and_the_connection_serves_again(port: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        assert client.post("/", content=b"x" * 100_000).text == "heard"
        assert client.get("/").text == "heard"


def test_an_upload_that_is_broken_off_leaves_nothing(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "tmpkilled"
    old.write_bytes(b"%PDF")
    os.utime(old, (0, 0))
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    ending.tidy()
    assert not old.exists()
    head = (
        "POST /gradio_api/upload HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 900000\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n'
    )

    def came() -> set[Path]:
        return {path for path in workspace.home.arriving.rglob("*") if path.is_file()}

    with served(workspace) as address:
        before = came()
        host = address.removeprefix("http://").rstrip("/")
        name, _, port = host.partition(":")
        with socket.create_connection((name, int(port))) as line:
            line.sendall(head.format(host=host).encode() + b"%PDF" + b"x" * 300_000)
            for _ in range(200):
                if came() - before:
                    break
                time.sleep(0.05)
            assert came() - before
        for _ in range(200):
            if not came() - before:
                return
            time.sleep(0.05)
    raise AssertionError([str(path) for path in came() - before])


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_the_process_whatever_runs(sent: signal.Signals) -> None:
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-c", STUBBORN.format(port=port)], stdout=subprocess.PIPE, text=True
    ) as process:
        for _ in range(1200):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        process.send_signal(sent)
        assert process.stdout
        assert process.stdout.readline() == "served\n"
        assert process.poll() is None
        process.send_signal(sent)
        assert process.wait(10) == -sent
