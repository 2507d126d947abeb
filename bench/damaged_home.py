"""Each file of a home damaged, one at a time, and what the real commands say and do then.

For every damage, in a process of its own: `duality search`, `duality ask`, `duality doctor`, the command that doctor
tells, and the search again. No process may be ended by a signal, nobody may see a traceback, and after the told
command the search finds what it found before.

    python bench/damaged_home.py HOME [--seed 1] [--only chroma] [--write]

HOME holds an index built with the default embedder, and is copied, never written to.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if not __package__:  # run as a script
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # else this folder would hide packages

from bench.reliability import put, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QUESTION = "How does Eureka write rewards?"
SEARCH = ["search", QUESTION, "-k", "3", "--json"]
ASK = ["ask", QUESTION, "--model", "extractive", "--json"]
DOCTOR = ["doctor", "--json"]
SECONDS = 400.0  # for all commands at one damage
UNIMPORTANT = ("writer.lock", "minilm.lock", "READY")


def flipped(path: Path, chance: random.Random, bits: int) -> None:
    """Turn single bits."""
    content = bytearray(path.read_bytes())
    for _ in range(bits):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


KINDS: dict[str, Callable[[Path, random.Random], None]] = {
    "1 bit": lambda path, chance: flipped(path, chance, 1),
    "300 bits": lambda path, chance: flipped(path, chance, 300),
    "half": lambda path, chance: os.truncate(path, chance.randrange(1, path.stat().st_size)),
    "gone": lambda path, _: path.unlink(),
}


@dataclass(slots=True)
class Seen:
    """What came of one damage.

    Attributes:
        file: The file that was damaged.
        kind: How.
        told: What a user was told, in the order of the commands.
        wrong: Sentences on what must not be.
        noticed: Whether anything was said.
    """

    file: str
    kind: str
    told: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    noticed: bool = False


def commands(given: list[list[str]]) -> None:
    """Run commands of `duality` in this process; a line of JSON for each, with its exit code and what it printed."""
    from assistant.cli import main

    for arguments in given:
        out, err = io.StringIO(), io.StringIO()
        sys.argv = ["duality", *arguments]
        code: object = 0
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main()
            except SystemExit as ended:
                code = ended.code
        line = json.dumps({"code": code, "out": out.getvalue(), "err": err.getvalue()})
        os.write(1, f"{line}\n".encode())


def run(home: Path, *given: list[str]) -> tuple[int, list[dict[str, str]], str]:
    """The child's exit code, what each command printed as far as they came, and the error channel."""
    environment = {
        **os.environ,
        "DUALITY_HOME": str(home),
        "DUALITY_FETCH__PDFS": "false",
        "DUALITY_FETCH__WEIGHTS": "false",
    }
    try:
        done = subprocess.run(
            [sys.executable, str(Path(__file__).resolve()), "--child", json.dumps(given)],
            capture_output=True,
            timeout=SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 1, [], f"nothing within {SECONDS:g} s"
    lines = [json.loads(line) for line in done.stdout.decode().splitlines() if line.startswith("{")]
    return done.returncode, lines, done.stderr.decode(errors="replace")


def found(printed: dict[str, str]) -> list[str]:
    """The passages that a search printed."""
    try:
        return [f"{one['paper_id']}: {one['text']}" for one in json.loads(printed["out"])["results"]]
    except (ValueError, KeyError):
        return []


def judged(seen: Seen, home: Path, whole: list[str]) -> None:
    """Run the commands on a damaged home, then what was told, and write down what is wrong."""
    code, printed, err = run(home, SEARCH, ASK, DOCTOR)
    names = ["search", "ask", "doctor"]
    check(seen, code, names, printed, err)
    if len(printed) < len(names):
        return
    faults = [one for one in json.loads(printed[2]["out"] or "[]") if one["severity"] in ("fault", "warning")]
    remedies = list(dict.fromkeys(one["remedy"] for one in faults if one["remedy"].startswith("duality ")))
    seen.noticed = bool(faults) or any("damaged" in one["err"] + one["out"] for one in printed[:2])
    seen.told += [one["message"] for one in faults]
    texts = set(found(printed[0]))
    if texts - set(whole) and not seen.noticed:
        seen.wrong.append("other passages are shown, and nothing is said")
    after = [shlex.split(remedy)[1:] for remedy in remedies]
    code, printed, err = run(home, *after, SEARCH, DOCTOR)
    check(seen, code, [*remedies, "search after it", "doctor after it"], printed, err)
    if len(printed) < len(after) + 2:
        return
    if found(printed[-2]) != whole:
        seen.wrong.append(f"after {remedies or 'nothing'} the search finds something else")
    left = [one["message"] for one in json.loads(printed[-1]["out"] or "[]") if one["severity"] == "fault"]
    if left and [one for one in faults if one["severity"] == "fault"]:
        seen.wrong.append(f"after {remedies} still: {left[0]}")


def check(seen: Seen, code: int, names: list[str], printed: list[dict[str, str]], err: str) -> None:
    """Note a signal, a traceback, an unexpected fault."""
    for name, one in zip(names, printed, strict=False):
        said = one["err"].strip()
        seen.told += [f"{name}: {line}" for line in said.splitlines() if line.startswith("duality: ")]
        if "Traceback" in said or "unexpected fault" in said:
            seen.wrong.append(f"{name}: {said.splitlines()[-1][:200]}")
    if code < 0 or len(printed) < len(names):
        at = names[len(printed)] if len(printed) < len(names) else "the end"
        seen.wrong.append(f"ended by {code} at {at}: {err.strip()[-200:]}")
    elif "Traceback" in err:
        seen.wrong.append(err.strip().splitlines()[-1][:200])


def files(home: Path) -> Iterator[str]:
    """The files of a home that matter, without the chat model's weights."""
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home).as_posix()
        if path.is_file() and path.stat().st_size and path.name not in UNIMPORTANT and "qwen" not in name:
            yield name


def copied(home: Path, to: Path) -> None:
    """A home for one damage; what is large and not damaged is linked, never written through."""
    shutil.copytree(home, to, ignore=shutil.ignore_patterns("qwen", "READY"), symlinks=True)


def series(home: Path, seed: int, only: str = "", kinds: tuple[str, ...] = tuple(KINDS)) -> Iterator[Seen]:
    """Every file damaged in every way, one at a time."""
    with tempfile.TemporaryDirectory(prefix="damaged-home-") as folder:
        place = Path(folder) / "home"
        copied(home, place)
        _, printed, err = run(place, SEARCH)
        whole = found(printed[0]) if printed else []
        if not whole:
            raise SystemExit(f"{home} cannot be searched as it is: {err or printed}")
        names = list(files(place))
        for name in names:
            for kind in kinds:
                if only and only not in name:
                    continue
                shutil.rmtree(place)
                copied(home, place)
                KINDS[kind](place / name, random.Random(f"{seed}/{name}/{kind}"))
                seen = Seen(name, kind)
                judged(seen, place, whole)
                yield seen


def report(rows: list[Seen], seed: int) -> str:
    """The part of docs/reliability.md."""
    shown = {}
    for row in rows:
        shown.setdefault(shortened(row.file), {})[row.kind] = row
    lines = [
        [
            file,
            *(
                "–"
                if kind not in by
                else "wrong"
                if by[kind].wrong
                else "told"
                if by[kind].noticed
                else "no harm"
                for kind in KINDS
            ),
        ]
        for file, by in shown.items()
    ]
    wrong = [f"- {shortened(row.file)}, {row.kind}: {said}" for row in rows for said in row.wrong]
    return "\n".join(
        (
            "## Damage to each file of a home",
            "",
            (
                f"`python bench/damaged_home.py HOME --seed {seed}`: {len(rows)} damages of a home with an index of real PDFs, "
                "one file at a time; then `search`, `ask`, `doctor`, the command that doctor tells, and the search again, "
                'all as a user runs them. "Told": it was said, and after the told command the search finds what it found '
                'before. "No harm": nothing was said, and nothing else was found.'
            ),
            "",
            table(["file", *KINDS], lines),
            "",
            *(wrong or ["No process was ended by a signal, nobody saw a traceback."]),
        )
    )


def shortened(file: str) -> str:
    """A file's name without what differs from index to index."""
    return "/".join("…" if len(part) == 36 else part for part in file.split("/"))


def main() -> None:
    """Run the series and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path, nargs="?")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="a part of the files' names")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS))
    parser.add_argument("--write", action="store_true", help="into docs/reliability.md")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        commands(json.loads(given.child))
        return
    rows = []
    for seen in series(given.home, given.seed, given.only, tuple(given.kinds)):
        rows.append(seen)
        print(
            f"{shortened(seen.file)}, {seen.kind}: {seen.wrong or ('told' if seen.noticed else 'no harm')}",
            flush=True,
        )
        for line in seen.told:
            print(f"    {line}", flush=True)
    said = report(rows, given.seed)
    print(said)
    if given.write:
        put("damage to a home", said)


if __name__ == "__main__":
    main()
