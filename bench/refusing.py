"""How many near misses are refused, and how many answerable questions with them; the weights of refusing.json.

    python -m bench.refusing QUESTIONS.jsonl… [--signs SIGNS.jsonl] [--most N] [--write]

Questions are those of `duality eval`; of an unanswerable one `near` names the paper meant. Half of the papers is chosen
on: there weights are fitted, cross-validated by paper, and the threshold refuses as many near misses as it can at no
more than 8 % false refusals. The figures are those of the other half, with each sign alone beside them and the length
of the question, which nothing here may see. Signs are kept in SIGNS.jsonl as they come: a question takes seconds.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.asking.request import request
from assistant.evidence import gathered
from assistant.prompting import answered_messages
from assistant.support.asked_names import absent_terms
from assistant.support.refusing import pdfs_held, read_of
from assistant.workspace import Workspace
from bench.logistic import auroc, cross_validated, fitted, halves, probabilities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FALSE_AT_MOST = 0.08
SEED = 11
KEPT = Path(__file__).parent.parent / "assistant" / "support" / "refusing.json"


def main() -> None:
    """Gather the signs, fit, report."""
    asked = argparse.ArgumentParser()
    asked.add_argument("questions", nargs="+", type=Path)
    asked.add_argument("--signs", type=Path, default=Path("refusal_signs.jsonl"))
    asked.add_argument("--most", type=int, default=1000, help="questions that are asked anew")
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    questions = [
        json.loads(line) for path in given.questions for line in path.read_text("utf-8").splitlines() if line
    ]
    random.Random(SEED).shuffle(questions)
    signs = {}
    if given.signs.exists():
        signs = {s["id"]: s for s in map(json.loads, given.signs.read_text("utf-8").splitlines())}
    _gather([q for q in questions if q["id"] not in signs][: given.most], signs, given.signs)
    _weighed([{**q, **signs[q["id"]]} for q in questions if q["id"] in signs], write=given.write)


def _gather(questions: Sequence[dict[str, Any]], signs: dict[str, Any], path: Path) -> None:
    if not questions:
        return
    with Workspace.open({"model": "embedded"}) as workspace, path.open("a", encoding="utf-8") as file:
        search, model = workspace.search(), workspace.model()
        passages, chat = search.generation().passages, model.chat
        for q in questions:
            question = request(
                q["question"],
                [tuple(turn) for turn in q.get("history") or ()],
                search.catalogue,
                search.embedder,
            )
            hits = [
                hit
                for hit in search(question.search, 8, prefer=question.papers, tables=True)
                if hit.passage.table is None
            ][: workspace.settings.answer.passages]
            evidence = gathered(
                question.search,
                hits,
                search.catalogue,
                search.embedder,
                q["question"],
                question.papers,
                question.each,
            )
            shown = read_of(question, evidence)
            odds = getattr(chat, "odds")(answered_messages(question.standalone, shown, evidence))  # noqa: B009
            held = [paper for paper in question.papers if paper in pdfs_held(passages)]
            absent = absent_terms(question, search.catalogue, passages, held)
            signs[q["id"]] = {
                "id": q["id"],
                "odds": round(odds or 0.0, 4),
                "absent": absent,
                "work": question.seeks_work,
            }
            file.write(json.dumps(signs[q["id"]]) + "\n")
            file.flush()


def _weighed(questions: Sequence[dict[str, Any]], *, write: bool) -> None:
    def paper(q: dict[str, Any]) -> str:
        near = q.get("near") or (q.get("papers") or [""])[0]
        return str(near[0] if isinstance(near, list) else near)

    chosen, other = halves([paper(q) for q in questions], SEED)
    parts: dict[str, tuple[list[dict[str, Any]], NDArray[np.float64], NDArray[np.bool_]]] = {}
    for name, half in (("choosing", chosen), ("reporting", other)):
        of = [q for q in questions if paper(q) in half]
        x = np.array([[-q["odds"], float(bool(q["absent"])), float(q["work"])] for q in of])
        parts[name] = (of, x, np.array([q["kind"] == "unanswerable" for q in of], dtype=np.bool_))
    of, x, missing = parts["choosing"]
    told = cross_validated(x, missing, [paper(q) for q in of])
    threshold = min((t for t in {*told, 1.0} if (told[~missing] >= t).mean() <= FALSE_AT_MOST), default=1.0)
    weights = fitted(x, missing)
    print(f"weights (odds, absent, work, intercept) {weights.round(3).tolist()}, threshold {threshold:.3f}")
    for name, (of, x, missing) in parts.items():
        given = told if name == "choosing" else probabilities(weights, x)
        lengths = np.array([-float(len(q["question"])) for q in of])
        print(
            f"  {name}: {missing.sum()} near misses, refused {(given[missing] >= threshold).mean():.3f}; "
            f"{(~missing).sum()} answerable, refused {(given[~missing] >= threshold).mean():.3f}; "
            f"AUROC {auroc(given, missing):.3f}, odds alone {auroc(x[:, 0], missing):.3f}, absent names alone "
            f"{x[missing, 1].mean():.3f} / {x[~missing, 1].mean():.3f}, length alone {auroc(lengths, missing):.3f}"
        )
        for kind in sorted({q["kind"] for q in of}):
            these = np.array([q["kind"] == kind for q in of])
            print(f"    {kind}: {(given[these] >= threshold).sum()} of {these.sum()} refused")
    if write:
        values = {
            "odds": round(float(weights[0]), 4),
            "absent": round(float(weights[1]), 4),
            "work": round(float(weights[2]), 4),
            "intercept": round(float(weights[3]), 4),
            "threshold": round(float(threshold), 4),
            "fitted": f"{len(parts['choosing'][0])} questions on {len(chosen)} papers by bench/refusing.py",
        }
        KEPT.write_text(json.dumps(values, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
