"""How many questions on cells of tables are answered, and with the right table: `python -m bench.tables QUESTIONS`.

Each line of QUESTIONS holds id, question, papers, must_contain (groups of alternatives), table ("Table 2") and gold
(page). The papers must be indexed. The halves are told apart by paper: rules were made on A and are reported on B.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.evaluation.answers import holds
from assistant.workspace import Workspace

if TYPE_CHECKING:
    from assistant.answer import Answer


def main() -> None:
    """Ask all questions; print one line each, then the shares by half."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--model", default="extractive")
    parser.add_argument("--half", choices=("A", "B"))
    given = parser.parse_args()
    questions = [json.loads(line) for line in given.questions.read_text("utf-8").splitlines() if line.strip()]
    papers = sorted({question["papers"][0] for question in questions})
    half = {paper: "AB"[number % 2] for number, paper in enumerate(papers)}
    counted: dict[str, list[tuple[bool, bool, bool]]] = {"A": [], "B": []}
    with Workspace.open() as workspace:
        chain = workspace.chain(given.model)
        for question in questions:
            side = half[question["papers"][0]]
            if given.half not in (None, side):
                continue
            answer = chain.answer(question["question"])
            facts = not answer.refused and holds(answer.text, question["must_contain"])
            read, marked = is_read(answer), is_marked(answer, question)
            counted[side].append((facts, facts and marked, read))
            print(
                f"{side} {question['id']} {'facts' if facts else '-':6}{'cell' if marked else '-':5}{answer.text[:200]!r}"
            )
    for side, found in counted.items():
        if found:
            n = len(found)
            facts, marked, read = (sum(each[i] for each in found) for i in range(3))
            print(
                f"half {side}: {n} questions; facts {facts / n:.2f}; right cell {marked / n:.2f}; read from a table {read}"
            )


def is_read(answer: Answer) -> bool:
    """Whether the program read it from a table."""
    return any(claim.cells for claim in answer.claims)


def is_marked(answer: Answer, question: dict[str, Any]) -> bool:
    """Whether cells of the right table are marked, and each expected number or name is one of them or their labels."""
    number = question["table"].split()[-1]
    pages = {place["page"] for place in question["gold"]}
    cells = [c for claim in answer.claims for c in claim.cells if c.table == number and c.page in pages]
    return bool(cells) and holds(answer.text, question["must_contain"])


if __name__ == "__main__":
    main()
