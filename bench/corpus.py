"""Questions about many papers: which papers an answer names, against lists of gold: `python -m bench.corpus QUESTIONS…`.

Each line of QUESTIONS holds id, kind, question and gold (papers, maybe, count). Precision and recall are of the papers
that the answer says fit, over list, count and exists questions, the mean over questions (macro); `maybe` counts neither
way. The answers are those of the chain without a model; the index must hold the digests.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.workspace import Workspace

if TYPE_CHECKING:
    from assistant.answer import Answer

LISTS = ("list", "count", "exists")


def main() -> None:
    """Ask all questions; print those that went wrong, then the means."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--half", choices=("odd", "even"), help="only questions whose number is odd or even")
    given = parser.parse_args()
    lines = [
        line for path in given.questions for line in path.read_text("utf-8").splitlines() if line.strip()
    ]
    shares, counts, spent, computed = [], [], [], 0
    with Workspace.open() as workspace:
        chain = workspace.chain("extractive")
        for line in lines:
            asked = json.loads(line)
            odd = int(asked["id"].rpartition("-")[2]) % 2 == 1
            if given.half and odd != (given.half == "odd"):
                continue
            begun = time.monotonic()
            answer = chain.answer(asked["question"])
            spent.append(time.monotonic() - begun)
            computed += answer.screening is not None
            named = fitting(answer)
            gold, maybe = set(asked["gold"]["papers"] or ()), set(asked["gold"].get("maybe") or ())
            count = asked["gold"].get("count")
            if count is not None and asked["kind"] in LISTS:
                counts.append(answer.screening is not None and abs(len(named) - count) <= len(named & maybe))
            if asked["kind"] not in LISTS or (count and not gold):
                continue
            sure = named - maybe
            right = len(sure & gold)
            precision = right / len(sure) if sure else float(not gold)
            recall = right / len(gold) if gold else float(not sure)
            shares.append((precision, recall))
            if min(precision, recall) < 0.8:
                criterion = answer.screening.criterion.words if answer.screening else "not by facts"
                print(f"{asked['id']} {precision:.2f} {recall:.2f} {asked['question'][:90]} > {criterion}")
    total = len(shares)
    print(
        f"{total} questions: precision {sum(p for p, _ in shares) / total:.2f}, recall {sum(r for _, r in shares) / total:.2f}; "
        f"counts right {sum(counts)} of {len(counts)}; answered by facts {computed} of {len(spent)}; "
        f"median {sorted(spent)[len(spent) // 2]:.2f} s"
    )


def fitting(answer: Answer) -> set[str]:
    """The papers that an answer says fit."""
    if answer.screening is not None:
        return set(answer.screening.papers)
    return set() if answer.refused else {source.paper for source in answer.cited}


if __name__ == "__main__":
    main()
