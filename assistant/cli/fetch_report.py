"""What a fetch did, paper by paper, as a table, as lines, or as JSON."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import click

from assistant.cli.fetch_screen import lasting
from assistant.coverage import brought_back
from assistant.examining.check import counted
from corpus.errors import NothingIndexed
from corpus.fetching import addresses, held, landing
from corpus.fetching.manners import PAUSE_SECONDS
from corpus.identity import fetches

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from assistant.arrivals import Verdict
    from assistant.workspace import Workspace
    from corpus.fetching import Fetched
    from corpus.paper import Paper
    from index.passage_store import PassageStore, RemovedRecord

State = Literal["fetched", "there", "removed", "paywalled", "altered", "refused", "failed", "wanted"]
HEADINGS: Final[Mapping[State, str]] = {
    "fetched": "came",
    "wanted": "would be fetched",
    "there": "already there",
    "removed": "removed by you",
    "paywalled": "pay-walled",
    "altered": "changed on disk",
    "refused": "came, but is not indexed as this paper",
    "failed": "did not come",
}
NAMED: Final = 6  # papers named in a row that needs no explaining


@dataclass(slots=True)
class Line:
    """One paper's line of the report."""

    paper: Paper
    state: State
    note: str = ""
    remedy: str = ""
    address: str = ""
    file: str = ""
    size: int = 0
    indexed: bool = False

    @property
    def known(self) -> dict[str, object]:
        """The line as it is printed in JSON."""
        return {
            "paper_id": self.paper.id,
            "label": self.paper.label,
            "outcome": self.state,
            "indexed": self.indexed,
            "note": self.note,
            "remedy": self.remedy,
            "address": self.address,
            "file": self.file or None,
            "bytes": self.size,
        }


@dataclass(slots=True)
class Tally:
    """The report as it grows.

    Attributes:
        anew: Ids of papers that are asked for even if they are there.
        lines: A line for each paper dealt with.
        seconds: How long it took.
        interrupted: Whether the user broke it off.
    """

    anew: Collection[str] = ()
    lines: list[Line] = field(default_factory=list)
    seconds: float = 0.0
    interrupted: bool = False

    def count(self, state: State) -> int:
        """How many papers ended like this."""
        return sum(line.state == state for line in self.lines)

    def elsewhere(self, papers: Sequence[Paper], workspace: Workspace) -> set[str]:
        """Note the papers whose PDF is indexed from a folder of the user's and need not be asked for; their ids."""
        found = indexed_from(workspace)
        pdfs = workspace.home.pdfs
        ids = set()
        for paper in papers:
            file = found.get(paper.id)
            if (
                file is not None
                and paper.id not in self.anew
                and not (pdfs / f"{paper.id}.pdf").exists()
                and file.exists()
            ):
                ids.add(paper.id)
                note = f"indexed from {file}"
                self.lines.append(
                    Line(paper, "there", note, "", "", str(file), file.stat().st_size, indexed=True)
                )
        return ids

    def without_removed(self, papers: Sequence[Paper], workspace: Workspace) -> list[Paper]:
        """Those that the user did not remove; the others are noted, and come only when they are named."""
        removed = _removed(workspace)
        for paper in papers:
            if paper.id in removed:
                remedy = brought_back(removed[paper.id], workspace.home.pdfs)
                self.lines.append(Line(paper, "removed", "you removed its PDF", remedy))
        return [paper for paper in papers if paper.id not in removed]

    def to_ask(self, papers: Iterable[Paper], pdfs: Path) -> int:
        """How many of the papers a host will be asked for."""
        return sum(
            bool(addresses(p)) and (p.id in self.anew or not (pdfs / f"{p.id}.pdf").exists()) for p in papers
        )

    def foresee(self, papers: Sequence[Paper], workspace: Workspace) -> None:
        """What a fetch would do, without asking anybody."""
        elsewhere = self.elsewhere(papers, workspace)
        for paper in papers:
            if paper.id in elsewhere:
                continue
            here = held(paper, workspace.home.pdfs)
            if here is not None and (here.path is None or paper.id not in self.anew or not addresses(paper)):
                self.add(here)
            else:
                self.lines.append(Line(paper, "wanted", address=addresses(paper)[0]))

    def add(self, result: Fetched) -> Line:
        """The line of a paper that was dealt with."""
        line = Line(
            result.paper,
            result.outcome,
            result.note,
            result.remedy,
            result.address,
            str(result.path or ""),
            result.size,
        )
        self.lines.append(line)
        return line

    def judge(self, lines: Iterable[Line], verdicts: Mapping[str, Verdict]) -> None:
        """Say of the papers that came whether they are indexed, and if not, why."""
        for line in lines:
            verdict = verdicts.get(line.paper.id)
            if verdict is None:
                continue
            line.indexed = verdict.indexed
            line.note = verdict.note or line.note
            if verdict.refused:
                line.state = "refused"
                line.note = line.note.partition(f"; {fetches(line.paper)}")[0]  # it is what came
                line.remedy = (
                    f"open {line.address or landing(line.paper)} and see; save the right PDF as {line.file}, "
                    "then run `duality index build`"
                )

    def show(self, *, as_json: bool, dry: bool = False) -> None:
        """Print the report: JSON, a table on a terminal, lines where it is piped."""
        if as_json:
            report = {
                "papers": [line.known for line in self.lines],
                "counts": {state: self.count(state) for state in HEADINGS if self.count(state)},
                "bytes": sum(line.size for line in self.lines if line.state in ("fetched", "refused")),
                "seconds": round(self.seconds, 2),
                "interrupted": self.interrupted,
            }
            click.echo(json.dumps(report, ensure_ascii=False, indent=2))
        elif not sys.stdout.isatty():
            for line in self.lines:
                cells = (line.state, line.paper.id, line.paper.label, line.note or line.address, line.remedy)
                click.echo("\t".join(cells))
        else:
            self._table()
        if dry and not as_json:
            number = self.count("wanted")
            click.echo(f"{counted(number, 'PDF')}, at least {lasting(number * PAUSE_SECONDS)}.", err=True)

    def _table(self) -> None:
        from rich.console import Console
        from rich.table import Table

        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
        for heading in ("", "Papers", "", "What to do"):
            table.add_column(heading, justify="right" if heading == "Papers" else "left", overflow="fold")
        for state, heading in HEADINGS.items():
            lines = [line for line in self.lines if line.state == state]
            if not lines:
                continue
            if state in ("fetched", "there", "wanted"):
                table.add_row(heading, str(len(lines)), _summary(state, lines))
                continue
            table.add_row(heading, str(len(lines)))
            for line in lines:
                note = (line.address or line.note) if state == "paywalled" else line.note
                table.add_row(f"  {line.paper.label}", "", note, line.remedy, style="yellow")
        Console(highlight=False, markup=False).print(table)


def _summary(state: State, lines: Sequence[Line]) -> str:
    if state == "fetched":
        indexed = sum(line.indexed for line in lines)
        return f"{sum(line.size for line in lines) / 1e6:,.1f} MB; {indexed} indexed"
    if state == "wanted":
        hosts = Counter(line.address.split("/")[2] for line in lines)
        return ", ".join(f"{number} from {host}" for host, number in hosts.most_common())
    names = ", ".join(line.paper.label for line in lines[:NAMED])
    return f"{names} and {len(lines) - NAMED} more" if len(lines) > NAMED else names


def indexed_from(workspace: Workspace) -> dict[str, Path]:
    """The PDF that each paper is indexed from."""
    passages = _passages(workspace)
    documents = passages.documents() if passages else ()
    return {record.paper: Path(record.file) for record in documents if record.source == "pdf"}


def _removed(workspace: Workspace) -> dict[str, RemovedRecord]:
    passages = _passages(workspace)
    return {record.paper: record for record in passages.removed()} if passages else {}


def _passages(workspace: Workspace) -> PassageStore | None:
    from index import generation as generations

    try:
        return generations.current(workspace.home.index).passages
    except NothingIndexed:
        return None
