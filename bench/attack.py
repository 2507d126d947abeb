"""Attack the page as it is served on loopback: every route and function that gradio lists, with hostile values.

`python bench/attack.py [--seed 1] [--rounds 3]` serves a small page of its own and sends each request once with the
page's own Origin and cookie (the strongest caller there is without a password) and once as a stranger. Bounded; it
stops by itself. What must hold: no file of the machine is read, none is written but uploads in their own folder, no
reply is a 5xx, no traceback is logged, and the page still answers at the end.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx

import ui
from assistant.page.entrance import Hosts, Terms
from assistant.settings import Home, load
from assistant.workspace import Workspace
from index.embedders import HashingEmbedder

if TYPE_CHECKING:
    from collections.abc import Iterator

WRITTEN = "words-of-a-file-that-nobody-uploaded"
END_SECONDS = 60.0  # for what was begun to end
ELSEWHERE = "http://127.0.0.1:9/elsewhere"


@dataclass
class Outcome:
    """What came of an attack."""

    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def values(secret: Path) -> list[Any]:
    """Hostile values for an input, an event's field, a part of an address."""
    paths = (
        str(secret),
        "/etc/passwd",
        "/proc/self/environ",
        "/dev/zero",
        "../../etc/passwd",
        ELSEWHERE,
        "C:\\x",
        "",
    )
    more = ({"url": ELSEWHERE}, {"is_stream": True}, {"url": str(secret), "orig_name": "../x.pdf"})
    kinds = ("gradio.FileData", "gradio.FileDataWithData")
    files: list[Any] = [{"path": path, "meta": {"_type": kinds[0]}} for path in paths]
    files += [{"path": str(secret), "meta": {"_type": kind}, **extra} for kind in kinds for extra in more]
    deep: Any = "x"
    for _ in range(60):
        deep = [deep]
    return [
        *files, [files[0]], {"value": files[0]}, {"__type__": "update", "value": files[0]}, None, True, -1, 2**63, 1e308,
        "", "a\x00b", "\ud800", "x" * 300_000, ["x"] * 5000, {}, [], deep, {"a": deep}, "{{7*7}}", "<script>alert(1)</script>",
        "'; DROP TABLE passages; --", "../../../etc/passwd", str(secret), ELSEWHERE,
    ]  # fmt: skip


def addresses(within: Any, before: str = "") -> Iterator[str]:
    """The address of every route of a web application and of what is mounted and included in it."""
    for route in getattr(within, "routes", ()):
        here = before + getattr(route, "path", "")
        if hasattr(route, "endpoint"):
            yield here
        yield from addresses(getattr(route, "app", None), here)
        context = getattr(route, "include_context", None)
        if context is not None:
            yield from addresses(route.original_router, before + context.prefix)


def attack(
    address: str, app: Any, secret: Path, home: Path, seed: int, rounds: int, share: float = 1.0
) -> Outcome:
    """Send each request once, or a seeded share of them; and `rounds` × 5 random mixtures of values to each function."""
    chance = random.Random(seed)
    outcome = Outcome()
    hostile = values(secret)
    own = httpx.Client(base_url=address, headers={"Origin": address}, trust_env=False, timeout=20)
    strangers = httpx.Client(
        base_url=address, headers={"Origin": "https://evil.example"}, trust_env=False, timeout=20
    )
    own.get("/")

    def send(client: httpx.Client, method: str, path: str, **more: Any) -> None:
        if chance.random() > share:
            return
        outcome.sent += 1
        try:
            with client.stream(method, path, **more) as reply:
                outcome.statuses[reply.status_code] += 1
                text = b""
                for part in reply.iter_raw():
                    text += part
                    if len(text) > 200_000 or reply.headers.get("content-type", "").startswith(
                        "text/event-stream"
                    ):
                        break
        except (httpx.InvalidURL, UnicodeEncodeError, ValueError):
            return
        except httpx.HTTPError as error:
            outcome.faults.append(f"{method} {path[:80]}: {type(error).__name__}")
            return
        if reply.status_code >= 500:
            outcome.faults.append(f"{method} {path[:80]}: {reply.status_code}")
        if WRITTEN.encode() in text or b"root:x:0" in text:
            outcome.faults.append(f"{method} {path[:80]}: read a file")

    for listed in addresses(app.within):
        for method in ("GET", "POST"):
            for value in (
                "x",
                "..%2f..%2fetc%2fpasswd",
                str(secret),
                ELSEWHERE,
                "%00",
                "x" * 20_000,
                "/etc/passwd",
            ):
                path = re.sub(r"\{[^}]*\}", value, listed)
                query = "?" + "&".join(f"{name}={value}" for name in ("session_hash", "paper", "page", "spans", "of", "form", "upload_id", "quote", "source"))  # fmt: skip
                for client in (own, strangers):
                    send(client, method, path)
                    send(client, method, path + query[:15_000], json={"data": [value], "path": value})
    for path in ("/pages", "/pdf", "/card", "/export"):
        for value in hostile:
            if isinstance(value, (str, int, float)):
                send(
                    own,
                    "GET",
                    path,
                    params={"paper": value, "page": value, "spans": value, "of": value, "source": value},
                )
    for index, function in app.calls.functions.items():
        trigger = next(iter(function.triggers), None)
        for at in range(max(1, len(function.inputs))):
            for value in hostile:
                data: list[Any] = [None] * len(function.inputs)
                if data:
                    data[at] = value
                event = dict.fromkeys(function.event or {}, value)
                _call(send, (own,), index, trigger, data, event)
            _call(send, (strangers,), index, trigger, data, event)
        for _ in range(rounds * 5):
            data = [chance.choice(hostile) for _ in function.inputs]
            event = {name: chance.choice(hostile) for name in function.event or {}}
            _call(
                send,
                (own,),
                chance.choice((index, index, 10**6)),
                chance.choice((trigger, 7, None)),
                data,
                event,
            )
    for name in ("", "..", "../../x.pdf", "x" * 4000, "a\x00b.pdf", "con.pdf", "x.html"):
        for client in (own, strangers):
            send(client, "POST", "/gradio_api/upload", files={"files": (name, b"%PDF-1.4 x")})
            send(client, "POST", "/gradio_api/upload", params={"upload_id": name}, content=b"--x\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"})  # fmt: skip
    allowed = (home / "arriving", home / "own", home / "index", home / "page.key")
    for file in home.rglob("*"):
        if file.is_file() and not any(file == place or place in file.parents for place in allowed):
            outcome.faults.append(f"written: {file.relative_to(home)}")
        elif file.is_file() and (home / "arriving") in file.parents and WRITTEN.encode() in file.read_bytes():
            outcome.faults.append(f"copied: {file.relative_to(home)}")
    if own.get("/").status_code != 200:
        outcome.faults.append("the page does not answer any more")
    return outcome


def _call(
    send: Any, clients: tuple[httpx.Client, ...], index: int, trigger: int | None, data: Any, event: Any
) -> None:
    body = {
        "fn_index": index,
        "trigger_id": trigger,
        "session_hash": "attack",
        "data": data,
        "event_data": event,
    }
    content = json.dumps(body).encode()
    for client in clients:
        for path in ("/gradio_api/queue/join", "/gradio_api/run/predict"):
            send(client, "POST", path, content=content)


def ended(server: threading.Thread, outcome: Outcome) -> None:
    """Wait until nothing works on the index any more: the server with its handlers, answers and uploads under way."""
    for thread in (server, *threading.enumerate()):
        if thread is server or thread.name in ("answer", "uploads"):
            thread.join(END_SECONDS)
            if thread.is_alive():
                outcome.faults.append(f"{thread.name} did not end in {END_SECONDS:.0f} s")


def run(seed: int, rounds: int, share: float = 1.0) -> tuple[Outcome, str]:
    """Serve a page of its own, attack it, and give what came of it with what was logged."""
    import uvicorn

    from tests.ui.screens import SENTENCES, free_port, pdf

    said = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(said), redirect_stderr(said):
        handler = logging.StreamHandler(said)
        logging.getLogger().addHandler(handler)
        place = Path(folder)
        secret = place / "secret.txt"
        secret.write_text(WRITTEN, "utf-8")
        home = Home(place / "home")
        settings = load(
            {"model": "extractive", "fetch.pdfs": False, "fetch.weights": False}, home=home, environ={}
        )
        with Workspace(settings, home) as workspace:
            workspace.__dict__["embedder"] = HashingEmbedder()
            workspace.index_pdfs([pdf(place / "zebra.pdf", SENTENCES)])
            port = free_port()
            app = ui.app(workspace, terms=Terms(Hosts.of("127.0.0.1", port)))
            server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_level="warning"))
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            while not server.started:
                time.sleep(0.05)
            outcome = attack(f"http://127.0.0.1:{port}", app, secret, home.root, seed, rounds, share)
            server.should_exit = True
            ended(thread, outcome)
        logging.getLogger().removeHandler(handler)
    return outcome, said.getvalue()


def main() -> None:
    """Print what came of the attack; exit 1 where anything did not hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    since = time.monotonic()
    outcome, said = run(given.seed, given.rounds)
    print(
        f"{outcome.sent:,} requests in {time.monotonic() - since:.0f} s; replies by status: {dict(sorted(outcome.statuses.items()))}"
    )
    tracebacks = said.count("Traceback")
    print(f"tracebacks in the log: {tracebacks}; faults: {len(outcome.faults)}")
    for fault, number in Counter(outcome.faults).most_common(40):
        print(f"  {number} × {fault}")
    if tracebacks:
        print(said[-4000:])
    sys.exit(1 if outcome.faults or tracebacks else 0)


if __name__ == "__main__":
    main()
