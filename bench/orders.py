"""How well the rule that finds orders to a reader carries over: how many it finds, and what of real papers it takes for one.

    python bench/orders.py [--jsonl FILE --field text --label malicious] [--papers]

Counted are the variants that the rule was written with (tests/assistant/injections.py), forty in other words
(tests/assistant/other_wordings.py), and those of any file of JSON lines. `--papers` prints every piece of the PDFs
indexed in DUALITY_HOME that a model is not shown, one a line, for judging by eye.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # else bench/index.py would be the package `index`


def met(texts: list[str]) -> tuple[int, list[str]]:
    """How many of the texts hold a piece that a model is not shown, and those that hold none."""
    from assistant.addressed import addressed, pieces

    missed = [t for t in texts if not any(addressed(t[start:end]) for start, end in pieces(t))]
    return len(texts) - len(missed), missed


def of_papers() -> None:
    """Every piece of the indexed PDFs that a model is not shown."""
    from assistant.addressed import addressed, pieces
    from assistant.workspace import Workspace

    with Workspace.open() as opened:
        store = opened.search().generation().passages
        seen = blanked = characters = hidden = 0
        papers = {record.paper for record in store.documents() if record.source == "pdf"}
        for paper in sorted(papers):
            for passage in store.of_paper(paper):
                for start, end in pieces(passage.text):
                    said = passage.text[start:end]
                    seen, characters = seen + 1, characters + len(said)
                    if addressed(said):
                        blanked, hidden = blanked + 1, hidden + len(said)
                        print(f"{paper}\t{passage.section}\t{' '.join(said.split())}")
        print(
            f"{blanked} of {seen:,} pieces of {len(papers)} papers, {hidden / max(characters, 1):.3%} of the characters"
        )


def main() -> None:
    """Count and print."""
    from tests.assistant.injections import INJECTIONS
    from tests.assistant.other_wordings import OTHER_WORDINGS

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jsonl", type=Path, help="further texts, one JSON object a line")
    parser.add_argument("--field", default="text", help="the field of the text")
    parser.add_argument("--label", default="", help="only lines whose field `label` is this")
    parser.add_argument("--papers", action="store_true", help="print what of the indexed PDFs is not shown")
    given = parser.parse_args()
    sets = {"injections.py": [i.text for i in INJECTIONS], "other_wordings.py": list(OTHER_WORDINGS)}
    if given.jsonl:
        lines = [json.loads(line) for line in given.jsonl.read_text("utf-8").splitlines() if line.strip()]
        chosen = [row for row in lines if not given.label or row.get("label") == given.label]
        sets[given.jsonl.name] = [row[given.field] for row in chosen]
    for name, texts in sets.items():
        found, missed = met(texts)
        print(f"{name}: {found} of {len(texts)}")
        for text in missed:
            print(f"    not found: {' '.join(text.split())[:150]}")
    if given.papers:
        of_papers()


if __name__ == "__main__":
    main()
