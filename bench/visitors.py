"""Many visitors at once: each asks, reads, asks again; what fails, how long it takes, what memory does.

    python bench/visitors.py --visitors 50 --minutes 10 --write

The page is served by a process of its own over a small generated index, quotes only, so that what is measured is the
page and not a model; the visitors speak gradio's own protocol over loopback. Memory is the serving process's, in MB.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.reliability import put, table
from bench.visitor import Visitor

QUESTIONS = (
    "How does Eureka write reward functions?",
    "How do diffusion policies handle multimodal action distributions?",
    "How are vision-language models used as rewards?",
    "Which papers use world models?",
    "What is Text2Reward trained on?",
)
READING_SECONDS = (5.0, 15.0)  # between an answer and the next question
STAY = 8  # questions before the page is loaded again


@dataclass
class Seen:
    """What all visitors saw."""

    seconds: list[float] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    told: int = 0
    errors: list[str] = field(default_factory=list)


def serve(folder: Path, port: int) -> None:
    """The page over a small index, until the process is ended."""
    from assistant.settings import Home, load
    from assistant.workspace import Workspace
    from index.embedders import HashingEmbedder
    from ui import serve as serve_page

    home = Home(folder / "home")
    overrides = {"model": "extractive", "fetch.pdfs": False, "fetch.weights": False}
    with Workspace(load({**overrides, "ui.port": port}, home=home, environ={}), home) as workspace:
        workspace.__dict__["embedder"] = HashingEmbedder()
        workspace.index_catalogue()
        serve_page(workspace)


def resident(process: int) -> float:
    """What a process holds, in MB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def visit(address: str, until: float, chance: random.Random, seen: Seen) -> None:
    """Ask and read until the time is over; each page is loaded again after some questions."""
    time.sleep(chance.uniform(0, READING_SECONDS[1]))
    tab = None
    while time.monotonic() < until:
        try:
            with Visitor(address, tab) as visitor:
                tab = visitor.tab
                visitor.arrive()
                for _ in range(STAY):
                    heard = visitor.ask(chance.choice(QUESTIONS))
                    if heard.trouble:
                        seen.errors.append(heard.trouble[:200])
                    elif heard.outputs.get("told"):
                        seen.told += 1
                    elif 'class="meta"' not in "".join(heard.outputs.get("now") or ""):
                        seen.errors.append("no whole answer came")
                    else:
                        seen.seconds.append(heard.seconds)
                        seen.received.append(heard.received)
                    time.sleep(chance.uniform(*READING_SECONDS))
                    if time.monotonic() >= until:
                        break
        except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
            seen.errors.append(f"{type(error).__name__}: {error}"[:200])
            time.sleep(1.0)


def measured(visitors: int, minutes: float, seed: int) -> list[object]:
    """One row of the table."""
    import httpx

    from tests.ui.screens import free_port

    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--serve", folder, "--port", str(port)]
        with subprocess.Popen(command, env={**os.environ, "DUALITY_HOME": folder}) as server:
            try:
                for _ in range(600):
                    try:
                        httpx.get(address, trust_env=False, timeout=5.0)
                        break
                    except httpx.HTTPError:
                        time.sleep(0.5)
                start, seen = resident(server.pid), Seen()
                begun = time.monotonic()
                until = begun + 60 * minutes
                threads = [
                    threading.Thread(target=visit, args=(address, until, random.Random(seed + n), seen))
                    for n in range(visitors)
                ]
                for thread in threads:
                    thread.start()
                held: list[tuple[float, float]] = []
                while any(thread.is_alive() for thread in threads):
                    held.append((time.monotonic() - begun, resident(server.pid)))
                    time.sleep(2.0)
                load = os.getloadavg()[1]
            finally:
                server.terminate()
    warm = [mb for at, mb in held if at >= 20 * minutes]
    first, last = warm[: len(warm) // 4], warm[-len(warm) // 4 :]
    change = 100 * (statistics.mean(last) / statistics.mean(first) - 1)
    for error in sorted(set(seen.errors))[:5]:
        print(seen.errors.count(error), error)
    tail = statistics.quantiles(seen.seconds, n=20)[-1]
    return [
        visitors, f"{minutes:g} min", len(seen.seconds), seen.told, len(seen.errors),
        f"{statistics.median(seen.seconds):.1f} s", f"{tail:.1f} s", f"{max(seen.seconds):.1f} s",
        f"{statistics.median(seen.received) / 1000:.0f} kB", f"{start:.0f}", f"{statistics.mean(first):.0f}",
        f"{statistics.mean(last):.0f} ({change:+.1f} %)", f"{load:.0f}",
    ]  # fmt: skip


def main() -> None:
    """Measure, and write the table into docs/reliability.md if asked to."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--visitors", type=int, nargs="+", default=[20, 50])
    asked.add_argument("--minutes", type=float, nargs="+", default=[3, 10])
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--write", action="store_true")
    asked.add_argument("--serve", type=Path)
    asked.add_argument("--port", type=int, default=0)
    given = asked.parse_args()
    if given.serve:
        serve(given.serve, given.port)
        return
    rows = [
        measured(n, minutes, given.seed) for n, minutes in zip(given.visitors, given.minutes, strict=True)
    ]
    heads = ["visitors", "for", "answers", "told to ask again", "errors", "median", "p95", "longest", "sent an answer",
             "MB at start", "warm", "at the end", "load of the machine"]  # fmt: skip
    drawn = table(heads, rows)
    print(drawn)
    if given.write:
        command = f"python bench/visitors.py --visitors {' '.join(map(str, given.visitors))} --minutes {' '.join(f'{m:g}' for m in given.minutes)}"
        put("visitors", TEXT.format(command=command, table=drawn))


TEXT = """
## Many visitors

`{command}`: a process serves the page over the digests of all papers, quotes only; each visitor asks, reads for 5 to
15 s, asks again, and loads the page again after 8 questions. "Warm" is the mean of the first quarter after a third of
the time, "at the end" that of the last; "load" is the 5-minute load average of 2 shared cores with other work on them.

{table}
"""

if __name__ == "__main__":
    main()
