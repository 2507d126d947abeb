"""Bytes that the page sends for one answer, by its kind, over a real index.

    python bench/answer_bytes.py HOME [--model extractive embedded] [--write]

HOME holds an index and weights; the page is served over it by a process of its own, and a visitor who speaks gradio's
own protocol over loopback asks each question in a conversation of its own. Counted is the whole event stream.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.reliability import put, table
from bench.visitor import Visitor

QUESTIONS = {
    "quotes": "How does Eureka write reward functions?",
    "quotes over papers": "How do diffusion policies handle multimodal action distributions?",
    "long list": "Which papers use world models?",
    "count": "How many papers on reward signals appeared in 2024?",
    "summary of a paper": "Summarise Eureka",
    "summary of a category": "Summarise reward signals",
    "summary of a topic": "Summarise how vision-language models are used as rewards",
    "comparison": "Compare Eureka with Text2Reward",
    "comparison of three": "Compare Eureka, Text2Reward and Diffusion Policy",
    "refusal": "What did the Mars rover Perseverance find with Eureka?",
}
MOST = 60_000


def serve(model: str, port: int) -> None:
    """The page over the home that the environment names, until the process is ended."""
    from assistant.settings import Home, load
    from assistant.workspace import Workspace
    from ui import serve as serve_page

    home = Home(Path(os.environ["DUALITY_HOME"]))
    overrides = {"model": model, "fetch.pdfs": False, "fetch.weights": False, "ui.port": port}
    with Workspace(load(overrides, home=home, environ={}), home) as workspace:
        serve_page(workspace)


def measured(home: Path, model: str) -> list[list[object]]:
    """A row for each question."""
    import httpx

    from tests.ui.screens import free_port

    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    command = [sys.executable, __file__, str(home), "--serve", model, "--port", str(port)]
    rows: list[list[object]] = []
    with subprocess.Popen(command, env={**os.environ, "DUALITY_HOME": str(home)}) as server:
        try:
            for _ in range(600):
                try:
                    httpx.get(address, trust_env=False, timeout=5.0)
                    break
                except httpx.HTTPError:
                    time.sleep(0.5)
            for kind, question in QUESTIONS.items():
                with Visitor(address) as visitor:
                    visitor.arrive()
                    heard = visitor.ask(question)
                parts = {
                    name: len(json.dumps(value)) / 1000
                    for name, value in heard.outputs.items()
                    if name in ("now", "evidence")
                }
                sides = ", ".join(f"{name} {size:.0f}" for name, size in sorted(parts.items()))
                rows.append([model, kind, f"{heard.received / 1000:.1f}", sides, f"{heard.seconds:.1f} s"])
                print(*rows[-1], heard.trouble, flush=True)
        finally:
            server.terminate()
    return rows


def main() -> None:
    """Measure; exit 1 where an answer is larger than it may be."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("home", type=Path)
    asked.add_argument("--model", nargs="+", default=["extractive"])
    asked.add_argument("--write", action="store_true")
    asked.add_argument("--serve")
    asked.add_argument("--port", type=int, default=0)
    given = asked.parse_args()
    if given.serve:
        serve(given.serve, given.port)
        return
    rows = [row for model in given.model for row in measured(given.home, model)]
    drawn = table(["written by", "answer", "kB sent", "of it the last state of", "took"], rows)
    print(drawn)
    if given.write:
        command = f"python bench/answer_bytes.py HOME --model {' '.join(given.model)}"
        put("bytes of an answer", TEXT.format(command=command, load=os.getloadavg()[1], table=drawn))
    sys.exit(any(1000 * float(str(row[2])) > MOST for row in rows))


TEXT = """
## Bytes of an answer

`{command}`, a home with an index of real PDFs and all digests; load of the machine {load:.0f}. 60 kB is the bound for
each.

{table}
"""

if __name__ == "__main__":
    main()
