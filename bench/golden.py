"""Golden files of an index: what asking, summarising and comparing give today, to hold a later state against.

    python bench/golden.py write FOLDER           before a change
    python bench/golden.py compare FOLDER         after it: what differs, line by line

The index is the one of DUALITY_HOME; no model writes. Nothing of it belongs in the repository, which has golden files
of its own over generated papers (tests/assistant/summaries/test_golden.py).
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # else bench/index.py would be the package `index`

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.workspace import Workspace

PASSING = ("seconds", "generation", "trace")  # what differs from run to run, or tells only how
ASKED = (
    "How much does a seed of LMA3 cost?",
    "How long did training Octo take, and on what?",
    "Which work lets a language model write reward functions for dexterous manipulation?",
    "Which paper uses a video prediction model as a reward?",
    "What are the limitations of Decision Diffuser?",
    "What does Figure 2 of Eureka show?",
    "Does DayDreamer learn on real robots?",
    "Who wrote Octo?",
    "How do Eureka and Text2Reward differ?",
    "How many papers are from 2023?",
    "What is the boiling point of water?",
    "How can diffusion models be used as policies?",
)  # fmt: skip
CATEGORIES = ("reward-signal", "world-model", "transformer-policy", "rl-fine-tuning")
TOPICS = ("diffusion models as rewards", "learning on real robots in a world model")
LENGTHS = ("line", "paragraph", "page")
COMPARED: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...] = (
    (("world-model", "diffusion-policy"), (), ""),
    (("reward-signal", "eureka"), (), ""),
    (("eureka, text2reward", "viper"), (), ""),
    (("eureka", "text2reward"), ("+training time", "+number of demonstrations"), ""),
    (("daydreamer", "octo"), (), "Which of them is trained on real robots, and for how long?"),
    (("decision diffuser", "octo"), (), "How does DD encode goals, while what does Octo take in?"),
)  # fmt: skip


def cases(workspace: Workspace) -> Iterator[tuple[str, Any]]:
    """Name and JSON of each thing."""
    from assistant.export import exported
    from assistant.summaries.subject import of_paper, resolved

    chain = workspace.chain("extractive")
    for n, question in enumerate(ASKED):
        yield f"ask-{n:02}", chain.answer(question).to_json()
    documents = workspace.search().generation().passages.documents()
    held = sorted(record.paper for record in documents if record.source == "pdf")
    summarizer = workspace.summarizer("extractive")
    subjects = [
        of_paper(workspace.catalogue.by_id[paper]) for paper in held if paper in workspace.catalogue.by_id
    ]
    subjects += [resolved(name, workspace.catalogue) for name in (*CATEGORIES, "ajay2022decisiondiffuser")]
    subjects += [resolved(f"topic:{name}", workspace.catalogue) for name in TOPICS]
    for n, subject in enumerate(subjects):
        lengths = LENGTHS if n % 4 == 0 or subject.kind != "paper" else ("page",)
        for length in lengths:
            made = summarizer.summary(subject, length)  # type: ignore[arg-type]
            shown = exported(made, "md", workspace.catalogue).decode().splitlines()
            yield (
                f"summary-{subject.target.replace('/', '.')[:40]}-{length}",
                {**made.to_json(), "markdown": shown},
            )
    comparison = workspace.comparison("extractive")
    pairs = [
        ((f"paper:{one}", f"paper:{other}"), (), "")
        for one, other in zip(held[::2], held[1::2], strict=False)
    ]
    for n, (names, aspects, question) in enumerate((*pairs, *COMPARED)):
        table = comparison.compare(names, aspects, question)
        shown = exported(table, "md", workspace.catalogue).decode().splitlines()
        lines = exported(table, "csv", workspace.catalogue).decode().splitlines()
        yield f"compare-{n:02}", {**table.to_json(), "markdown": shown, "csv": lines}


def steady(made: Any) -> Any:
    """JSON without what differs from run to run."""
    if isinstance(made, dict):
        return {name: steady(value) for name, value in made.items() if name not in PASSING}
    if isinstance(made, list):
        return [steady(value) for value in made]
    if isinstance(made, str) and "ndex g0" in made:  # the last line of an export
        return ""
    return round(made, 3) if isinstance(made, float) else made


def written(made: Any) -> str:
    """The text of a golden file."""
    return json.dumps(steady(made), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Write or compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["write", "compare"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="only what is called so: ask, summary, compare")
    given = parser.parse_args()
    from assistant.workspace import Workspace

    given.folder.mkdir(parents=True, exist_ok=True)
    changed = same = 0
    with Workspace.open() as workspace:
        for name, made in cases(workspace):
            if not name.startswith(given.only):
                continue
            file = given.folder / f"{name}.json"
            text = written(made)
            if given.what == "write":
                file.write_text(text, "utf-8")
                continue
            before = file.read_text("utf-8") if file.exists() else ""
            if before == text:
                same += 1
                continue
            changed += 1
            lines = difflib.unified_diff(before.splitlines(), text.splitlines(), name, name, lineterm="", n=1)
            print("\n".join(line[:400] for line in lines))
    if given.what == "compare":
        print(f"{same} as before, {changed} differ")
        sys.exit(1 if changed else 0)


if __name__ == "__main__":
    main()
