"""What asking, summarising and comparing give over one small home, held against tests/golden/*.json.

What changes on purpose is looked at, renewed with `RENEW_GOLDEN=1 pytest tests/assistant/summaries/test_golden.py`,
and said in the commit's message. `bench/golden.py` does the same for an index over real PDFs.
"""

import difflib
import json
import os
from pathlib import Path

import pytest

from assistant.export import exported

GOLDEN = Path(__file__).parents[2] / "golden"
PASSING = {
    "seconds",
    "generation",
    "trace",
    "authors",
    "categories",
    "title",
}  # of the run, or of the catalogue alone


def steady(made):
    if isinstance(made, dict):
        return {name: steady(value) for name, value in made.items() if name not in PASSING}
    if isinstance(made, list):
        return [steady(value) for value in made if not (isinstance(value, str) and "ndex g0" in value)]
    return made


def ask(opened, question):
    return opened.chain().answer(question).to_json()


def summarize(opened, name, length):
    made = opened.summarize(name, length=length)
    return {**made.to_json(), "markdown": exported(made, "md", opened.catalogue).decode().splitlines()}


def compare(opened, *names, aspects=(), question=""):
    made = opened.compare(*names, aspects=aspects, question=question)
    shown = exported(made, "md", opened.catalogue).decode().splitlines()
    return {
        **made.to_json(),
        "markdown": shown,
        "csv": exported(made, "csv", opened.catalogue).decode().splitlines(),
    }


CASES = {
    "ask-fact": (ask, ("Which algorithm trains the policies of Eureka?",), {}),
    "ask-list": (ask, ("How many papers are from 2023?",), {}),
    "ask-not-stated": (ask, ("What is the boiling point of water?",), {}),
    "summary-paper": (summarize, ("eureka", "page"), {}),
    "summary-own-paper": (summarize, ("lasercat", "paragraph"), {}),
    "summary-digest": (summarize, ("octo", "page"), {}),
    "summary-category": (summarize, ("category:policy-distillation", "page"), {}),
    "summary-topic": (summarize, ("topic:language model writes reward code for robots", "paragraph"), {}),
    "compare-papers": (compare, ("eureka", "lasercat"), {"question": "Which improvement do EUREKA and Lasercat report?"}),
    "compare-category": (compare, ("category:policy-distillation", "octo"), {"aspects": ("benchmarks", "setting", "generative model", "inputs")}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_it_is_as_it_was(opened, name):
    make, given, options = CASES[name]
    text = json.dumps(steady(make(opened, *given, **options)), ensure_ascii=False, indent=1) + "\n"
    file = GOLDEN / f"{name}.json"
    if os.environ.get("RENEW_GOLDEN"):
        file.write_text(text, "utf-8")
    before = file.read_text("utf-8")
    lines = difflib.unified_diff(
        before.splitlines(), text.splitlines(), "as it was", "as it is", lineterm="", n=2
    )
    assert text == before, "\n".join(lines)
