"""Settings, overlays, histories and question files as no program writes them, put through the real commands.

Each is a valid file with bytes changed or values exchanged for odd ones. A command may do its work or refuse it in one
sentence with a documented exit code; it may not show a traceback or "an unexpected fault", or run for minutes.

    python bench/mutated_files.py [--settings 2000] [--overlays 2000] [--histories 500] [--questions 500] [--seed 1] [--write]
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import io
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if not __package__:  # run as a script
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # else this folder would hide packages

from bench.reliability import put, table
from index.embedders import HashingEmbedder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SLOW = 20.0  # seconds on a busy machine
CODES = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 130}
DEEP = 3_000
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1.5, 10**30, float("inf"), float("nan"), "", " ", "\0", "\ud800", "x" * 5_000, "../../etc", [], {},
    [[]], {"": {}}, ["a", 1], {"title": None}, "🦾" * 40, "\u202e", "https://user:secret@host/", "9" * 5_000,
)  # fmt: skip
SETTINGS = """model = "extractive"
temperature = 0.2
threads = 2
embedder = "minilm"

[search]
candidates = 100
dense_weight = 0.4
passages_per_paper = 4

[answer]
passages = 6
unsupported = "label"

[fetch]
pdfs = false
weights = false

[reading]
ocr = true
ocr_language = "eng"

[passages]
tokens = 240
"""
OVERLAY: dict[str, Any] = {
    "version": 1,
    "papers": [
        {
            "id": "new2025paper",
            "title": "A New Paper",
            "authors": ["A. Author"],
            "year": 2025,
            "arxiv": "2501.00001",
            "pdf_url": "https://arxiv.org/pdf/2501.00001",
            "categories": ["reward-signal"],
            "kind": "curated",
        }
    ],
    "edits": {
        "ma2023eureka": {
            "title": "Eureka",
            "aliases": ["EUREKA"],
            "year": 2023,
            "categories": ["reward-signal"],
        }
    },
}
HISTORY = [["What is Eureka?", "It writes rewards. [1]"], ["And Octo?", "A policy. [2]"]]
QUESTIONS = [
    {"id": "a", "question": "What does one seed cost?"},
    {"id": 2, "question": "And there?", "history": HISTORY},
]


@dataclass(frozen=True, slots=True)
class Ran:
    """One command on one file.

    Attributes:
        kind: settings, overlay, history or questions.
        number: Of the file in its series.
        code: The exit code.
        wrong: What must not be; "" where nothing is.
    """

    kind: str
    number: int
    code: int
    wrong: str = ""


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The bytes changed in one of the ways in which files get damaged."""
    out = bytearray(content)
    way = chance.randrange(7)
    if way == 0:
        for _ in range(chance.choice((1, 3, 30))):
            out[chance.randrange(len(out))] = chance.randrange(256)
    elif way == 1:
        del out[chance.randrange(len(out)) :]
    elif way == 2:
        at = chance.randrange(len(out))
        del out[at : at + chance.randrange(1, 40)]
    elif way == 3:
        at = chance.randrange(len(out))
        out[at:at] = chance.choice(
            (b"\0", b"\xff\xfe", b"[" * DEEP, b"=", b'"', b"\n[x]\n", b"9" * 6_000, b"{}", b"#")
        )
    elif way == 4:
        lines = bytes(out).splitlines(keepends=True)
        chance.shuffle(lines)
        return b"".join(lines)
    elif way == 5:
        return bytes(out).decode("utf-8", "replace").encode(chance.choice(("utf-16", "utf-8-sig", "utf-32")))
    else:
        at = chance.randrange(len(out))
        out[at:at] = out[: chance.randrange(1, len(out))]
    return bytes(out)


def exchanged(value: Any, chance: random.Random) -> Any:
    """A copy of plain values with some exchanged for odd ones, or under other names."""
    made = copy.deepcopy(value)
    for _ in range(chance.choice((1, 1, 2, 5))):
        holder: Any = made
        while True:
            if not isinstance(holder, (dict, list)) or not holder:
                break
            at = chance.choice(list(holder)) if isinstance(holder, dict) else chance.randrange(len(holder))
            if isinstance(holder[at], (dict, list)) and holder[at] and chance.random() < 0.75:
                holder = holder[at]
                continue
            if isinstance(holder, dict) and chance.random() < 0.2:
                holder[chance.choice(("", "colour", "id", "\0", "version", "papers"))] = holder.pop(at)
            else:
                holder[at] = copy.deepcopy(chance.choice(ODD))
            break
    return made


def file_of(kind: str, number: int, seed: int) -> bytes:
    """File `number` of a series."""
    chance = random.Random(f"{seed}/{kind}/{number}")
    if kind == "settings":
        whole = SETTINGS.encode()
        if chance.random() < 0.5:
            lines = SETTINGS.splitlines()
            for _ in range(chance.choice((1, 2, 4))):
                at = chance.randrange(len(lines))
                name = lines[at].split(" = ")[0]
                odd = chance.choice([*ODD, "extractive", 3])
                shown = "''" if odd is None else json.dumps(odd, ensure_ascii=chance.random() < 0.5)
                lines[at] = f"{name} = {shown}"
            return "\n".join(lines).encode("utf-8", "replace")
        return mutated(whole, chance)
    value: Any = {"overlay": OVERLAY, "history": HISTORY, "questions": QUESTIONS}[kind]
    if chance.random() < 0.6:
        value = exchanged(value, chance)
    if kind == "questions" and isinstance(value, list):
        whole = "\n".join(json.dumps(one) for one in value).encode()
    else:
        whole = json.dumps(value).encode()
    return mutated(whole, chance) if chance.random() < 0.5 and whole else whole


def command_of(kind: str, home: Path, content: bytes) -> list[str]:
    """Put a file where it belongs; the command that reads it."""
    for name in ("config.toml", "overlay.json"):
        (home / name).unlink(missing_ok=True)
    place = home / {"settings": "config.toml", "overlay": "overlay.json"}.get(kind, f"{kind}.json")
    place.write_bytes(content)
    return {
        "settings": ["config", "--json"],
        "overlay": ["papers", "--json"],
        "history": [
            "ask",
            "And what does it cost?",
            "--model",
            "extractive",
            "--json",
            "--history",
            str(place),
        ],
        "questions": ["search", "--file", str(place), "-k", "2"],
    }[kind]


def run(arguments: list[str]) -> tuple[int, str]:
    """The exit code of a command, and what it printed on the error channel."""
    from assistant.cli import main

    out, err = io.StringIO(), io.StringIO()
    with (
        patch.object(sys, "argv", ["duality", *arguments]),
        patch("assistant.workspace.embedder_of", lambda *_: HashingEmbedder()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            return ended.code if isinstance(ended.code, int) else 1, err.getvalue()
    return 0, err.getvalue()


def series(home: Path, kind: str, numbers: range, seed: int) -> Iterator[Ran]:
    """The commands on so many files of a kind, in a home that holds an index."""
    with patch.dict(os.environ, {"DUALITY_HOME": str(home)}):
        for number in numbers:
            arguments = command_of(kind, home, file_of(kind, number, seed))
            began = time.monotonic()
            wrong = ""
            try:
                code, said = run(arguments)
            except BaseException as error:  # noqa: BLE001 - whatever comes out is what is looked for
                code, said = 1, f"{type(error).__name__}: {error}"
                wrong = said
            if "Traceback" in said or "unexpected fault" in said:
                wrong = said.strip().splitlines()[-1][:300]
            elif code not in CODES:
                wrong = f"exit code {code}"
            elif time.monotonic() - began > SLOW:
                wrong = f"took {time.monotonic() - began:.0f} s"
            yield Ran(kind, number, code, wrong)


def report(rows: list[Ran], seed: int) -> str:
    """The part of docs/reliability.md."""
    kinds = list(dict.fromkeys(row.kind for row in rows))
    lines: list[list[object]] = []
    for kind in kinds:
        codes = Counter(row.code for row in rows if row.kind == kind)
        refused = sum(count for code, count in codes.items() if code)
        lines.append(
            [kind, sum(codes.values()), codes[0], refused, sum(bool(r.wrong) for r in rows if r.kind == kind)]
        )
    wrong = [f"- {row.kind} {row.number}: {row.wrong}" for row in rows if row.wrong]
    return "\n".join(
        (
            "## Files as no program writes them",
            "",
            (
                f"`python bench/mutated_files.py --seed {seed}`: valid files with bytes changed or values exchanged for odd "
                "ones, read by `config`, `papers`, `ask --history` and `search --file`. A damaged overlay is left out, and "
                "that is said; anything else is read, or refused in one sentence."
            ),
            "",
            table(["file", "number", "read", "refused", "traceback, fault, or minutes"], lines),
            "",
            *(wrong or ["None ended otherwise."]),
        )
    )


def home_with_index(folder: Path) -> Path:
    """A home with a small index."""
    from tests.indexes import COST, LMA3, build, paper

    build(folder / "home" / "index", paper(folder / f"{LMA3}.pdf", COST))
    return folder / "home"


def main() -> None:
    """Run the series and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    counts = {"settings": 2_000, "overlay": 2_000, "history": 500, "questions": 500}
    for kind, count in counts.items():
        parser.add_argument(f"--{kind}", type=int, default=count)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="into docs/reliability.md")
    given = parser.parse_args()
    rows: list[Ran] = []
    with tempfile.TemporaryDirectory(prefix="mutated-files-") as folder:
        home = home_with_index(Path(folder))
        show: Callable[[Ran], None] = lambda row: print(f"{row.kind} {row.number}: {row.wrong}", flush=True)  # noqa: E731
        for kind in counts:
            for row in series(home, kind, range(getattr(given, kind)), given.seed):
                rows.append(row)
                if row.wrong:
                    show(row)
    said = report(rows, given.seed)
    print(said)
    if given.write:
        put("files as no program writes them", said)


if __name__ == "__main__":
    main()
