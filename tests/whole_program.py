"""Everything that Duality does, once, over a small home: run by a test which watches what it connects to.

`python -m tests.whole_program FOLDER_OF_PDFS`. The page, asked last, lives until the libraries had half a minute for
calls of their own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from urllib.request import Request, urlopen

import click

from assistant.cli import cli
from tests.ui.screens import free_port

QUESTION = "Which gripper folds laundry?"
COMMANDS = (
    ["ask", QUESTION, "--model", "extractive"],
    ["compare", "eureka", "text2reward", "--model", "extractive"],
    ["summarize", "eureka", "--model", "extractive"],
    ["doctor"],
)
OPENING_SECONDS = 120.0
PAGE_SECONDS = 30.0  # onnxruntime calls again 5, 8 and 21 s after it was loaded


def duality(*arguments: str) -> None:
    """Run a command here; ends the program where it fails."""
    click.echo(f"{time.monotonic():.0f} s: duality {' '.join(arguments)}")
    if code := cli.main(list(arguments), standalone_mode=False):
        sys.exit(f"duality {' '.join(arguments)} gives {code}")


def fetched(address: str, path: str, body: object = None) -> str:
    """What the page's server answers."""
    headers = {"Content-Type": "application/json", "Origin": address}
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(address + path, data, headers), timeout=240) as answer:  # noqa: S310 - our own address
        return bytes(answer.read()).decode()


def wait_for(address: str, page: subprocess.Popen[bytes]) -> None:
    """Return once the page is open."""
    until = time.monotonic() + OPENING_SECONDS
    while True:
        try:
            fetched(address, "/")
        except OSError:
            if page.poll() is not None or time.monotonic() > until:
                sys.exit(f"the page did not open ({page.poll()})")
            time.sleep(0.5)
        else:
            return


def ask_the_page(address: str) -> str:
    """Ask as the page's script does, and read the stream to its end."""
    page = json.loads(fetched(address, "/config"))
    (box,) = (part["id"] for part in page["components"] if part["props"].get("elem_id") == "question")
    (asked,) = (event["id"] for event in page["dependencies"] if [box, "submit"] in event["targets"])
    session = {"session_hash": "watched", "fn_index": asked, "data": [QUESTION, [], []]}
    fetched(address, "/gradio_api/queue/join", session)
    return fetched(address, "/gradio_api/queue/data?session_hash=watched")


def main(pdfs: str) -> None:
    """Build, open the page, run the commands beside it, and ask it."""
    duality("index", "build", "--pdfs", pdfs)
    port = free_port()
    code = ["-c", "from assistant.cli import main; main()", "ui", "--port", str(port)]
    page = subprocess.Popen([sys.executable, *code])
    opened = time.monotonic()
    try:
        for command in COMMANDS:
            duality(*command)
        address = f"http://127.0.0.1:{port}"
        wait_for(address, page)
        click.echo(f"{time.monotonic():.0f} s: the page")
        answer = ask_the_page(address)
        if "zebra" not in answer or "process_completed" not in answer:
            sys.exit(f"the page did not answer: {answer[-2000:]}")
        time.sleep(max(0.0, opened + PAGE_SECONDS - time.monotonic()))
        click.echo(f"{time.monotonic():.0f} s: the end")
    finally:
        page.terminate()
        page.wait(30)


if __name__ == "__main__":
    main(sys.argv[1])
