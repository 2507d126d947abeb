"""Questions with known answers against an index: is the right paper and page found, is the fact in the answer.

    python bench/questions.py search QUESTIONS.jsonl …             paper in 5, page in 5 and in 10, latency
    python bench/questions.py answers QUESTIONS.jsonl … --model embedded [--each 5]

A question is a JSON object a line: id, kind, question, history, papers, gold (paper, page, quote), must_contain.
The index is the one of DUALITY_HOME. `dense` and `keywords` see the question as asked, as the usual chain does.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # else bench/index.py would be the package `index`


def read(paths: list[Path]) -> list[dict[str, Any]]:
    """The questions of all files."""
    return [
        json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines() if line.strip()
    ]


def measure_search(questions: list[dict[str, Any]]) -> None:
    """A row for each method and kind, then the latency of the product's own search."""
    from assistant.question import understood
    from assistant.workspace import Workspace

    with Workspace.open() as workspace:
        search = workspace.search()
        asked = [q for q in questions if q["gold"]]
        search(asked[0]["question"])  # opens everything
        print(
            "| method | kind | n | paper in 5 | page in 5 | page in 10 | reciprocal rank |\n|---|---|---|---|---|---|---|"
        )
        seconds: list[float] = []
        for method in ("dense", "keywords", "fused"):
            rows: dict[str, list[tuple[bool, bool, bool, float]]] = defaultdict(list)
            for q in asked:
                own = method == "fused"
                meant = understood(
                    q["question"], [tuple(t) for t in q.get("history") or []] if own else [], search.catalogue
                )
                began = time.perf_counter()
                hits = search(meant.search, 50, prefer=meant.papers, method=method)  # type: ignore[arg-type]
                if own:
                    seconds.append(time.perf_counter() - began)
                gold = {(g["paper"], g["page"]) for g in q["gold"]}
                papers = list(dict.fromkeys(hit.passage.paper for hit in hits))[:5]
                rank = next((h.rank for h in hits if (h.passage.paper, h.page) in gold), 999)
                rows[q["kind"]].append(
                    (not set(papers).isdisjoint(q["papers"]), rank <= 5, rank <= 10, 1 / rank)
                )
            for kind, found in rows.items():
                shares = " | ".join(f"{statistics.mean(row[i] for row in found):.2f}" for i in range(4))
                print(f"| {method} | {kind} | {len(found)} | {shares} |")
        ordered = sorted(seconds)
        print(
            f"\nsearch, warm: median {1000 * statistics.median(ordered):.0f} ms, 95 % under {1000 * ordered[int(len(ordered) * 0.95)]:.0f} ms"
        )


def measure_answers(questions: list[dict[str, Any]], model: str, each: int | None, log: Path | None) -> None:
    """Expected facts, support of the claims, refusals, and times, a row for each kind."""
    from assistant.workspace import Workspace

    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with Workspace.open() as workspace:
        chain = workspace.chain(model)
        for q in questions:
            if each is not None and len(rows[q["kind"]]) >= each:
                continue
            answer = chain.answer(q["question"], [tuple(t) for t in q.get("history") or []])
            text = answer.text.lower()
            gold = {(g["paper"], g["page"]) for g in q["gold"]}
            row = {
                "id": q["id"],
                "facts": all(any(word.lower() in text for word in group) for group in q["must_contain"]),
                "evidence": any((s.paper, span.page) in gold for s in answer.sources for span in s.spans),
                "fell_back": bool(answer.notes) and chain.model.chat is not None,
                **answer.to_json(),
            }
            rows[q["kind"]].append(row)
            if log is not None:
                with log.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
            print(
                q["id"],
                row["facts"],
                [c.support for c in answer.claims],
                f"{answer.seconds.total:.1f} s",
                file=sys.stderr,
                flush=True,
            )
    print(
        "| kind | n | gold page in evidence | facts, of those | refused | fell back to quotes | evidence, s | first words, s | whole, s |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for kind, found in rows.items():
        held = [row for row in found if row["evidence"]]
        facts = f"{statistics.mean(row['facts'] for row in held):.2f}" if held else "–"
        median = {
            k: statistics.median(row["seconds"][k] or 0 for row in found)
            for k in ("retrieve", "first_token", "total")
        }
        print(
            f"| {kind} | {len(found)} | {len(held)} | {facts} | {sum(r['refused'] for r in found)} | "
            f"{sum(r['fell_back'] for r in found)} | {median['retrieve']:.2f} | {median['first_token']:.1f} | {median['total']:.1f} |"
        )
    claims = [
        c["support"] for found in rows.values() for row in found if not row["refused"] for c in row["claims"]
    ]
    print(
        "\nclaims:",
        ", ".join(f"{claims.count(s)} {s}" for s in ("exact", "normalised", "paraphrase", "unsupported")),
    )


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["search", "answers"])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--each", type=int, help="only so many of each kind")
    parser.add_argument("--log", type=Path, help="append each answer as JSON")
    given = parser.parse_args()
    questions = read(given.files)
    if given.what == "search":
        measure_search(questions)
    else:
        measure_answers(questions, given.model, given.each, given.log)


if __name__ == "__main__":
    main()
