"""Comparisons measured: gold pages among the sources, quotes that are not on their page, seconds until the table.

    python bench/comparisons.py QUESTIONS_FOLDER [--model NAME] [--cells FILE] [--flags]

QUESTIONS_FOLDER holds curated_dev.jsonl and related_dev.jsonl. Every compare question is asked as
`duality compare A B --question …`; twenty more pairs join two lookup questions over different papers.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
import unicodedata
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # else bench/index.py would be the package `index`

if TYPE_CHECKING:
    from assistant.comparison.comparison import Comparison
    from assistant.workspace import Workspace

# Two lookup questions over different papers make one comparison.
PAIRS = (
    ("c-dev-001", "c-dev-020"), ("c-dev-002", "c-dev-027"), ("c-dev-003", "c-dev-017"), ("c-dev-004", "c-dev-009"),
    ("c-dev-005", "c-dev-022"), ("c-dev-006", "c-dev-030"), ("c-dev-007", "c-dev-025"), ("c-dev-008", "c-dev-019"),
    ("c-dev-010", "c-dev-013"), ("c-dev-011", "c-dev-028"), ("c-dev-012", "c-dev-014"), ("c-dev-015", "c-dev-001"),
    ("c-dev-016", "c-dev-012"), ("c-dev-018", "c-dev-024"), ("c-dev-021", "c-dev-008"), ("c-dev-023", "c-dev-026"),
    ("c-dev-029", "c-dev-009"), ("c-dev-030", "c-dev-017"), ("c-dev-013", "c-dev-004"), ("c-dev-028", "c-dev-019"),
)  # fmt: skip
CURATED = 15


def questions(folder: Path) -> list[dict[str, Any]]:
    """Each comparison: id, the two papers, the question, the gold pages."""
    entries = [
        json.loads(line)
        for name in ("curated_dev", "related_dev")
        for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()
        if line.strip()
    ]
    asked = [entry for entry in entries if entry["kind"] == "compare"]
    by_id = {entry["id"]: entry for entry in entries}
    for one, other in PAIRS:
        first, second = by_id[one], by_id[other]
        second_half = second["question"][:1].lower() + second["question"][1:]
        asked.append(
            {
                "id": f"{one}+{other}",
                "papers": [*first["papers"], *second["papers"]],
                "question": f"{first['question'].rstrip('?')}, and {second_half}",
                "gold": [*first["gold"], *second["gold"]],
            }
        )
    return asked


def squeezed(text: str) -> str:
    """Text without blanks and hyphens, for finding a quote on a page."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def misplaced(comparison: Comparison, workspace: Workspace) -> list[str]:
    """Quotes of stated cells that do not stand on their page (or run on from it to the next)."""
    passages = workspace.search().generation().passages
    wrong = []
    for row in comparison.rows:
        for cell in row.cells:
            for source in cell.sources:
                if source.source != "pdf" or source.page is None:
                    continue
                pages = [
                    passages.page(source.paper, n) for n in (source.page - 1, source.page, source.page + 1)
                ]
                texts = [squeezed(page.text) if page else "" for page in pages]
                quote = squeezed(source.quote)
                if quote not in texts[1] and quote not in "".join(texts):
                    wrong.append(f"{row.aspect}: {source.paper} p. {source.page}: {source.quote[:80]}")
    return wrong


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions", type=Path)
    parser.add_argument("--model", default="extractive")
    parser.add_argument("--cells", type=Path, help="write sixty cells here, for judging by hand")
    parser.add_argument("--flags", action="store_true", help="print every conflict over the curated papers")
    given = parser.parse_args()
    from assistant.workspace import Workspace

    with Workspace.open() as workspace:
        workspace.warm_search()
        chain = workspace.comparison(given.model)
        both, table, total, wrong = 0, [], [], []
        asked = questions(given.questions)
        for entry in asked:
            begun = time.monotonic()
            states = chain.stream(entry["papers"], (), entry["question"])
            first = next(states)
            table.append(time.monotonic() - begun)
            done = [first, *states][-1]
            total.append(time.monotonic() - begun)
            shown = {(s.paper, s.page) for row in done.rows for cell in row.cells for s in cell.sources}
            shown |= {(c.paper, c.page) for claim in done.summary for c in claim.citations}
            sides = [
                any((g["paper"], g["page"]) in shown for g in entry["gold"] if g["paper"] == paper)
                for paper in entry["papers"]
            ]
            both += all(sides)
            wrong += misplaced(done, workspace)
            print(
                f"{entry['id']:22} {'both' if all(sides) else sides}  table {table[-1]:.1f} s, all {total[-1]:.1f} s"
            )
        print(f"gold pages for both sides: {both} of {len(asked)} ({both / len(asked):.0%})")
        print(f"quotes not on their page: {len(wrong)}", *wrong, sep="\n  ")
        print(f"seconds until the table: median {statistics.median(table):.2f}, most {max(table):.2f}")
        print(f"seconds in all: median {statistics.median(total):.2f}, most {max(total):.2f}")
        plain(workspace, given.cells, show_flags=given.flags)


def plain(workspace: Workspace, cells: Path | None, *, show_flags: bool) -> None:
    """Tables without a question over all curated papers held: time, flags, and cells to judge."""
    catalogue = workspace.catalogue
    documents = workspace.search().generation().passages.documents()
    curated = {paper.id for paper in catalogue.curated}
    papers = [r.paper for r in documents if r.source == "pdf" and r.paper in curated][:CURATED]
    chain = workspace.comparison("extractive")
    seconds, flags, lines, seen = [], set(), [], set()
    for one, other in list(combinations(papers, 2))[::5]:
        done = chain.compare([f"paper:{one}", f"paper:{other}"], prose=False)
        seconds.append(done.table_seconds)
        for row in done.rows:
            for approach, cell in zip(done.approaches, row.cells, strict=True):
                if cell.status == "conflict":
                    flags.add(f"{approach.name} | {row.aspect} | {cell.note}")
                if (approach.target, row.aspect) not in seen:
                    seen.add((approach.target, row.aspect))
                    where = " ".join(f"{s.source}:{s.page or '-'}" for s in cell.sources)
                    lines.append(
                        f"{approach.name} | {row.aspect} | {cell.status} | {cell.wording} | {cell.text} | {where}"
                    )
    print(
        f"plain pairs: {len(seconds)}; seconds until the table: median {statistics.median(seconds):.2f}, most {max(seconds):.2f}"
    )
    if show_flags:
        print(f"flags: {len(flags)}", *sorted(flags), sep="\n  ")
    if cells is not None:
        step = max(1, len(lines) // 60)
        cells.write_text("\n".join(lines[::step][:60]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
